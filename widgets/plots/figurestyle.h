#pragma once
// How a chart looks in a file for a paper.

#include <QSizeF>
#include <QString>

namespace aha {

struct FigureStyle {
    static constexpr double kColumnMm = 84, kPageMm = 174; ///< widths that journals ask for: a column, both columns
    double widthMm = kColumnMm;
    double ratio = 0.62; ///< height by width
    double fontPt = 8;
    QString family; ///< of the letters; empty: the program's
    bool title = false; ///< above the figure; a paper has its caption instead
    bool legend = true;
    bool rawLine = true; ///< the unsmoothed values, pale, behind a smoothed line
    bool bandCaption = true; ///< what the bands are, below the legend's lines
    bool markers = false; ///< checkpoints and what was changed during a run

    QSizeF sizeMm() const { return { widthMm, widthMm * ratio }; }
    bool operator==(const FigureStyle&) const = default;
};

} // namespace aha
