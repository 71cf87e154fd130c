#include "widgets/panels/tracespanel.h"

#include "core/run/runlauncher.h"
#include "widgets/models/tracelistmodel.h"
#include "widgets/panels/traceview.h"

#include <QComboBox>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPainter>
#include <QPushButton>
#include <QShortcut>
#include <QSpinBox>
#include <QSplitter>
#include <QStyledItemDelegate>
#include <QTabWidget>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace aha {

namespace {

constexpr int kPage = 100;

/// Advantage as a bar to the left (below the group) or right (above it), with the number in front.
class AdvantageDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override
    {
        const double share = index.data(TraceListModel::BarRole).toDouble();
        const QRectF cell = QRectF(option.rect).adjusted(2, 4, -2, -4);
        QStyledItemDelegate::paint(painter, option, index);
        QColor color(QLatin1String(share >= 0 ? "#1f8a5b" : "#c2571a"));
        color.setAlpha(90);
        const double half = cell.width() / 2;
        painter->fillRect(QRectF(cell.x() + half + std::min(0.0, share * half), cell.y(), std::abs(share) * half, cell.height()), color);
    }
};

QTableView* makeTable(const QString& name, const QString& accessible, QAbstractItemModel* model, QWidget* parent)
{
    auto* table = new QTableView(parent);
    table->setObjectName(name);
    table->setAccessibleName(accessible);
    table->setModel(model);
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->setSelectionMode(QAbstractItemView::SingleSelection);
    table->setAlternatingRowColors(true);
    table->setShowGrid(false);
    table->setWordWrap(false);
    table->verticalHeader()->hide();
    table->verticalHeader()->setDefaultSectionSize(24);
    table->horizontalHeader()->setStretchLastSection(true);
    const int widths[] = { 46, 50, 30, 58, 76, 96, 54, 46, 74, 64 };
    for (int c = 0; c < TraceListModel::ColumnCount; ++c)
        table->setColumnWidth(c, widths[c]);
    table->setItemDelegateForColumn(TraceListModel::Advantage, new AdvantageDelegate(table));
    return table;
}

QComboBox* tristate(const QString& name, const QString& yes, const QString& no, QWidget* parent)
{
    auto* box = new QComboBox(parent);
    box->setObjectName(name);
    box->setAccessibleName(yes);
    box->addItems({ QStringLiteral("any"), yes, no });
    return box;
}

std::optional<bool> chosen(const QComboBox* box) { return box->currentIndex() == 0 ? std::nullopt : std::optional(box->currentIndex() == 1); }

} // namespace

TracesPanel::TracesPanel(QWidget* parent) : QWidget(parent), m_completions(new TraceListModel(this)), m_results(new TraceListModel(this))
{
    if (Result<Lexicon> lexicon = Lexicon::load((resourceRootFolder() + QStringLiteral("/resources/lexicons/reflection.txt")).toStdString()))
        m_lexicon = std::move(*lexicon);
    m_tabs = new QTabWidget(this);
    m_tabs->setObjectName(QStringLiteral("traceTabs"));
    m_tabs->setDocumentMode(true);
    m_tabs->addTab(buildStepPage(), QStringLiteral("By step"));
    m_tabs->addTab(buildSearchPage(), QStringLiteral("Search"));
    auto* split = new QSplitter(this);
    split->addWidget(m_tabs);
    split->addWidget(buildTrace());
    split->setStretchFactor(0, 5);
    split->setStretchFactor(1, 6);
    split->setSizes({ 500, 620 });
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(split);
    setRuns({});
}

TracesPanel::~TracesPanel() = default;

QWidget* TracesPanel::buildStepPage()
{
    auto* page = new QWidget(this);
    auto* layout = new QVBoxLayout(page);
    layout->setContentsMargins(12, 8, 8, 8);
    layout->setSpacing(8);
    auto* top = new QHBoxLayout;
    m_run = new QComboBox(page);
    m_run->setObjectName(QStringLiteral("traceRun"));
    m_run->setAccessibleName(QStringLiteral("Run"));
    m_step = new QSpinBox(page);
    m_step->setObjectName(QStringLiteral("traceStep"));
    m_step->setAccessibleName(QStringLiteral("Step"));
    m_step->setPrefix(QStringLiteral("step "));
    m_step->setRange(0, 0);
    m_step->setKeyboardTracking(false);
    top->addWidget(m_run, 1);
    top->addWidget(m_step);
    layout->addLayout(top);
    m_groups = new QListWidget(page);
    m_groups->setObjectName(QStringLiteral("groups"));
    m_groups->setAccessibleName(QStringLiteral("Groups of the step"));
    m_groups->setUniformItemSizes(true);
    m_groupTitle = new QLabel(page);
    m_groupTitle->setTextFormat(Qt::PlainText);
    m_groupTitle->setWordWrap(true);
    m_completionTable = makeTable(QStringLiteral("completions"), QStringLiteral("Completions of the group"), m_completions, page);
    m_completionTable->setColumnHidden(TraceListModel::Step, true);
    m_completionTable->setColumnHidden(TraceListModel::Group, true);
    auto* split = new QSplitter(Qt::Vertical, page);
    split->addWidget(m_groups);
    auto* below = new QWidget(split);
    auto* belowLayout = new QVBoxLayout(below);
    belowLayout->setContentsMargins(0, 4, 0, 0);
    belowLayout->addWidget(m_groupTitle);
    belowLayout->addWidget(m_completionTable, 1);
    split->addWidget(below);
    split->setSizes({ 260, 420 });
    layout->addWidget(split, 1);
    connect(m_step, &QSpinBox::valueChanged, this, [this](int step) {
        if (!m_folder.isEmpty())
            showStep(m_folder, step);
    });
    connect(m_run, &QComboBox::activated, this, [this](int index) {
        if (index >= 0 && index < int(m_runs.size()))
            showStep(m_runs[size_t(index)].feed->folder(), std::max<qint64>(m_runs[size_t(index)].feed->lastStep(), 1));
    });
    connect(m_groups, &QListWidget::currentRowChanged, this, &TracesPanel::showGroup);
    connect(m_completionTable->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this](const QModelIndex& index) {
        const int group = m_groups->currentRow();
        if (index.isValid() && group >= 0 && group < int(m_groupRows.size()))
            showCompletion(m_completions->hit(index.row()), m_groupRows[size_t(group)].prompt.itemJson);
    });
    return page;
}

QWidget* TracesPanel::buildSearchPage()
{
    auto* page = new QWidget(this);
    auto* layout = new QVBoxLayout(page);
    layout->setContentsMargins(12, 8, 8, 8);
    layout->setSpacing(8);
    const auto edit = [page](const QString& name, const QString& hint, int width) {
        auto* made = new QLineEdit(page);
        made->setObjectName(name);
        made->setAccessibleName(hint);
        made->setPlaceholderText(hint);
        if (width)
            made->setMaximumWidth(width);
        return made;
    };
    m_text = edit(QStringLiteral("searchText"), QStringLiteral("Text in the trace"), 0);
    m_rewardMin = edit(QStringLiteral("searchReward"), QStringLiteral("reward ≥"), 84);
    m_lengthMin = edit(QStringLiteral("searchLength"), QStringLiteral("tokens ≥"), 84);
    m_correct = tristate(QStringLiteral("searchCorrect"), QStringLiteral("correct"), QStringLiteral("not correct"), page);
    m_reflects = tristate(QStringLiteral("searchReflects"), QStringLiteral("reflects"), QStringLiteral("does not reflect"), page);
    m_mixes = tristate(QStringLiteral("searchMixes"), QStringLiteral("mixes languages"), QStringLiteral("one language"), page);
    m_order = new QComboBox(page);
    m_order->setObjectName(QStringLiteral("searchOrder"));
    m_order->setAccessibleName(QStringLiteral("Order"));
    m_order->addItems({ QStringLiteral("newest first"), QStringLiteral("oldest first"), QStringLiteral("highest reward"), QStringLiteral("lowest reward"), QStringLiteral("longest"), QStringLiteral("shortest"), QStringLiteral("most reflections") });
    auto* go = new QPushButton(QStringLiteral("Search"), page);
    go->setObjectName(QStringLiteral("searchGo"));
    go->setAccessibleName(QStringLiteral("Search"));
    auto* more = new QPushButton(QStringLiteral("More"), page);
    more->setObjectName(QStringLiteral("searchMore"));
    more->setAccessibleName(QStringLiteral("Show more results"));
    auto* first = new QHBoxLayout;
    first->addWidget(m_text, 1);
    first->addWidget(m_rewardMin);
    first->addWidget(m_lengthMin);
    first->addWidget(go);
    auto* second = new QHBoxLayout;
    for (QComboBox* box : { m_correct, m_reflects, m_mixes, m_order })
        second->addWidget(box);
    second->addStretch(1);
    layout->addLayout(first);
    layout->addLayout(second);
    m_resultTable = makeTable(QStringLiteral("results"), QStringLiteral("Traces found"), m_results, page);
    layout->addWidget(m_resultTable, 1);
    auto* last = new QHBoxLayout;
    m_searchStatus = new QLabel(page);
    m_searchStatus->setProperty("role", QStringLiteral("hint"));
    last->addWidget(m_searchStatus, 1);
    last->addWidget(more);
    layout->addLayout(last);
    connect(go, &QPushButton::clicked, this, &TracesPanel::search);
    connect(m_text, &QLineEdit::returnPressed, this, &TracesPanel::search);
    connect(more, &QPushButton::clicked, this, [this] { m_results->rowCount() ? (m_searchStatus->setProperty("more", true), search()) : search(); });
    connect(m_resultTable->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this](const QModelIndex& index) {
        if (!index.isValid() || !m_reader)
            return;
        const TraceHit& hit = m_results->hit(index.row());
        if (const Result<GroupRow> group = m_reader->group(hit.completion.groupId))
            showCompletion(hit, group->prompt.itemJson);
    });
    connect(m_resultTable, &QTableView::activated, this, [this](const QModelIndex& index) {
        const TraceHit hit = m_results->hit(index.row());
        showStep(m_folder, hit.completion.step);
        m_groups->setCurrentRow(hit.groupPosition);
        m_completionTable->selectRow(hit.completion.position);
        m_tabs->setCurrentIndex(0);
    });
    return page;
}

QWidget* TracesPanel::buildTrace()
{
    auto* pane = new QWidget(this);
    auto* layout = new QVBoxLayout(pane);
    layout->setContentsMargins(8, 8, 12, 8);
    layout->setSpacing(6);
    auto* bar = new QHBoxLayout;
    bar->setSpacing(4);
    auto* heat = new QComboBox(pane);
    heat->setObjectName(QStringLiteral("heat"));
    heat->setAccessibleName(QStringLiteral("Colour tokens by"));
    heat->addItems({ QStringLiteral("no token colours"), QStringLiteral("colour by log-prob"), QStringLiteral("colour by entropy") });
    m_view = new TraceView(pane);
    m_left = new TraceView(pane);
    m_left->setObjectName(QStringLiteral("pinnedView"));
    const auto toggle = [&](const QString& text, TraceSpan::Kind kind, bool on) {
        auto* made = new QPushButton(text, pane);
        made->setObjectName(QStringLiteral("show.") + text);
        made->setAccessibleName(QStringLiteral("Highlight ") + text);
        made->setCheckable(true);
        made->setChecked(on);
        made->setStyleSheet(QStringLiteral("padding: 3px 8px;"));
        connect(made, &QPushButton::toggled, this, [this, kind](bool shown) {
            for (TraceView* view : { m_view, m_left }) {
                view->setShown(kind, shown);
                if (kind == TraceSpan::RightEquation)
                    view->setShown(TraceSpan::WrongEquation, shown);
                if (kind == TraceSpan::Chinese)
                    view->setShown(TraceSpan::English, shown && false);
            }
        });
        bar->addWidget(made);
    };
    toggle(QStringLiteral("reflection"), TraceSpan::Reflection, true);
    toggle(QStringLiteral("Chinese"), TraceSpan::Chinese, true);
    toggle(QStringLiteral("equations"), TraceSpan::RightEquation, true);
    toggle(QStringLiteral("tags"), TraceSpan::Tag, true);
    bar->addStretch(1);
    bar->addWidget(heat);
    layout->addLayout(bar);
    m_traceTitle = new QLabel(pane);
    m_traceTitle->setTextFormat(Qt::PlainText);
    m_traceTitle->setWordWrap(true);
    m_traceTitle->setTextInteractionFlags(Qt::TextSelectableByMouse);
    layout->addWidget(m_traceTitle);
    auto* split = new QSplitter(pane);
    m_leftPane = new QWidget(split);
    auto* leftLayout = new QVBoxLayout(m_leftPane);
    leftLayout->setContentsMargins(0, 0, 0, 0);
    m_leftTitle = new QLabel(m_leftPane);
    m_leftTitle->setTextFormat(Qt::PlainText);
    m_leftTitle->setProperty("role", QStringLiteral("hint"));
    leftLayout->addWidget(m_leftTitle);
    leftLayout->addWidget(m_left, 1);
    split->addWidget(m_leftPane);
    split->addWidget(m_view);
    m_leftPane->hide();
    layout->addWidget(split, 1);
    auto* bottom = new QHBoxLayout;
    m_find = new QLineEdit(pane);
    m_find->setObjectName(QStringLiteral("find"));
    m_find->setAccessibleName(QStringLiteral("Find in this trace"));
    m_find->setPlaceholderText(QStringLiteral("Find in this trace (Ctrl+F)"));
    auto* found = new QLabel(pane);
    found->setProperty("role", QStringLiteral("hint"));
    auto* pin = new QPushButton(QStringLiteral("Pin to compare"), pane);
    pin->setObjectName(QStringLiteral("pin"));
    pin->setAccessibleName(pin->text());
    pin->setCheckable(true);
    bottom->addWidget(m_find, 1);
    bottom->addWidget(found);
    bottom->addWidget(pin);
    layout->addLayout(bottom);
    connect(heat, &QComboBox::currentIndexChanged, this, [this](int index) {
        for (TraceView* view : { m_view, m_left })
            view->setHeat(TraceView::Heat(index));
    });
    connect(m_find, &QLineEdit::textChanged, this, [this, found](const QString& text) {
        const int hits = m_view->find(text);
        found->setText(text.isEmpty() ? QString() : QStringLiteral("%1 found").arg(hits));
    });
    connect(new QShortcut(QKeySequence::Find, this), &QShortcut::activated, this, [this] { m_find->setFocus(); m_find->selectAll(); });
    connect(pin, &QPushButton::toggled, this, [this](bool on) {
        m_hasPin = on;
        m_pinned = m_shown;
        m_leftTitle->setText(QStringLiteral("Pinned: ") + m_traceTitle->text());
        m_leftPane->setVisible(on);
        if (on)
            m_left->setTrace(m_pinned);
        compare();
    });
    return pane;
}

void TracesPanel::setRuns(const OpenRuns& runs)
{
    for (const OpenRun& run : m_runs)
        run.feed->disconnect(this);
    m_runs = runs;
    m_run->clear();
    for (const OpenRun& run : runs) {
        m_run->addItem(run.label);
        connect(run.feed.get(), &RunFeed::stepsCommitted, this, [this, folder = run.feed->folder()](qint64 step) {
            if (folder != m_folder)
                return;
            const bool waiting = m_step->maximum() <= 0 && step > 0;
            const QSignalBlocker block(m_step);
            m_step->setMaximum(int(std::max<qint64>(step, m_step->maximum())));
            if (waiting)
                showStep(folder, step);
        });
    }
    m_reader.reset();
    m_folder.clear();
    m_groups->clear();
    m_groupRows.clear();
    m_completions->setHits({});
    m_results->setHits({});
    m_view->setTrace({});
    m_traceTitle->setText(runs.empty() ? QStringLiteral("Open a run to read its traces.") : QStringLiteral("Choose a completion."));
    m_groupTitle->clear();
    if (!runs.empty())
        showStep(runs.front().feed->folder(), std::max<qint64>(runs.front().feed->lastStep(), 0));
}

RunReader* TracesPanel::reader(const QString& folder)
{
    if (folder != m_folder || !m_reader) {
        m_folder = folder;
        m_reader.reset();
        if (Result<std::unique_ptr<RunReader>> opened = RunReader::open(folder.toStdString()))
            m_reader = std::move(*opened);
    }
    return m_reader.get();
}

void TracesPanel::showStep(const QString& folder, qint64 step)
{
    RunReader* source = reader(folder);
    if (!source)
        return;
    for (size_t i = 0; i < m_runs.size(); ++i)
        if (m_runs[i].feed->folder() == folder)
            m_run->setCurrentIndex(int(i));
    if (const Result<int64_t> last = source->lastStep()) {
        const QSignalBlocker block(m_step);
        m_step->setRange(*last > 0 ? 1 : 0, int(std::max<int64_t>(*last, 0)));
        step = std::clamp<qint64>(step, m_step->minimum(), m_step->maximum());
        m_step->setValue(int(step));
    }
    Result<std::vector<GroupRow>> rows = source->groups(step);
    m_groupRows = rows ? std::move(*rows) : std::vector<GroupRow> {};
    m_groups->clear();
    for (GroupRow& group : m_groupRows) {
        if (Result<std::vector<CompletionRow>> completions = source->completions(group.id))
            group.completions = std::move(*completions);
        QString marks;
        for (const CompletionRow& completion : group.completions)
            marks += completion.correct ? QStringLiteral("●") : QStringLiteral("·");
        m_groups->addItem(QStringLiteral("%1   %2   mean %3%4").arg(QString::fromStdString(group.prompt.text), marks).arg(group.rewardMean, 0, 'f', 2)
                .arg(group.zeroVariance ? QStringLiteral("   zero variance") : QString()));
    }
    if (!m_groupRows.empty())
        m_groups->setCurrentRow(0);
    else
        m_completions->setHits({});
    Q_EMIT stepHovered(folder, step);
}

void TracesPanel::showGroup(int row)
{
    if (row < 0 || row >= int(m_groupRows.size()))
        return;
    const GroupRow& group = m_groupRows[size_t(row)];
    std::vector<TraceHit> hits;
    double sum = 0;
    int right = 0;
    for (const CompletionRow& completion : group.completions) {
        hits.push_back({ completion, group.position, group.prompt.text });
        sum += completion.advantage;
        right += completion.correct;
    }
    m_groupTitle->setText(QStringLiteral("%1   %2 of %3 right · reward %4 ± %5 · advantages sum to %6%7").arg(QString::fromStdString(group.prompt.text)).arg(right).arg(group.completions.size())
            .arg(group.rewardMean, 0, 'f', 3).arg(group.rewardStd, 0, 'f', 3).arg(std::abs(sum) < 5e-3 ? 0.0 : sum, 0, 'f', 2).arg(group.zeroVariance ? QStringLiteral(" · zero variance: trains nothing") : QString()));
    m_completions->setHits(std::move(hits));
    if (m_completions->rowCount() > 0)
        m_completionTable->selectRow(0);
}

void TracesPanel::showCompletion(const TraceHit& hit, const std::string& itemJson)
{
    if (!m_reader)
        return;
    const Result<CompletionRow> row = m_reader->completionText(hit.completion.id);
    if (!row) {
        m_traceTitle->setText(QString::fromStdString(row.error().sentence()));
        return;
    }
    const Result<std::optional<TokenDetail>> detail = m_reader->tokenDetail(hit.completion.id);
    m_shown = makeTraceText(row->text, itemJson, m_lexicon, detail ? *detail : std::nullopt);
    QString parts;
    for (const auto& [name, value] : row->parts)
        parts += QStringLiteral(" · %1 %2").arg(QString::fromStdString(name)).arg(value, 0, 'f', 2);
    m_traceTitle->setText(QStringLiteral("%1   step %2, sample %3 · %4 · %5 tokens, %6 · reward %7%8%9").arg(QString::fromStdString(hit.promptText)).arg(row->step).arg(row->position + 1)
            .arg(QString::fromStdString(row->correct ? "correct" : row->reason)).arg(row->tokens).arg(QString::fromStdString(row->finishReason))
            .arg(row->reward ? QString::number(*row->reward, 'f', 2) : QStringLiteral("–"), parts, m_shown.tokenEnds.isEmpty() ? QStringLiteral(" · no token detail stored") : QString()));
    m_view->setTrace(m_shown);
    compare();
}

void TracesPanel::compare()
{
    if (!m_hasPin) {
        m_view->setDifference({});
        return;
    }
    const TextDifference difference = compareWords(m_pinned.text, m_shown.text);
    m_left->setDifference(difference.left);
    m_view->setDifference(difference.right);
}

void TracesPanel::search()
{
    if (!m_reader)
        return;
    TraceFilter filter;
    filter.text = m_text->text().toStdString();
    bool ok = false;
    if (const double reward = m_rewardMin->text().toDouble(&ok); ok)
        filter.rewardMin = reward;
    if (const int tokens = m_lengthMin->text().toInt(&ok); ok)
        filter.tokensMin = tokens;
    filter.correct = chosen(m_correct);
    filter.reflects = chosen(m_reflects);
    filter.mixesLanguage = chosen(m_mixes);
    const bool more = m_searchStatus->property("more").toBool();
    m_searchStatus->setProperty("more", false);
    const Result<std::vector<TraceHit>> hits = m_reader->search(filter, TraceOrder(m_order->currentIndex()), kPage, more ? m_results->rowCount() : 0);
    if (!hits) {
        m_searchStatus->setText(QString::fromStdString(hits.error().sentence()));
        return;
    }
    more ? m_results->append(*hits) : m_results->setHits(*hits);
    const Result<int64_t> total = m_reader->countHits(filter);
    m_searchStatus->setText(QStringLiteral("%1 of %2 traces shown").arg(m_results->rowCount()).arg(total ? *total : 0));
}

void TracesPanel::renderReport(const QString& outDir, QStringList& writtenFiles)
{
    const QString file = outDir + QStringLiteral("/traces.png");
    if (grab().save(file, "PNG"))
        writtenFiles << file;
}

} // namespace aha
