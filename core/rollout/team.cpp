#include "core/rollout/team.h"

#include <hwy/cache_control.h>

#include <algorithm>
#include <chrono>

namespace aha {

namespace {
/// Some tens of microseconds: as long as the pieces of work between two barriers take.
constexpr int kSpins = 1500;
} // namespace

void Barrier::wait(double* slept)
{
    const uint32_t round = m_round.load(std::memory_order_acquire);
    if (m_arrived.fetch_add(1, std::memory_order_acq_rel) + 1 == m_size) {
        m_arrived.store(0, std::memory_order_relaxed);
        // Sequentially consistent: notify_all() skips the call when it sees no sleeper, and must not look before the
        // new round can be seen.
        m_round.store(round + 1, std::memory_order_seq_cst);
        m_round.notify_all();
    } else {
        for (int spin = 0; m_round.load(std::memory_order_acquire) == round; ++spin) {
            if (m_broken.load(std::memory_order_relaxed))
                break;
            if (spin < kSpins) {
                hwy::Pause();
                continue;
            }
            const auto begin = std::chrono::steady_clock::now();
            m_round.wait(round, std::memory_order_acquire);
            if (slept)
                *slept += std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
        }
    }
    if (m_broken.load(std::memory_order_acquire))
        throw Broken {};
}

void Barrier::breakUp()
{
    m_broken.store(true, std::memory_order_release);
    m_round.fetch_add(1, std::memory_order_seq_cst);
    m_round.notify_all();
}

void TeamPace::passed(double seconds, double slept)
{
    constexpr int kPatience = 3; // slow passes in a row: one may be chance
    const bool slow = seconds > m_size * (seconds - slept);
    m_slow = slow ? m_slow + 1 : 0;
    if (!slow)
        m_stretch = kShortest;
    else if (m_slow >= kPatience || m_stretch > kShortest) {
        m_remaining = m_stretch;
        m_stretch = std::min(2 * m_stretch, kLongest);
        m_slow = 0;
    }
}

bool TeamPace::alone()
{
    if (m_remaining == 0)
        return false;
    --m_remaining;
    return true;
}

} // namespace aha
