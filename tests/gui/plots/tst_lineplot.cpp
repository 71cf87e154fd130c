// A chart under mouse and keyboard, off-screen.

// qcustomplot.h is written with the keywords signals, slots and foreach.
#undef QT_NO_KEYWORDS
#undef QT_NO_FOREACH

#include "widgets/plots/densegraph.h"
#include "widgets/plots/figurestyle.h"
#include "widgets/plots/legendchips.h"
#include "widgets/plots/lineplot.h"

#include <QAccessible>
#include <QMenu>
#include <QScrollArea>
#include <QScrollBar>
#include <QSignalSpy>
#include <QSvgRenderer>
#include <QToolButton>
#include <QWheelEvent>
#include <QtTest>

#include <cmath>

using namespace aha;

namespace {

LinePlot::Line line(const QString& label, const QVector<double>& steps, const QVector<double>& values)
{
    LinePlot::Line made;
    made.label = label;
    made.color = Qt::blue;
    made.steps = steps;
    made.values = values;
    made.folder = QStringLiteral("run");
    return made;
}

/// The widget that QCustomPlot paints on: the last, stretched child.
QWidget* canvas(LinePlot& plot)
{
    for (QWidget* child : plot.findChildren<QWidget*>(QString(), Qt::FindDirectChildrenOnly))
        if (QByteArray(child->metaObject()->className()) == "QCustomPlot")
            return child;
    return nullptr;
}

void wheel(QWidget* target, const QPoint& at, int turns = 1, Qt::KeyboardModifiers keys = Qt::ControlModifier)
{
    for (int i = 0; i < std::abs(turns); ++i) {
        QWheelEvent event(at, target->mapToGlobal(at), {}, { 0, turns > 0 ? 120 : -120 }, Qt::NoButton, keys,
            Qt::NoScrollPhase, false);
        QSpontaneKeyEvent::setSpontaneous(&event); // as from the mouse: what is not wanted goes to the parent
        qApp->notify(target, &event);
    }
}

} // namespace

class TestLinePlot : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        m_plot = std::make_unique<LinePlot>(QStringLiteral("Reward"), QStringLiteral("sum"));
        m_plot->resize(600, 320);
        QVector<double> steps, up, down;
        for (int i = 0; i <= 100; ++i) {
            steps << i;
            up << 0.01 * i;
            down << 2 - 0.01 * i;
        }
        m_plot->setLines({ line(QStringLiteral("up"), steps, up), line(QStringLiteral("down"), steps, down) });
        m_plot->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_plot.get()));
        m_plot->redraw();
        m_canvas = canvas(*m_plot);
        QVERIFY(m_canvas);
    }
    void cleanup() { m_plot.reset(); }

    void wheelOverAnAxisZoomsThatAxis()
    {
        const auto x = m_plot->range(), y = m_plot->valueRange();
        wheel(m_canvas, { m_canvas->width() / 2, m_canvas->height() - 3 });
        QVERIFY(m_plot->range().second - m_plot->range().first < x.second - x.first);
        QCOMPARE(m_plot->valueRange(), y);
        QVERIFY(!m_plot->following());
        const auto narrowed = m_plot->range();
        wheel(m_canvas, { 4, m_canvas->height() / 2 });
        QCOMPARE(m_plot->range(), narrowed);
        QVERIFY(m_plot->valueRange().second - m_plot->valueRange().first < y.second - y.first);
        m_plot->follow();
        QCOMPARE(m_plot->range(), x);
        QCOMPARE(m_plot->valueRange(), y);
        wheel(m_canvas, m_canvas->rect().center());
        QVERIFY(m_plot->range() != x && m_plot->valueRange() != y);
    }

    void wheelScrollsThePageAndNeverLeavesTheData()
    {
        LinePlot* plot = m_plot.release(); // the page's now
        QScrollArea page;
        page.resize(640, 200);
        page.setWidget(plot);
        page.show();
        QCoreApplication::processEvents();
        const auto all = plot->range(), values = plot->valueRange();
        wheel(m_canvas, m_canvas->rect().center(), -2, Qt::NoModifier);
        QVERIFY(page.verticalScrollBar()->value() > 0);
        page.verticalScrollBar()->setValue(0);
        QCOMPARE(plot->range(), all);
        QSignalSpy follows(plot, &LinePlot::followChanged);
        wheel(m_canvas, m_canvas->rect().center(), -3); // out, where everything is in view already
        QCOMPARE(plot->range(), all);
        QCOMPARE(plot->valueRange(), values);
        QVERIFY(plot->following() && follows.isEmpty() && page.verticalScrollBar()->value() == 0);
        wheel(m_canvas, QPoint(m_canvas->width() / 4, m_canvas->height() / 2), 4);
        QVERIFY(!plot->following() && plot->range().second < 80);
        wheel(m_canvas, QPoint(3 * m_canvas->width() / 4, m_canvas->height() / 2), -2); // towards the left end
        QVERIFY(plot->range().first >= all.first && plot->range().second <= all.second);
        wheel(m_canvas, m_canvas->rect().center(), -40);
        QCOMPARE(plot->range(), all);
        QCOMPARE(plot->valueRange(), values);
        QVERIFY(plot->following()); // everything is in view again: it goes on
        for (int i = 0; i < 3; ++i)
            QTest::keyClick(plot, Qt::Key_Minus);
        QCOMPARE(plot->range(), all);
    }

    void aDoubleClickLeadsNowhere()
    {
        QSignalSpy picked(m_plot.get(), &LinePlot::picked);
        m_plot->userZoom(20, 40);
        const QPoint at = m_canvas->rect().center();
        QTest::mouseClick(m_canvas, Qt::LeftButton, {}, at);
        QVERIFY(picked.isEmpty()); // not before the second click is out of the question
        QTest::mouseDClick(m_canvas, Qt::LeftButton, {}, at);
        QVERIFY(m_plot->following());
        QApplication::setDoubleClickInterval(1);
        QTest::mouseClick(m_canvas, Qt::LeftButton, {}, at + QPoint(30, 0));
        QTRY_COMPARE(picked.count(), 1); // of the last click alone
        QVERIFY(picked[0][1].toLongLong() > 50);
    }

    void dragZoomsAndDoubleClickShowsAll()
    {
        const auto before = m_plot->range();
        QSignalSpy moved(m_plot.get(), &LinePlot::rangeChanged);
        const QPoint from(m_canvas->width() / 3, m_canvas->height() / 4),
            to(m_canvas->width() / 2, m_canvas->height() / 2);
        QTest::mousePress(m_canvas, Qt::LeftButton, {}, from);
        QTest::mouseMove(m_canvas, to);
        QTest::mouseRelease(m_canvas, Qt::LeftButton, {}, to);
        QVERIFY(moved.count() > 0);
        QVERIFY(m_plot->range().first > before.first && m_plot->range().second < before.second);
        QTest::mouseDClick(m_canvas, Qt::LeftButton, {}, m_canvas->rect().center());
        QCOMPARE(m_plot->range(), before);
        QVERIFY(m_plot->following());
    }

    void aStretchIsMarkedAndItsTracesAskedFor()
    {
        const auto marks = [this](double low, double high) {
            const auto x = [&](double step) { // the axis rectangle's share of the view
                const auto view = m_plot->range();
                return m_area.left()
                    + int(std::lround((step - view.first) / (view.second - view.first) * m_area.width()));
            };
            const QPoint from(x(low), m_canvas->height() / 3), to(x(high), m_canvas->height() / 2);
            QTest::mousePress(m_canvas, Qt::LeftButton, Qt::ShiftModifier, from);
            QTest::mouseMove(m_canvas, to);
            QTest::mouseRelease(m_canvas, Qt::LeftButton, Qt::ShiftModifier, to);
        };
        auto* button = m_plot->findChild<QToolButton*>("traces.Reward");
        QMenu menu;
        m_plot->fillMenu(&menu);
        const auto offers = [&menu] {
            for (const QAction* action : menu.actions())
                if (action->text().startsWith("Show the traces"))
                    return action->text();
            return QString();
        };
        QVERIFY(offers().isEmpty()); // nobody listens: nothing is offered

        QSignalSpy picked(m_plot.get(), &LinePlot::rangePicked), told(m_plot.get(), &LinePlot::brushed),
            pinned(m_plot.get(), &LinePlot::pinMoved);
        const auto asked = [&picked] { return picked.isEmpty() ? QVariantList() : picked.takeLast(); };
        m_area = m_plot->plotArea();
        const auto view = m_plot->range();
        marks(20.3, 40.4);
        QCOMPARE(m_plot->range(), view); // marking does not zoom
        QCOMPARE(pinned.count(), 0);
        QVERIFY2(std::abs(m_plot->brush().first - 20.3) < 0.4 && std::abs(m_plot->brush().second - 40.4) < 0.4,
            qPrintable(QString("%1 %2").arg(m_plot->brush().first).arg(m_plot->brush().second)));
        QCOMPARE(told.count(), 1);
        QVERIFY(button->isVisible());
        QCOMPARE(button->text(), QString("Show the traces of steps 21 to 40"));
        QVERIFY(m_canvas->rect().contains(button->geometry()));
        QTest::mouseClick(button, Qt::LeftButton);
        QCOMPARE(asked(), QVariantList({ "run", qint64(21), qint64(40) }));
        QTest::keyClick(m_plot.get(), Qt::Key_T);
        QCOMPARE(asked(), QVariantList({ "run", qint64(21), qint64(40) }));
        m_plot->fillMenu(&menu);
        QCOMPARE(offers(), QString("Show the traces of steps 21 to 40\tT"));
        marks(60, 49.5); // to the left, too
        QCOMPARE(button->text(), QString("Show the traces of steps 50 to 60"));
        QTest::keyClick(m_plot.get(), Qt::Key_Escape);
        QVERIFY(!std::isfinite(m_plot->brush().first) && !button->isVisible());
        QTest::mouseClick(m_canvas, Qt::LeftButton, Qt::ShiftModifier, m_canvas->rect().center()); // as before
        QCOMPARE(pinned.count(), 1);
        QVERIFY(!std::isfinite(m_plot->brush().first));

        m_plot->setBrush(3, 5); // drawn in another chart: the band alone
        QVERIFY(!button->isVisible());
        QTest::keyClick(m_plot.get(), Qt::Key_T);
        QCOMPARE(asked(), QVariantList({ "run", qint64(3), qint64(5) }));
        m_plot->setBrush(NAN, NAN);
        QTest::keyClick(m_plot.get(), Qt::Key_T); // everything is in view
        QCOMPARE(asked(), QVariantList({ "run", qint64(0), qint64(100) }));
        m_plot->userZoom(29.5, 50.5);
        QTest::keyClick(m_plot.get(), Qt::Key_T);
        QCOMPARE(asked(), QVariantList({ "run", qint64(30), qint64(50) }));
        m_plot->setPin(40);
        m_plot->setCursor(35);
        QTest::keyClick(m_plot.get(), Qt::Key_T);
        QCOMPARE(asked(), QVariantList({ "run", qint64(35), qint64(40) }));
        LinePlot::Line time = line(QStringLiteral("up"), { 1, 2, 3, 4 }, { 1, 2, 3, 4 }); // hours on the axis
        time.x = { 0.1, 0.2, 0.3, 0.4 };
        m_plot->setLines({ time });
        m_plot->setPin(NAN);
        m_plot->userBrush(0.15, 0.35);
        QTest::keyClick(m_plot.get(), Qt::Key_T);
        QCOMPARE(asked(), QVariantList({ "run", qint64(2), qint64(3) }));
        m_plot->userBrush(0.11, 0.12); // nothing lies there
        QVERIFY(!std::isfinite(m_plot->brush().first));
    }

    void longestCompletionsAndBothSidesOfAChange()
    {
        QMenu menu;
        const auto offered = [&](const char* begin) -> QAction* {
            m_plot->fillMenu(&menu);
            for (QAction* action : menu.actions())
                if (action->text().startsWith(QLatin1String(begin)))
                    return action;
            return nullptr;
        };
        const char *longestText = "Longest completions", *changeText = "Traces before and after";
        m_plot->setMarkers({ { 20, "rollout.temperature 1 -> 1.6", Qt::red, false, "run", 20 },
            { 20, "rollout.top_p 1 -> 0.9", Qt::red, false, "run", 20 }, { 60, "checkpoint 60", Qt::gray, true } });
        m_plot->setCursor(42.2);
        QVERIFY(!offered(longestText) && !offered(changeText)); // nobody listens
        QSignalSpy longest(m_plot.get(), &LinePlot::longestPicked), change(m_plot.get(), &LinePlot::changePicked);
        QVERIFY(offered(longestText) && !offered(changeText)); // the step, and no marker near
        QCOMPARE(offered(longestText)->text(), QString("Longest completions of step 42\tShift+T"));
        offered(longestText)->trigger();
        QCOMPARE(longest.takeLast(), QVariantList({ "run", qint64(42) }));
        QTest::keyClick(m_plot.get(), Qt::Key_T, Qt::ShiftModifier);
        QCOMPARE(longest.takeLast(), QVariantList({ "run", qint64(42) }));
        QTest::keyClick(m_plot.get(), Qt::Key_C);
        QVERIFY(change.isEmpty());
        m_plot->setCursor(60);
        QVERIFY(!offered(changeText)); // a checkpoint changes nothing
        m_plot->setCursor(20.4);
        QCOMPARE(offered(changeText)->text(), QString("Traces before and after step 20\tC"));
        offered(changeText)->trigger();
        QCOMPARE(change.takeLast(), QVariantList({ "run", qint64(20) }));
        m_plot->setCursor(NAN); // by keyboard alone: the newest change
        QTest::keyClick(m_plot.get(), Qt::Key_C);
        QCOMPARE(change.takeLast(), QVariantList({ "run", qint64(20) }));
    }

    /// A mean that goes up by a quarter must not be a flat stripe in the band from the least to the most.
    void aWideBandGivesWayToItsLine()
    {
        LinePlot::Line mean = line(QStringLiteral("mean"), { 1, 2, 3, 4 }, { 40, 41, 52, 51 });
        mean.low = { 1, 2, 1, 3 };
        mean.high = { 200, 190, 195, 200 };
        m_plot->setLines({ mean });
        QVERIFY2(m_plot->valueRange().first > 35 && m_plot->valueRange().second < 60,
            qPrintable(QString::number(m_plot->valueRange().second)));
        QVERIFY(m_plot->bandCut());
        auto* button = m_plot->findChild<QToolButton*>("outside.Reward");
        QVERIFY(button->isVisible());
        QCOMPARE(button->text(), QString("band cut off"));
        QTest::mouseClick(button, Qt::LeftButton);
        QVERIFY(m_plot->valueRange().second >= 200 && !m_plot->bandCut() && !button->isVisible());
        m_plot->setBandWhole(false);
        QVERIFY(m_plot->valueRange().second < 60);
        mean.high = { 60, 61, 62, 61 };
        mean.low = { 31, 32, 33, 32 }; // 31 wide, the line 12
        m_plot->setLines({ mean });
        QVERIFY(m_plot->valueRange().second > 61 && !m_plot->bandCut());
        mean.high = { 200, 190, 195, 200 };
        mean.points = true; // a measurement and its interval belong together
        m_plot->setLines({ mean });
        QVERIFY(m_plot->valueRange().second >= 200 && !m_plot->bandCut());
    }

    void middleButtonMoves()
    {
        const auto before = m_plot->range();
        const QPoint from = m_canvas->rect().center();
        QTest::mousePress(m_canvas, Qt::MiddleButton, {}, from);
        for (int i = 1; i <= 4; ++i) {
            QMouseEvent move(QEvent::MouseMove, from + QPoint(20 * i, 0),
                m_canvas->mapToGlobal(from + QPoint(20 * i, 0)), Qt::NoButton, Qt::MiddleButton, Qt::NoModifier);
            QCoreApplication::sendEvent(m_canvas, &move);
        }
        QTest::mouseRelease(m_canvas, Qt::MiddleButton, {}, from + QPoint(80, 0));
        QVERIFY(m_plot->range().first < before.first - 5);
        QVERIFY(std::abs((m_plot->range().second - m_plot->range().first) - (before.second - before.first)) < 1e-9);
        QVERIFY(!m_plot->following());
    }

    void legendTogglesFromTheKeyboard()
    {
        QCOMPARE(m_plot->legend()->count(), 2);
        LegendChip* down = m_plot->legend()->chip(1);
        QCOMPARE(down->accessibleName(), QStringLiteral("Show down"));
        QCOMPARE(down->value(), QStringLiteral("1")); // the newest value while there is no cursor
        QVERIFY(m_plot->valueRange().second > 1.9);
        down->setFocus();
        QTest::keyClick(down, Qt::Key_Space);
        QVERIFY(!down->isChecked());
        QVERIFY(m_plot->valueRange().second < 1.2); // the axis fits what is left
        QVERIFY(!m_plot->visibleCsv().contains(QStringLiteral("down")));
        QVector<double> more { 0, 1 }; // another set of lines keeps the choice
        m_plot->setLines({ line(QStringLiteral("down"), more, more) });
        QVERIFY(!m_plot->legend()->chip(0)->isChecked());
    }

    void legendThatIsTooLongGetsAMenu()
    {
        QVector<LinePlot::Line> many;
        for (int i = 0; i < 30; ++i)
            many << line(QStringLiteral("a line with a long name %1").arg(i), { 0, 1 }, { 0, 1 });
        m_plot->setLines(many);
        const int chip = m_plot->legend()->chip(0)->height();
        QVERIFY(m_plot->legend()->height() <= 2 * chip);
        QVERIFY(!m_plot->legend()->chip(29)->isVisible() && m_plot->legend()->chip(0)->isVisible());
    }

    void heardByAScreenReader()
    {
        QAccessibleInterface* access = QAccessible::queryAccessibleInterface(m_plot.get());
        QVERIFY(access);
        QCOMPARE(access->role(), QAccessible::Chart);
        QCOMPARE(access->text(QAccessible::Name), QStringLiteral("Reward"));
        const QString all = access->text(QAccessible::Description);
        QVERIFY2(all.startsWith(QStringLiteral("Reward (sum), from step ")), qPrintable(all));
        QVERIFY2(all.contains(QStringLiteral("2 lines"))
                && all.contains(QStringLiteral("up: first 0, last 1, lowest 0, highest 1, n = 101"))
                && all.contains(QStringLiteral("down: first 2, last 1, lowest 1, highest 2, n = 101")),
            qPrintable(all));
        QVERIFY(!all.contains(QStringLiteral("at the cursor")));
        QVERIFY(access->text(QAccessible::Help).contains(QStringLiteral("Arrow keys")));
        m_plot->userZoom(20, 40);
        QVERIFY2(
            m_plot->describe().contains(QStringLiteral("up: first 0.2, last 0.4")), qPrintable(m_plot->describe()));
        m_plot->follow();
        m_plot->setCursor(50);
        QVERIFY(m_plot->describe().endsWith(QStringLiteral("at the cursor: step 50; up: 0.5; down: 1.5")));
        m_plot->setLines({});
        QCOMPARE(m_plot->describe(), QStringLiteral("Reward (sum): No steps yet"));
    }

    /// What is measured now and then counts from its point on: at no step does it show a value of the future.
    void cursorKnowsNoFuture()
    {
        LinePlot::Line dots;
        dots.label = QStringLiteral("held-out");
        dots.points = true;
        dots.steps = { 0, 20, 40 };
        dots.values = { 0.1, 0.6, 0.4 };
        m_plot->setLines({ dots });
        for (const auto& [step, shown] :
            { std::pair(0, "0.1"), { 19, "0.1" }, { 20, "0.6" }, { 39, "0.6" }, { 41, "0.4" } }) {
            m_plot->setCursor(step);
            QCOMPARE(m_plot->legend()->chip(0)->value(), QLatin1String(shown));
        }
        dots.steps = { 10, 20, 40 };
        m_plot->setLines({ dots });
        m_plot->setCursor(9);
        QCOMPARE(m_plot->legend()->chip(0)->value(), QStringLiteral("–"));
    }

    void cursorShowsValuesAndMarkers()
    {
        m_plot->setMarkers({ { 40, QStringLiteral("set optimizer.learning_rate=1e-4"), Qt::red },
            { 40, QStringLiteral("checkpoint 40"), Qt::gray, true } });
        m_plot->setCursor(40.2);
        QCOMPARE(m_plot->legend()->chip(0)->value(), QStringLiteral("0.4"));
        QCOMPARE(m_plot->reading(), QStringLiteral("step 40 · set optimizer.learning_rate=1e-4, checkpoint 40"));
        m_plot->setCursor(103); // beyond the last step
        QCOMPARE(m_plot->legend()->chip(0)->value(), QStringLiteral("–"));
        m_plot->setCursor(NAN);
        QVERIFY(m_plot->reading().isEmpty());
        QCOMPARE(m_plot->legend()->chip(0)->value(), QStringLiteral("1"));
        QSignalSpy cursor(m_plot.get(), &LinePlot::cursorMoved), picked(m_plot.get(), &LinePlot::picked);
        m_plot->setCursor(50);
        QTest::keyClick(m_plot.get(), Qt::Key_Right);
        QCOMPARE(cursor.last()[0].toDouble(), 51.0);
        QTest::keyClick(m_plot.get(), Qt::Key_Return);
        QCOMPARE(picked.last()[1].toLongLong(), 50);
        QTest::keyClick(m_plot.get(), Qt::Key_Plus);
        QVERIFY(m_plot->range().second < 100);
        QTest::keyClick(m_plot.get(), Qt::Key_Home);
        QVERIFY(m_plot->range().second >= 100);
    }

    void aDotIsPickedForItself() // the step behind a curve, the evaluation behind a dot
    {
        LinePlot::Line curve = line(QStringLiteral("curve"), { 0, 50, 100 }, { 0.1, 0.1, 0.1 });
        LinePlot::Line dots = line(QStringLiteral("dots"), { 0, 50, 100 }, { 0.9, 0.9, 0.9 });
        dots.points = true;
        curve.folder = dots.folder = QStringLiteral("run");
        m_plot->setLines({ curve, dots });
        QSignalSpy picked(m_plot.get(), &LinePlot::picked), point(m_plot.get(), &LinePlot::pointPicked);
        m_plot->pick(52, 0.85);
        QCOMPARE(point.count(), 1);
        QCOMPARE(point[0][1].toLongLong(), 50);
        m_plot->pick(52, 0.15);
        QCOMPARE(point.count(), 1);
        QCOMPARE(picked.count(), 1);
        QCOMPARE(picked[0][1].toLongLong(), 50);
    }

    void dashAndMarkerAreSeenEverywhere()
    {
        QVector<double> steps, values;
        for (int i = 0; i <= 100; ++i) {
            steps << i;
            values << i % 7;
        }
        struct Drawn {
            QImage canvas, legend, picture, figure;
        };
        const auto drawn = [&](int variant, int marker) {
            LinePlot::Line one = line(QStringLiteral("one"), steps, values);
            one.variant = variant;
            one.marker = marker;
            m_plot->setLines({ one });
            m_plot->redraw();
            return Drawn { m_canvas->grab().toImage(), m_plot->legend()->chip(0)->grab().toImage(),
                m_plot->picture({ 600, 300 }), m_plot->figure(FigureStyle(), 150) };
        };
        const Drawn plain = drawn(0, 0);
        QCOMPARE(drawn(0, 0).canvas, plain.canvas);
        QVector<Drawn> others { plain };
        for (const auto& [variant, marker] :
            { std::pair(1, 0), std::pair(0, 1), std::pair(2, 0), std::pair(0, 3), std::pair(0, 7), std::pair(1, 2) })
            others << drawn(variant, marker);
        for (int i = 0; i < others.size(); ++i)
            for (int k = 0; k < i; ++k) {
                QVERIFY(others[i].canvas != others[k].canvas);
                QVERIFY(others[i].legend != others[k].legend);
                QVERIFY(others[i].picture != others[k].picture);
                QVERIFY(others[i].figure != others[k].figure);
            }
        LinePlot::Line part = line(QStringLiteral("one"), steps, values); // a part's own dash is left to it
        part.style = Qt::DotLine;
        m_plot->setLines({ part });
        m_plot->redraw();
        const QImage dotted = m_canvas->grab().toImage();
        part.variant = 3;
        m_plot->setLines({ part });
        m_plot->redraw();
        QCOMPARE(m_canvas->grab().toImage(), dotted);
    }

    void axesBeginWhereTheyShould()
    {
        m_plot->setLines({ line(QStringLiteral("share"), { 0, 1, 2 }, { 0.8, 0.82, 0.81 }) });
        QVERIFY(m_plot->valueRange().first > 0.7);
        m_plot->setValueRange(0, 1);
        QVERIFY(m_plot->valueRange().first <= 0 && m_plot->valueRange().first > -0.1);
        QVERIFY(m_plot->valueRange().second >= 1);
        LinePlot::Line right = line(QStringLiteral("other"), { 0, 1, 2 }, { 500, 600, 700 });
        right.right = true;
        m_plot->setLines({ line(QStringLiteral("share"), { 0, 1, 2 }, { 0.8, 0.82, 0.81 }), right });
        QVERIFY(m_plot->valueRange().second < 2); // the right axis has its own range
    }

    void aMillionPointsCostPixels()
    {
        QVector<double> steps, values;
        for (int i = 0; i < 1'000'000; ++i) {
            steps << i;
            values << std::sin(i * 1e-4) + (i % 7) * 0.1;
        }
        m_plot->setLines({ line(QStringLiteral("long"), steps, values) });
        m_plot->setSmoothing(0.6);
        m_plot->redraw();
        m_plot->userZoom(100'000, 900'000);
        const qsizetype reads = m_plot->redraw();
        QVERIFY2(
            reads > 0 && reads < 150'000, qPrintable(QString::number(reads))); // line and raw line, some 550 columns
        steps << 1'000'000;
        values << 7;
        m_plot->setLines({ line(QStringLiteral("long"), steps, values) });
        QCOMPARE(m_plot->range(), qMakePair(100'000.0, 900'000.0)); // stays where the user put it
        QVERIFY(m_plot->redraw() < 150'000);
    }

    /// Painted in one call, a line of many points is what the library paints.
    void denseIsPaintedLikeTheRest()
    {
        const auto picture = [](bool dense, double most) {
            QCustomPlot plot;
            plot.resize(500, 300);
            plot.setNotAntialiasedElements(QCP::aeAll);
            plot.setPlottingHints(QCP::phFastPolylines);
            auto* graph = new DenseGraph(plot.xAxis, plot.yAxis);
            graph->setAdaptiveSampling(false);
            graph->setDense(dense);
            graph->setPen(QPen(Qt::blue, 1));
            for (int i = 0; i < 3000; ++i)
                graph->addData(
                    i, i % 500 == 77 ? NAN : std::sin(i * 0.01) + 0.3 * std::sin(i * 1.7) + (i == 1234) * most);
            plot.xAxis->setRange(-20, 2500);
            plot.yAxis->setRange(-1.5, 2);
            plot.replot();
            return plot.grab().toImage();
        };
        for (const double most : { 0.0, 3.0, 1e9 }) { // the last goes far outside
            const QImage plain = picture(false, most);
            QVERIFY(plain.pixelColor(250, 150).isValid());
            QCOMPARE(picture(true, most), plain);
        }
    }

    void aHundredLinesKeepTheirSpikes()
    {
        QVector<LinePlot::Line> lines;
        for (int l = 0; l < 40; ++l) {
            QVector<double> steps, values;
            for (int i = 0; i < 10'000; ++i) {
                steps << i;
                values << 0.1 * std::sin(i * 0.3 + l);
            }
            if (l == 17)
                values[6'543] = 5; // one value of 400,000
            lines.append(line(QStringLiteral("line %1").arg(l), steps, values));
        }
        m_plot->setLines(lines);
        m_plot->follow();
        m_plot->redraw();
        const auto blue = [](const QImage& image, double from, double to) {
            int count = 0;
            for (int y = int(from * image.height()); y < int(to * image.height()); ++y)
                for (int x = 0; x < image.width(); ++x) {
                    const QColor c = image.pixelColor(x, y);
                    count += c.blue() > 180 && c.red() < 60 && c.green() < 60;
                }
            return count;
        };
        const QImage all = m_canvas->grab().toImage();
        QVERIFY2(blue(all, 0.3, 0.6) >= all.height() / 4, qPrintable(QString::number(blue(all, 0.3, 0.6))));
        QVERIFY(blue(all, 0.3, 0.6) < all.height()); // it alone
        QVERIFY(blue(all, 0.75, 1.0) > 1000); // the others below
        m_plot->userZoom(6'500, 6'600); // few points a column: lines
        m_plot->redraw();
        QVERIFY(blue(m_canvas->grab().toImage(), 0.3, 0.6) >= all.height() / 4);
        QTemporaryDir folder;
        m_plot->follow();
        QVERIFY(m_plot->saveSvg(folder.filePath("many.svg"), { 700, 400 })); // and a file has lines
        QFile file(folder.filePath("many.svg"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        QVERIFY(file.readAll().count("<polyline") >= 40);
    }

    void exports()
    {
        QTemporaryDir folder;
        QVERIFY(m_plot->savePng(folder.filePath("a.png"), { 700, 400 }));
        const QImage image(folder.filePath("a.png"));
        QCOMPARE(image.size(), QSize(700, 400));
        QVERIFY(m_plot->saveSvg(folder.filePath("a.svg"), { 700, 400 }));
        QFile svg(folder.filePath("a.svg"));
        QVERIFY(svg.open(QIODevice::ReadOnly));
        const QByteArray text = svg.readAll();
        QVERIFY(text.contains("Reward") && text.contains("down")); // title and legend are in the file
        QVERIFY(QSvgRenderer(text).isValid());
        QVERIFY(!m_plot->savePng(folder.filePath("no/such/folder.png"), { 70, 40 }));
        m_plot->userZoom(10, 11);
        QCOMPARE(m_plot->visibleCsv().count('\n'), 5); // a head, two lines at two steps
    }

private:
    std::unique_ptr<LinePlot> m_plot;
    QWidget* m_canvas = nullptr;
    QRect m_area;
};

QTEST_MAIN(TestLinePlot)
#include "tst_lineplot.moc"
