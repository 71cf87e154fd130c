// The Compare page: paired differences, what differs, empty states.

#include "trace_fixture.h"

#include "widgets/models/comparemodel.h"
#include "widgets/panels/comparepanel.h"

#include <QAbstractItemModelTester>
#include <QCheckBox>
#include <QClipboard>
#include <QGuiApplication>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QRegularExpression>
#include <QTableView>
#include <QtTest>

using namespace aha;

class TestCompare : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        for (int i = 0; i < 2; ++i) {
            const QString folder = m_folder.filePath(QString("run%1").arg(i));
            fixture::makeRun(folder, i);
            m_open.push_back({ std::make_shared<RunFeed>(folder), QColor(Qt::blue), QString("run %1").arg(i) });
        }
    }
    void cleanupTestCase() { m_open.clear(); }

    void pairedOverProblems()
    {
        const auto problem = [](const char* text, int correct) {
            return EvaluationProblemRow { { 0, text, "", "" }, correct, false, "" };
        };
        const std::vector<EvaluationProblemRow> a { problem("p", 1), problem("q", 2), problem("r", 4),
            problem("only a", 4) },
            b { problem("r", 4), problem("q", 4), problem("p", 2), problem("only b", 0) };
        const auto d = pairedDifference(a, 4, b, 4);
        QVERIFY(d);
        QCOMPARE(d->problems, 3);
        QVERIFY(std::abs(d->difference - 0.25) < 1e-12); // 0.25, 0.5, 0
        const auto same = comparePaired({ { 1, 2 }, { 2, 4 }, { 4, 4 } }, 4, 4, kResamples, kPairedSeed);
        QCOMPARE(d->low, same->low); // in the order of the first
        QCOMPARE(d->high, same->high);
        QVERIFY(d->low >= 0 && d->low < d->high && d->high <= 0.5);
        QVERIFY(!pairedDifference(a, 4, { problem("p", 1) }, 4));
    }

    void modelShowsWhatDiffers()
    {
        CompareModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        std::vector<ComparedRun> runs;
        for (const OpenRun& run : m_open) {
            runs.push_back(readComparedRun(run.feed->folder()));
            runs.back().label = run.label;
            runs.back().color = run.color;
        }
        compareWithFirst(runs);
        const auto rowOf = [&](const QString& name) {
            for (int row = 0; row < model.rowCount(); ++row)
                if (model.index(row, 0).data().toString() == name)
                    return row;
            return -1;
        };
        model.setRuns(runs, true, {});
        QVERIFY(rowOf("general.seed") > 0 && rowOf("rollout.temperature") < 0);
        QCOMPARE(model.index(rowOf("general.seed"), 2).data(CompareModel::DiffersRole).toBool(), true);
        QVERIFY(model.index(rowOf("pass@1 now"), 1).data().toString().contains(QString::fromUtf8("n = 6 × 4, step 3")));
        QVERIFY(model.index(rowOf("Against the first run"), 2).data().toString().contains("n = 6 shared problems"));
        QCOMPARE(model.index(rowOf("Against the first run"), 1).data().toString(), QString::fromUtf8("–"));
        QVERIFY(model.index(rowOf("Training accuracy"), 1).data().toString().startsWith("37.5 %"));
        QCOMPARE(rowOf("completions/mean_length"), -1); // equal
        model.setRuns(runs, false, {});
        QVERIFY(rowOf("rollout.temperature") > 0 && rowOf("completions/mean_length") > 0);
        model.setRuns(runs, false, "rollout.temper");
        QCOMPARE(model.rowCount(), 2); // its heading and itself
        QVERIFY(model.markdown().contains("| rollout.temperature | 1 | 1 |"));
        std::vector<ComparedRun> hostile { runs[0] };
        hostile[0].label = "![x](http://host/p.png)|<img>";
        model.setRuns(hostile, false, "rollout.temper");
        QVERIFY2(
            !model.markdown().contains("![x]") && !model.markdown().contains("<img"), qPrintable(model.markdown()));
        model.setRuns({ runs[0], runs[0] }, true, {});
        QVERIFY(rowOf("All settings are equal") > 0);
        model.setRuns({ runs[0], readComparedRun(m_folder.filePath("nowhere")) }, true, {});
        QVERIFY(model.headerData(2, Qt::Horizontal, Qt::ToolTipRole).toString().contains("no run"));
    }

    void estimatesSayWhatTheyRestOn()
    {
        std::vector<ComparedRun> runs;
        for (const OpenRun& run : m_open) {
            runs.push_back(readComparedRun(run.feed->folder()));
            runs.back().label = run.label;
        }
        runs[1].label = "run_1 & 50% {x} \\cmd";
        CompareModel model;
        const auto cell = [&](const QString& name, int column) {
            for (int row = 0; row < model.rowCount(); ++row)
                if (model.index(row, 0).data().toString() == name)
                    return model.index(row, column);
            return QModelIndex();
        };
        model.setRuns(runs, true, {});
        // Each problem with a right sample counts at k = n: five of six, around the stored 90 %.
        const QString pass = cell("pass@k", 1).data().toString();
        QVERIFY2(
            QRegularExpression(QString::fromUtf8("^pass@4 90\\.0 % \\(([0-9.]+) – ([0-9.]+)\\), n = 6 × 4, step 3$"))
                .match(pass)
                .hasMatch(),
            qPrintable(pass));
        QVERIFY(runs[0].passK->low < 0.9 && runs[0].passK->high > 0.9 && runs[0].passK->high <= 1);
        // Means of the groups: rewards 0.4 and 1.1 + 0.1 + 1.1 over 3; Student's t with one degree of freedom.
        const QString reward = cell("Reward", 2).data().toString();
        QVERIFY2(reward.startsWith("0.31 (") && reward.endsWith("n = 7 in 2 groups"), qPrintable(reward));
        QVERIFY(cell("Response length, tokens", 1).data().toString().endsWith("n = 8 in 2 groups"));
        QCOMPARE(cell("Entropy, nats", 1).isValid(), false); // not recorded
        runs[0].metrics.emplace_back("entropy", 1.25);
        runs[0].metrics.emplace_back("eval_loss", 0.5);
        runs[1].metrics.emplace_back("eval_loss", 0.25);
        runs[0].metrics.emplace_back("loss", 0.5);
        runs[1].metrics.emplace_back("loss", 0.25);
        model.setRuns(runs, true, {});
        QCOMPARE(cell("Entropy, nats", 1).data().toString(), QString("1.25, n = 332")); // tokens: 2 × (40 + … + 43)

        QVERIFY(!cell("Reward", 2).data(CompareModel::BestRole).toBool()); // 0.31 over 0.30, within the intervals
        runs[0].estimates["reward"] = { 0.29, 0.304, 8, 2 };
        runs[1].estimates["reward"] = { 0.306, 0.33, 7, 2 };
        runs[0].stepSeconds = { 9 };
        runs[1].stepSeconds = { 5 };
        model.setRuns(runs, true, {});
        QVERIFY(cell("Reward", 2).data(CompareModel::BestRole).toBool());
        QVERIFY(!cell("Reward", 1).data(CompareModel::BestRole).toBool());
        QVERIFY(cell("Reward", 2).data(Qt::FontRole).value<QFont>().bold());
        QVERIFY(cell("Reward", 2).data(Qt::AccessibleTextRole).toString().endsWith(", the best"));
        QVERIFY(cell("Reward", 2).data(Qt::ToolTipRole).toString().contains("interval overlaps no other"));
        QVERIFY(cell("eval_loss", 2).isValid() && !cell("eval_loss", 2).data(CompareModel::BestRole).toBool());
        QVERIFY(cell("Step time, s", 2).isValid()); // of a machine; neither has an interval
        QVERIFY(!cell("Step time, s", 2).data(CompareModel::BestRole).toBool());
        QVERIFY(!cell("Training accuracy", 2).data(CompareModel::BestRole).toBool()); // of two groups
        QVERIFY(!cell("pass@1 now", 1).data(CompareModel::BestRole).toBool()); // equal
        QVERIFY(cell("loss", 2).isValid() && !cell("loss", 2).data(CompareModel::BestRole).toBool()); // of a policy
        QVERIFY(!cell("Entropy, nats", 1).data(CompareModel::BestRole).toBool()); // neither way, and alone
        QVERIFY(!cell("accuracy", 1).data(CompareModel::BestRole).toBool()); // equal
        QVERIFY(model.markdown().contains("| **0.31 ("));
        runs[0].estimates["reward"].high = 0.306; // they touch
        model.setRuns(runs, true, {});
        QVERIFY(!cell("reward", 2).data(CompareModel::BestRole).toBool());
        runs[0].estimates["reward"].high = 0.304;
        runs[0].metrics.emplace_back("drift", -0.25);
        model.setRuns(runs, true, {});
        QCOMPARE(cell("drift", 1).data().toString(), QString::fromUtf8("−0.25"));
        runs[0].metrics.pop_back();
        runs[1].passK->k = 2; // another k is another figure
        runs[1].passK->share = 0.99;
        model.setRuns(runs, true, {});
        QVERIFY(!cell("pass@k", 2).data(CompareModel::BestRole).toBool());

        const QString latex = model.latex();
        QVERIFY2(latex.contains("& run\\_1 \\& 50\\% \\{x\\} \\textbackslash{}cmd \\\\\n"), qPrintable(latex));
        QVERIFY(
            latex.contains("\\begin{tabular}{lll}\n\\toprule\n") && latex.endsWith("\\bottomrule\n\\end{tabular}\n"));
        QVERIFY(latex.contains("\\midrule\n\\multicolumn{3}{l}{\\textit{Held-out, 95 \\% intervals}} \\\\\n"));
        QVERIFY(latex.contains("& \\textbf{0.31 ("));
        QVERIFY(latex.contains("general.seed & 0 & 1 \\\\\n"));
        for (const QString& line : latex.split('\n')) // every row of the table has its three cells
            if (line.endsWith("\\\\") && !line.contains("multicolumn"))
                QCOMPARE(QString(line).remove("\\&").count('&'), 2);
    }

    /// Preferences have no verdicts: a share of right completions would be made up. What they have is their ranking.
    void preferences()
    {
        const QString folder = m_folder.filePath("dpo");
        QDir().mkpath(folder);
        const RunConfig config = defaultConfig("dpo");
        QFile file(folder + "/config.json");
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(toJsonText(config).c_str()) > 0);
        file.close();
        {
            auto writer = orThrow(RunWriter::create(folder.toStdString(), "dpo", "dpo", "dpo", toJsonText(config)));
            for (int64_t step = 1; step <= 3; ++step) {
                StepRow row;
                row.step = step;
                row.groups.push_back({ 0, step, 0, { 0, "p", "countdown", fixture::kItem }, 0, 0, false,
                    { fixture::completion(step, 0, 1) } });
                row.metrics = { { "loss", 0.5 } };
                if (step < 3) {
                    row.metrics.emplace_back("eval_rewards/accuracies", step == 1 ? 0.5 : 0.75);
                    row.metrics.emplace_back("eval_samples", 40);
                }
                orThrow(writer->commitStep(row));
            }
        }
        {
            auto writer = orThrow(RunWriter::open(folder.toStdString()));
            orThrow(writer->addMarker(
                { 0, 2, "set", "rollout.temperature=1.6", R"({"change":"rollout.temperature: 1 -> 1.6"})", 0 }));
        }
        ComparedRun run = readComparedRun(folder);
        QVERIFY(run.groupRates.empty());
        CompareModel model;
        model.setRuns({ run, readComparedRun(m_open[0].feed->folder()) }, true, "accuracy");
        QCOMPARE(model.index(1, 0).data().toString(), QString("Preference accuracy"));
        QCOMPARE(model.index(1, 1).data().toString(), QString::fromUtf8("75.0 % (59.8 – 85.8), n = 40, step 2"));
        QCOMPARE(model.index(1, 2).data().toString(), QString::fromUtf8("–"));
        model.setRuns({ run, readComparedRun(m_open[0].feed->folder()) }, true, "rollout.temperature");
        QCOMPARE(model.index(1, 0).data().toString(), QString("rollout.temperature"));
        QCOMPARE(model.index(1, 1).data().toString(), QString::fromUtf8("1 → 1.6 (after step 2)"));
        QCOMPARE(model.index(1, 2).data().toString(), QString("1"));
        QVERIFY(model.index(1, 2).data(CompareModel::DiffersRole).toBool());
        model.setRuns({ run }, false, "Training accuracy");
        QCOMPARE(model.rowCount(), 0);
    }

    void panel()
    {
        ComparePanel panel;
        panel.resize(900, 600);
        panel.show();
        auto* hint = panel.findChild<QLabel*>("compareHint");
        QVERIFY(hint->isVisible() && hint->text().startsWith("No run is open"));
        QVERIFY(!panel.findChild<QTableView*>("compareTable")->isVisible());
        panel.setRuns({ m_open[0] });
        QVERIFY(hint->isVisible() && hint->text().startsWith("One run is open"));
        auto* key = panel.findChild<QLabel*>("compareKey");
        QVERIFY(!key->isVisible()); // of one run nothing is the better
        QTRY_VERIFY(panel.model()->rowCount() > 20); // its settings can be read all the same
        panel.setRuns(m_open);
        QVERIFY(!hint->isVisible());
        auto* empty = panel.findChild<QLabel*>("compareEmpty");
        QVERIFY(empty->isVisible() && empty->text().startsWith("Reading the runs"));
        QVERIFY(key->isVisible() && key->text().startsWith("Bold figure: the better value, where its 95 % interval"));
        QTRY_COMPARE(panel.model()->columnCount(), 3);
        const int few = panel.model()->rowCount();
        panel.findChild<QCheckBox*>("onlyDifferent")->setChecked(false);
        QVERIFY(panel.model()->rowCount() > few);
        QVERIFY(!empty->isVisible());
        panel.findChild<QLineEdit*>("compareFilter")->setText("no such thing");
        QVERIFY(empty->isVisible() && empty->text().startsWith("Nothing has \"no such thing\" in its name."));
        panel.findChild<QCheckBox*>("onlyDifferent")->setChecked(true);
        QVERIFY(empty->isVisible() && empty->text().contains("untick \"Only what differs\""));
        panel.findChild<QCheckBox*>("onlyDifferent")->setChecked(false);
        panel.findChild<QLineEdit*>("compareFilter")->setText("seed");
        panel.findChild<QPushButton*>("compareCopy")->click();
        QVERIFY(QGuiApplication::clipboard()->text().contains("| general.seed | 0 | 1 |"));
        panel.findChild<QPushButton*>("compareLatex")->click();
        QVERIFY(QGuiApplication::clipboard()->text().contains("general.seed & 0 & 1 "));
        // No figure loses its end while the page is made narrower: what does not fit has a second line.
        panel.findChild<QLineEdit*>("compareFilter")->clear();
        const auto* table = panel.findChild<QTableView*>("compareTable");
        for (int width = 1100; width > 700; width -= 7) {
            panel.resize(width, 500);
            QCoreApplication::processEvents();
            for (int row = 0; row < panel.model()->rowCount(); ++row)
                for (int c = 1; c < 3 && table->rowHeight(row) <= table->verticalHeader()->defaultSectionSize(); ++c) {
                    const QModelIndex cell = panel.model()->index(row, c);
                    const QVariant own = cell.data(Qt::FontRole);
                    const QFontMetrics metrics(own.isValid() ? own.value<QFont>() : table->font());
                    QVERIFY2(metrics.horizontalAdvance(cell.data().toString()) + 8 <= table->columnWidth(c)
                            || panel.model()->index(row, 0).data(CompareModel::SectionRole).toBool(),
                        qPrintable(QStringLiteral("%1: %2").arg(width).arg(cell.data().toString())));
                }
        }
    }

    /// A group that nobody judged has no share of right ones: not 0 of 4.
    void whatNobodyJudgedHasNoRate()
    {
        const QString folder = m_folder.filePath("unjudged");
        fixture::makeRun(folder);
        StepRow row;
        row.step = 4;
        for (int g = 0; g < 2; ++g) {
            GroupRow& group = row.groups.emplace_back();
            group.step = 4;
            group.position = g;
            group.prompt = { 0, "problem " + std::to_string(g), "countdown", fixture::kItem };
            for (int j = 0; j < 4; ++j) {
                CompletionRow& one = group.completions.emplace_back(fixture::completion(4, g, j));
                if (g == 0) {
                    one.verdict = "unjudged";
                    one.correct = false;
                }
            }
        }
        orThrow(orThrow(RunWriter::open(folder.toStdString()))->commitStep(row));
        const ComparedRun run = readComparedRun(folder);
        QCOMPARE(run.completions, 4);
        QCOMPARE(run.groupRates, std::vector<double> { 0.5 });
    }

private:
    QTemporaryDir m_folder;
    OpenRuns m_open;
};

QTEST_MAIN(TestCompare)
#include "tst_compare.moc"
