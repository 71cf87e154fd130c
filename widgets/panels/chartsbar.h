#pragma once
// The line above the charts: smoothing, what the x axis measures, and what can be done with all charts.

#include <QWidget>

class QComboBox;
class QLabel;
class QMenu;
class QPushButton;
class QSlider;
class QToolButton;

namespace aha {

class ChartsBar : public QWidget {
    Q_OBJECT
public:
    explicit ChartsBar(QWidget* parent);

    int smoothing() const; ///< hundredths
    void setSmoothing(int hundredths);
    QString xAxis() const;
    /// step, tokens and hours stand first; a metric that is not among `metrics` is kept while it is the current one.
    void setMetrics(const QStringList& metrics);
    void setXAxis(const QString& xAxis);
    void setFollowing(bool on);
    void setTableShown(bool on);
    QMenu* viewMenu() const { return m_view; }
    QMenu* exportMenu() const { return m_export; }
    /// Narrower than it would like to be it does without words that others say, too.
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void smoothingChanged(int hundredths);
    void xAxisChanged(const QString& xAxis);
    void followClicked(bool on);
    void tableClicked(bool on);
    void addClicked();

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    QSlider* m_smoothing;
    QLabel *m_smoothingLabel, *m_smoothingValue, *m_xLabel;
    QComboBox* m_xAxis;
    QPushButton *m_follow, *m_table;
    QMenu *m_view, *m_export;
    QLabel* m_help;
    QStringList m_metrics;
    /// How much stands in the bar: long fields and words, short fields and words, short fields alone.
    enum class Shape { Wide, Short, Bare };
    void take(Shape shape);
    Shape m_shape = Shape::Wide;
};

} // namespace aha
