#pragma once
// 64-byte aligned memory for the kernels.

#include <cstddef>
#include <cstdint>
#include <memory>

namespace aha {

/// Zeroed memory of plain numbers. Large arrays ask for huge pages: reading weights is bound by memory, and small pages
/// cost a third of its speed.
class AlignedBytes {
public:
    void resize(size_t bytes);
    std::byte* data() { return m_begin.get(); }
    const std::byte* data() const { return m_begin.get(); }
    size_t size() const { return m_size; }

private:
    struct Release {
        void operator()(std::byte* p) const;
    };
    std::unique_ptr<std::byte, Release> m_begin;
    size_t m_size = 0;
};

/// Grows only; a growth loses the content.
template <class T> class AlignedArray {
public:
    void resize(size_t count)
    {
        if (count > m_size) {
            m_bytes.resize(count * sizeof(T));
            m_size = count;
        }
    }
    T* data() { return reinterpret_cast<T*>(m_bytes.data()); }
    const T* data() const { return reinterpret_cast<const T*>(m_bytes.data()); }
    size_t size() const { return m_size; }

private:
    AlignedBytes m_bytes;
    size_t m_size = 0;
};

using AlignedFloats = AlignedArray<float>;

} // namespace aha
