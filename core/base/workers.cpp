#include "core/base/workers.h"

namespace aha {

Workers::Workers(int size, std::function<void()> onStart)
    : m_size(size < 1 ? 1 : size)
{
    for (int worker = 1; worker < m_size; ++worker)
        m_threads.emplace_back([this, worker, onStart] {
            if (onStart)
                onStart();
            loop(worker);
        });
}

Workers::~Workers()
{
    {
        const std::lock_guard lock(m_mutex);
        m_stop = true;
    }
    m_wake.notify_all();
    for (std::thread& thread : m_threads)
        thread.join();
}

void Workers::run(const std::function<void(int)>& job)
{
    {
        const std::lock_guard lock(m_mutex);
        m_job = &job;
        m_pending = m_size - 1;
        m_error = nullptr;
        ++m_generation;
    }
    m_wake.notify_all();
    std::exception_ptr own;
    try {
        job(0);
    } catch (...) {
        own = std::current_exception();
    }
    std::unique_lock lock(m_mutex);
    m_done.wait(lock, [this] { return m_pending == 0; });
    m_job = nullptr;
    if (own || m_error)
        std::rethrow_exception(own ? own : m_error);
}

void Workers::loop(int worker)
{
    uint64_t seen = 0;
    for (;;) {
        const std::function<void(int)>* job = nullptr;
        {
            std::unique_lock lock(m_mutex);
            m_wake.wait(lock, [&] { return m_stop || m_generation != seen; });
            if (m_stop)
                return;
            seen = m_generation;
            job = m_job;
        }
        std::exception_ptr error;
        try {
            (*job)(worker);
        } catch (...) {
            error = std::current_exception();
        }
        const std::lock_guard lock(m_mutex);
        if (error && !m_error)
            m_error = error;
        if (--m_pending == 0)
            m_done.notify_one();
    }
}

} // namespace aha
