#include "widgets/plots/seriescolors.h"

#include <algorithm>
#include <cmath>

namespace aha {

namespace {

double luminance(const QColor& color)
{
    const auto linear = [](double c) { return c <= 0.03928 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4); };
    return 0.2126 * linear(color.redF()) + 0.7152 * linear(color.greenF()) + 0.0722 * linear(color.blueF());
}

} // namespace

double contrast(const QColor& a, const QColor& b)
{
    const double x = luminance(a), y = luminance(b);
    return (std::max(x, y) + 0.05) / (std::min(x, y) + 0.05);
}

QColor seriesColor(int index, bool dark)
{
    static constexpr QRgb colors[kSeriesColors][2] = {
        { 0xff2b6cb0, 0xff5aa2e6 },
        { 0xffd55e00, 0xfff08a3c },
        { 0xff00866a, 0xff1fbf92 },
        { 0xffb5578e, 0xffd98fb9 },
        { 0xff9a7400, 0xffe0b23c },
        { 0xff2a8fbd, 0xff7ccbf2 },
        { 0xff6b5bb5, 0xffa99bf0 },
    };
    return QColor::fromRgb(colors[index % kSeriesColors][dark]);
}

} // namespace aha
