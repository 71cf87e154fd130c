#pragma once
// One of the samples that an evaluation drew for a held-out problem: which is opened, and what is said of it.

#include "core/base/outcomes.h"
#include "core/store/run_reader.h"

#include <QString>

namespace aha {

/// Which sample is wanted where it is no number from 0.
enum WantedSample {
    kRightSample = -1, ///< the first that is right, else the first
    kWrongSample = -2,
    kAnySample = -3 ///< whoever shows it knows best
};

/// Whoever opens what was learned looks for a right answer, and what was lost, or never right, is read where it is
/// wrong.
int wantedSample(OutcomeClass outcome);
/// "✓", "✗", or "?" for one that could not be judged.
QString sampleMark(const CompletionRow& sample);
/// The place of `wanted` in a problem's samples; 0 where it has none.
int sampleAt(const std::vector<CompletionRow>& samples, int wanted);
/// The wanted sample with its text. Of a run that stored one answer per problem: that one, without a verdict.
Result<CompletionRow> readSample(const RunReader& reader, qint64 evaluationId, qint64 position, int wanted);
/// "sample 2 of 4 · wrong: …"; "" for one without a verdict.
QString sampleFacts(const CompletionRow& sample, int drawn);

} // namespace aha
