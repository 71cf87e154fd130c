#include "widgets/shell/taborder.h"

#include <QAbstractItemView>
#include <QAbstractSpinBox>
#include <QComboBox>
#include <QFormLayout>
#include <QGridLayout>
#include <QLayout>
#include <QScrollArea>
#include <QSplitter>
#include <QStackedWidget>
#include <QTabBar>
#include <QTabWidget>

#include <algorithm>
#include <tuple>
#include <vector>

namespace aha {

namespace {

void collect(QWidget* widget, std::vector<QWidget*>& order);

void collect(QLayout* layout, std::vector<QWidget*>& order)
{
    std::vector<std::tuple<int, int, QLayoutItem*>> items;
    for (int i = 0; i < layout->count(); ++i) {
        int row = 0, column = i;
        if (const auto* grid = qobject_cast<QGridLayout*>(layout)) {
            int rows = 0, columns = 0;
            grid->getItemPosition(i, &row, &column, &rows, &columns);
        } else if (const auto* form = qobject_cast<QFormLayout*>(layout)) {
            QFormLayout::ItemRole role = QFormLayout::LabelRole;
            form->getItemPosition(i, &row, &role);
            column = int(role);
        }
        items.emplace_back(row, column, layout->itemAt(i));
    }
    std::sort(items.begin(), items.end());
    for (const auto& [row, column, item] : items) {
        if (QWidget* widget = item->widget())
            collect(widget, order);
        else if (QLayout* inner = item->layout())
            collect(inner, order);
    }
}

void collect(QWidget* widget, std::vector<QWidget*>& order)
{
    const bool whole = qobject_cast<QAbstractItemView*>(widget) || qobject_cast<QComboBox*>(widget)
        || qobject_cast<QAbstractSpinBox*>(widget);
    if (auto* tabs = qobject_cast<QTabWidget*>(widget)) {
        order.push_back(tabs->tabBar());
        if (QWidget* corner = tabs->cornerWidget())
            collect(corner, order);
        for (int i = 0; i < tabs->count(); ++i)
            collect(tabs->widget(i), order);
        return;
    }
    if (widget->focusPolicy() & Qt::TabFocus && !widget->focusProxy())
        order.push_back(widget);
    if (whole)
        return;
    if (auto* stack = qobject_cast<QStackedWidget*>(widget)) {
        for (int i = 0; i < stack->count(); ++i)
            collect(stack->widget(i), order);
    } else if (auto* splitter = qobject_cast<QSplitter*>(widget)) {
        for (int i = 0; i < splitter->count(); ++i)
            collect(splitter->widget(i), order);
    } else if (auto* scroll = qobject_cast<QScrollArea*>(widget)) {
        if (scroll->widget())
            collect(scroll->widget(), order);
    } else if (widget->layout()) {
        collect(widget->layout(), order);
    }
}

} // namespace

void tabInReadingOrder(QWidget* root)
{
    std::vector<QWidget*> order;
    collect(root, order);
    for (size_t i = 1; i < order.size(); ++i)
        QWidget::setTabOrder(order[i - 1], order[i]);
}

} // namespace aha
