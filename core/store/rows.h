#pragma once
// Plain rows of run.db (resources/sql/001_run.sql says what each column means).

#include "core/base/utf8.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace aha {

/// Verdict fields as they are stored, read and shown: what a model gives for an answer may be a line of any length.
inline std::string boundedField(std::string_view text) { return boundedUtf8(text, 4096); }

struct TokenDetail { // all of one length: the completion's tokens
    std::vector<int32_t> tokenEnds; ///< end of each token in the UTF-8 text, exclusive
    std::vector<float> logprob; ///< nats, of the drawn token
    std::vector<float> entropy; ///< nats, of the distribution it was drawn from
};

struct CompletionRow {
    int64_t id = 0, groupId = 0, step = 0; // set by the reader
    int position = 0;
    int tokens = 0;
    std::string finishReason; ///< stop | length
    std::optional<double> reward;
    double advantage = 0;
    bool correct = false, formatOk = false;
    std::string verdict, reason, extracted; ///< the last two within boundedField()
    std::vector<std::pair<std::string, double>> parts; ///< unweighted reward parts in configuration order
    int reflections = 0;
    bool mixesLanguage = false;
    double languageShare = 0;
    std::string text; ///< reader: only from completionText()
    std::vector<int32_t> tokenIds; ///< likewise
    std::optional<TokenDetail> detail; ///< reader: only from tokenDetail()
};

struct PromptRow {
    int64_t id = 0;
    std::string text, task, itemJson;
};

struct GroupRow {
    int64_t id = 0, step = 0;
    int position = 0;
    PromptRow prompt;
    double rewardMean = 0, rewardStd = 0;
    bool zeroVariance = false;
    std::vector<CompletionRow> completions;
};

using Metrics = std::vector<std::pair<std::string, double>>;

/// Everything one training step leaves behind; committed in one transaction.
struct StepRow {
    int64_t step = 0;
    int64_t stageId = 1;
    Metrics metrics; ///< names under perf/ are left out of the digest
    std::vector<GroupRow> groups;
};

struct EvaluationProblemRow {
    PromptRow prompt;
    int correct = 0;
    bool majority = false;
    std::string example; ///< the first sample's text
    std::vector<CompletionRow> samples {}; ///< `position` is the sample; reader: only from evaluationSamples()
};

/// EvaluationRow::task of the answers to a run's own prompts (eval.probes). Nothing in it is judged: problems and pass1
/// are 0, and each prompt's itemJson is {"prompt": what a person wrote}.
inline constexpr const char* kProbesTask = "probes";

struct EvaluationRow {
    int64_t id = 0, stageId = 1, step = 0;
    std::string task;
    int problems = 0, samples = 0;
    double pass1 = 0, pass1Low = 0, pass1High = 0;
    std::optional<double> cons;
    std::map<int, double> passK;
    Metrics metrics;
    double createdAt = 0;
    std::vector<EvaluationProblemRow> rows; ///< reader: only from evaluationProblems()
};

struct CheckpointRow {
    int64_t id = 0, stageId = 1, step = 0;
    std::string path; ///< relative to the run directory
    int64_t bytes = 0;
    std::string sha256;
    double createdAt = 0;
    bool removed = false;
};

struct MarkerRow {
    int64_t id = 0, step = 0;
    std::string kind, text, dataJson = "{}";
    double createdAt = 0;
};

struct LogRow {
    int64_t id = 0;
    double createdAt = 0;
    std::string level, message;
};

struct SeriesPoint {
    int64_t step = 0;
    double value = 0; ///< NaN where the stored value is NULL
};

} // namespace aha
