#include "widgets/shell/theme.h"

#include "widgets/shell/controlstyle.h"
#include "widgets/shell/systemappearance.h"

#include <QApplication>

namespace aha {

namespace {

struct Shade {
    QPalette::ColorRole role;
    const char *light, *dark;
};
constexpr Shade kShades[] = {
    { QPalette::Window, "#f4f5f7", "#1e2126" },
    { QPalette::WindowText, "#1d2430", "#dfe3ea" },
    { QPalette::Base, "#ffffff", "#16191d" },
    { QPalette::AlternateBase, "#f7f8fa", "#1b1e23" },
    { QPalette::Text, "#1d2430", "#dfe3ea" },
    { QPalette::Button, "#ffffff", "#2a2e35" },
    { QPalette::ButtonText, "#1d2430", "#dfe3ea" },
    { QPalette::Highlight, "#2b6cb0", "#3872b4" },
    { QPalette::HighlightedText, "#ffffff", "#ffffff" },
    { QPalette::ToolTipBase, "#ffffff", "#2a2e35" },
    { QPalette::ToolTipText, "#1d2430", "#dfe3ea" },
    { QPalette::PlaceholderText, "#5f697b", "#98a1b0" },
    { QPalette::Link, "#2b6cb0", "#74aee6" },
    { QPalette::Mid, "#d3d8e0", "#3a4049" },
    { QPalette::Midlight, "#e6e9ee", "#2f343c" },
    { QPalette::Dark, "#b9c0cc", "#14161a" },
    { QPalette::Light, "#ffffff", "#343a43" },
};

constexpr const char* kStyled = "aha.styled";
} // namespace

ThemeChoice themeFromName(const QString& name)
{
    return name == QLatin1String("light") ? ThemeChoice::Light
        : name == QLatin1String("dark")   ? ThemeChoice::Dark
                                          : ThemeChoice::System;
}

QPalette themePalette(bool dark)
{
    QPalette palette;
    for (const Shade& shade : kShades) {
        palette.setColor(shade.role, QColor(QLatin1String(dark ? shade.dark : shade.light)));
        if (shade.role == QPalette::Text || shade.role == QPalette::WindowText || shade.role == QPalette::ButtonText)
            palette.setColor(QPalette::Disabled, shade.role, QColor(QLatin1String(dark ? "#6b7382" : "#9aa2b1")));
    }
    palette.setColor(QPalette::BrightText, errorColor(dark));
    return palette;
}

QColor errorColor(bool dark) { return QColor(QLatin1String(dark ? "#ff8a7a" : "#b83227")); }

QColor edgeColor(bool dark) { return QColor(QLatin1String(dark ? "#7e8797" : "#737b89")); }

BadgeColors badgeColors(BadgeTone tone, bool dark)
{
    static constexpr const char* colors[][2][2] = {
        // tone, theme, background and text
        { { "#e3e7ee", "#39424f" }, { "#363c46", "#c9d0db" } },
        { { "#d6e6f7", "#1c4f86" }, { "#1d3d5f", "#a9d0f7" } },
        { { "#d5efe3", "#0b5a40" }, { "#153f31", "#8fe3c1" } },
        { { "#fbeccb", "#6d4a00" }, { "#4a3a12", "#f6d48a" } },
        { { "#fadedb", "#8f2219" }, { "#54211d", "#ffb3a8" } },
    };
    const auto& pair = colors[int(tone)][dark];
    return { QColor(QLatin1String(pair[0])), QColor(QLatin1String(pair[1])) };
}

void applyTheme(QApplication& application, ThemeChoice choice)
{
    const bool dark = choice == ThemeChoice::System ? platformPaletteIsDark(application) : choice == ThemeChoice::Dark;
    if (!application.property(kStyled).toBool()) { // a new style makes every widget anew
        application.setStyle(new ControlStyle); // the application's from here on
        application.setProperty(kStyled, true);
    }
    application.setPalette(themePalette(dark));
}

Theme::Theme(QApplication& application, const SystemAppearance& system)
    : m_application(application)
    , m_system(system)
{
    connect(&system, &SystemAppearance::changed, this, &Theme::follow);
}

void Theme::choose(ThemeChoice choice)
{
    m_choice = choice;
    if (choice == ThemeChoice::System)
        return follow();
    applyTheme(m_application, choice);
}

void Theme::follow()
{
    if (m_choice == ThemeChoice::System)
        applyTheme(m_application, m_system.isDark() ? ThemeChoice::Dark : ThemeChoice::Light);
}

} // namespace aha
