#pragma once
// The page Notebook: notes, what they are pinned to, and the way back there.

#include "core/store/workspace.h"
#include "widgets/panels/textplace.h"

#include <QPointer>
#include <QTimer>
#include <QWidget>

#include <functional>

class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QPushButton;
class QSortFilterProxyModel;
class QTableView;

namespace aha {

class ElidedLabel;
class EmptyHint;
class NoteBar;
class NoteModel;

class NotebookPanel : public QWidget {
    Q_OBJECT
public:
    /// Edits are kept this long after the last key.
    static constexpr int kKeepMs = 500;

    /// `notes` may be shared by several panels and must outlive them. Vertical: for a narrow place.
    explicit NotebookPanel(NoteModel* notes, QWidget* parent = nullptr, Qt::Orientation orientation = Qt::Horizontal);
    ~NotebookPanel() override;

    /// A new note, pinned as `pin` says, ready to be written.
    void addNote(Note pin);
    /// One that is there, to be read.
    void showNote(qint64 id);
    qint64 currentId() const { return m_current; }
    /// Keeps what was typed, now.
    void keepText();
    /// Where the run with this id is now; "" where nobody knows. A note finds its run by it after the folder has moved.
    std::function<QString(const QString& runId)> findRun;

Q_SIGNALS:
    /// A note of this run is gone to: the run is what the window is about now. Where it leads comes just after.
    void runWanted(const QString& folder);
    void stepPicked(const QString& folder, qint64 step);
    void groupPicked(const QString& folder, qint64 step, int groupPosition);
    void completionPicked(const QString& folder, qint64 completionId);
    void evaluationPicked(const QString& folder, qint64 step);
    void problemPicked(const QString& folder, qint64 evaluationId, int position, int sample);
    /// A note on the run as a whole.
    void runPicked(const QString& folder);
    /// Words to look for in the text that was picked just before.
    void wordsPicked(const aha::TextReading& reading);
    void said(const QString& sentence);
    /// A report of the open runs, with the notes on them.
    void reportWanted();

protected:
    void hideEvent(QHideEvent* event) override;

private:
    void showCurrent();
    void showPin(const Note& note);
    void follow();
    void remove();
    void bringBack();
    void showEmpty();

    QPointer<NoteModel> m_notes;
    NoteBar* m_bar; ///< says that a note is gone, and offers it back
    QSortFilterProxyModel* m_order;
    QLineEdit* m_filter;
    QTableView* m_table;
    EmptyHint* m_none;
    ElidedLabel* m_pin;
    QLabel *m_quote, *m_empty;
    QPushButton *m_go, *m_remove;
    QPlainTextEdit* m_text;
    QWidget* m_editor;
    QTimer m_keep;
    qint64 m_current = -1;
    bool m_filling = false;
};

} // namespace aha
