#include "widgets/panels/runspanel.h"

#include "core/protocol/run_folder.h"
#include "core/run/rundeletion.h"
#include "core/run/runlauncher.h"
#include "core/run/runscanner.h"
#include "widgets/language/translation.h"
#include "widgets/models/runproxy.h"
#include "widgets/models/visibletext.h"
#include "widgets/panels/rundetails.h"
#include "widgets/panels/sessionpart.h"
#include "widgets/panels/tablemenu.h"
#include "widgets/plots/elidedlabel.h"
#include "widgets/plots/emptyhint.h"
#include "widgets/plots/placeaction.h"

#include <QApplication>
#include <QClipboard>
#include <QDir>
#include <QFileInfo>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPainter>
#include <QPushButton>
#include <QStyledItemDelegate>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>

#include <utility>

namespace aha {

namespace {
constexpr const char* kColumns = "runs.columns";
constexpr int kLiveMs = 4000; // runs that train without being open here
constexpr int kChip = 12, kRing = 2;
constexpr int kShape = 18; // the state, behind the name

/// A name with the shape of its state behind it; where both do not fit, the word "seed" goes before the name is cut.
/// The colour of an open run keeps its own ground: the selection neither tints nor hides it.
class RunNameDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& given, const QModelIndex& index) const override
    {
        QStyleOptionViewItem option(given);
        initStyleOption(&option, index);
        const QStyle* style = option.widget ? option.widget->style() : QApplication::style();
        const int margin = style->pixelMetric(QStyle::PM_FocusFrameHMargin, &option, option.widget) + 1;
        const int room
            = style->subElementRect(QStyle::SE_ItemViewItemText, &option, option.widget).width() - 2 * margin - kShape;
        option.text
            = RunsPanel::fitted(option.text, index.data(RunListModel::ShortRole).toString(), option.fontMetrics, room);
        style->drawControl(QStyle::CE_ItemViewItem, &option, painter, option.widget);
        const bool ill = index.data(RunListModel::ShapeRole).toString() == QStringLiteral("✗");
        painter->save();
        painter->setFont(option.font);
        painter->setPen(option.palette.color(option.state & QStyle::State_Selected ? QPalette::HighlightedText
                : ill                                                              ? QPalette::BrightText
                                                                                   : QPalette::PlaceholderText));
        painter->drawText(QRect(option.rect.right() - kShape, option.rect.top(), kShape, option.rect.height()),
            Qt::AlignCenter, index.data(RunListModel::ShapeRole).toString());
        painter->restore();
    }

protected:
    void initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const override
    {
        QStyledItemDelegate::initStyleOption(option, index);
        const auto color = index.data(Qt::DecorationRole).value<QColor>();
        if (!color.isValid())
            return;
        const double scale = option->widget ? option->widget->devicePixelRatioF() : 1;
        QPixmap chip(QSize(kChip, kChip) * scale);
        chip.setDevicePixelRatio(scale);
        chip.fill(Qt::transparent);
        QPainter painter(&chip);
        if (option->state & QStyle::State_Selected)
            painter.fillRect(0, 0, kChip, kChip, option->palette.color(QPalette::Base));
        painter.fillRect(kRing, kRing, kChip - 2 * kRing, kChip - 2 * kRing, color);
        painter.end();
        QIcon icon(chip);
        icon.addPixmap(chip, QIcon::Selected); // else the style tints it
        option->icon = icon;
        option->decorationSize = { kChip, kChip };
    }
};

} // namespace

RunsPanel::RunsPanel(Workspace* workspace, QWidget* parent)
    : QWidget(parent)
    , m_workspace(workspace)
    , m_model(new RunListModel(this))
    , m_proxy(new RunProxy(m_model, this))
    , m_scanner(new RunScanner(this))
    , m_details(new RunDetails(m_model, this))
    , m_table(new QTableView(this))
    , m_filter(new QLineEdit(this))
    , m_filters(new QPushButton(this))
    , m_openSelected(new QPushButton(tr("Open"), this))
    , m_message(new QLabel(this))
    , m_counts(new ElidedLabel(this))
{
    m_filter->setObjectName(QStringLiteral("runsFilter"));
    m_filter->setAccessibleName(tr("Filter runs"));
    m_filter->setPlaceholderText(tr("Filter: words, pass1>0.5"));
    m_filter->setToolTip(tr("Words, or field:text (name state tag note loss task model folder), or numbers "
                            "(pass1 reward step seed step_seconds created): "
                            "tag:good pass1>=50% -state:failed \"two words\""));
    m_filter->setClearButtonEnabled(true);
    m_filters->setObjectName(QStringLiteral("savedFilters"));
    m_filters->setText(tr("Saved"));
    m_filters->setAccessibleName(tr("Saved filters"));
    m_filters->setMenu(new QMenu(m_filters));
    m_filters->setVisible(workspace != nullptr);
    m_message->setObjectName(QStringLiteral("runsMessage"));
    m_message->setProperty("role", QStringLiteral("error"));
    m_message->setTextFormat(Qt::PlainText);
    m_message->setWordWrap(true);
    m_message->hide();
    m_counts->setObjectName(QStringLiteral("runsCounts"));
    m_counts->setProperty("role", QStringLiteral("hint"));
    m_counts->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred); // a long sentence does not widen the window
    m_openSelected->setObjectName(QStringLiteral("openSelected"));
    m_openSelected->setAccessibleName(tr("Open what is selected"));
    m_openSelected->setToolTip(tr("Show the selected runs, together when there are several (Enter)"));

    for (QWidget* other : { static_cast<QWidget*>(m_table), static_cast<QWidget*>(m_details) })
        setKeptElsewhere(other); // the open runs, the labels
    m_table->setObjectName(QStringLiteral("runsTable"));
    m_table->setAccessibleName(tr("Runs"));
    m_table->setModel(m_proxy);
    m_table->setSortingEnabled(true);
    m_table->sortByColumn(RunListModel::Created, Qt::DescendingOrder);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_table->setEditTriggers(QAbstractItemView::EditKeyPressed);
    m_table->setShowGrid(false);
    m_table->setAlternatingRowColors(true);
    m_table->setWordWrap(false);
    m_table->setTextElideMode(Qt::ElideMiddle); // names differ at their ends
    m_table->setItemDelegateForColumn(RunListModel::Name, new RunNameDelegate(m_table));
    m_table->setTabKeyNavigation(false);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(26);
    QHeaderView* header = m_table->horizontalHeader();
    header->setSectionsMovable(true);
    header->setHighlightSections(false);
    header->setMinimumSectionSize(40);
    header->setToolTip(tr("Click: sort · right click: choose columns · drag: order"));
    m_columns = new TableMenu(m_table);
    m_columns->setOffered([](int column) { return column != RunListModel::Name; });
    m_columns->setShow([this](int column, bool shown) {
        m_table->setColumnHidden(column, !shown);
        saveState();
    });
    const int widths[] = { 120, 78, 74, 62, 62, 90, 62, 90, 140, 48, 56, 120, 160, 220 };
    static_assert(std::size(widths) == RunListModel::ColumnCount);
    for (int c = 0; c < RunListModel::ColumnCount; ++c) {
        m_table->setColumnWidth(c, widths[c]);
        m_table->setColumnHidden(c,
            c != RunListModel::Name && c != RunListModel::Pass1); // a narrow dock; the header's menu shows the rest
    }
    if (m_workspace)
        if (const auto columns = m_workspace->setting(kColumns); columns && !columns->empty())
            header->restoreState(QByteArray::fromStdString(*columns));
    header->setSectionResizeMode(
        RunListModel::Name, QHeaderView::Stretch); // takes what the others leave, so that nothing is cut
    m_table->setContextMenuPolicy(Qt::CustomContextMenu);

    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(8, 8, 8, 8);
    layout->setSpacing(6);
    auto* top = new QHBoxLayout;
    top->setSpacing(4);
    top->addWidget(m_filter, 1);
    top->addWidget(m_filters);
    layout->addLayout(top);
    layout->addWidget(m_message);
    layout->addWidget(m_table, 1);
    buildEmpty();
    auto* below = new QHBoxLayout;
    below->addWidget(m_counts, 1);
    below->addWidget(m_openSelected);
    layout->addWidget(m_details);
    layout->addLayout(below); // last: Open stays where it is, whether one run is selected or several

    connect(m_filter, &QLineEdit::textChanged, this, &RunsPanel::setFilter);
    connect(m_filters->menu(), &QMenu::aboutToShow, this, &RunsPanel::showFilters);
    connect(m_filter, &QLineEdit::returnPressed, this, [this] {
        if (m_filter->text().trimmed().isEmpty() || m_proxy->rowCount() == 0)
            return;
        m_table->setCurrentIndex(m_proxy->index(0, RunListModel::Name));
        openSelected();
    });
    m_filter->installEventFilter(this);
    m_table->viewport()->installEventFilter(this);
    connect(m_table, &QTableView::activated, this, &RunsPanel::openSelected);
    connect(m_openSelected, &QPushButton::clicked, this, &RunsPanel::openSelected);
    connect(m_table, &QTableView::customContextMenuRequested, this, &RunsPanel::showMenu);
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this, [this] {
        if (!m_settle.isActive())
            showDetails();
        showCounts();
    });
    m_settle.setSingleShot(true);
    connect(&m_settle, &QTimer::timeout, this, &RunsPanel::showDetails);
    for (QAbstractItemModel* model :
        { static_cast<QAbstractItemModel*>(m_proxy), static_cast<QAbstractItemModel*>(m_model) }) {
        connect(model, &QAbstractItemModel::rowsInserted, this, &RunsPanel::showCounts);
        connect(model, &QAbstractItemModel::rowsRemoved, this, &RunsPanel::showCounts);
        connect(model, &QAbstractItemModel::modelReset, this, &RunsPanel::showCounts);
    }
    connect(m_model, &RunListModel::labelChanged, this, [this](const QString& key, const RunLabel& label) {
        if (m_workspace)
            remember(m_workspace->setLabel(key.toStdString(), label));
        Q_EMIT rowsChanged();
    });
    const auto selected = [this] { return m_table->selectionModel()->hasSelection(); };
    new PlaceAction(
        m_table, "runs.open", tr("Open the selected runs"), {}, [this] { openSelected(); }, selected);
    new PlaceAction(
        m_table, "runs.sweep", tr("Compare the selected runs as a sweep"), {},
        [this] { Q_EMIT sweepRequested(selectedFolders()); },
        [this] { return m_table->selectionModel()->selectedRows().size() > 1; });
    new PlaceAction(
        m_table, "runs.delete", tr("Delete the selected runs…"), keyList({ Qt::Key_Delete }),
        [this] { removeSelected(); }, selected, PlaceAction::Focus::Exactly);
    connect(m_scanner, &RunScanner::scanned, this, [this](const auto& rows) { setRows(*rows); });
    connect(m_scanner, &RunScanner::rowRead, this, [this](const RunListRow& row) {
        if (!QDir(row.folder).exists())
            return m_model->removeFolder(row.folder);
        m_model->updateRow(row);
        takeStarted();
        Q_EMIT rowsChanged();
    });
    m_rescan.setSingleShot(true);
    m_rescan.setInterval(500);
    connect(&m_rescan, &QTimer::timeout, this, &RunsPanel::refresh);
    connect(&m_watcher, &QFileSystemWatcher::directoryChanged, &m_rescan, qOverload<>(&QTimer::start));
    m_live.setInterval(kLiveMs);
    connect(&m_live, &QTimer::timeout, this, [this] {
        for (const RunListRow& row : m_model->rows())
            if (row.state == RunState::Running || row.state == RunState::Starting || row.state == RunState::Paused
                || row.state == RunState::Stopping)
                m_scanner->read(row.folder);
    });
    m_live.start();
    if (m_workspace) {
        if (const auto labels = m_workspace->labels())
            m_model->setLabels(*labels);
        else
            remember(labels.error());
    }
    showCounts();
}

RunsPanel::~RunsPanel() = default;

void RunsPanel::remember(const Result<void>& done)
{
    if (!done)
        Q_EMIT troubled(translated(done.error().sentence()));
}

void RunsPanel::saveState()
{
    m_details->keepEdits();
    if (m_workspace)
        remember(m_workspace->setSetting(kColumns, m_table->horizontalHeader()->saveState().toStdString()));
}

void RunsPanel::setFilter(const QString& text)
{
    if (m_filter->text() != text)
        return m_filter->setText(text); // comes back here
    Result<RunFilter> filter = RunFilter::parse(text);
    m_message->setText(filter ? QString() : translated(filter.error().sentence()));
    m_message->setVisible(!filter);
    if (filter) // a filter that is being typed leaves the table as it is
        m_proxy->setFilter(std::move(*filter));
    showCounts();
}

QString RunsPanel::filterMessage() const { return m_message->text(); }

QString RunsPanel::fitted(const QString& title, const QString& shortTitle, const QFontMetrics& metrics, int room)
{
    if (metrics.horizontalAdvance(title) <= room)
        return title;
    return metrics.elidedText(shortTitle, Qt::ElideMiddle, room); // names differ at their ends
}

void RunsPanel::showCounts()
{
    const int shown = m_proxy->rowCount(), all = m_model->rowCount();
    const int selected = int(m_table->selectionModel() ? m_table->selectionModel()->selectedRows().size() : 0);
    QString text = shown < all ? tr("%1 of %2 runs").arg(shown).arg(all)
        : all == 1             ? tr("1 run")
                               : tr("%1 runs").arg(all);
    if (selected > 1)
        text += tr(", %1 selected").arg(selected);
    m_counts->setText(text);
    m_counts->setToolTip(selected > 1 ? text + QStringLiteral(". Right click to compare their configurations.") : text);
    m_counts->setVisible(all > 0);
    m_openSelected->setVisible(all > 0);
    const QStringList folders = selectedFolders();
    m_openSelected->setEnabled(selected > 0 && QSet<QString>(folders.begin(), folders.end()) != m_open);
    m_openSelected->setText(selected > 1 ? tr("Open %1").arg(selected) : tr("Open"));
    m_demo->setVisible(all == 0);
    m_empty->setText(all == 0 ? tr("No runs yet.\n\nChoose a recipe under Configure and press Start "
                                   "training, or let the demo train: R1-Zero in miniature, about five "
                                   "minutes on two cores. Runs appear here and stay after the window is "
                                   "closed.")
                              : tr("No run passes the filter."));
}

void RunsPanel::buildEmpty()
{
    m_empty = new EmptyHint(m_table, "runsEmpty", QString()); // showCounts() says what
    m_demo = m_empty->addButton("runDemo", tr("Run the demo"), [this] { Q_EMIT demoRequested(); });
    m_demo->setToolTip(tr("Starts the training and opens its charts"));
}

void RunsPanel::openSelected()
{
    if (const QStringList folders = selectedFolders(); !folders.isEmpty())
        Q_EMIT openRequested(folders);
}

void RunsPanel::showDetails()
{
    const QModelIndexList rows = m_table->selectionModel()->selectedRows();
    m_details->setRow(rows.size() == 1 ? m_proxy->mapToSource(rows[0]).row() : -1);
}

bool RunsPanel::eventFilter(QObject* object, QEvent* event)
{
    if (object == m_table->viewport()
        && (event->type() == QEvent::MouseButtonPress || event->type() == QEvent::MouseButtonDblClick))
        m_settle.start(QApplication::doubleClickInterval());
    if (object == m_table->viewport() && event->type() == QEvent::Resize) // the details take their room from the table
        QTimer::singleShot(0, this, [this] {
            if (const QModelIndexList chosen = m_table->selectionModel()->selectedRows(); chosen.size() == 1)
                m_table->scrollTo(chosen.front());
        });
    if (object == m_filter && event->type() == QEvent::KeyPress && static_cast<QKeyEvent*>(event)->key() == Qt::Key_Down
        && m_proxy->rowCount() > 0) {
        m_table->setFocus(Qt::TabFocusReason);
        if (m_table->selectionModel()->selectedRows().isEmpty())
            m_table->setCurrentIndex(m_proxy->index(0, RunListModel::Name));
        return true;
    }
    return QWidget::eventFilter(object, event);
}

void RunsPanel::setRows(std::vector<RunListRow> rows)
{
    const QStringList selected = selectedFolders();
    QSet<QString> there;
    for (const RunListRow& row : rows)
        there.insert(row.folder);
    for (const QString& folder : m_open) // opened from elsewhere, or begun so recently that a scan does not know it
        if (!there.contains(folder) && QDir(folder).exists())
            m_scanner->read(folder);
    for (const RunListRow& row : m_model->rows()) // until that is read they stay, and stay selected
        if (m_open.contains(row.folder) && !there.contains(row.folder) && QDir(row.folder).exists())
            rows.push_back(row);
    m_model->setRows(std::move(rows));
    select(selected);
    takeStarted();
    Q_EMIT rowsChanged();
}

void RunsPanel::refresh()
{
    const QString folder = runsFolder();
    if (m_watcher.directories().isEmpty() && QDir(folder).exists())
        m_watcher.addPath(folder);
    m_scanner->scan(folder);
}

void RunsPanel::updateRow(const QString& folder) { m_scanner->read(folder); }

void RunsPanel::setColors(const QHash<QString, QColor>& colors)
{
    m_model->setColors(colors);
    const QSet<QString> before = std::exchange(m_open, QSet<QString>(colors.keyBegin(), colors.keyEnd()));
    const QString here = QDir(runsFolder()).absolutePath();
    for (const QString& folder : before) // lies elsewhere, and stood here because it was open
        if (!m_open.contains(folder) && QFileInfo(folder).absolutePath() != here)
            m_model->removeFolder(folder);
    showCounts();
    QSet<QString> there;
    for (const RunListRow& row : m_model->rows())
        there.insert(row.folder);
    for (const QString& folder : m_open)
        if (!there.contains(folder))
            m_scanner->read(folder);
}

QStringList RunsPanel::selectedFolders() const
{
    QStringList folders;
    for (const QModelIndex& index : m_table->selectionModel()->selectedRows())
        folders << index.data(RunListModel::FolderRole).toString();
    return folders;
}

QString RunsPanel::nameOf(const QString& folder) const
{
    for (int row = 0; row < m_model->rowCount(); ++row)
        if (m_model->row(row).folder == folder)
            return m_model->nameOf(row);
    return {};
}

RunState RunsPanel::stateOf(const QString& folder) const
{
    for (const RunListRow& row : m_model->rows())
        if (row.folder == folder)
            return row.state;
    return RunState::Interrupted;
}

QString RunsPanel::titleOf(const QString& folder) const
{
    for (int row = 0; row < m_model->rowCount(); ++row)
        if (m_model->row(row).folder == folder)
            return visibleLine(m_model->title(row).toStdString());
    return {};
}

void RunsPanel::select(const QStringList& folders)
{
    QItemSelection selection;
    for (int row = 0; row < m_proxy->rowCount(); ++row)
        if (folders.contains(m_proxy->index(row, 0).data(RunListModel::FolderRole).toString()))
            selection.select(m_proxy->index(row, 0), m_proxy->index(row, RunListModel::ColumnCount - 1));
    m_table->selectionModel()->select(selection, QItemSelectionModel::ClearAndSelect);
}

void RunsPanel::selectStarted(const QString& folder)
{
    m_started = folder;
    takeStarted();
}

void RunsPanel::takeStarted()
{
    for (int row = 0; row < m_model->rowCount() && !m_started.isEmpty(); ++row)
        if (m_model->row(row).folder == m_started) {
            m_started.clear();
            const QModelIndex index = m_proxy->mapFromSource(m_model->index(row, RunListModel::Name));
            // Invalid where the filter hides it: then no run is selected, rather than another one.
            m_table->selectionModel()->setCurrentIndex(
                index, QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
            m_table->scrollTo(index);
        }
}

void RunsPanel::edit(int column)
{
    const QModelIndexList rows = m_table->selectionModel()->selectedRows(column);
    if (rows.size() != 1)
        return;
    m_table->setColumnHidden(column, false);
    m_table->setCurrentIndex(rows[0]);
    m_table->edit(rows[0]);
}

void RunsPanel::showMenu(const QPoint& position)
{
    const QStringList folders = selectedFolders();
    if (folders.isEmpty())
        return m_columns->open();
    QMenu menu(this);
    menu.addAction(folders.size() == 1 ? tr("Open") : tr("Open %1 runs together").arg(folders.size()), this,
        [this, folders] { Q_EMIT openRequested(folders); });
    if (folders.size() > 1) {
        menu.addAction(tr("Compare their configurations"), this, [this, folders] { Q_EMIT compareRequested(folders); });
        menu.addAction(placeAction(m_table, "runs.sweep")->withKeys(tr("Compare as a sweep")), this,
            [this, folders] { Q_EMIT sweepRequested(folders); });
    }
    QStringList open;
    for (const QString& folder : folders)
        if (m_open.contains(folder))
            open << folder;
    if (!open.isEmpty())
        menu.addAction(tr("Close"), this, [this, open] { Q_EMIT closeRequested(open); });
    if (folders.size() == 1) {
        QAction* resume = menu.addAction(tr("Resume"), this, [this, folders] { Q_EMIT resumeRequested(folders[0]); });
        resume->setObjectName(QStringLiteral("resumeSelected"));
        const RunState state = stateOf(folders[0]);
        resume->setEnabled(canResume(state));
        if (!resume->isEnabled())
            resume->setToolTip(state == RunState::Finished
                    ? tr("The run has reached its last step. A new run from this one can have more steps.")
                    : tr("The run is going on."));
        menu.setToolTipsVisible(true);
        menu.addAction(tr("New run from this one…"), this, [this, folders] { Q_EMIT cloneRequested(folders[0]); });
        menu.addSeparator();
        menu.addAction(tr("Rename\tF2"), this, [this] { edit(RunListModel::Name); });
        menu.addAction(tr("Tags…"), this, [this] { edit(RunListModel::Tags); });
        menu.addAction(tr("Note…"), this, [this] { edit(RunListModel::Note); });
        menu.addAction(
            tr("Copy the folder's path"), this, [folders] { QApplication::clipboard()->setText(folders[0]); });
    }
    menu.addSeparator();
    m_columns->fill(menu.addMenu(tr("Columns and order")));
    menu.addAction(placeAction(m_table, "runs.delete")->withKeys(tr("Delete…")), this, &RunsPanel::removeSelected);
    menu.exec(m_table->viewport()->mapToGlobal(position));
}

void RunsPanel::showFilters()
{
    QMenu* menu = m_filters->menu();
    menu->clear();
    const auto saved = m_workspace->filters();
    if (!saved)
        return remember(saved.error());
    QMenu* forget = nullptr;
    for (const auto& [name, text] : *saved) {
        const QString title = QString::fromStdString(name), filter = QString::fromStdString(text);
        menu->addAction(QString(title).replace(QLatin1Char('&'), QLatin1String("&&")) + QLatin1Char('\t') + filter,
            this, [this, filter] { setFilter(filter); });
    }
    menu->addSeparator();
    QAction* keep = menu->addAction(tr("Save this filter…"), this, [this] {
        if (askName)
            askName(
                tr("Name of this filter"), m_filter->text(), [this, filter = m_filter->text()](const QString& name) {
                    if (name.simplified().isEmpty())
                        return tr("A filter needs a name.");
                    remember(m_workspace->setFilter(name.simplified().toStdString(), filter.toStdString()));
                    return QString();
                });
    });
    keep->setEnabled(!m_filter->text().trimmed().isEmpty() && m_message->isHidden());
    for (const auto& [name, text] : *saved) {
        if (!forget)
            forget = menu->addMenu(tr("Forget"));
        forget->addAction(QString::fromStdString(name).replace(QLatin1Char('&'), QLatin1String("&&")), this,
            [this, name = name] { remember(m_workspace->setFilter(name, "")); });
    }
}

void RunsPanel::removeSelected()
{
    const QStringList folders = selectedFolders();
    if (folders.isEmpty())
        return;
    for (const QString& folder : folders)
        if (liveEngine(folder.toStdString()))
            return Q_EMIT troubled(tr("%1 is being trained. Stop it first; nothing was deleted.").arg(folder));
    QStringList names;
    for (const QModelIndex& index : m_table->selectionModel()->selectedRows(RunListModel::Name))
        names << index.data().toString();
    const QString what = names.size() <= 3 ? names.join(QStringLiteral(", ")) : tr("%1 runs").arg(names.size());
    if (ask)
        ask(tr("Delete %1 with all traces and checkpoints? This cannot be undone.").arg(what), tr("Delete"),
            [this, folders] { remove(folders); });
}

void RunsPanel::remove(const QStringList& folders)
{
    QStringList gone, refused;
    for (const QString& folder : folders) {
        if (const Result<void> done = deleteRun(folder); done) {
            gone << folder;
            m_model->removeFolder(folder);
        } else {
            refused << translated(done.error().sentence());
        }
    }
    if (!gone.isEmpty())
        Q_EMIT deleted(gone);
    if (!refused.isEmpty())
        Q_EMIT troubled(refused.join(QLatin1Char(' ')));
}

} // namespace aha
