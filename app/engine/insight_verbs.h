#pragma once
// Verbs that look at runs without training; as verbs.h.

#include "app/engine/verbs.h"

namespace aha {

void addLosses(CLI::App& app, int& status);
void addWhatIf(CLI::App& app, int& status);
void addImportRun(CLI::App& app, int& status);
void addRescore(CLI::App& app, int& status);
void addHacks(CLI::App& app, int& status);
void addTasks(CLI::App& app, int& status);
void addTokens(CLI::App& app, int& status);

} // namespace aha
