#include "core/trace/trace_tally.h"

#include <algorithm>
#include <utility>

namespace aha {

namespace {

constexpr size_t kBefore = 14, kAfter = 90; // bytes around an example: a narrow list shows the place itself
constexpr size_t kLongest = 120; // bytes of the place

bool continues(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

void addTo(std::vector<int64_t>& sums, const std::vector<int64_t>& more)
{
    sums.resize(std::max(sums.size(), more.size()));
    for (size_t i = 0; i < more.size(); ++i)
        sums[i] += more[i];
}

} // namespace

void BehaviourSums::add(const BehaviourCounts& c)
{
    calculations += c.calculations;
    wrongCalculations += c.wrongCalculations;
    attempts += c.attempts;
    repeatedAttempts += c.repeatedAttempts;
    hits += c.hits;
    verifications += c.verifications;
    wrongVerifications += c.wrongVerifications;
    backtracks += c.backtracks;
    subGoals += c.subGoals;
    enumerations += c.enumerations;
    reflections += c.reflections;
    reflectionsNew += c.reflectionsNew;
    reflectionsRepeat += c.reflectionsRepeat;
    reflectionsNothing += c.reflectionsNothing;
    reflectionsChecking += c.reflectionsChecking;
    const int shown[] = { c.verifications, c.backtracks, c.subGoals, c.enumerations };
    for (size_t i = 0; i < tracesWith.size(); ++i)
        tracesWith[i] += shown[i] > 0;
}

void BehaviourSums::add(const BehaviourSums& other)
{
    static constexpr int64_t BehaviourSums::*fields[] = { &BehaviourSums::calculations,
        &BehaviourSums::wrongCalculations, &BehaviourSums::attempts, &BehaviourSums::repeatedAttempts,
        &BehaviourSums::hits, &BehaviourSums::verifications, &BehaviourSums::wrongVerifications,
        &BehaviourSums::backtracks, &BehaviourSums::subGoals, &BehaviourSums::enumerations, &BehaviourSums::reflections,
        &BehaviourSums::reflectionsNew, &BehaviourSums::reflectionsRepeat, &BehaviourSums::reflectionsNothing,
        &BehaviourSums::reflectionsChecking };
    for (const auto field : fields)
        this->*field += other.*field;
    for (size_t i = 0; i < tracesWith.size(); ++i)
        tracesWith[i] += other.tracesWith[i];
}

void TraceSums::add(const TraceSums& other)
{
    traces += other.traces;
    tokens += other.tokens;
    reflections += other.reflections;
    reflecting += other.reflecting;
    addTo(words, other.words);
    addTo(tracesWithWord, other.tracesWithWord);
    for (size_t i = 0; i < wordsOfKind.size(); ++i) {
        wordsOfKind[i] += other.wordsOfKind[i];
        tracesWithKind[i] += other.tracesWithKind[i];
    }
    for (size_t i = 0; i < positions.size(); ++i) {
        positions[i] += other.positions[i];
        switchPositions[i] += other.switchPositions[i];
    }
    switches += other.switches;
    behaviour.add(other.behaviour);
    mixed += other.mixed;
    mixedTokens += other.mixedTokens;
    for (size_t i = 0; i < scriptWords.size(); ++i) {
        scriptWords[i] += other.scriptWords[i];
        tracesWithScript[i] += other.tracesWithScript[i];
    }
}

TraceSums allOf(const SumsByVerdict& sums)
{
    TraceSums all = sums.front();
    for (size_t verdict = 1; verdict < sums.size(); ++verdict)
        all.add(sums[verdict]);
    return all;
}

std::string excerptOf(std::string_view text, size_t begin, size_t end, size_t before, size_t after)
{
    size_t from = begin > before ? begin - before : 0, to = std::min(text.size(), end + after);
    while (from < begin && continues(text[from]))
        ++from;
    while (to > end && to < text.size() && continues(text[to]))
        --to;
    return (from > 0 ? "…" : "") + std::string(text.substr(from, to - from)) + (to < text.size() ? "…" : "");
}

StepTallier::StepTallier(const Lexicon& lexicon, int64_t step)
    : m_lexicon(lexicon)
{
    m_tally.first = m_tally.step = step;
    for (TraceSums& sums : m_tally.of) {
        sums.words.resize(lexicon.entries().size());
        sums.tracesWithWord.resize(lexicon.entries().size());
    }
}

void StepTallier::example(const TalliedTrace& trace, int kind, size_t begin, size_t end)
{
    if (!std::exchange(m_shown[{ kind, traceVerdict(trace.correct) }], true))
        m_tally.examples.push_back({ kind, trace.id, m_tally.step, trace.correct,
            excerptOf(trace.text, begin, std::min(end, begin + kLongest), kBefore, kAfter) });
}

void StepTallier::addBehaviour(const TalliedTrace& trace, const std::vector<WordHit>& hits, BehaviourSums& sums)
{
    const TraceBehaviour found
        = analyseBehaviour(trace.text, trace.problem ? *trace.problem : BehaviourProblem(), hits);
    sums.add(found.counts);
    for (const BehaviourPlace& place : found.places)
        example(trace, place.holds ? behaviourExample(place.kind) : kFalseVerdictExample, place.begin, place.end);
    for (const ReflectionEffect& effect : found.reflections) {
        static constexpr int kinds[]
            = { kNothingAfterReflectionExample, kRepeatAfterReflectionExample, kNewAfterReflectionExample };
        example(trace, kinds[effect.after], effect.begin, effect.end);
        if (effect.checks)
            example(trace, kCheckingReflectionExample, effect.begin, effect.end);
    }
    for (const Attempt& attempt : found.attempts)
        if (attempt.repeats >= 0)
            example(trace, kRepeatedAttemptExample, attempt.begin, attempt.end);
    for (const Attempt& attempt : found.attempts)
        if (!attempt.right)
            example(trace, kWrongCalculationExample, attempt.begin, attempt.end);
}

void StepTallier::add(const TalliedTrace& trace)
{
    TraceSums& sums = m_tally.of[traceVerdict(trace.correct)];
    ++sums.traces;
    sums.tokens += trace.tokens;
    const std::vector<WordHit> hits = m_lexicon.find(trace.text);
    sums.reflections += int64_t(hits.size());
    sums.reflecting += !hits.empty();
    addBehaviour(trace, hits, sums.behaviour);
    std::vector<bool> seen(sums.words.size());
    std::array<bool, kReflectionKinds> kinds {};
    const auto bin
        = [&](size_t byte) { return std::min<size_t>(byte * kPositionBins / trace.text.size(), kPositionBins - 1); };
    for (const WordHit& hit : hits) {
        ++sums.words[size_t(hit.word)];
        const auto kind = size_t(m_lexicon.entries()[size_t(hit.word)].kind);
        ++sums.wordsOfKind[kind];
        sums.tracesWithKind[kind] += !std::exchange(kinds[kind], true);
        ++sums.positions[bin(hit.begin)];
        if (seen[size_t(hit.word)])
            continue;
        seen[size_t(hit.word)] = true;
        ++sums.tracesWithWord[size_t(hit.word)];
        example(trace, hit.word, hit.begin, hit.end);
    }
    std::array<int64_t, 3> languages {};
    std::array<WordSpan, 3> first {};
    ScriptSet scripts;
    const WordSpan* before = nullptr;
    const std::vector<WordSpan> words = languageWords(trace.text);
    for (const WordSpan& word : words) {
        if (languages[size_t(word.script)]++ == 0)
            first[size_t(word.script)] = word;
        if (before && before->script != word.script) {
            ++sums.switches;
            ++sums.switchPositions[bin(word.begin)];
        }
        before = &word;
        const ScriptSet own = scriptsOf(trace.text, word);
        scripts |= own;
        for (size_t s = 0; s < own.size(); ++s)
            sums.scriptWords[s] += own[s];
    }
    for (size_t s = 0; s < scripts.size(); ++s)
        sums.tracesWithScript[s] += scripts[s];
    int present = 0, rarest = -1;
    for (int s = 0; s < 3; ++s) {
        present += languages[size_t(s)] > 0;
        if (languages[size_t(s)] > 0 && (rarest < 0 || languages[size_t(s)] < languages[size_t(rarest)]))
            rarest = s;
    }
    const bool mixed = present >= 2;
    sums.mixed += mixed;
    sums.mixedTokens += mixed ? trace.tokens : 0;
    if (mixed)
        example(trace, kMixedExample, first[size_t(rarest)].begin, first[size_t(rarest)].end);
    auto& [mixing, reflecting] = m_groups[trace.groupId];
    const auto count = [&](ClusterCounts& counts, bool of) {
        if (!trace.correct) {
            ++(of ? counts.unjudged : counts.othersUnjudged);
            return;
        }
        ++(of ? counts.of : counts.others);
        (of ? counts.right : counts.othersRight) += *trace.correct;
    };
    count(mixing, mixed);
    count(reflecting, !hits.empty());
}

StepTally StepTallier::finish()
{
    for (const auto& [id, counts] : m_groups) {
        m_tally.mixing.push_back(counts.first);
        m_tally.reflecting.push_back(counts.second);
    }
    return std::move(m_tally);
}

void StepTally::append(const StepTally& next)
{
    step = next.step;
    steps += next.steps;
    failed += next.failed;
    for (size_t verdict = 0; verdict < of.size(); ++verdict)
        of[verdict].add(next.of[verdict]);
    for (const auto which : { &StepTally::mixing, &StepTally::reflecting }) {
        (this->*which).insert((this->*which).end(), (next.*which).begin(), (next.*which).end());
        mergeEqual(this->*which);
        (this->*which).shrink_to_fit();
    }
    examples.insert(examples.end(), next.examples.begin(), next.examples.end());
}

void StepTallies::append(StepTally tally)
{
    const auto together = [](const StepTally& before, const StepTally& after) {
        auto both = std::make_shared<StepTally>(before);
        both->append(after);
        return both;
    };
    m_counted += tally.steps;
    if (!m_kept.empty() && m_kept.back()->steps < m_each) {
        m_kept.back() = together(*m_kept.back(), tally);
        return;
    }
    m_kept.push_back(std::make_shared<StepTally>(std::move(tally)));
    if (m_kept.size() <= kMost)
        return;
    m_each *= 2;
    Kept pairs;
    pairs.reserve(kMost);
    for (size_t i = 0; i < m_kept.size(); i += 2)
        pairs.push_back(i + 1 < m_kept.size() ? together(*m_kept[i], *m_kept[i + 1]) : m_kept[i]);
    m_kept = std::move(pairs);
}

void ExampleShelf::offer(const TraceExample& example)
{
    if (m_offered++ % m_stride)
        return;
    m_kept.push_back(example);
    if (m_kept.size() <= kMost)
        return;
    // Every second one goes, and only every second comes from now on.
    size_t to = 0;
    for (size_t from = 0; from < m_kept.size(); from += 2)
        m_kept[to++] = std::move(m_kept[from]);
    m_kept.resize(to);
    m_stride *= 2;
}

} // namespace aha
