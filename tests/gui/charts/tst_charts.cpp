// The page of charts under mouse and keyboard, off-screen.

#include "chart_runs.h"

#include "core/store/workspace.h"
#include "widgets/panels/chartchooser.h"
#include "widgets/panels/chartsbar.h"
#include "widgets/panels/chartspanel.h"
#include "widgets/panels/charttable.h"
#include "widgets/plots/legendchips.h"
#include "widgets/plots/lineplot.h"
#include "widgets/plots/seriescolors.h"

#include <QAbstractButton>
#include <QAbstractItemModelTester>
#include <QClipboard>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QMenu>
#include <QScrollArea>
#include <QScrollBar>
#include <QSet>
#include <QTableView>
#include <QtTest>

using namespace aha;

class TestCharts : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        fixture::makeChartRun(path("a"), 0);
        fixture::makeChartRun(path("b"), 1);
        fixture::makeChartRun(path("c"), 2);
        fixture::makeChartRun(path("other"), 0, "rloo");
    }

    void init()
    {
        m_workspace = orThrow(Workspace::open(m_folder.filePath("workspace.db").toStdString()));
        m_panel = std::make_unique<ChartsPanel>();
        m_panel->resize(970, 690);
        m_panel->show();
        m_panel->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(m_panel.get()));
        open({ "a" });
        QTRY_VERIFY(reward() && !reward()->isEmpty());
        reward()->setFocus();
    }
    void cleanup()
    {
        m_panel.reset();
        QFile::remove(m_folder.filePath("workspace.db"));
    }

    void twoCursorsAndTheirTable()
    {
        auto* table = m_panel->findChild<QTableView*>("cursorValues");
        const QAbstractItemModelTester tester(table->model());
        QVERIFY(!table->isVisible());
        reward()->setFocus();
        reward()->setCursor(4);
        Q_EMIT reward()->cursorMoved(4);
        QTest::keyClick(reward(), Qt::Key_P); // pins, and the table comes
        QTRY_VERIFY(table->isVisible());
        for (int i = 0; i < 6; ++i)
            QTest::keyClick(reward(), Qt::Key_Right);
        LinePlot* length = m_panel->chart("Response length");
        QCOMPARE(length->cursor(), 10.0); // linked
        QTRY_COMPARE(valueOf("Reward", "total", 3), QString("0.5"));
        QCOMPARE(valueOf("Reward", "total", 5), QString("0.2"));
        QCOMPARE(valueOf("Reward", "total", 6), QString("+0.3"));
        QCOMPARE(valueOf("Reward", "total", 7), QString("+150 %"));
        QCOMPARE(
            m_panel->findChild<QLabel*>("cursorPlace")->text(), QString::fromUtf8("At step 10 · pinned at step 4"));
        QCOMPARE(reward()->reading(), QString::fromUtf8("step 10 · Δ 6"));
        table->setFocus();
        QTest::keySequence(table, QKeySequence::Copy);
        QVERIFY(QGuiApplication::clipboard()->text().contains("total\t10\t0.5"));
        QTest::keyClick(reward(), Qt::Key_Escape);
        QTRY_VERIFY(m_panel->findChild<QLabel*>("cursorPlace")->text().contains("P or Shift"));
        QTest::keyClick(reward(), Qt::Key_Right, Qt::ShiftModifier);
        QCOMPARE(length->cursor(), 20.0);
        QTest::keyClick(reward(), Qt::Key_Right, Qt::ShiftModifier);
        QCOMPARE(length->cursor(), 20.0); // no further than the last step
        m_panel->findChild<QAbstractButton*>("closeValues")->click();
        QVERIFY(!table->isVisible());
        QWidget* canvas = canvasOf(reward());
        QSignalSpy picked(m_panel.get(), &ChartsPanel::stepPicked);
        QTest::mouseClick(canvas, Qt::LeftButton, Qt::ShiftModifier, canvas->rect().center());
        QTRY_VERIFY(table->isVisible());
        QCOMPARE(picked.count(), 0); // Shift and click pins, and does not lead away
    }

    /// Other runs: no step of the ones before, and their first charts.
    void otherRunsStartAnew()
    {
        auto* page = m_panel->findChild<QScrollArea*>();
        Q_EMIT reward()->cursorMoved(4);
        QTest::keyClick(reward(), Qt::Key_P);
        QCOMPARE(reward()->readings()[0].step, 4);
        open({ "a" }); // the same once more keeps it
        QCOMPARE(reward()->readings()[0].step, 4);
        QTRY_VERIFY(page->verticalScrollBar()->maximum() > 100);
        page->verticalScrollBar()->setValue(page->verticalScrollBar()->maximum());
        open({ "other" });
        QTRY_VERIFY(!reward()->isEmpty() && !m_panel->series()->busy());
        QTRY_COMPARE(page->verticalScrollBar()->value(), 0);
        QVERIFY(!std::isfinite(reward()->cursor()));
        QVERIFY(!std::isfinite(reward()->readings()[0].pinned));
        QCOMPARE(reward()->readings()[0].step, 20);
    }

    /// The chart of rewards has every part that pays, whatever it is called, and none that is only measured. What was
    /// changed on the way says both values.
    void everyPartThatPays()
    {
        RunConfig config;
        config.rewards.reflection = 1;
        QDir().mkpath(path("reflecting"));
        const auto writer = orThrow(RunWriter::create(path("reflecting").toStdString(),
            path("reflecting").toStdString(), "reflecting", "grpo", toJsonText(config)));
        for (int64_t step = 1; step <= 3; ++step) {
            StepRow row;
            row.step = step;
            row.metrics = { { "reward", 9.9 }, { "rewards/accuracy/mean", 0.1 }, { "rewards/reflection/mean", 9.8 },
                { "rewards/overlong/mean", 0.5 } };
            orThrow(writer->commitStep(row));
        }
        orThrow(writer->addMarker(
            { 0, 2, "set", "rollout.temperature=1.6", R"({"change":"rollout.temperature: 1 -> 1.6"})", 0 }));
        orThrow(writer->addMarker({ 0, 3, "set", "rollout.top_p=0.9", "{}", 0 })); // of an older program
        open({ "reflecting" });
        const auto names = [this] {
            QStringList all;
            for (const LinePlot::Reading& reading : reward()->readings())
                all << reading.line;
            return all;
        };
        QTRY_COMPARE(names(), QStringList({ "total", "accuracy", "reflection" }));
        reward()->setCursor(2);
        QTRY_COMPARE(reward()->reading(), QString::fromUtf8("after step 2 · rollout.temperature 1 → 1.6"));
        reward()->setCursor(3);
        QCOMPARE(reward()->reading(), QString::fromUtf8("after step 3 · rollout.top_p 1 → 0.9"));
        QSignalSpy change(m_panel.get(), &ChartsPanel::changePicked);
        reward()->setCursor(2);
        QTest::keyClick(reward(), Qt::Key_C);
        QCOMPARE(change.value(0), QVariantList({ path("reflecting"), qint64(2) }));
    }

    void theXAxisMeasuresOtherThings()
    {
        auto* box = m_panel->findChild<QComboBox*>("xAxis");
        box->setCurrentIndex(box->findData("num_tokens"));
        QTRY_VERIFY(reward()->range().second > 1999);
        QCOMPARE(reward()->placeText(500), QString("500 tokens"));
        reward()->setCursor(500);
        QCOMPARE(reward()->readings()[0].step, 5);
        QCOMPARE(reward()->readings()[0].value, 0.25);
        QSignalSpy picked(m_panel.get(), &ChartsPanel::stepPicked);
        reward()->pick(1010, 0.5);
        QCOMPARE(picked.value(0).value(1).toLongLong(), 10); // a step, whatever the axis
        QVERIFY(reward()->visibleCsv().startsWith("line,step,x,value\n\"total\",1,100,0.05"));
        m_panel->markStep(path("a"), 7);
        QCOMPARE(reward()->cursor(), 700.0);
        box->setCurrentIndex(box->findData("hours"));
        QTRY_COMPARE(reward()->placeText(2.5), QString("2.5 h"));
        m_panel->record();
        box->setCurrentIndex(box->findData("kl")); // falls and rises: dots, no line through time
        QTRY_VERIFY(reward()->range().second < 0.12 && reward()->range().second > 0.09);
        reward()->pick(0.0, 0.5);
        QCOMPARE(picked.value(1).value(1).toLongLong(), 10);
        QSignalSpy evaluations(m_panel.get(), &ChartsPanel::evaluationPicked);
        QCOMPARE(evaluations.count(), 0);
        m_panel->record();
        QTest::keySequence(m_panel.get(), QKeySequence::Undo);
        QTRY_COMPARE(box->currentData().toString(), QString("hours"));
    }

    void logarithmsAndOutliers()
    {
        m_panel->setView(with(QStringList { "metric:spike", "std:Reward" }));
        LinePlot* spike = m_panel->chart("spike");
        QTRY_VERIFY(!spike->isEmpty());
        QVERIFY(spike->valueRange().second > 900);
        spike->setFocus(); // keys belong to the chart that has it
        QTest::keyClick(spike, Qt::Key_O);
        QVERIFY(spike->valueRange().second < 2);
        QCOMPARE(spike->outside(), 1);
        auto* outside = spike->findChild<QAbstractButton*>("outside.spike");
        QCOMPARE(outside->text(), QString("1 point outside"));
        QVERIFY(outside->isVisible());
        QTest::mouseClick(outside, Qt::LeftButton);
        QVERIFY(spike->valueRange().second > 900 && !outside->isVisible());
        QTest::keyClick(spike, Qt::Key_L);
        QVERIFY(spike->logarithmicY() && spike->valueRange().first > 0.5);
        m_panel->record();
        QVERIFY(m_panel->view().options["metric:spike"].logY);
        LinePlot* kl = m_panel->chart("KL to the start");
        QTRY_VERIFY(!kl->isEmpty());
        kl->setLogarithmic(true, true);
        QVERIFY(kl->valueRange().first > 0 && kl->valueRange().first < 0.011); // one value is 0: it has no place
        QCOMPARE(kl->outside(), 1);
        QVERIFY(kl->range().first > 0.5 && kl->range().second > 20);
        kl->redraw();
    }

    void sectionsByPrefix()
    {
        auto* rewards = m_panel->findChild<QAbstractButton*>("section.rewards");
        QVERIFY(rewards && rewards->text().contains("(2)"));
        QVERIFY(!m_panel->findChild<LinePlot*>("chart.rewards/format/mean")); // made when it is looked at
        rewards->setFocus();
        QTest::keyClick(rewards, Qt::Key_Space);
        QTRY_VERIFY(m_panel->view().open.contains("rewards"));
        LinePlot* format = m_panel->chart("rewards/format/mean");
        QTRY_VERIFY(!format->isEmpty());
        QCOMPARE(format->readings()[0].value, 0.5);
        m_panel->record();
        QTest::keySequence(m_panel.get(), QKeySequence::Undo);
        QVERIFY(!m_panel->view().open.contains("rewards"));
    }

    void addedMovedRemovedAndTakenBack()
    {
        m_panel->findChild<QAbstractButton*>("addChart")->click();
        auto* filter = m_panel->findChild<QLineEdit*>("chartFilter");
        QVERIFY(filter->isVisible() && filter->hasFocus());
        const QAbstractItemModelTester tester(m_panel->findChild<QListView*>("chartChoices")->model());
        QTest::keyClicks(filter, "spi");
        QTest::keyClick(filter, Qt::Key_Return);
        QCOMPARE(m_panel->view().charts.first(), QString("metric:spike"));
        auto* expression = m_panel->findChild<QLineEdit*>("chartExpression");
        QTest::keyClicks(expression, "reward - ");
        QTest::keyClick(expression, Qt::Key_Return);
        auto* answer = m_panel->findChild<QLabel*>("expressionAnswer");
        QVERIFY(answer->isVisible() && !answer->text().isEmpty());
        QTest::keyClicks(expression, "[rewards/format/mean]");
        QTest::keyClick(expression, Qt::Key_Return);
        QVERIFY(!answer->isVisible());
        QCOMPARE(m_panel->view().charts.first(), QString("expr:reward - [rewards/format/mean]"));
        LinePlot* difference = m_panel->chart("reward - [rewards/format/mean]");
        QTRY_VERIFY(!difference->isEmpty());
        difference->setCursor(20);
        QCOMPARE(difference->readings()[0].value, 0.5);
        QTest::keyClick(difference, Qt::Key_Right, Qt::AltModifier);
        QCOMPARE(
            m_panel->view().charts.mid(0, 2), QStringList({ "metric:spike", "expr:reward - [rewards/format/mean]" }));
        QTRY_VERIFY(difference->isVisible() && m_panel->chart("spike")->isVisible());
        // The title is the handle: dragged onto another chart, it takes that one's place.
        auto* title = difference->findChild<QWidget*>("title.reward - [rewards/format/mean]");
        const LinePlot* spike = m_panel->chart("spike");
        QTRY_VERIFY(spike->mapTo(m_panel.get(), QPoint()).x() < difference->mapTo(m_panel.get(), QPoint()).x());
        QSignalSpy dropped(difference, &LinePlot::dropped);
        QTest::mousePress(title, Qt::LeftButton, {}, title->rect().center());
        QTest::mouseRelease(
            title, Qt::LeftButton, {}, title->mapFromGlobal(spike->mapToGlobal(spike->rect().center())));
        QCOMPARE(dropped.count(), 1);
        QCOMPARE(m_panel->view().charts.mid(0, 3),
            QStringList({ "expr:reward - [rewards/format/mean]", "metric:spike", "std:Token loss" }));
        m_panel->record();
        QTest::keyClick(difference, Qt::Key_Delete);
        QCOMPARE(m_panel->view().charts.first(), QString("metric:spike"));
        QTRY_VERIFY(!difference->isVisible());
        QVERIFY(m_panel->findChild<QLabel*>("chartsNote")->text().contains("Ctrl+Z"));
        QTest::keySequence(m_panel.get(), QKeySequence::Undo);
        QCOMPARE(m_panel->view().charts.first(), QString("expr:reward - [rewards/format/mean]"));
        QTRY_VERIFY(difference->isVisible());
        QTest::keySequence(m_panel.get(), QKeySequence::Redo);
        QCOMPARE(m_panel->view().charts.first(), QString("metric:spike"));
    }

    void zoomIsTakenBack()
    {
        LinePlot* length = m_panel->chart("Response length");
        QTRY_VERIFY(!length->isEmpty());
        const auto all = reward()->range();
        reward()->userZoom(3, 7);
        QCOMPARE(length->range(), qMakePair(3.0, 7.0));
        reward()->userZoom(4, 6); // a turn of the wheel: one step of undo
        QTRY_COMPARE(m_panel->undoStack()->count(), 1);
        QTest::keySequence(m_panel.get(), QKeySequence::Undo);
        QCOMPARE(reward()->range(), all);
        QVERIFY(reward()->following() && length->following());
        QTest::keySequence(m_panel.get(), QKeySequence::Redo);
        QCOMPARE(length->range(), qMakePair(4.0, 6.0));
    }

    void oneLineForAllSeeds()
    {
        open({ "a", "b", "c", "other" });
        QTRY_COMPARE(reward()->legend()->count() > 3, true);
        ChartLayout view = m_panel->view();
        view.seeds = "error";
        m_panel->setView(view);
        QTRY_VERIFY(reward()->legend()->chip(0)->look().label.contains("(n = 3)"));
        QVERIFY(reward()->legend()->chip(0)->look().hint.contains("standard error"));
        reward()->setCursor(10);
        QVERIFY(std::abs(reward()->readings()[0].value - 0.6) < 1e-9);
        QVERIFY(reward()->visibleCsv().contains("(low)"));
        QVERIFY(!reward()->legend()->chip(1)->look().label.contains("n ="));
        view.seeds = "range";
        m_panel->setView(view);
        QTRY_VERIFY(reward()->legend()->chip(0)->look().hint.contains("lowest to highest"));
    }

    void everyRunCanBeTold() // also from the eighth on, where the colours begin anew, and without colours
    {
        OpenRuns runs;
        for (int i = 0; i < 2 * kSeriesColors + 2; ++i) {
            const QString name = QString("many%1").arg(i);
            fixture::makeChartRun(path(name), 20 + i, "grpo", 3);
            runs.push_back({ std::make_shared<RunFeed>(path(name)), seriesColor(i, false), name });
        }
        m_panel->setRuns(runs);
        const auto looks = [&](bool colours) {
            QSet<QString> seen;
            const LegendChips* legend = reward()->legend();
            for (int i = 0; i < int(runs.size()); ++i) { // the first lines are the runs', then their other parts
                const LegendChip::Look& look = legend->chip(i)->look();
                seen << QString("%1 %2 %3")
                            .arg(colours ? look.color.name() : QString())
                            .arg(look.variant)
                            .arg(look.marker);
            }
            return seen.size();
        };
        const auto look = [&](int run) { // none while the lines are made anew
            const LegendChips* legend = reward()->legend();
            return run < legend->count() ? legend->chip(run)->look() : LegendChip::Look();
        };
        // The runs come one by one, each with its parts: all are there when as many look different.
        QTRY_VERIFY(reward()->legend()->count() >= int(runs.size()) && looks(true) == qsizetype(runs.size()));
        QTRY_COMPARE(look(6).variant + look(6).marker, 0); // not those that were open before
        QCOMPARE(look(7).color, look(0).color);
        QVERIFY(look(7).variant == 1 && look(7).marker == 1);
        QVERIFY(look(14).variant == 2 && look(14).marker == 2);
        QCOMPARE(looks(true), qsizetype(runs.size()));

        auto* menu = m_panel->findChild<ChartsBar*>()->viewMenu();
        const auto markers = [&] {
            Q_EMIT menu->aboutToShow();
            return menu->findChild<QAction*>("markersOnLines");
        };
        QVERIFY(!markers()->isChecked());
        markers()->trigger();
        QTRY_VERIFY(look(0).marker > 0);
        QVERIFY(markers()->isChecked() && m_panel->view().markers);
        QCOMPARE(looks(true), qsizetype(runs.size()));
        for (int i = 0; i < kSeriesColors; ++i)
            QVERIFY(look(i).marker > 0 && (i == 0 || look(i).marker != look(i - 1).marker)); // without colour
        m_panel->record();
        m_panel->undoStack()->undo();
        QTRY_COMPARE(look(0).marker, 0);
        open({ "a" });
        QTRY_VERIFY(reward()->legend()->count() > 0 && look(0).marker == 0);
        m_panel->undoStack()->redo();
        QTRY_VERIFY(reward()->legend()->chip(0)->look().marker > 0); // of one run, its parts
        QVERIFY(reward()->legend()->count() > 1);
        QVERIFY(reward()->legend()->chip(1)->look().marker != reward()->legend()->chip(0)->look().marker);
        QCOMPARE(ChartLayout::fromJson(m_panel->view().toJson()).markers, true);
    }

    void aPartThatPaysNothingIsNoPartOfTheReward()
    {
        const auto make = [&](const QString& name, double weight) {
            QDir().mkpath(path(name));
            RunConfig config;
            config.rewards.language = weight;
            auto writer = orThrow(RunWriter::create(
                path(name).toStdString(), name.toStdString(), name.toStdString(), "grpo", toJsonText(config)));
            for (int64_t step = 1; step <= 3; ++step)
                orThrow(writer->commitStep({ step, 1,
                    { { "reward", 0.5 }, { "rewards/accuracy/mean", 0.4 }, { "rewards/language/mean", 0.9 } }, {} }));
        };
        make("unpaid", 0);
        make("paid", 0.2);
        const auto names = [&] {
            QStringList all;
            for (int i = 0; i < reward()->legend()->count(); ++i)
                all << reward()->legend()->chip(i)->look().label;
            return all;
        };
        open({ "unpaid" });
        QTRY_COMPARE(names(), QStringList({ "total", "accuracy" }));
        open({ "paid" });
        QTRY_COMPARE(names(), QStringList({ "total", "accuracy", "language" }));
    }

    void aNarrowPageCutsNothing()
    {
        m_panel->resize(700, 690); // beside the runs in a window of 1024
        QCoreApplication::processEvents();
        QCOMPARE(m_panel->width(), 700); // nothing asks for more
        const auto* bar = m_panel->findChild<ChartsBar*>();
        const auto parts = bar->findChildren<QWidget*>(QString(), Qt::FindDirectChildrenOnly);
        for (const QWidget* part : parts)
            if (part->isVisible()) {
                QVERIFY2(bar->rect().contains(part->geometry()), qPrintable(part->objectName()));
                if (qobject_cast<const QAbstractButton*>(part))
                    QVERIFY2(part->width() >= part->sizeHint().width(), qPrintable(part->objectName()));
                for (const QWidget* other : parts)
                    QVERIFY2(part == other || !other->isVisible() || !part->geometry().intersects(other->geometry()),
                        qPrintable(part->objectName() + " over " + other->objectName()));
            }
        m_panel->findChild<QAbstractButton*>("showValues")->click();
        auto* table = m_panel->findChild<QTableView*>("cursorValues");
        QTRY_VERIFY(table->model()->rowCount() > 3);
        const auto whole = [&] {
            int width = 0;
            for (int column = 0; column < table->model()->columnCount(); ++column)
                width += table->isColumnHidden(column) ? 0 : table->columnWidth(column);
            const int name = table->fontMetrics().horizontalAdvance("held-out pass@1") + 30;
            return width <= table->viewport()->width() && table->columnWidth(1) >= name;
        };
        QVERIFY(table->isColumnHidden(5)); // nothing is pinned
        QVERIFY(whole());
        reward()->setCursor(4);
        Q_EMIT reward()->cursorMoved(4);
        QTest::keyClick(reward(), Qt::Key_P);
        QTRY_VERIFY(!table->isColumnHidden(5) && !table->isColumnHidden(7));
    }

    void mapsOfCompletions()
    {
        m_panel->setView(with(QStringList { "heat:tokens", "heat:advantage" }));
        LinePlot* lengths = m_panel->chart("Lengths");
        QTRY_VERIFY(!lengths->isEmpty());
        lengths->setCursor(5);
        QCOMPARE(lengths->readings()[0].value, 16.5);
        QVERIFY(lengths->valueRange().first < 10.6 && lengths->valueRange().second > 33);
        QVERIFY(lengths->legend()->chip(0)->look().hint.contains("160 completions"));
        lengths->setLogarithmic(true, true); // a map has linear axes
        QVERIFY(!lengths->logarithmicX() && !lengths->logarithmicY());
        QVERIFY(lengths->range().first <= 0.5 && lengths->range().second >= 20.5);
        const QImage picture = lengths->picture(QSize(600, 400)); // more than the background is there
        int coloured = 0;
        for (int x = 100; x < 580; x += 4)
            for (int y = 80; y < 340; y += 4)
                coloured += picture.pixelColor(x, y).saturation() > 60;
        QVERIFY2(coloured > 300, qPrintable(QString::number(coloured)));
    }

    void layoutsAndTheLastViewComeBack()
    {
        m_panel->setWorkspace(m_workspace.get());
        m_panel->setView(with(QStringList { "metric:kl" }));
        auto* menu = m_panel->findChild<ChartsBar*>()->viewMenu();
        const auto trigger = [&](const QString& text) {
            Q_EMIT menu->aboutToShow();
            for (QAction* action : menu->actions())
                if (action->text() == text)
                    return action->trigger(), true;
            return false;
        };
        QVERIFY(trigger(QString::fromUtf8("Save this layout…")));
        auto* name = m_panel->findChild<QLineEdit*>("layoutName");
        QTest::keyClick(name, Qt::Key_Return);
        QVERIFY(m_panel->findChild<QLabel*>("chartsNote")->text().contains("name"));
        QTest::keyClicks(name, "only kl");
        QTest::keyClick(name, Qt::Key_Return);
        QVERIFY(!name->isVisible());
        QVERIFY(trigger("Standard"));
        QVERIFY(m_panel->view().charts.contains("std:Reward"));
        QVERIFY(trigger("only kl"));
        QCOMPARE(m_panel->view().charts, QStringList("metric:kl"));
        ChartsPanel again;
        again.setWorkspace(m_workspace.get());
        QCOMPARE(again.view().charts, QStringList("metric:kl"));
    }

    void filesAndClipboard()
    {
        m_panel->setView(with(QStringList { "std:Reward", "metric:rewards/format/mean", "heat:tokens" }));
        QTemporaryDir out;
        for (const QString ending : { "png", "svg", "pdf", "csv" }) {
            QVERIFY(m_panel->exportCharts(out.path(), ending)); // at once, though nothing had been drawn
            for (const QString name : { "reward", "rewards-format-mean", "lengths" }) {
                QFile file(out.filePath(name + QLatin1Char('.') + ending));
                QVERIFY2(file.open(QIODevice::ReadOnly) && file.size() > 100, qPrintable(file.fileName()));
                if (ending == QLatin1String("pdf"))
                    QVERIFY(file.read(5) == "%PDF-");
            }
        }
        QVERIFY(!m_panel->exportCharts(out.filePath("missing/folder"), "pdf"));
        QCOMPARE(m_panel->pictureOfAll().size(), QSize(1800, 840));
        QMenu menu;
        reward()->fillMenu(&menu);
        for (QAction* action : menu.actions())
            if (action->text().startsWith("Copy"))
                action->trigger();
        QVERIFY(QGuiApplication::clipboard()->text().startsWith("line,step,value"));
    }

    void everythingFits()
    {
        for (const int width : { 970, 1280 }) {
            m_panel->resize(width, 690);
            QCoreApplication::processEvents();
            QCOMPARE(m_panel->width(), width); // nothing asks for more
            const auto* bar = m_panel->findChild<ChartsBar*>();
            for (const QWidget* part : bar->findChildren<QWidget*>(QString(), Qt::FindDirectChildrenOnly))
                if (part->isVisible()) {
                    QVERIFY2(bar->rect().contains(part->geometry()), qPrintable(part->objectName()));
                    if (!qobject_cast<const QComboBox*>(part))
                        QVERIFY2(part->width() >= part->sizeHint().width() || part->objectName() == "smoothing",
                            qPrintable(part->objectName()));
                }
        }
        m_panel->resize(970, 690);
        m_panel->findChild<QAbstractButton*>("chartsHelp")->click();
        QCoreApplication::processEvents();
        const auto* help = m_panel->findChild<QLabel*>("chartsHelpText");
        QVERIFY(help->isVisible() && help->height() >= help->heightForWidth(help->width()));
    }

private:
    QString path(const QString& name) const { return m_folder.filePath(name); }
    LinePlot* reward() { return m_panel->chart("Reward"); }
    static QWidget* canvasOf(LinePlot* plot)
    {
        for (QWidget* child : plot->findChildren<QWidget*>(QString(), Qt::FindDirectChildrenOnly))
            if (QByteArray(child->metaObject()->className()) == "QCustomPlot")
                return child;
        return nullptr;
    }
    static ChartLayout with(const QStringList& charts)
    {
        ChartLayout layout = ChartLayout::standard();
        layout.charts = charts;
        return layout;
    }
    QString valueOf(const QString& chart, const QString& line, int column) const
    {
        const QAbstractItemModel* model = m_panel->findChild<QTableView*>("cursorValues")->model();
        QString now;
        for (int row = 0; row < model->rowCount(); ++row) {
            if (const QString name = model->index(row, 0).data().toString(); !name.isEmpty())
                now = name;
            if (now == chart && model->index(row, 1).data().toString() == line)
                return model->index(row, column).data().toString();
        }
        return {};
    }
    void open(const QStringList& names)
    {
        OpenRuns runs;
        const QColor colors[] { Qt::blue, Qt::red, Qt::darkGreen, Qt::magenta };
        for (const QString& name : names)
            runs.push_back({ std::make_shared<RunFeed>(path(name)), colors[runs.size()], name });
        m_panel->setRuns(runs);
    }

    QTemporaryDir m_folder;
    std::unique_ptr<Workspace> m_workspace;
    std::unique_ptr<ChartsPanel> m_panel;
};

QTEST_MAIN(TestCharts)
#include "tst_charts.moc"
