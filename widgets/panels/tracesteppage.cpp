#include "widgets/panels/tracesteppage.h"

#include "core/store/run_reader.h"
#include "widgets/language/translation.h"
#include "widgets/models/visibletext.h"
#include "widgets/panels/tracedelegates.h"
#include "widgets/panels/tracetable.h"
#include "widgets/plots/emptyhint.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QSortFilterProxyModel>
#include <QSpinBox>
#include <QVBoxLayout>

#include <algorithm>

namespace aha {

namespace {

struct Outcome {
    const char* name;
    int bits;
};
constexpr Outcome kOutcomes[] = { { "all groups", 0 }, { "all right", AllRight }, { "all wrong", AllWrong },
    { "mixed", Mixed }, { "zero variance", ZeroVariance }, { "with cut-off completions", SomeTruncated },
    { "with unjudged completions", SomeUnjudged } };

void select(TraceTable* table, const QSortFilterProxyModel* proxy, int sourceRow)
{
    const QModelIndex index = proxy->mapFromSource(proxy->sourceModel()->index(sourceRow, 0));
    if (!index.isValid())
        return;
    table->setCurrentIndex(proxy->index(index.row(), table->horizontalHeader()->logicalIndex(0)));
    table->scrollTo(index);
}

} // namespace

TraceStepPage::TraceStepPage(QWidget* parent)
    : QWidget(parent)
    , m_groups(new GroupListModel(this))
    , m_order(new GroupFilter(this))
    , m_group(new GroupView)
    , m_step(new QSpinBox(this))
    , m_stepSummary(new QLabel(this))
    , m_outcome(new QComboBox(this))
{
    m_order->setSourceModel(m_groups);
    m_order->setSortRole(GroupListModel::SortRole);
    m_groupTable = new TraceTable(
        QStringLiteral("groups"), tr("Groups of the step"), m_order, [](int c) { return QStringLiteral("%1").arg(c); },
        { QStringLiteral("%1").arg(GroupListModel::Right) }, this);
    m_groupTable->setItemDelegateForColumn(
        GroupListModel::Strip, new StripDelegate(GroupListModel::StripRole, m_groupTable));
    m_groupTable->setItemDelegateForColumn(
        GroupListModel::Badge, new BadgeDelegate(GroupListModel::BadgeKindRole, m_groupTable));
    m_groupTable->setTextElideMode(Qt::ElideMiddle);
    m_groupTable->setStretchColumn(GroupListModel::Prompt, 96); // a prompt is known by its words
    m_groupTable->setSortingEnabled(true);
    m_groupTable->sortByColumn(-1, Qt::AscendingOrder);
    m_empty = new EmptyHint(m_groupTable, "groupsEmpty", QString());
    m_step->setObjectName(QStringLiteral("traceStep"));
    m_step->setAccessibleName(tr("Step"));
    m_step->setPrefix(tr("step "));
    m_step->setRange(0, 0);
    m_step->setKeyboardTracking(false);
    m_stepSummary->setWordWrap(true);
    m_stepSummary->setTextFormat(Qt::PlainText);
    m_stepSummary->setToolTip(
        tr("Zero variance: every completion of the group has the same reward, so the group trains nothing"));
    m_stepSummary->setProperty("role", QStringLiteral("hint"));
    auto* top = new QHBoxLayout;
    top->addWidget(m_step);
    m_evaluation = new QPushButton(this);
    m_evaluation->setObjectName(QStringLiteral("stepEvaluation"));
    m_evaluation->setAccessibleName(tr("Held-out problems of the evaluation at this step"));
    m_evaluation->setToolTip(m_evaluation->accessibleName());
    m_evaluation->hide();
    top->addStretch(1);
    top->addWidget(m_evaluation);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 6, 0, 0);
    layout->setSpacing(6);
    layout->addLayout(top);
    layout->addWidget(m_stepSummary);
    layout->addWidget(m_outcome);
    layout->addWidget(m_groupTable, 1);
    m_outcome->setObjectName(QStringLiteral("groupOutcome"));
    m_outcome->setAccessibleName(tr("Groups by outcome"));
    m_outcome->setToolTip(tr("Shows the groups of the step with this outcome; a click on a column's title sorts"));
    fillOutcomes();
    showEmpty();

    connect(m_evaluation, &QPushButton::clicked, this, [this] { Q_EMIT evaluationRequested(step()); });
    connect(m_step, &QSpinBox::valueChanged, this, [this](int step) { showStep(step); });
    connect(m_groupTable->selectionModel(), &QItemSelectionModel::currentRowChanged, this, &TraceStepPage::showGroup);
    connect(m_outcome, &QComboBox::currentIndexChanged, this, [this](int index) {
        showEmpty();
        m_order->setOutcome(kOutcomes[std::max(index, 0)].bits);
        if (m_order->rowCount() > 0 && !m_groupTable->currentIndex().isValid())
            m_groupTable->setCurrentIndex(m_order->index(0, m_groupTable->horizontalHeader()->logicalIndex(0)));
        showGroup();
    });
    connect(m_group, &GroupView::samePromptChosen, this,
        [this](qint64 step, int position) { showCompletion(step, position, -1); });
}

/// What the list of groups says while it has none.
void TraceStepPage::showEmpty()
{
    m_empty->setText(!m_reader              ? tr("The groups of a step stand here, a prompt a row. Open a run.")
            : m_outcome->currentIndex() > 0 ? tr("No group of this step has this outcome.")
                                            : tr("No completion is stored yet."));
}

qint64 TraceStepPage::step() const { return m_step->value(); }

void TraceStepPage::fillOutcomes()
{
    const QSignalBlocker block(m_outcome);
    const int chosen = std::max(m_outcome->currentIndex(), 0);
    m_outcome->clear();
    for (const Outcome& outcome : kOutcomes)
        m_outcome->addItem(
            QStringLiteral("%1 (%2)").arg(translated(outcome.name)).arg(m_groups->countOf(outcome.bits)));
    m_outcome->setCurrentIndex(chosen);
}

void TraceStepPage::setReader(RunReader* reader, const QString& folder)
{
    m_reader = reader;
    showEmpty();
    m_groups->setGroups({}, {});
    m_group->setRun(reader, folder);
    m_outcome->setEnabled(reader != nullptr);
    m_evaluation->hide();
    m_stepSummary->clear();
    const QSignalBlocker block(m_step);
    m_step->setRange(0, 0);
    m_step->setEnabled(reader != nullptr);
}

void TraceStepPage::setLastStep(qint64 step)
{
    const QSignalBlocker block(m_step);
    m_step->setRange(step > 0 ? 1 : 0, int(std::max<qint64>(step, 0)));
    m_step->setSuffix(tr(" of %1").arg(m_step->maximum()));
}

void TraceStepPage::load(qint64 step)
{
    if (!m_reader)
        return;
    if (const Result<int64_t> last = m_reader->lastStep())
        setLastStep(*last);
    {
        const QSignalBlocker block(m_step);
        m_step->setValue(int(step));
    }
    m_evaluation->hide();
    if (const Result<std::vector<EvaluationRow>> evaluations = m_reader->evaluations())
        for (const EvaluationRow& e : *evaluations)
            if (e.step == m_step->value()) {
                m_evaluation->setText(tr("held-out %1 % ›").arg(100 * e.pass1, 0, 'f', 1));
                m_evaluation->show();
            }
    Result<std::vector<GroupRow>> rows = m_reader->groupsWithCompletions(m_step->value());
    const Result<std::vector<int64_t>> detailed = m_reader->groupsWithDetail(m_step->value());
    int right = 0, judged = 0, all = 0, flat = 0;
    if (rows)
        for (const GroupRow& group : *rows) {
            for (const CompletionRow& row : group.completions)
                right += row.correct;
            judged += judgedOf(group);
            all += int(group.completions.size());
            flat += group.zeroVariance;
        }
    m_stepSummary->setText(!rows ? translated(rows.error().sentence())
            : all == 0           ? tr("no completions at this step")
            : judged == 0        ? tr("no answer was judged, n = %1 · %2 of %3 groups with zero variance (σ = 0)")
                                .arg(all)
                                .arg(flat)
                                .arg(rows->size())
                          : tr("%1 % right, n = %2 · %3 of %4 groups with zero variance (σ = 0)")
                                .arg(100.0 * right / judged, 0, 'f', 0)
                                .arg(judged)
                                .arg(flat)
                                .arg(rows->size()));
    m_groups->setGroups(
        rows ? std::move(*rows) : std::vector<GroupRow> {}, detailed ? *detailed : std::vector<int64_t> {});
    fillOutcomes();
    if (m_order->rowCount() == 0)
        m_group->setGroup(nullptr, -1);
}

void TraceStepPage::showStep(qint64 step)
{
    load(step);
    const auto [group, sample] = m_groups->mostInteresting();
    const bool shown = group >= 0 && m_order->mapFromSource(m_groups->index(group, 0)).isValid();
    m_wantedSample = shown ? sample : -1;
    if (shown)
        select(m_groupTable, m_order, group);
    else if (m_order->rowCount() > 0)
        m_groupTable->setCurrentIndex(m_order->index(0, m_groupTable->horizontalHeader()->logicalIndex(0)));
    Q_EMIT stepChanged(this->step());
}

void TraceStepPage::showCompletion(qint64 step, int groupPosition, int sample)
{
    m_outcome->setCurrentIndex(0); // whatever is wanted must be there
    load(step);
    m_wantedSample = sample;
    if (const int row = m_groups->rowOfPosition(groupPosition); row >= 0)
        select(m_groupTable, m_order, row);
    Q_EMIT stepChanged(this->step());
}

const GroupRow* TraceStepPage::currentGroup() const
{
    const QModelIndex index = m_order->mapToSource(m_groupTable->currentIndex());
    return index.isValid() ? &m_groups->group(index.row()) : nullptr;
}

void TraceStepPage::showGroup()
{
    const GroupRow* group = currentGroup();
    m_group->setGroup(group, group ? m_wantedSample : -1);
    if (group)
        m_wantedSample = -1;
}

void TraceStepPage::moveGroup(int by)
{
    const int row = m_groupTable->currentIndex().row() + by;
    if (row >= 0 && row < m_order->rowCount())
        m_groupTable->setCurrentIndex(m_order->index(row, 0));
    else if (step() + (by > 0 ? 1 : -1) <= m_step->maximum() && step() + by >= m_step->minimum())
        m_step->stepBy(by > 0 ? 1 : -1);
}

void TraceStepPage::moveCompletion(int by) { m_group->moveCompletion(by); }

} // namespace aha
