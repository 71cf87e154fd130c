// How other pages lead to a problem, to an own prompt or to words of an answer.

#include "widgets/panels/probespage.h"

#include "widgets/models/heldoutsample.h"
#include "widgets/panels/evaluationtimeline.h"

#include <QComboBox>
#include <QLabel>
#include <QLineEdit>

#include <algorithm>

namespace aha {

void ProbesPage::chooseRun(const QString& folder)
{
    for (size_t i = 0; i < m_runs.size(); ++i)
        if (m_runs[i].feed->folder() == folder && int(i) != m_run->currentIndex()) {
            m_run->setCurrentIndex(int(i));
            fillAgainst();
            m_stale = true;
        }
}

/// What was said or is being found out of runs with own prompts: something else is wanted now.
void ProbesPage::forgetOwn()
{
    ++m_ownAsked;
    m_ownNote->hide();
}

void ProbesPage::follow(const QString& folder, const QString& problem)
{
    forgetOwn();
    chooseRun(folder);
    m_sought.reset();
    m_problem = problem.toStdString();
    m_own = false;
    m_wanted = kAnySample;
    m_filter->clear();
    m_model->pin(m_problem, true);
    if (m_stale && isVisible())
        read();
    else
        selectProblem();
}

void ProbesPage::showOwn()
{
    m_sought.reset();
    m_problem.clear(); // the list begins with one's own prompts
    m_own = false;
    m_filter->clear();
    QStringList folders { folder() }; // the one that is looked at, if it has some
    for (const OpenRun& run : m_runs)
        if (run.feed->folder() != folder())
            folders << run.feed->folder();
    m_ownNote->hide();
    const quint64 asked = ++m_ownAsked;
    m_worker.post([this, asked, folders] {
        const auto found = std::find_if(folders.begin(), folders.end(), hasOwnAnswers);
        QMetaObject::invokeMethod(
            this,
            [this, asked, folder = found == folders.end() ? QString() : *found] {
                if (asked != m_ownAsked)
                    return; // other runs are open, or one was chosen since
                if (!folder.isEmpty())
                    chooseRun(folder);
                m_ownNote->setVisible(folder.isEmpty() && !m_runs.empty());
                if (m_stale && isVisible())
                    read();
                else
                    selectProblem();
            },
            Qt::QueuedConnection);
    });
}

void ProbesPage::followPrompt(const TextPlace& place, const std::string& prompt)
{
    play(false);
    forgetOwn();
    chooseRun(place.folder);
    m_sought = Sought { prompt, { place, {}, -1 } };
    m_filter->clear();
    if (m_stale && isVisible())
        read();
    else
        reach();
}

bool ProbesPage::showWords(const TextReading& reading)
{
    if (!m_sought || m_sought->reading.place != reading.place)
        return false;
    m_sought->reading = reading;
    return true;
}

void ProbesPage::reach()
{
    if (!m_sought || m_sought->reached)
        return;
    const TextPlace& place = m_sought->reading.place;
    for (size_t i = 0; i < m_table.answers.size(); ++i)
        if (m_table.answers[i] == place.evaluationId && m_table.sources[i].run.folder == place.folder) {
            m_problem = m_sought->prompt;
            m_own = true;
            m_wanted = kAnySample;
            m_sought->reached = true;
            m_timeline->setValue(int(i));
            return selectProblem();
        }
}

} // namespace aha
