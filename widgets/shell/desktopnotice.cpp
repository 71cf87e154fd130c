#include "widgets/shell/desktopnotice.h"

#include "widgets/language/translation.h"

#include <QApplication>
#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QSystemTrayIcon>

namespace aha {

namespace {

// https://specifications.freedesktop.org/notification-spec
QDBusMessage noticeCall(const char* method)
{
    return QDBusMessage::createMethodCall(QStringLiteral("org.freedesktop.Notifications"),
        QStringLiteral("/org/freedesktop/Notifications"), QStringLiteral("org.freedesktop.Notifications"),
        QLatin1String(method));
}

} // namespace

DesktopNotice::DesktopNotice(const QDBusConnection& bus, QObject* parent)
    : QObject(parent)
    , m_bus(bus)
{
    if (!m_bus.isConnected())
        return;
    const QDBusMessage place = noticeCall("");
    m_bus.connect(QString(), place.path(), place.interface(), QStringLiteral("ActionInvoked"), this,
        SLOT(actionInvoked(uint, QString)));
    m_bus.connect(QString(), place.path(), place.interface(), QStringLiteral("NotificationClosed"), this,
        SLOT(notificationClosed(uint)));
    auto* answer = new QDBusPendingCallWatcher(m_bus.asyncCall(noticeCall("GetCapabilities")), this);
    connect(answer, &QDBusPendingCallWatcher::finished, this, [this, answer] {
        answer->deleteLater();
        if (const QDBusPendingReply<QStringList> reply = *answer; reply.isValid())
            m_markup = reply.value().contains(QStringLiteral("body-markup"));
    });
}

void DesktopNotice::show(const QString& title, const QString& text, const QString& about)
{
    if (!m_bus.isConnected())
        return showInTray(title, text, about);
    QDBusMessage notify = noticeCall("Notify");
    notify << QApplication::applicationDisplayName() << uint(0) << QStringLiteral("dialog-warning") << title
           << (m_markup ? text.toHtmlEscaped() : text) << QStringList { QStringLiteral("default"), tr("Show") }
           << QVariantMap() << -1;
    auto* answer = new QDBusPendingCallWatcher(m_bus.asyncCall(notify), this);
    connect(answer, &QDBusPendingCallWatcher::finished, this, [this, answer, title, text, about] {
        answer->deleteLater();
        if (const QDBusPendingReply<uint> reply = *answer; reply.isValid())
            m_shown.insert(reply.value(), about);
        else
            showInTray(title, text, about);
    });
}

void DesktopNotice::actionInvoked(uint id, const QString&)
{
    if (m_shown.contains(id)) // others' notices are told of, too
        Q_EMIT opened(m_shown.value(id));
}

void DesktopNotice::notificationClosed(uint id) { m_shown.remove(id); }

void DesktopNotice::showInTray(const QString& title, const QString& text, const QString& about)
{
    if (!QSystemTrayIcon::isSystemTrayAvailable() || !QSystemTrayIcon::supportsMessages())
        return;
    if (!m_tray) {
        m_tray = new QSystemTrayIcon(QApplication::windowIcon(), this);
        connect(m_tray, &QSystemTrayIcon::messageClicked, this, [this] { Q_EMIT opened(m_inTray); });
    }
    m_inTray = about;
    m_tray->show();
    m_tray->showMessage(title, text, QSystemTrayIcon::Warning);
}

} // namespace aha
