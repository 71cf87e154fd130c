// The form: what differs is marked and can be put back, the command is the whole truth, the estimate says where it is
// from, a measurement says when it no longer holds. The engine that measures is this program itself.

#include "core/base/files.h"
#include "widgets/panels/configform.h"
#include "widgets/panels/configurepanel.h"

#include <nlohmann/json.hpp>

#include <QComboBox>

#include <QCheckBox>
#include <QGroupBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QTemporaryDir>
#include <QToolButton>
#include <QtTest>

#include <cstdio>
#include <cstring>
#include <iostream>
#include <iterator>
#include <unistd.h>

using namespace aha;

namespace {

/// "plan -": answers a configuration; one named "hang" never, one named "refuse" with an error.
int fakeEngine()
{
    const std::string text(std::istreambuf_iterator<char>(std::cin), {});
    const Result<RunConfig> config = runConfigFromJson(text);
    if (config && config->general.name == "hang")
        return ::pause();
    if (!config || config->general.name == "refuse") {
        const nlohmann::ordered_json error { { "error", "x" }, { "message", "The model is not there." },
            { "hint", "Look." } };
        std::fprintf(stderr, "%s\n", error.dump().c_str());
        return 1;
    }
    const nlohmann::ordered_json plan { { "measured",
                                            { { "seconds", 7 }, { "memory_mb", 400 },
                                                { "sampled_tokens_per_second", 16000 }, { "rows", 64 },
                                                { "trained_tokens_per_second", 5300 }, { "prompt_tokens", 34 } } },
        { "estimated",
            { { "peak_memory_mb", 512.4 }, { "step_seconds", 0.85 }, { "rollout_seconds", 0.6 },
                { "training_seconds", 0.25 },
                { "assumes",
                    "lengths of 64 sampled completions, mean 31 tokens; the policy's lengths change while it "
                    "trains" } } },
        { "machine", { { "available_mb", config->adapter.rank > 0 ? 100 : 3000 } } } };
    std::printf("%s\n", plan.dump().c_str());
    return 0;
}

} // namespace

class TestConfigurePanel : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { qputenv("AHASCOPE_ROOT", AHASCOPE_TEST_SOURCE_DIR); }

    void changesAreMarkedAndPutBack()
    {
        ConfigurePanel panel;
        auto* rate = qobject_cast<QLineEdit*>(panel.editor("optimizer.learning_rate"));
        QToolButton* reset = panel.resetButton("optimizer.learning_rate");
        QVERIFY(!reset->isEnabled());
        rate->clear();
        QTest::keyClicks(rate, "0.5x"); // not even a number
        QVERIFY(reset->isEnabled() && !panel.messageAt("optimizer.learning_rate").isEmpty());
        reset->click();
        QVERIFY(!reset->isEnabled() && panel.messageAt("optimizer.learning_rate").isEmpty());
        QCOMPARE(panel.config().optimizer.learningRate, RunConfig {}.optimizer.learningRate);
        QCOMPARE(rate->text().toDouble(), RunConfig {}.optimizer.learningRate);
        auto* strict = qobject_cast<QCheckBox*>(panel.editor("rewards.strict"));
        strict->click();
        QVERIFY(panel.config().rewards.strict && strict->text() == "on"
            && panel.resetButton("rewards.strict")->isEnabled());
        panel.resetButton("rewards.strict")->click();
        QVERIFY(!panel.config().rewards.strict && strict->text() == "off");
    }

    void anEmptyDefaultIsSaid()
    {
        ConfigurePanel panel;
        for (const char* path : { "eval.probes", "data.path" })
            QVERIFY2(
                panel.editor(path)->toolTip().contains("Default: none"), qPrintable(panel.editor(path)->toolTip()));
        QVERIFY(panel.editor("general.seed")->toolTip().contains("Default: 0"));
    }

    void theCommandIsComplete()
    {
        QTemporaryDir folder;
        ConfigurePanel panel;
        auto* name = qobject_cast<QLineEdit*>(panel.editor("general.name"));
        name->clear();
        QTest::keyClicks(name, "two words");
        QVERIFY2(panel.commandLine().startsWith("./ahascope train experiments/r1-zero-miniature/config.json --set"),
            qPrintable(panel.commandLine()));
        QVERIFY(panel.commandLine().contains("'general.name=two words'"));
        const QString file = folder.filePath("mine.json");
        QVERIFY(panel.saveFile(file));
        QCOMPARE(panel.commandLine(), "./ahascope train " + file); // the real path, and nothing left to set
        auto* seed = qobject_cast<QLineEdit*>(panel.editor("general.seed"));
        seed->clear();
        QTest::keyClicks(seed, "7");
        QCOMPARE(panel.commandLine(), "./ahascope train " + file + " --set general.seed=7");
        ConfigurePanel other;
        QVERIFY(other.loadFile(file));
        QCOMPARE(other.config().general.name, std::string("two words"));
        QCOMPARE(other.config().general.seed, RunConfig {}.general.seed); // saved before the seed was changed
    }

    /// A model beside the file is meant by its relative path, as the engine takes it: the estimate and the run have it.
    void pathsAreMeantFromTheFile()
    {
        QTemporaryDir folder;
        RunConfig config;
        const QString shipped = QString(AHASCOPE_TEST_SOURCE_DIR) + '/' + QString::fromStdString(config.model.path);
        QVERIFY(QFile::link(shipped, folder.filePath("mine")));
        config.model.path = "mine";
        const QString file = folder.filePath("config.json");
        QVERIFY(bool(writeFileAtomically(file.toStdString(), toJsonText(config))));
        ConfigurePanel panel;
        QVERIFY(panel.loadFile(file));
        QCOMPARE(panel.config().model.path, folder.filePath("mine").toStdString());
        QCOMPARE(panel.commandLine(), "./ahascope train " + file); // which finds it there as well
        config.model.path = folder.filePath("mine").toStdString(); // as the engine stores it
        RunListRow earlier;
        earlier.shape = shapeOf(config);
        earlier.stepSeconds = 2.5;
        panel.setEarlierRuns({ earlier });
        QVERIFY2(panel.estimate().contains("2.50 s in 1 earlier run of this shape"), qPrintable(panel.estimate()));
    }

    void timeComesFromEarlierRunsOfTheShape()
    {
        ConfigurePanel panel;
        QVERIFY(panel.estimate().contains("Estimated") && panel.estimate().contains("assuming"));
        RunListRow same, different;
        same.shape = shapeOf(RunConfig {});
        same.stepSeconds = 2.5;
        different.shape = "another";
        different.stepSeconds = 99;
        panel.setEarlierRuns({ same, different });
        QVERIFY2(panel.estimate().contains("2.50 s in 1 earlier run of this shape"), qPrintable(panel.estimate()));
        auto* group = qobject_cast<QLineEdit*>(panel.editor("rollout.num_generations"));
        group->clear();
        QTest::keyClicks(group, "32");
        QVERIFY(panel.estimate().contains("assuming")); // no run of this shape any more
    }

    void measures()
    {
        ConfigurePanel panel(QCoreApplication::applicationFilePath());
        auto* button = panel.findChild<QPushButton*>("measurePlan");
        const auto set = [&](const char* path, const char* text) {
            auto* edit = qobject_cast<QLineEdit*>(panel.editor(path));
            edit->clear();
            QTest::keyClicks(edit, text);
        };
        QVERIFY(panel.estimate().startsWith("Estimated"));
        button->click();
        QVERIFY(panel.estimate().startsWith("Estimated") && panel.estimate().contains("Measuring for"));
        QCOMPARE(button->text(), QString("Cancel"));
        QTRY_VERIFY2(panel.estimate().startsWith("Measured on this machine in 7 s: peak memory 512 MB, a step 0.85 s"),
            qPrintable(panel.estimate()));
        QVERIFY(panel.estimate().contains("Assumed: lengths of 64 sampled completions, mean 31 tokens; the policy's "
                                          "lengths change while it trains."));
        QVERIFY(!panel.estimate().contains("Estimated") && !panel.estimate().contains("does not fit"));
        set("optimizer.learning_rate", "0.001"); // costs nothing
        set("general.max_steps", "1000"); // changes the sum, not the measurement
        QVERIFY2(panel.estimate().startsWith("Measured") && panel.estimate().contains("1000 steps 14 min"),
            qPrintable(panel.estimate()));
        set("rollout.num_generations", "32");
        QVERIFY2(panel.estimate().startsWith("Estimated")
                && panel.estimate().contains("no longer holds: rollout.num_generations changed since (it said peak "
                                             "memory 512 MB, a step 0.85 s)"),
            qPrintable(panel.estimate()));
        set("adapter.rank", "8");
        button->click(); // this one has less memory to fit in
        QTRY_VERIFY2(panel.estimate().contains("It does not fit: 100 MB are free."), qPrintable(panel.estimate()));
        set("rollout.num_generations", "x");
        QVERIFY(!button->isEnabled()); // what cannot start cannot be measured
    }

    void aMeasurementCanBeCancelled()
    {
        ConfigurePanel panel(QCoreApplication::applicationFilePath());
        auto* button = panel.findChild<QPushButton*>("measurePlan");
        RunConfig config;
        config.general.name = "hang";
        panel.setConfig(config);
        button->click();
        QVERIFY(panel.estimate().contains("Measuring"));
        button->click();
        QVERIFY(panel.estimate().startsWith("Estimated") && panel.estimate().contains("cancelled"));
        QCOMPARE(button->text(), QString("Measure"));
        config.general.name = "refuse";
        panel.setConfig(config);
        button->click();
        QTRY_VERIFY2(
            panel.estimate().contains("Not measured: The model is not there. Look."), qPrintable(panel.estimate()));
        ConfigurePanel without("no/such/program");
        without.findChild<QPushButton*>("measurePlan")->click();
        QTRY_VERIFY2(without.estimate().contains("could not be started"), qPrintable(without.estimate()));
    }

    void onlyWhatAppliesIsShown()
    {
        ConfigurePanel panel;
        panel.show();
        QVERIFY(QTest::qWaitForWindowExposed(&panel));
        auto* stage = static_cast<QComboBox*>(panel.editor("general.kind"));
        auto* task = static_cast<QComboBox*>(panel.editor("task.name"));
        QVERIFY(panel.editor("task.target_min")->isVisible() && !panel.editor("data.path")->isVisible());
        task->setCurrentText("arithmetic");
        QVERIFY(panel.editor("task.numbers")->isVisible() && !panel.editor("task.target_min")->isVisible());
        task->setCurrentText("dataset");
        QVERIFY(panel.editor("data.path")->isVisible() && !panel.editor("task.numbers")->isVisible());
        task->setCurrentText("countdown");
        stage->setCurrentText("sft"); // with the defaults of its own: nothing to mend but the data set
        QVERIFY(panel.editor("sft.batch_size")->isVisible() && !panel.editor("rewards.accuracy")->isVisible());
        QCOMPARE(static_cast<QLineEdit*>(panel.editor("optimizer.learning_rate"))->text().toDouble(),
            defaultConfig("sft").optimizer.learningRate);
        QCOMPARE(problems(panel.config()).size(), size_t(1));
        stage->setCurrentText("grpo");
        QVERIFY(panel.editor("rewards.accuracy")->isVisible() && problems(panel.config()).empty());
    }

    /// A reward that an earlier run paid is seen without Advanced, whoever reads the form next.
    void whatDiffersIsShownWithoutAdvanced()
    {
        ConfigurePanel panel;
        panel.show();
        QVERIFY(QTest::qWaitForWindowExposed(&panel));
        QWidget *reflection = panel.editor("rewards.reflection"), *accuracy = panel.editor("rewards.accuracy");
        auto* more = accuracy->parentWidget()->findChild<QLabel*>("moreSettings");
        QVERIFY(!reflection->isVisible() && more->isVisible());
        const int hidden = more->accessibleName().section(' ', 0, 0).toInt();
        QCOMPARE(more->accessibleName(), QString("%1 more under Advanced").arg(hidden));
        RunConfig config;
        config.rewards.reflection = 1;
        panel.setConfig(config);
        QVERIFY(reflection->isVisible());
        QCOMPARE(more->accessibleName(), QString("%1 more under Advanced").arg(hidden - 1));
        panel.resetButton("rewards.reflection")->click();
        QVERIFY(reflection->isVisible()); // the rows keep their place until the form is filled anew
        panel.setConfig(RunConfig {});
        QVERIFY(!reflection->isVisible());
        panel.findChild<QPushButton*>("showAdvanced")->click();
        QVERIFY(reflection->isVisible() && !more->isVisible());
    }

    /// Who is led to a setting sees all of it, also where the form shows it only now and its help takes another line.
    void aRevealedRowIsWholeInView()
    {
        ConfigurePanel panel;
        panel.resize(620, 640);
        panel.show();
        QVERIFY(QTest::qWaitForWindowActive(&panel));
        auto* form = panel.findChild<ConfigForm*>();
        RunConfig config = panel.config();
        int led = 0, hidden = 0;
        QScrollArea* scroll = nullptr;
        for (const Field& field : fields(config)) {
            const QString path = QString::fromStdString(field.info.path());
            const QWidget* editor = panel.editor(path);
            if (!editor || !applies(config, field.info) || ++led % 5 != 0)
                continue;
            hidden += !editor->isVisible();
            form->reveal(path);
            for (QWidget* at = panel.editor(path); at && !scroll; at = at->parentWidget())
                scroll = qobject_cast<QScrollArea*>(at);
            QVERIFY2(scroll && editor->hasFocus(), qPrintable(path));
            QCoreApplication::processEvents(); // what comes after it moves it no more
            for (const QWidget* one : { editor, static_cast<const QWidget*>(panel.resetButton(path)) }) {
                const QRect place(one->mapTo(scroll->viewport(), QPoint()), one->size());
                QVERIFY2(place.top() >= 0 && place.bottom() < scroll->viewport()->height(),
                    qPrintable(QStringLiteral("%1: %2 to %3 of %4")
                                   .arg(path)
                                   .arg(place.top())
                                   .arg(place.bottom())
                                   .arg(scroll->viewport()->height())));
            }
        }
        QVERIFY(led > 40 && hidden > 3);
    }

    /// A field of Advanced that advice led to stays under the hands when its value is undone.
    void undoTakesNoFieldAway()
    {
        ConfigurePanel panel;
        panel.show();
        QVERIFY(QTest::qWaitForWindowActive(&panel));
        auto* form = panel.findChild<ConfigForm*>();
        auto* edit = qobject_cast<QLineEdit*>(panel.editor("rewards.reflection"));
        QVERIFY(form && edit && !edit->isVisible());
        form->reveal("rewards.reflection");
        QVERIFY(edit->hasFocus());
        edit->selectAll();
        QTest::keyClicks(edit, "2");
        panel.undo();
        QCOMPARE(panel.config().rewards.reflection, RunConfig {}.rewards.reflection);
        QVERIFY(edit->isVisible() && edit->hasFocus());
        edit->clearFocus();
        panel.setConfig(RunConfig {});
        QVERIFY(!edit->isVisible());
    }

    /// How many more there are is read in any size of letters.
    void aCardGrowsWithItsLetters()
    {
        ConfigurePanel panel;
        panel.show();
        QWidget* card = panel.editor("rewards.accuracy")->parentWidget();
        const auto* more = card->findChild<QLabel*>("moreSettings");
        QVERIFY(more && more->isVisible());
        QFont large = card->font();
        large.setPointSizeF(large.pointSizeF() * 1.5);
        card->setFont(large);
        QCOMPARE(more->size(), more->sizeHint());
        QVERIFY(more->geometry().right() <= card->width());
    }

    /// Whoever types from field to field by the mouse finds each where it was.
    void fieldsKeepTheirPlace()
    {
        ConfigurePanel panel;
        panel.resize(980, 740);
        panel.show();
        QVERIFY(QTest::qWaitForWindowActive(&panel));
        RunConfig config;
        config.general.name = "other";
        panel.setField("general.name", "mine");
        panel.setConfig(config); // a note stands above the form
        const auto places = [&] {
            QApplication::processEvents();
            QList<QPoint> made;
            for (const char* path : { "general.seed", "model.path", "task.numbers", "rollout.temperature",
                     "algorithm.beta", "optimizer.max_grad_norm", "rewards.strict", "checkpoint.keep" })
                made << (panel.editor(path) ? panel.editor(path)->mapTo(&panel, QPoint()) : QPoint(-1, -1));
            return made;
        };
        const QList<QPoint> before = places();
        for (const char* path : { "general.max_steps", "rollout.num_generations", "optimizer.learning_rate" }) {
            auto* edit = qobject_cast<QLineEdit*>(panel.editor(path));
            edit->setFocus();
            edit->selectAll();
            QTest::keyClicks(edit, "x");
            QVERIFY(!panel.messageAt(path).isEmpty() && edit->toolTip().contains(panel.messageAt(path).left(12)));
            QCOMPARE(panel.findChild<QLabel*>(QString("mark.%1").arg(path))->text(), QString("✗"));
            const QList<QPoint> now = places();
            for (int i = 0; i < now.size(); ++i)
                QVERIFY2(now[i] == before[i],
                    qPrintable(QStringLiteral("%1: %2, %3 was %4, %5")
                                   .arg(i)
                                   .arg(now[i].x())
                                   .arg(now[i].y())
                                   .arg(before[i].x())
                                   .arg(before[i].y())));
        }
        QVERIFY(panel.findChild<QLabel*>("configHelp")->text().contains("optimizer.learning_rate"));
        QCOMPARE(panel.findChild<QLabel*>("configStatus")->text(), QString("3 settings need attention"));
        QVERIFY(panel.findChild<QLabel*>("startedFrom")->text().endsWith(", 3 changed since"));
        QVERIFY2(panel.estimate().startsWith("No estimate"), qPrintable(panel.estimate()));
    }

    /// The two numbers of problems stand one below the other.
    void bothEvaluationsAreShown()
    {
        ConfigurePanel panel;
        panel.show();
        QVERIFY(QTest::qWaitForWindowExposed(&panel));
        const QWidget *during = panel.editor("eval.problems"), *last = panel.editor("eval.final_problems");
        QVERIFY(during->isVisible() && last->isVisible());
        QCOMPARE(during->accessibleName(), QString("Problems while training"));
        QVERIFY(last->y() > during->y() && last->y() - during->y() < 2 * during->height());
    }

    void everythingFitsASmallScreen()
    {
        ConfigurePanel panel;
        panel.resize(980, 740); // beside the runs in a window of 1280x800
        panel.show();
        QVERIFY(QTest::qWaitForWindowExposed(&panel));
        const auto* scroll = panel.findChild<QScrollArea*>("configScroll");
        QCOMPARE(scroll->horizontalScrollBar()->maximum(), 0);
        QCOMPARE(scroll->verticalScrollBar()->maximum(), 0);
        panel.findChild<QPushButton*>("showAdvanced")->click();
        for (const Field& field : fields(m_any))
            QVERIFY2(panel.editor(QString::fromStdString(field.info.path()))->isVisible() == applies(m_any, field.info),
                field.info.path().c_str());
        QCOMPARE(scroll->horizontalScrollBar()->maximum(), 0);
        panel.findChild<QLineEdit*>("configSearch")->setText("learning");
        QVERIFY(panel.editor("optimizer.learning_rate")->isVisible() && !panel.editor("general.seed")->isVisible());
        panel.findChild<QLineEdit*>("configSearch")->setText("evaluation"); // the name of a group finds all of it
        for (const Field& field : fields(m_any))
            if (field.info.group == "eval")
                QVERIFY2(
                    panel.editor(QString::fromStdString(field.info.path()))->isVisible() == applies(m_any, field.info),
                    field.info.path().c_str());
        QVERIFY(!panel.editor("general.seed")->isVisible());
    }

    void everyFieldHasANameAndItsKey()
    {
        ConfigurePanel panel;
        for (const Field& field : fields(m_any)) {
            const QString path = QString::fromStdString(field.info.path());
            QVERIFY2(!panel.editor(path)->accessibleName().isEmpty(), qPrintable(path));
            QVERIFY2(panel.editor(path)->toolTip().contains(path), qPrintable(path));
            QVERIFY2(!panel.editor(path)->toolTip().contains("<think>"), qPrintable(path)); // shown, not interpreted
            QVERIFY2(!panel.resetButton(path)->accessibleName().isEmpty(), qPrintable(path));
        }
    }

private:
    RunConfig m_any;
};

int main(int argc, char** argv)
{
    if (argc > 1 && std::strcmp(argv[1], "plan") == 0)
        return fakeEngine();
    QApplication application(argc, argv);
    TestConfigurePanel test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_configurepanel.moc"
