// qcustomplot.h is written with the keywords signals, slots and foreach.
#undef QT_NO_KEYWORDS
#undef QT_NO_FOREACH

// Panning and zooming a line of 1,000,000 points through the real chart, beside a plain QCPGraph that draws them all.
// Bar: 16 ms a frame.

#include "figure.h"

#include "widgets/plots/lineplot.h"

#include <qcustomplot.h>

#include <QtTest>

#include <cmath>

using namespace aha;

namespace {

constexpr int kPoints = 1'000'000, kFrames = 200, kBaselineFrames = 10;
constexpr QSize kSize { 1200, 700 };

/// Half of the frames zoom in by 1000 and out again, the other half pan along at half width: 500,000 points in view.
QPair<double, double> view(int frame, int frames)
{
    const double phase = (frame + 1.0) / (frames + 1.0), pan = 2 * phase - 1;
    const double width = kPoints * (pan < 0 ? std::pow(10.0, -3 * std::sin(2 * M_PI * phase)) : 0.5),
                 middle = pan < 0 ? kPoints / 2.0 : width / 2 + pan * (kPoints - width);
    return { std::max(0.0, middle - width / 2), std::min<double>(kPoints, middle + width / 2) };
}

} // namespace

class BenchLongSeries : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void panAndZoom()
    {
        QVector<double> steps(kPoints), values(kPoints);
        for (int i = 0; i < kPoints; ++i) {
            steps[i] = i;
            values[i] = std::sin(i * 1e-5) + 0.1 * std::sin(i * 0.7);
        }
        values[654'321] = 9; // one spike: a chart that skips points would lose it
        LinePlot plot(QStringLiteral("Reward"), {});
        plot.resize(kSize);
        LinePlot::Line line;
        line.label = QStringLiteral("total");
        line.color = Qt::blue;
        line.steps = steps;
        line.values = values;
        line.folder = QStringLiteral("run");
        plot.setSmoothing(0);
        plot.setLines({ line });
        plot.show();
        plot.follow();
        QCoreApplication::processEvents();

        // Verify: the whole series is in view, and the spike is drawn in the upper half where nothing else is.
        QVERIFY(plot.range().first <= 0);
        QVERIFY(plot.range().second >= kPoints - 1);
        plot.setRange(0, kPoints);
        QTest::qWait(100);
        const QImage picture = plot.grab().toImage();
        int blue = 0;
        for (int y = picture.height() / 6; y < picture.height() / 2; ++y)
            for (int x = picture.width() / 2; x < picture.width(); ++x) {
                const QColor c = picture.pixelColor(x, y);
                blue += c.blue() > 150 && c.red() < 140 && c.green() < 140;
            }
        QVERIFY2(blue > 20, qPrintable(QStringLiteral("the spike shows in %1 pixels").arg(blue)));

        auto* canvas = plot.findChild<QCustomPlot*>();
        QVERIFY(canvas);
        QSignalSpy replots(canvas, &QCustomPlot::afterReplot);
        std::vector<double> ms, cpu;
        QElapsedTimer timer;
        for (int frame = 0; frame < kFrames; ++frame) {
            const auto [low, high] = view(frame, kFrames);
            timer.start();
            const double before = bench::cpuMs();
            replots.clear();
            plot.setRange(low, high);
            while (replots.isEmpty() && timer.elapsed() < 5000)
                QCoreApplication::processEvents(); // the chart paints when the event loop is idle
            plot.grab();
            ms.push_back(double(timer.nsecsElapsed()) / 1e6);
            cpu.push_back(bench::cpuMs() - before);
            QVERIFY2(!replots.isEmpty(), qPrintable(QStringLiteral("frame %1 was not drawn").arg(frame)));
        }

        // The same with everything on that costs by the point: outliers counted, two cursors.
        plot.setOutliersLeftOut(true);
        plot.setPin(kPoints / 2.0);
        std::vector<double> fullMs;
        for (int frame = 0; frame < kFrames / 2; ++frame) {
            const auto [low, high] = view(frame + kFrames / 2, kFrames);
            timer.start();
            replots.clear();
            plot.setRange(low, high);
            plot.setCursor((low + high) / 2);
            while (replots.isEmpty() && timer.elapsed() < 5000)
                QCoreApplication::processEvents();
            plot.grab();
            fullMs.push_back(double(timer.nsecsElapsed()) / 1e6);
        }
        plot.setOutliersLeftOut(false);
        bench::report({ "window/long-series/frame-median-outliers-cursors", bench::median(fullMs), "ms", NAN, 16 });

        QCustomPlot plain;
        plain.resize(kSize);
        plain.setNoAntialiasingOnDrag(true);
        QCPGraph* graph = plain.addGraph();
        graph->setAdaptiveSampling(false);
        graph->setData(steps, values, /*alreadySorted=*/true);
        plain.yAxis->setRange(-2, 10);
        std::vector<double> plainMs;
        for (int frame = 0; frame < kBaselineFrames; ++frame) {
            const auto [low, high] = view(frame * (kFrames / kBaselineFrames), kFrames);
            plain.xAxis->setRange(low, high);
            timer.start();
            plain.replot(QCustomPlot::rpImmediateRefresh);
            plain.grab();
            plainMs.push_back(double(timer.nsecsElapsed()) / 1e6);
        }
        const auto slowest = std::max_element(cpu.begin(), cpu.end());
        const auto [low, high] = view(int(slowest - cpu.begin()), kFrames);
        std::fprintf(stderr, "most CPU: frame %td, %.0f points in view\n", slowest - cpu.begin(), high - low);
        const bool median
            = bench::report({ "window/long-series/frame-median", bench::median(ms), "ms", bench::median(plainMs), 16 });
        bench::report({ "window/long-series/frame-max", *std::max_element(ms.begin(), ms.end()), "ms",
            *std::max_element(plainMs.begin(), plainMs.end()), 16 });
        // The longest of 200 frames holds whatever else ran meanwhile; its CPU time does not.
        const bool worst = bench::report(
            { "window/long-series/frame-max-cpu", *slowest, "ms", NAN, 16 });
        QVERIFY(median && worst);
    }
};

QTEST_MAIN(BenchLongSeries)
#include "bench_long_series.moc"
