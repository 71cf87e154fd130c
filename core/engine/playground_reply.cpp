#include "core/engine/playground_reply.h"

#include "core/base/utf8.h"
#include "core/engine/evaluation.h"

#include <algorithm>
#include <cstdio>

namespace aha {

using Json = nlohmann::ordered_json;

namespace {

[[noreturn]] void bad(const std::string& message) { throw Failure({ "bad_request", message, "" }); }

template <class T> T number(const Json& json, const char* key, T otherwise, double low, double high)
{
    if (!json.contains(key) || json[key].is_null())
        return otherwise;
    if (!json[key].is_number())
        bad(std::string("\"") + key + "\" is " + json[key].dump() + "; it must be a number.");
    const double value = json[key].get<double>();
    if (!(value >= low && value <= high)) {
        char text[160];
        std::snprintf(text, sizeof text, "\"%s\" is %g; it must lie between %g and %g.", key, value, low, high);
        bad(text);
    }
    return T(value);
}

SamplingParams samplingParams(const Json& request)
{
    const Json sampling = request.value("sampling", Json::object());
    if (!sampling.is_object())
        bad("\"sampling\" must be an object.");
    SamplingParams p;
    p.temperature = number(sampling, "temperature", 1.0, 0, 100);
    p.topK = number(sampling, "top_k", 0, 0, 1e9);
    p.topP = number(sampling, "top_p", 1.0, 0, 1);
    p.minP = number(sampling, "min_p", 0.0, 0, 1);
    p.repetitionPenalty = number(sampling, "repetition_penalty", 1.0, 0.01, 100);
    p.maxNewTokens = number(sampling, "max_new_tokens", 512, 1, 1 << 20);
    p.alternatives = number(request, "alternatives", 0, 0, 64);
    return p;
}

std::vector<int32_t> givenIds(const Json& ids)
{
    if (!ids.is_array())
        bad("\"ids\" must be a list of token ids.");
    std::vector<int32_t> out;
    for (const Json& id : ids) {
        if (!id.is_number_integer() || id.get<int64_t>() < 0 || id.get<int64_t>() > INT32_MAX)
            bad("A token id is " + id.dump() + "; ids are whole numbers from 0.");
        out.push_back(id.get<int32_t>());
    }
    return out;
}

double secondsBetween(std::chrono::steady_clock::time_point a, std::chrono::steady_clock::time_point b)
{
    return std::chrono::duration<double>(b - a).count();
}

/// Puts the bytes of a token into `json`: as text, or where they are no characters as hex.
void putPiece(Json& json, const std::string& bytes)
{
    if (validUtf8(bytes) == bytes) {
        json["piece"] = bytes;
        return;
    }
    std::string hex;
    for (const unsigned char byte : bytes) {
        char digits[3];
        std::snprintf(digits, sizeof digits, "%02x", byte);
        hex += digits;
    }
    json["bytes"] = hex;
}

/// What was asked last; empty where that is no text.
std::string lastContent(const Json& messages)
{
    const Json* last = messages.is_array() && !messages.empty() ? &messages.back() : nullptr;
    return last && last->is_object() && last->contains("content") && (*last)["content"].is_string()
        ? (*last)["content"].get<std::string>()
        : std::string();
}

} // namespace

std::string renderedChat(const LoadedModel& model, const Json& request)
{
    ChatRequest chat = orThrow(chatRequestFromJson(request));
    chat.addGenerationPrompt = chat.continueField.empty();
    chat.dropNullFields = true; // as transformers' apply_chat_template does
    return orThrow(model.chatTemplate().render(chat)).text;
}

ReplyRequest replyRequest(const LoadedModel& model, const Json& request)
{
    ReplyRequest reply;
    std::string typed; // words of the template are the model's own affair
    if (request.contains("ids")) {
        reply.promptIds = givenIds(request["ids"]);
    } else if (request.contains("messages")) {
        reply.promptText = renderedChat(model, request);
        reply.promptIds = model.tokenizer().encode(reply.promptText);
        typed = lastContent(request["messages"]);
    } else if (request.contains("prompt") && request["prompt"].is_string()) {
        reply.promptText = request["prompt"].get<std::string>();
        reply.promptIds = promptIds(model.tokenizer(), reply.promptText);
        typed = reply.promptText;
    } else {
        bad("generate needs \"messages\", \"prompt\" or \"ids\".");
    }
    reply.unknown = unknownWords(model.tokenizer(), typed);
    reply.params = samplingParams(request);
    const int64_t context = model.config().maxPositionEmbeddings, left = context - int64_t(reply.promptIds.size());
    if (left < 1)
        throw Failure({ "prompt_too_long",
            "The conversation has " + std::to_string(reply.promptIds.size()) + " tokens, and the model's context is "
                + std::to_string(context) + ".",
            "Start a new one, or shorten it." });
    reply.params.maxNewTokens = int(std::min<int64_t>(reply.params.maxNewTokens, left));
    reply.params.eosIds.assign(model.config().eosTokenIds.begin(), model.config().eosTokenIds.end());
    reply.seed = uint64_t(number(request, "seed", int64_t(0), 0, 9e15));
    return reply;
}

ReplyStream::ReplyStream(const LoadedModel& model, const ReplyRequest& request)
    : m_model(&model)
    , m_request(&request)
    , m_decoder(model.tokenizer())
    , m_begin(Clock::now())
    , m_first(m_begin)
    , m_last(m_begin)
{
}

Json ReplyStream::started() const
{
    const std::string& prompt = m_request->promptText;
    const size_t end = prompt.find_last_not_of(" \n\t\r");
    const bool thinking = end != std::string::npos && end >= 6 && prompt.compare(end - 6, 7, "<think>") == 0;
    Json event { { "event", "started" }, { "prompt_tokens", m_request->promptIds.size() }, { "prompt", prompt },
        { "thinking", thinking }, { "max_new_tokens", m_request->params.maxNewTokens } };
    if (const UnknownWords& u = m_request->unknown; u.unknown > 0)
        event["unknown_words"] = { { "unknown", u.unknown }, { "words", u.words }, { "first", u.first } };
    return event;
}

bool ReplyStream::endsWith(int32_t id) const
{
    const auto& ends = m_request->params.eosIds;
    return std::find(ends.begin(), ends.end(), id) != ends.end();
}

Json ReplyStream::token(const TokenReport& report)
{
    m_last = Clock::now();
    if (m_tokens++ == 0)
        m_first = m_last;
    const Tokenizer& tokenizer = m_model->tokenizer();
    std::string text;
    if (!endsWith(report.id)) {
        const std::string& all = m_decoder.push(report.id);
        text = all.substr(m_sent);
        m_sent = all.size();
    }
    Json json { { "event", "token" }, { "token", report.id }, { "text", text } };
    putPiece(json, tokenizer.tokenBytes(report.id));
    if (tokenizer.isSpecial(report.id)) {
        json["special"] = true;
        json["piece"] = tokenizer.piece(report.id);
    }
    json["logprob"] = report.logprob;
    json["entropy"] = report.entropy;
    if (m_request->params.alternatives > 0) {
        json["alternatives"] = Json::array();
        for (const TokenAlternative& other : report.alternatives) {
            Json entry { { "token", other.id }, { "logprob", other.logprob } };
            putPiece(entry, tokenizer.isSpecial(other.id) ? tokenizer.piece(other.id) : tokenizer.tokenBytes(other.id));
            json["alternatives"].push_back(std::move(entry));
        }
    }
    return json;
}

Json ReplyStream::done(const std::string& finish)
{
    const std::string& all = m_decoder.finish();
    const double seconds = secondsBetween(m_begin, Clock::now()), decoding = secondsBetween(m_first, m_last);
    return { { "event", "done" }, { "finish", finish }, { "text", all.substr(m_sent) },
        { "prompt_tokens", m_request->promptIds.size() }, { "tokens", m_tokens }, { "seconds", seconds },
        { "first_token_seconds", secondsBetween(m_begin, m_first) },
        { "tokens_per_second", decoding > 0 ? Json(double(m_tokens - 1) / decoding) : Json(nullptr) } };
}

} // namespace aha
