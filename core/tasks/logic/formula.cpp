#include "core/tasks/logic/formula.h"

#include <algorithm>
#include <array>

namespace aha::logic {

namespace {

using Json = nlohmann::ordered_json;
using Op = Formula::Op;

constexpr size_t kMaxNodes = 64;
constexpr std::array<std::pair<const char*, Op>, 5> kOps
    = { { { "not", Op::Not }, { "and", Op::And }, { "or", Op::Or }, { "if", Op::If }, { "iff", Op::Iff } } };

void append(Formula& to, const Formula& part)
{
    const int shift = int(to.nodes.size());
    for (Formula::Node node : part.nodes) {
        node.a += shift;
        node.b += shift;
        to.nodes.push_back(node);
    }
}

/// Reads the parts of `json` and then itself; false when something is wrong or there is too much of it.
bool read(const Json& json, const std::function<std::optional<std::pair<int, bool>>(const Json&)>& is, Formula& formula,
    int depth)
{
    const auto op = json.is_object() ? json.find("op") : json.end();
    if (!json.is_object() || op == json.end() || !op->is_string() || depth > 32)
        return false;
    Formula::Node node;
    if (*op == "is") {
        const std::optional<std::pair<int, bool>> fact = is(json);
        if (!fact)
            return false;
        node.fact = fact->first;
        node.positive = fact->second;
    } else {
        const auto known
            = std::find_if(kOps.begin(), kOps.end(), [&](const auto& entry) { return *op == entry.first; });
        if (known == kOps.end())
            return false;
        node.op = known->second;
        if (!json.contains("a") || !read(json["a"], is, formula, depth + 1))
            return false;
        node.a = int(formula.nodes.size()) - 1;
        if (node.op != Op::Not) {
            if (!json.contains("b") || !read(json["b"], is, formula, depth + 1))
                return false;
            node.b = int(formula.nodes.size()) - 1;
        }
    }
    formula.nodes.push_back(node);
    return formula.nodes.size() <= kMaxNodes;
}

Truth negated(Truth a) { return a == Truth::Unknown ? a : a == Truth::Yes ? Truth::No : Truth::Yes; }

Truth either(Truth a, Truth b)
{
    if (a == Truth::Yes || b == Truth::Yes)
        return Truth::Yes;
    return a == Truth::No && b == Truth::No ? Truth::No : Truth::Unknown;
}

/// Facts that a statement speaks of, in order, each once.
std::vector<int> factsOf(const Formula& formula)
{
    std::vector<int> facts;
    for (const Formula::Node& node : formula.nodes)
        if (node.op == Op::Is)
            facts.push_back(node.fact);
    std::sort(facts.begin(), facts.end());
    facts.erase(std::unique(facts.begin(), facts.end()), facts.end());
    return facts;
}

/// What the statement says of `fact`: the value that it must have, Unknown when it is free; nothing when neither fits.
std::optional<Truth> forced(const Formula& formula, std::vector<Truth>& known, int fact)
{
    const Truth before = known[size_t(fact)];
    known[size_t(fact)] = Truth::Yes;
    const bool canBe = truthOf(formula, known) != Truth::No;
    known[size_t(fact)] = Truth::No;
    const bool canNotBe = truthOf(formula, known) != Truth::No;
    known[size_t(fact)] = before;
    if (!canBe && !canNotBe)
        return std::nullopt;
    return canBe && canNotBe ? Truth::Unknown : canBe ? Truth::Yes : Truth::No;
}

} // namespace

Formula Formula::is(int fact, bool positive) { return { { { Op::Is, fact, positive } } }; }

Formula Formula::negated(const Formula& a)
{
    Formula whole = a;
    whole.nodes.push_back({ Op::Not, 0, true, int(a.nodes.size()) - 1, 0 });
    return whole;
}

Formula Formula::joined(Op op, const Formula& a, const Formula& b)
{
    Formula whole = a;
    append(whole, b);
    whole.nodes.push_back({ op, 0, true, int(a.nodes.size()) - 1, int(whole.nodes.size()) - 1 });
    return whole;
}

Truth truthOf(const Formula& formula, std::span<const Truth> facts)
{
    std::array<Truth, 2 * kMaxNodes + 2> values; // a joined statement is at most twice a read one
    for (size_t i = 0; i < formula.nodes.size(); ++i) {
        const Formula::Node& node = formula.nodes[i];
        const Truth a = values[size_t(node.a)], b = values[size_t(node.b)];
        switch (node.op) {
        case Op::Is:
            values[i] = node.positive ? facts[size_t(node.fact)] : negated(facts[size_t(node.fact)]);
            break;
        case Op::Not:
            values[i] = negated(a);
            break;
        case Op::And:
            values[i] = negated(either(negated(a), negated(b)));
            break;
        case Op::Or:
            values[i] = either(a, b);
            break;
        case Op::If:
            values[i] = either(negated(a), b);
            break;
        case Op::Iff:
            values[i] = a == Truth::Unknown || b == Truth::Unknown ? Truth::Unknown : a == b ? Truth::Yes : Truth::No;
            break;
        }
    }
    return values[formula.nodes.size() - 1];
}

bool holds(const Formula& formula, uint32_t world)
{
    std::array<Truth, kMaxFacts> facts;
    for (int i = 0; i < kMaxFacts; ++i)
        facts[size_t(i)] = world >> i & 1 ? Truth::Yes : Truth::No;
    return truthOf(formula, facts) == Truth::Yes;
}

std::vector<uint32_t> worldsOf(std::span<const Formula> all, int facts, size_t limit)
{
    std::vector<uint32_t> worlds;
    for (uint32_t world = 0; world < 1u << facts && worlds.size() < limit; ++world)
        if (std::all_of(all.begin(), all.end(), [&](const Formula& formula) { return holds(formula, world); }))
            worlds.push_back(world);
    return worlds;
}

std::string englishOf(const Formula& formula, const std::function<std::string(int, bool)>& is)
{
    std::vector<std::string> words; // of each node
    for (const Formula::Node& node : formula.nodes) {
        const auto part = [&](int at) {
            const std::string& text = words[size_t(at)];
            return formula.nodes[size_t(at)].op == Op::Is ? text : "(" + text + ")";
        };
        switch (node.op) {
        case Op::Is:
            words.push_back(is(node.fact, node.positive));
            break;
        case Op::Not:
            words.push_back("it is not the case that " + part(node.a));
            break;
        case Op::And:
            words.push_back(part(node.a) + " and " + part(node.b));
            break;
        case Op::Or:
            words.push_back(part(node.a) + " or " + part(node.b));
            break;
        case Op::If:
            words.push_back("if " + part(node.a) + " then " + part(node.b));
            break;
        case Op::Iff:
            words.push_back(part(node.a) + " if and only if " + part(node.b));
            break;
        }
    }
    return words.back();
}

Json toJson(const Formula& formula, const std::function<Json(int, bool)>& is)
{
    std::vector<Json> made;
    for (const Formula::Node& node : formula.nodes) {
        if (node.op == Op::Is) {
            made.push_back(is(node.fact, node.positive));
            continue;
        }
        const auto name = std::find_if(kOps.begin(), kOps.end(), [&](const auto& op) { return op.second == node.op; });
        Json json { { "op", name->first }, { "a", made[size_t(node.a)] } };
        if (node.op != Op::Not)
            json["b"] = made[size_t(node.b)];
        made.push_back(std::move(json));
    }
    return made.back();
}

Result<Formula> formulaFromJson(
    const Json& json, const std::function<std::optional<std::pair<int, bool>>(const Json&)>& is)
{
    Formula formula;
    if (!read(json, is, formula, 0))
        return Error { "task_item_invalid",
            "A statement is {\"op\": \"is\", …}, {\"op\": \"not\", \"a\": …} or and, or, if, iff with \"a\" and "
            "\"b\", of at most 64 parts.",
            "" };
    return formula;
}

bool follow(std::span<const Formula> all, std::vector<Truth>& known, std::vector<DeductionStep>* steps)
{
    for (bool changed = true; changed;) {
        changed = false;
        for (size_t i = 0; i < all.size(); ++i) {
            if (truthOf(all[i], known) == Truth::No) {
                if (steps)
                    steps->push_back({ DeductionStep::Fails, int(i) });
                return false;
            }
            for (const int fact : factsOf(all[i])) {
                if (known[size_t(fact)] != Truth::Unknown)
                    continue;
                const std::optional<Truth> value = forced(all[i], known, fact);
                if (!value) {
                    if (steps)
                        steps->push_back({ DeductionStep::Fails, int(i) });
                    return false;
                }
                if (*value == Truth::Unknown)
                    continue;
                known[size_t(fact)] = *value;
                if (steps)
                    steps->push_back({ DeductionStep::Follows, int(i), fact, *value == Truth::Yes });
                changed = true;
            }
        }
    }
    return true;
}

std::optional<std::vector<Truth>> deduce(
    std::span<const Formula> all, std::vector<Truth> known, std::vector<DeductionStep>* steps)
{
    if (!follow(all, known, steps))
        return std::nullopt;
    size_t open = known.size(); // the first unknown fact of the first statement that may fail
    for (size_t i = 0; i < all.size() && open == known.size(); ++i)
        if (truthOf(all[i], known) == Truth::Unknown)
            for (const int fact : factsOf(all[i]))
                if (known[size_t(fact)] == Truth::Unknown) {
                    open = size_t(fact);
                    break;
                }
    if (open == known.size())
        return known;
    std::vector<Truth> assumed = known;
    assumed[open] = Truth::Yes;
    if (steps)
        steps->push_back({ DeductionStep::Assumes, -1, int(open), true });
    if (std::optional<std::vector<Truth>> found = deduce(all, std::move(assumed), steps))
        return found;
    if (steps)
        steps->push_back({ DeductionStep::Concludes, -1, int(open), false });
    known[open] = Truth::No;
    return deduce(all, std::move(known), steps);
}

} // namespace aha::logic
