// What a base model of several tasks reads: right where it is worked out, mostly wrong where it is guessed, in the
// shares that the recipe names, and in a tokenizer that gives every text back.

#include "core/engine/worked_traces.h"
#include "core/tasks/task.h"
#include "core/text/tokenizer.h"

#include <QTemporaryDir>
#include <QtTest>

#include <cmath>

using namespace aha;

namespace {

WorkedTraceConfig twoLevels(double worked, double lucky)
{
    WorkedTraceConfig config;
    config.workedShare = worked;
    config.luckyShare = lucky;
    for (const int64_t level : { 2, 4 }) {
        TaskConfig task;
        task.name = "multiplication";
        task.level = level;
        config.tasks.push_back({ task, level == 2 ? 3.0 : 1.0 });
    }
    return config;
}

/// Share of right answers, by the task's own verifier.
struct Seen {
    int worked = 0, guessed = 0, workedRight = 0, guessedRight = 0, hard = 0;
};
Seen readThem(const PretrainCorpus& corpus, int count)
{
    Seen seen;
    const std::unique_ptr<Task> task = orThrow(makeTask(corpus.tasks()[0]));
    for (uint64_t i = 0; i < uint64_t(count); ++i) {
        const TrainingText text = corpus.text(i);
        int64_t a = 0, b = 0;
        if (std::sscanf(text.prompt.c_str(), "What is %ld * %ld?", &a, &b) != 2)
            return {};
        const bool worked = text.completion.rfind("<think> </think>", 0) != 0;
        const std::string item = "{\"a\":" + std::to_string(a) + ",\"b\":" + std::to_string(b) + "}";
        const Judgement judgement = task->judge(item, text.completion);
        if (judgement.format != 1)
            return {};
        (worked ? seen.worked : seen.guessed) += 1;
        (worked ? seen.workedRight : seen.guessedRight) += judgement.accuracy > 0; // a guess has no thoughts
        seen.hard += a > 99;
    }
    return seen;
}

} // namespace

class TestWorkedTraces : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void sharesAreTheRecipes()
    {
        const auto corpus = orThrow(workedCorpus(twoLevels(0.4, 0.25), 3));
        const Seen seen = readThem(*corpus, 4000);
        QCOMPARE(seen.worked + seen.guessed, 4000);
        QCOMPARE(seen.workedRight, seen.worked);
        QVERIFY2(std::abs(seen.worked / 4000.0 - 0.4) < 0.03, QByteArray::number(seen.worked));
        QVERIFY2(
            std::abs(double(seen.guessedRight) / seen.guessed - 0.25) < 0.04, QByteArray::number(seen.guessedRight));
        QVERIFY2(std::abs(seen.hard / 4000.0 - 0.25) < 0.03, QByteArray::number(seen.hard)); // a quarter of the weight
    }

    void textsDependOnSeedAndNumberAlone()
    {
        const auto one = orThrow(workedCorpus(twoLevels(0.5, 0), 3)),
                   again = orThrow(workedCorpus(twoLevels(0.5, 0), 3));
        const auto other = orThrow(workedCorpus(twoLevels(0.5, 0), 4));
        int same = 0;
        for (uint64_t i = 0; i < 50; ++i) {
            QCOMPARE(one->text(i).completion, again->text(i).completion);
            same += one->text(i).prompt == other->text(i).prompt;
        }
        QVERIFY(same < 10);
    }

    void theTokenizerGivesEveryTextBack()
    {
        QTemporaryDir folder;
        const auto file = std::filesystem::path(folder.path().toStdString()) / "tokenizer.model";
        const auto corpus = orThrow(workedCorpus(twoLevels(0.5, 0.2), 3));
        QVERIFY(corpus->makeTokenizer(file).ok());
        const auto tokenizer = orThrow(loadTokenizer(file.parent_path()));
        QVERIFY(tokenizer->vocabSize() <= 400);
        for (uint64_t i = 100'000; i < 100'200; ++i) { // none that it was made of
            const TrainingText text = corpus->text(i);
            const std::vector<int32_t> ids = tokenizer->encode(text.completion);
            QCOMPARE(tokenizer->decode(ids), text.completion);
            QCOMPARE(tokenizer->decode(tokenizer->encode(text.prompt)), text.prompt);
            QVERIFY(ids.size() < text.completion.size());
        }
        const std::vector<int32_t> digits = tokenizer->encode("1234");
        QCOMPARE(digits.size(), size_t(4)); // each digit by itself
        QCOMPARE(tokenizer->encode("<think>").size(), size_t(1));
    }

    void recipesWithoutSenseAreRefused_data()
    {
        QTest::addColumn<double>("worked");
        QTest::addColumn<double>("weight");
        QTest::addColumn<QString>("task");
        QTest::addColumn<QByteArray>("code");
        QTest::newRow("share") << 1.5 << 1.0 << "multiplication" << QByteArray("recipe_invalid");
        QTest::newRow("weight") << 0.5 << 0.0 << "multiplication" << QByteArray("recipe_invalid");
        QTest::newRow("no puzzle") << 0.5 << 1.0 << "countdown" << QByteArray("recipe_invalid");
        QTest::newRow("no task") << 0.5 << 1.0 << "nothing" << QByteArray("task_unknown");
    }
    void recipesWithoutSenseAreRefused()
    {
        QFETCH(double, worked);
        QFETCH(double, weight);
        QFETCH(QString, task);
        QFETCH(QByteArray, code);
        WorkedTraceConfig config = twoLevels(worked, 0.2);
        config.tasks[0].weight = weight;
        config.tasks[0].task.name = task.toStdString();
        const auto corpus = workedCorpus(config, 0);
        QVERIFY(!corpus);
        QCOMPARE(QByteArray::fromStdString(corpus.error().code), code);
    }

    void noTasksAreRefused() { QVERIFY(!workedCorpus({}, 0)); }
};

QTEST_APPLESS_MAIN(TestWorkedTraces)
#include "tst_worked_traces.moc"
