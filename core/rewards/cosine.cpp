#include "core/rewards/cosine.h"

#include <algorithm>
#include <cmath>

namespace aha {

namespace {

double between(double progress, bool right, const CosineEnds& ends)
{
    const double atZero = right ? ends.rightShort : ends.wrongShort, atOne = right ? ends.rightLong : ends.wrongLong;
    return atOne + 0.5 * (atZero - atOne) * (1 + std::cos(progress * M_PI));
}

} // namespace

double cosineClipped(double length, double maxLength, bool right, const CosineEnds& ends)
{
    return between(std::min(length / maxLength, 1.0), right, ends);
}

double cosineUnclipped(double length, double maxLength, bool right, const CosineEnds& ends)
{
    return between(length / maxLength, right, ends);
}

double demystifyCosine(double length, double maxLength, bool right, const CosineEnds& ends, double exceed)
{
    constexpr double margin = 16; // tokens
    return length + margin >= maxLength ? exceed : between(length / maxLength, right, ends);
}

} // namespace aha
