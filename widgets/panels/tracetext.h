#pragma once
// A completion made ready for display: every byte of hostile text visible, positions mapped, highlights found.

#include "core/store/rows.h"
#include "core/trace/reflection.h"

#include <QString>
#include <QVector>

#include <array>

namespace aha {

struct TraceSpan {
    /// Aha: the last reflection word between a missed attempt and the attempt that hits the target. English and Chinese
    /// are runs of words of one script. RightEquation and WrongEquation: exact arithmetic says so.
    enum Kind { Reflection, Aha, Chinese, English, Tag, RightEquation, WrongEquation, KindCount } kind;
    int begin, end; ///< UTF-16 positions in TraceText::text
};

struct TraceText {
    QString text; ///< control, bidi and invalid characters replaced by visible ones
    QVector<TraceSpan> spans; ///< kind by kind; within a kind in order and without overlap
    QVector<int> tokenEnds; ///< UTF-16 positions; empty without token detail
    QVector<float> logprob, entropy;

    /// Spans of one kind that touch [begin, end). Logarithmic in the number of spans.
    std::pair<const TraceSpan*, const TraceSpan*> spansIn(TraceSpan::Kind kind, int begin, int end) const;
    int count(TraceSpan::Kind kind) const { return m_begin[size_t(kind) + 1] - m_begin[size_t(kind)]; }
    /// First token that ends behind `position`; tokenEnds.size() when there is none.
    int tokenAt(int position) const;

private:
    friend TraceText makeTraceText(
        const std::string&, const std::string&, const Lexicon&, const std::optional<TokenDetail>&);
    std::array<int, TraceSpan::KindCount + 1> m_begin {}; ///< first span of each kind
};

/// The position in TraceText::text of a byte of the UTF-8 text.
int tracePosition(std::string_view utf8, size_t byte);

/// `itemJson`: the problem, for judging equations; may be empty. Linear in the text; thread-safe.
TraceText makeTraceText(const std::string& utf8, const std::string& itemJson, const Lexicon& lexicon,
    const std::optional<TokenDetail>& detail);

} // namespace aha
