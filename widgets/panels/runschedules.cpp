#include "widgets/panels/runschedules.h"

#include "core/config/batch_arithmetic.h"
#include "core/config/learning_rate.h"
#include "core/config/weight_schedule.h"
#include "widgets/language/shownnumber.h"
#include "widgets/language/translation.h"
#include "widgets/models/tracelistmodel.h"

#include <algorithm>

namespace aha {

namespace {

constexpr size_t kMostKnots = 12; // that a sentence names
constexpr qint64 kMostCycles = 40; // whose beginnings are marked

QString number(double value) { return shortNumber(value, 4); }

QString weightWords(const WeightCurve& curve, qint64 last)
{
    const auto& points = curve.points;
    QStringList parts;
    if (points.size() == 1)
        parts << tr("%1 at every step").arg(number(points[0].second));
    else if (points[0].first > 0)
        parts << tr("%1 until step %2").arg(number(points[0].second)).arg(points[0].first);
    else
        parts << tr("%1 at step %2").arg(number(points[0].second)).arg(points[0].first);
    for (size_t i = 1; i < std::min(points.size(), kMostKnots); ++i) {
        const auto& [step, weight] = points[i];
        parts << (weight == points[i - 1].second ? tr("then %1 until step %2") : tr("then linearly to %1 at step %2"))
                     .arg(number(weight))
                     .arg(step);
    }
    if (points.size() > kMostKnots)
        parts << tr("then over %1 more points to %2 at step %3")
                     .arg(points.size() - kMostKnots)
                     .arg(number(points.back().second))
                     .arg(points.back().first);
    if (points.size() > 1 && points.back().first < last)
        parts << tr("which stays");
    QString words = tr("%1.").arg(parts.join(tr(", ")));
    if (points.back().first > last && points.size() > 1)
        words += tr(" The run ends before that: at step %1 it is %2.").arg(last).arg(number(curve.at(last)));
    return words;
}

/// The update, from 1, at which the rate has risen to its peak.
qint64 warmEnd(const OptimizerConfig& o)
{
    return o.warmupSteps + (o.schedule != "cosine_warmup_with_min_lr"); // which is one earlier than the others
}

/// The first update, from 1, of the decay of warmup_stable_decay.
qint64 decayBegin(const OptimizerConfig& o, qint64 total)
{
    return std::max<qint64>(total - o.decaySteps, o.warmupSteps) + 1;
}

QString fallWords(const OptimizerConfig& o)
{
    const std::string& shape = o.schedule == "warmup_stable_decay" ? o.decayShape : o.schedule;
    if (shape == "cosine_with_restarts")
        return tr("then along %1 cosines, each from the peak,").arg(o.cycles);
    if (shape.rfind("cosine", 0) == 0)
        return tr("then along a cosine");
    if (shape == "1-sqrt")
        return tr("then as 1 − √ of the way");
    if (shape == "inverse_sqrt")
        return tr("then with the inverse square root of the updates");
    if (shape == "polynomial")
        return tr("then with what is left to the power of %1").arg(number(o.power));
    return tr("then linearly");
}

/// `at`: the rate at an update, from 1.
QString rateWords(const OptimizerConfig& o, qint64 total, const std::function<double(qint64)>& at)
{
    QStringList parts { tr("%1 at update 1").arg(number(at(1))) };
    if (o.warmupSteps >= total)
        return parts[0]
            + tr(", then up to %1 at update %2: the run ends while the rate warms up.")
                  .arg(number(at(total)))
                  .arg(total);
    if (o.warmupSteps > 0)
        parts << tr("up to %1 at update %2").arg(number(at(warmEnd(o)))).arg(warmEnd(o));
    if (o.schedule == "warmup_stable_decay" && decayBegin(o, total) <= total)
        parts << tr("unchanged until update %1").arg(decayBegin(o, total));
    parts << (o.schedule == "constant_with_warmup"
            ? tr("which stays")
            : tr("%1 to %2 at update %3").arg(fallWords(o), number(at(total))).arg(total));
    return tr("%1.").arg(parts.join(tr(", ")));
}

} // namespace

RunSchedule weightSchedules(const RunConfig& config)
{
    RunSchedule made;
    const auto curves = parseWeightSchedule(config.rewards.weightSchedule);
    if (!curves)
        return made;
    const qint64 last = config.general.maxSteps;
    made.axis = { 0, last, tr("steps"), [](qint64 step) { return tr("step %1").arg(step); } };
    for (const WeightCurve& curve : *curves) {
        QVector<qint64> knots;
        for (const auto& point : curve.points)
            knots << point.first;
        const QString name = rewardPartName(QString::fromLatin1(curve.part.name));
        made.lines << ScheduleLine { name, [curve](qint64 step) { return curve.at(step); }, knots,
            name + tr(": ") + weightWords(curve, last) };
    }
    return made;
}

RunSchedule learningRateSchedule(const RunConfig& config)
{
    RunSchedule made;
    const OptimizerConfig& o = config.optimizer;
    const qint64 total = updatesOfRun(config);
    if (o.schedule == "constant" || total < 1)
        return made;
    const qint64 perStep = std::max<qint64>(1, total / std::max<qint64>(1, config.general.maxSteps));
    made.axis = { 1, total, perStep > 1 ? tr("updates") : tr("steps"), [perStep](qint64 update) {
                     return perStep > 1 ? tr("update %1 (step %2)").arg(update).arg((update + perStep - 1) / perStep)
                                        : tr("step %1").arg(update);
                 } };
    QVector<qint64> knots;
    if (o.warmupSteps > 0)
        knots << warmEnd(o);
    if (o.schedule == "warmup_stable_decay" && decayBegin(o, total) > warmEnd(o))
        knots << decayBegin(o, total);
    if (o.schedule == "cosine_with_restarts" && o.cycles <= kMostCycles)
        for (int64_t cycle = 1; cycle < o.cycles; ++cycle) // the first update of each
            knots << o.warmupSteps + 1 + (cycle * (total - o.warmupSteps) + o.cycles - 1) / o.cycles;
    const auto at = [o, total](qint64 update) { return learningRate(o, update - 1, total); };
    const QString name = tr("learning rate");
    made.lines << ScheduleLine { name, at, knots, name + tr(": ") + rateWords(o, total, at) };
    return made;
}

} // namespace aha
