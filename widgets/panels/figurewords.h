#pragma once
// The texts of a figure as fields: what a chart says by itself stands in them, pale, until its author writes another.
// And which of the chart's lines it draws.

#include "widgets/panels/figurecharts.h"
#include "widgets/plots/figuresheet.h"

#include <QJsonObject>

class QComboBox;
class QGridLayout;
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
    void setTexts(const QString& chart, const QVector<FigureText>& own, const QStringList& lines);
    FigureTexts texts(const QString& chart) const { return m_texts.value(chart); }
    /// Lines that the figure leaves out; on the screen they stay.
    QSet<QString> without(const QString& chart) const { return m_without.value(chart); }
    /// How many of a chart's texts are not its own, and lines left out.
    int edited(const QString& chart, const QVector<FigureText>& own) const;
    /// By keyOf(); what is blank is left out.
    QJsonObject toJson() const;
    void fromJson(const QJsonObject& json);

Q_SIGNALS:
    void changed();
    void chartChosen(const QString& id);

protected:
    bool eventFilter(QObject* object, QEvent* event) override;

private:
    void addLines(const QString& chart, QGridLayout* grid, QWidget* page);

    QComboBox* m_charts;
    QLabel* m_chartsLabel;
    QScrollArea* m_area;
    QString m_chart; ///< keyOf()
    QVector<FigureText> m_shown;
    QStringList m_lines;
    QHash<QString, FigureTexts> m_texts; ///< by keyOf()
    QHash<QString, QSet<QString>> m_without; ///< likewise
};

} // namespace aha
