#include "core/config/field.h"

#include "core/base/utf8.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace aha {

using Json = nlohmann::ordered_json;

namespace {

std::string shortNumber(double value)
{
    char buffer[32];
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
    return { buffer, end };
}

Result<void> checkRange(const FieldInfo& info, double value)
{
    if (std::isfinite(value) && value >= info.low && value <= info.high)
        return {};
    std::string allowed = std::isinf(info.high) ? "at least " + shortNumber(info.low)
        : std::isinf(info.low)                  ? "at most " + shortNumber(info.high)
                                                : "between " + shortNumber(info.low) + " and " + shortNumber(info.high);
    return Error { "config_range", info.path() + " is " + shortNumber(value) + ".", "It must be " + allowed + "." };
}

/// What was given instead, short enough for a sentence.
std::string shortDump(const Json& json)
{
    constexpr size_t kLongest = 80;
    const std::string text = json.dump(-1, ' ', true, Json::error_handler_t::replace);
    return text.size() <= kLongest ? text : text.substr(0, kLongest) + "…";
}

Error typeError(const FieldInfo& info, const std::string& got, const std::string& wanted)
{
    return { "config_type", info.path() + " is " + got + ".", "It must be " + wanted + "." };
}

} // namespace

Json Field::toJson() const
{
    return std::visit([](const auto* member) { return Json(*member); }, value);
}

Result<void> Field::fromJson(const Json& json)
{
    if (auto* flag = std::get_if<bool*>(&value)) {
        if (!json.is_boolean())
            return typeError(info, shortDump(json), "true or false");
        **flag = json.get<bool>();
        return {};
    }
    if (auto* text = std::get_if<std::string*>(&value)) {
        if (info.listed && json.is_array()
            && std::all_of(json.begin(), json.end(), [](const Json& one) { return one.is_string(); }))
            return fromJson(Json(json.empty() ? "" : json.dump(-1, ' ', false, Json::error_handler_t::replace)));
        if (!json.is_string())
            return typeError(info, shortDump(json), "a text");
        const std::string given = json.get<std::string>();
        if (validUtf8(given) != given) // from a command line or a folder's name; it could not be stored as JSON
            return typeError(info, "\"" + validUtf8(given) + "\"", "a text in valid UTF-8");
        if (!info.choices.empty() && std::find(info.choices.begin(), info.choices.end(), given) == info.choices.end()) {
            std::string list;
            for (const std::string& choice : info.choices)
                list += (list.empty() ? "" : ", ") + choice;
            return Error { "config_choice", info.path() + " is \"" + given + "\".",
                "It must be one of: " + list + "." };
        }
        **text = given;
        return {};
    }
    if (!json.is_number())
        return typeError(info, shortDump(json), "a number");
    const double number = json.get<double>();
    if (Result<void> range = checkRange(info, number); !range)
        return range;
    if (auto* integer = std::get_if<int64_t*>(&value)) {
        if (number != std::floor(number) || std::abs(number) > 9007199254740992.0)
            return typeError(info, shortNumber(number), "a whole number");
        **integer = json.is_number_integer() ? json.get<int64_t>() : int64_t(number);
        return {};
    }
    *std::get<double*>(value) = number;
    return {};
}

Result<void> Field::fromText(std::string_view text)
{
    if (std::holds_alternative<std::string*>(value))
        return fromJson(Json(std::string(text)));
    if (std::holds_alternative<bool*>(value)) {
        if (text == "true" || text == "1" || text == "yes" || text == "on")
            return fromJson(Json(true));
        if (text == "false" || text == "0" || text == "no" || text == "off")
            return fromJson(Json(false));
        return typeError(info, "\"" + validUtf8(text) + "\"", "true or false");
    }
    double number = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
    if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size())
        return typeError(info, "\"" + validUtf8(text) + "\"", "a number");
    if (std::holds_alternative<int64_t*>(value) && number == std::floor(number)
        && std::abs(number) <= 9007199254740992.0)
        return fromJson(Json(int64_t(number)));
    return fromJson(Json(number));
}

std::string Field::toText() const
{
    if (const auto* text = std::get_if<std::string*>(&value))
        return **text;
    if (const auto* number = std::get_if<double*>(&value))
        return shortNumber(**number);
    return toJson().dump();
}

} // namespace aha
