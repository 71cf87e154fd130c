#pragma once
// One token a byte, so that a test can see which token is which.

#include "core/text/tokenizer.h"

namespace aha {

/// Ids: end 1, begin 2, then bytes from 3 on. "|" is the end token's text.
class ByteTokenizer final : public Tokenizer {
public:
    explicit ByteTokenizer(bool begins = false)
        : m_begins(begins)
    {
    }
    std::vector<int32_t> encode(std::string_view text, bool = true) const override
    {
        std::vector<int32_t> ids;
        for (const char c : text)
            ids.push_back(c == '|' ? 1 : int32_t(static_cast<unsigned char>(c)) + 3);
        return ids;
    }
    std::string decode(const std::vector<int32_t>& ids) const override
    {
        std::string text;
        for (const int32_t id : ids)
            text += tokenBytes(id);
        return text;
    }
    std::string decode(const std::vector<int32_t>& ids, std::vector<int32_t>& ends) const override
    {
        ends.clear();
        for (size_t i = 0; i < ids.size(); ++i)
            ends.push_back(int32_t(i) + 1);
        return decode(ids);
    }
    std::string piece(int32_t id) const override { return tokenBytes(id); }
    int32_t vocabSize() const override { return 259; }
    int32_t bosId() const override { return 2; }
    int32_t eosId() const override { return 1; }
    int32_t unkId() const override { return 0; }
    bool isSpecial(int32_t id) const override { return id < 3; }
    std::vector<int32_t> prefixIds() const override
    {
        return m_begins ? std::vector<int32_t> { 2 } : std::vector<int32_t> {};
    }
    std::string tokenBytes(int32_t id) const override { return id < 3 ? "|" : std::string(1, char(id - 3)); }
    Encoding encodeWithOffsets(std::string_view text, bool = true) const override
    {
        Encoding all;
        all.ids = encode(text);
        int32_t point = 0; // the code point that a byte belongs to
        for (size_t i = 0; i < text.size(); ++i) {
            if (i > 0 && (static_cast<unsigned char>(text[i]) & 0xC0) != 0x80)
                ++point;
            all.pieces.push_back(tokenBytes(all.ids[i]));
            all.offsets.emplace_back(point, point + 1);
        }
        return all;
    }

private:
    bool m_begins;
};

} // namespace aha
