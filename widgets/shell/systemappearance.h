#pragma once
// Whether the desktop asks for dark colours, and when it changes its mind.

#include <QDBusConnection>
#include <QDBusVariant>
#include <QObject>
#include <QTimer>

#include <functional>

class QApplication;

namespace aha {

class SystemAppearance : public QObject {
    Q_OBJECT
public:
    /// Listens to the desktop's settings portal on `bus` (what GNOME, KDE and others set; Qt hears of it from 6.5 on
    /// only), and to the theme changes that Qt itself reports; then `platformIsDark` is asked again. `application`
    /// outlives it. Nothing here waits.
    SystemAppearance(QApplication& application, const QDBusConnection& bus, std::function<bool()> platformIsDark,
        QObject* parent = nullptr);

    /// What the portal says; without one, or where it has no preference, what the platform's palette says.
    bool isDark() const;

Q_SIGNALS:
    void changed();

protected:
    bool eventFilter(QObject* object, QEvent* event) override;

private Q_SLOTS:
    void settingChanged(const QString& space, const QString& key, const QDBusVariant& value);

private:
    enum class Wish { None, Dark, Light };
    void heard(const QVariant& value);
    void readPalette();

    std::function<bool()> m_platformIsDark;
    QTimer m_reread;
    Wish m_wish = Wish::None;
    bool m_paletteIsDark = false;
};

/// Lightness of the palette that style and platform give, whatever palette the application was set to.
bool platformPaletteIsDark(QApplication& application);

} // namespace aha
