#pragma once
// Where in their traces the places of one kind stand, right and wrong traces apart, or those that nobody judged, with
// the chosen part in words.

#include "core/trace/trace_tally.h"

#include <QColor>
#include <QWidget>

#include <array>
#include <vector>

namespace aha {

class PairedBars;

class PositionFigure : public QWidget {
public:
    using Counts = std::array<int64_t, kPositionBins>;

    /// `name` begins the object name of the bars. `counted`: "reflection words"; `note`: what a bar says.
    PositionFigure(const QString& name, const QString& counted, const QString& note, QWidget* parent);
    struct Part {
        QString label;
        QColor color;
        Counts counts {};
    };
    /// One part, or two.
    void setCounts(const std::vector<Part>& parts);

private:
    QString m_counted;
    PairedBars* m_bars;
};

} // namespace aha
