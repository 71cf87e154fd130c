#include "core/algo/kl_controller.h"

#include <algorithm>

namespace aha {

void KlController::update(double kl, double n)
{
    if (adaptive)
        coef *= 1 + std::clamp(kl / adaptive->target - 1, -0.2, 0.2) * n / adaptive->horizon;
}

} // namespace aha
