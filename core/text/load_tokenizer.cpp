// Finds a tokenizer on disk and opens it by its kind.

#include "core/base/files.h"
#include "core/text/sentencepiece_tokenizer.h"
#include "core/text/special_tokens.h"
#include "core/text/tokenizer_json.h"

#include <algorithm>

namespace aha {

namespace {

namespace fs = std::filesystem;

constexpr uint64_t kMaxJsonBytes = 128ull << 20, kMaxModelBytes = 64ull << 20;

Result<fs::path> fileIn(const fs::path& folder)
{
    std::error_code ignored;
    for (const char* name : { "tokenizer.json", "tokenizer.model" })
        if (fs::exists(folder / name, ignored))
            return folder / name;
    std::vector<fs::path> models;
    for (fs::directory_iterator it(folder, ignored), end; it != end; it.increment(ignored))
        if (it->path().extension() == ".model")
            models.push_back(it->path());
    if (models.size() == 1)
        return models[0];
    std::sort(models.begin(), models.end());
    return Error { "tokenizer_missing",
        models.empty() ? "There is no tokenizer in " + folder.string() + "."
                       : folder.string() + " has " + std::to_string(models.size()) + " .model files, "
                + models[0].filename().string() + " and " + models[1].filename().string() + " among them.",
        models.empty() ? "The model folder needs a tokenizer.json or a tokenizer.model."
                       : "Name the tokenizer's file itself." };
}

Result<std::shared_ptr<const Tokenizer>> loadJson(const fs::path& path, std::string_view text)
{
    const auto named = [&](const Error& error) {
        return Error { error.code, path.string() + ": " + error.message,
            error.hint.empty() ? "Use an intact tokenizer.json." : error.hint };
    };
    Result<TokenizerParts> parts = readTokenizerJson(text);
    if (!parts) {
        Error error = named(parts.error());
        if (error.code == "tokenizer_unsupported")
            error.hint = "This model needs a tokenizer that this program does not have.";
        return error;
    }
    if (path.filename() == "tokenizer.json") // any other name need not belong to the files beside it
        if (Result<void> special = readSpecialTokens(path.parent_path(), *parts); !special)
            return special.error();
    if (parts->special.bos < 0 && parts->post.prefixIds.size() == 1)
        parts->special.bos = parts->post.prefixIds[0];
    auto tokenizer = makePipelineTokenizer(std::move(*parts));
    if (!tokenizer)
        return named(tokenizer.error());
    return tokenizer;
}

} // namespace

Result<std::shared_ptr<const Tokenizer>> loadTokenizer(const fs::path& folderOrFile)
{
    std::error_code ignored;
    fs::path path = folderOrFile;
    if (fs::is_directory(folderOrFile, ignored)) {
        Result<fs::path> found = fileIn(folderOrFile);
        if (!found)
            return found.error();
        path = *found;
    }
    const bool json = path.extension() == ".json";
    Result<std::string> bytes = readFile(path, json ? kMaxJsonBytes : kMaxModelBytes);
    if (!bytes)
        return Error { "tokenizer_missing", "There is no readable tokenizer: " + bytes.error().message,
            "The model folder needs a tokenizer.json or a tokenizer.model." };
    return json ? loadJson(path, *bytes) : makeSentencePieceTokenizer(*bytes, path);
}

} // namespace aha
