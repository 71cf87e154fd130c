#include "widgets/panels/chartstack.h"

#include "widgets/panels/figureform.h"

#include <QVBoxLayout>

#include <cmath>

namespace aha {

namespace {

constexpr int kLeft = 48;
constexpr double kSmoothing = 0.6; // as the Charts page begins; the raw line stays behind it

} // namespace

ChartStack::ChartStack(QWidget* parent)
    : QWidget(parent)
    , m_layout(new QVBoxLayout(this))
{
    m_layout->setContentsMargins(0, 0, 0, 0);
    m_layout->setSpacing(8);
}

LinePlot* ChartStack::add(const QString& title, const QString& unit, double low, double high)
{
    auto* plot = new LinePlot(title, unit, this);
    plot->setValueRange(low, high);
    plot->setSmoothing(kSmoothing);
    plot->setAligned(0, kLeft); // evaluations begin at step 0: one step stands in one place
    m_layout->addWidget(plot, 1);
    m_plots.push_back(plot);
    connect(plot, &LinePlot::picked, this, &ChartStack::stepPicked);
    connect(plot, &LinePlot::longestPicked, this, &ChartStack::longestPicked);
    connect(plot, &LinePlot::pointPicked, this, &ChartStack::evaluationPicked);
    connect(plot, &LinePlot::cursorMoved, this, [this](double step) {
        for (LinePlot* other : m_plots)
            other->setCursor(step);
    });
    connect(plot, &LinePlot::rangeChanged, this, [this, plot](double low, double high) {
        for (LinePlot* other : m_plots)
            if (other != plot)
                other->setRange(low, high);
        Q_EMIT viewChanged(low, high);
    });
    connect(plot, &LinePlot::followChanged, this, [this, plot](bool on) {
        if (!on)
            return;
        for (LinePlot* other : m_plots)
            if (other != plot && !other->following())
                other->followX();
        Q_EMIT viewChanged(-INFINITY, INFINITY);
    });
    connect(plot, &LinePlot::figureAsked, this, [this, plot] {
        if (!m_figure) {
            m_figure = new FigureForm(this);
            m_layout->insertWidget(0, m_figure);
        }
        m_figure->begin(plot);
    });
    connect(plot, &LinePlot::maximizeToggled, this, [this, plot] {
        m_maximized = m_maximized ? nullptr : plot;
        for (LinePlot* other : m_plots)
            other->setVisible(!m_maximized || other == m_maximized);
    });
    return plot;
}

} // namespace aha
