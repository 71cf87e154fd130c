#pragma once
// The same stored completions under several losses: what each would do to the policy, without training.

#include "core/base/workers.h"
#include "core/engine/loss_pull.h"

#include <filesystem>
#include <functional>
#include <optional>

namespace aha {

struct LensRequest {
    std::filesystem::path run;
    std::optional<int64_t> step; ///< none: the last that stored completions; whatIf(): all that did
    std::optional<int64_t> policyStep; ///< a checkpoint; none: the newest before the step
    std::vector<std::string> losses; ///< lossVariant(); empty: all known
    int threads = 0;
    /// Of compareLosses(): the step's scoring, the reference's where a loss wants it, and a gradient each loss. Called
    /// with 0 first.
    std::function<void(size_t done, size_t of)> progress {};
};

struct LossView {
    std::string name;
    double loss = 0, gradNorm = 0;
    PullSummary pull;
    /// Whose ratio is held against the bounds: token; sequence (geometric mean over its tokens, GSPO); product (over
    /// them, RLOO: they are clipped together, wherever each one's own ratio is); none.
    std::string ratioOf = "none";
};

struct LossReport {
    int64_t step = 0, policyStep = 0;
    size_t groups = 0, completions = 0, tokens = 0;
    double meanRatio = 1, largestLogRatio = 0; ///< of the policy to the one that sampled
    std::vector<LossView> losses;
    std::vector<std::vector<double>> cosine; ///< of gradients; NaN with one that is zero
    std::vector<std::string> notes; ///< what was recomputed, and from what
};

/// Gradients are those of all weights (of an adapter run: of the merged model), over the whole step as one batch.
/// Memory: one gradient a loss. Throws Failure: those of the reader, of lossVariant(); checkpoint_missing.
LossReport compareLosses(const LensRequest& request);

struct WhatIfRow {
    std::string name;
    int64_t steps = 0, completions = 0;
    double signChanges = 0; ///< completions whose advantage has another sign than the run's own
    double correlation = 0; ///< of advantages with the run's own, over completions
    double zeroVariance = 0; ///< share of groups
    double positive = 0; ///< share of completions with a positive advantage
    PullSummary pull; ///< means over steps
    struct Changed {
        int64_t step = 0;
        size_t group = 0, completion = 0; ///< positions
        double before = 0, after = 0;
    };
    std::vector<Changed> changed; ///< the first of them
    // Of each completion, group by group; only where a step was asked for.
    std::vector<double> advantage; ///< under these settings
    std::vector<double> completionPull; ///< sum of its tokens' pull, length normalisation and clipping included
};

struct WhatIfReport {
    std::vector<WhatIfRow> rows;
    // Where a step was asked for:
    size_t groupSize = 0;
    std::vector<double> stored; ///< advantages as the run stored them, group by group
    std::vector<std::string> notes;
};

/// Advantages and weights of stored rewards under other settings. Loads a model only for a KL term (the reference) and
/// for `policyStep` (ratios, which are 1 without). Throws Failure as compareLosses().
WhatIfReport whatIf(const LensRequest& request);

std::string lossMarkdown(const LossReport& report);
std::string whatIfMarkdown(const WhatIfReport& report);

} // namespace aha
