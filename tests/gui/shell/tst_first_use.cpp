// What a person met who had never seen the window: each is a way it once failed.

#include "core/store/workspace.h"
#include "page_walk.h"
#include "tests/gui/traces/trace_fixture.h"
#include "tests/support/window_place.h"
#include "widgets/panels/runspanel.h"
#include "widgets/panels/tracecolors.h"
#include "widgets/panels/tracedelegates.h"
#include "widgets/panels/trainpanel.h"
#include "widgets/plots/emptyhint.h"
#include "widgets/plots/lineplot.h"
#include "widgets/plots/seriescolors.h"
#include "widgets/shell/actiontable.h"
#include "widgets/shell/mainwindow.h"
#include "widgets/shell/pagedeck.h"
#include "widgets/shell/theme.h"

#include <QAbstractItemView>
#include <QDockWidget>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPainter>
#include <QPlainTextEdit>
#include <QPointer>
#include <QPushButton>
#include <QStandardItemModel>
#include <QStatusBar>
#include <QTableView>
#include <QtTest>

#include <algorithm>

using namespace aha;

class TestFirstUse : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        support::placeWindowIn(m_folder);
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
            QCOMPARE(window.actionTable()->action("theme.dark")->text(), QString("Dark")); // as every entry of a menu
            window.actionTable()->action("theme.dark")->trigger();
            const auto color = [&] {
                const QModelIndex row = window.runs()->table()->model()->index(0, 0);
                return row.data(Qt::DecorationRole).value<QColor>();
            };
            QTRY_VERIFY(color() == seriesColor(0, true) || color() == seriesColor(1, true));
        }
    }

    /// What a page or a selection says gives way; the window keeps the size that a person gave it.
    void theWindowKeepsItsSize()
    {
        MainWindow window;
        window.resize(1024, 700);
        window.show();
        window.runs()->refresh();
        QTRY_COMPARE(window.runs()->model()->rowCount(), 2);
        const auto check = [&](const QString& when) {
            QTest::qWait(0);
            QVERIFY2(window.size() == QSize(1024, 700),
                qPrintable(QStringLiteral("%1: %2 x %3").arg(when).arg(window.width()).arg(window.height())));
        };
        check("empty");
        const int dock = window.findChild<QDockWidget*>("runsDock")->width();
        window.runs()->select({ m_run, m_other });
        check("two selected");
        QCOMPARE(window.findChild<QDockWidget*>("runsDock")->width(), dock);
        window.openRuns({ m_run, m_other });
        for (const Page& page : window.pages()->pages()) {
            window.showPage(page.name);
            QTest::qWait(0);
            check(page.name);
        }
        check("every page seen");
        QVERIFY2(window.minimumSizeHint().width() <= 1024 && window.minimumSizeHint().height() <= 700,
            qPrintable(QStringLiteral("%1 x %2")
                           .arg(window.minimumSizeHint().width())
                           .arg(window.minimumSizeHint().height())));
    }

    void aFolderThatIsNoRunIsNotOpened()
    {
        const QString junk = m_folder.filePath("junk"), model = m_folder.filePath("model");
        QDir().mkpath(junk);
        QDir().mkpath(model);
        for (const char* name : { "/config.json", "/model.safetensors" }) {
            QFile file(model + name);
            QVERIFY(file.open(QIODevice::WriteOnly));
        }
        MainWindow window;
        window.openRuns({ m_run });
        window.openRuns({ junk });
        QCOMPARE(window.openFolders(), QStringList { m_run }); // what was open stays
        QVERIFY(window.statusBar()->currentMessage().contains("is no run"));
        window.openRuns({ model });
        QCOMPARE(window.openFolders(), QStringList { m_run });
        window.openRuns({ m_folder.filePath("runs") });
        QCOMPARE(window.openFolders(), QStringList { m_run });
        QVERIFY2(window.statusBar()->currentMessage().contains("2 runs lie in it"),
            qPrintable(window.statusBar()->currentMessage()));
        Q_EMIT window.runs()->resumeRequested(junk);
        QVERIFY(window.statusBar()->currentMessage().contains("nothing to resume"));
        QVERIFY(QDir(junk).isEmpty());
        // A run from elsewhere leaves the table when it is closed.
        const QString far = m_folder.filePath("elsewhere/far");
        fixture::makeRun(far);
        window.openRuns({ m_run, far });
        window.runs()->refresh();
        QTRY_COMPARE(window.runs()->model()->rowCount(), 3);
        Q_EMIT window.runs()->closeRequested({ far });
        QCOMPARE(window.openFolders(), QStringList { m_run });
        QCOMPARE(window.runs()->model()->rowCount(), 2);
    }

    void theKeyboardLeadsFromTheFilterToTheChart()
    {
        MainWindow window;
        window.show();
        QVERIFY(QTest::qWaitForWindowActive(&window));
        window.runs()->refresh();
        QTRY_COMPARE(window.runs()->model()->rowCount(), 2);
        QTest::keyClick(&window, Qt::Key_L, Qt::ControlModifier);
        auto* filter = window.runs()->findChild<QLineEdit*>("runsFilter");
        QVERIFY(filter->hasFocus());
        QTest::keyClick(filter, Qt::Key_Down);
        QVERIFY(window.runs()->table()->hasFocus());
        QCOMPARE(window.runs()->selectedFolders().size(), 1);
        QTest::keyClick(window.runs()->table(), Qt::Key_Return);
        QCOMPARE(window.openFolders().size(), 1);
        const auto plot = [] { return qobject_cast<LinePlot*>(QApplication::focusWidget()); };
        QTRY_VERIFY(plot());
        QCOMPARE(plot()->title(), QString("Reward"));
        QTRY_VERIFY(window.train()->findChildren<LinePlot*>().size() > 2);
        const LinePlot* first = plot();
        const auto place = [&](const LinePlot* one) { return one->mapTo(&window, QPoint()); };
        for (int i = 0; i < 2; ++i) { // one stop a chart, in the order of reading
            const QPoint before = place(plot());
            QTest::keyClick(plot(), Qt::Key_Tab);
            QVERIFY2(plot(), QApplication::focusWidget()->metaObject()->className());
            const QPoint now = place(plot());
            QVERIFY(now.y() > before.y() || (now.y() == before.y() && now.x() > before.x()));
        }
        QTest::keyClick(plot(), Qt::Key_Backtab);
        QTest::keyClick(plot(), Qt::Key_Backtab);
        QCOMPARE(plot(), first);
        QTRY_VERIFY(!first->isEmpty());
        for (int i = 0; i < 5; ++i)
            QTest::keyClick(plot(), Qt::Key_Right);
        QVERIFY2(plot()->placeText(plot()->cursor()) == "step 3", qPrintable(plot()->placeText(plot()->cursor())));
        // F1 says what the page is about, and leads back.
        window.showPage("Signals");
        QTest::keyClick(&window, Qt::Key_F1);
        QCOMPARE(window.pages()->currentPage(), QString("Glossary"));
        QVERIFY(window.statusBar()->currentMessage().startsWith("Signals: "));
        QTest::keyClick(&window, Qt::Key_F1);
        QCOMPARE(window.pages()->currentPage(), QString("Signals"));
        window.showPage("Traces");
        window.pages()->setFocus();
        QTest::keyClick(&window, Qt::Key_F1);
        QVERIFY(window.findChild<QPlainTextEdit*>("glossaryText")->toPlainText().startsWith("completion\n"));
        // Enter in the filter opens what it found.
        QTest::keyClick(&window, Qt::Key_L, Qt::ControlModifier);
        QTest::keyClicks(filter, "folder:two");
        QTest::keyClick(filter, Qt::Key_Return);
        QCOMPARE(window.openFolders(), QStringList { m_other });
    }

    void aSelectedRowKeepsItsColours()
    {
        const QPalette palette = themePalette(false);
        const auto count = [](const QImage& image, const QColor& color) {
            int found = 0;
            for (int y = 0; y < image.height(); ++y)
                for (int x = 0; x < image.width(); ++x)
                    found += image.pixelColor(x, y) == color;
            return found;
        };
        MainWindow window;
        window.openRuns({ m_run });
        window.show();
        QTRY_COMPARE(window.runs()->model()->rowCount(), 2);
        window.runs()->select({ m_run });
        QTRY_VERIFY(count(window.runs()->table()->grab().toImage(), seriesColor(0, false)) >= 40);
        QStandardItemModel model(1, 1);
        model.setData(model.index(0, 0), QVariantList { 1, 1, 0 }, Qt::UserRole);
        StripDelegate strip(Qt::UserRole, nullptr);
        QImage image(120, 24, QImage::Format_ARGB32_Premultiplied);
        image.fill(palette.color(QPalette::Highlight));
        QStyleOptionViewItem option;
        option.rect = image.rect();
        option.palette = palette;
        option.state = QStyle::State_Enabled | QStyle::State_Selected;
        QPainter painter(&image);
        strip.paint(&painter, option, model.index(0, 0));
        painter.end();
        QVERIFY(count(image, kindColor("good", palette)) >= 80);
        QVERIFY(count(image, palette.color(QPalette::Base)) >= 40);
    }

    /// A blank box tells nobody what it is for: wherever a list or a table has no row, words say what will be there.
    void emptyPlacesSayWhatComes()
    {
        const QByteArray runs = qgetenv("AHASCOPE_RUNS");
        qputenv("AHASCOPE_RUNS", m_folder.filePath("nothing").toUtf8());
        MainWindow window;
        window.resize(1280, 800);
        window.show();
        QStringList blank;
        int seen = 0;
        const auto look = [&](const QWidget& part, const QString& where) {
            for (const auto* view : part.findChildren<QAbstractItemView*>()) {
                if (!view->isVisible() || view->window() != &window || qobject_cast<const QHeaderView*>(view)
                    || view->model()->rowCount() > 0)
                    continue;
                ++seen;
                const auto labels = view->findChildren<QLabel*>();
                if (std::none_of(labels.begin(), labels.end(),
                        [](const QLabel* one) { return one->isVisible() && !one->text().isEmpty(); }))
                    blank << where + QLatin1Char('/') + view->objectName();
            }
        };
        for (const Page& page : window.pages()->pages()) {
            window.showPage(page.name);
            walk::tabs(*page.widget, page.name, look);
        }
        QVERIFY2(blank.isEmpty(), qPrintable(blank.join(QLatin1Char('\n'))));
        QVERIFY2(seen >= 8, qPrintable(QString::number(seen))); // data, models, queue, sweep, notes, traces, ...
        for (const char* button : { "dataOpenFile", "dataOpenFolder", "queueEmptyAdd" })
            QVERIFY2(!window.findChild<QPushButton*>(button)->isHidden(), button);
        // The tokens' box is no list: it says so itself.
        window.showPage("Tokenizer");
        QVERIFY(walk::page(window, "Tokenizer")->findChild<QLabel*>("tokensEmpty")->isVisible());
        qputenv("AHASCOPE_RUNS", runs);
    }

    /// The words lie in the middle of the view, follow its size, and go with the first row.
    void aHintGoesWithTheFirstRow()
    {
        QStandardItemModel model(0, 2);
        QTableView view;
        view.setModel(&model);
        EmptyHint hint(&view, "hint", "Rows stand here.");
        int pressed = 0;
        QVERIFY(hint.testAttribute(Qt::WA_TransparentForMouseEvents));
        QPushButton* button = hint.addButton("press", "Add", [&] { ++pressed; });
        view.resize(400, 300);
        view.show();
        QVERIFY(hint.isVisible() && view.findChild<QLabel*>("hint")->isVisible());
        QCOMPARE(hint.geometry(), view.viewport()->geometry());
        view.resize(600, 200);
        QCOMPARE(hint.geometry(), view.viewport()->geometry());
        QVERIFY(QTest::qWaitForWindowExposed(&view));
        QTest::mouseClick(button, Qt::LeftButton);
        QCOMPARE(pressed, 1);
        model.appendRow(new QStandardItem("a"));
        QVERIFY(!hint.isVisible());
        model.removeRow(0);
        QVERIFY(hint.isVisible());
    }

    void theDemoIsAClickAway()
    {
        const QByteArray runs = qgetenv("AHASCOPE_RUNS");
        qputenv("AHASCOPE_RUNS", m_folder.filePath("none").toUtf8());
        qputenv("AHASCOPE_ENGINE", "/bin/true"); // a start is all that is asked of it
        MainWindow window;
        window.show();
        auto* demo = window.runs()->findChild<QPushButton*>("runDemo");
        QVERIFY(demo->isVisible());
        QTest::mouseClick(demo, Qt::LeftButton);
        QCOMPARE(window.openFolders().size(), 1);
        QVERIFY(window.openFolders().first().contains("r1-zero-miniature"));
        QCOMPARE(window.pages()->currentPage(), QString("Charts"));
        qputenv("AHASCOPE_RUNS", runs);
        qunsetenv("AHASCOPE_ENGINE");
    }

private:
    QTemporaryDir m_folder;
    QString m_run, m_other;
};

QTEST_MAIN(TestFirstUse)
#include "tst_first_use.moc"
