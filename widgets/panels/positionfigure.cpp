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
    setCounts({}, {}, {}, {}); // its name for a screen reader says what it counts
}

void PositionFigure::setCounts(
    const Counts& right, const QColor& rightColor, const Counts& wrong, const QColor& wrongColor)
{
    PairedBarsData bars;
    bars.left = { tr("right"), rightColor, QVector<quint64>(right.begin(), right.end()), false };
    bars.right = { tr("wrong"), wrongColor, QVector<quint64>(wrong.begin(), wrong.end()), true };
    bars.counted = m_counted;
    bars.low = tr("start of the trace");
    bars.high = tr("end");
    m_bars->setData(bars);
}

} // namespace aha
