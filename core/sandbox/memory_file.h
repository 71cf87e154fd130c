#pragma once
// Bytes behind a file descriptor, without a file: what is handed into a sandbox.

#include "core/base/result.h"

#include <string_view>
#include <utility>

namespace aha {

/// A file descriptor with an owner.
class Descriptor {
public:
    Descriptor() = default;
    explicit Descriptor(int number)
        : m_number(number)
    {
    }
    Descriptor(Descriptor&& other) noexcept
        : m_number(std::exchange(other.m_number, -1))
    {
    }
    Descriptor& operator=(Descriptor&& other) noexcept
    {
        std::swap(m_number, other.m_number);
        return *this;
    }
    ~Descriptor() { close(); }

    int number() const { return m_number; }
    explicit operator bool() const { return m_number >= 0; }
    void close();

private:
    int m_number = -1;
};

/// Immutable once made; sealed in memory. Thread-safe.
class MemoryFile {
public:
    /// Error: sandbox_memory_file.
    static Result<MemoryFile> of(std::string_view bytes);

    /// A descriptor with a place of its own, at the beginning, closed on exec; invalid where the kernel refuses.
    Descriptor open() const;

private:
    explicit MemoryFile(Descriptor file)
        : m_file(std::move(file))
    {
    }
    Descriptor m_file;
};

} // namespace aha
