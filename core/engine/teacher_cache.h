#pragma once
// What a teacher said, kept on disk: its k likeliest next tokens with their log-probs at every trained token of a row,
// for this run and others. The mass of all other tokens follows from them (topk_teacher.h), so it is not stored.
//
// The folder has one folder for each way of asking, named by a digest of all that an answer depends on (teacher,
// temperature, k, clip), so that the answers to one question are never taken for those to another. In it are files that
// are written whole or not at all and never changed, of some rows each:
//
//   {"rows": [{"key", "at", "tokens", "sha256"}, …]}\n      key: digest of the row's tokens and of which are trained
//   ids int32 [tokens][k], log-probs float32 [tokens][k]    of each row, at bytes `at` behind the first line
//
// A row's sha256 is over question, key and numbers, so nothing that was changed or mixed up on disk is ever used: it is
// a warning, and the teacher is asked again.

#include "core/algo/sft_sequence.h"
#include "core/algo/topk_teacher.h"
#include "core/base/result.h"

#include <filesystem>
#include <functional>
#include <map>
#include <optional>

namespace aha {

/// Not thread-safe. Several processes may share a folder.
class TeacherCache {
public:
    using Warn = std::function<void(const std::string&)>;

    /// `question`: the digest. Reads the first line of every file; a damaged file is left out with a warning. Errors:
    /// file_unwritable.
    static Result<TeacherCache> open(
        const std::filesystem::path& folder, const std::string& question, int64_t k, Warn warn);

    /// Of a row's tokens, and of which are trained.
    static std::string keyOf(const SftSequence& row);
    /// Nothing when it is not there, or not whole.
    std::optional<TeacherSupport> find(const std::string& key, int64_t trainedTokens);
    /// Keeps the answers on `rows` in one new file. Errors: disk_full, file_unwritable.
    Result<void> add(const std::vector<std::pair<std::string, TeacherSupport>>& rows);

    size_t rows() const { return m_places.size(); }

private:
    struct Place {
        std::filesystem::path file;
        uint64_t at = 0; ///< in the file
        int64_t tokens = 0;
        std::string sha256;
    };
    TeacherCache() = default;
    Result<void> readIndex(const std::filesystem::path& file);
    size_t bytesOf(int64_t tokens) const { return size_t(tokens * m_k) * 8; }

    std::filesystem::path m_folder;
    std::string m_question;
    int64_t m_k = 0;
    Warn m_warn;
    std::multimap<std::string, Place> m_places; ///< by key; more than one where two runs asked at the same time
};

} // namespace aha
