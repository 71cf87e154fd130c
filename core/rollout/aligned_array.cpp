#include "core/rollout/aligned_array.h"

#include <cstdlib>
#include <cstring>
#include <new>
#include <sys/mman.h>

namespace aha {

void AlignedBytes::Release::operator()(std::byte* p) const { std::free(p); }

void AlignedBytes::resize(size_t bytes)
{
    constexpr size_t kHuge = size_t(2) << 20, kLine = 64;
    m_begin.reset();
    m_size = 0;
    const size_t alignment = bytes >= 2 * kHuge ? kHuge : kLine,
                 padded = (bytes + alignment - 1) / alignment * alignment;
    if (padded == 0)
        return;
    m_begin.reset(static_cast<std::byte*>(std::aligned_alloc(alignment, padded)));
    if (!m_begin)
        throw std::bad_alloc();
    if (alignment == kHuge)
        ::madvise(m_begin.get(), padded, MADV_HUGEPAGE); // a wish: its failure changes nothing but speed
    std::memset(m_begin.get(), 0, padded);
    m_size = bytes;
}

} // namespace aha
