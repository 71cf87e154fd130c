#pragma once
// What every generated puzzle must show, with the puzzle's own oracle: a rule written anew in the test, by another way
// than the puzzle's.

#include "core/base/rng.h"
#include "core/tasks/generated_task.h"

#include <QtTest>

#include <nlohmann/json.hpp>

#include <functional>
#include <map>
#include <set>

namespace aha::support {

using Json = nlohmann::ordered_json;

struct PuzzleOracle {
    const char* name;
    /// Is this answer right, in value and in form? Independent of the puzzle's code.
    std::function<bool(const std::string& prompt, const Json& item, const std::string& answer)> right;
    /// Something near a right answer, mostly wrong. May return the solution itself.
    std::function<std::string(const Json& item, const std::string& solution, Rng& rng)> nearMiss;
    const char* faceCards = "rank"; ///< task.face_cards
};

inline std::string answered(const std::string& answer) { return "<think>well</think><answer>" + answer + "</answer>"; }

inline TaskConfig puzzleConfig(const PuzzleOracle& oracle, int level)
{
    TaskConfig config;
    config.name = oracle.name;
    config.level = level;
    config.faceCards = oracle.faceCards;
    return config;
}

inline std::unique_ptr<Puzzle> puzzleOf(const PuzzleOracle& oracle)
{
    for (const PuzzleEntry& entry : allPuzzles())
        if (std::string_view(entry.name) == oracle.name)
            return entry.make(puzzleConfig(oracle, 1));
    return nullptr;
}

/// Every level, 200 problems of training and up to 50 held out: solved, judged right, and right by the oracle.
inline void exactSolverGetsFullMarks(const PuzzleOracle& oracle)
{
    const std::unique_ptr<Puzzle> puzzle = puzzleOf(oracle);
    QVERIFY(puzzle);
    QVERIFY(puzzle->levels() >= 4 && puzzle->levels() <= 10);
    for (int level = 1; level <= puzzle->levels(); ++level) {
        QVERIFY(!puzzle->levelText(level).empty());
        const std::unique_ptr<Task> task = orThrow(makeTask(puzzleConfig(oracle, level)));
        std::vector<TaskItem> items = task->heldOut(50);
        QVERIFY2(items.size() > 15, std::to_string(items.size()).c_str());
        for (uint64_t i = 0; i < 200; ++i)
            items.push_back(task->trainItem(5, i));
        for (const TaskItem& item : items) {
            const Json json = Json::parse(item.itemJson);
            const std::string solution = orThrow(puzzle->solve(json));
            const std::string words = item.prompt + " -> " + solution;
            const Judgement judgement = task->judge(item.itemJson, answered(solution));
            QVERIFY2(judgement.verdict == Verdict::Correct, (words + ": " + judgement.explanation).c_str());
            QCOMPARE(judgement.reason, std::string("ok"));
            QVERIFY(!judgement.normalForm.empty());
            QCOMPARE(answered(solution).substr(judgement.begin, judgement.end - judgement.begin), solution);
            QVERIFY2(oracle.right(item.prompt, json, solution), words.c_str());
        }
    }
}

/// A thousand answers that the oracle calls wrong get nothing, whatever the level; what it calls right is accepted.
inline void wrongAnswersGetNothing(const PuzzleOracle& oracle)
{
    const std::unique_ptr<Puzzle> puzzle = puzzleOf(oracle);
    Rng rng(11, Purpose::Corpus);
    std::vector<std::unique_ptr<Task>> tasks;
    for (int level = 1; level <= puzzle->levels(); ++level)
        tasks.push_back(orThrow(makeTask(puzzleConfig(oracle, level))));
    int wrong = 0;
    std::set<std::string> reasons;
    for (uint64_t i = 0; wrong < 1000; ++i) {
        QVERIFY2(i < 20'000, "the near misses are mostly right");
        const Task& task = *tasks[i % tasks.size()];
        const TaskItem item = task.trainItem(7, i), other = task.trainItem(8, i);
        const Json json = Json::parse(item.itemJson);
        const std::string solution = orThrow(puzzle->solve(json));
        const std::string answer = rng.below(5) == 0 ? orThrow(puzzle->solve(Json::parse(other.itemJson)))
                                                     : oracle.nearMiss(json, solution, rng);
        const bool right = oracle.right(item.prompt, json, answer);
        wrong += !right;
        const Judgement judgement = task.judge(item.itemJson, answered(answer));
        const std::string words = item.prompt + " -> " + solution + ", judged: " + answer + ": " + judgement.reason;
        QVERIFY2((judgement.verdict == Verdict::Correct) == right, words.c_str());
        QCOMPARE(judgement.accuracy, right ? 1.0 : 0.0);
        QVERIFY2(
            right || judgement.verdict == Verdict::Wrong || judgement.verdict == Verdict::Malformed, words.c_str());
        QVERIFY2(!judgement.reason.empty() && judgement.explanation.size() > 3 && judgement.explanation.back() == '.',
            words.c_str());
        reasons.insert(judgement.reason);
    }
    QVERIFY(reasons.size() >= 2);
}

/// The same seed and number are the same problem; other numbers, seeds and levels are others; what is held out is
/// never trained on; and what counts as one problem has one answer.
inline void problemsAreTold(const PuzzleOracle& oracle)
{
    const std::unique_ptr<Puzzle> puzzle = puzzleOf(oracle);
    std::set<std::string> before;
    for (int level = 1; level <= puzzle->levels(); ++level) {
        const auto task = orThrow(makeTask(puzzleConfig(oracle, level)));
        const auto again = orThrow(makeTask(puzzleConfig(oracle, level)));
        std::set<std::string> prompts, held;
        for (const TaskItem& item : task->heldOut(100))
            QVERIFY2(held.insert(item.prompt).second, "twice in the held-out set");
        int sameAsOtherSeed = 0;
        for (uint64_t i = 0; i < 100; ++i) {
            const TaskItem item = task->trainItem(3, i);
            QCOMPARE(again->trainItem(3, i).itemJson, item.itemJson);
            QCOMPARE(again->trainItem(3, i).prompt, item.prompt);
            QVERIFY2(!held.count(item.prompt), item.prompt.c_str());
            prompts.insert(item.prompt);
            sameAsOtherSeed += task->trainItem(4, i).prompt == item.prompt;
        }
        QVERIFY2(prompts.size() > 25, std::to_string(prompts.size()).c_str());
        QVERIFY(sameAsOtherSeed < 20);
        QVERIFY(prompts != before);
        before = prompts;
        std::map<std::string, std::string> solutions; // of a key, of a question
        Rng rng(level, Purpose::Corpus);
        for (int i = 0; i < 600; ++i) {
            const std::optional<Puzzle::Drawn> drawn = puzzle->draw(level, rng);
            if (!drawn)
                continue;
            const Json item = Json::parse(drawn->itemJson);
            for (const std::string& key : { "key " + drawn->key, "question " + drawn->question }) {
                if (key == "key ")
                    continue;
                const auto& [place, isNew] = solutions.try_emplace(key);
                if (isNew)
                    place->second = orThrow(puzzle->solve(item));
                QVERIFY2(orThrow(puzzle->check(item, place->second)).verdict == Verdict::Correct, key.c_str());
            }
        }
    }
}

/// Items without a field, or with something else in it, are refused by name; answers of every kind end in a verdict.
inline void hostileTextEndsInAVerdict(const PuzzleOracle& oracle)
{
    const std::unique_ptr<Puzzle> puzzle = puzzleOf(oracle);
    const std::string mebibyte(1 << 20, '9');
    std::vector<std::string> answers { mebibyte, std::string(1 << 20, '('), std::string(1 << 20, ','),
        std::string(1 << 20, '\x80'), std::string(1 << 20, '*'), std::string(1 << 20, '-'), std::string("1\0 2", 4),
        std::string(3, '\0'), "\xff\xfe", "\xc3", "-", "+", "/", "1/0", "0x10", "1e9", "٣", "９", "NaN", "inf",
        "99999999999999999999", "-9223372036854775808", "{}", "[]", "\"", "\\", "%s%n", "</answer>" };
    for (int i = 0; i < 19; ++i) // runs of what an answer may hold
        answers.push_back(QByteArray("1 * 2 - ").repeated(1 << i).toStdString());
    for (int level = 1; level <= puzzle->levels(); ++level) {
        const auto task = orThrow(makeTask(puzzleConfig(oracle, level)));
        const TaskItem drawn = task->trainItem(1, 0);
        const Json item = Json::parse(drawn.itemJson);
        for (const std::string& answer : answers) {
            const AnswerCheck check = orThrow(puzzle->check(item, answer));
            QVERIFY2(
                check.verdict == Verdict::Wrong || check.verdict == Verdict::Malformed, answer.substr(0, 50).c_str());
            QVERIFY(!check.reason.empty());
        }
        for (const auto& field : item.items())
            for (const char* strange : { "", "null", "{}", "1.5", "true", "[[[1]]]", "18446744073709551615", "1e300",
                     "-9223372036854775808", "\"\\u0000\"", "[null]" }) {
                Json broken = item;
                if (*strange)
                    broken[field.key()] = Json::parse(strange);
                else
                    broken.erase(field.key());
                const Result<AnswerCheck> check = puzzle->check(broken, "1");
                const Result<std::string> solution = puzzle->solve(broken);
                QVERIFY2(!check && !solution, (broken.dump() + " is accepted").c_str());
                QCOMPARE(check.error().code, std::string("task_item_invalid"));
                QCOMPARE(solution.error().code, std::string("task_item_invalid"));
                QVERIFY(check.error().message.size() > 10);
                QCOMPARE(task->judge(broken.dump(), answered("1")).verdict, Verdict::InfraError);
                Rng rng(1, Purpose::Corpus);
                QCOMPARE(puzzle->working(broken, rng), std::string());
            }
    }
}

/// The row of the folder's README: levels, and the first training problem of seed 1 on the first level with its answer.
inline std::string readmeRow(const PuzzleOracle& oracle)
{
    const std::unique_ptr<Puzzle> puzzle = puzzleOf(oracle);
    const TaskItem item = orThrow(makeTask(puzzleConfig(oracle, 1)))->trainItem(1, 0);
    const auto cell = [](std::string text) { // code in a table, a line each
        text.erase(text.find_last_not_of('\n') + 1);
        for (size_t at = 0; (at = text.find('\n', at)) != std::string::npos; at += 6)
            text.replace(at, 1, "`<br>`");
        return "`" + text + "`";
    };
    return "| `" + std::string(oracle.name) + "` | " + std::to_string(puzzle->levels()) + ": " + puzzle->levelText(1)
        + " … " + puzzle->levelText(puzzle->levels()) + " | " + cell(item.prompt) + " | "
        + cell(orThrow(puzzle->solve(Json::parse(item.itemJson)))) + " |";
}

inline void readmeShowsAnExample(const PuzzleOracle& oracle, const std::string& folder)
{
    QFile file(QStringLiteral(AHASCOPE_TEST_SOURCE_DIR) + QLatin1String("/core/tasks/") + QString::fromStdString(folder)
        + QLatin1String("/README.md"));
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray row = QByteArray::fromStdString(readmeRow(oracle));
    QVERIFY2(file.readAll().contains(row + "\n"), "README.md lacks this row:\n" + row);
}

/// Changes one number of a text, its sign or its form: what an answer that is nearly right looks like.
inline std::string changedNumber(const std::string& text, Rng& rng)
{
    const QString whole = QString::fromStdString(text);
    QRegularExpression numbers(QStringLiteral("-?\\d+"));
    std::vector<QRegularExpressionMatch> found;
    for (auto all = numbers.globalMatch(whole); all.hasNext();)
        found.push_back(all.next());
    if (found.empty())
        return text + " " + text;
    const QRegularExpressionMatch match = found[rng.below(found.size())];
    const QString old = match.captured();
    const qlonglong value = old.toLongLong();
    QString put;
    switch (rng.below(9)) {
    case 0:
        put = QString::number(value + 1);
        break;
    case 1:
        put = QString::number(value - 1);
        break;
    case 2:
        put = QString::number(-value);
        break;
    case 3:
        put = QString::number(value + (rng.below(2) ? 1 : -1) * qlonglong(1 + rng.below(20)));
        break;
    case 4:
        put = old + QLatin1String(".0");
        break;
    case 5:
        put = old + QLatin1Char('0');
        break;
    case 6:
        put = old + QLatin1String(" ") + old;
        break;
    case 7:
        put = old.chopped(1);
        break;
    default:
        std::reverse_copy(old.begin(), old.end(), std::back_inserter(put));
        put.remove(QLatin1Char('-'));
        break;
    }
    return (whole.left(match.capturedStart()) + put + whole.mid(match.capturedEnd())).toStdString();
}

} // namespace aha::support
