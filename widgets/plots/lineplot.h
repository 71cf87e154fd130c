#pragma once
// One chart: lines over steps, bands, markers, linked x axis and cursor. Paint and interaction only; data come in by value.

#include <QColor>
#include <QString>
#include <QVector>
#include <QWidget>

#include <memory>

class QCPRange;

namespace aha {

class LinePlot : public QWidget {
    Q_OBJECT
public:
    /// One line. Steps ascend; NaN is a gap.
    struct Line {
        QString label;
        QColor color;
        QVector<double> steps, values;
        QVector<double> low, high;       ///< band around the line; empty for none
        Qt::PenStyle style = Qt::SolidLine;
        bool points = false;             ///< measured now and then: dots joined by a line, never smoothed
        QString folder;                  ///< run it belongs to
    };
    struct Marker {
        double step;
        QString text;
        QColor color;
    };

    explicit LinePlot(const QString& title, const QString& unit, QWidget* parent = nullptr);
    ~LinePlot() override;

    void setLines(const QVector<Line>& lines);
    void setMarkers(const QVector<Marker>& markers);
    void setSmoothing(double weight);
    /// Back to all data, and new steps stay in view.
    void follow();
    bool following() const;
    void setCursor(double step);            ///< NaN hides it
    void setRange(double low, double high); ///< of the x axis; ends following
    QPair<double, double> range() const;
    QString title() const;
    bool isEmpty() const;
    /// Rows "line,step,value" of what is in view.
    QString visibleCsv() const;
    bool savePng(const QString& file, const QSize& size);
    bool saveSvg(const QString& file, const QSize& size);
    /// The view changes as if the user had dragged it. For tests and linked charts.
    void userZoom(double low, double high);
    /// What a click at `step` does.
    void pick(double step);

Q_SIGNALS:
    void rangeChanged(double low, double high);
    void followChanged(bool on);
    void cursorMoved(double step);
    void picked(const QString& folder, qint64 step);
    void maximizeToggled();

protected:
    void changeEvent(QEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace aha
