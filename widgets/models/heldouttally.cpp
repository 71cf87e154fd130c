#include "widgets/models/heldouttally.h"

#include "core/store/run_reader.h"
#include "core/tasks/task.h"

#include <algorithm>
#include <set>

namespace aha {

namespace {

constexpr int64_t kMostSamples = int64_t(1) << 20; // of a problem: an answer is known by one number in its evaluation
constexpr int64_t kReportEvery = 500; // answers: an evaluation may have tens of thousands

} // namespace

AnswerPlace CountedEvaluation::placeOf(const TraceExample& example) const
{
    return { id, int(example.id / kMostSamples), int(example.id % kMostSamples) };
}

std::vector<EvaluationRow> onePerStep(const std::vector<EvaluationRow>& rows)
{
    std::vector<EvaluationRow> chosen;
    for (const EvaluationRow& row : rows) // by step, then by id
        if (chosen.empty() || chosen.back().step != row.step)
            chosen.push_back(row);
    return chosen;
}

bool storesAnswers(const RunReader& reader, const std::vector<EvaluationRow>& rows)
{
    return std::any_of(rows.rbegin(), rows.rend(), [&](const EvaluationRow& row) {
        const auto samples = reader.evaluationSamples(row.id, 0);
        return samples && !samples->empty();
    });
}

Result<EvaluationTally> tallyEvaluation(const RunReader& reader, const EvaluationRow& evaluation,
    const Lexicon& lexicon, const std::atomic<bool>& stop, const std::function<void(int64_t)>& progress)
{
    const auto problems = reader.evaluationProblems(evaluation.id, /*withExamples=*/false);
    if (!problems)
        return problems.error();
    StepTallier tallier(lexicon, evaluation.step);
    CountedEvaluation counted { evaluation.id, evaluation.step, 0, {}, {}, {}, {} };
    int64_t read = 0;
    std::set<int64_t> asked;
    for (size_t position = 0; position < problems->size(); ++position) {
        const PromptRow& prompt = (*problems)[position].prompt;
        const BehaviourProblem problem = behaviourProblem(prompt.itemJson);
        const auto samples = reader.evaluationSamples(evaluation.id, int64_t(position));
        if (!samples)
            return samples.error();
        for (const CompletionRow& sample : *samples) {
            if (stop)
                return Error { "cancelled", "The answers are not counted any more.", "" };
            if (progress && read > 0 && read % kReportEvery == 0)
                progress(read);
            ++read;
            if (isFailedName(sample.verdict)) {
                tallier.addFailed();
                continue;
            }
            const auto full = reader.evaluationSample(evaluation.id, int64_t(position), sample.position);
            if (!full && full.error().code == "row_missing") {
                ++counted.notKept;
                continue;
            }
            if (!full)
                return full.error();
            asked.insert(prompt.id);
            tallier.add({ int64_t(position) * kMostSamples + sample.position, prompt.id,
                judgedCorrect(sample.verdict, sample.correct), sample.tokens, full->text, &problem });
        }
    }
    EvaluationTally found { tallier.finish(), std::move(counted) };
    found.counted.problems.assign(asked.begin(), asked.end()); // in the order of the tally's groups
    found.counted.mixing = found.tally.mixing;
    found.counted.reflecting = found.tally.reflecting;
    return found;
}

} // namespace aha
