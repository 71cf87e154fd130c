#include "core/engine/live_question.h"

#include "core/base/utf8.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace aha {

namespace {

constexpr size_t kMostTurns = 1000;

Failure malformed(const std::string& what)
{
    return Failure({ "question_malformed", "The question is no conversation: " + what,
        "Send a list of turns, each with role (system, user or assistant) and content; the last is the user's." });
}

} // namespace

TaskItem liveQuestion(const Command& command)
{
    if (command.completion.empty())
        return { command.prompt, "", "" };
    using Json = nlohmann::ordered_json;
    const Json turns = Json::parse(command.completion, nullptr, /*allow_exceptions=*/false);
    if (!turns.is_array() || turns.empty() || turns.size() > kMostTurns)
        throw malformed("it is no list of 1 to " + std::to_string(kMostTurns) + " turns.");
    Json kept = Json::array(); // role and content only: a template may look at other fields
    std::string text;
    for (const Json& turn : turns) {
        const auto word = [&](const char* key) {
            if (!turn.is_object() || !turn.contains(key) || !turn[key].is_string())
                throw malformed("turn " + std::to_string(kept.size() + 1) + " has no " + key + ".");
            return turn[key].get<std::string>();
        };
        const std::string role = word("role"), content = word("content");
        if (role != "user" && role != "assistant" && !(role == "system" && kept.empty()))
            throw malformed("turn " + std::to_string(kept.size() + 1) + " has the role \"" + role + "\".");
        text += (text.empty() ? "" : "\n") + content;
        kept.push_back({ { "role", role }, { "content", content } });
    }
    if (kept.back()["role"] != "user")
        throw malformed("its last turn is not the user's.");
    return { text, "", kept.dump(-1, ' ', false, Json::error_handler_t::replace) };
}

int64_t roomForAnswer(size_t promptTokens, const ModelConfig& model)
{
    const int64_t room = model.maxPositionEmbeddings - int64_t(promptTokens);
    if (room < 1)
        throw Failure({ "prompt_too_long",
            "The conversation has " + std::to_string(promptTokens) + " tokens, and the model's context is "
                + std::to_string(model.maxPositionEmbeddings) + ".",
            "Begin a new conversation, or ask with fewer words." });
    return room;
}

std::string answerText(const Tokenizer& tokenizer, std::vector<int32_t> ids)
{
    if (!ids.empty() && tokenizer.isSpecial(ids.back()))
        ids.pop_back();
    return tokenizer.decode(ids);
}

CompletionRow unjudgedAnswer(const Tokenizer& tokenizer, const SampledCompletion& completion)
{
    CompletionRow row;
    row.text = validUtf8(answerText(tokenizer, completion.ids));
    row.tokens = int(completion.ids.size());
    row.finishReason = completion.finish == FinishReason::Stop ? "stop" : "length";
    row.verdict = verdictName(Verdict::Unjudged);
    row.reason = "not_judged";
    return row;
}

std::vector<Rng> answerStreams(const Command& command, int64_t seed, int64_t step)
{
    std::vector<Rng> streams;
    for (int i = 0; i < std::clamp(command.samples, 1, kMostLiveSamples); ++i)
        streams.emplace_back(uint64_t(seed), Purpose::Evaluation, (uint64_t(1) << 30) + uint64_t(i), uint64_t(step));
    return streams;
}

} // namespace aha
