#include "core/card/memory_needs.h"

#include "core/config/held_out.h"
#include "core/config/lora_config.h"
#include "core/config/probe_prompts.h"
#include "core/config/training_memory.h"

#include <algorithm>
#include <fstream>
#include <string>

namespace aha {

namespace {
constexpr double kDecoderRowsPerThread = 12; // see core/rollout
constexpr double kProgramMb = 260; // LibTorch and the program itself, measured
} // namespace

double cacheBytesPerToken(const ModelConfig& m)
{
    const double numbers
        = m.latentAttention() ? double(m.latent.cachedWidth()) : 2.0 * double(m.numKeyValueHeads * m.headDim);
    return 4.0 * double(m.numHiddenLayers) * numbers;
}

namespace {

/// A row longer than a pass is one of its own.
double passTokens(const RunConfig& c)
{
    const double pass = double(tokensPerPass(c.training, c.general.device == "cuda"));
    const Stage stage = stageOf(c.general.kind);
    const double row = stage == Stage::FineTuning ? double(c.sft.maxLength)
        : stage == Stage::Preference              ? 2 * double(c.preference.maxLength) // a pair passes together
        : stage == Stage::RewardModel
        ? (c.rewardModel.objective == "pairwise" ? 2.0 : 1.0) * double(c.rewardModel.maxLength)
        : 0;
    return std::max(pass, row);
}

} // namespace

double trainingMemoryMb(const RunConfig& config, const ModelConfig& m, int threads)
{
    const Stage stage = stageOf(config.general.kind);
    const bool samples = !learnsFromRows(config) || (stage != Stage::RewardModel && config.sft.evalCompletions > 0)
        || (stage == Stage::FineTuning && solvesHeldOut(config)) || asksProbes(config);
    const bool compares = stage == Stage::Online ? config.algorithm.beta != 0
                                                 : config.general.kind == "dpo" || config.general.kind == "kto";
    const double p = double(m.parameterCount()), workers = threads;
    const bool adapter = config.adapter.rank > 0;
    const double trained = adapter ? double(parameterCount(loraConfig(config, m), m)) : p;
    const double copies = 1.0 + (samples ? 1 : 0) // the weights, and packed for rollouts
        + (adapter && samples ? 1 : 0) // merged
        + (compares && !adapter ? 1 : 0); // the reference; beside an adapter it is the base
    const double optimizers = 4 * trained * (2 + workers), // two moments, a gradient a worker
        critic = config.general.kind == "ppo" && config.critic.backbone == "own" ? 4 * p + optimizers : 0;
    const double weights = 4 * p * copies + optimizers + critic;
    const double kv = cacheBytesPerToken(m) * double(config.rollout.maxCompletionLength + 64) * kDecoderRowsPerThread
        * workers * (samples ? 1 : 0);
    const double perToken = double(activationBytesPerToken(m, checkpointsLayers(config.training, m, false)));
    return kProgramMb + (weights + kv + perToken * passTokens(config) * workers) / 1e6;
}

double inferenceMemoryMb(const ModelConfig& m, int64_t tokens)
{
    return kProgramMb + (8.0 * double(m.parameterCount()) + cacheBytesPerToken(m) * double(tokens)) / 1e6;
}

MachineMemory machineMemory()
{
    MachineMemory memory;
    std::ifstream info("/proc/meminfo");
    for (std::string name, unit; info >> name;) {
        double kb = 0;
        info >> kb;
        std::getline(info, unit);
        if (name == "MemTotal:")
            memory.totalMb = kb * 1024 / 1e6;
        else if (name == "MemAvailable:")
            memory.availableMb = kb * 1024 / 1e6;
    }
    std::ifstream limitFile("/sys/fs/cgroup/memory.max"); // "max" where there is none: no number
    if (double limit = 0; limitFile >> limit && limit > 0 && limit / 1e6 < memory.totalMb) {
        double used = 0;
        std::ifstream("/sys/fs/cgroup/memory.current") >> used;
        memory.totalMb = limit / 1e6;
        memory.availableMb = std::min(memory.availableMb, std::max(0.0, limit - used) / 1e6);
    }
    return memory;
}

} // namespace aha
