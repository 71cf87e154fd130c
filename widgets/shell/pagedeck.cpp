#include "widgets/shell/pagedeck.h"

#include "widgets/language/translation.h"

#include <QTabBar>

#include <algorithm>

namespace aha {

namespace {
constexpr QSize kMostMinimum { 740, 560 }; // beside the table of runs in a window of 1024 x 700
}

PageDeck::PageDeck(QWidget* parent)
    : QTabWidget(parent)
{
    setObjectName(QStringLiteral("pages"));
    setAccessibleName(tr("Pages"));
    tabBar()->setAccessibleName(tr("Pages"));
    setDocumentMode(true);
    connect(this, &QTabWidget::currentChanged, this, [this] { Q_EMIT pageChanged(currentPage()); });
}

int PageDeck::tabOf(const QString& text) const
{
    for (int i = 0; i < count(); ++i)
        if (tabBar()->tabData(i) == text)
            return i;
    return -1;
}

void PageDeck::addPage(Page page)
{
    const QString top = page.parent.isEmpty() ? page.name : page.parent;
    int tab = tabOf(top);
    if (page.parent.isEmpty()) {
        tab = addTab(page.widget, translated(top));
        tabBar()->setTabData(tab, top); // found by its English name in every language
    } else {
        auto* group = tab < 0 ? nullptr : qobject_cast<QTabWidget*>(widget(tab));
        if (!group) {
            group = new QTabWidget(this);
            group->setObjectName(QStringLiteral("pages.") + top);
            group->setAccessibleName(tr("Pages of %1").arg(translated(top)));
            group->tabBar()->setAccessibleName(group->accessibleName());
            group->tabBar()->setProperty("role", QStringLiteral("second"));
            group->setDocumentMode(true);
            group->setTabBarAutoHide(true);
            tab = addTab(group, translated(top));
            tabBar()->setTabData(tab, top);
            connect(group, &QTabWidget::currentChanged, this, [this, group] {
                if (currentWidget() == group)
                    Q_EMIT pageChanged(currentPage());
            });
        }
        group->setTabToolTip(group->addTab(page.widget, translated(page.name)), translated(page.help));
        // Tab would stop at a row that is hidden, and never leave it.
        group->setFocusProxy(nullptr);
        group->setFocusPolicy(group->count() > 1 ? Qt::TabFocus : Qt::NoFocus);
        if (group->count() > 1)
            group->setFocusProxy(group->tabBar());
    }
    QStringList help;
    m_pages.push_back(std::move(page));
    for (const Page& one : m_pages)
        if ((one.parent.isEmpty() ? one.name : one.parent) == top)
            help << (one.parent.isEmpty() ? translated(one.help)
                                          : translated(one.name) + QStringLiteral(": ") + translated(one.help));
    if (help.size() == 1)
        help = QStringList { translated(m_pages.back().help) };
    setTabToolTip(tab, QStringLiteral("%1\nCtrl+%2").arg(help.join(QLatin1Char('\n'))).arg(tab + 1));
}

bool PageDeck::showPage(const QString& name)
{
    for (const Page& page : m_pages)
        if (page.name == name) {
            if (!page.parent.isEmpty())
                qobject_cast<QTabWidget*>(widget(tabOf(page.parent)))->setCurrentWidget(page.widget);
            setCurrentIndex(tabOf(page.parent.isEmpty() ? page.name : page.parent));
            return true;
        }
    const int tab = tabOf(name);
    if (tab >= 0)
        setCurrentIndex(tab);
    return tab >= 0;
}

QString PageDeck::currentPage() const
{
    const QWidget* shown = currentWidget();
    for (const Page& page : m_pages)
        if (!page.parent.isEmpty() && tabBar()->tabData(currentIndex()) == page.parent)
            shown = qobject_cast<QTabWidget*>(currentWidget())->currentWidget();
    for (const Page& page : m_pages)
        if (page.widget == shown)
            return page.name;
    return {};
}

bool PageDeck::isOfRuns() const
{
    const QString shown = currentPage();
    return std::any_of(m_pages.begin(), m_pages.end(), [&](const Page& page) {
        return page.name == shown && page.setRuns && page.parent != QLatin1String("Configure")
            && page.parent != QLatin1String("Library");
    });
}

const Page* PageDeck::pageOf(const QWidget* widget) const
{
    for (const Page& page : m_pages)
        if (widget && (page.widget == widget || page.widget->isAncestorOf(widget)))
            return &page;
    return nullptr;
}

QStringList PageDeck::tabs() const
{
    QStringList names;
    for (int i = 0; i < count(); ++i)
        names << tabBar()->tabData(i).toString();
    return names;
}

void PageDeck::setRuns(const OpenRuns& runs)
{
    for (const Page& page : m_pages)
        if (page.setRuns)
            page.setRuns(runs);
}

QSize PageDeck::minimumSizeHint() const { return QTabWidget::minimumSizeHint().boundedTo(kMostMinimum); }

} // namespace aha
