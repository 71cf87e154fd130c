// A stretch of the x axis that is marked, and the steps below it.

#include "widgets/plots/lineplotprivate.h"

#include "widgets/plots/placeaction.h"

#include <QMenu>
#include <QMetaMethod>

namespace aha {

namespace {
constexpr int kMostRuns = 12; ///< in the menu
}

void LinePlot::Private::makeBrush()
{
    brushBand = new QCPItemRect(plot);
    for (QCPItemPosition* corner : { brushBand->topLeft, brushBand->bottomRight }) {
        corner->setTypeX(QCPItemPosition::ptPlotCoords);
        corner->setTypeY(QCPItemPosition::ptAxisRectRatio);
    }
    brushBand->setLayer(QStringLiteral("overlay"));
    showBrush();
}

void LinePlot::Private::showBrush()
{
    const bool on = std::isfinite(brushLow);
    brushBand->setVisible(on);
    if (on) {
        QColor fill = q->palette().color(QPalette::Highlight);
        brushBand->setPen(QPen(fill, 1));
        fill.setAlpha(36);
        brushBand->setBrush(fill);
        brushBand->topLeft->setCoords(brushLow, 0);
        brushBand->bottomRight->setCoords(brushHigh, 1);
    }
    placeBrushButton();
}

void LinePlot::Private::placeBrushButton()
{
    const std::vector<Steps> found = brushOwn && canPick() ? stepsIn(brushLow, brushHigh) : std::vector<Steps>();
    brushButton->setVisible(!found.empty());
    if (found.empty())
        return;
    brushButton->setText(tr("Show the traces of steps %1 to %2").arg(found[0].from).arg(found[0].to));
    brushButton->adjustSize();
    const QRect room = plot->axisRect()->rect();
    const double middle = plot->xAxis->coordToPixel((brushLow + brushHigh) / 2);
    brushButton->move(std::clamp(int(middle) - brushButton->width() / 2, room.left(),
                          std::max(room.left(), room.right() - brushButton->width())),
        room.top() + 2);
}

bool LinePlot::Private::canPick() const
{
    return q->isSignalConnected(QMetaMethod::fromSignal(&LinePlot::rangePicked));
}

std::vector<LinePlot::Private::Steps> LinePlot::Private::stepsIn(double low, double high) const
{
    std::vector<Steps> found;
    for (size_t i = 0; i < entries.size(); ++i) {
        const Line& line = entries[i].line;
        if (!shown(i) || line.folder.isEmpty() || !std::isfinite(low) || !std::isfinite(high)
            || (line.points && !line.stepwise)) // an evaluation is no step
            continue;
        const auto [begin, end] = entries[i].series->between(low, high);
        if (begin == end)
            continue;
        auto run
            = std::find_if(found.begin(), found.end(), [&](const Steps& one) { return one.folder == line.folder; });
        // Along an axis of steps or time they ascend; along a metric they may lie in any order.
        const auto [least, most] = line.stepwise
            ? std::minmax_element(line.steps.begin() + begin, line.steps.begin() + end)
            : std::pair(line.steps.begin() + begin, line.steps.begin() + end - 1);
        if (run == found.end())
            run = found.insert(run, { line.folder, line.label, qRound64(*least), qRound64(*most) });
        run->from = std::min(run->from, qint64(qRound64(*least)));
        run->to = std::max(run->to, qint64(qRound64(*most)));
    }
    return found;
}

QPair<double, double> LinePlot::Private::marked() const
{
    if (std::isfinite(brushLow))
        return { brushLow, brushHigh };
    if (std::isfinite(pin) && std::isfinite(cursor))
        return { std::min(pin, cursor), std::max(pin, cursor) };
    return following ? ends() : QPair<double, double>(plot->xAxis->range().lower, plot->xAxis->range().upper);
}

void LinePlot::Private::pickMarked()
{
    const auto [low, high] = marked();
    if (const std::vector<Steps> found = stepsIn(low, high); !found.empty())
        Q_EMIT q->rangePicked(found[0].folder, found[0].from, found[0].to);
}

void LinePlot::Private::fillBrushMenu(QMenu* menu)
{
    if (!canPick())
        return;
    const auto [low, high] = marked();
    const std::vector<Steps> found = stepsIn(low, high);
    for (size_t i = 0; i < std::min<size_t>(found.size(), kMostRuns); ++i) {
        const Steps& steps = found[i];
        QString text = tr("Show the traces of steps %1 to %2").arg(steps.from).arg(steps.to);
        if (found.size() > 1)
            text += QStringLiteral(": ") + QString(steps.label).replace(QLatin1Char('&'), QLatin1String("&&"));
        if (i == 0)
            text = placeAction(q, "chart.traces")->withKeys(text);
        menu->addAction(text, q, [this, steps] { Q_EMIT q->rangePicked(steps.folder, steps.from, steps.to); });
    }
}

void LinePlot::setBrush(double low, double high)
{
    d->brushLow = std::min(low, high);
    d->brushHigh = std::max(low, high);
    d->brushOwn = false;
    d->showBrush();
    d->paintCursor();
}

QPair<double, double> LinePlot::brush() const { return { d->brushLow, d->brushHigh }; }

void LinePlot::userBrush(double low, double high)
{
    if (std::isfinite(low) && d->stepsIn(std::min(low, high), std::max(low, high)).empty())
        low = high = NAN; // nothing lies there
    setBrush(low, high);
    d->brushOwn = std::isfinite(low);
    d->showBrush();
    Q_EMIT brushed(d->brushLow, d->brushHigh);
}

} // namespace aha
