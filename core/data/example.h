#pragma once
// A row after its layout is understood: what a trainer of any kind takes. TRL's six types (docs: dataset formats).

#include "core/data/dataset.h"

#include <optional>
#include <string>
#include <vector>

namespace aha::data {

enum class Kind { LanguageModeling, PromptOnly, PromptCompletion, Preference, UnpairedPreference, Stepwise };

struct Message {
    std::string role; ///< "system", "user", "assistant", "tool"; other names as they stand
    std::string content;
    Row extra; ///< tool_calls, name, reasoning_content, … ; null when there is nothing
    bool operator==(const Message&) const = default;
};

/// Plain text, or turns of a conversation that the chat template will render.
struct Turns {
    bool conversational = false;
    std::string text; ///< if plain
    std::vector<Message> messages; ///< if conversational
    bool empty() const { return conversational ? messages.empty() : text.empty(); }
    /// The texts alone, joined by line ends: for counting and comparing, not for training.
    std::string joined() const;
};

struct SolutionStep {
    std::string text;
    bool good = true;
};

struct Example {
    Kind kind = Kind::PromptOnly;
    Turns prompt; ///< all kinds but LanguageModeling
    Turns completion; ///< PromptCompletion, UnpairedPreference; LanguageModeling: the whole text
    Turns chosen, rejected; ///< Preference
    std::optional<bool> label; ///< UnpairedPreference
    std::vector<SolutionStep> steps; ///< Stepwise
    Row gold; ///< what a verifier compares with: text, number or object; null when the layout has none
    Row tools; ///< null when there are none
    std::optional<double> passRate; ///< 0 … 1
    Row metadata = Row::object(); ///< the columns that nothing above took; reward functions get them by name
};

} // namespace aha::data
