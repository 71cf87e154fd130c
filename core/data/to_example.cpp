// toExample(): one row through a mapping.

#include "core/data/layout.h"
#include "core/data/messages.h"

#include <algorithm>
#include <cmath>

namespace aha::data {

namespace {

[[noreturn]] void fail(const std::string& what) { throw Failure({ "row_part", what, "" }); }

/// What `value` is, for a sentence.
std::string kindOf(const Row& value)
{
    return value.is_null()   ? "null"
        : value.is_object()  ? "an object"
        : value.is_array()   ? "a list"
        : value.is_boolean() ? "true or false"
        : value.is_number()  ? "a number"
                             : "text";
}

const Row& column(const Row& row, const std::string& path)
{
    const Row* value = valueAt(row, path);
    if (!value)
        fail("there is no column \"" + path + "\".");
    return *value;
}

/// Text as it stands; numbers as they are written.
std::string textOf(const Row& value, const std::string& path)
{
    if (value.is_string())
        return value.get<std::string>();
    if (value.is_number())
        return value.dump();
    fail("column \"" + path + "\" should be text and is " + kindOf(value) + ".");
}

Turns plainTurns(std::string text) { return { false, std::move(text), {} }; }
Turns chatTurns(std::vector<Message> messages) { return { true, "", std::move(messages) }; }

std::vector<Message> messagesOf(const Row& row, const std::string& path)
{
    try {
        return parseMessages(column(row, path));
    } catch (const Failure& failure) {
        fail("column \"" + path + "\": " + failure.error().message);
    }
}

std::string joined(const Row& row, const Assignment& a)
{
    std::string text;
    for (const std::string& path : a.columns) {
        const Row* value = valueAt(row, path);
        if (!value || value->is_null())
            continue;
        const std::string next = textOf(*value, path);
        if (!next.empty())
            text += (text.empty() ? "" : "\n\n") + next;
    }
    if (text.empty())
        fail("column \"" + a.columns.front() + "\" is empty.");
    return text;
}

std::string countdownPrompt(const Row& row, const Assignment& a)
{
    const Row& numbers = column(row, a.columns.at(0));
    const Row& target = column(row, a.columns.at(1));
    if (!numbers.is_array() || numbers.empty() || !target.is_number())
        fail("\"" + a.columns[0] + "\" should be a list of numbers and \"" + a.columns[1] + "\" a number.");
    std::string list;
    for (const Row& n : numbers) {
        if (!n.is_number())
            fail("\"" + a.columns[0] + "\" holds " + kindOf(n) + ".");
        list += (list.empty() ? "" : ", ") + n.dump();
    }
    // TinyZero's words (examples/data_preprocess/countdown.py).
    return "Using the numbers [" + list + "], create an equation that equals " + target.dump()
        + ". You can use basic arithmetic operations (+, -, *, /) and each number can only be used once. Show your "
          "work in "
          "<think> </think> tags. And return the final answer in <answer> </answer> tags, for example <answer> (1 + 2) "
          "/ 3 "
          "</answer>.";
}

Turns turnsOf(const Row& row, const Assignment& a)
{
    const std::string& path = a.columns.at(0);
    switch (a.reading) {
    case Reading::Joined:
        return plainTurns(joined(row, a));
    case Reading::CountdownPrompt:
        return plainTurns(countdownPrompt(row, a));
    case Reading::Think:
        return plainTurns("<think>\n" + textOf(column(row, path), path) + "\n</think>\n\n"
            + textOf(column(row, a.columns.at(1)), a.columns[1]));
    case Reading::Raw: {
        const Row& value = column(row, path);
        if (value.is_string())
            return plainTurns(value.get<std::string>());
        const auto messages = messagesOf(row, path);
        if (messages.size() != 1)
            fail("column \"" + path + "\" should hold one message and holds " + std::to_string(messages.size()) + ".");
        return plainTurns(messages.front().content);
    }
    case Reading::PromptTurns:
    case Reading::LastTurn: {
        auto messages = messagesOf(row, path);
        if (messages.size() < 2 || messages.back().role != "assistant")
            fail("column \"" + path + "\" should end with a message of the assistant.");
        if (a.reading == Reading::LastTurn)
            messages.erase(messages.begin(), messages.end() - 1);
        else
            messages.pop_back();
        return chatTurns(std::move(messages));
    }
    default: {
        const Row& value = column(row, path);
        if (value.is_array())
            return chatTurns(messagesOf(row, path));
        return plainTurns(textOf(value, path));
    }
    }
}

/// The content of the last \boxed{…} with its braces balanced; nothing when there is none.
std::optional<std::string> boxed(const std::string& text)
{
    const size_t at = text.rfind("\\boxed{");
    if (at == std::string::npos)
        return {};
    int depth = 1;
    const size_t begin = at + 7;
    for (size_t i = begin; i < text.size(); ++i) {
        if (text[i] == '\\')
            ++i; // \{ and \} are not brackets of TeX
        else if (text[i] == '{')
            ++depth;
        else if (text[i] == '}' && --depth == 0)
            return text.substr(begin, i - begin);
    }
    return {};
}

Row goldOf(const Row& row, const Assignment& a)
{
    const auto trimmed = [](const std::string& text) {
        const size_t begin = text.find_first_not_of(" \t\r\n"), end = text.find_last_not_of(" \t\r\n");
        return begin == std::string::npos ? std::string() : text.substr(begin, end - begin + 1);
    };
    if (a.reading == Reading::Object) {
        Row object = Row::object();
        for (const std::string& path : a.columns) {
            std::string name = path.substr(path.rfind('.') == std::string::npos ? 0 : path.rfind('.') + 1);
            object[name == "nums" ? "numbers" : name] = column(row, path);
        }
        return object;
    }
    for (const std::string& path : a.columns) {
        const Row* value = valueAt(row, path);
        if (!value || value->is_null())
            continue;
        if (a.reading == Reading::HashAnswer) {
            const std::string text = textOf(*value, path);
            const size_t at = text.rfind("####");
            if (at == std::string::npos)
                fail("column \"" + path + "\" has no \"####\" with the answer behind it.");
            std::string answer = trimmed(text.substr(at + 4));
            answer.erase(std::remove(answer.begin(), answer.end(), ','), answer.end());
            return answer;
        }
        if (a.reading == Reading::BoxedAnswer) {
            if (const auto answer = boxed(textOf(*value, path)))
                return trimmed(*answer);
            continue;
        }
        return *value;
    }
    return nullptr; // this row has no gold answer; a verifier will say so
}

bool labelOf(const Row& value, const std::string& path)
{
    if (value.is_boolean())
        return value.get<bool>();
    if (value.is_number() && (value == 0 || value == 1))
        return value == 1;
    if (value.is_string()) {
        const std::string text = value.get<std::string>();
        for (const char* yes : { "true", "True", "TRUE", "1", "yes" })
            if (text == yes)
                return true;
        for (const char* no : { "false", "False", "FALSE", "0", "no" })
            if (text == no)
                return false;
    }
    fail("column \"" + path + "\" should be true or false and is " + value.dump().substr(0, 40) + ".");
}

std::vector<SolutionStep> stepsOf(const Mapping& mapping, const Row& row, const Assignment& a)
{
    std::vector<SolutionStep> steps;
    if (a.reading == Reading::StepLists) {
        const Row &texts = column(row, a.columns.at(0)), &labels = column(row, a.columns.at(1));
        if (!texts.is_array() || !labels.is_array() || texts.size() != labels.size())
            fail("\"" + a.columns[0] + "\" and \"" + a.columns[1] + "\" should be lists of one length.");
        for (size_t i = 0; i < texts.size(); ++i)
            steps.push_back({ textOf(texts[i], a.columns[0]), labelOf(labels[i], a.columns[1]) });
        return steps;
    }
    const Row& list = column(row, a.columns.at(0));
    if (!list.is_array())
        fail("column \"" + a.columns[0] + "\" should be a list of steps.");
    for (const Row& step : list) {
        if (!step.is_object())
            fail("a step is " + kindOf(step) + ".");
        const Row completions = step.value("completions", Row()), chosen = step.value("chosen_completion", Row()),
                  human = step.value("human_completion", Row());
        const auto take = [&](const Row& completion) {
            if (!completion.is_object() || !completion.contains("text"))
                fail("a step's completion has no text.");
            const Row rating = completion.value("rating", Row());
            const int value = rating.is_number() ? rating.get<int>() : 0;
            steps.push_back(
                { textOf(completion["text"], "text"), value > 0 || (value == 0 && mapping.neutralStepsAreGood) });
        };
        if (chosen.is_number_unsigned() && completions.is_array() && chosen.get<size_t>() < completions.size()) {
            take(completions[chosen.get<size_t>()]);
        } else if (human.is_object()) {
            steps.push_back({ textOf(human.value("text", Row()), "human_completion.text"), true });
        } else {
            // Nobody went on from here: the labelled attempt ends the solution.
            if (completions.is_array() && !completions.empty())
                take(completions[0]);
            break;
        }
    }
    return steps;
}

/// The prompt that `chosen` and `rejected` share, taken off both (TRL's extract_prompt).
void extractPrompt(Example& e)
{
    const Failure nothing({ "row_no_prompt", "chosen and rejected have no beginning in common to serve as the prompt.",
        "Add a prompt column." });
    if (e.chosen.conversational) {
        auto &a = e.chosen.messages, &b = e.rejected.messages;
        size_t same = 0;
        while (same < a.size() && same < b.size() && a[same] == b[same])
            ++same;
        if (same == 0 || same == a.size() || same == b.size())
            throw nothing;
        e.prompt = chatTurns({ a.begin(), a.begin() + long(same) });
        a.erase(a.begin(), a.begin() + long(same));
        b.erase(b.begin(), b.begin() + long(same));
        return;
    }
    std::string &a = e.chosen.text, &b = e.rejected.text;
    size_t same = 0;
    while (same < a.size() && same < b.size() && a[same] == b[same])
        ++same;
    while (same > 0 && same < a.size() && (static_cast<unsigned char>(a[same]) & 0xC0) == 0x80)
        --same; // whole characters
    if (same > 0 && a[same - 1] == ' ')
        --same; // the space belongs to the answer
    if (same == 0 || same == a.size() || same == b.size())
        throw nothing;
    e.prompt = plainTurns(a.substr(0, same));
    a.erase(0, same);
    b.erase(0, same);
}

void replaceAll(std::string& text, std::string_view from, std::string_view to)
{
    for (size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
        text.replace(at, from.size(), to);
}

void thinkTags(Turns& turns)
{
    const auto rewrite = [](std::string& text) {
        replaceAll(text, "<|begin_of_thought|>\n\n", "<think>\n");
        replaceAll(text, "\n\n<|end_of_thought|>", "\n</think>");
        replaceAll(text, "<|begin_of_solution|>\n\n", "");
        replaceAll(text, "\n\n<|end_of_solution|>", "");
    };
    rewrite(turns.text);
    for (Message& message : turns.messages)
        if (message.role == "assistant")
            rewrite(message.content);
}

/// A plain text beside turns becomes a turn itself.
void converse(Turns& turns, const char* role)
{
    if (turns.conversational || turns.text.empty())
        return;
    turns = chatTurns({ Message { role, std::move(turns.text), {} } });
}

void addSystem(Example& e, const std::string& system)
{
    if (system.empty())
        return;
    Turns& first = e.kind == Kind::LanguageModeling ? e.completion : e.prompt;
    if (e.kind != Kind::LanguageModeling)
        converse(first, "user");
    if (first.conversational && (first.messages.empty() || first.messages.front().role != "system"))
        first.messages.insert(first.messages.begin(), Message { "system", system, {} });
}

Example build(const Mapping& mapping, const Row& row)
{
    Example e;
    e.kind = mapping.kind;
    std::string system;
    for (const Assignment& a : mapping.assignments) {
        if (a.columns.empty())
            continue;
        const Row* value = valueAt(row, a.columns.front());
        const bool missing = !value || value->is_null();
        switch (a.part) {
        case Part::System:
            system = missing ? "" : textOf(*value, a.columns.front());
            break;
        case Part::Prompt:
            e.prompt = turnsOf(row, a);
            break;
        case Part::Completion:
            e.completion = turnsOf(row, a);
            break;
        case Part::Chosen:
            e.chosen = turnsOf(row, a);
            break;
        case Part::Rejected:
            e.rejected = turnsOf(row, a);
            break;
        case Part::Label:
            e.label = labelOf(column(row, a.columns.front()), a.columns.front());
            break;
        case Part::Steps:
            e.steps = stepsOf(mapping, row, a);
            break;
        case Part::Gold:
            e.gold = goldOf(row, a);
            break;
        case Part::Tools:
            e.tools = missing ? Row() : *value;
            break;
        case Part::PassRate:
            if (!missing && !value->is_number())
                fail("column \"" + a.columns.front() + "\" should be a number and is " + kindOf(*value) + ".");
            if (!missing)
                e.passRate = value->get<double>();
            break;
        }
    }
    if (mapping.kind == Kind::Preference) {
        if (e.chosen.conversational != e.rejected.conversational)
            fail("chosen and rejected should both be text or both be messages.");
        if (!mapping.find(Part::Prompt))
            extractPrompt(e);
    }
    addSystem(e, system);
    if (e.prompt.conversational)
        for (Turns* answer : { &e.completion, &e.chosen, &e.rejected })
            converse(*answer, "assistant");
    else if (e.kind != Kind::LanguageModeling
        && (e.completion.conversational || e.chosen.conversational || e.rejected.conversational))
        converse(e.prompt, "user");
    const bool needsPrompt = e.kind != Kind::LanguageModeling;
    if (needsPrompt && e.prompt.empty())
        fail("the prompt is empty.");
    if (e.kind == Kind::LanguageModeling && e.completion.empty())
        fail("the text is empty.");
    if (mapping.thoughtTagsToThink)
        for (Turns* turns : { &e.completion, &e.chosen, &e.rejected })
            thinkTags(*turns);
    for (const auto& item : row.items()) {
        const std::string& key = item.key();
        const bool taken
            = std::any_of(mapping.assignments.begin(), mapping.assignments.end(), [&](const Assignment& a) {
                  return a.part != Part::Gold && std::find(a.columns.begin(), a.columns.end(), key) != a.columns.end();
              });
        if (!taken)
            e.metadata[key] = item.value(); // the gold column stays visible by its name: reward functions ask for it
    }
    return e;
}

} // namespace

std::string Turns::joined() const
{
    if (!conversational)
        return text;
    std::string all;
    for (const Message& message : messages)
        all += (all.empty() ? "" : "\n") + message.content;
    return all;
}

Result<Example> toExample(const Mapping& mapping, const Row& row)
{
    try {
        if (!row.is_object())
            fail("the row is not an object.");
        return build(mapping, row);
    } catch (const Failure& failure) {
        return failure.error();
    } catch (const std::exception& error) {
        return Error { "row_part", std::string("the row cannot be read: ") + error.what() + ".", "" };
    }
}

} // namespace aha::data
