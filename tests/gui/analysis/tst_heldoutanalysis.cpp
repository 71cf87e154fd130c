// The Analyse page on the answers to held-out problems: what is counted and once only, the choice of what is counted,
// examples that lead to their answer.

#include "analysis_fixture.h"

#include "core/store/run_reader.h"
#include "core/tasks/task.h"
#include "widgets/models/figuresmodel.h"
#include "widgets/panels/analysepanel.h"
#include "widgets/panels/behaviourpage.h"
#include "widgets/panels/mixingpage.h"
#include "widgets/panels/reflectionpage.h"
#include "widgets/plots/intervaldots.h"
#include "widgets/plots/legendchips.h"

#include <QComboBox>
#include <QLabel>
#include <QProgressBar>
#include <QSignalSpy>
#include <QTabWidget>
#include <QTableView>
#include <QtTest>

#include <algorithm>
#include <cmath>
#include <numeric>

using namespace aha;

namespace {

const std::vector<int64_t> kEvaluated { 0, 5, 10, 15, 20, 25, 30, 35, 40 };

QString cellOf(const FiguresModel& table, const QString& row, int column)
{
    for (int i = 0; i < table.rowCount(); ++i)
        if (table.index(i, 0).data().toString() == row)
            return table.index(i, column).data().toString();
    return "no row";
}

QComboBox* sourceOf(const AnalysePanel& panel) { return panel.findChild<QComboBox*>("analyseSource"); }
QString scopeOf(const AnalysePanel& panel) { return panel.findChild<QLabel*>("reflectionScope")->text(); }
QString statusOf(const AnalysePanel& panel) { return panel.findChild<QLabel*>("analyseStatus")->text(); }

/// These of many problems, with samples that are right, mix and reflect as the dice fall.
EvaluationRow evaluationOf(int64_t step, const std::vector<int>& asked)
{
    const EvaluationRow answered = fixture::answeredEvaluation(step);
    EvaluationRow made = answered;
    made.rows.clear();
    made.problems = int(asked.size());
    auto state = uint32_t(step);
    for (const int problem : asked) {
        EvaluationProblemRow& row = made.rows.emplace_back(answered.rows[size_t(problem % fixture::kGroups)]);
        row.prompt.text = "problem " + std::to_string(problem);
        row.correct = 0;
        for (CompletionRow& sample : row.samples) {
            state = state * 1664525u + 1013904223u;
            sample.correct = state >> 31;
            sample.verdict = sample.correct ? "correct" : "wrong";
            sample.text = state >> 30 & 1 ? "one 我们" : "one two";
            sample.text += state >> 29 & 1 ? " wait" : " three";
            row.correct += sample.correct;
        }
    }
    return made;
}

void clickExample(ReflectionPage* page, int row)
{
    auto* table = page->findChild<QTableView*>("reflectionExamples");
    QTest::mouseClick(
        table->viewport(), Qt::LeftButton, {}, table->visualRect(page->examples()->index(row, 2)).center());
}

} // namespace

class TestHeldOutAnalysis : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        m_lexicon = std::make_shared<const Lexicon>(orThrow(Lexicon::parse("wait\ten\nbut\ten\n等等\tzh\n")));
        fixture::makeFineTunedRun(m_folder.filePath("tuned"), kEvaluated);
        const auto writer = fixture::makeAnalysedRun(m_folder.filePath("trained"), 0, 16);
        for (const int64_t step : { 5, 10 })
            orThrow(writer->commitEvaluation(fixture::answeredEvaluation(step)));
        m_tuned = { std::make_shared<RunFeed>(m_folder.filePath("tuned")), Qt::red, "tuned" };
        m_trained = { std::make_shared<RunFeed>(m_folder.filePath("trained")), Qt::blue, "trained" };
    }
    void cleanupTestCase() { m_tuned = m_trained = {}; }

    /// An answer is a trace and a problem a group; what nobody could judge is left out, as pass@1 leaves it out.
    void anEvaluationInNumbers()
    {
        const QString folder = m_folder.filePath("one");
        EvaluationRow row = fixture::answeredEvaluation(5);
        row.rows[1].samples[3].verdict = "timeout";
        row.rows[2].samples[2].verdict = "unjudged"; // counted, and neither right nor wrong
        orThrow(fixture::makeFineTunedRun(folder, {})->commitEvaluation(row));
        const auto reader = orThrow(RunReader::open(folder.toStdString()));
        const EvaluationRow stored = orThrow(reader->evaluations()).front();
        std::atomic<bool> stop = false;
        const EvaluationTally found = orThrow(tallyEvaluation(*reader, stored, *m_lexicon, stop));
        QCOMPARE(found.tally.step, 5);
        QCOMPARE(found.tally.traces(), 11);
        QCOMPARE(found.tally.failed, 1);
        QCOMPARE(found.tally.judged(), 10);
        QCOMPARE(found.tally.of[kUnjudgedTrace].traces, 1);
        QCOMPARE(found.tally.of[1].traces, 3);
        QCOMPARE(found.tally.of[1].tokens, 30);
        QCOMPARE(found.tally.of[1].words[0], 3); // "wait" in each first sample
        QCOMPARE(found.tally.of[0].mixed, 1);
        QVERIFY(found.tally.of[1].behaviour.backtracks > 0);
        std::vector<int64_t> prompts;
        for (const EvaluationProblemRow& problem : orThrow(reader->evaluationProblems(stored.id)))
            prompts.push_back(problem.prompt.id);
        QCOMPARE(found.counted.problems, prompts);
        QCOMPARE(found.counted.mixing.size(), size_t(3));
        QVERIFY(found.counted.mixing[1].counts() == std::tuple(1, 0, 2, 1, 0, 0));
        QVERIFY(found.counted.mixing[2].counts() == std::tuple(0, 0, 3, 1, 0, 1));
        QVERIFY(!found.tally.examples.empty());
        for (const TraceExample& example : found.tally.examples) { // each leads back to the answer that it is from
            const AnswerPlace place = found.counted.placeOf(example);
            QCOMPARE(place.evaluationId, stored.id);
            const CompletionRow answer = orThrow(reader->evaluationSample(stored.id, place.position, place.sample));
            QVERIFY(example.correct == judgedCorrect(answer.verdict, answer.correct));
            std::string words = example.excerpt;
            for (size_t at; (at = words.find("…")) != std::string::npos;)
                words.erase(at, 3);
            QVERIFY2(answer.text.find(words) != std::string::npos, example.excerpt.c_str());
            if (example.kind == kMixedExample)
                QVERIFY(place.position == 1 && place.sample == 1);
        }
        stop = true;
        QCOMPARE(tallyEvaluation(*reader, stored, *m_lexicon, stop).error().code, std::string("cancelled"));
    }

    /// Of two evaluations of one checkpoint the first that was stored counts, also when the other comes later.
    void aCheckpointCountsOnce()
    {
        const QString folder = m_folder.filePath("twice");
        const auto writer = fixture::makeFineTunedRun(folder, { 5 });
        EvaluationRow again = fixture::answeredEvaluation(5);
        again.task = "another";
        orThrow(writer->commitEvaluation(again));
        TraceAnalysis analysis(folder, m_lexicon, TraceSource::HeldOutAnswers);
        const auto read = [&] {
            QSignalSpy finished(&analysis, &TraceAnalysis::finished);
            analysis.refresh();
            return finished.wait();
        };
        QVERIFY(read());
        QCOMPARE(analysis.tally()->evaluations.size(), size_t(2));
        QCOMPARE(analysis.tally()->traces, 12);
        QCOMPARE(analysis.tally()->counted.at(5)->id, analysis.tally()->evaluations.front().id);
        again.task = "a third";
        orThrow(writer->commitEvaluation(again));
        QVERIFY(read());
        QCOMPARE(analysis.tally()->evaluations.size(), size_t(3));
        QCOMPARE(analysis.tally()->traces, 12);
        QCOMPARE(analysis.tally()->steps.counted(), 1);
    }

    /// One made afterwards comes to stand between two that are counted, and these are not counted again.
    void countsOnlyWhatIsNew()
    {
        const QString folder = m_folder.filePath("live");
        auto writer = fixture::makeFineTunedRun(folder, { 10, 20 });
        TraceAnalysis analysis(folder, m_lexicon, TraceSource::HeldOutAnswers);
        QSignalSpy finished(&analysis, &TraceAnalysis::finished);
        const auto steps = [&] {
            std::vector<int64_t> all;
            for (const auto& step : analysis.tally()->steps.all())
                all.push_back(step->step);
            return all;
        };
        analysis.refresh();
        QVERIFY(finished.wait());
        QCOMPARE(steps(), (std::vector<int64_t> { 10, 20 }));
        QVERIFY(analysis.tally()->known && analysis.tally()->hasAnswers && !analysis.tally()->hasCompletions);
        const auto before = analysis.tally();
        orThrow(writer->commitEvaluation(fixture::answeredEvaluation(30)));
        orThrow(writer->commitEvaluation(fixture::answeredEvaluation(15)));
        analysis.refresh();
        QVERIFY(finished.wait());
        const auto after = analysis.tally();
        QCOMPARE(steps(), (std::vector<int64_t> { 10, 15, 20, 30 }));
        QCOMPARE(after->traces, 48);
        for (const int64_t step : { 10, 20 })
            QCOMPARE(after->counted.at(step).get(), before->counted.at(step).get());
        QCOMPARE(after->sums(0, 100)[1].words[0], 12);
        QCOMPARE(after->sums(11, 20)[1].words[0], 6);
        // Four evaluations of three problems are three clusters.
        const std::vector<ClusterCounts> problems = after->clusters(TraceDivision::Mixing, 0, 100);
        QCOMPARE(problems.size(), size_t(3));
        QVERIFY(problems[1].counts() == std::tuple(4, 0, 12, 4, 0, 0));
        QVERIFY(after->clusters(TraceDivision::Mixing, 12, 20)[1].counts() == std::tuple(2, 0, 6, 2, 0, 0));
        QVERIFY(!after->within(TraceDivision::Mixing, 0, 100)); // one problem alone has both kinds
        QCOMPARE(after->within(TraceDivision::Reflecting, 0, 100)->clusters, 3);
        writer.reset();
        QVERIFY(QDir(folder).removeRecursively());
        fixture::makeFineTunedRun(folder, { 40 }).reset();
        analysis.refresh();
        QVERIFY(finished.wait());
        QCOMPARE(steps(), (std::vector<int64_t> { 40 }));
        QCOMPARE(analysis.tally()->traces, 12);
    }

    /// Problems have numbers as they are met, evaluation by evaluation; the sums are those over the ids of their
    /// prompts.
    void sumsOverProblems()
    {
        const QString folder = m_folder.filePath("sums");
        const auto writer = fixture::makeFineTunedRun(folder, {});
        for (const EvaluationRow& row : { evaluationOf(30, { 0, 1, 2, 3, 4, 5 }), evaluationOf(10, { 7, 2, 6, 8 }),
                 evaluationOf(20, { 5, 2, 9, 7 }) })
            orThrow(writer->commitEvaluation(row));
        TraceAnalysis analysis(folder, m_lexicon, TraceSource::HeldOutAnswers);
        QSignalSpy finished(&analysis, &TraceAnalysis::finished);
        analysis.refresh();
        QVERIFY(finished.wait());
        const auto tally = analysis.tally();
        QCOMPARE(tally->heldOutProblems, size_t(10));
        QVERIFY(tally->counted.at(30)->numbers.front() > 0); // not the first that was met
        using Ends = std::pair<int64_t, int64_t>;
        for (const auto& [from, to] : { Ends { 0, 100 }, Ends { 10, 20 }, Ends { 11, 30 }, Ends { 21, 29 } })
            for (const TraceDivision by : { TraceDivision::Mixing, TraceDivision::Reflecting }) {
                std::map<int64_t, std::vector<ClusterCounts>> plain;
                for (const auto& [step, one] : tally->counted)
                    for (size_t i = 0; step >= from && step <= to && i < one->problems.size(); ++i)
                        plain[one->problems[i]].push_back(
                            (by == TraceDivision::Mixing ? one->mixing : one->reflecting)[i]);
                StratifiedRates rates(plain.size());
                std::vector<ClusterCounts> expected, found = tally->clusters(by, from, to);
                for (const auto& [problem, strata] : plain) {
                    ClusterCounts& sum = expected.emplace_back();
                    for (const ClusterCounts& counts : strata) {
                        rates.add(expected.size() - 1, counts);
                        sum.of += counts.of;
                        sum.right += counts.right;
                        sum.others += counts.others;
                        sum.othersRight += counts.othersRight;
                    }
                }
                QCOMPARE(tally->problemsAsked(from, to), plain.size());
                QCOMPARE(found.size(), plain.size());
                for (auto* counts : { &expected, &found })
                    std::sort(counts->begin(), counts->end(),
                        [](const ClusterCounts& a, const ClusterCounts& b) { return a.counts() < b.counts(); });
                for (size_t i = 0; i < found.size(); ++i)
                    QVERIFY(found[i].counts() == expected[i].counts());
                const auto a = tally->within(by, from, to), b = rates.rates();
                QCOMPARE(a.has_value(), b.has_value());
                QCOMPARE(a.has_value(), from != 21); // no evaluation there
                if (a) {
                    QVERIFY(std::abs(a->difference - b->difference) < 1e-12 && std::abs(a->low - b->low) < 1e-12);
                    QVERIFY(a->low < a->high && a->clusters == b->clusters && a->n == b->n);
                }
            }
    }

    /// An evaluation may take minutes: how far it is shows every 500 answers, without anything else being drawn anew.
    void aLongEvaluationShowsHowFarItIs()
    {
        const QString folder = m_folder.filePath("long");
        std::vector<int> asked(300);
        std::iota(asked.begin(), asked.end(), 0);
        EvaluationRow row = evaluationOf(5, asked);
        row.rows[1].samples[3].verdict = "timeout"; // read as well, though not counted
        orThrow(fixture::makeFineTunedRun(folder, {})->commitEvaluation(row));
        TraceAnalysis analysis(folder, m_lexicon, TraceSource::HeldOutAnswers);
        QSignalSpy finished(&analysis, &TraceAnalysis::finished), changed(&analysis, &TraceAnalysis::changed);
        QList<qint64> read;
        connect(&analysis, &TraceAnalysis::progressed, this, [&](qint64 done, qint64 all) {
            QCOMPARE(all, 1200);
            QCOMPARE(analysis.tracesRead(), done);
            read << done;
        });
        analysis.refresh();
        QVERIFY(finished.wait());
        QCOMPARE(read, QList<qint64>({ 500, 1000, 1200 }));
        QCOMPARE(changed.size(), 1);
        QCOMPARE(analysis.tally()->traces, 1199);

        AnalysePanel panel(*m_lexicon);
        QStringList said; // before the bar goes on
        connect(panel.findChild<QProgressBar*>("analyseProgress"), &QProgressBar::valueChanged, this,
            [&] { said << statusOf(panel); });
        panel.setRuns({ { std::make_shared<RunFeed>(folder), Qt::blue, "long" } });
        panel.show();
        QTRY_VERIFY2(said.contains("reading traces, 500 so far"), qPrintable(said.join('\n')));
        QTRY_VERIFY(!panel.reading());
    }

    /// Examples that a run of fine-tuning wrote have no verdict: they are there to be chosen, and are not taken for
    /// wrong.
    void examplesWithoutVerdictGiveWay()
    {
        const QString folder = m_folder.filePath("examples");
        {
            const auto writer = fixture::makeEmptyRun(folder, "sft", 0);
            for (int64_t step = 1; step <= 3; ++step)
                orThrow(writer->commitStep(fixture::analysedStep(step, 0)));
            orThrow(writer->commitEvaluation(fixture::answeredEvaluation(3)));
        }
        AnalysePanel panel(*m_lexicon);
        panel.resize(970, 690);
        panel.setRuns({ { std::make_shared<RunFeed>(folder), Qt::blue, "examples" } });
        panel.show();
        QTRY_COMPARE(sourceOf(panel)->currentText(), QString("held-out answers"));
        QTRY_VERIFY(!panel.reading());
        sourceOf(panel)->setFocus();
        QTest::keyClick(sourceOf(panel), Qt::Key_Up);
        QCOMPARE(sourceOf(panel)->currentText(), QString("sampled completions"));
        QTRY_VERIFY(!panel.reading());
        QCOMPARE(sourceOf(panel)->currentText(), QString("sampled completions"));
    }

    /// Fine-tuning has no completions: its page counts the answers, without being asked.
    void fineTuningCountsItsAnswers()
    {
        AnalysePanel panel(*m_lexicon);
        panel.resize(970, 690);
        panel.setRuns({ m_tuned });
        panel.show();
        QTRY_VERIFY(!panel.reading());
        QTRY_COMPARE(sourceOf(panel)->currentText(), QString("held-out answers"));
        QVERIFY(panel.sessionState().isEmpty()); // nobody chose that
        sourceOf(panel)->setFocus();
        QTest::keyClick(sourceOf(panel), Qt::Key_Up); // there are no others
        QCOMPARE(sourceOf(panel)->currentIndex(), 1);
        QVERIFY2(scopeOf(panel).contains("steps 0 – 40: n = 27 right and 81 wrong, to 3 problems"),
            qPrintable(scopeOf(panel)));
        QCOMPARE(statusOf(panel), QString("108 answers at 9 evaluations"));
        ReflectionPage* page = panel.reflection();
        QCOMPARE(cellOf(*page->words(), "wait", 1), QString("0.89")); // 24 / 27: not at step 0
        QVERIFY(page->findChild<QLabel*>("reflectingAccuracy")->text().startsWith("Same problem, same evaluation"));
        QVERIFY(page->findChild<QLabel*>("reflectingAccuracy")->text().contains("n = 3 problems"));
        QCOMPARE(page->charts()->chart(1)->legend()->count(), 1); // there is no accuracy of training
        QCOMPARE(page->charts()->chart(1)->legend()->chip(0)->look().label, QString("held-out pass@1"));
        QSignalSpy step(&panel, &AnalysePanel::stepPicked), evaluation(&panel, &AnalysePanel::evaluationPicked);
        page->charts()->chart(0)->pick(5);
        QCOMPARE(step.size(), 0); // no trace was sampled there
        QCOMPARE(evaluation.size(), 1);
        QCOMPARE(evaluation[0][1].toLongLong(), 5);
        page->figures()->setCurrentIndex(2);
        auto* dots = page->findChild<IntervalDots*>("reflectionLags");
        QVERIFY2(dots->accessibleName().contains("evaluations by which reflection is ahead"),
            qPrintable(dots->accessibleName()));
        dots->setFocus();
        QTest::keyClick(dots, Qt::Key_Right);
        QTest::keyClick(dots, Qt::Key_Right);
        const QString lag = dots->hintAt(dots->current());
        QVERIFY2(lag.contains("reflection 1 evaluation earlier") && lag.contains("n = 8 evaluations"), qPrintable(lag));
        QVERIFY(page->findChild<QLabel*>("lagNote")->text().endsWith("Evaluations are 5 steps apart."));
        page->charts()->chart(0)->userZoom(12, 27); // the evaluations at 15, 20 and 25
        QTRY_VERIFY2(scopeOf(panel).contains("n = 9 right and 27 wrong, to 3 problems"), qPrintable(scopeOf(panel)));

        panel.findChild<QTabWidget*>("analyseTabs")->setCurrentIndex(1);
        MixingPage* mixing = panel.mixing();
        mixing->charts()->chart(0)->follow();
        QTRY_COMPARE(mixing->comparison()->index(0, 1).data().toString(), QString("9"));
        QCOMPARE(mixing->comparison()->index(0, 2).data().toString(), QString("99"));
        const QString note = mixing->findChild<QLabel*>("mixedNote")->text();
        QVERIFY2(note.contains("all problems pooled") && note.contains("n = 3 problems."), qPrintable(note));
        QVERIFY(mixing->examples()->rowCount() > 0);
    }

    void anExampleOpensItsAnswer()
    {
        AnalysePanel panel(*m_lexicon);
        panel.resize(970, 690);
        panel.setRuns({ m_tuned });
        panel.show();
        QTRY_VERIFY(!panel.reading());
        ReflectionPage* page = panel.reflection();
        QTRY_VERIFY(page->words()->rowCount() > 1);
        auto* words = page->findChild<QTableView*>("reflectionWords");
        for (int row = 0; row < page->words()->rowCount(); ++row)
            if (page->words()->index(row, 0).data().toString() == "wait")
                words->setCurrentIndex(page->words()->index(row, 0));
        QCOMPARE(page->examples()->rowCount(), 8); // one an evaluation, though all have the same number in it
        QSignalSpy problem(&panel, &AnalysePanel::problemPicked), completion(&panel, &AnalysePanel::completionPicked);
        const auto reader = orThrow(RunReader::open(m_tuned.feed->folder().toStdString()));
        const std::vector<EvaluationRow> evaluations = orThrow(reader->evaluations());
        for (const int row : { 0, 2 }) {
            problem.clear();
            clickExample(page, row);
            QCOMPARE(problem.size(), 1);
            QCOMPARE(problem[0][0].toString(), m_tuned.feed->folder());
            const qint64 id = problem[0][1].toLongLong();
            const auto at = std::find_if(
                evaluations.begin(), evaluations.end(), [&](const EvaluationRow& one) { return one.id == id; });
            QVERIFY(at != evaluations.end());
            QCOMPARE(at->step, page->examples()->example(row).step);
            QCOMPARE(at->step, 40 - 5 * row); // the newest first
            const CompletionRow answer
                = orThrow(reader->evaluationSample(id, problem[0][2].toInt(), problem[0][3].toInt()));
            QVERIFY(answer.correct && answer.text.find("wait") != std::string::npos);
        }
        QCOMPARE(completion.size(), 0);
    }

    /// A run that has both begins with its completions; the choice goes there and back, and is kept.
    void thereAndBack()
    {
        AnalysePanel panel(*m_lexicon);
        panel.resize(970, 690);
        panel.setRuns({ m_trained });
        panel.show();
        QTRY_VERIFY(!panel.reading());
        QComboBox* source = sourceOf(panel);
        QCOMPARE(source->currentText(), QString("sampled completions"));
        QVERIFY(scopeOf(panel).contains("n = 48 right and 144 wrong traces"));
        QSignalSpy problem(&panel, &AnalysePanel::problemPicked), completion(&panel, &AnalysePanel::completionPicked);
        ReflectionPage* page = panel.reflection();
        source->setFocus();
        QTest::keyClick(source, Qt::Key_Down);
        QTRY_VERIFY2(scopeOf(panel).contains("n = 6 right and 18 wrong, to 3 problems"), qPrintable(scopeOf(panel)));
        QTRY_VERIFY(!panel.reading());
        QCOMPARE(cellOf(*page->words(), "wait", 1), QString("1.00"));
        QVERIFY(page->examples()->rowCount() > 0);
        clickExample(page, 0);
        QCOMPARE(problem.size(), 1);
        QCOMPARE(completion.size(), 0);
        for (int tab : { 1, 2 }) { // every side counts the same
            panel.findChild<QTabWidget*>("analyseTabs")->setCurrentIndex(tab);
            const QString scope = panel.findChild<QLabel*>(tab == 1 ? "mixingScope" : "behaviourScope")->text();
            QVERIFY2(scope.startsWith("Held-out answers"), qPrintable(scope));
        }
        panel.findChild<QTabWidget*>("analyseTabs")->setCurrentIndex(0);
        const QJsonObject kept = panel.sessionState();
        QVERIFY(!kept.isEmpty());
        source->setFocus();
        QTest::keyClick(source, Qt::Key_Up);
        QTRY_VERIFY2(scopeOf(panel).contains("n = 48 right and 144 wrong traces"), qPrintable(scopeOf(panel)));
        clickExample(page, 0);
        QCOMPARE(problem.size(), 1);
        QCOMPARE(completion.size(), 1);
        const auto reader = orThrow(RunReader::open(m_trained.feed->folder().toStdString()));
        QVERIFY(reader->completionText(completion[0][1].toLongLong()));

        AnalysePanel next(*m_lexicon);
        next.restoreSession(QJsonObject { { "counted", 7 } }); // of nobody
        QVERIFY(next.sessionState().isEmpty());
        next.restoreSession(kept);
        QCOMPARE(next.sessionState(), kept);
        next.setRuns({ m_trained });
        next.show();
        QTRY_VERIFY(!next.reading());
        QTRY_VERIFY(scopeOf(next).contains("n = 6 right and 18 wrong, to 3 problems"));
        // Who wants completions still sees something of a run that has none.
        next.restoreSession(panel.sessionState());
        next.setRuns({ m_tuned });
        QTRY_COMPARE(sourceOf(next)->currentText(), QString("held-out answers"));
        QTRY_VERIFY(scopeOf(next).contains("n = 27 right"));
    }

    /// Steps that were zoomed to may have no evaluation: what is counted instead is seen whole.
    void anotherSourceIsSeenWhole()
    {
        AnalysePanel panel(*m_lexicon);
        panel.resize(970, 690);
        panel.setRuns({ m_trained });
        panel.show();
        QTRY_VERIFY(!panel.reading());
        LinePlot* chart = panel.reflection()->charts()->chart(0);
        chart->userZoom(10.5, 16.5);
        QTRY_VERIFY2(scopeOf(panel).contains("n = 18 right and 54 wrong"), qPrintable(scopeOf(panel)));
        sourceOf(panel)->setFocus();
        QTest::keyClick(sourceOf(panel), Qt::Key_Down);
        QTRY_VERIFY2(scopeOf(panel).contains("n = 6 right and 18 wrong, to 3 problems"), qPrintable(scopeOf(panel)));
        QTRY_VERIFY(!panel.reading());
        chart->userZoom(3, 7);
        QTRY_VERIFY2(scopeOf(panel).contains("n = 3 right and 9 wrong"), qPrintable(scopeOf(panel)));
        sourceOf(panel)->setFocus();
        QTest::keyClick(sourceOf(panel), Qt::Key_Up);
        QTRY_VERIFY2(scopeOf(panel).contains("n = 48 right and 144 wrong traces"), qPrintable(scopeOf(panel)));
    }

    /// Two runs are held against each other in what both have.
    void againstAnotherRun()
    {
        AnalysePanel panel(*m_lexicon);
        panel.resize(970, 690);
        panel.setRuns({ m_trained, m_tuned });
        panel.show();
        QTRY_VERIFY(!panel.reading());
        QCOMPARE(sourceOf(panel)->currentIndex(), 0);
        auto* against = panel.findChild<QComboBox*>("analyseAgainst");
        against->setCurrentIndex(2);
        Q_EMIT against->activated(2);
        QTRY_COMPARE(sourceOf(panel)->currentIndex(), 1);
        QTRY_VERIFY(!panel.reading());
        const auto* legend = panel.reflection()->charts()->chart(0)->legend();
        QTRY_COMPARE(legend->count(), 4);
        QVERIFY(legend->chip(1)->look().label.endsWith(", tuned"));
        panel.findChild<QTabWidget*>("analyseTabs")->setCurrentIndex(1);
        MixingPage* mixing = panel.mixing();
        FiguresModel* both = mixing->ablation();
        QCOMPARE(both->index(5, 1).data().toString(), QString("12")); // answers: one evaluation of each
        QCOMPARE(both->index(5, 2).data().toString(), QString("12"));
        const QString note = mixing->findChild<QLabel*>("ablationNote")->text();
        QVERIFY2(note.startsWith("Evaluations at step 10 and at step 10."), qPrintable(note));
        sourceOf(panel)->setFocus();
        QTest::keyClick(sourceOf(panel), Qt::Key_Up); // whoever wants completions gets those that there are
        QTRY_VERIFY(!panel.reading());
        QTRY_COMPARE(statusOf(panel), QString("tuned has no sampled completions to hold against."));
        QCOMPARE(mixing->charts()->chart(0)->legend()->count(), 2);
    }

    void whatNobodyCouldJudgeIsSaid()
    {
        const QString folder = m_folder.filePath("unjudged");
        EvaluationRow row = fixture::answeredEvaluation(1);
        for (EvaluationProblemRow& problem : row.rows)
            for (CompletionRow& sample : problem.samples) {
                sample.verdict = "infra_error";
                sample.correct = false;
            }
        orThrow(fixture::makeFineTunedRun(folder, {})->commitEvaluation(row));
        AnalysePanel panel(*m_lexicon);
        panel.resize(970, 690);
        panel.setRuns({ { std::make_shared<RunFeed>(folder), Qt::blue, "unjudged" } });
        panel.show();
        QTRY_VERIFY(!panel.reading());
        QTRY_VERIFY2(
            statusOf(panel) == "0 answers at 1 evaluation; 12 of 12 could not be judged", qPrintable(statusOf(panel)));
        QVERIFY(panel.findChild<QTabWidget*>("analyseTabs")->isVisible());
        QVERIFY2(scopeOf(panel).contains("n = 0 right and 0 wrong") && scopeOf(panel).contains("12 of 12 could not be"),
            qPrintable(scopeOf(panel)));
        for (int tab : { 1, 2 }) // nothing to divide by
            panel.findChild<QTabWidget*>("analyseTabs")->setCurrentIndex(tab);
        QCOMPARE(panel.mixing()->comparison()->index(0, 1).data().toString(), QString("0"));
    }

    void nothingIsStored()
    {
        const QString folder = m_folder.filePath("bare");
        EvaluationRow old = fixture::answeredEvaluation(1);
        for (EvaluationProblemRow& problem : old.rows)
            problem.samples.clear(); // as older versions stored it
        orThrow(fixture::makeFineTunedRun(folder, {})->commitEvaluation(old));
        AnalysePanel panel(*m_lexicon);
        panel.setRuns({ { std::make_shared<RunFeed>(folder), Qt::blue, "bare" } });
        panel.show();
        QTRY_VERIFY(!panel.reading());
        auto* hint = panel.findChild<QLabel*>("analyseHint");
        QTRY_VERIFY2(
            hint->isVisible() && hint->text().startsWith("This run has stored neither"), qPrintable(hint->text()));
    }

private:
    QTemporaryDir m_folder;
    std::shared_ptr<const Lexicon> m_lexicon;
    OpenRun m_tuned, m_trained;
};

QTEST_MAIN(TestHeldOutAnalysis)
#include "tst_heldoutanalysis.moc"
