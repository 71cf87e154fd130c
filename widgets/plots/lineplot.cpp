#include "widgets/plots/lineplotprivate.h"

#include <QContextMenuEvent>
#include <QMenu>
#include <QVBoxLayout>

namespace aha {

LinePlot::LinePlot(const QString& title, const QString& unit, QWidget* parent)
    : QWidget(parent)
    , d(std::make_unique<Private>())
{
    d->q = this;
    d->title = title;
    d->unit = unit;
    setObjectName(QStringLiteral("chart.") + title);
    installAccess();
    setAccessibleName(title);
    setAccessibleDescription(
        tr("Arrow keys move the cursor, with Shift ten times as far, and a zoomed view along; P pins it and Escape "
           "takes the pin away; plus and minus zoom, with Alt the values, Control with an arrow key moves the view, "
           "Home shows everything; L makes the value axis logarithmic, O leaves "
           "out outliers; Enter opens the traces of the step, T those of the steps in view, between cursor and pin "
           "or marked by Shift and drag; Shift+T lists the longest completions of the step, C the traces before and "
           "after a changed setting, N opens the note there; Alt with an arrow key moves the chart, Delete "
           "removes it; the menu key has everything."));
    setFocusPolicy(Qt::StrongFocus);
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);
    d->titleLabel = new ElidedLabel(this);
    d->titleLabel->setTextFormat(Qt::PlainText);
    d->titleLabel->setObjectName(QStringLiteral("title.") + title);
    d->titleLabel->setProperty("role", QStringLiteral("heading"));
    d->titleLabel->setCursor(Qt::OpenHandCursor); // the handle to rearrange by
    d->titleLabel->installEventFilter(this);
    QFont bold = font();
    bold.setBold(true);
    d->titleLabel->setFont(bold);
    d->reading = new ElidedLabel(this);
    d->reading->setElide(Qt::ElideMiddle); // the step at one end, the new value of a changed setting at the other
    d->reading->setProperty("role", QStringLiteral("hint"));
    d->reading->setTextFormat(Qt::PlainText);
    d->reading->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    d->reading->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    const auto tool = [this](const QString& text, const QString& name, const QString& tip) {
        auto* made = new QToolButton(this);
        made->setText(text);
        made->setAutoRaise(true);
        made->setFocusPolicy(Qt::NoFocus); // the chart is one stop of Tab: its menu and its keys do the same
        made->setObjectName(name);
        made->setAccessibleName(tip);
        made->setToolTip(tip);
        return made;
    };
    d->followButton
        = tool(tr("Follow"), QStringLiteral("follow.") + title, tr("Show everything and keep new steps in view"));
    d->followButton->hide();
    d->outsideButton = tool({}, QStringLiteral("outside.") + title, {}); // showOutside() says what of
    d->showOutside();
    d->sourceButton = tool({}, QStringLiteral("source.") + title, tr("Run of the map")); // setSource() says which
    d->sourceButton->setPopupMode(QToolButton::InstantPopup);
    d->sourceButton->hide();
    auto* source = new QMenu(d->sourceButton);
    d->sourceButton->setMenu(source);
    QToolButton* more
        = tool(QStringLiteral("⋯"), QStringLiteral("menu.") + title, tr("What can be done with this chart"));
    more->setPopupMode(QToolButton::InstantPopup);
    more->setProperty("role", QStringLiteral("dots"));
    auto* menu = new QMenu(more);
    more->setMenu(menu);
    connect(menu, &QMenu::aboutToShow, this, [this, menu] { fillMenu(menu); });
    QToolButton* maximize
        = tool(QStringLiteral("⤢"), QStringLiteral("maximize.") + title, tr("Enlarge or shrink this chart"));
    d->chips = new LegendChips(this);
    d->plot = new QCustomPlot(this);
    QCustomPlot* plot = d->plot;
    plot->setAutoAddPlottableToLegend(false); // the chips are the legend; its own searches itself for every line
    plot->setMinimumHeight(110);
    plot->setAttribute(Qt::WA_NoMousePropagation, false); // a wheel that it does not want scrolls the page
    plot->setNoAntialiasingOnDrag(true);
    plot->setPlottingHint(QCP::phFastPolylines); // a smooth jagged path as one stroke costs seconds
    plot->setSelectionRectMode(QCP::srmZoom);
    plot->axisRect()->setRangeZoomAxes({ plot->xAxis }, { plot->yAxis, plot->yAxis2 });
    plot->axisRect()->setMinimumMargins(QMargins(4, 4, 20, 4)); // room for half of the last number
    plot->yAxis2->setTickLabels(true);
    plot->yAxis2->grid()->setVisible(false);
    d->setScales();
    d->empty = new QLabel(tr("No steps yet"), plot);
    d->empty->setProperty("role", QStringLiteral("hint"));
    d->empty->setAlignment(Qt::AlignCenter);
    auto* emptyLayout = new QVBoxLayout(plot);
    emptyLayout->addWidget(d->empty);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(8, 4, 4, 4);
    layout->setSpacing(2);
    auto* top = new QHBoxLayout;
    top->addWidget(d->titleLabel);
    top->addWidget(d->reading, 1);
    top->addWidget(d->sourceButton);
    top->addWidget(d->outsideButton);
    top->addWidget(d->followButton);
    top->addWidget(more);
    top->addWidget(maximize);
    layout->addLayout(top);
    layout->addWidget(d->chips);
    layout->addWidget(plot, 1);
    plot->installEventFilter(this);
    d->brushButton = tool({}, QStringLiteral("traces.") + title, tr("Search the traces of these steps (T)"));
    d->brushButton->setParent(plot);
    d->brushButton->setAutoRaise(false);
    d->brushButton->setCursor(Qt::ArrowCursor);
    d->brushButton->hide();
    d->makeMarkers();
    d->makeZoom();
    d->makeActions();

    connect(d->brushButton, &QToolButton::clicked, this, [this] { d->pickMarked(); });
    connect(plot, &QCustomPlot::afterReplot, this, [this] {
        d->resized = d->stale = false;
        if (d->brushOwn)
            d->placeBrushButton();
    });
    connect(plot, &QCustomPlot::beforeReplot, this, [this] {
        d->fill(std::max(d->plot->axisRect()->width(), 50));
        d->fillMarks();
        d->joinColumns();
    });
    connect(maximize, &QToolButton::clicked, this, &LinePlot::maximizeToggled);
    connect(d->followButton, &QToolButton::clicked, this, &LinePlot::follow);
    connect(source, &QMenu::aboutToShow, this, [this, source] {
        source->clear();
        Q_EMIT sourceMenuOpening(source);
    });
    connect(d->outsideButton, &QToolButton::clicked, this, [this] {
        if (d->outside == 0) // it speaks of the band alone
            return setBandWhole(true);
        setOutliersLeftOut(false);
        setLogarithmic(d->logX, false);
        Q_EMIT optionsChanged();
    });
    d->connectView();
    d->connectMouse();
    d->refresh();
}

LinePlot::~LinePlot() = default;

void LinePlot::setLines(const QVector<Line>& lines)
{
    std::vector<Private::Entry> next;
    bool same = lines.size() == qsizetype(d->entries.size());
    for (const Line& line : lines) {
        Private::Entry entry;
        for (Private::Entry& old : d->entries)
            if (old.series && old.line.label == line.label && old.line.folder == line.folder) {
                const Line& was = old.line;
                same = same && &old - d->entries.data() == qsizetype(next.size()) && was.color == line.color
                    && was.style == line.style && was.variant == line.variant && was.marker == line.marker
                    && was.points == line.points && was.joined == line.joined && was.right == line.right
                    && was.low.isEmpty() == line.low.isEmpty() && was.hint == line.hint && was.shown == line.shown
                    && was.name == line.name;
                entry = std::move(old);
                break;
            }
        same = same && entry.main;
        if (!entry.series)
            entry.series = std::make_unique<PlotSeries>();
        entry.line = line;
        entry.series->setSmoothing(line.points || !line.smooth ? 0 : d->smoothing);
        entry.series->set(line.x.isEmpty() ? line.steps : line.x, line.values, line.low, line.high);
        next.push_back(std::move(entry));
    }
    d->entries = std::move(next);
    if (!same)
        d->makeGraphs();
    d->refresh();
}

void LinePlot::setMarkers(const QVector<Marker>& markers)
{
    if (markers == d->markers)
        return;
    d->markers = markers;
    d->makeMarkers();
    d->refresh();
}

void LinePlot::setSmoothing(double weight)
{
    if (weight == d->smoothing)
        return;
    d->smoothing = weight;
    for (Private::Entry& entry : d->entries)
        entry.series->setSmoothing(entry.line.points || !entry.line.smooth ? 0 : weight);
    d->refresh();
}

void LinePlot::setValueRange(double low, double high)
{
    d->leastLow = low;
    d->leastHigh = high;
    d->refresh();
}

void LinePlot::setAligned(double from, int left)
{
    QMargins margins = d->plot->axisRect()->minimumMargins();
    margins.setLeft(left);
    d->plot->axisRect()->setMinimumMargins(margins);
    d->leastX = from;
    d->refresh();
}

void LinePlot::setRightAxis(const QString& unit, double low, double high)
{
    d->plot->yAxis2->setLabel(translated(unit));
    d->rightLow = low;
    d->rightHigh = high;
    d->refresh();
}

QString LinePlot::title() const { return d->title; }
LegendChips* LinePlot::legend() const { return d->chips; }
QRect LinePlot::plotArea() const { return d->plot->axisRect()->rect(); }
QString LinePlot::reading() const { return d->reading->text(); }

QStringList LinePlot::folders() const
{
    QStringList folders;
    for (const Private::Entry& entry : d->entries)
        folders << entry.line.folder;
    folders.removeDuplicates();
    folders.sort();
    return folders;
}

bool LinePlot::isEmpty() const
{
    return std::all_of(d->entries.begin(), d->entries.end(), [](const Private::Entry& entry) {
        return entry.series->isEmpty();
    }) && d->heat.columns < 1;
}

void LinePlot::setXAxis(const XAxis& axis)
{
    if (axis == d->xAxis)
        return;
    const bool scales = axis.whole != d->xAxis.whole;
    d->xAxis = axis;
    if (scales)
        d->setScales();
    d->refresh();
}

void LinePlot::setEmptyText(const QString& text) { d->empty->setText(text); }

void LinePlot::setSource(const QString& run)
{
    constexpr int kLongest = 20; // beside the title and the reading
    d->sourceButton->setVisible(!run.isEmpty());
    QString text = run.size() > kLongest ? run.left(kLongest - 1) + QStringLiteral("…") : run;
    d->sourceButton->setText(text.replace(QLatin1Char('&'), QLatin1String("&&")));
    const QString tip = tr("Of the run %1; choose another").arg(run);
    d->sourceButton->setAccessibleName(tip);
    d->sourceButton->setToolTip(tip.toHtmlEscaped());
}

void LinePlot::setHeat(const Heat& heat)
{
    d->heat = heat;
    d->makeHeat();
    d->refresh();
}

void LinePlot::setLogarithmic(bool x, bool y)
{
    x = x && d->heat.columns < 1;
    y = y && d->heat.columns < 1;
    if (x == d->logX && y == d->logY)
        return;
    if (y != d->logY)
        d->given.left.reset(); // asks for another fit
    d->logX = x;
    d->logY = y;
    d->showFollow();
    d->setScales();
    if (!d->following) {
        QCPRange range = d->plot->xAxis->range();
        if (d->logX && range.lower <= 0)
            d->setFollowing(true);
        else
            setRange(range.lower, range.upper);
    }
    d->refresh();
}

void LinePlot::setOutliersLeftOut(bool on)
{
    if (on == d->leaveOut)
        return;
    d->leaveOut = on;
    d->given.left.reset(); // asks for another fit
    d->showFollow();
    if (!d->following)
        setRange(d->plot->xAxis->range().lower, d->plot->xAxis->range().upper);
    d->refresh();
}

bool LinePlot::logarithmicX() const { return d->logX; }
bool LinePlot::logarithmicY() const { return d->logY; }
bool LinePlot::outliersLeftOut() const { return d->leaveOut; }
qsizetype LinePlot::outside() const { return d->outside; }
double LinePlot::cursor() const { return d->cursor; }
QString LinePlot::placeText(double x) const { return d->placeText(x); }

void LinePlot::setCursor(double step)
{
    d->cursor = step;
    d->paintCursor();
    tellCursor();
}

void LinePlot::setPin(double x)
{
    d->pin = x;
    d->paintCursor();
}

QVector<LinePlot::Reading> LinePlot::readings() const
{
    QVector<Reading> all;
    for (size_t i = 0; i < d->entries.size(); ++i) {
        if (!d->shown(i))
            continue;
        const Private::Entry& entry = d->entries[i];
        Reading reading { entry.line.label, entry.line.folder, entry.line.color };
        if (const qsizetype at = d->indexAt(entry, d->cursor); at >= 0) {
            reading.step = qRound64(entry.line.steps[at]);
            reading.place = d->measuredAt(entry, at);
            reading.value = entry.series->curve(PlotSeries::Raw)[at];
            if (d->smooth(entry))
                reading.smoothed = entry.series->curve(PlotSeries::Smooth)[at];
        }
        if (std::isfinite(d->pin))
            if (const qsizetype at = d->indexAt(entry, d->pin); at >= 0)
                reading.pinned = entry.series->curve(PlotSeries::Raw)[at];
        all.append(reading);
    }
    return all;
}

const LinePlot::Private::Entry* LinePlot::Private::nearest(double place, double value, double& step) const
{
    const QCPAxis* x = plot->xAxis;
    const Entry* found = nullptr;
    double best = INFINITY;
    for (const Entry& entry : entries) {
        const qsizetype index = entry.series->indexNear(place);
        if (index < 0 || !entry.main->visible())
            continue;
        const double at = entry.series->steps()[index], there = entry.series->curve(PlotSeries::Raw)[index];
        if (!std::isfinite(there))
            continue;
        const double aside = x->coordToPixel(at) - x->coordToPixel(place);
        // The value is given on the left axis; what counts is the distance on the screen.
        const QCPAxis* y = entry.line.right ? plot->yAxis2 : plot->yAxis;
        const double above = std::isfinite(value) ? y->coordToPixel(there) - plot->yAxis->coordToPixel(value) : 0;
        if (const double distance = std::hypot(aside, above); distance < best) {
            best = distance;
            step = entry.line.steps[index];
            found = &entry;
        }
    }
    return found && !found->line.folder.isEmpty() ? found : nullptr;
}

void LinePlot::pick(double step, double value)
{
    if (const Marker* change = std::isfinite(value) ? d->changeAt(step) : nullptr) { // under the mouse
        Q_EMIT changePicked(change->folder, change->changedAfter);
        return;
    }
    double chosen = 0;
    const Private::Entry* nearest = d->nearest(step, value, chosen);
    if (!nearest)
        return;
    if (nearest->line.points && !nearest->line.stepwise)
        Q_EMIT pointPicked(nearest->line.folder, qRound64(chosen));
    else
        Q_EMIT picked(nearest->line.folder, qRound64(chosen));
}

std::pair<QString, qint64> LinePlot::stepAt(double x) const
{
    double step = 0;
    const Private::Entry* nearest = d->nearest(x, NAN, step);
    return nearest ? std::pair(nearest->line.folder, qint64(qRound64(step))) : std::pair(QString(), qint64(-1));
}

qsizetype LinePlot::redraw()
{
    const auto reads = [this] {
        qsizetype sum = 0;
        for (const Private::Entry& entry : d->entries)
            sum += entry.series->reads();
        return sum;
    };
    const qsizetype before = reads();
    d->plot->replot(QCustomPlot::rpImmediateRefresh);
    return reads() - before;
}

void LinePlot::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::PaletteChange && d->cursorLine) {
        d->style();
        d->replotSoon();
    }
    QWidget::changeEvent(event);
}

bool LinePlot::eventFilter(QObject* object, QEvent* event)
{
    if (object == d->titleLabel && event->type() == QEvent::MouseButtonRelease) { // the title is the chart's handle
        const auto* mouse = static_cast<QMouseEvent*>(event);
        if (!d->titleLabel->rect().contains(mouse->position().toPoint()))
            Q_EMIT dropped(mouse->globalPosition().toPoint());
    }
    if (event->type() == QEvent::Resize && object == d->plot) { // a new layout resizes all charts: drawn when painted
        d->plot->setViewport(d->plot->rect());
        d->resized = true;
        d->plot->update();
        return true;
    }
    if (event->type() == QEvent::Paint && object == d->plot) {
        if (d->resized)
            d->plot->replot(QCustomPlot::rpQueuedRefresh);
        else if (d->stale) // was out of sight
            d->replotSoon();
    }
    if (event->type() == QEvent::Wheel && object == d->plot) {
        const auto* wheel = static_cast<QWheelEvent*>(event);
        if (wheel->modifiers() & Qt::ControlModifier)
            d->zoomWheel(*wheel);
        event->setAccepted(wheel->modifiers() & Qt::ControlModifier); // else the page scrolls
        return true;
    }
    if (event->type() == QEvent::Leave && object == d->plot)
        Q_EMIT cursorMoved(NAN);
    return QWidget::eventFilter(object, event);
}

void LinePlot::focusInEvent(QFocusEvent* event)
{
    QWidget::focusInEvent(event);
    update();
}

void LinePlot::focusOutEvent(QFocusEvent* event)
{
    QWidget::focusOutEvent(event);
    update();
}

void LinePlot::paintEvent(QPaintEvent* event)
{
    QWidget::paintEvent(event);
    if (!hasFocus())
        return;
    QPainter painter(this);
    painter.setPen(QPen(palette().color(QPalette::Highlight), 1));
    painter.drawRect(rect().adjusted(0, 0, -1, -1));
}

} // namespace aha
