#pragma once
// Every state in which a page of the window can be looked at: pages, their tabs and the tabs in these, sides and forms
// that unfold.

#include "widgets/shell/actiontable.h"
#include "widgets/shell/mainwindow.h"
#include "widgets/shell/pagedeck.h"

#include <QAbstractButton>
#include <QStackedWidget>
#include <QTabBar>
#include <QTabWidget>
#include <QTest>

#include <functional>
#include <vector>

namespace aha::support {

struct WindowState {
    QString name; ///< "Compare/compareTabs 2"
    QString page;
    std::function<void()> enter;
};

inline QWidget* pageWidget(MainWindow& window, const QString& name)
{
    for (const Page& page : window.pages()->pages())
        if (page.name == name)
            return page.widget;
    return nullptr;
}

/// Turns every tab and stack above `widget` so that it can be seen.
inline void turnTo(const QWidget* widget, const QWidget* upTo)
{
    for (const QWidget* at = widget; at && at != upTo; at = at->parentWidget()) {
        auto* stack = qobject_cast<QStackedWidget*>(at->parentWidget());
        if (!stack || stack->indexOf(const_cast<QWidget*>(at)) < 0)
            continue;
        if (auto* tabs = qobject_cast<QTabWidget*>(stack->parentWidget()))
            tabs->setCurrentWidget(const_cast<QWidget*>(at));
        else
            stack->setCurrentWidget(const_cast<QWidget*>(at));
    }
}

inline std::vector<WindowState> windowStates(MainWindow& window)
{
    std::vector<WindowState> states;
    for (const Page& page : window.pages()->pages()) {
        states.push_back({ page.name, page.name, [&window, name = page.name] { window.showPage(name); } });
        for (QTabWidget* tabs : page.widget->findChildren<QTabWidget*>())
            for (int i = 0; i < tabs->count(); ++i)
                states.push_back({ page.name + '/' + tabs->objectName() + ' ' + tabs->tabBar()->tabText(i), page.name,
                    [&window, name = page.name, root = page.widget, tabs, i] {
                        window.showPage(name);
                        turnTo(tabs, root);
                        tabs->setCurrentIndex(i);
                    } });
    }
    const auto click = [&](const char* page, const char* button) {
        states.push_back({ QLatin1String(page) + QStringLiteral("/") + QLatin1String(button), QLatin1String(page),
            [&window, page, button] {
                window.showPage(QLatin1String(page));
                auto* found
                    = pageWidget(window, QLatin1String(page))->findChild<QAbstractButton*>(QLatin1String(button));
                turnTo(found, pageWidget(window, QLatin1String(page)));
                if (!found->isCheckable() || !found->isChecked())
                    found->click();
            } });
    };
    for (const char* side :
        { "sideRewards", "sideText", "sideDifferences", "sideAdvice", "showAdvanced", "openRecipes" })
        click("Settings", side);
    click("Queue", "queueAttach");
    for (const char* part : { "chartsHelp", "showValues", "addChart", "liveSettings" })
        click("Charts", part);
    click("Traces", "groupTree");
    click("Lab", "rewardAll");
    const auto action = [&](const char* page, const char* id) {
        states.push_back(
            { QLatin1String(page) + QStringLiteral("/") + QLatin1String(id), QLatin1String(page), [&window, page, id] {
                 window.showPage(QLatin1String(page));
                 window.actionTable()->action(QLatin1String(id))->trigger();
             } });
    };
    action("Charts", "charts.export");
    action("Notebook", "notes.here");
    return states;
}

/// Lets what is read beside the window come, up to a second.
inline void settle(const QWidget* page)
{
    QSize before;
    for (int quiet = 0, i = 0; i < 50 && quiet < 4; ++i) {
        QTest::qWait(20);
        quiet = page->sizeHint() == before ? quiet + 1 : 0;
        before = page->sizeHint();
    }
}

} // namespace aha::support
