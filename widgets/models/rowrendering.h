#pragma once
// A row of a data set as a person reads it and as a model would.

#include "core/data/layout.h"
#include "core/template/chat_template.h"

#include <QString>

#include <string>

namespace aha {

/// The parts of the example under headings, as they are stored: visibleText() makes them fit to look at.
std::string exampleText(const data::Example& example);

/// What a model reads: prompt, and what it is to answer. Conversations go through `chat` (required for them); plain
/// texts stand as they are.
struct RowForModel {
    std::string prompt, answer;
    QString problem;
};
RowForModel rowForModel(const data::Example& example, const ChatTemplate* chat);

} // namespace aha
