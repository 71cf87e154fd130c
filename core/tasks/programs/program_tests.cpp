#include "core/tasks/programs/program_tests.h"

#include "core/base/json_depth.h"
#include "core/tasks/programs/packed_tests.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <numeric>

namespace aha {

namespace {

using Json = nlohmann::ordered_json;

Failure invalid(const std::string& what)
{
    return Failure({ "task_item_invalid", "The tests of this row cannot be read: " + what, "" });
}

Json parsed(const std::string& text)
{
    return jsonDepthWithin(text) ? Json::parse(text, nullptr, /*allow_exceptions=*/false)
                                 : Json(Json::value_t::discarded);
}

/// A value, or the JSON that a text holds.
Json unwrapped(const Json& value)
{
    if (!value.is_string())
        return value;
    Json inner = parsed(value.get_ref<const std::string&>());
    return inner.is_discarded() ? value : inner;
}

std::string textOf(const Json& value, const char* what)
{
    if (value.is_string())
        return value.get<std::string>();
    if (value.is_array()) { // lines, as a few rows of APPS have them
        std::string text;
        for (const Json& line : value)
            text += (line.is_string() ? line.get<std::string>() : line.dump()) + "\n";
        return text;
    }
    if (value.is_number() || value.is_boolean())
        return value.dump();
    throw invalid(std::string("an ") + what + " is no text.");
}

class Reader {
public:
    explicit Reader(int64_t most)
        : m_most(size_t(std::max<int64_t>(most, 1)))
    {
    }

    ProgramTests read(const Json& gold)
    {
        any(unwrapped(gold));
        if (m_tests.tests.empty())
            throw invalid("there is none.");
        if (m_tests.tests.size() > m_most) {
            std::vector<size_t> order(m_tests.tests.size());
            std::iota(order.begin(), order.end(), size_t(0));
            std::stable_sort(order.begin(), order.end(),
                [this](size_t a, size_t b) { return m_tests.tests[a].input.size() > m_tests.tests[b].input.size(); });
            order.resize(m_most);
            std::sort(order.begin(), order.end());
            std::vector<ProgramTest> kept;
            for (const size_t index : order)
                kept.push_back(std::move(m_tests.tests[index]));
            m_tests.tests = std::move(kept);
        }
        return std::move(m_tests);
    }

private:
    void any(const Json& gold)
    {
        if (gold.is_array()) {
            for (const Json& test : gold)
                one(test);
            return;
        }
        if (!gold.is_object())
            throw invalid("they are neither an object nor a list.");
        if (const auto found = gold.find("tolerance"); found != gold.end() && found->is_number())
            m_tests.tolerance = found->get<double>();
        if (const auto found = gold.find("language"); found != gold.end() && found->is_string())
            language(found->get<std::string>());
        for (const char* name : { "fn_name", "func_name" })
            if (const auto found = gold.find(name); found != gold.end() && found->is_string())
                m_tests.function = found->get<std::string>();
        if (const auto found = gold.find("metadata"); found != gold.end())
            if (const Json meta = unwrapped(*found);
                meta.is_object() && meta.contains("func_name") && meta["func_name"].is_string())
                m_tests.function = meta["func_name"].get<std::string>();
        for (const char* name : { "input_output", "test_cases" })
            if (const auto found = gold.find(name); found != gold.end())
                any(unwrapped(*found));
        for (const char* name : { "public_test_cases", "private_test_cases" })
            if (const auto found = gold.find(name); found != gold.end() && !found->is_null())
                packed(*found);
        for (const char* name : { "public_tests", "private_tests", "generated_tests" })
            if (const auto found = gold.find(name); found != gold.end() && found->is_object())
                any(*found);
        for (const auto& [in, out] : { std::pair("inputs", "outputs"), std::pair("input", "output") })
            if (gold.contains(in) && gold.contains(out))
                lists(unwrapped(gold[in]), unwrapped(gold[out]));
    }

    void packed(const Json& value)
    {
        Json tests = unwrapped(value);
        if (tests.is_string() && tests.get_ref<const std::string&>().empty())
            return;
        if (tests.is_string())
            tests = parsed(orThrow(unpackTests(tests.get_ref<const std::string&>())));
        if (!tests.is_array())
            throw invalid("they are no list.");
        any(tests);
    }

    void lists(const Json& inputs, const Json& outputs)
    {
        if (!inputs.is_array() || !outputs.is_array() || inputs.size() != outputs.size())
            throw invalid("there are not as many inputs as outputs.");
        for (size_t i = 0; i < inputs.size(); ++i)
            add(inputs[i], outputs[i]);
    }

    void one(const Json& test)
    {
        if (!test.is_object() || !test.contains("input") || !test.contains("output"))
            throw invalid("a test is an object with \"input\" and \"output\".");
        if (const auto found = test.find("fn_name"); found != test.end() && found->is_string())
            m_tests.function = found->get<std::string>();
        for (const char* name : { "testtype", "type" })
            if (const auto found = test.find(name); found != test.end() && found->is_string())
                if (const auto& kind = found->get_ref<const std::string&>();
                    kind.rfind("func", 0) == 0 && m_tests.function.empty())
                    throw invalid("they call a function that has no name.");
        add(test["input"], test["output"]);
    }

    void add(const Json& input, const Json& output)
    {
        if (m_tests.function.empty()) {
            m_tests.tests.push_back({ textOf(input, "input"), textOf(output, "output") });
            return;
        }
        Json arguments = input;
        if (input.is_string()) { // LiveCodeBench: an argument a line
            arguments = Json::array();
            const auto& text = input.get_ref<const std::string&>();
            for (size_t at = 0; at < text.size();) {
                const size_t end = std::min(text.find('\n', at), text.size());
                const std::string line = text.substr(at, end - at);
                at = end + 1;
                if (line.find_first_not_of(" \t\r") == std::string::npos)
                    continue;
                arguments.push_back(parsed(line));
                if (arguments.back().is_discarded())
                    throw invalid("an argument of " + m_tests.function + " is no JSON.");
            }
        }
        if (!arguments.is_array())
            throw invalid("the arguments of " + m_tests.function + " are no list.");
        m_tests.tests.push_back({ arguments.dump(), unwrapped(output).dump() });
    }

    void language(const std::string& name)
    {
        if (name.rfind("py", 0) == 0 || name.rfind("Py", 0) == 0)
            m_tests.language = Language::Python;
        else if (name == "cpp" || name == "c++" || name == "C++")
            m_tests.language = Language::Cpp;
    }

    size_t m_most;
    ProgramTests m_tests;
};

} // namespace

bool areProgramTests(const Json& gold)
{
    if (gold.is_string()) {
        const auto& text = gold.get_ref<const std::string&>();
        if (const size_t at = text.find_first_not_of(" \t\r\n");
            at == std::string::npos || (text[at] != '{' && text[at] != '['))
            return false;
    }
    const Json tests = unwrapped(gold);
    if (tests.is_array())
        return !tests.empty() && tests[0].is_object() && tests[0].contains("input") && tests[0].contains("output");
    if (!tests.is_object())
        return false;
    for (const char* name : { "input_output", "test_cases", "public_test_cases", "private_test_cases", "public_tests" })
        if (tests.contains(name))
            return true;
    return tests.contains("inputs") && tests.contains("outputs");
}

Result<ProgramTests> programTestsFrom(const Json& gold, int64_t maxTests)
{
    try {
        return Reader(maxTests).read(gold);
    } catch (const Failure& failure) {
        return failure.error();
    } catch (const nlohmann::json::exception&) {
        return invalid("a part of them is of another kind.").error();
    }
}

} // namespace aha
