// Thinning, extremes and smoothing against what a plain scan of all values says.

#include "widgets/plots/plotseries.h"
#include "widgets/plots/seriescolors.h"

#include <QRandomGenerator>
#include <QtTest>

using namespace aha;

namespace {

QVector<double> noise(qsizetype count, quint32 seed)
{
    QRandomGenerator random(seed);
    QVector<double> values;
    for (qsizetype i = 0; i < count; ++i)
        values.append(random.bounded(50) == 0 ? NAN : random.generateDouble() - 0.5);
    return values;
}

QVector<double> counting(qsizetype count)
{
    QVector<double> steps;
    for (qsizetype i = 0; i < count; ++i)
        steps.append(double(i));
    return steps;
}

bool same(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }

bool same(const PlotSeries::Place& a, const PlotSeries::Place& b)
{
    return same(a.step, b.step) && same(a.value, b.value);
}

/// Every column that reaches into the view, whole, and whether the line goes on from what is before it.
void compareWithAScan(const PlotSeries::Columns& columns, const QVector<double>& steps, const QVector<double>& values,
    double from, double to)
{
    size_t next = 0;
    const double width = columns.width;
    bool open = false; // has there been no NaN since the last value?
    qsizetype seen = 0;
    const auto passTo = [&](double step) {
        for (; seen < steps.size() && steps[seen] <= step; ++seen)
            open = std::isfinite(values[seen]);
    };
    for (auto column = qint64(std::ceil(from / width)) - 1; double(column) * width < to; ++column) {
        Extremes plain;
        QVector<double> inIt;
        for (qsizetype i = 0; i < steps.size(); ++i)
            if (steps[i] > double(column) * width && steps[i] <= double(column + 1) * width) {
                plain.reach(values[i]);
                inIt << values[i];
            }
        passTo(double(column) * width);
        const bool joined = open && !inIt.isEmpty() && std::isfinite(inIt.front());
        const qsizetype begin = seen;
        passTo(double(column + 1) * width);
        if (!plain.any())
            continue; // a hole stays one
        QVERIFY(next < columns.filled.size());
        QCOMPARE(columns.filled[next].index, column);
        QCOMPARE(columns.filled[next].low, plain.low);
        QCOMPARE(columns.filled[next].high, plain.high);
        QCOMPARE(columns.filled[next].joined, joined);
        QVERIFY(same(columns.filled[next].first, inIt.front()) && same(columns.filled[next].last, inIt.back()));
        if (next == 0) {
            QCOMPARE(std::isfinite(columns.before.value), joined);
            if (joined)
                QVERIFY(columns.before.step == steps[begin - 1] && columns.before.value == values[begin - 1]);
        }
        ++next;
    }
    QCOMPARE(next, columns.filled.size());
    const bool after = open && seen < steps.size() && std::isfinite(values[seen]);
    QCOMPARE(std::isfinite(columns.after.value), after);
    if (after)
        QVERIFY(columns.after.step == steps[seen] && columns.after.value == values[seen]);
}

} // namespace

class TestPlotSeries : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void extremesOfAnyStretch()
    {
        const QVector<double> values = noise(5000, 1);
        MinMaxPyramid pyramid;
        for (const qsizetype size : { 1, 15, 16, 17, 129, 1024, 1025, 5000 }) // grows as a run does
            pyramid.extend(values.constData(), size);
        QRandomGenerator random(2);
        for (int i = 0; i < 3000; ++i) {
            const qsizetype begin = random.bounded(5000), end = random.bounded(5001);
            Extremes plain;
            for (qsizetype k = begin; k < end; ++k)
                plain.reach(values[k]);
            const Extremes found = pyramid.of(values.constData(), begin, end);
            QVERIFY2(same(found.low, plain.low) && same(found.high, plain.high),
                qPrintable(QStringLiteral("%1 … %2").arg(begin).arg(end)));
        }
    }

    void aMillionPointsAreNotRead()
    {
        const qsizetype count = 1'000'000;
        PlotSeries series;
        series.set(counting(count), noise(count, 3));
        series.setSmoothing(0.6);
        qsizetype before = series.reads();
        series.extremes(17, double(count) - 19);
        QVERIFY2(series.reads() - before < 200, qPrintable(QString::number(series.reads() - before)));
        before = series.reads();
        const PlotSeries::Thinned thinned = series.thin(PlotSeries::Smooth, 12345.6, 987654.3, 1000);
        QVERIFY2(series.reads() - before < 1000 * 70, qPrintable(QString::number(series.reads() - before)));
        QVERIFY(thinned.keys.size() <= 4002);
        QVERIFY(std::is_sorted(thinned.keys.begin(), thinned.keys.end()));
    }

    void everyColumnKeepsItsExtremes()
    {
        QVector<double> values = noise(20000, 4);
        values[7777] = 100; // one spike
        PlotSeries series;
        series.set(counting(20000), values);
        const int columns = 100;
        const PlotSeries::Thinned thinned = series.thin(PlotSeries::Raw, 1000, 9000, columns);
        QVERIFY(thinned.values.contains(100));
        for (int column = 0; column < columns; ++column) {
            const double from = 1000 + 80.0 * column, to = from + 80;
            Extremes plain, kept;
            for (int i = 1000; i <= 9000; ++i)
                if ((i > from || i == 1000) && i >= from && i <= to)
                    plain.reach(values[i]);
            for (qsizetype i = 0; i < thinned.keys.size(); ++i)
                if ((thinned.keys[i] > from || thinned.keys[i] == 1000) && thinned.keys[i] >= from
                    && thinned.keys[i] <= to)
                    kept.reach(thinned.values[i]);
            QCOMPARE(kept.low, plain.low);
            QCOMPARE(kept.high, plain.high);
        }
    }

    void columnsAreTheExtremesOfWhatLiesInThem()
    {
        QVector<double> steps, values = noise(9000, 6);
        for (int i = 0; i < 9000; ++i) // uneven: dense, then with long gaps
            steps << (i < 6000 ? i * 0.5 : 3000.0 + 7 * (i - 6000) + (i > 8000 ? 20'000 : 0));
        PlotSeries series;
        series.set(steps, values);
        for (const auto& [from, to] :
            { std::pair(0.0, 2999.0), std::pair(100.5, 23'000.5), std::pair(-9.0, 99'999.0) }) {
            const double width = (to - from) / 170;
            PlotSeries::Columns columns;
            QVERIFY(series.columns(PlotSeries::Raw, from, to, width, columns));
            compareWithAScan(columns, steps, values, from, to);
        }
        PlotSeries::Columns few;
        few.filled = { { 1, 2, 3 } };
        QVERIFY(!series.columns(PlotSeries::Raw, 0, 10, 0.2, few)); // 21 values: a line shows them better
        QVERIFY(few.filled.empty());
    }

    /// A pause without a NaN is a line, wherever the view begins; one with a NaN is a gap.
    void columnsSayWhereTheLineGoesOn()
    {
        QVector<double> steps = counting(2000), values(2000, 1.0);
        for (int i = 0; i < 2000; ++i)
            steps << 6000 + i << 12'000 + i;
        std::sort(steps.begin(), steps.end());
        values << QVector<double>(4000, 2.0);
        values[4000] = NAN; // at 12,000
        PlotSeries series;
        series.set(steps, values);
        PlotSeries::Columns kept;
        int joins = 0, gaps = 0;
        for (const double from : { 0.0, 1000.0, 3000.0, 4000.5, 9000.0, 2500.0, 0.0 }) {
            QVERIFY(series.columns(PlotSeries::Raw, from, from + 9000, 45, kept));
            compareWithAScan(kept, steps, values, from, from + 9000);
            for (size_t i = 1; i < kept.filled.size(); ++i)
                if (kept.filled[i].index > kept.filled[i - 1].index + 1)
                    (kept.filled[i].joined ? joins : gaps) += 1;
        }
        QVERIFY(joins >= 3 && gaps >= 1);
        QVERIFY(series.columns(PlotSeries::Raw, 3000, 11'950, 50, kept)); // between the first stretch and the NaN
        QCOMPARE(kept.before.step, 1999.0);
        QCOMPARE(kept.before.value, 1.0);
        QVERIFY(kept.filled.front().joined && std::isnan(kept.after.value));
    }

    /// Whatever was looked at before, a view has the columns that it has by itself, and reads what came in.
    void aViewThatMovesKeepsItsColumns()
    {
        const qsizetype count = 100'000;
        QVector<double> steps = counting(count), values = noise(count, 8);
        std::fill(values.begin() + 30'000, values.begin() + 32'000, NAN); // a gap wider than a column
        PlotSeries series;
        series.set(steps, values);
        PlotSeries::Columns moved;
        const auto look = [&](double from, double to, double width) {
            PlotSeries::Columns alone;
            QVERIFY(series.columns(PlotSeries::Raw, from, to, width, alone));
            const qsizetype before = series.reads();
            QVERIFY(series.columns(PlotSeries::Raw, from, to, width, moved));
            m_reads = series.reads() - before;
            QVERIFY(std::equal(moved.filled.begin(), moved.filled.end(), alone.filled.begin(), alone.filled.end(),
                [](const PlotSeries::Column& a, const PlotSeries::Column& b) {
                    return a.index == b.index && a.low == b.low && a.high == b.high && a.joined == b.joined
                        && same(a.first, b.first) && same(a.last, b.last);
                }));
            QVERIFY(same(moved.before, alone.before) && same(moved.after, alone.after));
        };
        look(10'000, 60'000, 100);
        const qsizetype whole = m_reads;
        look(10'030, 60'030, 100);
        QVERIFY2(m_reads * 50 < whole, qPrintable(QString::number(m_reads)));
        for (const double from : { 10'777.5, 3'210.0, 3'209.0, 55'000.0, -4'000.0, 20'000.0 })
            look(from, from + 50'000, 100);
        look(20'000, 70'000, 101); // another width: other columns
        steps << count, values << 77; // another value at the end, and then another past
        look(70'000, 99'999, 101);
        series.set(steps, values);
        look(70'000, 100'000, 101);
        QCOMPARE(moved.filled.back().high, 77.0);
        values[80'000] = -88;
        series.set(steps, values);
        look(70'000, 100'000, 101);
        series.setSmoothing(0.9);
        QVERIFY(series.columns(PlotSeries::Smooth, 70'000, 100'000, 101, moved));
        PlotSeries::Columns smooth;
        QVERIFY(series.columns(PlotSeries::Smooth, 70'000, 100'000, 101, smooth));
        QCOMPARE(moved.filled.front().high, smooth.filled.front().high);
    }

    void fewPointsStayAsTheyAre()
    {
        PlotSeries series;
        series.set({ 1, 2, 3, 4, 5 }, { 5, NAN, 1, 2, 8 });
        const PlotSeries::Thinned thinned = series.thin(PlotSeries::Raw, 2.5, 3.5, 100);
        QCOMPARE(thinned.keys, QVector<double>({ 2, 3, 4 })); // one neighbour outside each edge
        QVERIFY(std::isnan(thinned.values[0]));
        QCOMPARE(series.extremes(1, 3).high, 5.0);
        double at = 0;
        QCOMPARE(series.valueNear(4.4, PlotSeries::Raw, &at), 2.0);
        QCOMPARE(at, 4.0);
    }

    void bandsKeepTheirEdges()
    {
        const qsizetype count = 10000;
        QVector<double> low(count, -1.0), high(count, 1.0);
        low[5000] = -9;
        high[5001] = 9;
        PlotSeries series;
        series.set(counting(count), QVector<double>(count, 0.0), low, high);
        QVERIFY(series.thin(PlotSeries::Low, 0, double(count), 50).values.contains(-9));
        QVERIFY(series.thin(PlotSeries::High, 0, double(count), 50).values.contains(9));
        QCOMPARE(series.thin(PlotSeries::Low, 0, double(count), 50).keys,
            series.thin(PlotSeries::High, 0, double(count), 50).keys);
        QCOMPARE(series.extremes(0, double(count)).low, -9.0);
    }

    void growingGivesWhatTheWholeGives()
    {
        const QVector<double> steps = counting(3000), values = noise(3000, 5);
        PlotSeries growing, whole;
        growing.setSmoothing(0.9);
        whole.setSmoothing(0.9);
        for (qsizetype size = 0; size <= 3000; size += 250)
            growing.set(steps.mid(0, size), values.mid(0, size));
        whole.set(steps, values);
        for (qsizetype i = 0; i < 3000; ++i)
            QVERIFY(same(growing.curve(PlotSeries::Smooth)[i], whole.curve(PlotSeries::Smooth)[i]));
        QVERIFY(same(growing.extremes(10, 2990).low, whole.extremes(10, 2990).low));
        growing.setSmoothing(0);
        QVERIFY(same(growing.curve(PlotSeries::Smooth)[17], values[17]));
    }

    void logarithmicColumnsKeepTheirExtremes()
    {
        QVector<double> steps = counting(100'001), values(100'001, 1.0); // from step 0, which has no place
        values[0] = -50;
        values[3] = 7;
        values[5] = -7;
        values[77'777] = 9;
        PlotSeries series;
        series.set(steps, values);
        const PlotSeries::Thinned thinned = series.thinLogarithmic(PlotSeries::Raw, -10, 100'000, 300);
        QVERIFY(std::is_sorted(thinned.keys.begin(), thinned.keys.end()));
        QVERIFY(thinned.keys.front() > 0 && thinned.keys.back() == 100'000);
        QVERIFY2(thinned.keys.size() < 4 * 300 + 300, qPrintable(QString::number(thinned.keys.size())));
        for (const double spike : { 7.0, -7.0, 9.0 })
            QVERIFY(thinned.values.contains(spike));
        QVERIFY(!thinned.values.contains(-50));
        for (const double early : { 1.0, 2.0, 4.0, 6.0, 10.0 }) // where there is room every step has its own column
            QVERIFY(thinned.keys.contains(early));
        QVERIFY(series.thinLogarithmic(PlotSeries::Raw, -10, 0, 300).keys.isEmpty());
    }

    void aDifferentPastIsNoticed()
    {
        PlotSeries series;
        series.setSmoothing(0.5);
        series.set({ 1, 2, 3 }, { 100, 0, 0 });
        series.set({ 1, 2, 3, 4 }, { 1, 1, 1, 1 });
        QCOMPARE(series.curve(PlotSeries::Smooth), QVector<double>({ 1, 1, 1, 1 }));
        QCOMPARE(series.extremes(1, 4).high, 1.0);
        series.set({ 1 }, { 3 }); // shorter: a recomputed run
        QCOMPARE(series.extremes(0, 9).low, 3.0);
    }

    void coloursStandOut()
    {
        QCOMPARE(contrast(Qt::black, Qt::white), 21.0);
        QCOMPARE(contrast(Qt::white, Qt::white), 1.0);
        QVERIFY(std::abs(contrast(QColor("#777777"), Qt::white) - 4.48) < 0.01); // WCAG's own example of a near miss
        for (int i = 0; i < kSeriesColors; ++i) {
            QVERIFY2(contrast(seriesColor(i, false), QColor("#ffffff")) >= 3, qPrintable(QString::number(i)));
            QVERIFY2(contrast(seriesColor(i, true), QColor("#16191d")) >= 3, qPrintable(QString::number(i)));
        }
        QCOMPARE(seriesColor(kSeriesColors, true), seriesColor(0, true));
    }

private:
    qsizetype m_reads = 0;
};

QTEST_GUILESS_MAIN(TestPlotSeries)
#include "tst_plotseries.moc"
