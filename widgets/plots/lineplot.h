#pragma once
// One chart: lines over steps, bands, markers, linked x axis and cursor. Paint and interaction only; data come in by
// value.

#include <QColor>
#include <QString>
#include <QVector>
#include <QWidget>

#include <memory>

namespace aha {

class LegendChips;

class LinePlot : public QWidget {
    Q_OBJECT
public:
    /// One line. Steps ascend; NaN is a gap.
    struct Line {
        QString label;
        QColor color;
        QVector<double> steps, values;
        QVector<double> low, high; ///< band around the line; empty for none
        Qt::PenStyle style = Qt::SolidLine;
        bool points = false; ///< measured now and then: dots, never smoothed
        QString folder; ///< run it belongs to
        bool joined = true; ///< of `points`: a thin line joins the dots
        bool right = false; ///< drawn against the right axis
        QString hint = {}; ///< what the legend says on hover
        bool shown = true; ///< at first; the legend switches it
    };
    struct Marker {
        double step;
        QString text;
        QColor color;
        bool slight = false; ///< a tick at the upper edge instead of a line
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
    /// Back to all data, and new steps stay in view.
    void follow();
    /// The view stays where it is.
    void stopFollowing();
    bool following() const;
    void setCursor(double step); ///< NaN: the legend shows the newest values
    void setRange(double low, double high); ///< of the x axis; the y axes fit what is in view; ends following
    QPair<double, double> range() const;
    QPair<double, double> valueRange() const;
    QString title() const;
    bool isEmpty() const;
    LegendChips* legend() const;
    /// What the line beside the title says about the cursor: step and markers there.
    QString reading() const;
    /// Rows "line,step,value" of what is in view.
    QString visibleCsv() const;
    bool savePng(const QString& file, const QSize& size);
    bool saveSvg(const QString& file, const QSize& size);
    /// The view changes as if the user had dragged it. For tests and linked charts.
    void userZoom(double low, double high);
    /// What a click at `step` does; with a value, the line that passes nearest to that point is meant.
    void pick(double step, double value = NAN);
    /// Paints now instead of when the event loop is idle. Returns the bins and values read from the data for it.
    qsizetype redraw();

Q_SIGNALS:
    void rangeChanged(double low, double high);
    void followChanged(bool on);
    void cursorMoved(double step);
    void picked(const QString& folder, qint64 step);
    /// Instead of picked(): a dot of a line of `points`.
    void pointPicked(const QString& folder, qint64 step);
    void maximizeToggled();

protected:
    bool eventFilter(QObject* object, QEvent* event) override;
    void changeEvent(QEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace aha
