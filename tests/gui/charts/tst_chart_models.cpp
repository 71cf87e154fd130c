// What stands behind the charts, without a window.

#include "chart_runs.h"

#include "core/store/run_reader.h"
#include "core/store/workspace.h"
#include "widgets/models/chartlayout.h"
#include "widgets/models/chartspec.h"
#include "widgets/models/heatsource.h"
#include "widgets/models/layoutshelf.h"
#include "widgets/models/metricseries.h"
#include "widgets/models/seedgroups.h"
#include "widgets/models/shortlabels.h"
#include "widgets/models/valuetablemodel.h"

#include <QAbstractItemModelTester>
#include <QJsonArray>
#include <QtTest>

using namespace aha;

class TestChartModels : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void expressionsOverMetrics()
    {
        const auto parsed = MetricExpression::parse("reward - 0.5 * [rewards/format/mean] + max(kl, 0)");
        QVERIFY2(parsed, parsed ? "" : parsed.error().sentence().c_str());
        QCOMPARE(parsed->metrics(), QStringList({ "reward", "rewards/format/mean", "kl" }));
        const QHash<QString, MetricSeries::Series> all { { "reward", { { 1, 2, 3, 5 }, { 1, 2, 3, 5 } } },
            { "rewards/format/mean", { { 2, 3, 4, 5 }, { 1, 0, 1, NAN } } },
            { "kl", { { 1, 2, 3, 5 }, { 0, -1, 4, 0 } } } };
        const auto made
            = parsed->evaluate([&](const QString& name) { return all.contains(name) ? &*all.find(name) : nullptr; });
        QCOMPARE(made.steps, Numbers({ 2, 3, 5 })); // that all of them have
        QCOMPARE(made.values.size(), 3);
        QCOMPARE(made.values[0], 1.5);
        QCOMPARE(made.values[1], 7.0);
        QVERIFY(std::isnan(made.values[2]));
        QVERIFY(parsed->evaluate([](const QString&) { return nullptr; }).steps.isEmpty());
        const auto wrong = MetricExpression::parse("reward + [a/b] *");
        QVERIFY(!wrong);
        QVERIFY2(QString::fromStdString(wrong.error().sentence()).contains("17"), wrong.error().sentence().c_str());
        QVERIFY(!MetricExpression::parse("1 + 2"));
        QVERIFY(!MetricExpression::parse(""));
        QVERIFY(!MetricExpression::parse("[reward"));
        QCOMPARE(MetricExpression::parse("[x]+[x]+x")->metrics().size(), 2); // [x] and x
    }

    void layoutsAreValues()
    {
        ChartLayout layout = ChartLayout::standard();
        QVERIFY(layout.charts.contains("std:Reward") && layout.charts.contains("heat:tokens"));
        layout.charts << "expr:reward * 2"
                      << "metric:kl";
        layout.options["metric:kl"] = { false, true, false };
        layout.options["std:Reward"].right = QPair<double, double>(-0.5, 2);
        layout.options["std:Reward"].lines = { { "reward", false }, { "rewards/format/mean", true } };
        layout.options["heat:tokens"].run = "runs/two";
        layout.xAxis = "num_tokens";
        layout.seeds = "range";
        layout.open << "rewards";
        layout.from = 3;
        layout.to = 7.5;
        QVERIFY(ChartLayout::fromJson(layout.toJson()) == layout);
        QVERIFY(!(ChartLayout::standard() == layout));
        QVERIFY(layout.move("metric:kl", -1));
        QCOMPARE(layout.charts.last(), QString("expr:reward * 2"));
        QVERIFY(!layout.move("metric:absent", 1));
        QVERIFY(layout.moveBefore("expr:reward * 2", "std:Reward"));
        QCOMPARE(layout.charts.indexOf("expr:reward * 2") + 1, layout.charts.indexOf("std:Reward"));
        QJsonObject strange = layout.toJson();
        strange["charts"] = QJsonArray { "std:No such chart", "metric:x", 7, "metric:x" };
        strange["smoothing"] = 4000;
        strange["options"] = QJsonObject { { "metric:x",
            QJsonObject { { "values", QJsonArray { 3, "high" } }, { "lines", QJsonObject { { "x", 7 } } } } } };
        QCOMPARE(ChartLayout::fromJson(strange).options.value("metric:x"), ChartOptions());
        QCOMPARE(ChartLayout::fromJson(strange).charts, QStringList("metric:x"));
        QCOMPARE(ChartLayout::fromJson(strange).smoothing, 99);
        QCOMPARE(metricSection("rewards/format/mean"), QString("rewards"));
        QCOMPARE(metricSection("reward"), QString("general"));
    }

    void everyStandardChartHasItsId()
    {
        QSet<QString> ids;
        for (const ChartSpec& spec : standardCharts()) {
            ids.insert(spec.id);
            QCOMPARE(chartSpec(spec.id).title, spec.title);
            QVERIFY(!spec.metrics().isEmpty() || !spec.quantity.isEmpty());
        }
        QCOMPARE(ids.size(), standardCharts().size());
        QVERIFY(chartSpec("nothing").parts.isEmpty());
    }

    void layoutsAreKept()
    {
        const auto workspace = orThrow(Workspace::open(m_folder.filePath("workspace.db").toStdString()));
        LayoutShelf shelf(workspace.get());
        QVERIFY(shelf.names().isEmpty() && !shelf.last());
        ChartLayout layout = ChartLayout::standard();
        layout.charts = QStringList { "metric:kl" };
        layout.from = 1;
        layout.to = 2;
        QVERIFY(shelf.save(" for <b>papers</b> ", layout));
        QVERIFY(!shelf.save("  ", layout));
        QCOMPARE(shelf.names(), QStringList("for <b>papers</b>"));
        QCOMPARE(shelf.layout("for <b>papers</b>")->charts, layout.charts);
        QVERIFY(std::isnan(shelf.layout("for <b>papers</b>")->from)); // the view belongs to a run
        QVERIFY(shelf.setLast(layout));
        QCOMPARE(LayoutShelf(workspace.get()).last()->charts, layout.charts);
        QVERIFY(shelf.remove("for <b>papers</b>"));
        QVERIFY(shelf.names().isEmpty());
        QVERIFY(!LayoutShelf(nullptr).save("x", layout));
    }

    void shortNamesTellRunsApart()
    {
        const QString long1 = "countdown-grpo-g16-lr1e-6-beta0.01-tiny-seed0",
                      long2 = QString(long1).replace("1e-6", "3e-6"),
                      long3 = "countdown-grpo-g16-lr1e-6-beta0.01-tiny-seed1";
        const QStringList made = shortLabels({ "short", long1, long2, long1, long3 }, 24);
        QCOMPARE(made[0], QString("short"));
        QVERIFY2(made[1].contains("1e-6") && made[2].contains("3e-6"), qPrintable(made.join(' ')));
        QCOMPARE(made[3], made[1]); // the same name
        QCOMPARE(made[4], QString("countdown-gr…-tiny-seed1")); // its end tells it apart
        for (const QString& label : made)
            QVERIFY(label.size() <= 24);
        // Differing at two places: "…" and a group that its first place does not tell apart.
        const QString twice = "countdown-grpo-g16-lr1e-6-kl0.001-beta0.01-tiny-seed0";
        QStringList three = shortLabels(
            { twice, QString(twice).replace("beta0.01", "beta0.04"), QString(twice).replace("g16", "g32") }, 24);
        QCOMPARE(three.removeDuplicates(), 0);
        QVERIFY2(three[0].contains("0.01") && three[1].contains("0.04") && three[2].contains("g32"),
            qPrintable(three.join(' ')));
        QCOMPARE(shortLabels({ long1 }, 24), QStringList("countdown-gr…-tiny-seed0"));
    }

    void seedsMakeGroups()
    {
        RunConfig a, b, c;
        b.general.seed = 3;
        b.general.name = "another";
        c.general.seed = 4;
        c.optimizer.learningRate *= 2;
        const auto text = [](const RunConfig& config) { return QString::fromStdString(toJsonText(config)); };
        QCOMPARE(seedGroups({ text(a), text(c), text(b), "{}", "{}" }),
            QVector<QVector<int>>({ { 0, 2 }, { 1 }, { 3 }, { 4 } })); // what is not known is not the same
    }

    void onlyWhatIsWantedIsRead()
    {
        const QString folder = m_folder.filePath("one"), other = m_folder.filePath("two");
        fixture::makeChartRun(folder, 0);
        fixture::makeChartRun(other, 1);
        MetricSeries series;
        series.want({ "reward" });
        series.setRuns({ folder, other });
        QTRY_VERIFY(series.runs()[0].read && series.runs()[1].read);
        QVERIFY(series.runs()[0].recorded.contains("rewards/format/mean"));
        QVERIFY(!series.runs()[0].find("kl"));
        QCOMPARE(series.runs()[1].find("reward")->values.size(), 20);
        QCOMPARE(series.runs()[1].find("reward")->values[0], 0.15);
        QCOMPARE(series.runs()[0].completions, 160);
        series.want({ "kl", MetricSeries::hoursName(), "absent" });
        QTRY_VERIFY(series.runs()[0].find(MetricSeries::hoursName()));
        QCOMPARE(series.runs()[0].find("kl")->values.size(), 20);
        const auto stepsAt = [&](const QString& metric) { return series.runs()[0].find(metric)->steps.constData(); };
        QCOMPARE(stepsAt("kl"), stepsAt("reward")); // in memory once
        QVERIFY(series.runs()[0].find("absent")->values.isEmpty());
        QCOMPARE(series.runs()[0].find(MetricSeries::hoursName())->values[0], 0.0);
        // What is committed later comes behind; the other run stays.
        auto writer = orThrow(RunWriter::open(folder.toStdString()));
        orThrow(writer->commitStep({ 21, 1, { { "reward", 9 }, { "kl", NAN } }, {} }));
        series.refresh(folder);
        QTRY_COMPARE(series.runs()[0].find("reward")->values.size(), 21);
        QCOMPARE(series.runs()[0].find("reward")->values.back(), 9.0);
        QCOMPARE(stepsAt("kl"), stepsAt("reward"));
        QVERIFY(std::isnan(series.runs()[0].find("kl")->values.back()));
        QCOMPARE(series.runs()[1].find("reward")->values.size(), 20);
        // A chart that shows them goes on in the same place: nothing is copied for a step more.
        const Numbers shown = series.runs()[0].find("reward")->values;
        orThrow(writer->commitStep({ 22, 1, { { "reward", 8 }, { "kl", 1 } }, {} }));
        series.refresh(folder);
        QTRY_COMPARE(series.runs()[0].find("reward")->values.size(), 22);
        QCOMPARE(series.runs()[0].find("reward")->values.constData(), shown.constData());
        QCOMPARE(stepsAt("kl"), stepsAt("reward"));
        QCOMPARE(shown.size(), 21);
        series.setRuns({ other, m_folder.filePath("nothing here") });
        QTRY_VERIFY(!series.runs()[1].problem.isEmpty());
        QCOMPARE(series.runs()[0].find("reward")->values.size(), 20); // kept, not read again
        orThrow(writer->commitStep({ 23, 1, { { "reward", 10 } }, {} }));
        series.setRuns({ folder });
        series.readNow();
        QCOMPARE(series.runs()[0].find("reward")->values.size(), 23);
        QTRY_VERIFY(!series.busy()); // and the answer that was on its way adds nothing twice
        QCOMPARE(series.runs()[0].find("reward")->values.size(), 23);
    }

    void completionsAsAMap()
    {
        const QString folder = m_folder.filePath("map");
        fixture::makeChartRun(folder, 0);
        HeatSource source;
        QSignalSpy ready(&source, &HeatSource::ready);
        source.request(folder, "tokens", {});
        QTRY_COMPARE(ready.count(), 1);
        const HeatSource::Map* map = source.map(folder, "tokens");
        QVERIFY(map);
        QCOMPARE(map->completions, 160);
        QCOMPARE(map->histogram.columns, 20);
        QCOMPARE(map->histogram.low, 10.5);
        QCOMPARE(map->histogram.shares[0], 0.25); // two of eight have 11 tokens at step 1
        QCOMPARE(map->mean.steps.size(), 20);
        QCOMPARE(map->mean.values[0], 12.5);
        QVERIFY(!source.map(folder, "reward"));
        // On an axis of tokens the columns stand elsewhere; steps without a place are left out.
        const auto placed = HeatSource::count(folder, "advantage", { { 1, 2, 3 }, { 100, 200, 300 } });
        QCOMPARE(placed.mean.steps, QVector<double>({ 100, 200, 300 }));
        QCOMPARE(placed.histogram.columns, 3);
        QCOMPARE(placed.mean.values[0], 0.0);
        QCOMPARE(HeatSource::count(folder, "reward", { { 1, 2 }, { 2, 1 } }).histogram.columns, 0);
    }

    void valuesAtTheCursor()
    {
        ValueTableModel model;
        QAbstractItemModelTester tester(&model);
        QSignalSpy reset(&model, &QAbstractItemModel::modelReset);
        model.setRows({ { "Reward", "total", Qt::red, 5, 0.5, 0.4, 0.25 },
            { "Reward", "format", Qt::blue, 5, 1, NAN, 0 }, { "KL", "kl", Qt::red, -1, NAN, NAN, 1 } });
        const auto cell = [&](int row, int column) { return model.index(row, column).data().toString(); };
        QCOMPARE(cell(0, ValueTableModel::Value), QString("0.5"));
        QCOMPARE(cell(0, ValueTableModel::Difference), QString("+0.25"));
        QCOMPARE(cell(0, ValueTableModel::Percent), QString("+100 %"));
        QCOMPARE(cell(1, ValueTableModel::Chart), QString());
        QCOMPARE(cell(1, ValueTableModel::Percent), QString::fromUtf8("–")); // of zero there are no percent
        QCOMPARE(cell(2, ValueTableModel::Value), QString::fromUtf8("–"));
        model.setRows({ { "Reward", "total", Qt::red, 6, 0.1, 0.4, 0.2 },
            { "Reward", "format", Qt::blue, 6, 1, NAN, 0 }, { "KL", "kl", Qt::red, 6, 3, NAN, 1 } });
        QCOMPARE(reset.count(), 1); // the same lines: selection and scroll position stay
        QCOMPARE(cell(0, ValueTableModel::Difference), QString("−0.1"));
        QVERIFY2(model.text().contains("\t-0.1\t-50 %"), qPrintable(model.text())); // for another program
        QCOMPARE(model.text().count('\n'), 3);
        model.setRows({});
        QCOMPARE(reset.count(), 2);
        QCOMPARE(model.rowCount(), 0);
    }

private:
    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(TestChartModels)
#include "tst_chart_models.moc"
