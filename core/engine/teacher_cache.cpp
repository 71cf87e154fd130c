#include "core/engine/teacher_cache.h"

#include "core/base/files.h"
#include "core/base/json_depth.h"

#include <ATen/ops/empty.h>
#include <nlohmann/json.hpp>

#include <cstring>
#include <fstream>

namespace aha {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

namespace {

constexpr size_t kLongestLine = size_t(1) << 26;
constexpr const char* kEnding = ".topk";

std::string digestOf(const std::string& question, const std::string& key, std::string_view numbers)
{
    return sha256Hex(question + "\n" + key + "\n" + std::string(numbers));
}

Error damaged(const fs::path& file, const std::string& why)
{
    return { "teacher_cache_invalid", "The teacher cache's file " + file.string() + " cannot be used: " + why,
        "Delete it; the teacher is asked again." };
}

std::string numbersOf(const TeacherSupport& support)
{
    const at::Tensor ids = support.ids_MS.cpu().to(at::kInt).contiguous(),
                     logp = support.logp_MS.cpu().to(at::kFloat).contiguous();
    const size_t bytes = size_t(ids.numel()) * 4;
    std::string numbers(2 * bytes, '\0');
    std::memcpy(numbers.data(), ids.const_data_ptr(), bytes);
    std::memcpy(numbers.data() + bytes, logp.const_data_ptr(), bytes);
    return numbers;
}

} // namespace

std::string TeacherCache::keyOf(const SftSequence& row)
{
    std::string bytes;
    for (size_t t = 0; t < row.ids.size(); ++t) {
        const uint32_t id = uint32_t(row.ids[t]);
        for (int shift = 0; shift < 32; shift += 8)
            bytes += char(id >> shift & 0xff);
        bytes += char(row.trained[t] != 0);
    }
    return sha256Hex(bytes);
}

Result<TeacherCache> TeacherCache::open(const fs::path& folder, const std::string& question, int64_t k, Warn warn)
{
    TeacherCache cache;
    cache.m_folder = folder / question.substr(0, 32);
    cache.m_question = question;
    cache.m_k = k;
    cache.m_warn = std::move(warn);
    if (Result<void> made = makeFolders(cache.m_folder); !made)
        return made.error();
    std::error_code ignored;
    for (const fs::directory_entry& entry : fs::directory_iterator(cache.m_folder, ignored))
        if (entry.path().extension() == kEnding)
            if (const Result<void> read = cache.readIndex(entry.path()); !read)
                cache.m_warn(read.error().message);
    return cache;
}

Result<void> TeacherCache::readIndex(const fs::path& file)
{
    std::error_code failed;
    const uint64_t size = fs::file_size(file, failed);
    std::ifstream stream(file, std::ios::binary);
    std::string line;
    for (char c = 0; line.size() < kLongestLine && stream.get(c) && c != '\n';)
        line += c;
    const Json json = stream && jsonDepthWithin(line) ? Json::parse(line, nullptr, /*allow_exceptions=*/false) : Json();
    if (failed || !json.is_object() || !json.contains("rows") || !json["rows"].is_array())
        return damaged(file, "its first line is no list of rows.");
    const uint64_t begin = line.size() + 1;
    std::vector<std::pair<std::string, Place>> found;
    for (const Json& row : json["rows"]) {
        const auto whole = [&](const char* name) {
            return row.contains(name) && row[name].is_number_unsigned() && row[name].get<uint64_t>() < (1ull << 40);
        };
        const auto text = [&](const char* name) { return row.contains(name) && row[name].is_string(); };
        if (!row.is_object() || !whole("at") || !whole("tokens") || !text("key") || !text("sha256"))
            return damaged(file, "its list of rows is damaged.");
        Place place { file, begin + row["at"].get<uint64_t>(), row["tokens"].get<int64_t>(),
            row["sha256"].get<std::string>() };
        if (uint64_t(place.tokens) > size || place.at + bytesOf(place.tokens) > size)
            return damaged(file, "it ends before the numbers of its rows.");
        found.emplace_back(row["key"].get<std::string>(), std::move(place));
    }
    m_places.insert(found.begin(), found.end());
    return {};
}

std::optional<TeacherSupport> TeacherCache::find(const std::string& key, int64_t trainedTokens)
{
    const auto [begin, end] = m_places.equal_range(key);
    for (auto place = begin; place != end;) {
        const Place& p = place->second;
        std::string numbers(bytesOf(p.tokens), '\0');
        std::ifstream stream(p.file, std::ios::binary);
        stream.seekg(std::streamoff(p.at));
        stream.read(numbers.data(), std::streamsize(numbers.size()));
        if (!stream || p.tokens != trainedTokens || digestOf(m_question, key, numbers) != p.sha256) {
            m_warn(damaged(p.file, "the numbers of a row do not match its checksum.").message
                + " The teacher is asked again.");
            place = m_places.erase(place);
            continue;
        }
        at::Tensor ids = at::empty({ p.tokens, m_k }, at::kInt), logp = at::empty({ p.tokens, m_k }, at::kFloat);
        const size_t half = numbers.size() / 2;
        std::memcpy(ids.mutable_data_ptr(), numbers.data(), half);
        std::memcpy(logp.mutable_data_ptr(), numbers.data() + half, half);
        return TeacherSupport { ids.to(at::kLong), logp, {}, false };
    }
    return std::nullopt;
}

Result<void> TeacherCache::add(const std::vector<std::pair<std::string, TeacherSupport>>& rows)
{
    if (rows.empty())
        return {};
    Json list = Json::array();
    std::string all;
    for (const auto& [key, support] : rows) {
        const std::string numbers = numbersOf(support);
        list.push_back({ { "key", key }, { "at", all.size() }, { "tokens", support.ids_MS.size(0) },
            { "sha256", digestOf(m_question, key, numbers) } });
        all += numbers;
    }
    const std::string bytes = Json({ { "rows", list } }).dump() + "\n" + all;
    const fs::path file = m_folder / (sha256Hex(bytes).substr(0, 32) + kEnding);
    if (Result<void> written = writeFileAtomically(file, bytes); !written)
        return written.error();
    return readIndex(file);
}

} // namespace aha
