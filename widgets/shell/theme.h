#pragma once
// Light and dark from one table.

#include <QPalette>
#include <QString>

class QApplication;

namespace aha {

enum class ThemeChoice { System, Light, Dark };

/// Fusion style, palette and a small style sheet. System follows the lightness of the palette the program started with.
void applyTheme(QApplication& application, ThemeChoice choice);
/// From the command line: "light", "dark", anything else is System.
ThemeChoice themeFromName(const QString& name);

} // namespace aha
