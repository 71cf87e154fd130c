#pragma once
// The samples of a run that can be followed, as a list.

#include "widgets/models/lineage.h"

#include <QAbstractListModel>

namespace aha {

class LineageModel : public QAbstractListModel {
    Q_OBJECT
public:
    using QAbstractListModel::QAbstractListModel;
    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    void setSource(const LineageSource& source);
    void setText(const QString& text); ///< samples whose prompt or completion contains it, any case
    const LineageSource& source() const { return m_source; }
    const LineageSample& sample(int row) const { return m_source.samples[m_rows[size_t(row)]]; }

private:
    void arrange();

    LineageSource m_source;
    QString m_text;
    std::vector<size_t> m_rows;
};

} // namespace aha
