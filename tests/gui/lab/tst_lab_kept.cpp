// What is typed in the lab belongs to its run: it is there again when the run is, in the same window and after a
// restart. The engine is this program, which answers nothing.

#include "tests/gui/traces/trace_fixture.h"
#include "widgets/panels/labedit.h"
#include "widgets/panels/labpanel.h"

#include <QApplication>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QJsonDocument>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QTemporaryDir>
#include <QtTest>

using namespace aha;

class TestLabKept : public QObject {
    Q_OBJECT

    template <class T> static T* child(const LabPanel& panel, const char* name)
    {
        return panel.findChild<T*>(QLatin1String(name));
    }
    static void choose(const LabPanel& panel, int run) { pick(child<QComboBox>(panel, "labSource"), run); }
    /// As a person does it.
    static void pick(QComboBox* box, int index)
    {
        box->setCurrentIndex(index);
        Q_EMIT box->activated(index);
    }
    static QByteArray textOf(const LabPanel& panel)
    {
        return QByteArray::fromStdString(child<LabEdit>(panel, "labText")->bytes());
    }
    static void typeForMonday(const LabPanel& panel)
    {
        child<QDoubleSpinBox>(panel, "rewards.format")->setValue(0.75);
        child<QComboBox>(panel, "data.verifier")->setCurrentText("math");
        child<QSpinBox>(panel, "labStep")->setValue(2);
        pick(child<QComboBox>(panel, "labGroup"), 1);
        pick(child<QComboBox>(panel, "labCompletion"), 2);
        child<LabEdit>(panel, "labText")->setBytes("edited \u202e on monday");
        child<QComboBox>(panel, "whatIfScaling")->setCurrentText("batch");
        child<QSpinBox>(panel, "rescoreFrom")->setValue(2);
        child<QLineEdit>(panel, "lossNames")->setText("dapo");
    }
    static void isMonday(const LabPanel& panel)
    {
        QCOMPARE(child<QDoubleSpinBox>(panel, "rewards.format")->value(), 0.75);
        QCOMPARE(child<QComboBox>(panel, "data.verifier")->currentText(), QString("math"));
        QCOMPARE(child<QSpinBox>(panel, "labStep")->value(), 2);
        QCOMPARE(child<QComboBox>(panel, "labGroup")->currentIndex(), 1);
        QCOMPARE(child<QComboBox>(panel, "labCompletion")->currentIndex(), 2);
        QCOMPARE(textOf(panel), QByteArray("edited \u202e on monday"));
        QCOMPARE(child<QComboBox>(panel, "whatIfScaling")->currentText(), QString("batch"));
        QCOMPARE(child<QSpinBox>(panel, "rescoreFrom")->value(), 2);
        QCOMPARE(child<QLineEdit>(panel, "lossNames")->text(), QString("dapo"));
    }

private Q_SLOTS:
    void initTestCase()
    {
        for (const char* name : { "monday", "tuesday" }) {
            const QString folder = m_folder.filePath(name);
            fixture::makeRun(folder);
            m_runs.push_back({ std::make_shared<RunFeed>(folder), QColor(Qt::blue), name });
        }
    }
    void cleanupTestCase() { m_runs.clear(); }

    void whatIsTypedComesBackWithItsRun()
    {
        LabPanel panel(QCoreApplication::applicationFilePath());
        panel.setRuns(m_runs);
        QCOMPARE(child<QComboBox>(panel, "labSource")->currentText(), QString("Run monday"));
        choose(panel, 1);
        choose(panel, 0);
        QVERIFY(panel.sessionState().isEmpty()); // to look about is not to type
        typeForMonday(panel);
        choose(panel, 1);
        QCOMPARE(child<QDoubleSpinBox>(panel, "rewards.format")->value(), 0.1);
        QCOMPARE(child<QComboBox>(panel, "data.verifier")->currentText(), QString("auto"));
        QCOMPARE(child<QComboBox>(panel, "whatIfScaling")->currentText(), QString("group"));
        QCOMPARE(child<QSpinBox>(panel, "rescoreFrom")->value(), 1);
        QVERIFY(child<QLineEdit>(panel, "lossNames")->text().isEmpty());
        child<LabEdit>(panel, "labText")->setBytes("edited on tuesday");
        choose(panel, 0);
        isMonday(panel);
        const QJsonObject kept = panel.sessionState();
        choose(panel, 1);
        QCOMPARE(textOf(panel), QByteArray("edited on tuesday"));
        QCOMPARE(child<QDoubleSpinBox>(panel, "rewards.format")->value(), 0.1);
        QCOMPARE(panel.sessionState(), kept); // what came back is still what was typed
        // Monday is closed, and opened again.
        panel.setRuns({ m_runs[1] });
        panel.setRuns(m_runs);
        choose(panel, 0);
        isMonday(panel);
    }

    void whatIsTypedOutlivesTheProgram()
    {
        QJsonObject state;
        {
            LabPanel panel(QCoreApplication::applicationFilePath());
            panel.setRuns(m_runs);
            typeForMonday(panel);
            choose(panel, 1);
            child<LabEdit>(panel, "labText")->setBytes("edited on tuesday");
            state = QJsonDocument::fromJson(QJsonDocument(panel.sessionState()).toJson()).object();
        }
        LabPanel panel(QCoreApplication::applicationFilePath());
        panel.setRuns({ m_runs[1] }); // the other one is opened later
        panel.restoreSession(state);
        QCOMPARE(textOf(panel), QByteArray("edited on tuesday"));
        QCOMPARE(panel.sessionState(), state);
        panel.setRuns(m_runs);
        choose(panel, 0);
        isMonday(panel);
        QCOMPARE(panel.sessionState(), state);
        panel.restoreSession({ { "runs", QJsonArray { 1 } } }); // damaged: nothing is known of any run
        choose(panel, 1);
        QCOMPARE(child<QDoubleSpinBox>(panel, "rewards.format")->value(), 0.1);
    }

    /// The same text under another run's rewards: it comes along, and is the first run's still.
    void aTextComesAlong()
    {
        QJsonObject state;
        {
            LabPanel panel(QCoreApplication::applicationFilePath());
            panel.setRuns(m_runs);
            child<LabEdit>(panel, "labText")->setBytes("of monday");
            choose(panel, 1);
            QCOMPARE(textOf(panel), QByteArray("of monday"));
            state = panel.sessionState();
            choose(panel, 0);
            child<LabEdit>(panel, "labText")->setBytes("of monday, again");
            choose(panel, 1);
            QCOMPARE(textOf(panel), QByteArray("of monday, again"));
        }
        LabPanel panel(QCoreApplication::applicationFilePath());
        panel.setRuns({ m_runs[1] });
        panel.restoreSession(state);
        QCOMPARE(textOf(panel), QByteArray("of monday"));
        child<LabEdit>(panel, "labText")->setBytes("of tuesday");
        panel.setRuns(m_runs);
        choose(panel, 0);
        QCOMPARE(textOf(panel), QByteArray("of monday"));
    }

    void theBenchNamesAnotherVerifier()
    {
        LabPanel panel(QCoreApplication::applicationFilePath());
        panel.setRuns(m_runs);
        child<QComboBox>(panel, "data.verifier")->setCurrentText("math");
        choose(panel, 1);
        choose(panel, 0);
        child<QPushButton>(panel, "hackStart")->click();
        QCOMPARE(
            child<QLabel>(panel, "hackWhose")->text(), QString("Running: monday's rewards, with another verifier"));
        child<QPushButton>(panel, "hackStart")->click();
    }

private:
    QTemporaryDir m_folder;
    OpenRuns m_runs;
};

int main(int argc, char** argv)
{
    if (argc > 1 && qstrcmp(argv[1], "hacks") == 0)
        return 0;
    QApplication application(argc, argv);
    TestLabKept test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_lab_kept.moc"
