// The completions that show a signal: which columns have room, and which verdicts do not hold today.

#include "widgets/language/translation.h"
#include "widgets/models/signalexamplemodel.h"
#include "widgets/panels/signalspanel.h"

#include <QHash>
#include <QHeaderView>
#include <QLabel>
#include <QSet>
#include <QTableView>

#include <algorithm>
#include <numeric>

namespace aha {

namespace {

constexpr int kOddCharacters = 18, kLeastText = 60; ///< characters; pixels
constexpr qint64 kRecheckSteps = 20; // the newest of a long stretch

} // namespace

void SignalsPanel::showExamples(const SignalExamples& found)
{
    const bool first = m_examples->rowCount() == 0, marked = !m_exampleTable->isColumnHidden(SignalExampleModel::Marks);
    m_examples->setExamples(found);
    chooseColumns();
    if (!found.rows.empty() && (first || marked != m_examples->hasMarks())) // else a person's widths stay
        fitExamples();
    if (!asksForSuspects(found.signal) || found.rows.empty() || !isVisible())
        return;
    const qint64 last = found.lastStep >= 0 ? found.lastStep : found.rows.front().step;
    if (m_recheckedTo >= 0 && last < m_recheckedTo + kRecheckSteps / 2)
        return; // a live run: not an engine for every step
    m_recheckedTo = last;
    m_recheck.ask(watch()->folder(), std::max({ found.firstStep, last - kRecheckSteps + 1, qint64(0) }), last);
}

/// Where there is no room, the least telling goes first: a click on the row shows all of it in the trace.
void SignalsPanel::chooseColumns()
{
    using Model = SignalExampleModel;
    const bool marked = m_examples->hasMarks();
    m_exampleTable->setColumnHidden(marked ? Model::Tokens : Model::Marks, true); // "short" says it
    const QAbstractItemView* table = m_exampleTable;
    const QHeaderView* header = m_exampleTable->horizontalHeader();
    QHash<int, int> needed { { Model::Text, kLeastText } };
    for (const int column : { Model::Step, marked ? Model::Marks : Model::Tokens, Model::Reward, Model::Verdict }) {
        if (m_exampleTable->isColumnHidden(column)) { // measured below, which takes what is hidden for nothing
            m_exampleTable->showColumn(column);
            fitExample(column);
        }
        const int whole = std::max(table->sizeHintForColumn(column), header->sectionSizeHint(column));
        needed[column] = column == Model::Marks ? std::min(whole, mostOdd()) : whole;
    }
    int all = std::accumulate(needed.begin(), needed.end(), 0);
    QSet<int> without;
    for (const int column : { Model::Text, Model::Tokens, Model::Reward })
        if (all > m_exampleTable->viewport()->width() && m_examples->rowCount() > 0 && needed.contains(column)) {
            all -= needed[column];
            without.insert(column);
        }
    for (auto it = needed.begin(); it != needed.end(); ++it)
        m_exampleTable->setColumnHidden(it.key(), without.contains(it.key()));
}

/// A verdict is never cut; how the texts begin takes what the others leave, and little is odd about most of them.
void SignalsPanel::fitExamples()
{
    for (int column = 0; column < SignalExampleModel::Text; ++column)
        if (!m_exampleTable->isColumnHidden(column))
            fitExample(column);
}

void SignalsPanel::fitExample(int column)
{
    m_exampleTable->resizeColumnToContents(column);
    if (column == SignalExampleModel::Marks && m_exampleTable->columnWidth(column) > mostOdd())
        m_exampleTable->setColumnWidth(column, mostOdd());
}

int SignalsPanel::mostOdd() const { return kOddCharacters * fontMetrics().averageCharWidth(); }

/// Verdicts that do not hold today bring their completions to the front.
void SignalsPanel::takeRecheck(const RecheckAnswer& answer)
{
    if (!watch() || watch()->folder() != answer.folder || answer.completions == 0)
        return;
    const QString steps
        = tr("steps %1 – %2 (n = %L3 completions)").arg(answer.firstStep).arg(answer.lastStep).arg(answer.completions);
    m_recheckNote->setText(answer.changed.empty()
            ? tr("Judged again, every recorded verdict of %1 holds.").arg(steps)
            : tr("Judged again, %L1 recorded verdicts of %2 are others today: they stand first.")
                  .arg(answer.changed.size())
                  .arg(steps));
    m_otherwise.clear();
    for (const Recheck& one : answer.changed)
        m_otherwise.insert(
            one.completion, QString::fromStdString(one.verdictNow).replace(QLatin1Char('_'), QLatin1Char(' ')));
    watch()->findExamples(signalInfos()[size_t(row())].signal, m_otherwise);
}

} // namespace aha
