#pragma once
// A completion made ready for display: every byte of hostile text visible, positions mapped, highlights found.

#include "core/store/learning_rows.h"
#include "core/store/rows.h"
#include "core/trace/behaviour.h"
#include "core/trace/reflection.h"

#include <QByteArray>
#include <QString>
#include <QVector>

#include <array>

namespace aha {

struct TraceSpan {
    /// Aha: the last reflection word between a missed attempt and the attempt that hits the target. English and Chinese
    /// are runs of words of one script. RightEquation and WrongEquation: exact arithmetic says so. Repeated: words that
    /// stood there before. Retry: where an attempt is given up and another begins. Chip: characters that hide, reorder
    /// or control text, written out.
    enum Kind {
        Reflection,
        Aha,
        Chinese,
        English,
        Tag,
        RightEquation,
        WrongEquation,
        Repeated,
        Retry,
        Chip,
        KindCount
    } kind;
    int begin, end; ///< UTF-16 positions in TraceText::text
};

struct TraceText {
    QString text; ///< control, bidi and invalid characters written out as chips: "[U+202E]", "␛", "[FF]"
    QByteArray bytes; ///< the text as it was stored
    QVector<TraceSpan> spans; ///< kind by kind; within a kind in order and without overlap
    QVector<int> tokenEnds; ///< UTF-16 positions; empty without token detail
    QVector<float> logprob, entropy;
    QVector<float> reward; ///< of each token, by a model beside the policy; empty: none stored
    bool rewardIsProbability = false; ///< p(good) of the token's step; else PRIME's, in nats
    double rewardTop = 1; ///< where the colours of rewards end, in their unit
    double advantage = 0; ///< of the completion
    bool hasAdvantage = false;
    BehaviourCounts behaviour;
    QVector<ReflectionEffect> effects; ///< begin, end and reach are UTF-16 positions

    /// Spans of one kind that touch [begin, end). Logarithmic in the number of spans.
    std::pair<const TraceSpan*, const TraceSpan*> spansIn(TraceSpan::Kind kind, int begin, int end) const;
    int count(TraceSpan::Kind kind) const { return m_begin[size_t(kind) + 1] - m_begin[size_t(kind)]; }
    /// First token that ends behind `position`; tokenEnds.size() when there is none.
    int tokenAt(int position) const;
    /// The stored bytes of a stretch of `text`; a chip is taken whole. Logarithmic in the text, but for the copy.
    QByteArray bytesOf(int begin, int end) const;

private:
    friend TraceText makeTraceText(
        const std::string&, const std::string&, const Lexicon&, const std::optional<TokenDetail>&);
    std::pair<qsizetype, qsizetype> characterBytes(int position) const; ///< of the character that is drawn there
    QVector<std::pair<qsizetype, int>> m_places; ///< byte and position of a character, every few thousand bytes
    std::array<int, TraceSpan::KindCount + 1> m_begin {}; ///< first span of each kind
};

/// The position in TraceText::text of a byte of the UTF-8 text.
int tracePosition(std::string_view utf8, size_t byte);

/// What to say of the counts in one line, and what the words mean; "" for a trace without any of it.
QString behaviourText(const BehaviourCounts& counts);
QString behaviourHelp();
/// What followed a reflection word: "then a new attempt, calculated right, which checks".
QString effectText(const ReflectionEffect& effect);

/// Puts stored rewards of tokens into a trace. The colours end at the size that 98 % of the tokens stay below, rounded
/// up to one digit; a probability is shown from 0 to 1.
void setTokenRewards(TraceText& trace, const TokenRewards& rewards);

/// `itemJson`: the problem, for judging equations; may be empty. Linear in the text; thread-safe.
TraceText makeTraceText(const std::string& utf8, const std::string& itemJson, const Lexicon& lexicon,
    const std::optional<TokenDetail>& detail);

} // namespace aha
