#include "app/engine/insight_verbs.h"

#include "core/engine/engine_context.h"
#include "core/engine/loss_lens.h"

#include <nlohmann/json.hpp>

#include <cmath>
#include <cstdio>

namespace aha {

namespace {

using Json = nlohmann::ordered_json;

struct Options {
    std::string run;
    int64_t step = -1, policy = -1;
    std::vector<std::string> losses;
    int threads = 0;
    bool json = false, progress = false;

    LensRequest request() const
    {
        return { resolvePath(run), step >= 0 ? std::optional(step) : std::nullopt,
            policy >= 0 ? std::optional(policy) : std::nullopt, losses, threads, {} };
    }
};

CLI::App* lensVerb(CLI::App& app, const char* name, const char* help, const std::shared_ptr<Options>& o)
{
    CLI::App* verb = app.add_subcommand(name, help);
    std::string names;
    for (const std::string& known : lossVariantNames())
        names += (names.empty() ? "" : ", ") + known;
    verb->add_option("run", o->run, "Run directory")->required();
    verb->add_option("--step", o->step, "Step whose stored completions are taken")->check(CLI::NonNegativeNumber);
    verb->add_option("--policy", o->policy, "Checkpoint (its step) whose ratios to the sampling policy count")
        ->check(CLI::NonNegativeNumber);
    verb->add_option("--loss", o->losses,
            "Over the run's settings: a name (" + names
                + "), or name=setting=value,setting=value; may be given several "
                  "times; default: all names")
        ->allow_extra_args(false);
    verb->add_option("--threads", o->threads, "0 = one per core");
    verb->add_flag("--json", o->json, "JSON instead of tables");
    return verb;
}

Json number(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

Json pullJson(const PullSummary& p)
{
    return { { "mean_size", p.mean }, { "least", p.least }, { "most", p.most }, { "up", p.up }, { "down", p.down },
        { "of_positive_advantage", p.ofPositive }, { "of_negative_advantage", p.ofNegative },
        { "by_quarter", p.byPosition }, { "correlation_with_length", number(p.lengthBias) },
        { "clipped_low", p.clippedLow }, { "clipped_high", p.clippedHigh }, { "silent", p.silent } };
}

void print(const Json& json) { std::printf("%s\n", json.dump(-1, ' ', false, Json::error_handler_t::replace).c_str()); }

} // namespace

void addLosses(CLI::App& app, int& status)
{
    auto o = std::make_shared<Options>();
    CLI::App* verb = lensVerb(app, "losses",
        "The stored completions of a step under several losses, without training: gradient norms and the cosines "
        "between "
        "gradients, what is clipped, and how hard each loss pulls at which tokens. The policy is the newest checkpoint "
        "before the step, or --policy.",
        o);
    verb->add_flag("--progress", o->progress, "A line {\"progress\": {\"done\", \"of\"}} before each part of the work");
    verb->callback([o, &status] {
        status = runVerb([&] {
            LensRequest request = o->request();
            if (o->progress)
                request.progress = [](size_t done, size_t of) {
                    print({ { "progress", { { "done", done }, { "of", of } } } });
                    std::fflush(stdout); // whoever asked for it waits for it
                };
            const LossReport r = compareLosses(request);
            if (!o->json) {
                std::fputs(lossMarkdown(r).c_str(), stdout);
                return 0;
            }
            Json losses = Json::array(), cosine = Json::array();
            for (const LossView& view : r.losses)
                losses.push_back({ { "name", view.name }, { "loss", view.loss }, { "grad_norm", view.gradNorm },
                    { "ratio_of", view.ratioOf }, { "pull", pullJson(view.pull) } });
            for (const std::vector<double>& row : r.cosine) {
                cosine.push_back(Json::array());
                for (const double value : row)
                    cosine.back().push_back(number(value));
            }
            print({ { "step", r.step }, { "policy_step", r.policyStep }, { "groups", r.groups },
                { "completions", r.completions }, { "tokens", r.tokens }, { "mean_ratio", r.meanRatio },
                { "largest_log_ratio", r.largestLogRatio }, { "losses", losses }, { "cosine", cosine },
                { "notes", r.notes } });
            return 0;
        });
    });
}

void addWhatIf(CLI::App& app, int& status)
{
    auto o = std::make_shared<Options>();
    CLI::App* verb = lensVerb(app, "whatif",
        "Advantages of stored rewards under other settings, without training: whose sign changes, how much of the step "
        "teaches, what length does to a token's weight. Without --step: all steps that stored completions. Loads a "
        "model "
        "only for --policy and for a KL term.",
        o);
    verb->callback([o, &status] {
        status = runVerb([&] {
            const WhatIfReport r = whatIf(o->request());
            if (!o->json) {
                std::fputs(whatIfMarkdown(r).c_str(), stdout);
                return 0;
            }
            Json rows = Json::array();
            for (const WhatIfRow& row : r.rows) {
                Json changed = Json::array();
                for (const WhatIfRow::Changed& c : row.changed)
                    changed.push_back({ { "step", c.step }, { "group", c.group }, { "completion", c.completion },
                        { "before", c.before }, { "after", c.after } });
                rows.push_back({ { "name", row.name }, { "steps", row.steps }, { "completions", row.completions },
                    { "sign_changes", row.signChanges }, { "correlation", number(row.correlation) },
                    { "positive", row.positive }, { "zero_variance", row.zeroVariance }, { "pull", pullJson(row.pull) },
                    { "changed", changed } });
                if (!row.advantage.empty())
                    rows.back().update({ { "advantage", row.advantage }, { "completion_pull", row.completionPull } });
            }
            Json answer { { "settings", rows }, { "notes", r.notes } };
            if (!r.stored.empty())
                answer.update({ { "group_size", r.groupSize }, { "stored_advantage", r.stored } });
            print(answer);
            return 0;
        });
    });
}

} // namespace aha
