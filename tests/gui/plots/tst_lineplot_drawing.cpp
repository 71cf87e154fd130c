// When a chart is drawn, and what drawing it must not cost.

// qcustomplot.h is written with the keywords signals, slots and foreach.
#undef QT_NO_KEYWORDS
#undef QT_NO_FOREACH

#include "widgets/plots/columnpicture.h"
#include "widgets/plots/densegraph.h"
#include "widgets/plots/legendchips.h"
#include "widgets/plots/lineplot.h"

#include <qcustomplot.h>

#include <QPainter>
#include <QRandomGenerator>
#include <QSignalSpy>
#include <QtTest>

using namespace aha;

namespace {

struct Curve {
    QVector<double> steps, values;
};

/// Two stretches of every step with a pause as long as each between them; a NaN after the first makes it a gap.
Curve paused(bool gap)
{
    Curve curve;
    for (int i = 0; i < 20'000; ++i) {
        curve.steps << (i < 10'000 ? i : 10'000 + i);
        curve.values << (i < 10'000 ? 0.2 : 0.8) + 0.05 * std::sin(i * 0.01);
    }
    if (gap)
        curve.values[10'000] = NAN;
    return curve;
}

/// Every step at first, later each thousandth.
Curve thinningOut()
{
    Curve curve;
    for (int step = 0; step <= 60'000; step += step < 20'000 ? 1 : 1000) {
        curve.steps << step;
        curve.values << 0.5 + 0.4 * std::sin(step / 1500.0);
    }
    return curve;
}

bool painted(const QImage& image, int x, int y)
{
    const QColor color = image.pixelColor(x, y);
    return color.blue() > 150 && color.red() < 120;
}

/// Painted pixels of `area` that are farther than `reach` pixels from any that `other` has.
int strays(const QImage& image, const QImage& other, const QRect& area, int reach)
{
    int found = 0;
    for (int y = area.top(); y <= area.bottom(); ++y)
        for (int x = area.left(); x <= area.right(); ++x) {
            bool near = !painted(image, x, y);
            for (int dy = -reach; dy <= reach && !near; ++dy)
                for (int dx = -reach; dx <= reach && !near; ++dx)
                    near = other.rect().contains(x + dx, y + dy) && painted(other, x + dx, y + dy);
            found += !near;
        }
    return found;
}

} // namespace

class TestLinePlotDrawing : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        m_plot = std::make_unique<LinePlot>(QStringLiteral("Reward"), QString());
        m_canvas = m_plot->findChild<QCustomPlot*>();
        QVERIFY(m_canvas);
        QVector<LinePlot::Line> lines;
        for (int i = 0; i < 3; ++i) {
            LinePlot::Line line;
            line.label = QStringLiteral("run %1").arg(i);
            line.color = Qt::blue;
            line.folder = line.label;
            line.steps = { 1, 2, 3, 4 };
            line.values = { 0, 1, 0, double(i) };
            lines.append(line);
        }
        m_plot->setLines(lines);
        m_plot->resize(400, 300);
        m_plot->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_plot.get()));
        QTRY_VERIFY(m_canvas->xAxis->range().upper >= 4);
    }

    void manySizesAreOneDrawing()
    {
        QCoreApplication::processEvents();
        QSignalSpy drawn(m_canvas, &QCustomPlot::afterReplot);
        for (int width = 410; width <= 800; width += 10) {
            m_plot->resize(width, 300);
            QCoreApplication::sendPostedEvents(nullptr, QEvent::LayoutRequest);
        }
        QVERIFY(m_canvas->width() > 700);
        QCOMPARE(drawn.size(), 0);
        m_plot->grab();
        QCOMPARE(drawn.size(), 1);
    }

    /// Under "No steps yet" no number of what was shown before.
    void anEmptyChartHasNoNumbers()
    {
        m_plot->setLines({});
        QVERIFY(!m_canvas->xAxis->tickLabels() && !m_canvas->yAxis->tickLabels());
        QVERIFY(!m_canvas->xAxis->grid()->visible() && !m_canvas->yAxis->grid()->visible());
        LinePlot::Line line;
        line.steps = { 1, 2 };
        line.values = { 0, 1 };
        m_plot->setLines({ line });
        QVERIFY(m_canvas->xAxis->tickLabels() && m_canvas->yAxis->tickLabels() && m_canvas->xAxis->grid()->visible());
    }

    /// Out of sight it got other values and another size: seen again, it is drawn for both at once.
    void whatComesIntoSightIsDrawnOnce()
    {
        m_plot->hide();
        m_plot->setSmoothing(0.5);
        m_plot->resize(600, 300);
        QCoreApplication::processEvents();
        QSignalSpy drawn(m_canvas, &QCustomPlot::afterReplot);
        m_plot->show();
        QTRY_VERIFY(!drawn.isEmpty());
        for (int i = 0; i < 5; ++i)
            QCoreApplication::processEvents();
        QCOMPARE(drawn.size(), 1);
    }

    void aPictureHasTheNewSize()
    {
        m_plot->grab();
        m_plot->resize(800, 300);
        const QImage image = m_plot->grab().toImage(); // nothing was drawn in between
        const QRect area = m_plot->plotArea();
        QVERIFY2(area.width() > 600, qPrintable(QString::number(area.width())));
        const QRect right(
            m_canvas->mapTo(m_plot.get(), QPoint(area.right() - 100, area.top())), QSize(90, area.height()));
        int blue = 0;
        for (int y = right.top(); y < right.bottom(); ++y)
            for (int x = right.left(); x < right.right(); ++x) {
                const QColor color = image.pixelColor(x, y);
                blue += color.blue() > 150 && color.red() < 100;
            }
        QVERIFY2(blue > 50, qPrintable(QString::number(blue)));
    }

    /// The first step of a run is a dot: one point makes no line.
    void oneStepIsADot()
    {
        const auto blue = [this] {
            const QImage image = m_plot->grab().toImage();
            int found = 0;
            const QRect area(m_canvas->mapTo(m_plot.get(), m_plot->plotArea().topLeft()), m_plot->plotArea().size());
            for (int y = area.top(); y < area.bottom(); ++y)
                for (int x = area.left() - 4; x < area.right(); ++x)
                    found += image.pixelColor(x, y).blue() > 150 && image.pixelColor(x, y).red() < 100;
            return found;
        };
        LinePlot::Line line;
        line.label = QStringLiteral("first");
        line.color = Qt::blue;
        line.steps = { 1 };
        line.values = { 0.5 };
        m_plot->setLines({ line });
        QCoreApplication::processEvents();
        QVERIFY2(blue() > 8, qPrintable(QString::number(blue())));
        line.steps = { 1, 2, 3 };
        line.values = { 0.5, 0.5, 0.5 };
        m_plot->setLines({ line });
        QCoreApplication::processEvents();
        QVERIFY(m_canvas->graph(m_canvas->graphCount() - 1)->scatterStyle().isNone());
    }

    /// The library's legend looks through itself for every line that comes or goes: 150 lines took 250 ms.
    void linesAreInNoSecondLegend()
    {
        QVERIFY(m_canvas->graphCount() > 2);
        QCOMPARE(m_canvas->legend->itemCount(), 0);
    }

    /// An evaluation of another step says of which: quiet in the legend, in words in its tip and for a screen reader.
    void aValueOfAnotherStepSaysSo()
    {
        LinePlot::Line dots, line;
        dots.label = QStringLiteral("held-out");
        dots.points = true;
        dots.steps = { 0, 20 };
        dots.values = { 0.1, 0.6 };
        line.label = QStringLiteral("training");
        line.steps = { 19, 20, 21 };
        line.values = { 1, 2, 3 };
        m_plot->setLines({ dots, line });
        const auto place = [&](int chip) { return m_plot->legend()->chip(chip)->place(); };
        QCOMPARE(place(0), QString()); // the newest, without a cursor
        m_plot->setCursor(19);
        QCOMPARE(place(0), QStringLiteral("step 0"));
        QCOMPARE(place(1), QString());
        QVERIFY(m_plot->legend()->chip(0)->toolTip().contains(QStringLiteral("0.1 (step 0)")));
        QVERIFY(m_plot->describe().contains(QStringLiteral("held-out: 0.1 (step 0)")));
        m_plot->setCursor(20);
        QCOMPARE(place(0), QString());
        QVERIFY(!m_plot->legend()->chip(0)->toolTip().contains(QStringLiteral("(step")));
    }

    /// There is nothing to read beyond the last step.
    void theCursorEndsWithTheData()
    {
        m_plot->setRange(0, 10);
        QSignalSpy moved(m_plot.get(), &LinePlot::cursorMoved);
        QTest::mouseMove(m_canvas, m_canvas->axisRect()->rect().center());
        QTest::mouseMove(m_canvas, m_canvas->axisRect()->rect().center() + QPoint(60, 0));
        QTRY_VERIFY(!moved.isEmpty());
        QCOMPARE(moved.last()[0].toDouble(), 4.0);
        m_plot->setHeat({ 0.5, 4.5, 0, 1, 4, 1, QVector<double>(4, 0.25) }); // cells around the steps
        QTest::mouseMove(m_canvas, m_canvas->axisRect()->rect().center());
        QTest::mouseMove(m_canvas, m_canvas->axisRect()->rect().center() + QPoint(50, 0));
        QCOMPARE(moved.last()[0].toDouble(), 4.0); // not 4.5, which would be called step 5
    }

    /// Four steps in a wide chart: 1, 2, 3, 4 and nothing between.
    void stepsHaveWholeTicks()
    {
        m_plot->resize(900, 300);
        m_plot->grab();
        const QVector<double> ticks = m_canvas->xAxis->ticker() ? m_canvas->xAxis->tickVector() : QVector<double>();
        QVERIFY(ticks.size() > 2);
        for (const double tick : ticks)
            QCOMPARE(tick, std::round(tick));
        m_plot->setXAxis({ {}, {}, false, {} }); // hours, which have parts
        QCoreApplication::processEvents();
        const QVector<double> parts = m_canvas->xAxis->tickVector();
        QVERIFY(std::any_of(parts.begin(), parts.end(), [](double tick) { return tick != std::round(tick); }));
    }

    /// At the axis, in the legend and for a screen reader: −1, not -1. A table of them is for programs.
    void aNegativeNumberHasItsMinus()
    {
        LinePlot::Line line;
        line.label = QStringLiteral("below");
        line.steps = { 1, 2, 3 };
        line.values = { -1, -2, -3 };
        m_plot->setLines({ line });
        m_plot->follow();
        m_plot->redraw();
        const QString ticks = m_canvas->yAxis->tickVectorLabels().join(QLatin1Char(' '));
        QVERIFY2(ticks.contains(QStringLiteral("−2")) && !ticks.contains(QLatin1Char('-')), qPrintable(ticks));
        QCOMPARE(m_plot->legend()->chip(0)->value(), QStringLiteral("−3"));
        QVERIFY(m_plot->describe().contains(QStringLiteral("−3")));
        QVERIFY(m_plot->visibleCsv().contains(QLatin1String("-3")));
    }

    /// A hand drags slantwise: what is mostly across zooms the steps alone, mostly up the values alone, a box both.
    void aSlantedDragZoomsOneAxis()
    {
        m_plot->resize(600, 400);
        m_plot->grab();
        const auto drag = [this](int across, int up) {
            const QPoint from = m_plot->plotArea().topLeft() + QPoint(60, 60), to = from + QPoint(across, up);
            QTest::mousePress(m_canvas, Qt::LeftButton, {}, from);
            QMouseEvent move(
                QEvent::MouseMove, to, m_canvas->mapToGlobal(to), Qt::NoButton, Qt::LeftButton, Qt::NoModifier);
            QCoreApplication::sendEvent(m_canvas, &move);
            const QRect band = m_canvas->selectionRect()->rect().normalized();
            QTest::mouseRelease(m_canvas, Qt::LeftButton, {}, to);
            return band;
        };
        const auto places = m_plot->range(), values = m_plot->valueRange();
        QVERIFY(drag(130, 20).height() >= m_plot->plotArea().height() - 1);
        QVERIFY(m_plot->range().first > places.first && m_plot->range().second < places.second);
        QCOMPARE(m_plot->valueRange(), values);
        m_plot->follow();
        m_plot->grab();
        QVERIFY(drag(-10, 130).width() >= m_plot->plotArea().width() - 1);
        QCOMPARE(m_plot->range(), places);
        QVERIFY(m_plot->valueRange().first > values.first && m_plot->valueRange().second < values.second);
        m_plot->follow();
        m_plot->grab();
        drag(130, 90);
        QVERIFY(m_plot->range().second < places.second && m_plot->valueRange().second < values.second);
    }

    /// What is measured now and then says where, when that is not at the cursor; a view of the past has its own newest.
    void theLegendSaysOfWhichStep()
    {
        LinePlot::Line held, all;
        held.label = QStringLiteral("held-out");
        held.points = true;
        held.steps = { 0, 20, 40 };
        held.values = { 0.1, 0.5, 0.25 };
        all.label = QStringLiteral("training");
        for (int step = 0; step <= 40; ++step) {
            all.steps.append(step);
            all.values.append(step);
        }
        m_plot->setXAxis({ QStringLiteral("step "), {}, true, QStringLiteral("step") });
        m_plot->setLines({ held, all });
        const auto said = [this](int chip) { return m_plot->legend()->chip(chip)->accessibleDescription(); };
        m_plot->setCursor(23);
        QCOMPARE(said(0), QStringLiteral("0.5 (step 20)"));
        const QSize narrow = m_plot->legend()->chip(0)->sizeHint();
        QVERIFY2(narrow.width() > m_plot->legend()->chip(0)->fontMetrics().horizontalAdvance("held-out 0.5 (step 20)"),
            "no room for what is painted");
        m_plot->setCursor(NAN);
        QCOMPARE(said(1), QStringLiteral("40"));
        m_plot->setRange(2, 22);
        QCOMPARE(said(0), QStringLiteral("0.5"));
        QCOMPARE(said(1), QStringLiteral("22"));
        m_plot->follow();
        QCOMPARE(said(1), QStringLiteral("40"));
    }

    /// What a value says of its step may need a second row: under the cursor the legend stays as it is.
    void theLegendKeepsItsRowsUnderTheCursor()
    {
        LinePlot::Line held, all;
        held.label = QStringLiteral("held-out problems of the run");
        held.points = true;
        held.steps = { 0, 20, 40 };
        held.values = { 0.1, 0.5, 0.25 };
        all.label = QStringLiteral("training problems of the run");
        all.steps = { 0, 23, 40 };
        all.values = { 1, 2, 3 };
        m_plot->setXAxis({ QStringLiteral("step "), {}, true, QStringLiteral("step") });
        m_plot->setLines({ held, all });
        m_plot->show();
        const LegendChips* legend = m_plot->legend();
        const LegendChip *first = legend->chip(0), *second = legend->chip(1);
        const int wanted = first->sizeHint().width() + second->sizeHint().width() + 4;
        m_plot->resize(m_plot->width() - legend->width() + wanted, m_plot->height());
        QTRY_COMPARE(legend->width(), wanted);
        const int height = legend->height();
        QCOMPARE(second->y(), 0);
        for (const double at : { 23.0, 5.0, double(NAN), 23.0 }) {
            m_plot->setCursor(at);
            QCoreApplication::processEvents();
            QCOMPARE(legend->height(), height);
            QVERIFY(second->y() == 0 && second->isVisible());
            QVERIFY(first->geometry().right() < second->x() && second->geometry().right() < legend->width());
        }
        QCOMPARE(first->place(), QStringLiteral("step 20"));
        QVERIFY(first->width() < first->sizeHint().width()); // its tip has the rest
        QVERIFY(first->toolTip().contains(QStringLiteral("0.5 (step 20)")));
        m_plot->resize(m_plot->width() + 200, m_plot->height());
        QTRY_COMPARE(first->width(), first->sizeHint().width());
    }

    /// A click on the line of a changed setting leads to both sides of it, one beside it to the traces of the step.
    void aClickOnAChangeShowsBothSides()
    {
        m_plot->setMarkers({ { 2, "rollout.temperature 1 -> 1.6", Qt::red, false, "run 0", 2 } });
        m_plot->pick(2, 1); // nobody listens
        QSignalSpy change(m_plot.get(), &LinePlot::changePicked), picked(m_plot.get(), &LinePlot::picked);
        m_plot->pick(2, 1);
        QCOMPARE(change.size(), 1);
        QCOMPARE(change[0], QVariantList({ "run 0", qint64(2) }));
        QVERIFY(picked.isEmpty());
        m_plot->pick(3, 1);
        m_plot->pick(2); // by keyboard: the step
        QCOMPARE(change.size(), 1);
        QCOMPARE(picked.size(), 2);
    }

    void whatIsCoveredNeedsNoPainting()
    {
        const QRect area(7, 5, 90, 201); // more than three words of bits a column
        QImage plain(area.size(), QImage::Format_ARGB32_Premultiplied);
        plain.fill(Qt::transparent);
        QPainter painter(&plain);
        painter.translate(-area.topLeft());
        painter.setPen(Qt::NoPen);
        QRandomGenerator random(3);
        std::vector<std::pair<QVector<QRect>, QColor>> lines;
        for (int line = 0; line < 30; ++line) {
            QVector<QRect> uprights { QRect(20, -50, 3, 400), QRect(60, 64 + 5, 2, 64) }; // whole words, too
            for (int i = 0; i < 60; ++i)
                uprights << QRect(
                    random.bounded(-5, 110), random.bounded(-20, 220), random.bounded(1, 5), random.bounded(1, 90));
            lines.emplace_back(uprights, QColor::fromHsv(12 * line, 200, 200));
            painter.setBrush(lines.back().second);
            painter.drawRects(uprights);
        }
        painter.end();
        ColumnPicture picture(area);
        for (auto line = lines.rbegin(); line != lines.rend(); ++line)
            picture.addBelow(line->first, line->second);
        QCOMPARE(picture.image(), plain);
    }

    /// On whole pixels and between them: painted by one, lines lie over each other as when each paints itself.
    void linesPaintedTogetherKeepTheirOrder()
    {
        QCustomPlot plot;
        plot.resize(400, 300);
        plot.xAxis->setRange(0.5, 100);
        plot.yAxis->setRange(-1, 1);
        std::vector<DenseGraph*> run;
        for (int line = 0; line < 5; ++line) {
            PlotSeries::Columns columns;
            columns.width = 0.5;
            for (int i = 0; i < 200; ++i)
                if (i != 60 + 9 * line) // a gap
                    columns.filled.push_back({ i, 0.4 * std::sin(i * 0.1 * (line + 1)) - 0.1 * line,
                        0.1 + 0.4 * std::sin(i * 0.1 * (line + 1)), 0.4 * std::sin(i * 0.1 * (line + 1)),
                        0.1 + 0.4 * std::sin(i * 0.1 * (line + 1)), i % 60 != 0 });
            run.push_back(new DenseGraph(plot.xAxis, plot.yAxis));
            run.back()->setPen(QPen(QColor::fromHsv(70 * line, 255, 200)));
            run.back()->setColumns(columns);
        }
        for (const double scale : { 1.0, 2.0, 1.5 }) {
            for (DenseGraph* graph : run)
                DenseGraph::paintTogether({ graph });
            plot.replot();
            const QImage alone = plot.toPixmap(0, 0, scale).toImage();
            DenseGraph::paintTogether(run);
            plot.replot();
            QCOMPARE(plot.toPixmap(0, 0, scale).toImage(), alone);
        }
    }

    /// A line of columns lies where a thinned one does: across pauses, to neighbours out of view, across gaps not.
    void columnsAreJoinedLikePoints()
    {
        QCustomPlot plot;
        plot.resize(500, 300);
        plot.setViewport(plot.rect()); // which it takes over when it is shown
        plot.setNotAntialiasedElements(QCP::aeAll);
        for (QCPAxis* axis : { plot.xAxis, plot.yAxis })
            axis->grid()->setVisible(false);
        auto* graph = new DenseGraph(plot.xAxis, plot.yAxis);
        graph->setDense(true);
        graph->setPen(QPen(Qt::blue, 1));
        struct View {
            double from, to, low, high;
        };
        for (const Curve& curve : { paused(false), paused(true), thinningOut() }) {
            PlotSeries series;
            series.set(curve.steps, curve.values);
            int compared = 0;
            // Whole; from and up to amid a pause; with what is joined outside the values in view.
            for (const View& view :
                { View { 0, 60'000, 0, 1 }, View { 5'000, 18'000, 0, 1 }, View { 15'000, 29'000, 0, 1 },
                    View { 15'000, 29'000, 0.4, 0.6 }, View { 2'000, 28'000, 0.3, 0.6 } }) {
                plot.xAxis->setRange(view.from, view.to);
                plot.yAxis->setRange(view.low, view.high);
                plot.replot();
                const QRect area = plot.axisRect()->rect().adjusted(3, 3, -3, -3);
                const int columns = area.width() / 2;
                PlotSeries::Columns uprights;
                QVERIFY(series.columns(PlotSeries::Raw, view.from, view.to, (view.to - view.from) / columns, uprights));
                graph->setColumns(uprights);
                plot.replot();
                const QImage joined = plot.toPixmap().toImage();
                graph->setColumns({});
                const PlotSeries::Thinned points = series.thin(PlotSeries::Raw, view.from, view.to, columns);
                graph->setData(points.keys, points.values, true);
                plot.replot();
                const QImage line = plot.toPixmap().toImage();
                QCOMPARE(strays(joined, line, area, 3), 0);
                QCOMPARE(strays(line, joined, area, 3), 0);
                QImage blank(line.size(), QImage::Format_RGB32);
                blank.fill(Qt::white);
                compared += strays(line, blank, area, 0);
            }
            QVERIFY(compared > 1000);
        }
    }

    /// The ninth line, from which on charts are painted as columns, breaks no line.
    void manyLinesBreakWhereOneDoes()
    {
        m_plot->resize(600, 400);
        for (const int count : { 1, 9 })
            for (const auto& [curve, gap] :
                { std::pair(paused(false), false), std::pair(paused(true), true), std::pair(thinningOut(), false) }) {
                QVector<LinePlot::Line> lines;
                for (int i = 0; i < count; ++i) {
                    LinePlot::Line line;
                    line.label = line.folder = QStringLiteral("run %1").arg(i);
                    line.color = Qt::blue;
                    line.steps = curve.steps;
                    line.values = curve.values;
                    lines << line;
                }
                m_plot->setLines(lines);
                m_plot->follow();
                QCoreApplication::processEvents();
                m_plot->redraw();
                const QImage image = m_canvas->toPixmap().toImage();
                const QRect area = m_plot->plotArea();
                const int left = int(m_canvas->xAxis->coordToPixel(curve.steps.front())) + 3;
                const int right = int(m_canvas->xAxis->coordToPixel(curve.steps.back())) - 3;
                QVERIFY(right - left > 300);
                int empty = 0;
                for (int x = left; x <= right; ++x) {
                    bool any = false;
                    for (int y = area.top(); y <= area.bottom() && !any; ++y)
                        any = painted(image, x, y);
                    empty += !any;
                }
                if (gap)
                    QVERIFY2(empty > (right - left) / 4, qPrintable(QString::number(empty)));
                else
                    QCOMPARE(empty, 0);
            }
    }

    void aMovedViewIsPaintedLikeAFreshOne_data()
    {
        QTest::addColumn<bool>("dark");
        QTest::addColumn<bool>("logarithmicX");
        QTest::addColumn<bool>("logarithmicY");
        QTest::addColumn<bool>("bands");
        for (const bool dark : { false, true })
            for (const int kind : { 0, 1, 2, 3 })
                QTest::addRow("%s %d", dark ? "dark" : "light", kind)
                    << dark << (kind == 1) << (kind == 2) << (kind == 3);
    }

    /// Thirty runs with markers, gaps, early ends and a hidden line: no trace of what was in view before.
    void aMovedViewIsPaintedLikeAFreshOne()
    {
        QFETCH(const bool, dark);
        QFETCH(const bool, logarithmicX);
        QFETCH(const bool, logarithmicY);
        QFETCH(const bool, bands);
        QVector<LinePlot::Line> lines;
        for (int run = 0; run < 30; ++run) {
            LinePlot::Line line;
            line.label = line.folder = QStringLiteral("run %1").arg(run);
            line.color = QColor::fromHsv(12 * run, 255, 160);
            line.variant = run / 8;
            line.marker = run % 7;
            for (int step = 1; step <= (run == 4 ? 3500 : run == 5 ? 40 : 9000); ++step) {
                const bool gap = run == 7 && step > 2500 && step < 4200;
                line.steps << step;
                line.values << (gap ? NAN : 2 + std::sin((step + 90 * run) / 300.0) + 0.1 * (step % 7));
                if (bands && run % 5 == 0) {
                    line.low << line.values.back() - 0.2;
                    line.high << line.values.back() + 0.2;
                }
            }
            lines << line;
        }
        QPalette palette;
        palette.setColor(QPalette::Base, dark ? Qt::black : Qt::white);
        palette.setColor(QPalette::WindowText, dark ? Qt::white : Qt::black);
        const auto make = [&] {
            auto plot = std::make_unique<LinePlot>(QStringLiteral("Reward"), QString());
            plot->setPalette(palette);
            plot->resize(500, 300);
            plot->setSmoothing(0.3);
            plot->setLogarithmic(logarithmicX, logarithmicY);
            plot->setLines(lines);
            plot->setChosenLines({ { lines[2].label + QLatin1Char('\n') + lines[2].folder, false } });
            plot->show();
            return plot;
        };
        const auto moved = make();
        qsizetype first = 0, moving = 0;
        for (const double from : { 200.0, 233.7, 3000.0, 1500.0, 1490.0 }) {
            moved->setRange(from, from + 5000);
            (from == 200 ? first : moving) = moved->redraw();
            const auto fresh = make();
            fresh->setRange(from, from + 5000);
            QCoreApplication::processEvents(); // both have their size
            moved->redraw();
            fresh->redraw();
            auto* canvas = moved->findChild<QCustomPlot*>();
            QVERIFY(canvas->graphCount() >= 30);
            QCOMPARE(canvas->toPixmap().toImage(), fresh->findChild<QCustomPlot*>()->toPixmap().toImage());
            QCOMPARE(canvas->grab().toImage(), fresh->findChild<QCustomPlot*>()->grab().toImage());
        }
        if (!logarithmicX && !bands) // 10 steps of 5000 came in
            QVERIFY2(moving * 4 < first, qPrintable(QStringLiteral("%1 of %2").arg(moving).arg(first)));
    }

    void cleanup() { m_plot.reset(); }

private:
    std::unique_ptr<LinePlot> m_plot;
    QCustomPlot* m_canvas = nullptr;
};

QTEST_MAIN(TestLinePlotDrawing)
#include "tst_lineplot_drawing.moc"
