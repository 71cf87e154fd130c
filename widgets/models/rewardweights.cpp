#include "widgets/models/rewardweights.h"

#include "core/base/files.h"
#include "core/config/weight_schedule.h"
#include "core/protocol/run_folder.h"
#include "widgets/language/translation.h"
#include "widgets/models/visibletext.h"

#include <algorithm>
#include <cmath>

namespace aha {

namespace {

constexpr size_t kLargestConfig = 4 << 20;
constexpr double kLeast = 5e-3; // smaller differences are not shown with two digits

double weightOf(const TraceListModel::Weights& weights, const std::string& part)
{
    const auto found
        = std::find_if(weights.begin(), weights.end(), [&](const auto& weighed) { return weighed.first == part; });
    return found == weights.end() ? 1 : found->second;
}

} // namespace

std::optional<RunConfig> configOfRun(const QString& folder)
{
    const Result<std::string> text = readFile(folder.toStdString() + '/' + run_folder::kConfig, kLargestConfig);
    if (!text)
        return std::nullopt;
    Result<RunConfig> config = runConfigFromJson(*text);
    return config ? std::optional(std::move(*config)) : std::nullopt;
}

std::optional<RewardConfig> rewardsOfRun(const QString& folder)
{
    const std::optional<RunConfig> config = configOfRun(folder);
    return config ? std::optional(config->rewards) : std::nullopt;
}

TraceListModel::Weights weightsAt(const std::optional<RewardConfig>& rewards, qint64 step)
{
    TraceListModel::Weights weights;
    if (!rewards)
        return weights;
    const Result<std::vector<WeightCurve>> curves = parseWeightSchedule(rewards->weightSchedule);
    for (const RewardWeight& part : kRewardWeights) {
        double weight = (*rewards).*part.weight;
        if (curves)
            for (const WeightCurve& curve : *curves)
                if (curve.part.weight == part.weight)
                    weight = curve.at(step);
        weights.emplace_back(part.name, weight);
    }
    return weights;
}

QString decidingPart(
    const CompletionRow& row, const std::vector<CompletionRow>& group, const TraceListModel::Weights& weights)
{
    std::string name;
    double most = 0;
    for (const auto& [part, value] : row.parts) {
        double sum = 0;
        int counted = 0;
        for (const CompletionRow& other : group)
            for (const auto& [otherPart, otherValue] : other.parts)
                if (otherPart == part)
                    sum += otherValue, ++counted;
        if (counted < 2)
            continue;
        const double difference = weightOf(weights, part) * (value - sum / counted);
        if (std::abs(difference) >= kLeast && std::abs(difference) > std::abs(most)) {
            most = difference;
            name = part;
        }
    }
    return name.empty() ? QString()
                        : tr("%1 paid %2 %3 than the group's mean")
                              .arg(rewardPartName(visibleLine(name)))
                              .arg(std::abs(most), 0, 'f', 2)
                              .arg(most > 0 ? tr("more") : tr("less"));
}

} // namespace aha
