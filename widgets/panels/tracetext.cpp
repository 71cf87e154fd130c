#include "widgets/panels/tracetext.h"

#include "core/base/utf8.h"
#include "core/tasks/countdown.h"
#include "core/trace/language.h"
#include "core/trace/repetition.h"
#include "core/trace/structure.h"
#include "core/trace/turning_word.h"
#include "widgets/language/translation.h"
#include "widgets/models/visibletext.h"

#include <algorithm>
#include <cmath>

namespace aha {

namespace {

/// One character as it is shown: a chip where showing it as it is would hide, reorder or control text.
void appendShown(QString& out, const CodePoint& point, std::string_view bytes)
{
    if (!point.valid) {
        out += QStringLiteral("[%1]").arg(uint8_t(bytes[0]), 2, 16, QLatin1Char('0')).toUpper();
        return;
    }
    const char32_t shown = visibleCharacter(point.value);
    if (shown != point.value) { // fonts rarely have pictures of controls
        out += QStringLiteral("[U+%1]").arg(uint32_t(point.value), 4, 16, QLatin1Char('0')).toUpper();
        return;
    }
    for (const char16_t unit : QChar::fromUcs4(shown))
        out += QChar(unit);
}

bool isChip(const CodePoint& point) { return !point.valid || visibleCharacter(point.value) != point.value; }

constexpr qsizetype kPlaceEvery = 4096; // bytes
constexpr size_t kRunGap = 3; // bytes between two words of one language run: a space, a comma

struct JudgedEquation {
    size_t begin, end;
    bool right;
};

/// Calculations of the whole text: of the reasoning they are known.
std::vector<Calculation> calculationsOf(std::string_view text, const TraceBehaviour& behaviour)
{
    std::vector<Calculation> all = behaviour.calculations;
    const size_t reasoning = std::min(text.find("</think>"), text.size());
    for (Calculation& calculation : findCalculations(text.substr(reasoning))) {
        calculation.begin += reasoning;
        calculation.end += reasoning;
        all.push_back(std::move(calculation));
    }
    return all;
}

/// Those of Countdown, whose rules know the problem's numbers, and every other calculation.
std::vector<JudgedEquation> judgedEquations(
    const std::vector<Equation>& countdown, const std::vector<Calculation>& calculations)
{
    std::vector<JudgedEquation> all;
    size_t next = 0;
    for (const Calculation& c : calculations) {
        for (; next < countdown.size() && countdown[next].begin < c.end; ++next)
            all.push_back({ countdown[next].begin, countdown[next].end, countdown[next].right });
        if (all.empty() || all.back().end <= c.begin)
            all.push_back({ c.begin, c.end, c.right });
    }
    for (; next < countdown.size(); ++next)
        all.push_back({ countdown[next].begin, countdown[next].end, countdown[next].right });
    return all;
}

std::vector<StatedResult> resultsOf(const std::vector<Equation>& countdown)
{
    std::vector<StatedResult> results;
    for (const Equation& equation : countdown)
        results.push_back(
            { equation.begin, equation.end, equation.endsAttempt && !equation.hitsTarget, equation.hitsTarget });
    return results;
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

std::pair<qsizetype, qsizetype> TraceText::characterBytes(int position) const
{
    const std::string_view utf8(bytes.constData(), size_t(bytes.size()));
    const auto behind = std::upper_bound(m_places.begin(), m_places.end(), position,
        [](int at, const std::pair<qsizetype, int>& place) { return at < place.second; });
    auto [at, at16] = behind == m_places.begin() ? std::pair<qsizetype, int>() : *(behind - 1);
    QString shown;
    while (at < bytes.size()) {
        const CodePoint point = decodeUtf8(utf8, size_t(at));
        shown.clear();
        appendShown(shown, point, utf8.substr(size_t(at), point.bytes));
        at16 += int(shown.size());
        if (at16 > position)
            return { at, at + qsizetype(point.bytes) };
        at += qsizetype(point.bytes);
    }
    return { bytes.size(), bytes.size() };
}

QByteArray TraceText::bytesOf(int begin, int end) const
{
    if (begin >= end)
        return {};
    const qsizetype from = characterBytes(begin).first;
    return bytes.mid(from, characterBytes(end - 1).second - from);
}

QString behaviourText(const BehaviourCounts& n)
{
    QStringList parts;
    if (n.attempts)
        parts << (n.attempts == 1 ? tr("%1 attempt") : tr("%1 attempts")).arg(n.attempts)
                + (n.repeatedAttempts ? tr(" (%1 repeated)").arg(n.repeatedAttempts) : QString());
    if (n.verifications)
        parts << tr("verification %1%2")
                     .arg(n.verifications)
                     .arg(n.wrongVerifications ? tr(" (%1 false)").arg(n.wrongVerifications) : QString());
    const std::pair<const char*, int> kinds[]
        = { { "backtracking", n.backtracks }, { "sub-goals", n.subGoals }, { "enumeration", n.enumerations } };
    for (const auto& [name, count] : kinds)
        if (count)
            parts << QStringLiteral("%1 %2").arg(translated(name)).arg(count);
    if (n.reflections) {
        QStringList after;
        const std::pair<const char*, int> what[] = { { "something new %1×", n.reflectionsNew },
            { "a repeat %1×", n.reflectionsRepeat }, { "nothing %1×", n.reflectionsNothing } };
        for (const auto& [text, count] : what)
            if (count)
                after << translated(text).arg(count);
        // The chips count words: nobody sees two numbers for one thing.
        QStringList words;
        if (n.reflectionWords > n.reflections)
            words << tr("%1 words; words side by side are one").arg(n.reflectionWords);
        if (n.wordsAfterThinking)
            words << (n.wordsAfterThinking == 1 ? tr("1 word more after </think>")
                                                : tr("%1 words more after </think>").arg(n.wordsAfterThinking));
        const QString counted = words.isEmpty() ? QString() : tr(" (%1)").arg(words.join(tr("; ")));
        QString said = (n.reflections == 1 ? tr("%1 reflection%2, then %3") : tr("%1 reflections%2, then %3"))
                           .arg(QString::number(n.reflections), counted, after.join(tr(", ")));
        if (n.reflectionsChecking) // beside what follows: a check may be new or a repeat
            said += tr("; %1 of them check a result").arg(n.reflectionsChecking);
        parts << said;
    }
    return parts.join(QStringLiteral(" · "));
}

QString behaviourHelp()
{
    return tr(
        "Rules on the text, no model: an attempt is a chain of calculations; it is repeated when the same calculations "
        "stood there before.\nVerification: a result is compared with what was asked, or calculated again; false: "
        "exact "
        "arithmetic says otherwise.\nBacktracking: an attempt is given up for another. Sub-goals: results that the "
        "next "
        "calculation builds on, or named steps. Enumeration: three or more different attempts or cases in a "
        "row.\nReflections, then …: what follows each reflection word (wait, but, check). Something new: an attempt or "
        "words that did not stand there before. A repeat: only what stood there before. Nothing: fewer than three "
        "words follow. These three add up to the reflections. Words that follow each other closely (\"wait, check\") "
        "are one "
        "reflection, so the chips may count more words.\nCheck a result: after the word a verdict that agrees "
        "with arithmetic is stated, or the attempt before is calculated again; the check itself may be new or a "
        "repeat.");
}

QString effectText(const ReflectionEffect& effect)
{
    if (effect.after == ReflectionEffect::Nothing)
        return tr("nothing follows");
    QString text = effect.calculates
        ? effect.after == ReflectionEffect::New ? tr("then a new attempt") : tr("then an attempt that was made before")
        : effect.after == ReflectionEffect::New ? tr("then new words")
                                                : tr("then words that stood there before");
    if (effect.calculates)
        text += effect.right ? tr(", calculated right") : tr(", calculated wrong");
    return effect.checks ? text + tr("; it checks") : text;
}

int tracePosition(std::string_view utf8, size_t byte)
{
    QString before;
    for (size_t at = 0; at < std::min(byte, utf8.size());) {
        const CodePoint point = decodeUtf8(utf8, at);
        appendShown(before, point, utf8.substr(at, point.bytes));
        at += point.bytes;
    }
    return int(before.size());
}

TraceText makeTraceText(const std::string& utf8, const std::string& itemJson, const Lexicon& lexicon,
    const std::optional<TokenDetail>& detail)
{
    TraceText out;
    QVector<int> position(qsizetype(utf8.size()) + 1); // UTF-8 byte -> UTF-16 position
    out.text.reserve(qsizetype(utf8.size()));
    out.bytes = QByteArray::fromStdString(utf8);
    QVector<TraceSpan> chips; // neighbours are one
    for (size_t at = 0; at < utf8.size();) {
        const CodePoint point = decodeUtf8(utf8, at);
        const int begin = int(out.text.size());
        if (out.m_places.isEmpty() || qsizetype(at) - out.m_places.back().first >= kPlaceEvery)
            out.m_places.append({ qsizetype(at), begin });
        for (uint32_t b = 0; b < point.bytes; ++b)
            position[qsizetype(at + b)] = begin;
        appendShown(out.text, point, std::string_view(utf8).substr(at, point.bytes));
        if (isChip(point)) {
            if (!chips.isEmpty() && chips.back().end == begin)
                chips.back().end = int(out.text.size());
            else
                chips.append({ TraceSpan::Chip, begin, int(out.text.size()) });
        }
        at += point.bytes;
    }
    position[qsizetype(utf8.size())] = int(out.text.size());
    const auto add = [&](TraceSpan::Kind kind, size_t begin, size_t end) {
        out.spans.append({ kind, position[qsizetype(begin)], position[qsizetype(end)] });
    };
    const auto closed = [&](TraceSpan::Kind kind) { out.m_begin[size_t(kind) + 1] = int(out.spans.size()); };

    const std::vector<WordHit> reflections = lexicon.find(utf8);
    const TraceBehaviour behaviour = analyseBehaviour(utf8, behaviourProblem(itemJson), reflections);
    out.behaviour = behaviour.counts;
    std::vector<Equation> countdown;
    if (const Result<CountdownItem> item = countdownItemFromJson(itemJson))
        countdown = findEquations(utf8, *item);
    const std::vector<JudgedEquation> equations = judgedEquations(countdown, calculationsOf(utf8, behaviour));
    const int aha
        = turningWord(countdown.empty() ? statedResults(behaviour, itemJson) : resultsOf(countdown), reflections);
    for (const WordHit& hit : reflections)
        add(TraceSpan::Reflection, hit.begin, hit.end);
    closed(TraceSpan::Reflection);
    for (int kind = 0; kind < kReflectionKinds; ++kind) {
        for (const WordHit& hit : reflections)
            if (int(lexicon.entries()[size_t(hit.word)].kind) == kind)
                add(TraceSpan::of(ReflectionKind(kind)), hit.begin, hit.end);
        closed(TraceSpan::of(ReflectionKind(kind)));
    }
    if (aha >= 0)
        add(TraceSpan::Aha, reflections[size_t(aha)].begin, reflections[size_t(aha)].end);
    closed(TraceSpan::Aha);
    const std::vector<ScriptRun> scripts = scriptRuns(utf8, languageWords(utf8));
    for (int script = 0; script < kWritingSystems; ++script) {
        for (const ScriptRun& run : scripts)
            if (int(run.script) == script)
                add(TraceSpan::of(run.script), run.begin, run.end);
        closed(TraceSpan::of(WritingSystem(script)));
    }
    for (const TagSpan& tag : findTags(utf8))
        add(TraceSpan::Tag, tag.begin, tag.end);
    closed(TraceSpan::Tag);
    for (const bool right : { true, false }) {
        for (const JudgedEquation& equation : equations)
            if (equation.right == right)
                add(right ? TraceSpan::RightEquation : TraceSpan::WrongEquation, equation.begin, equation.end);
        closed(right ? TraceSpan::RightEquation : TraceSpan::WrongEquation);
    }
    for (const auto& [begin, end] : repeatedStretches(utf8))
        add(TraceSpan::Repeated, begin, end);
    closed(TraceSpan::Repeated);
    size_t covered = 0; // places in words may lie within those between attempts
    for (const BehaviourPlace& place : behaviour.places)
        if (place.kind == Behaviour::Backtracking && place.begin >= covered) {
            const size_t begin = std::min(utf8.find_first_not_of(" \t\n,.;", place.begin), place.end);
            add(TraceSpan::Retry, begin, place.end);
            covered = place.end;
        }
    closed(TraceSpan::Retry);
    out.spans += chips;
    closed(TraceSpan::Chip);
    closed(TraceSpan::Untrained);
    for (ReflectionEffect effect : behaviour.reflections) {
        for (size_t* at : { &effect.begin, &effect.end, &effect.reach })
            *at = size_t(position[qsizetype(*at)]);
        out.effects.append(effect);
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

void setTokenDetail(TraceText& trace, const TokenDetail& detail)
{
    const std::string_view utf8(trace.bytes.constData(), size_t(trace.bytes.size()));
    trace.tokenEnds.clear();
    QString shown;
    size_t at = 0, behind = 0;
    int position = 0, before = 0; // of the character behind `at`, and of the one that was read last
    for (const int32_t end : detail.tokenEnds) {
        for (; at < utf8.size() && at < size_t(std::max(end, 0)); at = behind) {
            const CodePoint point = decodeUtf8(utf8, at);
            shown.clear();
            appendShown(shown, point, utf8.substr(at, point.bytes));
            behind = at + point.bytes;
            before = position;
            position += int(shown.size());
        }
        // A token may end within a character: this one begins before it, as one with the text has it.
        trace.tokenEnds.append(at > size_t(std::max(end, 0))
                ? std::max(before, trace.tokenEnds.value(trace.tokenEnds.size() - 1))
                : position);
    }
    trace.logprob = QVector<float>(detail.logprob.begin(), detail.logprob.end());
    trace.entropy = QVector<float>(detail.entropy.begin(), detail.entropy.end());
}

void setTokenRewards(TraceText& trace, const TokenRewards& rewards)
{
    trace.reward = QVector<float>(rewards.values.begin(), rewards.values.end());
    trace.rewardIsProbability = rewards.kind == "process";
    trace.rewardTop = 1;
    if (trace.rewardIsProbability)
        return;
    std::vector<double> sizes;
    for (const float value : rewards.values)
        if (std::isfinite(value) && value != 0)
            sizes.push_back(std::abs(double(value)));
    if (sizes.empty())
        return;
    const auto high = sizes.begin() + std::ptrdiff_t(double(sizes.size() - 1) * 0.98);
    std::nth_element(sizes.begin(), high, sizes.end());
    const double unit = std::pow(10.0, std::floor(std::log10(*high)));
    trace.rewardTop = std::ceil(*high / unit - 1e-9) * unit;
}

void setUntrained(TraceText& trace, const QString& reason)
{
    trace.untrained = reason;
    trace.spans.resize(trace.m_begin[TraceSpan::Untrained]); // the last kind
    if (!reason.isEmpty() && !trace.text.isEmpty())
        trace.spans.append({ TraceSpan::Untrained, 0, int(trace.text.size()) });
    trace.m_begin[TraceSpan::Untrained + 1] = int(trace.spans.size());
}

} // namespace aha
