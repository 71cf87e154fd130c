// Beside the form: text and form are one, differences are taken over one by one, advice leads to its field; edits can
// be undone and survive a crash.

#include "core/base/files.h"
#include "core/config/probe_prompts.h"
#include "widgets/language/translation.h"
#include "widgets/models/configdiffmodel.h"
#include "widgets/models/confighistory.h"
#include "widgets/panels/configdiffpane.h"
#include "widgets/panels/configurepanel.h"

#include <QAbstractItemModelTester>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTableView>
#include <QTemporaryDir>
#include <QToolButton>
#include <QtTest>

#include <algorithm>

using namespace aha;

class TestConfigureSides : public QObject {
    Q_OBJECT

    static void type(const ConfigurePanel& panel, const char* path, const char* text)
    {
        auto* edit = qobject_cast<QLineEdit*>(panel.editor(path));
        edit->clear();
        QTest::keyClicks(edit, text);
    }
    static void replace(QPlainTextEdit* text, const QString& from, const QString& to)
    {
        QVERIFY(text->find(from) || (text->moveCursor(QTextCursor::Start), text->find(from)));
        text->insertPlainText(to);
    }

private Q_SLOTS:
    void initTestCase() { qputenv("AHASCOPE_ROOT", AHASCOPE_TEST_SOURCE_DIR); }

    void textAndFormAreOne_data()
    {
        QTest::addColumn<int>("format");
        QTest::newRow("JSON") << 0;
        QTest::newRow("YAML") << 1;
    }
    void textAndFormAreOne()
    {
        QFETCH(int, format);
        const bool yaml = format == 1;
        ConfigurePanel panel;
        panel.resize(970, 690);
        panel.show();
        panel.findChild<QToolButton*>("sideText")->click();
        panel.findChild<QComboBox*>("configFormat")->setCurrentIndex(format);
        auto* text = panel.findChild<QPlainTextEdit*>("configText");
        auto* says = panel.findChild<QLabel*>("configTextSays");
        QVERIFY(text->isVisible());
        type(panel, "rollout.num_generations", "32");
        const QString quote = yaml ? "" : "\"";
        const QString name = quote + "num_generations" + quote + ": ";
        QVERIFY(text->toPlainText().contains(name + "32"));
        replace(text, name + "32", name + "8");
        QCOMPARE(panel.config().rollout.numGenerations, int64_t(8));
        QCOMPARE(static_cast<QLineEdit*>(panel.editor("rollout.num_generations"))->text(), QString("8"));
        // Out of range: said at its line, and the form keeps the last good state.
        replace(text, name + "8", name + "-8");
        const auto lineOf = [&](const QString& words) {
            const QString before = text->toPlainText();
            return int(before.left(before.indexOf(words)).count('\n'));
        };
        QCOMPARE(text->extraSelections().size(), 1);
        QCOMPARE(text->extraSelections()[0].cursor.blockNumber(), lineOf(name));
        QVERIFY2(says->text().startsWith(QString("Line %1: rollout.num_generations is -8").arg(lineOf(name) + 1)),
            qPrintable(says->text()));
        QCOMPARE(panel.config().rollout.numGenerations, int64_t(8));
        // No configuration at all.
        replace(text, name + "-8", yaml ? "num_generations: [8" : "\"num_generations\": 8 8");
        QVERIFY2(says->text().contains("ine ") && text->extraSelections().size() == 1, qPrintable(says->text()));
        replace(text, yaml ? "num_generations: [8" : "8 8", yaml ? "num_generations: 4" : "4");
        QCOMPARE(panel.config().rollout.numGenerations, int64_t(4));
        QVERIFY(says->text().startsWith("This text and the form say the same"));
        // A rule between fields: both have it, and both say so.
        replace(text, quote + "steps_per_generation" + quote + ": 4", quote + "steps_per_generation" + quote + ": 7");
        QVERIFY(!panel.messageAt("algorithm.steps_per_generation").isEmpty());
        QCOMPARE(text->extraSelections()[0].cursor.blockNumber(), lineOf("steps_per_generation"));
        // What means the same stays as it was written.
        type(panel, "algorithm.steps_per_generation", "4");
        text->setPlainText(yaml ? "general:\n  name: mine\n" : "{ \"general\": { \"name\": \"mine\" } }");
        QCOMPARE(panel.config().general.name, std::string("mine"));
        QVERIFY(text->toPlainText().size() < 60);
    }

    /// Against any file that says a configuration, and any of many runs.
    void comparesWithRecipesAndManyRuns()
    {
        QTemporaryDir folder;
        const auto write = [&](const QString& name, const std::string& text) {
            const QString file = folder.filePath(name);
            if (!writeFileAtomically(file.toStdString(), text))
                qFatal("no file");
            return file;
        };
        ConfigDiffPane pane;
        pane.resize(500, 500);
        pane.show();
        pane.setConfig(RunConfig {});
        auto* choice = pane.findChild<QComboBox*>("diffOther");
        const auto theirs = [&](const QString& path) {
            for (int i = 0; i < pane.model()->rowCount(); ++i)
                if (pane.model()->pathAt(i) == path)
                    return pane.model()->theirsAt(i).toDouble();
            return -1.0;
        };
        std::vector<ConfigDiffPane::Other> runs;
        RunConfig last;
        last.algorithm.beta = 0.25;
        const QString lastFile = write("last.json", toJsonText(last));
        for (int i = 1; i <= 150; ++i)
            runs.push_back({ QString("Run: night %1").arg(i), i == 150 ? lastFile : folder.filePath("none.json") });
        pane.setOthers(runs);
        QCOMPARE(choice->count(), 151);
        auto* find = pane.findChild<QLineEdit*>("diffFind");
        QTest::keyClicks(find, "NIGHT 150");
        QCOMPARE(choice->count(), 2); // and "A file…"
        QTest::keyClick(find, Qt::Key_Return);
        QCOMPARE(theirs("algorithm.beta"), 0.25);
        find->clear();
        QCOMPARE(choice->currentText(), QString("Run: night 150"));
        const struct {
            const char *name, *text, *path, *title;
            double value;
        } files[]
            = { { "own.yaml", "optimizer:\n  learning_rate: 0.125\n", "optimizer.learning_rate", "File: ", 0.125 },
                  { "trl.yaml", "num_generations: 24\nlearning_rate: 3.0e-6\nper_device_train_batch_size: 24\n",
                      "rollout.num_generations", "Recipe of trl: ", 24 },
                  { "run.sh",
                      "python3 -m verl.trainer.main_ppo \\\n algorithm.adv_estimator=grpo \\\n "
                      "actor_rollout_ref.rollout.n=5 \\\n data.train_batch_size=64\n",
                      "rollout.num_generations", "Recipe of verl: ", 5 } };
        for (const auto& file : files) {
            const QString path = write(file.name, file.text);
            pane.compareWithFile(path, file.name, true);
            QVERIFY2(theirs(file.path) == file.value,
                qPrintable(file.name + (": " + pane.findChild<QLabel*>("diffSays")->text())));
            QCOMPARE(choice->currentText(), QString(file.title) + file.name);
        }
        for (const char* bad : { "empty.yaml", "noise.sh" }) {
            pane.compareWithFile(write(bad, bad[0] == 'e' ? "# nothing\n" : "echo hello\n"), bad, true);
            QCOMPARE(pane.model()->rowCount(), 0);
            QVERIFY(!pane.findChild<QLabel*>("diffSays")->text().contains("Choose a run"));
        }
    }

    void differencesAreTakenOver()
    {
        QTemporaryDir folder;
        RunConfig other;
        other.rollout.numGenerations = 8;
        other.optimizer.learningRate = 3e-6;
        other.algorithm.epsilonHigh = 0.28;
        other.general.name = "another";
        const QString file = folder.filePath("config.json");
        QVERIFY(writeFileAtomically(file.toStdString(), toJsonText(other)));
        ConfigurePanel panel;
        QAbstractItemModelTester tester(
            panel.findChild<ConfigDiffPane*>()->model(), QAbstractItemModelTester::FailureReportingMode::QtTest);
        panel.resize(970, 690);
        panel.show();
        QVERIFY(QTest::qWaitForWindowExposed(&panel));
        RunListRow row;
        row.name = "another";
        row.folder = folder.path();
        panel.setEarlierRuns({ row });
        panel.findChild<QToolButton*>("sideDifferences")->click();
        auto* choice = panel.findChild<QComboBox*>("diffOther");
        const int at = choice->findData(file);
        QVERIFY(at >= 0);
        choice->setCurrentIndex(at);
        Q_EMIT choice->activated(at);
        auto* table = panel.findChild<QTableView*>("diffTable");
        QCOMPARE(table->model()->rowCount(), 3);
        const auto rowOf = [&](const char* path) {
            for (int i = 0; i < table->model()->rowCount(); ++i)
                if (table->model()->index(i, 0).data(ConfigDiffModel::PathRole).toString() == path)
                    return i;
            return -1;
        };
        const auto click = [&](const char* path, int column) {
            const QModelIndex index = table->model()->index(rowOf(path), column);
            table->scrollTo(index);
            QTest::mouseClick(table->viewport(), Qt::LeftButton, {}, table->visualRect(index).center());
        };
        QCOMPARE(table->model()->index(rowOf("rollout.num_generations"), 1).data().toString(), QString("8"));
        QCOMPARE(table->model()->index(rowOf("rollout.num_generations"), 2).data().toString(), QString("16"));
        click("algorithm.epsilon_high", 0);
        QTRY_VERIFY(panel.editor("algorithm.epsilon_high")->hasFocus());
        click("rollout.num_generations", ConfigDiffModel::Take);
        QCOMPARE(panel.config().rollout.numGenerations, int64_t(8));
        QCOMPARE(table->model()->rowCount(), 2);
        panel.findChild<QPushButton*>("diffTakeAll")->click();
        QCOMPARE(panel.config().optimizer.learningRate, 3e-6);
        QCOMPARE(panel.config().general.name, std::string("run")); // never taken over
        const QString says = panel.findChild<QLabel*>("diffSays")->text();
        QVERIFY2(says.contains("say the same, but for the name (") && says.contains("→ run)"), qPrintable(says));
        panel.undo();
        QCOMPARE(table->model()->rowCount(), 1);
    }

    /// The box says what the table compares with, whatever comes to the list and whether it is on it at all.
    void theBoxNamesWhatIsCompared()
    {
        ConfigDiffPane pane;
        auto* choice = pane.findChild<QComboBox*>("diffOther");
        const std::vector<ConfigDiffPane::Other> recipes { { "Recipe: Built-in defaults", QString() } };
        pane.setOthers(recipes);
        choice->setCurrentIndex(0);
        Q_EMIT choice->activated(0);
        pane.setOthers(recipes); // a run was found
        QCOMPARE(choice->currentText(), QString("Recipe: Built-in defaults"));
        RunConfig theirs;
        theirs.rollout.numGenerations = 8;
        pane.compareWith(theirs, "DAPO");
        QCOMPARE(choice->currentIndex(), -1);
        QCOMPARE(choice->placeholderText(), QString("DAPO"));
        QCOMPARE(pane.findChild<QTableView*>("diffTable")->model()->rowCount(), 1);
    }

    void adviceLeadsToItsField()
    {
        ConfigurePanel panel;
        panel.resize(970, 690);
        panel.show();
        QVERIFY(QTest::qWaitForWindowExposed(&panel));
        auto* button = panel.findChild<QToolButton*>("sideAdvice");
        QCOMPARE(button->text(), QString("Advice")); // the defaults need none
        type(panel, "rollout.num_generations", "2");
        QVERIFY(button->text().startsWith("△ Advice ("));
        QVERIFY(panel.findChild<QPushButton*>("startTraining")->isEnabled()); // never in the way
        button->click();
        auto* list = panel.findChild<QListWidget*>("adviceList");
        QVERIFY(list->isVisible() && list->item(0)->text().contains("±0.71"));
        QVERIFY(panel.findChild<QLabel*>("batchWords")->text().contains("16 prompts × 2 completions = 32"));
        panel.findChild<QLineEdit*>("configSearch")->setText("learning rate"); // the field is hidden now
        Q_EMIT list->itemClicked(list->item(0));
        QTRY_VERIFY(panel.editor("rollout.num_generations")->hasFocus());
    }

    void historyMergesTyping()
    {
        ConfigHistory history;
        RunConfig config;
        history.reset(config, {});
        QVERIFY(!history.canUndo() && !history.canRedo());
        for (const int64_t seed : { 1, 12, 123 }) {
            config.general.seed = seed;
            history.record(config, "general.seed");
        }
        history.seal();
        config.general.seed = 5;
        history.record(config, "general.seed");
        history.record(config, "general.seed"); // nothing new
        QCOMPARE(history.undo().general.seed, int64_t(123));
        QCOMPARE(history.undo().general.seed, int64_t(0));
        QVERIFY(!history.canUndo());
        QCOMPARE(history.redo().general.seed, int64_t(123));
        config.general.seed = 9;
        history.record(config, "general.seed");
        QVERIFY(!history.canRedo()); // another future
        for (int64_t i = 0; i < 300; ++i) {
            config.general.seed = 1000 + i;
            history.record(config, QString());
        }
        int undone = 0;
        for (; history.canUndo(); ++undone)
            history.undo();
        QCOMPARE(undone, int(ConfigHistory::kMost) - 1);
    }

    void editsAreUndone()
    {
        ConfigurePanel panel;
        panel.show();
        QVERIFY(QTest::qWaitForWindowExposed(&panel));
        auto* rate = static_cast<QLineEdit*>(panel.editor("optimizer.learning_rate"));
        auto* group = static_cast<QLineEdit*>(panel.editor("rollout.num_generations"));
        rate->setFocus();
        rate->selectAll();
        QTest::keyClicks(rate, "0.5");
        group->setFocus();
        group->selectAll();
        QTest::keyClicks(group, "8");
        QTest::keyClicks(group, "x"); // not a number
        QTest::keyClick(group, Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(group->text(), QString("8"));
        QTest::keyClick(group, Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(group->text(), QString("16"));
        QCOMPARE(panel.config().optimizer.learningRate, 0.5);
        QTest::keyClick(group, Qt::Key_Z, Qt::ControlModifier); // whatever field has the focus
        QCOMPARE(panel.config().optimizer.learningRate, RunConfig {}.optimizer.learningRate);
        QVERIFY(!panel.findChild<QToolButton*>("undoConfig")->isEnabled());
        panel.findChild<QToolButton*>("redoConfig")->click();
        panel.findChild<QToolButton*>("redoConfig")->click();
        QCOMPARE(panel.config().rollout.numGenerations, int64_t(8));
        QCOMPARE(rate->text(), QString("0.5"));
    }

    /// Prompts of one's own: one a line, whatever stands in them, and the form's undo.
    void severalTextsAreLines()
    {
        ConfigurePanel panel;
        panel.resize(970, 690);
        panel.show();
        QVERIFY(QTest::qWaitForWindowExposed(&panel));
        auto* lines = qobject_cast<QPlainTextEdit*>(panel.editor("eval.probes"));
        QVERIFY(lines);
        const int low = lines->height();
        lines->setFocus();
        QTest::keyClicks(lines, "Is 9.11 > 9.9? Think; then answer.");
        QTest::keyClick(lines, Qt::Key_Return);
        QTest::keyClicks(lines, "count to ten");
        QTest::keyClick(lines, Qt::Key_Return);
        QTest::keyClicks(lines, "say hello");
        const std::vector<std::string> three { "Is 9.11 > 9.9? Think; then answer.", "count to ten", "say hello" };
        QCOMPARE(orThrow(probePrompts(panel.config().eval)), three);
        QVERIFY(lines->height() > low);
        QVERIFY(panel.findChild<QPlainTextEdit*>("configText")->toPlainText().contains("count to ten"));
        QTest::keyClick(lines, Qt::Key_Tab); // walks on, and writes no tabulator
        QVERIFY(!lines->hasFocus());
        QCOMPARE(orThrow(probePrompts(panel.config().eval)), three);
        lines->setFocus();
        QTest::keyClick(lines, Qt::Key_Z, Qt::ControlModifier);
        QVERIFY(orThrow(probePrompts(panel.config().eval)).size() < 3);
        // A list of a file stands as lines, but for texts that have several.
        RunConfig config = panel.config();
        config.eval.probes = "[\"a; b\",\"c\"]";
        panel.setConfig(config);
        QCOMPARE(lines->toPlainText(), QString("a; b\nc"));
        QCOMPARE(panel.config().eval.probes, config.eval.probes); // showing it changes nothing
        config.eval.probes = "[\"a\\nb\",\"c\"]";
        panel.setConfig(config);
        QCOMPARE(lines->toPlainText(), QString("[\"a\\nb\",\"c\"]"));
    }

    void draftsComeBack()
    {
        QByteArray draft, broken;
        {
            ConfigurePanel panel;
            QSignalSpy changed(&panel, &ConfigurePanel::draftChanged);
            type(panel, "general.name", "unsaved");
            type(panel, "optimizer.learning_rate", "0.25");
            QTRY_VERIFY(changed.size() >= 1);
            draft = panel.draft();
            panel.findChild<QPlainTextEdit*>("configText")->setPlainText("{ \"general\": ");
            broken = panel.draft();
        }
        ConfigurePanel panel;
        panel.restoreDraft(draft);
        QCOMPARE(panel.config().general.name, std::string("unsaved"));
        QCOMPARE(panel.config().optimizer.learningRate, 0.25);
        QVERIFY(panel.commandLine().contains("general.name=unsaved"));
        panel.undo();
        QVERIFY(panel.config().general.name != "unsaved"); // back to what the file says
        panel.restoreDraft("no draft at all");
        panel.restoreDraft("{\"version\": 99, \"config\": {}}");
        QVERIFY(panel.config().general.name != "unsaved");
        ConfigurePanel third;
        third.show();
        third.restoreDraft(broken);
        QVERIFY(third.findChild<QPlainTextEdit*>("configText")->isVisible());
        QCOMPARE(third.findChild<QPlainTextEdit*>("configText")->toPlainText(), QString("{ \"general\": "));
        QCOMPARE(third.config().general.name, std::string("unsaved"));
    }

    void anOpenRunIsOffered()
    {
        QTemporaryDir folder;
        RunConfig config;
        config.general.name = "open one";
        config.rollout.numGenerations = 12;
        QVERIFY(writeFileAtomically(folder.filePath("config.json").toStdString(), toJsonText(config)));
        const OpenRuns runs { { std::make_shared<RunFeed>(folder.path()), QColor(Qt::blue), "open one" } };
        ConfigurePanel panel;
        panel.show();
        auto* note = panel.findChild<QLabel*>("noteText");
        QVERIFY(!note->isVisible());
        panel.setRuns(runs);
        QVERIFY(note->isVisible() && note->text().contains("open one"));
        panel.findChild<QPushButton*>("noteButton")->click();
        QCOMPARE(panel.config().rollout.numGenerations, int64_t(12));
        QVERIFY(!note->isVisible());
        panel.setRuns(runs);
        QVERIFY(!note->isVisible()); // it has been answered
        ConfigurePanel typed;
        typed.show();
        typed.setRuns(runs);
        QVERIFY(QTest::qWaitForWindowExposed(&typed));
        QApplication::processEvents();
        const QWidget* name = typed.editor("general.name");
        const QPoint before = name->mapTo(&typed, QPoint());
        type(typed, "general.name", "mine");
        QApplication::processEvents();
        // The fields stay where they are, below words that are still true, not below an empty band.
        const auto* offer = typed.findChild<QLabel*>("noteText");
        QVERIFY2(offer->isVisible() && offer->text().contains("began with the built-in defaults"),
            qPrintable(offer->text()));
        QCOMPARE(name->mapTo(&typed, QPoint()), before);
        typed.hide(); // it was answered by the edit, and goes with the page
        typed.show();
        QApplication::processEvents();
        QVERIFY(!offer->isVisible());
        QVERIFY(name->mapTo(&typed, QPoint()).y() < before.y()); // nor is its room left
        ConfigurePanel edited;
        edited.show();
        type(edited, "general.name", "mine");
        edited.setRuns(runs);
        QVERIFY(!edited.findChild<QLabel*>("noteText")->isVisible()); // a person's work is not asked away
    }

    /// Whoever takes the offer after an edit loses nothing.
    void anOfferThatIsTakenLateCanBeUndone()
    {
        QTemporaryDir folder;
        RunConfig config;
        config.rollout.numGenerations = 12;
        QVERIFY(writeFileAtomically(folder.filePath("config.json").toStdString(), toJsonText(config)));
        ConfigurePanel panel;
        panel.show();
        panel.setRuns({ { std::make_shared<RunFeed>(folder.path()), QColor(Qt::blue), "open one" } });
        type(panel, "general.name", "mine");
        auto* button = panel.findChild<QPushButton*>("noteButton");
        QVERIFY(button->isVisible());
        button->click();
        QCOMPARE(panel.config().rollout.numGenerations, int64_t(12));
        QVERIFY(button->isVisible());
        button->click(); // Undo
        QCOMPARE(panel.config().general.name, std::string("mine"));
    }

    /// Prompts are long lines.
    void ownPromptsHaveTheWidthOfTheirCard()
    {
        ConfigurePanel panel;
        panel.resize(1280, 700);
        panel.show();
        QVERIFY(QTest::qWaitForWindowExposed(&panel));
        QApplication::processEvents();
        const QWidget* prompts = panel.editor("eval.probes");
        const QWidget* card = prompts->parentWidget();
        QVERIFY2(prompts->isVisible() && prompts->width() > card->width() - 40,
            qPrintable(QStringLiteral("%1 of %2").arg(prompts->width()).arg(card->width())));
        const auto labels = card->findChildren<QLabel*>();
        const auto title = std::find_if(
            labels.begin(), labels.end(), [&](const QLabel* label) { return label->buddy() == prompts; });
        QVERIFY(title != labels.end() && (*title)->geometry().bottom() < prompts->geometry().top()); // below its name
    }

    /// In a language with other punctuation the offer is known by its words as well.
    void anOfferIsAnsweredInChinese()
    {
        Dictionary dictionary("zh_CN");
        QVERIFY(QCoreApplication::installTranslator(&dictionary));
        ConfigurePanel panel;
        panel.show();
        panel.setRuns({ { std::make_shared<RunFeed>(QStringLiteral("a")), QColor(Qt::blue), "open one" } });
        const auto* note = panel.findChild<QLabel*>("noteText");
        QVERIFY2(note->isVisible() && !note->text().contains("built-in"), qPrintable(note->text()));
        type(panel, "general.name", "mine");
        panel.hide();
        panel.show();
        QVERIFY2(!note->isVisible(), qPrintable(note->text()));
        QCoreApplication::removeTranslator(&dictionary);
    }
};

QTEST_MAIN(TestConfigureSides)
#include "tst_configure_sides.moc"
