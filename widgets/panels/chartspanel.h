#pragma once
// All charts of the open runs, with one x axis, one cursor and one smoothing for all.

#include "widgets/panels/openrun.h"

#include <QHash>
#include <QTimer>
#include <QWidget>

class QGridLayout;
class QLabel;
class QScrollArea;
class QSlider;

namespace aha {

class LinePlot;

class ChartsPanel : public QWidget {
    Q_OBJECT
public:
    explicit ChartsPanel(QWidget* parent = nullptr);
    ~ChartsPanel() override;

    void setRuns(const OpenRuns& runs);
    /// Draws every chart to PNG, now.
    void renderReport(const QString& outDir, QStringList& writtenFiles);
    LinePlot* chart(const QString& title) const;

public Q_SLOTS:
    void markStep(const QString& folder, qint64 step);

Q_SIGNALS:
    void stepPicked(const QString& folder, qint64 step);

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    struct Source;   ///< one open run's data, fetched step by step
    void load();
    void show();
    void arrange();

    OpenRuns m_runs;
    std::vector<std::unique_ptr<Source>> m_sources;
    std::vector<LinePlot*> m_plots;
    LinePlot* m_maximized = nullptr;
    QScrollArea* m_scroll;
    QWidget* m_page;
    QGridLayout* m_grid;
    QSlider* m_smoothing;
    QLabel *m_smoothingValue, *m_empty;
    QTimer m_coalesce;   ///< many commits, one redraw
    int m_columns = 0;
};

} // namespace aha
