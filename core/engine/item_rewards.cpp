#include "core/engine/item_rewards.h"

#include "core/base/json_depth.h"
#include "core/rewards/boxed_accuracy.h"
#include "core/rewards/format.h"
#include "core/rewards/logic_rl.h"
#include "core/rewards/tiny_zero.h"

#include <nlohmann/json.hpp>

#include <charconv>
#include <cmath>
#include <optional>

namespace aha {

namespace {

using Json = nlohmann::ordered_json;

/// A field of the item, or of the gold answer that a data set's item carries.
const Json* find(const Json& item, const char* name)
{
    for (const Json* at : { &item, item.is_object() && item.contains("gold") ? &item["gold"] : nullptr })
        if (at && at->is_object() && at->contains(name))
            return &(*at)[name];
    return nullptr;
}

/// The answer as text: a gold that is text or a number, or an arithmetic value.
std::optional<std::string> answerOf(const Json& item)
{
    for (const char* name : { "gold", "value" })
        if (const Json* answer = find(item, name); answer && answer->is_string())
            return answer->get<std::string>();
        else if (answer && answer->is_number())
            return answer->dump();
    return std::nullopt;
}

double boxed(const Json& item, const std::string& text)
{
    const std::optional<std::string> gold = answerOf(item);
    if (!gold)
        return std::nan("");
    std::optional<double> score = boxedAccuracy(*gold, text);
    if (!score)
        score = boxedAccuracy("$" + *gold + "$", text);
    return score.value_or(std::nan(""));
}

double tinyZero(const Json& item, const std::string& text)
{
    const Json *numbers = find(item, "numbers"), *target = find(item, "target");
    if (numbers && numbers->is_array() && target && target->is_number_integer()) {
        std::vector<int64_t> given;
        for (const Json& number : *numbers) {
            if (!number.is_number_integer())
                return std::nan("");
            given.push_back(number.get<int64_t>());
        }
        return tinyZeroCountdown(text, given, target->get<int64_t>());
    }
    const std::optional<std::string> answer = answerOf(item);
    int64_t product = 0;
    if (!answer || answer->empty())
        return std::nan("");
    const auto [end, error] = std::from_chars(answer->data(), answer->data() + answer->size(), product);
    return error == std::errc() && end == answer->data() + answer->size() ? tinyZeroMultiply(text, product)
                                                                          : std::nan("");
}

/// "(1) Zoey is a knave" on each line: name and role.
std::optional<std::pair<std::string, std::string>> personOf(std::string_view line)
{
    const size_t open = line.find(") "), is = line.find(" is a ");
    if (is == std::string_view::npos)
        return std::nullopt;
    const size_t from = open < is ? open + 2 : 0;
    std::string_view role = line.substr(is + 6);
    role = role.substr(0, role.find_first_of(" .\r"));
    if (role != "knight" && role != "knave")
        return std::nullopt;
    return std::pair { std::string(line.substr(from, is - from)), std::string(role) };
}

double logicRl(const Json& item, const std::string& text)
{
    std::vector<std::string> names, roles;
    const Json *people = find(item, "names"), *solution = find(item, "solution"),
               *lines = find(item, "solution_text_format");
    if (people && people->is_array() && solution && solution->is_array() && people->size() == solution->size()) {
        for (size_t i = 0; i < people->size(); ++i) {
            if (!(*people)[i].is_string() || !(*solution)[i].is_boolean())
                return std::nan("");
            names.push_back((*people)[i].get<std::string>());
            roles.emplace_back((*solution)[i].get<bool>() ? "knight" : "knave");
        }
    } else if (lines && lines->is_string()) {
        const std::string all = lines->get<std::string>();
        for (size_t at = 0; at < all.size();) {
            const size_t end = std::min(all.find('\n', at), all.size());
            if (const auto person = personOf(std::string_view(all).substr(at, end - at))) {
                names.push_back(person->first);
                roles.push_back(person->second);
            }
            at = end + 1;
        }
    }
    return names.empty() ? std::nan("") : logicRlScore(text, names, roles).total();
}

} // namespace

void scoreByItem(
    RewardValues& values, const RewardConfig& rewards, const std::string& itemJson, const std::string& text)
{
    const bool named = isWeighed(rewards, RewardPart::Expression); // which may ask for any of them
    const auto wanted = [&](RewardPart part) { return named || isWeighed(rewards, part); };
    if (!wanted(RewardPart::Boxed) && !wanted(RewardPart::CodeFormat) && !wanted(RewardPart::TinyZero)
        && !wanted(RewardPart::LogicRl))
        return;
    const Json parsed = jsonDepthWithin(itemJson) ? Json::parse(itemJson, nullptr, /*allow_exceptions=*/false) : Json();
    const Json item = parsed.is_discarded() ? Json() : parsed;
    const auto set = [&](RewardPart part, auto&& value) {
        if (wanted(part))
            values[size_t(part)] = value();
    };
    set(RewardPart::Boxed, [&] { return boxed(item, text); });
    set(RewardPart::TinyZero, [&] { return tinyZero(item, text); });
    set(RewardPart::LogicRl, [&] { return logicRl(item, text); });
    set(RewardPart::CodeFormat, [&] {
        const Json* language = find(item, "language");
        return codeFormat(text, language && language->is_string() ? language->get<std::string>() : "python");
    });
}

} // namespace aha
