// Starting points: every recipe of the gallery can be read, one can be chosen and compared, those of other frameworks
// are imported with an account, launch scripts are written.

#include "core/base/files.h"
#include "widgets/models/recipegallery.h"
#include "widgets/panels/configurepanel.h"
#include "widgets/panels/recipepage.h"

#include <QAbstractItemModelTester>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QMenu>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QTemporaryDir>
#include <QTreeWidget>
#include <QtTest>

using namespace aha;

class TestConfigureStarts : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { qputenv("AHASCOPE_ROOT", AHASCOPE_TEST_SOURCE_DIR); }

    void everyRecipeCanBeRead()
    {
        RecipeGallery gallery;
        QAbstractItemModelTester tester(&gallery, QAbstractItemModelTester::FailureReportingMode::QtTest);
        gallery.setRecipes(readRecipes(AHASCOPE_TEST_SOURCE_DIR));
        QVERIFY(gallery.recipes().size() > 40);
        QSet<QString> files, titles;
        for (const Recipe& recipe : gallery.recipes()) {
            QVERIFY2(recipe.problem.isEmpty(), qPrintable(recipe.title + ": " + recipe.problem));
            QVERIFY2(!recipe.sentence.isEmpty() && !recipe.source.isEmpty(), qPrintable(recipe.title));
            QVERIFY2(!files.contains(recipe.file) && !titles.contains(recipe.title), qPrintable(recipe.title));
            // Only rows and models of the user's own are left open.
            for (const Problem& problem : problems(recipe.config))
                QVERIFY2(problem.path == "data.path", qPrintable(recipe.title + ": " + recipe.needs));
            files << recipe.file;
            titles << recipe.title;
        }
        for (const char* name : { "R1-Zero in miniature", "TinyZero", "Logic-RL", "open-r1 demo", "DAPO", "Dr. GRPO",
                 "GSPO", "PPO", "RLOO", "DPO", "KTO", "SFT on worked examples" })
            QVERIFY2(titles.contains(name), name);
        QVERIFY(!gallery.flags(gallery.index(0)).testFlag(Qt::ItemIsSelectable)); // a heading
        gallery.setFilter("tinyzero");
        QCOMPARE(gallery.rowCount(), 2);
        QCOMPARE(gallery.recipeAt(gallery.index(1))->title, QString("TinyZero"));
        gallery.setFilter("no recipe has this");
        QCOMPARE(gallery.rowCount(), 0);
    }

    void aRecipeIsChosen()
    {
        ConfigurePanel panel;
        panel.resize(970, 690);
        panel.show();
        QVERIFY(QTest::qWaitForWindowExposed(&panel));
        panel.findChild<QPushButton*>("openRecipes")->click();
        auto* list = panel.findChild<QListView*>("recipeList");
        QVERIFY(list->isVisible());
        QTest::keyClicks(panel.findChild<QLineEdit*>("recipeFilter"), "dr. grpo");
        QCOMPARE(panel.findChild<QLabel*>("recipeTitle")->text(), QString("Dr. GRPO"));
        QVERIFY(panel.findChild<QLabel*>("recipeFacts")->text().contains("Scale rewards: none"));
        QVERIFY(panel.findChild<QLabel*>("recipeSource")->text().contains("2503.20783"));
        panel.findChild<QPushButton*>("recipeStart")->click();
        QVERIFY(!list->isVisible());
        QCOMPARE(panel.config().algorithm.lossType, std::string("dr_grpo"));
        QCOMPARE(panel.commandLine(), QString("./ahascope train experiments/algorithms/presets/dr_grpo.json"));
        QCOMPARE(panel.findChild<QLabel*>("startedFrom")->text(), QString("From Dr. GRPO"));
    }

    void aRecipeInThePlaceOfEditsIsOneUndo()
    {
        ConfigurePanel panel;
        panel.show();
        QVERIFY(QTest::qWaitForWindowExposed(&panel));
        panel.setField("algorithm.beta", "0.25");
        panel.setField("general.name", "mine");
        const QString line = panel.commandLine();
        panel.findChild<QPushButton*>("openRecipes")->click();
        QTest::keyClicks(panel.findChild<QLineEdit*>("recipeFilter"), "dr. grpo");
        panel.findChild<QPushButton*>("recipeStart")->click();
        QCOMPARE(panel.config().algorithm.lossType, std::string("dr_grpo"));
        auto* from = panel.findChild<QLabel*>("startedFrom");
        QCOMPARE(from->text(), QString("From Dr. GRPO"));
        auto* note = panel.findChild<QLabel*>("noteText");
        QVERIFY2(note->isVisible() && note->text().contains("2 settings"), qPrintable(note->text()));
        panel.setField("algorithm.beta", "0.5"); // goes with the recipe
        panel.undo();
        panel.undo();
        QCOMPARE(panel.config().general.name, std::string("mine"));
        QCOMPARE(panel.config().algorithm.beta, 0.25);
        QCOMPARE(panel.commandLine(), line); // of the file that the edits were made to
        QVERIFY2(from->text().startsWith("From built-in defaults, 2 changed"), qPrintable(from->text()));
        panel.undo();
        QVERIFY(panel.config().general.name != "mine"); // what was done before the recipe can be undone, too
        panel.redo();
        panel.redo();
        QCOMPARE(from->text(), QString("From Dr. GRPO"));
        QCOMPARE(panel.config().algorithm.lossType, std::string("dr_grpo"));
        // The message's own button does the same.
        panel.setField("general.name", "again");
        panel.setConfig(RunConfig {});
        panel.findChild<QPushButton*>("noteButton")->click();
        QCOMPARE(panel.config().general.name, std::string("again"));
        QCOMPARE(from->text(), QString("From Dr. GRPO, 1 changed since"));
    }

    /// The note is about what the form holds, and a run is named once.
    void theNoteGoesWithWhatTookThePlace()
    {
        QTemporaryDir folder;
        std::vector<RunListRow> rows(2);
        for (size_t i = 0; i < rows.size(); ++i) {
            RunConfig config;
            config.general.name = i ? "monday" : "tuesday";
            rows[i].name = QString::fromStdString(config.general.name);
            rows[i].folder = folder.filePath(i ? "monday" : "tuesday-20261127");
            QVERIFY(makeFolders(rows[i].folder.toStdString()).ok());
            QVERIFY(writeFileAtomically((rows[i].folder + "/config.json").toStdString(), toJsonText(config)).ok());
        }
        ConfigurePanel panel;
        panel.setEarlierRuns(rows);
        panel.show();
        QVERIFY(QTest::qWaitForWindowExposed(&panel));
        const auto* note = panel.findChild<QLabel*>("noteText");
        QMenu* runs = panel.findChild<QPushButton*>("cloneRun")->menu();
        Q_EMIT runs->aboutToShow();
        QCOMPARE(runs->actions().size(), 2);
        QCOMPARE(runs->actions()[0]->text(), QString("tuesday  tuesday-20261127"));
        QCOMPARE(runs->actions()[1]->text(), QString("monday"));
        panel.setField("algorithm.beta", "0.25");
        runs->actions()[0]->trigger();
        QVERIFY2(note->isVisible() && note->text().contains("tuesday-20261127"), qPrintable(note->text()));
        Q_EMIT runs->aboutToShow();
        runs->actions()[1]->trigger();
        QCOMPARE(panel.config().general.name, std::string("monday"));
        QVERIFY2(!note->isVisible(), qPrintable(note->text()));
        panel.setField("algorithm.beta", "0.5");
        panel.setConfig(RunConfig {});
        QVERIFY(note->isVisible());
        panel.undo(); // by its keys: the form is back, and the note has nothing left to say
        QCOMPARE(panel.config().algorithm.beta, 0.5);
        QVERIFY(!note->isVisible());
    }

    void anImportAccountsForEverySetting()
    {
        RecipePage page;
        QSignalSpy chosen(&page, &RecipePage::chosen);
        page.show();
        page.importText("model_name_or_path: Qwen/Qwen2.5-1.5B\nnum_generations: 8\nlearning_rate: 3.0e-6\n"
                        "per_device_train_batch_size: 8\nbeta: 0.04\nloss_type: dapo\nmax_completion_length: 512\n"
                        "use_liger_kernel: true\nmy_own_setting: 3\n");
        auto* account = page.findChild<QTreeWidget*>("importAccount");
        const auto rowOf = [&](const QString& words) -> QTreeWidgetItem* {
            for (int i = 0; i < account->topLevelItemCount(); ++i)
                if (account->topLevelItem(i)->text(1).contains(words))
                    return account->topLevelItem(i);
            return nullptr;
        };
        QVERIFY2(rowOf("my_own_setting"), qPrintable(page.findChild<QLabel*>("importError")->text()));
        QVERIFY(rowOf("my_own_setting")->text(2).startsWith("– ") && rowOf("my_own_setting")->text(0) == "9");
        account->setCurrentItem(rowOf("my_own_setting"));
        QVERIFY(page.findChild<QLabel*>("importLine")->text().contains("not a setting of TRL's GRPOConfig"));
        QVERIFY(!rowOf("learning_rate")); // taken as it stands: only when all are asked for
        page.findChild<QPushButton*>("importAll")->click();
        QVERIFY(rowOf("learning_rate"));
        page.findChild<QPushButton*>("importTake")->click();
        QCOMPARE(chosen.size(), 1);
        const RunConfig config = chosen[0][0].value<RunConfig>();
        QCOMPARE(config.rollout.numGenerations, int64_t(8));
        QCOMPARE(config.algorithm.lossType, std::string("dapo"));
        page.importText("learning_rate: [1,\n");
        QVERIFY(!page.findChild<QLabel*>("importError")->text().isEmpty() && account->topLevelItemCount() == 0);
        QVERIFY(!page.findChild<QPushButton*>("importTake")->isEnabled());
        page.importText("python3 -m verl.trainer.main_ppo \\\n algorithm.adv_estimator=grpo \\\n "
                        "actor_rollout_ref.rollout.n=5 \\\n data.train_batch_size=64\n");
        QVERIFY(page.findChild<QLabel*>("importSays")->text().startsWith("From verl"));
    }

    /// What is open can be settled where it is read, and it is no obstacle where the form sees none.
    void epochsBecomeStepsByTheRows()
    {
        RecipePage page;
        page.show();
        page.importText("from trl import GRPOConfig\nGRPOConfig(num_train_epochs=3, num_generations=8, "
                        "per_device_train_batch_size=8, gradient_accumulation_steps=4)\n");
        const auto* says = page.findChild<QLabel*>("importSays");
        auto* account = page.findChild<QTreeWidget*>("importAccount");
        QVERIFY(account->topLevelItem(0) && account->topLevelItem(0)->text(2).startsWith("✗"));
        QVERIFY2(!account->topLevelItem(0)->text(2).contains("--"), qPrintable(account->topLevelItem(0)->text(2)));
        QVERIFY2(says->text().contains("1 to decide"), qPrintable(says->text()));
        page.findChild<QSpinBox*>("importRows")->setValue(4000);
        QVERIFY2(!says->text().contains("✗"), qPrintable(says->text()));
        QSignalSpy chosen(&page, &RecipePage::chosen);
        page.findChild<QPushButton*>("importTake")->click();
        QCOMPARE(chosen[0][0].value<RunConfig>().general.maxSteps, int64_t(3000)); // 4 prompts a step, 3 epochs
    }

    void scriptsAreWritten()
    {
        QTemporaryDir folder;
        ConfigurePanel panel;
        QVERIFY(panel.exportTo("trl", folder.path()));
        QVERIFY(!QDir(folder.path()).entryList({ "*.py" }).isEmpty());
        const QString says = panel.findChild<QLabel*>("noteText")->text();
        QVERIFY2(says.contains(".py") && says.contains("Without counterpart"), qPrintable(says));
        QVERIFY(!panel.exportTo("trl", folder.path() + "/no/such"));
        QVERIFY(panel.findChild<QLabel*>("noteText")->text().startsWith("Not exported: "));
    }

    void theQueueIsOfferedWhileARunTrains()
    {
        ConfigurePanel panel;
        panel.resize(970, 690);
        panel.show();
        auto* queue = panel.findChild<QPushButton*>("addToQueue");
        auto* start = panel.findChild<QPushButton*>("startTraining");
        auto* says = panel.findChild<QLabel*>("configQueueSays");
        QVERIFY(queue->isVisible() && !says->isVisible());
        QVERIFY(start->isDefault() && !queue->isDefault());
        panel.setAtWork({ "monday" });
        QVERIFY2(
            says->isVisible() && says->text().startsWith("“monday” trains on this machine."), qPrintable(says->text()));
        QVERIFY(queue->isDefault() && !start->isDefault() && start->isEnabled());
        int queued = 0;
        connect(&panel, &ConfigurePanel::queueRequested, this, [&] { ++queued; });
        QTest::mouseClick(queue, Qt::LeftButton);
        QCOMPARE(queued, 1);
        panel.setAtWork({});
        QVERIFY(!says->isVisible() && start->isDefault());
        auto* field = qobject_cast<QLineEdit*>(panel.editor("rollout.num_generations"));
        field->clear();
        QTest::keyClicks(field, "-1");
        QVERIFY(!queue->isEnabled());
    }

    void aQueuedRunIsSavedAtItsPlace()
    {
        ConfigurePanel panel;
        panel.show();
        auto* queue = panel.findChild<QPushButton*>("addToQueue");
        QStringList replaced;
        int added = 0;
        connect(&panel, &ConfigurePanel::replaceRequested, this, [&](const QString& folder) { replaced << folder; });
        connect(&panel, &ConfigurePanel::queueRequested, this, [&] { ++added; });
        RunConfig config;
        config.general.name = "second";
        panel.setWaiting({ "/runs/a", "/runs/b" });
        panel.editQueued(config, "/runs/b");
        QCOMPARE(queue->text(), QString("Save to queue"));
        QVERIFY(panel.startedFrom().contains("the queued run “second”"));
        panel.setField("algorithm.beta", "0.25");
        QVERIFY(panel.startedFrom().endsWith(", 1 setting changed"));
        QTest::mouseClick(queue, Qt::LeftButton);
        QCOMPARE(replaced, QStringList({ "/runs/b" }));
        // It survives a crash, and goes when something else takes the form's place; undo brings it back.
        ConfigurePanel other;
        other.setWaiting({ "/runs/b" });
        other.restoreDraft(panel.draft());
        QCOMPARE(other.findChild<QPushButton*>("addToQueue")->text(), QString("Save to queue"));
        panel.setConfig(RunConfig {});
        QCOMPARE(queue->text(), QString("Add to queue"));
        panel.undo();
        QCOMPARE(queue->text(), QString("Save to queue"));
        // The worker took it meanwhile: said, and what is left is another run.
        panel.setWaiting({ "/runs/a" });
        QVERIFY(panel.findChild<QLabel*>("configQueueSays")->text().contains("waits no more"));
        QTest::mouseClick(queue, Qt::LeftButton);
        QCOMPARE(added, 1);
        QCOMPARE(replaced.size(), 1);
    }

    void whatCannotBeReadIsSaid()
    {
        QTemporaryDir folder;
        const QString file = folder.filePath("broken.json");
        QVERIFY(writeFileAtomically(file.toStdString(), "{\n\"general\": {\n"));
        ConfigurePanel panel;
        QVERIFY(!panel.loadFile(file));
        const QString says = panel.findChild<QLabel*>("noteText")->text();
        QVERIFY2(says.startsWith("Not loaded: ") && says.contains("line 3"), qPrintable(says));
        QVERIFY(differences(panel.config(), RunConfig {}).empty());
    }
};

QTEST_MAIN(TestConfigureStarts)
#include "tst_configure_starts.moc"
