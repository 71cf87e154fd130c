#pragma once
// One answer of a model as a stream of events: what is asked of the sampler, and what every token becomes.

#include "core/engine/loaded_model.h"
#include "core/text/streaming_decoder.h"
#include "core/text/unknown_words.h"

#include <nlohmann/json.hpp>

#include <chrono>

namespace aha {

/// A generate request, checked against the model. Throws Failure: bad_request (names the field), prompt_too_long, and
/// those of tokenizer and chat template.
struct ReplyRequest {
    std::vector<int32_t> promptIds;
    std::string promptText; ///< as the model sees it; "" when ids were given
    UnknownWords unknown; ///< of promptText
    SamplingParams params;
    uint64_t seed = 0;
};
ReplyRequest replyRequest(const LoadedModel& model, const nlohmann::ordered_json& request);

/// The text of a chat as the model sees it. Throws Failure.
std::string renderedChat(const LoadedModel& model, const nlohmann::ordered_json& request);

/// Turns tokens into events; counts and times them.
class ReplyStream {
public:
    using Json = nlohmann::ordered_json;
    ReplyStream(const LoadedModel& model, const ReplyRequest& request);

    Json started() const;
    Json token(const TokenReport& report);
    /// `text` of the event is what no token event has carried: the rest of a character that never became one.
    Json done(const std::string& finish);
    bool endsWith(int32_t id) const;

private:
    using Clock = std::chrono::steady_clock;
    const LoadedModel* m_model;
    const ReplyRequest* m_request;
    StreamingDecoder m_decoder;
    size_t m_sent = 0; ///< bytes of the text that events have carried
    int64_t m_tokens = 0;
    Clock::time_point m_begin, m_first, m_last;
};

} // namespace aha
