#pragma once
// Remembers the tokens of short words that were seen lately. Bounded: one slot per hash, the newer word wins.

#include "core/text/token_model.h"

#include <array>
#include <memory>
#include <mutex>

namespace aha {

/// Thread-safe. Answers are what was stored: it changes the speed, never the result.
class WordCache {
public:
    static constexpr size_t kMaxWord = 31, kMaxTokens = 8;

    bool find(std::string_view word, std::vector<WordToken>& out);
    void store(std::string_view word, const WordToken* tokens, size_t count);

private:
    static constexpr size_t kShards = 64, kSlots = 256; // 16384 words, about 2.5 MB

    struct Slot {
        uint8_t length = 0, count = 0; ///< length 0 = empty
        char word[kMaxWord];
        int32_t ids[kMaxTokens];
        uint8_t ends[kMaxTokens], begins[kMaxTokens];
    };
    struct Shard {
        std::mutex mutex;
        std::unique_ptr<std::array<Slot, kSlots>> slots; ///< made at the first word
    };
    std::array<Shard, kShards> m_shards;
};

/// A hash for short keys, the same on every machine.
inline uint64_t hashBytes(std::string_view bytes)
{
    uint64_t h = 0x9E3779B97F4A7C15ull ^ bytes.size();
    size_t i = 0;
    for (; i + 8 <= bytes.size(); i += 8) {
        uint64_t block;
        __builtin_memcpy(&block, bytes.data() + i, 8);
        h = (h ^ block) * 0xD6E8FEB86659FD93ull;
        h ^= h >> 32;
    }
    uint64_t tail = 0;
    if (i < bytes.size())
        __builtin_memcpy(&tail, bytes.data() + i, bytes.size() - i);
    h = (h ^ tail) * 0xD6E8FEB86659FD93ull;
    h ^= h >> 32;
    return h * 0xD6E8FEB86659FD93ull;
}

} // namespace aha
