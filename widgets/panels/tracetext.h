#pragma once
// A completion made ready for display: every byte of hostile text visible, positions mapped, highlights found.

#include "core/store/rows.h"
#include "core/trace/reflection.h"

#include <QString>
#include <QVector>

namespace aha {

struct TraceSpan {
    enum Kind { Reflection, Chinese, English, Tag, RightEquation, WrongEquation } kind;
    int begin, end;               ///< UTF-16 positions in TraceText::text
};

struct TraceText {
    QString text;                 ///< control, bidi and invalid characters replaced by visible ones
    QVector<int> position;        ///< UTF-8 byte -> UTF-16 position; one longer than the bytes
    QVector<TraceSpan> spans;
    QVector<int> tokenEnds;       ///< UTF-16 positions; empty without token detail
    QVector<float> logprob, entropy;
};

/// `itemJson`: the problem, for judging equations; may be empty.
TraceText makeTraceText(const std::string& utf8, const std::string& itemJson, const Lexicon& lexicon, const std::optional<TokenDetail>& detail);

/// Words of `left` and `right` that the other does not share, as UTF-16 ranges (longest common subsequence). Texts of
/// more than 2000 words are compared by their common beginning and end only.
struct TextDifference {
    QVector<std::pair<int, int>> left, right;
};
TextDifference compareWords(const QString& left, const QString& right);

} // namespace aha
