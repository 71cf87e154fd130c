#pragma once
// A completion made ready for display: every byte of hostile text visible, positions mapped, highlights found.

#include "core/store/learning_rows.h"
#include "core/store/rows.h"
#include "core/trace/behaviour.h"
#include "core/trace/reflection.h"
#include "core/trace/writing_system.h"

#include <QByteArray>
#include <QString>
#include <QVector>

#include <array>

namespace aha {

struct TraceSpan {
    /// Reflection: every reflection word; Hesitation to Unsorted: the same by kind, in the order of ReflectionKind.
    /// Aha: the last of them between a miss and the right result. Latin to OtherScript: runs of words of one script, in
    /// the order of WritingSystem. RightEquation and WrongEquation: exact arithmetic says so. Repeated: words that
    /// stood there before. Retry: where an attempt is given up and another begins. Chip: characters that hide, reorder
    /// or control text, written out. Untrained: the loss leaves it out.
    enum Kind {
        Reflection,
        Hesitation,
        Contrast,
        Mistake,
        Check,
        Restart,
        Conclusion,
        Unsorted,
        Aha,
        Latin,
        Han,
        Kana,
        Hangul,
        Cyrillic,
        Arabic,
        Hebrew,
        Devanagari,
        Thai,
        Greek,
        OtherScript,
        Tag,
        RightEquation,
        WrongEquation,
        Repeated,
        Retry,
        Chip,
        Untrained,
        KindCount
    } kind;
    int begin, end; ///< UTF-16 positions in TraceText::text

    static constexpr Kind of(ReflectionKind word) { return Kind(Hesitation + int(word)); }
    static constexpr Kind of(WritingSystem script) { return Kind(Latin + int(script)); }
    static constexpr bool isWordKind(Kind kind) { return kind >= Hesitation && kind <= Unsorted; }
    static constexpr bool isScript(Kind kind) { return kind >= Latin && kind <= OtherScript; }
    /// Is the layer on until somebody switches it?
    static constexpr bool isShownAtFirst(Kind kind) { return kind != Latin && kind != Repeated && kind != Retry; }
};
static_assert(int(TraceSpan::of(ReflectionKind::Unsorted)) == int(TraceSpan::Unsorted)
    && int(TraceSpan::of(WritingSystem::Other)) == int(TraceSpan::OtherScript));

struct TraceText {
    QString text; ///< control, bidi and invalid characters written out as chips: "[U+202E]", "␛", "[FF]"
    QByteArray bytes; ///< the text as it was stored
    QVector<TraceSpan> spans; ///< kind by kind; within a kind in order and without overlap
    QVector<int> tokenEnds; ///< UTF-16 positions; empty without token detail
    QVector<int> tokenIds; ///< empty: not stored
    QString untrained; ///< why the loss leaves the text out; "": it trains, or that is not known
    QVector<float> logprob, entropy;
    QString measured; ///< with what they were measured since; "": they were stored when the text was drawn
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
    friend void setUntrained(TraceText&, const QString&);
    std::array<int, TraceSpan::KindCount + 1> m_begin {}; ///< first span of each kind
};

/// The position in TraceText::text of a byte of the UTF-8 text.
int tracePosition(std::string_view utf8, size_t byte);

/// What to say of the counts in one line, and what the words mean; "" for a trace without any of it.
QString behaviourText(const BehaviourCounts& counts);
QString behaviourHelp();
/// What followed a reflection word: "then a new attempt, calculated right, which checks".
QString effectText(const ReflectionEffect& effect);

/// Puts token values into a trace that has none, or others. Linear in the text.
void setTokenDetail(TraceText& trace, const TokenDetail& detail);

/// Says of a trace that the loss leaves it out, and why; "" takes it back.
void setUntrained(TraceText& trace, const QString& reason);

/// Puts stored rewards of tokens into a trace. The colours end at the size that 98 % of the tokens stay below, rounded
/// up to one digit; a probability is shown from 0 to 1.
void setTokenRewards(TraceText& trace, const TokenRewards& rewards);

/// `itemJson`: the problem, for judging equations; may be empty. Linear in the text; thread-safe.
TraceText makeTraceText(const std::string& utf8, const std::string& itemJson, const Lexicon& lexicon,
    const std::optional<TokenDetail>& detail);

} // namespace aha
