#pragma once
// What the weights of a live run answered to a question, as its marker in run.db holds it (MarkerRow::dataJson).

#include "core/store/rows.h"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <utility>
#include <vector>

namespace aha {

struct LiveAnswer {
    std::string text; ///< the first sample, behind its problem where that was the engine's choice: the reply
    std::string question {}, itemJson {}; ///< the problem, where the engine chose it; itemJson: of the run's task
    /// Each a completion with verdict, reward and parts where the question was a problem of the task, else unjudged.
    std::vector<CompletionRow> samples {};
    std::vector<std::pair<std::string, double>> weights {}; ///< of the reward parts
};

/// Members "question", "item", "samples" and "weights" of a marker's object.
void addToMarker(const LiveAnswer& answer, nlohmann::ordered_json& data);
/// From such an object, with one sample at least: the text alone, without a verdict, of an engine that noted no more.
/// What has a wrong type counts as absent.
LiveAnswer liveAnswerOf(const std::string& dataJson);

} // namespace aha
