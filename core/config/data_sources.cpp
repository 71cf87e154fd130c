#include "core/config/data_sources.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace aha {

namespace {

std::string trimmed(const std::string& text)
{
    constexpr const char* kSpace = " \t\r\n";
    const size_t from = text.find_first_not_of(kSpace);
    return from == std::string::npos ? "" : text.substr(from, text.find_last_not_of(kSpace) - from + 1);
}

/// Empty parts keep their places; an empty text has none.
std::vector<std::string> parts(const std::string& text, char separator)
{
    std::vector<std::string> found;
    if (trimmed(text).empty())
        return found;
    for (size_t from = 0; from <= text.size();) {
        const size_t to = std::min(text.find(separator, from), text.size());
        found.push_back(trimmed(text.substr(from, to - from)));
        from = to + 1;
    }
    return found;
}

Error rule(const std::string& message, const std::string& hint) { return { "config_rule", message, hint }; }

/// The paths of the model and of rows, each as `moved` says. A list that stays is as it was written.
template <class Moved> RunConfig withPaths(RunConfig config, const Moved& moved)
{
    config.model.path = moved(config.model.path);
    for (std::string* paths : { &config.data.path, &config.data.evalPath }) {
        const std::vector<std::string> given = parts(*paths, ';');
        std::string joined;
        bool changed = false;
        for (const std::string& path : given) {
            const std::string now = moved(path);
            changed = changed || now != path;
            joined += (&path == &given.front() ? "" : "; ") + now;
        }
        if (changed)
            *paths = joined;
    }
    return config;
}

} // namespace

Result<std::vector<DataSource>> dataSources(const DataConfig& data)
{
    const std::vector<std::string> paths = parts(data.path, ';');
    std::vector<DataSource> sources(paths.size());
    for (size_t i = 0; i < paths.size(); ++i) {
        if (paths[i].empty())
            return rule("data.path has an empty part.", "Separate paths by single semicolons.");
        sources[i].path = paths[i];
    }
    const auto spread = [&](const char* field, const std::string& text, std::string DataSource::*member) {
        const std::vector<std::string> given = parts(text, ';');
        if (given.size() > 1 && given.size() != sources.size())
            return Result<void>(rule(std::string(field) + " has " + std::to_string(given.size()) + " parts for "
                    + std::to_string(sources.size()) + " sources.",
                "Give one for all, or one for each path of data.path."));
        for (size_t i = 0; i < sources.size() && !given.empty(); ++i)
            sources[i].*member = given[given.size() == 1 ? 0 : i];
        return Result<void>();
    };
    if (Result<void> done = spread("data.split", data.split, &DataSource::split); !done)
        return done.error();
    if (Result<void> done = spread("data.slice", data.slice, &DataSource::slice); !done)
        return done.error();
    const std::vector<std::string> weights = parts(data.weights, ';');
    if (!weights.empty() && weights.size() != sources.size())
        return rule("data.weights has " + std::to_string(weights.size()) + " parts for "
                + std::to_string(sources.size()) + " sources.",
            "Give one for each path of data.path, or none.");
    for (size_t i = 0; i < weights.size(); ++i) {
        char* end = nullptr;
        const double weight = std::strtod(weights[i].c_str(), &end);
        if (weights[i].empty() || *end != '\0' || !std::isfinite(weight) || weight <= 0)
            return rule(
                "data.weights has the part \"" + weights[i] + "\".", "Weights are numbers above 0, such as 0.7; 0.3.");
        sources[i].weight = weight;
    }
    return sources;
}

RunConfig withPathsFrom(RunConfig config, const std::filesystem::path& folder)
{
    const auto meant = [&](const std::string& path) {
        std::error_code ignored;
        const std::filesystem::path given = path, beside = std::filesystem::absolute(folder) / given;
        return !path.empty() && given.is_relative() && !std::filesystem::exists(given, ignored)
                && std::filesystem::exists(beside, ignored)
            ? beside.lexically_normal().string()
            : path;
    };
    return withPaths(std::move(config), meant);
}

RunConfig withPathsBelow(RunConfig config, const std::filesystem::path& folder)
{
    const std::filesystem::path home = std::filesystem::absolute(folder).lexically_normal();
    const auto below = [&](const std::string& path) {
        const std::filesystem::path given = path, relative = given.lexically_normal().lexically_relative(home);
        return given.is_absolute() && !relative.empty() && *relative.begin() != ".." && relative != "."
            ? relative.string()
            : path;
    };
    return withPaths(std::move(config), below);
}

std::vector<ColumnChoice> columnChoices(const std::string& mapping)
{
    std::vector<ColumnChoice> choices;
    const std::string text = trimmed(mapping);
    if (text.find('=') == std::string::npos || text.front() == '{')
        return choices;
    for (const std::string& pair : parts(text, ',')) {
        const size_t equals = std::min(pair.find('='), pair.size());
        choices.push_back(
            { trimmed(pair.substr(0, equals)), equals < pair.size() ? trimmed(pair.substr(equals + 1)) : "" });
    }
    return choices;
}

} // namespace aha
