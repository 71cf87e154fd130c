// A run that is opened as it is started: its folder is empty then, and its pages fill by themselves.

#include "trace_fixture.h"

#include "widgets/panels/labpanel.h"
#include "widgets/panels/tracepane.h"
#include "widgets/panels/tracespanel.h"
#include "widgets/panels/tracesteppage.h"

#include <QComboBox>
#include <QSettings>
#include <QtTest>

using namespace aha;

class TestRunBegins : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, m_folder.filePath("settings"));
        qputenv("AHASCOPE_ROOT", AHASCOPE_TEST_SOURCE_DIR);
    }

    void tracesComeWithTheFirstStep()
    {
        const QString folder = m_folder.filePath("traces");
        QVERIFY(QDir().mkpath(folder));
        const auto feed = std::make_shared<RunFeed>(folder);
        TracesPanel panel;
        panel.resize(1000, 700);
        panel.show();
        panel.setRuns({ { feed, QColor(Qt::blue), "begins" } });
        QCOMPARE(panel.completions()->rowCount(), 0);
        fixture::makeRun(folder);
        Q_EMIT feed->stepsCommitted(3);
        QTRY_COMPARE(panel.completions()->rowCount(), 4);
        QVERIFY(!panel.pane()->document().text.empty());
        QVERIFY(panel.stepPage()->isEnabled());
    }

    void theDatabaseMayComeBeforeAStep()
    {
        const QString folder = m_folder.filePath("evaluates");
        QVERIFY(QDir().mkpath(folder));
        const auto feed = std::make_shared<RunFeed>(folder);
        TracesPanel panel;
        panel.setRuns({ { feed, QColor(Qt::blue), "begins" } });
        fixture::makeRun(folder);
        Q_EMIT feed->stateChanged();
        panel.showStep(folder, 2);
        QTRY_COMPARE(panel.completions()->rowCount(), 4);
    }

    void theLabOffersIt()
    {
        const QString folder = m_folder.filePath("lab");
        QVERIFY(QDir().mkpath(folder));
        const auto feed = std::make_shared<RunFeed>(folder);
        LabPanel panel { QString() };
        panel.setRuns({ { feed, QColor(Qt::blue), "begins" } });
        auto* source = panel.findChild<QComboBox*>("labSource");
        QVERIFY(source);
        QCOMPARE(source->findData(folder), -1);
        fixture::makeRun(folder);
        Q_EMIT feed->stateChanged();
        QVERIFY(source->findData(folder) >= 0);
        const int offered = source->count();
        Q_EMIT feed->stepsCommitted(3);
        QCOMPARE(source->count(), offered); // once
    }

private:
    QTemporaryDir m_folder;
};

QTEST_MAIN(TestRunBegins)
#include "tst_run_begins.moc"
