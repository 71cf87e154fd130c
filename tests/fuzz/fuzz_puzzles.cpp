// An item and an answer, parted by the first line break; the first byte picks the puzzle. Verifiers are total: any item
// is judged or refused, any answer read, and a solver's answer to an item that it accepts is right. Where the input has
// no item a drawn one stands in, drawn and solved once: making a problem costs a thousand times what reading an answer
// does.

#include "core/base/json_depth.h"
#include "core/tasks/puzzle.h"

#include <nlohmann/json.hpp>

#include <cstdlib>
#include <map>

namespace {

using Item = nlohmann::ordered_json;

void solve(const aha::Puzzle& puzzle, const Item& item, aha::Rng& rng)
{
    using namespace aha;
    if (const Result<std::string> solved = puzzle.solve(item)) {
        const Result<AnswerCheck> check = puzzle.check(item, *solved);
        if (!check || check->verdict != Verdict::Correct)
            std::abort();
    }
    puzzle.working(item, rng);
}

/// Null when the puzzle found no problem.
const Item& drawnItem(const aha::Puzzle& puzzle, size_t number, int level)
{
    static std::map<std::pair<size_t, int>, Item> items;
    const auto [at, isNew] = items.try_emplace({ number, level });
    if (isNew) {
        aha::Rng rng(number, aha::Purpose::Problem, uint64_t(level));
        std::optional<aha::Puzzle::Drawn> drawn;
        for (int tries = 0; tries < 1000 && !drawn; ++tries)
            drawn = puzzle.draw(level, rng);
        if (drawn) {
            at->second = Item::parse(drawn->itemJson);
            solve(puzzle, at->second, rng);
        }
    }
    return at->second;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    using namespace aha;
    if (size == 0)
        return 0;
    static const std::vector<std::unique_ptr<Puzzle>> puzzles = [] {
        std::vector<std::unique_ptr<Puzzle>> all;
        for (const PuzzleEntry& entry : allPuzzles())
            all.push_back(entry.make({}));
        return all;
    }();
    const size_t number = data[0] % puzzles.size();
    const Puzzle* puzzle = puzzles[number].get();
    const std::string_view all(reinterpret_cast<const char*>(data) + 1, size - 1);
    const size_t line = std::min(all.find('\n'), all.size());
    const std::string_view answer = line < all.size() ? all.substr(line + 1) : std::string_view();
    Item item;
    if (const std::string_view text = all.substr(0, line); jsonDepthWithin(text))
        item = Item::parse(text, nullptr, /*allow_exceptions=*/false);
    const bool given = item.is_object();
    if (!given)
        item = drawnItem(*puzzle, number, 1 + int(size % size_t(puzzle->levels())));
    if (item.is_null())
        return 0;
    if (!answer.empty()) {
        const Result<AnswerCheck> check = puzzle->check(item, answer);
        if (check
            && (check->reason.empty() || check->explanation.empty()
                || (check->verdict == Verdict::Correct) != (check->reason == "ok")))
            std::abort();
        if (check && check->verdict != Verdict::Correct && check->verdict != Verdict::Wrong
            && check->verdict != Verdict::Malformed)
            std::abort();
    }
    if (given && data[size - 1] % 64 == 0) { // solving takes a thousand times as long as judging
        Rng rng(data[0], Purpose::Problem, size);
        solve(*puzzle, item, rng);
    }
    return 0;
}
