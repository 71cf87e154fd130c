#pragma once
// Notes pinned to runs, steps, groups, completions and spans: a table, kept in workspace.db as it changes.

#include "core/store/workspace.h"

#include <QAbstractTableModel>

#include <vector>

namespace aha {

/// "step 40 of my-run", "a span of a completion at step 40 of my-run".
QString pinText(const Note& note);

class NoteModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Text, Pin, Changed, ColumnCount };
    enum Role { IdRole = Qt::UserRole, SearchRole, SortRole };

    /// `workspace`: nullptr keeps notes until the window closes. It must outlive the model.
    explicit NoteModel(Workspace* workspace, QObject* parent = nullptr);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

    const std::vector<Note>& notes() const { return m_notes; }
    const Note& note(int row) const { return m_notes[size_t(row)]; }
    int rowOf(qint64 id) const;
    /// Id of the new note; -1 when it could not be kept.
    qint64 add(Note note);
    void setText(qint64 id, const QString& text);
    /// The run that the note is pinned to has moved.
    void setFolder(qint64 id, const QString& folder);
    void remove(qint64 id);

Q_SIGNALS:
    /// Something could not be kept; a sentence.
    void troubled(const QString& sentence);

private:
    void change(int row, Note changed);

    Workspace* m_workspace;
    std::vector<Note> m_notes;
    qint64 m_nextId = 1; ///< without a workspace
};

} // namespace aha
