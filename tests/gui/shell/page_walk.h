#pragma once
// Every place of the window: a page with each tab in it, and each tab in those.

#include "widgets/shell/mainwindow.h"
#include "widgets/shell/pagedeck.h"

#include <QTabWidget>
#include <QTest>

namespace walk {

/// Calls look(part, where) for `part` as it stands and for every tab within, "Traces/Search"; the tabs are put back.
template <class Look> void tabs(QWidget& part, const QString& where, Look&& look)
{
    for (int i = 0; i < 3; ++i) // what is read beside the window comes
        QTest::qWait(20);
    look(part, where);
    for (QTabWidget* tabs : part.findChildren<QTabWidget*>()) {
        if (!tabs->isVisible())
            continue; // it stands in another tab
        const int first = tabs->currentIndex();
        for (int i = 0; i < tabs->count(); ++i)
            if (i != first && tabs->isTabVisible(i) && tabs->isTabEnabled(i)) {
                tabs->setCurrentIndex(i);
                walk::tabs(*tabs->widget(i), where + QLatin1Char('/') + tabs->tabText(i), look);
            }
        tabs->setCurrentIndex(first);
    }
}

inline QWidget* page(const aha::MainWindow& window, const QString& name)
{
    for (const aha::Page& page : window.pages()->pages())
        if (page.name == name)
            return page.widget;
    return nullptr;
}

} // namespace walk
