// The logic puzzles: exactly one solution, the solver finds it, nothing else is accepted, and nothing breaks them.

#include "core/tasks/generated_task.h"
#include "tests/unit/tasks/logic_oracles.h"

#include <QFile>
#include <QtTest>

using namespace aha;
using Json = nlohmann::ordered_json;

namespace {

std::string answered(const std::string& answer) { return "<think> x </think> <answer>" + answer + "</answer>"; }

std::unique_ptr<Task> taskOf(const char* name, int level)
{
    TaskConfig config;
    config.name = name;
    config.level = level;
    return orThrow(makeTask(config));
}

std::unique_ptr<Puzzle> puzzleOf(const std::string& name)
{
    for (const PuzzleEntry& entry : logicPuzzles())
        if (name == entry.name)
            return entry.make(TaskConfig {});
    return nullptr;
}

/// Whether an answer is right, by the oracles.
bool isRight(const std::string& puzzle, const Json& item, const QString& answer)
{
    const QString word = answer.simplified().toLower();
    if (puzzle == "knights_knaves")
        return oracle::knights(item, answer);
    if (puzzle == "propositional_logic")
        return word == oracle::follows(item);
    if (puzzle == "syllogisms")
        return QRegularExpression("^[+]?0*" + QString::number(oracle::onlyConclusion(item, false)) + "$")
            .match(word)
            .hasMatch();
    if (puzzle == "zebra")
        return word == QString::fromStdString(oracle::zebraAnswers(item).at(0)).toLower();
    if (puzzle == "sudoku")
        return oracle::sudoku(item, answer);
    return oracle::path(item, answer);
}

/// Levels where the oracles can try everything in no time.
int smallLevels(const std::string& puzzle)
{
    return puzzle == "zebra" || puzzle == "syllogisms" ? 3 : puzzle == "sudoku" ? 7 : 8;
}

/// An answer that is nearly `answer`, or one to another problem, or nonsense.
std::string spoilt(std::string answer, const std::string& other, std::mt19937& random)
{
    const auto at = [&] { return size_t(random() % answer.size()); };
    const std::string characters = answer + other + "0123456789aknowyes ,-";
    switch (random() % 9) {
    case 0:
        return other;
    case 1:
        answer.erase(at(), 1);
        return answer;
    case 2:
        answer[at()] = characters[random() % characters.size()];
        return answer;
    case 3:
        answer.insert(at(), 1, characters[random() % characters.size()]);
        return answer;
    case 4:
        std::swap(answer[at()], answer[at()]);
        return answer;
    case 5:
        return answer + (random() % 2 ? "\n" : " ") + answer;
    case 6:
        return answer.substr(0, at());
    case 7: { // one role, one number, one side
        for (const auto& [from, to] : { std::pair("knight", "knave"), std::pair("knave", "knight"),
                 std::pair("yes", "no"), std::pair("unknown", "yes"), std::pair("no", "unknown") }) {
            std::vector<size_t> places;
            for (size_t i = answer.find(from); i != std::string::npos; i = answer.find(from, i + 1))
                places.push_back(i);
            if (!places.empty() && random() % 2)
                return answer.replace(places[random() % places.size()], std::string(from).size(), to);
        }
        return std::to_string(random() % 12);
    }
    default: {
        std::string noise;
        for (unsigned i = 0, count = 1 + random() % 30; i < count; ++i)
            noise += characters[random() % characters.size()];
        return noise;
    }
    }
}

/// Every place in `item` with something else there, and without it.
std::vector<Json> broken(const Json& item)
{
    std::vector<Json> all;
    const Json flat = item.flatten();
    std::set<std::string> pointers;
    for (const auto& leaf : flat.items())
        for (std::string pointer = leaf.key(); !pointer.empty(); pointer = pointer.substr(0, pointer.rfind('/')))
            pointers.insert(pointer);
    for (const std::string& text : pointers) {
        const Json::json_pointer pointer(text);
        for (const Json& value : { Json(), Json(-1), Json(1e300), Json(uint64_t(-1)), Json("x"), Json(""),
                 Json(std::string(5000, 'x')), Json("\xFF"), Json(true), Json::array(), Json::object(),
                 Json(std::vector<int>(3000, 1)), Json::array({ Json::array({ Json::array() }) }) }) {
            Json changed = item;
            changed[pointer] = value;
            all.push_back(std::move(changed));
        }
        Json without = item;
        Json& parent = without[pointer.parent_pointer()];
        if (parent.is_object())
            parent.erase(pointer.back());
        else
            parent.erase(size_t(std::stoul(pointer.back())));
        all.push_back(std::move(without));
    }
    return all;
}

} // namespace

class TestLogicPuzzles : public QObject {
    Q_OBJECT

    void eachLevel()
    {
        QTest::addColumn<QByteArray>("name");
        QTest::addColumn<int>("level");
        for (const PuzzleEntry& entry : logicPuzzles())
            for (int level = 1; level <= entry.make(TaskConfig {})->levels(); ++level)
                QTest::addRow("%s %d", entry.name, level) << QByteArray(entry.name) << level;
    }
    void eachPuzzle()
    {
        QTest::addColumn<QByteArray>("name");
        for (const PuzzleEntry& entry : logicPuzzles())
            QTest::addRow("%s", entry.name) << QByteArray(entry.name);
    }

private Q_SLOTS:
    void thereAreSix()
    {
        QStringList names;
        for (const PuzzleEntry& entry : logicPuzzles()) {
            names << entry.name;
            const int levels = entry.make(TaskConfig {})->levels();
            QVERIFY2(levels >= 4 && levels <= 8, entry.name);
        }
        QCOMPARE(names.join(' '), "knights_knaves propositional_logic syllogisms zebra sudoku graph_path");
    }

    void solved_data() { eachLevel(); }
    void solved()
    {
        QFETCH(QByteArray, name);
        QFETCH(int, level);
        const std::unique_ptr<Task> task = taskOf(name, level);
        const std::unique_ptr<Puzzle> puzzle = puzzleOf(name.toStdString());
        QSet<QByteArray> prompts;
        for (uint64_t index = 0; index < 100; ++index) {
            const TaskItem item = task->trainItem(3, index);
            const std::string answer = orThrow(puzzle->solve(Json::parse(item.itemJson)));
            const Judgement j = task->judge(item.itemJson, answered(answer));
            QVERIFY2(j.verdict == Verdict::Correct, (item.prompt + "\n" + answer + "\n" + j.explanation).c_str());
            QCOMPARE(j.reason, std::string("ok"));
            QCOMPARE(j.accuracy, 1.0);
            QCOMPARE(j.extracted, answer);
            QVERIFY(!j.explanation.empty() && !j.normalForm.empty());
            prompts << QByteArray::fromStdString(item.prompt);
            if (level <= smallLevels(name.toStdString()) && index < 20)
                QVERIFY2(isRight(name.toStdString(), Json::parse(item.itemJson), QString::fromStdString(answer)),
                    (item.prompt + "\n" + answer).c_str());
        }
        QVERIFY2(prompts.size() > 20, qPrintable(QString::number(prompts.size())));
    }

    void exactlyOneSolution_data() { eachLevel(); }
    void exactlyOneSolution()
    {
        QFETCH(QByteArray, name);
        QFETCH(int, level);
        const std::unique_ptr<Task> task = taskOf(name, level);
        const bool slow = name == "sudoku" || (name == "zebra" && level >= 4) || (name == "syllogisms" && level >= 4);
        QMap<QString, int> answers;
        size_t kinds = 0; // of answers
        for (uint64_t index = 0; index < (name == "zebra" && slow ? 3 : slow ? 20 : 60); ++index) {
            const TaskItem item = task->trainItem(5, index);
            const Json json = Json::parse(item.itemJson);
            if (name == "knights_knaves") {
                QCOMPARE(oracle::knightWorlds(json).size(), size_t(1));
            } else if (name == "propositional_logic") {
                QVERIFY(oracle::follows(json) != "contradiction");
                kinds = 3;
                ++answers[oracle::follows(json)];
            } else if (name == "syllogisms" && level <= 4) {
                const int right = oracle::onlyConclusion(json, false);
                QVERIFY2(right > 0, item.prompt.c_str());
                QCOMPARE(oracle::onlyConclusion(json, true), right); // however "all" is read
                ++answers[QString::number(right)];
                kinds = json["options"].size();
            } else if (name == "zebra" && level <= 5) {
                QCOMPARE(oracle::zebraAnswers(json).size(), size_t(1));
            } else if (name == "sudoku" && level <= 6) {
                QCOMPARE(oracle::fillings(json), 1);
            }
        }
        QCOMPARE(size_t(answers.size()), kinds); // each comes
    }

    void wrongAnswers_data() { eachPuzzle(); }
    void wrongAnswers()
    {
        QFETCH(QByteArray, name);
        std::mt19937 random(11);
        const std::unique_ptr<Puzzle> puzzle = puzzleOf(name.toStdString());
        int wrong = 0, rightInOtherWords = 0;
        for (uint64_t index = 0; wrong < 1000; ++index) {
            const int level = 1 + int(index % uint64_t(std::min(puzzle->levels(), smallLevels(name.toStdString()))));
            const std::unique_ptr<Task> task = taskOf(name, level);
            const TaskItem item = task->trainItem(17, index), another = task->trainItem(18, index);
            const Json json = Json::parse(item.itemJson);
            const std::string answer = orThrow(puzzle->solve(json)),
                              other = orThrow(puzzle->solve(Json::parse(another.itemJson)));
            for (int i = 0; i < 25; ++i) {
                const std::string text = spoilt(answer, other, random);
                const bool right = isRight(name.toStdString(), json, QString::fromStdString(text));
                const Judgement j = task->judge(item.itemJson, answered(text));
                wrong += !right;
                rightInOtherWords += right;
                QVERIFY2(right || j.verdict == Verdict::Wrong || j.verdict == Verdict::Malformed,
                    (item.prompt + "\naccepted: " + text).c_str());
                QCOMPARE(j.accuracy, j.verdict == Verdict::Correct ? 1.0 : 0.0);
            }
        }
        QVERIFY2(rightInOtherWords > 0, "no answer was near enough to test the border");
    }

    void sameProblemsEveryTime_data() { eachPuzzle(); }
    void sameProblemsEveryTime()
    {
        QFETCH(QByteArray, name);
        const int levels = puzzleOf(name.toStdString())->levels();
        QSet<QByteArray> seen;
        QSet<QString> texts;
        for (int level = 1; level <= levels; ++level) {
            const std::unique_ptr<Task> task = taskOf(name, level), again = taskOf(name, 1);
            QSet<QByteArray> held, mine;
            for (const TaskItem& item : task->heldOut(20))
                held << QByteArray::fromStdString(item.prompt);
            QVERIFY(held.size() > 0);
            for (uint64_t i = 0; i < 20; ++i) {
                const TaskItem item = task->trainItem(1, i);
                QCOMPARE(again->trainItemAt(level, 1, i).prompt, item.prompt);
                QCOMPARE(again->trainItemAt(level, 1, i).itemJson, item.itemJson);
                mine << QByteArray::fromStdString(item.prompt);
            }
            QVERIFY(task->trainItem(1, 0).prompt != task->trainItem(2, 0).prompt
                || task->trainItem(1, 1).prompt != task->trainItem(2, 1).prompt);
            QVERIFY(!mine.intersects(held));
            QVERIFY2(!mine.intersects(seen), "a level has problems of an easier one");
            seen += mine;
            texts << QString::fromStdString(puzzleOf(name.toStdString())->levelText(level));
        }
        QCOMPARE(texts.size(), levels);
    }

    void hostileItems_data() { eachPuzzle(); }
    void hostileItems()
    {
        QFETCH(QByteArray, name);
        const std::unique_ptr<Puzzle> puzzle = puzzleOf(name.toStdString());
        const std::unique_ptr<Task> task = taskOf(name, 2);
        const Json good = Json::parse(task->trainItem(1, 0).itemJson);
        Rng rng(1, Purpose::Corpus);
        std::vector<Json> items = broken(good);
        for (const auto& field : good.items()) { // no field can be left out
            Json without = good;
            without.erase(field.key());
            QVERIFY2(!puzzle->check(without, "x").ok(), field.key().c_str());
        }
        items.insert(items.end(), { Json::object(), Json::array(), Json(), Json(3), Json("x") });
        int refused = 0;
        for (const Json& item : items) {
            const Result<AnswerCheck> check = puzzle->check(item, "yes");
            const Result<std::string> solved = puzzle->solve(item);
            (void)puzzle->working(item, rng);
            if (!check)
                QCOMPARE(check.error().code, std::string("task_item_invalid"));
            if (!solved)
                QCOMPARE(solved.error().code, std::string("task_item_invalid"));
            if (check && solved)
                QVERIFY(puzzle->check(item, *solved)->verdict == Verdict::Correct);
            refused += !check;
        }
        QVERIFY(refused > int(items.size()) / 2);
        for (const std::string text : { "", "{", "[]", "{}", "null", "{\"names\":" })
            QCOMPARE(task->judge(text, answered("yes")).verdict, Verdict::InfraError);
        QCOMPARE(task->judge(std::string(100'000, '['), answered("yes")).verdict, Verdict::InfraError);
    }

    void hostileAnswers_data() { eachPuzzle(); }
    void hostileAnswers()
    {
        QFETCH(QByteArray, name);
        const std::unique_ptr<Puzzle> puzzle = puzzleOf(name.toStdString());
        const std::unique_ptr<Task> task = taskOf(name, 1);
        const TaskItem item = task->trainItem(1, 0);
        const Json json = Json::parse(item.itemJson);
        const std::string right = orThrow(puzzle->solve(json));
        std::vector<std::string> answers { std::string(1, '\0'), right + std::string(1, '\0') + "x", "\xFF\xFE",
            right + "\xC3", "\xE2\x80\x8B" + right, "\xE2\x80\xAE" + right, right + "\xC2\xA0x" };
        for (const std::string& piece : { std::string("("), std::string("1"), std::string("A "), std::string("1 "),
                 std::string("A-"), std::string("and "), std::string("\n,"), right + "\n", std::string("\xFF") }) {
            std::string text;
            while (text.size() < 1 << 20)
                text += piece;
            answers.push_back(text);
        }
        for (const std::string& answer : answers) {
            const Judgement j = task->judge(item.itemJson, answered(answer));
            QVERIFY2(j.verdict == Verdict::Malformed, answer.substr(0, 60).c_str());
            QCOMPARE(j.accuracy, 0.0);
            // The puzzle itself, which no limit of length protects here: work that is not linear would not end.
            const AnswerCheck check = orThrow(puzzle->check(json, answer));
            QVERIFY2(check.verdict != Verdict::Correct, answer.substr(0, 60).c_str());
        }
    }

    void otherForms()
    {
        const Json island = Json::parse(R"({"names": ["Zoey", "Noah"], "solution": [true, false]})");
        const auto kk = puzzleOf("knights_knaves");
        const auto reason = [&](const char* answer) { return orThrow(kk->check(island, answer)).reason; };
        for (const char* right : { "(1) Zoey is a knight\n(2) Noah is a knave", "Noah is a knave, Zoey is a knight",
                 "ZOEY  is a  knight; noah is a knave.", "1. Zoey is a knight\n2. Noah is a knave",
                 "Zoey is a knight and Noah is a knave" })
            QCOMPARE(reason(right), std::string("ok"));
        QCOMPARE(reason("Zoey is a knave, Noah is a knave"), std::string("wrong_roles"));
        QCOMPARE(reason("Zoey is a knight"), std::string("missing_person"));
        QCOMPARE(reason("Zoey is a knight, Noah is a knave, Zoey is a knight"), std::string("repeated_person"));
        QCOMPARE(reason("Zoey is a knight, Noah is a knave, Zoey is a knave"), std::string("contradiction"));
        QCOMPARE(reason("Zoey is a knight, Noah is a knave, Eve is a knave"), std::string("unknown_person"));
        QCOMPARE(reason("Zoey is not a knave, Noah is a knave"), std::string("syntax"));
        QCOMPARE(reason("Zoey is the knight, Noah is a knave"), std::string("syntax"));
        QCOMPARE(reason("Zoey is a knights, Noah is a knave"), std::string("syntax"));
        QCOMPARE(reason("Zoey: knight, Noah: knave"), std::string("unknown_person"));
        QCOMPARE(
            reason("Zoey is a knight\nNoah is a knave\nSo knights tell the truth."), std::string("unknown_person"));
        const auto refused = [&](const char* item) { return kk->check(Json::parse(item), "x").error().message; };
        QCOMPARE(refused(R"({"names": ["A", "B"], "statements": [{"op": "is", "who": 1, "role": "knave"},
            {"op": "is", "who": 0, "role": "knave"}]})"),
            std::string("Several roles fit these statements."));
        QCOMPARE(refused(R"({"names": ["A"], "statements": [{"op": "is", "who": 0, "role": "knave"}]})"),
            std::string("No roles fit these statements."));
        QCOMPARE(refused(R"({"names": ["A", "B"], "solution": ["knight", "knight"], "statements": [
            {"op": "and", "a": {"op": "is", "who": 1, "role": "knight"}, "b": {"op": "is", "who": 0, "role": "knave"}},
            {"op": "is", "who": 1, "role": "knight"}]})"),
            std::string("\"solution\" does not fit the statements."));
        const auto graph = puzzleOf("graph_path");
        const Json square
            = Json::parse(R"({"roads": [["A", "B"], ["B", "C"], ["C", "D"], ["D", "A"]], "from": "A", "to": "C"})");
        for (const char* right : { "A B C", "A D C", "a, b, c", "A-B-C", "A -> D -> C", "A->B C" })
            QCOMPARE(orThrow(graph->check(square, right)).reason, std::string("ok"));
        for (const auto& [answer, why] : { std::pair("A C", "no_road"), std::pair("A B", "wrong_ends"),
                 std::pair("C B A", "wrong_ends"), std::pair("A D A D C", "not_shortest"),
                 std::pair("A B D C", "no_road"), std::pair("A - - B C", "not_a_way"), std::pair("A B C.", "not_a_way"),
                 std::pair("A E C", "not_a_way"), std::pair("-A B C", "not_a_way") })
            QCOMPARE(orThrow(graph->check(square, answer)).reason, std::string(why));
        const auto sudoku = puzzleOf("sudoku");
        const Json grid
            = Json::parse(R"({"grid": ["12__", "34__", "21__", "43__"]})"); // has several fillings: each is right
        QCOMPARE(orThrow(sudoku->check(grid, "1234 3412 2143 4321")).reason, std::string("ok"));
        QCOMPARE(orThrow(sudoku->check(grid, "1 2 4 3\n3 4 2 1\n2 1 3 4\n4 3 1 2")).reason, std::string("ok"));
        QCOMPARE(orThrow(sudoku->check(grid, "2134 3412 1243 4321")).reason, std::string("given_changed"));
        QCOMPARE(orThrow(sudoku->check(grid, "1233 3412 2143 4321")).reason, std::string("repeated_digit"));
        QCOMPARE(orThrow(sudoku->check(grid, "1250 3412 2143 4321")).reason, std::string("bad_digit"));
        QCOMPARE(orThrow(sudoku->check(grid, "12343412 2143 432")).reason, std::string("not_a_grid"));
        QVERIFY(!sudoku->check(Json::parse(R"({"grid": ["11__", "34__", "21__", "43__"]})"), "1").ok());
    }

    /// The ways that base models learn from end at the answer.
    void workings_data() { eachLevel(); }
    void workings()
    {
        QFETCH(QByteArray, name);
        QFETCH(int, level);
        const std::unique_ptr<Puzzle> puzzle = puzzleOf(name.toStdString());
        const std::unique_ptr<Task> task = taskOf(name, level);
        Rng rng(1, Purpose::Corpus);
        for (uint64_t index = 0; index < 50; ++index) {
            const Json item = Json::parse(task->trainItem(9, index).itemJson);
            const std::string working = puzzle->working(item, rng), answer = orThrow(puzzle->solve(item));
            if (name == "knights_knaves") {
                for (size_t i = 0; i < item["names"].size(); ++i) { // the last word on everyone is the right one
                    const std::string who = item["names"][i].get<std::string>() + " is a ";
                    const size_t last = working.rfind(who);
                    QVERIFY2(last != std::string::npos, working.c_str());
                    const std::string role
                        = working.substr(last + who.size(), working.find('.', last) - last - who.size());
                    QVERIFY2(answer.find(who + role) != std::string::npos, (working + "\n" + answer).c_str());
                }
            } else if (name == "propositional_logic") {
                QVERIFY2(QString::fromStdString(working).endsWith(QString::fromStdString(answer) + "."),
                    (working + "\n" + answer).c_str());
            } else if (name == "graph_path") {
                QVERIFY(QString::fromStdString(working).section(", ", -1).startsWith(
                    QString::fromStdString(answer).section(' ', -1)));
            } else if (name == "sudoku" && level <= 2) {
                QVERIFY(!working.empty());
            }
            QVERIFY(working.size() < 6000);
        }
    }

    /// README.md shows problem 0 of seed 1 on the first level, and its answer.
    void examples_data() { eachPuzzle(); }
    void examples()
    {
        QFETCH(QByteArray, name);
        const TaskItem item = taskOf(name, 1)->trainItem(1, 0);
        const std::unique_ptr<Puzzle> puzzle = puzzleOf(name.toStdString());
        const std::string answer = orThrow(puzzle->solve(Json::parse(item.itemJson)));
        QFile file(AHASCOPE_TEST_SOURCE_DIR "/core/tasks/logic/README.md");
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QString readme = QString::fromUtf8(file.readAll());
        QString levels;
        for (int level = 1; level <= puzzle->levels(); ++level)
            levels += (level > 1 ? "; " : "") + QString::fromStdString(puzzle->levelText(level));
        const QString row = "| `" + name + "` | " + levels + " |",
                      example = QString("### %1\n\n```\n%2\n```\n\n```\n%3\n```\n")
                                    .arg(name, QString::fromStdString(item.prompt), QString::fromStdString(answer));
        QVERIFY2(readme.contains(row) && readme.contains(example),
            qPrintable("README.md lacks one of\n" + row + "\n\n" + example));
    }
};

QTEST_GUILESS_MAIN(TestLogicPuzzles)
#include "tst_logic_puzzles.moc"
