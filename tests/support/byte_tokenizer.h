#pragma once
// A tokenizer that needs no file.

#include "core/text/tokenizer.h"

namespace aha::support {

/// One token a byte, with a begin token.
class ByteTokenizer : public Tokenizer {
public:
    std::vector<int32_t> encode(std::string_view text, bool) const override { return { text.begin(), text.end() }; }
    std::string decode(const std::vector<int32_t>& ids) const override { return { ids.begin(), ids.end() }; }
    std::string decode(const std::vector<int32_t>& ids, std::vector<int32_t>&) const override { return decode(ids); }
    std::string piece(int32_t id) const override { return { char(id) }; }
    int32_t vocabSize() const override { return 256; }
    int32_t bosId() const override { return 1; }
    int32_t eosId() const override { return 2; }
    int32_t unkId() const override { return 0; }
    bool isSpecial(int32_t id) const override { return id < 3; }
    std::vector<int32_t> prefixIds() const override { return { 1 }; }
    std::string tokenBytes(int32_t id) const override { return piece(id); }
    Encoding encodeWithOffsets(std::string_view, bool) const override { return {}; }
};

} // namespace aha::support
