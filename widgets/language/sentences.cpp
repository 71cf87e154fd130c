#include "widgets/language/sentences.h"

#include "widgets/language/translation.h"

#include <QMutexLocker>
#include <QSet>

#include <algorithm>

namespace aha {

namespace {

constexpr qsizetype kLongestText = 16384, kLongestPiece = 4096; // longer ones are no sentences of the core
constexpr int kMostSentences = 4; // that one template spans: names and quoted texts have full stops, too
constexpr int kMostPieces = 64; // of a line
constexpr int kDeepest = 4; // texts in slots of texts in slots
constexpr int kMostTries = 200; // of one template at one text
constexpr qsizetype kCached = 4096;

bool isWordChar(QChar c) { return c.isLetterOrNumber() || c == QLatin1Char('_'); }

/// "1 234.5", "-3e-4", "95 %", "nan": what a number is written with. No words.
bool isFigure(QStringView text)
{
    if (text.isEmpty() || text.size() > 40)
        return false;
    if (text == QLatin1String("nan") || text == QLatin1String("inf") || text == QLatin1String("-inf"))
        return true;
    bool digit = false;
    for (const QChar c : text) {
        digit = digit || c.isDigit();
        if (!c.isDigit() && !QStringView(u"+-−.,eE %±\u00a0\u202f\u2009").contains(c))
            return false;
    }
    return digit && !text.front().isSpace() && !text.back().isSpace();
}

/// "task.level", "head_dim": no word of a sentence.
bool isKey(QStringView text)
{
    bool joined = false;
    for (const QChar c : text) {
        joined = joined || c == QLatin1Char('.') || c == QLatin1Char('_');
        if (c.unicode() > 127 || !(c.isLetterOrNumber() || c == QLatin1Char('.') || c == QLatin1Char('_')))
            return false;
    }
    return joined && text.back() != QLatin1Char('.');
}

/// Places behind which a new sentence may begin.
QList<qsizetype> sentenceEnds(QStringView text)
{
    QList<qsizetype> ends;
    for (qsizetype i = 0; i + 1 < text.size(); ++i)
        if (text[i + 1] == QLatin1Char(' ') && QStringView(u".;?!").contains(text[i]))
            ends << i + 1;
    ends << text.size();
    return ends;
}

bool isFullWidth(QChar c) { return QStringView(u"。；：，！？）、").contains(c); }

} // namespace

SentenceTemplate::SentenceTemplate(const QString& given, const QString& shown)
    : english(given)
    , translation(shown)
{
    QString literal;
    for (qsizetype i = 0; i < given.size(); ++i) {
        const qsizetype close = given[i] == QLatin1Char('{') ? given.indexOf(QLatin1Char('}'), i) : -1;
        QString slot = close > i ? given.mid(i + 1, close - i - 1) : QString();
        Slot kind = Slot::Any;
        for (const auto& [letter, meant] : { std::pair('n', Slot::Figure), { 'k', Slot::Key }, { 't', Slot::Text } })
            if (slot.startsWith(QLatin1Char(letter))) {
                kind = meant;
                slot.remove(0, 1);
                break;
            }
        if (slot.size() != 1 || !slot[0].isDigit()) { // a brace of the text itself
            literal += given[i];
            continue;
        }
        literals << literal;
        literal.clear();
        number << slot.toInt();
        kinds << kind;
        i = close;
    }
    literals << literal;
}

qsizetype SentenceTemplate::literalLength() const
{
    qsizetype sum = 0;
    for (const QString& literal : literals)
        sum += literal.size();
    return sum;
}

QStringList SentenceTemplate::taken(QStringView text, qint64* work) const
{
    if (work)
        ++*work;
    if (kinds.isEmpty() || !text.startsWith(literals.first()))
        return {};
    QStringList parts;
    int tries = 0;
    // The slot's part ends where the next literal first stands; at a later place only if the rest does not fit there.
    const std::function<bool(qsizetype, qsizetype)> fits = [&](qsizetype slot, qsizetype from) {
        const QString& next = literals[slot + 1];
        const bool last = slot + 1 == kinds.size();
        for (qsizetype at = from;;) {
            at = last ? text.size() - next.size() : text.indexOf(next, at + 1);
            if (at <= from || ++tries > kMostTries || (last && !text.endsWith(next)))
                return false;
            const QStringView part = text.mid(from, at - from);
            if ((kinds[slot] != Slot::Figure || isFigure(part)) && (kinds[slot] != Slot::Key || isKey(part))) {
                parts << part.toString();
                if (last || fits(slot + 1, at + next.size()))
                    return true;
                parts.removeLast();
            }
            if (last)
                return false;
        }
    };
    const bool whole = fits(0, literals.first().size());
    if (work)
        *work += tries;
    return whole ? parts : QStringList();
}

QString SentenceTemplate::filled(const QStringList& parts, const std::function<QString(const QString&)>& own) const
{
    QString text;
    for (qsizetype i = 0; i < translation.size(); ++i) {
        if (translation[i] == QLatin1Char('{') && i + 2 < translation.size() && translation[i + 1].isDigit()
            && translation[i + 2] == QLatin1Char('}')) {
            const qsizetype slot = number.indexOf(translation[i + 1].digitValue());
            if (slot >= 0) {
                text += kinds[slot] == Slot::Text ? own(parts[slot]) : parts[slot];
                i += 2;
                continue;
            }
        }
        text += translation[i];
    }
    return text;
}

QStringList SentenceTemplate::words() const
{
    QStringList found;
    for (qsizetype i = 0; i < literals.size(); ++i) {
        const QString& literal = literals[i];
        for (qsizetype begin = 0; begin < literal.size(); ++begin) {
            if (!isWordChar(literal[begin]))
                continue;
            qsizetype end = begin;
            while (end < literal.size() && isWordChar(literal[end]))
                ++end;
            // A word that touches a slot may go on in what the slot takes.
            const bool whole = (begin > 0 || i == 0) && (end < literal.size() || i + 1 == literals.size());
            if (whole)
                found << literal.mid(begin, end - begin);
            begin = end;
        }
    }
    return found;
}

Sentences::Sentences(const QHash<QString, QString>& templates, Words words, QObject* parent)
    : QObject(parent)
    , m_source(templates)
    , m_words(std::move(words))
{
}

const Sentences* Sentences::of(const Dictionary& dictionary)
{
    return dictionary.findChild<Sentences*>(QString(), Qt::FindDirectChildrenOnly);
}

void Sentences::compile() const
{
    const QMutexLocker lock(&m_mutex);
    if (m_compiled)
        return;
    QStringList keys = m_source.keys();
    keys.sort(); // ties are settled the same way every time
    QHash<QString, int> frequency;
    for (const QString& key : keys) {
        SentenceTemplate made(key, m_source[key]);
        if (made.kinds.isEmpty()) {
            m_plain.insert(key, made.translation);
            continue;
        }
        for (const QString& word : made.words())
            ++frequency[word];
        m_templates << std::move(made);
    }
    for (qsizetype i = 0; i < m_templates.size(); ++i) {
        const QStringList words = m_templates[i].words();
        const auto rarest = std::min_element(words.begin(), words.end(),
            [&](const QString& a, const QString& b) { return frequency[a] < frequency[b]; });
        m_index[rarest == words.end() ? QString() : *rarest] << int(i);
    }
    m_compiled = true;
}

const QList<SentenceTemplate>& Sentences::templates() const
{
    compile();
    return m_templates;
}

QStringList Sentences::plain() const
{
    compile();
    return m_plain.keys();
}

QList<const SentenceTemplate*> Sentences::matches(const QString& text) const
{
    compile();
    if (text.size() > kLongestPiece)
        return {};
    QList<int> candidates = m_index.value(QString());
    QSet<QString> seen;
    for (qsizetype begin = 0; begin < text.size(); ++begin) {
        if (!isWordChar(text[begin]))
            continue;
        qsizetype end = begin;
        while (end < text.size() && isWordChar(text[end]))
            ++end;
        const QString word = text.mid(begin, end - begin);
        if (const auto known = m_index.constFind(word); known != m_index.constEnd() && !seen.contains(word)) {
            seen.insert(word);
            candidates << *known;
        }
        begin = end;
    }
    QList<const SentenceTemplate*> fitting;
    qint64 work = 0;
    for (const int i : candidates)
        if (!m_templates[i].taken(text, &work).isEmpty())
            fitting << &m_templates[i];
    m_work += work;
    std::stable_sort(fitting.begin(), fitting.end(),
        [](const SentenceTemplate* a, const SentenceTemplate* b) { return a->literalLength() > b->literalLength(); });
    return fitting;
}

/// By its form; `isWhole`: all that the program itself says in it is known, too.
QString Sentences::ofForm(const QString& piece, int depth, bool* isWhole) const
{
    QString first;
    for (const SentenceTemplate* one : matches(piece)) {
        bool whole = true;
        const QString said = one->filled(one->taken(piece), [&](const QString& part) {
            const QString own = depth < kDeepest ? ofText(part, depth + 1) : QString();
            whole = whole && !own.isNull();
            return own.isNull() ? part : own;
        });
        if (whole) {
            *isWhole = true;
            return said;
        }
        if (first.isNull())
            first = said;
    }
    *isWhole = false;
    return first;
}

/// Word by word.
QString Sentences::ofWords(const QString& piece) const
{
    const auto plain = m_plain.constFind(piece);
    if (plain != m_plain.constEnd())
        return *plain;
    const QString word = m_words(piece);
    return word.isEmpty() ? QString() : word;
}

/// Sentence by sentence; `isAll`: each of them is known.
QString Sentences::ofLine(const QString& line, int depth, bool* isAll) const
{
    *isAll = false;
    if (line.size() > kLongestPiece)
        return {};
    const QList<qsizetype> ends = sentenceEnds(line);
    if (ends.size() > kMostPieces)
        return {};
    QString text;
    bool any = false, all = true;
    qsizetype from = 0;
    for (qsizetype next = 0; next < ends.size();) {
        // Known word by word: as much as there is. By its form: as little, or a slot would swallow the next sentence.
        QString said;
        qsizetype end = next;
        for (qsizetype last = ends.size() - 1; said.isNull() && last >= next; --last) {
            said = ofWords(line.mid(from, ends[last] - from));
            end = last;
        }
        bool isWhole = !said.isNull();
        for (qsizetype last = next; !isWhole && last < std::min<qsizetype>(ends.size(), next + kMostSentences);
             ++last) {
            const qsizetype stop = ends[last] - 1;
            const bool part = line[stop] == QLatin1Char(';') && last + 1 < ends.size(); // of a sentence
            for (const bool cut : { false, true }) {
                if (isWhole || (cut && !part))
                    break;
                QString found = ofForm(line.mid(from, (cut ? stop : ends[last]) - from), depth, &isWhole);
                if (cut && found.isNull() && !(found = ofWords(line.mid(from, stop - from))).isNull())
                    isWhole = true;
                if (found.isNull() || (!isWhole && !said.isNull()))
                    continue;
                said = cut ? found + QStringLiteral("；") : found;
                end = last;
            }
        }
        any = any || !said.isNull();
        all = all && isWhole;
        if (said.isNull()) {
            end = next;
            said = line.mid(from, ends[end] - from);
        }
        if (!text.isEmpty() && !isFullWidth(text.back()))
            text += QLatin1Char(' ');
        text += said;
        from = std::min<qsizetype>(ends[end] + 1, line.size());
        next = end + 1;
    }
    *isAll = all;
    return any ? text : QString();
}

QString Sentences::ofText(const QString& text, int depth) const
{
    const QString trimmed = text.trimmed();
    if (trimmed.isEmpty())
        return {};
    if (const QString whole = ofWords(trimmed); !whole.isNull())
        return QString(text).replace(trimmed, whole);
    QStringList lines = text.split(QLatin1Char('\n'));
    bool any = false, all = true;
    for (QString& line : lines) {
        const QString inner = line.trimmed();
        if (inner.isEmpty())
            continue;
        bool known = false;
        const QString said = ofLine(inner, depth, &known);
        all = all && known;
        if (said.isNull())
            continue;
        any = true;
        const qsizetype lead = line.indexOf(inner);
        line = line.left(lead) + said + line.mid(lead + inner.size());
    }
    if (!all && lines.size() > 1) { // a slot may have taken more than a line
        const QString said = ofLine(trimmed, depth, &all);
        if (!said.isNull() && (all || !any))
            return QString(text).replace(trimmed, said);
    }
    return any ? lines.join(QLatin1Char('\n')) : QString();
}

QString Sentences::translated(const QString& text) const
{
    if (text.isEmpty() || text.size() > kLongestText || m_source.isEmpty())
        return {};
    compile();
    {
        const QMutexLocker lock(&m_mutex);
        if (const auto known = m_cache.constFind(text); known != m_cache.constEnd())
            return *known;
    }
    const QString said = ofText(text, 0);
    const QMutexLocker lock(&m_mutex);
    if (m_cache.size() >= kCached)
        m_cache.clear();
    m_cache.insert(text, said);
    return said;
}

} // namespace aha
