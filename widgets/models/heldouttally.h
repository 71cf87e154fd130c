#pragma once
// What the answers to held-out problems show in numbers, evaluation by evaluation: what trace_tally does for the
// completions of training steps.

#include "core/base/result.h"
#include "core/store/rows.h"
#include "core/trace/trace_tally.h"

#include <atomic>
#include <functional>

namespace aha {

class RunReader;

/// One sample of a held-out problem.
struct AnswerPlace {
    int64_t evaluationId = 0;
    int position = 0, sample = 0;
};

/// What an evaluation's StepTally does not say: which problem each cluster is, so that a problem asked at several
/// evaluations stays one cluster. Far smaller than the texts that it was counted from, which the run stores.
struct CountedEvaluation {
    int64_t id = 0, step = 0;
    int64_t notKept = 0; ///< answers whose text had no room
    std::vector<int64_t> problems; ///< ids of their prompts, ascending
    std::vector<uint32_t> numbers; ///< of each problem among all of the run, from 0 on; given by who counts several
    std::vector<ClusterCounts> mixing, reflecting; ///< of each problem, as in StepTally

    /// Of an example that this evaluation's tally has.
    AnswerPlace placeOf(const TraceExample& example) const;
};

struct EvaluationTally {
    StepTally tally; ///< at the evaluation's step; an answer is a trace, a problem a group
    CountedEvaluation counted;
};

/// Of several evaluations of one checkpoint the one that was stored first, in order of step. `rows` as
/// RunReader::evaluations() gives them.
std::vector<EvaluationRow> onePerStep(const std::vector<EvaluationRow>& rows);

/// Whether a sample of any of them was stored: runs of older versions kept one text per problem.
bool storesAnswers(const RunReader& reader, const std::vector<EvaluationRow>& rows);

/// Reads and counts every stored answer; call from a worker. Like pass@1 it leaves out what could not be judged.
/// `progress` is told every 500 answers how many were read, those left out included.
/// Errors: those of RunReader; cancelled once `stop` is true.
Result<EvaluationTally> tallyEvaluation(const RunReader& reader, const EvaluationRow& evaluation,
    const Lexicon& lexicon, const std::atomic<bool>& stop, const std::function<void(int64_t)>& progress = {});

} // namespace aha
