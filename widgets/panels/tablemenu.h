#pragma once
// Columns and order of a table by keys: what a mouse does with the header, as a menu. It opens with the menu key (or
// Shift+F10) in the table, with a right click on the header, and from the window's menu View.

#include <QObject>

#include <functional>

class QMenu;
class QPoint;
class QTableView;
class QWidget;

namespace aha {

class TableMenu : public QObject {
    Q_OBJECT
public:
    /// Belongs to the table. Where the table has a context menu of its own, the owner puts fill() into it.
    explicit TableMenu(QTableView* table);

    /// The one of the table that has the focus, else of the first that is seen in `page`; nullptr: there is none.
    static TableMenu* within(const QWidget* page);

    /// How a column comes and goes; by default the table alone is told.
    void setShow(std::function<void(int, bool)> show) { m_show = std::move(show); }
    /// Columns that can be shown and hidden, and that can be sorted by; by default all.
    void setOffered(std::function<bool(int)> offered) { m_offered = std::move(offered); }
    void setSortable(std::function<bool(int)> sortable) { m_sortable = std::move(sortable); }

    void fill(QMenu* menu);
    /// Below the header, with the first entry chosen.
    void open();

protected:
    bool eventFilter(QObject* object, QEvent* event) override;

private:
    void openAt(const QPoint& place);
    void fillOrder(QMenu* menu);
    void fillPlace(QMenu* menu);
    QString title(int column) const;

    QTableView* m_table;
    std::function<void(int, bool)> m_show;
    std::function<bool(int)> m_offered, m_sortable;
};

} // namespace aha
