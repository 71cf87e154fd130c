#pragma once
// Two texts by word: what only one of them has, and which places belong together.

#include <QString>
#include <QVector>

#include <utility>

namespace aha {

struct TextDifference {
    QVector<std::pair<int, int>> left, right; ///< UTF-16 ranges that the other text does not have
    QVector<std::pair<int, int>> anchors; ///< (left, right) positions of shared words, ascending
    int same = 0; ///< shared words
};

/// Shortest edit script over words (Myers 1986, O(ND)). Beyond 2000 edits or 40,000 words only the common beginning and
/// end are found; the middle counts as different.
TextDifference compareWords(const QString& left, const QString& right);

/// Where `position` of the left text (or right, when `fromRight`) lies in the other one, between the nearest anchors.
int counterpart(const TextDifference& difference, int position, bool fromRight);

} // namespace aha
