#include "core/base/numbers.h"

#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <new>
#include <string>
#include <utility>

namespace aha {

namespace {

/// Where files lie that need not outlast a program, on a disk rather than in memory where there is the choice.
std::string filesFolder()
{
    const char* chosen = std::getenv("TMPDIR");
    return chosen && *chosen ? chosen : ::access("/var/tmp", W_OK) == 0 ? "/var/tmp" : "/tmp";
}

/// -1: none to be had. Its bytes take no room on the disk before they are written.
int namelessFile(size_t bytes)
{
    rlimit most {};
    if (::getrlimit(RLIMIT_FSIZE, &most) == 0 && most.rlim_cur != RLIM_INFINITY && most.rlim_cur < bytes)
        return -1; // to try would end the program
    std::string name = filesFolder() + "/ahascope-numbers-XXXXXX";
    const int file = ::mkostemp(name.data(), O_CLOEXEC);
    if (file < 0)
        return -1;
    ::unlink(name.c_str());
    // Its number tells how many are open: a program needs some for other things.
    rlimit files {};
    const rlim_t allowed = ::getrlimit(RLIMIT_NOFILE, &files) == 0 ? files.rlim_cur / 4 : rlim_t(Numbers::kMostFiles);
    if (rlim_t(file) < std::min(allowed, rlim_t(Numbers::kMostFiles)) && ::ftruncate(file, off_t(bytes)) == 0)
        return file;
    ::close(file);
    return -1;
}

} // namespace

Numbers::Block::Block(long long values, bool inFile)
    : room(values)
{
    const size_t bytes = size_t(room) * sizeof(double);
    if (inFile)
        file = namelessFile(bytes);
    if (file >= 0) {
        void* mapped = ::mmap(nullptr, bytes, PROT_READ, MAP_SHARED, file, 0);
        if (mapped == MAP_FAILED)
            ::close(std::exchange(file, -1));
        else
            data = static_cast<const double*>(mapped);
    }
    if (file < 0)
        data = static_cast<const double*>(std::malloc(bytes));
    if (!data)
        throw std::bad_alloc();
}

Numbers::Block::~Block()
{
    if (file < 0) {
        std::free(const_cast<double*>(data));
        return;
    }
    ::munmap(const_cast<double*>(data), size_t(room) * sizeof(double));
    ::close(file);
}

bool Numbers::Block::write(long long at, const double* values, long long count)
{
    if (file < 0) {
        std::memcpy(const_cast<double*>(data) + at, values, size_t(count) * sizeof(double));
        return true;
    }
    const char* bytes = reinterpret_cast<const char*>(values);
    off_t place = off_t(at) * off_t(sizeof(double));
    for (size_t left = size_t(count) * sizeof(double); left > 0;) {
        const ssize_t written = ::pwrite(file, bytes, left, place);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return false;
        bytes += written;
        place += written;
        left -= size_t(written);
    }
    return true;
}

/// Into a block of its own, in memory if not in a file, with `more` behind.
void Numbers::move(long long wanted, bool inFile, const double* more, long long count)
{
    // In memory a little room, for there are thousands of rows; in a file a lot, which takes none until it is used.
    const long long spare = inFile      ? 7 * wanted
        : m_block && wanted < kInMemory ? std::min(std::max<long long>(wanted / 4, 8), kInMemory - wanted)
        : m_block                       ? wanted / 4
                                        : 0;
    auto larger = std::make_shared<Block>(wanted + spare, inFile);
    larger->used = wanted;
    // What is appended may lie in the block that is left.
    if ((m_size > 0 && !larger->write(0, m_block->data, m_size)) || !larger->write(m_size, more, count))
        return move(wanted, false, more, count); // no room on the disk
    m_block = std::move(larger);
}

void Numbers::append(const double* values, long long count)
{
    if (count <= 0)
        return;
    const long long wanted = m_size + count;
    // Who extends the longest copy does so in place; a second one that tries has to leave.
    long long mine = m_size;
    if (!m_block || wanted > m_block->room || !m_block->used.compare_exchange_strong(mine, wanted))
        move(wanted, m_block && wanted > kInMemory, values, count);
    else if (!m_block->write(m_size, values, count))
        move(wanted, false, values, count);
    m_size = wanted;
}

bool Numbers::continues(const Numbers& before) const
{
    if (before.m_size > m_size)
        return false;
    return before.isEmpty() || before.m_block == m_block
        || !std::memcmp(before.constData(), constData(), size_t(before.m_size) * sizeof(double));
}

} // namespace aha
