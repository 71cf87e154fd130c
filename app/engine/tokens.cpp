#include "app/engine/insight_verbs.h"

#include "core/base/utf8.h"
#include "core/engine/engine_context.h"
#include "core/engine/token_lens.h"

#include <nlohmann/json.hpp>

#include <cmath>
#include <cstdio>

namespace aha {

namespace {

using Json = nlohmann::ordered_json;

Json numbers(const std::vector<float>& values)
{
    Json list = Json::array();
    for (const float value : values)
        list.push_back(std::isfinite(value) ? Json(value) : Json(nullptr));
    return list;
}

/// What the run's loss bounds, and which tokens that keeps from training.
void addGates(Json& answer, const TokenLensReport& report)
{
    static constexpr const char* of[] = { "nothing", "token", "sequence", "product" };
    static constexpr const char* gates[] = { "open", "low", "high", "bound", "either", "capped", "drifted" };
    if (report.loss.empty())
        return;
    Json clip { { "of", of[report.clip.of] }, { "ratio", report.clip.ratio }, { "soft", report.clip.soft } };
    const std::pair<const char*, std::optional<double>> edges[] = { { "low", report.clip.low },
        { "high", report.clip.high }, { "bound", report.clip.bound }, { "cap", report.clip.cap } };
    for (const auto& [name, edge] : edges)
        if (edge)
            clip[name] = *edge;
    Json list = Json::array(), closed = Json::array();
    for (const TokenGate gate : report.gates.gate) {
        list.push_back(gates[size_t(gate)]);
        closed.push_back(gate != TokenGate::Open && gate != TokenGate::Capped);
    }
    answer["loss"] = report.loss;
    answer["clip"] = std::move(clip);
    answer["own_advantages"] = report.ownAdvantages;
    answer["beside"] = report.beside;
    answer["unseen"] = report.unseen;
    if (report.clip.of != ClipRule::Token && !report.gates.ratio.empty())
        answer["completion_ratio"] = report.gates.ratio.front();
    answer["gates"] = std::move(list);
    answer["clipped"] = std::move(closed); // no gradient
}

Json describe(const TokenLensReport& report, int64_t completionId)
{
    Json top = Json::array();
    for (const std::vector<TokenAlternative>& row : report.alternatives) {
        Json best = Json::array();
        for (const TokenAlternative& alternative : row)
            best.push_back({ { "id", alternative.id }, { "text", validUtf8(alternative.text) },
                { "p", alternative.probability } });
        top.push_back(std::move(best));
    }
    Json answer { { "completion", completionId }, { "step", report.step }, { "policy_step", report.policyStep },
        { "base", report.base }, { "sampled", report.sampled }, { "logprobs", numbers(report.logprob) },
        { "base_logprobs", numbers(report.baseLogprob) }, { "kl", numbers(report.kl) },
        { "ratio", numbers(report.ratio) }, { "ids", report.ids }, { "top", top } };
    addGates(answer, report);
    return answer;
}

} // namespace

void addTokens(CLI::App& app, int& status)
{
    struct Options {
        std::string run;
        int64_t completion = 0, policy = -1;
        int top = 5;
    };
    auto o = std::make_shared<Options>();
    CLI::App* verb = app.add_subcommand("tokens",
        "One stored completion token by token under a checkpoint: KL to the base model, ratio to the sampling policy, "
        "clipped or not, likeliest alternatives.");
    verb->add_option("run", o->run, "Run directory")->required();
    verb->add_option("--completion", o->completion, "Its id in run.db")->required()->check(CLI::PositiveNumber);
    verb->add_option("--policy", o->policy, "Checkpoint (its step); default: the newest before the completion's step")
        ->check(CLI::NonNegativeNumber);
    verb->add_option("--top", o->top, "Alternatives per token")->check(CLI::Range(0, 50));
    verb->callback([o, &status] {
        status = runVerb([&] {
            const TokenLensReport report = tokenLens({ resolvePath(o->run), o->completion,
                o->policy >= 0 ? std::optional(o->policy) : std::nullopt, o->top });
            std::puts(describe(report, o->completion).dump().c_str());
            return 0;
        });
    });
}

} // namespace aha
