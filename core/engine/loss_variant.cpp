#include "core/engine/loss_variant.h"

#include <algorithm>

namespace aha {

namespace {

/// Names with what makes them what their papers say, where that is not the default.
struct Known {
    const char* name;
    const char* settings;
};
constexpr Known kKnown[] = { { "run", "" }, { "grpo", "kind=grpo,loss_type=grpo,scale_rewards=group" },
    { "dr_grpo", "kind=grpo,loss_type=dr_grpo,scale_rewards=none" },
    { "dapo", "kind=grpo,loss_type=dapo,epsilon_high=0.28" }, { "bnpo", "kind=grpo,loss_type=bnpo" },
    { "gspo", "kind=grpo,loss_type=grpo,importance_sampling_level=sequence,epsilon=0.0003,epsilon_high=0.0004" },
    { "cispo", "kind=grpo,loss_type=cispo,epsilon_high=5" }, { "sapo", "kind=grpo,loss_type=sapo" },
    { "luspo", "kind=grpo,loss_type=luspo,importance_sampling_level=sequence" },
    { "vespo", "kind=grpo,loss_type=vespo" }, { "rloo", "kind=rloo" }, { "reinforce", "kind=reinforce" },
    { "reinforce_pp", "kind=reinforce_pp" }, { "reinforce_pp_baseline", "kind=reinforce_pp_baseline" },
    { "mirror_descent", "kind=mirror_descent" }, { "rft", "kind=rft" } };

std::vector<std::string> parts(const std::string& text)
{
    std::vector<std::string> all;
    for (size_t from = 0; from <= text.size();) {
        const size_t comma = std::min(text.find(',', from), text.size());
        if (comma > from)
            all.push_back(text.substr(from, comma - from));
        from = comma + 1;
    }
    return all;
}

const Known* known(const std::string& name)
{
    const auto* found
        = std::find_if(std::begin(kKnown), std::end(kKnown), [&](const Known& entry) { return name == entry.name; });
    return found == std::end(kKnown) ? nullptr : found;
}

} // namespace

std::vector<std::string> lossVariantNames()
{
    std::vector<std::string> names;
    for (const Known& entry : kKnown)
        names.emplace_back(entry.name);
    return names;
}

Result<LossVariant> lossVariant(const RunConfig& run, const std::string& text)
{
    LossVariant variant { text, run };
    std::vector<std::string> settings;
    const size_t equals = text.find('=');
    variant.name = text.substr(0, equals);
    for (const std::string& part : parts(equals == std::string::npos ? text : text.substr(equals + 1))) {
        if (const Known* entry = known(part)) {
            const std::vector<std::string> own = parts(entry->settings);
            settings.insert(settings.end(), own.begin(), own.end());
        } else if (part.find('=') != std::string::npos) {
            settings.push_back(part);
        } else {
            std::string names;
            for (const Known& one : kKnown)
                names += (names.empty() ? "" : ", ") + std::string(one.name);
            return Error { "loss_unknown", "There is no loss with the name \"" + part + "\".",
                "Known: " + names + "; or name=setting=value,setting=value." };
        }
    }
    for (const std::string& setting : settings)
        if (Result<void> applied = applySetting(variant.config, setting); !applied)
            return Error { applied.error().code, "Loss " + variant.name + ": " + applied.error().message,
                applied.error().hint };
    const std::string& kind = variant.config.general.kind;
    if (kind == "ppo" || kind == "remax" || stageOf(kind) != Stage::Online)
        return Error { "loss_not_stored",
            "Loss " + variant.name + ": " + kind
                + (kind == "ppo"          ? " learns from values, which no run stores."
                        : kind == "remax" ? " learns from greedy completions, which no run stores."
                                          : " does not learn from sampled and rewarded completions."),
            "Leave it out." };
    if (variant.config.entropy.coef != 0 || variant.config.entropy.adaptive
        || variant.config.algorithm.covariance != "none" || variant.config.algorithm.topEntropyQuantile < 1)
        return Error { "loss_not_stored",
            "Loss " + variant.name + ": entropy bonus, entropy quantile and covariance are not compared here.",
            "Set entropy.coef=0, covariance=none and top_entropy_quantile=1." };
    return variant;
}

} // namespace aha
