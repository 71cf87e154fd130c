#pragma once
// Length-scaled correctness (Demystifying Long CoT, arXiv 2502.03373 §3.2), in the three forms that are in use:
//   r(p) = long + ½ (short - long) (1 + cos πp),   p = length / max
// between a value for length 0 and one for the longest length, for right and for wrong answers.

namespace aha {

struct CosineEnds {
    double rightShort = 1, rightLong = 0.5, wrongShort = -1, wrongLong = -0.5;
};

/// Our default and TRL's (get_cosine_scaled_reward): p stops at 1. `length` and `maxLength` in tokens.
double cosineClipped(double length, double maxLength, bool right, const CosineEnds& ends);
/// open-r1's (cosine_scaled_reward): p is not clipped, so that beyond the longest length the value climbs again; there
/// lengths are characters.
double cosineUnclipped(double length, double maxLength, bool right, const CosineEnds& ends);
/// Demystifying Long CoT's own: within 16 tokens of the longest length a completion counts as cut, and gets `exceed`.
double demystifyCosine(double length, double maxLength, bool right, const CosineEnds& ends, double exceed);

} // namespace aha
