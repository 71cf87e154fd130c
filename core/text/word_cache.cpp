#include "core/text/word_cache.h"

#include <algorithm>
#include <cstring>

namespace aha {

bool WordCache::find(std::string_view word, std::vector<WordToken>& out)
{
    if (word.size() > kMaxWord)
        return false;
    const uint64_t hash = hashBytes(word);
    Shard& shard = m_shards[hash >> 58];
    const std::unique_lock lock(shard.mutex, std::try_to_lock);
    if (!lock || !shard.slots)
        return false;
    const Slot& slot = (*shard.slots)[(hash >> 32) % kSlots];
    if (slot.length != word.size() || std::memcmp(slot.word, word.data(), word.size()) != 0)
        return false;
    for (size_t i = 0; i < slot.count; ++i)
        out.push_back({ slot.ids[i], slot.begins[i], slot.ends[i] });
    return true;
}

void WordCache::store(std::string_view word, const WordToken* tokens, size_t count)
{
    if (word.empty() || word.size() > kMaxWord || count > kMaxTokens)
        return;
    const uint64_t hash = hashBytes(word);
    Shard& shard = m_shards[hash >> 58];
    const std::unique_lock lock(shard.mutex, std::try_to_lock);
    if (!lock)
        return;
    if (!shard.slots)
        shard.slots = std::make_unique<std::array<Slot, kSlots>>();
    Slot& slot = (*shard.slots)[(hash >> 32) % kSlots];
    slot.length = uint8_t(word.size());
    slot.count = uint8_t(count);
    std::copy_n(word.data(), word.size(), slot.word);
    for (size_t i = 0; i < count; ++i) {
        slot.ids[i] = tokens[i].id;
        slot.begins[i] = uint8_t(tokens[i].begin);
        slot.ends[i] = uint8_t(tokens[i].end);
    }
}

} // namespace aha
