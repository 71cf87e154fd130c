#pragma once
// Lists of turns as data sets write them: role/content or from/value, human/gpt or user/assistant.

#include "core/data/example.h"

namespace aha::data {

/// Does the value look like a list of turns? (Empty lists do not.)
bool looksLikeMessages(const Row& value);

/// Throws Failure (row_part) that says which turn is wrong.
std::vector<Message> parseMessages(const Row& value);

/// Does the text end in, or hold, a chat markup of its own, so that a chat template must not be put around it?
bool carriesChatMarkup(const std::string& text);

} // namespace aha::data
