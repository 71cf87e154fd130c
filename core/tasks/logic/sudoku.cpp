// Sudoku of 4 x 4 and 9 x 9. Any grid that keeps the givens and the rules is right; drawn ones have exactly one.

#include "core/tasks/logic/item_fields.h"
#include "core/tasks/logic/logic_puzzles.h"

#include <array>
#include <iterator>

namespace aha {

using namespace logic;

namespace {

using Json = nlohmann::ordered_json;

struct Level {
    int size, givens;
    const char* text;
};
constexpr Level kLevels[] = { { 4, 14, "4 x 4, 2 cells to fill" }, { 4, 11, "4 x 4, 5 cells to fill" },
    { 4, 8, "4 x 4, 8 cells to fill" }, { 4, 5, "4 x 4, 11 cells to fill" }, { 9, 70, "9 x 9, 11 cells to fill" },
    { 9, 50, "9 x 9, 31 cells to fill" }, { 9, 36, "9 x 9, 45 cells to fill" }, { 9, 28, "9 x 9, 53 cells to fill" } };

/// Cells row by row, 0 for empty; masks say which digits a row, a column and a box already has.
struct Grid {
    int size = 4;
    std::array<uint8_t, 81> cells {};
    std::array<uint16_t, 9> rows {}, columns {}, boxes {};

    int root() const { return size == 4 ? 2 : 3; }
    int count() const { return size * size; }
    size_t row(int cell) const { return size_t(cell / size); }
    size_t column(int cell) const { return size_t(cell % size); }
    size_t box(int cell) const { return row(cell) / size_t(root()) * size_t(root()) + column(cell) / size_t(root()); }

    /// Bit d - 1 for each digit that the rules still allow here.
    uint16_t allowed(int cell) const
    {
        return uint16_t(((1 << size) - 1) & ~(rows[row(cell)] | columns[column(cell)] | boxes[box(cell)]));
    }
    void flip(int cell, int digit)
    {
        const uint16_t bit = uint16_t(1 << (digit - 1));
        rows[row(cell)] ^= bit;
        columns[column(cell)] ^= bit;
        boxes[box(cell)] ^= bit;
    }
    void set(int cell, int digit)
    {
        cells[size_t(cell)] = uint8_t(digit);
        flip(cell, digit);
    }
    void clear(int cell)
    {
        flip(cell, cells[size_t(cell)]);
        cells[size_t(cell)] = 0;
    }
};

int bitsOf(uint16_t mask)
{
    int bits = 0;
    for (; mask; mask &= uint16_t(mask - 1))
        ++bits;
    return bits;
}

/// The empty cell with the fewest digits; -1 when all are filled.
int tightest(const Grid& grid)
{
    int best = -1, fewest = 10;
    for (int cell = 0; cell < grid.count(); ++cell)
        if (!grid.cells[size_t(cell)])
            if (const int bits = bitsOf(grid.allowed(cell)); bits < fewest) {
                best = cell;
                fewest = bits;
            }
    return best;
}

/// Counts solutions up to `limit`; `first` gets one. Gives up (as if there were `limit`) when `budget` cells are spent.
int solutions(Grid& grid, int limit, int& budget, Grid* first)
{
    const int cell = tightest(grid);
    if (cell < 0) {
        if (first)
            *first = grid;
        return 1;
    }
    int found = 0;
    for (uint16_t left = grid.allowed(cell); left && found < limit; left &= uint16_t(left - 1)) {
        if (--budget < 0)
            return limit;
        int digit = 1;
        while (!(left >> (digit - 1) & 1))
            ++digit;
        grid.set(cell, digit);
        found += solutions(grid, limit - found, budget, found ? nullptr : first);
        grid.clear(cell);
    }
    return found;
}

bool fillAtRandom(Grid& grid, Rng& rng)
{
    const int cell = tightest(grid);
    if (cell < 0)
        return true;
    std::vector<int> digits;
    for (int digit = 1; digit <= grid.size; ++digit)
        if (grid.allowed(cell) >> (digit - 1) & 1)
            digits.push_back(digit);
    for (const int at : someOf(int(digits.size()), int(digits.size()), rng)) {
        grid.set(cell, digits[size_t(at)]);
        if (fillAtRandom(grid, rng))
            return true;
        grid.clear(cell);
    }
    return false;
}

std::string written(const Grid& grid)
{
    std::string text;
    for (int cell = 0; cell < grid.count(); ++cell) {
        text += cell == 0 ? "" : grid.column(cell) == 0 ? "\n" : " ";
        text += grid.cells[size_t(cell)] ? char('0' + grid.cells[size_t(cell)]) : '_';
    }
    return text;
}

Result<Grid> gridOf(const Json& item)
{
    const std::optional<std::vector<Json>> rows = item.contains("grid") && item["grid"].is_array()
        ? std::optional(item["grid"].get<std::vector<Json>>())
        : std::nullopt;
    if (!rows || (rows->size() != 4 && rows->size() != 9))
        return itemInvalid("A sudoku needs \"grid\": 4 or 9 rows such as \"1__4\".");
    Grid grid;
    grid.size = int(rows->size());
    for (int row = 0; row < grid.size; ++row) {
        const Json& text = (*rows)[size_t(row)];
        if (!text.is_string() || text.get_ref<const std::string&>().size() != size_t(grid.size))
            return itemInvalid("A row of a sudoku has as many characters as the grid has rows.");
        for (int column = 0; column < grid.size; ++column) {
            const char c = text.get_ref<const std::string&>()[size_t(column)];
            const int cell = row * grid.size + column;
            if (c == '_')
                continue;
            if (c < '1' || c > '0' + grid.size)
                return itemInvalid("A row of a sudoku holds digits from 1 to its size, and _ for empty cells.");
            if (!(grid.allowed(cell) >> (c - '1') & 1))
                return itemInvalid("The givens of this sudoku break its rules.");
            grid.set(cell, c - '0');
        }
    }
    return grid;
}

class Sudoku : public Puzzle {
public:
    int levels() const override { return int(std::size(kLevels)); }
    std::string levelText(int level) const override { return kLevels[level - 1].text; }
    size_t maxAnswer() const override { return 400; }

    std::optional<Drawn> draw(int number, Rng& rng) const override
    {
        const Level& level = kLevels[number - 1];
        Grid grid;
        grid.size = level.size;
        if (!fillAtRandom(grid, rng))
            return std::nullopt;
        int left = grid.count();
        for (const int cell : someOf(grid.count(), grid.count(), rng)) {
            if (left == level.givens)
                break;
            const int digit = grid.cells[size_t(cell)];
            grid.clear(cell);
            int budget = 20'000;
            if (solutions(grid, 2, budget, nullptr) == 1)
                --left;
            else
                grid.set(cell, digit);
        }
        if (left != level.givens)
            return std::nullopt;
        return describe(grid);
    }

    /// Digits, with white space anywhere between them.
    Result<AnswerCheck> check(const Json& item, std::string_view answer) const override
    {
        const Result<Grid> given = gridOf(item);
        if (!given)
            return given.error();
        std::vector<int> digits;
        const AnswerCheck notAGrid { Verdict::Malformed, "not_a_grid",
            "The answer is not " + std::to_string(given->count()) + " digits in rows." };
        for (const char c : answer) {
            if (c == ' ' || c == '\t' || c == '\r' || c == '\n')
                continue;
            if (c < '0' || c > '9' || digits.size() == size_t(given->count()))
                return notAGrid;
            digits.push_back(c - '0');
        }
        if (digits.size() != size_t(given->count()))
            return notAGrid;
        Grid grid;
        grid.size = given->size;
        std::optional<AnswerCheck> wrong;
        const auto refuse = [&](int cell, const char* reason, const char* words) {
            if (!wrong)
                wrong = AnswerCheck { Verdict::Wrong, reason,
                    "Row " + std::to_string(given->row(cell) + 1) + ", column "
                        + std::to_string(given->column(cell) + 1) + ": " + words };
        };
        for (int cell = 0; cell < given->count(); ++cell) {
            const int digit = digits[size_t(cell)], was = given->cells[size_t(cell)];
            if (digit < 1 || digit > given->size) {
                refuse(cell, "bad_digit", "there is no such digit in this grid.");
                continue;
            }
            if (was && was != digit)
                refuse(cell, "given_changed", "the given digit was changed.");
            if (!(grid.allowed(cell) >> (digit - 1) & 1))
                refuse(cell, "repeated_digit", "its row, column or box already has this digit.");
            grid.cells[size_t(cell)] = uint8_t(digit);
            const uint16_t bit = uint16_t(1 << (digit - 1));
            grid.rows[grid.row(cell)] |= bit;
            grid.columns[grid.column(cell)] |= bit;
            grid.boxes[grid.box(cell)] |= bit;
        }
        if (!wrong)
            wrong = AnswerCheck { Verdict::Correct, "ok", "Every row, column and box holds each digit once." };
        if (wrong->reason != "bad_digit")
            wrong->normalForm = written(grid);
        return *wrong;
    }

    Result<std::string> solve(const Json& item) const override
    {
        Result<Grid> grid = gridOf(item);
        if (!grid)
            return grid.error();
        Grid solved;
        int budget = 1'000'000;
        if (solutions(*grid, 1, budget, &solved) == 0 || tightest(solved) >= 0)
            return itemInvalid("No solution of this sudoku was found.");
        return written(solved);
    }

    /// Cells in the order in which only one digit is left for them; "" where that does not fill the grid.
    std::string working(const Json& item, Rng&) const override
    {
        Result<Grid> grid = gridOf(item);
        if (!grid)
            return {};
        std::string text;
        for (int cell = tightest(*grid); cell >= 0; cell = tightest(*grid)) {
            const uint16_t left = grid->allowed(cell);
            if (bitsOf(left) != 1)
                return {};
            int digit = 1;
            while (!(left >> (digit - 1) & 1))
                ++digit;
            grid->set(cell, digit);
            text += (text.empty() ? "row " : ", row ") + std::to_string(grid->row(cell) + 1) + " column "
                + std::to_string(grid->column(cell) + 1) + " is " + std::to_string(digit);
        }
        return text;
    }

private:
    static Drawn describe(const Grid& grid)
    {
        const std::string text = written(grid), size = std::to_string(grid.size), root = std::to_string(grid.root());
        Json rows = Json::array();
        for (int row = 0; row < grid.size; ++row) {
            std::string line;
            for (int column = 0; column < grid.size; ++column)
                line += text[size_t((row * grid.size + column) * 2)];
            rows.push_back(line);
        }
        return { "Fill this sudoku: each row, column and " + root + " x " + root + " box holds 1 to " + size
                + " once. Write the full grid in rows.\n" + text,
            Json { { "grid", std::move(rows) } }.dump(), text };
    }
};

} // namespace

std::unique_ptr<Puzzle> makeSudoku(const TaskConfig&) { return std::make_unique<Sudoku>(); }

} // namespace aha
