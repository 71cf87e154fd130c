#include "widgets/models/signallistmodel.h"

#include "widgets/language/shownnumber.h"
#include "widgets/language/translation.h"
#include "widgets/models/visibletext.h"

#include <QFont>

#include <cmath>

namespace aha {

QString signalValueText(const SignalInfo& info, double value)
{
    if (!std::isfinite(value))
        return QStringLiteral("–");
    const QString text = info.percent          ? fixedNumber(100 * value, info.decimals) + QStringLiteral(" %")
        : value != 0 && std::abs(value) < 0.01 ? shortNumber(value, 2)
                                               : fixedNumber(value, info.decimals);
    return (value >= 0 && info.rise ? QLatin1Char('+') + text : text)
        + (*info.relative ? QLatin1Char(' ') + translated(info.relative) : QString());
}

namespace {

QString stateText(const SignalState* state)
{
    if (!state)
        return tr("not read yet");
    switch (state->state) {
    case SignalState::Raised:
        return tr("raised since step %1").arg(state->since);
    case SignalState::Quiet:
        return state->since < 0            ? tr("quiet")
            : state->since == state->until ? tr("quiet; raised at %1").arg(state->since)
                                           : tr("quiet; raised %1 – %2").arg(state->since).arg(state->until);
    case SignalState::NotOfKind:
        return tr("not of this kind of run");
    case SignalState::Unknown:
        if (state->wait.needed > 0)
            return (state->wait.evaluations ? tr("%1 of %2 evaluations so far") : tr("%1 of %2 steps so far"))
                .arg(state->wait.recorded)
                .arg(state->wait.needed);
        break;
    }
    return tr("not recorded");
}

} // namespace

int SignalListModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : int(signalInfos().size());
}
int SignalListModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : ColumnCount; }

const SignalState* SignalListModel::state(int row) const
{
    return row >= 0 && row < int(m_states->size()) ? &(*m_states)[size_t(row)] : nullptr;
}

QVariant SignalListModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid() || index.row() >= rowCount())
        return {};
    const SignalInfo& info = signalInfos()[size_t(index.row())];
    const SignalState* state = this->state(index.row());
    const bool raised = state && state->state == SignalState::Raised;
    switch (role) {
    case Qt::DisplayRole:
        if (index.column() == Name)
            return translated(info.name);
        if (index.column() == State)
            return stateText(state);
        return state ? signalValueText(info, state->value) : QStringLiteral("–");
    case Qt::TextAlignmentRole:
        return QVariant(int(Qt::AlignVCenter) | int(index.column() == Value ? Qt::AlignRight : Qt::AlignLeft));
    case Qt::FontRole: {
        QFont font;
        font.setBold(raised && index.column() == Name);
        return font.bold() ? QVariant(font) : QVariant();
    }
    case Qt::ToolTipRole:
        return plainToolTip(index.column() == Value
                ? tr("%1; threshold %2 %3")
                      .arg(translated(info.measures), info.below ? QStringLiteral("≤") : QStringLiteral("≥"),
                          signalValueText(info, state ? state->threshold : info.threshold))
                : state ? QString::fromStdString(state->numbers)
                        : stateText(state));
    case Qt::AccessibleTextRole:
        return index.column() == Name ? QStringLiteral("%1, %2").arg(translated(info.name), stateText(state))
                                      : data(index, Qt::DisplayRole);
    case StateRole:
        return state ? int(state->state) : int(SignalState::Unknown);
    case BadgeKindRole:
        return index.column() == State && raised ? QStringLiteral("warn") : QString();
    default:
        return {};
    }
}

QVariant SignalListModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    static constexpr const char* titles[] = { "Signal", "State", "Now" };
    if (orientation != Qt::Horizontal || section < 0 || section >= ColumnCount)
        return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant(int(Qt::AlignVCenter) | int(section == Value ? Qt::AlignRight : Qt::AlignLeft));
    if (role == Qt::ToolTipRole && section == Value)
        return plainToolTip(
            tr("The newest value, in the unit of its threshold:\n% is a share of completions, groups or rewards,\n"
               "× a multiple of an earlier value (start: the first steps; best: the best stretch; before: twenty steps "
               "earlier; median: of the ten steps before; lowest: the lowest so far),\n+ or − a difference from an "
               "earlier value,\nnats a mean "
               "difference of log-probabilities."));
    return role == Qt::DisplayRole ? QVariant(translated(titles[section])) : QVariant();
}

void SignalListModel::setStates(const SignalStates& states)
{
    m_states = states;
    Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
}

} // namespace aha
