// No event of the window takes longer than 100 ms of its thread, whatever is pressed: the real window with runs of
// thousands of steps and completions, and every page, tab, button, box, table, field and action of it is used.

#include "tests/support/big_run.h"
#include "tests/support/watchdog.h"
#include "widgets/panels/chartspanel.h"
#include "widgets/panels/trainpanel.h"
#include "widgets/plots/legendchips.h"
#include "widgets/plots/lineplot.h"
#include "widgets/shell/actiontable.h"
#include "widgets/shell/commandpalette.h"
#include "widgets/shell/mainwindow.h"
#include "widgets/shell/pagedeck.h"
#include "widgets/shell/theme.h"

#include <QAbstractSlider>
#include <QAbstractSpinBox>
#include <QComboBox>
#include <QDesktopServices>
#include <QDir>
#include <QHeaderView>
#include <QLineEdit>
#include <QMenu>
#include <QPointer>
#include <QPushButton>
#include <QScrollBar>
#include <QStandardPaths>
#include <QTabBar>
#include <QTableView>
#include <QTimer>
#include <QToolButton>
#include <QtTest>

#include <cmath>
#include <unistd.h>

using namespace aha;
using support::WatchedApplication;

namespace {

#ifdef __SANITIZE_ADDRESS__
constexpr double kBarMs = 1000; // instrumented and not optimised
#else
constexpr double kBarMs = 100;
#endif
constexpr int kAlike = 3; ///< of widgets of one class on one page that many are used
constexpr int kSettleMs = 15'000; ///< how long an answer is waited for at most

/// A real engine answers instead of one that ends at once: label `long`.
bool withEngine() { return qEnvironmentVariableIsSet("AHASCOPE_WATCHDOG_ENGINE"); }

/// Of this process and of the engines that it has started.
double workMs()
{
    timespec t {};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    double ms = double(t.tv_sec) * 1e3 + double(t.tv_nsec) / 1e6;
    QFile children(QStringLiteral("/proc/self/task/%1/children").arg(QCoreApplication::applicationPid()));
    if (!withEngine() || !children.open(QIODevice::ReadOnly))
        return ms;
    for (const QByteArray& pid : children.readAll().simplified().split(' ')) {
        QFile stat(QStringLiteral("/proc/%1/stat").arg(QLatin1String(pid)));
        if (!stat.open(QIODevice::ReadOnly))
            continue;
        const QByteArray text = stat.readAll();
        const QList<QByteArray> fields = text.mid(text.lastIndexOf(')') + 2).split(' '); // from the state on
        if (fields.size() > 12)
            ms += (fields[11].toDouble() + fields[12].toDouble()) * 1e3 / double(sysconf(_SC_CLK_TCK));
    }
    return ms;
}

WatchedApplication* watch() { return static_cast<WatchedApplication*>(QCoreApplication::instance()); }

QString told(const std::vector<WatchedApplication::Event>& events)
{
    QStringList lines;
    for (const auto& event : events)
        lines << event.text();
    return lines.join(QLatin1Char('\n'));
}

class Driver : public QObject {
public:
    explicit Driver(MainWindow& window)
        : m_window(window)
    {
        connect(&m_closer, &QTimer::timeout, this, [] { // nobody answers a question: it is closed
            if (QWidget* popup = QApplication::activePopupWidget())
                popup->close();
            else if (QWidget* modal = QApplication::activeModalWidget())
                modal->close();
        });
        m_closer.start(5);
    }

    /// As an event of the loop, so that it is timed; and what it leaves in the queue.
    void act(const QString& what, const std::function<void()>& work)
    {
        watch()->setPlace(m_place + QStringLiteral(": ") + what);
        QTimer::singleShot(0, &m_window, work);
        for (int i = 0; i < 4; ++i)
            QCoreApplication::processEvents();
        ++m_acts;
    }

    /// Until no thread of the program has anything to do.
    void settle()
    {
        QElapsedTimer since;
        since.start();
        for (int quiet = 0; quiet < 2 && since.elapsed() < kSettleMs;) {
            const double before = workMs();
            QTest::qWait(withEngine() ? 60 : 12); // of a child ticks of 10 ms are known
            quiet = std::abs(workMs() - before) < 2 ? quiet + 1 : 0;
        }
    }

    void page(const QString& name)
    {
        m_page = m_place = name;
        m_used.clear();
        back();
        settle();
        use();
    }

    int acts() const { return m_acts; }

private:
    QWidget* root() const
    {
        for (const Page& page : m_window.pages()->pages())
            if (page.name == m_page)
                return page.widget;
        return nullptr;
    }

    void back()
    {
        if (m_window.pages()->currentPage() != m_page)
            act(QStringLiteral("show page"), [this] { m_window.showPage(m_page); });
    }

    template <class Widget> QList<QPointer<Widget>> fresh()
    {
        QList<QPointer<Widget>> found;
        for (Widget* widget : root()->findChildren<Widget*>()) {
            if (!widget->isVisible() || !widget->isEnabled() || m_done.contains(widget))
                continue;
            const QString kind = QString::fromLatin1(widget->metaObject()->className());
            if (++m_used[kind + (widget->objectName().section(QLatin1Char('.'), 0, 0))] > kAlike)
                continue;
            m_done.insert(widget);
            found << widget;
        }
        return found;
    }

    template <class Widget, class Work> void each(const QString& what, Work&& work)
    {
        for (const QPointer<Widget>& widget : fresh<Widget>()) {
            back();
            if (!widget || !widget->isVisible() || !widget->isEnabled())
                continue;
            const QString name = widget->objectName().isEmpty()
                ? widget->accessibleName() + QLatin1String(widget->metaObject()->className())
                : widget->objectName();
            work(widget, what + QLatin1Char(' ') + name);
        }
    }

    static void keys(QWidget* widget, std::initializer_list<Qt::Key> keys)
    {
        for (const Qt::Key key : keys)
            QTest::keyClick(widget, key);
    }

    void useMenu(const QPointer<QMenu>& menu, const QString& name)
    {
        if (!menu)
            return;
        act(name + QStringLiteral(" opens"), [menu] { QMetaObject::invokeMethod(menu, "aboutToShow"); });
        const int count = menu ? int(menu->actions().size()) : 0;
        for (int i = 0; i < std::min(count, 12); ++i) {
            QPointer<QAction> action = menu && i < menu->actions().size() ? menu->actions()[i] : nullptr;
            if (!action || action->isSeparator() || !action->isEnabled())
                continue;
            if (action->menu()) {
                useMenu(action->menu(), name);
                continue;
            }
            act(name + QStringLiteral(" → ") + action->text(), [action] {
                if (action)
                    action->trigger();
            });
            settle();
            back();
            act(name + QStringLiteral(" opens"), [menu] { // what it offers now
                if (menu)
                    QMetaObject::invokeMethod(menu, "aboutToShow");
            });
        }
    }

    void use()
    {
        each<QAbstractItemView>(QStringLiteral("table"), [this](const QPointer<QAbstractItemView>& view, auto& name) {
            for (const Qt::Key key : { Qt::Key_Down, Qt::Key_End, Qt::Key_PageUp, Qt::Key_Home, Qt::Key_Return })
                act(name, [view, key] {
                    if (view)
                        QTest::keyClick(view, key);
                });
            settle();
            back();
            auto* table = qobject_cast<QTableView*>(view);
            for (int column = 0; table && view && column < table->horizontalHeader()->count(); ++column)
                act(name + QStringLiteral(" header"), [table, view, column] {
                    if (view)
                        QTest::mouseClick(table->horizontalHeader()->viewport(), Qt::LeftButton, {},
                            { table->horizontalHeader()->sectionViewportPosition(column) + 9, 9 });
                });
        });
        each<LinePlot>(QStringLiteral("chart"), [this](const QPointer<LinePlot>& plot, auto& name) {
            for (const Qt::Key key : { Qt::Key_Right, Qt::Key_P, Qt::Key_Plus, Qt::Key_L, Qt::Key_O, Qt::Key_Minus,
                     Qt::Key_O, Qt::Key_L, Qt::Key_Home, Qt::Key_Escape })
                act(name, [plot, key] {
                    if (plot)
                        QTest::keyClick(plot, key);
                });
        });
        each<QComboBox>(QStringLiteral("choice"), [this](const QPointer<QComboBox>& box, auto& name) {
            for (int i = 0; box && i < std::min(box->count(), 8); ++i)
                act(name, [box] {
                    if (box)
                        QTest::keyClick(box, Qt::Key_Down);
                });
            settle();
            act(name, [box] {
                if (box)
                    QTest::keyClick(box, Qt::Key_Home);
            });
        });
        each<QLineEdit>(QStringLiteral("field"), [this](const QPointer<QLineEdit>& edit, auto& name) {
            for (const QString& text : { QStringLiteral("wa"), QStringLiteral("it"), QStringLiteral("等等") })
                act(name, [edit, text] {
                    QInputMethodEvent event;
                    event.setCommitString(text);
                    if (edit)
                        QCoreApplication::sendEvent(edit, &event);
                });
            settle();
            for (const Qt::Key key : { Qt::Key_Return, Qt::Key_Backspace, Qt::Key_Backspace, Qt::Key_Backspace,
                     Qt::Key_Backspace, Qt::Key_Backspace, Qt::Key_Backspace })
                act(name, [edit, key] {
                    if (edit)
                        QTest::keyClick(edit, key);
                });
            settle();
        });
        each<QAbstractSpinBox>(QStringLiteral("number"), [this](const QPointer<QAbstractSpinBox>& box, auto& name) {
            act(name, [box] {
                if (box)
                    box->stepUp();
            });
        });
        each<QAbstractSlider>(QStringLiteral("slider"), [this](const QPointer<QAbstractSlider>& slider, auto& name) {
            for (const double share : { 1.0, 0.5, 0.25, 0.0 })
                act(name, [slider, share] {
                    if (slider)
                        slider->setValue(slider->minimum() + int(share * (slider->maximum() - slider->minimum())));
                });
        });
        each<QAbstractScrollArea>(
            QStringLiteral("view"), [this](const QPointer<QAbstractScrollArea>& area, auto& name) {
                act(name, [area] {
                    if (area && !qobject_cast<QAbstractItemView*>(area))
                        keys(area, { Qt::Key_PageDown, Qt::Key_Down, Qt::Key_End, Qt::Key_Home });
                });
            });
        each<QAbstractButton>(QStringLiteral("button"), [this](const QPointer<QAbstractButton>& button, auto& name) {
            for (int i = 0; button && i < (button->isCheckable() ? 2 : 1); ++i)
                act(name, [button] {
                    if (button && button->isVisible() && button->isEnabled())
                        button->click();
                });
            if (auto* tool = qobject_cast<QToolButton*>(button.data()))
                useMenu(tool->menu(), name);
            else if (auto* push = qobject_cast<QPushButton*>(button.data()))
                useMenu(push->menu(), name);
            settle();
        });
        each<QTabBar>(QStringLiteral("tabs"), [this](const QPointer<QTabBar>& tabs, auto& name) {
            for (int i = 0; tabs && i < tabs->count(); ++i) {
                const QString text = tabs->tabText(i);
                back();
                act(name + QLatin1Char(' ') + text, [tabs, i] {
                    if (tabs)
                        tabs->setCurrentIndex(i);
                });
                settle();
                const QString before = std::exchange(m_place, m_place + QLatin1Char('/') + text);
                use();
                m_place = before;
            }
        });
    }

    MainWindow& m_window;
    QTimer m_closer;
    QString m_page, m_place;
    QSet<const QObject*> m_done;
    QHash<QString, int> m_used;
    int m_acts = 0;
};

} // namespace

class TestWatchdog : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(m_folder.isValid());
        QStandardPaths::setTestModeEnabled(true);
        QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, m_folder.filePath(QStringLiteral("settings")));
        qputenv("HOME", m_folder.path().toUtf8());
        qputenv("AHASCOPE_RUNS", m_folder.filePath(QStringLiteral("runs")).toUtf8());
        qputenv("AHASCOPE_ROOT", AHASCOPE_TEST_SOURCE_DIR);
        if (withEngine())
            qputenv("AHASCOPE_ENGINE", AHASCOPE_TEST_BINARY_DIR "/app/engine/ahascope-engine");
        else
            qputenv("AHASCOPE_ENGINE", "/bin/false"); // whatever a button starts ends at once
        QDir::setCurrent(m_folder.path()); // files without a folder go there
        support::BigRun shape;
        shape.groups = 8;
        shape.steps = 150;
        shape.evaluations = 15;
        shape.detailEvery = 4;
        for (const int seed : { 1, 2 }) { // 19,200 completions each
            shape.name = "big" + std::to_string(seed);
            shape.seed = seed;
            support::makeBigRun(m_folder.filePath(QString::fromStdString("runs/" + shape.name)).toStdString(), shape);
        }
        shape.name = "long"; // many steps, some of them with a trace of 200 kB
        shape.steps = 3000;
        shape.groups = 0;
        shape.seed = 3;
        support::makeBigRun(m_folder.filePath(QStringLiteral("runs/long")).toStdString(), shape);
        m_workspace = orThrow(Workspace::open(m_folder.filePath(QStringLiteral("workspace.db")).toStdString()));
    }
    void cleanupTestCase()
    {
        m_driver.reset();
        m_window.reset();
    }

    /// The watchdog is not blind: an event that works for too long is found and named, one that waits is not.
    void itBites()
    {
        QObject culprit;
        culprit.setObjectName(QStringLiteral("culprit"));
        watch()->setPlace(QStringLiteral("here"));
        QTimer::singleShot(0, &culprit, [] {
            for (const double before = support::threadCpuMs(); support::threadCpuMs() < before + 1.2 * kBarMs;) { }
        });
        QTest::qWait(0);
        QTRY_COMPARE(watch()->longerThan(kBarMs).size(), size_t(1));
        const WatchedApplication::Event event = watch()->longerThan(kBarMs).front();
        QVERIFY2(event.receiver.contains(QLatin1String("culprit")), qPrintable(event.text()));
        QCOMPARE(event.place, QStringLiteral("here"));
        watch()->forget();
        // An event that turns a loop of its own is charged for the rest alone.
        QTimer::singleShot(0, &culprit, [] {
            QEventLoop loop;
            for (int i = 0; i < 4; ++i)
                QTimer::singleShot(0, &loop, [i, &loop] {
                    for (const double before = support::threadCpuMs();
                         support::threadCpuMs() < before + 0.4 * kBarMs;) { }
                    if (i == 3)
                        loop.quit();
                });
            loop.exec();
        });
        QTRY_VERIFY(watch()->longerThan(0.3 * kBarMs).size() >= 4);
        QVERIFY2(watch()->longerThan(kBarMs).empty(), qPrintable(told(watch()->longerThan(kBarMs))));
        watch()->forget();
    }

    void opens()
    {
        watch()->setPlace(QStringLiteral("opening"));
        QTimer::singleShot(0, this, [this] {
            m_window = std::make_unique<MainWindow>(m_workspace.get());
            m_window->resize(1280, 800);
        });
        QTRY_VERIFY(m_window);
        connect(m_window.get(), &MainWindow::themeRequested, m_window.get(),
            [](const QString& name) { applyTheme(*qApp, themeFromName(name)); });
        applyTheme(*qApp, ThemeChoice::Light);
        watch()->forget(); // an empty window: before it there was nothing to block
        m_driver = std::make_unique<Driver>(*m_window);
        m_driver->act(QStringLiteral("show"), [this] { m_window->show(); });
        QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
        QStringList folders;
        for (const char* name : { "big1", "big2", "long" })
            folders << m_folder.filePath(QStringLiteral("runs/") + QLatin1String(name));
        for (const char* page : { "Charts", "Traces" }) {
            m_driver->act(QStringLiteral("open runs"), [this, page] { m_window->showPage(QLatin1String(page)); });
            m_driver->act(QStringLiteral("open runs"), [this, folders] { m_window->openRuns(folders); });
            m_driver->settle();
            m_driver->act(QStringLiteral("close runs"), [this] { m_window->openRuns({}); });
        }
        m_driver->act(QStringLiteral("open runs"), [this, folders] { m_window->openRuns(folders); });
        m_driver->settle();
        QCOMPARE(m_window->openFolders().size(), 3);
        judge();
    }

    void page_data()
    {
        QTest::addColumn<QString>("name");
        for (const Page& page : m_window->pages()->pages())
            QTest::newRow(qPrintable(page.name)) << page.name;
    }
    void page()
    {
        QFETCH(QString, name);
        const int before = m_driver->acts();
        m_driver->page(name);
        QVERIFY2(m_driver->acts() > before, qPrintable(name)); // at least it was shown
        qInfo("%d uses, %lld events", m_driver->acts() - before, watch()->count());
        judge();
    }

    void actions()
    {
        openAgain();
        const std::vector<QAction*> actions = m_window->actionTable()->actions();
        QVERIFY(actions.size() > 30);
        for (QAction* action : actions) {
            if (action->objectName() == QLatin1String("run.quit"))
                continue;
            m_driver->act(QStringLiteral("action ") + ActionTable::title(action), [action] { action->trigger(); });
            m_driver->settle();
        }
        m_driver->act(QStringLiteral("palette"), [this] { m_window->openPalette(); });
        auto* palette = m_window->findChild<CommandPalette*>();
        QVERIFY(palette);
        for (const char letter : { 'r', 'e', 'w', 'a', 'r', 'd' })
            m_driver->act(QStringLiteral("palette"),
                [palette, letter] { QTest::keyClick(palette->findChild<QLineEdit*>(), letter); });
        m_driver->act(QStringLiteral("palette"), [palette] { palette->close(); });
        judge();
    }

    void files()
    {
        openAgain();
        const QString html = m_folder.filePath(QStringLiteral("report.html")),
                      folder = m_folder.filePath(QStringLiteral("report"));
        m_driver->act(QStringLiteral("report"), [this, html] { m_window->exportReport(html, true); });
        QTRY_VERIFY_WITH_TIMEOUT(QFileInfo::exists(html), 60'000);
        m_driver->act(QStringLiteral("report"), [this, folder] { m_window->exportReport(folder, false); });
        QTRY_VERIFY_WITH_TIMEOUT(QFileInfo::exists(folder + QStringLiteral("/report.md")), 60'000);
        ChartsPanel* charts = m_window->train()->charts();
        m_driver->act(QStringLiteral("charts"), [this] { m_window->showPage(QStringLiteral("Charts")); });
        m_driver->settle();
        bool pictured = false;
        m_driver->act(QStringLiteral("picture of all charts"), [charts, &pictured] {
            charts->pictureLater([&](const QImage& picture) { pictured = picture.width() > 1000; });
        });
        QTRY_VERIFY_WITH_TIMEOUT(pictured, 60'000);
        for (const char* ending : { "png", "svg", "pdf", "csv" }) {
            bool written = false;
            m_driver->act(QStringLiteral("charts as %1").arg(QLatin1String(ending)), [&] {
                charts->exportLater(
                    m_folder.path(), QLatin1String(ending), [&](bool all, const auto&) { written = all; });
            });
            QTRY_VERIFY_WITH_TIMEOUT(written, 60'000);
            const QStringList files = QDir(m_folder.path()).entryList({ QStringLiteral("*.") + QLatin1String(ending) });
            QVERIFY2(files.size() > 4, qPrintable(files.join(QLatin1Char(' '))));
        }
        judge();
    }

private:
    /// A button may have closed runs, or hidden them.
    void openAgain()
    {
        m_driver->act(QStringLiteral("open runs"), [this] {
            m_window->openRuns({ m_folder.filePath(QStringLiteral("runs/big1")),
                m_folder.filePath(QStringLiteral("runs/big2")), m_folder.filePath(QStringLiteral("runs/long")) });
        });
        m_driver->settle();
    }

    void judge()
    {
        const auto slow = watch()->longerThan(kBarMs), all = watch()->longerThan(0.5 * kBarMs);
        if (!all.empty())
            qInfo("%s", qPrintable(told(all)));
        QVERIFY2(watch()->count() > 0, "nothing was watched");
        watch()->forget();
        QVERIFY2(slow.empty(), qPrintable(told(slow)));
    }

    static QString place()
    {
        const QFileInfo memory(QStringLiteral("/dev/shm")); // a thousand commits are not written to a disk
        return (memory.isWritable() ? memory.filePath() : QDir::tempPath())
            + QStringLiteral("/ahascope-watchdog-XXXXXX");
    }

    QTemporaryDir m_folder { place() };
    std::unique_ptr<Workspace> m_workspace;
    std::unique_ptr<MainWindow> m_window;
    std::unique_ptr<Driver> m_driver;
};

int main(int argc, char** argv)
{
    WatchedApplication application(argc, argv);
    TestWatchdog test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_watchdog.moc"
