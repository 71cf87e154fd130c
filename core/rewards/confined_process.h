#pragma once
// A child process that answers lines with lines, in a process group of its own, and is gone with all it started when
// this object is.

#include "core/rewards/confinement.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace aha {

/// One thread at a time.
class ConfinedProcess {
public:
    /// Runs `/bin/sh -c shellCommand` with PATH, HOME, LANG, LC_ALL and PYTHONPATH of this process, and in its folder.
    /// What cannot be started shows as a process that ended. Throws Failure (process_failed) where the system has no
    /// more processes or files to give.
    ConfinedProcess(const std::string& shellCommand, const Confinement& confinement);
    ~ConfinedProcess(); ///< kills the whole group
    ConfinedProcess(const ConfinedProcess&) = delete;
    ConfinedProcess& operator=(const ConfinedProcess&) = delete;

    enum class End { Answered, TimedOut, Ended, TooMuch, OutOfStep };
    /// Sends `input` while it reads `count` lines into `lines`, as many as come before the time is over. Answered: all
    /// came. Ended: the process closed its output. TooMuch: a line of more than 64 KB. OutOfStep: there were lines that
    /// nobody asked for. After all but Answered the process is of no further use.
    End exchange(std::string_view input, size_t count, double seconds, std::vector<std::string>& lines);

    /// The last 4 KB of its standard error.
    const std::string& errors() const { return m_errors; }
    /// How it ended, in words: after Ended.
    std::string fate();

private:
    bool readOutput(); ///< false at the end of the output
    void readErrors();

    int m_process = -1;
    int m_input = -1, m_output = -1, m_errorOutput = -1;
    std::string m_buffer, m_errors;
};

} // namespace aha
