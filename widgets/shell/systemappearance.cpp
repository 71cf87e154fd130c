#include "widgets/shell/systemappearance.h"

#include <QApplication>
#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QEvent>
#include <QPalette>

namespace aha {

namespace {

// https://flatpak.github.io/xdg-desktop-portal: org.freedesktop.portal.Settings, 1 is dark, 2 is light.
constexpr const char *kService = "org.freedesktop.portal.Desktop", *kPath = "/org/freedesktop/portal/desktop",
                     *kInterface = "org.freedesktop.portal.Settings", *kSpace = "org.freedesktop.appearance",
                     *kKey = "color-scheme";

QVariant unwrapped(QVariant value)
{
    while (value.canConvert<QDBusVariant>()) // Read() packs it twice
        value = value.value<QDBusVariant>().variant();
    return value;
}

} // namespace

bool platformPaletteIsDark(QApplication& application)
{
    const QPalette ours = application.palette();
    application.setPalette(QPalette()); // Qt then takes what style and platform give
    const bool dark = application.palette().color(QPalette::Window).lightness() < 128;
    application.setPalette(ours);
    return dark;
}

SystemAppearance::SystemAppearance(
    QApplication& application, const QDBusConnection& bus, std::function<bool()> platformIsDark, QObject* parent)
    : QObject(parent)
    , m_platformIsDark(std::move(platformIsDark))
    , m_paletteIsDark(m_platformIsDark())
{
    m_reread.setSingleShot(true);
    m_reread.setInterval(0); // a change of theme comes once for every window
    connect(&m_reread, &QTimer::timeout, this, &SystemAppearance::readPalette);
    application.installEventFilter(this);
    QDBusConnection portal = bus;
    if (!portal.isConnected())
        return;
    qRegisterMetaType<QDBusVariant>("QDBusVariant"); // QtDBus looks the type of a slot up by its name
    portal.connect(QString(), QLatin1String(kPath), QLatin1String(kInterface), QStringLiteral("SettingChanged"), this,
        SLOT(settingChanged(QString, QString, QDBusVariant)));
    QDBusMessage read = QDBusMessage::createMethodCall(
        QLatin1String(kService), QLatin1String(kPath), QLatin1String(kInterface), QStringLiteral("Read"));
    read << QString::fromLatin1(kSpace) << QString::fromLatin1(kKey);
    auto* answer = new QDBusPendingCallWatcher(portal.asyncCall(read), this);
    connect(answer, &QDBusPendingCallWatcher::finished, this, [this, answer] {
        answer->deleteLater();
        if (const QDBusPendingReply<QDBusVariant> reply = *answer; reply.isValid())
            heard(reply.value().variant());
    });
}

bool SystemAppearance::isDark() const { return m_wish == Wish::None ? m_paletteIsDark : m_wish == Wish::Dark; }

bool SystemAppearance::eventFilter(QObject* object, QEvent* event)
{
    if (event->type() == QEvent::ThemeChange)
        m_reread.start();
    return QObject::eventFilter(object, event);
}

void SystemAppearance::settingChanged(const QString& space, const QString& key, const QDBusVariant& value)
{
    if (space == QLatin1String(kSpace) && key == QLatin1String(kKey))
        heard(value.variant());
}

void SystemAppearance::heard(const QVariant& value)
{
    const bool before = isDark();
    const uint scheme = unwrapped(value).toUInt();
    m_wish = scheme == 1 ? Wish::Dark : scheme == 2 ? Wish::Light : Wish::None;
    if (isDark() != before)
        Q_EMIT changed();
}

void SystemAppearance::readPalette()
{
    const bool before = isDark();
    m_paletteIsDark = m_platformIsDark();
    if (isDark() != before)
        Q_EMIT changed();
}

} // namespace aha
