#pragma once
// The pages of the window on two levels: tabs, and tabs within a tab. Pages are found by name.

#include "widgets/panels/openrun.h"

#include <QTabWidget>

#include <functional>
#include <vector>

namespace aha {

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
    explicit PageDeck(QWidget* parent = nullptr);

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
    bool showPage(const QString& name);
    QString currentPage() const;
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
    void pageChanged(const QString& name);

private:
    void addPage(Page page);
    int tabOf(const QString& text) const;

    std::vector<Page> m_pages;
};

} // namespace aha
