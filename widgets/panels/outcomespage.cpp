#include "widgets/panels/outcomespage.h"

#include "widgets/language/translation.h"
#include "widgets/models/heldoutsample.h"
#include "widgets/models/outcomesummary.h"
#include "widgets/models/visibletext.h"
#include "widgets/panels/outcomedelegate.h"
#include "widgets/panels/pairedcard.h"
#include "widgets/plots/elidedlabel.h"
#include "widgets/plots/placeaction.h"

#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QEvent>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPainter>
#include <QPushButton>
#include <QRegularExpression>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>

namespace aha {

namespace {

constexpr int kOutcomesRefreshMs = 2000, kProblemWidth = 300, kWidestCell = 84, kRunWidth = 120, kChipGap = 12;

QLabel* makeLabel(const char* objectName, const char* role, QWidget* parent)
{
    auto* label = new QLabel(parent);
    label->setObjectName(QString::fromLatin1(objectName));
    label->setTextFormat(Qt::PlainText);
    label->setProperty("role", QString::fromLatin1(role));
    return label;
}

/// Names of problems and runs: plain text with an ellipsis where it does not fit.
class NameHeader : public QHeaderView {
public:
    NameHeader(Qt::Orientation orientation, QWidget* parent)
        : QHeaderView(orientation, parent)
    {
        setSectionsClickable(true);
    }

protected:
    void paintSection(QPainter* painter, const QRect& rect, int section) const override
    {
        const bool isRow = orientation() == Qt::Vertical; // runs differ at the ends of their names
        painter->save();
        painter->fillRect(rect, palette().color(isRow ? QPalette::Base : QPalette::Window));
        painter->setPen(palette().color(isRow ? QPalette::Text : QPalette::WindowText));
        const QRect inner = rect.adjusted(isRow ? 6 : 3, 0, isRow ? -6 : -3, 0);
        painter->drawText(inner, (isRow ? Qt::AlignLeft : Qt::AlignHCenter) | Qt::AlignVCenter,
            fontMetrics().elidedText(model()->headerData(section, orientation(), Qt::DisplayRole).toString(),
                isRow ? Qt::ElideRight : Qt::ElideMiddle, inner.width()));
        painter->restore();
    }
};

QPixmap swatch(const QColor& color)
{
    QPixmap pixmap(10, 10);
    pixmap.fill(color);
    return pixmap;
}

} // namespace

OutcomesPage::OutcomesPage(QWidget* parent)
    : QWidget(parent)
    , m_model(new OutcomeModel(this))
    , m_what(new QComboBox(this))
    , m_order(new QComboBox(this))
    , m_filter(new QLineEdit(this))
    , m_empty(makeLabel("outcomesEmpty", "hint", this))
    , m_scope(new ElidedLabel(this))
    , m_legend(new ElidedLabel(this))
    , m_current(new ElidedLabel(this))
    , m_sampled(makeLabel("outcomesSampled", "hint", this))
    , m_table(new QTableView(this))
    , m_open(new QPushButton(tr("Open its answers"), this))
    , m_follow(new QPushButton(tr("Follow as a probe"), this))
    , m_copy(new QPushButton(tr("Copy"), this))
    , m_take(new QPushButton(tr("Copy"), this))
    , m_paired(new PairedCard(this))
{
    m_what->setObjectName(QStringLiteral("outcomesWhat"));
    m_what->setAccessibleName(tr("Columns of the matrix"));
    m_order->setObjectName(QStringLiteral("outcomesOrder"));
    m_order->setAccessibleName(tr("Order of the problems"));
    for (const char* name : { "as asked", "by class", "most gained", "most lost", "hardest first", "easiest first" })
        m_order->addItem(translated(name));
    m_filter->setObjectName(QStringLiteral("outcomesFilter"));
    m_filter->setAccessibleName(tr("Filter problems"));
    m_filter->setPlaceholderText(tr("Filter problems"));
    m_filter->setClearButtonEnabled(true);
    m_filter->setMinimumWidth(110);
    m_empty->setWordWrap(true);
    m_empty->setAlignment(Qt::AlignCenter);
    m_empty->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_copy->setObjectName(QStringLiteral("outcomesCopy"));
    m_copy->setAccessibleName(tr("Copy the commands that evaluate the open runs"));
    m_copy->hide();
    m_take->setObjectName(QStringLiteral("outcomesTake"));
    m_take->setAccessibleName(tr("Copy the outcomes"));
    auto* taken = new QMenu(m_take);
    taken->addAction(tr("Matrix as CSV"), this, [this] { take(&outcomesCsv); });
    taken->addAction(tr("Counts and tests as Markdown"), this, [this] {
        take([](const OutcomeTable& table) {
            const auto summary = summarizeOutcomes(table);
            return summary ? outcomesMarkdown(*summary) : QString();
        });
    });
    m_take->setMenu(taken);
    m_table->setObjectName(QStringLiteral("outcomes"));
    m_table->setAccessibleName(tr("Outcomes of held-out problems"));
    m_table->setModel(m_model);
    m_table->setItemDelegate(new OutcomeDelegate(m_table));
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setShowGrid(false);
    m_table->setWordWrap(false);
    m_table->setTabKeyNavigation(false);
    m_table->setCornerButtonEnabled(false);
    m_table->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_table->viewport()->installEventFilter(this);
    m_table->installEventFilter(this);
    auto* problems = new NameHeader(Qt::Vertical, m_table);
    m_table->setVerticalHeader(problems);
    problems->setSectionResizeMode(QHeaderView::Fixed);
    problems->setDefaultSectionSize(fontMetrics().height() + 8);
    problems->setFixedWidth(kProblemWidth);
    m_table->setHorizontalHeader(new NameHeader(Qt::Horizontal, m_table));
    m_table->horizontalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    m_table->horizontalHeader()->setMinimumSectionSize(20);
    m_table->horizontalHeader()->setFixedHeight(fontMetrics().height() + 10);

    auto* bar = new QHBoxLayout;
    bar->setSpacing(8);
    bar->addWidget(m_what, 1);
    bar->addWidget(m_filter, 1);
    bar->addWidget(m_order);
    bar->addWidget(m_take);
    m_chips = new QHBoxLayout;
    m_chips->setSpacing(kChipGap);
    m_scope->setObjectName(QStringLiteral("outcomesScope"));
    m_scope->setTextFormat(Qt::PlainText);
    m_scope->setProperty("role", QStringLiteral("hint"));
    m_chips->addWidget(m_scope);
    for (int c = 0; c < kOutcomeClasses; ++c) {
        auto* chip = new QCheckBox(this);
        chip->setObjectName(QStringLiteral("outcomeClass%1").arg(c));
        chip->setChecked(true);
        m_classes[size_t(c)] = chip;
        m_chips->addWidget(chip);
        connect(chip, &QCheckBox::toggled, this, [this, c](bool on) {
            m_model->setShown(OutcomeClass(c), on);
            reselect();
        });
    }
    m_legend->setObjectName(QStringLiteral("outcomesLegend"));
    m_legend->setTextFormat(Qt::PlainText);
    m_legend->setProperty("role", QStringLiteral("hint"));
    m_legend->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    m_legend->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred); // the classes come first
    m_chips->addStretch(1);
    m_key = new QHBoxLayout;
    m_key->addLayout(m_chips);
    m_key->addWidget(m_legend, 1);
    for (QPushButton* button : { m_open, m_follow })
        button->setEnabled(false);
    m_open->setObjectName(QStringLiteral("outcomeOpen"));
    m_open->setToolTip(tr("All samples of this evaluation on the page Traces (Enter)"));
    m_follow->setObjectName(QStringLiteral("outcomeFollow"));
    m_follow->setToolTip(tr("Its answers at every evaluation, on the tab Probes (P)"));
    m_current->setObjectName(QStringLiteral("outcomesCurrent"));
    m_current->setTextFormat(Qt::PlainText);
    m_current->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    auto* below = new QHBoxLayout;
    below->setSpacing(8);
    below->addWidget(m_current, 1);
    below->addWidget(m_open);
    below->addWidget(m_follow);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 8, 0, 0);
    layout->setSpacing(8);
    layout->addLayout(bar);
    layout->addLayout(m_key);
    m_sampled->setWordWrap(true);
    layout->addWidget(m_sampled);
    auto* nothing = new QWidget(this); // in the place of the table
    auto* nothingLayout = new QVBoxLayout(nothing);
    nothingLayout->addStretch(1);
    nothingLayout->addWidget(m_empty);
    nothingLayout->addWidget(m_copy, 0, Qt::AlignHCenter);
    nothingLayout->addStretch(1);
    layout->addWidget(nothing, 1);
    layout->addWidget(m_table, 1);
    layout->addLayout(below);
    layout->addWidget(m_paired);

    new PlaceAction(
        m_table, "outcomes.open", tr("Open the answers of the cell"), {}, [this] { m_open->click(); },
        [this] { return m_open->isEnabled(); });
    new PlaceAction(
        m_table, "outcomes.follow", tr("Follow the problem as a probe"), keyList({ Qt::Key_P }),
        [this] { m_follow->click(); }, [this] { return m_follow->isEnabled(); });
    m_coalesce.setSingleShot(true);
    m_coalesce.setInterval(kOutcomesRefreshMs);
    connect(&m_coalesce, &QTimer::timeout, this, [this] {
        m_stale = true;
        if (isVisible())
            read(/*refreshing=*/true);
    });
    connect(m_what, &QComboBox::activated, this, [this] {
        m_chosen = true;
        read();
    });
    connect(m_copy, &QPushButton::clicked, this,
        [this] { QGuiApplication::clipboard()->setText(evaluateCommands().join(QLatin1Char('\n'))); });
    connect(m_order, &QComboBox::activated, this, [this](int order) {
        m_model->setOrder(OutcomeModel::Order(order));
        reselect();
    });
    connect(m_filter, &QLineEdit::textChanged, this, [this](const QString& text) {
        m_model->setText(text);
        reselect();
    });
    connect(m_table->selectionModel(), &QItemSelectionModel::currentChanged, this, &OutcomesPage::describe);
    connect(m_table, &QTableView::doubleClicked, this, &OutcomesPage::openCell);
    connect(m_open, &QPushButton::clicked, this, [this] { openCell(m_table->currentIndex()); });
    connect(m_follow, &QPushButton::clicked, this, [this] {
        if (const QModelIndex at = m_table->currentIndex(); at.isValid())
            Q_EMIT probeRequested(m_model->table().sources[size_t(at.column())].run.folder,
                QString::fromStdString(m_model->row(at.row()).problem));
    });
    setTable(OutcomeTable());
}

OutcomesPage::~OutcomesPage() = default;

void OutcomesPage::setRuns(const OpenRuns& runs)
{
    for (const OpenRun& run : m_runs)
        run.feed->disconnect(this);
    m_runs = runs;
    const auto later = [this] {
        if (!m_coalesce.isActive())
            m_coalesce.start();
    };
    for (const OpenRun& run : runs) { // the last evaluation comes after the last step, when the state changes
        connect(run.feed.get(), &RunFeed::stepsCommitted, this, later);
        connect(run.feed.get(), &RunFeed::stateChanged, this, later);
    }
    fillChoices();
    m_stale = true;
    if (isVisible())
        read(); // otherwise when the page is looked at
}

void OutcomesPage::fillChoices()
{
    const QString kept = m_what->currentText();
    m_what->clear();
    for (const OpenRun& run : m_runs)
        m_what->addItem(QIcon(swatch(run.color)), tr("Evaluations of %1").arg(run.label));
    if (m_runs.size() > 1)
        m_what->addItem(tr("Newest evaluation of the %1 open runs").arg(m_runs.size()));
    const int found = m_chosen ? m_what->findText(kept) : -1;
    m_chosen = found >= 0;
    m_what->setCurrentIndex(found >= 0 ? found : m_what->count() - 1); // several runs were opened to be compared
}

QStringList OutcomesPage::evaluateCommands() const
{
    QStringList commands;
    for (const OpenRun& run : m_runs) {
        QString path = run.feed->folder();
        static const QRegularExpression harmless(QStringLiteral("^[A-Za-z0-9_./-]+$"));
        if (!harmless.match(path).hasMatch())
            path = QLatin1Char('\'') + path.replace(QLatin1Char('\''), QStringLiteral("'\\''")) + QLatin1Char('\'');
        commands << QStringLiteral("./ahascope eval %1 --problems 512 --k 4").arg(path);
    }
    return commands;
}

void OutcomesPage::read(bool refreshing)
{
    m_stale = false;
    const quint64 asked = ++m_asked;
    if (!refreshing)
        m_stamp = 0; // a look in between must not be taken for the answer to this question
    std::vector<RunName> names;
    for (const OpenRun& run : m_runs)
        names.push_back({ run.feed->folder(), run.label, run.color });
    if (names.empty())
        return setTable(OutcomeTable());
    m_empty->setText(tr("Reading the evaluations …"));
    const size_t what = size_t(std::max(0, m_what->currentIndex()));
    m_worker.post([this, asked, what, names = std::move(names), known = refreshing ? m_stamp : 0] {
        const qint64 stamp = evaluationStamp(names);
        if (stamp == known)
            return;
        OutcomeTable table = what < names.size() ? readCourse(names[what]) : readNewest(names);
        QMetaObject::invokeMethod(
            this,
            [this, asked, stamp, table = std::move(table)] {
                if (asked != m_asked)
                    return;
                m_stamp = stamp;
                setTable(table);
            },
            Qt::QueuedConnection);
    });
}

void OutcomesPage::setTable(const OutcomeTable& table)
{
    const bool sameColumns = table.acrossRuns == m_model->table().acrossRuns
        && table.skipped == m_model->table().skipped && table.sources.size() == m_model->table().sources.size()
        && std::equal(table.sources.begin(), table.sources.end(), m_model->table().sources.begin(),
            [](const OutcomeSource& a, const OutcomeSource& b) {
                return a.evaluationId == b.evaluationId && a.run.folder == b.run.folder;
            });
    if (sameColumns && !table.sources.empty())
        return; // a live run without a new evaluation: keep the place
    m_model->setTable(table);
    const bool any = !table.sources.empty();
    m_empty->setText(m_runs.empty() ? tr("No run is open. Select one in the table on the left: its "
                                         "held-out problems appear here, evaluation by evaluation.")
                                    : table.problem
                + tr("\nRuns of reinforcement learning and distillation store evaluations while they train "
                     "(eval.every_steps), fine-tuning does where data.verifier says how answers are judged; "
                     "“Evaluate a checkpoint…” above makes one of a checkpoint and stores it, too. Runs on preferences "
                     "and reward models answer no problems: their held-out figures are the charts eval_…. What the "
                     "newest checkpoints can do on any problems, these commands print in a terminal (pass@1 with its "
                     "interval, 512 problems × 4 samples; nothing is stored):\n\n%1")
                      .arg(visibleText(evaluateCommands().join(QLatin1Char('\n')).toStdString())));
    m_empty->setVisible(!any);
    m_empty->parentWidget()->setVisible(!any);
    m_copy->setVisible(!any && !m_runs.empty());
    for (QWidget* widget : { static_cast<QWidget*>(m_table), static_cast<QWidget*>(m_current),
             static_cast<QWidget*>(m_open), static_cast<QWidget*>(m_follow), static_cast<QWidget*>(m_legend) })
        widget->setVisible(any);
    m_what->setVisible(!m_runs.empty());
    m_filter->setVisible(any);
    m_order->setVisible(any);
    m_take->setVisible(any);
    const auto [fewest, most] = table.samples();
    for (int c = 0; c < kOutcomeClasses; ++c) {
        QCheckBox* chip = m_classes[size_t(c)];
        const QString name = outcomeName(OutcomeClass(c), table.acrossRuns, most);
        const int count = table.matrix.counts[size_t(c)];
        chip->setVisible(any);
        chip->setText(QStringLiteral("%1 %2 %3").arg(outcomeMark(OutcomeClass(c))).arg(count).arg(name));
        chip->setAccessibleName(tr("%1: %2 of %3 problems").arg(name).arg(count).arg(table.matrix.rows.size()));
        chip->setToolTip(plainToolTip(outcomeHelp(OutcomeClass(c), table.acrossRuns, most)));
    }
    m_scope->setText(outcomeScope(table));
    m_scope->setToolTip(plainToolTip(outcomeScope(table)));
    m_scope->setVisible(any && table.sources.size() > 1);
    const QString sampled = table.sampledDifferently();
    QStringList caveats; // of the columns
    if (any && !table.skipped.isEmpty())
        caveats << table.skippedText();
    if (!sampled.isEmpty())
        caveats << tr("Not sampled alike: what differs between these columns is not the model alone. %1")
                       .arg(QString(sampled).replace(QLatin1Char('\n'), QStringLiteral(" · ")));
    m_sampled->setText(caveats.join(QLatin1Char('\n')));
    m_sampled->setToolTip(plainToolTip(
        sampled.isEmpty() || caveats.size() < 2 ? caveats.value(0) : caveats.first() + QLatin1Char('\n') + sampled));
    m_sampled->setVisible(!caveats.isEmpty());
    const QString samples = fewest == most ? QString::number(most) : QStringLiteral("%1 – %2").arg(fewest).arg(most);
    m_legend->setText(most > 1 ? tr("n = %1 problems × %2 samples   ● all right   ○ none   else: how many")
                                     .arg(table.matrix.rows.size())
                                     .arg(samples)
                               : tr("n = %1   ● right   ○ wrong").arg(table.matrix.rows.size()));
    m_legend->setToolTip(plainToolTip(m_legend->text()));
    placeLegend();
    m_paired->setTable(table);
    fitColumns();
    m_column = m_model->columnCount() - 1; // the newest
    reselect();
}

void OutcomesPage::take(QString (*make)(const OutcomeTable& table))
{
    m_worker.post([this, make, table = m_model->table()] {
        QMetaObject::invokeMethod(
            this, [text = make(table)] { QGuiApplication::clipboard()->setText(text); }, Qt::QueuedConnection);
    });
}

/// Filtering and sorting keep the problem and the evaluation that were looked at, or take the first row.
void OutcomesPage::reselect()
{
    const int column = std::min(m_column, m_model->columnCount() - 1);
    if (m_model->rowCount() > 0 && column >= 0)
        m_table->setCurrentIndex(m_model->index(std::max(0, m_model->shownRow(m_problem)), column));
    describe();
}

void OutcomesPage::describe()
{
    const QModelIndex at = m_table->currentIndex();
    const bool asked = at.isValid() && at.data(OutcomeModel::RightRole).toInt() >= 0;
    m_open->setEnabled(asked);
    m_follow->setEnabled(at.isValid());
    if (!at.isValid())
        return m_current->setText(m_model->rowCount() == 0 && !m_model->table().sources.empty()
                ? tr("No problem passes the filter.")
                : QString());
    const OutcomeRow& row = m_model->row(at.row());
    const OutcomeSource& source = m_model->table().sources[size_t(at.column())];
    m_problem = row.problem;
    m_column = at.column();
    m_current->setText(
        QStringLiteral("%1 · %2 · %3")
            .arg(m_model->table().columnName(size_t(at.column())),
                asked ? tr("%1 of %2 right").arg(row.cells[size_t(at.column())].right).arg(source.samples)
                      : tr("not asked"),
                visibleLine(std::string_view(row.problem).substr(0, 160))));
    m_current->setToolTip(plainToolTip(m_current->text()));
}

void OutcomesPage::openCell(const QModelIndex& index)
{
    if (!index.isValid())
        return;
    const OutcomeRow& row = m_model->row(index.row());
    const OutcomeCell& cell = row.cells[size_t(index.column())];
    const OutcomeSource& source = m_model->table().sources[size_t(index.column())];
    if (cell.right >= 0)
        Q_EMIT problemPicked(source.run.folder, source.evaluationId, cell.position, wantedSample(row.outcome));
}

/// The evaluations share what the problems leave, within bounds; the runs' names need more. The problems, which are
/// cut, take the rest.
void OutcomesPage::fitColumns()
{
    const int columns = m_model->columnCount();
    if (columns == 0)
        return;
    const int narrowest
        = std::max(fontMetrics().height() + 8, fontMetrics().horizontalAdvance(QStringLiteral("0000")) + 6);
    // The viewport's right edge stays where it is, however wide the problems are.
    const int room = m_table->viewport()->geometry().right() + 1 - m_table->frameWidth();
    const int share = (room - kProblemWidth) / columns;
    const int cell = m_model->table().acrossRuns ? std::clamp(share, kRunWidth, 2 * kRunWidth)
                                                 : std::clamp(share, narrowest, std::max(narrowest, kWidestCell));
    m_table->horizontalHeader()->setDefaultSectionSize(cell);
    QHeaderView* problems = m_table->verticalHeader();
    const int wide = std::max(kProblemWidth, room - columns * cell);
    if (problems->minimumWidth() == wide)
        return;
    problems->setFixedWidth(wide);
    // The table lays itself out when its header says so, but not in the middle of doing that.
    QMetaObject::invokeMethod(
        problems, [problems] { Q_EMIT problems->geometriesChanged(); }, Qt::QueuedConnection);
}

/// Beside the classes where it has room, else below them: no sign of the matrix goes unexplained.
void OutcomesPage::placeLegend()
{
    m_chips->invalidate(); // its texts may have changed since it was laid out
    const bool beside = m_chips->sizeHint().width() + kChipGap + m_legend->sizeHint().width() <= width();
    m_key->setDirection(beside ? QBoxLayout::LeftToRight : QBoxLayout::TopToBottom);
    m_key->setSpacing(beside ? kChipGap : 4);
    m_legend->setAlignment((beside ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
}

void OutcomesPage::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    placeLegend();
}

void OutcomesPage::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    if (m_stale)
        read();
}

bool OutcomesPage::eventFilter(QObject* object, QEvent* event)
{
    if (event->type() == QEvent::Resize && object == m_table->viewport())
        fitColumns();
    if (event->type() == QEvent::KeyPress && object == m_table) {
        const int key = static_cast<QKeyEvent*>(event)->key();
        if (key == Qt::Key_Return || key == Qt::Key_Enter) {
            openCell(m_table->currentIndex());
            return true;
        }
        if (triggerPlaceAction(m_table, *static_cast<QKeyEvent*>(event)))
            return true;
    }
    return QWidget::eventFilter(object, event);
}

} // namespace aha
