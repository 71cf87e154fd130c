#include "core/data/row_reader.h"
#include "core/data/parquet_reader.h"
#include "core/data/text_reader.h"

#include <algorithm>
#include <cctype>

namespace aha::data {

namespace {

/// Lower-case name without .gz or .zst.
std::string plainName(const std::filesystem::path& file)
{
    std::string name = file.filename().string();
    std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return char(std::tolower(c)); });
    for (const std::string_view packed : { ".gz", ".zst", ".zstd" })
        if (name.size() > packed.size() && name.compare(name.size() - packed.size(), packed.size(), packed) == 0)
            return name.substr(0, name.size() - packed.size());
    return name;
}

Error unknown(const std::filesystem::path& file, const std::string& what, const std::string& hint)
{
    return { "format_unknown", file.string() + " " + what, hint };
}

} // namespace

Result<FileFormat> formatOf(const std::filesystem::path& file)
{
    auto source = ByteSource::open(file, {}, {});
    if (!source)
        return source.error();
    std::string head(512, '\0');
    size_t size = 0;
    while (size < head.size()) {
        const auto got = (*source)->read(head.data() + size, head.size() - size);
        if (!got)
            return got.error();
        if (*got == 0)
            break;
        size += *got;
    }
    head.resize(size);
    if (head.rfind("PAR1", 0) == 0 || head.rfind("PARE", 0) == 0)
        return FileFormat::Parquet;
    if (head.rfind("version https://git-lfs", 0) == 0)
        return unknown(file, "is a Git LFS pointer, not the data.", "Run git lfs pull in its folder.");
    if (head.rfind("\xFF\xFE", 0) == 0 || head.rfind("\xFE\xFF", 0) == 0)
        return unknown(file, "is UTF-16.", "Save it as UTF-8.");
    const std::string name = plainName(file);
    const auto ends = [&](std::string_view suffix) {
        return name.size() > suffix.size() && name.compare(name.size() - suffix.size(), suffix.size(), suffix) == 0;
    };
    if (ends(".parquet"))
        return Error { "parquet_damaged", file.string() + " is not a Parquet file: it does not begin with PAR1.",
            "Fetch it again, or rename it if it is something else." };
    std::string_view text = head;
    if (text.substr(0, 3) == "\xEF\xBB\xBF")
        text.remove_prefix(3);
    const size_t at = text.find_first_not_of(" \t\r\n");
    const char first = at == std::string_view::npos ? '\0' : text[at];
    if (first == '<' && (ends(".json") || ends(".jsonl") || ends(".ndjson")))
        return unknown(file, "is a web page, not data.", "The download went wrong (a login page?): fetch it again.");
    if (ends(".jsonl") || ends(".ndjson"))
        return FileFormat::Jsonl;
    if (ends(".json"))
        return FileFormat::Json;
    if (ends(".csv") || ends(".tsv"))
        return FileFormat::Csv;
    if (first == '{' || first == '[')
        return FileFormat::Json; // reads values one after another, too
    return unknown(file, "is no kind of data that this program knows.",
        "Known: .jsonl, .json, .csv, .tsv, .parquet, the text ones also as .gz or .zst.");
}

Result<std::unique_ptr<RowReader>> openRows(
    const std::filesystem::path& file, const ReadOptions& options, std::stop_token stop)
{
    const auto format = formatOf(file);
    if (!format)
        return format.error();
    if (*format == FileFormat::Parquet)
        return openParquet(file, options, std::move(stop));
    auto source = ByteSource::open(file, options, std::move(stop));
    if (!source)
        return source.error();
    switch (*format) {
    case FileFormat::Jsonl:
        return openJsonl(std::move(*source), options);
    case FileFormat::Csv:
        return openCsv(std::move(*source), options);
    default:
        return openJson(std::move(*source), options);
    }
}

} // namespace aha::data
