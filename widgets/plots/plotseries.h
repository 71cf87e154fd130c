#pragma once
// One line's data as a chart needs it: smoothed once, thinned to what the pixels can show, extremes of any stretch.

#include "core/base/numbers.h"
#include "widgets/plots/minmaxpyramid.h"
#include "widgets/plots/smoothing.h"

#include <QVector>

namespace aha {

/// Steps ascend; NaN is a gap. Data that continue what is there only cost what is new, and a curve that nobody asks
/// for (a line that is hidden) costs nothing: extremes and averages are made when they are needed. Not thread-safe.
class PlotSeries {
public:
    enum Curve { Raw, Smooth, Low, High, CurveCount };

    /// `low` and `high` are empty or as long as `values`.
    void set(const Numbers& steps, const Numbers& values, const Numbers& low = {}, const Numbers& high = {});
    /// TensorBoard's debiased average with this weight as the Smooth curve; 0: the values themselves.
    void setSmoothing(double weight);

    bool isEmpty() const { return m_steps.isEmpty(); }
    bool hasBand() const { return !m_data[Low].isEmpty(); }
    const Numbers& steps() const { return m_steps; }
    const Numbers& curve(Curve curve) const;
    /// Of values and band between two steps, inclusive.
    Extremes extremes(double fromStep, double toStep) const;
    Extremes lineExtremes(double fromStep, double toStep) const; ///< of the values alone
    /// Which value is nearest to `step`; -1 without data.
    qsizetype indexNear(double step) const;
    /// At the step nearest to `step`; NaN without data. `at` receives that step.
    double valueNear(double step, Curve curve, double* at = nullptr) const;

    struct Thinned {
        QVector<double> keys, values;
    };
    /// What a line between two steps needs when it is `columns` pixels wide: everything while that is little, else the
    /// first, lowest, highest and last value of every column, so that no spike is lost. One neighbour outside each edge
    /// is included. Low and High give one point a column: the lowest, the highest.
    Thinned thin(Curve curve, double fromStep, double toStep, int columns) const;
    /// The same, for a logarithmic axis: columns of equal ratio. Steps that are not above 0 have no place on it.
    Thinned thinLogarithmic(Curve curve, double fromStep, double toStep, int columns) const;
    /// What lies in the steps above index * width, up to and with (index + 1) * width.
    struct Column {
        qint64 index;
        double low, high;
        double first = NAN, last = NAN; ///< as they are, NaN too
        /// Does the line go on from the value before, however many columns without steps away? Not across a NaN.
        bool joined = false;
    };
    struct Place {
        double step = NAN, value = NAN;
    };
    /// Columns that a view needs, kept from view to view.
    struct Columns {
        std::vector<Column> filled; ///< those that have values
        double width = 0;
        qint64 first = 0, last = -1; ///< that were looked at
        Place before, after; ///< outside each edge, where the line goes on there; NaN: it does not
        Curve curve = Raw;
        quint64 version = 0; ///< of the data
    };
    /// Lowest and highest value of every column that has any and reaches into the view between two steps. Columns are
    /// the same in every view, so that a view that moves reads only what comes in: `columns` is what this series gave
    /// before, or nothing. False, and nothing there, when there are so few values that a line shows them better.
    bool columns(Curve curve, double fromStep, double toStep, double width, Columns& columns) const;
    /// Bins and values read so far by the extremes, thin() and columns().
    qsizetype reads() const { return m_reads; }

    /// The values between two steps, inclusive: begin and end of them.
    std::pair<qsizetype, qsizetype> between(double fromStep, double toStep) const;

private:
    /// The curve whose values stand for this one, brought up to date.
    Curve made(Curve curve) const;
    const MinMaxPyramid& pyramid(Curve curve) const;
    /// `border(column)` is the last step of a column; the last one takes all that is left.
    template <class Border, class Put>
    void eachColumn(qsizetype begin, qsizetype end, qint64 columns, const MinMaxPyramid& pyramid, const double* values,
        Border&& border, Put&& put) const;
    qsizetype countBelow(double step, bool with) const; ///< steps below, or not above

    Numbers m_steps;
    double m_weight = 0;
    quint64 m_version = 1; ///< another one whenever a value may be another
    mutable Numbers m_data[CurveCount]; ///< Smooth may be behind the others
    mutable MinMaxPyramid m_pyramids[CurveCount]; ///< may be behind the values
    mutable DebiasedAverage m_average;
    mutable qsizetype m_reads = 0;
};

} // namespace aha
