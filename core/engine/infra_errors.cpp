#include "core/engine/infra_errors.h"

#include <algorithm>
#include <cstdio>

namespace aha {

namespace {

constexpr double kAlarm = 0.05;

bool failed(const CompletionScorer::Scored& scored) { return scored.judgement.verdict == Verdict::InfraError; }

} // namespace

double infraErrorShare(const std::vector<CompletionScorer::Scored>& scored)
{
    return scored.empty() ? 0 : double(std::count_if(scored.begin(), scored.end(), failed)) / double(scored.size());
}

std::optional<std::string> infraErrorWarning(const std::vector<CompletionScorer::Scored>& scored, int64_t step)
{
    const double share = infraErrorShare(scored);
    if (share <= kAlarm)
        return std::nullopt;
    const Judgement& first = std::find_if(scored.begin(), scored.end(), failed)->judgement;
    char percent[16];
    std::snprintf(percent, sizeof percent, "%.1f", 100 * share);
    return "Step " + std::to_string(step) + ": " + percent
        + " % of the completions could not be judged (infra_error) and take no part in training. The first reason: "
        + first.reason + ", " + first.explanation;
}

} // namespace aha
