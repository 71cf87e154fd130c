// What the writer commits is what the reader sees; a step that comes twice must be the same step.

#include "core/config/run_config.h"
#include "core/store/digest.h"
#include "core/store/learning_reader.h"
#include "core/store/run_reader.h"
#include "core/store/run_writer.h"
#include "tests/support/run_rows.h"

#include <QtTest>

#include <filesystem>

#include <sqlite3.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

using namespace aha;

class TestRunStore : public QObject {
    Q_OBJECT

    /// Another connection that does `before` at once, and has written `sql` for a while before it commits that.
    std::thread writesMeanwhile(const std::string& sql, const std::string& before = "")
    {
        sqlite3* db = nullptr;
        if (sqlite3_open((path() + "/run.db").c_str(), &db) != SQLITE_OK
            || sqlite3_exec(db, (before + "; BEGIN IMMEDIATE; " + sql).c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
            qFatal("%s", sqlite3_errmsg(db));
        return std::thread([db] {
            std::this_thread::sleep_for(std::chrono::milliseconds(300));
            sqlite3_exec(db, "COMMIT", nullptr, nullptr, nullptr);
            sqlite3_close(db);
        });
    }

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_writer = orThrow(RunWriter::create(path(), "id", "name \"'", "grpo", "{}"));
    }
    void cleanup()
    {
        m_writer.reset();
        m_folder.reset();
    }

    void everythingComesBack()
    {
        const StepRow step = support::stepRow(1);
        QVERIFY(m_writer->commitStep(step).ok());
        QCOMPARE(m_writer->lastStep(), int64_t(1));
        const auto reader = orThrow(RunReader::open(path()));
        const std::vector<SeriesPoint> kl = *reader->series("kl");
        QCOMPARE(kl.size(), size_t(1));
        QVERIFY(std::isnan(kl[0].value)); // a gap, not a zero
        QCOMPARE((*reader->series("reward"))[0].value, 0.25);
        QCOMPARE(reader->metricNames()->size(), size_t(3));
        QCOMPARE(reader->metricsAt(1)->size(), size_t(3));
        QVERIFY(reader->metricsAt(2)->empty());
        const std::vector<GroupRow> groups = *reader->groups(1);
        QCOMPARE(groups.size(), size_t(2));
        QCOMPARE(groups[1].prompt.itemJson, step.groups[1].prompt.itemJson);
        QVERIFY(groups[1].zeroVariance && !groups[0].zeroVariance);
        const std::vector<CompletionRow> completions = *reader->completions(groups[0].id);
        QCOMPARE(completions.size(), size_t(3));
        for (size_t i = 0; i < completions.size(); ++i) {
            const CompletionRow &got = completions[i], &want = step.groups[0].completions[i];
            QCOMPARE(got.reward.has_value(), want.reward.has_value());
            QCOMPARE(got.advantage, want.advantage);
            QCOMPARE(got.verdict, want.verdict);
            QCOMPARE(got.extracted, want.extracted);
            QCOMPARE(got.parts.size(), want.parts.size());
            QVERIFY(got.parts[0].second == want.parts[0].second || std::isnan(want.parts[0].second));
            const CompletionRow text = *reader->completionText(got.id);
            QCOMPARE(text.text, want.text); // NUL and invalid bytes included
            QCOMPARE(text.tokenIds, want.tokenIds);
            const CompletionRow row = *reader->completion(got.id);
            QVERIFY(row.groupId == got.groupId && row.verdict == got.verdict && row.text.empty());
            const std::optional<TokenDetail> detail = *reader->tokenDetail(got.id);
            QVERIFY(detail && detail->logprob == want.detail->logprob && detail->tokenEnds == want.detail->tokenEnds
                && detail->entropy == want.detail->entropy);
        }
        QVERIFY(!*reader->tokenDetail((*reader->completions(groups[1].id))[0].id)); // not stored for this group
    }

    void learningComesBack()
    {
        const StepRow step = support::stepRow(1);
        QVERIFY(m_writer->commitStep(step, support::learningRows(step)).ok());
        QVERIFY(m_writer->commitStep(support::stepRow(2)).ok()); // of another stage: nothing to store
        const auto reader = orThrow(RunReader::open(path()));
        const auto learning = orThrow(LearningReader::open(path()));
        std::vector<int64_t> ids;
        for (int64_t at = 1; at <= 2; ++at)
            for (const GroupRow& group : orThrow(reader->groupsWithCompletions(at)))
                for (const CompletionRow& row : group.completions)
                    ids.push_back(row.id);
        const auto updates = orThrow(learning->updates(ids));
        QCOMPARE(updates.size(), size_t(6));
        QCOMPARE(updates.at(ids[0]).tokens, int64_t(0));
        QVERIFY(!updates.at(ids[0]).ratio && !updates.at(ids[0]).clipped); // left out: not a ratio of 0
        QCOMPARE(updates.at(ids[1]).ratio.value(), 1.25);
        QVERIFY(!updates.at(ids[1]).clipped);
        QCOMPARE(updates.at(ids[2]).clipped.value(), 0.5);
        QCOMPARE(updates.at(ids[5]).tokens, int64_t(6));
        const std::optional<TokenRewards> rewards = *learning->tokenRewards(ids[0]);
        QVERIFY(rewards && rewards->kind == "prime" && rewards->values.size() == 3);
        QCOMPARE(rewards->values[1], 0.25f);
        QVERIFY(std::isnan(rewards->values[2]));
        QVERIFY(!*learning->tokenRewards(ids[3]) && !*learning->tokenRewards(ids[6]));
    }

    void olderDatabasesOpenAndGetTheirTables()
    {
        QVERIFY(m_writer->commitStep(support::stepRow(1)).ok());
        m_writer.reset();
        sqlite3* db = nullptr;
        QCOMPARE(sqlite3_open((path() + "/run.db").c_str(), &db), SQLITE_OK);
        QCOMPARE(sqlite3_exec(db,
                     "DROP TABLE completion_update; DROP TABLE token_reward; DROP TABLE evaluation_sample;"
                     " PRAGMA user_version = 1",
                     nullptr, nullptr, nullptr),
            SQLITE_OK);
        sqlite3_close(db);
        QCOMPARE(*orThrow(RunReader::open(path()))->lastStep(), int64_t(1));
        const auto older = orThrow(LearningReader::open(path()));
        QVERIFY(older->updates({ 1, 2, 3 })->empty() && !*older->tokenRewards(1));
        m_writer = orThrow(RunWriter::open(path())); // a resume goes on in the same file
        const StepRow step = support::stepRow(2);
        QVERIFY(m_writer->commitStep(step, support::learningRows(step)).ok());
        QCOMPARE(orThrow(LearningReader::open(path()))->updates({ 1, 6, 7, 12 })->size(), size_t(2));
        QVERIFY(m_writer->commitStep(support::stepRow(1)).ok()); // its digest is what it was
    }

    void evaluationComesBack()
    {
        QVERIFY(m_writer->commitEvaluation(support::evaluationRow(0)).ok());
        const auto reader = orThrow(RunReader::open(path()));
        const EvaluationRow got = (*reader->evaluations())[0], want = support::evaluationRow(0);
        QCOMPARE(got.passK, want.passK);
        QCOMPARE(got.pass1High, want.pass1High);
        QCOMPARE(got.cons, want.cons);
        const std::vector<EvaluationProblemRow> rows = *reader->evaluationProblems(got.id);
        QCOMPARE(rows.size(), size_t(2));
        QCOMPARE(rows[0].correct, 3);
        QVERIFY(rows[0].majority && !rows[1].majority);
        const EvaluationProblemRow second = *reader->evaluationProblem(got.id, 1);
        QVERIFY(second.prompt.text == rows[1].prompt.text && second.correct == rows[1].correct);
        QVERIFY(second.example.empty());
        QCOMPARE(reader->evaluationProblem(got.id, 2).error().code, std::string("row_missing"));
        QCOMPARE(reader->completion(99).error().code, std::string("row_missing"));
    }

    /// A run's own prompts: nothing that figures are made of sees them.
    void ownPromptsStandApart()
    {
        QVERIFY(m_writer->commitEvaluation(support::evaluationRow(0)).ok());
        EvaluationRow own;
        own.task = kProbesTask;
        own.samples = 1;
        own.rows.push_back(
            { { 0, "Is 9.11 larger?", kProbesTask, "{\"prompt\":\"Is 9.11 larger?\"}" }, 0, false, "no" });
        QVERIFY(m_writer->commitEvaluation(own).ok()); // beside the other of the same step
        QVERIFY(m_writer->commitEvaluation(own).ok()); // computed again
        const auto reader = orThrow(RunReader::open(path()));
        QCOMPARE(reader->evaluations()->size(), size_t(1));
        QCOMPARE(reader->probes()->size(), size_t(1));
        const int64_t id = reader->probes()->front().id;
        QVERIFY(id != reader->evaluations()->front().id);
        QCOMPARE(reader->evaluation(id)->task, std::string(kProbesTask));
        QCOMPARE(reader->evaluation(reader->evaluations()->front().id)->samples, 4);
        QCOMPARE(reader->evaluation(99).error().code, std::string("row_missing"));
        QCOMPARE(reader->evaluationExample(id, 0).value(), std::string("no"));
        QVERIFY((*reader->answersOf("Is 9.11 larger?"))->evaluations.empty()); // no held-out problem
        own.rows[0].example = "yes";
        QCOMPARE(m_writer->commitEvaluation(own).error().code, std::string("step_mismatch"));
    }

    /// The task's own fields are needed to judge it again.
    void aProblemThatWasAskedAsAPromptBecomesTheTasks()
    {
        const EvaluationRow held = support::evaluationRow(0);
        EvaluationRow own;
        own.task = kProbesTask;
        own.samples = 1;
        own.rows.push_back({ { 0, held.rows[0].prompt.text, kProbesTask, "{}" }, 0, false, "text" });
        QVERIFY(m_writer->commitEvaluation(own).ok());
        QVERIFY(m_writer->commitEvaluation(held).ok());
        own.step = 1;
        QVERIFY(m_writer->commitEvaluation(own).ok()); // and stays it
        const PromptRow prompt = (*orThrow(RunReader::open(path()))->answersOf(held.rows[0].prompt.text))->prompt;
        QCOMPARE(prompt.task, held.rows[0].prompt.task);
        QCOMPARE(prompt.itemJson, held.rows[0].prompt.itemJson);
    }

    void everySampleComesBack()
    {
        const EvaluationRow want = support::evaluationRow(2);
        QVERIFY(m_writer->commitEvaluation(want).ok());
        const auto reader = orThrow(RunReader::open(path()));
        const int64_t id = reader->evaluations()->front().id;
        for (size_t p = 0; p < want.rows.size(); ++p) {
            const std::vector<CompletionRow> got = *reader->evaluationSamples(id, int64_t(p));
            QCOMPARE(got.size(), size_t(4));
            for (size_t i = 0; i < got.size(); ++i) {
                const CompletionRow &a = got[i], &b = want.rows[p].samples[i];
                QCOMPARE(a.position, int(i));
                QVERIFY(a.correct == b.correct && a.tokens == b.tokens && a.formatOk == b.formatOk);
                QVERIFY(a.verdict == b.verdict && a.reason == b.reason && a.extracted == b.extracted);
                QCOMPARE(a.finishReason, b.finishReason);
                QVERIFY(a.text.empty()); // lists do not touch text
                QCOMPARE(reader->evaluationSample(id, int64_t(p), int64_t(i))->text, b.text); // NUL and all
            }
        }
        QCOMPARE(reader->evaluationSample(id, 0, 4).error().code, std::string("row_missing"));
        QCOMPARE(reader->evaluationSample(id, 9, 0).error().code, std::string("row_missing"));
        QVERIFY(reader->evaluationSamples(id, 9)->empty());
    }

    /// A run of an older version has one text of each problem; a resume keeps all of what is drawn from then on.
    void anOlderEvaluationShowsItsExample()
    {
        QVERIFY(m_writer->commitEvaluation(support::evaluationRow(0)).ok());
        m_writer.reset();
        sqlite3* db = nullptr;
        QCOMPARE(sqlite3_open((path() + "/run.db").c_str(), &db), SQLITE_OK);
        QCOMPARE(sqlite3_exec(db, "DROP TABLE evaluation_sample; PRAGMA user_version = 2", nullptr, nullptr, nullptr),
            SQLITE_OK);
        sqlite3_close(db);
        const auto reader = orThrow(RunReader::open(path()));
        const int64_t id = reader->evaluations()->front().id;
        const auto onlyTheExample = [&] {
            return reader->evaluationSamples(id, 0)->empty() && reader->evaluationSample(id, 0, 0)->text == "trace"
                && reader->evaluationSample(id, 0, 0)->verdict.empty()
                && reader->evaluationSample(id, 0, 1).error().code == "row_missing";
        };
        QVERIFY(onlyTheExample());
        m_writer = orThrow(RunWriter::open(path()));
        QVERIFY(m_writer->commitEvaluation(support::evaluationRow(0)).ok()); // its digest is what it was
        QVERIFY(m_writer->commitEvaluation(support::evaluationRow(1)).ok());
        QVERIFY(onlyTheExample()); // the reader was open all the time
        QCOMPARE(reader->evaluationSamples(reader->evaluations()->back().id, 0)->size(), size_t(4));
    }

    /// Texts share a bound; one right and one wrong sample are kept whatever it is, and verdicts always.
    void hugeAnswersAreCut()
    {
        const std::string huge(5'000'000, 'x');
        StepRow step = support::stepRow(1);
        step.groups[0].completions[0].extracted = huge;
        step.groups[0].completions[0].reason = huge;
        QVERIFY(m_writer->commitStep(step).ok());
        QVERIFY(m_writer->commitStep(step).ok()); // still the same step
        EvaluationRow row = support::evaluationRow(1);
        row.rows[0].samples[1].extracted = huge;
        row.rows[0].samples[1].reason = huge;
        QVERIFY(m_writer->commitEvaluation(row).ok());
        const auto longest = [this](const std::string& table) {
            sqlite3* db = nullptr;
            sqlite3_stmt* q = nullptr;
            sqlite3_open((path() + "/run.db").c_str(), &db);
            const std::string sql = "SELECT max(max(length(reason), length(extracted))) FROM " + table;
            sqlite3_prepare_v2(db, sql.c_str(), -1, &q, nullptr);
            const int length = sqlite3_step(q) == SQLITE_ROW ? sqlite3_column_int(q, 0) : -1;
            sqlite3_finalize(q);
            // As a version that bounded nothing left it.
            sqlite3_exec(
                db, ("UPDATE " + table + " SET extracted = hex(zeroblob(100000))").c_str(), nullptr, nullptr, nullptr);
            sqlite3_close(db);
            return length;
        };
        const auto isCut = [](const std::string& text) {
            return text.size() <= 4096 && text.size() > 4000 && text.find("bytes)") != std::string::npos;
        };
        const auto reader = orThrow(RunReader::open(path()));
        for (const char* table : { "completion", "evaluation_sample" }) {
            const int length = longest(table);
            QVERIFY2(length > 4000 && length <= 4096, qPrintable(QString::number(length)));
        }
        const int64_t id = reader->evaluations()->front().id, group = reader->groups(1)->front().id;
        QVERIFY(isCut((*reader->evaluationSamples(id, 0))[1].reason));
        QVERIFY(isCut((*reader->evaluationSamples(id, 0))[1].extracted));
        QVERIFY(isCut(reader->evaluationSample(id, 0, 1)->extracted));
        QVERIFY(isCut((*reader->completions(group))[0].reason));
        QVERIFY(isCut((*reader->completions(group))[0].extracted));
        QVERIFY(isCut((*reader->completions(group))[1].extracted));
    }

    void hugeSamplesKeepOneOfEach()
    {
        EvaluationRow row = support::evaluationRow(0);
        uint32_t state = 1;
        for (CompletionRow& sample : row.rows[0].samples) { // what does not pack
            sample.text.resize(17 << 20);
            for (char& c : sample.text)
                c = char((state = state * 1664525 + 1013904223) >> 24);
        }
        QVERIFY(m_writer->commitEvaluation(row).ok());
        const auto reader = orThrow(RunReader::open(path()));
        QCOMPARE(reader->evaluationSamples(1, 0)->size(), size_t(4));
        QVERIFY(reader->evaluationSample(1, 0, 0)->text == row.rows[0].samples[0].text); // wrong
        QVERIFY(reader->evaluationSample(1, 0, 1)->text == row.rows[0].samples[1].text); // right
        const Result<CompletionRow> third = reader->evaluationSample(1, 0, 2);
        QVERIFY(!third && third.error().message.find("no room") != std::string::npos);
        QCOMPARE(reader->evaluationSample(1, 1, 3)->text, row.rows[1].samples[3].text); // the others have theirs
    }

    void sameStepTwice()
    {
        QVERIFY(m_writer->commitStep(support::stepRow(1)).ok());
        StepRow again = support::stepRow(1);
        again.metrics[2].second = 99; // perf/ may differ
        again.groups[0].completions[0].detail.reset();
        QVERIFY(m_writer->commitStep(again).ok());
        QCOMPARE(orThrow(RunReader::open(path()))->summary()->completions, int64_t(6)); // and is not written again
        again.metrics[0].second += 1e-15;
        const Result<void> other = m_writer->commitStep(again);
        QCOMPARE(other.error().code, std::string("step_mismatch"));
        QVERIFY(other.error().message.find("Step 1") != std::string::npos);
        QVERIFY(m_writer->commitStep(support::stepRow(2)).ok()); // the refusal broke nothing
        QVERIFY(m_writer->commitEvaluation(support::evaluationRow(1)).ok());
        QVERIFY(m_writer->commitEvaluation(support::evaluationRow(1)).ok());
        EvaluationRow changed = support::evaluationRow(1);
        changed.rows[1].correct = 1;
        QCOMPARE(m_writer->commitEvaluation(changed).error().code, std::string("step_mismatch"));
    }

    /// An evaluation that is made beside the training: whoever wrote last keeps the other from nothing.
    void twoWritersTakeTurns()
    {
        QVERIFY(m_writer->commitStep(support::stepRow(1)).ok());
        QVERIFY(m_writer->commitEvaluation(support::evaluationRow(0)).ok());
        const auto beside = orThrow(RunWriter::open(path()));
        for (int64_t step = 2; step < 5; ++step) {
            // Each of these asks something first, and does not read on when it knows.
            QVERIFY(m_writer->commitEvaluation(support::evaluationRow(0)).ok());
            QVERIFY(m_writer->commitStep(support::stepRow(1)).ok());
            QVERIFY(m_writer->addSource("generated", "x", "y").ok());
            QVERIFY(beside->commitEvaluation(support::evaluationRow(step)).ok());
            QVERIFY(beside->addLog("info", "beside").ok());
            const Result<void> written = m_writer->commitStep(support::stepRow(step));
            QVERIFY2(written.ok(), written ? "" : written.error().message.c_str());
            QVERIFY(m_writer->addMarker({ 0, step, "set", "x", "{}", 0 }).ok());
        }
        m_writer = orThrow(RunWriter::open(path())); // and nothing seems lost
        QCOMPARE(m_writer->lastStep(), int64_t(4));
        QCOMPARE(orThrow(RunReader::open(path()))->evaluations()->size(), size_t(4));
    }

    /// As above while the other holds the file: a run of an older version gets its tables then, and an evaluation of
    /// which both have the same is stored once.
    void aWriterWaitsForAnother()
    {
        m_writer.reset();
        std::thread other = writesMeanwhile("INSERT INTO log(created_at, level, message) VALUES (1, 'info', 'x')",
            "DROP TABLE evaluation_sample; PRAGMA user_version = 2");
        Result<std::unique_ptr<RunWriter>> opened = RunWriter::open(path());
        other.join();
        QVERIFY2(opened.ok(), opened ? "" : opened.error().message.c_str());
        m_writer = std::move(*opened);
        other = writesMeanwhile("INSERT INTO evaluation(stage_id, step, task, problems, samples, pass1, pass1_low,"
                                " pass1_high, pass_k_json, metrics_json, created_at, digest) VALUES (1, 7, 'countdown',"
                                " 2, 4, 0.375, 0.1, 0.7, '{}', '{}', 1, '"
            + digestOf(support::evaluationRow(7)) + "')");
        const Result<void> same = m_writer->commitEvaluation(support::evaluationRow(7));
        other.join();
        QVERIFY2(same.ok(), same ? "" : same.error().message.c_str());
        QCOMPARE(orThrow(RunReader::open(path()))->evaluations()->size(), size_t(1));
        QVERIFY(m_writer->commitEvaluation(support::evaluationRow(8)).ok());
    }

    void bigRows()
    {
        StepRow step = support::stepRow(1, 1, 2);
        step.groups[0].completions[0].text = std::string(8 << 20, 'x');
        step.groups[0].completions[0].tokenIds.assign(1 << 20, 7);
        step.groups[0].completions[0].detail = TokenDetail { std::vector<int32_t>(1 << 20, 1),
            std::vector<float>(1 << 20, -1.f), std::vector<float>(1 << 20, 0.5f) };
        QVERIFY(m_writer->commitStep(step).ok());
        const auto reader = orThrow(RunReader::open(path()));
        const int64_t id = (*reader->completions((*reader->groups(1))[0].id))[0].id;
        QCOMPARE(reader->completionText(id)->text.size(), size_t(8 << 20));
        QCOMPARE((*reader->tokenDetail(id))->entropy.size(), size_t(1 << 20));
    }

    void aFailedStepLeavesNothing()
    {
        QVERIFY(m_writer->commitStep(support::stepRow(1)).ok());
        StepRow broken = support::stepRow(2);
        broken.metrics.emplace_back("new/metric", 1.0);
        broken.groups[1].position = 0; // two groups in one place: refused in the middle of the transaction
        QVERIFY(!m_writer->commitStep(broken).ok());
        QCOMPARE(m_writer->lastStep(), int64_t(1));
        const auto reader = orThrow(RunReader::open(path()));
        QCOMPARE(*reader->lastStep(), int64_t(1));
        QCOMPARE(reader->summary()->completions, int64_t(6));
        StepRow next = support::stepRow(2);
        next.metrics.emplace_back("new/metric", 1.0);
        QVERIFY(m_writer->commitStep(next).ok()); // also the metric name that was rolled back
        QCOMPARE(reader->series("new/metric")->size(), size_t(1));
    }

    void readersFollowTheWriter()
    {
        const auto reader = orThrow(RunReader::open(path()));
        QCOMPARE(*reader->lastStep(), int64_t(-1));
        for (int64_t step = 1; step <= 20; ++step) {
            QVERIFY(m_writer->commitStep(support::stepRow(step, 1, 1)).ok());
            QCOMPARE(*reader->lastStep(), step);
            QCOMPARE(reader->series("reward", step - 1)->size(), size_t(1));
        }
    }

    /// While a run trains its rows move from SQLite's log into the database: of a run of days it would grow without
    /// bound, and each page that a window reads is looked for in all of it.
    void theLogStaysShort()
    {
        const auto sizeOf = [&](const char* name) { return double(std::filesystem::file_size(path() + name)); };
        const auto reader = orThrow(RunReader::open(path())); // a window that reads now and then
        double most = 0;
        EvaluationRow evaluation;
        evaluation.problems = 1;
        for (int step = 1; step <= 64; ++step) {
            StepRow row = support::stepRow(step);
            row.metrics.emplace_back("new/" + std::to_string(step), 1.0);
            row.groups[0].prompt.text += std::to_string(step); // its id is looked up in the transaction
            row.groups[0].completions[0].text.assign(size_t(300'000), char('a' + step % 26));
            QVERIFY(m_writer->commitStep(row).ok());
            evaluation.step = step;
            if (step % 4 == 0)
                QVERIFY(m_writer->commitEvaluation(evaluation).ok());
            QCOMPARE(*reader->lastStep(), int64_t(step));
            most = std::max(most, sizeOf("/run.db-wal"));
        }
        QVERIFY2(sizeOf("/run.db") > 12e6, qPrintable(QString::number(sizeOf("/run.db"))));
        QVERIFY2(most < 9e6, qPrintable(QString::number(most)));
    }

    void searchFiltersAndOrders()
    {
        for (int64_t step = 1; step <= 3; ++step)
            QVERIFY(m_writer->commitStep(support::stepRow(step)).ok());
        const auto reader = orThrow(RunReader::open(path()));
        const auto count = [&](const TraceFilter& filter) { return *reader->countHits(filter); };
        TraceFilter filter;
        QCOMPARE(count(filter), int64_t(18));
        filter.text = "WAIT";
        QCOMPARE(count(filter), int64_t(18));
        filter.text = "%"; // no wildcard: the character itself
        QCOMPARE(count(filter), int64_t(18)); // it stands behind a NUL, where SQLite's LIKE does not look
        filter.text = "\xFF _"; // bytes that are no UTF-8
        QCOMPARE(count(filter), int64_t(0));
        filter.text = "等 \xFF %";
        QCOMPARE(count(filter), int64_t(18));
        filter.text = "% _"; // no wildcards: the characters themselves, before the number of the completion
        QCOMPARE(count(filter), int64_t(18));
        filter.text = "% 3";
        QCOMPARE(count(filter), int64_t(0));
        filter.text = std::string("_\0"
                                  "301",
            5); // step 3, group 0, completion 1
        QCOMPARE(count(filter), int64_t(1));
        filter.correct = true;
        QCOMPARE(count(filter), int64_t(0));
        filter.text = std::string("_\0"
                                  "302",
            5);
        QCOMPARE(count(filter), int64_t(1));
        for (const TraceOrder order : { TraceOrder::Newest, TraceOrder::RewardHigh, TraceOrder::Longest }) {
            filter = {};
            filter.text = "WaIt";
            const std::vector<TraceHit> found = *reader->search(filter, order, 10);
            QCOMPARE(found.size(), size_t(10));
            QCOMPARE(reader->search(filter, order, 100, &found[9])->size(), size_t(8));
            // Page and count at once say the same.
            for (const bool right : { false, true }) {
                if (right)
                    filter.correct = true;
                const std::vector<TraceHit> page = *reader->search(filter, order, 4);
                std::vector<std::vector<TraceHit>> told;
                QCOMPARE(
                    *reader->searchTexts(filter, order, 4, [&](auto hits) { told.push_back(hits); }), count(filter));
                QCOMPARE(told.size(), size_t(1));
                QCOMPARE(told[0].size(), page.size());
                for (size_t i = 0; i < page.size(); ++i) {
                    QCOMPARE(told[0][i].completion.id, page[i].completion.id);
                    QCOMPARE(told[0][i].promptText, page[i].promptText);
                }
            }
        }
        filter = {};
        filter.correct = true;
        filter.stepMin = 2;
        QCOMPARE(count(filter), int64_t(4));
        filter = {};
        filter.rewardMin = 0.1;
        QCOMPARE(count(filter), int64_t(6)); // NULL rewards never match
        filter = {};
        filter.text = "'; DROP TABLE completion; --";
        QCOMPARE(count(filter), int64_t(0));
        const std::vector<TraceHit> oldest = *reader->search({}, TraceOrder::Oldest, 5);
        QCOMPARE(oldest.size(), size_t(5));
        QVERIFY(oldest[0].completion.id < oldest[4].completion.id);
        const std::vector<TraceHit> next = *reader->search({}, TraceOrder::Oldest, 100, &oldest[4]);
        QCOMPARE(next.size(), size_t(13)); // the rest, without overlap
        QVERIFY(next[0].completion.id > oldest[4].completion.id);
        QVERIFY(reader->search({}, TraceOrder::Oldest, 5, &next[12])->empty());
    }

    void bookkeeping()
    {
        QCOMPARE(orThrow(RunReader::open(path()))->summary()->runId, std::string("id"));
        const int64_t source = *m_writer->addSource("generated", "countdown", "GPL");
        QCOMPARE(*m_writer->addSource("generated", "countdown", "GPL"), source);
        QVERIFY(m_writer->addCheckpoint({ 0, 1, 3, "checkpoints/step_000003", 10, "ab", 0, false }).ok());
        QVERIFY(
            m_writer->addCheckpoint({ 0, 1, 3, "checkpoints/step_000003", 11, "cd", 0, false }).ok()); // written again
        QVERIFY(m_writer->markCheckpointRemoved("checkpoints/step_000003").ok());
        QVERIFY(m_writer->addMarker({ 0, 3, "set", "a=b", "{}", 0 }).ok());
        QVERIFY(m_writer->addLog("warning", "odd \xFF").ok());
        QVERIFY(m_writer->setInfo("k", "v").ok() && m_writer->setInfo("k", "w").ok());
        const auto reader = orThrow(RunReader::open(path()));
        QCOMPARE(reader->checkpoints()->size(), size_t(1));
        QVERIFY((*reader->checkpoints())[0].removed && (*reader->checkpoints())[0].bytes == 11);
        QCOMPARE(*reader->info("k"), std::string("w"));
        QCOMPARE(*reader->info("absent"), std::string());
        QCOMPARE(m_writer->markers("set")->size(), size_t(1));
        QCOMPARE(reader->log(0, 10)->size(), size_t(1));
        QVERIFY(!RunWriter::create(path(), "id", "n", "grpo", "{}").ok()); // never over an existing one
    }

    /// Markers of older programs have the new value alone; the old one is told from the configuration and what was set
    /// before. One that noted its change keeps it, and what is no setting is left alone.
    void aChangedSettingTellsItsOldValue()
    {
        RunConfig config;
        config.rollout.temperature = 1.2;
        const std::string folder = path() + "_changed";
        std::filesystem::create_directories(folder);
        auto writer = orThrow(RunWriter::create(folder, "changed", "n", "grpo", toJsonText(config)));
        orThrow(writer->addMarker({ 0, 3, "set", "rollout.temperature=1.6", "{}", 0 }));
        orThrow(writer->addMarker({ 0, 4, "set", "rollout.temperature=2", R"({"change":"as noted","x":1})", 0 }));
        orThrow(writer->addMarker({ 0, 5, "set", "rollout.temperature=0.5", R"({"x":1})", 0 }));
        orThrow(writer->addMarker({ 0, 6, "set", "no.such=1", "{}", 0 }));
        const std::vector<MarkerRow> markers = orThrow(orThrow(RunReader::open(folder))->markers());
        QCOMPARE(markers[0].dataJson, std::string(R"({"change":"rollout.temperature: 1.2 -> 1.6"})"));
        QCOMPARE(markers[1].dataJson, std::string(R"({"change":"as noted","x":1})"));
        QCOMPARE(markers[2].dataJson, std::string(R"({"change":"rollout.temperature: 2 -> 0.5","x":1})"));
        QCOMPARE(markers[3].dataJson, std::string("{}"));
    }

    void killedInTheTransaction_data()
    {
        QTest::addColumn<QByteArray>("point");
        QTest::addColumn<int>("survives"); // the step in flight
        QTest::newRow("before the commit") << QByteArray("commit:1") << 0;
        QTest::newRow("between commit and mark") << QByteArray("file:1") << 1;
        QTest::newRow("in the mark") << QByteArray("file:4") << 1;
    }
    void killedInTheTransaction()
    {
        QFETCH(QByteArray, point);
        QFETCH(int, survives);
        QVERIFY(m_writer->commitStep(support::stepRow(1)).ok());
        m_writer.reset();
        const pid_t child = ::fork();
        if (child == 0) {
            const auto writer = RunWriter::open(path());
            ::setenv("AHASCOPE_FAULT", point.constData(), 1);
            (void)(*writer)->commitStep(support::stepRow(2));
            ::_exit(0);
        }
        int status = 0;
        ::waitpid(child, &status, 0);
        QVERIFY(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
        QCOMPARE(*orThrow(RunReader::open(path()))->lastStep(), int64_t(1 + survives));
        m_writer = orThrow(RunWriter::open(path()));
        QCOMPARE(m_writer->lastStep(), int64_t(1 + survives));
        for (int64_t step = 2; step <= 3; ++step)
            QVERIFY(m_writer->commitStep(support::stepRow(step)).ok());
        QCOMPARE(orThrow(RunReader::open(path()))->summary()->completions, int64_t(18));
    }

private:
    std::string path() const { return m_folder->path().toStdString(); }
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<RunWriter> m_writer;
};

QTEST_GUILESS_MAIN(TestRunStore)
#include "tst_run_store.moc"
