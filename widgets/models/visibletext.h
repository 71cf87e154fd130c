#pragma once
// Text of models and data made safe to look at: whatever would hide, reorder or move text becomes a visible mark.

#include <QString>

#include <string_view>

namespace aha {

/// The character to show for `c`: control characters become control pictures, bidi controls, zero-width and other
/// invisible characters a white square. Newline and tab stay.
char32_t visibleCharacter(char32_t c);
/// UTF-8 as a display string; an invalid byte becomes U+FFFD.
QString visibleText(std::string_view utf8);
/// The same for one line of a table: newlines and tabs become marks too.
QString visibleLine(std::string_view utf8);
/// Characters of a tool tip: no screen has room for more, and the layout of megabytes would stop the window.
inline constexpr int kLongestTip = 4000;
/// A tool tip that shows `text` literally, whatever it contains, with its line breaks; of more than kLongestTip
/// characters the first ones.
QString plainToolTip(const QString& text);

} // namespace aha
