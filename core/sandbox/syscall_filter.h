#pragma once
// The seccomp program of a sandbox: what of the kernel a program may ask for.

#include "core/base/result.h"

#include <string>

namespace aha {

/// Classic BPF as bubblewrap's --seccomp reads it. All of the kernel is open but what a program that computes does not
/// need and an attack does: each call stands with its reason in the table of the .cpp. System calls of another
/// architecture (32 bit, x32) kill. Error: sandbox_filter.
Result<std::string> makeSyscallFilter();

} // namespace aha
