#pragma once
// Why a completion trained nothing, in a sentence.

#include "core/config/run_config.h"
#include "core/store/learning_rows.h"
#include "core/store/rows.h"

#include <QString>

#include <optional>

namespace aha {

/// "" where it trained, or where nothing stored says that it did not. `update`: what the step's updates did with it.
QString untrainedReason(const RunConfig& config, const CompletionRow& row, const std::optional<UpdateRow>& update);

} // namespace aha
