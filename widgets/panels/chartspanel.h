#pragma once
// All charts of the open runs, with one x axis, one cursor and one smoothing for all: an overview that the user
// arranges, and below it every metric by its prefix.

#include "widgets/models/chartlayout.h"
#include "widgets/models/chartspec.h"
#include "widgets/models/heatsource.h"
#include "widgets/models/layoutshelf.h"
#include "widgets/models/metricseries.h"
#include "widgets/panels/openrun.h"

#include <QPointer>
#include <QSet>
#include <QTimer>
#include <QUndoStack>
#include <QWidget>

#include <deque>
#include <functional>
#include <memory>

class QLabel;
class QLineEdit;
class QMenu;

namespace aha {

class ChartChooser;
class ChartLines;
class ChartSections;
class ChartTable;
class ChartsBar;
class FigureForm;
class LinePlot;
class NoteModel;
class Worker;

class ChartsPanel : public QWidget {
    Q_OBJECT
public:
    explicit ChartsPanel(QWidget* parent = nullptr);
    ~ChartsPanel() override;

    void setRuns(const OpenRuns& runs);
    /// Where layouts are kept; the last view comes back. Without one nothing is kept.
    void setWorkspace(Workspace* workspace);
    /// Whose notes on steps are markers of the charts that are made from then on; it must outlive the panel.
    void setNotes(NoteModel* notes);
    /// Draws every chart to PNG, now.
    void renderReport(const QString& outDir, QStringList& writtenFiles);
    /// By title; made and kept up to date from then on, whether it can be seen or not. nullptr: no such chart.
    LinePlot* chart(const QString& title);
    /// Of the charts of the overview that have data, in their order.
    QStringList titles() const;
    /// Scrolls to it and gives it the focus. False: no such chart.
    bool showChart(const QString& title);
    /// Begins to choose a chart to add.
    void chooseChart();
    using Files = QVector<QPair<QString, QString>>; ///< title and file of each chart, in the order of the page
    /// Every chart of the overview as a file of this kind (png, svg, pdf, csv), what is in view. False when one could
    /// not be written.
    bool exportCharts(const QString& folder, const QString& ending, Files* written = nullptr);
    /// Offers this chart as a file for a paper; an empty title: all of the overview.
    void offerFigure(const QString& title);
    /// The same in one picture, below each other.
    QImage pictureOfAll();
    /// As exportCharts() and pictureOfAll(), for a window: what is to be drawn is read beside it, and it has its turn
    /// after every chart. `done` is called at the end, unless the panel goes before.
    void exportLater(
        const QString& folder, const QString& ending, std::function<void(bool all, const Files& written)> done);
    void pictureLater(std::function<void(const QImage&)> done);

    /// Gives the first chart the focus as soon as it is there, unless the focus has gone elsewhere by then.
    void focusFirst();

    double smoothing() const;
    void setSmoothing(double weight);
    void followAll();
    /// The same along the x axis: ranges of values stay.
    void followX();

    const ChartLayout& view() const { return m_view; }
    /// As if the user had made every change: it can be undone.
    void setView(const ChartLayout& view);
    QUndoStack* undoStack() { return &m_undo; }
    /// What changed becomes a step of undo now, and not a moment after the last change.
    void record();
    const MetricSeries* series() const { return m_series; }
    /// Run and step under the cursor, or at the pin; an empty folder where neither is set.
    std::pair<QString, qint64> cursorStep() const;

public Q_SLOTS:
    void markStep(const QString& folder, qint64 step);

Q_SIGNALS:
    void stepPicked(const QString& folder, qint64 step);
    void evaluationPicked(const QString& folder, qint64 step);
    /// The traces of these steps are wanted.
    void stepsPicked(const QString& folder, qint64 from, qint64 to);
    /// The step's completions, the longest first; the traces on both sides of a step after which a setting was changed.
    void longestPicked(const QString& folder, qint64 step);
    void changePicked(const QString& folder, qint64 step);
    void notePicked(qint64 note);

protected:
    void showEvent(QShowEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    LinePlot* makePlot(const QString& id, QWidget* parent);
    void keepOptions(const QString& id, const LinePlot* plot); ///< what the user changed in the chart
    static void give(LinePlot* plot, const ChartOptions& options);
    size_t mapRun(const QString& id) const; ///< which of the runs a map is of
    void fillRunMenu(QMenu* menu, const QString& id);
    ChartLines lines() const;
    void reload(); ///< after more was read
    void arrange(); ///< sections and choices
    void markAll(); ///< every chart has to be filled again
    void fillSome(); ///< those in view, for some milliseconds; the rest later
    void fill(const QString& id, const ChartLines& lines);
    void fillHeat(LinePlot* plot, const ChartSpec& spec, size_t run, const HeatSource::Map& map);
    ChartSpec specOf(const QString& id) const;
    QVector<ChartSpec> overview() const; ///< its charts that have data
    void completeNow(); ///< every chart of the overview, read and filled
    LinePlot* complete(const QString& id); ///< made, in the panel's colours
    /// These charts, an event each, when what they show was read; none: all of the overview.
    void drawLater(const QStringList& ids, std::function<void(LinePlot*)> draw, std::function<void()> done);
    void drawNext();
    void apply(const ChartLayout& view);
    void changed(); ///< the user changed the view
    void setCursor(double x);
    void setPin(double x);
    void setBrush(double low, double high, const LinePlot* from);
    void showValues();
    void showRange(double low, double high, const LinePlot* from);
    void addChart(const QString& id);
    void removeChart(const QString& id);
    void fillChartMenu(QMenu* menu, const QString& id);
    void fillViewMenu();
    void fillExportMenu();
    FigureForm* figureForm();
    /// This chart as a file for a paper, and the others to choose; an empty id: all of them.
    void offer(const QString& id, LinePlot* shown);
    void makeActions();
    void nameLayout();
    void copyPicture();
    void copyValues();
    void saveLayout();
    void say(const QString& sentence, bool problem);

    struct Drawing {
        std::function<void(LinePlot*)> draw;
        std::function<void()> done;
        QStringList charts; ///< those to come; at first those asked for
        bool begun = false;
    };

    OpenRuns m_runs;
    MetricSeries* m_series;
    HeatSource* m_heat;
    LayoutShelf m_shelf { nullptr };
    ChartLayout m_view, m_recorded;
    QUndoStack m_undo;
    ChartsBar* m_bar;
    QWidget* m_saveRow;
    QLineEdit* m_layoutName;
    QLabel *m_note, *m_heldOut;
    ChartChooser* m_chooser;
    ChartSections* m_sections;
    ChartTable* m_table;
    FigureForm* m_figure = nullptr; ///< made when it is first asked for
    QLabel* m_empty;
    QPointer<NoteModel> m_notes;
    QSet<QString> m_dirty, m_watched;
    double m_cursor = NAN, m_pin = NAN, m_brushLow = NAN, m_brushHigh = NAN;
    bool m_applying = false, m_focusFirst = false, m_toTop = false;
    QPointer<QWidget> m_focusedBefore;
    QTimer m_reload, m_fill, m_record, m_values; ///< many changes, one redraw
    std::deque<Drawing> m_drawings; ///< the first is being drawn
    QTimer m_drawNext;
    std::unique_ptr<Worker> m_files; ///< last: its jobs end before the rest goes
};

} // namespace aha
