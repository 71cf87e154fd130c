#include "core/sandbox/sandbox_pool.h"

#include <algorithm>

namespace aha {

namespace {

bool hitTime(const SandboxRun& run) { return run.end == SandboxEnd::Cpu || run.end == SandboxEnd::Wall; }

} // namespace

SandboxPool::SandboxPool(Sandbox sandbox, int workers)
    : m_sandbox(std::move(sandbox))
{
    const int count = workers > 0 ? workers : std::max(1, int(std::thread::hardware_concurrency()));
    for (int i = 0; i < count; ++i)
        m_threads.emplace_back([this] { work(); });
}

SandboxPool::~SandboxPool()
{
    {
        const std::lock_guard lock(m_mutex);
        m_stop = true;
    }
    m_wake.notify_all();
    for (std::thread& thread : m_threads)
        thread.join();
}

void SandboxPool::work()
{
    std::unique_lock lock(m_mutex);
    for (;;) {
        m_wake.wait(lock, [this] { return m_stop || !m_jobs.empty(); });
        if (m_jobs.empty())
            return;
        const std::function<void()> job = std::move(m_jobs.front());
        m_jobs.pop_front();
        lock.unlock();
        job();
        lock.lock();
    }
}

/// Waits until all are done.
void SandboxPool::doAll(std::vector<std::function<void()>> jobs)
{
    std::mutex mutex;
    std::condition_variable done;
    size_t left = jobs.size();
    {
        const std::lock_guard lock(m_mutex);
        for (std::function<void()>& job : jobs)
            m_jobs.push_back([&, job = std::move(job)] {
                job();
                const std::lock_guard finished(mutex); // held while notifying: the waiter owns what is notified
                if (--left == 0)
                    done.notify_one();
            });
    }
    m_wake.notify_all();
    std::unique_lock lock(mutex);
    done.wait(lock, [&left] { return left == 0; });
}

PreparedProgram SandboxPool::prepare(const SandboxProgram& program)
{
    PreparedProgram prepared;
    if (program.language == Language::Python)
        return m_sandbox.prepare(program); // nothing runs
    doAll({ [&] { prepared = m_sandbox.prepare(program); } });
    return prepared;
}

std::vector<SandboxRun> SandboxPool::run(
    const PreparedProgram& program, const std::vector<std::string>& inputs, int stopAfterLimits)
{
    std::vector<SandboxRun> runs(inputs.size());
    std::mutex mutex;
    std::vector<char> slow(inputs.size()); // 1: hit a limit of time
    const auto beyond = [&](size_t index) {
        return stopAfterLimits > 0
            && std::count(slow.begin(), slow.begin() + std::ptrdiff_t(index), 1) >= stopAfterLimits;
    };
    std::vector<std::function<void()>> jobs;
    for (size_t i = 0; i < inputs.size(); ++i)
        jobs.push_back([&, i] {
            {
                const std::lock_guard lock(mutex);
                if (beyond(i))
                    return;
            }
            SandboxRun run = m_sandbox.run(program, inputs[i]);
            const std::lock_guard lock(mutex);
            slow[i] = hitTime(run);
            runs[i] = std::move(run);
        });
    doAll(std::move(jobs));
    for (size_t i = 0; i < inputs.size(); ++i)
        if (beyond(i)) {
            runs[i] = SandboxRun { SandboxEnd::Wall };
            slow[i] = 0;
        }
    return runs;
}

} // namespace aha
