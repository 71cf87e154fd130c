// An item and an answer, parted by the first line break; the first byte picks the puzzle. Verifiers are total: any item
// is judged or refused, any answer read, and a solver's answer to an item that it accepts is right.

#include "core/base/json_depth.h"
#include "core/tasks/puzzle.h"

#include <nlohmann/json.hpp>

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    using namespace aha;
    if (size == 0)
        return 0;
    static const std::vector<PuzzleEntry> puzzles = allPuzzles();
    const std::unique_ptr<Puzzle> puzzle = puzzles[data[0] % puzzles.size()].make({});
    const std::string_view all(reinterpret_cast<const char*>(data) + 1, size - 1);
    const size_t line = std::min(all.find('\n'), all.size());
    const std::string_view answer = line < all.size() ? all.substr(line + 1) : std::string_view();
    Rng rng(data[0], Purpose::Problem, size);
    nlohmann::ordered_json item;
    if (const std::string_view text = all.substr(0, line); jsonDepthWithin(text))
        item = nlohmann::ordered_json::parse(text, nullptr, /*allow_exceptions=*/false);
    if (!item.is_object()) { // a real problem, then
        std::optional<Puzzle::Drawn> drawn;
        for (int tries = 0; tries < 1000 && !drawn; ++tries)
            drawn = puzzle->draw(1 + int(size % size_t(puzzle->levels())), rng);
        if (!drawn)
            return 0;
        item = nlohmann::ordered_json::parse(drawn->itemJson);
    }
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
    if (const Result<std::string> solved = puzzle->solve(item)) {
        const Result<AnswerCheck> check = puzzle->check(item, *solved);
        if (!check || check->verdict != Verdict::Correct)
            std::abort();
    }
    puzzle->working(item, rng);
    return 0;
}
