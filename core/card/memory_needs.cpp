#include "core/card/memory_needs.h"

#include "core/config/lora_config.h"

#include <algorithm>
#include <fstream>
#include <string>

namespace aha {

namespace {
constexpr double kDecoderRowsPerThread = 12; // see core/rollout
constexpr double kTokensPerPass = 768; // see core/algo
constexpr double kProgramMb = 260; // LibTorch and the program itself, measured

/// Bytes of keys and values of one token.
double cachePerToken(const ModelConfig& m) { return 8.0 * double(m.numHiddenLayers * m.numKeyValueHeads * m.headDim); }
} // namespace

double trainingMemoryMb(const RunConfig& config, const ModelConfig& m, int threads)
{
    const double p = double(m.parameterCount()), workers = threads;
    const bool adapter = config.adapter.rank > 0;
    const double trained = adapter ? double(parameterCount(loraConfig(config), m)) : p;
    const double copies = 2 // the weights, and packed for rollouts
        + (adapter ? 1 : 0) // merged
        + (config.algorithm.beta != 0 && !adapter ? 1 : 0); // the reference; beside an adapter it is the base
    const double weights = 4 * p * copies + 4 * trained * (2 + workers); // two moments, a gradient a worker
    const double kv
        = cachePerToken(m) * double(config.rollout.maxCompletionLength + 64) * kDecoderRowsPerThread * workers;
    const double perToken
        = 4.0 * double(m.numHiddenLayers) * (8.0 * double(m.hiddenSize) + 6.0 * double(m.intermediateSize));
    return kProgramMb + (weights + kv + perToken * kTokensPerPass * workers) / 1e6;
}

double inferenceMemoryMb(const ModelConfig& m, int64_t tokens)
{
    return kProgramMb + (8.0 * double(m.parameterCount()) + cachePerToken(m) * double(tokens)) / 1e6;
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
