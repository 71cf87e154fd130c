// Knights, who always tell the truth, and knaves, who always lie (mem-kk, arXiv 2410.23123; Logic-RL, 2502.14768).

#include "core/tasks/logic/knights_knaves.h"

#include "core/tasks/logic/formula.h"
#include "core/tasks/logic/item_fields.h"
#include "core/tasks/logic/logic_puzzles.h"

#include <numeric>

namespace aha {

using namespace logic;

namespace {

using Json = nlohmann::ordered_json;
using Op = Formula::Op;

constexpr const char* kNames[] = { "Zoey", "Oliver", "Ava", "Liam", "Noah", "Emma", "Lucas", "Mia", "Henry", "Aria",
    "Jack", "Lily", "Owen", "Ella", "Samuel", "Grace", "William", "Chloe", "Daniel", "Sofia" };

const char* roleName(bool knight) { return knight ? "knight" : "knave"; }

struct Island {
    std::vector<std::string> names;
    std::vector<Formula> statements; ///< of each; empty: only the solution is given
    uint32_t knights = 0; ///< the solution, a bit each
    bool hasSolution = false;
};

std::optional<std::pair<int, bool>> readPerson(const Json& json, size_t people)
{
    const std::optional<int> who = wholeOf(json, "who", 0, int(people) - 1);
    const std::optional<std::string> role = textOf(json, "role", 6);
    if (!who || !role || (*role != "knight" && *role != "knave"))
        return std::nullopt;
    return std::pair(*who, *role == "knight");
}

/// What must hold of each: he is a knight if and only if what he says is true.
std::vector<Formula> rulesOf(const std::vector<Formula>& statements)
{
    std::vector<Formula> rules;
    for (size_t i = 0; i < statements.size(); ++i)
        rules.push_back(Formula::joined(Op::Iff, Formula::is(int(i), true), statements[i]));
    return rules;
}

Result<Island> islandOf(const Json& item)
{
    Island island;
    const std::optional<std::vector<std::string>> names = textsOf(item, "names", 1, kMaxFacts, 40);
    if (!names)
        return itemInvalid("Knights and knaves need \"names\": 1 to 10 different ones of at most 40 bytes.");
    island.names = *names;
    if (const auto solution = item.find("solution"); solution != item.end()) {
        if (!solution->is_array() || solution->size() != names->size())
            return itemInvalid("\"solution\" is not a list of roles, one for each name.");
        for (size_t i = 0; i < names->size(); ++i) {
            const Json& role = (*solution)[i];
            if (!role.is_boolean() && role != "knight" && role != "knave")
                return itemInvalid("A role in \"solution\" is \"knight\" or \"knave\" (or true or false).");
            island.knights |= uint32_t(role == true || role == "knight") << i;
        }
        island.hasSolution = true;
    }
    const auto statements = item.find("statements");
    Error wrong = itemInvalid("Knights and knaves need \"statements\", one for each name, or \"solution\".");
    if (statements != item.end() && statements->is_array() && statements->size() == names->size())
        for (const Json& json : *statements) {
            Result<Formula> statement
                = formulaFromJson(json, [&](const Json& is) { return readPerson(is, names->size()); });
            if (!statement) {
                wrong = statement.error();
                island.statements.clear();
                break;
            }
            island.statements.push_back(std::move(*statement));
        }
    if (island.statements.empty())
        return island.hasSolution ? Result<Island>(island) : wrong; // other programs write statements in other ways
    const std::vector<uint32_t> worlds = worldsOf(rulesOf(island.statements), int(names->size()), 2);
    if (worlds.size() != 1)
        return itemInvalid(worlds.empty() ? "No roles fit these statements." : "Several roles fit these statements.");
    if (island.hasSolution && island.knights != worlds[0])
        return itemInvalid("\"solution\" does not fit the statements.");
    island.knights = worlds[0];
    return island;
}

std::string rolesText(const std::vector<std::string>& names, uint32_t knights)
{
    std::string text;
    for (size_t i = 0; i < names.size(); ++i)
        text += (i ? "\n(" : "(") + std::to_string(i + 1) + ") " + names[i] + " is a " + roleName(knights >> i & 1);
    return text;
}

/// Reads "(1) Zoey is a knight, …" from left to right. Each step looks at a bounded piece, so the work is linear.
class RolesReader {
public:
    RolesReader(const std::vector<std::string>& names, std::string_view text)
        : m_names(names)
        , m_text(lowerCase(text))
        , m_roles(names.size())
    {
        for (const std::string& name : names)
            m_lower.push_back(lowerCase(name));
    }

    /// Roles of all, or the reason and what is wrong.
    std::optional<AnswerCheck> read(uint32_t& knights)
    {
        const auto refuse = [](const char* reason, std::string words) {
            return AnswerCheck { Verdict::Malformed, reason, std::move(words) };
        };
        for (skipBetween(); m_at < m_text.size(); skipBetween()) {
            skipNumber();
            const int who = takeName();
            if (who < 0)
                return refuse("unknown_person",
                    "At byte " + std::to_string(m_at) + " of the answer stands none of the names followed by \"is\".");
            const bool is = takeWord("is") && takeWord("a");
            const bool knight = is && takeWord("knight");
            if (!knight && (!is || !takeWord("knave")))
                return refuse(
                    "syntax", "After " + m_names[size_t(who)] + " should stand \"is a knight\" or \"is a knave\".");
            std::optional<bool>& role = m_roles[size_t(who)];
            if (role)
                return refuse(*role == knight ? "repeated_person" : "contradiction",
                    m_names[size_t(who)]
                        + (*role == knight ? " stands there twice." : " is called both a knight and a knave."));
            role = knight;
        }
        for (size_t i = 0; i < m_names.size(); ++i) {
            if (!m_roles[i])
                return refuse("missing_person", "The answer does not say what " + m_names[i] + " is.");
            knights |= uint32_t(*m_roles[i]) << i;
        }
        return std::nullopt;
    }

private:
    static bool isBlank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }
    static bool isDigit(char c) { return c >= '0' && c <= '9'; }
    bool startsWith(std::string_view word) const { return std::string_view(m_text).substr(m_at, word.size()) == word; }
    /// Nothing of a word goes on here.
    bool ends(size_t at) const
    {
        return at >= m_text.size() || isBlank(m_text[at]) || m_text[at] == ',' || m_text[at] == ';'
            || m_text[at] == '.';
    }

    /// Within an entry, which does not go over a line's end.
    void skipBlank()
    {
        while (m_at < m_text.size() && (m_text[m_at] == ' ' || m_text[m_at] == '\t'))
            ++m_at;
    }
    void skipBetween()
    {
        while (m_at < m_text.size() && ends(m_at))
            ++m_at;
        if (m_at > 0 && startsWith("and ")) {
            m_at += 4;
            skipBlank();
        }
    }
    /// "(12)", "12.", "12)", or nothing.
    void skipNumber()
    {
        size_t at = m_at;
        const bool open = at < m_text.size() && m_text[at] == '(';
        at += open;
        const size_t first = at;
        while (at < m_text.size() && isDigit(m_text[at]) && at < first + 2)
            ++at;
        if (at == first || at >= m_text.size() || (m_text[at] != ')' && (open || m_text[at] != '.')))
            return;
        m_at = at + 1;
        skipBlank();
    }
    /// The longest name that stands here as a whole; -1 when none does.
    int takeName()
    {
        int best = -1;
        for (size_t i = 0; i < m_lower.size(); ++i)
            if (startsWith(m_lower[i]) && m_at + m_lower[i].size() < m_text.size()
                && isBlank(m_text[m_at + m_lower[i].size()])
                && (best < 0 || m_lower[i].size() > m_lower[size_t(best)].size()))
                best = int(i);
        if (best >= 0)
            m_at += m_lower[size_t(best)].size();
        return best;
    }
    bool takeWord(std::string_view word)
    {
        const size_t before = m_at;
        skipBlank();
        if (startsWith(word) && ends(m_at + word.size())) {
            m_at += word.size();
            return true;
        }
        m_at = before;
        return false;
    }

    const std::vector<std::string>& m_names;
    std::string m_text;
    std::vector<std::string> m_lower;
    std::vector<std::optional<bool>> m_roles;
    size_t m_at = 0;
};

class KnightsKnaves : public Puzzle {
public:
    int levels() const override { return 7; }
    std::string levelText(int level) const override { return std::to_string(level + 1) + " people"; }
    size_t maxAnswer() const override { return kMaxKnightsAnswer; }

    std::optional<Drawn> draw(int level, Rng& rng) const override
    {
        const int people = level + 1;
        std::vector<Formula> statements;
        for (int me = 0; me < people; ++me) {
            const int depth = int(rng.below(people < 4 ? 2 : 4) + 1) / 2; // 0 1, or 0 1 1 2
            statements.push_back(statement(people, me, depth, rng));
            if (isConstant(statements.back(), people))
                return std::nullopt;
        }
        const std::vector<uint32_t> worlds = worldsOf(rulesOf(statements), people, 2);
        if (worlds.size() != 1)
            return std::nullopt;
        std::vector<std::string> names;
        for (const int name : someOf(int(std::size(kNames)), people, rng))
            names.emplace_back(kNames[name]);
        Json list = Json::array();
        for (const Formula& said : statements)
            list.push_back(toJson(said, [](int who, bool knight) {
                return Json { { "op", "is" }, { "who", who }, { "role", roleName(knight) } };
            }));
        return Drawn { question(names, statements),
            Json { { "names", names }, { "statements", std::move(list) } }.dump(), "" };
    }

    Result<AnswerCheck> check(const Json& item, std::string_view answer) const override
    {
        return checkKnightsKnaves(item, answer);
    }

    Result<std::string> solve(const Json& item) const override
    {
        Result<Island> island = islandOf(item);
        if (!island)
            return island.error();
        if (!island->statements.empty()) { // by deduction, where islandOf() tries all worlds
            const auto found = deduce(
                rulesOf(island->statements), std::vector<Truth>(island->names.size(), Truth::Unknown), nullptr);
            island->knights = 0;
            for (size_t i = 0; i < found->size(); ++i)
                island->knights |= uint32_t((*found)[i] == Truth::Yes) << i;
        }
        return rolesText(island->names, island->knights);
    }

    /// "Suppose Zoey is a knight. By what Zoey says, Noah is a knave. What Noah says does not fit. So Zoey is …"
    std::string working(const Json& item, Rng&) const override
    {
        const Result<Island> island = islandOf(item);
        if (!island || island->statements.empty())
            return {};
        std::vector<DeductionStep> steps;
        (void)deduce(rulesOf(island->statements), std::vector<Truth>(island->names.size(), Truth::Unknown), &steps);
        std::string text;
        for (const DeductionStep& step : steps) {
            text += text.empty() ? "" : " ";
            const std::string fact = step.fact < 0
                ? std::string()
                : island->names[size_t(step.fact)] + " is a " + roleName(step.value) + ".";
            const std::string says
                = step.from < 0 ? std::string() : "hat " + island->names[size_t(step.from)] + " says";
            switch (step.kind) {
            case DeductionStep::Assumes:
                text += "Suppose " + fact;
                break;
            case DeductionStep::Follows:
                text += "By w" + says + ", " + fact;
                break;
            case DeductionStep::Fails:
                text += "W" + says + " does not fit.";
                break;
            case DeductionStep::Concludes:
                text += "So " + fact;
                break;
            }
        }
        return text;
    }

private:
    static Formula statement(int people, int me, int depth, Rng& rng)
    {
        if (depth == 0 || rng.below(10) < 3) {
            int who = int(rng.below(uint64_t(people)));
            if (who == me && rng.below(2)) // who speaks of himself alone says little: half as often
                who = (me + 1) % people;
            return Formula::is(who, rng.below(2) == 0);
        }
        const Op ops[] = { Op::And, Op::Or, Op::If, Op::Iff, Op::Not };
        const Op op = ops[rng.below(5)];
        const Formula a = statement(people, me, depth - 1, rng);
        return op == Op::Not ? Formula::negated(a) : Formula::joined(op, a, statement(people, me, depth - 1, rng));
    }

    static bool isConstant(const Formula& said, int people)
    {
        const size_t worlds = worldsOf(std::span(&said, 1), people, 1u << people).size();
        return worlds == 0 || worlds == 1u << people;
    }

    static std::string question(const std::vector<std::string>& names, const std::vector<Formula>& statements)
    {
        std::string text = "A very special island is inhabited only by knights and knaves. Knights always tell the "
                           "truth, and knaves always lie. You meet "
            + std::to_string(names.size()) + " inhabitants: ";
        for (size_t i = 0; i < names.size(); ++i)
            text += (i == 0 ? "" : i + 1 < names.size() ? ", " : names.size() > 2 ? ", and " : " and ") + names[i];
        text += ".";
        for (size_t i = 0; i < names.size(); ++i)
            text += " " + names[i] + " says: \"" + englishOf(statements[i], [&](int who, bool knight) {
                return names[size_t(who)] + " is a " + roleName(knight);
            }) + ".\"";
        return text + " So who is a knight and who is a knave? Write a line for each, such as \"(1) " + names[0]
            + " is a knight\".";
    }
};

} // namespace

Result<AnswerCheck> checkKnightsKnaves(const Json& item, std::string_view answer)
{
    const Result<Island> island = islandOf(item);
    if (!island)
        return island.error();
    uint32_t knights = 0;
    if (std::optional<AnswerCheck> unreadable = RolesReader(island->names, answer).read(knights))
        return *unreadable;
    const std::string normal = rolesText(island->names, knights);
    if (knights == island->knights)
        return AnswerCheck { Verdict::Correct, "ok", "All roles are right.", normal };
    std::string words;
    for (size_t i = 0; i < island->names.size() && words.empty(); ++i)
        if ((knights ^ island->knights) >> i & 1)
            words = island->names[i] + " is a " + roleName(island->knights >> i & 1) + ".";
    for (size_t i = 0; i < island->statements.size(); ++i)
        if (holds(island->statements[i], knights) != bool(knights >> i & 1)) {
            words += " With these roles " + island->names[i]
                + (knights >> i & 1 ? ", a knight, would lie." : ", a knave, would tell the truth.");
            break;
        }
    return AnswerCheck { Verdict::Wrong, "wrong_roles", words, normal };
}

std::unique_ptr<Puzzle> makeKnightsKnaves(const TaskConfig&) { return std::make_unique<KnightsKnaves>(); }

} // namespace aha
