#include "widgets/models/visibletext.h"

#include "core/base/utf8.h"

namespace aha {

namespace {

bool isInvisible(char32_t c)
{
    return (c >= 0x80 && c < 0xA0) || c == 0xAD || c == 0x34F || c == 0x61C || c == 0x115F || c == 0x1160 || c == 0x17B4
        || c == 0x17B5 || (c >= 0x180B && c <= 0x180F) || (c >= 0x200B && c <= 0x200F) || (c >= 0x2028 && c <= 0x202E)
        || (c >= 0x2060 && c <= 0x206F) || c == 0x2800 || c == 0x3164 || c == 0xFEFF || c == 0xFFA0
        || (c >= 0xFFF9 && c <= 0xFFFC) || (c >= 0xE0000 && c <= 0xE0FFF) || (c >= 0xFDD0 && c <= 0xFDEF)
        || (c & 0xFFFE) == 0xFFFE; // noncharacters: neither Qt nor XML has them
}

template <class Map> QString mapped(std::string_view utf8, Map&& map)
{
    QString out;
    out.reserve(qsizetype(utf8.size()));
    for (size_t at = 0; at < utf8.size();) {
        const CodePoint point = decodeUtf8(utf8, at);
        const char32_t shown = point.valid ? map(point.value) : U'\uFFFD';
        for (const char16_t unit : QChar::fromUcs4(shown))
            out += QChar(unit);
        at += point.bytes;
    }
    return out;
}

} // namespace

char32_t visibleCharacter(char32_t c)
{
    if (c == '\n' || c == '\t')
        return c;
    if (c < 0x20)
        return 0x2400 + c; // control pictures
    if (c == 0x7F)
        return 0x2421;
    return isInvisible(c) ? U'\u25A1' : c;
}

QString visibleText(std::string_view utf8) { return mapped(utf8, visibleCharacter); }

QString visibleLine(std::string_view utf8)
{
    return mapped(utf8, [](char32_t c) { return c == '\n' ? U'\u23CE' : c == '\t' ? U'\u21E5' : visibleCharacter(c); });
}

QString plainToolTip(const QString& text)
{
    const QString shown = text.size() > kLongestTip ? text.left(kLongestTip - 1) + QStringLiteral("…") : text;
    return QStringLiteral("<div style='white-space:pre-wrap'>") + shown.toHtmlEscaped() + QStringLiteral("</div>");
}

} // namespace aha
