#include "widgets/plots/lineplotprivate.h"

// LinePlot: what a screen reader says of a chart.

#include <QAccessible>
#include <QAccessibleWidget>

namespace aha {

namespace {

constexpr qsizetype kMostTold = 8; // lines; more are counted

/// The chart is described, its value is what stands at the cursor, and its help are the keys.
class LinePlotAccess : public QAccessibleWidget {
public:
    explicit LinePlotAccess(LinePlot* plot)
        : QAccessibleWidget(plot, QAccessible::Chart)
    {
    }
    QString text(QAccessible::Text what) const override
    {
        const auto* plot = static_cast<const LinePlot*>(widget());
        switch (what) {
        case QAccessible::Description:
            return plot->describe();
        case QAccessible::Value:
            return plot->describeCursor();
        case QAccessible::Help:
            return plot->accessibleDescription();
        default:
            return QAccessibleWidget::text(what);
        }
    }
};

QAccessibleInterface* makeAccess(const QString&, QObject* object)
{
    auto* plot = qobject_cast<LinePlot*>(object);
    return plot ? new LinePlotAccess(plot) : nullptr;
}

} // namespace

void LinePlot::installAccess() { QAccessible::installFactory(makeAccess); }

void LinePlot::tellCursor()
{
    if (!hasFocus() || !QAccessible::isActive())
        return; // linked charts move along: one of them speaks
    QAccessibleValueChangeEvent event(this, describeCursor());
    QAccessible::updateAccessibility(&event);
}

QString LinePlot::describeCursor() const
{
    QStringList parts;
    if (const QString place = reading(); !place.isEmpty())
        parts << place;
    const QVector<Reading> all = readings();
    for (qsizetype i = 0; i < std::min(all.size(), kMostTold); ++i)
        parts << all[i].line + QStringLiteral(": ") + Private::numberText(all[i].value)
                + (all[i].place.isEmpty() ? QString() : QStringLiteral(" (%1)").arg(all[i].place))
                + (std::isfinite(all[i].pinned) ? tr(", %1 at the pin").arg(Private::numberText(all[i].pinned))
                                                : QString());
    if (all.size() > kMostTold)
        parts << (all.size() - kMostTold == 1 ? tr("1 more line") : tr("%1 more lines").arg(all.size() - kMostTold));
    return parts.join(QStringLiteral("; "));
}

QString LinePlot::describe() const
{
    if (isEmpty())
        return tr("%1: %2").arg(d->titleLabel->text(), d->empty->text());
    const auto [from, to] = range();
    qsizetype shown = 0;
    for (size_t i = 0; i < d->entries.size(); ++i)
        shown += d->shown(i);
    QStringList parts { tr("%1, from %2 to %3").arg(d->titleLabel->text(), placeText(from), placeText(to)),
        shown == 1 ? tr("1 line") : tr("%1 lines").arg(shown) };
    if (d->given.left)
        parts << tr("values from %1 to %2")
                     .arg(Private::numberText(d->given.left->first), Private::numberText(d->given.left->second));
    if (d->heat.columns > 0)
        parts << tr("a map of how many values lie where, from %1 to %2")
                     .arg(Private::numberText(d->heat.low), Private::numberText(d->heat.high));
    qsizetype told = 0;
    for (size_t i = 0; i < d->entries.size() && told < kMostTold; ++i) {
        const Private::Entry& entry = d->entries[i];
        if (!d->shown(i))
            continue;
        ++told;
        const auto [begin, end] = entry.series->between(from, to);
        if (begin >= end) {
            parts << tr("%1: no value in view").arg(entry.line.label);
            continue;
        }
        const Numbers& values = entry.series->curve(PlotSeries::Raw);
        Extremes found; // of the line: PlotSeries' own are of its band, too
        std::for_each(values.begin() + begin, values.begin() + end, [&](double value) { found.reach(value); });
        parts << tr("%1: first %2, last %3, lowest %4, highest %5, n = %6")
                     .arg(entry.line.label, Private::numberText(values[begin]), Private::numberText(values[end - 1]),
                         Private::numberText(found.low), Private::numberText(found.high))
                     .arg(end - begin);
    }
    if (shown > told)
        parts << (shown - told == 1 ? tr("1 more line") : tr("%1 more lines").arg(shown - told));
    if (const QString cursor = reading(); !cursor.isEmpty())
        parts << tr("at the cursor: %1").arg(describeCursor());
    return parts.join(QStringLiteral("; "));
}

} // namespace aha
