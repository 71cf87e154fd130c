// What the keyboard does in a chart: actions, whose keys can be changed, and the keys that every chart keeps.

#include "widgets/plots/lineplotprivate.h"

#include "widgets/plots/placeaction.h"

#include <QKeyEvent>
#include <QMetaMethod>

namespace aha {

namespace {
constexpr double kPan = 0.25; ///< of what is in view
}

void LinePlot::Private::makeActions()
{
    const auto add = [this](const char* id, const QString& text, std::initializer_list<QKeyCombination> keys,
                         auto&& work, std::function<bool()> can = {}) {
        new PlaceAction(q, id, text, keyList(keys), work, std::move(can), PlaceAction::Focus::Chosen);
    };
    const auto heard = [this](auto signal) { // a page without an answer to it does not offer it
        return [this, signal = QMetaMethod::fromSignal(signal)] { return q->isSignalConnected(signal); };
    };
    add("chart.all", tr("Show everything"), { Qt::Key_Home, Qt::Key_0 }, [this] { q->follow(); });
    add("chart.in", tr("Zoom in"), { Qt::Key_Plus, Qt::Key_Equal }, [this] { zoomKeys(0.8); });
    add("chart.out", tr("Zoom out"), { Qt::Key_Minus }, [this] { zoomKeys(1.25); });
    const auto zoomed = [this] { return !following; };
    const auto valuesGiven = [this] { return given != Values {}; };
    add(
        "chart.left", tr("Move the view to the left"), { Qt::CTRL | Qt::Key_Left }, [this] { panKeys(-kPan); }, zoomed);
    add(
        "chart.right", tr("Move the view to the right"), { Qt::CTRL | Qt::Key_Right }, [this] { panKeys(kPan); },
        zoomed);
    add("chart.valuesIn", tr("Zoom in on the values"), { Qt::ALT | Qt::Key_Plus, Qt::ALT | Qt::Key_Equal },
        [this] { zoomValues(0.8); });
    add(
        "chart.valuesOut", tr("Zoom out of the values"), { Qt::ALT | Qt::Key_Minus }, [this] { zoomValues(1.25); },
        valuesGiven);
    add(
        "chart.up", tr("Move the view to higher values"), { Qt::CTRL | Qt::Key_Up }, [this] { panValues(kPan); },
        valuesGiven);
    add(
        "chart.down", tr("Move the view to lower values"), { Qt::CTRL | Qt::Key_Down }, [this] { panValues(-kPan); },
        valuesGiven);
    add("chart.pin", tr("Pin the cursor"), { Qt::Key_P }, [this] { Q_EMIT q->pinMoved(here()); });
    add("chart.log", tr("Logarithmic values, or not"), { Qt::Key_L }, [this] {
        q->setLogarithmic(logX, !logY);
        Q_EMIT q->optionsChanged();
    });
    add("chart.outliers", tr("Leave out outliers, or not"), { Qt::Key_O }, [this] {
        q->setOutliersLeftOut(!leaveOut);
        Q_EMIT q->optionsChanged();
    });
    add(
        "chart.maximize", tr("Enlarge or shrink the chart"), { Qt::Key_M }, [this] { Q_EMIT q->maximizeToggled(); },
        heard(&LinePlot::maximizeToggled));
    add(
        "chart.forward", tr("Move the chart forward"), { Qt::ALT | Qt::Key_Left, Qt::ALT | Qt::Key_Up },
        [this] { Q_EMIT q->moveAsked(-1); }, heard(&LinePlot::moveAsked));
    add(
        "chart.back", tr("Move the chart back"), { Qt::ALT | Qt::Key_Right, Qt::ALT | Qt::Key_Down },
        [this] { Q_EMIT q->moveAsked(1); }, heard(&LinePlot::moveAsked));
    add(
        "chart.remove", tr("Remove the chart from the overview"), { Qt::Key_Delete },
        [this] { Q_EMIT q->removeAsked(); }, heard(&LinePlot::removeAsked));
    add(
        "chart.traces", tr("Search the traces of the steps that are marked, between cursor and pin, or in view"),
        { Qt::Key_T }, [this] { pickMarked(); }, [this] { return canPick(); });
    add(
        "chart.longest", tr("Longest completions of the step at the cursor"), { Qt::SHIFT | Qt::Key_T },
        [this] {
            if (const std::vector<Steps> found = stepsNear(here()); !found.empty())
                Q_EMIT q->longestPicked(found[0].folder, found[0].from);
        },
        heard(&LinePlot::longestPicked));
    add(
        "chart.change", tr("Traces before and after the changed setting at the cursor, without a cursor the newest"),
        { Qt::Key_C },
        [this] {
            if (const std::vector<Marker> found = changesHere(); !found.empty())
                Q_EMIT q->changePicked(found[0].folder, found[0].changedAfter);
        },
        [this, offered = heard(&LinePlot::changePicked)] { return offered() && !changesHere().empty(); });
    add(
        "chart.note", tr("Open the note at the cursor, without a cursor the newest"), { Qt::Key_N },
        [this] {
            if (const std::vector<Marker> found = notesHere(); !found.empty())
                Q_EMIT q->notePicked(found[0].note);
        },
        [this, offered = heard(&LinePlot::notePicked)] { return offered() && !notesHere().empty(); });
    add(
        "chart.figure", tr("Export a figure of the chart…"), {}, [this] { Q_EMIT q->figureAsked(); },
        [this] { return !q->isEmpty() && q->isSignalConnected(QMetaMethod::fromSignal(&LinePlot::figureAsked)); });
}

double LinePlot::Private::here() const { return std::isfinite(cursor) ? cursor : plot->xAxis->range().upper; }

void LinePlot::keyPressEvent(QKeyEvent* event)
{
    const QCPRange range = d->plot->xAxis->range();
    const double stride = d->xAxis.whole ? std::max(1.0, std::round(range.size() / 200)) : range.size() / 200,
                 from = d->here();
    const double length = event->modifiers() & Qt::ShiftModifier ? 10 * stride : stride;
    if (triggerPlaceAction(this, *event))
        return;
    const auto [first, last] = d->ends();
    const auto seen = [&, low = std::max(range.lower, first), high = std::min(range.upper, last)](
                          double x) { return low <= high ? std::clamp(x, low, high) : x; };
    const auto move = [&](double by) { // from what is in view as far as there is something to read
        const double to = d->withinData((d->xAxis.whole ? std::round(seen(from)) : seen(from)) + by);
        d->keepInView(to);
        Q_EMIT cursorMoved(to);
    };
    switch (event->key()) {
    case Qt::Key_Left:
        return move(-length);
    case Qt::Key_Right:
        return move(length);
    case Qt::Key_Escape:
        if (std::isfinite(d->brushLow))
            return userBrush(NAN, NAN);
        if (!std::isfinite(d->pin))
            return QWidget::keyPressEvent(event);
        return Q_EMIT pinMoved(NAN);
    case Qt::Key_Return:
    case Qt::Key_Enter:
        return pick(from);
    default:
        QWidget::keyPressEvent(event);
    }
}

} // namespace aha
