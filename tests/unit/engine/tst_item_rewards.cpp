// What a problem says, and the score that a completion gets for it; a problem that does not say it is not scored.

#include "core/engine/completion_scorer.h"
#include "core/engine/item_rewards.h"
#include "core/rewards/repetition.h"

#include <QtTest>

#include <cmath>

using namespace aha;

class TestItemRewards : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void scores_data()
    {
        QTest::addColumn<QString>("part");
        QTest::addColumn<QString>("item");
        QTest::addColumn<QString>("text");
        QTest::addColumn<double>("score"); // -99: none
        const auto row = [](const char* name, const char* part, const char* item, const char* text, double score) {
            QTest::newRow(name) << part << item << text << score;
        };
        row("boxed", "boxed", R"({"gold":"$\\frac{1}{2}$"})", "so \\boxed{1/2}", 1);
        row("boxed, plain gold", "boxed", R"({"gold":"42"})", "so \\boxed{42}", 1);
        row("boxed, number", "boxed", R"({"gold":42})", "so \\boxed{41}", 0);
        row("boxed, arithmetic", "boxed", R"({"expression":"1 + 2","value":3})", "\\boxed{3}", 1);
        row("boxed, countdown", "boxed", R"({"numbers":[1,2],"target":3})", "\\boxed{3}", -99);
        row("boxed, null", "boxed", R"({"gold":null})", "\\boxed{3}", -99);
        row("equation", "tiny_zero", R"({"numbers":[1,2],"target":3})", "<answer>1 + 2</answer>", 1);
        row("equation, of a row", "tiny_zero", R"({"gold":{"numbers":[1,2],"target":3}})", "<answer>2 - 1</answer>",
            0.1);
        row("product", "tiny_zero", R"({"expression":"6 * 7","value":42})", "<answer>42</answer>", 1);
        row("product, text", "tiny_zero", R"({"gold":"42"})", "<answer>41</answer>", 0.1);
        row("no number", "tiny_zero", R"({"gold":"blue"})", "<answer>41</answer>", -99);
        row("knights", "logic_rl", R"({"gold":{"names":["Zoey","Abe"],"solution":[true,false]}})",
            "<think></think><answer>Zoey is a knight, Abe is a knave</answer>", 3);
        row("knights, wrong", "logic_rl",
            R"({"gold":{"solution_text_format":"(1) Zoey is a knave\n(2) Abe is a knave"}})",
            "<think></think><answer>Zoey is a knight, Abe is a knave</answer>", -0.5);
        row("knights, lines", "logic_rl",
            R"({"gold":{"solution_text_format":"(1) Zoey is a knight\n(2) Abe is a knave"}})",
            "<think></think><answer>Zoey is a knight, Abe is a knave</answer>", 3);
        row("no knights", "logic_rl", R"({"gold":{"names":["Zoey"],"solution":[1]}})", "", -99);
        row("code", "code_format", "{}", "<think>\na\n</think>\n<answer>\n```python\nx\n```\n</answer>", 1);
        row("code, other language", "code_format", R"({"gold":{"language":"cpp"}})",
            "<think>\na\n</think>\n<answer>\n```python\nx\n```\n</answer>", 0);
        row("no item", "boxed", "[[", "\\boxed{3}", -99);
    }
    void scores()
    {
        QFETCH(QString, part);
        QFETCH(QString, item);
        QFETCH(QString, text);
        QFETCH(double, score);
        RewardValues values;
        values.fill(std::nan(""));
        RewardConfig rewards;
        scoreByItem(values, rewards, item.toStdString(), text.toStdString());
        for (const double value : values)
            QVERIFY(std::isnan(value)); // no weight, no work
        rewards.weightSchedule = part.toStdString() + ": 0@1 1@2";
        scoreByItem(values, rewards, item.toStdString(), text.toStdString());
        for (size_t i = 0; i < kRewardParts; ++i)
            if (part != rewardPartName(RewardPart(i)))
                QVERIFY(std::isnan(values[i]));
            else
                QCOMPARE(std::isnan(values[i]) ? -99 : values[i], score);
    }
};

QTEST_GUILESS_MAIN(TestItemRewards)
#include "tst_item_rewards.moc"
