// What the legend of a figure says.

#include "widgets/plots/lineplotprivate.h" // first: it makes room for the keywords of qcustomplot.h

#include "widgets/plots/figurelegend.h"
#include "widgets/plots/figurestyle.h"
#include "widgets/plots/papershapes.h"
#include "widgets/plots/seriescolors.h"

#include <QHash>

#include <set>

namespace aha {

namespace {

constexpr int kEventsInWords = 2; ///< of more kinds, those alone

} // namespace

QPen LinePlot::Private::paperLook(const Line& line)
{
    QPen made = linePen(paperColor(line.color), kPaperLinePt * kPaperPoint, line.style, line.variant);
    made.setCapStyle(Qt::FlatCap);
    made.setJoinStyle(Qt::RoundJoin);
    return made;
}

std::vector<std::pair<QString, const LinePlot::Private::Entry*>> LinePlot::Private::figureLines() const
{
    std::vector<std::pair<QString, const Entry*>> lines;
    QHash<QString, int> known;
    for (size_t i = 0; i < entries.size(); ++i)
        if (shown(i)) {
            const Line& line = entries[i].line;
            const QString& called = line.full.isEmpty() ? line.label : line.full;
            const int n = ++known[called];
            lines.emplace_back(n > 1 ? QStringLiteral("%1#%2").arg(called).arg(n) : called, &entries[i]);
        }
    return lines;
}

std::vector<const LinePlot::Private::Entry*> LinePlot::Private::drawnOf(const QSet<QString>& without) const
{
    std::vector<const Entry*> drawn;
    for (const auto& [name, entry] : figureLines())
        if (!without.contains(name))
            drawn.push_back(entry);
    return drawn;
}

std::vector<FigureKey> LinePlot::Private::figureKeys(const FigureStyle& style, const QSet<QString>& without) const
{
    std::vector<FigureKey> keys;
    std::vector<std::pair<QString, const LinePlot::Line*>> bands;
    bool smoothed = false, raw = false;
    const std::vector<const Entry*> drawn = drawnOf(without);
    for (const Entry* entry : drawn) {
        const LinePlot::Line& line = entry->line;
        const QColor color = paperColor(line.color);
        const bool joined = !line.points || line.joined;
        keys.push_back({ joined ? FigureKey::LineSign : FigureKey::NoSign, line.full.isEmpty() ? line.label : line.full,
            line.points ? paperPen(paleColor(color), kPalePt) : paperLook(line),
            line.points || line.marker > 0 ? color : QColor(), line.marker });
        if (!line.low.isEmpty() && !line.band.isEmpty())
            bands.emplace_back(line.band, &line);
        smoothed = smoothed || smooth(*entry);
        raw = raw || (smooth(*entry) && entry->raw);
    }
    if (style.bandCaption) {
        std::set<QString> texts;
        for (const auto& [text, line] : bands)
            texts.insert(text);
        std::set<QString> said;
        for (const auto& [text, line] : bands) {
            const bool only = bands.size() == 1;
            QString caption = text;
            if (texts.size() > 1)
                caption = (line->full.isEmpty() ? line->label : line->full) + QStringLiteral(": ") + text;
            if (said.insert(caption).second)
                keys.push_back({ FigureKey::BandSign, caption,
                    QPen(only || texts.size() > 1 ? paperColor(line->color) : kPaperAxis), QColor() });
        }
    }
    if (smoothed) {
        const QString how = tr("smoothing %1").arg(smoothing);
        if (raw && style.rawLine)
            keys.push_back({ FigureKey::LineSign, tr("unsmoothed (%1)").arg(how),
                paperPen(drawn.size() == 1 ? paleColor(paperColor(drawn.front()->line.color)) : paleColor(kPaperAxis),
                    kPalePt),
                QColor() });
        else
            keys.push_back({ FigureKey::NoSign, how, {}, QColor() });
    }
    if (style.markers)
        for (const bool slight : { true, false }) {
            QStringList kinds;
            QHash<QString, QStringList> events;
            for (const LinePlot::Marker& marker : markers)
                if (const QString kind = marker.text.section(QLatin1Char(' '), 0, 0);
                    marker.slight == slight && !kind.isEmpty() && plot->xAxis->range().contains(marker.step)) {
                    kinds << kind;
                    if (!events[kind].contains(marker.text))
                        events[kind] << marker.text;
                }
            kinds.removeDuplicates();
            QStringList words; // an event that is the only one of its kind in full, as long as the kinds are few
            for (const QString& kind : std::as_const(kinds))
                words << (kinds.size() <= kEventsInWords && events[kind].size() == 1 ? events[kind].front() : kind);
            if (!kinds.isEmpty())
                keys.push_back(
                    { slight ? FigureKey::TickSign : FigureKey::UprightSign, words.join(QStringLiteral(", ")),
                        paperPen(kPaperAxis, kThinPt, slight ? Qt::SolidLine : Qt::DashLine), QColor() });
        }
    if (heat.columns > 0)
        keys.push_back({ FigureKey::BandSign, tr("the darker, the larger the share of a step"),
            QPen(seriesColor(5, false)), QColor() });
    if (outside > 0)
        keys.push_back({ FigureKey::NoSign, outside == 1 ? tr("1 point outside") : tr("%1 points outside").arg(outside),
            {}, QColor() });
    if (bandCut)
        keys.push_back({ FigureKey::NoSign, tr("band cut off by the axis"), {}, QColor() });
    QHash<QString, int> known; // two runs may have one name, and each may be given its own
    for (FigureKey& key : keys) {
        key.name = QStringLiteral("legend.") + key.text;
        if (const int n = ++known[key.text]; n > 1)
            key.name += QStringLiteral("#%1").arg(n);
    }
    return keys;
}

} // namespace aha
