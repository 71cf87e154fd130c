// qcustomplot.h is written with the keywords signals, slots and foreach.
#undef QT_NO_KEYWORDS
#undef QT_NO_FOREACH

#include "widgets/plots/lineplot.h"

#include "widgets/plots/smoothing.h"

#include <qcustomplot.h>

#include <QContextMenuEvent>
#include <QFileDialog>
#include <QMenu>
#include <QSvgGenerator>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace aha {

struct LinePlot::Private {
    LinePlot* q = nullptr;
    QCustomPlot* plot = nullptr;
    QLabel *titleLabel = nullptr, *reading = nullptr, *empty = nullptr;
    QToolButton* followButton = nullptr;
    QString title, unit;
    QVector<Line> lines;
    QVector<Marker> markers;
    QHash<QString, bool> hidden;             ///< labels that the legend switched off
    double smoothing = 0, cursor = NAN;
    bool following = true, internal = false, pressed = false;
    QCPItemStraightLine* cursorLine = nullptr;
    QPoint pressedAt;

    void style()
    {
        const QPalette palette = q->palette();
        const QColor text = palette.color(QPalette::WindowText), grid = palette.color(QPalette::Midlight);
        plot->setBackground(palette.color(QPalette::Base));
        for (QCPAxis* axis : { plot->xAxis, plot->yAxis }) {
            axis->setLabelColor(text);
            axis->setTickLabelColor(text);
            axis->setBasePen(QPen(palette.color(QPalette::Mid)));
            axis->setTickPen(QPen(palette.color(QPalette::Mid)));
            axis->setSubTickPen(Qt::NoPen);
            axis->grid()->setPen(QPen(grid, 1));
            axis->grid()->setZeroLinePen(QPen(palette.color(QPalette::Mid), 1));
            QFont font = q->font();
            font.setPointSizeF(font.pointSizeF() * 0.88);
            axis->setTickLabelFont(font);
            axis->setLabelFont(font);
        }
        QColor glass = palette.color(QPalette::Base);
        glass.setAlpha(190);
        plot->legend->setBrush(glass);
        plot->legend->setBorderPen(Qt::NoPen);
        plot->legend->setTextColor(text);
        QFont font = q->font();
        font.setPointSizeF(font.pointSizeF() * 0.88);
        plot->legend->setFont(font);
        plot->selectionRect()->setPen(QPen(palette.color(QPalette::Highlight)));
        if (cursorLine)
            cursorLine->setPen(QPen(palette.color(QPalette::Mid), 1, Qt::DashLine));
    }

    void rebuild()
    {
        plot->clearGraphs();
        plot->clearItems();
        cursorLine = new QCPItemStraightLine(plot);
        cursorLine->setVisible(false);
        bool any = false;
        for (const Line& line : lines) {
            any = any || !line.steps.isEmpty();
            if (!line.low.isEmpty()) {
                QColor fill = line.color;
                fill.setAlpha(46);
                QCPGraph* low = plot->addGraph();
                QCPGraph* high = plot->addGraph();
                low->setData(line.steps, line.low, true);
                high->setData(line.steps, line.high, true);
                for (QCPGraph* edge : { low, high }) {
                    edge->setPen(Qt::NoPen);
                    edge->removeFromLegend();
                    edge->setVisible(!hidden.value(line.label));
                }
                high->setBrush(fill);
                high->setChannelFillGraph(low);
            }
            const bool smooth = smoothing > 0 && !line.points;
            if (smooth) { // the raw line stays, faint, behind
                QColor faint = line.color;
                faint.setAlpha(70);
                QCPGraph* raw = plot->addGraph();
                raw->setData(line.steps, line.values, true);
                raw->setPen(QPen(faint, 1));
                raw->removeFromLegend();
                raw->setVisible(!hidden.value(line.label));
            }
            QCPGraph* graph = plot->addGraph();
            graph->setData(line.steps, smooth ? debiasedAverage(line.values, smoothing) : line.values, true);
            graph->setPen(QPen(line.color, 1, line.style)); // width 1: anything wider is painted twenty times slower
            graph->setName(line.label);
            if (line.points)
                graph->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssDisc, line.color, line.color, 5));
            graph->setVisible(!hidden.value(line.label));
        }
        for (const Marker& marker : markers) {
            auto* item = new QCPItemStraightLine(plot);
            QColor faint = marker.color;
            faint.setAlpha(120);
            item->setPen(QPen(faint, 1, Qt::DotLine));
            item->point1->setCoords(marker.step, 0);
            item->point2->setCoords(marker.step, 1);
            item->setProperty("text", marker.text);
        }
        plot->legend->setVisible(lines.size() > 1);
        empty->setVisible(!any);
        style();
        if (following)
            showAll();
        showCursor();
        plot->replot(QCustomPlot::rpQueuedReplot);
    }

    void showAll()
    {
        double low = INFINITY, high = -INFINITY, bottom = INFINITY, top = -INFINITY;
        const auto reach = [&](const QVector<double>& values) {
            for (const double value : values)
                if (std::isfinite(value)) {
                    bottom = std::min(bottom, value);
                    top = std::max(top, value);
                }
        };
        for (const Line& line : lines) {
            if (hidden.value(line.label) || line.steps.isEmpty())
                continue;
            low = std::min(low, line.steps.front());
            high = std::max(high, line.steps.back());
            reach(line.values);
            reach(line.low);
            reach(line.high);
        }
        internal = true;
        if (low <= high)
            plot->xAxis->setRange(low, std::max(high, low + 1));
        if (bottom <= top) {
            const double margin = top > bottom ? 0.06 * (top - bottom) : std::max(0.05 * std::abs(top), 0.05);
            plot->yAxis->setRange(bottom - margin, top + margin);
        }
        internal = false;
    }

    void setFollowing(bool on)
    {
        if (on == following)
            return;
        following = on;
        followButton->setChecked(on);
        followButton->setVisible(!on);
        Q_EMIT q->followChanged(on);
    }

    /// Nearest value of a line at or around a step; NaN without data.
    static double valueAt(const Line& line, double step, double* at = nullptr)
    {
        if (line.steps.isEmpty())
            return NAN;
        auto found = std::lower_bound(line.steps.begin(), line.steps.end(), step);
        if (found == line.steps.end() || (found != line.steps.begin() && step - *(found - 1) < *found - step))
            --found;
        if (at)
            *at = *found;
        return line.values[found - line.steps.begin()];
    }

    void showCursor()
    {
        const bool on = std::isfinite(cursor) && cursorLine;
        if (cursorLine) {
            cursorLine->setVisible(on);
            cursorLine->point1->setCoords(cursor, 0);
            cursorLine->point2->setCoords(cursor, 1);
        }
        if (!on) {
            reading->setText(QString());
            return;
        }
        QString text = QStringLiteral("step %1").arg(qRound64(cursor));
        for (const Line& line : lines)
            if (const double value = valueAt(line, cursor); !hidden.value(line.label) && std::isfinite(value))
                text += (lines.size() > 1 ? QStringLiteral("  ·  ") + line.label : QStringLiteral("  ·")) + QLatin1Char(' ') + QString::number(value, 'g', 4);
        for (const Marker& marker : markers)
            if (std::abs(marker.step - cursor) < 0.5)
                text += QStringLiteral("  ·  ") + marker.text;
        reading->setText(text);
    }
};

LinePlot::LinePlot(const QString& title, const QString& unit, QWidget* parent) : QWidget(parent), d(std::make_unique<Private>())
{
    d->q = this;
    d->title = title;
    d->unit = unit;
    setObjectName(QStringLiteral("chart.") + title);
    setAccessibleName(title);
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);
    d->titleLabel = new QLabel(unit.isEmpty() ? title : title + QStringLiteral(" (") + unit + QLatin1Char(')'), this);
    QFont bold = font();
    bold.setBold(true);
    d->titleLabel->setFont(bold);
    d->reading = new QLabel(this);
    d->reading->setProperty("role", QStringLiteral("hint"));
    d->reading->setMinimumHeight(d->reading->fontMetrics().height());
    d->reading->setTextInteractionFlags(Qt::TextSelectableByMouse);
    d->reading->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    d->followButton = new QToolButton(this);
    d->followButton->setText(QStringLiteral("Follow"));
    d->followButton->setObjectName(QStringLiteral("follow.") + title);
    d->followButton->setAccessibleName(QStringLiteral("Follow new steps"));
    d->followButton->setCheckable(true);
    d->followButton->setChecked(true);
    d->followButton->hide();
    auto* maximize = new QToolButton(this);
    maximize->setText(QStringLiteral("⤢"));
    maximize->setAutoRaise(true);
    maximize->setObjectName(QStringLiteral("maximize.") + title);
    maximize->setAccessibleName(QStringLiteral("Enlarge or shrink this chart"));
    maximize->setToolTip(maximize->accessibleName());
    d->plot = new QCustomPlot(this);
    d->plot->setMinimumHeight(130);
    d->plot->setNoAntialiasingOnDrag(true);
    d->plot->setInteractions(QCP::iRangeZoom | QCP::iSelectLegend);
    d->plot->setSelectionRectMode(QCP::srmZoom);
    d->plot->axisRect()->setRangeZoom(Qt::Horizontal | Qt::Vertical);
    d->plot->axisRect()->insetLayout()->setInsetAlignment(0, Qt::AlignBottom | Qt::AlignRight);
    d->plot->xAxis->setLabel(QStringLiteral("step"));
    d->plot->legend->setRowSpacing(-4);
    d->plot->legend->setSelectableParts(QCPLegend::spItems);
    d->plot->setToolTip(QStringLiteral("Drag: zoom · wheel: zoom (over an axis: that axis) · middle button or Ctrl+drag: move · double click: everything · click: traces of that step"));
    d->empty = new QLabel(QStringLiteral("No steps yet"), d->plot);
    d->empty->setProperty("role", QStringLiteral("hint"));
    d->empty->setAlignment(Qt::AlignCenter);
    auto* emptyLayout = new QVBoxLayout(d->plot);
    emptyLayout->addWidget(d->empty);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(8, 4, 4, 4);
    layout->setSpacing(2);
    auto* top = new QHBoxLayout;
    top->addWidget(d->titleLabel);
    top->addStretch(1);
    top->addWidget(d->followButton);
    top->addWidget(maximize);
    layout->addLayout(top);
    layout->addWidget(d->plot, 1);
    layout->addWidget(d->reading);

    connect(maximize, &QToolButton::clicked, this, &LinePlot::maximizeToggled);
    connect(d->followButton, &QToolButton::clicked, this, &LinePlot::follow);
    connect(d->plot->xAxis, qOverload<const QCPRange&>(&QCPAxis::rangeChanged), this, [this](const QCPRange& range) {
        if (d->internal)
            return;
        d->setFollowing(false);
        Q_EMIT rangeChanged(range.lower, range.upper);
    });
    connect(d->plot->yAxis, qOverload<const QCPRange&>(&QCPAxis::rangeChanged), this, [this] {
        if (!d->internal)
            d->setFollowing(false);
    });
    connect(d->plot, &QCustomPlot::mouseDoubleClick, this, &LinePlot::follow);
    connect(d->plot, &QCustomPlot::mouseWheel, this, [this](QWheelEvent* event) {
        const QPoint at = event->position().toPoint();
        Qt::Orientations both = Qt::Horizontal | Qt::Vertical;
        if (d->plot->xAxis->selectTest(at, false) >= 0)
            both = Qt::Horizontal;
        else if (d->plot->yAxis->selectTest(at, false) >= 0)
            both = Qt::Vertical;
        d->plot->axisRect()->setRangeZoom(both);
    });
    connect(d->plot, &QCustomPlot::mousePress, this, [this](QMouseEvent* event) {
        const bool move = event->button() == Qt::MiddleButton || (event->button() == Qt::LeftButton && event->modifiers() & Qt::ControlModifier);
        d->plot->setInteraction(QCP::iRangeDrag, move);
        d->plot->axisRect()->setRangeDrag(Qt::Horizontal | Qt::Vertical);
        d->plot->setSelectionRectMode(move ? QCP::srmNone : QCP::srmZoom);
        d->pressed = event->button() == Qt::LeftButton && !move;
        d->pressedAt = event->pos();
    });
    connect(d->plot, &QCustomPlot::mouseRelease, this, [this](QMouseEvent* event) {
        if (d->pressed && (event->pos() - d->pressedAt).manhattanLength() < 4 && d->plot->axisRect()->rect().contains(event->pos()))
            pick(d->plot->xAxis->pixelToCoord(event->pos().x()));
        d->pressed = false;
    });
    connect(d->plot, &QCustomPlot::mouseMove, this, [this](QMouseEvent* event) { Q_EMIT cursorMoved(d->plot->xAxis->pixelToCoord(event->pos().x())); });
    connect(d->plot, &QCustomPlot::legendClick, this, [this](QCPLegend*, QCPAbstractLegendItem* item) {
        if (auto* entry = qobject_cast<QCPPlottableLegendItem*>(item)) {
            bool& off = d->hidden[entry->plottable()->name()];
            off = !off;
            d->rebuild();
        }
    });
    d->rebuild();
}

LinePlot::~LinePlot() = default;

void LinePlot::setLines(const QVector<Line>& lines)
{
    d->lines = lines;
    d->rebuild();
}

void LinePlot::setMarkers(const QVector<Marker>& markers)
{
    d->markers = markers;
    d->rebuild();
}

void LinePlot::setSmoothing(double weight)
{
    d->smoothing = weight;
    d->rebuild();
}

void LinePlot::follow()
{
    d->setFollowing(true);
    d->showAll();
    d->plot->replot(QCustomPlot::rpQueuedReplot);
}

bool LinePlot::following() const { return d->following; }
QString LinePlot::title() const { return d->title; }
QPair<double, double> LinePlot::range() const { return { d->plot->xAxis->range().lower, d->plot->xAxis->range().upper }; }

bool LinePlot::isEmpty() const
{
    return std::all_of(d->lines.begin(), d->lines.end(), [](const Line& line) { return line.steps.isEmpty(); });
}

void LinePlot::setCursor(double step)
{
    d->cursor = step;
    d->showCursor();
    d->plot->replot(QCustomPlot::rpQueuedReplot);
}

void LinePlot::setRange(double low, double high)
{
    d->internal = true;
    d->plot->xAxis->setRange(low, high);
    d->internal = false;
    d->setFollowing(false);
    d->plot->replot(QCustomPlot::rpQueuedReplot);
}

void LinePlot::userZoom(double low, double high) { d->plot->xAxis->setRange(low, high); }

void LinePlot::pick(double step)
{
    double best = INFINITY, chosen = 0;
    QString folder;
    for (const Line& line : d->lines) {
        double at = 0;
        if (std::isfinite(Private::valueAt(line, step, &at)) && std::abs(at - step) < best) {
            best = std::abs(at - step);
            chosen = at;
            folder = line.folder;
        }
    }
    if (!folder.isEmpty())
        Q_EMIT picked(folder, qRound64(chosen));
}

QString LinePlot::visibleCsv() const
{
    QString csv = QStringLiteral("line,step,value\n");
    const QCPRange range = d->plot->xAxis->range();
    for (const Line& line : d->lines)
        for (qsizetype i = 0; i < line.steps.size(); ++i)
            if (range.contains(line.steps[i]))
                csv += QStringLiteral("\"%1\",%2,%3\n").arg(QString(line.label).replace(QLatin1Char('"'), QStringLiteral("\"\""))).arg(line.steps[i], 0, 'g', 17)
                           .arg(std::isfinite(line.values[i]) ? QString::number(line.values[i], 'g', 17) : QString());
    return csv;
}

bool LinePlot::savePng(const QString& file, const QSize& size)
{
    const QSize before = this->size();
    resize(size);
    layout()->activate();
    d->plot->replot(QCustomPlot::rpImmediateRefresh);
    const bool saved = grab().save(file, "PNG");
    resize(before);
    return saved;
}

bool LinePlot::saveSvg(const QString& file, const QSize& size)
{
    QSvgGenerator generator;
    generator.setFileName(file);
    generator.setSize(size);
    generator.setViewBox(QRect(QPoint(), size));
    generator.setTitle(d->title);
    QCPPainter painter;
    if (!painter.begin(&generator))
        return false;
    painter.setMode(QCPPainter::pmVectorized);
    d->plot->toPainter(&painter, size.width(), size.height());
    return painter.end();
}

void LinePlot::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::PaletteChange && d->empty) {
        d->style();
        d->plot->replot(QCustomPlot::rpQueuedReplot);
    }
    QWidget::changeEvent(event);
}

void LinePlot::contextMenuEvent(QContextMenuEvent* event)
{
    QMenu menu(this);
    const auto ask = [this](const char* ending) {
        return QFileDialog::getSaveFileName(this, QStringLiteral("Export"), QString(d->title).replace(QLatin1Char(' '), QLatin1Char('-')).toLower() + QLatin1String(ending));
    };
    menu.addAction(QStringLiteral("Everything in view"), this, &LinePlot::follow);
    menu.addSeparator();
    menu.addAction(QStringLiteral("Export PNG…"), this, [&] { if (const QString file = ask(".png"); !file.isEmpty()) savePng(file, QSize(1200, 700)); });
    menu.addAction(QStringLiteral("Export SVG…"), this, [&] { if (const QString file = ask(".svg"); !file.isEmpty()) saveSvg(file, QSize(1200, 700)); });
    menu.addAction(QStringLiteral("Export CSV of what is seen…"), this, [&] {
        QFile file(ask(".csv"));
        if (!file.fileName().isEmpty() && file.open(QIODevice::WriteOnly))
            file.write(visibleCsv().toUtf8());
    });
    menu.exec(event->globalPos());
}

} // namespace aha
