// The verb recipe: a published recipe to a configuration that the engine reads, and to scripts of other frameworks.

#include "tests/support/engine_process.h"

#include <QDir>
#include <QtTest>

using namespace aha;
using support::engine;
using support::Outcome;
using Json = nlohmann::json;

class TestRecipeVerb : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void imports()
    {
        const QString out = m_folder.filePath("config.json");
        const Outcome o = engine({ "recipe", "import", recipe("verl_dapo.sh"), "--out", out });
        QVERIFY2(o.status == 0, o.error.constData());
        QVERIFY(o.out.isEmpty());
        QVERIFY(o.error.contains("From verl: a run of kind grpo."));
        QVERIFY(o.error.contains("clip_ratio_high = 0.28"));
        QFile file(out);
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(Json::parse(file.readAll().toStdString())["algorithm"]["epsilon_high"], Json(0.28));
        const Outcome piped = engine({ "recipe", "import", recipe("verl_dapo.sh") });
        QCOMPARE(piped.lines().size() > 1, true);
        QCOMPARE(Json::parse(piped.out.toStdString())["rollout"]["num_generations"], Json(16));
    }

    void options()
    {
        const Outcome o = engine({ "recipe", "import", recipe("open_r1_distill_sft.yaml"), "--from", "trl", "--kind",
            "sft", "--processes", "8", "--rows", "12800" });
        QVERIFY2(o.status == 0, o.error.constData());
        const Json config = Json::parse(o.out.toStdString());
        QCOMPARE(config["sft"]["batch_size"], Json(128));
        QCOMPARE(config["general"]["max_steps"], Json(500));
    }

    void exports()
    {
        const QString config = m_folder.filePath("exported.json"), folder = m_folder.filePath("scripts");
        QVERIFY(engine({ "recipe", "import", recipe("gspo.py"), "--out", config }).status == 0);
        const Outcome trl
            = engine({ "recipe", "export", config, "--to", "trl", "--out", folder, "--set", "dual_clip=3" });
        QVERIFY2(trl.status == 0, trl.error.constData());
        QVERIFY(trl.out.endsWith("train.py\n"));
        QVERIFY(trl.error.contains("algorithm.dual_clip = 3"));
        QVERIFY(QFileInfo(folder + "/train.py").isExecutable());
        QVERIFY(engine({ "recipe", "export", config, "--to", "verl", "--out", folder }).status == 0);
        QVERIFY(QFileInfo(folder + "/train.sh").isExecutable() && QFileInfo::exists(folder + "/reward.py"));
    }

    void refuses_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QByteArray>("code");
        const auto row = [](const char* name, const QStringList& arguments, const char* code) {
            QTest::newRow(name) << arguments << QByteArray(code);
        };
        row("no direction", { "recipe" }, "usage");
        row("no file", { "recipe", "import" }, "usage");
        row("unknown framework", { "recipe", "import", recipe("gspo.py"), "--from", "jax" }, "usage");
        row("file missing", { "recipe", "import", "no/such.yaml" }, "file_missing");
        row("wrong framework", { "recipe", "import", recipe("gspo.py"), "--kind", "mirror_descent" }, "recipe_kind");
        row("no recipe", { "recipe", "import", support::sourcePath("README.md") }, "recipe_syntax");
        row("no configuration", { "recipe", "export", recipe("gspo.py"), "--to", "trl", "--out", "x" },
            "config_syntax");
        row("no place", { "recipe", "export", recipe("gspo.py"), "--to", "trl" }, "usage");
    }
    void refuses()
    {
        QFETCH(QStringList, arguments);
        QFETCH(QByteArray, code);
        const Outcome o = engine(arguments);
        QCOMPARE(o.code(), code);
        QVERIFY(o.status != 0 && o.out.isEmpty());
    }

private:
    static QString recipe(const QString& name) { return support::sourcePath("tests/fixtures/recipes/" + name); }
    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(TestRecipeVerb)
#include "tst_recipe_verb.moc"
