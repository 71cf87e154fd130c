// GRPO on a DeepSeek-V3 in small, from a folder as people have it: steps, checkpoints with the experts' biases, resume
// to the bit, an adapter beside it, and a device that cannot compute it.

#include "core/base/files.h"
#include "core/nn/transformer.h"
#include "tests/support/engine_process.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/equal.h>
#include <QtTest>

using namespace aha;
using support::engine;
using support::Outcome;

class TestDeepSeekRun : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        const std::filesystem::path miniature = support::sourcePath("resources/models/miniature").toStdString();
        ModelConfig c = orThrow(readModelConfig(miniature));
        c.architecture = Architecture::DeepSeekV3;
        c.hiddenSize = 48;
        c.intermediateSize = 64;
        c.numHiddenLayers = 2;
        c.numAttentionHeads = c.numKeyValueHeads = 4;
        c.headDim = 8;
        c.latent = { 24, 16, 8, 8, 8, true };
        c.experts
            = { .routed = 8, .shared = 1, .chosen = 2, .width = 16, .firstLayer = 1, .groups = 4, .chosenGroups = 2 };
        c.tieWordEmbeddings = false;
        Transformer model = Transformer::create(c, 5);
        model.buffers().copy_(at::arange(model.buffers().numel()) * 0.01);
        const std::filesystem::path folder = modelFolder().toStdString();
        orThrow(makeFolders(folder));
        orThrow(writeFileAtomically(folder / "config.json", modelConfigJson(c)));
        orThrow(writeFileAtomically(folder / "model.safetensors", model.toSafetensors()));
        std::filesystem::copy_file(miniature / "tokenizer.model", folder / "tokenizer.model");
        const Outcome o = engine(run("whole"));
        QVERIFY2(o.status == 0, o.error.constData());
    }

    void trainsAndKeepsTheBias()
    {
        const Transformer before = orThrow(Transformer::load(modelFolder().toStdString()));
        const Transformer after = orThrow(Transformer::load(checkpoint("whole").toStdString()));
        QVERIFY((after.flat() - before.flat()).abs().max().item<double>() > 1e-6);
        QVERIFY(at::equal(after.buffers(), before.buffers()));
    }

    void resumesBitIdentically()
    {
        const Outcome first = engine(run("cut"), {}, { "AHASCOPE_FAULT=training:2" }); // in step 2 of 2
        QVERIFY(first.status == -1);
        const Outcome rest = engine({ "resume", path("cut") });
        QVERIFY2(rest.status == 0, rest.error.constData());
        QCOMPARE(support::fingerprint(path("cut")), support::fingerprint(path("whole")));
    }

    void verbsTakeIt()
    {
        const Outcome scored = engine({ "score", "--model", path("whole") }, R"({"ids":[1,5,9,20,31,7,12]})");
        QVERIFY2(scored.status == 0, scored.error.constData());
        QVERIFY(std::isfinite(scored.lines()[0]["nll"].get<double>()));
        const Outcome text = engine({ "generate", "--model", checkpoint("whole"), "--max-new-tokens", "8", "--n", "3" },
            R"({"prompt":"use 1 2 3 to make 6 :"})");
        QVERIFY2(text.status == 0, text.error.constData());
        QCOMPARE(text.lines()[0]["completions"].size(), size_t(3));
    }

    void adapterRun()
    {
        const Outcome o = engine(run("adapter", { "adapter.rank=2", "adapter.targets=all", "algorithm.beta=0.01" }));
        QVERIFY2(o.status == 0, o.error.constData());
        QVERIFY(QFile::exists(checkpoint("adapter") + "/adapter_model.safetensors"));
        const Outcome experts = engine(run("experts", { "adapter.rank=2", "adapter.targets=mlp" }));
        QVERIFY(experts.status != 0);
        QCOMPARE(experts.code(), QByteArray("lora_unsupported"));
        QVERIFY(!QDir(path("experts")).exists()); // refused before anything was written
    }

    /// From a recipe: experts, their balance and the prediction layer are trained, and the result goes into a run.
    void pretrainsFromARecipe()
    {
        QFile file(support::sourcePath("experiments/miniature-base/recipe.json"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        nlohmann::json recipe = nlohmann::json::parse(file.readAll().toStdString());
        const ModelConfig trained = orThrow(readModelConfig(modelFolder().toStdString()));
        recipe["model"] = nlohmann::json::parse(modelConfigJson(trained));
        recipe["model"].erase("eos_token_id");
        recipe["model"].erase("bos_token_id");
        recipe["model"]["num_nextn_predict_layers"] = 1;
        recipe["training"]["steps"] = 3;
        recipe["training"]["batch_tokens"] = 256;
        recipe["training"]["balance_speed"] = 0.01;
        recipe["evaluation"] = { { "problems", 2 }, { "samples", 2 } };
        orThrow(writeFileAtomically(path("recipe.json").toStdString(), recipe.dump()));
        const Outcome o = engine({ "pretrain", path("recipe.json"), "--out", path("pretrained") });
        QVERIFY2(o.status == 0, o.error.constData());
        const Transformer model = orThrow(Transformer::load(path("pretrained").toStdString()));
        QCOMPARE(model.config().predictLayers, int64_t(1));
        QCOMPARE(model.buffers().numel(), int64_t(16)); // layer 1 and the prediction layer
        const double most = model.buffers().abs().max().item<double>();
        QVERIFY(most > 0.009 && most < 0.031); // three steps of 0.01
        const Outcome next = engine(support::tinyRun(path("next"), 1, { "model.path=" + path("pretrained") }));
        QVERIFY2(next.status == 0, next.error.constData());
    }

private:
    QString path(const QString& name) const { return m_folder.filePath(name); }
    QString modelFolder() const { return path("model"); }
    QString checkpoint(const QString& name) const { return path(name) + "/checkpoints/step_000002"; }
    QStringList run(const QString& name, const QStringList& settings = {}) const
    {
        return support::tinyRun(path(name), 2,
            QStringList { "model.path=" + modelFolder(), "learning_rate=0.01", "checkpoint.every_steps=1",
                "algorithm.scale_rewards=none", "rewards.language=1" }
                + settings);
    }
    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(TestDeepSeekRun)
#include "tst_deepseek_run.moc"
