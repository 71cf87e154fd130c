// The bar over a run, the menu Run and the table of runs, beside a run that trains: an engine that the test plays
// itself.

#include "core/protocol/control_server.h"
#include "core/protocol/run_folder.h"
#include "tests/gui/traces/trace_fixture.h"
#include "tests/support/window_place.h"
#include "widgets/panels/runspanel.h"
#include "widgets/panels/trainpanel.h"
#include "widgets/shell/mainwindow.h"
#include "widgets/shell/runheader.h"

#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTableView>
#include <QtTest>

using namespace aha;

namespace {

/// What an engine shows of itself to the outside: it holds the lease and answers at the socket.
struct Engine {
    explicit Engine(const QString& run)
        : lease(orThrow(Lease::acquire(run.toStdString())))
        , server(orThrow(ControlServer::listen(run.toStdString(), "run", "test")))
    {
        say(RunState::Running);
    }
    void say(RunState state)
    {
        Event event;
        event.kind = Event::Kind::State;
        event.state = state;
        server->broadcast(event);
    }

    std::unique_ptr<Lease> lease;
    std::unique_ptr<ControlServer> server;
};

} // namespace

class TestRunControls : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        support::placeWindowIn(m_folder);
        m_run = m_folder.filePath("runs/trains");
        m_other = m_folder.filePath("runs/other");
        fixture::makeRun(m_run);
        fixture::makeRun(m_other, 1);
        orThrow(orThrow(RunWriter::open(m_run.toStdString()))->addMarker({ 0, 3, "stop", "Stopped", "{}", 0 }));
    }

    /// Stop goes, Resume comes, and between the two nobody's letters go into a field.
    void theFocusOfAButtonThatGoesFallsIntoNoField()
    {
        auto engine = std::make_unique<Engine>(m_run);
        MainWindow window;
        window.openRuns({ m_run });
        window.runs()->refresh();
        window.show();
        QVERIFY(QTest::qWaitForWindowActive(&window));
        QTRY_COMPARE(window.runs()->model()->rowCount(), 2);
        window.runs()->select({ m_other });
        auto* name = window.findChild<QLineEdit*>("detailName");
        QTRY_VERIFY(name->isVisible());
        auto* stop = window.findChild<QPushButton*>("stopRun");
        auto* resume = window.findChild<QPushButton*>("resumeRun");
        QTRY_VERIFY(stop->isVisible());
        int fields = 0;
        connect(qApp, &QApplication::focusChanged, &window, [&fields](QWidget*, QWidget* now) {
            fields += qobject_cast<QLineEdit*>(now) || qobject_cast<QPlainTextEdit*>(now);
        });
        stop->setFocus();
        QTest::mouseClick(stop, Qt::LeftButton);
        engine->server.reset(); // it has ended its talk, and holds the run for a moment longer
        QTRY_VERIFY(!stop->isVisible());
        QTest::keyClicks(QApplication::focusWidget(), "oops");
        engine.reset();
        QTRY_VERIFY(resume->isVisible());
        QTRY_COMPARE(QApplication::focusWidget(), resume);
        QTest::keyClicks(QApplication::focusWidget(), "oops");
        QCOMPARE(fields, 0);
        QCOMPARE(window.runs()->nameOf(m_other), QString("fixture"));
        QCOMPARE(name->text(), QString("fixture"));
        // Any other button that goes away leaves the focus with what held it.
        window.showPage("Charts");
        window.train()->showSample("ok");
        auto* close = window.findChild<QPushButton*>("closeSample");
        QTRY_VERIFY(close->isVisible());
        close->setFocus();
        QTest::mouseClick(close, Qt::LeftButton);
        QVERIFY(!close->isVisible());
        QCOMPARE(QApplication::focusWidget(), window.train());
        QCOMPARE(fields, 0);
    }

private:
    QTemporaryDir m_folder;
    QString m_run, m_other;
};

QTEST_MAIN(TestRunControls)
#include "tst_run_controls.moc"
