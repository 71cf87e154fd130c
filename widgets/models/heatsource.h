#pragma once
// How a quantity of completions is spread over a run, counted beside the window.

#include "core/base/step_histogram.h"
#include "widgets/models/metricexpression.h"

#include <QHash>
#include <QObject>

#include <memory>

namespace aha {

class Worker;

class HeatSource : public QObject {
    Q_OBJECT
public:
    struct Map {
        StepHistogram histogram;
        MetricExpression::Series mean; ///< at the places of the x axis
        qint64 completions = 0; ///< the n of the map
    };

    explicit HeatSource(QObject* parent = nullptr);
    ~HeatSource() override;

    /// Asks for tokens | reward | advantage | reflections of a run; ready() tells when there is more to see. `places`:
    /// where a step stands on the x axis; empty for at itself. While one is counted, the newest request waits.
    void request(const QString& folder, const QString& quantity, const MetricExpression::Series& places);
    /// What was counted last for it; nullptr for nothing yet.
    const Map* map(const QString& folder, const QString& quantity) const;
    /// What was counted stands in the wrong places: the x axis is another.
    void forget();
    /// Counts now. For files, not for a window.
    static Map count(const QString& folder, const QString& quantity, const MetricExpression::Series& places);

Q_SIGNALS:
    void ready(const QString& folder, const QString& quantity);

private:
    struct Job {
        bool running = false, again = false;
        MetricExpression::Series places;
        Map map;
        bool counted = false;
    };
    void start(const QString& folder, const QString& quantity);

    QHash<QString, Job> m_jobs; ///< by quantity and folder
    std::unique_ptr<Worker> m_worker;
};

} // namespace aha
