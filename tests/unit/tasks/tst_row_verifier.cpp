// Answers of data sets: GSM8K's mark, multiple choice, and which rule a row gets.

#include "core/tasks/choice_answer.h"
#include "core/tasks/exact_answer.h"
#include "core/tasks/gsm8k_answer.h"
#include "core/tasks/row_verifier.h"

#include <nlohmann/json.hpp>

#include <QtTest>

#include <cmath>
#include <random>

using namespace aha;
using Json = nlohmann::ordered_json;

namespace {

std::string answered(const std::string& answer) { return "<think> x </think> <answer>" + answer + "</answer>"; }

Json paris() { return Json::array({ "Rome", "Paris", "Lyon", "Bern" }); }

} // namespace

class TestRowVerifier : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void gsm8k_data()
    {
        QTest::addColumn<QByteArray>("completion"); // gold 6
        QTest::addColumn<QByteArray>("reason");
        QTest::addColumn<double>("format");
        const auto row = [](const QByteArray& completion, const char* reason, double format) {
            QTest::newRow(completion.left(40).replace('\n', ' ').constData())
                << completion << QByteArray(reason) << format;
        };
        row("2 + 4 = 6\n#### 6", "ok", 1);
        row("#### 6.", "ok", 1);
        row("#### $6.00 \n", "ok", 1);
        row("#### 6%", "ok", 1);
        row("#### 6 apples", "ok", 1);
        row("<think> #### 5 </think> #### 6", "ok", 0);
        row("<answer>#### 6</answer>", "ok", 1);
        row("#### 5\nwait\n#### 6", "ok", 0); // V23: the last counts
        row("#### 6\nwait\n#### 5", "wrong_value", 0);
        row("#### 6\nmore", "ok", 0);
        row("#### 7", "wrong_value", 1);
        row("#### -6", "wrong_value", 1);
        row("#### 60", "wrong_value", 1);
        row("#### 1,006", "wrong_value", 1);
        row("#### ...", "not_a_number", 1); // V24
        row("#### ,", "not_a_number", 1);
        row("#### 6 or 7", "not_a_number", 1);
        row("#### 6 (5+1)", "not_a_number", 1);
        row("#### 6,", "not_a_number", 1);
        row("#### 1,22", "not_a_number", 1);
        row("#### 6.0.0", "not_a_number", 1);
        row("#### 12/2", "not_a_number", 1);
        row("#### six", "not_a_number", 1);
        row("####\n6", "not_a_number", 0);
        row("#### 6\n####", "not_a_number", 0);
        row("####", "not_a_number", 1);
        row("6", "no_answer", 0);
        row("", "no_answer", 0);
        row("### 6", "no_answer", 0);
        row("<think> #### 6", "no_think_end", 0);
        row("<think> #### 6 </think> 6", "no_answer", 0);
        row("#### \xEF\xBC\x96", "not_a_number", 1); // full width
        row(QByteArray("#### 6\0", 7), "not_a_number", 1);
        row("#### " + QByteArray(1 << 20, '6'), "not_a_number", 1);
        row(QByteArray("####").repeated(1 << 18), "not_a_number", 0);
    }
    void gsm8k()
    {
        QFETCH(QByteArray, completion);
        QFETCH(QByteArray, reason);
        QFETCH(double, format);
        const Judgement j = judgeGsm8k("6", completion.toStdString());
        QCOMPARE(QByteArray::fromStdString(j.reason), reason);
        QCOMPARE(j.format, format);
        QCOMPARE(j.accuracy, reason == "ok" ? 1.0 : 0.0);
        QCOMPARE(QByteArray::fromStdString(verdictName(j.verdict)),
            QByteArray(reason == "ok"         ? "correct"
                    : reason == "wrong_value" ? "wrong"
                                              : "malformed"));
        QCOMPARE(
            QByteArray::fromStdString(j.extracted), completion.mid(qsizetype(j.begin), qsizetype(j.end - j.begin)));
    }

    void gsm8kGolds()
    {
        const auto verdict = [](const char* gold) { return judgeGsm8k(gold, "#### 1,234.50").verdict; };
        for (const char* same : { "1234.5", "1,234.5", " $1234.50 ", "so \n#### 1,234.50", "2469/2 #### 1234.5" })
            QCOMPARE(verdict(same), Verdict::Correct);
        QCOMPARE(verdict("1234"), Verdict::Wrong);
        for (const char* none : { "", "many", "#### ,", "1 2" }) // never paid as right, never counted as wrong
            QCOMPARE(verdict(none), Verdict::InfraError);
        QCOMPARE(judgeGsm8k("2469/2", "x").reason, std::string("bad_gold"));
        QCOMPARE(judgeGsm8k("1234.5", "#### 1,234.50").normalForm, std::string("2469/2"));
    }

    void choice_data()
    {
        QTest::addColumn<QByteArray>("answer"); // gold B of Rome, Paris, Lyon, Bern
        QTest::addColumn<QByteArray>("reason");
        QTest::addColumn<bool>("withTexts");
        const auto row = [](const QByteArray& answer, const char* reason, bool withTexts = true) {
            QTest::newRow(answer.left(40).constData()) << answer << QByteArray(reason) << withTexts;
        };
        for (const char* right : { "B", "b", "(B)", "B.", "B)", "(B).", " B ", "\\boxed{B}", "$B$", "\\text{B}",
                 "$\\boxed{\\text{B}}$", "B:", "\\boxed{(B)}" }) {
            row(right, "ok", true);
            QTest::newRow((std::string(right) + " without texts").c_str())
                << QByteArray(right) << QByteArray("ok") << false;
        }
        for (const char* right : { "Paris", "paris", "B. Paris", "(B) Paris", "B) paris.", "B: Paris" })
            row(right, "ok");
        for (const char* wrong : { "A", "(C)", "D.", "Rome", "A. Rome" })
            row(wrong, "wrong_choice");
        for (const char* both : { "B. Rome", "(A) Paris", "B) or C", "(B) (C)" })
            row(both, "ambiguous");
        for (const char* none : { "A, B", "A or B", "E", "Parish", "BB", "(B", "2", "the B", "Paris Rome", "Be",
                 "not B", "\xD0\x92", "B\xE2\x80\x8B", "B Paris" })
            row(none, "not_a_choice");
        row(QByteArray("B\0", 2), "not_a_choice");
        row(QByteArray(150, 'B'), "not_a_choice");
        row(QByteArray(1 << 20, 'B'), "too_long");
        row("Paris ", "not_a_choice", false);
    }
    void choice()
    {
        QFETCH(QByteArray, answer);
        QFETCH(QByteArray, reason);
        QFETCH(bool, withTexts);
        const Judgement j = judgeChoice("B", withTexts ? paris() : Json(), answered(answer.toStdString()));
        QCOMPARE(QByteArray::fromStdString(j.reason), reason);
        QCOMPARE(j.accuracy, reason == "ok" ? 1.0 : 0.0);
        QCOMPARE(QByteArray::fromStdString(verdictName(j.verdict)),
            QByteArray(reason == "ok"          ? "correct"
                    : reason == "wrong_choice" ? "wrong"
                                               : "malformed"));
        QCOMPARE(j.format, 1.0);
        if (reason == "ok")
            QCOMPARE(j.normalForm, std::string("B"));
    }

    void whereChoicesStand()
    {
        const auto reason = [](const std::string& text) { return judgeChoice("B", paris(), text).reason; };
        QCOMPARE(reason("<think> x </think> so \\boxed{B}"), std::string("ok"));
        QCOMPARE(reason("<think> \\boxed{A} </think> so \\boxed{B}"), std::string("ok"));
        QCOMPARE(reason("so \\boxed{B}"), std::string("ok")); // a model that does not think
        QCOMPARE(reason("(B)"), std::string("ok"));
        QCOMPARE(reason("<think> x </think>\n\nB. Paris\n"), std::string("ok"));
        QCOMPARE(reason("\\boxed{B} again \\boxed{\\text{B}}"), std::string("ok"));
        QCOMPARE(reason("\\boxed{A} or \\boxed{B}"), std::string("ambiguous"));
        QCOMPARE(reason(std::string("\\boxed{B} ") + std::string(50'000, '{') + " \\boxed{B}"), std::string("ok"));
        QCOMPARE(reason("The answer is B"), std::string("no_think_end"));
        QCOMPARE(reason("<think> x </think> The answer is B"), std::string("no_answer"));
        QCOMPARE(reason("<think> \\boxed{B}"), std::string("no_think_end"));
        QCOMPARE(reason("<think> B </think>"), std::string("no_answer"));
        QCOMPARE(reason(""), std::string("no_think_end"));
        std::string boxes = "</think>";
        while (boxes.size() < 1 << 20)
            boxes += "\\boxed{B";
        QCOMPARE(reason(boxes), std::string("no_answer"));
        while (boxes.size() < 1 << 21)
            boxes += "\\boxed{B}";
        QCOMPARE(reason(boxes), std::string("ambiguous"));
        const Judgement outside = judgeChoice("B", paris(), "<think> x </think> so <answer>B</answer>");
        QCOMPARE(outside.verdict, Verdict::Malformed); // tags ask for their form
        QCOMPARE(outside.accuracy, 1.0);
    }

    void choiceGolds()
    {
        QCOMPARE(choiceGold("B", paris()), std::optional(1));
        QCOMPARE(choiceGold("(b)", Json()), std::optional(1));
        QCOMPARE(choiceGold("Lyon", paris()), std::optional(2));
        QCOMPARE(choiceGold(3, paris()), std::optional(3)); // MMLU counts from 0
        QCOMPARE(choiceGold(4, paris()), std::optional<int>());
        QCOMPARE(choiceGold("E", paris()), std::optional<int>());
        QCOMPARE(choiceGold("K", Json()), std::optional<int>());
        QCOMPARE(choiceGold(-1, Json()), std::optional<int>());
        QCOMPARE(choiceGold(1e300, Json()), std::optional<int>());
        const Json arc = Json::parse(R"({"text": ["Rome", "Paris"], "label": ["1", "2"]})");
        QCOMPARE(choiceGold("2", arc), std::optional(1));
        QCOMPARE(choiceGold("A", Json::parse(R"({"A": "Rome", "B": "Paris"})")), std::optional(0));
        QCOMPARE(judgeChoice("Berlin", paris(), answered("B")).verdict, Verdict::InfraError);
        const Json twice = Json::array({ "yes", "Yes", "no" }); // a text of two options
        QCOMPARE(judgeChoice("C", twice, answered("yes")).reason, std::string("ambiguous"));
        QCOMPARE(judgeChoice("C", twice, answered("no")).reason, std::string("ok"));
        const Json letters = Json::array({ "B", "A" }); // a text that is another's letter
        QCOMPARE(judgeChoice("A", letters, answered("A")).reason, std::string("ambiguous"));
    }

    /// Nothing random is taken for B: whatever is accepted is one of the documented forms.
    void randomChoices()
    {
        std::mt19937 random(5);
        const std::string characters = "ABCDabcd(). :$\\{}\n0159Paris";
        int wrong = 0;
        for (int i = 0; i < 20'000; ++i) {
            std::string text;
            for (unsigned k = 0, count = 1 + random() % 7; k < count; ++k)
                text += characters[random() % characters.size()];
            const QString one = QString::fromStdString(text).simplified();
            static const QRegularExpression forms("^(?:\\$ ?)*(?:\\(b\\)|b\\)?)[.:]?(?: ?\\$)*(?: ?paris)?\\.?$",
                QRegularExpression::CaseInsensitiveOption);
            const bool mayBe = forms.match(one).hasMatch();
            wrong += !mayBe;
            const Judgement j = judgeChoice("B", paris(), answered(text));
            QVERIFY2(mayBe || j.accuracy == 0, text.c_str());
        }
        QVERIFY(wrong > 1000);
    }

    void rulesOfRows()
    {
        const auto rules = [](const char* verifier) {
            DataConfig config;
            config.verifier = verifier;
            return rowRules(config);
        };
        QCOMPARE(orThrow(rules("auto")).verifier, RowVerifier::Auto);
        QCOMPARE(orThrow(rules("gsm8k")).verifier, RowVerifier::Gsm8k);
        QCOMPARE(rules("guess").error().code, std::string("verifier_unknown"));
        DataConfig open;
        open.extraction = "open";
        QVERIFY(orThrow(rowRules(open)).open && !orThrow(rules("exact")).open);

        const auto judge = [](RowVerifier verifier, const char* item, const std::string& text) {
            return judgeRow({ verifier, false }, Json::parse(item), text);
        };
        QCOMPARE(judge(RowVerifier::Auto, R"({"gold": {"numbers": [3, 4], "target": 7}})", answered("3+4")).reason,
            std::string("ok"));
        QCOMPARE(judge(RowVerifier::Auto, R"({"gold": {"numbers": "3", "target": 7}})", answered("3+4")).verdict,
            Verdict::InfraError);
        QCOMPARE(
            judge(RowVerifier::Auto, R"({"gold": {"names": ["A"], "solution": [true]}})", answered("A is a knight"))
                .reason,
            std::string("ok"));
        QCOMPARE(judge(RowVerifier::Auto, R"({"gold": {"names": ["A"], "solution": [3]}})", answered("x")).verdict,
            Verdict::InfraError);
        QCOMPARE(judge(RowVerifier::Auto, R"({"gold": "1/2"})", answered("0.5")).reason, std::string("ok"));
        QCOMPARE(judge(RowVerifier::Exact, R"({"gold": 12})", answered("12.0")).reason, std::string("ok"));
        QCOMPARE(judge(RowVerifier::Gsm8k, R"({"gold": 12})", "#### 12").reason, std::string("ok"));
        QCOMPARE(judge(RowVerifier::Choice, R"({"gold": 1, "options": ["x", "y"]})", answered("y")).reason,
            std::string("ok"));
        for (const char* none : { "{}", "[]", "null", R"({"gold": null})" }) {
            const Judgement j = judge(RowVerifier::Auto, none, answered("1"));
            QCOMPARE(j.reason, std::string("no_gold"));
            QCOMPARE(j.verdict, Verdict::Unjudged);
            QVERIFY(std::isnan(j.accuracy));
        }
        const Judgement none = judge(RowVerifier::None, R"({"gold": "1"})", answered("1"));
        QVERIFY(std::isnan(none.accuracy));
        QCOMPARE(none.verdict, Verdict::Unjudged);
        QCOMPARE(none.format, 1.0);
    }

    /// An exact answer says where it stands and how it was compared.
    void placesOfExactAnswers()
    {
        for (const std::string text :
            { "<think> x </think> <answer> 0.50\n</answer>", "<think> x </think> so \\boxed{ 0.50 }" }) {
            const Judgement j = judgeExact("1/2", text);
            QCOMPARE(text.substr(j.begin, j.end - j.begin), std::string("0.50"));
            QCOMPARE(j.extracted, std::string("0.50"));
            QCOMPARE(j.normalForm, std::string("1/2"));
            QCOMPARE(j.verdict, Verdict::Correct);
        }
        const Judgement none = judgeExact("1/2", "x");
        QVERIFY(none.begin == none.end && none.normalForm.empty());
        const Judgement loose = judgeExact("1/2", "<think> x </think> so <answer>0.5</answer>");
        QCOMPARE(loose.verdict, Verdict::Malformed);
        QCOMPARE(loose.accuracy, 1.0);
        QCOMPARE(loose.reason, std::string("ok"));
    }
};

QTEST_GUILESS_MAIN(TestRowVerifier)
#include "tst_row_verifier.moc"
