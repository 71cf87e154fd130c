#pragma once
// A row of numbers that grows at its end, as the metrics of a run that trains do: copies share it, what is appended is
// not copied, and a long row lies in a file that the system can take out of memory.

#include <algorithm>
#include <atomic>
#include <concepts>
#include <initializer_list>
#include <iterator>
#include <memory>
#include <utility>

namespace aha {

/// Values stay where they are until a copy of the row grows beyond its room: pointers into a row hold as long as that
/// row, or any copy of it that has not grown since. Different copies may be used, and appended to, on different
/// threads.
class Numbers {
public:
    using value_type = double;
    using const_iterator = const double*;
    /// A row that grew beyond this many values lies in a file without a name, which goes with it; where there is none
    /// to be had, or its disk is full, in memory.
    static constexpr long long kInMemory = 8192;
    /// As long as no more files than these, nor a quarter of what the process may have, are open, of whatever kind;
    /// rows beyond stay in memory.
    static constexpr int kMostFiles = 256;

    Numbers() = default;
    Numbers(const Numbers&) = default;
    /// The other one is empty afterwards.
    Numbers(Numbers&& other) noexcept
        : m_block(std::move(other.m_block))
        , m_size(std::exchange(other.m_size, 0))
    {
    }
    Numbers& operator=(Numbers other) noexcept
    {
        m_block.swap(other.m_block);
        std::swap(m_size, other.m_size);
        return *this;
    }
    Numbers(std::initializer_list<double> values) { append(values.begin(), static_cast<long long>(values.size())); }
    /// Of a vector, the standard library's or Qt's.
    template <class Vector>
    requires std::same_as<typename Vector::value_type, double> && requires(const Vector& v) { v.data(); }
    Numbers(const Vector& values) { append(values.data(), static_cast<long long>(values.size())); }

    /// Sizes are what Qt's containers have them in.
    bool isEmpty() const { return m_size == 0; }
    long long size() const { return m_size; }
    const double* constData() const { return m_block ? m_block->data : nullptr; }
    const double* begin() const { return constData(); }
    const double* end() const { return constData() + m_size; }
    double operator[](long long at) const { return m_block->data[at]; }
    double front() const { return (*this)[0]; }
    double back() const { return (*this)[m_size - 1]; }

    /// Other copies stay as long as they were.
    void append(const double* values, long long count);
    void append(double value) { append(&value, 1); }
    void append(const Numbers& more) { append(more.constData(), more.size()); }
    Numbers& operator<<(double value)
    {
        append(value);
        return *this;
    }
    void clear() { *this = Numbers(); }

    /// Is `before` the beginning of this row? Bit by bit, so that NaN equals itself; what is shared is seen at once.
    bool continues(const Numbers& before) const;
    bool inFile() const { return m_block && m_block->file >= 0; }
    bool operator==(const Numbers& other) const { return std::equal(begin(), end(), other.begin(), other.end()); }

private:
    /// Where values lie: memory, or a file that is mapped to be read and written to with write calls, which say so
    /// when its disk is full.
    struct Block {
        const double* data = nullptr;
        long long room = 0;
        int file = -1;
        std::atomic<long long> used = 0; ///< by the longest of the copies

        Block(long long values, bool inFile);
        Block(const Block&) = delete;
        ~Block();
        bool write(long long at, const double* values, long long count);
    };
    void move(long long wanted, bool inFile, const double* more, long long count);

    std::shared_ptr<Block> m_block;
    long long m_size = 0;
};

} // namespace aha
