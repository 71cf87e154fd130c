#include "widgets/models/runstatetext.h"

#include "widgets/language/translation.h"

namespace aha {

QString startPartText(StartPart part, double fraction)
{
    if (part == StartPart::None)
        return {};
    const QString text = translated(startPartName(part));
    return fraction > 0 ? text + QStringLiteral(" %1 %").arg(qRound(100 * fraction)) : text;
}

QString runStateText(RunState state, StartPart part, double fraction)
{
    const QString text = translated(stateName(state));
    return state == RunState::Starting && part != StartPart::None
        ? text + QStringLiteral(" · ") + startPartText(part, fraction)
        : text;
}

QString lastPartText(Phase phase)
{
    switch (phase) {
    case Phase::Sampling:
    case Phase::Scoring:
    case Phase::Training:
        return tr("last step");
    case Phase::Evaluating:
        return tr("last evaluation");
    case Phase::Saving:
        return tr("last checkpoint");
    default:
        return {};
    }
}

} // namespace aha
