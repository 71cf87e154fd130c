#include "core/data/split_files.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <map>

namespace aha::data {

namespace fs = std::filesystem;

namespace {

constexpr int kMaxDepth = 4;
constexpr size_t kMaxFiles = 10000;

std::string lower(std::string text)
{
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return char(std::tolower(c)); });
    return text;
}

/// "parquet", "jsonl", "json", "csv" by name; "" for what is no data.
std::string kindOf(const fs::path& file)
{
    std::string name = lower(file.filename().string());
    // What the hub and `datasets` put beside the data.
    for (const char* other : { "dataset_info.json", "dataset_infos.json", "dataset_dict.json", "state.json",
             "config.json", "package.json", "index.json", "manifest.json" })
        if (name == other)
            return "";
    for (const std::string_view packed : { ".gz", ".zst", ".zstd" })
        if (name.size() > packed.size() && name.compare(name.size() - packed.size(), packed.size(), packed) == 0)
            name.resize(name.size() - packed.size());
    const std::string extension = fs::path(name).extension().string();
    if (extension == ".parquet")
        return "parquet";
    if (extension == ".jsonl" || extension == ".ndjson")
        return "jsonl";
    if (extension == ".json")
        return "json";
    if (extension == ".csv" || extension == ".tsv")
        return "csv";
    return "";
}

/// The split that a word between separators names, or "".
std::string splitWord(const std::string& text)
{
    static constexpr std::array<std::pair<const char*, const char*>, 9> words { { { "train", "train" },
        { "training", "train" }, { "test", "test" }, { "testing", "test" }, { "eval", "test" },
        { "evaluation", "test" }, { "validation", "validation" }, { "valid", "validation" },
        { "dev", "validation" } } };
    std::string word;
    for (const char c : lower(text) + "\n") {
        if (std::isalpha(static_cast<unsigned char>(c))) {
            word += c;
            continue;
        }
        for (const auto& [known, split] : words)
            if (word == known)
                return split;
        if (word == "val")
            return "validation";
        word.clear();
    }
    return "";
}

/// Runs of digits compare as numbers.
bool naturalLess(const std::string& a, const std::string& b)
{
    size_t i = 0, j = 0;
    const auto digit = [](char c) { return c >= '0' && c <= '9'; };
    while (i < a.size() && j < b.size()) {
        if (digit(a[i]) && digit(b[j])) {
            const auto run = [&](const std::string& s, size_t& at) {
                while (at < s.size() && s[at] == '0')
                    ++at;
                const size_t begin = at;
                while (at < s.size() && digit(s[at]))
                    ++at;
                return s.substr(begin, at - begin);
            };
            const std::string x = run(a, i), y = run(b, j);
            if (x.size() != y.size())
                return x.size() < y.size();
            if (x != y)
                return x < y;
        } else if (a[i] != b[j]) {
            return a[i] < b[j];
        } else {
            ++i;
            ++j;
        }
    }
    if (a.size() - i != b.size() - j)
        return a.size() - i < b.size() - j;
    return a < b;
}

int rank(const std::string& split)
{
    const std::string last = split.substr(split.rfind('/') + 1);
    return last == "train" ? 0 : last == "validation" ? 1 : 2;
}

Result<std::vector<fs::path>> dataFiles(const fs::path& folder)
{
    std::vector<fs::path> found;
    std::error_code error;
    // Folders behind links are not entered: there may be loops.
    fs::recursive_directory_iterator at(folder, fs::directory_options::skip_permission_denied, error), end;
    if (error)
        return Error { "file_unreadable", folder.string() + " cannot be listed: " + error.message() + ".",
            "Check its permissions." };
    for (; at != end; at.increment(error)) {
        if (error)
            break;
        const std::string name = at->path().filename().string();
        std::error_code ignored;
        if (at->is_directory(ignored)) {
            if (name[0] == '.' || at.depth() + 1 >= kMaxDepth)
                at.disable_recursion_pending();
        } else if (name[0] != '.' && at->is_regular_file(ignored) && !kindOf(at->path()).empty()) {
            found.push_back(at->path());
            if (found.size() > kMaxFiles)
                return Error { "dataset_too_many",
                    folder.string() + " holds more than " + std::to_string(kMaxFiles) + " data files.",
                    "Choose the folder of one data set." };
        }
    }
    std::sort(found.begin(), found.end(),
        [](const fs::path& a, const fs::path& b) { return naturalLess(a.string(), b.string()); });
    return found;
}

} // namespace

Result<std::vector<Split>> findSplits(const fs::path& path)
{
    std::error_code error;
    const fs::file_status status = fs::status(path, error);
    if (!fs::exists(status))
        return Error { "file_missing", "There is no file or folder " + path.string() + ".", "Check the path." };
    if (!fs::is_directory(status)) {
        const std::string word = splitWord(path.filename().string());
        return std::vector<Split> { Split { word.empty() ? "train" : word, { path }, {} } };
    }
    const auto files = dataFiles(path);
    if (!files)
        return files.error();
    if (files->empty())
        return Error { "dataset_empty", path.string() + " holds no data file.",
            "Known: .jsonl, .json, .csv, .tsv, .parquet, the text ones also as .gz or .zst." };

    std::map<std::string, std::map<std::string, std::vector<fs::path>>> splits; // split, kind
    for (const fs::path& file : *files) {
        std::string split = splitWord(file.filename().string()), configuration;
        for (const fs::path& part : file.parent_path().lexically_relative(path)) {
            const std::string name = part.string();
            if (name == "." || lower(name) == "data")
                continue;
            const std::string word = splitWord(name);
            if (word.empty())
                configuration += name + "/";
            else if (split.empty())
                split = word;
        }
        splits[configuration + (split.empty() ? "train" : split)][kindOf(file)].push_back(file);
    }
    std::vector<Split> all;
    for (auto& [name, kinds] : splits) {
        // The format with the most files wins; a tie goes to Parquet.
        const auto best = std::max_element(kinds.begin(), kinds.end(), [](const auto& a, const auto& b) {
            return std::pair(a.second.size(), a.first == "parquet") < std::pair(b.second.size(), b.first == "parquet");
        });
        Split split { name, best->second, {} };
        for (const auto& [kind, others] : kinds)
            if (kind != best->first)
                split.ignored.insert(split.ignored.end(), others.begin(), others.end());
        all.push_back(std::move(split));
    }
    std::stable_sort(
        all.begin(), all.end(), [](const Split& a, const Split& b) { return rank(a.name) < rank(b.name); });
    return all;
}

Result<Split> chooseSplit(const fs::path& path, const std::string& name)
{
    const auto splits = findSplits(path);
    if (!splits)
        return splits.error();
    if (name.empty() && splits->size() == 1)
        return splits->front();
    std::string names;
    for (const Split& split : *splits) {
        if (split.name == (name.empty() ? "train" : name))
            return split;
        names += (names.empty() ? "" : ", ") + split.name;
    }
    return Error { "split_unknown",
        path.string() + (name.empty() ? " holds several splits." : " has no split \"" + name + "\"."),
        "Choose one of: " + names + "." };
}

} // namespace aha::data
