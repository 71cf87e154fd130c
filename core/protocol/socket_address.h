#pragma once
// Unix domain socket helpers. Private to core/protocol.

#include "core/base/result.h"

#include <sys/socket.h>
#include <sys/un.h>

#include <filesystem>
#include <string>

namespace aha {

/// Longest path a socket address holds, without the final NUL.
inline constexpr size_t kMaxSocketPath = sizeof(sockaddr_un::sun_path) - 1;

/// `path` must not be longer than kMaxSocketPath.
inline sockaddr_un socketAddress(const std::filesystem::path& path)
{
    sockaddr_un address {};
    address.sun_family = AF_UNIX;
    const std::string text = path.string();
    text.copy(address.sun_path, kMaxSocketPath);
    return address;
}

} // namespace aha
