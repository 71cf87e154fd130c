#include "core/engine/process_rewards.h"

#include "core/algo/head_scores.h"
#include "core/base/files.h"
#include "core/base/rng.h"
#include "core/engine/reward_model_source.h"
#include "core/engine/solution_steps.h"
#include "core/engine/trained_files.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace aha {

namespace fs = std::filesystem;

namespace {

constexpr const char* kName = "process_model";
constexpr const char* kRows = "process_rows.jsonl";
constexpr size_t kMostEarlier = 4096; ///< completions kept for replay
constexpr size_t kBatch = 64; ///< completions of one update of a refresh

std::vector<RewardRow> rowsFrom(const nlohmann::json& list)
{
    std::vector<RewardRow> rows;
    for (const auto& one : list) {
        RewardRow& row = rows.emplace_back();
        row.ids = one.at("ids").get<std::vector<int32_t>>();
        row.labels = one.at("labels").get<std::vector<int32_t>>();
    }
    return rows;
}

void shuffle(std::vector<RewardRow>& rows, Rng& rng)
{
    for (size_t i = rows.size(); i > 1; --i)
        std::swap(rows[i - 1], rows[size_t(rng.below(i))]);
}

} // namespace

ProcessRewards::ProcessRewards(const RunConfig& config, std::shared_ptr<const Tokenizer> tokenizer, Workers& workers,
    const std::function<Policy(Policy)>& place)
    : m_tokenizer(std::move(tokenizer))
    , m_workers(workers)
    , m_learns(config.process.refreshSteps > 0)
    , m_model(place(Policy(openRewardModel(
          config.process.model, labelsOf(RewardObjective::Process), true, *m_tokenizer, "process.model"))))
{
    if (m_learns)
        m_trainer.emplace(m_model, m_workers, RewardObjective::Process);
}

ProcessRewards::Step ProcessRewards::judge(
    const std::vector<TrainingSample>& samples, const std::vector<double>& correct, const RunConfig& config)
{
    Step out;
    std::vector<HeadQuestion> questions(samples.size());
    out.completions.resize(samples.size());
    for (size_t i = 0; i < samples.size(); ++i) {
        const TrainingSample& sample = samples[i];
        SteppedCompletion& completion = out.completions[i];
        completion.length = sample.completionLength();
        std::vector<int32_t> words(sample.ids.begin() + sample.promptLength, sample.ids.end());
        if (!words.empty() && m_tokenizer->isSpecial(words.back()))
            words.pop_back(); // the end token is no step
        SampledSteps steps = sampledSteps(*m_tokenizer, words, config.process.separator);
        const bool good = correct[i] > 0.5;
        ProcessRow row = stepRow(*m_tokenizer, { sample.ids.begin(), sample.ids.begin() + sample.promptLength },
            steps.texts, std::vector<bool>(steps.texts.size(), good), { config.process.separator, false, 0 });
        for (size_t t = 0; t < row.labels.size(); ++t)
            if (row.labels[t] != kNoLabel)
                questions[i].positions.push_back(int64_t(t));
        completion.stepEnds = std::move(steps.ends);
        if (!completion.stepEnds.empty()) // what is behind the last step, such as the end token, belongs to it
            completion.stepEnds.back() = completion.length - 1;
        if (m_learns && !std::isnan(correct[i]) && !questions[i].positions.empty()) {
            RewardRow& kept = m_fresh.emplace_back();
            kept.ids = row.ids;
            kept.labels = std::move(row.labels);
        }
        questions[i].ids = std::move(row.ids);
    }
    std::vector<HeadQuestion> asked; // what has steps
    std::vector<size_t> whose;
    for (size_t i = 0; i < questions.size(); ++i)
        if (!questions[i].positions.empty()) {
            whose.push_back(i);
            asked.push_back(std::move(questions[i]));
        }
    const std::vector<at::Tensor> answers = askHead(m_model.base(), asked, m_workers, config.training);
    for (size_t k = 0; k < answers.size(); ++k) {
        const at::Tensor good_M = stepRewards(answers[k]).to(at::kDouble).contiguous();
        std::vector<double>& rewards = out.completions[whose[k]].stepRewards;
        rewards.assign(good_M.const_data_ptr<double>(), good_M.const_data_ptr<double>() + good_M.numel());
        for (const double reward : rewards)
            out.mean += reward;
        out.steps += double(rewards.size());
        if (const double verdict = correct[whose[k]]; !std::isnan(verdict)) {
            out.agrees += (rewards.back() > 0.5) == (verdict > 0.5);
            ++out.judged;
        }
    }
    out.mean = out.steps > 0 ? out.mean / out.steps : std::nan("");
    return out;
}

Result<std::optional<ProcessRewards::Refresh>> ProcessRewards::refresh(int64_t step, const RunConfig& config)
{
    const ProcessConfig& p = config.process;
    if (!m_learns || step % p.refreshSteps != 0 || m_fresh.empty())
        return std::optional<Refresh>();
    Rng rng(uint64_t(config.general.seed), Purpose::Shuffle, uint64_t(step), 1);
    Refresh out;
    std::vector<RewardRow> rows = m_fresh;
    // share = earlier / (earlier + fresh)
    const size_t wanted = size_t(std::llround(double(m_fresh.size()) * p.replayShare / (1 - p.replayShare)));
    shuffle(m_earlier, rng);
    out.earlier = int64_t(std::min(wanted, m_earlier.size()));
    rows.insert(rows.end(), m_earlier.begin(), m_earlier.begin() + out.earlier);
    out.rows = int64_t(rows.size());
    shuffle(rows, rng);
    RunConfig own = config;
    own.optimizer.learningRate = p.refreshLearningRate;
    own.optimizer.schedule = "constant";
    double labels = 0, right = 0;
    for (size_t from = 0; from < rows.size(); from += kBatch) {
        const std::vector<RewardRow> batch(
            rows.begin() + long(from), rows.begin() + long(std::min(from + kBatch, rows.size())));
        const Result<RewardModelUpdate> update = m_trainer->update(batch, own, 1);
        if (!update)
            return update.error();
        const RewardDiagnostics& d = update->scores.diagnostics;
        out.loss += update->scores.loss * d.comparisons;
        labels += d.comparisons;
        right += d.right;
    }
    out.loss /= labels;
    out.accuracy = right / labels;
    m_earlier.insert(m_earlier.end(), m_fresh.begin(), m_fresh.end());
    shuffle(m_earlier, rng);
    m_earlier.resize(std::min(m_earlier.size(), kMostEarlier)); // a random share of all that there was
    m_fresh.clear();
    return std::optional(out);
}

std::string ProcessRewards::rowsText() const
{
    std::string text;
    for (const auto* rows : { &m_fresh, &m_earlier }) {
        nlohmann::json list = nlohmann::json::array();
        for (const RewardRow& row : *rows)
            list.push_back({ { "ids", row.ids }, { "labels", row.labels } });
        text += list.dump() + "\n";
    }
    return text;
}

void ProcessRewards::addTo(StageFiles& files)
{
    if (!m_learns)
        return;
    addTrainedFiles(files, kName, m_model, m_trainer->optimizer());
    files.emplace_back(kRows, [this] { return rowsText(); });
}

void ProcessRewards::restore(const fs::path& checkpoint)
{
    if (!m_learns)
        return;
    restoreTrainedFiles(checkpoint, kName, m_model, m_trainer->optimizer());
    const std::string text = orThrow(readFile(checkpoint / kRows, uint64_t(1) << 32));
    const size_t end = text.find('\n');
    try {
        m_fresh = rowsFrom(nlohmann::json::parse(text.substr(0, end)));
        m_earlier = rowsFrom(nlohmann::json::parse(text.substr(std::min(end, text.size()))));
    } catch (const nlohmann::json::exception&) {
        throw Failure({ "checkpoint_invalid", std::string("The checkpoint's ") + kRows + " cannot be read.",
            "Use an earlier checkpoint." });
    }
}

} // namespace aha
