#pragma once
// The metrics of several runs, read beside the window: only those that somebody wants to see, and of a live run only
// what is new.

#include "core/base/result.h"
#include "core/store/rows.h"
#include "widgets/models/metricexpression.h"

#include <QHash>
#include <QObject>
#include <QSet>
#include <QStringList>

#include <memory>
#include <vector>

namespace aha {

class Worker;

class MetricSeries : public QObject {
    Q_OBJECT
public:
    using Series = MetricExpression::Series;
    /// The hours since the first step, under this name beside the metrics.
    static QString hoursName() { return QStringLiteral("@hours"); }

    struct Run {
        QString folder;
        bool read = false; ///< its rows below have been read once
        QString problem; ///< why it cannot be read; empty when it can
        QStringList recorded; ///< metrics with at least one number
        QHash<QString, Series> series;
        std::vector<EvaluationRow> evaluations;
        std::vector<MarkerRow> markers;
        std::vector<CheckpointRow> checkpoints;
        QString runId, configJson;
        QStringList unpaid; ///< reward parts that the configuration gives no weight: measured, but they pay nothing
        qint64 completions = 0;

        const Series* find(const QString& metric) const;
    };

    explicit MetricSeries(QObject* parent = nullptr);
    ~MetricSeries() override;

    /// Runs that stay keep what was read.
    void setRuns(const QStringList& folders);
    /// These metrics are read from now on, beside those wanted before.
    void want(const QStringList& metrics);
    /// Something was committed there.
    void refresh(const QString& folder);
    /// Everything that is wanted, read before this returns. For files, not for a window.
    void readNow();
    const std::vector<Run>& runs() const { return m_runs; }
    /// Is anything still on its way?
    bool busy() const;

Q_SIGNALS:
    /// One run has more than before.
    void changed();

private:
    struct Reader; ///< connections of one run; its worker alone uses them
    struct Request;
    struct Answer;
    struct Job {
        std::shared_ptr<Reader> reader;
        int worker = 0;
        bool running = false, again = false;
    };
    static Answer answer(const Request& request);
    Request requestFor(size_t run) const;
    void ask(size_t run);
    void take(const Answer& answer);

    std::vector<Run> m_runs;
    std::vector<Job> m_jobs; ///< one a run
    QStringList m_wanted;
    QSet<QString> m_wantedSet;
    int m_nextWorker = 0;
    std::vector<std::unique_ptr<Worker>> m_workers; ///< last: their jobs end before the rest goes
};

} // namespace aha
