#pragma once
// One figure for a paper: a chart, or several as its panels, with the texts that its author gives it.

#include "widgets/plots/figurestyle.h"

#include <QHash>
#include <QImage>
#include <QSet>
#include <QVector>

class QPainter;

namespace aha {

class LinePlot;

/// A text of a chart in a figure. The key holds what the text is and what it says, so that an edited label does not
/// stay when another thing is drawn.
struct FigureText {
    QString key, own;
    /// title | x | y | right | legend
    QString place() const { return key.section(QLatin1Char('.'), 0, 0); }
};
/// By key; blank or missing: the chart's own.
using FigureTexts = QHash<QString, QString>;

struct FigurePanel {
    const LinePlot* chart;
    FigureTexts texts;
    QSet<QString> without {}; ///< lines left out, by the names of FigureSheet::linesOf()
};

struct FigureSheet {
    FigureStyle style; ///< its size is that of the whole figure
    QVector<FigurePanel> panels;
    int columns = 1;
    bool letters = false; ///< (a), (b), … at the panels

    /// What is in view, drawn for a paper: the file's ending chooses PDF, SVG (both of that physical size) or PNG (300
    /// dots per inch). False when it could not be written.
    bool save(const QString& file) const;
    QImage image(int dpi) const;
    /// What can be edited, in the order of reading.
    static QVector<FigureText> textsOf(
        const LinePlot& chart, const FigureStyle& style, const QSet<QString>& without = {});
    /// Every line that the chart shows, by its name: what it is called, with a number where another is called so.
    static QStringList linesOf(const LinePlot& chart);

private:
    void paint(QPainter& painter) const;
};

} // namespace aha
