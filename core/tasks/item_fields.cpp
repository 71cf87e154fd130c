#include "core/tasks/item_fields.h"

#include <nlohmann/json.hpp>

#include <optional>

namespace aha {

namespace {

using Json = nlohmann::ordered_json;

std::optional<int64_t> whole(const Json& value, int64_t min, int64_t max)
{
    if (!value.is_number_integer() || (value.is_number_unsigned() && value.get<uint64_t>() > uint64_t(INT64_MAX)))
        return std::nullopt;
    const int64_t number = value.get<int64_t>();
    return number >= min && number <= max ? std::optional(number) : std::nullopt;
}

const Json* fieldOf(const Json& item, const char* key)
{
    if (!item.is_object())
        return nullptr;
    const auto found = item.find(key);
    return found == item.end() ? nullptr : &*found;
}

bool isText(const Json& value, size_t maxBytes)
{
    return value.is_string() && value.get_ref<const std::string&>().size() <= maxBytes
        && value.get_ref<const std::string&>().find('\0') == std::string::npos;
}

std::string needs(const char* key) { return "This problem needs \"" + std::string(key) + "\": "; }

std::string range(int64_t min, int64_t max) { return " from " + std::to_string(min) + " to " + std::to_string(max); }

} // namespace

Error invalidItem(std::string message) { return { "task_item_invalid", std::move(message), "" }; }

Result<int64_t> wholeField(const Json& item, const char* key, int64_t min, int64_t max)
{
    const Json* field = fieldOf(item, key);
    if (const std::optional<int64_t> value = field ? whole(*field, min, max) : std::nullopt)
        return *value;
    return invalidItem(needs(key) + "a whole number" + range(min, max) + ".");
}

Result<std::vector<int64_t>> wholesField(const Json& item, const char* key, const FieldBounds& bounds)
{
    const Json* field = fieldOf(item, key);
    std::vector<int64_t> values;
    bool fine = field && field->is_array() && field->size() >= bounds.countMin && field->size() <= bounds.countMax;
    for (size_t i = 0; fine && i < field->size(); ++i) {
        const std::optional<int64_t> value = whole((*field)[i], bounds.min, bounds.max);
        fine = value.has_value();
        values.push_back(value.value_or(0));
    }
    if (fine)
        return values;
    return invalidItem(needs(key) + "a list of" + range(int64_t(bounds.countMin), int64_t(bounds.countMax))
        + " whole numbers" + range(bounds.min, bounds.max) + ".");
}

Result<std::string> textField(const Json& item, const char* key, size_t maxBytes)
{
    const Json* field = fieldOf(item, key);
    if (field && isText(*field, maxBytes))
        return field->get<std::string>();
    return invalidItem(needs(key) + "a text of at most " + std::to_string(maxBytes) + " bytes.");
}

Result<std::vector<std::string>> textsField(const Json& item, const char* key, size_t countMax, size_t maxBytes)
{
    const Json* field = fieldOf(item, key);
    std::vector<std::string> texts;
    bool fine = field && field->is_array() && !field->empty() && field->size() <= countMax;
    for (size_t i = 0; fine && i < field->size(); ++i) {
        fine = isText((*field)[i], maxBytes);
        if (fine)
            texts.push_back((*field)[i].get<std::string>());
    }
    if (fine)
        return texts;
    return invalidItem(needs(key) + "a list of" + range(1, int64_t(countMax)) + " texts of at most "
        + std::to_string(maxBytes) + " bytes.");
}

} // namespace aha
