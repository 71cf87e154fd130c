// Word problems of plane and solid shapes whose answer is a whole number.

#include "core/tasks/item_fields.h"
#include "core/tasks/numbers/number_puzzles.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <iterator>

namespace aha {

namespace {

using Json = nlohmann::ordered_json;
using Sizes = std::vector<int64_t>;

constexpr int64_t kLargest = 5000; // of a size: products of four fit 64 bits, and the counting solvers end soon

/// The whole side whose square is `square`; nullopt: there is none.
std::optional<int64_t> wholeRoot(int64_t square)
{
    for (int64_t side = 0; side * side <= square; ++side)
        if (side * side == square)
            return side;
    return std::nullopt;
}

/// Legs and hypotenuse, by Euclid's formula; legs in either order.
Sizes triple(Rng& rng, int64_t most)
{
    const int64_t m = rng.between(2, 5), n = rng.between(1, m - 1), scale = rng.between(1, most);
    Sizes sides { scale * (m * m - n * n), scale * 2 * m * n, scale * (m * m + n * n) };
    if (rng.below(2))
        std::swap(sides[0], sides[1]);
    return sides;
}

/// A kind of problem. `text`: # stands for the next size. `value`: the formula; `count`: the same found another way, by
/// counting squares, cubes or candidates. nullopt: these sizes make no such shape, or no whole answer.
struct Shape {
    const char* name;
    int level; ///< the first that asks it
    const char* text;
    size_t sizes;
    Sizes (*draw)(Rng& rng);
    std::optional<int64_t> (*value)(const Sizes& s);
    std::optional<int64_t> (*count)(const Sizes& s);
};

using Value = std::optional<int64_t>;

const Shape kShapes[] = {
    { "rectangle_area", 1, "A rectangle is # long and # wide. What is its area?", 2,
        [](Rng& r) {
            return Sizes { r.between(2, 20), r.between(2, 12) };
        },
        [](const Sizes& s) -> Value { return s[0] * s[1]; },
        [](const Sizes& s) -> Value {
            int64_t squares = 0;
            for (int64_t row = 0; row < s[1]; ++row)
                squares += s[0];
            return squares;
        } },
    { "rectangle_perimeter", 1, "A rectangle is # long and # wide. What is its perimeter?", 2,
        [](Rng& r) {
            return Sizes { r.between(2, 30), r.between(2, 30) };
        },
        [](const Sizes& s) -> Value { return 2 * (s[0] + s[1]); },
        [](const Sizes& s) -> Value { return s[0] + s[1] + s[0] + s[1]; } },
    { "triangle_angle", 2, "Two angles of a triangle are # and # degrees. How many degrees is the third?", 2,
        [](Rng& r) {
            return Sizes { r.between(10, 100), r.between(10, 79) };
        },
        [](const Sizes& s) -> Value { return s[0] + s[1] < 180 ? Value(180 - s[0] - s[1]) : std::nullopt; },
        [](const Sizes& s) -> Value {
            for (int64_t angle = 1; angle < 180; ++angle)
                if (angle + s[0] + s[1] == 180)
                    return angle;
            return std::nullopt;
        } },
    { "triangle_area", 2, "A triangle has a base of # and a height of #. What is its area?", 2,
        [](Rng& r) {
            return Sizes { r.between(2, 20), 2 * r.between(1, 10) };
        },
        [](const Sizes& s) -> Value { return s[0] * s[1] % 2 == 0 ? Value(s[0] * s[1] / 2) : std::nullopt; },
        [](const Sizes& s) -> Value { // shoelace formula over (0, 0), (base, 0), (0, height)
            const std::array<std::array<int64_t, 2>, 3> corners { { { 0, 0 }, { s[0], 0 }, { 0, s[1] } } };
            int64_t twice = 0;
            for (size_t i = 0; i < 3; ++i) {
                const auto [x, y] = corners[i];
                const auto [nextX, nextY] = corners[(i + 1) % 3];
                twice += x * nextY - nextX * y;
            }
            return twice % 2 == 0 ? Value(twice / 2) : std::nullopt;
        } },
    { "box_volume", 3, "A box is # long, # wide and # high. What is its volume?", 3,
        [](Rng& r) {
            return Sizes { r.between(2, 12), r.between(2, 12), r.between(2, 12) };
        },
        [](const Sizes& s) -> Value { return s[0] * s[1] * s[2]; },
        [](const Sizes& s) -> Value {
            int64_t layer = 0, cubes = 0;
            for (int64_t row = 0; row < s[1]; ++row)
                layer += s[0];
            for (int64_t height = 0; height < s[2]; ++height)
                cubes += layer;
            return cubes;
        } },
    { "square_from_perimeter", 3, "The perimeter of a square is #. What is its area?", 1,
        [](Rng& r) { return Sizes { 4 * r.between(2, 60) }; },
        [](const Sizes& s) -> Value { return s[0] % 4 == 0 ? Value(s[0] / 4 * (s[0] / 4)) : std::nullopt; },
        [](const Sizes& s) -> Value {
            for (int64_t side = 1; 4 * side <= s[0]; ++side)
                if (4 * side == s[0])
                    return side * side;
            return std::nullopt;
        } },
    { "hypotenuse", 4, "The short sides of a right triangle are # and #. How long is the longest side?", 2,
        [](Rng& r) {
            const Sizes t = triple(r, 9);
            return Sizes { t[0], t[1] };
        },
        [](const Sizes& s) { return wholeRoot(s[0] * s[0] + s[1] * s[1]); },
        [](const Sizes& s) -> Value { // c * c - a * a = ( c - a ) * ( c + a )
            for (int64_t c = s[0] + 1; c < s[0] + s[1]; ++c)
                if ((c - s[0]) * (c + s[0]) == s[1] * s[1])
                    return c;
            return std::nullopt;
        } },
    { "leg", 4, "The longest side of a right triangle is # and one side is #. How long is the other side?", 2,
        [](Rng& r) {
            const Sizes t = triple(r, 9);
            return Sizes { t[2], t[0] };
        },
        [](const Sizes& s) { return s[0] > s[1] ? wholeRoot(s[0] * s[0] - s[1] * s[1]) : std::nullopt; },
        [](const Sizes& s) -> Value {
            for (int64_t b = 1; b < s[0]; ++b)
                if (b * b + s[1] * s[1] == s[0] * s[0])
                    return b;
            return std::nullopt;
        } },
    { "box_surface", 5, "A closed box is # long, # wide and # high. What is the area of all its sides together?", 3,
        [](Rng& r) {
            return Sizes { r.between(2, 15), r.between(2, 15), r.between(2, 15) };
        },
        [](const Sizes& s) -> Value { return 2 * (s[0] * s[1] + s[0] * s[2] + s[1] * s[2]); },
        [](const Sizes& s) -> Value { // floor, the walls layer by layer, lid
            const int64_t floor = s[0] * s[1], around = 2 * (s[0] + s[1]);
            int64_t walls = 0;
            for (int64_t layer = 0; layer < s[2]; ++layer)
                walls += around;
            return floor + walls + floor;
        } },
    { "frame", 5,
        "A garden is # long and # wide. Around it, outside, runs a path that is # wide. What is the area of the path?",
        3,
        [](Rng& r) {
            return Sizes { r.between(4, 30), r.between(4, 30), r.between(1, 5) };
        },
        [](const Sizes& s) -> Value { return (s[0] + 2 * s[2]) * (s[1] + 2 * s[2]) - s[0] * s[1]; },
        [](const Sizes& s) -> Value { // two long strips, two short ones, four corners
            return 2 * s[0] * s[2] + 2 * s[1] * s[2] + 4 * s[2] * s[2];
        } },
    { "trapezoid_area", 5, "The parallel sides of a trapezoid are # and #, and they are # apart. What is its area?", 3,
        [](Rng& r) {
            return Sizes { r.between(3, 30), r.between(3, 30), 2 * r.between(1, 10) };
        },
        [](const Sizes& s) -> Value {
            const int64_t twice = (s[0] + s[1]) * s[2];
            return twice % 2 == 0 ? Value(twice / 2) : std::nullopt;
        },
        [](const Sizes& s) -> Value { // the two triangles of a diagonal
            const int64_t twice = s[0] * s[2] + s[1] * s[2];
            return twice % 2 == 0 ? Value(twice / 2) : std::nullopt;
        } },
    { "polygon_angles", 6, "How many degrees are all the angles of a polygon with # sides together?", 1,
        [](Rng& r) { return Sizes { r.between(4, 99) }; },
        [](const Sizes& s) -> Value { return s[0] >= 3 ? Value((s[0] - 2) * 180) : std::nullopt; },
        [](const Sizes& s) -> Value { // every side but two makes one triangle more
            int64_t degrees = 0;
            for (int64_t side = 3; side <= s[0]; ++side)
                degrees += 180;
            return degrees ? Value(degrees) : std::nullopt;
        } },
    { "isosceles_area", 6, "Two sides of a triangle are # each, and the third is #. What is its area?", 2,
        [](Rng& r) {
            const Sizes t = triple(r, 12);
            return Sizes { t[2], 2 * t[0] };
        },
        [](const Sizes& s) -> Value {
            if (s[1] % 2 != 0 || 2 * s[0] <= s[1])
                return std::nullopt;
            const Value height = wholeRoot(s[0] * s[0] - s[1] / 2 * (s[1] / 2));
            return height ? Value(s[1] / 2 * *height) : std::nullopt;
        },
        [](const Sizes& s) -> Value { // Heron: 16 area^2 = ( 2a + b ) b b ( 2a - b )
            return wholeRoot((2 * s[0] + s[1]) * s[1] * s[1] * (2 * s[0] - s[1]) / 16);
        } },
    { "rectangle_diagonal", 6, "The area of a rectangle is # and one side is #. How long is its diagonal?", 2,
        [](Rng& r) {
            const Sizes t = triple(r, 12);
            return Sizes { t[0] * t[1], t[0] };
        },
        [](const Sizes& s) -> Value {
            if (s[0] % s[1] != 0)
                return std::nullopt;
            const int64_t other = s[0] / s[1];
            return wholeRoot(s[1] * s[1] + other * other);
        },
        [](const Sizes& s) -> Value {
            for (int64_t other = 1; other <= s[0]; ++other)
                if (other * s[1] == s[0])
                    for (int64_t c = s[1] + 1; c < s[1] + other; ++c)
                        if ((c - s[1]) * (c + s[1]) == other * other)
                            return c;
            return std::nullopt;
        } },
};

struct Problem {
    const Shape* shape;
    Sizes sizes;
    int64_t value;
};

class Geometry : public Puzzle {
public:
    int levels() const override { return int(std::size(kLevelTexts)); }
    std::string levelText(int level) const override { return kLevelTexts[level - 1]; }

    std::optional<Drawn> draw(int level, Rng& rng) const override
    {
        const auto isOfLevel = [level](const Shape& shape) { return shape.level == level; };
        const auto first = std::find_if(std::begin(kShapes), std::end(kShapes), isOfLevel);
        const auto count = std::count_if(std::begin(kShapes), std::end(kShapes), isOfLevel);
        const Shape& shape = first[long(rng.below(uint64_t(count)))]; // they stand together
        const Sizes sizes = shape.draw(rng);
        if (*std::max_element(sizes.begin(), sizes.end()) > kLargest || !shape.value(sizes))
            return std::nullopt;
        std::string question;
        size_t next = 0;
        for (const char* c = shape.text; *c; ++c)
            question += *c == '#' ? std::to_string(sizes[next++]) : std::string(1, *c);
        return Drawn { std::move(question), Json { { "shape", shape.name }, { "sizes", sizes } }.dump(), "" };
    }

    Result<AnswerCheck> check(const Json& item, std::string_view answer) const override
    {
        const Result<Problem> problem = problemOf(item);
        if (!problem)
            return problem.error();
        return checkWholeNumber(problem->value, answer);
    }

    Result<std::string> solve(const Json& item) const override
    {
        const Result<Problem> problem = problemOf(item);
        if (!problem)
            return problem.error();
        return std::to_string(*problem->shape->count(problem->sizes));
    }

private:
    static constexpr const char* kLevelTexts[] = {
        "rectangles",
        "triangles: angles, areas",
        "boxes; squares from their perimeter",
        "right triangles",
        "surfaces, frames, trapezoids",
        "several steps",
    };

    static Result<Problem> problemOf(const Json& item)
    {
        const Result<std::string> name = textField(item, "shape", 40);
        if (!name)
            return name.error();
        const auto shape = std::find_if(
            std::begin(kShapes), std::end(kShapes), [&](const Shape& each) { return each.name == *name; });
        if (shape == std::end(kShapes))
            return invalidItem("There is no shape \"" + *name + "\".");
        Result<Sizes> sizes = wholesField(item, "sizes", { 1, kLargest, shape->sizes, shape->sizes });
        if (!sizes)
            return sizes.error();
        const std::optional<int64_t> value = shape->value(*sizes);
        if (!value)
            return invalidItem("These sizes make no " + *name + " with a whole answer.");
        return Problem { &*shape, std::move(*sizes), *value };
    }
};

} // namespace

std::unique_ptr<Puzzle> makeGeometry(const TaskConfig&) { return std::make_unique<Geometry>(); }

} // namespace aha
