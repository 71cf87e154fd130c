// Evaluating a checkpoint from the Compare page: what is offered, how it goes on, and that its column comes by itself.
// The engine is a script; the evaluation that the real one would store is stored by the test.

#include "course_fixture.h"

#include "core/protocol/run_folder.h"
#include "core/store/run_reader.h"
#include "widgets/models/evaluationoffer.h"
#include "widgets/models/outcomemodel.h"
#include "widgets/panels/comparepanel.h"
#include "widgets/panels/outcomespage.h"
#include "widgets/panels/traceevaluationpage.h"
#include "widgets/plots/placeaction.h"

#include <QLabel>
#include <QMenu>
#include <QProgressBar>
#include <QPushButton>
#include <QTableWidget>
#include <QtTest>

using namespace aha;

class TestEvaluate : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        qputenv("AHASCOPE_ROOT", AHASCOPE_TEST_SOURCE_DIR);
        qputenv("AHASCOPE_ENGINE", path("engine").toUtf8());
        // eval RUN --step N --store --progress
        write("engine",
            "#!/bin/sh\ncd '" + m_folder.path().toUtf8()
                + "'\necho \"$@\" >> asked\n"
                  "[ -e broken ] && { echo '{\"error\":\"nothing_judged\",\"message\":\"None of the held-out problems "
                  "of "
                  "countdown could be judged.\",\"hint\":\"\"}' >&2; exit 1; }\n"
                  "echo '{\"progress\":{\"done\":40,\"of\":100}}'\n"
                  "while [ -e hold ]; do sleep 0.02; done\n"
                  "echo '{\"task\":\"countdown\",\"n\":5,\"samples\":4,\"pass@1\":0.4,\"step\":'$4'}'\n"
                  "[ -e linger ] && { echo '{\"progress\":{\"done\":100,\"of\":100}}'; exec sleep 20; }; exit 0\n");
        QFile::setPermissions(path("engine"), QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    }
    void init()
    {
        for (const char* name : { "asked", "broken", "hold", "linger" })
            QFile::remove(path(name));
        m_run = path(QString("run%1").arg(++m_runs));
        fixture::Course course;
        course.evaluations = { { 0, 4, { 0, 0, 3, 1, 4 } }, { 20, 4, { 3, 2, 0, 0, 0 } } };
        fixture::makeCourse(m_run, course);
        const auto writer = orThrow(RunWriter::open(m_run.toStdString()));
        for (const int64_t step : { 0, 10, 20, 30, 40 }) {
            CheckpointRow row;
            row.step = step;
            row.path = "checkpoints/step_" + std::to_string(step);
            row.sha256 = "x";
            orThrow(writer->addCheckpoint(row));
            const QString folder = m_run + '/' + QString::fromStdString(row.path);
            QVERIFY(QDir().mkpath(folder));
            if (step != 40) { // being written, or taken away: it cannot be used
                QFile manifest(folder + "/manifest.json");
                QVERIFY(manifest.open(QIODevice::WriteOnly));
            }
        }
    }

    void whatIsOffered()
    {
        const auto offered = [this] { return readEvaluationOffer({ m_run, "the run", Qt::blue }); };
        QCOMPARE(offered().steps, (std::vector<qint64> { 10, 30 }));
        QVERIFY(offered().problem.isEmpty());
        {
            const auto writer = orThrow(RunWriter::open(m_run.toStdString()));
            orThrow(writer->commitEvaluation(fixture::evaluationRow({ 10, 1, { 1, 0 } })));
            orThrow(writer->commitEvaluation(fixture::evaluationRow({ 30, 1, { 1, 0 } })));
        }
        QCOMPARE(offered().problem, QString("Every checkpoint of the run is evaluated."));
        QVERIFY(QDir(m_run + "/checkpoints").removeRecursively());
        QCOMPARE(offered().problem, QString("the run has no checkpoint yet."));

        RunConfig config; // a run that ranks and answers nothing
        config.general.kind = "dpo";
        QFile file(m_run + "/config.json");
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(toJsonText(config).c_str());
        file.close();
        QVERIFY2(offered().problem.startsWith("the run answers no held-out problems (dpo, data.verifier "),
            qPrintable(offered().problem));
        orThrow(orThrow(RunWriter::open(m_run.toStdString()))->setInfo("imported_from", "x"));
        QCOMPARE(offered().problem, QString("the run was imported: its checkpoints are not in its folder."));
        QFile remote(m_run + "/remote.json");
        QVERIFY(remote.open(QIODevice::WriteOnly));
        QVERIFY(offered().problem.startsWith("the run is the copy of a run on another machine"));
    }

    /// Before training, where the checkpoint is gone: the model that the run starts from, as long as it is there.
    void stepZeroOfTheModel()
    {
        const QString folder = path(QString("early%1").arg(m_runs));
        fixture::makeCourse(folder, {});
        RunConfig config;
        for (const QString& model : { m_folder.path(), path("nowhere") }) {
            config.model.path = model.toStdString();
            QFile file(folder + "/config.json");
            QVERIFY(file.open(QIODevice::WriteOnly));
            file.write(toJsonText(config).c_str());
            file.close();
            const EvaluationOffer offer = readEvaluationOffer({ folder, "early", Qt::blue });
            QCOMPARE(offer.steps.size(), size_t(model == m_folder.path()));
            QCOMPARE(offer.problem.isEmpty(), !offer.steps.empty());
        }
    }

    /// The engine that trains refuses step 0 before its first step: it evaluates that itself.
    void notWhileTheRunBegins()
    {
        const QString folder = path(QString("begins%1").arg(m_runs));
        fixture::makeCourse(folder, {});
        RunConfig config;
        config.model.path = m_folder.path().toStdString();
        config.eval.probes = "Which is larger, 9.11 or 9.9?";
        QFile file(folder + "/config.json");
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(toJsonText(config).c_str());
        file.close();
        const auto offered = [&] { return readEvaluationOffer({ folder, "the run", Qt::blue }); };
        const std::vector<qint64> zero { 0 };
        QCOMPARE(offered().steps, zero);
        const auto lease = orThrow(Lease::acquire(folder.toStdString()));
        for (int part = 0; part < 2; ++part) { // its problems are solved first, its prompts answered after them
            QCOMPARE(offered().steps, std::vector<qint64>());
            QCOMPARE(offered().problem,
                QString("the run has just begun and evaluates step 0 itself; its checkpoint of step 0 follows that."));
            orThrow(orThrow(RunWriter::open(folder.toStdString()))
                        ->commitEvaluation(fixture::evaluationRow({ 0, 1, { 1, 0 } })));
        }
        orThrow(orThrow(RunWriter::open(folder.toStdString()))->commitStep({ 1, 1, { { "reward", 0.5 } }, {} }));
        QCOMPARE(offered().steps, zero); // it trains, and evaluates step 0 no more: the prompts are left
    }

    /// A run without held-out problems has its own prompts to answer, at the steps that have no answers.
    void ownPromptsAreOfferedToo()
    {
        const QString folder = path("preference");
        fixture::makeCourse(folder, {});
        const auto writer = orThrow(RunWriter::open(folder.toStdString()));
        orThrow(writer->commitEvaluation(fixture::ownRow(0)));
        CheckpointRow row;
        row.step = 5;
        row.path = "checkpoints/step_5";
        row.sha256 = "x";
        orThrow(writer->addCheckpoint(row));
        QVERIFY(QDir().mkpath(folder + "/checkpoints/step_5"));
        QFile manifest(folder + "/checkpoints/step_5/manifest.json");
        QVERIFY(manifest.open(QIODevice::WriteOnly));
        RunConfig config = defaultConfig("dpo");
        config.model.path = m_folder.path().toStdString();
        for (const char* probes : { "", "Which is larger, 9.11 or 9.9?" }) {
            config.eval.probes = probes;
            QFile file(folder + "/config.json");
            QVERIFY(file.open(QIODevice::WriteOnly));
            file.write(toJsonText(config).c_str());
            file.close();
            const EvaluationOffer offer = readEvaluationOffer({ folder, "preference", Qt::blue });
            QCOMPARE(offer.steps, *probes ? std::vector<qint64> { 5 } : std::vector<qint64> {});
            QCOMPARE(offer.problem.isEmpty(), *probes != '\0');
        }
    }

    /// Problems and prompts are stored apart: a step is offered as long as it lacks one of them.
    void aStepThatLacksAPartIsOffered()
    {
        RunConfig config;
        config.eval.probes = "Which is larger, 9.11 or 9.9?";
        QFile file(m_run + "/config.json");
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(toJsonText(config).c_str());
        file.close();
        const auto offered = [this] { return readEvaluationOffer({ m_run, "the run", Qt::blue }).steps; };
        QCOMPARE(offered(), (std::vector<qint64> { 0, 10, 20, 30 })); // 0 and 20 have their problems
        const auto writer = orThrow(RunWriter::open(m_run.toStdString()));
        for (const int64_t step : { 0, 10, 20 })
            orThrow(writer->commitEvaluation(fixture::ownRow(step)));
        QCOMPARE(offered(), (std::vector<qint64> { 10, 30 })); // 10 has its prompts alone
        orThrow(writer->commitEvaluation(fixture::evaluationRow({ 10, 1, { 1, 0 } })));
        QCOMPARE(offered(), (std::vector<qint64> { 30 }));
    }

    void theNewColumnAppears()
    {
        write("hold", "");
        Window window(m_run);
        QTRY_COMPARE(window.panel.outcomes()->model()->columnCount(), 2);
        QVERIFY(window.button->isVisible() && window.button->isEnabled() && !window.line->isVisible());
        QVERIFY(QTest::qWaitForWindowActive(&window.panel));
        window.button->setFocus();
        QTest::keyClick(window.button, Qt::Key_Space);
        QTRY_VERIFY(window.menu->isVisible());
        QCOMPARE(window.entries(), (QStringList { "Step 10", "Step 30", "All 2 steps" }));
        QTest::keyClick(window.menu, Qt::Key_Down);
        QTest::keyClick(window.menu, Qt::Key_Return);
        QVERIFY(window.line->isVisible() && !window.button->isEnabled()); // one at a time
        QCOMPARE(window.what->text(), QString::fromUtf8("Evaluating step 10 of the run …"));
        QTRY_COMPARE(window.progress->value(), 40);
        QVERIFY(!window.progress->accessibleName().isEmpty());
        QCOMPARE(read("asked"), ("eval " + m_run + " --step 10 --store --progress\n").toUtf8());

        orThrow(orThrow(RunWriter::open(m_run.toStdString()))
                    ->commitEvaluation(fixture::evaluationRow({ 10, 4, { 1, 0, 3, 1, 3 } })));
        QFile::remove(path("hold"));
        QTRY_COMPARE(window.note(),
            QString::fromUtf8("Step 10 of the run is evaluated: pass@1 40.0 %, n = 5 × 4. It stands among the run's "
                              "evaluations."));
        QVERIFY(!window.what->isVisible() && window.button->isEnabled());
        QTRY_COMPARE(window.panel.outcomes()->model()->columnCount(), 3); // nobody asked for it
        QCOMPARE(window.panel.outcomes()->model()->table().columnName(1), QString("step 10"));
        window.panel.findChild<QWidget*>("evaluateNote")->findChild<QAbstractButton*>("noteClose")->click();
        QVERIFY(!window.line->isVisible()); // it takes no room from the page
    }

    void itIsCancelled()
    {
        write("hold", "");
        Window window(m_run);
        QVERIFY(QTest::qWaitForWindowActive(&window.panel));
        window.button->setFocus();
        window.choose(2); // both steps
        QTRY_COMPARE(window.progress->value(), 40);
        QCOMPARE(window.what->text(), QString::fromUtf8("Evaluating step 10 of the run … 1 more after it."));
        QTRY_VERIFY(window.cancel->hasFocus()); // what the button that was pressed stands for now
        QTest::keyClick(window.cancel, Qt::Key_Space);
        QCOMPARE(
            window.note(), QString("The evaluation of step 10 of the run was cancelled; nothing of it is stored."));
        QVERIFY(!window.what->isVisible() && window.button->isEnabled() && window.button->hasFocus());
        QFile::remove(path("hold"));
        QTest::qWait(200);
        QCOMPARE(read("asked").count("eval "), qsizetype(1)); // nor is the other one begun
    }

    /// An engine that has stored its evaluation may take a while to end: nobody is told then that nothing is stored.
    void whatIsStoredIsNotCancelled()
    {
        write("linger", "");
        Window window(m_run);
        window.choose(2);
        QTRY_COMPARE(window.progress->value(), 100);
        window.cancel->click();
        QVERIFY2(window.note().startsWith("Step 10 of the run is evaluated"), qPrintable(window.note()));
        QVERIFY(!window.what->isVisible() && window.button->isEnabled());
        QCOMPARE(read("asked").count("eval "), qsizetype(1)); // the other one was cancelled
    }

    void allOfThemOneAfterTheOther()
    {
        Window window(m_run);
        window.choose(2);
        QTRY_VERIFY(window.note().startsWith("Step 30 of the run is evaluated"));
        QCOMPARE(read("asked"),
            ("eval " + m_run + " --step 10 --store --progress\neval " + m_run + " --step 30 --store --progress\n")
                .toUtf8());
    }

    void whatWentWrongIsSaid()
    {
        write("broken", "");
        Window window(m_run);
        QTRY_COMPARE(window.panel.outcomes()->model()->columnCount(), 2);
        orThrow(orThrow(RunWriter::open(m_run.toStdString())) // a part may be stored before it goes wrong
                    ->commitEvaluation(fixture::evaluationRow({ 40, 4, { 1, 0, 3, 1, 3 } })));
        window.choose(2);
        QTRY_COMPARE(window.note(),
            QString(
                "Step 10 of the run is not evaluated: None of the held-out problems of countdown could be judged."));
        QVERIFY(window.button->isEnabled() && !window.what->isVisible());
        QCOMPARE(read("asked").count("eval "), qsizetype(1)); // the other would go wrong alike
        QTRY_COMPARE(window.panel.outcomes()->model()->columnCount(), 3);
    }

    /// No menu without an entry: a sentence, which the keyboard and a screen reader reach, too.
    void nothingToEvaluateIsSaid()
    {
        QVERIFY(QDir(m_run + "/checkpoints").removeRecursively());
        Window window(m_run);
        auto* action = placeAction(window.button, "compare.evaluate"); // of the palette and the page's menu
        QVERIFY(action && action->makesSense());
        action->trigger();
        QTRY_COMPARE(window.note(), QString("the run has no checkpoint yet."));
        QVERIFY(!window.menu->isVisible());
        window.panel.setRuns({});
        QVERIFY(!window.button->isEnabled());
    }

    /// On Traces what is read stays chosen, where a later evaluation comes to stand before it.
    void theChosenOneStaysOnTraces()
    {
        const auto reader = orThrow(RunReader::open(m_run.toStdString()));
        TraceEvaluationPage page;
        page.setReader(reader.get(), m_run);
        page.show();
        page.refresh();
        auto* list = page.findChild<QTableWidget*>("evaluations");
        QCOMPARE(list->rowCount(), 2);
        QVERIFY(page.current() && page.current()->step == 20); // the newest
        orThrow(orThrow(RunWriter::open(m_run.toStdString()))
                    ->commitEvaluation(fixture::evaluationRow({ 10, 1, { 1, 0 } })));
        page.refresh();
        QCOMPARE(list->rowCount(), 3);
        QVERIFY(page.current());
        QCOMPARE(page.current()->step, int64_t(20));
    }

    /// pass@1 has its n before a row is chosen: once above the list, or in each row where they differ. What one sample
    /// each, or no earlier evaluation, cannot say has no column.
    void everyEstimateHasItsN()
    {
        const auto reader = orThrow(RunReader::open(m_run.toStdString()));
        TraceEvaluationPage page;
        page.setReader(reader.get(), m_run);
        page.show();
        page.refresh();
        page.right()->show();
        const auto* list = page.findChild<QTableWidget*>("evaluations");
        const auto* size = page.findChild<QLabel*>("evaluationsSize");
        const auto* problems = page.right()->findChild<QTableView*>("problems");
        const auto titles = [&] {
            QStringList all;
            for (int c = 0; c < list->columnCount(); ++c)
                all << list->horizontalHeaderItem(c)->text();
            return all;
        };
        const auto hidden = [&] {
            QList<int> columns;
            for (int c = 0; c < EvaluationModel::ColumnCount; ++c)
                if (problems->isColumnHidden(c))
                    columns << c;
            return columns;
        };
        QVERIFY(size->isVisible());
        QCOMPARE(size->text(), QString::fromUtf8("n = 5 problems × 4 samples"));
        QCOMPARE(titles(), QStringList({ "Step", "pass@1 %", "95 %" })); // no answer was voted for
        QCOMPARE(hidden(), QList<int>());
        page.showEvaluation(0);
        QCOMPARE(hidden(), (QList<int> { EvaluationModel::Before, EvaluationModel::Change }));
        EvaluationRow single = fixture::evaluationRow({ 30, 1, { 1, 0 } });
        single.cons = 0.5;
        orThrow(orThrow(RunWriter::open(m_run.toStdString()))->commitEvaluation(single));
        page.refresh();
        QVERIFY(!size->isVisible());
        QCOMPARE(titles(), QStringList({ "Step", "pass@1 %", "95 %", "n", "cons@n %" }));
        QVERIFY(list->horizontalHeaderItem(4)->toolTip().contains("without an answer do not vote"));
        QCOMPARE(list->item(0, 3)->text(), QString::fromUtf8("5 × 4"));
        QCOMPARE(list->item(2, 3)->text(), QString::fromUtf8("2 × 1"));
        page.showEvaluation(30);
        QCOMPARE(hidden(), QList<int> { EvaluationModel::Majority });
        QVERIFY(page.problems()
                    ->headerData(EvaluationModel::Before, Qt::Horizontal, Qt::ToolTipRole)
                    .toString()
                    .endsWith("at step 0, of 4 each"));
    }

private:
    struct Window {
        ComparePanel panel;
        QPushButton *button, *cancel;
        QMenu* menu;
        QLabel* what;
        QProgressBar* progress;
        QWidget* line;

        explicit Window(const QString& run)
            : button(panel.findChild<QPushButton*>("evaluateCheckpoint"))
            , cancel(panel.findChild<QPushButton*>("evaluateCancel"))
            , menu(panel.findChild<QMenu*>("evaluateMenu"))
            , what(panel.findChild<QLabel*>("evaluateWhat"))
            , progress(panel.findChild<QProgressBar*>("evaluateProgress"))
            , line(panel.findChild<QWidget*>("evaluateNote")->parentWidget())
        {
            panel.resize(970, 690);
            panel.show();
            panel.setRuns({ { std::make_shared<RunFeed>(run), QColor(Qt::blue), "the run" } });
            panel.showTab(ComparePanel::Outcomes);
        }
        QStringList entries() const
        {
            QStringList texts;
            for (const QAction* action : menu->actions())
                texts << action->text();
            return texts;
        }
        void choose(int entry)
        {
            button->click();
            QTRY_VERIFY(menu->isVisible());
            QAction* action = menu->actions().value(entry);
            QVERIFY(action);
            menu->hide();
            action->trigger();
        }
        QString note() const
        {
            const auto* text = panel.findChild<QWidget*>("evaluateNote")->findChild<QLabel*>("noteText");
            return text->isVisible() ? text->text() : QString();
        }
    };

    QString path(const QString& name) const { return m_folder.filePath(name); }
    void write(const QString& name, const QByteArray& text) const
    {
        QFile file(path(name));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(text);
    }
    QByteArray read(const QString& name) const
    {
        QFile file(path(name));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }

    QTemporaryDir m_folder;
    QString m_run;
    int m_runs = 0;
};

QTEST_MAIN(TestEvaluate)
#include "tst_evaluate.moc"
