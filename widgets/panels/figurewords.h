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
    /// The chart's own texts. Nothing is taken from under a person who is writing.
    void setTexts(const QString& title, const QVector<FigureText>& own);
    FigureTexts texts(const QString& title) const { return m_texts.value(title); }
    /// Of the chart that is shown, how many are not its own.
    int edited() const;
    /// By a chart's title; what is blank is left out.
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
    QString m_title;
    QVector<FigureText> m_shown;
    QHash<QString, FigureTexts> m_texts; ///< by title
};

} // namespace aha
