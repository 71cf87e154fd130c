#include "core/run/plantext.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdio>

namespace aha {

using Json = nlohmann::ordered_json;

namespace {

double figure(const Json& plan, const char* group, const char* name)
{
    const auto part = plan.find(group);
    if (part == plan.end() || !part->is_object())
        return 0;
    const auto found = part->find(name);
    return found != part->end() && found->is_number() ? found->get<double>() : 0;
}

template <class... Values> std::string format(const char* pattern, Values... values)
{
    char text[256];
    std::snprintf(text, sizeof text, pattern, values...);
    return text;
}

std::string memoryText(double mb) { return mb >= 1000 ? format("%.2f GB", mb / 1000) : format("%.0f MB", mb); }
std::string secondsText(double s) { return s < 10 ? format("%.2f s", s) : durationText(s); }
std::string paceText(double pace) { return pace >= 1000 ? format("%.1f k", pace / 1000) : format("%.0f", pace); }

/// A run of this stage spends memory or time on it.
bool costs(const RunConfig& config, const FieldInfo& info)
{
    static const char* const groups[] = { "model", "adapter", "task", "data", "prompt", "rollout", "training", "sft" };
    static const char* const fields[] = { "general.kind", "general.device", "general.threads", "algorithm.beta",
        "algorithm.num_iterations", "algorithm.steps_per_generation", "algorithm.sampler_correction" };
    return applies(config, info) && (std::ranges::any_of(groups, [&](const char* group) {
        return info.group == group;
    }) || std::ranges::any_of(fields, [&](const char* path) { return info.path() == path; }));
}

} // namespace

std::string durationText(double seconds)
{
    return seconds < 90  ? format("%.0f s", seconds)
        : seconds < 5400 ? format("%.0f min", seconds / 60)
                         : format("%.1f h", seconds / 3600);
}

std::string planFigures(const Json& plan)
{
    return "peak memory " + memoryText(figure(plan, "estimated", "peak_memory_mb")) + ", a step "
        + secondsText(figure(plan, "estimated", "step_seconds"));
}

std::string planText(const Json& plan, const RunConfig& config)
{
    const auto measured = [&](const char* name) { return figure(plan, "measured", name); };
    const double step = figure(plan, "estimated", "step_seconds"), available = figure(plan, "machine", "available_mb");
    std::string text = "Measured on this machine in " + durationText(measured("seconds")) + ": " + planFigures(plan);
    if (const double sampling = figure(plan, "estimated", "rollout_seconds"); sampling > 0)
        text += " (" + secondsText(sampling) + " sample, " + secondsText(figure(plan, "estimated", "training_seconds"))
            + " train)";
    text += "; " + format("%lld", static_cast<long long>(config.general.maxSteps)) + " steps "
        + durationText(step * double(config.general.maxSteps)) + " without evaluations. ";
    if (available > 0 && figure(plan, "estimated", "peak_memory_mb") > available)
        text += "It does not fit: " + memoryText(available) + " are free. ";
    if (measured("sampled_tokens_per_second") > 0)
        text += paceText(measured("sampled_tokens_per_second")) + " tokens/s sampled at "
            + format("%.0f", measured("rows")) + " sequences at once, ";
    text += paceText(measured("trained_tokens_per_second")) + " tokens/s trained";
    if (measured("prompt_tokens") > 0)
        text += ", prompts of " + format("%.0f", measured("prompt_tokens")) + " tokens";
    const auto estimated = plan.find("estimated");
    if (estimated != plan.end() && estimated->is_object())
        text += ". Assumed: " + estimated->value("assumes", std::string("nothing")) + ".";
    return text;
}

std::vector<std::string> planChanges(const RunConfig& measured, const RunConfig& now)
{
    RunConfig a = measured, b = now;
    const std::vector<Field> before = fields(a), after = fields(b);
    std::vector<std::string> changed;
    for (size_t i = 0; i < before.size(); ++i)
        if (before[i].toText() != after[i].toText() && (costs(a, before[i].info) || costs(b, after[i].info)))
            changed.push_back(before[i].info.path());
    return changed;
}

} // namespace aha
