// Problems about words and lines.

#include "core/tasks/programs/program_problem.h"

#include <algorithm>
#include <map>
#include <set>

namespace aha {

namespace {

std::string text(int64_t value) { return std::to_string(value); }

std::string wordsLine(Rng& rng, int64_t count, int64_t longest, int letters)
{
    std::string line;
    for (int64_t i = 0; i < count; ++i)
        line += (i ? " " : "") + randomWord(rng, rng.between(1, longest), letters);
    return line + "\n";
}

std::vector<std::string> wordsOf(const std::string& input)
{
    std::istringstream in(input);
    std::vector<std::string> words;
    for (std::string word; in >> word;)
        words.push_back(word);
    return words;
}

ProgramProblem longWords(Rng& rng)
{
    const int64_t length = rng.between(2, 7);
    return { filled(
                 "Read a line of words, separated by single spaces. Print how many of them have more than $K letters.",
                 { { "K", text(length) } }),
        [length](Rng& r, int size) { return wordsLine(r, lengthOf(r, size), 2 * length, 26); },
        [length](const std::string& input) {
            const std::vector<std::string> words = wordsOf(input);
            return text(std::count_if(words.begin(), words.end(), [&](const std::string& w) {
                return int64_t(w.size()) > length;
            })) + "\n";
        },
        filled("print(sum(len(w) > $K for w in input().split()))\n", { { "K", text(length) } }) };
}

ProgramProblem lettersOf(Rng& rng)
{
    std::string wanted;
    while (wanted.size() < 4)
        if (const char letter = char('a' + rng.below(26)); wanted.find(letter) == std::string::npos)
            wanted += letter;
    return { filled("Read a line of lower-case words. Print how often one of the letters of \"$L\" occurs in it.",
                 { { "L", wanted } }),
        [](Rng& r, int size) { return wordsLine(r, lengthOf(r, size), 9, 26); },
        [wanted](const std::string& input) {
            return text(std::count_if(input.begin(), input.end(), [&](char c) {
                return wanted.find(c) != std::string::npos;
            })) + "\n";
        },
        filled("print(sum(c in '$L' for c in input()))\n", { { "L", wanted } }) };
}

ProgramProblem shifted(Rng& rng)
{
    const int64_t shift = rng.between(1, 25);
    return {
        filled("Read a line of lower-case words. Print it with every letter replaced by the one $K places later in the "
               "alphabet; after z comes a. Spaces stay.",
            { { "K", text(shift) } }),
        [](Rng& r, int size) { return wordsLine(r, lengthOf(r, size), 8, 26); },
        [shift](std::string line) {
            for (char& c : line)
                if (c >= 'a' && c <= 'z')
                    c = char('a' + (c - 'a' + shift) % 26);
            return line;
        },
        filled("print(''.join(chr((ord(c) - 97 + $K) % 26 + 97) if c.isalpha() else c for c in input()))\n",
            { { "K", text(shift) } })
    };
}

ProgramProblem runLengths(Rng& rng)
{
    const int64_t least = rng.between(2, 4);
    const char mark = "*+#=-:"[rng.below(6)];
    return { filled(
                 "Read a word. Print it with every run of $K or more equal letters (as long as it goes) written as the "
                 "letter, \"$M\", and the length of the run. Shorter runs stay as they are.",
                 { { "K", text(least) }, { "M", std::string(1, mark) } }),
        [](Rng& r, int size) {
            std::string word;
            for (int64_t i = lengthOf(r, size); i > 0; --i)
                word += std::string(size_t(r.between(1, 6)), char('a' + r.below(4)));
            return word + "\n";
        },
        [=](const std::string& input) {
            const std::string word = wordsOf(input).at(0);
            std::string output;
            for (size_t i = 0, end = 0; i < word.size(); i = end) {
                end = std::min(word.find_first_not_of(word[i], i), word.size());
                output += int64_t(end - i) >= least ? std::string { word[i], mark } + text(int64_t(end - i))
                                                    : word.substr(i, end - i);
            }
            return output + "\n";
        },
        filled("from itertools import groupby\nout = ''\nfor c, g in groupby(input().strip()):\n    n = len(list(g))\n"
               "    out += c + '$M' + str(n) if n >= $K else c * n\nprint(out)\n",
            { { "K", text(least) }, { "M", std::string(1, mark) } }) };
}

ProgramProblem brackets(Rng& rng)
{
    const int64_t deepest = rng.between(2, 5);
    return {
        filled(
            "Read a line of the brackets ( ) [ ] { }. Print \"yes\" if every bracket is closed by one of its kind in "
            "the right order and no more than $D are open at once, else \"no\".",
            { { "D", text(deepest) } }),
        [deepest](Rng& r, int size) {
            // A right one; then, as often as not, one character is changed.
            std::string line, open;
            for (int64_t left = lengthOf(r, size); left > 0 || !open.empty();) {
                const bool opens = left > 0 && (open.empty() || r.below(2) == 0);
                if (opens && (int64_t(open.size()) < deepest || r.below(40) == 0)) {
                    const size_t kind = r.below(3);
                    line += "([{"[kind];
                    open += ")]}"[kind];
                    --left;
                } else {
                    line += open.back();
                    open.pop_back();
                }
            }
            if (r.below(2) == 0)
                line[r.below(line.size())] = "()[]{}"[r.below(6)];
            return line + "\n";
        },
        [deepest](const std::string& input) {
            std::string open;
            const std::string line = wordsOf(input).at(0);
            for (const char c : line) {
                constexpr std::string_view opening = "([{", closing = ")]}";
                if (const size_t kind = opening.find(c); kind != std::string_view::npos) {
                    open += closing[kind];
                    if (int64_t(open.size()) > deepest)
                        return std::string("no\n");
                } else if (!open.empty() && open.back() == c) {
                    open.pop_back();
                } else {
                    return std::string("no\n");
                }
            }
            return std::string(open.empty() ? "yes\n" : "no\n");
        },
        filled("s = input().strip()\nstack = []\nok = True\nfor c in s:\n    if c in '([{':\n        stack.append(c)\n"
               "        ok = ok and len(stack) <= $D\n    elif stack and stack[-1] + c in ('()', '[]', '{}'):\n"
               "        stack.pop()\n    else:\n        ok = False\n        break\nprint('yes' if ok and not stack "
               "else 'no')\n",
            { { "D", text(deepest) } })
    };
}

ProgramProblem mostFrequent(Rng& rng)
{
    const int64_t count = rng.between(2, 4);
    return { filled(
                 "Read a line of words. Print the $K most frequent ones (all, if there are fewer different ones), one "
                 "\"word number\" a line: the most frequent first, equally frequent ones in alphabetical order.",
                 { { "K", text(count) } }),
        [](Rng& r, int size) { return wordsLine(r, 2 * lengthOf(r, size), 2, 3); },
        [count](const std::string& input) {
            std::map<std::string, int64_t> counts;
            for (const std::string& word : wordsOf(input))
                ++counts[word];
            std::vector<std::pair<int64_t, std::string>> order;
            for (const auto& [word, times] : counts)
                order.emplace_back(-times, word);
            std::sort(order.begin(), order.end());
            std::string output;
            for (size_t i = 0; i < std::min(size_t(count), order.size()); ++i)
                output += order[i].second + " " + text(-order[i].first) + "\n";
            return output;
        },
        filled("from collections import Counter\nc = Counter(input().split())\n"
               "for w in sorted(c, key=lambda w: (-c[w], w))[:$K]:\n    print(w, c[w])\n",
            { { "K", text(count) } }) };
}

ProgramProblem anagrams(Rng& rng)
{
    const int64_t least = rng.between(2, 3);
    return {
        filled("Read a line of words. Words are of one group when they have the same letters, each as often. Print how "
               "many groups have at least $K words (a word that occurs twice counts twice).",
            { { "K", text(least) } }),
        [](Rng& r, int size) { return wordsLine(r, 2 * lengthOf(r, size), 3, 4); },
        [least](const std::string& input) {
            std::map<std::string, int64_t> groups;
            for (std::string word : wordsOf(input)) {
                std::sort(word.begin(), word.end());
                ++groups[word];
            }
            return text(std::count_if(groups.begin(), groups.end(), [&](const auto& g) { return g.second >= least; }))
                + "\n";
        },
        filled("from collections import Counter\nprint(sum(n >= $K for n in Counter(''.join(sorted(w)) "
               "for w in input().split()).values()))\n",
            { { "K", text(least) } })
    };
}

ProgramProblem withoutRepeats(Rng& rng)
{
    const int64_t most = rng.between(2, 5);
    return {
        filled(
            "Read a word. Print the length of its longest piece of neighbouring letters that has at most $K different "
            "letters.",
            { { "K", text(most) } }),
        [](Rng& r, int size) { return randomWord(r, 2 * lengthOf(r, size), 8) + "\n"; },
        [most](const std::string& input) {
            const std::string word = wordsOf(input).at(0);
            size_t longest = 0;
            for (size_t begin = 0; begin < word.size(); ++begin) {
                std::set<char> letters;
                size_t end = begin;
                for (; end < word.size(); ++end) {
                    letters.insert(word[end]);
                    if (int64_t(letters.size()) > most)
                        break;
                }
                longest = std::max(longest, end - begin);
            }
            return text(int64_t(longest)) + "\n";
        },
        filled(
            "from collections import Counter\ns = input().strip()\nc = Counter()\nlo = best = 0\n"
            "for hi, x in enumerate(s):\n    c[x] += 1\n    while len(c) > $K:\n        c[s[lo]] -= 1\n"
            "        if c[s[lo]] == 0:\n            del c[s[lo]]\n        lo += 1\n    best = max(best, hi - lo + 1)\n"
            "print(best)\n",
            { { "K", text(most) } })
    };
}

ProgramProblem calculator(Rng& rng)
{
    const int64_t modulus = rng.between(50, 9999);
    return { filled(
                 "Read a line with an expression of whole numbers, +, * and parentheses, without spaces; * binds more "
                 "tightly than +. Print its value modulo $M.",
                 { { "M", text(modulus) } }),
        [](Rng& r, int size) {
            const std::function<std::string(int)> draw = [&](int depth) -> std::string {
                if (depth == 0 || r.below(5) == 0)
                    return text(r.between(0, 99));
                const std::string left = draw(depth - 1), right = draw(depth - 1);
                const std::string both = left + (r.below(2) ? "+" : "*") + right;
                return r.below(2) ? "(" + both + ")" : both;
            };
            return draw(2 + size / 3) + "\n";
        },
        [modulus](const std::string& input) {
            size_t at = 0;
            std::function<int64_t()> sum;
            const auto atom = [&]() -> int64_t {
                if (input[at] == '(') {
                    ++at;
                    const int64_t inner = sum();
                    ++at;
                    return inner;
                }
                int64_t value = 0;
                while (at < input.size() && input[at] >= '0' && input[at] <= '9')
                    value = value * 10 + (input[at++] - '0');
                return value % modulus;
            };
            const auto product = [&] {
                int64_t value = atom();
                while (at < input.size() && input[at] == '*') {
                    ++at;
                    value = value * atom() % modulus;
                }
                return value;
            };
            sum = [&] {
                int64_t value = product();
                while (at < input.size() && input[at] == '+') {
                    ++at;
                    value = (value + product()) % modulus;
                }
                return value;
            };
            return text(sum()) + "\n";
        },
        filled("print(eval(input()) % $M)\n", { { "M", text(modulus) } }) };
}

} // namespace

std::vector<ProgramFamily> textPrograms()
{
    return { { "long_words", 1, longWords }, { "letters", 1, lettersOf }, { "shifted", 2, shifted },
        { "run_lengths", 3, runLengths }, { "most_frequent", 3, mostFrequent }, { "anagrams", 4, anagrams },
        { "brackets", 4, brackets }, { "few_letters", 5, withoutRepeats }, { "calculator", 6, calculator } };
}

} // namespace aha
