#pragma once
// A generated kind of problem in one file: how one is drawn at random, what its answer must be, and how it is solved.
// Everything that is the same for all of them (seeds, the held-out split, tags, verdicts) is generated_task.h's.

#include "core/base/rng.h"
#include "core/config/run_config.h"
#include "core/tasks/task.h"

#include <nlohmann/json_fwd.hpp>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace aha {

/// What a puzzle's rule says of an answer.
struct AnswerCheck {
    Verdict verdict = Verdict::Malformed; ///< Correct, Wrong, or Malformed: it cannot be read
    std::string reason; ///< "ok", "wrong_value", "not_a_number", …
    std::string explanation; ///< in words, with values
    std::string normalForm {}; ///< the answer as it was compared; "" where it could not be read
};

/// Pure and thread-safe. Item fields are hostile: a user writes them too.
class Puzzle {
public:
    virtual ~Puzzle() = default;

    virtual int levels() const = 0; ///< from 1, each harder than the one before
    virtual std::string levelText(int level) const = 0; ///< "two digits times one"

    struct Drawn {
        std::string
            question; ///< what the model reads: all that is needed to answer, and how the answer is to be written
        std::string itemJson; ///< a JSON object with all that check() and solve() need
        std::string key {}; ///< what makes two problems the same one; empty: the question
    };
    /// One problem; nullopt where this draw came to none (it is drawn again, at most some hundred thousand times).
    virtual std::optional<Drawn> draw(int level, Rng& rng) const = 0;
    /// The same for the held-out set, where that follows another rule. The split goes by the key: it must not name
    /// what differs between the two.
    virtual std::optional<Drawn> drawHeldOut(int level, Rng& rng) const { return draw(level, rng); }

    /// `answer`: what stands between the tags, stripped, never empty; whatever a model may write. Linear in its length.
    /// Error: task_item_invalid, with the field that is missing or wrong.
    virtual Result<AnswerCheck> check(const nlohmann::ordered_json& item, std::string_view answer) const = 0;
    /// Longest answer that is read.
    virtual size_t maxAnswer() const { return 200; } ///< characters

    /// An answer that is right, found by a way of its own wherever the question can be solved (not remembered from
    /// draw()). Error: task_item_invalid.
    virtual Result<std::string> solve(const nlohmann::ordered_json& item) const = 0;

    /// A way to the answer, step by step, as a small model can learn to write it; "" where this puzzle has none. What
    /// the base models of the experiments read.
    virtual std::string working(const nlohmann::ordered_json& item, Rng& rng) const
    {
        (void)item, (void)rng;
        return {};
    }
};

struct PuzzleEntry {
    const char* name; ///< of task.name
    std::unique_ptr<Puzzle> (*make)(const TaskConfig&);
};
/// Each in its folder: core/tasks/numbers, logic, words.
std::vector<PuzzleEntry> numberPuzzles();
std::vector<PuzzleEntry> logicPuzzles();
std::vector<PuzzleEntry> wordPuzzles();
std::vector<PuzzleEntry> allPuzzles();

/// A whole number as an answer: an optional sign and at most 18 digits, commas between thousands allowed, nothing else.
std::optional<int64_t> wholeNumber(std::string_view text);
/// The check of puzzles whose answer is one whole number. Reasons: not_a_number, wrong_value, ok.
AnswerCheck checkWholeNumber(int64_t expected, std::string_view answer);
/// The check of puzzles whose answer is one text: white space runs count as one space, ASCII letters without case.
AnswerCheck checkText(std::string_view expected, std::string_view answer);

} // namespace aha
