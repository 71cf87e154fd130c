#include "core/store/health_signals.h"

#include "core/config/run_config.h"
#include "core/store/health_rules.h"

#include <algorithm>
#include <cmath>

namespace aha {

const std::vector<SignalInfo>& signalInfos()
{
    static const std::vector<SignalInfo> all {
        { HealthSignal::Truncation, "truncation", "Completions are cut off", "truncated share of completions",
            "Completions reach max_completion_length before they end: the limit is too low for the task, the policy "
            "learned to ramble, or the reward pays for length.",
            "Truncated completions that were on the right track; raise rollout.max_completion_length, or add an "
            "overlong or "
            "length reward. Where they earn more than the others, look at the part that pays them.",
            0.25, 0.001, 1, 1, true, false },
        { HealthSignal::ZeroVariance, "zero_variance", "Groups that teach nothing", "share of groups without variance",
            "All completions of a group have the same reward, so its advantages are 0: the problems are too easy, too "
            "hard, or the reward cannot tell answers apart.",
            "Groups with zero variance. Dynamic sampling, an order by success rate or another mix of problems helps.",
            0.5, 0.01, 1, 1, true, false },
        { HealthSignal::EntropyCollapse, "entropy_collapse", "Entropy collapses",
            "entropy, as a multiple of the first steps' mean",
            "The policy has become nearly deterministic and explores no more: learning rate or number of updates too "
            "high, upper clip too tight (DAPO's clip-higher), no entropy term.",
            "Whether the completions of a group still differ. Past this point more steps seldom help.", 0.2, 0.01, 0.9,
            2, false, true, "× start" },
        { HealthSignal::EntropyRise, "entropy_rise", "Entropy blows up",
            "entropy, as a multiple of the first steps' mean",
            "The policy drifts towards noise: step size too large, ratios without a bound, or advantages that reward "
            "unlikely tokens.",
            "Whether the newest completions are still language. Lower the learning rate or start again from an earlier "
            "checkpoint.",
            3, 1.1, 100, 2, false, false, "× start" },
        { HealthSignal::KlSpike, "kl_spike", "KL spikes", "KL, as a multiple of the median of the ten steps before",
            "One update moved the policy much further than those before it: an outlier batch, a large gradient, or a "
            "ratio that ran away on few tokens.",
            "The step of the spike: its gradient norm, its clipped share, and its longest completions.", 10, 2, 1000, 1,
            false, false, "× median" },
        { HealthSignal::AccuracyFall, "accuracy_fall", "Accuracy falls from its best",
            "training accuracy, as a multiple of its best stretch",
            "The policy forgets what it could: collapse after too large updates, or a reward that pays for something "
            "else. A harder level of a curriculum looks the same.",
            "The steps where it begins: entropy, length and gradient norm there. The checkpoint before it is worth "
            "keeping.",
            0.6, 0.05, 0.95, 2, false, true, "× best" },
        { HealthSignal::RewardWithoutHeldOut, "held_out_flat", "Reward up, held-out flat",
            "rise of the reward since the evaluation that it is held against",
            "The reward measures something other than the task, or training problems are memorised: reward hacking and "
            "overfitting both look like this.",
            "The best paid completions: those with no thought, more than one answer, the same template or another "
            "verdict "
            "today stand first. Re-scoring the run tells how many verdicts hold.",
            0.1, 0.01, 10, 2, false, false, "", true },
        { HealthSignal::DominantPart, "dominant_part", "One reward part dominates",
            "share of the weighted spread of rewards that is not correctness",
            "Advantages come from differences within a group; nearly all of them come from a part that is not about "
            "being right, so that is what is learned.",
            "The reward parts of a group side by side. Lower the weight of that part, or let it end with the schedule.",
            0.8, 0.1, 1, 1, true, false },
        { HealthSignal::LengthDrift, "length_drift", "Length without accuracy",
            "mean length, as a multiple of twenty steps before",
            "Responses grow and answers do not get better: the length bias of per-sequence means (Dr. GRPO), or a "
            "reward "
            "that likes length.",
            "The longest wrong completions: do they search, or only go on? Compare with loss types dapo and dr_grpo.",
            1.5, 1.05, 20, 2, false, false, "× before" },
        { HealthSignal::Repetition, "repetition", "Completions repeat", "share of 4-grams said before",
            "Loops: often together with truncation, at low entropy, or where length is rewarded.",
            "The completions with the most repetition; a repetition penalty among the rewards.", 0.6, 0.05, 1, 1, true,
            false },
        { HealthSignal::FormatOnly, "format_only", "Only the format is learned",
            "rise of the format reward since the first steps",
            "Format is the easier part, so it is learned first; when accuracy does not follow, answers are empty "
            "shells, "
            "or the task is too hard to find any right answer.",
            "Well-formed wrong completions: do they try to solve the problem?", 0.2, 0.02, 1, 2, false, false, "",
            true },
        { HealthSignal::SamplerGap, "sampler_gap", "Sampler and trainer disagree",
            "mean |log p of trainer − log p of sampler|",
            "The weights that sample are not the ones that train: low-precision rollouts, stale weights, or another "
            "temperature. Ratios then start wrong. Low precision is allowed fifty times the threshold.",
            "rollout.weights and algorithm.sampler_correction; with float32 it is a fault worth reporting.", 0.001,
            1e-6, 1, 6, false, false, "nats" },
        { HealthSignal::InfraErrors, "infra_errors", "Verdicts fail", "share of completions that could not be judged",
            "The verifier, the sandbox or a row of data failed, not the model. Such completions are left out of "
            "training.",
            "Completions with the verdict infra_error and their reason; `doctor` says the sandbox's state.", 0.05,
            0.001, 1, 1, true, false },
        { HealthSignal::HeldOutLossRise, "held_out_loss", "Held-out loss rises",
            "held-out loss, as a multiple of its lowest value so far",
            "The training loss still falls while rows that were held out become less likely: the run learns its rows "
            "by heart. Too many epochs, a learning rate too high, or too few rows for what is trained.",
            "The checkpoint at the lowest held-out loss: it is mostly the one to keep. Fewer epochs, a lower learning "
            "rate, an adapter, or more rows.",
            1.05, 1.001, 10, 3, false, false, "× lowest" },
        { HealthSignal::LossSpike, "loss_spike", "Loss spikes",
            "loss, or a fifth of the gradient norm, as a multiple of the median of the ten steps before",
            "One batch was far from those before it: odd or broken rows, a learning rate too high, or a warm-up too "
            "short. A spike after which the loss stays high has cost what was learned.",
            "Whether the loss comes back within a few steps, and the rows of that batch. Lower the learning rate, warm "
            "up longer, or clip the gradient harder (optimizer.max_grad_norm).",
            2, 1.1, 100, 2, false, false, "× median" },
        { HealthSignal::ChosenFalls, "chosen_falls", "Chosen falls with rejected",
            "log-probability of the chosen completions, as a multiple of the first steps' mean",
            "The margin grows because both completions become less likely and the rejected one faster (likelihood "
            "displacement): the policy runs from both, and what it writes instead nobody has chosen. A low β, or pairs "
            "that are much alike, lead there.",
            "Log-probability and Implicit rewards among the charts, and what the policy writes now. Raise "
            "preference.beta, lower the learning rate, or take a loss that holds the chosen one up (apo_zero, cpo, "
            "orpo).",
            1.1, 1.01, 10, 2, false, false, "× start" },
    };
    return all;
}

const std::vector<std::string>& signalMetrics()
{
    static const std::vector<std::string> all { "reward", "accuracy", "entropy", "kl", "policy/approxkl",
        "frac_reward_zero_std", "groups/all_correct", "groups/all_wrong", "completions/clipped_ratio",
        "completions/mean_length", "completions/infra_error_share", "completions/unjudged_share", "rewards/format/mean",
        "sampling/sampling_logp_difference/mean", "loss", "grad_norm", "eval_loss", "eval_samples", "rewards/margins",
        "logps/chosen" };
    return all;
}

bool signalApplies(HealthSignal signal, const std::string& kind)
{
    if (kind.empty())
        return true;
    const Stage stage = stageOf(kind);
    switch (signal) {
    case HealthSignal::ZeroVariance:
    case HealthSignal::RewardWithoutHeldOut:
    case HealthSignal::DominantPart: // about rewards that train
        return stage == Stage::Online;
    case HealthSignal::KlSpike:
        return stage == Stage::Online || kind == "kto";
    case HealthSignal::Repetition: // of examples, too
        return stage != Stage::RewardModel;
    case HealthSignal::HeldOutLossRise:
        return stage != Stage::Online && stage != Stage::Distillation;
    case HealthSignal::LossSpike: // that of a clipped surrogate says nothing
        return stage != Stage::Online;
    case HealthSignal::ChosenFalls:
        return stage == Stage::Preference;
    default: // about completions of every step
        return stage == Stage::Online || stage == Stage::Distillation;
    }
}

std::vector<double> defaultThresholds()
{
    std::vector<double> all;
    for (const SignalInfo& info : signalInfos())
        all.push_back(info.threshold);
    return all;
}

std::vector<SignalState> evaluateSignals(const SignalData& data, const std::vector<double>& thresholds)
{
    std::vector<SignalState> states;
    for (const SignalInfo& info : signalInfos()) {
        SignalState state;
        if (!signalApplies(info.signal, data.kind)) {
            state.state = SignalState::NotOfKind;
            state.value = NAN;
            state.threshold = thresholds[states.size()];
            state.numbers = "Not of this kind of run: it records nothing that the signal is about.";
            states.push_back(std::move(state));
            continue;
        }
        SignalValues found = signalValues(info.signal, data, thresholds[states.size()]);
        state.threshold = found.threshold;
        state.wait = found.wait;
        state.value = found.points.empty() ? NAN : found.points.back().value;
        state.values.reserve(found.points.size());
        // Stretches of raised steps; the newest one counts.
        bool open = false;
        double extreme = 0;
        for (const SignalValues::Point& point : found.points) {
            state.values.push_back({ point.step, point.value });
            if (point.raised && !open) {
                state.since = point.step;
                state.worst = -1;
            }
            open = point.raised;
            if (!open)
                continue;
            state.until = point.step;
            if (state.worst < 0 || (info.below ? point.value < extreme : point.value > extreme)) {
                state.worst = point.step;
                extreme = point.value;
            }
        }
        if (!found.points.empty()) {
            state.state = open ? SignalState::Raised : SignalState::Quiet;
            if (state.worst < 0)
                state.worst = found.points.back().step;
        }
        state.values = thinned(state.values, kMostValues, { state.since, state.until, state.worst });
        state.numbers = std::move(found.numbers);
        states.push_back(std::move(state));
    }
    return states;
}

} // namespace aha
