// The filter language of the run table, and the table's models under it.

#include "widgets/models/runfilter.h"
#include "widgets/models/runlistmodel.h"
#include "widgets/models/runproxy.h"

#include <QAbstractItemModelTester>
#include <QDateTime>
#include <QSignalSpy>
#include <QtTest>

using namespace aha;

namespace {

RunListRow row(const QString& name, RunState state, std::optional<double> pass1, const QString& loss, qint64 step)
{
    RunListRow made;
    made.folder = QStringLiteral("runs/") + name;
    made.key = name + QStringLiteral("@1");
    made.name = name;
    made.state = state;
    made.pass1 = pass1;
    made.pass1Low = made.pass1High = pass1;
    made.lossType = loss;
    made.task = QStringLiteral("countdown");
    made.step = step;
    made.maxSteps = 150;
    made.createdAt = double(QDateTime::fromString(QStringLiteral("2026-03-01"), Qt::ISODate).toSecsSinceEpoch());
    return made;
}

} // namespace

class TestRunFilter : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void terms_data()
    {
        QTest::addColumn<QString>("filter");
        QTest::addColumn<QString>("passes"); // of a, b, c
        QTest::newRow("nothing") << ""
                                 << "abc";
        QTest::newRow("word") << "dapo"
                              << "b";
        QTest::newRow("word in the name, any case") << "ALPHA"
                                                    << "a";
        QTest::newRow("given name") << "champion"
                                    << "c";
        QTest::newRow("word in a note") << "collapsed"
                                        << "b";
        QTest::newRow("all must hold") << "countdown dapo"
                                       << "b";
        QTest::newRow("quoted") << "\"has collapsed\""
                                << "b";
        QTest::newRow("quoted, not there") << "\"collapsed has\""
                                           << "";
        QTest::newRow("state") << "state:finished"
                               << "a";
        QTest::newRow("state, beginning of the word") << "state:run"
                                                      << "c";
        QTest::newRow("tag") << "tag:good"
                             << "c";
        QTest::newRow("tags, too") << "tags:good"
                                   << "c";
        QTest::newRow("not") << "-state:finished"
                             << "bc";
        QTest::newRow("number") << "pass1>0.5"
                                << "a";
        QTest::newRow("pass@1 as the column says") << "pass@1>0.5"
                                                   << "a";
        QTest::newRow("percent") << "pass1>=60%"
                                 << "a";
        QTest::newRow("not measured is in no range") << "pass1<1"
                                                     << "ab";
        QTest::newRow("not in the range") << "-pass1<1"
                                          << "c";
        QTest::newRow("equal") << "step=10"
                               << "b";
        QTest::newRow("different") << "step!=10"
                                   << "ac";
        QTest::newRow("date") << "created>=2026-02-01"
                              << "abc";
        QTest::newRow("later date") << "created>2026-04-01"
                                    << "";
        QTest::newRow("both kinds") << "loss:grpo step>100"
                                    << "a";
    }

    void terms()
    {
        QFETCH(QString, filter);
        QFETCH(QString, passes);
        const Result<RunFilter> parsed = RunFilter::parse(filter);
        QVERIFY2(parsed.ok(), parsed.ok() ? "" : parsed.error().message.c_str());
        const std::pair<RunListRow, RunLabel> runs[] = {
            { row(QStringLiteral("alpha"), RunState::Finished, 0.6, QStringLiteral("grpo"), 150), {} },
            { row(QStringLiteral("beta"), RunState::Failed, 0.2, QStringLiteral("dapo"), 10),
                { "", "", "entropy has collapsed" } },
            { row(QStringLiteral("gamma"), RunState::Running, std::nullopt, QStringLiteral("grpo"), 20),
                { "champion", "good warm", "" } },
        };
        QString found;
        for (int i = 0; i < 3; ++i)
            if (parsed->accepts(runs[i].first, runs[i].second))
                found += QChar('a' + i);
        QCOMPARE(found, passes);
    }

    void badFiltersSayWhy_data()
    {
        QTest::addColumn<QString>("filter");
        QTest::addColumn<QString>("says");
        QTest::newRow("no such number") << "lr>1"
                                        << "\"lr\"";
        QTest::newRow("no such text") << "colour:red"
                                      << "pass1"; // the hint lists what there is
        QTest::newRow("not a number") << "pass1>high"
                                      << "\"high\" is not a number";
        QTest::newRow("half typed") << "pass1>"
                                    << "not a number";
        QTest::newRow("no such state") << "state:asleep"
                                       << "interrupted";
        QTest::newRow("no date") << "created>yesterday"
                                 << "2026-";
        QTest::newRow("open quote") << "\"two words"
                                    << "quotation";
    }

    void badFiltersSayWhy()
    {
        QFETCH(QString, filter);
        QFETCH(QString, says);
        const Result<RunFilter> parsed = RunFilter::parse(filter);
        QVERIFY(!parsed);
        QVERIFY2(QString::fromStdString(parsed.error().sentence()).contains(says), parsed.error().sentence().c_str());
    }

    void modelsKeepTheirWord()
    {
        RunListModel model;
        RunProxy proxy(&model);
        QAbstractItemModelTester one(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        QAbstractItemModelTester two(&proxy, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setRows({ row(QStringLiteral("alpha"), RunState::Finished, 0.6, QStringLiteral("grpo"), 150),
            row(QStringLiteral("beta"), RunState::Failed, 0.2, QStringLiteral("dapo"), 10) });
        proxy.sort(RunListModel::Pass1, Qt::DescendingOrder);
        QCOMPARE(proxy.index(0, RunListModel::Name).data().toString(), QStringLiteral("alpha"));
        proxy.sort(RunListModel::Pass1, Qt::AscendingOrder);
        QCOMPARE(proxy.index(0, RunListModel::Name).data().toString(), QStringLiteral("beta"));
        proxy.setFilter(orThrow(RunFilter::parse(QStringLiteral("tag:keep"))));
        QCOMPARE(proxy.rowCount(), 0);
        QSignalSpy changed(&model, &RunListModel::labelChanged);
        QVERIFY(model.setData(model.index(1, RunListModel::Tags), QStringLiteral(" keep,  keep this "), Qt::EditRole));
        QCOMPARE(proxy.rowCount(), 1); // passes as soon as it is tagged
        QCOMPARE(changed.last()[0].toString(), QStringLiteral("beta@1"));
        QCOMPARE(model.index(1, RunListModel::Tags).data().toString(), QStringLiteral("keep this"));
        QVERIFY(model.setData(model.index(1, RunListModel::Name), QStringLiteral("second"), Qt::EditRole));
        QCOMPARE(model.index(1, RunListModel::Name).data().toString(), QStringLiteral("second"));
        QVERIFY(model.setData(model.index(1, RunListModel::Name), QStringLiteral("beta"), Qt::EditRole));
        QVERIFY(model.label(1).name.empty()); // its own name needs no label
        QVERIFY(!model.setData(model.index(1, RunListModel::Step), 3, Qt::EditRole));
        proxy.setFilter({});
        RunListRow more = row(QStringLiteral("gamma"), RunState::Running, std::nullopt, QStringLiteral("grpo"), 1);
        model.updateRow(more);
        QCOMPARE(proxy.rowCount(), 3);
        model.removeFolder(more.folder);
        QCOMPARE(proxy.rowCount(), 2);
        for (int c = 0; c < RunListModel::ColumnCount; ++c)
            QVERIFY(!model.headerData(c, Qt::Horizontal, Qt::DisplayRole).toString().isEmpty());
        RunListRow hostile = row(QStringLiteral("<b>x</b>"), RunState::Running, 0.1, QStringLiteral("grpo"), 1);
        model.updateRow(hostile);
        QVERIFY(!model.index(0, RunListModel::Name).data(Qt::ToolTipRole).toString().contains(QStringLiteral("<b>")));
    }

    /// What was said of a run that had only its folder is its own from the first change on, and what is taken away
    /// stays away.
    void aLabelOfTheFolderBecomesTheRuns()
    {
        const RunListRow run = row(QStringLiteral("beta"), RunState::Running, std::nullopt, QStringLiteral("grpo"), 1);
        QVERIFY(run.key != run.folder);
        RunListModel model;
        model.setRows({ run });
        model.setLabels({ { run.folder.toStdString(), { "", "keep", "" } } });
        QCOMPARE(model.index(0, RunListModel::Tags).data().toString(), QStringLiteral("keep"));
        std::map<std::string, RunLabel> kept;
        connect(&model, &RunListModel::labelChanged, this,
            [&](const QString& key, const RunLabel& label) { kept[key.toStdString()] = label; });
        QVERIFY(model.setData(model.index(0, RunListModel::Tags), QString(), Qt::EditRole));
        QCOMPARE(kept.size(), size_t(2));
        model.setLabels(kept); // as after a restart
        QCOMPARE(model.index(0, RunListModel::Tags).data().toString(), QString());
    }
};

QTEST_GUILESS_MAIN(TestRunFilter)
#include "tst_runfilter.moc"
