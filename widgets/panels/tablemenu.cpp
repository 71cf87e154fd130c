#include "widgets/panels/tablemenu.h"

#include "widgets/language/translation.h"

#include <QActionGroup>
#include <QApplication>
#include <QContextMenuEvent>
#include <QHeaderView>
#include <QKeyEvent>
#include <QMenu>
#include <QTableView>

namespace aha {

TableMenu::TableMenu(QTableView* table)
    : QObject(table)
    , m_table(table)
    , m_show([table](int column, bool shown) { table->setColumnHidden(column, !shown); })
    , m_offered([](int) { return true; })
    , m_sortable([](int) { return true; })
{
    table->installEventFilter(this);
    QHeaderView* header = table->horizontalHeader();
    header->setContextMenuPolicy(Qt::CustomContextMenu);
    connect(header, &QHeaderView::customContextMenuRequested, this,
        [this, header](const QPoint& at) { openAt(header->mapToGlobal(at)); });
}

TableMenu* TableMenu::within(const QWidget* page)
{
    const auto of
        = [](const QWidget* widget) { return widget->findChild<TableMenu*>(QString(), Qt::FindDirectChildrenOnly); };
    for (const QWidget* at = QApplication::focusWidget(); at; at = at->parentWidget())
        if (TableMenu* menu = of(at))
            return menu;
    for (const QTableView* table : page->findChildren<QTableView*>())
        if (TableMenu* menu = table->isVisible() ? of(table) : nullptr)
            return menu;
    return nullptr;
}

QString TableMenu::title(int column) const
{
    const QAbstractItemModel* model = m_table->model();
    QString title = model->headerData(column, Qt::Horizontal).toString().simplified();
    if (title.isEmpty())
        title = model->headerData(column, Qt::Horizontal, Qt::ToolTipRole).toString().simplified();
    return (title.isEmpty() ? tr("column %1").arg(column + 1) : title).replace(QLatin1Char('&'), QLatin1String("&&"));
}

void TableMenu::fill(QMenu* menu)
{
    const QHeaderView* header = m_table->horizontalHeader();
    if (header->isSortIndicatorShown())
        fillOrder(menu->addMenu(tr("Sort by")));
    if (header->sectionsMovable())
        fillPlace(menu);
    menu->addSection(tr("Columns"));
    int shown = 0;
    for (int column = 0; column < header->count(); ++column)
        shown += !m_table->isColumnHidden(column);
    for (int place = 0; place < header->count(); ++place) {
        const int column = header->logicalIndex(place);
        if (!m_offered(column))
            continue;
        QAction* action = menu->addAction(title(column));
        action->setCheckable(true);
        action->setChecked(!m_table->isColumnHidden(column));
        action->setEnabled(shown > 1 || m_table->isColumnHidden(column)); // one stays: its header leads back
        connect(action, &QAction::toggled, this, [this, column](bool on) { m_show(column, on); });
    }
}

void TableMenu::fillOrder(QMenu* menu)
{
    QHeaderView* header = m_table->horizontalHeader();
    const int now = header->sortIndicatorSection();
    const Qt::SortOrder order = header->sortIndicatorOrder();
    const auto choice = [&](QActionGroup* group, const QString& text, bool chosen, auto&& work) {
        QAction* action = menu->addAction(text, this, work);
        action->setCheckable(true);
        action->setActionGroup(group);
        action->setChecked(chosen);
        return action;
    };
    auto* columns = new QActionGroup(menu);
    for (int place = 0; place < header->count(); ++place)
        if (const int column = header->logicalIndex(place);
            m_sortable(column) && (m_offered(column) || !m_table->isColumnHidden(column)))
            choice(columns, title(column), column == now,
                [header, column, order] { header->setSortIndicator(column, order); });
    menu->addSeparator();
    auto* orders = new QActionGroup(menu);
    const bool sorted = now >= 0 && now < header->count();
    choice(orders, tr("Ascending"), order == Qt::AscendingOrder, [header, now] {
        header->setSortIndicator(now, Qt::AscendingOrder);
    })->setEnabled(sorted);
    choice(orders, tr("Descending"), order == Qt::DescendingOrder, [header, now] {
        header->setSortIndicator(now, Qt::DescendingOrder);
    })->setEnabled(sorted);
}

/// The column of the current cell among its neighbours.
void TableMenu::fillPlace(QMenu* menu)
{
    QHeaderView* header = m_table->horizontalHeader();
    const int column = m_table->currentIndex().column();
    if (column < 0 || m_table->isColumnHidden(column))
        return;
    const int from = header->visualIndex(column);
    for (const bool left : { true, false }) {
        int to = left ? from - 1 : from + 1;
        while (to >= 0 && to < header->count() && m_table->isColumnHidden(header->logicalIndex(to)))
            to += left ? -1 : 1;
        QAction* action
            = menu->addAction((left ? tr("Move “%1” to the left") : tr("Move “%1” to the right")).arg(title(column)),
                this, [header, from, to] { header->moveSection(from, to); });
        action->setEnabled(to >= 0 && to < header->count());
    }
}

void TableMenu::open()
{
    const QHeaderView* header = m_table->horizontalHeader();
    openAt(header->mapToGlobal(QPoint(8, header->height())));
}

void TableMenu::openAt(const QPoint& place)
{
    auto* menu = new QMenu(m_table);
    menu->setObjectName(QStringLiteral("tableMenu"));
    menu->setAccessibleName(tr("Columns and order"));
    menu->setAttribute(Qt::WA_DeleteOnClose);
    fill(menu);
    menu->popup(place);
    QKeyEvent down(QEvent::KeyPress, Qt::Key_Down, Qt::NoModifier); // setActiveAction() would open the first submenu
    QCoreApplication::sendEvent(menu, &down);
}

bool TableMenu::eventFilter(QObject* object, QEvent* event)
{
    if (object != m_table)
        return QObject::eventFilter(object, event);
    if (event->type() == QEvent::KeyPress) {
        const auto* key = static_cast<QKeyEvent*>(event);
        if (key->key() == Qt::Key_F10 && key->modifiers() == Qt::ShiftModifier) { // keyboards without a menu key
            const QPoint place = m_table->rect().center();
            QContextMenuEvent asked(QContextMenuEvent::Keyboard, place, m_table->mapToGlobal(place));
            QCoreApplication::sendEvent(m_table, &asked);
            return true;
        }
    } else if (event->type() == QEvent::ContextMenu && m_table->contextMenuPolicy() == Qt::DefaultContextMenu
        && static_cast<QContextMenuEvent*>(event)->reason() == QContextMenuEvent::Keyboard) {
        open();
        return true;
    }
    return QObject::eventFilter(object, event);
}

} // namespace aha
