#pragma once
// A gate: the outcome counts only where the form is right (the configuration's rewards.strict). NaN, not scored, stays
// NaN unless the gate is shut: then the answer does not matter.

namespace aha {

inline double gated(double accuracy, double format) { return format == 0 ? 0 : accuracy; }

} // namespace aha
