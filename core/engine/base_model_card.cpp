#include "core/engine/base_model_card.h"

#include <cmath>
#include <cstdio>

namespace aha {

namespace {

std::string percent(double share)
{
    char text[32];
    std::snprintf(text, sizeof text, "%.1f %%", 100 * share);
    return text;
}

struct Figure {
    const char *metric, *what;
    bool share;
    const char* unit;
};
constexpr Figure kFigures[] = { { "countdown/false_equation_share", "false equations", true, "" },
    { "countdown/stop_after_hit", "stops after a hit", true, "" },
    { "countdown/stop_after_miss", "stops after a miss", true, "" },
    { "countdown/hits_per_attempt", "hits per attempt", true, "" },
    { "countdown/attempts_per_trace", "attempts per trace", false, "" },
    { "completions/mean_length", "mean length", false, " tokens" },
    { "reflection/per_response", "reflection words per response", false, "" },
    { "language/mixed_share", "traces that mix languages", true, "" } };

std::string table(const EvaluationRow& row)
{
    const std::string samples = std::to_string(row.samples);
    std::string text = "\nOn " + std::to_string(row.problems) + " held-out problems of " + row.task + ", " + samples
        + " samples each, temperature 1, at most 200 new tokens:\n\n| what | figure |\n|---|---|\n";
    const auto line
        = [&](const std::string& what, const std::string& figure) { text += "| " + what + " | " + figure + " |\n"; };
    line("pass@1 (95 % interval)",
        percent(row.pass1) + " (" + percent(row.pass1Low) + " to " + percent(row.pass1High) + ")");
    line("pass@" + samples, percent(row.passK.rbegin()->second));
    line("cons@" + samples, percent(row.cons.value_or(0)));
    for (const Figure& figure : kFigures)
        for (const auto& [name, value] : row.metrics)
            if (name == figure.metric && std::isfinite(value))
                line(figure.what, figure.share ? percent(value) : std::to_string(value).substr(0, 4) + figure.unit);
    return text;
}

} // namespace

std::string baseModelCard(const BaseModelCard& card)
{
    std::string text = "# Miniature base model\n\nA " + std::to_string(card.parameters) + "-parameter decoder. "
        + card.about
        + " Licence: GPL-3.0-or-later, as the project.\n\nMade by `./ahascope pretrain` from the recipe below (seed "
        + std::to_string(card.seed) + ", " + std::to_string(card.steps) + " steps of "
        + std::to_string(card.batchTokens) + " tokens, last training loss " + std::to_string(card.loss).substr(0, 6)
        + " nats per token).\n\n## Measured\n";
    for (const EvaluationRow& row : card.rows)
        text += table(row);
    return text + "\n## Recipe\n\n```json\n" + card.recipe + "```\n";
}

} // namespace aha
