#pragma once
// A reward that a user's own program gives. It is started once and kept; for each completion of a batch it gets a line
// of JSON on its standard input and answers with a line on its standard output, in the same order:
//   in:  {"prompt": …, "completion": …, "item": {…}, "parts": {…}, "length": tokens, "truncated": …, "correct": …}
//   out: {"score": number}, or {"score": null, "reason": "…"} where it has none
// A program that ends, is late, or says what nobody asked for is ended, and started afresh for the next batch.

#include "core/rewards/confined_process.h"

#include <memory>

namespace aha {

/// One thread at a time.
class RewardProgram {
public:
    struct Score {
        double value; ///< NaN = not scored
        std::string reason; ///< why not
    };

    RewardProgram(std::string shellCommand, const Confinement& confinement);

    /// `requests`: a line of JSON each, without a line break. As many scores, in their order.
    std::vector<Score> score(const std::vector<std::string>& requests, double seconds);

    /// What answer `line` holds.
    static Score parse(const std::string& line);
    int starts() const { return m_starts; } ///< of the process, so far

private:
    std::string m_command;
    Confinement m_confinement;
    std::unique_ptr<ConfinedProcess> m_process;
    int m_starts = 0;
};

} // namespace aha
