#pragma once
// Light and dark from one table.

#include <QColor>
#include <QObject>
#include <QPalette>
#include <QString>

class QApplication;

namespace aha {

class SystemAppearance;

enum class ThemeChoice { System, Light, Dark };

/// The colours of a theme. Text on its background has a contrast of at least 4.5.
QPalette themePalette(bool dark);
/// Colour of error messages on the windows of a theme.
QColor errorColor(bool dark);
/// Frame of a field: what can be typed into is found at a contrast of at least 3.
QColor edgeColor(bool dark);
/// A word on a coloured ground: what a run is doing.
enum class BadgeTone { Quiet, Busy, Good, Warning, Bad };
struct BadgeColors {
    QColor background, text;
};
BadgeColors badgeColors(BadgeTone tone, bool dark);
/// ControlStyle and the theme's palette. `System` is what the platform's palette says at this moment; what
/// follows the desktop from there on is Theme.
void applyTheme(QApplication& application, ThemeChoice choice);
/// From the command line: "light", "dark", anything else is System.
ThemeChoice themeFromName(const QString& name);

/// The chosen theme of an application: with System, windows that are open change as the desktop does.
class Theme : public QObject {
    Q_OBJECT
public:
    /// Both outlive it.
    Theme(QApplication& application, const SystemAppearance& system);

    void choose(ThemeChoice choice);

private:
    void follow();

    QApplication& m_application;
    const SystemAppearance& m_system;
    ThemeChoice m_choice = ThemeChoice::System;
};

} // namespace aha
