#pragma once
// A person's regular expression over a trace, with a bound on what it may cost: patterns can take longer than anyone
// waits, and texts are hostile.

#include <QString>
#include <QVector>

#include <utility>

namespace aha {

struct PatternHits {
    QVector<std::pair<int, int>> ranges; ///< UTF-16 positions, in order, none empty
    QString problem; ///< the pattern cannot be used, or the search ended early, and why; "" when all is well
};

/// Line by line ("." and "^" see one line; lines are cut at kLongestPatternLine). Each try is bounded by PCRE's match
/// limit, all of them together by `budgetMs` and kMostPatternHits. Thread-safe.
inline constexpr int kLongestPatternLine = 4096, kMostPatternHits = 20'000, kPatternMatchLimit = 5'000;
PatternHits findPattern(const QString& text, const QString& pattern, int budgetMs);

} // namespace aha
