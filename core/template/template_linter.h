#pragma once
// What a chat template does to <think>, found by rendering small conversations, not by searching its text.

#include "core/template/chat_template.h"

namespace aha {

struct LintFinding {
    std::string
        code; ///< strips_past_think, strips_final_think, adds_think, prefills_think, prefills_empty_think, not_checked
    std::string message; ///< what the template does
    std::string advice; ///< what to do about it

    std::string sentence() const { return message + " " + advice; }
};

/// Empty: the template keeps <think>…</think> where the messages have it, and adds none.
std::vector<LintFinding> lintTemplate(const ChatTemplate& chatTemplate);

} // namespace aha
