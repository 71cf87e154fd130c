#pragma once
// Tells something on the desktop, for who is not looking at the window.

#include <QDBusConnection>
#include <QHash>
#include <QObject>

class QSystemTrayIcon;

namespace aha {

class DesktopNotice : public QObject {
    Q_OBJECT
public:
    /// Through the desktop's notification service on `bus`, which desktops without a tray have, too; where nothing
    /// answers there, through the tray. Nothing here waits.
    explicit DesktopNotice(const QDBusConnection& bus, QObject* parent = nullptr);

    /// `text` may hold anything: it is never read as markup. opened() says `about` when the notice is clicked.
    void show(const QString& title, const QString& text, const QString& about);

Q_SIGNALS:
    void opened(const QString& about);

private Q_SLOTS:
    void actionInvoked(uint id, const QString& action);
    void notificationClosed(uint id);

private:
    void showInTray(const QString& title, const QString& text, const QString& about);

    QDBusConnection m_bus;
    QSystemTrayIcon* m_tray = nullptr;
    QHash<uint, QString> m_shown; ///< what they are about, by the number that the service gave
    QString m_inTray; ///< what the newest notice there is about
    bool m_markup = true; ///< the service reads markup; until it has answered, taken for granted
};

} // namespace aha
