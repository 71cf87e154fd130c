#include "core/data/read_options.h"

namespace aha::data {

std::string RowError::place() const
{
    const std::string last = count > 1 ? "–" + std::to_string(row + count - 1) : "";
    if (line == 0)
        return file + ", row" + (count > 1 ? "s " : " ") + std::to_string(row) + last;
    return file + ", line " + std::to_string(line) + " (row " + std::to_string(row) + ")";
}

std::string RowError::sentence() const { return place() + ": " + message + (hint.empty() ? "" : " " + hint); }

} // namespace aha::data
