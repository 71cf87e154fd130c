#pragma once
// Fields of a puzzle's item, which a user may have written: read or refused.

#include "core/base/result.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace aha::logic {

inline Error itemInvalid(std::string message) { return { "task_item_invalid", std::move(message), "" }; }

/// A whole number in [min, max].
inline std::optional<int> wholeOf(const nlohmann::ordered_json& item, const char* name, int min, int max)
{
    const auto found = item.is_object() ? item.find(name) : item.end();
    if (!item.is_object() || found == item.end() || !found->is_number_integer() || found->get<double>() < min
        || found->get<double>() > max)
        return std::nullopt;
    return found->get<int>();
}

/// A text of 1 to maxBytes bytes.
inline std::optional<std::string> textOf(const nlohmann::ordered_json& item, const char* name, size_t maxBytes)
{
    const auto found = item.is_object() ? item.find(name) : item.end();
    if (!item.is_object() || found == item.end() || !found->is_string())
        return std::nullopt;
    const std::string& text = found->get_ref<const std::string&>();
    return text.empty() || text.size() > maxBytes ? std::nullopt : std::optional(text);
}

inline std::string lowerCase(std::string_view text)
{
    std::string lower(text);
    for (char& c : lower)
        c = c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c;
    return lower;
}

/// A list of min to max different texts (ASCII case apart), none longer than maxBytes, none with a line break.
inline std::optional<std::vector<std::string>> textsOf(
    const nlohmann::ordered_json& item, const char* name, size_t min, size_t max, size_t maxBytes)
{
    const auto found = item.is_object() ? item.find(name) : item.end();
    if (!item.is_object() || found == item.end() || !found->is_array() || found->size() < min || found->size() > max)
        return std::nullopt;
    std::vector<std::string> texts, seen;
    for (const auto& entry : *found) {
        if (!entry.is_string())
            return std::nullopt;
        texts.push_back(entry.get<std::string>());
        const std::string& text = texts.back();
        if (text.empty() || text.size() > maxBytes || text.find_first_of("\r\n") != std::string::npos
            || std::find(seen.begin(), seen.end(), lowerCase(text)) != seen.end())
            return std::nullopt;
        seen.push_back(lowerCase(text));
    }
    return texts;
}

/// `count` different entries of 0 … size - 1, in random order.
template <class R> std::vector<int> someOf(int size, int count, R& rng)
{
    std::vector<int> all(static_cast<size_t>(size));
    for (int i = 0; i < size; ++i)
        all[size_t(i)] = i;
    for (int i = 0; i < count; ++i)
        std::swap(all[size_t(i)], all[size_t(i) + size_t(rng.below(uint64_t(size - i)))]);
    all.resize(size_t(count));
    return all;
}

} // namespace aha::logic
