// What is told on the desktop while nobody looks at the window: health signals and ends, of runs that are not open,
// too.

#include "core/protocol/run_folder.h"
#include "core/store/run_writer.h"
#include "tests/gui/analysis/analysis_fixture.h"
#include "tests/support/window_place.h"
#include "widgets/models/librarywatch.h"
#include "widgets/panels/runspanel.h"
#include "widgets/panels/signalspanel.h"
#include "widgets/shell/desktopnotice.h"
#include "widgets/shell/mainwindow.h"
#include "widgets/shell/pagedeck.h"

#include <QComboBox>
#include <QDBusError>
#include <QDBusServer>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QtTest>

using namespace aha;

/// The desktop's notification service, as the specification has it.
class NoticeService : public QObject {
    Q_OBJECT
    Q_CLASSINFO("D-Bus Interface", "org.freedesktop.Notifications")
public:
    QStringList capabilities { "body", "body-markup", "actions" };
    QStringList texts;

public Q_SLOTS:
    QStringList GetCapabilities() { return capabilities; }
    uint Notify(const QString&, uint, const QString&, const QString&, const QString& text, const QStringList&,
        const QVariantMap&, int)
    {
        texts << text;
        return uint(texts.size());
    }

Q_SIGNALS:
    void ActionInvoked(uint id, const QString& action);
    void NotificationClosed(uint id, uint reason);
};

class TestNotices : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { support::placeWindowIn(m_folder); }

    void init()
    {
        m_service = std::make_unique<NoticeService>();
        m_server = std::make_unique<QDBusServer>();
        QVERIFY2(m_server->isConnected(), qPrintable(m_server->lastError().message()));
        QSignalSpy joined(m_server.get(), &QDBusServer::newConnection);
        connect(m_server.get(), &QDBusServer::newConnection, m_service.get(), [this](QDBusConnection connection) {
            connection.registerObject("/org/freedesktop/Notifications", m_service.get(),
                QDBusConnection::ExportAllSlots | QDBusConnection::ExportAllSignals);
        });
        m_bus = std::make_unique<QDBusConnection>(QDBusConnection::connectToPeer(m_server->address(), "notices"));
        QVERIFY(m_bus->isConnected());
        QTRY_COMPARE(joined.count(), 1);
    }

    void cleanup()
    {
        QDBusConnection::disconnectFromPeer("notices");
        m_bus.reset();
        m_server.reset();
        m_service.reset();
    }

    /// Model text and names are never read as markup, and no click on another program's notice opens anything.
    void saysItAsItIs()
    {
        DesktopNotice notice(*m_bus);
        QSignalSpy opened(&notice, &DesktopNotice::opened);
        const QString text = "<img src='http://x'> & 3 < 4";
        notice.show("AhaScope", text, "of this");
        QTRY_COMPARE(m_service->texts, QStringList { text.toHtmlEscaped() });
        QTRY_VERIFY([&] {
            Q_EMIT m_service->ActionInvoked(7, "default");
            Q_EMIT m_service->ActionInvoked(1, "default");
            return QTest::qWaitFor([&] { return !opened.isEmpty(); }, 200);
        }());
        for (const QList<QVariant>& one : opened)
            QCOMPARE(one[0].toString(), QString("of this"));
        m_service->capabilities = { "body" };
        DesktopNotice plain(*m_bus);
        QTRY_VERIFY([&] {
            plain.show("AhaScope", text, {});
            const qsizetype before = m_service->texts.size();
            return QTest::qWaitFor([&] { return m_service->texts.size() > before; }) && m_service->texts.back() == text;
        }());
    }

    /// A run that trains overnight without being open: its signal is told once, and a click opens it there.
    void aRunThatIsNotOpenIsWatched()
    {
        const QString folder = m_folder.filePath("runs/overnight");
        auto writer = fixture::makeAnalysedRun(folder, 0, 0);
        const auto commit = [&](int64_t from, int64_t to, double cut) {
            for (int64_t s = from; s <= to; ++s) {
                StepRow row = fixture::analysedStep(s, 0);
                row.metrics.emplace_back("completions/clipped_ratio", cut);
                orThrow(writer->commitStep(row));
            }
        };
        commit(1, 8, 0);
        auto lease = orThrow(Lease::acquire(folder.toStdString()));
        orThrow(lease->setState(RunState::Running));
        MainWindow window; // never shown: nobody looks at it
        window.notifyThrough(*m_bus);
        const auto read = [&] {
            QSignalSpy rows(window.runs(), &RunsPanel::rowsChanged);
            window.runs()->refresh();
            QTRY_VERIFY(!rows.isEmpty());
        };
        read();
        auto* page = window.findChild<SignalsPanel*>();
        QTRY_VERIFY(!page->reading());
        QVERIFY(m_service->texts.isEmpty()); // what stands there already is history
        commit(9, 10, 1);
        read();
        QTRY_COMPARE(m_service->texts.size(), 1);
        QVERIFY2(m_service->texts[0].contains("a signal since step"), qPrintable(m_service->texts[0]));
        QVERIFY(window.openFolders().isEmpty());
        QTRY_VERIFY([&] {
            Q_EMIT m_service->ActionInvoked(1, "default");
            return QTest::qWaitFor([&] { return window.openFolders() == QStringList { folder }; }, 200);
        }());
        QCOMPARE(window.pages()->currentPage(), QString("Signals"));
        const QString calm = m_folder.filePath("runs/calm"); // the page shows the run that the notice is about
        fixture::makeAnalysedRun(calm, 0, 0);
        window.openBeside({ calm });
        auto* shown = page->findChild<QComboBox*>("signalsRun");
        QCOMPARE(shown->currentData().toString(), calm);
        Q_EMIT m_service->ActionInvoked(1, "default");
        QTRY_COMPARE(shown->currentData().toString(), folder);
        lease.reset();
    }

    void endsAreTold()
    {
        LibraryWatch watch;
        QSignalSpy told(&watch, &LibraryWatch::told);
        RunListRow row;
        row.folder = m_folder.filePath("runs/none");
        row.name = "night";
        row.state = RunState::Running;
        row.step = 40;
        row.maxSteps = 150;
        const auto becomes = [&](RunState state) {
            row.state = state;
            watch.setRows({ row }, { row.folder });
            return told.isEmpty() ? QString() : told.takeLast()[1].toString();
        };
        QCOMPARE(becomes(RunState::Finished), QString()); // as it was found: history
        QCOMPARE(becomes(RunState::Running), QString());
        QCOMPARE(becomes(RunState::Stopped), QString()); // somebody did that
        QCOMPARE(becomes(RunState::Running), QString());
        QCOMPARE(becomes(RunState::Failed),
            QString("night ended at step 40 of 150 without being asked to: its log says why."));
        QCOMPARE(becomes(RunState::Starting), QString());
        QCOMPARE(becomes(RunState::Interrupted), QString()); // it never began: whoever started it is told
        row.part = StartPart::FirstEvaluation;
        QCOMPARE(becomes(RunState::Starting), QString());
        QVERIFY(becomes(RunState::Interrupted).startsWith("night ended")); // it had begun
        row.part = StartPart::None;
        QCOMPARE(becomes(RunState::Running), QString());
        watch.expectEnd(row.folder);
        QCOMPARE(becomes(RunState::Interrupted), QString()); // its engine was ended on purpose
        QCOMPARE(becomes(RunState::Running), QString());
        QVERIFY(becomes(RunState::Interrupted).startsWith("night ended at step 40")); // the next time it was not
        QCOMPARE(becomes(RunState::Running), QString());
        row.step = 150;
        row.pass1 = 0.5;
        row.pass1Low = 0.4;
        row.pass1High = 0.6;
        row.evalProblems = 64;
        row.evalSamples = 2;
        row.evalStep = 140;
        QCOMPARE(becomes(RunState::Finished),
            QString::fromUtf8(
                "night finished at step 150. Held-out pass@1 50.0 % (40.0 – 60.0), n = 64 × 2, at step 140."));
        QCOMPARE(becomes(RunState::Finished), QString()); // once
        watch.nameOf = [&](const QString& folder) { return folder == row.folder ? "tuesday %2" : QString(); };
        row.pass1.reset();
        QCOMPARE(becomes(RunState::Running), QString());
        QCOMPARE(becomes(RunState::Finished), QString("tuesday %2 finished at step 150.")); // as the table calls it
    }

private:
    QTemporaryDir m_folder;
    std::unique_ptr<NoticeService> m_service;
    std::unique_ptr<QDBusServer> m_server;
    std::unique_ptr<QDBusConnection> m_bus;
};

QTEST_MAIN(TestNotices)
#include "tst_notices.moc"
