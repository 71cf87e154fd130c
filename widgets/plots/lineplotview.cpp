// What is in view of a chart: how mouse and keys zoom and move it, what the axes of values keep, which lines are shown.

#include "widgets/plots/lineplotprivate.h"

#include <QGuiApplication>
#include <QStyleHints>

namespace aha {

namespace {

bool sameRange(const QCPRange& a, const QCPRange& b)
{
    return std::abs(a.lower - b.lower) + std::abs(a.upper - b.upper) <= 1e-9 * b.size();
}

/// `axis` moved by this share of what it shows, as far as `limits`. A logarithmic one moves by a factor.
QCPRange movedRange(const QCPAxis& axis, double share, const QCPRange& limits)
{
    const bool log = axis.scaleType() == QCPAxis::stLogarithmic;
    const auto in = [log](double value) { return log ? std::log(value) : value; };
    const auto out = [log](double value) { return log ? std::exp(value) : value; };
    const double low = in(axis.range().lower), high = in(axis.range().upper);
    const double most = std::max(in(limits.upper) - high, 0.0), least = std::min(in(limits.lower) - low, 0.0);
    const double by = std::clamp(share * (high - low), least, most);
    return std::abs(by) <= 1e-9 * (high - low) ? axis.range() : QCPRange(out(low + by), out(high + by));
}

} // namespace

void LinePlot::Private::connectView()
{
    connect(chips, &LegendChips::toggled, q, [this] { chooseLines(); });
    connect(plot->xAxis, qOverload<const QCPRange&>(&QCPAxis::rangeChanged), q, [this](const QCPRange& range) {
        if (internal)
            return;
        setFollowing(false);
        Q_EMIT q->rangeChanged(range.lower, range.upper);
    });
    for (QCPAxis* axis : { plot->yAxis, plot->yAxis2 })
        connect(axis, qOverload<const QCPRange&>(&QCPAxis::rangeChanged), q, [this, axis] {
            if (!internal)
                takeValues(axis);
        });
}

void LinePlot::Private::connectMouse()
{
    connect(plot->selectionRect(), &QCPSelectionRect::accepted, q, [this](const QRect& drawn) {
        if (plot->selectionRectMode() != QCP::srmCustom || std::abs(drawn.width()) < 4)
            return; // a zoom, which the library makes
        const QRect room = plot->axisRect()->rect();
        const auto place = [&](int x) { return plot->xAxis->pixelToCoord(std::clamp(x, room.left(), room.right())); };
        q->userBrush(place(drawn.left()), place(drawn.left() + drawn.width()));
    });
    connect(plot, &QCustomPlot::mouseDoubleClick, q, [this] {
        click.stop(); // the first of the two leads nowhere
        q->follow();
    });
    click.setSingleShot(true);
    connect(&click, &QTimer::timeout, q, [this] { q->pick(clicked.x(), clicked.y()); });
    connect(plot, &QCustomPlot::mousePress, q, [this](QMouseEvent* event) {
        const bool left = event->button() == Qt::LeftButton;
        const bool move = event->button() == Qt::MiddleButton || (left && event->modifiers() & Qt::ControlModifier);
        q->setFocus(Qt::MouseFocusReason);
        moving = move;
        movedTo = event->pos();
        plot->setSelectionRectMode(!left || move         ? QCP::srmNone
                : event->modifiers() & Qt::ShiftModifier ? QCP::srmCustom // marks, and leaves the view as it is
                                                         : QCP::srmZoom);
        pressed = left && !move;
        pressedAt = event->pos();
    });
    connect(plot, &QCustomPlot::mouseRelease, q, [this](QMouseEvent* event) {
        const bool still = (event->pos() - pressedAt).manhattanLength() < 4;
        const qint64 note = pressed && still ? noteAt(event->pos()) : -1;
        if (pressed && still && event->modifiers() & Qt::ShiftModifier)
            Q_EMIT q->pinMoved(plot->xAxis->pixelToCoord(event->pos().x()));
        else if (note >= 0)
            Q_EMIT q->notePicked(note);
        else if (pressed && still && plot->axisRect()->rect().contains(event->pos())) {
            clicked = { plot->xAxis->pixelToCoord(event->pos().x()), plot->yAxis->pixelToCoord(event->pos().y()) };
            click.start(QGuiApplication::styleHints()->mouseDoubleClickInterval());
        }
        pressed = moving = false;
    });
    connect(plot, &QCustomPlot::mouseMove, q, [this](QMouseEvent* event) {
        if (moving && event->buttons())
            moveTo(event->pos());
        const double step = plot->xAxis->pixelToCoord(event->pos().x());
        const double reach = std::abs(plot->xAxis->pixelToCoord(event->pos().x() + kMarkerReachPx) - step);
        if (const QString text = markersAt(step, reach, false); text.isEmpty())
            QToolTip::hideText();
        else
            QToolTip::showText(event->globalPosition().toPoint(), text.toHtmlEscaped(), q);
        Q_EMIT q->cursorMoved(withinData(step));
    });
}

void LinePlot::Private::showFollow() { followButton->setVisible(!following || given != Values {}); }

void LinePlot::Private::takeValues(const QCPAxis* axis)
{
    if (!axis->visible())
        return; // a box goes over an axis that has no lines, too
    Values now = given;
    (axis == plot->yAxis ? now.left : now.right) = QPair<double, double>(axis->range().lower, axis->range().upper);
    giveValues(now);
}

void LinePlot::Private::giveValues(const Values& values)
{
    if (values == given)
        return;
    given = values;
    showFollow();
    showOutside();
    Q_EMIT q->optionsChanged();
}

void LinePlot::Private::chooseLines()
{
    for (size_t i = 0; i < entries.size(); ++i)
        if (const Line& line = entries[i].line; shown(i) != line.shown)
            chosen[nameOf(line)] = shown(i);
        else
            chosen.remove(nameOf(line));
    showHidden();
    refresh();
    Q_EMIT q->optionsChanged();
}

void LinePlot::setChosenLines(const QHash<QString, bool>& shown)
{
    if (shown == d->chosen)
        return;
    d->chosen = shown;
    for (size_t i = 0; i < d->entries.size(); ++i)
        d->chips->setShown(int(i), d->wantsShown(d->entries[i].line));
    d->showHidden();
    d->refresh();
}

const QHash<QString, bool>& LinePlot::chosenLines() const { return d->chosen; }

void LinePlot::setValues(const Values& values)
{
    if (values == d->given)
        return;
    d->given = values;
    d->showFollow();
    d->internal = true;
    if (d->following)
        d->showAll();
    else
        d->fitValues(d->plot->xAxis->range().lower, d->plot->xAxis->range().upper);
    d->internal = false;
    d->replotSoon();
}

const LinePlot::Values& LinePlot::values() const { return d->given; }

void LinePlot::follow()
{
    d->giveValues({});
    followX();
}

void LinePlot::followX()
{
    d->setFollowing(true);
    d->showAll();
    d->replotSoon();
}

void LinePlot::stopFollowing() { d->setFollowing(false); }
bool LinePlot::following() const { return d->following; }

QPair<double, double> LinePlot::range() const
{
    return { d->plot->xAxis->range().lower, d->plot->xAxis->range().upper };
}

QPair<double, double> LinePlot::valueRange() const
{
    return { d->plot->yAxis->range().lower, d->plot->yAxis->range().upper };
}

void LinePlot::setRange(double low, double high)
{
    d->internal = true;
    d->plot->xAxis->setRange(low, high);
    d->fitValues(low, high);
    d->internal = false;
    d->setFollowing(false);
    d->replotSoon();
}

void LinePlot::userZoom(double low, double high)
{
    d->plot->xAxis->setRange(low, high);
    d->replotSoon();
}

void LinePlot::Private::zoom(const QList<QCPAxis*>& axes, double factor, const QPointF& pixel)
{
    if (q->isEmpty())
        return;
    const auto scaled = [&](QCPAxis* axis) {
        const QCPRange was = axis->range();
        if (axes.contains(axis))
            axis->scaleRange(factor, axis->pixelToCoord(axis->orientation() == Qt::Horizontal ? pixel.x() : pixel.y()));
        const QCPRange now = axis->range();
        axis->setRange(was);
        return now;
    };
    const auto within = [](const QCPRange& range, const QCPRange& limits) {
        return QCPRange(std::max(range.lower, limits.lower), std::min(range.upper, limits.upper));
    };
    internal = true; // nobody hears of the ranges tried on the way
    QCPRange x = scaled(plot->xAxis), left = scaled(plot->yAxis), right = scaled(plot->yAxis2);
    const Values before = std::exchange(given, {}); // what fits is asked for
    showAll();
    internal = true;
    const QCPRange whole = plot->xAxis->range();
    if (factor > 1)
        x = within(x, whole);
    fitValues(x.lower, x.upper);
    const QCPRange leftFit = plot->yAxis->range(), rightFit = plot->yAxis2->range();
    if (factor > 1) {
        left = within(left, leftFit);
        right = within(right, rightFit);
    }
    plot->yAxis->setRange(left);
    plot->yAxis2->setRange(right);
    plot->xAxis->setRange(x);
    internal = false;
    Values now;
    const auto keep = [&](QCPAxis* axis, bool was, const QCPRange& range, const QCPRange& fit) {
        return axis->visible() && (was || axes.contains(axis)) && !sameRange(range, fit)
            ? std::optional(QPair<double, double>(range.lower, range.upper))
            : std::nullopt;
    };
    now.left = keep(plot->yAxis, before.left.has_value(), left, leftFit);
    now.right = keep(plot->yAxis2, before.right.has_value(), right, rightFit);
    given = before;
    giveValues(now);
    showOutside();
    // All of the x axis is in view again: it goes on.
    if (factor > 1 && sameRange(x, whole) && (axes.contains(plot->xAxis) || now == Values {}))
        return q->followX();
    replotSoon();
    if (!axes.contains(plot->xAxis))
        return; // the x axis goes on as it was
    setFollowing(false);
    Q_EMIT q->rangeChanged(x.lower, x.upper);
}

void LinePlot::Private::zoomWheel(const QWheelEvent& event)
{
    const QCPAxisRect* rect = plot->axisRect();
    const QPointF at = event.position();
    QList<QCPAxis*> axes { plot->xAxis, plot->yAxis, plot->yAxis2 };
    if (at.y() > rect->bottom())
        axes = { plot->xAxis };
    else if (at.x() < rect->left())
        axes = { plot->yAxis };
    else if (at.x() > rect->right())
        axes = { plot->yAxis2 };
    zoom(axes, std::pow(0.85, event.angleDelta().y() / 120.0), at);
}

void LinePlot::Private::zoomKeys(double factor)
{
    zoom({ plot->xAxis }, factor,
        QPointF(plot->xAxis->coordToPixel(std::isfinite(cursor) ? cursor : plot->xAxis->range().center()), 0));
}

void LinePlot::Private::zoomValues(double factor)
{
    zoom({ plot->yAxis, plot->yAxis2 }, factor, QRectF(plot->axisRect()->rect()).center());
}

void LinePlot::Private::moveTo(const QPoint& at)
{
    const QPoint from = std::exchange(movedTo, at);
    for (QCPAxis* axis : { plot->xAxis, plot->yAxis, plot->yAxis2 }) {
        const bool across = axis == plot->xAxis;
        const double was = axis->pixelToCoord(across ? from.x() : from.y()),
                     now = axis->pixelToCoord(across ? at.x() : at.y());
        if (was != now)
            axis->moveRange(axis->scaleType() == QCPAxis::stLogarithmic ? was / now : was - now);
    }
    replotSoon();
}

void LinePlot::Private::panKeys(double share)
{
    const auto [first, last] = ends();
    if (!(first <= last))
        return;
    const double margin = logX ? std::pow(last / first, kEndMargin) : kEndMargin * (last - first);
    const QCPRange to = movedRange(
        *plot->xAxis, share, logX ? QCPRange(first / margin, last * margin) : QCPRange(first - margin, last + margin));
    if (to != plot->xAxis->range())
        q->userZoom(to.lower, to.upper);
}

void LinePlot::Private::panValues(double share)
{
    const QCPRange left = plot->yAxis->range(), right = plot->yAxis2->range();
    const Values before = std::exchange(given, {}); // what fits is asked for
    internal = true;
    fitValues(plot->xAxis->range().lower, plot->xAxis->range().upper);
    const QCPRange leftFit = plot->yAxis->range(), rightFit = plot->yAxis2->range();
    plot->yAxis->setRange(left);
    plot->yAxis2->setRange(right);
    const QCPRange leftTo = movedRange(*plot->yAxis, share, leftFit),
                   rightTo = movedRange(*plot->yAxis2, share, rightFit);
    plot->yAxis->setRange(leftTo);
    plot->yAxis2->setRange(rightTo);
    internal = false;
    Values now = before;
    if (leftTo != left)
        now.left = QPair<double, double>(leftTo.lower, leftTo.upper);
    if (rightTo != right && plot->yAxis2->visible())
        now.right = QPair<double, double>(rightTo.lower, rightTo.upper);
    given = before;
    giveValues(now);
    showOutside();
    replotSoon();
}

void LinePlot::Private::keepInView(double x)
{
    const QCPRange range = plot->xAxis->range();
    if (range.contains(x) || !std::isfinite(x))
        return;
    const bool before = x < range.lower;
    if (plot->xAxis->scaleType() == QCPAxis::stLogarithmic) {
        const double by = x / (before ? range.lower : range.upper);
        return q->userZoom(range.lower * by, range.upper * by);
    }
    const double by = x - (before ? range.lower : range.upper);
    q->userZoom(range.lower + by, range.upper + by);
}

} // namespace aha
