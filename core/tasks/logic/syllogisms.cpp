// Which of several conclusions follows from statements of the kinds all, no, some, some … not (Aristotle's).
// Whether "all" implies that there are any never matters here: problems where it would are not asked.

#include "core/tasks/logic/item_fields.h"
#include "core/tasks/logic/logic_puzzles.h"

#include <array>
#include <iterator>

namespace aha {

using namespace logic;

namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kTerms[] = { "cats", "dogs", "birds", "poets", "kings", "bakers", "singers", "farmers", "doctors",
    "sailors", "painters", "robots" };
constexpr int kMaxTerms = 8;

enum class Quantity { All, No, Some, SomeNot };
constexpr const char* kQuantities[] = { "all", "no", "some", "some_not" };

struct Statement {
    Quantity quantity;
    int a, b;
    bool operator==(const Statement&) const = default;
    bool isUniversal() const { return quantity == Quantity::All || quantity == Quantity::No; }
};

struct Level {
    int terms, premises, options;
    bool particular; ///< some and some … not too
    const char* text;
};
constexpr Level kLevels[]
    = { { 2, 1, 2, true, "one statement, two conclusions" }, { 3, 2, 3, false, "two statements of all and no" },
          { 3, 2, 4, true, "two statements of all kinds" }, { 4, 3, 4, true, "three statements, four terms" },
          { 5, 4, 5, true, "four statements, five terms" }, { 6, 5, 5, true, "five statements, six terms" } };

/// A kind of thing is the set of terms that it is (a bit each). Which kinds the universal statements allow:
std::vector<uint32_t> kindsOf(const std::vector<Statement>& premises, int terms)
{
    std::vector<uint32_t> kinds;
    for (uint32_t kind = 0; kind < 1u << terms; ++kind) {
        bool allowed = true;
        for (const Statement& s : premises)
            if (s.isUniversal() && kind >> s.a & 1)
                allowed = allowed && bool(kind >> s.b & 1) == (s.quantity == Quantity::All);
        if (allowed)
            kinds.push_back(kind);
    }
    return kinds;
}

bool isWitness(const Statement& some, uint32_t kind)
{
    return kind >> some.a & 1 && bool(kind >> some.b & 1) == (some.quantity == Quantity::Some);
}

/// By kinds: "all" and "no" follow when no allowed kind breaks them; "some" when some premise can only be witnessed by
/// what witnesses it too. `imports`: there is something of every term (the older reading).
bool entails(const std::vector<Statement>& premises, const Statement& conclusion, int terms, bool imports)
{
    const std::vector<uint32_t> kinds = kindsOf(premises, terms);
    if (conclusion.isUniversal()) {
        const Statement opposite { conclusion.quantity == Quantity::All ? Quantity::SomeNot : Quantity::Some,
            conclusion.a, conclusion.b };
        return std::none_of(kinds.begin(), kinds.end(), [&](uint32_t kind) { return isWitness(opposite, kind); });
    }
    const auto onlyWitnesses = [&](const auto& isOne) {
        return std::all_of(
            kinds.begin(), kinds.end(), [&](uint32_t kind) { return !isOne(kind) || isWitness(conclusion, kind); });
    };
    for (const Statement& s : premises)
        if (!s.isUniversal() && onlyWitnesses([&](uint32_t kind) { return isWitness(s, kind); }))
            return true;
    for (int term = 0; imports && term < terms; ++term)
        if (onlyWitnesses([&](uint32_t kind) { return kind >> term & 1; }))
            return true;
    return false;
}

/// Every term and every "some" can have something.
bool fitTogether(const std::vector<Statement>& premises, int terms)
{
    const std::vector<uint32_t> kinds = kindsOf(premises, terms);
    for (int term = 0; term < terms; ++term)
        if (std::none_of(kinds.begin(), kinds.end(), [&](uint32_t kind) { return kind >> term & 1; }))
            return false;
    return std::all_of(premises.begin(), premises.end(), [&](const Statement& s) {
        return s.isUniversal()
            || std::any_of(kinds.begin(), kinds.end(), [&](uint32_t kind) { return isWitness(s, kind); });
    });
}

/// The other way, by chains: a term or its opposite leads to others ("all a are b": a to b, not b to not a).
/// Whether something that has all of `start` (term * 2 + negated) can exist.
bool canExist(const std::vector<Statement>& premises, std::initializer_list<int> start)
{
    std::array<bool, 2 * kMaxTerms> reached {};
    std::vector<int> open(start);
    while (!open.empty()) {
        const int literal = open.back();
        open.pop_back();
        if (reached[size_t(literal)])
            continue;
        reached[size_t(literal)] = true;
        if (reached[size_t(literal ^ 1)])
            return false;
        for (const Statement& s : premises) {
            if (!s.isUniversal())
                continue;
            const int target = s.b * 2 + (s.quantity == Quantity::No);
            if (literal == s.a * 2)
                open.push_back(target);
            if (literal == (target ^ 1))
                open.push_back(s.a * 2 + 1);
        }
    }
    return true;
}

bool followsByChains(const std::vector<Statement>& premises, const Statement& s)
{
    const int second = s.b * 2 + (s.quantity == Quantity::No || s.quantity == Quantity::SomeNot);
    if (s.isUniversal())
        return !canExist(premises, { s.a * 2, second ^ 1 });
    for (const Statement& p : premises)
        if (!p.isUniversal()) {
            const int witness = p.b * 2 + (p.quantity == Quantity::SomeNot);
            if (!canExist(premises, { p.a * 2, witness, s.a * 2 + 1 })
                && !canExist(premises, { p.a * 2, witness, second ^ 1 }))
                return true;
        }
    return false;
}

struct Question {
    std::vector<std::string> terms;
    std::vector<Statement> premises, options;
    int right = 0; ///< of the options, from 0
};

Result<Question> questionOf(const Json& item)
{
    Question question;
    const std::optional<std::vector<std::string>> terms = textsOf(item, "terms", 2, kMaxTerms, 40);
    if (!terms)
        return itemInvalid("A syllogism needs \"terms\": 2 to 8 different words of at most 40 bytes.");
    question.terms = *terms;
    for (const char* field : { "premises", "options" }) {
        std::vector<Statement>& statements = *field == 'p' ? question.premises : question.options;
        const auto list = item.find(field);
        if (list == item.end() || !list->is_array() || list->empty() || list->size() > 20)
            return itemInvalid("A syllogism needs \"premises\" and \"options\": lists of 1 to 20 statements.");
        for (const Json& json : *list) {
            const std::optional<int> a = wholeOf(json, "a", 0, int(terms->size()) - 1),
                                     b = wholeOf(json, "b", 0, int(terms->size()) - 1);
            const std::optional<std::string> name = textOf(json, "quantity", 8);
            const auto quantity = std::find(std::begin(kQuantities), std::end(kQuantities), name.value_or(""));
            if (!a || !b || *a == *b || quantity == std::end(kQuantities))
                return itemInvalid("A statement is {\"quantity\": all, no, some or some_not, \"a\": term number, "
                                   "\"b\": another}.");
            statements.push_back({ Quantity(quantity - std::begin(kQuantities)), *a, *b });
        }
    }
    if (!fitTogether(question.premises, int(terms->size())))
        return itemInvalid("The premises contradict each other, or leave a term with nothing.");
    int valid = 0;
    for (size_t i = 0; i < question.options.size(); ++i)
        if (entails(question.premises, question.options[i], int(terms->size()), false)) {
            question.right = int(i);
            ++valid;
        }
    if (valid != 1)
        return itemInvalid(std::to_string(valid) + " of the options follow; exactly one must.");
    return question;
}

std::string english(const Question& question, const Statement& s)
{
    const char* const starts[] = { "All ", "No ", "Some ", "Some " };
    return starts[int(s.quantity)] + question.terms[size_t(s.a)]
        + (s.quantity == Quantity::SomeNot ? " are not " : " are ") + question.terms[size_t(s.b)] + ".";
}

Statement anyStatement(int terms, bool particular, Rng& rng)
{
    const std::vector<int> ends = someOf(terms, 2, rng);
    const Quantity kinds[]
        = { Quantity::All, Quantity::All, Quantity::No, Quantity::Some, Quantity::SomeNot }; // "all" makes chains
    return { kinds[rng.below(particular ? 5 : 3)], ends[0], ends[1] };
}

class Syllogisms : public Puzzle {
public:
    int levels() const override { return int(std::size(kLevels)); }
    std::string levelText(int level) const override { return kLevels[level - 1].text; }

    std::optional<Drawn> draw(int number, Rng& rng) const override
    {
        const Level& level = kLevels[number - 1];
        for (int tries = 0; tries < 1000; ++tries) {
            Question question;
            if (!drawPremises(level, rng, question.premises) || !drawOptions(level, rng, question))
                continue;
            for (const int term : someOf(int(std::size(kTerms)), level.terms, rng))
                question.terms.emplace_back(kTerms[term]);
            return describe(question);
        }
        return std::nullopt;
    }

    Result<AnswerCheck> check(const Json& item, std::string_view answer) const override
    {
        const Result<Question> question = questionOf(item);
        if (!question)
            return question.error();
        AnswerCheck check = checkWholeNumber(question->right + 1, answer);
        if (check.verdict == Verdict::Wrong || check.verdict == Verdict::Correct)
            check.explanation = "Conclusion " + std::to_string(question->right + 1)
                + " follows: " + english(*question, question->options[size_t(question->right)]);
        return check;
    }

    Result<std::string> solve(const Json& item) const override
    {
        const Result<Question> question = questionOf(item);
        if (!question)
            return question.error();
        for (size_t i = 0; i < question->options.size(); ++i)
            if (followsByChains(question->premises, question->options[i]))
                return std::to_string(i + 1);
        return itemInvalid("None of the options follows.");
    }

private:
    static bool drawPremises(const Level& level, Rng& rng, std::vector<Statement>& premises)
    {
        uint32_t spokenOf = 0;
        for (int i = 0; i < level.premises; ++i) {
            const Statement s = anyStatement(level.terms, level.particular, rng);
            if (std::find(premises.begin(), premises.end(), s) != premises.end())
                return false;
            premises.push_back(s);
            spokenOf |= 1u << s.a | 1u << s.b;
        }
        return spokenOf == (1u << level.terms) - 1 && fitTogether(premises, level.terms);
    }

    /// One conclusion that follows from no premise alone (but in the first level), and others that do not follow.
    static bool drawOptions(const Level& level, Rng& rng, Question& question)
    {
        const size_t place = size_t(rng.below(uint64_t(level.options)));
        std::vector<Statement>& options = question.options;
        for (int tries = 0; tries < 200 && options.size() < size_t(level.options); ++tries) {
            const Statement s = anyStatement(level.terms, level.particular, rng);
            const auto isSaid = [&](const std::vector<Statement>& list) {
                return std::find(list.begin(), list.end(), s) != list.end();
            };
            if (isSaid(question.premises) || isSaid(options))
                continue;
            const bool right = entails(question.premises, s, level.terms, false);
            if (right != entails(question.premises, s, level.terms, true) || right != (options.size() == place))
                continue;
            const bool alone = right && level.premises > 1
                && std::any_of(question.premises.begin(), question.premises.end(),
                    [&](const Statement& premise) { return entails({ premise }, s, level.terms, true); });
            if (!alone)
                options.push_back(s);
        }
        question.right = int(place);
        return options.size() == size_t(level.options);
    }

    static Drawn describe(const Question& question)
    {
        std::string text;
        Json item { { "terms", question.terms }, { "premises", Json::array() }, { "options", Json::array() } };
        const auto add = [&](const char* field, const Statement& s) {
            item[field].push_back(Json { { "quantity", kQuantities[int(s.quantity)] }, { "a", s.a }, { "b", s.b } });
        };
        for (const Statement& s : question.premises) {
            text += english(question, s) + " ";
            add("premises", s);
        }
        text += "Which conclusion follows?";
        for (size_t i = 0; i < question.options.size(); ++i) {
            text += " (" + std::to_string(i + 1) + ") " + english(question, question.options[i]);
            add("options", question.options[i]);
        }
        return { text + " Answer with its number.", item.dump(), "" };
    }
};

} // namespace

std::unique_ptr<Puzzle> makeSyllogisms(const TaskConfig&) { return std::make_unique<Syllogisms>(); }

} // namespace aha
