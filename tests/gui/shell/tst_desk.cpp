// What surrounds the pages: palette, keys, layouts, things dropped, explanations, and coming back after a crash.

#include "core/store/workspace.h"
#include "tests/gui/traces/trace_fixture.h"
#include "tests/support/window_place.h"
#include "widgets/models/glossary.h"
#include "widgets/models/palettemodel.h"
#include "widgets/panels/chartspanel.h"
#include "widgets/panels/configurepanel.h"
#include "widgets/panels/glossarypanel.h"
#include "widgets/panels/trainpanel.h"
#include "widgets/plots/lineplot.h"
#include "widgets/shell/actiontable.h"
#include "widgets/shell/commandpalette.h"
#include "widgets/shell/explainer.h"
#include "widgets/shell/itemkind.h"
#include "widgets/shell/keyboardpage.h"
#include "widgets/shell/layoutlist.h"
#include "widgets/shell/mainwindow.h"
#include "widgets/shell/pagedeck.h"

#include <QAbstractItemModelTester>
#include <QDockWidget>
#include <QDropEvent>
#include <QHelpEvent>
#include <QKeySequenceEdit>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QMenu>
#include <QMimeData>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScopeGuard>
#include <QStatusBar>
#include <QTabWidget>
#include <QTableWidget>
#include <QToolButton>
#include <QToolTip>
#include <QtTest>

using namespace aha;

class TestDesk : public QObject {
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

    void lettersFindNames()
    {
        QVERIFY(fuzzyScore("", "anything"));
        QVERIFY(!fuzzyScore("xyz", "anything"));
        QVERIFY(!fuzzyScore("gniht", "thing")); // order counts
        QVERIFY(fuzzyScore("pc", "Pause or continue") && fuzzyScore("cont pau", "Pause or continue"));
        QVERIFY(*fuzzyScore("lr", "Learning rate") > *fuzzyScore("lr", "Clear")); // beginnings of words
        QVERIFY(*fuzzyScore("rate", "Learning rate") > *fuzzyScore("rate", "read the table")); // letters together
        PaletteModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setEntries({ { "Clear", "action", "", [] {} },
            { "Learning rate", "setting", "optimizer.learning_rate", [] {} }, { "Data", "page", "Library", [] {} } });
        QCOMPARE(model.rowCount(), 3);
        model.setPattern("lr");
        QCOMPARE(model.index(0).data().toString(), QString("Learning rate"));
        model.setPattern("optim");
        QCOMPARE(model.rowCount(), 1); // by its second name
        model.setPattern("library data");
        QCOMPARE(model.index(0).data().toString(), QString("Data"));
        model.setPattern("qqq");
        QCOMPARE(model.rowCount(), 0);
        // What is meant more often comes first; longer words are spelled; other names are known.
        model.setEntries({ { "Learning rate", "setting", "prime.model_learning_rate", [] {}, "", 2 },
            { "Learning rate", "setting", "optimizer.learning_rate", [] {}, "", 1 },
            { "Explained reward total", "chart", "", [] {} }, { "Charts: Export all", "action", "", [] {} },
            { "Compare: Outcomes", "tab", "", [] {}, "significance paired test" },
            { "Sampler correction", "setting", "algorithm.sampler_correction", [] {}, "", 3 },
            { "Response length", "chart", "", [] {} } });
        model.setPattern("learning rate");
        QCOMPARE(model.index(0).data(PaletteModel::HintRole).toString(), QString("optimizer.learning_rate"));
        model.setPattern("export");
        QCOMPARE(model.rowCount(), 1); // not the letters e, x, p, o, r, t of three words
        QCOMPARE(model.index(0).data().toString(), QString("Charts: Export all"));
        model.setPattern("significan");
        QCOMPARE(model.index(0).data().toString(), QString("Compare: Outcomes"));
        model.setPattern("response length");
        QCOMPARE(model.rowCount(), 1);
    }

    void paletteIsKeyboardOnly()
    {
        MainWindow window;
        window.openRuns({ m_run, m_other });
        window.show();
        QVERIFY(QTest::qWaitForWindowActive(&window));
        auto* palette = window.findChild<CommandPalette*>();
        auto* input = window.findChild<QLineEdit*>("paletteInput");
        const auto type = [&](const QString& text) {
            QTest::keyClick(&window, Qt::Key_K, Qt::ControlModifier);
            QVERIFY(palette->isVisible() && input->hasFocus());
            QTest::keyClicks(input, text);
            QTest::keyClick(input, Qt::Key_Return);
            QVERIFY(!palette->isVisible());
        };
        type("tokenizer");
        QCOMPARE(window.pages()->currentPage(), QString("Tokenizer"));
        const auto* name = window.findChild<QLabel*>("runName");
        const QString first = name->text();
        type("two"); // the run that is not the current one
        QVERIFY(name->text() != first);
        QCOMPARE(window.openFolders(), QStringList({ m_run, m_other })); // the order is that of colours
        type("optimizer.learning_rate");
        QCOMPARE(window.pages()->currentPage(), QString("Settings"));
        QVERIFY(window.configure()->editor("optimizer.learning_rate")->hasFocus());
        type("reward metric");
        QCOMPARE(window.pages()->currentPage(), QString("Charts"));
        auto* plot = qobject_cast<LinePlot*>(QApplication::focusWidget());
        QVERIFY(plot);
        QCOMPARE(plot->title(), QString("Reward"));
        type("pass@k"); // no chart has it as its subject: it is explained
        QCOMPARE(window.pages()->currentPage(), QString("Glossary"));
        QVERIFY(window.findChild<QPlainTextEdit*>("glossaryText")->toPlainText().contains("unbiased estimate"));
        type("response length");
        plot = qobject_cast<LinePlot*>(QApplication::focusWidget());
        QVERIFY(plot && plot->title() == "Response length");
        type("significan");
        QCOMPARE(window.pages()->currentPage(), QString("Compare"));
        bool outcomes = false;
        for (const QTabWidget* tabs : window.findChildren<QTabWidget*>())
            outcomes = outcomes || (tabs->isVisible() && tabs->tabText(tabs->currentIndex()) == "Outcomes");
        QVERIFY(outcomes);
        type("export figure reward");
        QCOMPARE(window.pages()->currentPage(), QString("Charts"));
        QVERIFY(window.findChild<QWidget*>("figureForm")->isVisible());
        type("view dock log");
        QVERIFY(window.findChild<QDockWidget*>("logDock")->isVisible());
        // Arrows, Esc, and nothing found.
        window.showPage("Log");
        window.findChild<QPlainTextEdit*>("log")->setFocus();
        QTest::keyClick(&window, Qt::Key_K, Qt::ControlModifier);
        QTest::keyClick(input, Qt::Key_Down);
        QCOMPARE(window.findChild<QListView*>("paletteList")->currentIndex().row(), 1);
        QTest::keyClicks(input, "qxqxqx");
        const auto* nothing = window.findChild<QLabel*>("paletteNothing");
        QVERIFY(nothing->isVisible() && nothing->y() < input->geometry().bottom() + 20);
        QTest::keyClick(input, Qt::Key_Return);
        QVERIFY(palette->isVisible());
        QTest::keyClick(input, Qt::Key_Escape);
        QVERIFY(!palette->isVisible());
        QVERIFY(window.findChild<QPlainTextEdit*>("log")->hasFocus()); // where one was
    }

    void everyActionIsInAMenuAndInThePalette()
    {
        MainWindow window;
        QSet<QAction*> inMenus;
        std::function<void(QMenu*)> walk = [&](QMenu* menu) {
            for (QAction* action : menu->actions()) {
                inMenus << action;
                if (action->menu())
                    walk(action->menu());
            }
        };
        for (QMenu* menu : window.findChildren<QMenu*>())
            walk(menu);
        QSet<QString> titles;
        for (const PaletteEntry& entry : window.paletteEntries())
            titles << entry.title;
        std::map<QString, QString> keys;
        for (QAction* action : window.actionTable()->actions()) {
            QVERIFY2(inMenus.contains(action), qPrintable(action->objectName()));
            QVERIFY2(titles.contains(ActionTable::title(action)) || action->objectName().startsWith("go."),
                qPrintable(action->objectName()));
            const QString shortcut = action->shortcut().toString();
            QVERIFY2(shortcut.isEmpty() || keys.emplace(shortcut, action->objectName()).second, qPrintable(shortcut));
        }
    }

    void keysAreChangedAndKept()
    {
        const auto workspace = orThrow(Workspace::open(m_folder.filePath("keys.db").toStdString()));
        {
            MainWindow window(workspace.get());
            window.show();
            window.showPage("Keyboard");
            auto* table = window.findChild<QTableWidget*>("keysTable");
            auto* search = window.findChild<QLineEdit*>("keysSearch");
            auto* edit = window.findChild<QKeySequenceEdit*>("keysEdit");
            const auto choose = [&](const QString& title) {
                for (int row = 0; row < table->rowCount(); ++row)
                    if (table->item(row, 0)->text() == title)
                        table->setCurrentCell(row, 0);
                QCOMPARE(table->item(table->currentRow(), 0)->text(), title);
            };
            search->setText("sample now");
            int shown = 0;
            for (int row = 0; row < table->rowCount(); ++row)
                shown += !table->isRowHidden(row);
            QCOMPARE(shown, 1);
            search->clear();
            choose("Run: Sample now");
            edit->setKeySequence(QKeySequence("Ctrl+P")); // Pause has it
            QTest::mouseClick(window.findChild<QPushButton*>("keysApply"), Qt::LeftButton);
            QVERIFY2(window.findChild<QLabel*>("keysMessage")->text().contains("Pause or continue"),
                qPrintable(window.findChild<QLabel*>("keysMessage")->text()));
            QCOMPARE(window.actionTable()->action("run.sample")->shortcut(), QKeySequence("Ctrl+T"));
            edit->setKeySequence(QKeySequence("Ctrl+Alt+Y"));
            QTest::mouseClick(window.findChild<QPushButton*>("keysApply"), Qt::LeftButton);
            QCOMPARE(window.actionTable()->action("run.sample")->shortcut(), QKeySequence("Ctrl+Alt+Y"));
        }
        MainWindow window(workspace.get());
        QCOMPARE(window.actionTable()->action("run.sample")->shortcut(), QKeySequence("Ctrl+Alt+Y"));
        QTest::mouseClick(window.findChild<QPushButton*>("keysReset"), Qt::LeftButton);
        QCOMPARE(window.actionTable()->action("run.sample")->shortcut(), QKeySequence("Ctrl+T"));
        QCOMPARE(QByteArray::fromStdString(orThrow(workspace->setting("window.keys"))), QByteArray("{}"));
    }

    void layoutsAreKept()
    {
        LayoutList list;
        QVERIFY(!list.refusal("").isEmpty() && !list.refusal("train").isEmpty() && list.refusal("Mine").isEmpty());
        QVERIFY(!list.refusal(QString(41, 'x')).isEmpty());
        const auto workspace = orThrow(Workspace::open(m_folder.filePath("layouts.db").toStdString()));
        {
            MainWindow window(workspace.get());
            window.show();
            auto* runs = window.findChild<QDockWidget*>("runsDock");
            auto* log = window.findChild<QDockWidget*>("logDock");
            window.actionTable()->action("layout.Traces")->trigger();
            QVERIFY(!runs->isVisible() && !log->isVisible());
            QVERIFY(window.findChild<QDockWidget*>("notesDock")->isVisible());
            QCOMPARE(window.pages()->currentPage(), QString("Traces"));
            window.actionTable()->action("layout.Train")->trigger();
            QVERIFY(runs->isVisible());
            log->show();
            window.showPage("Playground");
            window.actionTable()->action("layout.save")->trigger();
            auto* name = window.findChild<QLineEdit*>("askText");
            QVERIFY(name->isVisible());
            name->setText("Compare");
            QTest::keyClick(name, Qt::Key_Return);
            QVERIFY(window.findChild<QLabel*>("askProblem")->text().contains("comes with the program"));
            name->setText("Mine & yours");
            QTest::keyClick(name, Qt::Key_Return);
            QVERIFY(!name->isVisible());
            QMenu* menu = nullptr;
            for (QMenu* one : window.findChildren<QMenu*>())
                if (one->title() == "&Layouts")
                    menu = one;
            QVERIFY(menu);
            Q_EMIT menu->aboutToShow();
            QCOMPARE(menu->actions().last()->text(), QString("Mine && yours"));
            const qsizetype many = menu->actions().size();
            Q_EMIT menu->aboutToShow();
            QCOMPARE(menu->actions().size(), many); // made anew, not added to
        }
        MainWindow window(workspace.get());
        window.show();
        window.actionTable()->action("layout.Configure")->trigger();
        QVERIFY(!window.findChild<QDockWidget*>("logDock")->isVisible());
        window.applyLayout("Mine & yours");
        QVERIFY(window.findChild<QDockWidget*>("logDock")->isVisible());
        QVERIFY(window.findChild<QDockWidget*>("runsDock")->isVisible());
        QCOMPARE(window.pages()->currentPage(), QString("Playground"));
        window.actionTable()->action("layout.rename")->trigger();
        auto* name = window.findChild<QLineEdit*>("askText");
        name->setText("Ours");
        QTest::keyClick(name, Qt::Key_Return);
        QVERIFY(orThrow(workspace->setting("window.layouts")).find("\"Ours\"") != std::string::npos);
        window.actionTable()->action("layout.delete")->trigger();
        QCOMPARE(orThrow(workspace->setting("window.layouts")), std::string("{}"));
        window.actionTable()->action("layout.delete")->trigger(); // there is none any more: a sentence
        QVERIFY(window.statusBar()->currentMessage().contains("own layouts"));
    }

    void whatIsDroppedOpensWhereItBelongs()
    {
        const auto write = [&](const QString& name, const QByteArray& bytes) {
            QFile file(m_folder.filePath(name));
            if (!file.open(QIODevice::WriteOnly))
                qFatal("no file");
            file.write(bytes);
            return m_folder.filePath(name);
        };
        const QString rows = write("rows.jsonl", "{\"prompt\":\"a\",\"completion\":\"b\"}\n"),
                      settings = write("mine.json", "{\"optimizer\":{\"learning_rate\":0.125}}"),
                      list = write("list.json", "[{\"prompt\":\"a\"}]"), picture = write("picture.bmp", "BM"),
                      hostile = write("deep.json", QByteArray(60'000, '[')),
                      recipe = write("grpo.yaml", "num_generations: 8\nlearning_rate: 3.0e-6\nbeta: 0.04\n"),
                      script = write("run.sh",
                          "python3 -m verl.trainer.main_ppo \\\n algorithm.adv_estimator=grpo \\\n "
                          "actor_rollout_ref.rollout.n=5 \\\n data.train_batch_size=64\n"),
                      own = write("own.yaml", "optimizer:\n  learning_rate: 0.25\n");
        QDir().mkpath(m_folder.filePath("model"));
        write("model/model.safetensors", "x");
        QCOMPARE(int(itemKind(m_run)), int(ItemKind::Run));
        QCOMPARE(int(itemKind(m_run + "/run.db")), int(ItemKind::Run));
        QCOMPARE(int(itemKind(m_folder.filePath("model"))), int(ItemKind::Model));
        QCOMPARE(int(itemKind(rows)), int(ItemKind::Data));
        QCOMPARE(int(itemKind(list)), int(ItemKind::Data));
        QCOMPARE(int(itemKind(settings)), int(ItemKind::Settings));
        QCOMPARE(int(itemKind(picture)), int(ItemKind::Unknown));
        QCOMPARE(int(itemKind(hostile)), int(ItemKind::Data));
        QCOMPARE(int(itemKind(m_folder.filePath("nowhere"))), int(ItemKind::Unknown));

        const auto workspace = orThrow(Workspace::open(m_folder.filePath("drops.db").toStdString()));
        MainWindow window(workspace.get());
        window.show();
        const auto drop = [&](const QStringList& paths) {
            QMimeData data;
            QList<QUrl> urls;
            for (const QString& path : paths)
                urls << QUrl::fromLocalFile(path);
            data.setUrls(urls);
            QDragEnterEvent enter(QPoint(5, 5), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
            QApplication::sendEvent(&window, &enter);
            QVERIFY(enter.isAccepted());
            QDropEvent event(QPointF(5, 5), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
            QApplication::sendEvent(&window, &event);
        };
        drop({ m_run, m_other });
        QCOMPARE(window.openFolders(), QStringList({ m_run, m_other }));
        QCOMPARE(window.pages()->currentPage(), QString("Charts"));
        drop({ settings });
        QCOMPARE(window.pages()->currentPage(), QString("Settings"));
        QCOMPARE(window.configure()->config().optimizer.learningRate, 0.125);
        drop({ recipe });
        const auto* says = window.findChild<QLabel*>("importSays");
        QVERIFY(says->isVisible());
        QVERIFY2(says->text().startsWith("From trl"), qPrintable(says->text()));
        drop({ script });
        QVERIFY2(says->text().startsWith("From verl"), qPrintable(says->text()));
        drop({ own }); // ours: into the form at once
        QVERIFY(!says->isVisible());
        QCOMPARE(window.configure()->config().optimizer.learningRate, 0.25);
        drop({ rows });
        QCOMPARE(window.pages()->currentPage(), QString("Data"));
        drop({ m_folder.filePath("model") });
        QCOMPARE(window.pages()->currentPage(), QString("Models"));
        drop({ picture });
        QCOMPARE(window.pages()->currentPage(), QString("Models"));
        QVERIFY(window.statusBar()->currentMessage().contains("picture.bmp is nothing that opens here"));
        QMenu* recent = nullptr;
        for (QMenu* menu : window.findChildren<QMenu*>())
            if (menu->title() == "Open re&cent")
                recent = menu;
        Q_EMIT recent->aboutToShow();
        QStringList texts;
        for (QAction* action : recent->actions())
            texts << action->text();
        QVERIFY2(texts.contains("one") && texts.contains("two") && texts.contains("rows.jsonl"),
            qPrintable(texts.join(' ')));
    }

    void aCrashLosesLessThanASecond()
    {
        const auto workspace = orThrow(Workspace::open(m_folder.filePath("crash.db").toStdString()));
        MainWindow lost(workspace.get()); // never closed
        lost.show();
        lost.openRuns({ m_run });
        lost.showPage("Tokenizer");
        lost.findChild<QDockWidget*>("logDock")->show();
        auto* rate = qobject_cast<QLineEdit*>(lost.configure()->editor("optimizer.learning_rate"));
        rate->clear();
        QTest::keyClicks(rate, "7e-3");
        lost.addNoteHere();
        QTest::keyClicks(lost.pages()->currentWidget()->findChild<QPlainTextEdit*>("noteText"), "half a thought");
        QVERIFY(MainWindow::kAutosaveMs <= 1000);
        QTRY_COMPARE(orThrow(workspace->setting("window.page")), std::string("Notebook"));
        QTRY_VERIFY(
            !orThrow(workspace->notes()).empty() && orThrow(workspace->notes()).front().text == "half a thought");
        const auto again = orThrow(Workspace::open(m_folder.filePath("crash.db").toStdString()));
        MainWindow window(again.get());
        window.show();
        QCOMPARE(window.openFolders(), QStringList { m_run });
        QCOMPARE(window.pages()->currentPage(), QString("Notebook"));
        QVERIFY(window.findChild<QDockWidget*>("logDock")->isVisible());
        QCOMPARE(window.configure()->config().optimizer.learningRate, 7e-3);
        QCOMPARE(window.pages()->currentWidget()->findChild<QPlainTextEdit*>("noteText")->toPlainText(),
            QString("half a thought"));
    }

    void wordsAreExplainedWhereTheyStand()
    {
        Glossary glossary;
        QAbstractItemModelTester tester(&glossary, QAbstractItemModelTester::FailureReportingMode::QtTest);
        QVERIFY(glossary.rowCount() > 150);
        const int length = glossary.find("completions/mean_length");
        QCOMPARE(
            glossary.entry(length).meaning, QString("mean length of a completion, |o|")); // a bar within a cell is none
        QCOMPARE(glossary.entry(length).unit, QString("tokens"));
        QVERIFY(glossary.explain(length).endsWith("Group: Completions"));
        QVERIFY(glossary.find("Advantages") >= 0 && glossary.find("pass@4") >= 0 && glossary.find("nonsense") < 0);
        for (int i = 0; i < glossary.rowCount(); ++i) { // a row shows two lines: both are spoken
            const QString spoken = glossary.index(i).data(Qt::AccessibleTextRole).toString();
            const GlossaryEntry& entry = glossary.entry(i);
            QVERIFY2(spoken.startsWith(entry.name) && spoken.endsWith(entry.meaning), qPrintable(spoken));
        }
        QVERIFY(parseGlossary("| key | x |\n|---|---|\n| a | b |\n").empty()); // no table of names
        MainWindow window;
        window.openRuns({ m_run });
        window.show();
        window.showPage("Charts");
        auto* explainer = window.findChild<Explainer*>();
        QTRY_VERIFY(window.train()->findChildren<LinePlot*>().size() > 3); // those in view; the others are made later
        int explained = 0, charts = 0;
        for (LinePlot* plot : window.train()->findChildren<LinePlot*>()) {
            ++charts;
            explained += !explainer->known(plot->title()).isEmpty();
            QVERIFY2(!explainer->known(plot->title()).isEmpty(), qPrintable(plot->title()));
        }
        QVERIFY(charts > 3 && explained == charts);
        QVERIFY(QTest::qWaitForWindowActive(&window));
        for (LinePlot* plot : window.train()->findChildren<LinePlot*>())
            if (plot->title() == "Response length")
                plot->setFocus();
        QTest::keyClick(&window, Qt::Key_F1);
        QCOMPARE(window.pages()->currentPage(), QString("Glossary"));
        QVERIFY2(window.findChild<QPlainTextEdit*>("glossaryText")->toPlainText().startsWith("completions/mean_length"),
            qPrintable(window.findChild<QPlainTextEdit*>("glossaryText")->toPlainText()));
        window.showPage(
            "Charts"); // the pointer on a chart means that one, wherever the focus is, until a key is pressed
        LinePlot* reward = window.train()->charts()->chart("Reward");
        QVERIFY(reward);
        window.train()->charts()->chart("Response length")->setFocus();

        QMouseEvent moved(QEvent::MouseMove, QPointF(5, 5), reward->mapToGlobal(QPointF(30, 30)), Qt::NoButton,
            Qt::NoButton, Qt::NoModifier);
        QApplication::sendEvent(reward, &moved);
        QCOMPARE(explainer->termOfPointer(), QString("reward"));
        QTest::keyClick(&window, Qt::Key_Shift);
        QCOMPARE(explainer->termOfPointer(), QString("reward"));
        QTest::keyClick(&window, Qt::Key_Tab);
        QCOMPARE(explainer->termOfPointer(), QString());
        // A chart explains itself at its title, not over its lines, where the words would hide what is read there.
        auto* chart = window.train()->charts()->chart("Response length");
        auto* title = chart->findChild<QLabel*>("title.Response length");
        QCOMPARE(explainer->termAt(title, QPoint(2, 2)), QString("completions/mean_length"));
        for (QWidget* part : chart->findChildren<QWidget*>(QString(), Qt::FindDirectChildrenOnly))
            if (part != title && !qobject_cast<QAbstractButton*>(part))
                QVERIFY2(explainer->termAt(part, QPoint(2, 2)).isEmpty(), part->metaObject()->className());
        QHelpEvent over(QEvent::ToolTip, QPoint(2, 2), title->mapToGlobal(QPoint(2, 2)));
        QApplication::sendEvent(title, &over);
        QVERIFY2(QToolTip::text().contains("mean length of a completion"), qPrintable(QToolTip::text()));
        QLabel word("entropy", &window); // any word, wherever it stands
        word.show();
        QHelpEvent hover(QEvent::ToolTip, QPoint(2, 2), word.mapToGlobal(QPoint(2, 2)));
        QApplication::sendEvent(&word, &hover);
        QVERIFY2(QToolTip::text().contains("over all sampled tokens"), qPrintable(QToolTip::text()));
        auto* search = window.findChild<QLineEdit*>("glossarySearch");
        search->setText("zero-variance");
        QVERIFY(window.findChild<QPlainTextEdit*>("glossaryText")->toPlainText().contains("teaches nothing"));
    }

    /// What is called by the words that one types stands first, and what only mentions them last.
    void theTermItselfIsFoundFirst()
    {
        Glossary glossary;
        GlossaryPanel panel(&glossary);
        const auto* terms = panel.findChild<QListView*>("glossaryList")->model();
        const auto* text = panel.findChild<QPlainTextEdit*>("glossaryText");
        auto* search = panel.findChild<QLineEdit*>("glossarySearch");
        const QString first = terms->index(0, 0).data().toString();
        for (const char* wanted : { "pass", "kl", "length" }) {
            search->setText(wanted);
            QVERIFY(text->toPlainText().startsWith(terms->index(0, 0).data().toString()));
            int before = 0;
            for (int row = 0; row < terms->rowCount(); ++row) {
                const QString name = terms->index(row, 0).data().toString();
                const int rank = glossary.rank(glossary.find(name), wanted);
                QVERIFY2(rank >= before, qPrintable(name));
                before = rank;
            }
            QVERIFY(before == 4 && terms->rowCount() > 3);
        }
        search->setText("pass");
        QVERIFY2(
            terms->index(0, 0).data().toString().startsWith("pass"), qPrintable(terms->index(0, 0).data().toString()));
        search->clear();
        QCOMPARE(terms->index(0, 0).data().toString(), first); // in the order of METRICS.md again
    }

    /// Each term has a second line that says what it means; keys stand beside their action, not at the window's edge.
    void helpIsEasyToRead()
    {
        MainWindow window;
        window.resize(1280, 800);
        window.show();
        window.showPage("Glossary");
        auto* terms = window.findChild<QListView*>("glossaryList");
        QVERIFY(terms->sizeHintForRow(0) >= 2 * terms->fontMetrics().lineSpacing() + 8);
        QVERIFY(!terms->model()->index(0, 0).data(Glossary::MeaningRole).toString().isEmpty());
        auto* nothing = window.findChild<QLabel*>("glossaryNone");
        QVERIFY(!nothing->isVisible());
        window.findChild<QLineEdit*>("glossarySearch")->setText("no such term");
        QVERIFY(nothing->isVisible());
        window.showPage("Keyboard");
        auto* keys = window.findChild<QTableWidget*>("keysTable");
        QVERIFY(keys->columnWidth(0) <= 560 && keys->columnViewportPosition(1) <= 560);
        QVERIFY(keys->rowHeight(0) <= keys->fontMetrics().height() + 14);
        nothing = window.findChild<QLabel*>("keysNone");
        QVERIFY(!nothing->isVisible());
        window.findChild<QLineEdit*>("keysSearch")->setText("no such action");
        QVERIFY(nothing->isVisible());
    }

private:
    QTemporaryDir m_folder;
    QString m_run, m_other;
};

QTEST_MAIN(TestDesk)
#include "tst_desk.moc"
