#include "app/engine/insight_verbs.h"

#include "core/base/utf8.h"
#include "core/engine/engine_context.h"
#include "core/engine/teacher_lens.h"
#include "core/engine/token_lens.h"

#include <nlohmann/json.hpp>

#include <cmath>
#include <cstdio>
#include <iostream>
#include <iterator>

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

Json likeliest(const std::vector<std::vector<LensAlternative>>& alternatives)
{
    Json top = Json::array();
    for (const std::vector<LensAlternative>& row : alternatives) {
        Json best = Json::array();
        for (const LensAlternative& alternative : row)
            best.push_back({ { "id", alternative.id }, { "text", validUtf8(alternative.text) },
                { "p", alternative.probability } });
        top.push_back(std::move(best));
    }
    return top;
}

Json describe(const TokenLensReport& report)
{
    Json answer { { "step", report.step }, { "policy_step", report.policyStep }, { "base", report.base },
        { "sampled", report.sampled }, { "logprobs", numbers(report.logprob) }, { "entropy", numbers(report.entropy) },
        { "base_logprobs", numbers(report.baseLogprob) }, { "kl", numbers(report.kl) },
        { "ratio", numbers(report.ratio) }, { "ids", report.ids }, { "ends", report.ends },
        { "top", likeliest(report.alternatives) } };
    if (!report.baseProblem.empty())
        answer["base_problem"] = report.baseProblem;
    addGates(answer, report);
    return answer;
}

Json describe(const TokenOpinion& opinion)
{
    return { { "logprobs", numbers(opinion.logprob) }, { "entropy", numbers(opinion.entropy) },
        { "top", likeliest(opinion.alternatives) } };
}

Json describe(const TeacherLensReport& report)
{
    return { { "step", report.step }, { "policy_step", report.policyStep }, { "teacher", report.teacher },
        { "temperature", report.temperature }, { "ends", report.ends }, { "kl", numbers(report.kl) },
        { "agrees", report.agrees }, { "mean_kl", report.meanKl }, { "agreeing", report.agreeing },
        { "tokens", report.kl.size() }, { "by_student", describe(report.byStudent) },
        { "by_teacher", describe(report.byTeacher) } };
}

} // namespace

void addTokens(CLI::App& app, int& status)
{
    struct Options {
        std::string run;
        int64_t completion = 0, evaluation = 0, problem = 0, policy = -1;
        int top = 5;
        bool teacher = false, given = false;
    };
    auto o = std::make_shared<Options>();
    CLI::App* verb = app.add_subcommand("tokens",
        "One stored text token by token under a checkpoint: log-prob, entropy, KL to the base model, ratio to the "
        "sampling policy, clipped or not, likeliest alternatives. With --teacher: what a run's student and its teacher "
        "say of it.");
    verb->add_option("run", o->run, "Run directory")->required();
    CLI::Option* completion
        = verb->add_option("--completion", o->completion, "Its id in run.db")->check(CLI::PositiveNumber);
    verb->add_flag("--teacher", o->teacher, "Student beside teacher: log-probs, KL(teacher || student), agreement");
    CLI::Option* evaluation
        = verb->add_option("--evaluation", o->evaluation, "Or an evaluation's id, for an answer of its")
              ->check(CLI::PositiveNumber)
              ->excludes(completion);
    verb->add_option("--problem", o->problem, "With --evaluation: position of the held-out problem, from 0")
        ->check(CLI::NonNegativeNumber);
    verb->add_flag("--stdin", o->given, "With --evaluation: the answer is on stdin, in place of the stored one")
        ->needs(evaluation);
    verb->add_option("--policy", o->policy, "Checkpoint (its step); default: the newest before the text was written")
        ->check(CLI::NonNegativeNumber);
    verb->add_option("--top", o->top, "Alternatives per token")->check(CLI::Range(0, 50));
    verb->callback([o, &status] {
        status = runVerb([&] {
            if (o->completion == 0 && o->evaluation == 0)
                throw Failure({ "usage", "There is no text to look at.",
                    "Name one: --completion ID, or an answer: --evaluation ID --problem POSITION." });
            const std::optional<int64_t> policy = o->policy >= 0 ? std::optional(o->policy) : std::nullopt;
            std::optional<std::string> given;
            if (o->given)
                given.emplace(std::istreambuf_iterator<char>(std::cin), std::istreambuf_iterator<char>());
            Json answer = o->teacher ? describe(teacherLens(
                              { resolvePath(o->run), o->completion, o->evaluation, o->problem, given, policy, o->top }))
                                     : describe(tokenLens({ resolvePath(o->run), o->completion, o->evaluation,
                                         o->problem, given, policy, o->top }));
            answer["completion"] = o->completion;
            answer["evaluation"] = o->evaluation;
            answer["problem"] = o->problem;
            std::puts(answer.dump().c_str());
            return 0;
        });
    });
}

} // namespace aha
