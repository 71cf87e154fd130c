// Item models of the Traces page, and the search on its worker thread.

#include "trace_fixture.h"

#include "core/store/run_reader.h"
#include "widgets/models/evaluationmodel.h"
#include "widgets/models/grouplistmodel.h"
#include "widgets/models/tracelistmodel.h"
#include "widgets/models/tracesearch.h"

#include <QAbstractItemModelTester>
#include <QtTest>

#include <atomic>
#include <thread>

using namespace aha;

class TestTraceModels : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        m_run = m_folder.filePath("run");
        fixture::makeRun(m_run);
        m_reader = orThrow(RunReader::open(m_run.toStdString()));
    }
    void cleanupTestCase() { m_reader.reset(); }

    void groupsWithCompletions()
    {
        const std::vector<GroupRow> groups = orThrow(m_reader->groupsWithCompletions(2));
        QCOMPARE(groups.size(), 2u);
        for (const GroupRow& group : groups) {
            const std::vector<CompletionRow> alone = orThrow(m_reader->completions(group.id));
            QCOMPARE(group.completions.size(), alone.size());
            for (size_t i = 0; i < alone.size(); ++i)
                QCOMPARE(group.completions[i].id, alone[i].id);
        }
        QCOMPARE(orThrow(m_reader->groupsWithDetail(2)), std::vector<int64_t> { groups[1].id });
        const std::vector<GroupRow> same = orThrow(m_reader->groupsOfPrompt(groups[1].prompt.id));
        QCOMPARE(same.size(), 3u);
        QCOMPARE(same[0].step, 1);
        QCOMPARE(orThrow(m_reader->groupsOfPrompt(groups[0].prompt.id)).size(), 1u);
    }

    /// A narrow column has no room for what all hits begin with; a later page may have one that does not.
    void promptsOfHitsShowWhereTheyDiffer()
    {
        TraceListModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        const auto hit = [](const char* prompt) {
            TraceHit made;
            made.promptText = prompt;
            return made;
        };
        const auto shown = [&](int row, int role = Qt::DisplayRole) {
            return model.index(row, TraceListModel::Prompt).data(role).toString();
        };
        model.setHits({ hit("use 1 6 7 to make 13 :") });
        QCOMPARE(shown(0), QStringLiteral("use 1 6 7 to make 13 :"));
        model.setHits({ hit("use 1 6 7 to make 13 :"), hit("use 2 5 7 to make 10 :") });
        QCOMPARE(shown(0), QStringLiteral("…1 6 7 to make 13"));
        QCOMPARE(shown(1), QStringLiteral("…2 5 7 to make 10"));
        QVERIFY(shown(0, Qt::AccessibleTextRole).endsWith("use 1 6 7 to make 13 :"));
        QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
        model.append({ hit("use 2 5 7 to make 10 :") }); // the same problem again
        QCOMPARE(changed.count(), 0);
        model.append({ hit("what is 7 * 8 ?") });
        QCOMPARE(changed.count(), 1);
        QCOMPARE(shown(0), QStringLiteral("use 1 6 7 to make 13 :"));
        QCOMPARE(shown(3), QStringLiteral("what is 7 * 8 ?"));
    }

    /// Each kind of problem has a beginning of its own, which the column has no room for.
    void promptsOfSeveralKindsShowWhereTheyDiffer()
    {
        TraceListModel model;
        const QString long1 = "Answer the question about the numbers below, step by step: ",
                      long2 = long1 + "of these ";
        const QString chinese = QString::fromUtf8("请一步一步地解答下面这道算术题：用给出的数得到目标数。");
        const auto shown = [&](const QStringList& prompts) {
            std::vector<TraceHit> hits;
            for (const QString& prompt : prompts)
                hits.emplace_back().promptText = prompt.toStdString();
            model.setHits(std::move(hits));
            QStringList cells;
            for (int row = 0; row < model.rowCount(); ++row)
                cells << model.index(row, TraceListModel::Prompt).data().toString();
            return cells;
        };
        QCOMPARE(shown({ long1 + "5 9", long1 + "7 8", "what is 7 * 8 ?" }),
            (QStringList { "…5 9", "…7 8", "what is 7 * 8 ?" }));
        // Alike again after the place where the first part ways.
        QCOMPARE(shown({ long1 + "5 9", long2 + "7 8", long2 + "7 6", "what is 7 * 8 ?" }),
            (QStringList { "…5 9", "…of these 7 8", "…of these 7 6", "what is 7 * 8 ?" }));
        QCOMPARE(shown({ chinese + "5 9", chinese + "7 8", "what is 7 * 8 ?" }),
            (QStringList { "…5 9", "…7 8", "what is 7 * 8 ?" }));
        // One that ends where others go on, and bytes that are no text: all stay readable, and nothing is empty.
        for (const QString& cell : shown({ long1, long1 + "5 9", long1 + QChar(0xFFFF), QString(), "x" }).mid(0, 3))
            QVERIFY(!cell.isEmpty());
    }

    /// Nobody judges: no group is wrong, and none right.
    void aGroupThatNobodyJudgedIsNotWrong()
    {
        std::vector<GroupRow> groups = orThrow(m_reader->groupsWithCompletions(2));
        for (CompletionRow& row : groups[0].completions) {
            row.verdict = "unjudged";
            row.correct = false;
        }
        groups[1].completions[0].verdict = "timeout"; // one of four
        groups[1].completions[0].correct = false;
        QCOMPARE(outcomesOf(groups[0]) & (AllRight | AllWrong | Mixed), 0);
        QVERIFY(outcomesOf(groups[0]) & SomeUnjudged);
        QVERIFY(outcomesOf(groups[1]) & Mixed);
        GroupListModel model;
        model.setGroups(groups, {});
        const auto cell
            = [&](int row, int role) { return model.index(row, GroupListModel::Right).data(role).toString(); };
        QCOMPARE(cell(0, Qt::DisplayRole), QString::fromUtf8("–"));
        QCOMPARE(cell(1, Qt::DisplayRole), QString("1/3"));
        QVERIFY2(cell(0, Qt::ToolTipRole).contains("4 completions, not judged"), qPrintable(cell(0, Qt::ToolTipRole)));
        QVERIFY(cell(1, Qt::AccessibleTextRole).contains("1 of 3 right, 1 not judged"));
        QCOMPARE(model.index(0, GroupListModel::Strip).data(GroupListModel::StripRole).toList(),
            QVariantList({ 3, 3, 3, 3 }));
        QCOMPARE(verdictKind("unjudged"), QString("mute"));
        QCOMPARE(verdictKind("wrong"), QString("bad"));
    }

    void groupModel()
    {
        GroupListModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        std::vector<GroupRow> groups = orThrow(m_reader->groupsWithCompletions(2));
        model.setGroups(groups, { groups[1].id });
        QCOMPARE(model.rowCount(), 2);
        QCOMPARE(model.index(0, GroupListModel::Badge).data().toString(), QString::fromUtf8("σ = 0"));
        QVERIFY(model.index(0, 0).data(Qt::AccessibleTextRole).toString().endsWith("zero variance"));
        QCOMPARE(model.index(1, GroupListModel::Badge).data().toString(), "values");
        QCOMPARE(model.index(1, GroupListModel::Right).data().toString(), "2/4");
        QCOMPARE(model.index(1, GroupListModel::Strip).data(GroupListModel::StripRole).toList(),
            QVariantList({ 1, 0, 1, 3 }));
        QCOMPARE(model.index(0, GroupListModel::Strip).data(GroupListModel::StripRole).toList(),
            QVariantList({ 1, 0, 0, 2 }));
        QCOMPARE(model.index(0, GroupListModel::Prompt).data().toString(), "1 1 2 to make 3"); // without what all share
        QCOMPARE(model.index(1, GroupListModel::Prompt).data().toString(), "5 9 6 to make 39");
        QCOMPARE(model.mostInteresting(), std::make_pair(1, 2)); // right, with variance, the longer of two alike
        QCOMPARE(model.rowOfPosition(1), 1);
        QCOMPARE(model.rowOfPosition(7), -1);
        model.setGroups(groups, { groups[0].id, groups[1].id });
        QCOMPARE(model.index(1, GroupListModel::Badge).data().toString(), ""); // all have values: nothing to tell
        groups[1].prompt.text = groups[0].prompt.text;
        model.setGroups(groups, {});
        QCOMPARE(model.index(1, GroupListModel::Prompt).data().toString(),
            "use 1 1 2 to make 3 :"); // all alike: nothing is taken
        model.setGroups({}, {});
        QCOMPARE(model.mostInteresting(), std::make_pair(-1, -1));
    }

    void completionModel()
    {
        TraceListModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        const std::vector<TraceHit> hits = orThrow(m_reader->search({}, TraceOrder::Oldest, 4));
        model.setHits(hits);
        QCOMPARE(model.columnCount(), int(TraceListModel::ColumnCount) + 2);
        QCOMPARE(model.headerData(TraceListModel::kFirstPart, Qt::Horizontal, Qt::DisplayRole).toString(), "accuracy");
        QCOMPARE(model.index(0, TraceListModel::kFirstPart).data().toString(), "1.00");
        QCOMPARE(model.index(0, TraceListModel::Verdict).data().toString(), "correct");
        QCOMPARE(model.index(1, TraceListModel::Verdict).data().toString(), "wrong value");
        QCOMPARE(model.index(0, TraceListModel::Advantage).data().toString(), "+1.50");
        QCOMPARE(model.index(0, TraceListModel::Advantage).data(TraceListModel::BarRole).toDouble(), 1.0);
        QVERIFY(std::abs(model.index(1, TraceListModel::Advantage).data(TraceListModel::BarRole).toDouble() + 1.0 / 3)
            < 1e-9);
        QCOMPARE(model.index(3, TraceListModel::Length).data().toString(), "cut 43");
        QCOMPARE(model.index(1, TraceListModel::Languages).data().toString(), "mixed");
        model.append(orThrow(m_reader->search({}, TraceOrder::Oldest, 4, &hits.back())));
        QCOMPARE(model.rowCount(), 8);
        model.setHits({});
        QCOMPARE(model.columnCount(), int(TraceListModel::ColumnCount) + 2); // an empty list keeps its columns
    }

    void evaluationModel()
    {
        const std::vector<EvaluationRow> evaluations = orThrow(m_reader->evaluations());
        QCOMPARE(evaluations.size(), 2u);
        const auto problems = orThrow(m_reader->evaluationProblems(evaluations[1].id, false));
        QVERIFY(problems[0].example.empty());
        QCOMPARE(orThrow(m_reader->evaluationExample(evaluations[1].id, 2)), std::string("example 2 at step 3"));
        QCOMPARE(m_reader->evaluationExample(evaluations[1].id, 99).error().code, std::string("row_missing"));
        EvaluationModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setProblems(
            evaluations[1], problems, evaluations[0], orThrow(m_reader->evaluationProblems(evaluations[0].id, false)));
        QCOMPARE(model.rowCount(), 6);
        // Right at step 0: 0 1 2 3 4 0, at step 3: 2 3 4 0 1 2, of 4.
        QCOMPARE(model.index(0, EvaluationModel::Right).data().toString(), "2/4");
        QCOMPARE(model.index(0, EvaluationModel::Change).data().toString(), "+50");
        QCOMPARE(model.index(3, EvaluationModel::Change).data().toString(), QString::fromUtf8("−75"));
        QCOMPARE(model.index(1, EvaluationModel::Majority).data().toString(), "right");
        model.setProblems(evaluations[0], orThrow(m_reader->evaluationProblems(evaluations[0].id, false)), {}, {});
        QCOMPARE(model.index(0, EvaluationModel::Change).data().toString(), QString::fromUtf8("–"));
    }

    void filters()
    {
        const auto count = [&](const TraceFilter& filter) {
            const int64_t counted = orThrow(m_reader->countHits(filter));
            return counted == int64_t(orThrow(m_reader->search(filter, TraceOrder::Newest, 1000)).size()) ? counted
                                                                                                          : -1;
        };
        TraceFilter f;
        QCOMPARE(count(f), 24);
        f.verdict = "malformed";
        QCOMPARE(count(f), 6);
        f = {};
        f.text = "BOLD";
        QCOMPARE(count(f), 6);
        f.text = "b_ld"; // no wildcard
        QCOMPARE(count(f), 0);
        f = {};
        f.correct = true;
        f.stepMin = 2;
        f.stepMax = 2;
        QCOMPARE(count(f), 3);
        f = {};
        f.mixesLanguage = true;
        f.reflects = true;
        f.tokensMin = 41;
        f.tokensMax = 41;
        QCOMPARE(count(f), 6);
        f = {};
        f.rewardMin = 0.2;
        f.rewardMax = 0.3;
        QCOMPARE(count(f), 3);
    }

    /// Pages of one row, in every order, give the same rows as one big page: nothing twice, nothing lost, also where
    /// the reward is missing.
    void pagesFitTogether()
    {
        for (int order = 0; order <= int(TraceOrder::AdvantageLow); ++order) {
            const std::vector<TraceHit> all = orThrow(m_reader->search({}, TraceOrder(order), 1000));
            QCOMPARE(all.size(), 24u);
            std::vector<int64_t> whole, paged;
            for (const TraceHit& hit : all)
                whole.push_back(hit.completion.id);
            std::optional<TraceHit> last;
            for (;;) {
                const std::vector<TraceHit> page
                    = orThrow(m_reader->search({}, TraceOrder(order), 5, last ? &*last : nullptr));
                for (const TraceHit& hit : page)
                    paged.push_back(hit.completion.id);
                if (page.size() < 5)
                    break;
                last = page.back();
            }
            QVERIFY2(paged == whole, qPrintable(QString("order %1").arg(order)));
        }
    }

    void searchAnswersLater()
    {
        qRegisterMetaType<std::vector<TraceHit>>();
        TraceSearch search;
        QSignalSpy counted(&search, &TraceSearch::counted);
        std::vector<TraceHit> found;
        connect(&search, &TraceSearch::pageFound, &search, [&](const std::vector<TraceHit>& hits, bool first) {
            QVERIFY(first);
            found = hits;
        });
        search.start(m_run, {}, TraceOrder::Oldest);
        QVERIFY(found.empty()); // not on this thread
        QVERIFY(search.isRunning());
        QTRY_COMPARE(counted.count(), 1);
        QCOMPARE(found.size(), 24u);
        QCOMPARE(counted[0][0].toLongLong(), 24);
        QVERIFY(!search.isRunning() && !search.hasMore());
    }

    void lateAnswersAreDropped()
    {
        TraceSearch search;
        std::vector<size_t> pages;
        connect(&search, &TraceSearch::pageFound, &search,
            [&](const std::vector<TraceHit>& hits, bool) { pages.push_back(hits.size()); });
        QSignalSpy counted(&search, &TraceSearch::counted);
        TraceFilter none;
        none.text = "nowhere to be found";
        search.start(m_run, {}, TraceOrder::Oldest);
        search.start(m_run, {}, TraceOrder::Newest);
        search.start(m_run, none, TraceOrder::Newest);
        QTRY_COMPARE(counted.count(), 1);
        QCOMPARE(pages, std::vector<size_t> { 0 });
        search.start(m_run, {}, TraceOrder::Oldest);
        search.cancel();
        QVERIFY(!search.isRunning());
        QSignalSpy failed(&search, &TraceSearch::failed);
        search.start(m_folder.filePath("nowhere"), {}, TraceOrder::Oldest);
        QTRY_COMPARE(failed.count(), 1);
        QVERIFY(failed[0][0].toString().contains("no run"));
        QCOMPARE(pages.size(), 1u);
    }

    void interruptedQueryIsAnError()
    {
        // The interrupt must hit a running query, so the query is made long: every text against a rare pattern.
        const QString big = m_folder.filePath("big");
        QDir().mkpath(big);
        auto writer = orThrow(RunWriter::create(big.toStdString(), "big", "big", "grpo", "{}"));
        StepRow row;
        row.step = 1;
        GroupRow group { 0, 1, 0, { 0, "p", "countdown", "{}" }, 0, 0, false, {} };
        for (int j = 0; j < 400; ++j) {
            CompletionRow c;
            c.position = j;
            c.verdict = "wrong";
            c.tokenIds = { 1 };
            c.text = std::string(60'000, 'a');
            group.completions.push_back(c);
        }
        row.groups.push_back(group);
        orThrow(writer->commitStep(row));
        const auto reader = orThrow(RunReader::open(big.toStdString()));
        std::atomic<bool> done { false };
        std::string code;
        std::thread worker([&] {
            TraceFilter filter;
            filter.text = "aaaaaaaaaaaaaaaab";
            do { // until an interrupt lands inside a query
                const auto hits = reader->search(filter, TraceOrder::Newest, 10);
                code = hits ? "" : hits.error().code;
            } while (code.empty());
            done = true;
        });
        while (!done)
            reader->interrupt();
        worker.join();
        QCOMPARE(code, std::string("cancelled"));
    }

private:
    QTemporaryDir m_folder;
    QString m_run;
    std::unique_ptr<RunReader> m_reader;
};

QTEST_GUILESS_MAIN(TestTraceModels)
#include "tst_trace_models.moc"
