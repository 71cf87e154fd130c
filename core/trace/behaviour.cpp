#include "core/trace/behaviour.h"

#include "core/base/ascii.h"
#include "core/base/json_depth.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>
#include <unordered_set>

namespace aha {

namespace {

constexpr size_t kJoinGap = 80; // bytes between two calculations of one attempt
constexpr size_t kVerdictReach = 40; // bytes behind an attempt where its verdict stands
constexpr int kLeastWords = 3, kLeastInRow = 3;
constexpr double kRepeatedWording = 0.8; // share of its three-word sequences that stood there before

struct Word {
    size_t begin, end;
};

bool isWordByte(char c) { return isName(c) || c == '\''; }

/// Runs of ASCII letters and digits; every other character beyond ASCII is a word of its own, as in Chinese.
std::vector<Word> wordsOf(std::string_view text, size_t begin, size_t end)
{
    std::vector<Word> words;
    for (size_t at = begin; at < end;) {
        size_t stop = at + 1;
        if (isWordByte(text[at]))
            while (stop < end && isWordByte(text[stop]))
                ++stop;
        else if ((unsigned char)text[at] >= 0x80)
            while (stop < end && ((unsigned char)text[stop] & 0xC0) == 0x80)
                ++stop;
        else {
            at = stop;
            continue;
        }
        words.push_back({ at, stop });
        at = stop;
    }
    return words;
}

bool sameWord(std::string_view text, const Word& word, std::string_view lower)
{
    return word.end - word.begin == lower.size()
        && std::equal(lower.begin(), lower.end(), text.begin() + long(word.begin),
            [](char a, char b) { return a == (b >= 'A' && b <= 'Z' ? char(b + 32) : b); });
}

struct Said {
    size_t begin, end;
    bool positive;
};

/// The first word within reach that says whether the attempt before it is what was asked.
std::optional<Said> verdictIn(std::string_view text, size_t begin, size_t end)
{
    static constexpr std::pair<std::string_view, bool> marks[]
        = { { "不对", false }, { "不是", false }, { "错", false }, { "≠", false }, { "✗", false }, { "✘", false },
              { "对", true }, { "正确", true }, { "✓", true }, { "✔", true } };
    static constexpr std::pair<std::string_view, bool> said[] = { { "no", false }, { "not", false }, { "wrong", false },
        { "incorrect", false }, { "fails", false }, { "doesn't", false }, { "isn't", false }, { "yes", true },
        { "correct", true }, { "right", true }, { "works", true }, { "matches", true } };
    end = std::min({ end, text.size(), begin + kVerdictReach });
    for (const Word& word : wordsOf(text, begin, end)) {
        for (const auto& [mark, positive] : marks)
            if (text.substr(word.begin, mark.size()) == mark)
                return Said { word.begin, word.begin + mark.size(), positive };
        for (const auto& [lower, positive] : said)
            if (sameWord(text, word, lower))
                return Said { word.begin, word.end, positive };
    }
    return std::nullopt;
}

class Analysis {
public:
    Analysis(std::string_view text, const BehaviourProblem& problem, const std::vector<WordHit>& words)
        : m_text(text.substr(0, text.find("</think>")))
        , m_problem(problem)
    {
        for (const WordHit& word : words)
            if (word.end <= m_text.size())
                m_words.push_back(word);
        m_out.counts.wordsAfterThinking = int(words.size() - m_words.size());
        m_out.calculations = findCalculations(m_text);
    }

    TraceBehaviour run()
    {
        findAttempts();
        judgeAttempts();
        findSteps();
        findPhrases();
        std::stable_sort(m_out.places.begin(), m_out.places.end(),
            [](const BehaviourPlace& a, const BehaviourPlace& b) { return a.begin < b.begin; });
        findReflections();
        count();
        return std::move(m_out);
    }

private:
    bool reflectionIn(size_t begin, size_t end) const
    {
        const auto word = std::lower_bound(
            m_words.begin(), m_words.end(), begin, [](const WordHit& hit, size_t at) { return hit.begin < at; });
        return word != m_words.end() && word->begin < end;
    }

    void add(Behaviour kind, size_t begin, size_t end, bool holds = true, bool refuses = false)
    {
        m_out.places.push_back({ kind, begin, end, holds, refuses });
    }

    bool joins(const Attempt& attempt, size_t operators, const Calculation& next) const
    {
        if (!m_problem.numbers.empty() && operators + 1 >= m_problem.numbers.size())
            return false; // it has used every number
        const std::string_view gap = m_text.substr(attempt.end, next.begin - attempt.end);
        if (gap.find_first_not_of(" \t,;") == std::string_view::npos)
            return true;
        return next.usesPrevious && gap.size() <= kJoinGap && !reflectionIn(attempt.end, next.begin)
            && !verdictIn(m_text, attempt.end, next.begin);
    }

    void findAttempts()
    {
        size_t operators = 0;
        std::map<std::string, int> known;
        std::string form;
        const auto close = [&] {
            Attempt& attempt = m_out.attempts.back();
            attempt.complete = m_problem.numbers.empty() || operators + 1 == m_problem.numbers.size();
            const Calculation& last = m_out.calculations[size_t(attempt.last)];
            attempt.hits = attempt.complete && attempt.right && m_problem.target && last.denominator == 1
                && last.numerator == *m_problem.target;
            const auto [place, isNew] = known.try_emplace(form, int(m_out.attempts.size()) - 1);
            attempt.repeats = isNew ? -1 : place->second;
        };
        for (size_t i = 0; i < m_out.calculations.size(); ++i) {
            const Calculation& calculation = m_out.calculations[i];
            if (!m_out.attempts.empty() && joins(m_out.attempts.back(), operators, calculation)) {
                Attempt& attempt = m_out.attempts.back();
                attempt.end = calculation.end;
                attempt.last = int(i);
                attempt.right = attempt.right && calculation.right;
            } else {
                if (!m_out.attempts.empty())
                    close();
                m_out.attempts.push_back(
                    { calculation.begin, calculation.end, int(i), int(i), calculation.right, true, false, -1 });
                operators = 0;
                form.clear();
            }
            operators += size_t(calculation.operands) - 1;
            form += calculation.form + ',';
        }
        if (!m_out.attempts.empty())
            close();
    }

    /// Verdicts on attempts, attempts given up, attempts calculated again.
    void judgeAttempts()
    {
        for (size_t i = 0; i < m_out.attempts.size(); ++i) {
            const Attempt& attempt = m_out.attempts[i];
            const bool last = i + 1 == m_out.attempts.size();
            const size_t next = last ? m_text.size() : m_out.attempts[i + 1].begin;
            const std::optional<Said> said = verdictIn(m_text, attempt.end, next);
            if (said) {
                const bool holds = m_problem.target ? said->positive == attempt.hits : !said->positive || attempt.right;
                add(Behaviour::Verification, said->begin, said->end, holds, !said->positive);
            } else if (i > 0 && attempt.repeats >= 0 && isAgain(i)) {
                add(Behaviour::Verification, attempt.begin, attempt.end, attempt.right);
            }
            if (!last && !attempt.hits && ((said && !said->positive) || reflectionIn(attempt.end, next)))
                add(Behaviour::Backtracking, attempt.end, next);
        }
    }

    /// The same calculations as the attempt right before.
    bool isAgain(size_t attempt) const
    {
        const int origin = m_out.attempts[attempt].repeats, before = m_out.attempts[attempt - 1].repeats;
        return origin == int(attempt) - 1 || (origin >= 0 && origin == before);
    }

    void findSteps()
    {
        for (const Attempt& attempt : m_out.attempts)
            for (int i = attempt.first; i < attempt.last; ++i)
                if (m_out.calculations[size_t(i) + 1].usesPrevious)
                    add(Behaviour::SubGoal, m_out.calculations[size_t(i)].begin, m_out.calculations[size_t(i)].end);
        // Different attempts in a row: listing what there is.
        for (size_t i = 0; i < m_out.attempts.size();) {
            size_t stop = i;
            while (stop < m_out.attempts.size() && m_out.attempts[stop].repeats < 0
                && (stop == i || m_out.attempts[stop].begin - m_out.attempts[stop - 1].end <= kJoinGap))
                ++stop;
            if (stop >= i + size_t(kLeastInRow))
                add(Behaviour::Enumeration, m_out.attempts[i].begin, m_out.attempts[stop - 1].end);
            i = std::max(stop, i + 1);
        }
    }

    /// The same in words, where no calculation shows it.
    void findPhrases()
    {
        struct Phrase {
            std::string_view words; ///< lower case, one space between words
            Behaviour kind;
        };
        static constexpr Phrase phrases[] = { { "let me check", Behaviour::Verification },
            { "let me verify", Behaviour::Verification }, { "let's check", Behaviour::Verification },
            { "let's verify", Behaviour::Verification }, { "double check", Behaviour::Verification },
            { "to verify", Behaviour::Verification }, { "plug in", Behaviour::Verification },
            { "验证", Behaviour::Verification }, { "验算", Behaviour::Verification },
            { "检查", Behaviour::Verification }, { "try again", Behaviour::Backtracking },
            { "try another", Behaviour::Backtracking }, { "try a different", Behaviour::Backtracking },
            { "go back", Behaviour::Backtracking }, { "start over", Behaviour::Backtracking },
            { "alternatively", Behaviour::Backtracking }, { "重新", Behaviour::Backtracking },
            { "换一", Behaviour::Backtracking }, { "we need to", Behaviour::SubGoal },
            { "first we", Behaviour::SubGoal }, { "my goal", Behaviour::SubGoal }, { "step 1", Behaviour::SubGoal },
            { "step 2", Behaviour::SubGoal }, { "step 3", Behaviour::SubGoal }, { "首先", Behaviour::SubGoal },
            { "第一步", Behaviour::SubGoal }, { "第二步", Behaviour::SubGoal } };
        const std::vector<Word> words = wordsOf(m_text, 0, m_text.size());
        std::vector<BehaviourPlace> backtracks;
        for (const BehaviourPlace& place : m_out.places)
            if (place.kind == Behaviour::Backtracking)
                backtracks.push_back(place); // by position: attempts are
        std::vector<size_t> cases;
        for (size_t i = 0; i < words.size(); ++i) {
            if (sameWord(m_text, words[i], "case") && i + 1 < words.size() && m_text[words[i + 1].begin] >= '0'
                && m_text[words[i + 1].begin] <= '9')
                cases.push_back(i);
            for (const Phrase& phrase : phrases) {
                const size_t end = phraseEnd(words, i, phrase.words);
                if (!end)
                    continue;
                const auto around = std::upper_bound(backtracks.begin(), backtracks.end(), words[i].begin,
                    [](size_t at, const BehaviourPlace& place) { return at < place.end; });
                const bool counted = around != backtracks.end() && around->begin <= words[i].begin;
                // Between two attempts the change of attempt was counted; "check" there is a word like any other.
                if (!counted || phrase.kind == Behaviour::SubGoal)
                    add(phrase.kind, words[i].begin, end);
            }
        }
        if (cases.size() >= size_t(kLeastInRow))
            add(Behaviour::Enumeration, words[cases.front()].begin, words[cases.back() + 1].end);
    }

    /// End of the phrase that begins at word `at`; 0 when another stands there.
    size_t phraseEnd(const std::vector<Word>& words, size_t at, std::string_view phrase) const
    {
        if ((unsigned char)phrase[0] >= 0x80)
            return m_text.substr(words[at].begin, phrase.size()) == phrase ? words[at].begin + phrase.size() : 0;
        while (true) {
            const size_t space = phrase.find(' ');
            if (at >= words.size() || !sameWord(m_text, words[at], phrase.substr(0, space)))
                return 0;
            if (space == std::string_view::npos)
                return words[at].end;
            phrase.remove_prefix(space + 1);
            ++at;
        }
    }

    void findReflections()
    {
        std::vector<ReflectionEffect>& found = m_out.reflections;
        size_t attempt = 0;
        for (const WordHit& word : m_words) {
            while (attempt < m_out.attempts.size() && m_out.attempts[attempt].begin < word.begin)
                ++attempt;
            const bool calculated
                = attempt > 0 && !found.empty() && m_out.attempts[attempt - 1].begin >= found.back().end;
            if (!found.empty() && !calculated
                && wordsOf(m_text, found.back().end, std::min(word.begin, found.back().end + kVerdictReach)).size()
                    < size_t(kLeastWords)
                && word.begin - found.back().end <= kVerdictReach)
                found.back().end = word.end;
            else
                found.push_back({ word.begin, word.end, 0, ReflectionEffect::Nothing, false, false, false });
        }
        std::unordered_set<uint64_t> seen; // three-word sequences before the reflection at hand
        size_t read = 0;
        attempt = 0;
        for (size_t i = 0; i < found.size(); ++i) {
            ReflectionEffect& effect = found[i];
            effect.reach = i + 1 < found.size() ? found[i + 1].begin : m_text.size();
            effect.right = true;
            bool isNew = false;
            while (attempt < m_out.attempts.size() && m_out.attempts[attempt].begin < effect.end)
                ++attempt;
            for (; attempt < m_out.attempts.size() && m_out.attempts[attempt].begin < effect.reach; ++attempt) {
                const Attempt& tried = m_out.attempts[attempt];
                effect.calculates = true;
                effect.right = effect.right && tried.right;
                isNew = isNew || tried.repeats < 0;
                effect.checks = effect.checks || (attempt > 0 && tried.repeats >= 0 && isAgain(attempt));
            }
            effect.right = effect.right && effect.calculates;
            read = remember(seen, read, effect.end);
            const auto [sequences, known, words] = wording(seen, effect.end, effect.reach);
            if (effect.calculates)
                effect.after = isNew ? ReflectionEffect::New : ReflectionEffect::Repeats;
            else if (words >= kLeastWords)
                effect.after = sequences > 0 && double(known) >= kRepeatedWording * sequences
                    ? ReflectionEffect::Repeats
                    : ReflectionEffect::New;
            read = remember(seen, read, effect.reach);
        }
        // A verdict that agrees with arithmetic is a check.
        size_t at = 0;
        for (const BehaviourPlace& place : m_out.places) {
            if (place.kind != Behaviour::Verification || !place.holds)
                continue;
            while (at < found.size() && found[at].reach <= place.begin)
                ++at;
            if (at < found.size() && place.begin >= found[at].end && found[at].calculates)
                found[at].checks = true;
        }
    }

    uint64_t sequenceHash(const std::vector<Word>& words, size_t at) const
    {
        uint64_t hash = 1469598103934665603ull;
        for (size_t i = at; i < at + 3; ++i) {
            for (size_t b = words[i].begin; b < words[i].end; ++b)
                hash = (hash ^ (unsigned char)m_text[b]) * 1099511628211ull;
            hash = (hash ^ 0xFF) * 1099511628211ull;
        }
        return hash;
    }

    size_t remember(std::unordered_set<uint64_t>& seen, size_t begin, size_t end) const
    {
        const std::vector<Word> words = wordsOf(m_text, begin, end);
        for (size_t i = 0; i + 3 <= words.size(); ++i)
            seen.insert(sequenceHash(words, i));
        return end;
    }

    struct Wording {
        int sequences, known, words;
    };
    Wording wording(const std::unordered_set<uint64_t>& seen, size_t begin, size_t end) const
    {
        const std::vector<Word> words = wordsOf(m_text, begin, end);
        Wording out { 0, 0, int(words.size()) };
        for (size_t i = 0; i + 3 <= words.size(); ++i) {
            ++out.sequences;
            out.known += seen.count(sequenceHash(words, i)) > 0;
        }
        return out;
    }

    void count()
    {
        BehaviourCounts& n = m_out.counts;
        n.calculations = int(m_out.calculations.size());
        for (const Calculation& calculation : m_out.calculations)
            n.wrongCalculations += !calculation.right;
        n.attempts = int(m_out.attempts.size());
        for (const Attempt& attempt : m_out.attempts) {
            n.repeatedAttempts += attempt.repeats >= 0;
            n.hits += attempt.hits;
        }
        for (const BehaviourPlace& place : m_out.places) {
            n.verifications += place.kind == Behaviour::Verification;
            n.wrongVerifications += place.kind == Behaviour::Verification && !place.holds;
            n.backtracks += place.kind == Behaviour::Backtracking;
            n.subGoals += place.kind == Behaviour::SubGoal;
            n.enumerations += place.kind == Behaviour::Enumeration;
        }
        n.reflections = int(m_out.reflections.size());
        n.reflectionWords = int(m_words.size());
        for (const ReflectionEffect& effect : m_out.reflections) {
            n.reflectionsNew += effect.after == ReflectionEffect::New;
            n.reflectionsRepeat += effect.after == ReflectionEffect::Repeats;
            n.reflectionsNothing += effect.after == ReflectionEffect::Nothing;
            n.reflectionsChecking += effect.checks;
        }
    }

    std::string_view m_text;
    const BehaviourProblem& m_problem;
    std::vector<WordHit> m_words;
    TraceBehaviour m_out;
};

} // namespace

BehaviourProblem behaviourProblem(std::string_view itemJson)
{
    BehaviourProblem problem;
    if (!jsonDepthWithin(itemJson))
        return problem;
    const nlohmann::json item = nlohmann::json::parse(itemJson, nullptr, false);
    if (!item.is_object())
        return problem;
    const auto whole = [&](const char* key) {
        const auto found = item.find(key);
        return found != item.end() && found->is_number_integer() ? std::optional(found->get<int64_t>()) : std::nullopt;
    };
    if (const auto numbers = item.find("numbers"); numbers != item.end() && numbers->is_array()) {
        for (const nlohmann::json& number : *numbers)
            if (number.is_number_integer())
                problem.numbers.push_back(number.get<int64_t>());
        problem.target = whole("target");
    } else if (item.contains("expression")) {
        problem.target = whole("value");
    }
    return problem;
}

TraceBehaviour analyseBehaviour(
    std::string_view text, const BehaviourProblem& problem, const std::vector<WordHit>& words)
{
    return Analysis(text, problem, words).run();
}

} // namespace aha
