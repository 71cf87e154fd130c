#include "widgets/models/librarywatch.h"

#include "widgets/language/translation.h"
#include "widgets/models/visibletext.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace aha {

namespace {

bool trains(RunState state)
{
    return state == RunState::Starting || state == RunState::Running || state == RunState::Paused
        || state == RunState::Stopping;
}

} // namespace

void LibraryWatch::setRows(const std::vector<RunListRow>& rows, const QStringList& open)
{
    std::map<QString, Watched> watched;
    QHash<QString, RunState> states;
    for (const RunListRow& row : rows) {
        // What ends while it is evaluated for the first time had begun: it is told like any other.
        const bool begun = row.state == RunState::Starting && row.part >= StartPart::FirstEvaluation;
        states.insert(row.folder, begun ? RunState::Running : row.state);
        const auto before = m_states.constFind(row.folder);
        if (const bool trained = before != m_states.constEnd() && trains(*before); trained != trains(row.state))
            if (const bool expected = m_expected.remove(row.folder); trained && !expected)
                tellEnd(row, *before);
        const auto known = m_watched.find(row.folder);
        // One that has ended is read to its last step.
        const bool left
            = known != m_watched.end() && (known->second.step != row.step || known->second.watch->reading());
        if (open.contains(row.folder) || (!trains(row.state) && !left))
            continue;
        Watched& one = watched[row.folder];
        if (known != m_watched.end()) {
            one = std::move(known->second);
        } else {
            one.watch = std::make_unique<SignalWatch>(row.folder);
            one.watch->setThresholds(m_thresholds);
            connect(one.watch.get(), &SignalWatch::raised, this,
                [this, name = row.name, watch = one.watch.get()](int signal) {
                    Q_EMIT told(watch->folder(), watch->sentence(called(watch->folder(), name), signal));
                });
        }
        if (std::exchange(one.step, row.step) != row.step)
            one.watch->refresh();
    }
    m_watched = std::move(watched);
    m_states = std::move(states);
}

QString LibraryWatch::called(const QString& folder, const QString& name) const
{
    const QString given = nameOf ? nameOf(folder) : QString();
    return visibleLine((given.isEmpty() ? name : given).toStdString());
}

void LibraryWatch::setThresholds(const std::vector<double>& thresholds)
{
    m_thresholds = thresholds;
    for (auto& [folder, one] : m_watched)
        one.watch->setThresholds(thresholds);
}

bool LibraryWatch::reading() const
{
    return std::any_of(m_watched.begin(), m_watched.end(), [](const auto& one) { return one.second.watch->reading(); });
}

void LibraryWatch::tellEnd(const RunListRow& row, RunState before)
{
    const QString name = called(row.folder, row.name);
    if (row.state == RunState::Finished) {
        QString sentence
            = tr("%1 finished at step %2.").arg(name, QString::number(row.step)); // at once: names hold "%2"
        if (row.pass1)
            sentence += QLatin1Char(' ')
                + tr("Held-out pass@1 %1 % (%2 – %3), n = %4 × %5, at step %6.")
                      .arg(100 * *row.pass1, 0, 'f', 1)
                      .arg(100 * row.pass1Low.value_or(NAN), 0, 'f', 1)
                      .arg(100 * row.pass1High.value_or(NAN), 0, 'f', 1)
                      .arg(row.evalProblems)
                      .arg(row.evalSamples)
                      .arg(row.evalStep);
        Q_EMIT told(row.folder, sentence);
    } else if (row.state == RunState::Failed || (row.state == RunState::Interrupted && before != RunState::Starting)) {
        Q_EMIT told(row.folder,
            tr("%1 ended at step %2 of %3 without being asked to: its log says why.")
                .arg(name, QString::number(row.step), QString::number(row.maxSteps)));
    }
}

} // namespace aha
