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
    /// Adds the seconds for which it slept to `slept`, if there is one.
    void wait(double* slept = nullptr);
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
    double* slept = nullptr; ///< where this thread adds up its sleep at barriers

    void wait() const
    {
        if (barrier)
            barrier->wait(slept);
    }
    /// This thread's part of `count` pieces: [first, second).
    std::pair<int64_t, int64_t> part(int64_t count) const
    {
        return { count * index / size, count * (index + 1) / size };
    }
};

/// Whether a team is worth its barriers. Where other programs want the same cores, a thread that is off its core keeps
/// all others waiting at every barrier: its leader alone is then faster. The leader's share of a pass took `seconds`
/// less what it slept; alone it would take that times the size. Such a team rests for a stretch of passes and tries
/// again; the stretch doubles for as long as that fails.
class TeamPace {
public:
    explicit TeamPace(int size)
        : m_size(size)
    {
    }
    /// Books a pass of the whole team, by the leader's clock.
    void passed(double seconds, double slept);
    /// Whether the leader makes the next pass alone; counts it.
    bool alone();

private:
    static constexpr int kShortest = 32, kLongest = 512;
    const int m_size;
    int m_stretch = kShortest, m_remaining = 0, m_slow = 0;
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
