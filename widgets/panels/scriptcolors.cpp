#include "widgets/panels/scriptcolors.h"

#include "widgets/language/translation.h"
#include "widgets/panels/tracecolors.h"

namespace aha {

namespace {

struct Hue {
    const char *lightTint, *darkTint, *lightMark, *darkMark;
};
constexpr Hue kBlue { "#d0ebfc", "#0f4570", "#4aa8e0", "#78c4f7" };
constexpr Hue kViolet { "#cfb8f0", "#4f2f96", "#5b2a9c", "#8a5cf0" };
constexpr Hue kRed { "#ffc7aa", "#66250a", "#d0480f", "#e0602a" };
constexpr Hue kGreen { "#a3e0cb", "#06443a", "#00806a", "#1f9a7c" };
constexpr Hue kYellow { "#fdeaa0", "#6b5a00", "#f0b400", "#ffd24a" };
constexpr Hue kGrey { "#d3d6db", "#4b5058", "#8a8f98", "#8d939d" };

struct Look {
    const char* name;
    Hue hue;
    Qt::BrushStyle pattern;
};
constexpr Look kLooks[] = { { "Latin", kBlue, Qt::SolidPattern }, { "Han", kViolet, Qt::SolidPattern },
    { "Kana", kRed, Qt::SolidPattern }, { "Hangul", kGreen, Qt::SolidPattern },
    { "Cyrillic", kYellow, Qt::SolidPattern }, { "Arabic", kGreen, Qt::BDiagPattern },
    { "Hebrew", kViolet, Qt::BDiagPattern }, { "Devanagari", kRed, Qt::BDiagPattern },
    { "Thai", kYellow, Qt::BDiagPattern }, { "Greek", kBlue, Qt::BDiagPattern },
    { "Other script", kGrey, Qt::DiagCrossPattern } };
static_assert(std::size(kLooks) == kWritingSystems);

const Look& lookOf(WritingSystem script) { return kLooks[size_t(script)]; }

} // namespace

QBrush scriptBackground(WritingSystem script, const QPalette& palette)
{
    const Look& look = lookOf(script);
    return { QColor(QLatin1String(isDark(palette) ? look.hue.darkTint : look.hue.lightTint)), look.pattern };
}

QBrush scriptRibbon(WritingSystem script, const QPalette& palette)
{
    const Look& look = lookOf(script);
    return { QColor(QLatin1String(isDark(palette) ? look.hue.darkMark : look.hue.lightMark)), look.pattern };
}

QString scriptName(WritingSystem script) { return translated(lookOf(script).name); }

} // namespace aha
