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
            text += tr(": ") + QString(steps.label).replace(QLatin1Char('&'), QLatin1String("&&"));
        if (i == 0)
            text = placeAction(q, "chart.traces")->withKeys(text);
        menu->addAction(text, q, [this, steps] { Q_EMIT q->rangePicked(steps.folder, steps.from, steps.to); });
    }
}

std::vector<LinePlot::Private::Steps> LinePlot::Private::stepsNear(double x) const
{
    std::vector<Steps> found;
    std::vector<double> distances;
    for (size_t i = 0; i < entries.size(); ++i) {
        const Line& line = entries[i].line;
        const qsizetype at = entries[i].series->indexNear(x);
        if (at < 0 || !shown(i) || line.folder.isEmpty() || (line.points && !line.stepwise))
            continue;
        const double distance = std::abs(entries[i].series->steps()[at] - x);
        const qint64 step = qRound64(line.steps[at]);
        const auto run
            = std::find_if(found.begin(), found.end(), [&](const Steps& one) { return one.folder == line.folder; });
        if (run == found.end()) {
            found.push_back({ line.folder, line.label, step, step });
            distances.push_back(distance);
        } else if (double& best = distances[size_t(run - found.begin())]; distance < best) {
            best = distance;
            run->from = run->to = step;
        }
    }
    return found;
}

double LinePlot::Private::markerReach() const
{
    const double pixels
        = std::abs(plot->xAxis->pixelToCoord(plot->xAxis->coordToPixel(cursor) + kMarkerReachPx) - cursor);
    return xAxis.whole ? std::max(0.5, pixels) : pixels;
}

std::vector<LinePlot::Marker> LinePlot::Private::changesHere() const
{
    std::vector<Marker> found;
    const bool on = std::isfinite(cursor);
    const double reach = on ? markerReach() : 0;
    for (const Marker& marker : markers)
        if (marker.changedAfter >= 0 && (!on || std::abs(marker.step - cursor) <= reach)
            && std::none_of(found.begin(), found.end(), [&](const Marker& other) { // two settings, one place
                   return other.folder == marker.folder && other.changedAfter == marker.changedAfter;
               }))
            found.push_back(marker);
    std::stable_sort(found.begin(), found.end(), [&](const Marker& a, const Marker& b) {
        return on ? std::abs(a.step - cursor) < std::abs(b.step - cursor) : a.step > b.step;
    });
    if (!on && found.size() > 1)
        found.resize(1);
    return found;
}

std::vector<LinePlot::Marker> LinePlot::Private::notesHere() const
{
    std::vector<Marker> found;
    const bool on = std::isfinite(cursor);
    for (const Marker& marker : markers)
        if (marker.note >= 0 && (!on || std::abs(marker.step - cursor) <= markerReach()))
            found.push_back(marker);
    std::stable_sort(found.begin(), found.end(), [&](const Marker& a, const Marker& b) {
        return on ? std::abs(a.step - cursor) < std::abs(b.step - cursor) : a.note > b.note;
    });
    if (!on && found.size() > 1)
        found.resize(1);
    return found;
}

qint64 LinePlot::Private::noteAt(const QPoint& pixel) const
{
    const QRect room = plot->axisRect()->rect();
    if (!q->isSignalConnected(QMetaMethod::fromSignal(&LinePlot::notePicked)) || pixel.y() < room.top()
        || pixel.y() > room.top() + kTick * room.height() + kMarkerReachPx)
        return -1;
    double best = kMarkerReachPx;
    qint64 note = -1;
    for (const Marker& marker : markers)
        if (const double aside = std::abs(plot->xAxis->coordToPixel(marker.step) - pixel.x());
            marker.note >= 0 && aside <= best) {
            best = aside;
            note = marker.note;
        }
    return note;
}

void LinePlot::Private::fillStepMenu(QMenu* menu)
{
    const auto add = [&](const char* action, QString text, const QString& of, bool first, auto&& work) {
        if (!of.isEmpty())
            text += tr(": ") + QString(of).replace(QLatin1Char('&'), QLatin1String("&&"));
        menu->addAction(first ? placeAction(q, action)->withKeys(text) : text, q, work);
    };
    if (q->isSignalConnected(QMetaMethod::fromSignal(&LinePlot::longestPicked))) {
        const std::vector<Steps> found = stepsNear(here());
        for (size_t i = 0; i < std::min<size_t>(found.size(), kMostRuns); ++i)
            add("chart.longest", tr("Longest completions of step %1").arg(found[i].from),
                found.size() > 1 ? found[i].label : QString(), i == 0,
                [this, steps = found[i]] { Q_EMIT q->longestPicked(steps.folder, steps.from); });
    }
    if (q->isSignalConnected(QMetaMethod::fromSignal(&LinePlot::changePicked))) {
        const std::vector<Marker> found = changesHere();
        for (size_t i = 0; i < std::min<size_t>(found.size(), kMostRuns); ++i)
            add("chart.change", tr("Traces before and after step %1").arg(found[i].changedAfter),
                found.size() > 1 ? found[i].text : QString(), i == 0,
                [this, change = found[i]] { Q_EMIT q->changePicked(change.folder, change.changedAfter); });
    }
    if (q->isSignalConnected(QMetaMethod::fromSignal(&LinePlot::notePicked))) {
        const std::vector<Marker> found = notesHere();
        for (size_t i = 0; i < std::min<size_t>(found.size(), kMostRuns); ++i)
            add("chart.note",
                tr("Open the %1").arg(QString(found[i].text).replace(QLatin1Char('&'), QLatin1String("&&"))), {},
                i == 0, [this, note = found[i].note] { Q_EMIT q->notePicked(note); });
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
