// Verdicts a second on one core: countdown, and every generated puzzle. Verifies first, then prints one JSON line per
// figure; leaves with 1 when countdown's bar is missed widely.

#include "core/tasks/countdown.h"
#include "core/tasks/puzzle.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>

using namespace aha;

namespace {

struct Case {
    std::string item, completion;
    bool right;
};

/// Reasoning as the miniature writes it, some 300 bytes.
const std::string kReasoning
    = "<think> 9 * 4 = 36 , 36 - 5 = 31 no wait 9 + 4 = 13 , 13 * 5 = 65 no check 9 - 4 = 5 , 5 * 5 "
      "= 25 no retry 4 * 5 = 20 , 20 + 9 = 29 no wait 9 * 5 = 45 , 45 - 4 = 41 no check 5 - 4 = 1 , "
      "1 * 9 = 9 no wait 4 - 5 = -1 , -1 * 9 = -9 no retry 9 * 4 = 36 , 36 + 5 = 41 yes </think> ";

std::vector<Case> countdownCases(const Task& task)
{
    std::vector<Case> cases;
    for (uint64_t i = 0; i < 500; ++i) {
        const TaskItem item = task.trainItem(0, i);
        const CountdownItem problem = orThrow(countdownItemFromJson(item.itemJson));
        for (const TwoStep& step : twoSteps(problem.numbers, "+-*", -1000, 1000))
            if (step.value == problem.target) {
                cases.push_back({ item.itemJson, kReasoning + "<answer> " + step.answer() + " </answer>", true });
                cases.push_back({ item.itemJson, kReasoning + "<answer> " + step.answer() + " + 1 </answer>", false });
                cases.push_back({ item.itemJson, kReasoning + "<answer> ( " + step.answer() + " </answer>", false });
                break;
            }
    }
    return cases;
}

std::vector<Case> puzzleCases(const Task& task, const Puzzle& puzzle)
{
    std::vector<Case> cases;
    for (uint64_t i = 0; i < 200; ++i) {
        const TaskItem item = task.trainItem(0, i);
        const std::string answer = orThrow(puzzle.solve(nlohmann::ordered_json::parse(item.itemJson)));
        cases.push_back({ item.itemJson, kReasoning + "<answer> " + answer + " </answer>", true });
        cases.push_back({ item.itemJson, kReasoning + "<answer> " + answer + " x </answer>", false });
    }
    return cases;
}

/// Verdicts a second, the best of five rounds of at least a tenth of a second; 0 when a verdict is wrong.
double verdictsPerSecond(const Task& task, const std::vector<Case>& cases)
{
    for (const Case& one : cases)
        if ((task.judge(one.item, one.completion).verdict == Verdict::Correct) != one.right) {
            std::fprintf(stderr, "%s: a wrong verdict on %s\n", task.name().c_str(), one.completion.c_str());
            return 0;
        }
    double best = 0;
    for (int round = 0; round < 5; ++round) {
        const auto begin = std::chrono::steady_clock::now();
        double seconds = 0, done = 0;
        while (seconds < 0.1) {
            for (const Case& one : cases)
                done += task.judge(one.item, one.completion).verdict != Verdict::Timeout;
            seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
        }
        best = std::max(best, done / seconds);
    }
    return best;
}

void print(const std::string& name, double figure, const char* bar)
{
    std::printf(
        "{\"name\":\"verdicts/%s\",\"figure\":%.0f,\"unit\":\"1/s a core\",\"bar\":%s}\n", name.c_str(), figure, bar);
}

} // namespace

int main()
{
    constexpr double bar = 500'000;
    TaskConfig config;
    const std::unique_ptr<Task> countdown = orThrow(makeTask(config));
    const double speed = verdictsPerSecond(*countdown, countdownCases(*countdown));
    print("countdown", speed, "500000");
    bool right = speed > 0;
    for (const PuzzleEntry& entry : allPuzzles()) {
        config.name = entry.name;
        const std::unique_ptr<Task> task = orThrow(makeTask(config));
        const double puzzleSpeed = verdictsPerSecond(*task, puzzleCases(*task, *entry.make(config)));
        print(entry.name, puzzleSpeed, "null");
        right = right && puzzleSpeed > 0;
    }
    if (speed < bar)
        std::fprintf(stderr, "countdown: the bar of %.0f a second is missed: %.0f\n", bar, speed);
    return right && speed * 3 >= bar ? 0 : 1; // a shared machine may cost a factor of 3
}
