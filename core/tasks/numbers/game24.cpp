// The game of 24: four cards, each used once, + - * / and parentheses. What J, Q and K count is part of the question,
// and with task.face_cards = shift it is another rule in the held-out problems than in training: who learned to read
// the rule makes 24 there, who learned the cards by heart does not (Chu et al. 2025, "SFT memorizes, RL generalizes").

#include "core/tasks/item_fields.h"
#include "core/tasks/number_expression.h"
#include "core/tasks/numbers/number_puzzles.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <iterator>

namespace aha {

namespace {

using Json = nlohmann::ordered_json;

/// Not reduced: four cards of at most 13 stay far within 64 bits.
struct Ratio {
    int64_t over, under; // under may be negative, never 0
};

/// A division by zero is a ratio over 0.
Ratio combined(Ratio a, char op, Ratio b)
{
    switch (op) {
    case '+':
        return { a.over * b.under + b.over * a.under, a.under * b.under };
    case '-':
        return { a.over * b.under - b.over * a.under, a.under * b.under };
    case '*':
        return { a.over * b.over, a.under * b.under };
    default:
        return { a.over * b.under, a.under * b.over };
    }
}

bool is24(Ratio value) { return value.over == 24 * value.under; }

/// What a solution needs, easiest first: the hardest step in it.
enum Needs { Sums, Products, Divisions, kNeeds };

struct Part {
    Ratio value;
    Needs needs;
};
using Parts = std::array<Part, 4>;

/// The easiest of all solutions, by joining any two of the first `count` parts until one is left; kNeeds: there is
/// none.
Needs easiest(const Parts& parts, size_t count)
{
    if (count == 1)
        return is24(parts[0].value) ? parts[0].needs : kNeeds;
    Needs best = kNeeds;
    for (size_t i = 0; i < count; ++i)
        for (size_t j = 0; j < count; ++j)
            for (const char op : { '+', '-', '*', '/' }) {
                if (i == j || ((op == '+' || op == '*') && i > j))
                    continue;
                const Ratio value = combined(parts[i].value, op, parts[j].value);
                if (value.under == 0)
                    continue;
                Parts rest;
                size_t left = 0;
                for (size_t k = 0; k < count; ++k)
                    if (k != i && k != j)
                        rest[left++] = parts[k];
                const Needs step = op == '/' ? Divisions : op == '*' ? Products : Sums;
                rest[left++] = { value, std::max({ step, parts[i].needs, parts[j].needs }) };
                best = std::min(best, easiest(rest, left));
                if (best == Sums)
                    return best;
            }
    return best;
}

using Hand = std::array<int, 4>; // ranks 1 to 13, in ascending order

int64_t countOf(int rank, bool ten) { return rank > 10 && ten ? 10 : rank; }

/// Every hand that makes 24, by what it needs.
std::array<std::vector<Hand>, kNeeds> allHands(bool ten, bool onlyWithFace)
{
    std::array<std::vector<Hand>, kNeeds> hands;
    Hand hand;
    for (hand[0] = 1; hand[0] <= 13; ++hand[0])
        for (hand[1] = hand[0]; hand[1] <= 13; ++hand[1])
            for (hand[2] = hand[1]; hand[2] <= 13; ++hand[2])
                for (hand[3] = hand[2]; hand[3] <= 13; ++hand[3]) {
                    Parts parts;
                    for (size_t i = 0; i < 4; ++i)
                        parts[i] = { { countOf(hand[i], ten), 1 }, Sums };
                    const Needs needs = easiest(parts, 4);
                    if (needs != kNeeds && (hand[3] > 10 || !onlyWithFace))
                        hands[needs].push_back(hand);
                }
    return hands;
}

struct Expression {
    Ratio value;
    std::string text;
};

class Game24 : public Puzzle {
public:
    explicit Game24(const std::string& faceCards)
        : m_trainTen(faceCards == "ten")
        , m_heldTen(faceCards != "rank")
        , m_train(allHands(m_trainTen, false))
        , m_held(m_trainTen == m_heldTen ? m_train : allHands(m_heldTen, true))
    {
    }

    int levels() const override { return int(std::size(kLevels)); }
    std::string levelText(int level) const override { return kLevels[level - 1].text; }

    std::optional<Drawn> draw(int level, Rng& rng) const override { return drawFrom(m_train, m_trainTen, level, rng); }
    /// Where the rule shifts, every held-out problem has a card that it is about.
    std::optional<Drawn> drawHeldOut(int level, Rng& rng) const override
    {
        return drawFrom(m_held, m_heldTen, level, rng);
    }

    Result<AnswerCheck> check(const Json& item, std::string_view answer) const override
    {
        const Result<std::vector<int64_t>> numbers = numbersOf(item);
        if (!numbers)
            return numbers.error();
        return checkExpression(*numbers, 24, answer);
    }

    /// What every set of cards can make, from the sets that it falls into.
    Result<std::string> solve(const Json& item) const override
    {
        const Result<std::vector<int64_t>> numbers = numbersOf(item);
        if (!numbers)
            return numbers.error();
        std::array<std::vector<Expression>, 16> made;
        for (size_t i = 0; i < 4; ++i)
            made[size_t(1) << i] = { { { (*numbers)[i], 1 }, std::to_string((*numbers)[i]) } };
        for (size_t set = 1; set < 16; ++set)
            for (size_t left = (set - 1) & set; left > 0; left = (left - 1) & set)
                for (const Expression& a : made[left])
                    for (const Expression& b : made[set ^ left])
                        for (const char op : { '+', '-', '*', '/' }) {
                            const Ratio value = combined(a.value, op, b.value);
                            const std::string text = a.text + " " + op + " " + b.text;
                            if (set == 15 && value.under != 0 && is24(value))
                                return text;
                            if (set != 15 && value.under != 0)
                                made[set].push_back({ value, "( " + text + " )" });
                        }
        return invalidItem("These four cards do not make 24.");
    }

private:
    struct Level {
        const char* text;
        Needs least, most; ///< of the easiest solution
    };
    static constexpr Level kLevels[] = {
        { "+ and - are enough", Sums, Sums },
        { "+, - and * are enough", Sums, Products },
        { "any cards that make 24", Sums, Divisions },
        { "needs a division", Divisions, Divisions },
    };
    static constexpr std::string_view kFaces = "JQK";

    std::optional<Drawn> drawFrom(
        const std::array<std::vector<Hand>, kNeeds>& hands, bool ten, int level, Rng& rng) const
    {
        const auto [text, least, most] = kLevels[level - 1];
        size_t count = 0;
        for (int needs = least; needs <= most; ++needs)
            count += hands[size_t(needs)].size();
        size_t pick = size_t(rng.below(count)), needs = size_t(least);
        for (; pick >= hands[needs].size(); ++needs)
            pick -= hands[needs].size();
        Hand hand = hands[needs][pick];
        for (size_t i = 4; i > 1; --i)
            std::swap(hand[i - 1], hand[size_t(rng.below(i))]);
        std::vector<std::string> cards, keys;
        for (const int rank : hand) {
            cards.push_back(rank > 10 ? std::string(1, kFaces[size_t(rank - 11)]) : std::to_string(rank));
            // By numbers, so that J 3 is no new problem after 10 3; but where the rule shifts, by cards.
            keys.push_back(m_trainTen == m_heldTen ? std::to_string(countOf(rank, ten)) : cards.back());
        }
        std::sort(keys.begin(), keys.end());
        Drawn drawn { "Cards:", Json { { "cards", cards }, { "face_cards", ten ? "ten" : "rank" } }.dump(), "" };
        for (size_t i = 0; i < 4; ++i) {
            drawn.question += " " + cards[i];
            drawn.key += keys[i] + " ";
        }
        drawn.question += ten ? ". J, Q and K count 10 each." : ". J counts 11, Q counts 12, K counts 13.";
        drawn.question += " Make 24 with + - * / and ( ). Use each card once. Write numbers, not letters.";
        return drawn;
    }

    static Result<std::vector<int64_t>> numbersOf(const Json& item)
    {
        const Result<std::vector<std::string>> cards = textsField(item, "cards", 4, 2);
        const Result<std::string> rule = textField(item, "face_cards", 4);
        if (!cards || !rule)
            return cards ? rule.error() : cards.error();
        if (cards->size() != 4 || (*rule != "rank" && *rule != "ten"))
            return invalidItem("A game of 24 needs four \"cards\" and \"face_cards\": rank or ten.");
        std::vector<int64_t> numbers;
        for (const std::string& card : *cards) {
            const size_t face = card.size() == 1 ? kFaces.find(card[0]) : std::string_view::npos;
            const std::optional<int64_t> number
                = face != std::string_view::npos ? *rule == "ten" ? 10 : int64_t(face) + 11 : wholeNumber(card);
            if (!number || *number < 1 || *number > 13)
                return invalidItem("\"" + card + "\" is not a card: 1 to 10, J, Q, K.");
            numbers.push_back(*number);
        }
        return numbers;
    }

    bool m_trainTen, m_heldTen;
    std::array<std::vector<Hand>, kNeeds> m_train, m_held;
};

} // namespace

std::unique_ptr<Puzzle> makeGame24(const TaskConfig& config) { return std::make_unique<Game24>(config.faceCards); }

} // namespace aha
