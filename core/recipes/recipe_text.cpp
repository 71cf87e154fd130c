#include "core/recipes/recipe_text.h"

#include "core/base/ascii.h"
#include "core/base/utf8.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace aha {

using Json = nlohmann::ordered_json;

std::string shortText(std::string_view text)
{
    constexpr size_t kLongest = 60;
    std::string shown = validUtf8(text.substr(0, kLongest));
    for (char& c : shown)
        if (static_cast<unsigned char>(c) < 32 || c == 127)
            c = ' ';
    return text.size() > kLongest ? shown + "…" : shown;
}

void recipeFailure(int64_t line, const std::string& message, const std::string& hint)
{
    throw Failure({ "recipe_syntax", "Line " + std::to_string(line) + ": " + message, hint });
}

Json plainValue(std::string_view word)
{
    if (word.empty() || word == "null" || word == "None" || word == "~" || word == "Null")
        return nullptr;
    if (word == "true" || word == "True" || word == "TRUE")
        return true;
    if (word == "false" || word == "False" || word == "FALSE")
        return false;
    const char *from = word.data() + (word[0] == '+' ? 1 : 0), *to = word.data() + word.size();
    int64_t whole = 0;
    if (const auto parsed = std::from_chars(from, to, whole); parsed.ec == std::errc() && parsed.ptr == to)
        return whole;
    double number = 0;
    const bool digits = word.find_first_of("0123456789") != std::string_view::npos; // "inf" and "nan" are words
    if (const auto parsed = std::from_chars(from, to, number);
        digits && parsed.ec == std::errc() && parsed.ptr == to && std::isfinite(number))
        return number;
    return validUtf8(word);
}

namespace {

/// The first line that says something, without its indentation.
std::string_view firstWords(std::string_view text)
{
    for (size_t from = 0; from < text.size();) {
        const size_t to = std::min(text.find('\n', from), text.size());
        std::string_view line = text.substr(from, to - from);
        const size_t start = line.find_first_not_of(" \t\r");
        if (start != std::string_view::npos && line[start] != '#')
            return line.substr(start);
        from = to + 1;
    }
    return {};
}

/// Python: a trainer's configuration is called somewhere.
bool callsConfig(std::string_view text)
{
    for (size_t at = text.find("Config("); at != std::string_view::npos; at = text.find("Config(", at + 1))
        if (at > 0 && isName(text[at - 1]))
            return true;
    return false;
}

/// YAML: it begins with "key:", "- " or "---".
bool beginsAsYaml(std::string_view first)
{
    const size_t end
        = size_t(std::find_if(first.begin(), first.end(), [](char c) { return !isName(c); }) - first.begin());
    const char after = end + 1 < first.size() ? first[end + 1] : ' ';
    return first.rfind("---", 0) == 0
        || (end > 0 && end < first.size() && first[end] == ':' && (after == ' ' || after == '\t' || after == '\r'));
}

/// Shell: some line outside comments has a word "--name", or "a.b=c" without blanks around.
bool isCommandLine(std::string_view text)
{
    for (size_t from = 0; from < text.size();) {
        const size_t to = std::min(text.find('\n', from), text.size());
        const std::string_view line = text.substr(from, to - from);
        from = to + 1;
        const size_t start = line.find_first_not_of(" \t\r+");
        if (start == std::string_view::npos || line[start] == '#')
            continue;
        for (size_t at = line.find("--"); at != std::string_view::npos; at = line.find("--", at + 2))
            if ((at == 0 || line[at - 1] == ' ' || line[at - 1] == '\t') && at + 2 < line.size()
                && std::isalpha(static_cast<unsigned char>(line[at + 2])) != 0)
                return true;
        for (size_t equals = line.find('='); equals != std::string_view::npos; equals = line.find('=', equals + 1)) {
            size_t name = equals;
            while (name > 0 && (isName(line[name - 1]) || line[name - 1] == '.'))
                --name;
            if (line.substr(name, equals - name).find('.') != std::string_view::npos
                && (name == 0 || line[name - 1] == ' ' || line[name - 1] == '\t' || line[name - 1] == '+'))
                return true;
        }
    }
    return false;
}

} // namespace

Result<RecipeText> readRecipeText(const std::string& text)
{
    if (text.size() > kMaxRecipeBytes)
        return Error { "recipe_too_large",
            "The recipe has " + std::to_string(text.size()) + " bytes; at most " + std::to_string(kMaxRecipeBytes)
                + " are read.",
            "A recipe is a short text: YAML, JSON, Python or a command line." };
    if (const size_t zero = text.find('\0'); zero != std::string::npos)
        return Error { "recipe_syntax",
            "Line " + std::to_string(1 + std::count(text.begin(), text.begin() + long(zero), '\n'))
                + ": there is a zero byte, so this is no text.",
            "Name a recipe in YAML, JSON, Python or a command line." };
    try {
        const std::string_view first = firstWords(text);
        RecipeText recipe;
        if (!first.empty() && first[0] == '{')
            recipe = readKeywordRecipe(text);
        else if (beginsAsYaml(first))
            recipe = readYamlRecipe(text);
        else if (callsConfig(text))
            recipe = readKeywordRecipe(text);
        else if (isCommandLine(text))
            recipe = readCommandLine(text);
        else
            recipe = readYamlRecipe(text);
        if (recipe.settings.empty())
            return Error { "recipe_empty", "The recipe has no settings.",
                "Name a file with key: value lines, GRPOConfig(…), or a command line." };
        return recipe;
    } catch (const Failure& failure) {
        return failure.error();
    }
}

} // namespace aha
