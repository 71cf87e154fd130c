#include "widgets/panels/groupview.h"

#include "core/store/learning_reader.h"
#include "widgets/language/shownnumber.h"
#include "widgets/language/translation.h"
#include "widgets/models/grouplistmodel.h"
#include "widgets/models/notemodel.h"
#include "widgets/models/rewardweights.h"
#include "widgets/models/visibletext.h"
#include "widgets/panels/prefixtreeview.h"
#include "widgets/panels/rewardparts.h"
#include "widgets/panels/sessionpart.h"
#include "widgets/panels/tracedelegates.h"
#include "widgets/panels/tracetable.h"
#include "widgets/plots/emptyhint.h"

#include <QButtonGroup>
#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QSortFilterProxyModel>
#include <QStackedWidget>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace aha {

namespace {

/// "ratio 1.003, 2.1 % clipped (n 5120)": over the tokens of the whole group; "" where nothing is stored.
QString updateFacts(const std::unordered_map<int64_t, UpdateRow>& updates)
{
    double tokens = 0, ratio = 0, clipped = 0, clippable = 0;
    for (const auto& [id, update] : updates) {
        const auto n = double(update.tokens);
        tokens += update.ratio ? n : 0;
        ratio += n * update.ratio.value_or(0);
        clippable += update.clipped ? n : 0;
        clipped += n * update.clipped.value_or(0);
    }
    if (tokens == 0)
        return {};
    return tr("ratio %1%2 (n %3 tokens)")
        .arg(ratio / tokens, 0, 'f', 3)
        .arg(clippable > 0 ? tr(", %1 % clipped").arg(100 * clipped / clippable, 0, 'f', 1) : QString())
        .arg(tokens, 0, 'f', 0);
}

constexpr int kNoteWidth = 180, kLegendGap = 12;

QLabel* makeLabel(QWidget* parent, const char* name, const char* role)
{
    auto* label = new QLabel(parent);
    label->setObjectName(QString::fromLatin1(name));
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    label->setProperty("role", QString::fromLatin1(role));
    return label;
}

QToolButton* makeButton(QWidget* parent, const char* name, const QString& text, const QString& help)
{
    auto* button = new QToolButton(parent);
    button->setObjectName(QString::fromLatin1(name));
    button->setText(text);
    button->setAccessibleName(text);
    button->setToolTip(plainToolTip(help));
    button->setCheckable(true);
    return button;
}

} // namespace

GroupView::GroupView(QWidget* parent)
    : QWidget(parent)
    , m_completions(new TraceListModel(this))
    , m_order(new QSortFilterProxyModel(this))
    , m_tree(new PrefixTreeView(this))
    , m_legend(new RewardPartsLegend(this))
    , m_title(makeLabel(this, "groupTitle", "title"))
    , m_facts(makeLabel(this, "groupFacts", "hint"))
    , m_badge(makeLabel(this, "zeroVariance", "heading"))
    , m_treeText(makeLabel(this, "treeText", "hint"))
    , m_samePrompt(new QComboBox(this))
    , m_noted(new QToolButton(this))
    , m_rowsButton(makeButton(this, "groupRows", tr("Completions"),
          tr("One row per completion: reward parts, advantage, ratio, clipped share, verdict, length, "
             "answer")))
    , m_treeButton(makeButton(this, "groupTree", tr("Where they part"),
          tr("The tree of common beginnings: where the completions part ways, how many went where, what it "
             "paid (Alt+T)")))
    , m_stack(new QStackedWidget(this))
{
    m_order->setSourceModel(m_completions);
    m_order->setSortRole(TraceListModel::SortRole);
    m_table = new TraceTable(
        QStringLiteral("completions"), tr("Completions of the group"), m_order,
        [this](int c) { return m_completions->columnKey(c); },
        { QStringLiteral("step"), QStringLiteral("group"), QStringLiteral("prompt"), QStringLiteral("end"),
            QStringLiteral("language"), QStringLiteral("reflections") }, // no room for them in a narrow window
        this);
    new EmptyHint(
        m_table, "groupEmpty", tr("The completions of the chosen group stand here, with what each of them was paid."));
    m_table->setItemDelegateForColumn(
        TraceListModel::Advantage, new BarDelegate(TraceListModel::BarRole, true, m_table));
    m_partsDelegate = new RewardPartsDelegate(TraceListModel::PartsRole, TraceListModel::PartsScaleRole, m_table);
    m_table->setItemDelegateForColumn(TraceListModel::Parts, m_partsDelegate);
    for (const int column :
        { TraceListModel::Verdict, TraceListModel::Languages, TraceListModel::Finish, TraceListModel::Length })
        m_table->setItemDelegateForColumn(column, new BadgeDelegate(TraceListModel::BadgeKindRole, m_table));
    m_table->setPartsBehind(TraceListModel::Parts, TraceListModel::kFirstPart, true);
    m_table->setTextElideMode(Qt::ElideRight);
    m_table->setStretchColumn(TraceListModel::Extracted);
    // What came of it first: in a narrow window the table has no room for the last ones.
    auto* header = m_table->horizontalHeader();
    header->moveSection(header->visualIndex(TraceListModel::Verdict), header->visualIndex(TraceListModel::Sample) + 1);
    for (const int last : { TraceListModel::Ratio, TraceListModel::Clipped })
        header->moveSection(header->visualIndex(last), header->count() - 1);
    m_table->setSortingEnabled(true);
    m_table->sortByColumn(-1, Qt::AscendingOrder);

    m_badge->setText(tr("zero variance: trains nothing"));
    m_badge->setToolTip(plainToolTip(tr(
        "Every completion of this group has the same reward, so every advantage is 0 and the group moves no weight.")));
    m_badge->setWordWrap(false);
    m_badge->setFrameShape(QFrame::StyledPanel);
    m_badge->setContentsMargins(8, 1, 8, 1);
    m_badge->hide();
    m_title->setMaximumHeight(2 * m_title->fontMetrics().lineSpacing() + 4);
    m_samePrompt->setObjectName(QStringLiteral("samePrompt"));
    setKeptElsewhere(m_samePrompt); // it leads somewhere, it is no choice
    m_samePrompt->setAccessibleName(tr("The same prompt at other steps"));
    m_samePrompt->setToolTip(tr("The same prompt at other steps of this run"));
    m_noted->setObjectName(QStringLiteral("groupNotes"));
    m_noted->setAccessibleName(tr("Notes"));
    m_noted->setAutoRaise(true);
    m_noted->hide();
    auto* group = new QButtonGroup(this);
    group->addButton(m_rowsButton, 0);
    group->addButton(m_treeButton, 1);
    m_rowsButton->setChecked(true);
    auto* head = new QHBoxLayout;
    head->addWidget(m_title, 1);
    head->addWidget(m_samePrompt, 0, Qt::AlignTop);
    auto* facts = new QHBoxLayout;
    facts->addWidget(m_facts, 1);
    facts->addWidget(m_badge);
    facts->addWidget(m_noted);
    m_buttons = new QHBoxLayout;
    m_buttons->setSpacing(4);
    m_buttons->addWidget(m_rowsButton);
    m_buttons->addWidget(m_treeButton);
    m_buttons->addStretch(1);
    m_bar = new QHBoxLayout;
    m_bar->setSpacing(kLegendGap);
    m_bar->addLayout(m_buttons);
    m_bar->addWidget(m_legend, 1);
    auto* treePage = new QWidget(m_stack);
    auto* treeLayout = new QVBoxLayout(treePage);
    treeLayout->setContentsMargins(0, 0, 0, 0);
    treeLayout->setSpacing(4);
    treeLayout->addWidget(m_treeText);
    treeLayout->addWidget(m_tree, 1);
    m_stack->addWidget(m_table);
    m_stack->addWidget(treePage);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    layout->addLayout(head);
    layout->addLayout(facts);
    layout->addLayout(m_bar);
    layout->addWidget(m_stack, 1);

    connect(group, &QButtonGroup::idToggled, this, [this](int id, bool on) {
        if (on)
            showTree(id == 1);
    });
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this](const QModelIndex& index) {
        if (index.isValid() && !m_choosing)
            Q_EMIT completionChosen(m_completions->hit(m_order->mapToSource(index).row()));
    });
    connect(m_samePrompt, &QComboBox::activated, this, [this](int index) {
        const QPoint at = m_samePrompt->itemData(index).toPoint();
        Q_EMIT samePromptChosen(at.x(), at.y());
    });
    connect(m_noted, &QToolButton::clicked, this, [this] { Q_EMIT noteChosen(m_note); });
    connect(m_tree, &PrefixTreeView::branchChosen, this, &GroupView::chooseBranch);
    setGroup(nullptr, -1);
}

void GroupView::toggleTree()
{
    m_treeButton->isChecked() ? m_rowsButton->setChecked(true) : m_treeButton->setChecked(true);
    (m_treeButton->isChecked() ? static_cast<QWidget*>(m_tree) : m_table)->setFocus();
}

void GroupView::setRun(RunReader* reader, const QString& folder)
{
    m_reader = reader;
    m_folder = folder;
    m_rewards = reader ? rewardsOfRun(folder) : std::nullopt;
    setGroup(nullptr, -1);
}

TraceListModel::Weights GroupView::weightsAt(qint64 step) const { return aha::weightsAt(m_rewards, step); }

TraceHit GroupView::hitOf(int row) const { return m_completions->hit(row); }

void GroupView::setGroup(const GroupRow* group, int sample)
{
    m_group = group ? *group : GroupRow();
    std::vector<TraceHit> hits;
    for (const CompletionRow& completion : m_group.completions)
        hits.push_back({ completion, m_group.position, m_group.prompt.text });
    m_completions->setHits(std::move(hits), weightsAt(m_group.step));
    const QStringList names = m_completions->partNames();
    m_partsDelegate->setNames(names);
    bool losses = false;
    for (const CompletionRow& row : m_group.completions)
        for (const QString& name : names)
            losses = losses || m_completions->added(row, name) < 0;
    m_partsDelegate->setLosses(losses);
    m_legend->setNames(group ? names : QStringList());
    placeLegend();
    m_updateFacts.clear();
    describe();
    showNotes();
    readUpdates();
    fillSamePrompt();
    readTree();
    if (!group)
        return;
    const int wanted = sample >= 0 ? sample : GroupListModel::mostInteresting(*group);
    if (wanted >= m_completions->rowCount() || wanted < 0)
        return;
    const QModelIndex index = m_order->mapFromSource(m_completions->index(wanted, 0));
    m_table->setCurrentIndex(m_order->index(index.row(), m_table->horizontalHeader()->logicalIndex(0)));
    m_table->scrollTo(index);
}

/// Beside the buttons where all of it has room there, else below them: fewer rows than in what they leave.
void GroupView::placeLegend()
{
    const bool beside = m_buttons->minimumSize().width() + kLegendGap + m_legend->sizeHint().width() <= width();
    m_bar->setDirection(beside ? QBoxLayout::LeftToRight : QBoxLayout::TopToBottom);
    m_bar->setSpacing(beside ? kLegendGap : 2);
}

void GroupView::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    placeLegend();
}

void GroupView::describe()
{
    const bool any = !m_group.completions.empty();
    m_badge->setVisible(any && m_group.zeroVariance);
    m_rowsButton->setEnabled(any);
    m_treeButton->setEnabled(any);
    m_title->setText(visibleLine(std::string_view(m_group.prompt.text).substr(0, 400)));
    if (!any)
        return m_facts->clear();
    double sum = 0, tokens = 0;
    int right = 0, cut = 0;
    for (const CompletionRow& completion : m_group.completions) {
        sum += completion.advantage;
        tokens += completion.tokens;
        right += completion.correct;
        cut += completion.finishReason == "length";
    }
    const auto n = double(m_group.completions.size());
    QStringList facts { rightText(right, judgedOf(m_group), int(m_group.completions.size())),
        tr("reward %1 ± %2 (sd)").arg(fixedNumber(m_group.rewardMean, 2), fixedNumber(m_group.rewardStd, 2)),
        tr("advantages sum to %1").arg(fixedNumber(std::abs(sum) < 5e-3 ? 0.0 : sum, 2)),
        tr("%1 tokens a completion").arg(tokens / n, 0, 'f', 0) };
    if (cut)
        facts << tr("%1 cut off").arg(cut);
    if (!m_updateFacts.isEmpty())
        facts << m_updateFacts;
    m_facts->setText(facts.join(QStringLiteral(" · ")));
}

void GroupView::setNotes(const NoteModel* notes)
{
    m_notes = notes;
    for (const auto signal : { &NoteModel::rowsInserted, &NoteModel::rowsRemoved })
        connect(notes, signal, this, &GroupView::showNotes);
    connect(notes, &NoteModel::dataChanged, this, &GroupView::showNotes);
    showNotes();
}

void GroupView::showNotes()
{
    std::vector<const Note*> here; // the newest first, as the notebook has them
    if (m_notes && m_group.id)
        for (const Note& note : m_notes->notes())
            if (note.kind == "group" && note.target == m_group.id && note.folder == m_folder.toStdString())
                here.push_back(&note);
    m_noted->setVisible(!here.empty());
    if (here.empty())
        return;
    m_note = here.front()->id;
    QStringList texts;
    for (const Note* note : here)
        texts << (note->text.empty() ? tr("(empty)") : visibleText(note->text));
    const QString line = visibleLine(here.front()->text.substr(0, here.front()->text.find('\n')));
    m_noted->setText(QStringLiteral("✎ ")
        + fontMetrics()
              .elidedText(line.isEmpty() ? tr("(empty)") : line, Qt::ElideRight, kNoteWidth)
              .replace(QLatin1Char('&'), QLatin1String("&&"))
        + (here.size() > 1 ? tr(" (%1 notes)").arg(here.size()) : QString()));
    m_noted->setAccessibleName(tr("Note on this group: %1").arg(line));
    m_noted->setToolTip(plainToolTip(texts.join(QStringLiteral("\n\n"))));
}

void GroupView::readUpdates()
{
    ++m_updatesGeneration;
    if (!m_group.id)
        return;
    std::vector<int64_t> ids;
    for (const CompletionRow& completion : m_group.completions)
        ids.push_back(completion.id);
    m_worker.post([this, generation = m_updatesGeneration, folder = m_folder, ids = std::move(ids)] {
        std::unordered_map<int64_t, UpdateRow> updates;
        if (const auto reader = LearningReader::open(folder.toStdString()))
            if (auto read = (*reader)->updates(ids))
                updates = std::move(*read);
        QMetaObject::invokeMethod(
            this,
            [this, generation, updates = std::move(updates)] {
                if (generation != m_updatesGeneration)
                    return;
                m_updateFacts = updateFacts(updates);
                describe();
                m_completions->setUpdates(updates);
                m_table->fitColumns();
            },
            Qt::QueuedConnection);
    });
}

void GroupView::fillSamePrompt()
{
    m_samePrompt->clear();
    const Result<std::vector<GroupRow>> others = m_reader && m_group.id
        ? m_reader->groupsOfPrompt(m_group.prompt.id)
        : Result<std::vector<GroupRow>>(std::vector<GroupRow> {});
    if (others)
        for (const GroupRow& other : *others) {
            m_samePrompt->addItem(tr("step %1 · mean %2").arg(other.step).arg(fixedNumber(other.rewardMean, 2)),
                QPoint(int(other.step), other.position));
            if (other.id == m_group.id)
                m_samePrompt->setCurrentIndex(m_samePrompt->count() - 1);
        }
    m_samePrompt->setVisible(m_samePrompt->count() > 1);
}

void GroupView::showTree(bool tree)
{
    (tree ? m_treeButton : m_rowsButton)->setChecked(true);
    m_stack->setCurrentIndex(tree ? 1 : 0);
    m_legend->setVisible(!tree);
    readTree();
}

/// Texts and token values of a group can be large: a worker reads them, and only when the tree is looked at.
void GroupView::readTree()
{
    if (m_tree->tree().groupId == m_group.id && m_group.id)
        return;
    ++m_generation;
    m_tree->setTree({});
    m_treeText->setText(m_group.id ? tr("Reading the completions …") : QString());
    if (!m_group.id || m_stack->currentIndex() != 1)
        return;
    m_worker.post([this, generation = m_generation, folder = m_folder, id = m_group.id] {
        GroupTree tree;
        if (const Result<std::unique_ptr<RunReader>> reader = RunReader::open(folder.toStdString()))
            tree = readGroupTree(**reader, id);
        else
            tree.problem = translated(reader.error().sentence());
        QMetaObject::invokeMethod(
            this,
            [this, generation, tree = std::move(tree)] {
                if (generation != m_generation)
                    return;
                m_tree->setTree(tree);
                m_treeText->setText(tree.summary());
            },
            Qt::QueuedConnection);
    });
}

void GroupView::chooseBranch(int branch)
{
    const GroupBranch& chosen = m_tree->tree().branches[size_t(branch)];
    const qint64 id = m_tree->tree().rows[size_t(chosen.best)].id;
    // The shared beginning parts at its end: there stands the first token of the way that its best completion took.
    const GroupBranch* shown = &chosen;
    for (const int child : chosen.branch.depth == 0 ? chosen.branch.children : std::vector<int>())
        if (const GroupBranch& way = m_tree->tree().branches[size_t(child)];
            std::count(way.branch.members.begin(), way.branch.members.end(), chosen.best))
            shown = &way;
    for (int row = 0; row < m_completions->rowCount(); ++row)
        if (hitOf(row).completion.id == id) {
            m_choosing = true; // the table follows; the trace opens once, with its token marked
            m_table->setCurrentIndex(m_order->index(m_order->mapFromSource(m_completions->index(row, 0)).row(),
                m_table->horizontalHeader()->logicalIndex(0)));
            m_choosing = false;
            Q_EMIT branchChosen(hitOf(row), qint64(shown->textBegin), qint64(shown->firstEnd));
            return;
        }
}

void GroupView::moveCompletion(int by)
{
    const int row = m_table->currentIndex().row() + by;
    if (row >= 0 && row < m_order->rowCount())
        m_table->setCurrentIndex(m_order->index(row, m_table->horizontalHeader()->logicalIndex(0)));
}

} // namespace aha
