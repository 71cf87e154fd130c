#include "widgets/shell/pagedeck.h"

#include "widgets/language/translation.h"
#include "widgets/shell/besidepane.h"
#include "widgets/shell/readingorder.h"

#include <QApplication>
#include <QContextMenuEvent>
#include <QMenu>
#include <QPointer>
#include <QScopedValueRollback>
#include <QTabBar>

#include <algorithm>
#include <utility>

namespace aha {

namespace {

/// A row with one tab is hidden: Tab would stop there, and never leave it.
void setRowFocus(QTabWidget* group)
{
    group->setFocusProxy(nullptr);
    group->setFocusPolicy(group->count() > 1 ? Qt::TabFocus : Qt::NoFocus);
    if (group->count() > 1)
        group->setFocusProxy(group->tabBar());
}

} // namespace

PageDeck::PageDeck(QWidget* parent)
    : QTabWidget(parent)
    , m_pane(new BesidePane(this))
{
    setObjectName(QStringLiteral("pages"));
    setAccessibleName(tr("Pages"));
    tabBar()->setAccessibleName(tr("Pages"));
    setDocumentMode(true);
    tabBar()->setSelectionBehaviorOnRemove(QTabBar::SelectPreviousTab);
    tabBar()->installEventFilter(this);
    connect(this, &QTabWidget::currentChanged, this, &PageDeck::tabChanged);
    connect(m_pane, &BesidePane::backAsked, this, [this] {
        change([this] { m_besideIsCurrent = false; }); // who sends it away wants to see the other
        Q_EMIT besideAsked({});
    });
    connect(qApp, &QApplication::focusChanged, this, [this](QWidget*, const QWidget* to) { focusMoved(to); });
}

/// Pages that go lose the focus, which is no news any more.
PageDeck::~PageDeck() { disconnect(qApp, nullptr, this, nullptr); }

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
            group->tabBar()->setSelectionBehaviorOnRemove(QTabBar::SelectPreviousTab);
            group->tabBar()->installEventFilter(this);
            tab = addTab(group, translated(top));
            tabBar()->setTabData(tab, top);
            connect(group, &QTabWidget::currentChanged, this, [this, group] {
                if (currentWidget() == group)
                    tabChanged();
            });
        }
        group->setTabToolTip(group->addTab(page.widget, translated(page.name)), translated(page.help));
        setRowFocus(group);
    }
    QStringList help;
    m_pages.push_back(std::move(page));
    for (const Page& one : m_pages)
        if ((one.parent.isEmpty() ? one.name : one.parent) == top)
            help << (one.parent.isEmpty() ? translated(one.help)
                                          : translated(one.name) + tr(": ") + translated(one.help));
    if (help.size() == 1)
        help = QStringList { translated(m_pages.back().help) };
    setTabToolTip(tab, QStringLiteral("%1\nCtrl+%2").arg(help.join(QLatin1Char('\n'))).arg(tab + 1));
}

template <class Work> void PageDeck::change(Work&& work)
{
    const QString current = currentPage(), front = tabPage();
    {
        const QScopedValueRollback<bool> changing(m_changing, true);
        work();
    }
    if (currentPage() != current || tabPage() != front)
        Q_EMIT pageChanged(currentPage());
}

/// By a click on a tab, or by its keys.
void PageDeck::tabChanged()
{
    if (m_changing)
        return;
    m_besideIsCurrent = false;
    if (m_pane->isAncestorOf(window()->focusWidget()))
        focusWithin(tabPageWidget());
    Q_EMIT pageChanged(currentPage());
}

void PageDeck::focusMoved(const QWidget* to)
{
    if (!to || m_changing || m_beside.isEmpty())
        return;
    if (const bool beside = m_pane->isAncestorOf(to); beside || isAncestorOf(to))
        change([&] { m_besideIsCurrent = beside; });
}

void PageDeck::bringForward(const QString& name)
{
    const Page* page = pageNamed(name);
    if (page && !page->parent.isEmpty())
        tabsWith(*page)->setCurrentWidget(page->widget);
    setCurrentIndex(tabOf(page && !page->parent.isEmpty() ? page->parent : name));
}

bool PageDeck::showPage(const QString& name)
{
    if (!pageNamed(name) && tabOf(name) < 0)
        return false;
    const bool beside = !name.isEmpty() && name == m_beside;
    change([&] {
        const QWidget* focus = window()->focusWidget();
        const bool crosses = !m_beside.isEmpty() && (beside ? isAncestorOf(focus) : m_pane->isAncestorOf(focus));
        m_besideIsCurrent = beside;
        if (!beside)
            bringForward(name);
        if (crosses)
            focusWithin(currentPageWidget());
    });
    return true;
}

void PageDeck::setBeside(const QString& name)
{
    const Page* page = pageNamed(name);
    if (name == m_beside || (!page && !name.isEmpty()))
        return;
    const QString worked = currentPage();
    const QPointer<QWidget> focus = window()->focusWidget();
    const bool here = isAncestorOf(focus) || m_pane->isAncestorOf(focus);
    change([&] {
        if (const Page* back = pageNamed(m_beside)) {
            m_pane->take();
            putBack(*back);
        }
        m_beside = page ? page->name : QString();
        if (page) {
            takeOut(*page);
            m_pane->setPage(page->widget, translated(page->name), translated(page->help));
        }
        m_besideIsCurrent = page && worked == page->name;
        if (!m_besideIsCurrent)
            bringForward(worked);
        if (QWidget* now = currentPageWidget(); here && now) { // what moves loses the focus on its way
            if (focus && focus->isVisible() && now->isAncestorOf(focus))
                focus->setFocus();
            else
                focusWithin(now);
        }
    });
}

void PageDeck::takeOut(const Page& page)
{
    QTabWidget* tabs = tabsWith(page);
    const int at = tabs->indexOf(page.widget);
    m_tabText = tabs->tabText(at);
    m_tabTip = tabs->tabToolTip(at);
    tabs->removeTab(at);
    if (tabs != this)
        setRowFocus(tabs);
}

void PageDeck::putBack(const Page& page)
{
    QTabWidget* tabs = tabsWith(page);
    int at = int(this->tabs().indexOf(page.name));
    if (tabs != this)
        at = int(std::count_if(
            std::as_const(m_pages).data(), &page, [&](const Page& one) { return one.parent == page.parent; }));
    tabs->insertTab(at, page.widget, m_tabText);
    tabs->setTabToolTip(at, m_tabTip);
    if (tabs == this)
        tabBar()->setTabData(at, page.name);
    else
        setRowFocus(tabs);
}

bool PageDeck::eventFilter(QObject* object, QEvent* event)
{
    const auto* bar = event->type() == QEvent::ContextMenu ? qobject_cast<QTabBar*>(object) : nullptr;
    const auto* tabs = bar ? qobject_cast<QTabWidget*>(bar->parentWidget()) : nullptr;
    if (!tabs)
        return QTabWidget::eventFilter(object, event);
    const auto* asked = static_cast<QContextMenuEvent*>(event);
    const bool byKey = asked->reason() == QContextMenuEvent::Keyboard;
    const int at = byKey ? bar->currentIndex() : bar->tabAt(asked->pos());
    const Page* page = pageOf(inFrontOf(tabs->widget(at)));
    if (!page)
        return true;
    auto* menu = new QMenu(this);
    menu->setObjectName(QStringLiteral("tabMenu"));
    menu->setAttribute(Qt::WA_DeleteOnClose);
    connect(menu->addAction(tr("Show %1 beside").arg(translated(page->name))), &QAction::triggered, this,
        [this, name = page->name] { Q_EMIT besideAsked(name); });
    if (!m_beside.isEmpty())
        connect(menu->addAction(tr("%1 goes back to the tabs").arg(translated(m_beside))), &QAction::triggered, this,
            [this] { Q_EMIT besideAsked({}); });
    menu->popup(byKey ? bar->mapToGlobal(bar->tabRect(at).bottomLeft()) : asked->globalPos());
    return true;
}

const Page* PageDeck::pageNamed(const QString& name) const
{
    for (const Page& page : m_pages)
        if (page.name == name)
            return &page;
    return nullptr;
}

QTabWidget* PageDeck::tabsWith(const Page& page)
{
    return page.parent.isEmpty() ? this : qobject_cast<QTabWidget*>(widget(tabOf(page.parent)));
}

QWidget* PageDeck::inFrontOf(QWidget* tab) const
{
    const auto* group = pageOf(tab) ? nullptr : qobject_cast<QTabWidget*>(tab);
    return group ? group->currentWidget() : tab;
}

QString PageDeck::tabPage() const
{
    const Page* page = pageOf(tabPageWidget());
    return page ? page->name : QString();
}

QString PageDeck::currentPage() const { return m_besideIsCurrent ? m_beside : tabPage(); }

QWidget* PageDeck::currentPageWidget() const
{
    const Page* page = pageNamed(currentPage());
    return page ? page->widget : nullptr;
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
    for (const Page& page : m_pages)
        if (const QString& top = page.parent.isEmpty() ? page.name : page.parent; !names.contains(top))
            names << top;
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
