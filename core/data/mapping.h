#pragma once
// Which column plays which part. Plain data: shown in the window, edited there, stored with a run.

#include "core/data/example.h"

namespace aha::data {

/// The parts of an Example.
enum class Part { System, Prompt, Completion, Chosen, Rejected, Label, Steps, Gold, Tools, PassRate };

/// How columns become the part.
enum class Reading {
    Value, ///< the value of the first column that is not null, as it stands
    Text, ///< text, or a list of messages (role/content or from/value)
    Raw, ///< the content of the only message as plain text: it holds its own chat markup
    Joined, ///< the non-empty texts with a blank line between them (Alpaca's instruction and input)
    Think, ///< "<think>\n" first "\n</think>\n\n" second
    PromptTurns, ///< messages before the last one of the assistant
    LastTurn, ///< the last message, which is the assistant's
    HashAnswer, ///< what stands behind the last "####", commas taken out (GSM8K)
    BoxedAnswer, ///< what stands in the last \boxed{…}; without one, null
    StepLists, ///< texts in the first column, labels in the second
    Prm800k, ///< label.steps: per step the chosen completion, the human one, or the last one tried
    CountdownPrompt, ///< a question made of numbers (first column) and target (second)
    Object, ///< an object of the columns, each under its own last name
};

struct Assignment {
    Part part = Part::Prompt;
    std::vector<std::string> columns; ///< "reward_model.ground_truth" goes into an object
    Reading reading = Reading::Text;
    bool operator==(const Assignment&) const = default;
};

struct Mapping {
    std::string layout; ///< "gsm8k", "tinyzero", "trl_preference", … or "manual"
    std::string title; ///< for people
    Kind kind = Kind::PromptOnly;
    std::string task; ///< verifier that suits the gold answers: "countdown", "knights", "math", "code" or ""
    std::vector<Assignment> assignments;
    bool thoughtTagsToThink = false; ///< <|begin_of_thought|> … becomes <think> … (OpenThoughts, Bespoke-Stratos)
    bool neutralStepsAreGood = true; ///< PRM800K's rating 0: as its authors score; TRL's script says false

    double confidence = 0; ///< 0 … 1, of the recognition
    std::vector<std::string> reasons; ///< what was seen, sentences
    std::vector<std::string> warnings; ///< what to look at, sentences

    const Assignment* find(Part part) const;
    /// Replaces, or with no columns removes, the assignment of a part.
    void assign(Part part, std::vector<std::string> columns, Reading reading);
};

const char* nameOf(Kind kind); ///< "prompt_completion"
const char* nameOf(Part part);
const char* nameOf(Reading reading);

Row toJson(const Mapping& mapping);
/// Errors: mapping_invalid (names what is wrong).
Result<Mapping> mappingFromJson(const Row& json);

/// Every part that the kind needs is there and every column exists. Errors: mapping_part, mapping_column.
Result<void> validate(const Mapping& mapping, const std::vector<Column>& columns);

/// The value at a dotted path, or nullptr. A column whose own name has dots is found first.
const Row* valueAt(const Row& row, const std::string& path);

} // namespace aha::data
