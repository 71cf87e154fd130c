#pragma once
// The texts of a figure as fields: what a chart says by itself stands in them, pale, until its author writes another.

#include "widgets/panels/figurecharts.h"
#include "widgets/plots/figuresheet.h"

#include <QJsonObject>

class QComboBox;
class QLabel;
class QScrollArea;

namespace aha {

class FigureWords : public QWidget {
    Q_OBJECT
public:
    explicit FigureWords(QWidget* parent);

    /// Those to choose from; of one there is nothing to choose.
    void setCharts(const QVector<FigureChart>& charts, const QString& current);
    /// What texts belong to: the chart and the runs that it shows. A title for one run says nothing of another.
    static QString keyOf(const LinePlot& chart);
    /// The chart's own texts. Nothing is taken from under a person who is writing.
    void setTexts(const QString& chart, const QVector<FigureText>& own);
    FigureTexts texts(const QString& chart) const { return m_texts.value(chart); }
    /// Of the chart that is shown, how many are not its own.
    int edited() const;
    /// By keyOf(); what is blank is left out.
    QJsonObject toJson() const;
    void fromJson(const QJsonObject& json);

Q_SIGNALS:
    void changed();
    void chartChosen(const QString& id);

protected:
    bool eventFilter(QObject* object, QEvent* event) override;

private:
    QComboBox* m_charts;
    QLabel* m_chartsLabel;
    QScrollArea* m_area;
    QString m_chart; ///< keyOf()
    QVector<FigureText> m_shown;
    QHash<QString, FigureTexts> m_texts; ///< by keyOf()
};

} // namespace aha
