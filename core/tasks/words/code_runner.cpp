// runCode: walks the tree. Python's rules where they differ from C++'s: // and % round down, and and or give one of
// their operands, an index below 0 counts from the end, a list assigned to two names is one list.

#include "core/tasks/words/code_tree.h"

#include <algorithm>
#include <map>
#include <memory>
#include <numeric>

namespace aha {

namespace {

constexpr int kMaxSteps = 100'000;
constexpr size_t kMaxOutput = 4000, kMaxList = 1000;

using Numbers = std::vector<int64_t>;

struct Value {
    int64_t number = 0;
    bool isTruth = false;
    std::shared_ptr<Numbers> list {}; ///< null: a number or a truth value
};

class CodeRunner {
public:
    std::string run(const std::vector<CodeStatement>& program)
    {
        block(program);
        return std::move(m_output);
    }

private:
    enum class Flow { On, Break, Continue };

    [[noreturn]] void fail(const std::string& what) const
    {
        throw Failure({ "code_failed", "Line " + std::to_string(m_line) + " of the program: " + what + ".", "" });
    }
    void step()
    {
        if (++m_steps > kMaxSteps)
            fail("it runs too long");
    }

    Flow block(const std::vector<CodeStatement>& statements)
    {
        for (const CodeStatement& statement : statements)
            if (const Flow flow = execute(statement); flow != Flow::On)
                return flow;
        return Flow::On;
    }

    Flow execute(const CodeStatement& s)
    {
        step();
        m_line = s.line;
        switch (s.kind) {
        case CodeStatement::Assign:
            assign(s);
            break;
        case CodeStatement::AssignElement: {
            // Python computes the value before it looks for the place, but x[i] += v reads x[i] first.
            if (s.op.empty()) {
                const int64_t value = plainNumber(s.values[1]);
                const std::shared_ptr<Numbers> list = listNamed(s.name);
                (*list)[place(*list, s.values[0])] = value;
            } else {
                const std::shared_ptr<Numbers> list = listNamed(s.name);
                const size_t at = place(*list, s.values[0]);
                const int64_t before = (*list)[at];
                (*list)[at] = arithmetic(before, s.op, plainNumber(s.values[1]));
            }
            break;
        }
        case CodeStatement::Append: {
            const std::shared_ptr<Numbers> list = listNamed(s.name);
            const int64_t value = plainNumber(s.values[0]);
            if (list->size() >= kMaxList)
                fail("the list has more than 1000 numbers");
            list->push_back(value);
            break;
        }
        case CodeStatement::Print:
            print(s);
            break;
        case CodeStatement::If:
            return block(isTrue(evaluate(s.values[0])) ? s.body : s.otherwise);
        case CodeStatement::While:
            while (isTrue(evaluate(s.values[0]))) {
                if (block(s.body) == Flow::Break)
                    break;
                step();
                m_line = s.line;
            }
            break;
        case CodeStatement::ForRange:
            forRange(s);
            break;
        case CodeStatement::ForEach: {
            const Value list = evaluate(s.values[0]);
            if (!list.list)
                fail("for needs a list or a range");
            for (size_t i = 0; i < list.list->size(); ++i) { // what the body appends is visited too
                step();
                m_names[s.name] = { (*list.list)[i] };
                if (block(s.body) == Flow::Break)
                    break;
            }
            break;
        }
        case CodeStatement::Break:
            return Flow::Break;
        case CodeStatement::Continue:
            return Flow::Continue;
        }
        return Flow::On;
    }

    void assign(const CodeStatement& s)
    {
        if (s.op.empty()) {
            m_names[s.name] = evaluate(s.values[0]);
            return;
        }
        const int64_t before = numberOf(named(s.name));
        m_names[s.name] = { arithmetic(before, s.op, number(s.values[0])) };
    }

    void forRange(const CodeStatement& s)
    {
        int64_t bounds[3] = { 0, 0, 1 };
        for (size_t i = 0; i < s.values.size(); ++i)
            bounds[s.values.size() == 1 ? 1 : i] = number(s.values[i]);
        const auto [begin, end, stride] = bounds;
        if (stride == 0)
            fail("the step of a range is 0");
        if (std::max({ std::abs(begin), std::abs(end), std::abs(stride) }) > 1'000'000'000)
            fail("a range of numbers beyond a billion");
        for (int64_t i = begin; stride > 0 ? i < end : i > end; i += stride) {
            step();
            m_names[s.name] = { i };
            if (block(s.body) == Flow::Break)
                break;
        }
    }

    void print(const CodeStatement& s)
    {
        std::string line;
        for (const CodeExpression& expression : s.values) {
            const Value value = evaluate(expression);
            line += &expression == &s.values[0] ? "" : " ";
            if (!value.list) {
                line += value.isTruth ? (value.number ? "True" : "False") : std::to_string(value.number);
                continue;
            }
            for (size_t i = 0; i < value.list->size(); ++i)
                line += (i == 0 ? "[" : ", ") + std::to_string((*value.list)[i]);
            line += value.list->empty() ? "[]" : "]";
            if (line.size() > kMaxOutput)
                break;
        }
        m_output += line + "\n";
        if (m_output.size() > kMaxOutput)
            fail("more than 4000 bytes are printed");
    }

    const Value& named(const std::string& name) const
    {
        const auto found = m_names.find(name);
        if (found == m_names.end())
            fail(name + " has no value yet");
        return found->second;
    }
    std::shared_ptr<Numbers> listNamed(const std::string& name) const
    {
        const Value& value = named(name);
        if (!value.list)
            fail(name + " is no list");
        return value.list;
    }
    int64_t numberOf(const Value& value) const
    {
        if (value.list)
            fail("a number is expected, not a list");
        return value.number;
    }
    int64_t number(const CodeExpression& expression) { return numberOf(evaluate(expression)); }
    /// For elements of lists, which are printed without knowing of truth values.
    int64_t plainNumber(const CodeExpression& expression)
    {
        const Value value = evaluate(expression);
        if (value.isTruth)
            fail("a list holds numbers alone");
        return numberOf(value);
    }
    static bool isTrue(const Value& value) { return value.list ? !value.list->empty() : value.number != 0; }

    size_t place(const Numbers& list, const CodeExpression& expression)
    {
        const int64_t index = number(expression), size = int64_t(list.size());
        if (index >= size || index < -size)
            fail("the list has no element " + std::to_string(index));
        return size_t(index < 0 ? index + size : index);
    }

    int64_t arithmetic(int64_t a, const std::string& op, int64_t b) const
    {
        int64_t result = 0;
        bool overflow = false;
        if (op == "+") {
            overflow = __builtin_add_overflow(a, b, &result);
        } else if (op == "-") {
            overflow = __builtin_sub_overflow(a, b, &result);
        } else if (op == "*") {
            overflow = __builtin_mul_overflow(a, b, &result);
        } else {
            if (b == 0)
                fail("a division by 0");
            if (b == -1) // INT64_MIN has no opposite
                return op == "%" ? 0 : arithmetic(0, "-", a);
            const int64_t rest = a % b, down = rest != 0 && (rest < 0) != (b < 0);
            return op == "%" ? rest + (down ? b : 0) : a / b - down;
        }
        if (overflow)
            fail("a number of more than 64 bits");
        return result;
    }

    static bool compares(int64_t a, const std::string& op, int64_t b)
    {
        return op == "==" ? a == b
            : op == "!="  ? a != b
            : op == "<"   ? a < b
            : op == "<="  ? a <= b
            : op == ">"   ? a > b
                          : a >= b;
    }

    Value evaluate(const CodeExpression& e)
    {
        step();
        switch (e.kind) {
        case CodeExpression::Number:
            return { e.number };
        case CodeExpression::Truth:
            return { e.number, true };
        case CodeExpression::Name:
            return named(e.text);
        case CodeExpression::List: {
            auto list = std::make_shared<Numbers>();
            for (const CodeExpression& part : e.parts)
                list->push_back(plainNumber(part));
            return { 0, false, std::move(list) };
        }
        case CodeExpression::Index: {
            const Value list = evaluate(e.parts[0]);
            if (!list.list)
                fail("only a list has elements");
            return { (*list.list)[place(*list.list, e.parts[1])] };
        }
        case CodeExpression::Call:
            return call(e);
        case CodeExpression::Not:
            return { !isTrue(evaluate(e.parts[0])), true };
        case CodeExpression::And:
        case CodeExpression::Or: {
            const Value left = evaluate(e.parts[0]);
            return isTrue(left) == (e.kind == CodeExpression::Or) ? left : evaluate(e.parts[1]);
        }
        case CodeExpression::Negate:
            return { arithmetic(0, "-", number(e.parts[0])) };
        case CodeExpression::Binary: {
            const int64_t left = number(e.parts[0]), right = number(e.parts[1]);
            if (e.text.find_first_of("=<>!") != std::string::npos)
                return { compares(left, e.text, right), true };
            return { arithmetic(left, e.text, right) };
        }
        }
        return {};
    }

    Value call(const CodeExpression& e)
    {
        std::vector<Value> arguments;
        for (const CodeExpression& part : e.parts)
            arguments.push_back(evaluate(part));
        const bool oneList = arguments.size() == 1 && arguments[0].list;
        if (e.text == "len" || e.text == "sum") {
            if (!oneList)
                fail(e.text + " needs one list");
            if (e.text == "len")
                return { int64_t(arguments[0].list->size()) };
            int64_t sum = 0;
            for (const int64_t number : *arguments[0].list) {
                step();
                sum = arithmetic(sum, "+", number);
            }
            return { sum };
        }
        if (e.text == "abs") {
            if (arguments.size() != 1)
                fail("abs needs one number");
            const int64_t number = numberOf(arguments[0]);
            return { number < 0 ? arithmetic(0, "-", number) : number };
        }
        Numbers numbers;
        if (oneList)
            numbers = *arguments[0].list;
        for (const Value& argument : arguments) {
            if (argument.isTruth || (!oneList && arguments.size() < 2))
                fail(e.text + " needs a list or several numbers");
            if (!oneList)
                numbers.push_back(numberOf(argument));
        }
        m_steps += int(numbers.size());
        if (numbers.empty())
            fail(e.text + " of nothing");
        return { e.text == "min" ? *std::min_element(numbers.begin(), numbers.end())
                                 : *std::max_element(numbers.begin(), numbers.end()) };
    }

    std::map<std::string, Value> m_names;
    std::string m_output;
    int m_steps = 0, m_line = 0;
};

} // namespace

Result<std::string> runCode(std::string_view program)
{
    const Result<std::vector<CodeStatement>> parsed = parseCode(program);
    if (!parsed)
        return parsed.error();
    try {
        return CodeRunner().run(*parsed);
    } catch (const Failure& failure) {
        return failure.error();
    }
}

} // namespace aha
