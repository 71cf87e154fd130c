#pragma once
// One chart: lines over steps, bands, markers, linked x axis and cursor. Paint and interaction only; data come in by
// value.

#include "core/base/numbers.h"

#include <QColor>
#include <QHash>
#include <QImage>
#include <QString>
#include <QVector>
#include <QWidget>

#include <functional>
#include <memory>
#include <optional>

class QMenu;

namespace aha {

struct FigureSheet;
struct FigureStyle;
class LegendChips;

class LinePlot : public QWidget {
    Q_OBJECT
public:
    /// One line. Steps ascend; NaN is a gap.
    struct Line {
        QString label;
        QColor color;
        Numbers steps, values;
        Numbers low, high; ///< band around the line; empty for none
        Qt::PenStyle style = Qt::SolidLine;
        bool points = false; ///< measured now and then: dots, never smoothed
        QString folder; ///< run it belongs to
        bool joined = true; ///< of `points`: a thin line joins the dots
        bool right = false; ///< drawn against the right axis
        QString hint = {}; ///< what the legend says on hover
        bool shown = true; ///< at first; the legend switches it
        bool smooth = true; ///< follows the smoothing; a mean with a band around it does not
        bool stepwise = false; ///< of `points`: a dot is a step, not an evaluation
        Numbers x = {}; ///< where the values stand on the x axis, ascending; empty: at their steps
        QString full = {}; ///< the label for a file, where there is room; empty: the same
        QString band = {}; ///< what the band is: "± standard error, n = 3"
        int variant = 0; ///< of its colour (linelook.h): another dash, where `style` is the solid one
        int marker = 0; ///< shape on the line, or of its dots (linelook.h); 0: none
        QString unit = {}; ///< what it measures, where the lines of a chart differ in that; empty: as the chart says
        QString name = {}; ///< that it is known by in every language and beside any other run; empty: label and folder
    };
    /// What the x axis measures. A reading at 12 is prefix + "12" + suffix.
    struct XAxis {
        QString prefix, suffix;
        bool whole = false;
        QString title = {}; ///< stands at the axis of a picture
        bool operator==(const XAxis&) const = default;
    };
    /// How much there is of which value, as a map behind the lines. Column c covers the c-th part of the x range.
    struct Heat {
        double xLow = 0, xHigh = 0, low = 0, high = 0;
        int columns = 0, rows = 0;
        QVector<double> shares; ///< rows of one column are together; NaN: nothing was measured there
    };
    /// One line at the cursor and at the pin.
    struct Reading {
        QString line, folder;
        QColor color;
        qint64 step = -1; ///< -1: the line has no value there
        double value = NAN, smoothed = NAN, pinned = NAN;
        QString place {}; ///< where the value was measured, when that is before the cursor
    };
    struct Marker {
        double step; ///< on the x axis
        QString text;
        QColor color;
        bool slight = false; ///< a tick at the upper edge instead of a line
        QString folder = {}; ///< of a changed setting: the run it belongs to
        qint64 changedAfter = -1; ///< and the step after which it was changed; -1: another marker
        qint64 note = -1; ///< of a note: which, and `text` has its first words; -1: another marker
        bool operator==(const Marker&) const = default;
    };

    /// What the user gave the axes of values; none: the axis fits itself to what is in view.
    struct Values {
        std::optional<QPair<double, double>> left, right;
        bool operator==(const Values&) const = default;
    };

    explicit LinePlot(const QString& title, const QString& unit, QWidget* parent = nullptr);
    ~LinePlot() override;

    /// Lines whose data continue those shown under the same label and folder cost only what is new.
    void setLines(const QVector<Line>& lines);
    void setMarkers(const QVector<Marker>& markers);
    void setSmoothing(double weight);
    /// Values that the left axis always shows when it fits itself to the data; NaN leaves that end to the data.
    void setValueRange(double low, double high);
    /// The same for the right axis, and what it measures.
    void setRightAxis(const QString& unit, double low, double high);
    /// Of charts above each other: the x axis that fits itself begins at `from`, the plot area `left` pixels from the
    /// edge where the numbers have room.
    void setAligned(double from, int left);
    /// Back to all data and to axes that fit them, and new steps stay in view.
    void follow();
    /// The same along the x axis alone: ranges of values that the user gave stay.
    void followX();
    /// The view stays where it is.
    void stopFollowing();
    bool following() const;
    void setXAxis(const XAxis& axis);
    void setHeat(const Heat& heat);
    /// What stands in a chart without data.
    void setEmptyText(const QString& text);
    void setLogarithmic(bool x, bool y);
    bool logarithmicX() const;
    bool logarithmicY() const;
    /// The left axis fits what lies within three interquartile ranges of the middle half; the rest is counted, not
    /// lost.
    void setOutliersLeftOut(bool on);
    bool outliersLeftOut() const;
    /// The y axes fit the lines where a band is much wider than these: its ends are then cut.
    bool bandCut() const;
    void setBandWhole(bool on);
    /// Points in view that the y axes, fitted to them, leave out.
    qsizetype outside() const;
    void setCursor(double step); ///< NaN: the legend shows the newest values
    double cursor() const;
    /// A second cursor that stays; NaN for none.
    void setPin(double x);
    /// A stretch of the x axis that is marked, as in every linked chart; NaN for none.
    void setBrush(double low, double high);
    QPair<double, double> brush() const;
    /// As if the user had marked it (Shift and drag): tells the other charts and offers its traces.
    void userBrush(double low, double high);
    /// Of the lines that are shown; without a cursor the newest values.
    QVector<Reading> readings() const;
    /// "step 250": this place of the x axis in words.
    QString placeText(double x) const;
    void setRange(double low, double high); ///< of the x axis; the y axes fit what is in view; ends following
    QPair<double, double> range() const;
    QPair<double, double> valueRange() const;
    /// They stay whatever the data and the x axis do, until follow() or another way to fit.
    void setValues(const Values& values);
    const Values& values() const;
    /// By name, the lines that are shown or hidden and at first were not; those of other runs keep theirs.
    void setChosenLines(const QHash<QString, bool>& shown);
    const QHash<QString, bool>& chosenLines() const;
    /// A button that says which of several runs the chart is of, and whose menu chooses; empty: none.
    void setSource(const QString& run);
    QRect plotArea() const; ///< between the axes, in the canvas's pixels
    QString title() const;
    bool isEmpty() const;
    QStringList folders() const; ///< the runs that its lines are of, each once
    LegendChips* legend() const;
    /// What the line beside the title says about the cursor: step and markers there.
    QString reading() const;
    /// The chart in words: title, range, lines with their ends and extremes, what stands at the cursor.
    QString describe() const;
    /// The values at the cursor, without one the newest.
    QString describeCursor() const;
    /// Rows "line,step,value" of what is in view.
    QString visibleCsv() const { return visibleRows()(); }
    /// Makes them on any thread, of what is in view now.
    std::function<QString()> visibleRows() const;
    bool savePng(const QString& file, const QSize& size);
    bool saveSvg(const QString& file, const QSize& size);
    bool savePdf(const QString& file, const QSize& size);
    QImage picture(const QSize& size);
    /// A FigureSheet of this chart alone.
    bool saveFigure(const QString& file, const FigureStyle& style) const;
    QImage figure(const FigureStyle& style, int dpi) const;
    /// Everything that can be done with the chart; the panel adds its own through menuOpening().
    void fillMenu(QMenu* menu);
    /// The view changes as if the user had dragged it. For tests and linked charts.
    void userZoom(double low, double high);
    /// What a click at `step` does; with a value, the line that passes nearest to that point is meant.
    void pick(double step, double value = NAN);
    /// Run and step of the nearest point of a shown line; an empty folder for none.
    std::pair<QString, qint64> stepAt(double x) const;
    /// Paints now instead of when the event loop is idle. Returns the bins and values read from the data for it.
    qsizetype redraw();

Q_SIGNALS:
    void rangeChanged(double low, double high);
    void followChanged(bool on);
    void cursorMoved(double step);
    void picked(const QString& folder, qint64 step);
    /// The traces of these steps are wanted. Offered only where somebody listens.
    void rangePicked(const QString& folder, qint64 from, qint64 to);
    /// The longest completions of this step are wanted. Offered only where somebody listens, as is the next.
    void longestPicked(const QString& folder, qint64 step);
    /// The traces on both sides of this step are wanted: a setting was changed after it.
    void changePicked(const QString& folder, qint64 step);
    /// The note of a marker is wanted. Offered only where somebody listens.
    void notePicked(qint64 note);
    void brushed(double low, double high);
    /// Instead of picked(): a dot of a line of `points`.
    void pointPicked(const QString& folder, qint64 step);
    void maximizeToggled();
    void pinMoved(double x);
    /// The user changed a logarithmic axis, how outliers are treated, the range of values, or which lines are shown.
    void optionsChanged();
    void menuOpening(QMenu* menu);
    void sourceMenuOpening(QMenu* menu);
    /// The user wants the chart elsewhere among its neighbours, or gone.
    void moveAsked(int places);
    void removeAsked();
    /// The user wants the chart as a file for a paper.
    void figureAsked();
    /// The title was dragged to here.
    void dropped(const QPoint& globalPosition);

protected:
    bool eventFilter(QObject* object, QEvent* event) override;
    void changeEvent(QEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    static void installAccess(); ///< every chart answers a screen reader from then on
    void tellCursor();

    friend struct FigureSheet;
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace aha
