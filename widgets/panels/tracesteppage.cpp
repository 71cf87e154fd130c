#include "widgets/panels/tracesteppage.h"

#include "core/store/run_reader.h"
#include "widgets/models/visibletext.h"
#include "widgets/panels/tracedelegates.h"
#include "widgets/panels/tracetable.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QSortFilterProxyModel>
#include <QSpinBox>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace aha {

namespace {

QSortFilterProxyModel* ordered(QAbstractItemModel* source, int role, QObject* parent)
{
    auto* proxy = new QSortFilterProxyModel(parent);
    proxy->setSourceModel(source);
    proxy->setSortRole(role);
    return proxy;
}

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
    , m_completions(new TraceListModel(this))
    , m_groupOrder(ordered(m_groups, GroupListModel::SortRole, this))
    , m_completionOrder(ordered(m_completions, TraceListModel::SortRole, this))
    , m_step(new QSpinBox(this))
    , m_stepSummary(new QLabel(this))
    , m_right(new QWidget)
{
    m_groupTable = new TraceTable(
        QStringLiteral("groups"), QStringLiteral("Groups of the step"), m_groupOrder,
        [](int c) { return QStringLiteral("%1").arg(c); }, { QStringLiteral("%1").arg(GroupListModel::Right) }, this);
    m_groupTable->setItemDelegateForColumn(
        GroupListModel::Strip, new StripDelegate(GroupListModel::StripRole, m_groupTable));
    m_groupTable->setItemDelegateForColumn(
        GroupListModel::Badge, new BadgeDelegate(GroupListModel::BadgeKindRole, m_groupTable));
    m_groupTable->setTextElideMode(Qt::ElideMiddle);
    m_groupTable->setStretchColumn(GroupListModel::Prompt);
    m_groupTable->setSortingEnabled(true);
    m_groupTable->sortByColumn(-1, Qt::AscendingOrder);
    m_completionTable = new TraceTable(
        QStringLiteral("completions"), QStringLiteral("Completions of the group"), m_completionOrder,
        [this](int c) { return m_completions->columnKey(c); },
        { QStringLiteral("step"), QStringLiteral("group"), QStringLiteral("prompt"), QStringLiteral("answer"),
            QStringLiteral("end") },
        m_right);
    m_completionTable->setItemDelegateForColumn(
        TraceListModel::Advantage, new BarDelegate(TraceListModel::BarRole, true, m_completionTable));
    for (const int column :
        { TraceListModel::Verdict, TraceListModel::Languages, TraceListModel::Finish, TraceListModel::Length })
        m_completionTable->setItemDelegateForColumn(
            column, new BadgeDelegate(TraceListModel::BadgeKindRole, m_completionTable));
    m_completionTable->setPartsBehind(TraceListModel::Advantage, TraceListModel::kFirstPart, false);
    m_completionTable->setSortingEnabled(true);
    m_completionTable->sortByColumn(-1, Qt::AscendingOrder);

    m_step->setObjectName(QStringLiteral("traceStep"));
    m_step->setAccessibleName(QStringLiteral("Step"));
    m_step->setPrefix(QStringLiteral("step "));
    m_step->setRange(0, 0);
    m_step->setKeyboardTracking(false);
    m_stepSummary->setWordWrap(true);
    m_stepSummary->setToolTip(
        QStringLiteral("Flat: every completion of the group has the same reward, so the group trains nothing"));
    m_stepSummary->setProperty("role", QStringLiteral("hint"));
    auto* top = new QHBoxLayout;
    top->addWidget(m_step);
    m_evaluation = new QPushButton(this);
    m_evaluation->setObjectName(QStringLiteral("stepEvaluation"));
    m_evaluation->setAccessibleName(QStringLiteral("Held-out problems of the evaluation at this step"));
    m_evaluation->setToolTip(m_evaluation->accessibleName());
    m_evaluation->hide();
    top->addStretch(1);
    top->addWidget(m_evaluation);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 6, 0, 0);
    layout->setSpacing(6);
    layout->addLayout(top);
    layout->addWidget(m_stepSummary);
    layout->addWidget(m_groupTable, 1);

    m_title = new QLabel(m_right);
    m_title->setObjectName(QStringLiteral("groupTitle"));
    m_title->setTextFormat(Qt::PlainText);
    m_title->setWordWrap(true);
    m_samePrompt = new QComboBox(m_right);
    m_samePrompt->setObjectName(QStringLiteral("samePrompt"));
    m_samePrompt->setAccessibleName(QStringLiteral("The same prompt at other steps"));
    m_samePrompt->setToolTip(QStringLiteral("The same prompt at other steps of this run"));
    auto* head = new QHBoxLayout;
    head->addWidget(m_title, 1);
    head->addWidget(m_samePrompt);
    auto* right = new QVBoxLayout(m_right);
    right->setContentsMargins(0, 0, 0, 0);
    right->setSpacing(4);
    right->addLayout(head);
    right->addWidget(m_completionTable, 1);

    connect(m_evaluation, &QPushButton::clicked, this, [this] { Q_EMIT evaluationRequested(step()); });
    connect(m_step, &QSpinBox::valueChanged, this, [this](int step) { showStep(step); });
    connect(m_groupTable->selectionModel(), &QItemSelectionModel::currentRowChanged, this, &TraceStepPage::showGroup);
    connect(m_completionTable->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
        [this](const QModelIndex& index) {
            const GroupRow* group = currentGroup();
            if (index.isValid() && group)
                Q_EMIT completionChosen(
                    m_completions->hit(m_completionOrder->mapToSource(index).row()), group->prompt.itemJson);
        });
    connect(m_samePrompt, &QComboBox::activated, this, [this](int index) {
        const QPoint at = m_samePrompt->itemData(index).toPoint();
        showCompletion(at.x(), at.y(), -1);
    });
}

qint64 TraceStepPage::step() const { return m_step->value(); }

void TraceStepPage::setReader(RunReader* reader)
{
    m_reader = reader;
    m_groups->setGroups({}, {});
    m_completions->setHits({});
    m_title->clear();
    m_samePrompt->hide();
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
    m_step->setSuffix(QStringLiteral(" of %1").arg(m_step->maximum()));
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
                m_evaluation->setText(QStringLiteral("held-out %1 % ›").arg(100 * e.pass1, 0, 'f', 1));
                m_evaluation->show();
            }
    Result<std::vector<GroupRow>> rows = m_reader->groupsWithCompletions(m_step->value());
    const Result<std::vector<int64_t>> detailed = m_reader->groupsWithDetail(m_step->value());
    int right = 0, all = 0, flat = 0;
    if (rows)
        for (const GroupRow& group : *rows) {
            for (const CompletionRow& row : group.completions)
                right += row.correct;
            all += int(group.completions.size());
            flat += group.zeroVariance;
        }
    m_stepSummary->setText(!rows ? QString::fromStdString(rows.error().sentence())
            : all == 0           ? QStringLiteral("no completions at this step")
                                 : QStringLiteral("%1 % right, n = %2 · %3 of %4 groups flat")
                             .arg(100.0 * right / all, 0, 'f', 0)
                             .arg(all)
                             .arg(flat)
                             .arg(rows->size()));
    m_groups->setGroups(
        rows ? std::move(*rows) : std::vector<GroupRow> {}, detailed ? *detailed : std::vector<int64_t> {});
    if (m_groups->rowCount() == 0) {
        m_completions->setHits({});
        m_title->clear();
        m_samePrompt->hide();
    }
}

void TraceStepPage::showStep(qint64 step)
{
    load(step);
    const auto [group, sample] = m_groups->mostInteresting();
    m_wantedSample = sample;
    if (group >= 0)
        select(m_groupTable, m_groupOrder, group);
    Q_EMIT stepChanged(this->step());
}

void TraceStepPage::showCompletion(qint64 step, int groupPosition, int sample)
{
    load(step);
    m_wantedSample = sample;
    if (const int row = m_groups->rowOfPosition(groupPosition); row >= 0)
        select(m_groupTable, m_groupOrder, row);
    Q_EMIT stepChanged(this->step());
}

const GroupRow* TraceStepPage::currentGroup() const
{
    const QModelIndex index = m_groupOrder->mapToSource(m_groupTable->currentIndex());
    return index.isValid() ? &m_groups->group(index.row()) : nullptr;
}

void TraceStepPage::showGroup()
{
    const GroupRow* group = currentGroup();
    if (!group)
        return;
    std::vector<TraceHit> hits;
    double sum = 0;
    int right = 0;
    for (const CompletionRow& completion : group->completions) {
        hits.push_back({ completion, group->position, group->prompt.text });
        sum += completion.advantage;
        right += completion.correct;
    }
    m_title->setText(
        QStringLiteral("%1   %2 of %3 right · reward %4 ± %5 · %6")
            .arg(visibleLine(group->prompt.text))
            .arg(right)
            .arg(group->completions.size())
            .arg(group->rewardMean, 0, 'f', 2)
            .arg(group->rewardStd, 0, 'f', 2)
            .arg(group->zeroVariance
                    ? QStringLiteral("zero variance: trains nothing")
                    : QStringLiteral("advantages sum to %1").arg(std::abs(sum) < 5e-3 ? 0.0 : sum, 0, 'f', 2)));
    m_completions->setHits(std::move(hits));
    fillSamePrompt(*group);
    const int sample = m_wantedSample >= 0 ? m_wantedSample : GroupListModel::mostInteresting(*group);
    m_wantedSample = -1;
    for (int row = 0; row < m_completions->rowCount(); ++row)
        if (row == sample)
            select(m_completionTable, m_completionOrder, row);
}

void TraceStepPage::fillSamePrompt(const GroupRow& group)
{
    m_samePrompt->clear();
    const Result<std::vector<GroupRow>> others = m_reader ? m_reader->groupsOfPrompt(group.prompt.id)
                                                          : Result<std::vector<GroupRow>>(std::vector<GroupRow> {});
    if (others)
        for (const GroupRow& other : *others) {
            m_samePrompt->addItem(QStringLiteral("step %1 · mean %2").arg(other.step).arg(other.rewardMean, 0, 'f', 2),
                QPoint(int(other.step), other.position));
            if (other.id == group.id)
                m_samePrompt->setCurrentIndex(m_samePrompt->count() - 1);
        }
    m_samePrompt->setVisible(m_samePrompt->count() > 1);
}

void TraceStepPage::moveGroup(int by)
{
    const int row = m_groupTable->currentIndex().row() + by;
    if (row >= 0 && row < m_groupOrder->rowCount())
        m_groupTable->setCurrentIndex(m_groupOrder->index(row, 0));
    else if (step() + (by > 0 ? 1 : -1) <= m_step->maximum() && step() + by >= m_step->minimum())
        m_step->stepBy(by > 0 ? 1 : -1);
}

void TraceStepPage::moveCompletion(int by)
{
    const int row = m_completionTable->currentIndex().row() + by;
    if (row >= 0 && row < m_completionOrder->rowCount())
        m_completionTable->setCurrentIndex(
            m_completionOrder->index(row, m_completionTable->horizontalHeader()->logicalIndex(0)));
}

} // namespace aha
