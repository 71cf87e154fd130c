#pragma once
// Threads that pass through the same piece of work in step, many times a millisecond.

#include <atomic>
#include <cstdint>
#include <exception>
#include <utility>

namespace aha {

/// All threads of a team wait here for the last one. Waiting spins for some microseconds and then sleeps, so that an
/// oversubscribed machine is left to whom is being waited for.
class Barrier {
public:
    /// Thrown by wait() once a thread has given up.
    struct Broken { };

    explicit Barrier(int size)
        : m_size(size)
    {
    }
    void wait();
    /// For a thread that will not come any more: everyone's wait() throws from now on.
    void breakUp();

private:
    const int m_size;
    std::atomic<int> m_arrived { 0 };
    std::atomic<uint32_t> m_round { 0 };
    std::atomic<bool> m_broken { false };
};

/// One thread's place in a team. Without a barrier: it works alone.
struct TeamPlace {
    int index = 0, size = 1;
    Barrier* barrier = nullptr;

    void wait() const
    {
        if (barrier)
            barrier->wait();
    }
    /// This thread's part of `count` pieces: [first, second).
    std::pair<int64_t, int64_t> part(int64_t count) const
    {
        return { count * index / size, count * (index + 1) / size };
    }
};

/// Runs `work` as one thread of a team: what it throws releases the others, and Broken ends quietly, since whoever
/// broke the barrier throws the reason.
template <class Work> void inTeam(Barrier& barrier, const Work& work)
{
    try {
        work();
    } catch (const Barrier::Broken&) {
    } catch (...) {
        barrier.breakUp();
        throw;
    }
}

} // namespace aha
