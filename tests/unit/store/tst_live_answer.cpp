// Answers of live weights in their marker: both ways, of an engine that noted the text alone, and of wrong types.

#include "core/store/live_answer.h"

#include <nlohmann/json.hpp>

#include <QtTest>

#include <cmath>

using namespace aha;

class TestLiveAnswer : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void bothWays()
    {
        LiveAnswer answer { "make 3: 1 + 2", "make 3:", "{\"target\":3}" };
        CompletionRow row;
        row.text = "1 + 2 \xe7\xad\x89";
        row.tokens = 5;
        row.finishReason = "length";
        row.verdict = "correct";
        row.reason = "ok";
        row.extracted = "1 + 2";
        row.correct = true;
        row.reward = 1.25;
        row.parts = { { "tags", 0.5 }, { "accuracy", 1 }, { "model", std::nan("") } }; // their order stays
        answer.samples = { row, row };
        answer.samples[1].reward.reset();
        answer.weights = { { "tags", 0.5 }, { "accuracy", 1 } };
        nlohmann::ordered_json data { { "answer", answer.text } };
        addToMarker(answer, data);
        const LiveAnswer back = liveAnswerOf(data.dump());
        QCOMPARE(back.text, answer.text);
        QCOMPARE(back.question, answer.question);
        QCOMPARE(back.itemJson, answer.itemJson);
        QCOMPARE(back.samples.size(), size_t(2));
        const CompletionRow& first = back.samples[0];
        QVERIFY(first.text == row.text && first.tokens == 5 && first.finishReason == "length"
            && first.verdict == "correct" && first.reason == "ok" && first.extracted == "1 + 2" && first.correct);
        QCOMPARE(*first.reward, 1.25);
        QVERIFY(!back.samples[1].reward);
        QCOMPARE(back.samples[1].position, 1);
        QCOMPARE(first.parts.size(), size_t(3));
        QCOMPARE(first.parts[0].first, std::string("tags"));
        QVERIFY(std::isnan(first.parts[2].second));
        QVERIFY(back.weights == answer.weights);
    }

    void hugeAnswersAreCut()
    {
        LiveAnswer answer;
        answer.samples.emplace_back().extracted = std::string(100'000, 'x');
        answer.samples[0].reason = answer.samples[0].extracted;
        nlohmann::ordered_json data;
        addToMarker(answer, data);
        QVERIFY(data.dump().size() < 10'000);
        QVERIFY(liveAnswerOf(data.dump()).samples[0].extracted.find("100000 bytes") != std::string::npos);
        data["samples"][0]["reason"] = std::string(100'000, 'y'); // as an engine left it that bounded nothing
        QVERIFY(liveAnswerOf(data.dump()).samples[0].reason.size() <= 4096);
    }

    void whatIsNotThere()
    {
        const LiveAnswer before = liveAnswerOf(R"({"prompt":"","answer":"use 1 2 : yes","seed":42})");
        QCOMPARE(before.samples.size(), size_t(1));
        QCOMPARE(before.samples[0].text, std::string("use 1 2 : yes"));
        QVERIFY(before.samples[0].verdict.empty() && before.weights.empty());
        for (const char* text : { "", "[]", "null", "{", R"({"answer":3,"samples":{},"weights":[1],"item":{}})",
                 R"({"samples":[1,"a",null]})" })
            QCOMPARE(liveAnswerOf(text).samples.size(), size_t(1));
        const LiveAnswer odd = liveAnswerOf(R"({"samples":[{"text":7,"tokens":"x","correct":1,"parts":[2]}]})");
        QCOMPARE(odd.samples.size(), size_t(1));
        QVERIFY(odd.samples[0].text.empty() && !odd.samples[0].correct && odd.samples[0].parts.empty());
    }
};

QTEST_APPLESS_MAIN(TestLiveAnswer)
#include "tst_live_answer.moc"
