#pragma once
// What a chat template is asked to render.

#include "core/base/result.h"

#include <nlohmann/json.hpp>

#include <map>
#include <optional>
#include <string>

namespace aha {

/// bos_token, eos_token, pad_token, … as the template sees them. One that is missing is undefined there.
using SpecialTokens = std::map<std::string, std::string>;

struct ChatRequest {
    nlohmann::ordered_json messages = nlohmann::ordered_json::array();
    nlohmann::ordered_json tools, documents; ///< null: none
    bool addGenerationPrompt = false;
    /// Field of the last message that the model goes on writing ("content", "reasoning_content"); empty: no such
    /// message.
    std::string continueField;
    nlohmann::ordered_json kwargs = nlohmann::ordered_json::object(); ///< the template's own variables
    SpecialTokens tokens; ///< over those of the model
    std::optional<std::string> now; ///< what strftime_now sees: 2025-01-15T12:34:56; else the clock
    /// Drops message fields that are null, as transformers' apply_chat_template does before it renders.
    bool dropNullFields = false;
};

/// {"messages","tools"?,"documents"?,"add_generation_prompt"?,"continue_final_message"?,"kwargs"?}; kwargs may hold the
/// template's variables, any of the other keys, bos_token, eos_token, pad_token and now. Error: bad_line.
Result<ChatRequest> chatRequestFromJson(const nlohmann::ordered_json& json);

} // namespace aha
