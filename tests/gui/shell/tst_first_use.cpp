// What a person met who had never seen the window: each is a way it once failed.

#include "core/store/workspace.h"
#include "tests/gui/traces/trace_fixture.h"
#include "widgets/panels/runspanel.h"
#include "widgets/plots/seriescolors.h"
#include "widgets/shell/actiontable.h"
#include "widgets/shell/mainwindow.h"
#include "widgets/shell/pagedeck.h"
#include "widgets/shell/theme.h"

#include <QPointer>
#include <QTableView>
#include <QtTest>

using namespace aha;

class TestFirstUse : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        QStandardPaths::setTestModeEnabled(true);
        qputenv("AHASCOPE_RUNS", m_folder.filePath("runs").toUtf8());
        qputenv("AHASCOPE_ROOT", AHASCOPE_TEST_SOURCE_DIR);
        m_run = m_folder.filePath("runs/one");
        m_other = m_folder.filePath("runs/two");
        fixture::makeRun(m_run);
        fixture::makeRun(m_other, 1);
    }
    void cleanup() { applyTheme(*qApp, ThemeChoice::Light); }

    /// QApplication::setStyle() goes through a list of all widgets: none may go while it does.
    void noWidgetGoesWhileTheThemeChanges_data()
    {
        QTest::addColumn<bool>("open");
        QTest::newRow("nothing is open") << false;
        QTest::newRow("two runs are open") << true;
    }
    void noWidgetGoesWhileTheThemeChanges()
    {
        QFETCH(bool, open);
        applyTheme(*qApp, ThemeChoice::Light);
        MainWindow window;
        connect(&window, &MainWindow::themeRequested, &window,
            [](const QString& name) { applyTheme(*qApp, themeFromName(name)); });
        if (open)
            window.openRuns({ m_run, m_other });
        window.show();
        for (const Page& page : window.pages()->pages()) { // each is filled when it is first seen
            window.showPage(page.name);
            QTest::qWait(0);
        }
        for (const char* page : { "Charts", "Signals", "Analyse", "Traces", "Lab" }) {
            window.showPage(QString::fromLatin1(page));
            for (const char* theme : { "theme.dark", "theme.light", "theme.dark", "theme.system" }) {
                std::vector<std::pair<QPointer<QWidget>, QString>> all;
                for (QWidget* widget : QApplication::allWidgets())
                    all.emplace_back(widget,
                        QString::fromLatin1(widget->metaObject()->className()) + QLatin1Char(' ')
                            + widget->objectName());
                QVERIFY(all.size() > 500);
                window.actionTable()->action(QString::fromLatin1(theme))->trigger();
                for (const auto& [widget, name] : all)
                    QVERIFY2(widget, qPrintable(QString::fromLatin1(page) + ": " + name));
                QTest::qWait(0);
            }
        }
        if (open) {
            window.actionTable()->action("theme.dark")->trigger();
            const auto color = [&] {
                const QModelIndex row = window.runs()->table()->model()->index(0, 0);
                return row.data(Qt::DecorationRole).value<QColor>();
            };
            QTRY_VERIFY(color() == seriesColor(0, true) || color() == seriesColor(1, true));
        }
    }

private:
    QTemporaryDir m_folder;
    QString m_run, m_other;
};

QTEST_MAIN(TestFirstUse)
#include "tst_first_use.moc"
