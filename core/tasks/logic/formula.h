#pragma once
// Statements built from is, not, and, or, if, iff over numbered facts, and what follows from several of them.

#include "core/base/result.h"

#include <nlohmann/json.hpp>

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace aha::logic {

/// A statement as a flat tree: parts stand before the whole, which is the last node. Never empty when it was read or
/// made by the functions below.
struct Formula {
    enum class Op { Is, Not, And, Or, If, Iff };
    struct Node {
        Op op = Op::Is;
        int fact = 0; ///< Is
        bool positive = true; ///< Is: what the fact must be
        int a = 0, b = 0; ///< nodes; Not has one
    };
    std::vector<Node> nodes;

    static Formula is(int fact, bool positive);
    static Formula negated(const Formula& a);
    static Formula joined(Op op, const Formula& a, const Formula& b);
};

inline constexpr int kMaxFacts = 10; ///< 1024 worlds are tried at once

/// In the world whose bit i says whether fact i holds.
bool holds(const Formula& formula, uint32_t world);

/// Facts of which some are not known.
enum class Truth : int8_t { No, Yes, Unknown };
Truth truthOf(const Formula& formula, std::span<const Truth> facts);

/// Worlds of `facts` <= kMaxFacts facts in which all hold, by trying each; stops when it has `limit`.
std::vector<uint32_t> worldsOf(std::span<const Formula> all, int facts, size_t limit);

/// "if (A and B) then C"; `is(fact, positive)` gives a fact's words. As mem-kk and Logic-RL put it.
std::string englishOf(const Formula& formula, const std::function<std::string(int, bool)>& is);

/// {"op": "if", "a": …, "b": …}; `is` makes the object of one fact.
nlohmann::ordered_json toJson(const Formula& formula, const std::function<nlohmann::ordered_json(int, bool)>& is);
/// `is` reads an object with "op": "is"; nothing where it is none. Error: task_item_invalid (also for statements of
/// more than 64 parts).
Result<Formula> formulaFromJson(const nlohmann::ordered_json& json,
    const std::function<std::optional<std::pair<int, bool>>(const nlohmann::ordered_json&)>& is);

/// One step of a deduction.
struct DeductionStep {
    enum Kind {
        Assumes, ///< takes `fact` to be `value`
        Follows, ///< by statement number `from`, `fact` is `value`
        Fails, ///< statement number `from` cannot hold: the last assumption falls
        Concludes, ///< so `fact` is `value`
    } kind;
    int from = -1;
    int fact = -1;
    bool value = false;
};
/// The facts that make all statements hold (Unknown where it does not matter), found by following what is known, else
/// by assuming and looking for a contradiction; nothing when there are none. `steps`, if given, gets the way.
std::optional<std::vector<Truth>> deduce(
    std::span<const Formula> all, std::vector<Truth> known, std::vector<DeductionStep>* steps);
/// Only the first half: what follows without assumptions. False when a statement cannot hold.
bool follow(std::span<const Formula> all, std::vector<Truth>& known, std::vector<DeductionStep>* steps);

} // namespace aha::logic
