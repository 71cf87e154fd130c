#pragma once
// What a chart draws: a ChartSpec and the metrics of the open runs as lines, at the places that the x axis asks for.

#include "core/store/workspace.h"
#include "widgets/models/chartspec.h"
#include "widgets/models/metricseries.h"
#include "widgets/panels/openrun.h"
#include "widgets/plots/lineplot.h"

namespace aha {

class ChartLines {
public:
    /// Of runs and their metrics in the same order. `xAxis` is step, hours or a metric; `seeds` is "" (each run), error
    /// or range (runs that differ only in seed and name are one line with a band).
    /// `markers`: every line has one, and not only those whose colour another run has, too.
    ChartLines(const std::vector<MetricSeries::Run>& runs, const OpenRuns& open, const QString& xAxis,
        const QString& seeds, bool dark, bool markers = false);

    /// Is there anything to draw, as far as the names of the metrics tell?
    /// With the parts of its family that these runs record and pay for.
    static ChartSpec complete(ChartSpec spec, const std::vector<MetricSeries::Run>& runs);
    static bool has(const ChartSpec& spec, const std::vector<MetricSeries::Run>& runs);
    static LinePlot::XAxis axis(const QString& xAxis);
    /// The metric that gives the places; "" for steps.
    static QString placesMetric(const QString& xAxis);

    QVector<LinePlot::Line> lines(const ChartSpec& spec) const;
    /// With a slight one for each of these notes that is pinned to a step of these runs.
    QVector<LinePlot::Marker> markers(const std::vector<Note>& notes = {}) const;
    /// The notes of one run, at their steps.
    QVector<LinePlot::Marker> notesOf(const std::vector<Note>& notes, size_t run) const;
    /// Of one run, at their steps: what was done to it while it trained, and its checkpoints.
    static QVector<LinePlot::Marker> markersOf(const std::vector<MarkerRow>& markers,
        const std::vector<CheckpointRow>& checkpoints, const QColor& color, const QString& folder);
    /// Where a run's steps stand on the x axis; empty when at themselves.
    MetricExpression::Series places(size_t run) const;

private:
    using Series = MetricExpression::Series;
    struct Subject { ///< one run, or several that differ only in seed
        std::vector<size_t> runs;
        Series places;
    };
    struct Banded {
        Series line;
        Numbers low, high;
        int runs = 1, fewest = 1; ///< most and fewest runs at a place where there are any
    };
    template <class Of> Banded together(const Subject& subject, Of&& of) const;
    void dress(LinePlot::Line& line, const Subject& subject, const Banded& data, const QString& label, int shade,
        bool only) const;
    /// Gives it its x values; false when nothing is left.
    bool place(LinePlot::Line& line, const Subject& subject) const;
    /// Dash and marker: runs whose colour is taken differ by them, and with markers all lines do.
    void tellApart(LinePlot::Line& line, const Subject& subject, qsizetype place) const;
    void addHeldOut(const Subject& subject, QVector<LinePlot::Line>& lines) const;

    const std::vector<MetricSeries::Run>& m_runs;
    const OpenRuns& m_open;
    QStringList m_names; ///< of the open runs, as a legend has room for them
    QString m_xAxis, m_seeds;
    bool m_dark, m_markers;
    std::vector<Subject> m_subjects;
};

} // namespace aha
