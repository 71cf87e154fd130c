#pragma once
// Own worker threads instead of OpenMP: one thread per core, work given out by a fixed rule, so results do not
// depend on scheduling.

#include <condition_variable>
#include <cstdint>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace aha {

/// A fixed team of threads. `run(job)` calls job(worker) once on every worker, 0 … size()-1, worker 0 being the
/// calling thread, and returns when all are done. The first exception is rethrown in the caller.
/// Thread-safety: one caller at a time.
class Workers {
public:
    /// `size` >= 1. `onStart` runs first on each new thread (for thread-local settings).
    explicit Workers(int size, std::function<void()> onStart = {});
    ~Workers();
    Workers(const Workers&) = delete;
    Workers& operator=(const Workers&) = delete;

    int size() const { return m_size; }
    void run(const std::function<void(int worker)>& job);

private:
    void loop(int worker);

    int m_size;
    std::vector<std::thread> m_threads;
    std::mutex m_mutex;
    std::condition_variable m_wake, m_done;
    const std::function<void(int)>* m_job = nullptr;
    uint64_t m_generation = 0;
    int m_pending = 0;
    bool m_stop = false;
    std::exception_ptr m_error;
};

} // namespace aha
