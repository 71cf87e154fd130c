#include "widgets/panels/chartsections.h"

#include "widgets/language/translation.h"
#include "widgets/plots/lineplot.h"

#include <QGridLayout>
#include <QScrollBar>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace aha {

namespace {
constexpr int kChartWidth = 420, kChartHeight = 220, kMostColumns = 4, kAhead = 200;
}

ChartSections::ChartSections(std::function<LinePlot*(const QString&, QWidget*)> make, QWidget* parent)
    : QScrollArea(parent)
    , m_make(std::move(make))
    , m_page(new QWidget(this))
    , m_layout(new QVBoxLayout(m_page))
{
    setObjectName(QStringLiteral("chartsScroll"));
    setWidgetResizable(true);
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::NoFocus);
    m_layout->setContentsMargins(12, 4, 12, 12);
    m_layout->setSpacing(8);
    m_layout->addStretch(0);
    setWidget(m_page);
    connect(verticalScrollBar(), &QScrollBar::valueChanged, this, &ChartSections::viewMoved);
    connect(verticalScrollBar(), &QScrollBar::rangeChanged, this, &ChartSections::viewMoved);
}

void ChartSections::setSections(const QVector<Section>& sections)
{
    if (std::equal(sections.begin(), sections.end(), m_parts.begin(), m_parts.end(),
            [](const Section& section, const Part& part) { return section == part.section; }))
        return;
    const bool focused = focusWidget() && isAncestorOf(focusWidget());
    const QString focus = focused ? idOf(qobject_cast<LinePlot*>(focusWidget())) : QString();
    // What stays where it is keeps its widgets: moving a chart between parents styles it again, which takes long.
    QVector<Part> old = std::exchange(m_parts, {});
    const auto empty = [this](Part& part, const QStringList& stay) {
        for (auto it = part.places.begin(); it != part.places.end();) {
            if (stay.contains(it.key())) {
                ++it;
                continue;
            }
            if (LinePlot* plot = m_plots.value(it.key()); plot && plot->parentWidget() == *it) {
                plot->hide();
                plot->setParent(m_page);
            }
            delete *it;
            it = part.places.erase(it);
        }
    };
    for (const Section& section : sections) {
        const bool first = m_parts.isEmpty(), open = first || section.open;
        Part part;
        for (Part& one : old)
            if (first ? !one.head && one.body : one.head && one.section.name == section.name) {
                part = std::exchange(one, {});
                break;
            }
        part.section = section;
        empty(part, open ? section.charts : QStringList());
        m_parts.append(part);
    }
    for (Part& part : old) {
        empty(part, {});
        delete part.head;
        delete part.body;
    }
    for (Part& part : m_parts) {
        const Section& section = part.section;
        const bool first = &part == &m_parts.front();
        if (!first) {
            if (!part.head)
                makeHead(part);
            const QSignalBlocker silent(part.head);
            part.head->setArrowType(section.open ? Qt::DownArrow : Qt::RightArrow);
            part.head->setChecked(section.open);
            part.head->setText(QStringLiteral("%1  (%2)").arg(section.name).arg(section.charts.size()));
            part.head->setAccessibleName(
                (section.charts.size() == 1 ? tr("Section %1, %2 chart") : tr("Section %1, %2 charts"))
                    .arg(section.name)
                    .arg(section.charts.size()));
            m_layout->removeWidget(part.head);
            m_layout->insertWidget(m_layout->count() - 1, part.head, 0, Qt::AlignLeft);
        }
        if (!first && !section.open) {
            delete std::exchange(part.body, nullptr);
            part.grid = nullptr;
            continue;
        }
        if (!part.body) {
            part.body = new QWidget(m_page);
            part.grid = new QGridLayout(part.body);
            part.grid->setContentsMargins(0, 0, 0, 0);
            part.grid->setSpacing(12);
        }
        for (const QString& id : section.charts) {
            if (part.places.contains(id))
                continue;
            auto* place = new QWidget(part.body);
            place->setMinimumHeight(kChartHeight);
            auto* inside = new QVBoxLayout(place);
            inside->setContentsMargins(0, 0, 0, 0);
            part.places.insert(id, place);
            if (LinePlot* plot = m_plots.value(id)) {
                inside->addWidget(plot);
                plot->show();
            }
        }
        m_layout->removeWidget(part.body);
        m_layout->insertWidget(m_layout->count() - 1, part.body, first ? 1 : 0);
    }
    m_columns = 0;
    arrange();
    if (LinePlot* plot = m_plots.value(focus); plot && plot->isVisibleTo(this))
        plot->setFocus();
}

void ChartSections::makeHead(Part& part)
{
    part.head = new QToolButton(m_page);
    part.head->setObjectName(QStringLiteral("section.") + part.section.name);
    part.head->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    part.head->setAutoRaise(true);
    part.head->setCheckable(true);
    part.head->setFocusPolicy(Qt::StrongFocus);
    connect(part.head, &QToolButton::toggled, this,
        [this, name = part.section.name](bool open) { Q_EMIT sectionToggled(name, open); });
}

void ChartSections::arrange()
{
    qsizetype most = 1; // charts beside each other: no column stays blank from top to bottom
    for (const Part& part : std::as_const(m_parts))
        if (part.body)
            most = std::max(most, part.section.charts.size());
    const int columns = m_maximized.isEmpty()
        ? int(std::clamp<qsizetype>(width() / kChartWidth, 1, std::min<qsizetype>(most, kMostColumns)))
        : 1;
    if (columns == m_columns)
        return;
    m_columns = columns;
    for (const Part& part : std::as_const(m_parts)) {
        if (part.head)
            part.head->setVisible(m_maximized.isEmpty());
        if (!part.body)
            continue;
        while (part.grid->count())
            delete part.grid->takeAt(0);
        int at = 0;
        for (const QString& id : part.section.charts) {
            const bool shown = m_maximized.isEmpty() || id == m_maximized;
            QWidget* place = part.places.value(id);
            place->setVisible(shown);
            if (shown) {
                part.grid->addWidget(place, at / columns, at % columns);
                ++at;
            }
        }
        for (int c = 0; c < kMostColumns; ++c)
            part.grid->setColumnStretch(c, c < columns ? 1 : 0);
        part.body->setVisible(at > 0);
        m_layout->setStretchFactor(part.body, m_maximized.isEmpty() ? !part.head : at > 0);
    }
    Q_EMIT viewMoved();
}

QStringList ChartSections::inView()
{
    QStringList seen;
    m_layout->activate();
    const QRect view(QPoint(0, verticalScrollBar()->value() - kAhead), viewport()->size() + QSize(0, 2 * kAhead));
    for (const Part& part : std::as_const(m_parts)) {
        if (!part.body || part.body->isHidden())
            continue;
        part.grid->activate();
        for (const QString& id : part.section.charts) {
            QWidget* place = part.places.value(id);
            if (place->isHidden() || !view.intersects(QRect(place->mapTo(m_page, QPoint()), place->size())))
                continue;
            made(id);
            seen << id;
        }
    }
    return seen;
}

LinePlot* ChartSections::made(const QString& id)
{
    LinePlot*& plot = m_plots[id];
    if (!plot) {
        plot = m_make(id, m_page);
        plot->setMinimumHeight(kChartHeight);
        plot->hide();
        for (const Part& part : std::as_const(m_parts))
            if (QWidget* place = part.places.value(id)) {
                place->layout()->addWidget(plot);
                plot->show();
            }
    }
    return plot;
}

QString ChartSections::idOf(const LinePlot* plot) const
{
    for (auto it = m_plots.begin(); it != m_plots.end(); ++it)
        if (*it == plot && plot)
            return it.key();
    return {};
}

QString ChartSections::chartInFocus() const
{
    for (const QWidget* at = focusWidget(); at && at != this; at = at->parentWidget())
        if (const auto* plot = qobject_cast<const LinePlot*>(at))
            return plot->isEmpty() ? QString() : plot->title();
    return {};
}

void ChartSections::setMaximized(const QString& id)
{
    if (id == m_maximized)
        return;
    m_maximized = id;
    m_columns = 0;
    arrange();
}

void ChartSections::showChart(const QString& id)
{
    m_layout->activate();
    LinePlot* plot = made(id);
    ensureWidgetVisible(plot, 0, 40);
    plot->setFocus();
}

QString ChartSections::chartAt(const QPoint& globalPosition) const
{
    for (auto it = m_plots.begin(); it != m_plots.end(); ++it)
        if ((*it)->isVisible() && (*it)->rect().contains((*it)->mapFromGlobal(globalPosition)))
            return it.key();
    return {};
}

void ChartSections::resizeEvent(QResizeEvent* event)
{
    QScrollArea::resizeEvent(event);
    arrange();
    Q_EMIT viewMoved();
}

} // namespace aha
