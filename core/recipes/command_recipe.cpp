// verl's and OpenRLHF's recipes: shell scripts with hydra's a.b=c or with --flags.

#include "core/recipes/flow_reader.h"
#include "core/recipes/shell_words.h"

#include <algorithm>

namespace aha {

using Json = nlohmann::ordered_json;

namespace {

bool isFlag(const ShellWord& word)
{
    return word.text.size() > 2 && word.text.rfind("--", 0) == 0
        && std::isalpha(static_cast<unsigned char>(word.text[2])) != 0;
}

/// "a.b" of "a.b=c", "+a.b=c"; empty when the word is no assignment.
std::string assignedName(const std::string& word)
{
    const size_t from = std::min(word.find_first_not_of('+'), word.size());
    const size_t equals = word.find('=', from);
    if (equals == std::string::npos || equals == from)
        return {};
    const std::string name = word.substr(from, equals - from);
    const bool ok = std::all_of(name.begin(), name.end(), [](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '.' || c == '/' || c == '@';
    });
    return ok && std::isalpha(static_cast<unsigned char>(name[0])) != 0 ? name : std::string();
}

Json valueOf(const std::string& text, int64_t line)
{
    if (text.empty() || (text[0] != '[' && text[0] != '{'))
        return text.size() >= 2 && text[0] == '\'' && text.back() == '\'' ? Json(text.substr(1, text.size() - 2))
                                                                          : plainValue(text);
    FlowReader reader(text, line);
    return reader.value();
}

/// The words after a flag up to the next one or to hydra's a.b=c: none is true, one a value, several a list.
Json flagValue(const std::vector<ShellWord>& words, size_t& at)
{
    Json values = Json::array();
    while (at + 1 < words.size() && !words[at + 1].startsCommand && !isFlag(words[at + 1]) && words[at + 1].text != "--"
        && assignedName(words[at + 1].text).find('.') == std::string::npos && words[at + 1].text != ")"
        && words[at + 1].text.find("[@]") == std::string::npos) {
        ++at;
        values.push_back(valueOf(words[at].text, words[at].line));
    }
    return values.empty() ? Json(true) : values.size() == 1 ? values[0] : values;
}

} // namespace

RecipeText readCommandLine(const std::string& text)
{
    RecipeText recipe;
    recipe.format = RecipeFormat::CommandLine;
    const std::vector<ShellWord> words = shellWords(text);
    bool inCommand = false; // of the training program: shell commands before it are not settings
    for (size_t i = 0; i < words.size(); ++i) {
        const ShellWord& word = words[i];
        inCommand = inCommand && !word.startsCommand;
        if (word.text == "-m" && i + 1 < words.size() && !words[i + 1].startsCommand) {
            recipe.trainer = words[++i].text;
            inCommand = true;
        } else if (word.text.rfind("openrlhf.cli.train_", 0) == 0) { // in a text that deepspeed --module is given
            recipe.trainer = word.text;
            inCommand = true;
        } else if (word.text == "trl" && word.startsCommand && i + 1 < words.size() && !words[i + 1].startsCommand) {
            recipe.trainer = "trl " + words[++i].text;
            inCommand = true;
        } else if (isFlag(word)) {
            const size_t equals = word.text.find('=');
            const std::string key = word.text.substr(2, equals == std::string::npos ? equals : equals - 2);
            const Json value
                = equals == std::string::npos ? flagValue(words, i) : valueOf(word.text.substr(equals + 1), word.line);
            recipe.settings.push_back({ key, value, word.line });
        } else if (const std::string name = assignedName(word.text);
                   !name.empty() && (inCommand || name.find('.') != std::string::npos)) {
            recipe.settings.push_back(
                { name, valueOf(word.text.substr(word.text.find('=') + 1), word.line), word.line });
        }
        if (recipe.settings.size() > kMaxRecipeSettings)
            recipeFailure(word.line, "there are more than " + std::to_string(kMaxRecipeSettings) + " settings.",
                "No recipe has.");
    }
    return recipe;
}

} // namespace aha
