#include "widgets/panels/tracecolors.h"

#include "widgets/panels/scriptcolors.h"

#include <algorithm>
#include <cmath>

namespace aha {

namespace {

QColor pick(const QPalette& palette, const char* light, const char* dark)
{
    return QColor(QLatin1String(isDark(palette) ? dark : light));
}

/// Bold in a hue, and under- or overlined in a way of its own for those who cannot tell the hues apart.
struct WordLook {
    TraceSpan::Kind kind;
    const char *light, *dark;
    QTextCharFormat::UnderlineStyle underline;
    bool overline, italic;
};
constexpr WordLook kWords[] = {
    { TraceSpan::Reflection, "#9a4a00", "#ffb454", QTextCharFormat::NoUnderline, false, false },
    { TraceSpan::Hesitation, "#9a4a00", "#ffb454", QTextCharFormat::NoUnderline, false, false },
    { TraceSpan::Contrast, "#6a5300", "#e0cf7a", QTextCharFormat::DotLine, false, false },
    { TraceSpan::Mistake, "#a3154a", "#ff9dbb", QTextCharFormat::NoUnderline, true, false },
    { TraceSpan::Check, "#00606e", "#62d3e0", QTextCharFormat::SingleUnderline, false, false },
    { TraceSpan::Restart, "#4b3bb0", "#b9b0ff", QTextCharFormat::DashDotLine, false, false },
    { TraceSpan::Conclusion, "#236a1c", "#93dc8b", QTextCharFormat::DashDotDotLine, false, false },
    { TraceSpan::Unsorted, "#9a4a00", "#ffb454", QTextCharFormat::NoUnderline, false, true } };

const WordLook& wordLook(TraceSpan::Kind kind)
{
    return *std::find_if(
        std::begin(kWords), std::end(kWords), [kind](const WordLook& look) { return look.kind == kind; });
}

} // namespace

bool isDark(const QPalette& palette) { return palette.color(QPalette::Base).lightness() < 128; }

QTextCharFormat spanFormat(TraceSpan::Kind kind, const QPalette& palette)
{
    QTextCharFormat format;
    if (TraceSpan::isScript(kind)) {
        format.setBackground(scriptBackground(WritingSystem(kind - TraceSpan::Latin), palette));
        return format;
    }
    if (kind == TraceSpan::Reflection || TraceSpan::isWordKind(kind)) {
        const WordLook& look = wordLook(kind);
        format.setFontWeight(QFont::Bold);
        format.setForeground(pick(palette, look.light, look.dark));
        format.setUnderlineStyle(look.underline);
        format.setUnderlineColor(pick(palette, look.light, look.dark));
        format.setFontOverline(look.overline);
        format.setFontItalic(look.italic);
        return format;
    }
    switch (kind) {
    case TraceSpan::Aha:
        format.setFontWeight(QFont::Bold);
        format.setForeground(pick(palette, "#ffffff", "#16191d"));
        format.setBackground(pick(palette, "#9a4a00", "#ffb454"));
        break;
    case TraceSpan::Tag:
        format.setForeground(pick(palette, "#6a7280", "#98a1af"));
        break;
    case TraceSpan::RightEquation:
        format.setFontUnderline(true);
        format.setUnderlineColor(pick(palette, "#12805c", "#3fc98f"));
        break;
    case TraceSpan::WrongEquation:
        format.setUnderlineStyle(QTextCharFormat::WaveUnderline);
        format.setUnderlineColor(pick(palette, "#c62828", "#ff7b72"));
        format.setForeground(pick(palette, "#b3261e", "#ff8a80"));
        break;
    case TraceSpan::Repeated:
        format.setBackground(pick(palette, "#e3e5e8", "#3a3e45"));
        break;
    case TraceSpan::Retry:
        format.setFontWeight(QFont::Bold);
        format.setUnderlineStyle(QTextCharFormat::DashUnderline);
        format.setUnderlineColor(pick(palette, "#7b3fb5", "#c89bf0"));
        format.setForeground(pick(palette, "#6b2fa5", "#d3adf5"));
        break;
    case TraceSpan::Chip:
        format.setBackground(pick(palette, "#b3261e", "#ff8a80"));
        format.setForeground(pick(palette, "#ffffff", "#16191d"));
        break;
    default: // untrainedBrush() is painted over all
        break;
    }
    return format;
}

QBrush untrainedBrush(const QPalette& palette)
{
    QColor color = pick(palette, "#5b6472", "#a3abb9");
    color.setAlpha(110);
    return { color, Qt::FDiagPattern };
}

QColor spanColor(TraceSpan::Kind kind, const QPalette& palette)
{
    if (TraceSpan::isScript(kind))
        return scriptRibbon(WritingSystem(kind - TraceSpan::Latin), palette).color();
    if (TraceSpan::isWordKind(kind))
        return pick(palette, wordLook(kind).light, wordLook(kind).dark);
    switch (kind) {
    case TraceSpan::RightEquation:
        return pick(palette, "#12805c", "#3fc98f");
    case TraceSpan::WrongEquation:
        return pick(palette, "#c62828", "#ff7b72");
    case TraceSpan::Tag:
    case TraceSpan::Repeated:
    case TraceSpan::Untrained:
        return pick(palette, "#6a7280", "#98a1af");
    case TraceSpan::Retry:
        return pick(palette, "#7b3fb5", "#c89bf0");
    case TraceSpan::Chip:
        return pick(palette, "#b3261e", "#ff8a80");
    default:
        return pick(palette, "#c96a0a", "#ffb454");
    }
}

double heatShare(Heat heat, double logprob, double entropy)
{
    const double share = heat == Heat::LogProb ? 1 - std::exp(logprob)
        : heat == Heat::Entropy                ? entropy / kEntropyTop
                                               : 0;
    return std::isfinite(share) ? std::clamp(share, 0.0, 1.0) : 0;
}

QColor heatColor(double share, const QPalette& palette)
{
    QColor color = pick(palette, "#f2803a", "#e8743b");
    color.setAlphaF(0.62 * share);
    return color;
}

QColor signedHeatColor(double share, const QPalette& palette)
{
    if (share < 0)
        return heatColor(-share, palette);
    QColor color = pick(palette, "#3a8fd9", "#4a9be0");
    color.setAlphaF(0.62 * std::min(share, 1.0));
    return color;
}

QColor patternColor(const QPalette& palette)
{
    QColor color = pick(palette, "#0f8a83", "#3cc5bc");
    color.setAlphaF(0.3);
    return color;
}

QColor differenceColor(bool left, const QPalette& palette)
{
    QColor color = left ? pick(palette, "#2b6cb0", "#5aa0e6") : pick(palette, "#d97706", "#f0a040");
    color.setAlphaF(isDark(palette) ? 0.34 : 0.22);
    return color;
}

QColor kindColor(const QString& kind, const QPalette& palette)
{
    if (kind == QLatin1String("good"))
        return pick(palette, "#12805c", "#3fc98f");
    if (kind == QLatin1String("bad"))
        return pick(palette, "#b3261e", "#ff8a80");
    if (kind == QLatin1String("warn"))
        return pick(palette, "#9a5b00", "#f0b35a");
    if (kind == QLatin1String("info"))
        return pick(palette, "#2b6cb0", "#74aee6");
    return pick(palette, "#5b6472", "#a3abb9");
}

} // namespace aha
