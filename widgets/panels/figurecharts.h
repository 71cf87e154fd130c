#pragma once
// Which charts go into files for a paper, and whether each has its own or all are panels of one figure.

#include <QStringList>
#include <QVector>
#include <QWidget>

class QCheckBox;
class QDoubleSpinBox;
class QListWidget;
class QSpinBox;

namespace aha {

struct FigureChart {
    QString id, title;
};

class FigureCharts : public QWidget {
    Q_OBJECT
public:
    explicit FigureCharts(QWidget* parent);

    /// In the order of the page, which is that of the panels.
    void setCharts(const QVector<FigureChart>& charts, const QStringList& chosen);
    QVector<FigureChart> chosen() const;
    /// Of one chart there are no panels; a table (`drawn` false) has none either.
    void setDrawn(bool drawn);
    bool together() const;
    int columns() const;
    bool letters() const;
    void setSheet(int columns, bool letters);
    /// Of the whole figure: columns of this width with panels of this shape, until a person says another height.
    void suggestHeight(double widthMm, double ratio);
    double heightMm() const;

Q_SIGNALS:
    void chosenChanged();
    void sheetChanged();
    /// The chart that one looks at.
    void currentChanged(const QString& id);

private:
    void checkAll(bool on);
    void showParts();

    QListWidget* m_list;
    QCheckBox *m_together, *m_letters;
    QSpinBox* m_columns;
    QDoubleSpinBox* m_height;
    bool m_drawn = true, m_filling = false;
};

} // namespace aha
