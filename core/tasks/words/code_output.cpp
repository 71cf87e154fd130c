// What a small program prints. Programs are drawn from templates with random expressions, and their output is found by
// running them (code_runner.cpp); the tests run the same programs under Python.

#include "core/tasks/item_fields.h"
#include "core/tasks/words/code_tree.h"
#include "core/tasks/words/word_puzzles.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <iterator>

namespace aha {

namespace {

using Json = nlohmann::ordered_json;

/// Writes a program line by line.
class CodeWriter {
public:
    explicit CodeWriter(Rng& rng)
        : m_rng(rng)
    {
    }

    int64_t any(int64_t low, int64_t high) { return m_rng.between(low, high); }
    std::string number(int64_t low, int64_t high) { return std::to_string(any(low, high)); }
    std::string one(std::initializer_list<const char*> of) { return of.begin()[m_rng.below(of.size())]; }
    bool maybe() { return m_rng.below(2) == 0; }
    std::string numbers(int64_t count, int64_t low, int64_t high)
    {
        std::string text = "[";
        for (int64_t i = 0; i < count; ++i)
            text += (i == 0 ? "" : ", ") + number(low, high);
        return text + "]";
    }
    /// "x % 3 == 1", about half of the time true
    std::string test(const std::string& value)
    {
        const int64_t divisor = any(2, 4);
        return maybe() ? value + " % " + std::to_string(divisor) + " == " + number(0, divisor - 1)
                       : value + " " + one({ "<", ">", "<=", ">=" }) + " " + number(2, 12);
    }
    void line(int depth, const std::string& text) { program += std::string(size_t(4 * depth), ' ') + text + "\n"; }

    std::string program {};

private:
    Rng& m_rng;
};

void sums(CodeWriter& w)
{
    w.line(0, "x = " + w.number(1, 20));
    w.line(0, "y = " + w.number(1, 9));
    w.line(0, "print(x " + w.one({ "+", "-", "*" }) + " y)");
}

void assignments(CodeWriter& w)
{
    w.line(0, "x = " + w.number(2, 20));
    w.line(0, "y = x " + w.one({ "+", "-", "*" }) + " " + w.number(2, 9));
    w.line(0, "x " + w.one({ "+=", "-=", "*=" }) + " " + w.number(2, 5));
    w.line(0, "z = " + w.one({ "y - x", "x + y", "x - y * 2", "( x + y ) * 3", "x * 2 + y" }));
    w.line(0, w.one({ "print(z)", "print(x, z)", "print(z + y)", "print(y, z)" }));
}

void decisions(CodeWriter& w)
{
    w.line(0, "x = " + w.number(-30, 30));
    w.line(0, "y = x " + w.one({ "//", "%" }) + " " + (w.maybe() ? w.number(2, 7) : w.number(-7, -2)));
    w.line(0, "if " + w.test(w.one({ "x", "y", "x + y" })) + ":");
    w.line(1, "y = " + w.one({ "y * 2", "x - y", "-y", "y + 10" }));
    if (w.maybe()) {
        w.line(0, "elif " + w.test("x") + " " + w.one({ "and", "or" }) + " y > " + w.number(-3, 3) + ":");
        w.line(1, "y = " + w.one({ "x * 3", "y - 7", "x // 2" }));
    }
    w.line(0, "else:");
    w.line(1, "y = " + w.one({ "y + 1", "x", "x % 5", "y - x" }));
    w.line(0, w.one({ "print(y)", "print(x, y)", "print(x > y)", "print(x, y == 1)" }));
}

void loops(CodeWriter& w)
{
    w.line(0, "total = " + w.number(0, 10));
    const int64_t begin = w.any(0, 5);
    w.line(0,
        w.maybe()       ? "for i in range(" + w.number(3, 7) + "):"
            : w.maybe() ? "for i in range(" + std::to_string(begin) + ", " + w.number(begin + 3, begin + 7) + "):"
                        : "for i in range(" + w.number(10, 15) + ", " + w.number(0, 4) + ", -" + w.number(2, 3) + "):");
    const int inner = w.maybe();
    if (inner)
        w.line(1, "if " + w.test("i") + ":");
    w.line(1 + inner, "total " + w.one({ "+= i", "+= i * 2", "-= i", "+= i * i", "= total * 2 - i", "+= 3" }));
    w.line(0, w.one({ "print(total)", "print(i, total)", "print(total % 7)" }));
}

void lists(CodeWriter& w)
{
    const int64_t count = w.any(3, 6);
    w.line(0, "a = " + w.numbers(count, 0, 20));
    if (w.maybe())
        w.line(0, "b = a");
    w.line(0, "a.append(" + w.one({ "len(a)", "a[0] + a[-1]", "max(a) - min(a)", "sum(a)", "7" }) + ")");
    w.line(0, "a[" + w.number(-count, count - 1) + "] " + w.one({ "=", "+=", "-=" }) + " " + w.number(1, 9));
    if (w.maybe()) {
        w.line(0, "c = []");
        w.line(0, "for v in a:");
        w.line(1, "if " + w.test("v") + ":");
        w.line(2, "c.append(v " + w.one({ "* 2", "- 1", "// 2", "+ len(c)" }) + ")");
        w.line(0, w.one({ "print(c)", "print(len(c), sum(c))", "print(a[1], c)" }));
        return;
    }
    const bool two = w.program.find("b = a") != std::string::npos;
    w.line(0,
        two ? w.one({ "print(b)", "print(len(b), a[-1])", "print(sum(b))" })
            : w.one({ "print(a)", "print(a[-1], len(a))", "print(sum(a) // len(a))", "print(a[-2] - a[1])" }));
}

void whileLoops(CodeWriter& w)
{
    w.line(0, "n = " + w.number(5, 60));
    w.line(0, "steps = 0");
    w.line(0, "while n > " + w.number(1, 4) + ":");
    w.line(1, "if " + w.test("n") + ":");
    w.line(2, "n " + w.one({ "//= 2", "-= 3", "= n // 3 + 1", "-= 7" }));
    w.line(1, "else:");
    w.line(2, "n " + w.one({ "-= 1", "= n - 2", "-= 5" }));
    w.line(1, "steps += 1");
    if (w.maybe()) {
        w.line(1, "if steps == " + w.number(3, 6) + ":");
        w.line(2, "break");
    }
    if (w.maybe())
        w.line(1, "print(n)");
    w.line(0, w.one({ "print(steps)", "print(n, steps)", "print(n * steps)" }));
}

void nested(CodeWriter& w)
{
    w.line(0, "a = " + w.numbers(w.any(3, 5), 1, 9));
    w.line(0, "b = []");
    w.line(0, "for i in range(len(a)):");
    w.line(1, "s = 0");
    w.line(1, "for j in range(" + w.one({ "i", "i + 1", "i, len(a)", "1, i + 2" }) + "):");
    if (w.maybe()) {
        w.line(2, "if " + w.test(w.one({ "j", "i + j" })) + ":");
        w.line(3, w.one({ "continue", "break" }));
    }
    w.line(2, "s += " + w.one({ "a[i] * j", "a[i] - j", "i * j", "a[i] // (j + 1)", "a[i - j]" }));
    w.line(1, "if s " + w.one({ ">", "!=", "<" }) + " " + w.number(0, 9) + ":");
    w.line(2, "b.append(s)");
    if (w.maybe()) {
        w.line(1, "else:");
        w.line(2, "a[i] = " + w.one({ "s", "len(b)", "-s", "a[i] + 1" }));
    }
    w.line(0, w.one({ "print(b)", "print(sum(b), a)", "print(a, b)", "print(len(b), sum(a))" }));
}

class CodeOutput : public Puzzle {
public:
    int levels() const override { return int(std::size(kLevels)); }
    std::string levelText(int level) const override { return kLevels[level - 1].text; }

    std::optional<Drawn> draw(int level, Rng& rng) const override
    {
        CodeWriter writer(rng);
        kLevels[level - 1].write(writer);
        const Result<std::string> output = runCode(writer.program);
        const size_t lines = output ? size_t(std::count(output->begin(), output->end(), '\n')) : 0;
        // A break before the loop's first round leaves a name without value: such a program is drawn again.
        if (lines == 0 || lines > 8 || output->size() > 80)
            return std::nullopt;
        return Drawn { "What does this program print?"
                + std::string(lines > 1 ? " Write a line for each line that it prints.\n" : "\n") + writer.program,
            Json { { "program", writer.program } }.dump(), "" };
    }

    /// Line by line; blanks at the end of a line do not count.
    Result<AnswerCheck> check(const Json& item, std::string_view answer) const override
    {
        const Result<std::string> output = outputOf(item);
        if (!output)
            return output.error();
        const std::string wanted = normal(*output), given = normal(answer);
        if (given == wanted)
            return AnswerCheck { Verdict::Correct, "ok", "The program prints " + wanted + ".", given };
        const auto bare = [](std::string text) {
            text.erase(
                std::remove_if(text.begin(), text.end(), [](char c) { return c == ' ' || c == '\n'; }), text.end());
            return text;
        };
        const bool layout = bare(given) == bare(wanted);
        return AnswerCheck { Verdict::Wrong, layout ? "wrong_layout" : "wrong_value",
            (layout ? "Spaces or lines are not as the program prints them: " : "The program prints ") + wanted + ".",
            given };
    }
    size_t maxAnswer() const override { return 400; }

    /// By running it: the same runner as check(), since a second one would only be another copy of Python's rules.
    Result<std::string> solve(const Json& item) const override
    {
        const Result<std::string> output = outputOf(item);
        if (!output)
            return output.error();
        return normal(*output);
    }

private:
    struct Level {
        const char* text;
        void (*write)(CodeWriter& writer);
    };
    static constexpr Level kLevels[] = {
        { "one sum, difference or product", sums },
        { "a chain of assignments", assignments },
        { "if, elif, else; // and % of negative numbers", decisions },
        { "a for loop", loops },
        { "lists", lists },
        { "while and break", whileLoops },
        { "nested loops over lists", nested },
    };

    static std::string normal(std::string_view text)
    {
        std::string lines;
        const auto dropBlanks = [&lines] {
            while (!lines.empty() && (lines.back() == ' ' || lines.back() == '\t' || lines.back() == '\r'))
                lines.pop_back();
        };
        for (const char c : text) {
            if (c == '\n')
                dropBlanks();
            lines += c;
        }
        dropBlanks();
        while (!lines.empty() && lines.back() == '\n')
            lines.pop_back();
        return lines;
    }

    static Result<std::string> outputOf(const Json& item)
    {
        const Result<std::string> program = textField(item, "program", 4000);
        if (!program)
            return program.error();
        Result<std::string> output = runCode(*program);
        if (!output)
            return invalidItem(output.error().message);
        if (normal(*output).empty())
            return invalidItem("The program prints nothing.");
        return output;
    }
};

} // namespace

std::unique_ptr<Puzzle> makeCodeOutput(const TaskConfig&) { return std::make_unique<CodeOutput>(); }

} // namespace aha
