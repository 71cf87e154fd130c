// The reports of loss_lens.h as Markdown.

#include "core/engine/loss_lens.h"

#include <cmath>
#include <cstdio>

namespace aha {

namespace {

template <class... Values> std::string printed(const char* format, Values... values)
{
    char text[512];
    std::snprintf(text, sizeof text, format, values...);
    return text;
}
std::string orDash(const char* format, double value) { return std::isfinite(value) ? printed(format, value) : "–"; }

std::string pullCells(const PullSummary& p)
{
    std::string quarters;
    for (const double mean : p.byPosition)
        quarters += (quarters.empty() ? "" : " / ") + printed("%.2g", mean);
    return printed("%.3g | %.3g to %.3g | %.3g | %.3g | ", p.mean, p.least, p.most, p.ofPositive, p.ofNegative)
        + quarters + " | " + orDash("%.2f", p.lengthBias)
        + printed(" | %.1f / %.1f %%", 100 * p.clippedLow, 100 * p.clippedHigh)
        + printed(" | %.1f %% |\n", 100 * p.silent);
}
constexpr const char* kPullHead
    = "pull a token | least to most | of A > 0 | of A < 0 | by quarter | with length | clipped low / high | silent |\n";
constexpr const char* kPullRule = "---|---|---|---|---|---|---|---|\n";
constexpr const char* kPullWords
    = "Pull: the loss's derivative by a token's log-probability, positive where it makes the token likelier; its mean "
      "size, its range, its sums over tokens of positive and of negative advantage, its mean size in the quarters of a "
      "completion, and the correlation of a completion's mean size with its length. Silent: tokens without any.\n";

} // namespace

std::string lossMarkdown(const LossReport& report)
{
    std::string text
        = printed("Step %lld: %zu groups, %zu completions, %zu tokens, as one batch. Ratio of the policy to the "
                  "one that sampled: mean %.4f, largest |log| %.3g.\n\n",
            static_cast<long long>(report.step), report.groups, report.completions, report.tokens, report.meanRatio,
            report.largestLogRatio);
    text += std::string("| loss | value | gradient norm | ") + kPullHead + "|---|---|---|" + kPullRule;
    for (const LossView& view : report.losses)
        text += "| " + view.name + printed(" | %.4g | %.4g | ", view.loss, view.gradNorm) + pullCells(view.pull);
    text += "\nCosine of gradients\n\n| |";
    std::string rule = "|---|";
    for (const LossView& view : report.losses) {
        text += " " + view.name + " |";
        rule += "---|";
    }
    text += "\n" + rule + "\n";
    for (size_t i = 0; i < report.losses.size(); ++i) {
        text += "| " + report.losses[i].name + " |";
        for (const double cosine : report.cosine[i])
            text += " " + orDash("%.3f", cosine) + " |";
        text += "\n";
    }
    text += std::string("\n") + kPullWords;
    for (const std::string& note : report.notes)
        text += note + "\n";
    return text;
}

std::string whatIfMarkdown(const WhatIfReport& report)
{
    std::string text
        = std::string("| settings | completions | sign changes | correlation | A > 0 | groups without variance | ")
        + kPullHead + "|---|---|---|---|---|---|" + kPullRule;
    for (const WhatIfRow& row : report.rows)
        text += "| " + row.name + printed(" | %lld | %.0f | ", static_cast<long long>(row.completions), row.signChanges)
            + orDash("%.3f", row.correlation)
            + printed(" | %.1f %% | %.1f %% | ", 100 * row.positive, 100 * row.zeroVariance) + pullCells(row.pull);
    text += "\nSign changes and correlation: of advantages, against those the run stored.\n";
    text += kPullWords;
    for (const std::string& note : report.notes)
        text += note + "\n";
    return text;
}

} // namespace aha
