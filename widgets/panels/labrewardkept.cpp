// What was written on the reward page, kept while another run is chosen and over a restart.

#include "widgets/panels/labedit.h"
#include "widgets/panels/labrewardpage.h"

#include <QComboBox>
#include <QSignalBlocker>
#include <QSpinBox>

namespace aha {

QJsonObject LabRewardPage::sessionState() const
{
    if (m_task.isEmpty())
        return {};
    return { { QStringLiteral("task"), m_task }, { QStringLiteral("item"), QString::fromStdString(m_item) },
        { QStringLiteral("prompt"), QString::fromStdString(m_prompt) } };
}

void LabRewardPage::restoreSession(const QJsonObject& state)
{
    const auto text = [&](const char* key) { return state[QLatin1String(key)].toString(); };
    m_seedSoon.stop();
    m_question.cancel();
    useTask(text("task"));
    setProblem(text("item").toStdString(), text("prompt").toStdString());
}

QJsonObject LabRewardPage::typed() const
{
    if (m_carried && *m_carried == m_editor->bytes() && m_task.isEmpty() && !m_recorded)
        return {};
    QJsonObject state { { QStringLiteral("source"), m_source->currentIndex() },
        { QStringLiteral("step"), m_step->value() }, { QStringLiteral("group"), m_group->currentIndex() },
        { QStringLiteral("completion"), m_recorded ? qint64(m_recorded->id) : qint64(-1) },
        { QStringLiteral("seed"), m_seed->value() }, { QStringLiteral("text"), m_editor->sessionState() } };
    if (const QJsonObject problem = sessionState(); !problem.isEmpty())
        state[QStringLiteral("problem")] = problem;
    return state;
}

void LabRewardPage::restoreTyped(const QJsonObject& state)
{
    if (state.isEmpty()) {
        m_carried = m_editor->bytes();
        return;
    }
    m_carried.reset();
    const auto number = [&](const char* key) { return state[QLatin1String(key)].toInt(); };
    m_source->setCurrentIndex(number("source") == 1 ? 1 : 0);
    m_seed->setValue(number("seed"));
    goToStep(number("step"));
    if (const int group = number("group"); group >= 0 && group < m_group->count())
        m_group->setCurrentIndex(group);
    chooseSource();
    const auto id = qint64(state[QStringLiteral("completion")].toDouble(-1));
    m_recorded.reset();
    if (const int place = id >= 0 ? m_completion->findData(id) : -1; place >= 0) {
        m_completion->setCurrentIndex(place);
        takeCompletion();
    }
    m_editor->restoreSession(state[QStringLiteral("text")].toObject());
    if (const QJsonObject problem = state[QStringLiteral("problem")].toObject(); !problem.isEmpty())
        restoreSession(problem);
}

void LabRewardPage::goToStep(int step)
{
    const QSignalBlocker block(m_step);
    m_step->setValue(step);
    loadStep();
}

} // namespace aha
