#pragma once
// The reflection words that are marked in traces and counted in Analyse: the built-in list, or a person's own. The
// engine's metrics and rewards count the built-in words, whatever stands here.

#include "core/trace/reflection.h"

#include <QAbstractTableModel>
#include <QStringList>

#include <memory>

namespace aha {

class Workspace;

/// The list that AhaScope ships. Errors: Lexicon::load().
Result<Lexicon> shippedLexicon();
/// In the reader's language: "hesitation", …; "no kind" for Unsorted.
QString reflectionKindText(ReflectionKind kind);

class WordList : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Word, Language, Kind, ColumnCount };
    /// What is kept in the workspace, until it is reset.
    static constexpr const char* kSetting = "reflection.words";

    /// `workspace` keeps a list of one's own; nullptr: it lasts as long as the window. An unreadable built-in list is
    /// an empty one, and problem() says so.
    WordList(const Result<Lexicon>& builtIn, Workspace* workspace, QObject* parent = nullptr);

    /// Never null; another one after every change.
    std::shared_ptr<const Lexicon> lexicon() const { return m_lexicon; }
    bool isBuiltIn() const { return m_lexicon->entries() == m_builtIn.entries(); }
    /// Why the built-in list could not be read, or why the last change could not be kept; "" for nothing.
    QString problem() const { return m_problem; }

    /// Adds a word, or gives the one that is there another language and kind. Errors: Lexicon::add().
    Result<void> put(const QString& word, const QString& language, ReflectionKind kind);
    void remove(int row);
    void reset(); ///< to the built-in list
    /// Takes the good lines of a file in the place of the list; what is wrong with the others, one sentence a line.
    QStringList take(const std::string& text);
    bool canUndo() const { return m_at > 0; }
    bool canRedo() const { return m_at + 1 < m_history.size(); }
    void undo();
    void redo();

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;
    const Lexicon::Entry& entry(int row) const { return m_lexicon->entries()[size_t(row)]; }

Q_SIGNALS:
    void changed();

private:
    void change(Lexicon lexicon); ///< a new step of the history
    void show(size_t step);

    Lexicon m_builtIn;
    Workspace* m_workspace;
    std::shared_ptr<const Lexicon> m_lexicon;
    std::vector<std::shared_ptr<const Lexicon>> m_history;
    size_t m_at = 0;
    QString m_problem;
};

} // namespace aha
