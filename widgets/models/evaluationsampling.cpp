#include "widgets/models/evaluationsampling.h"

#include "core/config/run_config.h"
#include "core/store/run_reader.h"
#include "widgets/language/translation.h"

#include <limits>

namespace aha {

EvaluationSampling::EvaluationSampling(const std::string& configJson, const std::vector<MarkerRow>& markers)
    : m_config(configJson)
{
    for (const MarkerRow& marker : markers)
        if (marker.kind == "set")
            m_changes.push_back(marker);
}

EvaluationSampling::EvaluationSampling(const RunReader& reader)
{
    const auto summary = reader.summary();
    const auto markers = reader.markers();
    if (summary && markers && summary->kind != "imported") // its evaluations were made elsewhere
        *this = EvaluationSampling(summary->configJson, *markers);
}

QString EvaluationSampling::at(int64_t step) const
{
    Result<RunConfig> config = m_config.empty() ? Result<RunConfig>(RunConfig()) : runConfigFromJson(m_config);
    if (m_config.empty() || !config)
        return {};
    for (const MarkerRow& change : m_changes)
        if (change.step < step) {
            const RunConfig before = *config;
            if (!applySetting(*config, change.text))
                *config = before;
        }
    const RolloutConfig& r = config->rollout;
    const auto number = [](double value) { return QString::number(value, 'g', 4); };
    QString text = tr("sampled at temperature %1, top-p %2").arg(number(r.temperature), number(r.topP));
    if (r.topK > 0)
        text += tr(", top-k %1").arg(r.topK);
    if (r.minP > 0)
        text += tr(", min-p %1").arg(number(r.minP));
    if (r.repetitionPenalty != 1)
        text += tr(", repetition penalty %1").arg(number(r.repetitionPenalty));
    return text + tr(", at most %1 tokens").arg(r.maxCompletionLength);
}

QString EvaluationSampling::changedAt(int64_t step) const
{
    if (m_changes.empty())
        return {};
    const QString now = at(step);
    return now == at(std::numeric_limits<int64_t>::min()) ? QString() : now;
}

} // namespace aha
