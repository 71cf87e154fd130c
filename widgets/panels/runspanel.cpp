#include "widgets/panels/runspanel.h"

#include "core/protocol/run_folder.h"
#include "core/run/runlauncher.h"

#include <QDir>
#include <QHeaderView>
#include <QLineEdit>
#include <QMenu>
#include <QMessageBox>
#include <QPointer>
#include <QSortFilterProxyModel>
#include <QTableView>
#include <QThreadPool>
#include <QVBoxLayout>

namespace aha {

namespace {

/// Words must all be found in a row; "state:finished" looks in one column only.
class RunFilter : public QSortFilterProxyModel {
public:
    using QSortFilterProxyModel::QSortFilterProxyModel;
    void setText(const QString& text)
    {
        m_words = text.toLower().split(QLatin1Char(' '), Qt::SkipEmptyParts);
        invalidateFilter();
    }
    bool filterAcceptsRow(int row, const QModelIndex& parent) const override
    {
        for (const QString& word : m_words) {
            const qsizetype colon = word.indexOf(QLatin1Char(':'));
            const QString key = colon > 0 ? word.left(colon) : QString(), value = word.mid(colon + 1);
            bool found = false;
            for (int c = 0; c < sourceModel()->columnCount(); ++c) {
                const QString title = sourceModel()->headerData(c, Qt::Horizontal, Qt::DisplayRole).toString().toLower();
                if (key.isEmpty() || title == key || (key == QLatin1String("loss_type") && title == QLatin1String("loss")))
                    found = found || sourceModel()->index(row, c, parent).data().toString().toLower().contains(value);
            }
            if (!found)
                return false;
        }
        return true;
    }

private:
    QStringList m_words;
};

} // namespace

RunsPanel::RunsPanel(QWidget* parent) : QWidget(parent), m_model(new RunListModel(this)), m_proxy(new RunFilter(this)), m_table(new QTableView(this)), m_filter(new QLineEdit(this))
{
    m_filter->setObjectName(QStringLiteral("runsFilter"));
    m_filter->setAccessibleName(QStringLiteral("Filter runs"));
    m_filter->setPlaceholderText(QStringLiteral("Filter: words, or state:finished loss:dapo"));
    m_filter->setClearButtonEnabled(true);
    m_proxy->setSourceModel(m_model);
    m_proxy->setSortRole(RunListModel::SortRole);
    m_table->setObjectName(QStringLiteral("runsTable"));
    m_table->setAccessibleName(QStringLiteral("Runs"));
    m_table->setModel(m_proxy);
    m_table->setSortingEnabled(true);
    m_table->sortByColumn(RunListModel::Created, Qt::DescendingOrder);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setShowGrid(false);
    m_table->setAlternatingRowColors(true);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(26);
    m_table->horizontalHeader()->setStretchLastSection(true);
    m_table->horizontalHeader()->setContextMenuPolicy(Qt::CustomContextMenu);
    const int widths[] = { 128, 66, 72, 62, 60, 62, 46, 120 };
    for (int c = 0; c < RunListModel::ColumnCount; ++c)
        m_table->setColumnWidth(c, widths[c]);
    for (const int c : { RunListModel::Reward, RunListModel::Loss, RunListModel::Seed, RunListModel::Created })
        m_table->setColumnHidden(c, true); // the dock is narrow; the header's menu shows them
    m_table->setContextMenuPolicy(Qt::CustomContextMenu);

    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(8, 8, 8, 8);
    layout->setSpacing(8);
    layout->addWidget(m_filter);
    layout->addWidget(m_table);

    connect(m_filter, &QLineEdit::textChanged, this, &RunsPanel::applyFilter);
    connect(m_table, &QTableView::activated, this, [this] { Q_EMIT openRequested(selectedFolders()); });
    connect(m_table, &QTableView::customContextMenuRequested, this, &RunsPanel::showMenu);
    connect(m_table->horizontalHeader(), &QHeaderView::customContextMenuRequested, this, [this](const QPoint& at) {
        QMenu menu(this);
        for (int c = 1; c < RunListModel::ColumnCount; ++c) {
            QAction* action = menu.addAction(m_model->headerData(c, Qt::Horizontal, Qt::DisplayRole).toString());
            action->setCheckable(true);
            action->setChecked(!m_table->isColumnHidden(c));
            connect(action, &QAction::toggled, this, [this, c](bool shown) { m_table->setColumnHidden(c, !shown); });
        }
        menu.exec(m_table->horizontalHeader()->mapToGlobal(at));
    });
}

void RunsPanel::applyFilter(const QString& text) { static_cast<RunFilter*>(m_proxy)->setText(text); }

void RunsPanel::setRows(std::vector<RunListRow> rows) { m_model->setRows(std::move(rows)); }

void RunsPanel::refresh()
{
    const int scan = ++m_scan;
    const QString folder = runsFolder();
    QThreadPool::globalInstance()->start([panel = QPointer<RunsPanel>(this), scan, folder] {
        auto rows = std::make_shared<std::vector<RunListRow>>(scanRuns(folder));
        if (RunsPanel* target = panel.data())
            QMetaObject::invokeMethod(target, [target, scan, rows] {
                if (scan == target->m_scan)
                    target->setRows(std::move(*rows));
            });
    });
}

void RunsPanel::updateRow(const QString& folder) { m_model->updateRow(readRunRow(folder)); }

QStringList RunsPanel::selectedFolders() const
{
    QStringList folders;
    for (const QModelIndex& index : m_table->selectionModel()->selectedRows())
        folders << index.data(RunListModel::FolderRole).toString();
    return folders;
}

void RunsPanel::showMenu(const QPoint& position)
{
    const QStringList folders = selectedFolders();
    if (folders.isEmpty())
        return;
    QMenu menu(this);
    menu.addAction(folders.size() == 1 ? QStringLiteral("Open") : QStringLiteral("Open %1 runs together").arg(folders.size()), this, [this, folders] { Q_EMIT openRequested(folders); });
    if (folders.size() == 1) {
        menu.addAction(QStringLiteral("Resume"), this, [this, folders] { Q_EMIT resumeRequested(folders[0]); });
        menu.addAction(QStringLiteral("New run from this one…"), this, [this, folders] { Q_EMIT cloneRequested(folders[0]); });
    }
    menu.addSeparator();
    menu.addAction(QStringLiteral("Delete…"), this, &RunsPanel::removeSelected);
    menu.exec(m_table->viewport()->mapToGlobal(position));
}

void RunsPanel::removeSelected()
{
    const QStringList folders = selectedFolders();
    for (const QString& folder : folders)
        if (liveEngine(folder.toStdString())) {
            QMessageBox::information(this, QStringLiteral("Delete"), QStringLiteral("%1 is being trained. Stop it first.").arg(folder));
            return;
        }
    if (QMessageBox::question(this, QStringLiteral("Delete"), QStringLiteral("Delete %1 run(s) with all traces and checkpoints? This cannot be undone.").arg(folders.size())) != QMessageBox::Yes)
        return;
    for (const QString& folder : folders)
        QDir(folder).removeRecursively();
    refresh();
}

} // namespace aha
