// What was written on the reward page, kept while another run is chosen and over a restart.

#include "widgets/panels/labedit.h"
#include "widgets/panels/labrewardpage.h"

#include <QComboBox>
#include <QSignalBlocker>
#include <QSpinBox>

namespace aha {

namespace {
constexpr const char *kText = "text", *kCarried = "carried", *kCompletion = "completion", *kProblem = "problem";
}

QJsonObject LabRewardPage::position() const
{
    return { { QStringLiteral("source"), m_source->currentIndex() }, { QStringLiteral("step"), m_step->value() },
        { QStringLiteral("group"), m_group->currentIndex() }, { QStringLiteral("seed"), m_seed->value() } };
}

QJsonObject LabRewardPage::typed() const
{
    const std::string bytes = m_editor->bytes();
    const bool cameAlong = m_carried && *m_carried == bytes && m_task.isEmpty() && !m_recorded;
    QJsonObject state;
    if (!cameAlong || position() != m_untouched) {
        state = position();
        state[QLatin1String(kCompletion)] = m_recorded ? qint64(m_recorded->id) : qint64(-1);
    }
    if (!m_task.isEmpty())
        state[QLatin1String(kProblem)] = QJsonObject { { QStringLiteral("task"), m_task },
            { QStringLiteral("item"), QString::fromStdString(m_item) },
            { QStringLiteral("prompt"), QString::fromStdString(m_prompt) } };
    if (!cameAlong || !bytes.empty())
        state[QLatin1String(cameAlong ? kCarried : kText)] = m_editor->sessionState();
    return state;
}

QJsonObject LabRewardPage::withoutCarried(QJsonObject typed)
{
    typed.remove(QLatin1String(kCarried));
    return typed;
}

void LabRewardPage::restoreTyped(const QJsonObject& state)
{
    if (state.contains(QStringLiteral("source"))) {
        const auto number = [&](const char* key) { return state[QLatin1String(key)].toInt(); };
        m_source->setCurrentIndex(number("source") == 1 ? 1 : 0);
        m_seed->setValue(number("seed"));
        goToStep(number("step"));
        if (const int group = number("group"); group >= 0 && group < m_group->count())
            m_group->setCurrentIndex(group);
        chooseSource();
        m_recorded.reset();
        const auto id = qint64(state[QLatin1String(kCompletion)].toDouble(-1));
        if (const int place = id >= 0 ? m_completion->findData(id) : -1; place >= 0) {
            m_completion->setCurrentIndex(place);
            takeCompletion();
        }
    }
    if (const QJsonObject problem = state[QLatin1String(kProblem)].toObject(); !problem.isEmpty()) {
        const auto text = [&](const char* key) { return problem[QLatin1String(key)].toString(); };
        m_seedSoon.stop();
        m_question.cancel();
        useTask(text("task"));
        setProblem(text("item").toStdString(), text("prompt").toStdString());
    }
    m_carried.reset();
    if (state.contains(QLatin1String(kText)))
        return m_editor->restoreSession(state[QLatin1String(kText)].toObject());
    if (state.contains(QLatin1String(kCarried)))
        m_editor->restoreSession(state[QLatin1String(kCarried)].toObject());
    m_carried = m_editor->bytes();
}

void LabRewardPage::goToStep(int step)
{
    const QSignalBlocker block(m_step);
    m_step->setValue(step);
    loadStep();
}

} // namespace aha
