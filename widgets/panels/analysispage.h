#pragma once
// What the tabs of the Analyse page share: charts over steps on the left, figures on the right, examples below them.

#include "widgets/models/examplelistmodel.h"
#include "widgets/models/traceanalysis.h"
#include "widgets/panels/chartstack.h"
#include "widgets/panels/positionfigure.h"

#include <QColor>
#include <QTimer>

#include <functional>

class QComboBox;
class QLabel;
class QTableView;
class QTabWidget;
class QVBoxLayout;

namespace aha {

class FiguresModel;

class AnalysisPage : public QWidget {
    Q_OBJECT
public:
    struct Shown {
        std::shared_ptr<const RunTally> tally; ///< null: none
        QString label;
        QColor color;
    };

    /// `name` begins the object names of what is on the page.
    AnalysisPage(const QString& name, QWidget* parent);

    /// The run, and one to hold it against (may be none). The page fills itself.
    void setRuns(const Shown& run, const Shown& other);
    ChartStack* charts() const { return m_charts; }
    ExampleListModel* examples() const { return m_examples; }
    QTabWidget* figures() const { return m_figures; }

Q_SIGNALS:
    void stepPicked(const QString& folder, qint64 step);
    void longestPicked(const QString& folder, qint64 step);
    void evaluationPicked(const QString& folder, qint64 step);
    void changePicked(const QString& folder, qint64 step);
    void completionPicked(const QString& folder, qint64 completionId);
    void problemPicked(const QString& folder, qint64 evaluationId, int position, int sample);

protected:
    void showEvent(QShowEvent* event) override;
    void changeEvent(QEvent* event) override;

    virtual void fillCharts() = 0;
    virtual void fillFigures() = 0; ///< of the steps in view
    void fill(); ///< everything, if the page is looked at
    /// The examples of this kind in the steps in view, newest first.
    void showExamples(int kind, const QString& title);

    bool ofAnswers() const; ///< held-out ones are counted, not the completions of training steps
    bool dark() const;
    /// Which kinds of traces there are, in the order of columns: right and wrong where any was judged, then unjudged.
    static std::vector<TraceVerdict> verdictsIn(const SumsByVerdict& sums);
    static QString verdictWord(TraceVerdict verdict); ///< "right"
    static QString verdictTitle(TraceVerdict verdict); ///< of a column: "Right"
    QColor verdictColor(TraceVerdict verdict) const;
    /// Where in their traces places stand: of right and wrong ones, or of unjudged ones where none was judged.
    std::vector<PositionFigure::Part> positionParts(
        const SumsByVerdict& sums, std::array<int64_t, kPositionBins> TraceSums::*places) const;
    using Lines = QVector<LinePlot::Line>;
    using Value = std::function<double(const StepTally&)>; ///< NaN: a gap
    /// A line over the steps of the run, and one of the run it is held against: in the same colour, with other dashes,
    /// squares and its name. `both` off: the legend switches the second on.
    void add(Lines& lines, const QString& label, const QColor& color, Qt::PenStyle style, const Value& value,
        bool both = true) const;
    static void dropEmpty(Lines& lines); ///< a legend names nothing that is never there
    /// A value of the right, the wrong and the unjudged traces, each as a line where there are such traces. `name`
    /// stands before the verdict.
    Lines byVerdict(const QString& name, const std::function<double(const TraceSums&)>& value) const;
    /// Held-out pass@1 with its interval, as dots in the colour that it has on the charts of training.
    void addHeldOut(Lines& lines) const;
    Lines accuracyLines() const; ///< of training where its completions are counted, and held-out
    Lines lengthLines() const; ///< tokens of traces by verdict
    /// "Steps 1 – 50, n = 4,000 right and 8,800 wrong traces", or what was counted of the evaluations.
    QString scopeText() const;

    Shown m_run, m_other; ///< the second may have no tally
    int64_t m_from = 0, m_to = INT64_MAX; ///< steps in view

    ChartStack* m_charts;
    QVBoxLayout* m_left; ///< bar, then the charts
    QLabel* m_scope;
    QTabWidget* m_figures;

private:
    LinePlot::Line line(const Shown& shown, const QString& label, const QColor& color, Qt::PenStyle style) const;
    void showEvents(); ///< changed settings and checkpoints, as on the charts of training

    ExampleListModel* m_examples;
    QTableView* m_exampleTable;
    QLabel* m_exampleTitle;
    QComboBox* m_verdict;
    QTimer m_coalesce; ///< a drag over the chart, one count
    int m_exampleKind = 0;
    QString m_exampleText;
};

/// A table of figures as all tabs have it.
QTableView* makeFigureTable(const QString& name, const QString& accessible, FiguresModel* model, QWidget* parent);
/// A note in the quiet colour below figures.
QLabel* makeNote(const QString& name, QWidget* parent);
/// "54.2 %"; "–" for NaN.
QString percentText(double share);
/// "51.0 – 57.3"; "–" for NaN.
QString intervalText(double low, double high);
/// "+2.1 points (−0.4 – 4.6)".
QString pointsText(double difference, double low, double high);

} // namespace aha
