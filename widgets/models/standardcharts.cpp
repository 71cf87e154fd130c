// The charts that the program knows: fine-tuning, preferences, distillation and reward models lead with their own.

#include "widgets/models/chartspec.h"

namespace aha {

namespace {

/// What only a fine-tuning run records.
constexpr const char* kTokenAccuracy = "mean_token_accuracy";

struct Part {
    const char *metric, *label;
    Qt::PenStyle style = Qt::SolidLine;
    int shade = 0;
    const char *low = nullptr, *high = nullptr;
    bool right = false;
    bool measured = false;
};
struct Chart {
    const char *title, *unit;
    double low, high;
    std::vector<Part> parts;
    bool heldOut = false;
    const char* rightUnit = nullptr;
    const char* unless = nullptr;
    const char* onlyWith = nullptr;
    const char* quantity = nullptr;
    const char* family = nullptr;
    const char* partsUnit = nullptr;
};

const std::vector<Chart>& table()
{
    static const std::vector<Chart> all {
        { "Token loss", "nats per token", 0, NAN,
            { { "loss", "training" }, { "eval_loss", "held-out", Qt::DashLine, 1, nullptr, nullptr, false, true } },
            false, nullptr, nullptr, kTokenAccuracy },
        { "Token accuracy", "share", 0, 1,
            { { kTokenAccuracy, "training" },
                { "eval_mean_token_accuracy", "held-out", Qt::DashLine, 1, nullptr, nullptr, false, true } } },
        { "Implicit rewards", "of the preference", NAN, NAN,
            { { "rewards/chosen", "chosen" }, { "rewards/rejected", "rejected", Qt::DashLine, 1 },
                { "rewards/margins", "margin", Qt::DotLine, 2 } } },
        { "Preferred", "share of pairs", 0, 1,
            { { "rewards/accuracies", "training" },
                { "eval_rewards/accuracies", "held-out", Qt::DashLine, 1, nullptr, nullptr, false, true } } },
        { "Log-probability", "nats per completion", NAN, NAN,
            { { "logps/chosen", "chosen" }, { "logps/rejected", "rejected", Qt::DashLine, 1 } } },
        { "Divergence from the teacher", "nats per token", 0, NAN, { { "distill/divergence", "divergence" } } },
        { "Agreement with the teacher", "share of tokens", 0, 1, { { "distill/agreement", "same likeliest token" } } },
        { "Reward model", "share right, held-out", 0, 1,
            { { "eval_accuracy", "right, 95 %", Qt::SolidLine, 0, "eval_accuracy/low", "eval_accuracy/high" } } },
        { "Reward margin", "winner − loser", NAN, NAN,
            { { "margin", "training" },
                { "eval_margin", "held-out", Qt::DashLine, 1, nullptr, nullptr, false, true } } },
        { "Reward", "total", 0, NAN,
            { { "reward", "total" }, { "rewards/accuracy/mean", "accuracy", Qt::SolidLine, 1 },
                { "rewards/format/mean", "format", Qt::DashLine, 2 },
                { "rewards/language/mean", "language", Qt::DotLine, 3 } },
            false, nullptr, nullptr, nullptr, nullptr, "rewards/%1/mean", "parts before weighting" },
        { "Accuracy", "share", 0, 1, { { "accuracy", "training" } }, true },
        { "Response length", "tokens", 0, NAN,
            { { "completions/mean_length", "mean, min–max", Qt::SolidLine, 0, "completions/min_length",
                  "completions/max_length" },
                { "completions/clipped_ratio", "truncated share (right axis)", Qt::DashLine, 1, nullptr, nullptr,
                    true } },
            false, "truncated share" },
        { "Reflection words", "per response", 0, NAN, { { "reflection/per_response", "reflection words" } } },
        { "Language mixing", "share of traces", 0, NAN, { { "language/mixed_share", "mixed traces" } } },
        { "Entropy", "nats per token", 0, NAN, { { "entropy", "entropy" } } },
        { "KL to the start", "nats per token", 0, NAN, { { "kl", "k3 estimate" } } },
        { "KL in the reward", "nats per completion", 0, NAN, { { "kl/reward", "to the reference" } } },
        { "Value model", "share of the returns' variance", NAN, 1, { { "critic/explained_variance", "explained" } } },
        { "Groups sampled", "per step", 0, NAN,
            { { "selection/generated_groups", "sampled" }, { "selection/used_groups", "trained", Qt::DashLine, 1 } } },
        { "Clipped tokens", "share", 0, NAN,
            { { "clip_ratio/region_mean", "all" }, { "clip_ratio/low_mean", "low", Qt::DashLine, 1 },
                { "clip_ratio/high_mean", "high", Qt::DotLine, 2 } } },
        { "Groups without variance", "share", 0, 1,
            { { "frac_reward_zero_std", "no variance" }, { "groups/all_correct", "all right", Qt::DashLine, 2 },
                { "groups/all_wrong", "all wrong", Qt::DotLine, 1 } } },
        { "Equations and stopping", "share", 0, 1,
            { { "countdown/false_equation_share", "false equations" },
                { "countdown/stop_after_hit", "stop after hit", Qt::DashLine, 2 },
                { "countdown/stop_after_miss", "stop after miss", Qt::DotLine, 1 } } },
        { "Attempts", "per trace", 0, NAN, { { "countdown/attempts_per_trace", "attempts" } } },
        { "Gradient norm", "before clipping", 0, NAN, { { "grad_norm", "norm" } } },
        { "Loss", "", NAN, NAN, { { "loss", "loss" } }, false, nullptr, kTokenAccuracy },
        { "Sampler against trainer", "nats", 0, NAN,
            { { "sampling/sampling_logp_difference/mean", "mean" },
                { "sampling/sampling_logp_difference/max", "largest", Qt::DotLine, 1 } } },
        { "Throughput", "tokens/s", 0, NAN,
            { { "perf/rollout_tokens_per_second", "sampling" },
                { "perf/training_tokens_per_second", "training", Qt::DashLine, 1 } } },
        { "Step time", "s", 0, NAN, { { "perf/step_seconds", "whole step" } } },
        { "Lengths", "tokens, share of completions", NAN, NAN, {}, false, nullptr, nullptr, "completions/mean_length",
            "tokens" },
        { "Rewards", "share of completions", NAN, NAN, {}, false, nullptr, nullptr, "reward_std", "reward" },
        { "Advantages", "share of completions", NAN, NAN, {}, false, nullptr, nullptr, "frac_reward_zero_std",
            "advantage" },
    };
    return all;
}

QString text(const char* bytes) { return QString::fromUtf8(bytes); }

} // namespace

const QVector<ChartSpec>& standardCharts()
{
    static const QVector<ChartSpec> all = [] {
        QVector<ChartSpec> made;
        for (const Chart& chart : table()) {
            ChartSpec spec;
            spec.quantity = text(chart.quantity);
            spec.id = spec.quantity.isEmpty() ? QStringLiteral("std:") + text(chart.title)
                                              : QStringLiteral("heat:") + spec.quantity;
            spec.title = text(chart.title);
            spec.unit = text(chart.unit);
            spec.partsUnit = text(chart.partsUnit);
            spec.low = chart.low;
            spec.high = chart.high;
            spec.heldOut = chart.heldOut;
            spec.rightUnit = text(chart.rightUnit);
            spec.unless = text(chart.unless);
            spec.onlyWith = text(chart.onlyWith);
            spec.family = text(chart.family);
            for (const Part& part : chart.parts)
                spec.parts.append({ text(part.metric), text(part.label), part.style, part.shade, text(part.low),
                    text(part.high), part.right, part.measured });
            made.append(spec);
        }
        return made;
    }();
    return all;
}

} // namespace aha
