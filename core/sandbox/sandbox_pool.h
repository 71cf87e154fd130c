#pragma once
// Programs of many answers, so many at once as the machine should run.

#include "core/sandbox/sandbox.h"

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace aha {

/// Threads that live as long as the pool, each with one program at a time (the death of a thread that started one would
/// kill it). Thread-safe: any number of callers share the workers.
class SandboxPool {
public:
    /// `workers` <= 0: one per core.
    SandboxPool(Sandbox sandbox, int workers);
    ~SandboxPool();
    SandboxPool(const SandboxPool&) = delete;
    SandboxPool& operator=(const SandboxPool&) = delete;

    const Sandbox& sandbox() const { return m_sandbox; }
    int workers() const { return int(m_threads.size()); }

    PreparedProgram prepare(const SandboxProgram& program);
    /// One run for each input, in their order. `stopAfterLimits`: after so many runs, in that order, that hit a limit
    /// of time, the later ones count as hitting it too, whether they ran or not (0: all are run). What they return does
    /// not depend on how many workers there are.
    std::vector<SandboxRun> run(
        const PreparedProgram& program, const std::vector<std::string>& inputs, int stopAfterLimits);

private:
    void work();
    void doAll(std::vector<std::function<void()>> jobs);

    Sandbox m_sandbox;
    std::mutex m_mutex;
    std::condition_variable m_wake;
    std::deque<std::function<void()>> m_jobs;
    bool m_stop = false;
    std::vector<std::thread> m_threads;
};

} // namespace aha
