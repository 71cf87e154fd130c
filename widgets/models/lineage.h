#pragma once
// Where what a run learned from came from: training row -> the trace it was -> the filter that kept it -> checkpoint ->
// what the student answers now.

#include "core/store/rows.h"

#include <QString>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace aha {

/// A training row, or, in a run that learns from its own completions, one of these.
struct LineageSample {
    quint64 row = 0; ///< from 1, in its data file; the step for a run's own completion
    std::string prompt, completion;
    // What the row's column "provenance" says (ahascope export writes it); empty or -1 where it says nothing.
    std::string run, runId, verdict;
    qint64 step = -1, completionId = -1;
    size_t file = 0; ///< of LineageSource::files
};

/// A file of rows, one of several in a mixture.
struct LineageFile {
    QString path;
    QString name; ///< short, another for each file of a mixture
    QString filter; ///< what data.* let through; empty: all
    QString problem; ///< why nothing of it is there; empty when something is
};

/// What a run learns from.
struct LineageSource {
    QString folder, label;
    std::vector<LineageFile> files; ///< empty: the run's own completions
    QString kind, teacher; ///< stage; model that teaches, empty when there is none
    std::vector<LineageSample> samples;
    int heldOutPercent = 0; ///< of the rows: the run measured itself on them and did not learn from them
    bool more = false; ///< the files have more rows than were read
    QString problem; ///< why there is nothing; empty when there is
};

/// One link of the chain.
struct LineageStep {
    QString title, facts;
    std::string text, itemJson; ///< to read below; may be empty
    QString heading; ///< of the text
    bool known = true; ///< false: the record does not say, `facts` why
    // Where it can be seen; what is -1 or empty leads nowhere.
    QString folder;
    qint64 step = -1, completionId = -1, evaluationId = -1;
    int position = -1;
    // Of the text, where it is a completion: the run that has it, and what that stored of its tokens.
    QString textFolder {};
    qint64 textCompletion = 0;
    std::optional<TokenDetail> detail {};
    std::vector<int32_t> tokenIds {};
    std::optional<double> advantage {};
    bool leads() const { return !folder.isEmpty() && (step >= 0 || completionId >= 0 || evaluationId >= 0); }
};
enum LineageLink { SampleLink, TraceLink, FilterLink, CheckpointLink, AnswerLink, LineageLinks };

/// At most so many rows, and so much text, are read of all data files together; each file of a mixture has its share.
inline constexpr size_t kLineageRows = 5000, kLineageBytes = 32 << 20;

/// Reads the first rows of the run's data files, or its newest groups; call from a worker.
LineageSource readLineage(const QString& folder, const QString& label);
/// The five links of a sample, in order; call from a worker. Rows without provenance are looked for by their text in
/// the run that the data file lies in.
std::vector<LineageStep> followLineage(const LineageSource& source, const LineageSample& sample);

} // namespace aha
