#include "core/engine/group_rows.h"

#include <algorithm>
#include <cmath>

namespace aha {

std::vector<GroupRow> groupRows(int64_t step, const std::vector<TaskItem>& items,
    std::vector<CompletionScorer::Scored>& scored, const std::vector<SampledCompletion>& completions,
    const Advantages& advantages, const CompletionScorer& scorer, const RunConfig& config)
{
    std::vector<GroupRow> rows;
    const size_t groupSize = size_t(config.rollout.numGenerations);
    double detailBytes = 0;
    const double bound = config.storage.tokenDetailMbPerStep * 1e6, share = config.storage.tokenDetailShare;
    const bool rewarded = config.general.kind == "prime" || !config.process.model.empty();
    const double bytesPerToken = rewarded ? 16 : 12; // a reward of every token beside its end, log-prob and entropy
    for (size_t g = 0; g < items.size(); ++g) {
        GroupRow group { 0, step, int(g), { 0, items[g].prompt, config.task.name, items[g].itemJson },
            advantages.groupMean[g], advantages.groupStd[g], advantages.zeroVariance[g], {} };
        // Evenly spread over the step, so that share 0.25 is every fourth group.
        const bool detailed = std::floor(double(g + 1) * share) > std::floor(double(g) * share);
        for (size_t j = 0; j < groupSize; ++j) {
            const size_t i = g * groupSize + j;
            CompletionRow row = std::move(scored[i].row);
            row.position = int(j);
            row.advantage = advantages.advantage[i];
            if (!std::isnan(advantages.reward[i]))
                row.reward = advantages.reward[i];
            const double bytes = bytesPerToken * double(completions[i].ids.size());
            if (detailed && detailBytes + bytes <= bound) {
                TokenDetail detail { {}, completions[i].logprob, completions[i].entropy };
                scorer.tokenizer().decode(completions[i].ids, detail.tokenEnds);
                for (int32_t& end : detail.tokenEnds) // the end token is not part of the stored text
                    end = std::min(end, int32_t(row.text.size()));
                detailBytes += bytes;
                row.detail = std::move(detail);
            }
            group.completions.push_back(std::move(row));
        }
        rows.push_back(std::move(group));
    }
    return rows;
}

} // namespace aha
