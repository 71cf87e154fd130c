// What is said of answers: verdicts of every puzzle and of rows, and what is wrong with expressions of rewards.

#include "core/rewards/expression.h"
#include "core/tasks/generated_task.h"
#include "core/tasks/reason_words.h"
#include "core/tasks/row_verifier.h"
#include "tests/unit/language/core_corpus.h"

#include <nlohmann/json.hpp>

#include <QSet>

#include <algorithm>

using namespace aha;

namespace corpus {

namespace {

using Json = nlohmann::ordered_json;

constexpr int kProblems = 8;

QString text(const std::string& utf8) { return QString::fromStdString(utf8); }
std::string answered(const std::string& answer) { return "<think>well</think> <answer>" + answer + "</answer>"; }

/// Completions without an answer, and what any task could be answered with.
std::vector<std::string> anyAnswers()
{
    std::vector<std::string> all { "", "I do not know", "<think>on and on", "<think>x</think> 5", answered(" "),
        answered(std::string(5000, '1')), "  </think> <answer>5</answer>", "x</think><answer>5</answer> more" };
    for (const char* answer : { "0", "1", "-7", "5 + 5", "1/0", "(1", "007", "1 2", "abc", "a b c", "#", "1, 2", "3/4",
             "4/8", "1/0", "yes", "2024-02-30", "2024-03-01", "monday", "A B", "2 * 2 * 3", "4 * 6", "1 * 1", "print",
             "(1 + 1) * (2 - 2) / 3", "((((((((((((((((((((((((((((((((((1))))))))))))))))))))))))))))))))))" })
        all.push_back(answered(answer));
    return all;
}

/// Near the right answer: its parts turned round, doubled, cut, in other letters.
std::vector<std::string> near(const std::string& right)
{
    std::string reversed(right.rbegin(), right.rend()), upper = right, lower = right;
    std::transform(upper.begin(), upper.end(), upper.begin(), [](unsigned char c) { return std::toupper(c); });
    std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return std::tolower(c); });
    std::string swapped = right;
    for (const auto& [a, b] : { std::pair<std::string, std::string> { "knight", "knave" }, { "yes", "no" } })
        if (const size_t at = swapped.find(a); at != std::string::npos)
            swapped.replace(at, a.size(), b);
    std::vector<std::string> all { right, reversed, upper, lower, swapped, right + " " + right, right + "\n" + right,
        right + "1", "1" + right, right.substr(0, right.size() / 2), right.substr(right.size() / 2) };
    if (const size_t line = right.find('\n'); line != std::string::npos) {
        all.push_back(right.substr(line + 1));
        all.push_back(right.substr(line + 1) + "\n" + right.substr(0, line));
        all.push_back(right + "\n" + swapped.substr(0, line));
    }
    if (const size_t blank = right.find(' '); blank != std::string::npos)
        all.push_back(right.substr(blank + 1) + " " + right.substr(0, blank));
    for (size_t i = 0; i < right.size(); ++i)
        if (right[i] >= '1' && right[i] <= '9') {
            all.push_back(right);
            all.back()[i] = right[i] == '9' ? '1' : char(right[i] + 1);
            all.push_back(right);
            all.back()[i] = '0';
        }
    for (std::string& one : all)
        one = answered(one);
    return all;
}

} // namespace

QList<Said> ofAnswers()
{
    QList<Said> said;
    QSet<QString> known;
    const auto add = [&](const QString& where, const std::string& sentence) {
        if (const QString words = text(sentence); !words.isEmpty() && !known.contains(words)) {
            known.insert(words);
            said << Said { where, words };
        }
    };
    const std::vector<std::string> any = anyAnswers();
    const auto judge = [&](const Task& task, const TaskItem& item, const std::vector<std::string>& completions) {
        for (const std::string& completion : completions) {
            const Judgement judgement = task.judge(item.itemJson, completion);
            add(text(task.name() + " " + item.itemJson + ": " + completion.substr(0, 80)), judgement.explanation);
            add(text(task.name()), reasonWords(judgement.reason));
        }
    };
    for (const PuzzleEntry& entry : allPuzzles()) {
        TaskConfig config;
        config.name = entry.name;
        const std::unique_ptr<Puzzle> puzzle = entry.make(config);
        for (config.level = 1; config.level <= puzzle->levels(); ++config.level) {
            const auto task = orThrow(makeTask(config));
            for (uint64_t i = 0; i < kProblems; ++i) {
                const TaskItem item = task->trainItem(5, i);
                judge(*task, item, any);
                judge(*task, item, near(orThrow(puzzle->solve(Json::parse(item.itemJson)))));
            }
        }
        const auto task = orThrow(makeTask([&] {
            TaskConfig one;
            one.name = entry.name;
            return one;
        }()));
        for (const char* broken : { "{}", "[]", "5" })
            judge(*task, { "", broken, "" }, { answered("1") });
        config.level = 99;
        if (const auto none = makeTask(config); !none)
            add(QLatin1String(entry.name), none.error().sentence());
    }
    for (const char* name : { "countdown", "arithmetic", "nonsense" }) {
        TaskConfig config;
        config.name = name;
        const auto task = makeTask(config);
        if (!task) {
            add(QLatin1String(name), task.error().sentence());
            continue;
        }
        for (uint64_t i = 0; i < kProblems; ++i) {
            const TaskItem item = (*task)->trainItem(5, i);
            judge(**task, item, any);
            const Json fields = Json::parse(item.itemJson);
            std::string sum, wanted;
            for (const Json& number : fields.value("numbers", Json::array()))
                sum += (sum.empty() ? "" : " + ") + number.dump();
            if (fields.contains("value"))
                wanted = fields["value"].dump();
            judge(**task, item, near(sum + wanted));
        }
        judge(**task, { "", "{}", "" }, { answered("1") });
        config.numberMin = config.numberMax = 1;
        config.targetMin = config.targetMax = 99;
        config.valueMin = config.valueMax = 99;
        if (const auto none = makeTask(config); !none)
            add(QLatin1String(name), none.error().sentence());
    }
    for (const RowVerifier verifier : { RowVerifier::Auto, RowVerifier::Exact, RowVerifier::Math, RowVerifier::Choice,
             RowVerifier::Gsm8k, RowVerifier::None })
        for (const bool open : { false, true })
            for (const char* gold : { "null", "\"5\"", "\"\\\\frac{1}{2}\"", "\"A\"", "\"3 cm\"", "\"nonsense \\\\x\"",
                     "\"1/0\"", "\"x^2 + 1\"" }) {
                const Json item { { "gold", Json::parse(gold) }, { "options", { "one", "two" } } };
                std::vector<std::string> completions = any;
                for (const char* more : { "#### 5", "#### 6", "#### x", "####", "\\boxed{5}", "\\boxed{", "\\boxed{}",
                         "\\boxed{1 2}", "\\boxed{5 m}", "\\boxed{1/0}", "\\boxed{\\frac{1}{3}}", "\\boxed{\\frac{1}}",
                         "\\boxed{x^2^3}", "\\boxed{\\unknown{1}}", "\\boxed{(1, 2}", "\\boxed{1 \\frac{3}{2}}",
                         "\\boxed{5 cm 3}", "\\boxed{\\begin{matrix}1\\end{matrix}}", "\\boxed{5.5.5}",
                         "\\boxed{\\text{A or B}}", "A", "B", "A or B", "the answer is not 5", "\\boxed{x^{2}+1}",
                         "\\boxed{x_{12}}", "\\boxed{\\sqrt 12}", "\\boxed{1234 567}", "\\boxed{5\\}",
                         "\\boxed{\xc2\xa7}", "\\boxed{|1}", "The answer is 5. The answer is 6." }) {
                    completions.push_back(more);
                    completions.push_back(answered(more));
                }
                for (const std::string& completion : completions) {
                    const Judgement judgement = judgeRow({ verifier, open }, item, completion);
                    add(text("row " + item.dump() + ": " + completion.substr(0, 80)), judgement.explanation);
                    add(QStringLiteral("row"), reasonWords(judgement.reason));
                }
            }
    for (const char* expression :
        { "", "1 +", "1 1", "x", "foo(1)", "min()", "abs(1, 2)", "clamp(1)", "(1", "1 + *", "1e999", "if(1, 2)" })
        if (const auto parsed = RewardExpression::parse(expression, { "accuracy", "format" }); !parsed)
            add(QLatin1String(expression), parsed.error().sentence());
    if (const auto deep = RewardExpression::parse(std::string(200, '(') + "1", {}); !deep)
        add(QStringLiteral("deep"), deep.error().sentence());
    if (const auto large = RewardExpression::parse(std::string(5000, '1'), {}); !large)
        add(QStringLiteral("large"), large.error().sentence());
    if (const auto lonely = RewardExpression::parse("x", {}); !lonely)
        add(QStringLiteral("lonely"), lonely.error().sentence());
    return said;
}

} // namespace corpus
