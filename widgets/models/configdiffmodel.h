#pragma once
// Where two configurations differ, field by field: the form's value and the other one's.

#include "core/config/run_config.h"

#include <QAbstractTableModel>
#include <QString>

#include <vector>

namespace aha {

class ConfigDiffModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Setting, Theirs, Mine, Take, Columns };
    static constexpr int PathRole = Qt::UserRole;

    using QAbstractTableModel::QAbstractTableModel;
    /// `theirName` heads the other's column. Name and seed of a run are left out: they differ always.
    void setConfigs(const RunConfig& mine, const RunConfig& theirs, const QString& theirName);
    QString pathAt(int row) const { return m_rows[size_t(row)].path; }
    QString theirsAt(int row) const { return m_rows[size_t(row)].theirs; }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    struct Row {
        QString path, label, help, mine, theirs;
    };
    std::vector<Row> m_rows;
    QString m_theirName;
};

} // namespace aha
