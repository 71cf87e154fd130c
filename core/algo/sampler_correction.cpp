#include "core/algo/sampler_correction.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace aha {

CorrectedLogps correctSampler(const std::vector<SampledLogps>& sequences, const SamplerCorrection& correction)
{
    const bool off = correction.mode == "off", bySequence = correction.mode.rfind("sequence_", 0) == 0,
               masks = correction.mode.size() > 5 && correction.mode.ends_with("_mask");
    const double low = correction.min.value_or(-std::numeric_limits<double>::infinity()),
                 high = correction.max.value_or(std::numeric_limits<double>::infinity());
    CorrectedLogps out;
    SamplerGap& gap = out.gap;
    const auto limited = [&](double logRatio) {
        if (off)
            return 1.0;
        const double ratio = std::exp(logRatio);
        const double kept = masks ? (ratio < low || ratio > high ? 0.0 : ratio) : std::clamp(ratio, low, high);
        gap.ratioMin = gap.ratios == 0 ? kept : std::min(gap.ratioMin, kept);
        gap.ratioMax = gap.ratios == 0 ? kept : std::max(gap.ratioMax, kept);
        gap.ratioSum += kept;
        ++gap.ratios;
        return kept;
    };
    for (const SampledLogps& sequence : sequences) {
        std::vector<float>& ratio = out.ratio.emplace_back(sequence.old.size(), 1.0f);
        if (sequence.masked)
            continue;
        double sum = 0;
        for (size_t t = 0; t < ratio.size(); ++t) {
            const double difference = double(sequence.old[t]) - double(sequence.sampling[t]);
            const bool known = !std::isnan(difference);
            if (known) {
                gap.differenceSum += std::abs(difference);
                gap.differenceMax = std::max(gap.differenceMax, std::abs(difference));
                ++gap.tokens;
                sum += difference;
            }
            if (!bySequence)
                ratio[t] = float(limited(known ? difference : 0.0));
        }
        if (bySequence)
            std::fill(ratio.begin(), ratio.end(), float(limited(sum)));
    }
    return out;
}

} // namespace aha
