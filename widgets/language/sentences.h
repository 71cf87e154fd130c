#pragma once
// Sentences with figures that the core builds. It knows no language, so they are recognised by their form: a template
// of resources/languages/*.sentences.json, "A step has {n1} prompts.", and what it says in the other language.

#include <QHash>
#include <QMutex>
#include <QObject>
#include <QStringList>

#include <atomic>
#include <functional>

namespace aha {

class Dictionary;

/// English text with slots: {1} takes any text and shows it as it is, {n1} takes a figure, {k1} the name of a setting
/// or a tensor, {t1} takes a text of the program's own, which is translated in its turn.
struct SentenceTemplate {
    enum class Slot { Any, Figure, Key, Text };

    SentenceTemplate() = default;
    SentenceTemplate(const QString& english, const QString& translation);

    bool isBroken() const { return number.isEmpty() && literals.size() != 1; }
    qsizetype literalLength() const;
    /// What the slots took, in the order of the English text; empty where the text has another form. `work` counts
    /// the places that were looked at.
    QStringList taken(QStringView text, qint64* work = nullptr) const;
    /// The translation with these parts in it; `own` translates what {t…} took.
    QString filled(const QStringList& parts, const std::function<QString(const QString&)>& own) const;
    /// Whole words of the literals: a text without them has another form.
    QStringList words() const;

    QString english, translation;
    QStringList literals; ///< before, between and after the slots
    QList<int> number; ///< of the slots
    QList<Slot> kinds;
};

/// All templates of one language, a child of its dictionary. Thread-safe: tables are filled by workers, too.
class Sentences : public QObject {
    Q_OBJECT
public:
    using Words = std::function<QString(const QString&)>; ///< exact translation, null where there is none

    Sentences(const QHash<QString, QString>& templates, Words words, QObject* parent = nullptr);
    /// Those of a dictionary; null where it has none.
    static const Sentences* of(const Dictionary& dictionary);

    /// The text in the other language: as a whole, or sentence by sentence and line by line, those that are known.
    /// Null where nothing of it is.
    QString translated(const QString& text) const;
    /// Every template of this form, the longest literals first.
    QList<const SentenceTemplate*> matches(const QString& text) const;
    const QList<SentenceTemplate>& templates() const;
    /// The templates without slots.
    QStringList plain() const;
    /// Templates and places that were looked at so far.
    qint64 work() const { return m_work; }

private:
    QString ofText(const QString& text, int depth) const;
    QString ofLine(const QString& line, int depth, bool* isAll) const;
    QString ofWords(const QString& piece) const;
    QString ofForm(const QString& piece, int depth, bool* isWhole) const;
    void compile() const;

    QHash<QString, QString> m_source;
    Words m_words;
    mutable QMutex m_mutex; ///< of all that follows: made when the first text asks for it
    mutable bool m_compiled = false;
    mutable QList<SentenceTemplate> m_templates;
    mutable QHash<QString, QString> m_plain; ///< templates without slots
    mutable QHash<QString, QList<int>> m_index; ///< by the rarest of a template's words
    mutable QHash<QString, QString> m_cache;
    mutable std::atomic<qint64> m_work = 0;
};

} // namespace aha
