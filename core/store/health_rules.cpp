#include "core/store/health_rules.h"

#include "core/store/health_series.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace aha {

namespace {

/// Means of the window, of which the first and the last share no step: fewer would be held against themselves.
constexpr size_t kLeastCompared = kSignalWindow + 1;
constexpr int kLookBack = 20; // steps over which length is compared
constexpr double kKlFloor = 0.02, kLossFloor = 0.1; // nats: multiples of nothing are no spikes
constexpr double kGradientFactor = 5; // gradient norms differ more from batch to batch than losses
constexpr double kFlatAccuracy = 0.02; // a rise below this is none
constexpr double kLowPrecisionFactor = 50;

using Point = SignalValues::Point;

std::string number(double value, int digits)
{
    char text[64];
    std::snprintf(text, sizeof text, "%.*f", digits, value);
    return text;
}
std::string percent(double share) { return number(100 * share, 1) + " %"; }
std::string figure(double value)
{
    char text[64];
    std::snprintf(text, sizeof text, "%.3g", value);
    std::string shown;
    for (const char* c = text; *c; ++c) // a true minus, as pointsText has it
        shown += *c == '-' ? std::string("−") : std::string(1, *c);
    return shown;
}

std::string nText(double perStep, int64_t step)
{
    return ", n = " + std::to_string(int64_t(std::llround(perStep * kSignalWindow))) + " completions up to step "
        + std::to_string(step);
}

SignalValues unknown(const std::string& why) { return { {}, NAN, why, {} }; }
SignalValues awaited(const SignalWait& wait)
{
    return { {}, NAN,
        "So far " + std::to_string(wait.recorded) + " of the " + std::to_string(wait.needed)
            + (wait.evaluations ? " held-out evaluations that are needed." : " steps that are needed."),
        wait };
}
/// The first of the metrics that the run does not record, else how long the shortest of them is.
SignalValues lacking(const SignalData& data, const std::vector<std::string>& metrics, int needed = kSignalWindow)
{
    int64_t recorded = INT64_MAX;
    for (const std::string& metric : metrics) {
        const Series points = seriesOf(data, metric);
        if (points.empty() && hasSteps(data))
            return unknown("Not recorded: " + metric + " is missing.");
        recorded = std::min(recorded, int64_t(points.size()));
    }
    return awaited({ recorded, needed });
}

/// A mean over the window against the threshold.
SignalValues simple(const Series& means, double threshold, const std::string& what)
{
    SignalValues found { {}, threshold, what };
    for (const SeriesPoint& p : means)
        found.points.push_back({ p.step, p.value, p.value >= threshold });
    return found;
}

/// What being cut off cost in the steps of the window up to `step`, as measured; "" where nothing says it.
std::string cutOffText(const SignalData& data, int64_t step)
{
    CutOff sum;
    int steps = 0;
    for (auto it = data.cutOff.rbegin(); it != data.cutOff.rend() && steps < kSignalWindow; ++it)
        if (it->step <= step) {
            sum.cut += it->cut;
            sum.ended += it->ended;
            sum.cutReward += it->cutReward;
            sum.endedReward += it->endedReward;
            ++steps;
        }
    if (sum.cut == 0)
        return {};
    const double cut = sum.cutReward / sum.cut, ended = sum.ended > 0 ? sum.endedReward / sum.ended : NAN;
    const std::string those = " Those cut off earned " + number(cut, 2) + " on average (n = " + std::to_string(sum.cut);
    if (sum.ended == 0)
        return those + "); none ended by itself.";
    return those + "), those that ended by themselves " + number(ended, 2) + " (n = " + std::to_string(sum.ended)
        + (cut < ended ? "): being cut off costs reward." : "): being cut off costs no reward.");
}

SignalValues truncation(const SignalData& data, double threshold)
{
    const Series means = windowed(seriesOf(data, "completions/clipped_ratio"));
    if (means.empty())
        return lacking(data, { "completions/clipped_ratio" });
    return simple(means, threshold,
        percent(means.back().value) + " of the completions were cut off"
            + nText(data.completionsPerStep, means.back().step) + "." + cutOffText(data, means.back().step));
}

SignalValues zeroVariance(const SignalData& data, double threshold)
{
    const Series means = windowed(seriesOf(data, "frac_reward_zero_std"));
    if (means.empty())
        return lacking(data, { "frac_reward_zero_std" });
    const int64_t step = means.back().step;
    const double right = valueAt(windowed(seriesOf(data, "groups/all_correct")), step),
                 wrong = valueAt(windowed(seriesOf(data, "groups/all_wrong")), step);
    std::string text = percent(means.back().value) + " of the groups have one reward for all";
    if (valueAt(windowed(seriesOf(data, "completions/unjudged_share")), step) >= 1)
        text += "; no answer was judged, so none is right or wrong";
    else if (std::isfinite(right) && std::isfinite(wrong))
        text += "; of all groups " + percent(right) + " have only right answers and " + percent(wrong)
            + " only wrong ones, which another part of the reward may tell apart";
    return simple(means, threshold, text + nText(data.completionsPerStep, step) + ".");
}

SignalValues entropy(const SignalData& data, double threshold, bool collapse)
{
    const Series means = windowed(seriesOf(data, "entropy"));
    if (means.size() < kLeastCompared)
        return lacking(data, { "entropy" }, 2 * kSignalWindow);
    if (!(means.front().value > 0))
        return unknown("The entropy of the first steps is 0, so there is nothing to hold the later ones against.");
    SignalValues found { {}, threshold, {} };
    for (const SeriesPoint& p : means) {
        const double share = p.value / means.front().value;
        found.points.push_back({ p.step, share, collapse ? share <= threshold : share >= threshold });
    }
    found.numbers = "Entropy is " + figure(means.back().value) + " nats, in the first steps it was "
        + figure(means.front().value) + nText(data.completionsPerStep, means.back().step) + ".";
    return found;
}

SignalValues klSpike(const SignalData& data, double threshold)
{
    Series points = seriesOf(data, "kl");
    std::string name = "KL to the reference";
    if (points.empty()) {
        points = seriesOf(data, "policy/approxkl");
        name = "KL of the updates";
    }
    if (points.empty() && hasSteps(data))
        return unknown("Not recorded: there is no kl (beta is 0) and no policy/approxkl.");
    if (points.size() <= size_t(kSpikeBefore))
        return awaited({ int64_t(points.size()), kSpikeBefore + 1 });
    SignalValues found { {}, threshold, {} };
    int64_t spike = -1;
    double height = 0;
    for (size_t i = kSpikeBefore; i < points.size(); ++i) {
        const double times = points[i].value / std::max(medianBefore(points, i), kKlFloor / threshold);
        if (times >= threshold && points[i].value >= kKlFloor) {
            spike = points[i].step;
            height = points[i].value;
        }
        // It stays raised for a while: a spike is over before anybody looks.
        found.points.push_back({ points[i].step, times, spike >= 0 && points[i].step - spike < kSpikeBefore });
    }
    found.numbers = name + " is " + figure(points.back().value) + " nats at step " + std::to_string(points.back().step)
        + (spike >= 0 ? "; the last spike was " + figure(height) + " at step " + std::to_string(spike) : "")
        + ", n = " + std::to_string(int64_t(data.completionsPerStep)) + " completions a step.";
    return found;
}

std::string updateText(const SignalData& data)
{
    return data.examplesPerUpdate > 0 ? " n = " + std::to_string(data.examplesPerUpdate) + " examples an update." : "";
}

SignalValues lossSpike(const SignalData& data, double threshold)
{
    const Series loss = seriesOf(data, "loss"), gradient = seriesOf(data, "grad_norm");
    if (loss.size() <= size_t(kSpikeBefore))
        return lacking(data, { "loss" }, kSpikeBefore + 1);
    std::map<int64_t, double> most; // by step
    const auto note = [&](const Series& points, double floor, double factor) {
        for (size_t i = kSpikeBefore; i < points.size(); ++i) {
            double& times = most[points[i].step];
            const double median = medianBefore(points, i); // of a loss that may be negative it is no measure
            if (median > 0 && points[i].value >= floor)
                times = std::max(times, points[i].value / factor / std::max(median, floor / threshold));
        }
    };
    note(loss, kLossFloor, 1);
    note(gradient, 0, kGradientFactor);
    SignalValues found { {}, threshold, {} };
    int64_t spike = -1;
    for (const auto& [step, times] : most) {
        if (times >= threshold)
            spike = step;
        found.points.push_back({ step, times, spike >= 0 && step - spike < kSpikeBefore });
    }
    const auto at = [&](int64_t step) {
        return figure(valueAt(loss, step)) + " at step " + std::to_string(step) + ", with a gradient norm of "
            + figure(valueAt(gradient, step));
    };
    found.numbers = "The loss is " + at(loss.back().step)
        + (spike >= 0 ? "; at the last spike it was " + at(spike) : "") + "." + updateText(data);
    return found;
}

/// Overfitting: held-out rows become less likely while those that train become likelier. Where both rise, the run comes
/// apart, which is another matter.
SignalValues heldOutLossRise(const SignalData& data, double threshold)
{
    const Series held = seriesOf(data, "eval_loss"), training = windowed(seriesOf(data, "loss"));
    if (training.empty())
        return lacking(data, { "loss" });
    if (held.empty())
        return unknown("Needs five steps and the loss on held-out rows at two of them (data.eval_percent, "
                       "eval.every_steps).");
    if (held.size() < 2)
        return awaited({ int64_t(held.size()), 2, true });
    if (std::any_of(held.begin(), held.end(), [](const SeriesPoint& p) { return p.value <= 0; }))
        return unknown("This loss falls below 0, so there are no multiples of it.");
    const auto trainingAt = [&](int64_t step) { // before the fifth step, the mean of the first five
        return valueAt(training, std::max(step, training.front().step));
    };
    SignalValues found { {}, threshold, {} };
    SeriesPoint lowest = held.front();
    for (const SeriesPoint& p : held) {
        if (p.value < lowest.value)
            lowest = p;
        const double times = p.value / lowest.value;
        found.points.push_back({ p.step, times, times >= threshold && trainingAt(p.step) < trainingAt(lowest.step) });
    }
    const SeriesPoint& now = held.back();
    const double n = valueAt(seriesOf(data, "eval_samples"), now.step);
    found.numbers = "Held-out loss is " + figure(now.value) + " at step " + std::to_string(now.step)
        + ", its lowest was " + figure(lowest.value) + " at step " + std::to_string(lowest.step)
        + "; between the two the training loss went from " + figure(trainingAt(lowest.step)) + " to "
        + figure(trainingAt(now.step)) + "."
        + (n > 0 ? " n = " + std::to_string(std::llround(n)) + " held-out examples." : "");
    return found;
}

SignalValues chosenFalls(const SignalData& data, double threshold)
{
    const Series chosen = windowed(seriesOf(data, "logps/chosen")),
                 margins = windowed(seriesOf(data, "rewards/margins"));
    if (chosen.size() < kLeastCompared || margins.size() < kLeastCompared)
        return lacking(data, { "logps/chosen", "rewards/margins" }, 2 * kSignalWindow);
    if (!(chosen.front().value < 0))
        return unknown("The chosen completions were certain from the start, so they cannot be held against it.");
    SignalValues found { {}, threshold, {} };
    for (const SeriesPoint& p : chosen) {
        const double times = p.value / chosen.front().value, gain = valueAt(margins, p.step) - margins.front().value;
        found.points.push_back({ p.step, times, times >= threshold && gain > 0 });
    }
    found.numbers = "The log-probability of the chosen completions went from " + figure(chosen.front().value) + " to "
        + figure(chosen.back().value) + " nats up to step " + std::to_string(chosen.back().step)
        + ", the margin of the implicit rewards from " + figure(margins.front().value) + " to "
        + figure(margins.back().value) + "." + updateText(data);
    return found;
}

SignalValues accuracyFall(const SignalData& data, double threshold)
{
    const Series means = windowed(seriesOf(data, "accuracy"));
    if (means.size() < kLeastCompared)
        return lacking(data, { "accuracy" }, 2 * kSignalWindow);
    SignalValues found { {}, threshold, {} };
    double best = 0;
    int64_t at = means.front().step;
    for (const SeriesPoint& p : means) {
        if (p.value > best) {
            best = p.value;
            at = p.step;
        }
        // Below a few percent a share of the best is noise.
        const double share = best > 0 ? p.value / best : 1;
        found.points.push_back({ p.step, share, best >= 0.05 && share <= threshold });
    }
    found.numbers = "Training accuracy is " + percent(means.back().value) + ", its best was " + percent(best)
        + " at step " + std::to_string(at) + nText(data.completionsPerStep, means.back().step) + ".";
    return found;
}

/// The rise of pass@1 from `a` to `b` with its 95 % interval: paired, as Compare has it, where both asked the same
/// problems.
struct HeldOutRise {
    double rise, low, high;
    int problems;
    bool paired;
};
HeldOutRise heldOutRise(const SignalData& data, const EvaluationRow& a, const EvaluationRow& b)
{
    if (const auto found = data.paired.find({ a.id, b.id }); found != data.paired.end())
        return { found->second.difference, found->second.low, found->second.high, found->second.problems, true };
    const double rise = b.pass1 - a.pass1,
                 half = std::hypot((a.pass1High - a.pass1Low) / 2, (b.pass1High - b.pass1Low) / 2);
    return { rise, rise - half, rise + half, b.problems, false };
}

/// Mean rewards at the steps of evaluations; before the first of them, that one.
class RewardAt {
public:
    explicit RewardAt(const SignalData& data)
        : m_means(windowed(seriesOf(data, "reward")))
    {
    }
    bool isShort() const { return m_means.size() < kLeastCompared; }
    double rise(const EvaluationRow& a, const EvaluationRow& b) const { return at(b.step).value - at(a.step).value; }
    /// What the rise was taken from: one reads other values in the chart of single steps.
    std::string means(const EvaluationRow& a, const EvaluationRow& b) const
    {
        const auto text
            = [](const SeriesPoint& mean) { return figure(mean.value) + " up to step " + std::to_string(mean.step); };
        return " The reward's change is that of its mean over " + std::to_string(kSignalWindow)
            + " steps: " + text(at(a.step)) + ", " + text(at(b.step)) + ".";
    }

private:
    const SeriesPoint& at(int64_t step) const
    {
        const auto after = std::upper_bound(
            m_means.begin(), m_means.end(), step, [](int64_t s, const SeriesPoint& p) { return s < p.step; });
        return after == m_means.begin() ? m_means.front() : *(after - 1);
    }
    Series m_means;
};

/// What the two ends do not tell: a held-out pass@1 that was higher than both between them; "" without.
std::string peakText(const std::vector<EvaluationRow>& evaluations, size_t from, size_t to)
{
    const auto peak = std::max_element(evaluations.begin() + ptrdiff_t(from), evaluations.begin() + ptrdiff_t(to) + 1,
        [](const EvaluationRow& a, const EvaluationRow& b) { return a.pass1 < b.pass1; });
    if (peak->pass1 <= std::max(evaluations[from].pass1, evaluations[to].pass1))
        return {};
    return " In between, held-out pass@1 was at its highest at step " + std::to_string(peak->step) + " with "
        + percent(peak->pass1) + ".";
}

/// The reward rose by at least the threshold, while held-out pass@1 did not measurably rise, and surely by less than
/// half of that. A reward may be of any scale and pass@1 cannot rise by more than 1: the two are held against each
/// other only up to there, and a held-out rise beyond chance is one, however small beside the reward's. An evaluation
/// raises the signal at its own step, never at that of the one it is held against.
SignalValues rewardWithoutHeldOut(const SignalData& data, double threshold)
{
    const RewardAt reward(data);
    const auto& evaluations = data.evaluations;
    if (reward.isShort())
        return lacking(data, { "reward" }, 2 * kSignalWindow);
    if (evaluations.empty())
        return unknown("Needs a reward and two held-out evaluations (eval.every_steps).");
    if (evaluations.size() < 2)
        return awaited({ 1, 2, true });
    SignalValues found { {}, threshold, {} };
    for (size_t k = 1; k < evaluations.size(); ++k) {
        Point point { evaluations[k].step, 0, false };
        std::string text;
        for (const size_t j : heldAgainst(k)) {
            const EvaluationRow &a = evaluations[j], &b = evaluations[k];
            const double rise = reward.rise(a, b);
            const HeldOutRise held = heldOutRise(data, a, b);
            const bool raised = rise >= threshold && held.low <= 0 && held.high < std::min(rise, 1.0) / 2;
            if (text.empty() || (raised && !point.raised) || (raised == point.raised && rise > point.value)) {
                point = { b.step, rise, raised };
                text = "From step " + std::to_string(a.step) + " to " + std::to_string(b.step)
                    + " the reward changed by " + figure(rise) + ", held-out pass@1 by " + pointsText(held.rise)
                    + " points (95 %: " + pointsText(held.low) + " to " + pointsText(held.high)
                    + (held.paired ? ", paired bootstrap" : ", unpaired") + "), n = " + std::to_string(held.problems)
                    + " problems." + reward.means(a, b) + peakText(evaluations, j, k);
            }
        }
        found.points.push_back(point);
        found.numbers = text;
    }
    return found;
}

bool aboutCorrectness(const std::string& part)
{
    for (const char* name : { "accuracy", "boxed", "tiny_zero", "logic_rl", "code", "cosine" })
        if (part == name)
            return true;
    return false;
}

SignalValues dominantPart(const SignalData& data, double threshold)
{
    struct Spread {
        std::string name;
        Series points, weights; ///< weights: where it moved
        double weight;
        double weightAt(int64_t step) const
        {
            const double then = valueAt(weights, step);
            return std::abs(std::isfinite(then) ? then : weight);
        }
    };
    std::vector<Spread> parts; // those with a window: one that began a moment ago does not silence the others
    bool correctness = false, hopeful = false;
    int known = 0;
    int64_t recorded = INT64_MAX;
    for (const auto& [name, weight] : data.weights) {
        const Series spreads = seriesOf(data, "rewards/" + name + "/std");
        Series weights = seriesOf(data, "rewards/" + name + "/weight");
        if ((spreads.empty() && hasSteps(data)) || (weight == 0 && weights.empty()))
            continue;
        ++known;
        hopeful = hopeful || aboutCorrectness(name);
        if (Series means = windowed(spreads); !means.empty()) {
            correctness = correctness || aboutCorrectness(name);
            parts.push_back({ name, std::move(means), std::move(weights), weight });
        } else {
            recorded = std::min(recorded, int64_t(spreads.size()));
        }
    }
    if (data.weights.empty())
        return unknown("No reward part has a weight, or the run's configuration cannot be read.");
    if (known < 2 || !hopeful)
        return unknown("Needs at least two reward parts with a weight, one of them about being right.");
    if (parts.size() < 2 || !correctness)
        return awaited({ recorded, kSignalWindow });
    SignalValues found { {}, threshold, {} };
    for (const SeriesPoint& at : parts.front().points) {
        double all = 0, most = 0;
        const Spread* first = nullptr;
        for (const Spread& part : parts) {
            const double spread = part.weightAt(at.step) * valueAt(part.points, at.step);
            if (!std::isfinite(spread))
                continue;
            all += spread;
            if (!aboutCorrectness(part.name) && spread > most) {
                most = spread;
                first = &part;
            }
        }
        const double share = all > 0 ? most / all : 0;
        found.points.push_back({ at.step, share, share >= threshold });
        found.numbers = !first ? "Only correctness makes rewards differ" + nText(data.completionsPerStep, at.step) + "."
                               : percent(share) + " of the weighted spread of rewards comes from " + first->name
                + nText(data.completionsPerStep, at.step) + ".";
    }
    return found;
}

SignalValues lengthDrift(const SignalData& data, double threshold)
{
    const Series lengths = windowed(seriesOf(data, "completions/mean_length")),
                 accuracy = windowed(seriesOf(data, "accuracy"));
    if (lengths.size() < kLeastCompared || accuracy.size() < kLeastCompared)
        return lacking(data, { "completions/mean_length", "accuracy" }, 2 * kSignalWindow);
    SignalValues found { {}, threshold, {} };
    for (size_t i = 0; i < lengths.size(); ++i) {
        const SeriesPoint& before = lengths[i >= size_t(kLookBack) ? i - kLookBack : 0];
        const double times = lengths[i].value / std::max(before.value, 1e-9);
        const double gain = valueAt(accuracy, lengths[i].step) - valueAt(accuracy, before.step);
        found.points.push_back({ lengths[i].step, times, times >= threshold && gain < kFlatAccuracy });
        found.numbers = "Mean length went from " + number(before.value, 1) + " to " + number(lengths[i].value, 1)
            + " tokens since step " + std::to_string(before.step) + ", training accuracy changed by " + pointsText(gain)
            + " points" + nText(data.completionsPerStep, lengths[i].step) + ".";
    }
    return found;
}

SignalValues repetition(const SignalData& data, double threshold)
{
    const Series shares = seriesOf(data, kRepetitionSeries), means = windowed(shares);
    if (shares.empty() && hasSteps(data))
        return unknown("No completions of training steps are stored.");
    if (means.empty())
        return awaited({ int64_t(shares.size()), kSignalWindow });
    return simple(means, threshold,
        percent(means.back().value) + " of the 4-grams of words were said before in their completion"
            + nText(data.repetitionPerStep, means.back().step) + " (a sample of each step).");
}

SignalValues formatOnly(const SignalData& data, double threshold)
{
    const Series format = windowed(seriesOf(data, "rewards/format/mean")),
                 accuracy = windowed(seriesOf(data, "accuracy"));
    if (format.size() < kLeastCompared || accuracy.size() < kLeastCompared)
        return lacking(data, { "rewards/format/mean", "accuracy" }, 2 * kSignalWindow);
    SignalValues found { {}, threshold, {} };
    for (const SeriesPoint& p : format) {
        const double rise = p.value - format.front().value, gain = valueAt(accuracy, p.step) - accuracy.front().value;
        found.points.push_back({ p.step, rise, rise >= threshold && gain < kFlatAccuracy });
        found.numbers = "Format went from " + percent(format.front().value) + " to " + percent(p.value)
            + ", training accuracy changed by " + pointsText(gain) + " points" + nText(data.completionsPerStep, p.step)
            + ".";
    }
    return found;
}

SignalValues samplerGap(const SignalData& data, double threshold)
{
    const Series means = windowed(seriesOf(data, "sampling/sampling_logp_difference/mean"));
    if (means.empty())
        return lacking(data, { "sampling/sampling_logp_difference/mean" });
    const double used = data.lowPrecisionRollouts ? kLowPrecisionFactor * threshold : threshold;
    return simple(means, used,
        "The mean difference is " + figure(means.back().value) + " nats a token"
            + (data.lowPrecisionRollouts ? " with rollouts in low precision" : "")
            + nText(data.completionsPerStep, means.back().step) + ".");
}

SignalValues infraErrors(const SignalData& data, double threshold)
{
    // Recorded only where there are any: a step without it has none.
    const Series recorded = seriesOf(data, "completions/infra_error_share"), steps = seriesOf(data, "reward");
    Series shares;
    auto next = recorded.begin();
    for (const SeriesPoint& p : steps) {
        while (next != recorded.end() && next->step < p.step)
            ++next;
        shares.push_back({ p.step, next != recorded.end() && next->step == p.step ? next->value : 0 });
    }
    const Series means = windowed(shares);
    if (means.empty())
        return lacking(data, { "reward" });
    return simple(means, threshold,
        percent(means.back().value) + " of the completions could not be judged"
            + nText(data.completionsPerStep, means.back().step) + ".");
}

} // namespace

std::vector<size_t> heldAgainst(size_t index)
{
    if (index == 0)
        return {};
    return index / 2 == 0 ? std::vector<size_t> { 0 } : std::vector<size_t> { 0, index / 2 };
}

std::vector<std::pair<size_t, size_t>> pairsAsked(const SignalData& data, double threshold)
{
    std::vector<std::pair<size_t, size_t>> asked;
    const RewardAt reward(data);
    if (reward.isShort())
        return asked;
    for (size_t k = 1; k < data.evaluations.size(); ++k)
        for (const size_t j : heldAgainst(k)) {
            const EvaluationRow &a = data.evaluations[j], &b = data.evaluations[k];
            const bool decides = reward.rise(a, b) >= threshold && b.pass1Low <= a.pass1High;
            if (decides || k + 1 == data.evaluations.size())
                asked.emplace_back(j, k);
        }
    return asked;
}

int signalReach(HealthSignal signal)
{
    return signal == HealthSignal::LengthDrift ? kLookBack + kSignalWindow : kSignalWindow;
}

SignalValues signalValues(HealthSignal signal, const SignalData& data, double threshold)
{
    switch (signal) {
    case HealthSignal::Truncation:
        return truncation(data, threshold);
    case HealthSignal::ZeroVariance:
        return zeroVariance(data, threshold);
    case HealthSignal::EntropyCollapse:
        return entropy(data, threshold, true);
    case HealthSignal::EntropyRise:
        return entropy(data, threshold, false);
    case HealthSignal::KlSpike:
        return klSpike(data, threshold);
    case HealthSignal::AccuracyFall:
        return accuracyFall(data, threshold);
    case HealthSignal::RewardWithoutHeldOut:
        return rewardWithoutHeldOut(data, threshold);
    case HealthSignal::DominantPart:
        return dominantPart(data, threshold);
    case HealthSignal::LengthDrift:
        return lengthDrift(data, threshold);
    case HealthSignal::Repetition:
        return repetition(data, threshold);
    case HealthSignal::FormatOnly:
        return formatOnly(data, threshold);
    case HealthSignal::SamplerGap:
        return samplerGap(data, threshold);
    case HealthSignal::InfraErrors:
        return infraErrors(data, threshold);
    case HealthSignal::HeldOutLossRise:
        return heldOutLossRise(data, threshold);
    case HealthSignal::LossSpike:
        return lossSpike(data, threshold);
    case HealthSignal::ChosenFalls:
        return chosenFalls(data, threshold);
    }
    return {};
}

} // namespace aha
