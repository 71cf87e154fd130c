#pragma once
// What a run answered to a held-out problem or to a person's own prompt, as the page Probes shows it.

#include "core/base/result.h"
#include "core/store/rows.h"
#include "widgets/panels/tracepane.h"

#include <QString>

#include <string>
#include <vector>

namespace aha {

/// One answer to read: which problem, in which evaluation of which run.
struct ProbePlace {
    QString folder, label; ///< of the run
    qint64 evaluationId = -1; ///< -1: the newest
    std::string problem; ///< as the model read it
    bool own = false; ///< a prompt of a person's own
    std::string written {}; ///< own: as it was written, which is the same in runs of other chat templates
};

struct ProbeAnswer {
    TraceDocument document; ///< what TracePane shows
    std::vector<CompletionRow> samples; ///< all that were stored, without text
    int sample = 0, drawn = 1;
    QString problem; ///< why the text is not there, though the sample is
};

/// Of the answer to an own prompt: whose it is, that nothing judges it, its length and its end.
QString ownAnswerFacts(const QString& run, int64_t step, const CompletionRow& row);
/// The wanted sample (WantedSample), or the sentence why not. Reads the database: call from a worker.
Result<ProbeAnswer> readProbeAnswer(const ProbePlace& place, int wanted);

} // namespace aha
