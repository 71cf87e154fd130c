#include "core/rewards/overlong.h"

namespace aha {

double softOverlong(int64_t length, int64_t maxLength, int64_t cache)
{
    const int64_t over = length - (maxLength - cache);
    if (over <= 0)
        return 0;
    return length > maxLength ? -1 : -double(over) / double(cache); // over > 0 within max: the cache is not 0
}

double dapoOverlongBuffer(int64_t length, int64_t maxLength, int64_t buffer, double penalty)
{
    const int64_t over = length - (maxLength - buffer);
    if (over <= 0)
        return 0;
    return buffer > 0 ? -double(over) / double(buffer) * penalty : -penalty; // there: a division by 0
}

} // namespace aha
