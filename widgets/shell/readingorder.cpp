#include "widgets/shell/readingorder.h"

#include <QAbstractButton>
#include <QAbstractScrollArea>
#include <QAbstractSpinBox>
#include <QComboBox>
#include <QDockWidget>
#include <QGridLayout>
#include <QLineEdit>
#include <QMainWindow>
#include <QScrollArea>
#include <QSet>
#include <QSplitter>
#include <QTabBar>
#include <QTabWidget>

#include <algorithm>

namespace aha {

namespace {

class Walk {
public:
    std::vector<QWidget*> stops;

    void visit(QWidget* widget)
    {
        if (!widget || !widget->isVisible() || m_seen.contains(widget))
            return;
        m_seen.insert(widget);
        if ((widget->focusPolicy() & Qt::TabFocus) && widget->isEnabled() && !widget->focusProxy())
            stops.push_back(widget);
        if (qobject_cast<QComboBox*>(widget) || qobject_cast<QAbstractSpinBox*>(widget)
            || qobject_cast<QLineEdit*>(widget) || qobject_cast<QAbstractButton*>(widget)
            || qobject_cast<QTabBar*>(widget))
            return; // what is in them is theirs
        if (auto* window = qobject_cast<QMainWindow*>(widget)) {
            for (auto* dock : window->findChildren<QDockWidget*>(QString(), Qt::FindDirectChildrenOnly))
                if (window->dockWidgetArea(dock) & (Qt::LeftDockWidgetArea | Qt::TopDockWidgetArea))
                    visit(dock);
            visit(window->centralWidget());
        } else if (auto* dock = qobject_cast<QDockWidget*>(widget)) {
            visit(dock->widget());
        } else if (auto* tabs = qobject_cast<QTabWidget*>(widget)) {
            visit(tabs->cornerWidget(Qt::TopLeftCorner));
            visit(tabs->tabBar());
            visit(tabs->cornerWidget(Qt::TopRightCorner));
            visit(tabs->currentWidget());
        } else if (auto* splitter = qobject_cast<QSplitter*>(widget)) {
            for (int i = 0; i < splitter->count(); ++i)
                visit(splitter->widget(i));
        } else if (auto* area = qobject_cast<QScrollArea*>(widget)) {
            visit(area->widget());
        } else if (auto* view = qobject_cast<QAbstractScrollArea*>(widget)) {
            rest(view->viewport());
        } else if (widget->layout()) {
            layout(widget->layout());
        }
        rest(widget);
    }

private:
    void layout(QLayout* layout)
    {
        std::vector<QLayoutItem*> items;
        for (int i = 0; i < layout->count(); ++i)
            items.push_back(layout->itemAt(i));
        if (const auto* grid = qobject_cast<QGridLayout*>(layout)) {
            std::vector<std::pair<std::pair<int, int>, QLayoutItem*>> cells;
            for (int i = 0; i < grid->count(); ++i) {
                int row = 0, column = 0, rows = 0, columns = 0;
                grid->getItemPosition(i, &row, &column, &rows, &columns);
                cells.push_back({ { row, column }, grid->itemAt(i) });
            }
            std::stable_sort(
                cells.begin(), cells.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
            for (size_t i = 0; i < cells.size(); ++i)
                items[i] = cells[i].second;
        }
        for (QLayoutItem* item : items) {
            if (QLayout* inner = item->layout())
                this->layout(inner);
            else
                visit(item->widget());
        }
    }

    /// Children that are in no layout, from above, and beside each other from the left.
    void rest(QWidget* parent)
    {
        QList<QWidget*> children = parent->findChildren<QWidget*>(QString(), Qt::FindDirectChildrenOnly);
        children.removeIf([](const QWidget* child) { return child->isWindow() || !child->isVisible(); });
        std::stable_sort(children.begin(), children.end(), [](const QWidget* a, const QWidget* b) {
            const QPoint at = a->pos(), other = b->pos();
            return at.y() != other.y() ? at.y() < other.y() : at.x() < other.x();
        });
        for (QWidget* child : children)
            visit(child);
    }

    QSet<QWidget*> m_seen;
};

} // namespace

std::vector<QWidget*> readingOrder(QWidget* root)
{
    Walk walk;
    walk.visit(root);
    return std::move(walk.stops);
}

void focusWithin(QWidget* place)
{
    QWidget* last = place->focusWidget();
    if (!last || !last->isVisible() || !last->isEnabled() || !place->isAncestorOf(last)) {
        const std::vector<QWidget*> order = readingOrder(place);
        last = order.empty() ? place : order.front();
    }
    last->setFocus();
}

} // namespace aha
