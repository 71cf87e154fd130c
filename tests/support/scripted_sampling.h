#pragma once
// A step sampler whose completions a test writes: the task is a real one, the model is a function.

#include "core/base/workers.h"
#include "core/engine/step_sampler.h"
#include "tests/support/byte_tokenizer.h"

#include <QFile>
#include <QTemporaryDir>

#include <functional>

namespace aha::support {

/// What is written after a prompt; an end token follows where there is room for it.
using Script = std::function<std::string(const PromptRequest&, const Rng& stream, const SamplingParams&)>;

class ScriptedRollout : public RolloutBackend {
public:
    explicit ScriptedRollout(Script script)
        : m_script(std::move(script))
    {
    }
    void setWeights(const DecoderWeights&) override { }
    std::vector<std::vector<SampledCompletion>> generate(
        const std::vector<PromptRequest>& prompts, const SamplingParams& params, const GenerateHooks&) override
    {
        std::vector<std::vector<SampledCompletion>> all;
        for (const PromptRequest& prompt : prompts) {
            all.emplace_back();
            for (const Rng& stream : prompt.streams) {
                SampledCompletion one;
                const std::string text = m_script(prompt, stream, params);
                one.ids.assign(text.begin(), text.end());
                one.ids.push_back(2);
                one.finish = int(one.ids.size()) > params.maxNewTokens ? FinishReason::Length : FinishReason::Stop;
                one.ids.resize(std::min(one.ids.size(), size_t(params.maxNewTokens)));
                one.logprob.assign(one.ids.size(), -1);
                one.entropy.assign(one.ids.size(), 1);
                all.back().push_back(std::move(one));
            }
        }
        return all;
    }
    std::vector<ScoredSequence> score(const DecoderWeights&, const std::vector<std::vector<int32_t>>&, double) override
    {
        return {};
    }
    RolloutStats lastStats() const override { return {}; }
    std::string description() const override { return "scripted"; }

private:
    Script m_script;
};

struct ScriptedSampling {
    ScriptedSampling(const RunConfig& config, Script script)
        : task(orThrow(makeTask(config.task)))
        , rewards(config.rewards, [](const std::string&, const std::string&) {})
        , rollout(std::move(script))
    {
        QFile modelConfig(folder.filePath("config.json"));
        QFile words(folder.filePath("words.txt"));
        if (!modelConfig.open(QIODevice::WriteOnly) || !words.open(QIODevice::WriteOnly))
            qFatal("no temporary folder");
        words.write("wait\n");
        words.close();
        const auto tokenizer = std::make_shared<ByteTokenizer>();
        rewardModel.emplace(config.rewards, tokenizer, workers, [](Transformer model) { return model; });
        prompts.emplace(orThrow(PromptBuilder::open(config.prompt, folder.path().toStdString(), tokenizer)));
        scorer.emplace(tokenizer, *task, orThrow(Lexicon::load(words.fileName().toStdString())));
        sampler.emplace(StepSampler::Parts { *task, *prompts, *scorer, rewards, rollout, workers, *rewardModel });
    }

    QTemporaryDir folder;
    std::unique_ptr<Task> task;
    StepRewards rewards;
    ScriptedRollout rollout;
    Workers workers { 1 };
    std::optional<PromptBuilder> prompts;
    std::optional<CompletionScorer> scorer;
    std::optional<RewardModelPart> rewardModel;
    std::optional<StepSampler> sampler;
};

} // namespace aha::support
