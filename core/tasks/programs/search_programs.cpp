// Problems of searching and of dynamic programming.

#include "core/tasks/programs/program_problem.h"

#include <algorithm>
#include <limits>
#include <queue>
#include <set>

namespace aha {

namespace {

std::string text(int64_t value) { return std::to_string(value); }

constexpr int64_t kFar = std::numeric_limits<int64_t>::max() / 4;

ProgramProblem coins(Rng& rng)
{
    std::set<int64_t> kinds { 1 };
    while (kinds.size() < 4)
        kinds.insert(rng.between(2, 30));
    const Numbers all(kinds.begin(), kinds.end());
    return { filled("There are coins of $C. Read an amount n >= 0 and print the smallest number of coins that make it.",
                 { { "C", spaced(all) } }),
        [](Rng& r, int size) { return text(r.between(0, 30 + 60 * size)) + "\n"; },
        [all](const std::string& input) {
            Numbers least(size_t(std::stoll(input)) + 1, kFar);
            least[0] = 0;
            for (size_t amount = 1; amount < least.size(); ++amount)
                for (const int64_t coin : all)
                    if (coin <= int64_t(amount))
                        least[amount] = std::min(least[amount], least[amount - size_t(coin)] + 1);
            return text(least.back()) + "\n";
        },
        filled("coins = list(map(int, '$C'.split()))\nn = int(input())\nlevel = {0}\nsteps = 0\nwhile n not in level:\n"
               "    level = {a + c for a in level for c in coins if a + c <= n}\n    steps += 1\nprint(steps)\n",
            { { "C", spaced(all) } }) };
}

ProgramProblem maze(Rng& rng)
{
    const int64_t none = -rng.between(1, 99);
    return {
        filled("The first line has two numbers r and c; r lines of c characters follow: a map, . is free and # a wall. "
               "Steps go up, down, left or right, over free places. Print the smallest number of steps from the upper "
               "left corner to the lower right one (both are free), or $N if there is no way.",
            { { "N", text(none) } }),
        [](Rng& r, int size) {
            const int64_t rows = r.between(2, 3 + size), columns = r.between(2, 3 + size);
            std::string lines = text(rows) + " " + text(columns) + "\n";
            const uint64_t walls = 15 + r.below(25);
            for (int64_t i = 0; i < rows; ++i) {
                for (int64_t j = 0; j < columns; ++j) {
                    const bool corner = (i == 0 && j == 0) || (i == rows - 1 && j == columns - 1);
                    lines += !corner && r.below(100) < walls ? '#' : '.';
                }
                lines += '\n';
            }
            return lines;
        },
        [none](const std::string& input) {
            std::istringstream in(input);
            int rows = 0, columns = 0;
            in >> rows >> columns;
            std::vector<std::string> map(size_t(rows), "");
            for (std::string& row : map)
                in >> row;
            std::vector<Numbers> steps(size_t(rows), Numbers(size_t(columns), -1));
            std::queue<std::pair<int, int>> next;
            next.emplace(0, 0);
            steps[0][0] = 0;
            while (!next.empty()) {
                const auto [r, c] = next.front();
                next.pop();
                for (const auto& [dr, dc] : { std::pair(0, 1), std::pair(1, 0), std::pair(0, -1), std::pair(-1, 0) }) {
                    const int y = r + dr, x = c + dc;
                    if (y < 0 || x < 0 || y >= rows || x >= columns || map[size_t(y)][size_t(x)] == '#'
                        || steps[size_t(y)][size_t(x)] >= 0)
                        continue;
                    steps[size_t(y)][size_t(x)] = steps[size_t(r)][size_t(c)] + 1;
                    next.emplace(y, x);
                }
            }
            const int64_t found = steps.back().back();
            return text(found < 0 ? none : found) + "\n";
        },
        filled("r, c = map(int, input().split())\ng = [input() for _ in range(r)]\nfront = {(0, 0)}\nseen = {(0, 0)}\n"
               "steps = 0\nwhile front and (r - 1, c - 1) not in front:\n"
               "    front = {(y + a, x + b) for y, x in front for a, b in ((0, 1), (1, 0), (0, -1), (-1, 0))\n"
               "             if 0 <= y + a < r and 0 <= x + b < c and g[y + a][x + b] == '.'} - seen\n"
               "    seen |= front\n    steps += 1\nprint(steps if front else $N)\n",
            { { "N", text(none) } })
    };
}

ProgramProblem islands(Rng& rng)
{
    const int64_t least = rng.between(2, 4);
    return {
        filled(
            "The first line has two numbers r and c; r lines of c characters follow, each . or #. Places with # that "
            "touch at a side form an island. Print the number of islands of at least $K places.",
            { { "K", text(least) } }),
        [](Rng& r, int size) {
            const int64_t rows = r.between(2, 4 + size), columns = r.between(2, 4 + size);
            std::string lines = text(rows) + " " + text(columns) + "\n";
            for (int64_t i = 0; i < rows; ++i) {
                for (int64_t j = 0; j < columns; ++j)
                    lines += r.below(100) < 45 ? '#' : '.';
                lines += '\n';
            }
            return lines;
        },
        [least](const std::string& input) {
            std::istringstream in(input);
            int rows = 0, columns = 0;
            in >> rows >> columns;
            std::vector<std::string> map(size_t(rows), "");
            for (std::string& row : map)
                in >> row;
            const std::function<int64_t(int, int)> sink = [&](int r, int c) -> int64_t {
                if (r < 0 || c < 0 || r >= rows || c >= columns || map[size_t(r)][size_t(c)] != '#')
                    return 0;
                map[size_t(r)][size_t(c)] = '.';
                return 1 + sink(r + 1, c) + sink(r - 1, c) + sink(r, c + 1) + sink(r, c - 1);
            };
            int64_t count = 0;
            for (int r = 0; r < rows; ++r)
                for (int c = 0; c < columns; ++c)
                    count += sink(r, c) >= least;
            return text(count) + "\n";
        },
        filled("r, c = map(int, input().split())\nland = {(y, x) for y in range(r) for x, s in enumerate(input()) if s "
               "== '#'}\n"
               "count = 0\nwhile land:\n    stack = [land.pop()]\n    size = 0\n    while stack:\n        y, x = "
               "stack.pop()\n"
               "        size += 1\n        for p in ((y + 1, x), (y - 1, x), (y, x + 1), (y, x - 1)):\n"
               "            if p in land:\n                land.remove(p)\n                stack.append(p)\n"
               "    count += size >= $K\nprint(count)\n",
            { { "K", text(least) } })
    };
}

ProgramProblem roads(Rng& rng)
{
    const int64_t toll = rng.between(0, 9), none = -rng.between(1, 99);
    return {
        filled(
            "The first line has two numbers n and m; m lines \"a b w\" follow: a road between the towns a and b (1 to "
            "n) of length w, to be used in both directions. Every road used costs its length and $T more. Print the "
            "smallest cost of a way from town 1 to town n, or $N if there is none.",
            { { "T", text(toll) }, { "N", text(none) } }),
        [](Rng& r, int size) {
            const int64_t towns = r.between(3, 4 + 2 * size), roads = towns + r.between(-1, towns);
            std::string lines = text(towns) + " " + text(roads) + "\n";
            for (int64_t i = 0; i < roads; ++i)
                lines += text(r.between(1, towns)) + " " + text(r.between(1, towns)) + " " + text(r.between(1, 50))
                    + "\n";
            return lines;
        },
        [=](const std::string& input) {
            std::istringstream in(input);
            size_t towns = 0, roads = 0;
            in >> towns >> roads;
            std::vector<std::vector<std::pair<size_t, int64_t>>> from(towns + 1);
            for (size_t i = 0; i < roads; ++i) {
                size_t a = 0, b = 0;
                int64_t length = 0;
                in >> a >> b >> length;
                from[a].emplace_back(b, length + toll);
                from[b].emplace_back(a, length + toll);
            }
            Numbers cost(towns + 1, kFar);
            cost[1] = 0;
            using Entry = std::pair<int64_t, size_t>;
            std::priority_queue<Entry, std::vector<Entry>, std::greater<>> next;
            next.emplace(0, 1);
            while (!next.empty()) {
                const auto [here, town] = next.top();
                next.pop();
                if (here > cost[town])
                    continue;
                for (const auto& [to, price] : from[town])
                    if (here + price < cost[to])
                        next.emplace(cost[to] = here + price, to);
            }
            return text(cost[towns] == kFar ? none : cost[towns]) + "\n";
        },
        filled("n, m = map(int, input().split())\ne = [tuple(map(int, input().split())) for _ in range(m)]\n"
               "inf = float('inf')\nd = [inf] * (n + 1)\nd[1] = 0\nfor _ in range(n):\n    for a, b, w in e:\n"
               "        d[b] = min(d[b], d[a] + w + $T)\n        d[a] = min(d[a], d[b] + w + $T)\n"
               "print(d[n] if d[n] < inf else $N)\n",
            { { "T", text(toll) }, { "N", text(none) } })
    };
}

ProgramProblem editing(Rng& rng)
{
    const int64_t change = rng.between(1, 4), insert = rng.between(1, 3);
    return {
        filled(
            "Read two words, one a line. To insert or to delete a letter costs $I, to replace one by another $C. Print "
            "the smallest cost of turning the first word into the second.",
            { { "I", text(insert) }, { "C", text(change) } }),
        [](Rng& r, int size) {
            return randomWord(r, lengthOf(r, size), 4) + "\n" + randomWord(r, lengthOf(r, size), 4) + "\n";
        },
        [=](const std::string& input) {
            std::istringstream in(input);
            std::string a, b;
            in >> a >> b;
            Numbers row(b.size() + 1);
            for (size_t j = 0; j <= b.size(); ++j)
                row[j] = int64_t(j) * insert;
            for (size_t i = 1; i <= a.size(); ++i) {
                Numbers next { int64_t(i) * insert };
                for (size_t j = 1; j <= b.size(); ++j)
                    next.push_back(std::min(
                        { row[j] + insert, next[j - 1] + insert, row[j - 1] + (a[i - 1] == b[j - 1] ? 0 : change) }));
                row = std::move(next);
            }
            return text(row.back()) + "\n";
        },
        filled("from functools import lru_cache\nimport sys\nsys.setrecursionlimit(10000)\na = input()\nb = input()\n"
               "@lru_cache(None)\ndef f(i, j):\n    if i == 0 or j == 0:\n        return (i + j) * $I\n"
               "    return min(f(i - 1, j) + $I, f(i, j - 1) + $I, f(i - 1, j - 1) + (a[i - 1] != b[j - 1]) * $C)\n"
               "print(f(len(a), len(b)))\n",
            { { "I", text(insert) }, { "C", text(change) } })
    };
}

ProgramProblem knapsack(Rng& rng)
{
    const int64_t most = rng.between(2, 6);
    return {
        filled(
            "The first line has two numbers n and W; n lines \"w v\" follow: things with weight w and value v. Choose "
            "at most $K of them with a total weight of at most W. Print the largest total value.",
            { { "K", text(most) } }),
        [](Rng& r, int size) {
            const int64_t count = 2 + size + r.between(0, 3);
            std::string lines = text(count) + " " + text(r.between(5, 20 + 6 * size)) + "\n";
            for (int64_t i = 0; i < count; ++i)
                lines += text(r.between(1, 15)) + " " + text(r.between(1, 60)) + "\n";
            return lines;
        },
        [most](const std::string& input) {
            std::istringstream in(input);
            size_t count = 0, weight = 0;
            in >> count >> weight;
            std::vector<Numbers> best(size_t(most) + 1, Numbers(weight + 1, 0)); // by things taken and weight
            for (size_t i = 0; i < count; ++i) {
                size_t w = 0;
                int64_t v = 0;
                in >> w >> v;
                for (size_t k = size_t(most); k > 0; --k)
                    for (size_t left = weight + 1; left-- > w;)
                        best[k][left] = std::max(best[k][left], best[k - 1][left - w] + v);
            }
            return text(best.back().back()) + "\n";
        },
        filled("n, W = map(int, input().split())\nstates = {(0, 0): 0}\nfor _ in range(n):\n"
               "    w, v = map(int, input().split())\n    for (k, t), x in list(states.items()):\n"
               "        if k < $K and t + w <= W:\n            key = (k + 1, t + w)\n"
               "            states[key] = max(states.get(key, 0), x + v)\nprint(max(states.values()))\n",
            { { "K", text(most) } })
    };
}

ProgramProblem courses(Rng& rng)
{
    const bool smallest = rng.below(2) == 0;
    const std::string none = rng.below(2) ? "impossible" : "none";
    return {
        filled(
            "The first line has two numbers n and m; m lines \"a b\" follow: job a must come before job b (jobs are 1 "
            "to n). Print an order of all jobs on one line, separated by spaces: at each place the job with the "
            "$S number of those that may come. If there is no order, print \"$N\".",
            { { "S", smallest ? "smallest" : "largest" }, { "N", none } }),
        [](Rng& r, int size) {
            const int64_t jobs = r.between(3, 4 + 2 * size), rules = r.between(1, jobs + size);
            const Numbers rank = randomNumbers(r, jobs + 1, 0, 1'000'000);
            const bool free = r.below(3) == 0; // a rule may then close a circle
            std::string lines = text(jobs) + " " + text(rules) + "\n";
            for (int64_t i = 0; i < rules; ++i) {
                int64_t a = r.between(1, jobs), b = r.between(1, jobs - 1);
                b += b >= a;
                if (!free && rank[size_t(a)] > rank[size_t(b)])
                    std::swap(a, b);
                lines += text(a) + " " + text(b) + "\n";
            }
            return lines;
        },
        [=](const std::string& input) {
            std::istringstream in(input);
            size_t jobs = 0, rules = 0;
            in >> jobs >> rules;
            std::vector<std::vector<size_t>> after(jobs + 1);
            Numbers waits(jobs + 1, 0);
            for (size_t i = 0; i < rules; ++i) {
                size_t a = 0, b = 0;
                in >> a >> b;
                after[a].push_back(b);
                ++waits[b];
            }
            std::set<size_t> ready;
            for (size_t job = 1; job <= jobs; ++job)
                if (waits[job] == 0)
                    ready.insert(job);
            Numbers order;
            while (!ready.empty()) {
                const auto next = smallest ? ready.begin() : std::prev(ready.end());
                const size_t job = *next;
                ready.erase(next);
                order.push_back(int64_t(job));
                for (const size_t later : after[job])
                    if (--waits[later] == 0)
                        ready.insert(later);
            }
            return (order.size() == jobs ? spaced(order) : none) + "\n";
        },
        filled("n, m = map(int, input().split())\nneeds = {i: set() for i in range(1, n + 1)}\nfor _ in range(m):\n"
               "    a, b = map(int, input().split())\n    needs[b].add(a)\norder = []\nwhile needs:\n"
               "    free = [j for j in needs if not needs[j] - set(order)]\n    if not free:\n        break\n"
               "    j = $F(free)\n    order.append(j)\n    del needs[j]\nprint('$N' if needs else ' '.join(map(str, "
               "order)))\n",
            { { "F", smallest ? "min" : "max" }, { "N", none } })
    };
}

} // namespace

std::vector<ProgramFamily> searchPrograms()
{
    return { { "coins", 4, coins }, { "maze", 5, maze }, { "islands", 5, islands }, { "roads", 6, roads },
        { "editing", 6, editing }, { "knapsack", 6, knapsack }, { "courses", 6, courses } };
}

} // namespace aha
