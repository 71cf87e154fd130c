// The rewards, the verifier and the word counters against the reference rows.

#include "core/rewards/boxed_accuracy.h"
#include "core/rewards/cosine.h"
#include "core/rewards/format.h"
#include "core/rewards/kimi_length.h"
#include "core/rewards/logic_rl.h"
#include "core/rewards/overlong.h"
#include "core/rewards/reasoning_steps.h"
#include "core/rewards/repetition.h"
#include "core/rewards/tag_count.h"
#include "core/rewards/text_words.h"
#include "core/tasks/countdown.h"
#include "core/tasks/logic/knights_knaves.h"
#include "core/tasks/row_verifier.h"
#include "core/trace/language.h"
#include "core/trace/reflection.h"
#include "tests/support/golden.h"

#include <QtTest>

using namespace aha;
using golden::Json;

namespace {

using Values = std::vector<double>;

double orSkipped(const std::optional<double>& value) { return value.value_or(std::nan("")); }

CosineEnds ends(const Json& config)
{
    return { config["max_value_correct"], config["min_value_correct"], config["min_value_wrong"],
        config["max_value_wrong"] };
}

/// `value(i)` of each of the completions.
template <class F> Values each(const Json& list, F value)
{
    Values values;
    for (size_t i = 0; i < list.size(); ++i)
        values.push_back(value(i));
    return values;
}

/// What this program gives for a row of open_r1_rewards.jsonl; empty = the row's reward is not known.
Values openR1(const Json& row)
{
    const std::string reward = row["reward"];
    const Json &in = row["inputs"], &config = row["config"];
    const auto text = [&] { return in["completion"].get<std::string>(); };
    const auto completion = [&](size_t i) { return in["completions"][i].get<std::string>(); };
    const auto gold = [&](size_t i) { return in["solutions"][i].get<std::string>(); };
    /// open-r1 counts an unparsable gold as right.
    const auto right = [&](size_t i) { return boxedAccuracy(gold(i), completion(i)).value_or(1) != 0; };
    if (reward == "format")
        return { openR1Format(text()) };
    if (reward == "tag_count")
        return { tagCount(text()) };
    if (reward == "think_format")
        return { thinkFormat(text()) };
    if (reward == "code_format")
        return { codeFormat(text(), config.value("language", "python")) };
    if (reward == "reasoning_steps")
        return { reasoningSteps(text()) };
    if (reward == "accuracy")
        return each(in["completions"], [&](size_t i) { return orSkipped(boxedAccuracy(gold(i), completion(i))); });
    if (reward == "reasoning_accuracy")
        return each(in["completions"], [&](size_t i) { return orSkipped(reasoningAccuracy(gold(i), completion(i))); });
    if (reward == "len") {
        std::vector<int64_t> lengths;
        std::vector<bool> correct;
        for (size_t i = 0; i < in["completions"].size(); ++i) {
            lengths.push_back(int64_t(codePointCount(completion(i))));
            correct.push_back(right(i));
        }
        return kimiLengthRewards(lengths, correct);
    }
    if (reward == "cosine_scaled")
        return each(in["completions"], [&](size_t i) {
            return boxedAccuracy(gold(i), completion(i))
                ? cosineUnclipped(double(codePointCount(completion(i))), config["max_len"], right(i), ends(config))
                : 1.0;
        });
    if (reward == "cosine_scaled_tokens")
        return each(in["completions"], [&](size_t i) {
            return boxedAccuracy(gold(i), completion(i))
                ? cosineClipped(in["completion_lengths"][i], config["max_len"], right(i), ends(config))
                : std::nan("");
        });
    if (reward == "repetition_penalty")
        return { repetitionOfWords(text(), config["ngram_size"], config["max_penalty"]) };
    if (reward == "repetition_penalty_tokens")
        return { repetitionOfTokens(in["completion_ids"], config["ngram_size"], config["max_penalty"]) };
    if (reward == "soft_overlong_punishment")
        return each(in["completion_lengths"], [&](size_t i) {
            return softOverlong(in["completion_lengths"][i], config["max_completion_len"], config["soft_punish_cache"]);
        });
    if (reward == "dapo_overlong_buffer")
        return each(in["completion_lengths"], [&](size_t i) {
            return dapoOverlongBuffer(
                in["completion_lengths"][i], config["max_len"], config["buffer_len"], config["penalty_factor"]);
        });
    if (reward == "demystify_cosine")
        return each(in["lengths"], [&](size_t i) {
            return demystifyCosine(
                in["lengths"][i], config["max_len"], in["correct"][i], ends(config), config["exceed"]);
        });
    return {};
}

} // namespace

class GoldenRewards : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyFileIsKnown()
    {
        const QStringList known { "countdown.jsonl", "language.jsonl", "reflection.jsonl", "open_r1_rewards.jsonl",
            "knights_knaves.jsonl" };
        const QStringList later { "math_verify.jsonl" };
        int found = 0;
        for (const QString& name : QDir(golden::folder() + "/rewards").entryList({ "*.jsonl" }, QDir::Files)) {
            QVERIFY2(known.contains(name) || later.contains(name), qPrintable("unknown golden file: " + name));
            found += known.contains(name);
            if (later.contains(name))
                qInfo("golden rewards/%s: of tasks that this version does not have: %d", qPrintable(name),
                    int(golden::rows("rewards/" + name).size()));
        }
        QVERIFY2(found > 0, "no golden reward files found");
    }

    void countdown()
    {
        const std::vector<Json> rows = golden::rows("rewards/countdown.jsonl");
        QVERIFY(!rows.empty());
        for (const Json& row : rows) {
            const CountdownItem item { row["numbers"].get<std::vector<int64_t>>(), row["target"].get<int64_t>() };
            const Judgement j = judgeCountdown(item, row["completion"].get<std::string>());
            const std::string at
                = "row " + row["id"].dump() + " " + row["kind"].get<std::string>() + ": got " + j.reason;
            QVERIFY2(j.reason == row["expected"]["reason"], at.c_str());
            QVERIFY2(golden::close(j.accuracy, row["expected"]["score_strict"].get<double>(), 1e-9), at.c_str());
            QVERIFY2(golden::close(j.format, row["expected"]["format"].get<double>(), 1e-9), at.c_str());
            // The same through a data set's row; its verdict asks for the form too.
            const nlohmann::ordered_json gold { { "numbers", item.numbers }, { "target", item.target } };
            const Judgement own = judgeRow({}, { { "gold", gold } }, row["completion"].get<std::string>());
            QVERIFY2(own.reason == j.reason && own.accuracy == j.accuracy && own.format == j.format, at.c_str());
            QVERIFY2((own.verdict == Verdict::Correct) == (j.accuracy == 1 && j.format == 1), at.c_str());
        }
        qInfo("golden rewards/countdown.jsonl: %d cases", int(rows.size()));
    }

    void openR1Rewards()
    {
        const std::vector<Json> rows = golden::rows("rewards/open_r1_rewards.jsonl");
        QVERIFY(!rows.empty());
        for (const Json& row : rows) {
            const std::string at = "row " + row["id"].dump() + " " + row["reward"].get<std::string>();
            const Values values = openR1(row);
            const Json expected = row["expected"].is_array() ? row["expected"] : Json::array({ row["expected"] });
            QVERIFY2(!values.empty(), ("unknown reward: " + at).c_str());
            QVERIFY2(values.size() == expected.size(), at.c_str());
            for (size_t i = 0; i < values.size(); ++i)
                QVERIFY2(golden::close(values[i], golden::number(expected[i]), 1e-9),
                    (at + " value " + std::to_string(i) + ": got " + std::to_string(values[i]) + ", expected "
                        + expected[i].dump())
                        .c_str());
        }
        qInfo("golden rewards/open_r1_rewards.jsonl: %d cases", int(rows.size()));
    }

    void knightsAndKnaves()
    {
        const std::vector<Json> rows = golden::rows("rewards/knights_knaves.jsonl");
        QVERIFY(!rows.empty());
        int completions = 0;
        for (const Json& row : rows) {
            const std::vector<std::string> names = row["names"], roles = row["solution"];
            for (const Json& completion : row["completions"]) {
                const LogicRlScore score = logicRlScore(completion["completion"].get<std::string>(), names, roles);
                const Json& expected = completion["expected"];
                const std::string at = "row " + row["id"].dump() + " " + completion["kind"].get<std::string>();
                QVERIFY2(golden::close(score.format, expected["format"].get<double>(), 1e-9), at.c_str());
                QVERIFY2(golden::close(score.answer, expected["answer"].get<double>(), 1e-9), at.c_str());
                QVERIFY2(golden::close(score.total(), expected["total"].get<double>(), 1e-9), at.c_str());
                QVERIFY2(score.roles.has_value() == expected["parsed"].is_object(), at.c_str());
                for (size_t i = 0; score.roles && i < names.size(); ++i)
                    QVERIFY2((*score.roles)[i] == expected["parsed"][names[i]], at.c_str());
                ++completions;
            }
        }
        qInfo("golden rewards/knights_knaves.jsonl: %d cases", completions);
    }

    /// Our verifier: what Logic-RL pays in full is right, what it finds wrong is wrong, what it cannot read is
    /// malformed. Where its form fails we differ on purpose: a <think> of the prompt's is no fault, an answer's value
    /// is still read.
    void knightsAndKnavesVerifier()
    {
        using Item = nlohmann::ordered_json;
        for (const Json& row : golden::rows("rewards/knights_knaves.jsonl")) {
            const Item names = Item::parse(row["names"].dump()), statements = Item::parse(row["statements"].dump()),
                       solution = Item::parse(row["solution"].dump());
            const std::vector<Item> golds { { { "names", names }, { "statements", statements } },
                { { "names", names }, { "solution", solution } },
                { { "names", names }, { "statements", statements }, { "solution", solution } } };
            const Result<AnswerCheck> own = checkKnightsKnaves(golds[0], row["solution_text"].get<std::string>());
            QVERIFY2(own.ok() && own->verdict == Verdict::Correct, ("row " + row["id"].dump()).c_str());
            QCOMPARE(own->normalForm, row["solution_text"].get<std::string>());
            for (const Json& completion : row["completions"]) {
                const std::string text = completion["completion"].get<std::string>();
                const double answer = completion["expected"]["answer"], format = completion["expected"]["format"];
                const bool prefilled = text.find("<think>") == std::string::npos && text.find("</think>") > 0;
                for (const Item& gold : golds) {
                    const Judgement j = judgeRow({}, Item { { "gold", gold } }, text);
                    const std::string at = "row " + row["id"].dump() + " " + completion["kind"].get<std::string>()
                        + ": " + verdictName(j.verdict) + " " + j.reason;
                    if (answer == 2)
                        QVERIFY2(j.accuracy == 1 && (j.verdict == Verdict::Correct) == (j.format == 1), at.c_str());
                    else if (answer == -1.5)
                        QVERIFY2(j.accuracy == 0 && (j.verdict == Verdict::Wrong) == (j.format == 1), at.c_str());
                    else if (format == 1)
                        QVERIFY2(j.accuracy == 0 && j.verdict == Verdict::Malformed, at.c_str());
                    else if (!prefilled)
                        QVERIFY2(j.verdict == Verdict::Malformed, at.c_str());
                    QVERIFY2(j.verdict != Verdict::InfraError, at.c_str());
                }
            }
        }
    }

    void language()
    {
        const std::vector<Json> rows = golden::rows("rewards/language.jsonl");
        QVERIFY(!rows.empty());
        for (const Json& row : rows) {
            const LanguageCount count = countLanguages(row["text"].get<std::string>());
            const Json& expected = row["expected"];
            const std::string at = "row " + row["id"].dump() + " " + row["text"].dump();
            QVERIFY2(count.english == expected["counts"]["en"] && count.chinese == expected["counts"]["zh"]
                    && count.other == expected["counts"]["other"],
                at.c_str());
            QVERIFY2(golden::close(count.share("en"), expected["ratio_en"].get<double>(), 1e-9), at.c_str());
            QVERIFY2(golden::close(count.share("zh"), expected["ratio_zh"].get<double>(), 1e-9), at.c_str());
            QVERIFY2(
                golden::close(count.share(row["target"].get<std::string>()), expected["ratio"].get<double>(), 1e-9),
                at.c_str());
        }
        qInfo("golden rewards/language.jsonl: %d cases", int(rows.size()));
    }

    void reflection()
    {
        const std::vector<Json> rows = golden::rows("rewards/reflection.jsonl");
        QVERIFY(!rows.empty());
        const Result<Lexicon> lexicon = Lexicon::load(AHASCOPE_TEST_SOURCE_DIR "/resources/lexicons/reflection.txt");
        QVERIFY(lexicon.ok());
        for (const Json& row : rows) {
            const std::string text = row["text"].get<std::string>();
            std::vector<WordHit> hits;
            for (const WordHit& hit : lexicon->find(text))
                if (lexicon->entries()[size_t(hit.word)].language == "en") // the reference knows the ten English words
                    hits.push_back(hit);
            const Json& expected = row["expected"]["occurrences"];
            const std::string at = "row " + row["id"].dump();
            QVERIFY2(hits.size() == expected.size(), at.c_str());
            for (size_t i = 0; i < hits.size(); ++i) {
                QVERIFY2(lexicon->entries()[size_t(hits[i].word)].word == expected[i]["word"], at.c_str());
                QVERIFY2(
                    hits[i].begin == expected[i]["byte_start"] && hits[i].end == expected[i]["byte_end"], at.c_str());
            }
        }
        qInfo("golden rewards/reflection.jsonl: %d cases", int(rows.size()));
    }
};

QTEST_GUILESS_MAIN(GoldenRewards)
#include "tst_golden_rewards.moc"
