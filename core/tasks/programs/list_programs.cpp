// Problems about lists and tables of numbers.

#include "core/tasks/programs/program_problem.h"

#include <algorithm>
#include <map>
#include <set>

namespace aha {

namespace {

std::string text(int64_t value) { return std::to_string(value); }

const char* const kList = "The first line has a number n, the second n whole numbers. ";

ProgramProblem sumAbove(Rng& rng)
{
    const int64_t bound = rng.between(-20, 40);
    return { kList + filled("Print the sum of those that are greater than $K.", { { "K", text(bound) } }),
        [](Rng& r, int size) { return listInput(randomNumbers(r, lengthOf(r, size), -60, 60)); },
        [bound](const std::string& input) {
            std::istringstream in(input);
            int64_t sum = 0;
            for (const int64_t number : readList(in))
                sum += number > bound ? number : 0;
            return text(sum) + "\n";
        },
        filled("input()\nprint(sum(x for x in map(int, input().split()) if x > $K))\n", { { "K", text(bound) } }) };
}

ProgramProblem reversed(Rng& rng)
{
    const int64_t factor = rng.between(2, 30);
    return { kList
            + filled("Print them in reverse order on one line, separated by spaces, each multiplied by $K.",
                { { "K", text(factor) } }),
        [](Rng& r, int size) { return listInput(randomNumbers(r, lengthOf(r, size), -99, 99)); },
        [factor](const std::string& input) {
            std::istringstream in(input);
            Numbers numbers = readList(in);
            std::reverse(numbers.begin(), numbers.end());
            for (int64_t& number : numbers)
                number *= factor;
            return spaced(numbers) + "\n";
        },
        filled("input()\nprint(*[$K * int(x) for x in reversed(input().split())])\n", { { "K", text(factor) } }) };
}

ProgramProblem largestOf(Rng& rng)
{
    const int64_t modulus = rng.between(3, 40);
    return { kList
            + filled("Print the largest remainder that one of them leaves when it is divided by $M, and on a second "
                     "line how many of them leave it.",
                { { "M", text(modulus) } }),
        [](Rng& r, int size) { return listInput(randomNumbers(r, lengthOf(r, size), 0, 500)); },
        [modulus](const std::string& input) {
            std::istringstream in(input);
            Numbers numbers = readList(in);
            for (int64_t& number : numbers)
                number %= modulus;
            const int64_t most = *std::max_element(numbers.begin(), numbers.end());
            return text(most) + "\n" + text(std::count(numbers.begin(), numbers.end(), most)) + "\n";
        },
        filled("input()\na = [int(x) % $M for x in input().split()]\nprint(max(a))\nprint(a.count(max(a)))\n",
            { { "M", text(modulus) } }) };
}

ProgramProblem kthLargest(Rng& rng)
{
    const int64_t rank = rng.between(2, 4), none = -rng.between(1, 999);
    return { kList
            + filled("Equal numbers count once. Print the $K-th largest, or $N if there are fewer than $K different "
                     "ones.",
                { { "K", text(rank) }, { "N", text(none) } }),
        [](Rng& r, int size) { return listInput(randomNumbers(r, lengthOf(r, size), 0, 2 + 4 * size)); },
        [=](const std::string& input) {
            std::istringstream in(input);
            const Numbers numbers = readList(in);
            const std::set<int64_t, std::greater<>> different(numbers.begin(), numbers.end());
            return text(int64_t(different.size()) < rank ? none : *std::next(different.begin(), rank - 1)) + "\n";
        },
        filled("input()\na = sorted(set(map(int, input().split())), reverse=True)\n"
               "print(a[$K - 1] if len(a) >= $K else $N)\n",
            { { "K", text(rank) }, { "N", text(none) } }) };
}

ProgramProblem pairs(Rng& rng)
{
    const int64_t sum = rng.between(5, 40);
    return { kList
            + filled("Print the number of pairs of places i < j whose numbers add up to $S.", { { "S", text(sum) } }),
        [sum](Rng& r, int size) { return listInput(randomNumbers(r, 2 * lengthOf(r, size), 0, sum)); },
        [sum](const std::string& input) {
            std::istringstream in(input);
            std::map<int64_t, int64_t> seen;
            int64_t count = 0;
            for (const int64_t number : readList(in)) {
                count += seen[sum - number];
                ++seen[number];
            }
            return text(count) + "\n";
        },
        filled("n = int(input())\na = list(map(int, input().split()))\n"
               "print(sum(a[i] + a[j] == $S for i in range(n) for j in range(i + 1, n)))\n",
            { { "S", text(sum) } }) };
}

ProgramProblem transposed(Rng& rng)
{
    const int64_t modulus = rng.between(7, 90);
    return { filled(
                 "The first line has two numbers r and c; r lines with c whole numbers each follow: a table. Print the "
                 "table with rows and columns exchanged (c lines of r numbers), each number modulo $M.",
                 { { "M", text(modulus) } }),
        [](Rng& r, int size) {
            const int64_t rows = r.between(1, 2 + size), columns = r.between(1, 2 + size);
            std::string table = text(rows) + " " + text(columns) + "\n";
            for (int64_t i = 0; i < rows; ++i)
                table += spaced(randomNumbers(r, columns, 0, 200)) + "\n";
            return table;
        },
        [modulus](const std::string& input) {
            std::istringstream in(input);
            size_t rows = 0, columns = 0;
            in >> rows >> columns;
            std::vector<Numbers> table(columns, Numbers(rows));
            for (size_t r = 0; r < rows; ++r)
                for (size_t c = 0; c < columns; ++c) {
                    in >> table[c][r];
                    table[c][r] %= modulus;
                }
            std::string output;
            for (const Numbers& row : table)
                output += spaced(row) + "\n";
            return output;
        },
        filled("r, c = map(int, input().split())\nt = [[int(x) % $M for x in input().split()] for _ in range(r)]\n"
               "for row in zip(*t):\n    print(*row)\n",
            { { "M", text(modulus) } }) };
}

ProgramProblem intervals(Rng& rng)
{
    const int64_t gap = rng.between(0, 4);
    return {
        filled("The first line has a number n; n lines with two numbers a <= b follow: intervals. Intervals are joined "
               "as long as one begins at most $G after another ends. Print the intervals that remain, ordered by "
               "their beginning, one \"a b\" a line.",
            { { "G", text(gap) } }),
        [](Rng& r, int size) {
            const int64_t count = 2 + 2 * size;
            std::string lines = text(count) + "\n";
            for (int64_t i = 0; i < count; ++i) {
                const int64_t a = r.between(0, 20 + 12 * size);
                lines += text(a) + " " + text(a + r.between(0, 6)) + "\n";
            }
            return lines;
        },
        [gap](const std::string& input) {
            std::istringstream in(input);
            size_t count = 0;
            in >> count;
            std::vector<std::pair<int64_t, int64_t>> all(count), joined;
            for (auto& [a, b] : all)
                in >> a >> b;
            std::sort(all.begin(), all.end());
            for (const auto& each : all)
                if (!joined.empty() && each.first <= joined.back().second + gap)
                    joined.back().second = std::max(joined.back().second, each.second);
                else
                    joined.push_back(each);
            std::string output;
            for (const auto& [a, b] : joined)
                output += text(a) + " " + text(b) + "\n";
            return output;
        },
        filled("n = int(input())\nxs = sorted(tuple(map(int, input().split())) for _ in range(n))\nout = []\n"
               "for a, b in xs:\n    if out and a - out[-1][1] <= $G:\n        out[-1][1] = max(out[-1][1], b)\n"
               "    else:\n        out.append([a, b])\nfor a, b in out:\n    print(a, b)\n",
            { { "G", text(gap) } })
    };
}

ProgramProblem increasing(Rng& rng)
{
    const int64_t step = rng.between(1, 6);
    return { kList
            + filled("Print the length of the longest subsequence (places in order, not necessarily next to each "
                     "other) in which each number is at least $S more than the one before.",
                { { "S", text(step) } }),
        [](Rng& r, int size) { return listInput(randomNumbers(r, lengthOf(r, size), 0, 40)); },
        [step](const std::string& input) {
            std::istringstream in(input);
            const Numbers numbers = readList(in);
            Numbers best(numbers.size(), 1);
            for (size_t i = 0; i < numbers.size(); ++i)
                for (size_t j = 0; j < i; ++j)
                    if (numbers[i] >= numbers[j] + step)
                        best[i] = std::max(best[i], best[j] + 1);
            return text(*std::max_element(best.begin(), best.end())) + "\n";
        },
        filled("input()\nlast = {}\nfor x in map(int, input().split()):\n"
               "    b = 1 + max([v for k, v in last.items() if k + $S <= x], default=0)\n"
               "    last[x] = max(last.get(x, 0), b)\nprint(max(last.values()))\n",
            { { "S", text(step) } }) };
}

ProgramProblem inversions(Rng& rng)
{
    const int64_t factor = rng.between(1, 4);
    return { kList
            + filled("Print the number of pairs of places i < j where the number at i is greater than $K times the "
                     "number at j.",
                { { "K", text(factor) } }),
        [](Rng& r, int size) { return listInput(randomNumbers(r, lengthOf(r, size) * (1 + size), 0, 99)); },
        [factor](const std::string& input) {
            std::istringstream in(input);
            const Numbers numbers = readList(in);
            int64_t count = 0;
            for (size_t i = 0; i < numbers.size(); ++i)
                for (size_t j = i + 1; j < numbers.size(); ++j)
                    count += numbers[i] > factor * numbers[j];
            return text(count) + "\n";
        },
        filled("from bisect import bisect_right, insort\ninput()\nseen = []\ncount = 0\n"
               "for x in map(int, input().split()):\n    count += len(seen) - bisect_right(seen, $K * x)\n"
               "    insort(seen, x)\nprint(count)\n",
            { { "K", text(factor) } }) };
}

} // namespace

std::vector<ProgramFamily> listPrograms()
{
    return { { "sum_above", 1, sumAbove }, { "reversed", 1, reversed }, { "largest_remainder", 1, largestOf },
        { "kth_largest", 3, kthLargest }, { "pairs", 4, pairs }, { "transposed", 4, transposed },
        { "intervals", 5, intervals }, { "increasing", 5, increasing }, { "inversions", 6, inversions } };
}

} // namespace aha
