// Rewards as rows, a sample that the engine scores, choosers beside paths and what they say. The engine is this
// program.

#include "core/config/weight_schedule.h"
#include "core/store/run_writer.h"
#include "widgets/models/pathfacts.h"
#include "widgets/models/recentmodels.h"
#include "widgets/models/visibletext.h"
#include "widgets/panels/configurepanel.h"
#include "widgets/panels/elidededit.h"
#include "widgets/panels/rewardcomposer.h"
#include "widgets/panels/runschedules.h"
#include "widgets/plots/seriescolors.h"

#include <nlohmann/json.hpp>

#include <QApplication>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QMenu>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QToolButton>
#include <QtTest>

#include <cstdio>
#include <cstring>
#include <iostream>
#include <iterator>

using namespace aha;

namespace {

/// "tasks NAME …": a problem, and what it was asked. "reward …": says what it was asked, as an explanation.
int fakeEngine(int argc, char** argv)
{
    std::string arguments;
    for (int i = 1; i < argc; ++i)
        arguments += std::string(argv[i]) + " ";
    if (std::strcmp(argv[1], "tasks") == 0) {
        const nlohmann::ordered_json item { { "prompt", "Reach 9." }, { "numbers", { 4, 5 } }, { "target", 9 },
            { "asked", arguments } };
        std::printf("%s\n", item.dump().c_str());
        return 0;
    }
    const auto line = nlohmann::ordered_json::parse(std::string(std::istreambuf_iterator<char>(std::cin), {}));
    if (line["completion"] == "refuse") {
        std::fprintf(stderr, "%s\n", "{\"error\": \"x\", \"message\": \"The task has no rule.\", \"hint\": \"Look.\"}");
        return 1;
    }
    const nlohmann::ordered_json answer { { "reward", 0.35 }, { "verdict", "wrong" },
        { "explanation", arguments + line.dump() },
        { "terms",
            { { "accuracy", { { "value", 0 }, { "weight", 1 }, { "adds", 0 } } },
                { "tags", { { "value", 0.7 }, { "weight", 0.5 }, { "adds", 0.35 } } },
                { "cosine", { { "value", 0.7 }, { "weight", 0 }, { "adds", 0 } } } } },
        { "needs", { "The right answer. 4 + 4 is 8." } } };
    std::printf("%s\n", answer.dump().c_str());
    return 0;
}

} // namespace

class TestConfigureRewards : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { qputenv("AHASCOPE_ROOT", AHASCOPE_TEST_SOURCE_DIR); }

    void partsAreRows()
    {
        ConfigurePanel panel(QCoreApplication::applicationFilePath());
        panel.resize(970, 690);
        panel.show();
        QVERIFY(QTest::qWaitForWindowExposed(&panel));
        panel.findChild<QToolButton*>("sideRewards")->click();
        auto* composer = panel.findChild<RewardComposer*>();
        QCOMPARE(composer->parts(), QStringList({ "accuracy", "format" }));
        auto* menu = panel.findChild<QPushButton*>("addPart")->menu();
        Q_EMIT menu->aboutToShow();
        QVERIFY(!menu->findChild<QAction*>("add.accuracy")); // has a row already
        menu->findChild<QAction*>("add.cosine")->trigger();
        QCOMPARE(panel.config().rewards.cosine, 1.0);
        QCOMPARE(composer->parts(), QStringList({ "accuracy", "format", "cosine" }));
        auto* weight = panel.findChild<QLineEdit*>("weight.cosine");
        weight->setFocus();
        weight->selectAll();
        QTest::keyClicks(weight, "0.25"); // by way of 0
        QCOMPARE(panel.config().rewards.cosine, 0.25);
        QCOMPARE(static_cast<QLineEdit*>(panel.editor("rewards.cosine"))->text(), QString("0.25")); // the form, too
        panel.findChild<QToolButton*>("remove.cosine")->click();
        QCOMPARE(panel.config().rewards.cosine, 0.0);
        QCOMPARE(composer->parts(), QStringList({ "accuracy", "format" }));
        auto* aggregation = panel.findChild<QComboBox*>("composerAggregation");
        aggregation->setCurrentIndex(1);
        Q_EMIT aggregation->activated(1);
        QCOMPARE(panel.config().algorithm.aggregation, std::string("normalize_then_sum"));
    }

    void weightsMoveWithTheSteps()
    {
        ConfigurePanel panel(QCoreApplication::applicationFilePath());
        panel.show();
        QVERIFY(QTest::qWaitForWindowExposed(&panel));
        panel.findChild<QToolButton*>("sideRewards")->click();
        auto* schedule = panel.findChild<QLineEdit*>("schedule.format");
        schedule->setFocus();
        QTest::keyClicks(schedule, "1@50 0.1@");
        QVERIFY(panel.findChild<QLabel*>("composerSays")->isVisible()); // not a schedule yet
        QCOMPARE(schedule->text(), QString("1@50 0.1@"));
        QTest::keyClicks(schedule, "100");
        QCOMPARE(panel.config().rewards.weightSchedule, std::string("format: 1@50 0.1@100"));
        QVERIFY(!panel.findChild<QLabel*>("composerSays")->isVisible());
        QVERIFY(!panel.findChild<QLineEdit*>("weight.format")->isEnabled());
        auto* accuracy = panel.findChild<QLineEdit*>("schedule.accuracy");
        accuracy->setFocus();
        QTest::keyClicks(accuracy, "0@1 1@9");
        QCOMPARE(panel.config().rewards.weightSchedule, std::string("accuracy: 0@1 1@9; format: 1@50 0.1@100"));
        panel.findChild<QToolButton*>("remove.format")->click();
        QCOMPARE(panel.config().rewards.weightSchedule, std::string("accuracy: 0@1 1@9"));
        RunConfig config;
        config.rewards.weightSchedule = "tags: 1@2 0.5@8";
        panel.setConfig(config);
        QCOMPARE(panel.findChild<QLineEdit*>("schedule.tags")->text(), QString("1@2 0.5@8"));
    }

    /// Weights over the steps as a picture, live, and in words.
    void schedulesAreDrawn()
    {
        ConfigurePanel panel(QCoreApplication::applicationFilePath());
        panel.resize(1280, 800);
        panel.show();
        QVERIFY(QTest::qWaitForWindowExposed(&panel));
        panel.findChild<QToolButton*>("sideRewards")->click();
        auto* plot = panel.findChild<SchedulePlot*>("weightSchedules");
        QVERIFY(plot && !plot->isVisible()); // nothing moves
        auto* format = panel.findChild<QLineEdit*>("schedule.format");
        format->setFocus();
        QTest::keyClicks(format, "1@");
        QVERIFY(!plot->isVisible()); // not a schedule yet
        QTest::keyClicks(format, "50 0.5@");
        QVERIFY(panel.findChild<QLabel*>("composerSays")->isVisible()); // half typed: the one before it stays
        QCOMPARE(plot->accessibleDescription(), QString("format: 1 at every step."));
        QTest::keyClicks(format, "150");
        QVERIFY(plot->isVisible());
        QCOMPARE(plot->lines().size(), 1);
        QCOMPARE(plot->accessibleDescription(), QString("format: 1 until step 50, then linearly to 0.5 at step 150."));
        QCOMPARE(plot->reading(0), QString::fromUtf8("1 → 0.5"));
        const QPointF before = plot->positionOf(0, 20), knot = plot->positionOf(0, 50), end = plot->positionOf(0, 150);
        QCOMPARE(before.y(), knot.y());
        QVERIFY(end.y() > knot.y() + 10 && end.x() > knot.x() && knot.x() > before.x());
        QTest::keyClick(format, Qt::Key_Backspace); // "15": before the point before it
        QVERIFY(panel.findChild<QLabel*>("composerSays")->isVisible());
        QCOMPARE(plot->lines().size(), 1); // the picture waits
        QTest::keyClicks(format, "0 2@300"); // beyond the run's 150 steps
        QVERIFY2(plot->accessibleDescription().endsWith("then linearly to 2 at step 300. The run ends before that: at "
                                                        "step 150 it is 0.5."),
            qPrintable(plot->accessibleDescription()));
        auto* accuracy = panel.findChild<QLineEdit*>("schedule.accuracy");
        accuracy->setFocus();
        QTest::keyClicks(accuracy, "0@0 -1@100");
        QCOMPARE(plot->lines().size(), 2);
        QVERIFY2(plot->accessibleDescription().startsWith(
                     QString::fromUtf8("accuracy: 0 at step 0, then linearly to −1 at step 100, which stays.")),
            qPrintable(plot->accessibleDescription()));
        QVERIFY(plot->accessibleName().contains("accuracy, format"));

        // The cursor: by keys to the knots and step by step, by the pointer, and away.
        plot->setFocus();
        QTest::keyClick(plot, Qt::Key_Up); // accuracy's first point
        QCOMPARE(plot->cursor(), qint64(0));
        QTest::keyClick(plot, Qt::Key_Up);
        QCOMPARE(plot->cursor(), qint64(50));
        QCOMPARE(plot->reading(0), QString::fromUtf8("−0.5"));
        QCOMPARE(plot->reading(1), QString("1"));
        QTest::keyClick(plot, Qt::Key_Right);
        QCOMPARE(plot->reading(1), QString("0.995"));
        QVERIFY2(plot->accessibleDescription().startsWith(QString::fromUtf8("step 51: accuracy −0.51. format 0.995.")),
            qPrintable(plot->accessibleDescription()));
        QTest::keyClick(plot, Qt::Key_Down);
        QCOMPARE(plot->cursor(), qint64(50));
        QTest::keyClick(plot, Qt::Key_End);
        QCOMPARE(plot->cursor(), qint64(150));
        QTest::keyClick(plot, Qt::Key_Left, Qt::ShiftModifier);
        QCOMPARE(plot->cursor(), qint64(143)); // a twentieth
        QTest::keyClick(plot, Qt::Key_Escape);
        QCOMPARE(plot->cursor(), qint64(-1));
        const QPointF at = plot->positionOf(0, 100);
        QMouseEvent move(QEvent::MouseMove, at, plot->mapToGlobal(at), Qt::NoButton, Qt::NoButton, {});
        QCoreApplication::sendEvent(plot, &move);
        QCOMPARE(plot->cursor(), qint64(100));
        // Fewer steps: the same rule over another run. Another kind has no rewards.
        panel.setField("general.max_steps", "80");
        QVERIFY2(plot->accessibleDescription().contains("at step 80 it is"), qPrintable(plot->accessibleDescription()));
        panel.setField("general.kind", "sft");
        QVERIFY(!plot->isVisible());
    }

    /// Painted in the plots' palette, in both themes, and two lines look different without their colours.
    void schedulesAreReadable()
    {
        RunConfig config;
        config.rewards.weightSchedule = "accuracy: 0@0 1@150; format: 0.9@0 0.9@150";
        const RunSchedule made = weightSchedules(config);
        for (const bool dark : { false, true }) {
            SchedulePlot plot;
            QPalette palette;
            palette.setColor(QPalette::Base, dark ? QColor(30, 30, 30) : Qt::white);
            palette.setColor(QPalette::Window, palette.color(QPalette::Base));
            palette.setColor(QPalette::Text, dark ? Qt::white : Qt::black);
            plot.setPalette(palette);
            plot.setSchedules(made.axis, made.lines);
            plot.resize(320, plot.sizeHint().height());
            const QImage image = plot.grab().toImage().convertToFormat(QImage::Format_RGB32);
            // Share of a line's columns that have its colour: all of a full line, fewer of a dashed one.
            const auto drawn = [&](int line) {
                const QColor color = seriesColor(line, dark);
                int seen = 0, all = 0;
                for (qint64 step = 20; step <= 130; ++step, ++all) {
                    const QPoint at = plot.positionOf(line, step).toPoint();
                    bool found = false;
                    for (int dy = -2; dy <= 2; ++dy) {
                        const QColor pixel = image.pixelColor(at.x(), at.y() + dy);
                        found = found
                            || std::abs(pixel.red() - color.red()) + std::abs(pixel.green() - color.green())
                                    + std::abs(pixel.blue() - color.blue())
                                < 160;
                    }
                    seen += found;
                }
                return double(seen) / all;
            };
            QVERIFY2(drawn(0) > 0.97, qPrintable(QString::number(drawn(0))));
            QVERIFY2(drawn(1) > 0.3 && drawn(1) < 0.93, qPrintable(QString::number(drawn(1))));
        }
    }

    void theLearningRateIsDrawn()
    {
        ConfigurePanel panel(QCoreApplication::applicationFilePath());
        panel.resize(1280, 800);
        panel.show();
        QVERIFY(QTest::qWaitForWindowExposed(&panel));
        auto* plot = panel.findChild<SchedulePlot*>("rateSchedule");
        QVERIFY(plot && !plot->isVisible()); // constant
        panel.setField("optimizer.learning_rate", "0.001");
        panel.setField("general.max_steps", "25"); // 4 updates each
        panel.setField("optimizer.schedule", "linear");
        panel.setField("optimizer.warmup_steps", "20");
        QVERIFY(plot->isVisibleTo(&panel));
        QCOMPARE(plot->accessibleDescription(),
            QString::fromUtf8(
                "learning rate: 0 at update 1, up to 0.001 at update 21, then linearly to 1.25e−05 at update 100."));
        plot->setFocus();
        QTest::keyClick(plot, Qt::Key_Up);
        QCOMPARE(plot->cursor(), qint64(21));
        QCOMPARE(plot->reading(0), QString("0.001"));
        QVERIFY(plot->accessibleDescription().startsWith("update 21 (step 6): learning rate 0.001."));
        QTest::keyClick(plot, Qt::Key_Home);
        QCOMPARE(plot->reading(0), QString("0"));
        panel.setField("optimizer.schedule", "cosine");
        QVERIFY(plot->accessibleDescription().contains("then along a cosine"));
        panel.setField("optimizer.schedule", "constant_with_warmup");
        QVERIFY(plot->accessibleDescription().endsWith("up to 0.001 at update 21, which stays."));
        panel.setField("optimizer.warmup_steps", "500");
        QVERIFY(plot->accessibleDescription().contains("ends while the rate warms up"));
        panel.setField("optimizer.warmup_steps", "0");
        panel.setField("optimizer.schedule", "constant");
        QVERIFY(!plot->isVisibleTo(&panel));
    }

    void aSampleIsScored()
    {
        ConfigurePanel panel(QCoreApplication::applicationFilePath());
        panel.show();
        RunConfig config;
        config.rewards.tags = 0.5;
        panel.setConfig(config);
        panel.findChild<QToolButton*>("sideRewards")->click();
        auto* problem = panel.findChild<QLineEdit*>("sampleProblem");
        auto* score = panel.findChild<QLabel*>("sampleScore");
        panel.findChild<QPushButton*>("sampleDraw")->click();
        QTRY_VERIFY(problem->text().contains("Reach 9."));
        panel.findChild<QPlainTextEdit*>("sampleCompletion")->setPlainText("<answer>4 + 4</answer>");
        panel.findChild<QPushButton*>("sampleTest")->click();
        QTRY_VERIFY2(score->text().startsWith("Reward 0.35. Verdict: wrong."), qPrintable(score->text()));
        for (const char* words : { "reward --explain --task countdown", "rewards.tags=0.5", "--tokens",
                 "4 + 4</answer>", "\"target\":9", "tags: 0.7 × 0.5", "What it would need:\n– The right answer." })
            QVERIFY2(score->text().contains(words), qPrintable(score->text()));
        QVERIFY(!score->text().contains("cosine:")); // has no weight
        panel.findChild<QPlainTextEdit*>("sampleCompletion")->setPlainText("refuse");
        panel.findChild<QPushButton*>("sampleTest")->click();
        QTRY_COMPARE(score->text(), QString("Not scored: The task has no rule. Look."));
        problem->setText("no json");
        panel.findChild<QPushButton*>("sampleTest")->click();
        QVERIFY(score->text().startsWith("The problem is not a JSON object"));
    }

    /// Also of a data set, which the engine finds by its settings alone.
    void aProblemOfTheRows()
    {
        ConfigurePanel panel(QCoreApplication::applicationFilePath());
        panel.show();
        RunConfig config;
        config.task.name = "dataset";
        config.data.path = "rows of mine.jsonl";
        config.data.verifier = "math";
        config.rewards.tags = 0.5; // not asked for
        panel.setConfig(config);
        panel.findChild<QToolButton*>("sideRewards")->click();
        auto* problem = panel.findChild<QLineEdit*>("sampleProblem");
        panel.findChild<QPushButton*>("sampleDraw")->click();
        QTRY_VERIFY2(problem->text().contains("tasks dataset --count 1 --seed "), qPrintable(problem->text()));
        for (const char* setting : { "--set data.path=rows of mine.jsonl", "--set data.verifier=math" })
            QVERIFY2(problem->text().contains(setting), qPrintable(problem->text()));
        QVERIFY2(
            !problem->text().contains("tags") && !problem->text().contains("task.name"), qPrintable(problem->text()));
    }

    void pathsSayWhatTheyAre()
    {
        QTemporaryDir folder;
        const auto write = [&](const char* name, const QByteArray& text) {
            QFile file(folder.filePath(name));
            QVERIFY(file.open(QIODevice::WriteOnly));
            file.write(text);
        };
        write("rows.jsonl", "{\"prompt\": \"a\", \"answer\": \"b\"}\n{\"prompt\": \"c\"}\n{\"prompt\": \"d\"}");
        write("rows.csv", "prompt,answer\n1,2\n");
        write("empty.jsonl", "");
        QCOMPARE(dataFact(folder.filePath("rows.jsonl")).line, QString("rows.jsonl: 3 rows of prompt, answer"));
        QCOMPARE(dataFact(folder.filePath("rows.jsonl")).rows, qint64(3)); // the last line has no end
        QVERIFY(dataFact(folder.filePath("rows.csv")).line.endsWith("of prompt, answer"));
        QCOMPARE(dataFact(folder.filePath("empty.jsonl")).rows, qint64(0));
        QCOMPARE(dataFact(folder.filePath("none.jsonl")).line, QString("none.jsonl is not there."));
        QCOMPARE(dataFact(folder.path()).rows, qint64(0));
        QVERIFY(dataFact(folder.path()).line.endsWith(": a folder, 3 files with rows"));
        write("one.jsonl", "{\"prompt\": \"a\"}\n");
        write("math.jsonl", R"({"problem": "1+1?", "solution": "It is \\boxed{2}.", "answer": "2"})");
        write("gsm8k.jsonl", R"({"question": "1+1?", "answer": "One and one.\n#### 2"})");
        QCOMPARE(dataFact(folder.filePath("math.jsonl")).verifier, QString("math"));
        QCOMPARE(dataFact(folder.filePath("gsm8k.jsonl")).verifier, QString("gsm8k"));
        QCOMPARE(dataFact(folder.filePath("one.jsonl")).verifier, QString()); // nothing to compare with
        QCOMPARE(dataFact(folder.filePath("one.jsonl")).line, QString("one.jsonl: 1 row of prompt"));

        ConfigurePanel panel(QCoreApplication::applicationFilePath());
        panel.show();
        auto* model = panel.findChild<QLabel*>("fact.model.path");
        QVERIFY2(model->text().contains("758.7 k parameters"), qPrintable(model->text()));
        RunConfig config = defaultConfig("sft");
        config.data.path = folder.filePath("rows.jsonl").toStdString();
        config.data.evalPercent = 0;
        config.general.maxSteps = 100;
        config.sft.batchSize = 1;
        config.model.path = "no/such/model";
        panel.setConfig(config);
        QCOMPARE(model->text(), QString("There is nothing at this path."));
        auto* data = panel.findChild<QLabel*>("fact.data.path");
        QTRY_COMPARE(data->text(), QString("rows.jsonl: 3 rows of prompt, answer"));
        QTRY_VERIFY(panel.findChild<QLabel*>("batchWords")->text().contains("an epoch is 3 steps"));
        QVERIFY(panel.findChild<QToolButton*>("sideAdvice")->text().contains("△")); // every row 33 times
        // Answers that can be judged: the advice says which setting measures pass@1, and with it the fields are there.
        const auto offered = [&] {
            const auto* list = panel.findChild<QListWidget*>("adviceList");
            for (int i = 0; i < list->count(); ++i)
                if (list->item(i)->data(Qt::UserRole).toString() == QLatin1String("data.verifier"))
                    return true;
            return false;
        };
        QVERIFY(!offered());
        config.data.path = folder.filePath("gsm8k.jsonl").toStdString();
        panel.setConfig(config);
        QTRY_VERIFY(offered());
        config.data.verifier = "gsm8k";
        panel.setConfig(config);
        QTRY_VERIFY(!offered());
    }

    void modelsAreChosen()
    {
        QTemporaryDir folder;
        RecentModels recent(nullptr);
        const QString path = recent.add(folder.path());
        ConfigurePanel panel(QCoreApplication::applicationFilePath());
        panel.setModels(&recent);
        panel.show();
        QMenu* menu = panel.findChild<QToolButton*>("choose.model.path")->menu();
        const auto found = [&] {
            int count = 0;
            for (QAction* action : menu->actions())
                count += action->text().startsWith(shortModelName(path) + QString::fromUtf8(" – "));
            return count;
        };
        for (int shown = 0; shown < 2; ++shown) { // listed once, however often it opens
            Q_EMIT menu->aboutToShow();
            QTRY_COMPARE(found(), 1);
        }
        menu->actions().front()->trigger();
        QCOMPARE(panel.config().model.path, path.toStdString());
        QVERIFY(panel.findChild<QToolButton*>("choose.data.path"));
    }

    /// A path that is longer than its field gives way in its middle: both ends say what it is, the tip has it whole.
    void aLongPathShowsBothEnds()
    {
        ConfigurePanel panel(QCoreApplication::applicationFilePath());
        panel.resize(1000, 700);
        panel.show();
        auto* edit = dynamic_cast<ElidedEdit*>(panel.findChild<QLineEdit*>("model.path"));
        QVERIFY(edit);
        RunConfig config = panel.config();
        // Its line is the card's: the model that comes with the program is read in full in a window of 1280x800.
        panel.resize(980, 740);
        config.model.path = "resources/models/r1-zero-miniature";
        panel.setConfig(config);
        edit->clearFocus();
        const auto* button = panel.findChild<QToolButton*>("choose.model.path");
        QTRY_VERIFY(edit->width() + button->width() > edit->parentWidget()->width() - 30);
        QTRY_COMPARE(edit->seen(), QString("resources/models/r1-zero-miniature"));
        config.model.path
            = "resources/models/of/some/long/way/miniature/that/no/card/of/this/form/has/room/for/miniature";
        panel.setConfig(config);
        edit->clearFocus();
        QVERIFY2(edit->seen().startsWith("res") && edit->seen().endsWith("ure"), qPrintable(edit->seen()));
        QVERIFY(edit->seen().contains(QChar(0x2026)));
        QCOMPARE(edit->text(), QString::fromStdString(config.model.path));
        QHelpEvent help(QEvent::ToolTip, edit->rect().center(), edit->mapToGlobal(edit->rect().center()));
        QCoreApplication::sendEvent(edit, &help);
        QVERIFY(QToolTip::text().contains(edit->text()));
        config.model.path = "m";
        panel.setConfig(config);
        QCOMPARE(edit->seen(), QString("m"));
    }

    /// What runs used and made, what was opened and what came with the program, before any file dialog.
    void whatIsKnownIsOffered()
    {
        QTemporaryDir folder;
        const auto write = [&](const QString& name, const QByteArray& text) {
            QDir().mkpath(QFileInfo(folder.filePath(name)).path());
            QFile file(folder.filePath(name));
            QVERIFY(file.open(QIODevice::WriteOnly));
            file.write(text);
        };
        write("opened.jsonl", "{\"prompt\": \"a\", \"answer\": \"b\"}\n{\"prompt\": \"c\"}\n");
        write("used.csv", "question,answer\n1,2\n");
        RunConfig config = defaultConfig("sft");
        config.data.path = folder.filePath("used.csv").toStdString();
        const QString run = folder.filePath("runs/one");
        write("runs/one/config.json", QByteArray::fromStdString(toJsonText(config)));
        {
            auto writer = orThrow(RunWriter::create(run.toStdString(), "one", "one", "sft", toJsonText(config)));
            for (int64_t step : { 2, 4 }) {
                QDir().mkpath(run + QString("/checkpoints/step-%1").arg(step));
                StepRow row;
                row.step = step;
                orThrow(writer->commitStep(row));
                CheckpointRow checkpoint;
                checkpoint.step = step;
                checkpoint.path = "checkpoints/step-" + std::to_string(step);
                orThrow(writer->addCheckpoint(checkpoint));
            }
        }
        ConfigurePanel panel(QCoreApplication::applicationFilePath());
        QSignalSpy remembered(&panel, &ConfigurePanel::dataChosen);
        panel.setRecentData([&] {
            return QStringList { folder.filePath("opened.jsonl"), folder.filePath("gone.jsonl") };
        });
        RunListRow row;
        row.folder = run;
        panel.setEarlierRuns({ row });
        panel.setConfig(config);
        panel.show();
        const auto texts = [&](const char* field) {
            QMenu* menu = panel.findChild<QToolButton*>(QString("choose.") + field)->menu();
            Q_EMIT menu->aboutToShow();
            QStringList all;
            for (const QAction* action : menu->actions())
                all << action->text();
            return all;
        };
        QTRY_VERIFY2(texts("data.path").startsWith(QString::fromUtf8("opened.jsonl – 2 rows of prompt, answer")),
            qPrintable(texts("data.path").join('\n')));
        QVERIFY(texts("data.path").value(1).startsWith("used.csv"));
        QVERIFY(texts("data.path").value(1).endsWith("of question, answer"));
        QVERIFY(texts("data.path").filter("gone").isEmpty());
        QMenu* data = panel.findChild<QToolButton*>("choose.data.path")->menu();
        QCOMPARE(data->actions().at(0)->toolTip(), plainToolTip(folder.filePath("opened.jsonl")));
        data->actions().at(0)->trigger();
        QCOMPARE(panel.config().data.path, folder.filePath("opened.jsonl").toStdString());
        QCOMPARE(remembered.value(0).value(0).toString(), folder.filePath("opened.jsonl"));

        QTRY_VERIFY(!texts("model.path").filter(QRegularExpression("^one, step-4")).isEmpty()); // the newest one
        QVERIFY(texts("model.path").filter(QRegularExpression("^one, step-2")).isEmpty());
        QCOMPARE(texts("model.path").filter(QRegularExpression("^miniature")).size(), 1); // came with the program
        QVERIFY(texts("model.path").filter("miniature").first().contains("758.7 k parameters"));

        // Every field that names something says what it is.
        panel.setField("data.eval_path", folder.filePath("used.csv"));
        auto* fact = panel.findChild<QLabel*>("fact.data.eval_path");
        QTRY_VERIFY2(fact->text().endsWith("of question, answer"), qPrintable(fact->text()));
        panel.setField("data.eval_path", folder.filePath("nowhere.csv"));
        QTRY_COMPARE(fact->text(), QString("nowhere.csv is not there."));
        panel.setConfig(defaultConfig("distill"));
        panel.setField("distill.teacher", "resources/models/miniature");
        QTRY_VERIFY(panel.findChild<QLabel*>("fact.distill.teacher")->text().contains("758.7 k parameters"));
    }
};

int main(int argc, char** argv)
{
    if (argc > 1 && (std::strcmp(argv[1], "reward") == 0 || std::strcmp(argv[1], "tasks") == 0))
        return fakeEngine(argc, argv);
    QApplication application(argc, argv);
    TestConfigureRewards test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_configure_rewards.moc"
