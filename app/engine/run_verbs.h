#pragma once
// Verbs that start and follow other engines; as verbs.h.

#include "app/engine/verbs.h"

namespace aha {

void addQueue(CLI::App& app, int& status);
void addServe(CLI::App& app, int& status);
void addAttach(CLI::App& app, int& status);

} // namespace aha
