// The form and the queue: the form behind the others, or back in the place of a run that waits.

#include "widgets/language/translation.h"
#include "widgets/models/visibletext.h"
#include "widgets/panels/configform.h"
#include "widgets/panels/configurepanel.h"

#include <QLabel>
#include <QPushButton>

namespace aha {

void ConfigurePanel::editQueued(const RunConfig& config, const QString& folder)
{
    start(config, {}, tr("the queued run “%1”").arg(QString::fromStdString(config.general.name)), folder);
}

void ConfigurePanel::queueForm()
{
    replacesQueued() ? Q_EMIT replaceRequested(m_queued, config()) : Q_EMIT queueRequested(config());
}

void ConfigurePanel::setWaiting(const QStringList& folders)
{
    m_waiting = folders;
    showQueue();
}

void ConfigurePanel::setAtWork(const QStringList& names)
{
    if (m_atWork == names)
        return;
    m_atWork = names;
    showQueue();
}

bool ConfigurePanel::replacesQueued() const
{
    return !m_queued.isEmpty() && (!m_waiting || m_waiting->contains(m_queued));
}

void ConfigurePanel::showQueue()
{
    const bool replaces = replacesQueued();
    const QString shared = m_atWork.isEmpty() ? QString()
        : m_atWork.size() == 1 ? tr("“%1” trains on this machine.").arg(visibleLine(m_atWork[0].toStdString()))
                               : tr("%1 runs train on this machine.").arg(m_atWork.size());
    const QString says = replaces ? tr("The form is a run that waits in the queue. Saved, it keeps its place.")
        : !m_queued.isEmpty()
        ? tr("The queued run that the form came from waits no more: it was started with the settings it had, or taken "
             "out. This form can be queued as another run.")
        : !shared.isEmpty()
        ? shared + QLatin1Char(' ') + tr("Queued, this run waits for its turn; started now, it shares the machine.")
        : QString();
    m_queueSays->setText(says);
    m_queueSays->setVisible(!says.isEmpty());
    m_queue->setText(replaces ? tr("Save to queue") : tr("Add to queue"));
    m_queue->setAccessibleName(m_queue->text());
    m_queue->setToolTip(plainToolTip(replaces ? tr("Put the form in the place of the run that waits")
                                              : tr("Let it start when those before it in the queue have ended")));
    m_queue->setDefault(!says.isEmpty()); // what is offered first
    m_start->setDefault(says.isEmpty());
}

QStringList ConfigurePanel::changedSettings() const
{
    QStringList changed = m_form->typeErrors(); // not in the configuration, and yet changed
    for (const std::string& line : differences(m_started, config()))
        changed << QString::fromStdString(line.substr(0, line.find(':')));
    changed.removeDuplicates();
    return changed;
}

QString ConfigurePanel::startedFrom() const
{
    const qsizetype n = changedSettings().size();
    return visibleLine(m_title.toStdString())
        + (n == 0        ? QString()
                : n == 1 ? tr(", 1 setting changed")
                         : tr(", %1 settings changed").arg(n));
}

} // namespace aha
