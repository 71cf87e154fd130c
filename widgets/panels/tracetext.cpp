#include "widgets/panels/tracetext.h"

#include "core/base/utf8.h"
#include "core/tasks/countdown.h"
#include "core/trace/language.h"
#include "core/trace/structure.h"
#include "widgets/models/visibletext.h"

#include <algorithm>

namespace aha {

namespace {

constexpr size_t kRunGap = 3; // bytes between two words of one language run: a space, a comma

/// Index of the reflection word that turned a miss into the solution; -1 when there is none.
int ahaWord(const std::vector<Equation>& equations, const std::vector<WordHit>& words)
{
    size_t missed = std::string::npos;
    for (const Equation& equation : equations) {
        if (equation.hitsTarget && missed != std::string::npos) {
            int found = -1;
            for (size_t i = 0; i < words.size() && words[i].begin < equation.begin; ++i)
                if (words[i].begin >= missed)
                    found = int(i);
            return found;
        }
        if (equation.hitsTarget)
            return -1; // right at the first attempt
        if (equation.endsAttempt && missed == std::string::npos)
            missed = equation.end;
    }
    return -1;
}

} // namespace

std::pair<const TraceSpan*, const TraceSpan*> TraceText::spansIn(TraceSpan::Kind kind, int begin, int end) const
{
    const TraceSpan *first = spans.constData() + m_begin[size_t(kind)],
                    *last = spans.constData() + m_begin[size_t(kind) + 1];
    first = std::upper_bound(first, last, begin, [](int at, const TraceSpan& span) { return at < span.end; });
    last = std::lower_bound(first, last, end, [](const TraceSpan& span, int at) { return span.begin < at; });
    return { first, last };
}

int TraceText::tokenAt(int position) const
{
    return int(std::upper_bound(tokenEnds.begin(), tokenEnds.end(), position) - tokenEnds.begin());
}

int tracePosition(std::string_view utf8, size_t byte)
{
    return int(visibleText(utf8.substr(0, std::min(byte, utf8.size()))).size());
}

TraceText makeTraceText(const std::string& utf8, const std::string& itemJson, const Lexicon& lexicon,
    const std::optional<TokenDetail>& detail)
{
    TraceText out;
    QVector<int> position(qsizetype(utf8.size()) + 1); // UTF-8 byte -> UTF-16 position
    out.text.reserve(qsizetype(utf8.size()));
    for (size_t at = 0; at < utf8.size();) {
        const CodePoint point = decodeUtf8(utf8, at);
        for (uint32_t b = 0; b < point.bytes; ++b)
            position[qsizetype(at + b)] = int(out.text.size());
        for (const char16_t unit : QChar::fromUcs4(point.valid ? visibleCharacter(point.value) : U'\uFFFD'))
            out.text += QChar(unit);
        at += point.bytes;
    }
    position[qsizetype(utf8.size())] = int(out.text.size());
    const auto add = [&](TraceSpan::Kind kind, size_t begin, size_t end) {
        out.spans.append({ kind, position[qsizetype(begin)], position[qsizetype(end)] });
    };
    const auto closed = [&](TraceSpan::Kind kind) { out.m_begin[size_t(kind) + 1] = int(out.spans.size()); };

    std::vector<Equation> equations;
    if (const Result<CountdownItem> item = countdownItemFromJson(itemJson))
        equations = findEquations(utf8, *item);
    const std::vector<WordHit> reflections = lexicon.find(utf8);
    const int aha = ahaWord(equations, reflections);
    for (const WordHit& hit : reflections)
        add(TraceSpan::Reflection, hit.begin, hit.end);
    closed(TraceSpan::Reflection);
    if (aha >= 0)
        add(TraceSpan::Aha, reflections[size_t(aha)].begin, reflections[size_t(aha)].end);
    closed(TraceSpan::Aha);
    const std::vector<WordSpan> words = languageWords(utf8);
    for (const auto& [script, kind] :
        { std::pair(Script::Chinese, TraceSpan::Chinese), std::pair(Script::English, TraceSpan::English) }) {
        for (size_t i = 0; i < words.size(); ++i) {
            if (words[i].script != script)
                continue;
            const size_t begin = words[i].begin;
            while (
                i + 1 < words.size() && words[i + 1].script == script && words[i + 1].begin - words[i].end <= kRunGap)
                ++i;
            add(kind, begin, words[i].end);
        }
        closed(kind);
    }
    for (const TagSpan& tag : findTags(utf8))
        add(TraceSpan::Tag, tag.begin, tag.end);
    closed(TraceSpan::Tag);
    for (const bool right : { true, false }) {
        for (const Equation& equation : equations)
            if (equation.right == right)
                add(right ? TraceSpan::RightEquation : TraceSpan::WrongEquation, equation.begin, equation.end);
        closed(right ? TraceSpan::RightEquation : TraceSpan::WrongEquation);
    }
    if (detail) {
        int last = 0;
        for (const int32_t end : detail->tokenEnds) // ascending, whatever the database says
            out.tokenEnds.append(
                last = std::max(last, position[std::clamp<qsizetype>(end, 0, qsizetype(utf8.size()))]));
        out.logprob = QVector<float>(detail->logprob.begin(), detail->logprob.end());
        out.entropy = QVector<float>(detail->entropy.begin(), detail->entropy.end());
    }
    return out;
}

} // namespace aha
