#pragma once
// Charts in sections that fold, below each other in a page that scrolls. A chart is made when it first comes into view.

#include <QHash>
#include <QScrollArea>
#include <QStringList>

#include <functional>

class QGridLayout;
class QToolButton;
class QVBoxLayout;

namespace aha {

class LinePlot;

class ChartSections : public QScrollArea {
    Q_OBJECT
public:
    struct Section {
        QString name; ///< the first section's is not shown: it has no head
        QStringList charts; ///< ids
        bool open = true;
        bool operator==(const Section&) const = default;
    };

    /// `make` gives the chart of an id, as a child of this.
    ChartSections(std::function<LinePlot*(const QString& id, QWidget* parent)> make, QWidget* parent);

    void setSections(const QVector<Section>& sections);
    /// Charts that can be seen or are about to be, made when they were not there.
    QStringList inView();
    /// nullptr when it has not been made.
    LinePlot* plot(const QString& id) const { return m_plots.value(id); }
    /// Makes it when it is not there; it need not stand in a section.
    LinePlot* made(const QString& id);
    QString idOf(const LinePlot* plot) const;
    const QHash<QString, LinePlot*>& plots() const { return m_plots; }
    /// One chart alone; an empty id: all of them again.
    void setMaximized(const QString& id);
    QString maximized() const { return m_maximized; }
    /// Title of the chart that has the focus, or had it last; "" for none.
    QString chartInFocus() const;
    void showChart(const QString& id); ///< scrolls to it and gives it the focus
    /// The chart under a point of the screen; "" for none.
    QString chartAt(const QPoint& globalPosition) const;

Q_SIGNALS:
    void viewMoved();
    void sectionToggled(const QString& name, bool open);

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    struct Part {
        Section section;
        QToolButton* head = nullptr;
        QWidget* body = nullptr;
        QGridLayout* grid = nullptr;
        QHash<QString, QWidget*> places; ///< one per chart; the chart moves in when it is made
    };
    void arrange();
    void makeHead(Part& part);

    std::function<LinePlot*(const QString&, QWidget*)> m_make;
    QHash<QString, LinePlot*> m_plots;
    QVector<Part> m_parts;
    QWidget* m_page;
    QVBoxLayout* m_layout;
    QString m_maximized;
    int m_columns = 0;
};

} // namespace aha
