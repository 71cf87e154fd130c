#include "core/rollout/team.h"

#include <hwy/cache_control.h>

namespace aha {

namespace {
/// Some tens of microseconds: as long as the pieces of work between two barriers take.
constexpr int kSpins = 1500;
} // namespace

void Barrier::wait()
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
            if (spin < kSpins)
                hwy::Pause();
            else
                m_round.wait(round, std::memory_order_acquire);
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

} // namespace aha
