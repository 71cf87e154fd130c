#include "widgets/models/palettemodel.h"

#include <algorithm>

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

} // namespace

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
        std::optional<int> score = fuzzyScore(pattern, entry.title);
        if (!score) // the kind and the second name help to find it, for less
            if (const std::optional<int> wider
                = fuzzyScore(pattern, entry.title + QLatin1Char(' ') + entry.hint + QLatin1Char(' ') + entry.kind))
                score = *wider - 10;
        if (score)
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
        return QString(found.title + QStringLiteral(", ") + found.kind);
    case KindRole:
        return found.kind;
    case HintRole:
        return found.hint;
    default:
        return {};
    }
}

} // namespace aha
