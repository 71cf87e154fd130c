#pragma once
// Small things every engine verb needs: where resources are, worker threads set up for LibTorch, weights for the
// decoder.

#include "core/base/workers.h"
#include "core/nn/transformer.h"
#include "core/rollout/decoder_weights.h"

#include <filesystem>
#include <memory>

namespace aha {

/// Root of resources/ and experiments/: $AHASCOPE_ROOT, else the source tree this was built from.
std::filesystem::path resourceRoot();

/// `path` as given if it exists, else relative to `base` (the folder of a configuration file), else to resourceRoot().
std::filesystem::path resolvePath(const std::filesystem::path& path, const std::filesystem::path& base = {});

/// Threads for a configured count (0 = one per core). Sets LibTorch to one thread each: the workers are the
/// parallelism.
std::unique_ptr<Workers> makeWorkers(int64_t threads);

/// Pointers into the model's own (CPU) buffer; valid while `model` lives and keeps its buffer. Throws Failure
/// model_head for a classifier.
DecoderWeights decoderWeights(const Transformer& model);

} // namespace aha
