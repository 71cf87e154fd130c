// The whole window in Chinese: pages are found by their names, shown by their translations, and no text is left out.

#include "tests/gui/traces/trace_fixture.h"
#include "tests/support/window_place.h"
#include "widgets/language/translation.h"
#include "widgets/models/tracelistmodel.h"
#include "widgets/panels/configform.h"
#include "widgets/panels/runspanel.h"
#include "widgets/panels/sweepform.h"
#include "widgets/shell/actiontable.h"
#include "widgets/shell/mainwindow.h"
#include "widgets/shell/pagedeck.h"

#include <QAbstractButton>
#include <QComboBox>
#include <QDir>
#include <QGroupBox>
#include <QLabel>
#include <QLineEdit>
#include <QMenuBar>
#include <QPushButton>
#include <QTabBar>
#include <QtTest>

using namespace aha;

namespace {

bool hasChinese(const QString& text)
{
    return std::any_of(text.begin(), text.end(), [](QChar c) { return c.unicode() >= 0x4e00 && c.unicode() < 0xa000; });
}

/// Remembers what it was asked for and has not.
class Watchful : public Dictionary {
public:
    using Dictionary::Dictionary;
    QString translate(const char* context, const char* text, const char* more, int n) const override
    {
        const QString known = Dictionary::translate(context, text, more, n);
        const QString asked = QString::fromUtf8(text);
        if (known.isEmpty() && QByteArray(context).startsWith("aha") && !hasChinese(asked)
            && asked.contains(QRegularExpression("[a-z]{2} [a-z]{2}")))
            m_missed.insert(asked);
        return known;
    }
    mutable QSet<QString> m_missed;
};

} // namespace

class TestChinese : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        support::placeWindowIn(m_folder);
        const QByteArray real = qgetenv("AHASCOPE_SCREENSHOT_RUN");
        if (real.isEmpty())
            fixture::makeRun(m_folder.filePath("runs/one"));
        else
            QVERIFY(QDir().mkpath(m_folder.filePath("runs")) && QFile::link(real, m_folder.filePath("runs/one")));
        m_dictionary = new Watchful("zh_CN", qApp);
        QVERIFY(QCoreApplication::installTranslator(m_dictionary));
        m_window = std::make_unique<MainWindow>();
        m_window->openRuns({ m_folder.filePath("runs/one") });
        m_window->resize(1280, 800);
        m_window->show();
        QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
        QTRY_COMPARE(m_window->runs()->model()->rowCount(), 1);
    }
    void cleanupTestCase() { m_window.reset(); }

    void everyPageIsFoundByItsName()
    {
        for (const Page& page : m_window->pages()->pages()) {
            m_window->showPage(page.name);
            QCOMPARE(m_window->pages()->currentPage(), page.name);
            QVERIFY(m_window->pages()->currentWidget()->isVisible());
        }
        for (int i = 0; i < m_window->pages()->count(); ++i)
            QVERIFY2(hasChinese(m_window->pages()->tabText(i)), qPrintable(m_window->pages()->tabText(i)));
        for (const QAction* menu : m_window->menuBar()->actions())
            QVERIFY2(hasChinese(menu->text()), qPrintable(menu->text()));
    }

    void everyPageIsInChinese()
    {
        for (const Page& page : m_window->pages()->pages()) {
            m_window->showPage(page.name);
            QTest::qWait(0);
            int chinese = 0;
            for (const QLabel* label : page.widget->findChildren<QLabel*>())
                chinese += hasChinese(label->text());
            for (const QAbstractButton* button : page.widget->findChildren<QAbstractButton*>())
                chinese += hasChinese(button->text()) || hasChinese(button->accessibleName());
            chinese += hasChinese(page.widget->accessibleName());
            for (const QWidget* any : page.widget->findChildren<QWidget*>())
                chinese += hasChinese(any->accessibleName());
            if (const QByteArray folder = qgetenv("AHASCOPE_SCREENSHOTS"); !folder.isEmpty()) {
                QTest::qWait(600);
                QVERIFY(
                    m_window->grab().save(QString("%1/zh-%2.png").arg(folder, page.name.toLower().replace(' ', '-'))));
            }
            QVERIFY2(chinese > 0, qPrintable(page.name));
        }
        QVERIFY2(m_dictionary->m_missed.isEmpty(), qPrintable(QStringList(m_dictionary->m_missed.values()).join("\n")));
    }

    void whatTheCoreSaysIsInChinese()
    {
        auto* form = m_window->findChild<ConfigForm*>();
        QVERIFY(form);
        const auto chinese = [](const QString& text) {
            return hasChinese(text) && !text.contains(QRegularExpression("[a-z]{3} [a-z]{2} [a-z]{2}"));
        };
        form->setConfig(RunConfig());
        form->setField("algorithm.steps_per_generation", "7"); // a rule, with figures
        QVERIFY2(chinese(form->messageAt("algorithm.steps_per_generation")),
            qPrintable(form->messageAt("algorithm.steps_per_generation")));
        form->setField("rollout.temperature", "hot"); // no number
        QVERIFY2(chinese(form->messageAt("rollout.temperature")), qPrintable(form->messageAt("rollout.temperature")));
        form->setField("rollout.temperature", "2");
        QTRY_VERIFY2(chinese(form->adviceAt("rollout.temperature")), qPrintable(form->adviceAt("rollout.temperature")));
        auto* batch = m_window->findChild<QLabel*>("batchWords");
        QVERIFY(batch);
        QVERIFY2(chinese(batch->text()), qPrintable(batch->text()));
        QVERIFY2(m_dictionary->m_missed.isEmpty(), qPrintable(QStringList(m_dictionary->m_missed.values()).join("\n")));
    }

    /// What is put together: the end of a completion in tables, the themes, how many runs.
    void smallWordsAreInChinese()
    {
        QStringList shown { finishText("stop"), finishText("length") };
        for (const char* id : { "theme.system", "theme.light", "theme.dark", "language.system" })
            shown << m_window->actionTable()->action(QString::fromLatin1(id))->text();
        for (const QString& text : shown)
            QVERIFY2(hasChinese(text) && !text.contains(QRegularExpression("[a-z]")), qPrintable(text));
        QCOMPARE(finishText("stop_sequence"), QString("stop_sequence")); // of another framework
        SweepForm form;
        form.show();
        form.findChild<QComboBox*>("sweepField")->setCurrentText("optimizer.learning_rate");
        form.findChild<QLineEdit*>("sweepValues")->setText("1e-5,1e-4");
        form.findChild<QPushButton*>("sweepAdd")->click();
        const auto* summary = form.findChild<QLabel*>("sweepSummary");
        QTRY_VERIFY2(summary->text().startsWith(QString::fromUtf8("2 个运行")), qPrintable(summary->text()));
        QTRY_VERIFY2(summary->text().endsWith(QString::fromUtf8("。")), qPrintable(summary->text()));
    }

    // AHASCOPE_SCREENSHOTS=folder, AHASCOPE_SCREENSHOT_RUN=run: pictures of every page on the way.
private:
    QTemporaryDir m_folder;
    Watchful* m_dictionary = nullptr;
    std::unique_ptr<MainWindow> m_window;
};

QTEST_MAIN(TestChinese)
#include "tst_chinese.moc"
