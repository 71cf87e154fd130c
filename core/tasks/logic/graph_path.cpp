// A shortest way between two places of a small map. Roads have two directions; later levels give lengths.

#include "core/tasks/logic/item_fields.h"
#include "core/tasks/logic/logic_puzzles.h"

#include <iterator>
#include <limits>
#include <set>

namespace aha {

using namespace logic;

namespace {

using Json = nlohmann::ordered_json;

constexpr int kMaxPlaces = 26, kMaxRoads = 200, kMaxLength = 1000;
constexpr int kFar = std::numeric_limits<int>::max() / 2;

struct Road {
    int a, b, length;
};

struct Map {
    std::vector<std::string> places;
    std::vector<Road> roads;
    int from = 0, to = 0;
    bool hasLengths = false;
};

struct Level {
    int places, roads, longest; ///< longest road; 1: lengths are not given
    const char* text;
};
constexpr Level kLevels[] = { { 3, 2, 1, "3 places" }, { 4, 4, 1, "4 places" }, { 6, 7, 1, "6 places" },
    { 8, 11, 1, "8 places" }, { 5, 6, 9, "5 places, roads with lengths" }, { 7, 10, 9, "7 places, roads with lengths" },
    { 9, 14, 20, "9 places, roads with lengths" }, { 12, 20, 20, "12 places, roads with lengths" } };

/// Distances from a place, by relaxing every road until nothing changes (Bellman and Ford).
std::vector<int> distances(const Map& map, int from)
{
    std::vector<int> far(map.places.size(), kFar);
    far[size_t(from)] = 0;
    for (bool changed = true; changed;) {
        changed = false;
        for (const Road& road : map.roads)
            for (const auto& [a, b] : { std::pair(road.a, road.b), std::pair(road.b, road.a) })
                if (far[size_t(a)] + road.length < far[size_t(b)]) {
                    far[size_t(b)] = far[size_t(a)] + road.length;
                    changed = true;
                }
    }
    return far;
}

int placeOf(const Map& map, std::string_view name)
{
    const std::string lower = lowerCase(name);
    for (size_t i = 0; i < map.places.size(); ++i)
        if (lowerCase(map.places[i]) == lower)
            return int(i);
    return -1;
}

Result<Map> mapOf(const Json& item)
{
    Map map;
    const auto roads = item.find("roads");
    if (roads == item.end() || !roads->is_array() || roads->empty() || roads->size() > size_t(kMaxRoads))
        return itemInvalid("A map needs \"roads\": a list of 1 to 200, each [place, place] or [place, place, length].");
    const auto number = [&](const Json& name) {
        if (!name.is_string())
            return -1;
        const std::string& text = name.get_ref<const std::string&>();
        const bool isWord = !text.empty() && text.size() <= 16 && std::all_of(text.begin(), text.end(), [](char c) {
            return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
        });
        if (!isWord)
            return -1;
        if (const int known = placeOf(map, text); known >= 0)
            return map.places[size_t(known)] == text ? known : -1; // the same but for its case: not clear
        map.places.push_back(text);
        return map.places.size() > size_t(kMaxPlaces) ? -1 : int(map.places.size()) - 1;
    };
    for (const Json& road : *roads) {
        const bool hasLength = road.is_array() && road.size() == 3;
        if (!road.is_array() || (road.size() != 2 && !hasLength)
            || (hasLength
                && (!road[2].is_number_integer() || road[2].get<double>() < 1 || road[2].get<double>() > kMaxLength)))
            return itemInvalid("A road is [place, place] or [place, place, length], the length from 1 to 1000.");
        const int a = number(road[0]), b = number(road[1]);
        if (a < 0 || b < 0 || a == b)
            return itemInvalid(
                "A road joins two places; names are at most 16 letters and digits, and at most 26 places.");
        map.roads.push_back({ a, b, hasLength ? road[2].get<int>() : 1 });
        map.hasLengths = map.hasLengths || hasLength;
    }
    map.from = placeOf(map, textOf(item, "from", 16).value_or(""));
    map.to = placeOf(map, textOf(item, "to", 16).value_or(""));
    if (map.from < 0 || map.to < 0 || map.from == map.to)
        return itemInvalid("\"from\" and \"to\" are not two places of the map.");
    if (distances(map, map.from)[size_t(map.to)] >= kFar)
        return itemInvalid("No way leads from \"from\" to \"to\".");
    return map;
}

std::string written(const Map& map, const std::vector<int>& way)
{
    std::string text;
    for (const int place : way)
        text += (text.empty() ? "" : " ") + map.places[size_t(place)];
    return text;
}

/// "A B C", "A, B, C", "A-B-C" or "A -> B -> C": the names; nothing for anything else.
std::optional<std::vector<std::string>> namesIn(std::string_view text)
{
    std::vector<std::string> names;
    const auto isName
        = [](char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_'; };
    for (size_t at = 0; at < text.size();) {
        const size_t first = at;
        while (at < text.size() && isName(text[at]))
            ++at;
        if (at == first)
            return std::nullopt;
        names.emplace_back(text.substr(first, at - first));
        std::string between; // without blanks
        for (; at < text.size() && !isName(text[at]); ++at)
            if (text[at] != ' ' && text[at] != '\t' && text[at] != '\r' && text[at] != '\n')
                between += text[at];
        const bool last = at == text.size();
        if (last ? !between.empty() : !between.empty() && between != "," && between != "-" && between != "->")
            return std::nullopt;
    }
    return names;
}

class GraphPath : public Puzzle {
public:
    int levels() const override { return int(std::size(kLevels)); }
    std::string levelText(int level) const override { return kLevels[level - 1].text; }
    size_t maxAnswer() const override { return 600; }

    std::optional<Drawn> draw(int number, Rng& rng) const override
    {
        const Level& level = kLevels[number - 1];
        Map map;
        map.hasLengths = level.longest > 1;
        for (const int letter : someOf(std::max(level.places, 8), level.places, rng))
            map.places.emplace_back(1, char('A' + letter));
        std::set<std::pair<int, int>> joined;
        while (int(map.roads.size()) < level.roads) {
            // A tree first, so that all places are joined.
            const int next = int(map.roads.size()) + 1;
            const std::vector<int> ends = next < level.places
                ? std::vector<int> { int(rng.below(uint64_t(next))), next }
                : someOf(level.places, 2, rng);
            if (joined.insert({ std::min(ends[0], ends[1]), std::max(ends[0], ends[1]) }).second)
                map.roads.push_back({ ends[0], ends[1], int(rng.between(1, level.longest)) });
        }
        for (size_t i = map.roads.size(); i > 1; --i)
            std::swap(map.roads[i - 1], map.roads[size_t(rng.below(i))]);
        const std::vector<int> ends = someOf(level.places, 2, rng);
        map.from = ends[0];
        map.to = ends[1];
        if (joined.count({ std::min(ends[0], ends[1]), std::max(ends[0], ends[1]) }) && level.longest == 1)
            return std::nullopt; // neighbours: nothing to find
        return describe(map);
    }

    Result<AnswerCheck> check(const Json& item, std::string_view answer) const override
    {
        const Result<Map> map = mapOf(item);
        if (!map)
            return map.error();
        const std::optional<std::vector<std::string>> names = namesIn(answer);
        std::vector<int> way;
        for (const std::string& name : names.value_or(std::vector<std::string>()))
            way.push_back(placeOf(*map, name));
        if (way.empty() || std::find(way.begin(), way.end(), -1) != way.end())
            return AnswerCheck { Verdict::Malformed, "not_a_way", "The answer is not a list of places of the map." };
        if (way.size() > map->places.size())
            return AnswerCheck { Verdict::Wrong, "not_shortest", "This way is longer than the map has places." };
        const std::string normal = written(*map, way);
        const auto wrong = [&](const char* reason, std::string words) {
            return AnswerCheck { Verdict::Wrong, reason, std::move(words), normal };
        };
        if (way.front() != map->from || way.back() != map->to)
            return wrong("wrong_ends",
                "The way must lead from " + map->places[size_t(map->from)] + " to " + map->places[size_t(map->to)]
                    + ".");
        int64_t length = 0;
        for (size_t i = 1; i < way.size(); ++i) {
            int shortest = kFar; // of the roads between these two
            for (const Road& road : map->roads)
                if ((road.a == way[i - 1] && road.b == way[i]) || (road.b == way[i - 1] && road.a == way[i]))
                    shortest = std::min(shortest, road.length);
            if (shortest == kFar)
                return wrong("no_road",
                    "There is no road from " + map->places[size_t(way[i - 1])] + " to " + map->places[size_t(way[i])]
                        + ".");
            length += shortest;
        }
        const int best = distances(*map, map->from)[size_t(map->to)];
        if (length > best)
            return wrong("not_shortest",
                "This way has length " + std::to_string(length) + ", the shortest " + std::to_string(best) + ".");
        return AnswerCheck { Verdict::Correct, "ok", "No way is shorter than " + std::to_string(best) + ".", normal };
    }

    /// Dijkstra's way; of equal ones that of the place that was reached first.
    Result<std::string> solve(const Json& item) const override
    {
        const Result<Map> map = mapOf(item);
        if (!map)
            return map.error();
        std::vector<int> far(map->places.size(), kFar), before(map->places.size(), -1);
        std::vector<bool> done(map->places.size());
        far[size_t(map->from)] = 0;
        for (;;) {
            int nearest = -1;
            for (size_t i = 0; i < far.size(); ++i)
                if (!done[i] && far[i] < kFar && (nearest < 0 || far[i] < far[size_t(nearest)]))
                    nearest = int(i);
            if (nearest < 0 || nearest == map->to)
                break;
            done[size_t(nearest)] = true;
            for (const Road& road : map->roads) {
                if (road.a != nearest && road.b != nearest)
                    continue;
                const int other = road.a == nearest ? road.b : road.a;
                if (far[size_t(nearest)] + road.length < far[size_t(other)]) {
                    far[size_t(other)] = far[size_t(nearest)] + road.length;
                    before[size_t(other)] = nearest;
                }
            }
        }
        std::vector<int> way;
        for (int place = map->to; place >= 0; place = before[size_t(place)])
            way.insert(way.begin(), place);
        return written(*map, way);
    }

    /// The places in the order in which they are reached: "A 0, B 1 by A, C 2 by B".
    std::string working(const Json& item, Rng&) const override
    {
        const Result<Map> map = mapOf(item);
        if (!map)
            return {};
        std::vector<int> far = distances(*map, map->from), order;
        for (size_t i = 0; i < far.size(); ++i)
            if (far[i] <= far[size_t(map->to)])
                order.push_back(int(i));
        std::stable_sort(order.begin(), order.end(), [&](int a, int b) { return far[size_t(a)] < far[size_t(b)]; });
        std::string text;
        for (const int place : order) {
            text += (text.empty() ? "" : ", ") + map->places[size_t(place)] + " " + std::to_string(far[size_t(place)]);
            for (const Road& road : map->roads) {
                const int other = road.a == place ? road.b : road.b == place ? road.a : -1;
                if (other >= 0 && far[size_t(other)] + road.length == far[size_t(place)]) {
                    text += " by " + map->places[size_t(other)];
                    break;
                }
            }
            if (place == map->to)
                break;
        }
        return text;
    }

private:
    static Drawn describe(const Map& map)
    {
        std::string text = "Roads:";
        Json roads = Json::array();
        for (const Road& road : map.roads) {
            const std::string &a = map.places[size_t(road.a)], &b = map.places[size_t(road.b)];
            text += (roads.empty() ? " " : ", ") + a + "-" + b
                + (map.hasLengths ? " " + std::to_string(road.length) : std::string());
            roads.push_back(map.hasLengths ? Json::array({ a, b, road.length }) : Json::array({ a, b }));
        }
        const std::string &from = map.places[size_t(map.from)], &to = map.places[size_t(map.to)];
        text += ". What is the shortest way from " + from + " to " + to + "? Write its places in order, like X Y Z.";
        return { text, Json { { "roads", std::move(roads) }, { "from", from }, { "to", to } }.dump(), "" };
    }
};

} // namespace

std::unique_ptr<Puzzle> makeGraphPath(const TaskConfig&) { return std::make_unique<GraphPath>(); }

} // namespace aha
