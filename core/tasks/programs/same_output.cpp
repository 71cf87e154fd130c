#include "core/tasks/programs/same_output.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

namespace aha {

namespace {

constexpr std::string_view kBlank = " \t\r\v\f";
constexpr double kExact = 9007199254740992; // 2^53: larger doubles stand for many whole numbers

std::string_view withoutTail(std::string_view text, std::string_view what)
{
    const size_t last = text.find_last_not_of(what);
    return text.substr(0, last == std::string_view::npos ? 0 : last + 1);
}

/// The next piece before `separator`; the text becomes what follows.
std::string_view take(std::string_view& text, char separator)
{
    const size_t at = text.find(separator);
    const std::string_view piece = text.substr(0, at);
    text = at == std::string_view::npos ? std::string_view() : text.substr(at + 1);
    return piece;
}

std::optional<double> finite(std::string_view text)
{
    if (!text.empty() && text[0] == '+')
        text.remove_prefix(1);
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value))
        return std::nullopt;
    return value;
}

bool close(double expected, double value, double tolerance)
{
    return std::abs(expected - value) <= tolerance * std::max(1.0, std::abs(expected));
}

bool sameLine(std::string_view expected, std::string_view line, double tolerance)
{
    if (expected == line)
        return true;
    if (tolerance <= 0)
        return false;
    // Token for token, each equal or close.
    const auto next = [](std::string_view& text) {
        text.remove_prefix(std::min(text.find_first_not_of(kBlank), text.size()));
        const size_t end = std::min(text.find_first_of(kBlank), text.size());
        const std::string_view token = text.substr(0, end);
        text.remove_prefix(end);
        return token;
    };
    while (true) {
        const std::string_view right = next(expected), token = next(line);
        if (right.empty() || token.empty())
            return right.empty() && token.empty();
        if (right == token)
            continue;
        const std::optional<double> a = finite(right), b = finite(token);
        if (!a || !b || !close(*a, *b, tolerance))
            return false;
    }
}

} // namespace

bool sameOutput(std::string_view expected, std::string_view output, double tolerance)
{
    constexpr std::string_view space = " \t\r\v\f\n";
    expected = withoutTail(expected, space);
    output = withoutTail(output, space);
    while (!expected.empty() && !output.empty()) {
        const std::string_view right = withoutTail(take(expected, '\n'), kBlank),
                               line = withoutTail(take(output, '\n'), kBlank);
        if (!sameLine(right, line, tolerance))
            return false;
    }
    return expected.empty() && output.empty();
}

bool sameValue(const nlohmann::ordered_json& expected, const nlohmann::ordered_json& value, double tolerance)
{
    const auto same = [tolerance](auto&& self, const auto& a, const auto& b) -> bool {
        if (a.is_number() && b.is_number()) {
            if (a.is_number_integer() && b.is_number_integer())
                return a == b;
            const double x = a.template get<double>(), y = b.template get<double>();
            if (!std::isfinite(x) || !std::isfinite(y))
                return false;
            if (tolerance > 0 && close(x, y, tolerance))
                return true;
            return x == y && std::abs(x) < kExact;
        }
        if (a.is_array() && b.is_array())
            return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [&](const auto& x, const auto& y) {
                return self(self, x, y);
            });
        if (a.is_object() && b.is_object()) {
            if (a.size() != b.size())
                return false;
            return std::all_of(a.items().begin(), a.items().end(), [&](const auto& item) {
                const auto found = b.find(item.key());
                return found != b.end() && self(self, item.value(), *found);
            });
        }
        return a == b;
    };
    return same(same, expected, value)
        || (expected.is_array() && expected.size() == 1 && same(same, expected[0], value));
}

} // namespace aha
