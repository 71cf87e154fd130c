#include "widgets/models/heatsource.h"

#include "core/store/series_reader.h"
#include "widgets/models/worker.h"

#include <algorithm>
#include <cmath>

namespace aha {

namespace {

constexpr int kColumns = 200, kRows = 40;

QString keyOf(const QString& folder, const QString& quantity) { return quantity + QLatin1Char('\n') + folder; }

} // namespace

HeatSource::HeatSource(QObject* parent)
    : QObject(parent)
    , m_worker(std::make_unique<Worker>())
{
}

HeatSource::~HeatSource() = default;

const HeatSource::Map* HeatSource::map(const QString& folder, const QString& quantity) const
{
    const auto found = m_jobs.constFind(keyOf(folder, quantity));
    return found != m_jobs.cend() && found->counted ? &found->map : nullptr;
}

void HeatSource::forget()
{
    for (Job& job : m_jobs)
        job.counted = false;
}

HeatSource::Map HeatSource::count(
    const QString& folder, const QString& quantity, const MetricExpression::Series& places)
{
    using Quantity = SeriesReader::Quantity;
    const Quantity wanted = quantity == QLatin1String("reward") ? Quantity::Reward
        : quantity == QLatin1String("advantage")                ? Quantity::Advantage
        : quantity == QLatin1String("reflections")              ? Quantity::Reflections
                                                                : Quantity::Tokens;
    Map made;
    const auto reader = SeriesReader::open(folder.toStdString());
    if (!reader)
        return made;
    auto read = (*reader)->ofCompletions(wanted);
    if (!read)
        return made;
    std::vector<double>& x = read->steps;
    if (!places.steps.isEmpty()) {
        qsizetype at = 0;
        for (double& step : x) { // both ascend
            while (at < places.steps.size() && places.steps[at] < step)
                ++at;
            step = at < places.steps.size() && places.steps[at] == step ? places.values[at] : NAN;
        }
        if (!std::is_sorted(x.begin(), x.end(), [](double a, double b) { return a < b; }))
            return made; // an x axis that goes back and forth has no columns
    }
    made.completions = qint64(x.size());
    made.histogram = stepHistogram(x, read->values, kColumns, kRows);
    if (!places.steps.isEmpty() && made.histogram.columns > 0)
        spreadColumns(made.histogram);
    double sum = 0;
    qint64 n = 0;
    for (size_t i = 0; i < x.size(); ++i) {
        if (std::isfinite(x[i]) && std::isfinite(read->values[i])) {
            sum += read->values[i];
            ++n;
        }
        if (n > 0 && (i + 1 == x.size() || x[i + 1] != x[i])) {
            made.mean.steps << x[i];
            made.mean.values << sum / double(n);
            sum = 0;
            n = 0;
        }
    }
    return made;
}

void HeatSource::request(const QString& folder, const QString& quantity, const MetricExpression::Series& places)
{
    Job& job = m_jobs[keyOf(folder, quantity)];
    job.places = places;
    if (job.running)
        job.again = true;
    else
        start(folder, quantity);
}

void HeatSource::start(const QString& folder, const QString& quantity)
{
    Job& job = m_jobs[keyOf(folder, quantity)];
    job.running = true;
    job.again = false;
    m_worker->post([this, folder, quantity, places = job.places] {
        auto made = std::make_shared<Map>(count(folder, quantity, places));
        QMetaObject::invokeMethod(
            this,
            [this, folder, quantity, made] {
                Job& done = m_jobs[keyOf(folder, quantity)];
                done.map = *made;
                done.counted = true;
                done.running = false;
                if (done.again)
                    start(folder, quantity);
                Q_EMIT ready(folder, quantity);
            },
            Qt::QueuedConnection);
    });
}

} // namespace aha
