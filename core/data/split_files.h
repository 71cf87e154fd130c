#pragma once
// Which files of a folder belong together, and in which order: the layouts of the Hugging Face hub and of plain
// folders.

#include "core/base/result.h"

#include <filesystem>
#include <string>
#include <vector>

namespace aha::data {

/// Files read one after another as one data set.
struct Split {
    std::string name; ///< "train", "test", "validation"; with several configurations "main/train"
    std::vector<std::filesystem::path> files; ///< numbers in names count as numbers: part-2 before part-10
    std::vector<std::filesystem::path> ignored; ///< the same split in another format; never both
};

/// A file is one split, named by its own name ("train" when that says nothing). In a folder (four levels deep) the word
/// train, test or validation (or dev, eval, valid, val) in the file's or a folder's name decides; files without one are
/// train; sub-folders other than data/ and the split's own name are configurations. Sorted by name, train first.
/// Errors: file_missing, dataset_empty (no data file), dataset_too_many (over 10000 files).
Result<std::vector<Split>> findSplits(const std::filesystem::path& fileOrFolder);

/// The split of that name; an empty name: the only one, or "train". Errors: split_unknown (lists the names),
/// findSplits's.
Result<Split> chooseSplit(const std::filesystem::path& fileOrFolder, const std::string& name);

} // namespace aha::data
