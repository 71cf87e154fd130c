#pragma once
// Named places where a test can make the program fail on purpose (HACKING.md, "Faults").

namespace aha {

/// True at the n-th call with this `point` when the environment says AHASCOPE_FAULT=point:n (n counts from 1), and only
/// then. The count is kept in the environment variable itself, so there is no global state; without the variable the
/// cost is one getenv. Meant for places that one thread passes.
bool faultDue(const char* point);

/// Ends the process like `kill -9` when `point` is due.
void faultKill(const char* point);

} // namespace aha
