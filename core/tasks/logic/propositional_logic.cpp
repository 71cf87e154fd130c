// Does a conclusion follow from premises: yes, no (its opposite follows) or unknown. Statements of two values.

#include "core/tasks/logic/formula.h"
#include "core/tasks/logic/item_fields.h"
#include "core/tasks/logic/logic_puzzles.h"

#include <iterator>

namespace aha {

using namespace logic;

namespace {

using Json = nlohmann::ordered_json;
using Op = Formula::Op;

constexpr const char* kNames[] = { "Tom", "Ann", "Bob", "Eve", "Max", "Kim" };
constexpr const char* kWords[] = { "big", "kind", "cold", "young", "quiet", "smart", "rich", "sad", "fast", "green" };

struct Level {
    int facts, premises, depth; ///< depth of the premises that are not plain
    int conclusion; ///< depth of the conclusion
    bool chain; ///< one fact is given, the others follow from it or not: premises are "if" alone
    const char* text;
};
constexpr Level kLevels[] = { { 2, 2, 1, 0, true, "one fact and one rule" },
    { 3, 3, 1, 0, true, "one fact and two rules" }, { 3, 3, 1, 0, false, "three facts, three premises" },
    { 4, 4, 1, 0, false, "four facts, four premises" }, { 5, 5, 2, 0, false, "five facts, nested premises" },
    { 6, 6, 2, 1, false, "six facts, nested premises, a compound conclusion" } };

struct Question {
    std::vector<std::string> facts;
    std::vector<Formula> premises;
    Formula conclusion;
};

const char* answerName(Truth follows)
{
    return follows == Truth::Yes ? "yes" : follows == Truth::No ? "no" : "unknown";
}

/// By trying all worlds. The premises must fit together.
Truth follows(const std::vector<Formula>& premises, const Formula& conclusion, int facts)
{
    bool holdsSomewhere = false, failsSomewhere = false;
    for (const uint32_t world : worldsOf(premises, facts, 1u << facts))
        (holds(conclusion, world) ? holdsSomewhere : failsSomewhere) = true;
    return holdsSomewhere && failsSomewhere ? Truth::Unknown : holdsSomewhere ? Truth::Yes : Truth::No;
}

Result<Question> questionOf(const Json& item)
{
    Question question;
    const std::optional<std::vector<std::string>> facts = textsOf(item, "facts", 1, kMaxFacts, 80);
    if (!facts)
        return itemInvalid("A problem of logic needs \"facts\": 1 to 10 different sentences of at most 80 bytes.");
    question.facts = *facts;
    const auto readFact = [&](const Json& json) -> std::optional<std::pair<int, bool>> {
        const std::optional<int> fact = wholeOf(json, "fact", 0, int(facts->size()) - 1);
        if (!fact || !json.contains("value") || !json["value"].is_boolean())
            return std::nullopt;
        return std::pair(*fact, json["value"].get<bool>());
    };
    const auto premises = item.find("premises"), conclusion = item.find("conclusion");
    if (premises == item.end() || !premises->is_array() || premises->empty() || premises->size() > 20
        || conclusion == item.end())
        return itemInvalid("A problem of logic needs \"premises\", a list of 1 to 20, and a \"conclusion\".");
    for (const Json& json : *premises) {
        Result<Formula> premise = formulaFromJson(json, readFact);
        if (!premise)
            return premise.error();
        question.premises.push_back(std::move(*premise));
    }
    Result<Formula> asked = formulaFromJson(*conclusion, readFact);
    if (!asked)
        return asked.error();
    question.conclusion = std::move(*asked);
    if (worldsOf(question.premises, int(facts->size()), 1).empty())
        return itemInvalid("The premises contradict each other.");
    return question;
}

std::string sentence(std::string text)
{
    if (!text.empty() && text[0] >= 'a' && text[0] <= 'z')
        text[0] = char(text[0] - 'a' + 'A');
    return text + ".";
}

/// "Tom is not big" for a fact "Tom is big"; other facts are negated in front.
std::string factText(const std::string& fact, bool value)
{
    const size_t is = fact.find(" is ");
    return value                  ? fact
        : is == std::string::npos ? "it is not the case that " + fact
                                  : fact.substr(0, is + 4) + "not " + fact.substr(is + 4);
}

class PropositionalLogic : public Puzzle {
public:
    int levels() const override { return int(std::size(kLevels)); }
    std::string levelText(int level) const override { return kLevels[level - 1].text; }

    std::optional<Drawn> draw(int number, Rng& rng) const override
    {
        const Level& level = kLevels[number - 1];
        const Truth wanted = Truth(rng.below(3)); // chosen first: all answers are equally frequent
        for (int tries = 0; tries < 1000; ++tries) {
            Question question;
            for (int i = 0; i < level.premises; ++i)
                question.premises.push_back(
                    level.chain ? linkOf(level.facts, i, rng) : statement(level.facts, i == 0 ? 0 : level.depth, rng));
            question.conclusion = statement(level.facts, level.conclusion, rng);
            if (!isWorthAsking(question, level.facts)
                || follows(question.premises, question.conclusion, level.facts) != wanted)
                continue;
            const std::string name = kNames[rng.below(std::size(kNames))];
            for (const int word : someOf(int(std::size(kWords)), level.facts, rng))
                question.facts.push_back(name + " is " + kWords[word]);
            return describe(question);
        }
        return std::nullopt;
    }

    Result<AnswerCheck> check(const Json& item, std::string_view answer) const override
    {
        const Result<Question> question = questionOf(item);
        if (!question)
            return question.error();
        const std::string given = lowerCase(answer);
        if (given != "yes" && given != "no" && given != "unknown")
            return AnswerCheck { Verdict::Malformed, "not_yes_no_unknown", "The answer is not yes, no or unknown." };
        const Truth right = follows(question->premises, question->conclusion, int(question->facts.size()));
        const std::string words = right == Truth::Yes ? "The conclusion follows: yes."
            : right == Truth::No                      ? "The opposite follows: no."
                                                      : "Neither the conclusion nor its opposite follows: unknown.";
        return given == answerName(right) ? AnswerCheck { Verdict::Correct, "ok", words, given }
                                          : AnswerCheck { Verdict::Wrong, "wrong_value", words, given };
    }

    /// By deduction: the conclusion follows when its opposite leads to a contradiction.
    Result<std::string> solve(const Json& item) const override
    {
        const Result<Question> question = questionOf(item);
        if (!question)
            return question.error();
        const auto canBe = [&](const Formula& also) {
            std::vector<Formula> all = question->premises;
            all.push_back(also);
            return deduce(all, unknowns(*question), nullptr).has_value();
        };
        const bool mayHold = canBe(question->conclusion), mayFail = canBe(Formula::negated(question->conclusion));
        return std::string(answerName(mayHold && mayFail ? Truth::Unknown : mayHold ? Truth::Yes : Truth::No));
    }

    /// Forward chaining: "Tom is big. If Tom is big then Tom is kind, so Tom is kind. …" Where that does not decide,
    /// the opposite is assumed until it contradicts a premise, or a case is shown for each side.
    std::string working(const Json& item, Rng&) const override
    {
        const Result<Question> question = questionOf(item);
        if (!question)
            return {};
        std::vector<Truth> known = unknowns(*question);
        std::vector<DeductionStep> steps;
        (void)follow(question->premises, known, &steps);
        std::string text = told(*question, question->premises, steps);
        const auto add = [&](const std::string& words) { text += (text.empty() ? "" : " ") + words; };
        const std::string asked = english(*question, question->conclusion);
        Truth right = truthOf(question->conclusion, known);
        if (right != Truth::Unknown) {
            add("So " + asked + ": " + answerName(right) + ".");
            return text;
        }
        std::optional<std::vector<Truth>> cases[2]; // where the conclusion fails, where it holds
        std::string ways[2];
        for (const int side : { 0, 1 }) {
            std::vector<Formula> all = question->premises;
            all.push_back(side ? question->conclusion : Formula::negated(question->conclusion));
            steps.clear();
            cases[side] = deduce(all, known, &steps);
            ways[side] = "Suppose " + english(*question, all.back()) + ". " + told(*question, all, steps);
        }
        if (cases[0] && cases[1]) {
            add("It can be: " + world(*question, *cases[1]) + ". Then " + asked + ".");
            add("It can be: " + world(*question, *cases[0]) + ". Then not. So unknown.");
        } else {
            add(ways[cases[0] ? 1 : 0]);
            add(std::string("So ") + (cases[0] ? "no." : "yes."));
        }
        return text;
    }

private:
    static std::vector<Truth> unknowns(const Question& question)
    {
        return std::vector<Truth>(question.facts.size(), Truth::Unknown);
    }

    static std::string english(const Question& question, const Formula& formula)
    {
        return englishOf(formula, [&](int fact, bool value) { return factText(question.facts[size_t(fact)], value); });
    }

    /// The steps as sentences. A premise that is a plain fact is said alone.
    static std::string told(
        const Question& question, const std::vector<Formula>& all, const std::vector<DeductionStep>& steps)
    {
        std::string text;
        for (const DeductionStep& step : steps) {
            const std::string because = step.from < 0 ? "" : english(question, all[size_t(step.from)]);
            const std::string fact = step.fact < 0 ? "" : factText(question.facts[size_t(step.fact)], step.value);
            std::string words;
            if (step.kind == DeductionStep::Assumes)
                words = "suppose " + fact;
            else if (step.kind == DeductionStep::Concludes)
                words = "so " + fact;
            else if (step.kind == DeductionStep::Fails)
                words = because + ": that cannot be";
            else
                words = because == fact ? fact : because + ", so " + fact;
            text += (text.empty() ? "" : " ") + sentence(words);
        }
        return text;
    }

    static std::string world(const Question& question, const std::vector<Truth>& facts)
    {
        std::string text;
        for (size_t i = 0; i < facts.size(); ++i)
            text += (i ? ", " : "") + factText(question.facts[i], facts[i] == Truth::Yes);
        return text;
    }

    static Formula plain(int facts, Rng& rng) { return Formula::is(int(rng.below(uint64_t(facts))), rng.below(3) > 0); }

    static Formula statement(int facts, int depth, Rng& rng)
    {
        if (depth == 0)
            return plain(facts, rng);
        const Op ops[] = { Op::If, Op::If, Op::If, Op::Or, Op::Or, Op::And, Op::Iff };
        const Op op = ops[rng.below(std::size(ops))];
        const Formula a = statement(facts, int(rng.below(uint64_t(depth))), rng);
        return Formula::joined(op, a, statement(facts, int(rng.below(uint64_t(depth))), rng));
    }

    /// A given fact, then rules from a fact to another.
    static Formula linkOf(int facts, int number, Rng& rng)
    {
        if (number == 0)
            return plain(facts, rng);
        const std::vector<int> ends = someOf(facts, 2, rng);
        return Formula::joined(Op::If, Formula::is(ends[0], rng.below(3) > 0), Formula::is(ends[1], rng.below(3) > 0));
    }

    /// The premises fit together, none is empty of content or said twice, and the conclusion is not one of them.
    static bool isWorthAsking(const Question& question, int facts)
    {
        std::vector<std::vector<uint32_t>> seen;
        const size_t all = size_t(1) << facts;
        std::vector<Formula> statements = question.premises;
        statements.push_back(question.conclusion);
        for (const Formula& statement : statements) {
            std::vector<uint32_t> worlds = worldsOf(std::span(&statement, 1), facts, all);
            if (worlds.empty() || worlds.size() == all || std::find(seen.begin(), seen.end(), worlds) != seen.end())
                return false;
            seen.push_back(std::move(worlds));
        }
        return !worldsOf(question.premises, facts, 1).empty();
    }

    static Drawn describe(const Question& question)
    {
        const auto fact = [](int number, bool value) {
            return Json { { "op", "is" }, { "fact", number }, { "value", value } };
        };
        std::string text;
        Json premises = Json::array();
        for (const Formula& premise : question.premises) {
            text += sentence(english(question, premise)) + " ";
            premises.push_back(toJson(premise, fact));
        }
        text += "Does it follow that " + english(question, question.conclusion) + "? Answer yes, no or unknown.";
        return { text,
            Json { { "facts", question.facts }, { "premises", std::move(premises) },
                { "conclusion", toJson(question.conclusion, fact) } }
                .dump(),
            "" };
    }
};

} // namespace

std::unique_ptr<Puzzle> makePropositionalLogic(const TaskConfig&) { return std::make_unique<PropositionalLogic>(); }

} // namespace aha
