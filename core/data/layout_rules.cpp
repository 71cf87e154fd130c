// recognise(): one rule per layout, each a few signs and the mapping that follows from them. A rule says how sure its
// signs make it; the share of sample rows that the mapping can read does the rest.

#include "core/data/layout.h"
#include "core/data/messages.h"
#include "core/data/sample_view.h"

#include <algorithm>

namespace aha::data {

namespace {

using View = SampleView;
using Found = std::vector<Mapping>;

Mapping start(const char* layout, const char* title, Kind kind, double confidence, std::string reason)
{
    Mapping m;
    m.layout = layout;
    m.title = title;
    m.kind = kind;
    m.confidence = confidence;
    m.reasons.push_back(std::move(reason));
    return m;
}

bool isText(const Row& v) { return v.is_string(); }

void stepwise(const View& v, Found& found)
{
    if (v.has({ "question.problem", "label.steps" })) {
        Mapping m = start("prm800k", "PRM800K", Kind::Stepwise, 0.99, "Rows have question.problem and label.steps.");
        m.assign(Part::Prompt, { "question.problem" }, Reading::Text);
        m.assign(Part::Steps, { "label.steps" }, Reading::Prm800k);
        if (v.has("question.ground_truth_answer"))
            m.assign(Part::Gold, { "question.ground_truth_answer" }, Reading::Value);
        m.task = "math";
        m.warnings.push_back(
            "The rating 0 (neutral) counts as good, as PRM800K's authors score; TRL's script counts it as bad.");
        found.push_back(m);
    }
    if (v.textOrMessages("prompt") && v.listOf("completions", isText)
        && v.listOf("labels", [](const Row& x) { return x.is_boolean() || x.is_number(); })) {
        Mapping m = start("trl_stepwise", "TRL stepwise supervision", Kind::Stepwise, 0.99,
            "Rows have a prompt, a list of completions and a list of labels.");
        m.assign(Part::Prompt, { "prompt" }, Reading::Text);
        m.assign(Part::Steps, { "completions", "labels" }, Reading::StepLists);
        found.push_back(m);
    }
}

void preference(const View& v, Found& found)
{
    if (v.textOrMessages("chosen") && v.textOrMessages("rejected")) {
        Mapping m = start("trl_preference", "TRL preference", Kind::Preference, 0.97, "Rows have chosen and rejected.");
        // UltraFeedback's rows have the prompt as text and again as the first turn of both answers.
        const bool repeated = v.text("prompt") && v.messages("chosen") && v.all("chosen", [](const Row& turns) {
            return turns.size() > 1 && turns[0].value("role", "") != "assistant";
        });
        if (v.textOrMessages("prompt") && !repeated)
            m.assign(Part::Prompt, { "prompt" }, Reading::Text);
        else
            m.reasons.push_back("The prompt is what chosen and rejected begin with.");
        m.assign(Part::Chosen, { "chosen" }, Reading::Text);
        m.assign(Part::Rejected, { "rejected" }, Reading::Text);
        found.push_back(m);
    }
    if (v.textOrMessages("prompt") && v.textOrMessages("completion") && v.truth("label")) {
        Mapping m = start("trl_unpaired", "TRL unpaired preference", Kind::UnpairedPreference, 0.98,
            "Rows have prompt, completion and a label that is true or false.");
        m.assign(Part::Prompt, { "prompt" }, Reading::Text);
        m.assign(Part::Completion, { "completion" }, Reading::Text);
        m.assign(Part::Label, { "label" }, Reading::Value);
        found.push_back(m);
    }
}

void verl(const View& v, Found& found)
{
    if (!v.textOrMessages("prompt") || !v.has("reward_model.ground_truth"))
        return;
    Mapping m = start("verl", "verl", Kind::PromptOnly, 0.97, "Rows have a prompt and reward_model.ground_truth.");
    m.assign(Part::Gold, { "reward_model.ground_truth" }, Reading::Value);
    if (v.has({ "reward_model.ground_truth.numbers", "reward_model.ground_truth.target" })) {
        m.layout = "tinyzero";
        m.title = "TinyZero countdown (verl)";
        m.task = "countdown";
        m.confidence = 0.99;
        m.reasons.push_back("The ground truth is numbers and a target.");
    } else if (v.has("reward_model.ground_truth.statements")
        || v.share("data_source", [](const Row& s) { return s == "kk_logic"; }) == 1) {
        m.layout = "logic_rl";
        m.title = "Logic-RL knights and knaves (verl)";
        m.task = "knights";
        m.confidence = 0.99;
        m.reasons.push_back("The ground truth is the solution of a knights-and-knaves puzzle.");
        if (v.has({ "names", "solution", "statements", "solution_text_format" }))
            m.assign(Part::Gold, { "names", "solution", "statements", "solution_text_format" }, Reading::Object);
    } else if (v.share("ability", [](const Row& s) { return s == "math" || s == "MATH"; }) == 1) {
        m.task = "math";
    } else if (v.share("ability", [](const Row& s) { return s == "code" || s == "coding"; }) == 1) {
        m.task = "code";
    }
    // A single user turn that already ends where the assistant begins was made to be used without a template.
    const bool markup = v.messages("prompt") && v.all("prompt", [](const Row& turns) {
        const auto text = turns.size() == 1 ? turns[0].value("content", Row()) : Row();
        return text.is_string() && carriesChatMarkup(text.get<std::string>());
    });
    m.assign(Part::Prompt, { "prompt" }, markup ? Reading::Raw : Reading::Text);
    if (markup)
        m.reasons.push_back("The prompt carries its own chat markup, so it is used as plain text without a template.");
    found.push_back(m);
}

/// "answer" if rows have it, else what the solution boxes.
void mathGold(const View& v, Mapping& m, const char* solution)
{
    m.task = "math";
    const std::string answer = v.firstOf({ "answer", "final_answer", "expected_answer", "ground_truth" });
    if (!answer.empty())
        m.assign(Part::Gold, { answer }, Reading::Value);
    else
        m.assign(Part::Gold, { solution }, Reading::BoxedAnswer);
}

/// Problems whose answers are programs, with their tests (core/tasks/programs/program_tests.h reads them).
void codeProblems(const View& v, Found& found)
{
    const auto add = [&](const char* layout, const char* title, const std::string& question,
                         const std::vector<std::string>& tests, const std::string& why) {
        Mapping m = start(layout, title, Kind::PromptOnly, 0.99, why);
        if (v.text("starter_code")) // what a function must be called
            m.assign(Part::Prompt, { question, "starter_code" }, Reading::Joined);
        else
            m.assign(Part::Prompt, { question }, Reading::Text);
        m.assign(Part::Gold, tests, tests.size() == 1 ? Reading::Value : Reading::Object);
        m.task = "code";
        found.push_back(m);
    };
    if (v.text("question") && v.has("input_output"))
        add("apps", "APPS or TACO", "question", { "input_output" }, "Rows have question and input_output.");
    if (v.text("question_content") && v.has("public_test_cases")) {
        std::vector<std::string> tests { "public_test_cases" };
        for (const char* more : { "private_test_cases", "metadata" })
            if (v.has(more))
                tests.push_back(more);
        add("livecodebench", "LiveCodeBench", "question_content", tests, "Rows have question_content and test cases.");
    }
    if (v.text("description") && v.has({ "public_tests", "private_tests" }))
        add("code_contests", "CodeContests", "description", { "public_tests", "private_tests" },
            "Rows have a description and tests.");
}

void problems(const View& v, Found& found)
{
    const std::string problem = v.firstOf({ "problem", "prompt", "question" });
    if (!problem.empty() && v.has("verification_info")) {
        Mapping m = start("open_r1_code", "open-r1 code", Kind::PromptOnly, 0.98, "Rows have verification_info.");
        m.assign(Part::Prompt, { problem }, Reading::Text);
        m.assign(Part::Gold, { "verification_info" }, Reading::Value);
        m.task = "code";
        found.push_back(m);
    }
    codeProblems(v, found);
    if (!v.text("problem"))
        return;
    if (v.text("deepseek_reasoning") && v.text("deepseek_solution")) {
        Mapping m = start("openthoughts_metadata", "OpenThoughts (metadata)", Kind::PromptCompletion, 0.99,
            "Rows have deepseek_reasoning and deepseek_solution.");
        m.assign(Part::Prompt, { "problem" }, Reading::Text);
        m.assign(Part::Completion, { "deepseek_reasoning", "deepseek_solution" }, Reading::Think);
        if (v.has("ground_truth_solution"))
            m.assign(Part::Gold, { "ground_truth_solution" }, Reading::BoxedAnswer);
        m.task = "math";
        if (v.share("domain", [](const Row& d) { return d == "code"; }) > 0)
            m.warnings.push_back(
                "Some rows are of other domains than mathematics (column \"domain\"); their tests are in test_cases.");
        found.push_back(m);
    }
    if (v.text("reannotated_assistant_content")) {
        Mapping m = start("r1_distill_sft", "R1-Distill-SFT", Kind::PromptCompletion, 0.99,
            "Rows have reannotated_assistant_content.");
        m.assign(Part::Prompt, { "problem" }, Reading::Text);
        m.assign(Part::Completion, { "reannotated_assistant_content" }, Reading::Text);
        mathGold(v, m, "solution");
        found.push_back(m);
    }
    if (v.messages("messages") && v.has("generations")) {
        Mapping m = start("open_r1_math", "open-r1 mathematics", Kind::PromptCompletion, 0.99,
            "Rows have a problem, generations and messages.");
        m.assign(Part::Prompt, { "messages" }, Reading::PromptTurns);
        m.assign(Part::Completion, { "messages" }, Reading::LastTurn);
        mathGold(v, m, "solution");
        found.push_back(m);
    }
    if (v.text("solution")) {
        Mapping m = start("math", "Problems with solutions (MATH, NuminaMath, DeepScaleR)", Kind::PromptCompletion, 0.9,
            "Rows have problem and solution.");
        m.assign(Part::Prompt, { "problem" }, Reading::Text);
        m.assign(Part::Completion, { "solution" }, Reading::Text);
        mathGold(v, m, "solution");
        found.push_back(m);
    }
}

void conversations(const View& v, Found& found)
{
    const std::string column = v.messages("conversations") ? "conversations"
        : v.messages("conversation")                       ? "conversation"
                                                           : "";
    if (!column.empty()) {
        const bool thoughts = v.share(column, [](const Row& turns) {
            return turns.back().dump(-1, ' ', false, Row::error_handler_t::replace).find("<|begin_of_thought|>")
                != std::string::npos;
        }) > 0.5;
        const bool boxed = v.share(column, [](const Row& turns) {
            const Row text = turns.front().value("value", Row());
            return text.is_string()
                && text.get_ref<const std::string&>().rfind("Return your final response within \\boxed{}", 0) == 0;
        }) > 0.5;
        Mapping m = start(
            "sharegpt", "ShareGPT conversations", Kind::LanguageModeling, 0.93, "Rows have conversations of turns.");
        if (thoughts) {
            m.layout = boxed ? "bespoke_stratos" : "openthoughts";
            m.title = boxed ? "Bespoke-Stratos" : "OpenThoughts (default)";
            m.confidence = 0.97;
            m.reasons.push_back("Answers are marked with <|begin_of_thought|>.");
            if (boxed)
                m.reasons.push_back("Questions ask for a response within \\boxed{}.");
            m.warnings.push_back(
                "Thoughts are marked with <|begin_of_thought|>; switch the rewriting on to train with <think>.");
        }
        m.assign(Part::Completion, { column }, Reading::Text);
        if (v.text("system"))
            m.assign(Part::System, { "system" }, Reading::Text);
        found.push_back(m);
    }
    if (v.messages("messages")) {
        Mapping m = start("trl_messages", "TRL language modeling (conversational)", Kind::LanguageModeling, 0.92,
            "Rows have messages.");
        m.assign(Part::Completion, { "messages" }, Reading::Text);
        found.push_back(m);
    }
    if (v.text("text")) {
        Mapping m = start("trl_text", "TRL language modeling", Kind::LanguageModeling, 0.7, "Rows have text.");
        m.assign(Part::Completion, { "text" }, Reading::Text);
        found.push_back(m);
    }
}

void questions(const View& v, Found& found)
{
    if (v.text("instruction") && v.text("output")) {
        Mapping m = start("alpaca", "Alpaca", Kind::PromptCompletion, 0.96, "Rows have instruction and output.");
        m.assign(Part::Prompt,
            v.has("input") ? std::vector<std::string> { "instruction", "input" }
                           : std::vector<std::string> { "instruction" },
            Reading::Joined);
        m.assign(Part::Completion, { "output" }, Reading::Text);
        if (v.text("system"))
            m.assign(Part::System, { "system" }, Reading::Text);
        found.push_back(m);
    }
    if (v.text("question") && v.text("solution") && v.has("answer")) {
        Mapping m = start("limo", "LIMO", Kind::PromptCompletion, 0.96, "Rows have question, solution and answer.");
        m.assign(Part::Prompt, { "question" }, Reading::Text);
        m.assign(Part::Completion, { "solution" }, Reading::Text);
        m.assign(Part::Gold, { "answer" }, Reading::Value);
        m.task = "math";
        found.push_back(m);
    }
    if (v.text("question") && v.text("answer") && v.share("answer", [](const Row& a) {
            return a.get_ref<const std::string&>().find("\n#### ") != std::string::npos;
        }) > 0.9) {
        Mapping m = start("gsm8k", "GSM8K", Kind::PromptCompletion, 0.98, "Answers end in \"#### \" and a number.");
        m.assign(Part::Prompt, { "question" }, Reading::Text);
        m.assign(Part::Completion, { "answer" }, Reading::Text);
        m.assign(Part::Gold, { "answer" }, Reading::HashAnswer);
        m.task = "math";
        found.push_back(m);
    }
    if (v.listOf("nums", [](const Row& n) { return n.is_number(); }) && v.number("target")) {
        Mapping m = start("countdown", "Countdown problems", Kind::PromptOnly, 0.95, "Rows have nums and target.");
        m.assign(Part::Prompt, { "nums", "target" }, Reading::CountdownPrompt);
        m.assign(Part::Gold, { "nums", "target" }, Reading::Object);
        m.task = "countdown";
        m.reasons.push_back("The question is written as TinyZero writes it.");
        found.push_back(m);
    }
    const std::string question = v.firstOf({ "question", "problem", "query", "prompt", "instruction", "input" });
    if (question.empty() || !v.textOrMessages(question))
        return;
    const std::string completion = v.firstOf({ "completion", "response", "output", "responses" });
    if (!completion.empty() && v.textOrMessages(completion)) {
        const bool trl = question == "prompt" && completion == "completion";
        Mapping m = start(trl ? "trl_prompt_completion" : "question_answer",
            trl ? "TRL prompt-completion" : "Questions with responses", Kind::PromptCompletion, trl ? 0.95 : 0.7,
            "Rows have " + question + " and " + completion + ".");
        m.assign(Part::Prompt, { question }, Reading::Text);
        m.assign(Part::Completion, { completion }, Reading::Text);
        found.push_back(m);
    }
    const std::string gold = v.firstOf(
        { "answer", "final_answer", "expected_answer", "ground_truth", "gold", "solution", "target", "label" });
    Mapping m = start("trl_prompt_only", "TRL prompt-only", Kind::PromptOnly, question == "prompt" ? 0.8 : 0.4,
        "Rows have " + question + ".");
    m.assign(Part::Prompt, { question }, Reading::Text);
    if (!gold.empty()) {
        m.layout = question == "prompt" ? m.layout : "question_gold";
        m.title = question == "prompt" ? m.title : "Questions with gold answers";
        m.confidence = std::max(m.confidence, 0.75);
        m.assign(Part::Gold, { gold }, Reading::Value);
        m.reasons.push_back("The gold answer is " + gold + ".");
    }
    found.push_back(m);
}

/// What any layout may have beside its own columns, and how many rows it can read.
void finish(const View& v, Mapping& m)
{
    if (v.has("tools"))
        m.assign(Part::Tools, { "tools" }, Reading::Value);
    const std::string rate = v.firstOf({ "pass_rate", "solve_rate", "success_rate", "pass@1" });
    if (!rate.empty() && v.number(rate))
        m.assign(Part::PassRate, { rate }, Reading::Value);
    size_t read = 0;
    std::string first;
    for (const Row& row : v.rows()) {
        const auto example = toExample(m, row);
        if (example)
            ++read;
        else if (first.empty())
            first = example.error().message;
    }
    if (read < v.rows().size())
        m.warnings.push_back(std::to_string(v.rows().size() - read) + " of " + std::to_string(v.rows().size())
            + " rows looked at cannot be read this way. The first: " + first);
    m.confidence *= double(read) / double(v.rows().size());
}

} // namespace

std::vector<Mapping> recogniseAll(const std::vector<Row>& sample)
{
    if (sample.empty())
        return {};
    const View view(sample);
    Found found;
    for (const auto rule : { stepwise, preference, verl, problems, conversations, questions })
        rule(view, found);
    for (Mapping& m : found)
        finish(view, m);
    found.erase(
        std::remove_if(found.begin(), found.end(), [](const Mapping& m) { return m.confidence <= 0; }), found.end());
    std::stable_sort(
        found.begin(), found.end(), [](const Mapping& a, const Mapping& b) { return a.confidence > b.confidence; });
    return found;
}

Result<Mapping> recognise(const std::vector<Row>& sample)
{
    if (sample.empty())
        return Error { "dataset_empty", "There is no row to look at.", "Choose another file." };
    auto found = recogniseAll(sample);
    if (!found.empty())
        return std::move(found.front());
    std::string names;
    for (const auto& [key, value] : sample.front().items())
        names += (names.empty() ? "" : ", ") + key;
    return Error { "layout_unknown", "The columns (" + names + ") fit no layout that this program knows.",
        "Assign the columns by hand." };
}

} // namespace aha::data
