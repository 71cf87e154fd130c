#include "widgets/models/palettemodel.h"

#include <algorithm>
#include <climits>

namespace aha {

namespace {

/// The best place of one word without spaces: dynamic programming over (letters used, position).
std::optional<int> wordScore(const QString& word, const QString& text)
{
    constexpr int kNone = -1'000'000;
    const qsizetype n = word.size(), m = text.size();
    if (n > m)
        return std::nullopt;
    std::vector<int> ended(size_t(m), kNone),
        best(size_t(m) + 1, 0); // best[j]: of the letters so far, within text[..j)
    for (qsizetype i = 0; i < n; ++i) {
        std::vector<int> endedNow(size_t(m), kNone), bestNow(size_t(m) + 1, kNone);
        for (qsizetype j = 0; j < m; ++j) {
            if (text[j].toLower() == word[i].toLower()) {
                const bool begins
                    = j == 0 || !text[j - 1].isLetterOrNumber() || (text[j].isUpper() && text[j - 1].isLower());
                int score = i == 0 ? 0 : best[size_t(j)];
                if (i > 0 && j > 0 && ended[size_t(j - 1)] > kNone)
                    score = std::max(score, ended[size_t(j - 1)] + 6); // next to the letter before
                if (score > kNone / 2)
                    endedNow[size_t(j)] = score + (begins ? 8 : 1) - (i == 0 ? int(std::min<qsizetype>(j, 6)) / 2 : 0);
            }
            bestNow[size_t(j) + 1] = std::max(bestNow[size_t(j)], endedNow[size_t(j)] - 1);
        }
        ended = std::move(endedNow);
        best = std::move(bestNow);
    }
    const int score = *std::max_element(ended.begin(), ended.end());
    return score > kNone / 2 ? std::optional(score) : std::nullopt;
}

constexpr int kWhole = 100, kBeginning = 75, kWithin = 40, kMostScattered = 30; ///< how a word may be found
constexpr qsizetype kScattered = 4; ///< letters with gaps between them: in words that are not longer
constexpr int kPhrase = 20, kStart = 20, kExact = 60; ///< the pattern in one piece, at the start, all of it
constexpr int kOtherName = 15, kHint = 25, kKind = 40, kRank = 8; ///< what it costs to be found elsewhere

std::optional<int> foundIn(const QString& word, const QString& text)
{
    int best = 0;
    for (qsizetype at = text.indexOf(word, 0, Qt::CaseInsensitive); at >= 0;
         at = text.indexOf(word, at + 1, Qt::CaseInsensitive)) {
        const qsizetype end = at + word.size();
        const bool begins
            = at == 0 || !text[at - 1].isLetterOrNumber() || (text[at].isUpper() && text[at - 1].isLower());
        const bool ends = end == text.size() || !text[end].isLetterOrNumber();
        best = std::max(best, begins && ends ? kWhole : begins ? kBeginning : kWithin);
    }
    if (best > 0)
        return best;
    if (word.size() > kScattered)
        return std::nullopt;
    const std::optional<int> scattered = wordScore(word, text);
    return scattered ? std::optional(std::min(*scattered, kMostScattered)) : std::nullopt;
}

} // namespace

std::optional<int> paletteScore(const QString& pattern, const PaletteEntry& entry)
{
    const QString phrase = pattern.simplified();
    const QStringList words = phrase.split(QLatin1Char(' '), Qt::SkipEmptyParts);
    if (words.isEmpty())
        return 0;
    int total = 0;
    for (const QString& word : words) {
        int best = INT_MIN;
        for (const auto& [text, cost] : { std::pair(&entry.title, 0), std::pair(&entry.words, kOtherName),
                 std::pair(&entry.hint, kHint), std::pair(&entry.kind, kKind) })
            if (const std::optional<int> score = foundIn(word, *text))
                best = std::max(best, *score - cost);
        if (best == INT_MIN)
            return std::nullopt;
        total += best;
    }
    total /= int(words.size());
    if (entry.title.contains(phrase, Qt::CaseInsensitive))
        total += kPhrase + (entry.title.startsWith(phrase, Qt::CaseInsensitive) ? kStart : 0)
            + (entry.title.size() == phrase.size() ? kExact : 0);
    return total - kRank * entry.rank;
}

std::optional<int> fuzzyScore(const QString& pattern, const QString& text)
{
    int total = 0;
    for (const QString& word : pattern.split(QLatin1Char(' '), Qt::SkipEmptyParts)) {
        const std::optional<int> score = wordScore(word, text);
        if (!score)
            return std::nullopt;
        total += *score;
    }
    return total;
}

void PaletteModel::setEntries(std::vector<PaletteEntry> entries)
{
    beginResetModel();
    m_entries = std::move(entries);
    m_shown.clear();
    endResetModel();
    setPattern({});
}

void PaletteModel::setPattern(const QString& pattern)
{
    struct Match {
        int entry, score;
        qsizetype length;
    };
    std::vector<Match> matches;
    for (size_t i = 0; i < m_entries.size(); ++i) {
        const PaletteEntry& entry = m_entries[i];
        if (const std::optional<int> score = paletteScore(pattern, entry))
            matches.push_back({ int(i), *score, entry.title.size() });
    }
    std::stable_sort(matches.begin(), matches.end(), [&](const Match& a, const Match& b) {
        return a.score != b.score ? a.score > b.score : !pattern.isEmpty() && a.length < b.length;
    });
    beginResetModel();
    m_shown.clear();
    for (const Match& match : matches)
        if (m_shown.size() < size_t(kMost))
            m_shown.push_back(match.entry);
    endResetModel();
}

int PaletteModel::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : int(m_shown.size()); }

QVariant PaletteModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid())
        return {};
    const PaletteEntry& found = entry(index.row());
    switch (role) {
    case Qt::DisplayRole:
        return found.title;
    case Qt::AccessibleTextRole:
        return QString(found.title + tr(", ") + found.kind);
    case KindRole:
        return found.kind;
    case HintRole:
        return found.hint;
    default:
        return {};
    }
}

} // namespace aha
