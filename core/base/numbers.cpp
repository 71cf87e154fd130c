#include "core/base/numbers.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <new>
#include <string>

namespace aha {

namespace {

/// Where files lie that need not outlast a program, on a disk rather than in memory where there is the choice.
std::string filesFolder()
{
    const char* chosen = std::getenv("TMPDIR");
    return chosen && *chosen ? chosen : ::access("/var/tmp", W_OK) == 0 ? "/var/tmp" : "/tmp";
}

/// nullptr: no file, or no room on its disk. The file has its blocks before anything is written: a disk that runs full
/// later cannot take them away.
void* mapNameless(size_t bytes)
{
    std::string name = filesFolder() + "/ahascope-numbers-XXXXXX";
    const int file = ::mkostemp(name.data(), O_CLOEXEC);
    if (file < 0)
        return nullptr;
    ::unlink(name.c_str());
    void* mapped = ::posix_fallocate(file, 0, off_t(bytes)) == 0
        ? ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0)
        : MAP_FAILED;
    ::close(file); // the mapping keeps it
    return mapped == MAP_FAILED ? nullptr : mapped;
}

} // namespace

Numbers::Block::Block(long long values, bool inFile)
    : room(values)
{
    const size_t bytes = size_t(room) * sizeof(double);
    if (inFile)
        data = static_cast<double*>(mapNameless(bytes));
    mapped = data != nullptr;
    if (!mapped)
        data = static_cast<double*>(std::malloc(bytes));
    if (!data)
        throw std::bad_alloc();
}

Numbers::Block::~Block()
{
    if (mapped)
        ::munmap(data, size_t(room) * sizeof(double));
    else
        std::free(data);
}

void Numbers::append(const double* values, long long count)
{
    if (count <= 0)
        return;
    // Who extends the longest copy does so in place; a second one that tries has to leave.
    long long mine = m_size;
    if (!m_block || m_size + count > m_block->room || !m_block->used.compare_exchange_strong(mine, m_size + count)) {
        const long long wanted = m_size + count;
        const bool grew = m_block != nullptr, inFile = grew && wanted > kInMemory;
        // In memory a little room, for there are thousands of rows; in a file as much again, which is hardly felt.
        const long long spare = inFile ? wanted
            : grew                     ? std::min(std::max<long long>(wanted / 4, 8), kInMemory - wanted)
                                       : 0;
        auto larger = std::make_shared<Block>(wanted + spare, inFile);
        if (m_size > 0)
            std::memcpy(larger->data, m_block->data, size_t(m_size) * sizeof(double));
        larger->used = wanted;
        // What is appended may lie in the block that is left.
        std::memcpy(larger->data + m_size, values, size_t(count) * sizeof(double));
        m_block = std::move(larger);
    } else {
        std::memcpy(m_block->data + m_size, values, size_t(count) * sizeof(double));
    }
    m_size += count;
}

bool Numbers::continues(const Numbers& before) const
{
    if (before.m_size > m_size)
        return false;
    return before.isEmpty() || before.m_block == m_block
        || !std::memcmp(before.constData(), constData(), size_t(before.m_size) * sizeof(double));
}

} // namespace aha
