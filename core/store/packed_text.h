#pragma once
// Texts that take a third of their room. Private to core/store.

#include <optional>
#include <string>
#include <string_view>

namespace aha {

/// zlib's format.
std::string packed(std::string_view text);
/// nullopt for what packed() never makes, and for more than 256 MB.
std::optional<std::string> unpacked(std::string_view bytes);

} // namespace aha
