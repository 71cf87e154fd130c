#include "widgets/panels/tracediff.h"

#include <QHash>

#include <algorithm>
#include <cstdlib>

namespace aha {

namespace {

constexpr qsizetype kMostWords = 40'000;
constexpr int kMostEdits = 2000;

struct Word {
    int begin, end;
    int id; // equal words have equal ids
};

QVector<Word> wordsOf(const QString& text, QHash<QStringView, int>& ids)
{
    QVector<Word> words;
    for (int at = 0; at < text.size();) {
        while (at < text.size() && text[at].isSpace())
            ++at;
        const int begin = at;
        while (at < text.size() && !text[at].isSpace())
            ++at;
        if (at == begin)
            break;
        const QStringView word = QStringView(text).mid(begin, at - begin);
        const int id = ids.value(word, int(ids.size()));
        ids.insert(word, id);
        words.append({ begin, at, id });
    }
    return words;
}

/// Marks the shared words of a[0, n) and b[0, m). False when there are too many edits.
bool myers(const Word* a, int n, const Word* b, int m, std::vector<std::pair<int, int>>& shared)
{
    const int most = std::min(n + m, kMostEdits);
    std::vector<int> furthest(size_t(2 * most + 3), 0);
    std::vector<std::vector<int>> history;
    const int zero = most + 1;
    int edits = -1;
    for (int d = 0; d <= most && edits < 0; ++d) {
        history.emplace_back(furthest.begin() + (zero - d - 1), furthest.begin() + (zero + d + 2));
        for (int k = -d; k <= d; k += 2) {
            const size_t at = size_t(zero + k);
            int x = (k == -d || (k != d && furthest[at - 1] < furthest[at + 1])) ? furthest[at + 1]
                                                                                 : furthest[at - 1] + 1;
            int y = x - k;
            while (x < n && y < m && a[x].id == b[y].id) {
                ++x;
                ++y;
            }
            furthest[at] = x;
            if (x >= n && y >= m) {
                edits = d;
                break;
            }
        }
    }
    if (edits < 0)
        return false;
    int x = n, y = m;
    for (int d = edits; d >= 0; --d) {
        const std::vector<int>& before = history[size_t(d)];
        const auto reach = [&](int k) { return before[size_t(k + d + 1)]; };
        const int k = x - y;
        const int previousK = (k == -d || (k != d && reach(k - 1) < reach(k + 1))) ? k + 1 : k - 1;
        const int previousX = d == 0 ? 0 : reach(previousK), previousY = d == 0 ? 0 : previousX - previousK;
        while (x > previousX && y > previousY) {
            if (a[x - 1].id != b[y - 1].id)
                break;
            shared.emplace_back(--x, --y);
        }
        x = previousX;
        y = previousY;
    }
    std::reverse(shared.begin(), shared.end());
    return true;
}

/// Words that are not kept, neighbours joined over the space between them.
QVector<std::pair<int, int>> rangesOf(const QVector<Word>& words, const std::vector<bool>& kept)
{
    QVector<std::pair<int, int>> ranges;
    for (qsizetype i = 0; i < words.size(); ++i) {
        if (kept[size_t(i)])
            continue;
        const qsizetype first = i;
        while (i + 1 < words.size() && !kept[size_t(i) + 1])
            ++i;
        ranges.append({ words[first].begin, words[i].end });
    }
    return ranges;
}

} // namespace

TextDifference compareWords(const QString& left, const QString& right)
{
    QHash<QStringView, int> ids;
    const QVector<Word> a = wordsOf(left, ids), b = wordsOf(right, ids);
    qsizetype head = 0, tail = 0;
    while (head < a.size() && head < b.size() && a[head].id == b[head].id)
        ++head;
    while (tail < a.size() - head && tail < b.size() - head && a[a.size() - 1 - tail].id == b[b.size() - 1 - tail].id)
        ++tail;
    const qsizetype n = a.size() - head - tail, m = b.size() - head - tail;
    std::vector<std::pair<int, int>> shared;
    if (n > 0 && m > 0 && n + m <= kMostWords
        && !myers(a.constData() + head, int(n), b.constData() + head, int(m), shared))
        shared.clear();
    std::vector<bool> keptA(size_t(a.size()), false), keptB(size_t(b.size()), false);
    TextDifference difference;
    const auto keep = [&](qsizetype i, qsizetype j) {
        keptA[size_t(i)] = keptB[size_t(j)] = true;
        difference.anchors.append({ a[i].begin, b[j].begin });
        ++difference.same;
    };
    for (qsizetype i = 0; i < head; ++i)
        keep(i, i);
    for (const auto& [i, j] : shared)
        keep(head + i, head + j);
    for (qsizetype i = tail; i > 0; --i)
        keep(a.size() - i, b.size() - i);
    difference.left = rangesOf(a, keptA);
    difference.right = rangesOf(b, keptB);
    return difference;
}

int counterpart(const TextDifference& difference, int position, bool fromRight)
{
    const auto mine = [&](const std::pair<int, int>& anchor) { return fromRight ? anchor.second : anchor.first; };
    const auto other = [&](const std::pair<int, int>& anchor) { return fromRight ? anchor.first : anchor.second; };
    const auto behind = std::upper_bound(difference.anchors.begin(), difference.anchors.end(), position,
        [&](int at, const auto& anchor) { return at < mine(anchor); });
    if (behind == difference.anchors.begin())
        return behind == difference.anchors.end() ? position : std::min(position, other(*behind));
    const auto& before = *(behind - 1);
    const int ahead = position - mine(before);
    return behind == difference.anchors.end() ? other(before) + ahead : std::min(other(before) + ahead, other(*behind));
}

} // namespace aha
