#pragma once
// A child process that answers lines with lines: the other side of a benchmark.

#include "core/base/result.h"

#include <string>
#include <vector>

namespace aha {

/// Lives as long as the object; its stderr is ours. Not thread-safe.
class BenchPeer {
public:
    /// Failure bench_peer when the program cannot be started.
    explicit BenchPeer(const std::vector<std::string>& command);
    ~BenchPeer();
    BenchPeer(const BenchPeer&) = delete;
    BenchPeer& operator=(const BenchPeer&) = delete;

    /// Sends a line and returns the next one. Failure bench_peer when the process has ended.
    std::string ask(const std::string& line);

private:
    int m_pid = -1;
    int m_socket = -1;
    std::string m_name, m_buffer;
};

} // namespace aha
