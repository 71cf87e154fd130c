// Who lives where: houses in a row, clues that leave exactly one way, and a question of one word (Einstein's puzzle).

#include "core/tasks/logic/item_fields.h"
#include "core/tasks/logic/logic_puzzles.h"

#include <array>
#include <iterator>

namespace aha {

using namespace logic;

namespace {

using Json = nlohmann::ordered_json;

constexpr int kMaxHouses = 6, kMaxAttributes = 6;

/// How values of a kind are spoken of: "{the one with} the cat", "{has} the cat", "What pet does … {have}?".
struct Words {
    const char *name, *plural, *values[kMaxHouses];
    const char *who, *whoEnd, *does, *doesEnd, *ask, *askEnd;
};
constexpr Words kWords[] = {
    { "person", "people", { "Ann", "Bob", "Eve", "Tom", "Max", "Kim" }, "", "", "is ", "", "Who is ", "?" },
    { "pet", "pets", { "cat", "dog", "fish", "bird", "horse", "mouse" }, "the one with the ", "", "has the ", "",
        "What pet does ", " have?" },
    { "drink", "drinks", { "tea", "milk", "juice", "water", "coffee", "cocoa" }, "the one who drinks ", "", "drinks ",
        "", "What does ", " drink?" },
    { "color", "colors", { "red", "blue", "green", "white", "black", "yellow" }, "the one in the ", " house",
        "lives in the ", " house", "What color is the house of ", "?" },
    { "food", "foods", { "rice", "bread", "soup", "cake", "pizza", "pasta" }, "the one who eats ", "", "eats ", "",
        "What does ", " eat?" },
};

struct Level {
    int houses, attributes;
};
constexpr Level kLevels[] = { { 2, 2 }, { 3, 2 }, { 3, 3 }, { 4, 3 }, { 4, 4 }, { 5, 4 }, { 5, 5 } };

struct Value {
    int attribute, number;
    bool operator==(const Value&) const = default;
};

enum class ClueKind { Same, At, Left, Next, Before };
constexpr const char* kClueKinds[] = { "same", "at", "left", "next", "before" };

struct Clue {
    ClueKind kind;
    Value a;
    Value b {}; ///< not of At
    int house = 0; ///< of At, from 0
};

struct Street {
    int houses = 0;
    std::vector<std::string> names; ///< of the attributes
    std::vector<std::vector<std::string>> values; ///< of each attribute, as many as houses
    std::vector<Clue> clues;
    int find = 0; ///< attribute that is asked for
    std::optional<Value> of; ///< of whom; else of the house
    int house = 0;
};

/// Houses where each value may still be, a bit each.
using Places = std::array<std::array<uint8_t, kMaxHouses>, kMaxAttributes>;

/// Narrows by the clues and by "each value once" until nothing changes. False when some value has no place.
bool narrow(const Street& street, Places& places)
{
    const auto at = [&](Value value) -> uint8_t& { return places[size_t(value.attribute)][size_t(value.number)]; };
    const uint8_t all = uint8_t((1 << street.houses) - 1);
    for (bool changed = true; changed;) {
        const Places before = places;
        for (const Clue& clue : street.clues) {
            uint8_t& a = at(clue.a);
            if (clue.kind == ClueKind::At) {
                a &= uint8_t(1 << clue.house);
                continue;
            }
            uint8_t& b = at(clue.b);
            switch (clue.kind) {
            case ClueKind::Same:
                a = b = a & b;
                break;
            case ClueKind::Left:
                a &= uint8_t(b >> 1);
                b &= uint8_t(a << 1);
                break;
            case ClueKind::Next:
                a &= uint8_t(b << 1 | b >> 1);
                b &= uint8_t(a << 1 | a >> 1);
                break;
            default: // somewhere left: below the last place of b, above the first of a
                for (uint8_t last = b; last; last &= uint8_t(last - 1))
                    if (!(last & (last - 1)))
                        a &= uint8_t(last - 1);
                b &= uint8_t(~((uint8_t(a & -a) << 1) - 1));
            }
        }
        for (int attribute = 0; attribute < int(street.values.size()); ++attribute)
            for (int value = 0; value < street.houses; ++value) {
                uint8_t& mine = at({ attribute, value });
                uint8_t others = 0;
                for (int other = 0; other < street.houses; ++other)
                    if (other != value) {
                        const uint8_t theirs = at({ attribute, other });
                        others |= theirs;
                        if (theirs && !(theirs & (theirs - 1)))
                            mine &= uint8_t(~theirs);
                    }
                if (const uint8_t only = mine & uint8_t(all & ~others))
                    mine = only;
                if (!mine)
                    return false;
            }
        changed = places != before;
    }
    return true;
}

/// Counts solutions up to `limit`, the last one found in `solved`. `budget`: guesses; when spent, as if `limit`.
int solutions(const Street& street, Places places, int limit, int& budget, Places* solved)
{
    if (!narrow(street, places))
        return 0;
    uint8_t* open = nullptr;
    for (int attribute = 0; attribute < int(street.values.size()) && !open; ++attribute)
        for (int value = 0; value < street.houses && !open; ++value)
            if (uint8_t& mine = places[size_t(attribute)][size_t(value)]; mine & (mine - 1))
                open = &mine;
    if (!open) {
        if (solved)
            *solved = places;
        return 1;
    }
    int found = 0;
    for (uint8_t left = *open; left && found < limit; left &= uint8_t(left - 1)) {
        if (--budget < 0)
            return limit;
        *open = left & uint8_t(-left);
        found += solutions(street, places, limit - found, budget, solved);
    }
    return found;
}

Places anywhere(const Street& street)
{
    Places places {};
    for (auto& attribute : places)
        attribute.fill(uint8_t((1 << street.houses) - 1));
    return places;
}

/// The answer, when the clues leave exactly one way.
std::optional<std::string> answerOf(const Street& street)
{
    Places solved {};
    int budget = 20'000;
    if (solutions(street, anywhere(street), 2, budget, &solved) != 1)
        return std::nullopt;
    const uint8_t house
        = street.of ? solved[size_t(street.of->attribute)][size_t(street.of->number)] : uint8_t(1 << street.house);
    for (int value = 0; value < street.houses; ++value)
        if (solved[size_t(street.find)][size_t(value)] == house)
            return street.values[size_t(street.find)][size_t(value)];
    return std::nullopt;
}

std::optional<Value> valueOf(const Street& street, const Json& json)
{
    if (!json.is_array() || json.size() != 2 || !json[0].is_number_integer() || !json[1].is_string())
        return std::nullopt;
    const int64_t attribute = json[0].get<int64_t>();
    if (attribute < 0 || attribute >= int64_t(street.values.size()))
        return std::nullopt;
    const std::vector<std::string>& values = street.values[size_t(attribute)];
    const auto found = std::find(values.begin(), values.end(), json[1].get_ref<const std::string&>());
    if (found == values.end())
        return std::nullopt;
    return Value { int(attribute), int(found - values.begin()) };
}

Result<Street> streetOf(const Json& item)
{
    Street street;
    street.houses = wholeOf(item, "houses", 2, kMaxHouses).value_or(0);
    const auto attributes = item.find("attributes"), clues = item.find("clues"), question = item.find("question");
    if (!street.houses || attributes == item.end() || !attributes->is_array() || attributes->empty()
        || attributes->size() > size_t(kMaxAttributes))
        return itemInvalid("A zebra puzzle needs \"houses\", 2 to 6, and \"attributes\", 1 to 6.");
    for (const Json& json : *attributes) {
        const auto values = textsOf(json, "values", size_t(street.houses), size_t(street.houses), 30);
        if (!values)
            return itemInvalid("An attribute needs \"values\": as many different words as there are houses.");
        street.names.push_back(textOf(json, "name", 30).value_or("value"));
        street.values.push_back(*values);
    }
    if (clues == item.end() || !clues->is_array() || clues->size() > 200)
        return itemInvalid("A zebra puzzle needs \"clues\": a list of at most 200.");
    for (const Json& entry : *clues) {
        const Json json = entry.is_object() ? entry : Json::object();
        const auto kind
            = std::find(std::begin(kClueKinds), std::end(kClueKinds), textOf(json, "kind", 10).value_or(""));
        const std::optional<Value> a = valueOf(street, json.value("a", Json())),
                                   b = valueOf(street, json.value("b", Json()));
        const std::optional<int> house = wholeOf(json, "house", 1, street.houses);
        if (kind == std::end(kClueKinds) || !a || (*kind == kClueKinds[1] ? !house : !b || *a == *b))
            return itemInvalid("A clue has a \"kind\" (same, at, left, next, before), \"a\" and \"b\" as [attribute "
                               "number, value], or for at a \"house\".");
        street.clues.push_back({ ClueKind(kind - std::begin(kClueKinds)), *a, b.value_or(*a), house.value_or(1) - 1 });
    }
    const Json asked = question == item.end() ? Json() : *question;
    const std::optional<int> find = wholeOf(asked, "find", 0, int(street.values.size()) - 1),
                             house = wholeOf(asked, "house", 1, street.houses);
    street.of = asked.is_object() ? valueOf(street, asked.value("of", Json())) : std::nullopt;
    if (!find || (!street.of && !house))
        return itemInvalid("The \"question\" has \"find\", an attribute's number, and \"of\", a value, or \"house\".");
    street.find = *find;
    street.house = house.value_or(1) - 1;
    return street;
}

class Zebra : public Puzzle {
public:
    int levels() const override { return int(std::size(kLevels)); }
    std::string levelText(int level) const override
    {
        const auto [houses, attributes] = kLevels[level - 1];
        return std::to_string(houses) + " houses, " + std::to_string(attributes) + " attributes";
    }

    std::optional<Drawn> draw(int number, Rng& rng) const override
    {
        const auto [houses, attributes] = kLevels[number - 1];
        Street street;
        street.houses = houses;
        std::vector<const Words*> words { &kWords[0] };
        for (const int kind : someOf(int(std::size(kWords)) - 1, attributes - 1, rng))
            words.push_back(&kWords[kind + 1]);
        Places solution {};
        for (int attribute = 0; attribute < attributes; ++attribute) {
            street.names.emplace_back(words[size_t(attribute)]->name);
            street.values.emplace_back();
            for (const int value : someOf(kMaxHouses, houses, rng))
                street.values.back().emplace_back(words[size_t(attribute)]->values[value]);
            const std::vector<int> order = someOf(houses, houses, rng);
            for (int value = 0; value < houses; ++value)
                solution[size_t(attribute)][size_t(value)] = uint8_t(1 << order[size_t(value)]);
        }
        drawClues(street, solution, rng);
        street.find = int(rng.below(uint64_t(attributes)));
        const int other = int(rng.below(uint64_t(attributes)));
        if (other != street.find)
            street.of = Value { other, int(rng.below(uint64_t(houses))) };
        else
            street.house = int(rng.below(uint64_t(houses)));
        const std::optional<std::string> answer = answerOf(street);
        if (!answer || isSaid(street, *answer))
            return std::nullopt;
        return describe(street, words);
    }

    Result<AnswerCheck> check(const Json& item, std::string_view answer) const override
    {
        const Result<Street> street = streetOf(item);
        if (!street)
            return street.error();
        const std::optional<std::string> right = answerOf(*street);
        if (!right)
            return itemInvalid("The clues leave no way, or more than one.");
        const std::vector<std::string>& values = street->values[size_t(street->find)];
        const std::string given = lowerCase(answer.substr(0, 40));
        if (std::none_of(
                values.begin(), values.end(), [&](const std::string& value) { return lowerCase(value) == given; }))
            return AnswerCheck { Verdict::Malformed, "not_a_value",
                "The answer is not one of the values of " + street->names[size_t(street->find)] + "." };
        return checkText(*right, answer);
    }

    Result<std::string> solve(const Json& item) const override
    {
        const Result<Street> street = streetOf(item);
        if (!street)
            return street.error();
        const std::optional<std::string> answer = answerOf(*street);
        return answer ? Result<std::string>(*answer) : itemInvalid("The clues leave no way, or more than one.");
    }

private:
    /// True clues in random order until only the solution is left, and then none that is not needed.
    static void drawClues(Street& street, const Places& solution, Rng& rng)
    {
        std::vector<Value> values;
        for (int attribute = 0; attribute < int(street.values.size()); ++attribute)
            for (int number = 0; number < street.houses; ++number)
                values.push_back({ attribute, number });
        const auto houseOf = [&](Value value) {
            int house = 0;
            while (!(solution[size_t(value.attribute)][size_t(value.number)] >> house & 1))
                ++house;
            return house;
        };
        std::vector<Clue> all;
        for (const Value a : values) {
            if (rng.below(3) == 0) // few, or they say too much
                all.push_back({ ClueKind::At, a, {}, houseOf(a) });
            for (const Value b : values) {
                const int distance = houseOf(b) - houseOf(a);
                if (a.attribute < b.attribute && distance == 0)
                    all.push_back({ ClueKind::Same, a, b });
                if (distance == 1 && rng.below(2) == 0)
                    all.push_back({ rng.below(2) ? ClueKind::Left : ClueKind::Next, a, b });
                if (distance > 1 && rng.below(4) == 0)
                    all.push_back({ ClueKind::Before, a, b });
            }
        }
        const auto isUnique = [&] {
            int budget = 5000;
            return solutions(street, anywhere(street), 2, budget, nullptr) == 1;
        };
        for (const int at : someOf(int(all.size()), int(all.size()), rng)) {
            street.clues.push_back(all[size_t(at)]);
            if (street.clues.size() >= size_t(street.houses) && isUnique())
                break;
        }
        for (size_t i = street.clues.size(); i-- > 0;) {
            const Clue clue = street.clues[i];
            street.clues.erase(street.clues.begin() + long(i));
            if (!isUnique())
                street.clues.insert(street.clues.begin() + long(i), clue);
        }
    }

    /// A clue alone says the answer.
    static bool isSaid(const Street& street, const std::string& answer)
    {
        return std::any_of(street.clues.begin(), street.clues.end(), [&](const Clue& clue) {
            const auto isAnswer = [&](Value value) {
                return value.attribute == street.find
                    && street.values[size_t(value.attribute)][size_t(value.number)] == answer;
            };
            if (clue.kind == ClueKind::At)
                return !street.of && clue.house == street.house && isAnswer(clue.a);
            return clue.kind == ClueKind::Same && street.of
                && ((clue.a == *street.of && isAnswer(clue.b)) || (clue.b == *street.of && isAnswer(clue.a)));
        });
    }

    static Drawn describe(const Street& street, const std::vector<const Words*>& words)
    {
        const auto name = [&](Value value) { return street.values[size_t(value.attribute)][size_t(value.number)]; };
        const auto who = [&](Value value) {
            const Words& w = *words[size_t(value.attribute)];
            return w.who + name(value) + w.whoEnd;
        };
        const auto does = [&](Value value) {
            const Words& w = *words[size_t(value.attribute)];
            return w.does + name(value) + w.doesEnd;
        };
        const auto json = [&](Value value) { return Json::array({ value.attribute, name(value) }); };
        Json item { { "houses", street.houses }, { "attributes", Json::array() }, { "clues", Json::array() } };
        std::string text = "There are " + std::to_string(street.houses) + " houses in a row, house 1 on the left.";
        for (size_t i = 0; i < words.size(); ++i) {
            text += std::string(" The ") + words[i]->plural + " are";
            for (size_t v = 0; v < street.values[i].size(); ++v)
                text += (v ? ", " : " ") + street.values[i][v];
            text += ".";
            item["attributes"].push_back(Json { { "name", street.names[i] }, { "values", street.values[i] } });
        }
        for (const Clue& clue : street.clues) {
            const char* const ways[]
                = { "", "", " lives directly left of ", " lives next to ", " lives somewhere left of " };
            std::string line = who(clue.a);
            line += clue.kind == ClueKind::Same ? " " + does(clue.b)
                : clue.kind == ClueKind::At     ? " lives in house " + std::to_string(clue.house + 1)
                                                : ways[int(clue.kind)] + who(clue.b);
            if (line[0] == 't')
                line[0] = 'T';
            text += " " + line + ".";
            Json entry { { "kind", kClueKinds[int(clue.kind)] }, { "a", json(clue.a) } };
            if (clue.kind == ClueKind::At)
                entry["house"] = clue.house + 1;
            else
                entry["b"] = json(clue.b);
            item["clues"].push_back(std::move(entry));
        }
        const Words& asked = *words[size_t(street.find)];
        const std::string house = "house " + std::to_string(street.house + 1);
        if (street.find == 0)
            text += " Who " + (street.of ? does(*street.of) : "lives in " + house) + "?";
        else
            text += std::string(" ") + asked.ask + (street.of ? who(*street.of) : "the one in " + house) + asked.askEnd;
        item["question"] = Json { { "find", street.find } };
        if (street.of)
            item["question"]["of"] = json(*street.of);
        else
            item["question"]["house"] = street.house + 1;
        return { text + " Answer with one word.", item.dump(), "" };
    }
};

} // namespace

std::unique_ptr<Puzzle> makeZebra(const TaskConfig&) { return std::make_unique<Zebra>(); }

} // namespace aha
