// Duplicates, overlap, lengths: exact counts on rows whose answer is known.

#include "core/data/dataset_statistics.h"
#include "tests/unit/data/read_all.h"

#include <QtTest>

#include <numeric>

using namespace aha;
using namespace aha::data;

class TestDatasetStatistics : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void words()
    {
        const std::vector<std::string> want { "hello,", "world", "é", "数", "学", "x" };
        QCOMPARE(normalisedWords("  HELLO,\u00a0World\u3000É\n数学x\x1c"), want);
        QCOMPARE(normalisedText("A\t\tb"), std::string("a b"));
        QCOMPARE(normalisedText(""), std::string());
        QVERIFY(!normalisedText("\xff\xfe bad").empty());
    }

    void grams()
    {
        GramSet set;
        set.add("One two three four five six seven eight nine");
        QCOMPARE(set.size(), size_t(2));
        QCOMPARE(set.firstShared("so: ONE  two three\nfour five six seven eight!"),
            std::string()); // "eight!" is another word
        QCOMPARE(set.firstShared("x two three four five six seven eight NINE"),
            std::string("two three four five six seven eight nine"));
        QCOMPARE(set.firstShared("one two three four five six seven"), std::string());
        GramSet chinese;
        chinese.add("今天天气很好我们去");
        QCOMPARE(chinese.firstShared("啊今天天气很好我们"), std::string("今 天 天 气 很 好 我 们"));
    }

    void countsOfADataset()
    {
        Files files;
        const auto data = importFiles({ files.write("a.jsonl",
                                          "{\"prompt\":\"What is Two plus two?\",\"completion\":\"4\"}\n"
                                          "{\"prompt\":\"what is  two plus two?\",\"completion\":\"4\"}\n"
                                          "{\"prompt\":\"what is two plus two?\",\"completion\":\"four\"}\n"
                                          "{\"prompt\":\"\",\"completion\":\"no prompt\"}\n"
                                          "{\"prompt\":\"what\",\"completion\":\"is two plus two? 4\"}\n"
                                          "{\"prompt\":\"a b c d e f g h i\",\"completion\":\"j\"}\n") },
            files.path("cache"))
                              .value();
        const Mapping mapping = recognise(data->rows(0, 6).value()).value();
        GramSet evaluation;
        evaluation.add("B c d e f g h i j");
        StatisticsOptions options;
        options.evaluation = &evaluation;
        options.maxPromptTokens = 4;
        options.maxTokens = 9;
        options.countTokens = [](const Example& e) {
            return TokenCount { uint32_t(normalisedWords(e.prompt.joined()).size()),
                uint32_t(normalisedWords(e.completion.joined()).size()) };
        };
        std::vector<uint64_t> progress;
        const auto got = computeStatistics(
            *data, RowSelection::all(6), mapping, options, {}, [&](uint64_t done) { progress.push_back(done); });
        QVERIFY(got.ok());
        QCOMPARE(got->rows, uint64_t(6));
        QCOMPARE(got->unreadable, uint64_t(1));
        QCOMPARE(got->listedUnreadable.at(0).first, uint64_t(3));
        QCOMPARE(got->duplicates.groups, uint64_t(1)); // rows 0 and 1; row 4 has the same words cut elsewhere
        QCOMPARE(got->duplicates.extraRows, uint64_t(1));
        QCOMPARE(got->duplicates.listed, (std::vector<std::vector<uint64_t>> { { 0, 1 } }));
        QCOMPARE(got->duplicatePrompts.extraRows, uint64_t(2));
        QCOMPARE(got->duplicatePrompts.listed, (std::vector<std::vector<uint64_t>> { { 0, 1, 2 } }));
        QCOMPARE(got->overlapping, uint64_t(1));
        QCOMPARE(got->listedOverlaps.at(0).first, uint64_t(5));
        QCOMPARE(got->listedOverlaps.at(0).second, std::string("b c d e f g h i"));
        QCOMPARE(got->promptTokens, (std::vector<uint32_t> { 1, 5, 5, 5, 9 }));
        QCOMPARE(got->totalTokens, (std::vector<uint32_t> { 6, 6, 6, 6, 10 }));
        QCOMPARE(got->promptsCut, uint64_t(4));
        QCOMPARE(got->rowsCut, uint64_t(1));
        QCOMPARE(progress.back(), uint64_t(6));

        std::stop_source stop;
        stop.request_stop();
        QCOMPARE(computeStatistics(*data, RowSelection::all(6), mapping, {}, stop.get_token()).error().code,
            std::string("cancelled"));
    }

    void countsEmptyFields()
    {
        Files files;
        std::string text = "{\"prompt\":\"a\",\"completion\":\" \\n\",\"tools\":[]}\n"
                           "{\"prompt\":\"b\",\"completion\":null}\n"
                           "{\"prompt\":\"c\",\"completion\":\"0\",\"tools\":{}}\n"
                           "{\"completion\":\"d\",\"tools\":[0]}\n";
        for (int i = 0; i < 8; ++i)
            text += "{\"prompt\":\"e\",\"completion\":\"\",\"tools\":false}\n";
        const auto data = importFiles({ files.write("e.jsonl", text) }, files.path("cache")).value();
        const auto got
            = computeStatistics(*data, RowSelection::all(12), recognise(data->rows(0, 3).value()).value(), {}).value();
        QCOMPARE(got.emptyFields.size(), size_t(3));
        const EmptyFields &prompt = got.emptyFields[0], &completion = got.emptyFields[1], &tools = got.emptyFields[2];
        QVERIFY(prompt.column == "prompt" && prompt.empty == 0 && prompt.missing == 1);
        QCOMPARE(prompt.firstMissing, (std::vector<uint64_t> { 3 }));
        QVERIFY(completion.empty == 10 && completion.missing == 0);
        QCOMPARE(completion.firstEmpty, (std::vector<uint64_t> { 0, 1, 4, 5, 6 })); // the first ones only
        QVERIFY(tools.empty == 2 && tools.missing == 1); // false and 0 are values
        QCOMPARE(tools.firstEmpty, (std::vector<uint64_t> { 0, 2 }));
    }

    void listsAreBounded()
    {
        Files files;
        std::string text;
        for (int i = 0; i < 40; ++i)
            text += "{\"prompt\":\"p" + std::to_string(i % 10) + "\"}\n";
        const auto data = importFiles({ files.write("a.jsonl", text) }, files.path("cache")).value();
        StatisticsOptions options;
        options.listed = 3;
        const auto got
            = computeStatistics(*data, RowSelection::all(40), recognise(data->rows(0, 40).value()).value(), options)
                  .value();
        QCOMPARE(got.duplicates.groups, uint64_t(10));
        QCOMPARE(got.duplicates.extraRows, uint64_t(30));
        QCOMPARE(got.duplicates.listed,
            (std::vector<std::vector<uint64_t>> { { 0, 10, 20, 30 }, { 1, 11, 21, 31 }, { 2, 12, 22, 32 } }));
    }

    void histograms()
    {
        const std::vector<uint32_t> lengths { 0, 3, 3, 7, 59, 119 };
        LengthHistogram h = histogramOf(lengths);
        QCOMPARE(h.binWidth, 2u); // 120 values in at most 60 bins
        QCOMPARE(h.bins.size(), size_t(60));
        QCOMPARE(h.bins[1], uint64_t(2));
        QCOMPARE(h.bins[59], uint64_t(1));
        QCOMPARE(std::accumulate(h.bins.begin(), h.bins.end(), uint64_t(0)), uint64_t(6));
        QCOMPARE(histogramOf({ 5 }).binWidth, 1u);
        QCOMPARE(histogramOf({ 4000000000u }).binWidth, 100000000u);
        QVERIFY(histogramOf({}).bins.empty());
        QCOMPARE(quantileOf(lengths, 0.5), 3u);
        QCOMPARE(quantileOf(lengths, 0), 0u);
        QCOMPARE(quantileOf(lengths, 1), 119u);
        QCOMPARE(quantileOf({}, 0.5), 0u);
    }
};

QTEST_GUILESS_MAIN(TestDatasetStatistics)
#include "tst_dataset_statistics.moc"
