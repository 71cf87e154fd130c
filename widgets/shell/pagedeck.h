#pragma once
// The pages of the window on two levels: tabs, and tabs within a tab. Pages are found by name. One of them may stand
// beside the tabs; it has no tab then.

#include "widgets/panels/openrun.h"

#include <QTabWidget>

#include <functional>
#include <vector>

namespace aha {

class BesidePane;

struct Page {
    QString name; ///< unique, what the tab says
    QString parent; ///< the tab of the first level it stands under; empty: it is one itself
    QString help;
    QWidget* widget;
    std::function<void(const OpenRuns&)> setRuns; ///< empty: the page does not care
};

class PageDeck : public QTabWidget {
    Q_OBJECT
public:
    /// What every page fits into: beside the table of runs in a window of 1024 x 700.
    static constexpr QSize kMostMinimum { 740, 560 };

    explicit PageDeck(QWidget* parent = nullptr);
    ~PageDeck() override;

    /// Tabs stand in the order in which their first page is added. A tab with one page shows no second row.
    template <class Panel> Panel* add(const char* parent, const char* name, const char* help, Panel* panel)
    {
        Page page { QString::fromLatin1(name), QString::fromLatin1(parent), QString::fromLatin1(help), panel, {} };
        if constexpr (requires { panel->setRuns(OpenRuns()); })
            page.setRuns = [panel](const OpenRuns& runs) { panel->setRuns(runs); };
        addPage(std::move(page));
        return panel;
    }

    const std::vector<Page>& pages() const { return m_pages; }
    /// The page of this name or, for a tab with several, the one last looked at. False when there is none.
    /// A page that stands beside is shown there. What had the focus in a page of the other side gives it to this one.
    bool showPage(const QString& name);
    /// Of the two that can be seen the one last shown, or with the focus.
    QString currentPage() const;
    QWidget* currentPageWidget() const;
    /// The page in front of the tabs.
    QString tabPage() const;
    QWidget* tabPageWidget() const { return inFrontOf(currentWidget()); }
    /// The page beside the tabs; "" for none.
    const QString& beside() const { return m_beside; }
    /// Exchanges the page beside the tabs; "": none is. The page that was worked in stays in sight, and keeps the
    /// focus.
    void setBeside(const QString& name);
    /// In front of the tabs, or beside them.
    bool isShown(const QString& name) const { return name == tabPage() || (!name.isEmpty() && name == m_beside); }
    /// Where it stands; the window puts it where it wants it.
    BesidePane* pane() const { return m_pane; }
    /// Is the page that is shown about the open runs? Where runs are prepared, and in the library, they are a source at
    /// most.
    bool isOfRuns() const;
    /// The page that shows this widget or has it inside; nullptr for none.
    const Page* pageOf(const QWidget* widget) const;
    /// Names of the first level, in order.
    QStringList tabs() const;
    void setRuns(const OpenRuns& runs);
    /// A page that would like more room does not widen the window that a person has sized.
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    /// Another page is the current one, or in front of the tabs.
    void pageChanged(const QString& name);
    /// From the menu of a tab: that page beside the tabs; "": the one there goes back.
    void besideAsked(const QString& name);

protected:
    bool eventFilter(QObject* object, QEvent* event) override; ///< the menu of a tab

private:
    void addPage(Page page);
    int tabOf(const QString& text) const;
    const Page* pageNamed(const QString& name) const;
    QTabWidget* tabsWith(const Page& page); ///< that hold it, or would
    QWidget* inFrontOf(QWidget* tab) const; ///< the page that a tab of the first level shows
    void bringForward(const QString& name);
    void takeOut(const Page& page);
    void putBack(const Page& page);
    /// What `work` does to the pages is told once, when all is done.
    template <class Work> void change(Work&& work);
    void tabChanged();
    void focusMoved(const QWidget* to);

    std::vector<Page> m_pages;
    BesidePane* m_pane;
    QString m_beside;
    QString m_tabText, m_tabTip; ///< of its tab
    bool m_besideIsCurrent = false;
    bool m_changing = false;
};

} // namespace aha
