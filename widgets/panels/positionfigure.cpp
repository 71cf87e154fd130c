#include "widgets/panels/positionfigure.h"

#include "widgets/language/translation.h"
#include "widgets/panels/analysispage.h"
#include "widgets/plots/pairedbars.h"

#include <QLabel>
#include <QVBoxLayout>

namespace aha {

PositionFigure::PositionFigure(const QString& name, const QString& counted, const QString& note, QWidget* parent)
    : QWidget(parent)
    , m_counted(counted)
    , m_bars(new PairedBars(this))
{
    m_bars->setObjectName(name + QStringLiteral("Positions"));
    auto* below = makeNote(QStringLiteral("positionNote"), this);
    below->setText(note);
    connect(m_bars, &PairedBars::currentChanged, below,
        [this, below, note] { below->setText(note + QLatin1Char('\n') + m_bars->currentHint()); });
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 6, 0, 0);
    layout->addWidget(m_bars, 1);
    layout->addWidget(below);
    setCounts({ { tr("right"), {}, {} }, { tr("wrong"), {}, {} } }); // its name for a screen reader says what it counts
}

void PositionFigure::setCounts(const std::vector<Part>& parts)
{
    PairedBarsData bars;
    const auto side = [](const Part& part, bool hatched) {
        return PairedBarsData::Side { part.label, part.color, QVector<quint64>(part.counts.begin(), part.counts.end()),
            hatched };
    };
    bars.left = side(parts.front(), false);
    if (parts.size() > 1)
        bars.right = side(parts[1], true);
    bars.counted = m_counted;
    bars.low = tr("start of the trace");
    bars.high = tr("end");
    m_bars->setData(bars);
}

} // namespace aha
