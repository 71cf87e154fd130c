#pragma once
// Small file helpers whose failure is a sentence. All paths are UTF-8 byte strings as the user gave them.

#include "core/base/result.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace aha {

/// Whole file as bytes. Errors: file_missing, file_unreadable, file_too_large (over `limitBytes`).
Result<std::string> readFile(const std::filesystem::path& path, uint64_t limitBytes = uint64_t(1) << 31);

/// Writes `bytes` so that a reader sees the old or the new content, never a part, even after a power cut: temporary
/// file in the same folder, fsync, rename, fsync of the folder. Errors: disk_full, file_unwritable.
Result<void> writeFileAtomically(const std::filesystem::path& path, std::string_view bytes);

/// fsync of a file or folder. Errors: file_unwritable.
Result<void> syncPath(const std::filesystem::path& path);

/// mkdir -p. Errors: file_unwritable with the reason.
Result<void> makeFolders(const std::filesystem::path& path);

/// An Error for a failed system call on `path`: ENOSPC becomes disk_full, others file_unwritable.
Error fileError(const std::string& what, const std::filesystem::path& path, int errnoValue);

/// Lower-case hexadecimal SHA-256.
std::string sha256Hex(std::string_view bytes);

} // namespace aha
