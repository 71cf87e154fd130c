#pragma once
// Every place where a word was found in a text, one row each, with what stands around it.

#include <QAbstractListModel>
#include <QVector>

namespace aha {

class FoundModel : public QAbstractListModel {
    Q_OBJECT
public:
    enum Role {
        BeforeRole = Qt::UserRole, ///< context on the line of the row, cut at a word where it is long
        HitRole,
        AfterRole
    };

    using QAbstractListModel::QAbstractListModel;
    int rowCount(const QModelIndex& parent = {}) const override;
    /// DisplayRole is the three parts together. Only the rows that are asked for are cut out of the text.
    QVariant data(const QModelIndex& index, int role) const override;

    /// `text` as it is shown, control characters as chips; `places` ascend.
    void setFound(const QString& text, const QVector<int>& places, int length);

private:
    QString m_text;
    QVector<int> m_places;
    int m_length = 0;
};

} // namespace aha
