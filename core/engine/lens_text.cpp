#include "core/engine/lens_text.h"

#include "core/engine/engine_context.h"
#include "core/engine/model_source.h"
#include "core/engine/prompt_builder.h"
#include "core/engine/stored_rollouts.h"
#include "core/engine/train_run.h"
#include "core/store/run_reader.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace aha {

namespace {

constexpr double kMostBytes = 4e9; // of two models' logits together

/// Of a text whose prompt, step and checkpoint are known: how the checkpoint reads the prompt.
void readPrompt(const std::filesystem::path& run, LensText& text)
{
    text.source = run / text.checkpoint.path;
    text.tokenizer = orThrow(loadModelTokenizer(text.source));
    const bool chat = text.config.prompt.style != "text" && loadChatTemplate(text.source).ok();
    text.ids = chat ? text.tokenizer->encode(text.prompt) : promptIds(*text.tokenizer, text.prompt);
    text.promptTokens = text.ids.size();
    if (text.promptTokens == 0)
        throw Failure({ "prompt_empty", "The text's prompt has no tokens.", "" });
}

} // namespace

LensText lensOfCompletion(const std::filesystem::path& run, const RunReader& reader, const CompletionRow& row,
    std::optional<int64_t> policyStep)
{
    LensText text;
    text.config = orThrow(readRunConfig(run));
    text.step = row.step;
    text.prompt = orThrow(reader.group(row.groupId)).prompt.text;
    text.text = row.text;
    text.textIds = row.tokenIds;
    text.checkpoint = checkpointFor(reader, row.step, policyStep);
    readPrompt(run, text);
    text.ids.insert(text.ids.end(), text.textIds.begin(), text.textIds.end());
    return text;
}

LensText lensOfAnswer(const std::filesystem::path& run, const RunReader& reader, int64_t evaluationId, int64_t position,
    std::optional<int64_t> policyStep, const std::optional<std::string>& given)
{
    LensText text;
    text.config = orThrow(readRunConfig(run));
    const EvaluationRow evaluation = orThrow(reader.evaluation(evaluationId));
    const std::vector<EvaluationProblemRow> problems = orThrow(reader.evaluationProblems(evaluationId, false));
    if (position < 0 || position >= int64_t(problems.size()))
        throw Failure({ "row_missing",
            "The run has no evaluation " + std::to_string(evaluationId) + " with a problem " + std::to_string(position)
                + ".",
            "" });
    text.step = evaluation.step;
    text.prompt = problems[size_t(position)].prompt.text;
    text.checkpoint = checkpointFor(reader, text.step + 1, policyStep);
    readPrompt(run, text);
    text.text = given ? *given : orThrow(reader.evaluationExample(evaluationId, position));
    text.textIds = text.tokenizer->encode(text.text);
    text.ids.insert(text.ids.end(), text.textIds.begin(), text.textIds.end());
    return text;
}

void checkLensSize(size_t tokens, size_t vocabulary)
{
    if (2.0 * sizeof(float) * double(vocabulary) * double(tokens) > kMostBytes)
        throw Failure({ "trace_too_large",
            "The probabilities of " + std::to_string(tokens) + " tokens over " + std::to_string(vocabulary)
                + " words would need more than 4 GB.",
            "Choose a shorter trace." });
}

void toLogProbs(float* row, size_t vocabulary, double temperature)
{
    const double scale = temperature > 0 ? 1 / temperature : 1;
    double most = -INFINITY, sum = 0;
    for (size_t v = 0; v < vocabulary; ++v)
        most = std::max(most, double(row[v]) * scale);
    for (size_t v = 0; v < vocabulary; ++v)
        sum += std::exp(double(row[v]) * scale - most);
    const double shift = most + std::log(sum);
    for (size_t v = 0; v < vocabulary; ++v)
        row[v] = float(double(row[v]) * scale - shift);
}

double entropyOf(const float* p, size_t vocabulary)
{
    double entropy = 0;
    for (size_t v = 0; v < vocabulary; ++v)
        if (const double probability = std::exp(double(p[v])); probability > 0)
            entropy -= probability * double(p[v]);
    return entropy;
}

double klOf(const float* p, const float* q, size_t vocabulary)
{
    double kl = 0;
    for (size_t v = 0; v < vocabulary; ++v)
        if (const double probability = std::exp(double(p[v])); probability > 0)
            kl += probability * (double(p[v]) - double(q[v]));
    return std::max(kl, 0.0); // in this order NaN stays NaN
}

std::vector<LensAlternative> likeliest(
    const float* logProbs, size_t vocabulary, size_t count, const Tokenizer& tokenizer)
{
    std::vector<int32_t> order(vocabulary);
    std::iota(order.begin(), order.end(), 0);
    const size_t shown = std::min(count, vocabulary);
    std::partial_sort(order.begin(), order.begin() + std::ptrdiff_t(shown), order.end(),
        [&](int32_t x, int32_t y) { return logProbs[x] > logProbs[y] || (logProbs[x] == logProbs[y] && x < y); });
    std::vector<LensAlternative> best;
    for (size_t k = 0; k < shown; ++k)
        best.push_back(
            { order[k], tokenizer.isSpecial(order[k]) ? tokenizer.piece(order[k]) : tokenizer.tokenBytes(order[k]),
                float(std::exp(double(logProbs[order[k]]))) });
    return best;
}

} // namespace aha
