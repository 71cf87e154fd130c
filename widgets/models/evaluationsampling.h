#pragma once
// What the held-out evaluations of a run were sampled with: the run's own settings of sampling as they stood at that
// step. An evaluation does not store them; the configuration and what was changed while the run trained tell them.

#include "core/store/rows.h"

#include <QString>

namespace aha {

class RunReader;

class EvaluationSampling {
public:
    EvaluationSampling() = default; ///< nothing is known
    explicit EvaluationSampling(const RunReader& reader);
    EvaluationSampling(const std::string& configJson, const std::vector<MarkerRow>& markers);

    /// "sampled at temperature 1.6, top-p 1, at most 200 tokens", top-k and the like where they are in use; "" where
    /// the configuration cannot be read. A setting changed after a step is not yet used at that step's evaluation.
    QString at(int64_t step) const;
    /// at(), where it is another than at the run's start; else "".
    QString changedAt(int64_t step) const;

private:
    std::string m_config;
    std::vector<MarkerRow> m_changes;
};

} // namespace aha
