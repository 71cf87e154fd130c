// The pages that talk with an engine, with the real one at work: no event of the window takes longer than 100 ms, or
// waits as long, while a model answers, a run trains and is asked, a text is judged and a large data set is counted.

#include "tests/support/engine_process.h"
#include "tests/support/watchdog.h"
#include "widgets/panels/datapanel.h"
#include "widgets/panels/labedit.h"
#include "widgets/panels/playgroundpanel.h"
#include "widgets/shell/mainwindow.h"
#include "widgets/shell/pagedeck.h"

#include <QAbstractButton>
#include <QComboBox>
#include <QDir>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QProgressBar>
#include <QTabWidget>
#include <QTableWidget>
#include <QTimer>
#include <QtTest>

using namespace aha;
using support::WatchedApplication;

namespace {

#ifdef __SANITIZE_ADDRESS__
constexpr double kBarMs = 1000; // instrumented and not optimised
#else
constexpr double kBarMs = 100;
#endif
constexpr int kWait = 90'000, kRows = 60'000;

WatchedApplication* watch() { return static_cast<WatchedApplication*>(QCoreApplication::instance()); }

QString told(const std::vector<WatchedApplication::Event>& events)
{
    QStringList lines;
    for (const auto& event : events)
        lines << event.text();
    return lines.join(QLatin1Char('\n'));
}

} // namespace

class TestBusyPages : public QObject {
    Q_OBJECT

    template <class T> T* child(const char* name) const
    {
        return m_window->pages()->currentWidget()->findChild<T*>(QLatin1String(name));
    }
    /// As an event of the loop, so that it is watched.
    void act(const QString& what, const std::function<void()>& work)
    {
        watch()->setPlace(what);
        bool done = false;
        QTimer::singleShot(0, m_window.get(), [&] {
            work();
            done = true;
        });
        QTRY_VERIFY(done);
    }
    void page(const char* name)
    {
        act(QLatin1String(name), [this, name] { m_window->showPage(QLatin1String(name)); });
    }
    void judge()
    {
        const auto slow = watch()->longerThan(kBarMs), waits = watch()->waitedLongerThan(kBarMs);
        qInfo("%lld events, longest by the clock: %s", watch()->count(), qPrintable(watch()->longest().text()));
        QVERIFY(watch()->count() > 100);
        watch()->forget();
        QVERIFY2(slow.empty(), qPrintable(told(slow)));
        QVERIFY2(waits.empty(), qPrintable("waits:\n" + told(waits)));
    }

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(m_folder.isValid());
        QVERIFY2(QFileInfo::exists(support::enginePath()), "the engine is not built");
        qputenv("AHASCOPE_RUNS", m_folder.filePath("runs").toUtf8());
        qputenv("AHASCOPE_ROOT", AHASCOPE_TEST_SOURCE_DIR);
        qputenv("AHASCOPE_ENGINE", support::enginePath().toUtf8());
        QDir().mkpath(m_folder.filePath("runs"));
        // Trains as long as the test takes.
        m_engine.start(support::enginePath(),
            support::tinyRun(run(), 1'000'000, { "eval.every_steps=1000", "checkpoint.every_steps=1000" }));
        QVERIFY(m_engine.waitForStarted());
        QFile data(m_folder.filePath("rows.jsonl"));
        QVERIFY(data.open(QIODevice::WriteOnly));
        for (int i = 0; i < kRows; ++i)
            data.write(
                QStringLiteral("{\"prompt\":\"use %1 %2 9 to make %3 :\",\"completion\":\"<think> wait 等等 %1 * %2 "
                               "</think> <answer> %3 </answer>\"}\n")
                    .arg(i % 97)
                    .arg(i % 89)
                    .arg(i)
                    .toUtf8());
        data.close();
        m_window = std::make_unique<MainWindow>();
        m_window->resize(1280, 800);
        m_window->show();
        QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
        QTRY_VERIFY_WITH_TIMEOUT(QFileInfo::exists(run() + "/run.db"), kWait);
        act("open the run", [this] { m_window->openRuns({ run() }); });
        watch()->forget();
    }
    void cleanupTestCase()
    {
        m_window.reset();
        m_engine.terminate(); // stops after the step in flight
        if (!m_engine.waitForFinished(30'000))
            m_engine.kill();
        m_engine.waitForFinished();
    }

    void pokeARunThatTrains()
    {
        page("Poke");
        auto* ask = child<QAbstractButton>("pokeAsk");
        QTRY_VERIFY_WITH_TIMEOUT(ask->isEnabled(), kWait);
        auto* table = child<QTableWidget>("pokeTable");
        for (int turn = 0; turn < 5; ++turn) {
            act("ask", [this, ask] {
                child<QPlainTextEdit>("pokePrompt")->setPlainText(QStringLiteral("use 5 9 6 to make 39 :"));
                ask->click();
            });
            QTRY_COMPARE_WITH_TIMEOUT(table->rowCount(), turn + 1, kWait);
        }
        act("pause", [this] { child<QAbstractButton>("pokePause")->click(); });
        QTRY_VERIFY_WITH_TIMEOUT(child<QLabel>("pokeState")->text().startsWith("Paused"), kWait);
        act("continue", [this] { child<QAbstractButton>("pokePause")->click(); });
        QTRY_VERIFY_WITH_TIMEOUT(child<QLabel>("pokeState")->text().startsWith("Running"), kWait);
        judge();
    }

    void talkWithACheckpoint()
    {
        page("Playground");
        PlaygroundPanel& panel = *m_window->playground();
        act("open", [&] { panel.openModel(support::sourcePath("resources/models/miniature")); });
        QTRY_VERIFY_WITH_TIMEOUT(panel.canSend(), kWait);
        for (int turn = 0; turn < 2; ++turn) {
            act("send", [&] { panel.send(QStringLiteral("use 5 9 6 to make 39 :")); });
            QTRY_VERIFY_WITH_TIMEOUT(!panel.conversation()->isAnswering(), kWait);
        }
        QVERIFY(!panel.conversation()->reply(0, 0).tokens().isEmpty());
        for (const int heat : { 1, 2, 0 })
            act("colours", [this, heat] { child<QComboBox>("tokenColours")->setCurrentIndex(heat); });
        judge();
    }

    void judgeWhatIsTyped()
    {
        page("Lab");
        auto* text = child<LabEdit>("labText");
        QString typed;
        for (const QString& word :
            QStringLiteral("<think> 5 * 9 = 45 no wait 45 - 6 = 39 </think> <answer> (5*9)-6 </answer>")
                .split(QLatin1Char(' '))) {
            typed += word + QLatin1Char(' ');
            act("type", [&] { text->setPlainText(typed); });
        }
        QTRY_VERIFY_WITH_TIMEOUT(!child<QLabel>("labReward")->text().isEmpty(), kWait);
        act("re-score", [this] {
            child<QTabWidget>("labTabs")->setCurrentIndex(1);
            child<QAbstractButton>("rescoreStart")->click();
        });
        QTRY_VERIFY_WITH_TIMEOUT(
            child<QAbstractButton>("rescoreStart")->isEnabled() && !child<QLabel>("rescoreNote")->text().isEmpty(),
            kWait);
        act("hacks", [this] {
            child<QTabWidget>("labTabs")->setCurrentIndex(2);
            child<QAbstractButton>("hackStart")->click();
        });
        QTRY_VERIFY_WITH_TIMEOUT(
            child<QAbstractButton>("hackStart")->isEnabled() && !child<QLabel>("hackNote")->text().isEmpty(), kWait);
        for (const int tab : { 3, 4, 0 })
            act("tabs", [this, tab] { child<QTabWidget>("labTabs")->setCurrentIndex(tab); });
        judge();
    }

    void countALargeDataSet()
    {
        page("Data");
        auto* panel = m_window->dataSets();
        act("open", [&] { panel->openPath(m_folder.filePath("rows.jsonl")); });
        const auto state = [this] { return child<QLabel>("dataState")->text(); };
        QTRY_VERIFY2_WITH_TIMEOUT(state().contains("60,000 rows"), qPrintable(state()), kWait);
        act("model", [&] { panel->openModel(support::sourcePath("resources/models/miniature")); });
        act("search", [this] { child<QLineEdit>("dataSearch")->setText(QStringLiteral("等等 96")); });
        act("count", [&] {
            child<QTabWidget>("dataTabs")->setCurrentIndex(5);
            child<QAbstractButton>("countRows")->click();
        });
        QTRY_VERIFY_WITH_TIMEOUT(!panel->findChild<QProgressBar*>()->isVisible(), kWait);
        for (int row = 0; row < 5; ++row)
            act("row", [this] { QTest::keyClick(child<QTableView>("dataTable"), Qt::Key_PageDown); });
        judge();
    }

private:
    QString run() const { return m_folder.filePath("runs/live"); }

    QTemporaryDir m_folder;
    QProcess m_engine;
    std::unique_ptr<MainWindow> m_window;
};

int main(int argc, char** argv)
{
    QStandardPaths::setTestModeEnabled(true);
    WatchedApplication application(argc, argv);
    TestBusyPages test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_busy_pages.moc"
