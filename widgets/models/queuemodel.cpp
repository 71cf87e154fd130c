#include "widgets/models/queuemodel.h"
#include "widgets/language/translation.h"
#include "widgets/models/runstatetext.h"
#include "widgets/models/visibletext.h"

#include <algorithm>
#include <cmath>

namespace aha {

QueueStatus queueStatus(const QueueItem& item, const LiveRun* live)
{
    if (item.state == QueueItem::State::Queued)
        return QueueStatus::Queued;
    if (item.state == QueueItem::State::Ended)
        return item.outcome == QueueItem::Outcome::Completed ? QueueStatus::Completed
            : item.outcome == QueueItem::Outcome::Stopped    ? QueueStatus::Stopped
            : item.outcome == QueueItem::Outcome::Failed     ? QueueStatus::Failed
                                                             : QueueStatus::Crashed;
    if (!live)
        return QueueStatus::Starting;
    if (!live->responding)
        return QueueStatus::NotResponding;
    switch (live->state) {
    case RunState::Running:
        return QueueStatus::Running;
    case RunState::Paused:
        return QueueStatus::Paused;
    case RunState::Stopping: // and the moment between an engine's end and the worker's next look
    case RunState::Finished:
    case RunState::Stopped:
    case RunState::Failed:
        return QueueStatus::Finishing;
    default:
        return QueueStatus::Starting;
    }
}

QString queueStatusName(QueueStatus status)
{
    static constexpr const char* kNames[] = { "queued", "starting", "running", "paused", "finishing", "completed",
        "stopped", "failed", "crashed", "not responding" };
    return translated(kNames[size_t(status)]);
}

QString durationText(double seconds)
{
    if (!(seconds >= 0))
        return {};
    const qint64 s = qint64(std::llround(seconds));
    if (s < 60)
        return QStringLiteral("%1 s").arg(s);
    if (s < 3600)
        return tr("%1 min").arg((s + 30) / 60);
    return s < 48 * 3600 ? tr("%1 h %2 min").arg(s / 3600).arg(s % 3600 / 60, 2, 10, QLatin1Char('0'))
                         : tr("%1 days %2 h").arg(s / 86400).arg(s % 86400 / 3600);
}

namespace {

/// A shape for each state, so that the column is read at a glance and without colour.
QString shape(QueueStatus status)
{
    static constexpr const char16_t* kShapes[] = { u"○", u"◔", u"▶", u"‖", u"◕", u"✓", u"■", u"✗", u"✗", u"?" };
    return QString::fromUtf16(kShapes[size_t(status)]);
}

/// One line, without what could reorder or break it: messages may quote a model's text.
QString plainLine(const std::string& text)
{
    QString line;
    for (const QChar c : QString::fromStdString(text))
        line += c.isPrint() && c.category() != QChar::Other_Format ? c : QChar(u' ');
    return line.simplified();
}

} // namespace

int QueueModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : int(m_contents.items.size());
}
int QueueModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : ColumnCount; }

const LiveRun* QueueModel::live(const QueueItem& item) const
{
    const auto found = m_live.constFind(item.id);
    return item.state == QueueItem::State::Started && found != m_live.constEnd() ? &*found : nullptr;
}

QueueStatus QueueModel::status(int row) const { return queueStatus(item(row), live(item(row))); }

int QueueModel::rowOf(qint64 id) const
{
    for (int row = 0; row < rowCount(); ++row)
        if (item(row).id == id)
            return row;
    return -1;
}

int QueueModel::nextRow() const
{
    for (int row = 0; row < rowCount(); ++row)
        if (item(row).state == QueueItem::State::Queued)
            return row;
    return -1;
}

QString QueueModel::progress(int row) const
{
    const LiveRun* run = live(item(row));
    if (item(row).state == QueueItem::State::Ended)
        return item(row).lastStep >= 0 ? tr("step %1").arg(item(row).lastStep) : QString();
    if (!run)
        return {};
    QString text
        = run->maxSteps > 0 ? tr("step %1 of %2").arg(std::max<qint64>(run->step, 0)).arg(run->maxSteps) : QString();
    if (run->state == RunState::Running || run->state == RunState::Starting) {
        const bool starts = run->state == RunState::Starting && run->part != StartPart::None;
        if (const QString at = starts ? startPartText(run->part, run->fraction)
                : run->etaSeconds == 0 && run->state == RunState::Running && !lastPartText(run->phase).isEmpty()
                ? lastPartText(run->phase)
                : run->phase != Phase::Idle ? translated(phaseName(run->phase))
                                            : QString();
            !at.isEmpty())
            text += (text.isEmpty() ? QString() : QStringLiteral(" · ")) + at;
        if (run->etaSeconds > 0 && run->state == RunState::Running)
            text += tr(" · %1 left").arg(durationText(run->etaSeconds));
    }
    return text;
}

QVariant QueueModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const QueueItem& one = item(index.row());
    if (role == IdRole)
        return qint64(one.id);
    if (role == FolderRole)
        return QString::fromStdString(one.folder);
    if (role == Qt::TextAlignmentRole && index.column() == Place)
        return int(Qt::AlignRight | Qt::AlignVCenter);
    const bool tip = role == Qt::ToolTipRole;
    if (role != Qt::DisplayRole && !tip)
        return {};
    switch (index.column()) {
    case Place: {
        if (one.state != QueueItem::State::Queued)
            return tip ? QVariant() : QVariant(QString());
        int place = 1;
        for (int row = 0; row < index.row(); ++row)
            place += item(row).state == QueueItem::State::Queued;
        return tip ? tr("Place %1 among what waits").arg(place) : QString::number(place);
    }
    case Name:
        return tip ? plainToolTip(plainLine(one.folder)) : plainLine(one.name);
    case State:
        if (const LiveRun* run = live(one); tip && run && status(index.row()) == QueueStatus::Starting)
            return runStateText(RunState::Starting, run->part, run->fraction);
        return tip ? queueStatusName(status(index.row()))
                   : shape(status(index.row())) + QLatin1Char(' ') + queueStatusName(status(index.row()));
    case Progress:
        return progress(index.row());
    case Note: {
        const LiveRun* run = live(one);
        const QString why
            = translated(plainLine(run && !run->reason.isEmpty() ? run->reason.toStdString() : one.message));
        return !tip ? QVariant(why) : why.isEmpty() ? QVariant() : QVariant(plainToolTip(why));
    }
    default:
        return {};
    }
}

QVariant QueueModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole || section < 0 || section >= ColumnCount)
        return {};
    static constexpr const char* kTitles[] = { "#", "Run", "State", "Progress", "Why" };
    return translated(kTitles[section]);
}

void QueueModel::setContents(const QueueContents& contents)
{
    const auto sameRows = [&] {
        return std::equal(contents.items.begin(), contents.items.end(), m_contents.items.begin(),
            m_contents.items.end(), [](const QueueItem& a, const QueueItem& b) { return a.id == b.id; });
    };
    if (sameRows()) {
        m_contents = contents;
        if (rowCount() > 0)
            Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
        return;
    }
    beginResetModel();
    m_contents = contents;
    for (auto at = m_live.begin(); at != m_live.end();)
        at = m_contents.find(at.key()) ? std::next(at) : m_live.erase(at);
    endResetModel();
}

void QueueModel::setLive(qint64 id, const LiveRun& live)
{
    m_live[id] = live;
    if (const int row = rowOf(id); row >= 0)
        Q_EMIT dataChanged(index(row, State), index(row, Note));
}

QString QueueModel::summary() const
{
    QStringList parts;
    const auto add = [&](QueueItem::State state, const QString& word) {
        if (const qint64 n = m_contents.count(state); n > 0)
            parts << tr("%1 %2").arg(n).arg(word);
    };
    add(QueueItem::State::Started, tr("started"));
    add(QueueItem::State::Queued, tr("waiting"));
    add(QueueItem::State::Ended, tr("ended"));
    return parts.join(tr(", "));
}

} // namespace aha
