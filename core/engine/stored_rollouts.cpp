#include "core/engine/stored_rollouts.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace aha {

namespace {
/// What rounding of a sum in another order may cost.
constexpr double kTolerance = 1e-6;
} // namespace

Result<std::vector<int64_t>> stepsWithGroups(const RunReader& reader)
{
    const Result<int64_t> last = reader.lastStep();
    if (!last)
        return last.error();
    std::vector<int64_t> steps;
    for (int64_t step = 0; step <= *last; ++step) {
        Result<std::vector<GroupRow>> groups = reader.groups(step);
        if (!groups)
            return groups.error();
        if (!groups->empty())
            steps.push_back(step);
    }
    return steps;
}

Result<StoredRollouts> storedRollouts(
    const RunReader& reader, int64_t step, const std::vector<std::string>& parts, const std::vector<double>& weights)
{
    Result<std::vector<GroupRow>> groups = reader.groupsWithCompletions(step);
    if (!groups)
        return groups.error();
    StoredRollouts out;
    out.step = step;
    out.groupSize = groups->empty() ? 0 : groups->front().completions.size();
    if (out.groupSize == 0)
        return Error { "step_missing", "Step " + std::to_string(step) + " of the run stored no completions.",
            "Choose another step: inspect says which the run has." };
    out.batch.weights = weights;
    out.parts = parts;
    double worst = 0;
    bool allParts = true;
    for (GroupRow& group : *groups) {
        if (group.completions.size() != out.groupSize)
            return Error { "step_missing",
                "The groups of step " + std::to_string(step) + " have different sizes, " + std::to_string(out.groupSize)
                    + " and " + std::to_string(group.completions.size()) + ".",
                "Advantages within groups need groups of one size." };
        out.prompts.push_back(group.prompt.text);
        out.items.push_back(group.prompt.itemJson);
        for (const CompletionRow& row : group.completions) {
            Result<CompletionRow> text = reader.completionText(row.id);
            if (!text)
                return text.error();
            Result<std::optional<TokenDetail>> detail = reader.tokenDetail(row.id);
            if (!detail)
                return detail.error();
            TrainingSample sample;
            sample.ids = std::move(text->tokenIds);
            if (*detail && (*detail)->logprob.size() == sample.ids.size()) {
                sample.oldLogp = std::move((*detail)->logprob);
                ++out.withLogp;
            }
            std::vector<double> values;
            double sum = 0;
            for (size_t p = 0; p < parts.size(); ++p) {
                const auto stored = std::find_if(
                    row.parts.begin(), row.parts.end(), [&](const auto& part) { return part.first == parts[p]; });
                allParts = allParts && (stored != row.parts.end() || weights[p] == 0);
                values.push_back(stored == row.parts.end() ? std::nan("") : stored->second);
                if (!std::isnan(values.back()))
                    sum += weights[p] * values.back();
            }
            if (row.reward)
                worst = std::max(worst, std::abs(sum - *row.reward));
            out.batch.rewards.push_back(std::move(values));
            out.batch.ended.push_back(row.finishReason != "length");
            out.batch.correct.push_back(row.correct);
            out.advantage.push_back(row.advantage);
            out.reward.push_back(row.reward.value_or(std::nan("")));
            out.samples.push_back(std::move(sample));
        }
    }
    if (!allParts || worst > kTolerance) {
        char difference[64];
        std::snprintf(difference, sizeof difference, "%.3g", worst);
        out.notes.push_back(std::string("The stored parts do not make the stored rewards (")
            + (allParts ? "largest difference " + std::string(difference) : std::string("a part is not stored"))
            + "): the stored total stands as the only reward, and settings of rewards.* change nothing.");
        out.batch.weights = { 1.0 };
        out.parts.clear();
        for (size_t i = 0; i < out.reward.size(); ++i)
            out.batch.rewards[i] = { out.reward[i] };
    }
    return out;
}

CheckpointRow checkpointFor(const RunReader& reader, int64_t step, std::optional<int64_t> named)
{
    std::optional<CheckpointRow> found;
    std::string there;
    for (const CheckpointRow& row : orThrow(reader.checkpoints())) {
        if (row.removed)
            continue;
        there += (there.empty() ? "" : ", ") + std::to_string(row.step);
        if (named ? row.step == *named : row.step < step)
            found = row;
    }
    if (!found)
        throw Failure({ "checkpoint_missing",
            named ? "The run has no checkpoint of step " + std::to_string(*named) + "."
                  : "The run has no checkpoint before step " + std::to_string(step) + ".",
            there.empty() ? "It has none at all." : "It has those of steps " + there + "; see --policy." });
    return *found;
}

} // namespace aha
