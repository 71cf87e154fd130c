#include "core/engine/learning_rows.h"

#include <algorithm>
#include <cmath>

namespace aha {

namespace {

/// Every token has the reward of the step that it belongs to.
std::vector<float> spreadSteps(const SteppedCompletion& completion)
{
    std::vector<float> values(size_t(completion.length), std::nanf(""));
    size_t token = 0;
    for (size_t s = 0; s < completion.stepRewards.size() && s < completion.stepEnds.size(); ++s)
        for (; token < values.size() && int64_t(token) <= completion.stepEnds[s]; ++token)
            values[token] = float(completion.stepRewards[s]);
    return values;
}

UpdateRow updateRow(const SampleUpdate& update)
{
    UpdateRow row { int64_t(update.tokens), {}, {} };
    if (update.tokens > 0)
        row.ratio = update.ratio / update.tokens;
    if (update.tokens > 0 && update.clips)
        row.clipped = update.clipped / update.tokens;
    return row;
}

} // namespace

std::vector<LearningRow> learningRows(const std::vector<GroupRow>& groups, const UpdateReport& report,
    const ScoredBatch& batch, const std::vector<size_t>& replaced)
{
    std::vector<LearningRow> rows;
    for (size_t g = 0; g < groups.size(); ++g) {
        const bool gaveWay = std::find(replaced.begin(), replaced.end(), g) != replaced.end();
        for (const CompletionRow& completion : groups[g].completions) {
            const size_t i = rows.size();
            LearningRow& row = rows.emplace_back();
            if (i < report.samples.size())
                row.update = gaveWay ? UpdateRow {} : updateRow(report.samples[i]);
            if (!completion.detail)
                continue;
            if (i < batch.primeRewards.size())
                row.rewards = TokenRewards { "prime", batch.primeRewards[i] };
            else if (i < batch.steps.size() && !batch.steps[i].stepRewards.empty())
                row.rewards = TokenRewards { "process", spreadSteps(batch.steps[i]) };
        }
    }
    return rows;
}

} // namespace aha
