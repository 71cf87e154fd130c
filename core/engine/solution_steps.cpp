#include "core/engine/solution_steps.h"

#include "core/text/streaming_decoder.h"

namespace aha {

namespace {

bool hasInk(std::string_view text) { return text.find_first_not_of(" \t\r\n") != std::string_view::npos; }

} // namespace

std::vector<std::string> solutionSteps(std::string_view text, const std::string& separator)
{
    std::vector<std::string> steps;
    for (size_t from = 0; from <= text.size();) {
        const size_t at = separator.empty() ? std::string_view::npos : text.find(separator, from);
        const std::string_view step = text.substr(from, at == std::string_view::npos ? at : at - from);
        if (hasInk(step))
            steps.emplace_back(step);
        if (at == std::string_view::npos)
            break;
        from = at + separator.size();
    }
    return steps;
}

SampledSteps sampledSteps(const Tokenizer& tokenizer, const std::vector<int32_t>& ids, const std::string& separator)
{
    SampledSteps steps;
    StreamingDecoder decoder(tokenizer);
    size_t from = 0;
    const auto take = [&](std::string_view step, size_t token) {
        if (!hasInk(step))
            return;
        steps.texts.emplace_back(step);
        steps.ends.push_back(int64_t(token));
    };
    for (size_t t = 0; t < ids.size(); ++t) {
        const std::string& text = t + 1 < ids.size() ? decoder.push(ids[t]) : (decoder.push(ids[t]), decoder.finish());
        for (size_t at; !separator.empty() && (at = text.find(separator, from)) != std::string::npos;) {
            take(std::string_view(text).substr(from, at - from), t);
            from = at + separator.size();
        }
        if (t + 1 == ids.size())
            take(std::string_view(text).substr(from), t);
    }
    return steps;
}

ProcessRow stepRow(const Tokenizer& tokenizer, const std::vector<int32_t>& prompt,
    const std::vector<std::string>& steps, const std::vector<bool>& good, const StepRowConfig& config)
{
    ProcessSteps tokens { prompt, {}, good };
    for (const std::string& step : steps)
        tokens.steps.push_back(tokenizer.encode(step));
    ProcessRowConfig row;
    row.separator = tokenizer.encode(config.separator);
    row.lastStepOnly = config.lastStepOnly;
    if (config.maxLength > 0)
        row.maxLength = size_t(config.maxLength);
    return processRow(tokens, row);
}

} // namespace aha
