#pragma once
// How the charts are arranged and looked at: what a layout saves and what undo takes back.

#include <QHash>
#include <QJsonObject>
#include <QPair>
#include <QString>
#include <QStringList>

#include <cmath>
#include <optional>

namespace aha {

struct ChartOptions {
    bool logX = false, logY = false, leaveOut = false;
    std::optional<QPair<double, double>> left = {}, right = {}; ///< range of values that the user gave; none: what fits
    /// Lines that the user shows or hides, by their name (ChartLines): what differs from how they are at first.
    QHash<QString, bool> lines = {};
    QString run = {}; ///< of a map: folder of the run that it is of; empty: the first that has one
    bool operator==(const ChartOptions&) const = default;
};

/// A value. What a file says and this program does not know is left out.
struct ChartLayout {
    QStringList charts; ///< ids (chartspec.h) of the overview, in order
    QStringList open; ///< sections of the other metrics that are unfolded
    QHash<QString, ChartOptions> options; ///< by id; only what differs from the default
    QString xAxis = QStringLiteral("step"); ///< step | hours | a metric
    QString seeds; ///< "" each run | error | range
    int smoothing = 60; ///< hundredths
    bool table = false; ///< values at the cursor
    bool markers = false; ///< on every line: for print, and for eyes that see no colours
    double from = NAN, to = NAN; ///< what is in view; NaN: everything

    static ChartLayout standard();
    QJsonObject toJson() const;
    static ChartLayout fromJson(const QJsonObject& json);
    bool operator==(const ChartLayout& other) const { return toJson() == other.toJson(); }

    /// Moves a chart of the overview by so many places, as far as it goes. False when nothing moves.
    bool move(const QString& id, int places);
    /// Puts it where `before` is.
    bool moveBefore(const QString& id, const QString& before);
};

} // namespace aha
