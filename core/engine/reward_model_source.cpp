#include "core/engine/reward_model_source.h"

#include "core/engine/model_source.h"
#include "core/engine/same_tokenizer.h"
#include "core/nn/scalar_head.h"

namespace aha {

namespace {

std::string headOf(const ModelConfig& config)
{
    if (config.labels == 0)
        return "a head over its vocabulary (a language model)";
    const std::string number = std::to_string(config.labels) + (config.labels == 1 ? " output" : " outputs");
    return number + (config.classifiesTokens ? " on every token" : " on the last token");
}

} // namespace

Transformer withRewardHead(Transformer model, const RunConfig& config)
{
    const RewardObjective objective = rewardObjective(config);
    const bool tokens = objective == RewardObjective::Process;
    if (model.config().labels == labelsOf(objective) && model.config().classifiesTokens == tokens)
        return model;
    if (model.config().labels > 0)
        throw Failure({ "model_head",
            "The model " + config.model.path + " has " + headOf(model.config()) + ", which the objective "
                + config.rewardModel.objective + " cannot go on with.",
            "Start from a language model, or choose the objective that it was trained for." });
    const ModelConfig& c = model.config();
    const ScalarHead head(c.hiddenSize, labelsOf(objective), uint64_t(config.general.seed));
    Transformer reward = model.withHead(labelsOf(objective), tokens);
    reward.views(reward.flat()).head_VD.copy_(head.weight());
    return reward;
}

Transformer openRewardModel(
    const std::string& path, int64_t labels, bool tokens, const Tokenizer& tokenizer, const char* field)
{
    const std::filesystem::path source = orThrow(resolveModel(path));
    Transformer model = orThrow(loadModel(source));
    if (model.config().labels != labels || model.config().classifiesTokens != tokens)
        throw Failure({ "model_head",
            std::string(field) + " is " + path + ", which has " + headOf(model.config()) + ".",
            tokens ? "Name a process reward model: a classifier of tokens with two labels, as reward_model trains with "
                     "the objective process."
                   : "Name a reward model: a sequence classifier with one value, as reward_model trains with the "
                     "objectives pairwise and outcome." });
    const std::shared_ptr<const Tokenizer> own = orThrow(loadModelTokenizer(source));
    if (!sameTokenizer(tokenizer, *own))
        throw Failure({ "other_vocabulary",
            std::string(field) + " is " + path
                + ", which has another tokenizer than the run's model: " + std::to_string(own->vocabSize())
                + " pieces against " + std::to_string(tokenizer.vocabSize()) + ", or other tokens for the same text.",
            "Train a reward model from a model with this tokenizer." });
    return model;
}

} // namespace aha
