#pragma once
// All charts of the open runs, with one x axis, one cursor and one smoothing for all.

#include "widgets/panels/openrun.h"
#include "widgets/plots/lineplot.h"

#include <QHash>
#include <QTimer>
#include <QWidget>

class QGridLayout;
class QLabel;
class QPushButton;
class QScrollArea;
class QSlider;

namespace aha {

class ChartsPanel : public QWidget {
    Q_OBJECT
public:
    explicit ChartsPanel(QWidget* parent = nullptr);
    ~ChartsPanel() override;

    void setRuns(const OpenRuns& runs);
    /// Draws every chart to PNG, now.
    void renderReport(const QString& outDir, QStringList& writtenFiles);
    LinePlot* chart(const QString& title) const;
    /// Every chart as a file of this kind (png, svg, csv), what is in view. False when one could not be written.
    bool exportCharts(const QString& folder, const QString& ending);

    double smoothing() const;
    void setSmoothing(double weight);
    void followAll();

public Q_SLOTS:
    void markStep(const QString& folder, qint64 step);

Q_SIGNALS:
    void stepPicked(const QString& folder, qint64 step);
    void evaluationPicked(const QString& folder, qint64 step);

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    struct Source; ///< one open run's data, fetched step by step
    void load();
    void show();
    void arrange();
    QVector<LinePlot::Line> linesOf(size_t chart) const;

    OpenRuns m_runs;
    std::vector<std::unique_ptr<Source>> m_sources;
    std::vector<LinePlot*> m_plots;
    LinePlot* m_maximized = nullptr;
    QScrollArea* m_scroll;
    QWidget* m_page;
    QGridLayout* m_grid;
    QSlider* m_smoothing;
    QLabel* m_smoothingValue;
    QPushButton* m_follow;
    QLabel* m_empty;
    QTimer m_coalesce; ///< many commits, one redraw
    int m_columns = 0;
};

} // namespace aha
