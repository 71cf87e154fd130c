#pragma once
// Notes pinned to runs, steps, groups, completions, held-out problems, own prompts and spans: a table, kept in
// workspace.db as it changes.

#include "core/store/workspace.h"

#include <QAbstractTableModel>

#include <functional>
#include <vector>

namespace aha {

/// "step 40 of my-run", "step 40 of my-run, held-out problem 3, sample 2, “wait, let me”": what is cut off in a narrow
/// column comes last.
/// `run`: what the run is called; empty: as its folder.
QString pinText(const Note& note, const QString& run = {});
/// The words or the prompt that it quotes, as they are shown: as much as a tool tip takes, and never more than 16 kB.
QString quoteText(const Note& note);
/// Is it pinned to words of a completion, of a held-out answer or of the answer to an own prompt?
bool isOfWords(const Note& note);

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
    /// The note deleted last, while this window is open; nullptr: none.
    const Note* removed() const { return m_removed.empty() ? nullptr : &m_removed.back(); }
    /// Brings it back. Its id, which may be another; -1 when there is none or it could not be kept.
    qint64 restore();
    /// What the note is pinned to, with the run as it is called.
    QString pinOf(const Note& note) const;
    /// What the run in this folder is called; "" where nobody knows. Call renamed() when its answers change.
    std::function<QString(const QString& folder)> nameOf;
    void renamed();

Q_SIGNALS:
    /// Something could not be kept; a sentence.
    void troubled(const QString& sentence);

private:
    void change(int row, Note changed);

    Workspace* m_workspace;
    std::vector<Note> m_notes, m_removed;
    qint64 m_nextId = 1; ///< without a workspace
};

} // namespace aha
