// Light and dark as the desktop asks for it, while windows are open; scale and language, which come with a restart.

#include "core/store/workspace.h"
#include "tests/gui/traces/trace_fixture.h"
#include "tests/support/window_place.h"
#include "widgets/panels/configurepanel.h"
#include "widgets/panels/trainpanel.h"
#include "widgets/shell/actiontable.h"
#include "widgets/shell/language.h"
#include "widgets/shell/mainwindow.h"
#include "widgets/shell/pagedeck.h"
#include "widgets/shell/systemappearance.h"
#include "widgets/shell/theme.h"

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QApplication>
#include <QComboBox>
#include <QDBusError>
#include <QDBusServer>
#include <QDBusVariant>
#include <QDockWidget>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QSplitter>
#include <QTemporaryDir>
#include <QWindow>
#include <QtTest>

#include <cstdlib>

using namespace aha;

/// The desktop's settings portal, as the specification has it.
class Portal : public QObject {
    Q_OBJECT
    Q_CLASSINFO("D-Bus Interface", "org.freedesktop.portal.Settings")
public:
    uint scheme = 0;

public Q_SLOTS:
    QDBusVariant Read(const QString& space, const QString& key)
    {
        return space == "org.freedesktop.appearance" && key == "color-scheme"
            ? QDBusVariant(QVariant::fromValue(QDBusVariant(scheme)))
            : QDBusVariant(QString());
    }

Q_SIGNALS:
    void SettingChanged(const QString& space, const QString& key, const QDBusVariant& value);
};

namespace {

bool isDark() { return qApp->palette().color(QPalette::Window).lightness() < 128; }

} // namespace

class TestAppearance : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        support::placeWindowIn(m_folder);
        qRegisterMetaType<QDBusVariant>("QDBusVariant"); // for the portal's signal
        QApplication::setCursorFlashTime(0);
        m_run = m_folder.filePath("runs/one");
        fixture::makeRun(m_run);
        applyTheme(*qApp, ThemeChoice::Light);
    }

    void theDesktopIsFollowedLive()
    {
        QDBusServer server;
        QVERIFY2(server.isConnected(), qPrintable(server.lastError().message()));
        Portal portal;
        portal.scheme = 1;
        QSignalSpy joined(&server, &QDBusServer::newConnection);
        connect(&server, &QDBusServer::newConnection, &portal, [&](QDBusConnection connection) {
            connection.registerObject("/org/freedesktop/portal/desktop", &portal,
                QDBusConnection::ExportAllSlots | QDBusConnection::ExportAllSignals);
        });
        const QDBusConnection bus = QDBusConnection::connectToPeer(server.address(), "desktop");
        QVERIFY(bus.isConnected());
        QTRY_COMPARE(joined.count(), 1);
        const SystemAppearance appearance(*qApp, bus, [] { return false; });
        Theme theme(*qApp, appearance);
        theme.choose(ThemeChoice::System);
        QTRY_VERIFY(isDark()); // as it is now
        const auto say = [&](uint scheme) {
            Q_EMIT portal.SettingChanged(
                "org.freedesktop.appearance", "color-scheme", QDBusVariant(QVariant::fromValue(scheme)));
        };
        say(2);
        QTRY_VERIFY(!isDark());
        say(1);
        QTRY_VERIFY(isDark());
        Q_EMIT portal.SettingChanged("org.freedesktop.appearance", "accent-color", QDBusVariant(2U));
        say(0); // no preference: the platform's palette, and off-screen that is light
        QTRY_VERIFY(!isDark());
        theme.choose(ThemeChoice::Light); // a person's word counts more
        QSignalSpy changed(&appearance, &SystemAppearance::changed);
        say(1);
        QTRY_COMPARE(changed.count(), 1);
        QVERIFY(appearance.isDark() && !isDark());
        theme.choose(ThemeChoice::System);
        QVERIFY(isDark());
        theme.choose(ThemeChoice::Light);
        QDBusConnection::disconnectFromPeer("desktop");
    }

    void qtsOwnChangesAreHeard()
    {
        bool platformIsDark = false;
        const SystemAppearance appearance(*qApp, QDBusConnection("none"), [&] { return platformIsDark; });
        Theme theme(*qApp, appearance);
        theme.choose(ThemeChoice::System);
        QVERIFY(!isDark());
        QWidget window;
        window.show();
        QSignalSpy changed(&appearance, &SystemAppearance::changed);
        const auto happens = [&] {
            QEvent event(QEvent::ThemeChange);
            QApplication::sendEvent(window.windowHandle(), &event);
        };
        happens(); // of something else
        platformIsDark = true;
        happens();
        QTRY_COMPARE(changed.count(), 1);
        QVERIFY(isDark());
        QVERIFY(!platformPaletteIsDark(*qApp) && isDark()); // off-screen it is light; looking changes nothing
        theme.choose(ThemeChoice::Light);
    }

    /// Every page of a window that lived through the change is, dot for dot, that of a window made after it.
    void everyPageRecolours_data()
    {
        QTest::addColumn<bool>("toDark");
        QTest::newRow("light to dark") << true;
        QTest::newRow("dark to light") << false;
    }
    void everyPageRecolours()
    {
        QFETCH(bool, toDark);
        const ThemeChoice before = toDark ? ThemeChoice::Light : ThemeChoice::Dark,
                          after = toDark ? ThemeChoice::Dark : ThemeChoice::Light;
        applyTheme(*qApp, before);
        MainWindow lived;
        lived.openRuns({ m_run });
        lived.show();
        QStringList names;
        for (const Page& page : lived.pages()->pages()) { // each has been painted once
            names << page.name;
            lived.showPage(page.name);
            lived.grab();
        }
        applyTheme(*qApp, after);
        MainWindow made;
        made.openRuns({ m_run });
        made.show();
        for (const QString& name : names) {
            lived.showPage(name);
            made.showPage(name);
            QImage of[2];
            const auto same = [&] {
                if (QWidget* focus = QApplication::focusWidget()) // only one of two windows has it
                    focus->clearFocus();
                of[0] = lived.grab().toImage();
                of[1] = made.grab().toImage();
                return of[0] == of[1];
            };
            const bool equal = QTest::qWaitFor(same, 5000); // what is read beside the window comes when it comes
            if (const QString out = qEnvironmentVariable("AHASCOPE_SCREENSHOTS"); !out.isEmpty() && !equal) {
                of[0].save(out + '/' + name + "-lived.png");
                of[1].save(out + '/' + name + "-made.png");
            }
            QVERIFY2(equal, qPrintable(name + " keeps something of the other theme"));
        }
        applyTheme(*qApp, ThemeChoice::Light);
    }

    /// The signs in a dock's title are lines: at two pixels a point they are drawn anew, not enlarged, and in each
    /// theme they have the colour of its text.
    void signsOfDocksAreSharp()
    {
        MainWindow window;
        window.show();
        const auto* dock = window.findChild<QDockWidget*>("runsDock");
        for (const char* name : { "qt_dockwidget_closebutton", "qt_dockwidget_floatbutton" }) {
            const auto* button = dock->findChild<QAbstractButton*>(name);
            QVERIFY2(button, name);
            const QImage once = button->icon().pixmap(QSize(16, 16), 1.0).toImage(),
                         twice = button->icon().pixmap(QSize(16, 16), 2.0).toImage();
            QCOMPARE(once.size(), QSize(16, 16));
            QCOMPARE(twice.size(), QSize(32, 32));
            bool anew = false; // somewhere the four pixels of one are not alike
            for (int y = 0; y < 16; ++y)
                for (int x = 0; x < 16; ++x)
                    anew = anew || twice.pixel(2 * x, 2 * y) != twice.pixel(2 * x + 1, 2 * y + 1);
            QVERIFY2(anew, name);
        }
        const auto* close = dock->findChild<QAbstractButton*>("qt_dockwidget_closebutton");
        for (const ThemeChoice theme : { ThemeChoice::Dark, ThemeChoice::Light }) {
            applyTheme(*qApp, theme);
            const QColor middle = close->icon().pixmap(QSize(16, 16), 2.0).toImage().pixelColor(16, 16);
            QVERIFY(std::abs(middle.lightness() - qApp->palette().color(QPalette::WindowText).lightness()) < 40);
        }
    }

    /// What a menu and the list of a box lie on has their own ground in a dark window: an edge tells where they end.
    void menusHaveAnEdge()
    {
        for (const ThemeChoice theme : { ThemeChoice::Dark, ThemeChoice::Light }) {
            applyTheme(*qApp, theme);
            const auto edged = [](QWidget* popup, const char* what) {
                const QColor edge = edgeColor(isDark());
                const QImage drawn = popup->grab().toImage();
                const int right = drawn.width() - 1, bottom = drawn.height() - 1;
                for (const QPoint& at : { QPoint(0, bottom / 2), QPoint(right, bottom / 2), QPoint(right / 2, 0),
                         QPoint(right / 2, bottom) })
                    QVERIFY2(drawn.pixelColor(at) == edge,
                        qPrintable(QStringLiteral("%1 at %2, %3: %4")
                                       .arg(QLatin1String(what))
                                       .arg(at.x())
                                       .arg(at.y())
                                       .arg(drawn.pixelColor(at).name())));
            };
            QMenu menu;
            for (const char* text : { "Copy", "Copy as shown", "Note" })
                menu.addAction(QLatin1String(text));
            menu.popup(QPoint(20, 20));
            QTRY_VERIFY(menu.isVisible());
            edged(&menu, "menu");
            menu.close();
            QComboBox box;
            box.addItems({ "first", "second", "third" });
            box.show();
            box.showPopup();
            QTRY_VERIFY(box.view()->isVisible());
            edged(box.view()->parentWidget(), "list");
            box.hidePopup();
            QVERIFY(!QTest::currentTestFailed());
        }
        applyTheme(*qApp, ThemeChoice::Light);
    }

    /// The dots of a splitter have a margin to the texts on both sides.
    void splittersTouchNoText()
    {
        MainWindow window;
        window.openRuns({ m_run });
        window.show();
        int seen = 0;
        for (const QSplitter* splitter : window.findChildren<QSplitter*>()) {
            ++seen;
            QVERIFY2(splitter->handleWidth() >= 8, qPrintable(splitter->objectName()));
        }
        QVERIFY2(seen >= 8, qPrintable(QString::number(seen)));
    }

    void scaleComesWithARestart()
    {
        const auto workspace = orThrow(Workspace::open(m_folder.filePath("scale.db").toStdString()));
        {
            MainWindow window(workspace.get());
            window.show();
            window.showPage("Keyboard");
            QVERIFY(window.actionTable()->action("scale.100")->isChecked());
            QSignalSpy again(&window, &MainWindow::restartRequested);
            window.actionTable()->action("scale.125")->trigger();
            QVERIFY(window.findChild<QLabel*>("askQuestion")->text().contains("125 %"));
            QTest::keyClick(window.findChild<QPushButton*>("askChoice0"), Qt::Key_Escape);
            QCOMPARE(again.count(), 0); // later; the choice is kept
            QVERIFY(window.isVisible());
            QCOMPARE(orThrow(workspace->setting(MainWindow::kScaleSetting)), std::string("125"));
            window.actionTable()->action("scale.150")->trigger();
            auto* rate = qobject_cast<QLineEdit*>(window.configure()->editor("optimizer.learning_rate"));
            rate->clear();
            QTest::keyClicks(rate, "7e-3");
            QTest::keyClick(window.findChild<QPushButton*>("askChoice0"), Qt::Key_Return);
            QCOMPARE(again.count(), 1);
            QVERIFY(!window.isVisible());
        }
        MainWindow window(workspace.get()); // without a run, too, it is where it was
        QCOMPARE(window.pages()->currentPage(), QString("Keyboard"));
        QCOMPARE(window.configure()->config().optimizer.learningRate, 7e-3);
        QVERIFY(window.actionTable()->action("scale.150")->isChecked());
        QCOMPARE(MainWindow(workspace.get()).pages()->currentPage(), QString("Settings")); // only once
    }

    void languagesAreThoseThatThereAre()
    {
        QCOMPARE(interfaceLanguage("system", { "de-DE", "zh-Hans-CN" }), QString("zh_CN"));
        QCOMPARE(interfaceLanguage("", { "zh-CN" }), QString("zh_CN"));
        QCOMPARE(interfaceLanguage("system", { "zh-Hant-TW" }), QString("en"));
        QCOMPARE(interfaceLanguage("system", { "en-GB", "zh-CN" }), QString("en"));
        QCOMPARE(interfaceLanguage("zh_CN", { "en-GB" }), QString("zh_CN"));
        QCOMPARE(interfaceLanguage("en", { "zh-CN" }), QString("en"));
        QCOMPARE(interfaceLanguage("../evil", { "fr-FR" }), QString("en"));
        const auto workspace = orThrow(Workspace::open(m_folder.filePath("language.db").toStdString()));
        MainWindow window(workspace.get());
        window.show();
        QAction* chinese = window.actionTable()->action("language.zh_CN");
        QVERIFY(chinese && window.actionTable()->action("language.system")->isChecked());
        chinese->trigger();
        QVERIFY(window.findChild<QLabel*>("askQuestion")->text().contains(QString::fromUtf8("中文")));
        QCOMPARE(orThrow(workspace->setting("interface/language")), std::string("zh_CN"));
        QVERIFY(MainWindow(workspace.get()).actionTable()->action("language.zh_CN")->isChecked());
    }

private:
    QTemporaryDir m_folder;
    QString m_run;
};

QTEST_MAIN(TestAppearance)
#include "tst_appearance.moc"
