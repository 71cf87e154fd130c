#include "core/data/dataset_manifest.h"
#include "core/base/json_depth.h"

namespace aha::data {

namespace {

constexpr int kVersion = 1;

} // namespace

std::string manifestText(const DatasetManifest& manifest)
{
    Row json { { "version", kVersion }, { "digest", manifest.digest }, { "rows", manifest.rows },
        { "bad_rows", manifest.badRowCount } };
    json["columns"] = Row::array();
    for (const Column& column : manifest.columns)
        json["columns"].push_back({ { "name", column.name }, { "rows", column.rows } });
    json["sources"] = Row::array();
    for (const SourceFile& s : manifest.sources)
        json["sources"].push_back({ { "path", s.path }, { "bytes", s.bytes }, { "modified_ns", s.modifiedNs },
            { "sha256", s.sha256 }, { "rows", s.rows } });
    json["listed_bad_rows"] = Row::array();
    for (const RowError& e : manifest.badRows)
        json["listed_bad_rows"].push_back({ { "file", e.file }, { "row", e.row }, { "line", e.line },
            { "count", e.count }, { "code", e.code }, { "message", e.message }, { "hint", e.hint } });
    // A path is bytes; what is not UTF-8 in it is shown, not kept.
    return json.dump(1, ' ', false, Row::error_handler_t::replace) + "\n";
}

Result<DatasetManifest> parseManifest(const std::string& text, const std::filesystem::path& folder)
{
    const auto damaged = [&](const std::string& why) {
        return Error { "store_damaged", (folder / kManifestName).string() + " cannot be used: " + why + ".",
            "Delete the folder and import the data again." };
    };
    if (!jsonDepthWithin(text))
        return damaged("it is nested too deeply");
    try {
        const Row json = Row::parse(text);
        if (json.at("version").get<int>() != kVersion)
            return Error { "store_version",
                folder.string() + " was written by another version of this program (format " + json.at("version").dump()
                    + ").",
                "Delete the folder and import the data again." };
        DatasetManifest manifest;
        manifest.digest = json.at("digest").get<std::string>();
        manifest.rows = json.at("rows").get<uint64_t>();
        manifest.badRowCount = json.at("bad_rows").get<uint64_t>();
        for (const Row& c : json.at("columns"))
            manifest.columns.push_back({ c.at("name").get<std::string>(), c.at("rows").get<uint64_t>() });
        for (const Row& s : json.at("sources"))
            manifest.sources.push_back({ s.at("path").get<std::string>(), s.at("bytes").get<uint64_t>(),
                s.at("modified_ns").get<int64_t>(), s.at("sha256").get<std::string>(), s.at("rows").get<uint64_t>() });
        for (const Row& e : json.at("listed_bad_rows"))
            manifest.badRows.push_back({ e.at("file").get<std::string>(), e.at("row").get<uint64_t>(),
                e.at("line").get<uint64_t>(), e.at("count").get<uint64_t>(), e.at("code").get<std::string>(),
                e.at("message").get<std::string>(), e.at("hint").get<std::string>() });
        return manifest;
    } catch (const std::exception& error) {
        return damaged(error.what());
    }
}

} // namespace aha::data
