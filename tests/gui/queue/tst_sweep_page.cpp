// The page of sweeps: form with preview, and results through table and charts.

#include "core/base/files.h"
#include "core/store/run_writer.h"
#include "core/store/workspace.h"
#include "widgets/panels/sweepform.h"
#include "widgets/panels/sweeppage.h"
#include "widgets/panels/sweepresults.h"
#include "widgets/plots/parallelcoordinates.h"
#include "widgets/plots/scatterplot.h"

#include <QAbstractItemModelTester>
#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QSignalSpy>
#include <QSortFilterProxyModel>
#include <QSpinBox>
#include <QTableView>
#include <QTableWidget>
#include <QTemporaryDir>
#include <QtTest>

using namespace aha;

class TestSweepPage : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    QString m_runs;

    /// Six finished runs of the sweep "lr": three rates with two losses. Better with the larger rate.
    void makeSweep()
    {
        Sweep sweep { "lr",
            { orThrow(parseSweepAxis("optimizer.learning_rate=1e-5..1e-3 log x3")),
                orThrow(parseSweepAxis("algorithm.loss_type=dapo,grpo")) },
            0, 0 };
        int i = 0;
        for (const SweepPoint& point : orThrow(sweepPoints(RunConfig {}, sweep))) {
            const std::filesystem::path folder = (m_runs + QString("/lr-%1").arg(++i)).toStdString();
            orThrow(makeFolders(folder));
            const std::string config = toJsonText(point.config);
            orThrow(writeFileAtomically(folder / "config.json", config));
            auto writer = orThrow(
                RunWriter::create(folder, "lr-" + std::to_string(i), point.config.general.name, "grpo", config));
            StepRow step;
            step.step = 1;
            step.metrics = { { "reward", 0.1 * i }, { "loss", 1.0 / i } };
            if (i != 6)
                step.metrics.push_back({ "entropy", 1.0 / i });
            orThrow(writer->commitStep(step));
            EvaluationRow e;
            e.step = 1;
            e.task = "countdown";
            e.problems = 50;
            e.samples = 2;
            e.pass1 = 0.1 * i;
            e.pass1Low = e.pass1 - 0.05;
            e.pass1High = e.pass1 + 0.05;
            orThrow(writer->commitEvaluation(e));
            orThrow(writer->addMarker({ 0, 1, i == 5 ? "failed" : "finished", "", "{}", 0 }));
        }
    }
    template <class T> static T* child(QWidget* parent, const char* name)
    {
        T* found = parent->findChild<T*>(name);
        if (!found)
            qFatal("there is no %s", name);
        return found;
    }
    std::unique_ptr<SweepPage> page()
    {
        auto made = std::make_unique<SweepPage>(m_runs);
        made->resize(970, 660);
        made->show();
        return made;
    }
    static void addAxis(QWidget* page, const QString& field, const QString& values)
    {
        child<QComboBox>(page, "sweepField")->setCurrentText(field);
        auto* edit = child<QLineEdit>(page, "sweepValues");
        edit->clear();
        QTest::keyClicks(edit, values);
        QTest::keyClick(edit, Qt::Key_Return);
    }

private Q_SLOTS:
    void init()
    {
        static int n = 0;
        m_runs = m_folder.filePath("runs" + QString::number(++n));
        QDir().mkpath(m_runs);
    }

    /// Whoever fills the form and clicks the tab Sweep sweeps over the form.
    void theFormIsTheBase()
    {
        SweepPage shown(m_runs);
        RunConfig config;
        config.rollout.numGenerations = 16;
        QString began = "r1-zero, 3 settings changed";
        shown.form()->form = [&] { return std::pair(config, began); };
        shown.show();
        auto* bases = child<QComboBox>(&shown, "sweepBase");
        QCOMPARE(bases->currentText(), QString("the form on Configure: r1-zero, 3 settings changed"));
        QCOMPARE(shown.form()->base().rollout.numGenerations, int64_t(16));
        shown.hide();
        config.rollout.numGenerations = 32;
        shown.form()->takeForm(); // hidden: when it is shown
        QCOMPARE(shown.form()->base().rollout.numGenerations, int64_t(16));
        shown.show();
        QCOMPARE(shown.form()->base().rollout.numGenerations, int64_t(32));
        config.rollout.numGenerations = 64;
        began = "r1-zero, 4 settings changed";
        shown.form()->takeForm(); // a draft that came back while it is looked at
        QCOMPARE(shown.form()->base().rollout.numGenerations, int64_t(64));
        QVERIFY(bases->currentText().endsWith("4 settings changed"));
        // Another one was chosen: the form has no say until it is chosen again.
        QVERIFY(bases->count() > 1);
        bases->setCurrentIndex(1);
        Q_EMIT bases->activated(1);
        const std::string other = toJsonText(shown.form()->base());
        config.rollout.numGenerations = 128;
        shown.form()->takeForm();
        QCOMPARE(toJsonText(shown.form()->base()), other);
        shown.useForm();
        QCOMPARE(shown.form()->base().rollout.numGenerations, int64_t(128));
        QCOMPARE(bases->currentIndex(), 0);
    }

    /// Runs of two sweeps under one name cannot be told apart: a name that nobody typed is one that is free.
    void aNewSweepHasANameOfItsOwn()
    {
        const auto begun = [this](const QString& sweep) {
            const std::filesystem::path folder = (m_runs + QLatin1Char('/') + sweep).toStdString();
            RunConfig config;
            config.general.name = (sweep + "#1").toStdString();
            orThrow(makeFolders(folder));
            orThrow(writeFileAtomically(folder / "config.json", toJsonText(config)));
            orThrow(RunWriter::create(folder, sweep.toStdString(), config.general.name, "grpo", toJsonText(config)));
        };
        begun("sweep");
        begun("mine");
        const auto shown = page();
        auto* name = child<QLineEdit>(shown.get(), "sweepName");
        QTRY_COMPARE(name->text(), QString("sweep-2"));
        addAxis(shown.get(), "general.seed", "0..1");
        auto* preview = child<QTableWidget>(shown.get(), "sweepPreview");
        QTRY_VERIFY(preview->rowCount() == 2 && preview->item(0, 0)->text() == "sweep-2#1");
        QString queued;
        connect(shown.get(), &SweepPage::queueRequested, this,
            [&](const std::shared_ptr<const SweepPlan>&, const QString& sweep) { queued = sweep; });
        QTest::mouseClick(child<QPushButton>(shown.get(), "sweepQueue"), Qt::LeftButton);
        QCOMPARE(queued, QString("sweep-2"));
        QCOMPARE(name->text(), QString("sweep-3")); // none of its runs has begun
        // What a person types is meant, also the name of a sweep that goes on.
        name->clear();
        QTest::keyClicks(name, "sweep");
        auto* choice = child<QComboBox>(shown.get(), "sweepChoice");
        begun("later");
        QTRY_VERIFY((shown->refresh(), choice->findData("later") > 0));
        QCOMPARE(name->text(), QString("sweep"));
        // So is a name that a restart put back, though no key typed it.
        begun("sweep-lr");
        name->setText("sweep-lr");
        QTRY_VERIFY((shown->refresh(), choice->findData("sweep-lr") > 0));
        QCOMPARE(name->text(), QString("sweep-lr"));
    }

    void previewsAndQueues()
    {
        const auto shown = page();
        auto* preview = child<QTableWidget>(shown.get(), "sweepPreview");
        auto* message = child<QLabel>(shown.get(), "sweepMessage");
        auto* button = child<QPushButton>(shown.get(), "sweepQueue");
        QVERIFY(!button->isEnabled());
        child<QLineEdit>(shown.get(), "sweepName")->setText("rates");
        addAxis(shown.get(), "optimizer.learning_rate", "1e-5..1e-3 log x3");
        addAxis(shown.get(), "general.seed", "0..1");
        QTRY_COMPARE(preview->rowCount(), 6);
        QCOMPARE(preview->item(5, 0)->text(), QString("rates#6"));
        QCOMPARE(preview->item(2, 1)->text(), QString("0.0001"));
        QCOMPARE(button->text(), QString("Queue 6 runs"));
        QTRY_VERIFY(
            child<QLabel>(shown.get(), "sweepSummary")->text().contains("about")); // model of the defaults is there
        addAxis(shown.get(), "optimizer.learning_rate", "7");
        QVERIFY(message->isVisible() && message->text().contains("7"));
        QVERIFY(button->isEnabled()); // what was good stays
        addAxis(shown.get(), "algorithm.steps_per_generation", "1,7");
        QVERIFY(!button->isEnabled());
        QTRY_VERIFY(message->text().contains("algorithm.steps_per_generation = 7"));
        QVERIFY2(message->text().startsWith("6 of 12 combinations"), qPrintable(message->text()));
        QCOMPARE(button->text(), QString("Queue 6 runs")); // the valid half
        auto* axes = child<QListWidget>(shown.get(), "sweepAxes");
        axes->setCurrentRow(2);
        QTest::keyClick(axes, Qt::Key_Delete);
        QTRY_VERIFY(button->isEnabled() && !message->isVisible());
        std::vector<RunConfig> queued;
        QString sweep;
        connect(shown.get(), &SweepPage::queueRequested, this,
            [&](const std::shared_ptr<const SweepPlan>& plan, const QString& name) {
                for (const SweepPoint& point : plan->points)
                    queued.push_back(point.config);
                sweep = name;
            });
        QTest::mouseClick(button, Qt::LeftButton);
        QCOMPARE(queued.size(), size_t(6));
        QCOMPARE(queued[5].general.name, std::string("rates#6"));
        QCOMPARE(sweep, QString("rates"));
    }

    void kindsVaryAndContradictionsAreNamed()
    {
        const auto shown = page();
        auto* preview = child<QTableWidget>(shown.get(), "sweepPreview");
        auto* message = child<QLabel>(shown.get(), "sweepMessage");
        auto* button = child<QPushButton>(shown.get(), "sweepQueue");
        auto* help = child<QLabel>(shown.get(), "sweepFieldHelp");
        auto* field = child<QComboBox>(shown.get(), "sweepField");
        const auto offered = [&](const QString& path) {
            const int at = field->findText(path);
            return at >= 0 && (field->model()->flags(field->model()->index(at, 0)) & Qt::ItemIsEnabled);
        };
        // All fields stand in the picker; those that cannot vary say why.
        RunConfig table;
        QCOMPARE(field->count(), int(fields(table).size()));
        QVERIFY(offered("general.kind") && offered("data.mapping") && offered("rewards.weight_schedule"));
        QVERIFY(!offered("general.name") && !offered("preference.beta"));
        field->setCurrentText("general.name");
        QVERIFY2(help->text().contains("names its runs itself"), qPrintable(help->text()));
        addAxis(shown.get(), "preference.beta", "0.1,0.5");
        QVERIFY(message->isVisible());
        QVERIFY2(message->text().contains("grpo does not read it"), qPrintable(message->text()));
        QCOMPARE(child<QListWidget>(shown.get(), "sweepAxes")->count(), 0);

        addAxis(shown.get(), "algorithm.loss_type", "grpo,dapo");
        addAxis(shown.get(), "general.kind", "grpo,rloo");
        QTRY_COMPARE(preview->rowCount(), 4);
        QCOMPARE(button->text(), QString("Queue 3 runs"));
        QVERIFY2(message->text().startsWith("1 of 4 combinations"), qPrintable(message->text()));
        for (const char* words :
            { "algorithm.loss_type = dapo, general.kind = rloo", "rloo does not use it", "Set it back to grpo" })
            QVERIFY2(message->text().contains(words), qPrintable(message->text()));
        QCOMPARE(preview->item(3, 0)->text(), QString::fromUtf8("✗ left out"));
        QCOMPARE(preview->item(3, 1)->text(), QString("dapo"));
        QCOMPARE(preview->item(3, 2)->text(), QString("rloo"));
        QVERIFY(preview->item(3, 3)->text().contains("rloo does not use it"));
        QVERIFY(child<QLabel>(shown.get(), "sweepSummary")->text().contains("1 left out"));
        std::vector<RunConfig> queued;
        connect(shown.get(), &SweepPage::queueRequested, this,
            [&](const std::shared_ptr<const SweepPlan>& plan, const QString&) {
                for (const SweepPoint& point : plan->points)
                    queued.push_back(point.config);
            });
        QTRY_VERIFY(button->isEnabled()); // planned anew when the page was shown
        QTest::mouseClick(button, Qt::LeftButton);
        QCOMPARE(queued.size(), size_t(3));
        for (const RunConfig& config : queued)
            QVERIFY(config.general.kind == "grpo" || config.algorithm.lossType == "grpo");

        addAxis(shown.get(), "general.kind", "grpo,dpo"); // in the other's place
        QVERIFY(offered("preference.beta"));
        QTRY_VERIFY2(message->text().startsWith("2 of 4 combinations"), qPrintable(message->text()));
        QVERIFY(preview->item(2, 3)->text().contains("data.path is empty"));
    }

    void textsAndTheEmptyOneVary()
    {
        const auto shown = page();
        auto* preview = child<QTableWidget>(shown.get(), "sweepPreview");
        addAxis(shown.get(), "data.mapping", "\"prompt=question, gold=answer\", \"\"");
        addAxis(shown.get(), "rewards.weight_schedule", "\"\", format: 1@50 0.1@100");
        QTRY_COMPARE(preview->rowCount(), 4);
        QVERIFY2(child<QLabel>(shown.get(), "sweepMessage")->isHidden(),
            qPrintable(child<QLabel>(shown.get(), "sweepMessage")->text()));
        QCOMPARE(preview->item(0, 1)->text(), QString("prompt=question, gold=answer"));
        QCOMPARE(preview->item(2, 1)->text(), QString("\"\""));
        QCOMPARE(preview->item(1, 2)->text(), QString("format: 1@50 0.1@100"));
        // Both come back after a restart.
        const auto again = page();
        again->form()->restoreSession(shown->form()->sessionState());
        QTRY_COMPARE(child<QTableWidget>(again.get(), "sweepPreview")->rowCount(), 4);
    }

    /// Fine-tuning has no reward: such a run is counted, and stands nowhere as 0.
    void kindsWithoutTheFigure()
    {
        const SweepPlan plan = [] {
            RunConfig base;
            base.task.name = "dataset";
            base.data.path = "rows.jsonl";
            return orThrow(planSweep(base,
                { "kinds",
                    { orThrow(parseSweepAxis("general.kind=sft,grpo")),
                        orThrow(parseSweepAxis("algorithm.loss_type=grpo,dapo")) },
                    0, 0 }));
        }();
        QCOMPARE(plan.points.size(), size_t(3)); // sft has no loss of GRPO
        for (size_t i = 0; i < 3; ++i) {
            const RunConfig& config = plan.points[i].config;
            const std::filesystem::path folder = (m_runs + QString("/kinds-%1").arg(i + 1)).toStdString();
            orThrow(makeFolders(folder));
            const std::string text = toJsonText(config);
            orThrow(writeFileAtomically(folder / "config.json", text));
            auto writer = orThrow(
                RunWriter::create(folder, config.general.name, config.general.name, config.general.kind, text));
            StepRow step;
            step.step = 1;
            step.metrics = { { "loss", 0.5 + double(i) } };
            if (config.general.kind == "grpo")
                step.metrics.push_back({ "reward", 0.2 + 0.1 * double(i) });
            orThrow(writer->commitStep(step));
        }
        const auto shown = page();
        shown->choose("kinds");
        QTableView* table = shown->results()->table();
        QTRY_COMPARE(table->model()->rowCount(), 3);
        child<QComboBox>(shown.get(), "sweepMetric")->setCurrentText("reward");
        auto* summary = child<QLabel>(shown.get(), "sweepResultSummary");
        QVERIFY2(summary->text().contains("1 of 3 runs has no reward (sft)"), qPrintable(summary->text()));
        const auto* model = qobject_cast<const QSortFilterProxyModel*>(table->model());
        const SweepData& data = static_cast<SweepModel*>(model->sourceModel())->sweep();
        const qsizetype loss = data.fields.indexOf("algorithm.loss_type");
        QVERIFY(loss >= 0 && data.fields.contains("general.kind"));
        const auto* lines = child<ParallelCoordinates>(shown.get(), "parallelCoordinates");
        const auto* dots = child<ScatterPlot>(shown.get(), "scatterPlot");
        const int last = int(data.fields.size());
        for (int row = 0; row < 3; ++row) {
            const bool tuned = data.runs[size_t(row)].kind == "sft";
            QCOMPARE(std::isnan(lines->pointOf(row, last).y()), tuned); // the line ends before the figure
            QCOMPARE(std::isnan(lines->pointOf(row, int(loss)).y()), tuned); // and skips what it does not read
            QCOMPARE(sweepWord(data.runs[size_t(row)], loss) == QString::fromUtf8("–"), tuned);
        }
        QVERIFY2(lines->accessibleName().contains("1 end before"), qPrintable(lines->accessibleName()));
        const int metric = static_cast<SweepModel*>(model->sourceModel())->metricColumn();
        QCOMPARE(table->model()->index(0, metric).data().toString(), QString("0.4")); // the best
        QCOMPARE(table->model()->index(2, metric).data().toString(), QString::fromUtf8("–"));
        child<QComboBox>(shown.get(), "sweepView")->setCurrentIndex(2);
        QCOMPARE(dots->bestSoFar().size(), 2);
        QVERIFY2(dots->accessibleName().contains("2 points; 1 of 3 runs"), qPrintable(dots->accessibleName()));
        child<QComboBox>(shown.get(), "sweepMetric")->setCurrentText("loss");
        QCOMPARE(dots->bestSoFar().size(), 3);
        QVERIFY2(!summary->text().contains("has no"), qPrintable(summary->text()));
    }

    void randomPointsByTheSeed()
    {
        const auto shown = page();
        auto* preview = child<QTableWidget>(shown.get(), "sweepPreview");
        addAxis(shown.get(), "optimizer.learning_rate", "1e-5..1e-3 log");
        QTRY_VERIFY(child<QLabel>(shown.get(), "sweepMessage")->text().contains("count")); // a grid needs one
        child<QComboBox>(shown.get(), "sweepKind")->setCurrentIndex(1);
        QTRY_COMPARE(preview->rowCount(), 20);
        const QString first = preview->item(0, 1)->text();
        child<QSpinBox>(shown.get(), "sweepSamples")->setValue(30);
        QTRY_COMPARE(preview->rowCount(), 30);
        QCOMPARE(preview->item(0, 1)->text(), first);
        child<QSpinBox>(shown.get(), "sweepSeed")->setValue(1);
        QTRY_VERIFY(preview->item(0, 1)->text() != first);
    }

    void modelIsSound()
    {
        makeSweep();
        const auto names = listSweeps(m_runs);
        QCOMPARE(names.size(), size_t(1));
        QCOMPARE(names[0].runs, 6);
        const SweepData data = readSweep(m_runs, "lr");
        QCOMPARE(data.fields, QStringList({ "algorithm.loss_type", "optimizer.learning_rate" }));
        SweepModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setData(data, kPass1);
        QCOMPARE(model.rowCount(), 6);
        int best = -1;
        for (int row = 0; row < 6; ++row)
            if (data.runs[size_t(row)].name == "lr#6")
                best = row;
        QCOMPARE(model.index(best, 4).data().toString(), QString("60.0 %"));
        QCOMPARE(model.index(best, 5).data().toString(), QString::fromUtf8("55.0 – 65.0 (n = 50 × 2)"));
        model.setData(data, "entropy");
        QCOMPARE(model.index(best, 4).data().toString(), QString::fromUtf8("–"));
        QVERIFY(!sweepNumber(data, data.runs[0], "algorithm.loss_type")); // a word
        model.setData(readSweep(m_runs, "none"), kPass1);
        QCOMPARE(model.rowCount(), 0);
    }

    /// The last step of a run is noise: by default its figure is a mean, and says of how many steps.
    void figuresSayWhatWasRead()
    {
        for (const char* name : { "quiet", "lucky" }) { // no names of a sweep
            const bool lucky = name[0] == 'l';
            const std::filesystem::path folder = (m_runs + '/' + name).toStdString();
            orThrow(makeFolders(folder));
            RunConfig config;
            config.general.name = name;
            config.optimizer.learningRate = lucky ? 1e-5 : 1e-6;
            const std::string text = toJsonText(config);
            orThrow(writeFileAtomically(folder / "config.json", text));
            auto writer = orThrow(RunWriter::create(folder, name, name, "grpo", text));
            for (int i = 1; i <= 20; ++i) {
                StepRow step;
                step.step = i;
                step.metrics = { { "reward", lucky ? (i == 20 ? 1.0 : 0.0) : 0.5 } };
                if (i == 20)
                    step.metrics.push_back({ "rare", 3.0 });
                orThrow(writer->commitStep(step));
                if (i % 5 == 0) {
                    EvaluationRow e;
                    e.step = i;
                    e.task = "countdown";
                    e.problems = 50;
                    e.samples = 2;
                    e.pass1 = i == 10 ? 0.6 : 0.3;
                    e.pass1Low = e.pass1 - 0.05;
                    e.pass1High = e.pass1 + 0.05;
                    orThrow(writer->commitEvaluation(e));
                }
            }
        }
        QVERIFY(listSweeps(m_runs).empty());
        SweepData data = readAsSweep({ m_runs + "/quiet", m_runs + "/lucky", m_runs + "/gone" }, "marked");
        QCOMPARE(data.runs.size(), size_t(2));
        QCOMPARE(data.fields, QStringList({ "optimizer.learning_rate" }));
        const auto of = [&](const char* name, const char* metric) {
            for (const SweepRun& run : data.runs)
                if (run.name == name)
                    return sweepNumber(data, run, metric).value_or(-1);
            return -2.0;
        };
        QVERIFY(std::abs(of("lucky", "reward") - 0.1) < 1e-9 && std::abs(of("quiet", "reward") - 0.5) < 1e-9);
        QCOMPARE(of("quiet", kPass1), 0.3); // the newest
        QCOMPARE(sweepTitle(data, "reward"), QString("reward, mean of the last 10 steps"));
        QCOMPARE(sweepTitle(data, "optimizer.learning_rate"), QString("optimizer.learning_rate"));
        SweepModel model;
        const auto cell = [&](int column) { return model.index(0, column).data().toString(); };
        model.setData(data, "reward");
        QCOMPARE(cell(model.metricColumn() + 1), QString("n = 10"));
        model.setData(data, "rare");
        QCOMPARE(cell(model.metricColumn() + 1), QString("n = 1"));
        data.reading = SweepReading::LastStep;
        QCOMPARE(of("lucky", "reward"), 1.0);
        QCOMPARE(sweepTitle(data, "reward"), QString("reward, last step"));
        data.reading = SweepReading::BestEvaluation;
        QCOMPARE(of("lucky", kPass1), 0.6);
        QCOMPARE(of("lucky", "reward"), 0.0); // steps 1 to 10
        QCOMPARE(of("lucky", "rare"), -1.0);
        model.setData(data, kPass1);
        QCOMPARE(cell(model.metricColumn() + 1), QString::fromUtf8("55.0 – 65.0 (n = 50 × 2)"));
        QCOMPARE(cell(model.metricColumn() + 2), QString("10"));
        QCOMPARE(model.headerData(model.metricColumn(), Qt::Horizontal, Qt::DisplayRole).toString(),
            QString("held-out pass@1, best evaluation"));

        const auto shown = page();
        shown->showRuns({ m_runs + "/quiet", m_runs + "/lucky" });
        QTableView* table = shown->results()->table();
        QTRY_COMPARE(table->model()->rowCount(), 2);
        child<QComboBox>(shown.get(), "sweepMetric")->setCurrentText("reward");
        QCOMPARE(table->model()->index(0, 0).data().toString(), QString("quiet"));
        child<QComboBox>(shown.get(), "sweepReading")->setCurrentIndex(0);
        QCOMPARE(table->model()->index(0, 0).data().toString(), QString("lucky"));
        child<QComboBox>(shown.get(), "sweepView")->setCurrentIndex(2);
        QVERIFY(child<ScatterPlot>(shown.get(), "scatterPlot")->accessibleName().contains("reward, last step"));
        // The marked runs come back after a restart.
        const auto again = page();
        again->restoreSession(shown->sessionState());
        QCOMPARE(child<QComboBox>(again.get(), "sweepChoice")->itemText(1), QString("Marked in the table (2 runs)"));
    }

    void brushesFilterTheTable()
    {
        makeSweep();
        const auto shown = page();
        shown->choose("lr");
        QTableView* table = shown->results()->table();
        QTRY_COMPARE(table->model()->rowCount(), 6);
        QCOMPARE(table->model()->index(0, 0).data().toString(), QString("lr#6")); // best first
        auto* plot = child<ParallelCoordinates>(shown.get(), "parallelCoordinates");
        plot->setFocus();
        QTest::keyClick(plot, Qt::Key_Right);
        QTest::keyClick(plot, Qt::Key_Right);
        QCOMPARE(plot->currentAxis(), 2); // the metric
        QTest::keyClick(plot, Qt::Key_Up); // the upper half: 40, 50, 60 %
        QCOMPARE(table->model()->rowCount(), 3);
        QVERIFY(child<QLabel>(shown.get(), "sweepResultSummary")->text().startsWith("3 of 6"));
        QTest::keyClick(plot, Qt::Key_Down);
        QVERIFY(std::abs(plot->brush(2)->first - 0.45) < 1e-9);
        QTest::keyClick(plot, Qt::Key_Down, Qt::ShiftModifier);
        QVERIFY(std::abs(plot->brush(2)->second - 0.9) < 1e-9);
        QTest::keyClick(plot, Qt::Key_Escape);
        QCOMPARE(table->model()->rowCount(), 6);
        // The same with the mouse: on the axis of the words, the upper end is "grpo".
        const int x = int(plot->pointOf(0, 0).x());
        QTest::mousePress(plot, Qt::LeftButton, {}, { x, 30 });
        QMouseEvent move(QEvent::MouseMove, QPointF(x, plot->height() / 2.0),
            plot->mapToGlobal(QPointF(x, plot->height() / 2.0)), Qt::LeftButton, Qt::LeftButton, {});
        QCoreApplication::sendEvent(plot, &move);
        QTest::mouseRelease(plot, Qt::LeftButton, {}, { x, plot->height() / 2 });
        QCOMPARE(table->model()->rowCount(), 3);
        for (int row = 0; row < 3; ++row)
            QCOMPARE(table->model()->index(row, 2).data().toString(), QString("grpo"));
        QTest::keyClick(plot, Qt::Key_PageDown); // only among those within
        QVERIFY(plot->inside(plot->picked()));
        QSignalSpy opened(shown.get(), &SweepPage::openRequested);
        QTest::keyClick(plot, Qt::Key_Return);
        QCOMPARE(opened.count(), 1);
        QVERIFY(opened[0][0].toString().startsWith(m_runs + "/lr-"));
    }

    void scatterAndBestOpenRuns()
    {
        makeSweep();
        const auto shown = page();
        shown->choose("lr");
        QTableView* table = shown->results()->table();
        QTRY_COMPARE(table->model()->rowCount(), 6);
        child<QComboBox>(shown.get(), "sweepView")->setCurrentIndex(1);
        auto* plot = child<ScatterPlot>(shown.get(), "scatterPlot");
        auto* x = child<QComboBox>(shown.get(), "sweepX");
        QVERIFY(x->isVisible());
        x->setCurrentText("optimizer.learning_rate");
        QTest::mouseClick(plot, Qt::LeftButton, {}, plot->positionOf(0).toPoint());
        QVERIFY(plot->picked() >= 0);
        QCOMPARE(table->currentIndex().data(SweepModel::FolderRole).toString(), readSweep(m_runs, "lr").runs[0].folder);
        QVERIFY(plot->accessibleDescription().contains("95 % interval"));
        x->setCurrentText("entropy"); // one run has none
        plot->setFocus();
        for (int i = 0; i < 8; ++i)
            QTest::keyClick(plot, Qt::Key_Right);
        QSignalSpy opened(shown.get(), &SweepPage::openRequested);
        QTest::keyClick(plot, Qt::Key_Return);
        QCOMPARE(opened.count(), 1);
        child<QComboBox>(shown.get(), "sweepView")->setCurrentIndex(2);
        QVERIFY(!x->isVisible());
        QVERIFY(plot->accessibleName().contains("6 points"));
        child<QComboBox>(shown.get(), "sweepMetric")->setCurrentText("reward");
        QVERIFY(plot->accessibleName().contains("reward"));
        table->setFocus();
        table->selectRow(0);
        QTest::keyClick(table, Qt::Key_Return);
        QCOMPARE(opened.count(), 2);
        QVERIFY(opened[1][0].toString().endsWith("/lr-6"));
    }

    void lowerIsBetter() // entropy has no better end until somebody says so; a loss has
    {
        makeSweep();
        const auto workspace = orThrow(Workspace::open(m_folder.filePath("workspace.db").toStdString()));
        {
            const auto shown = page();
            shown->results()->setWorkspace(workspace.get());
            shown->choose("lr");
            QTableView* table = shown->results()->table();
            QTRY_COMPARE(table->model()->rowCount(), 6);
            auto* metric = child<QComboBox>(shown.get(), "sweepMetric");
            auto* lower = child<QCheckBox>(shown.get(), "sweepLower");
            auto* plot = child<ScatterPlot>(shown.get(), "scatterPlot");
            auto* lines = child<ParallelCoordinates>(shown.get(), "parallelCoordinates");
            child<QComboBox>(shown.get(), "sweepView")->setCurrentIndex(2);
            metric->setCurrentText("reward");
            QVERIFY(!lower->isChecked());
            QCOMPARE(plot->bestSoFar().size(), 6);
            metric->setCurrentText("loss"); // 1/i: the first run is the worst
            QVERIFY(lower->isChecked());
            const SweepData data = readSweep(m_runs, "lr");
            double least = 1e9;
            for (int i = 0; i < 6; ++i) { // in the order of their start
                least = std::min(least, *sweepNumber(data, data.runs[size_t(i)], "loss"));
                QCOMPARE(plot->bestSoFar()[i], least);
            }
            QCOMPARE(table->model()->index(0, 0).data().toString(), QString("lr#6")); // the lowest first
            for (int row = 0; row < 6; ++row)
                if (data.runs[size_t(row)].name == "lr#6")
                    QCOMPARE(lines->boldness(row), 1.0);
            metric->setCurrentText("entropy");
            QVERIFY(!lower->isChecked());
            QTest::keyClick(lower, Qt::Key_Space);
            QVERIFY(lower->isChecked());
            QCOMPARE(table->model()->index(0, 0).data().toString(), QString("lr#5"));
            QCOMPARE(table->model()->index(5, 0).data().toString(), QString("lr#6")); // without a value: last
            metric->setCurrentText("reward");
            QVERIFY(!lower->isChecked());
        }
        const auto again = page();
        again->results()->setWorkspace(workspace.get());
        again->choose("lr");
        QTRY_COMPARE(again->results()->table()->model()->rowCount(), 6);
        child<QComboBox>(again.get(), "sweepMetric")->setCurrentText("entropy");
        QVERIFY(child<QCheckBox>(again.get(), "sweepLower")->isChecked()); // remembered
    }
};

QTEST_MAIN(TestSweepPage)
#include "tst_sweep_page.moc"
