// Tiny models against transformers: logits, log-probs, last hidden states, greedy decoding with a cache, gradients.

#include "core/engine/engine_context.h"
#include "core/nn/ops.h"
#include "core/rollout/cpu_rollout.h"
#include "core/rollout/scoring.h"
#include "tests/support/golden_model.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/zeros_like.h>
#include <QtTest>

using namespace aha;
using golden::Json;

namespace {

constexpr double kLogitTolerance = 1e-4, kLossTolerance = 1e-5, kGradientTolerance = 1e-4;

} // namespace

class GoldenModels : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        const QDir models(golden::folder() + "/models");
        for (const QString& name : models.entryList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Name))
            if (QFile::exists(models.filePath(name + "/config.json")))
                m_names << name;
        QVERIFY(!m_names.isEmpty());
    }

    void logits_data() { rows(); }
    void logits()
    {
        QFETCH(QString, name);
        if (!implemented(name))
            return;
        const Transformer model = load(name);
        const golden::Expected expected("models/" + name);
        const auto workers = makeWorkers(1);
        for (const std::string side : { "right", "left" }) {
            if (!expected.has(side + ".logits"))
                continue;
            const std::vector<float> logits = expected.values<float>(side + ".logits"),
                                     logprobs = expected.values<float>(side + ".label_logprobs"),
                                     hidden = expected.values<float>(side + ".final_hidden");
            const size_t T = size_t(expected.shape(side + ".logits")[1]),
                         V = size_t(expected.shape(side + ".logits")[2]), D = size_t(model.config().hiddenSize);
            const auto sequences = expected.sequences(side);
            for (size_t b = 0; b < sequences.size(); ++b) {
                const std::vector<int32_t>& ids = sequences[b];
                const size_t pad = side == "left" ? T - ids.size() : 0;
                const ScoredSequence scored
                    = scoreSequences(decoderWeights(model), { ids }, 1.0, *workers, /*keepLogits=*/true)[0];
                for (size_t i = 0; i < ids.size() * V; ++i)
                    QVERIFY2(std::abs(scored.logits[i] - logits[(b * T + pad) * V + i]) < kLogitTolerance,
                        qPrintable(QString("sequence %1, position %2").arg(b).arg(i / V)));
                for (size_t t = 0; t + 1 < ids.size(); ++t)
                    QVERIFY2(std::abs(scored.logprob[t] - logprobs[b * (T - 1) + pad + t]) < kLogitTolerance,
                        qPrintable(QString("sequence %1, label %2").arg(b).arg(t)));
                const at::Tensor states_ND = hiddenStates(
                    model.config(), model.views(model.flat()), packSequences({ &ids }, at::kCPU)); // the trainer's side
                const float* got = states_ND.const_data_ptr<float>();
                for (size_t i = 0; i < ids.size() * D; ++i)
                    QVERIFY2(std::abs(got[i] - hidden[(b * T + pad) * D + i]) < kLogitTolerance,
                        qPrintable(QString("sequence %1, hidden %2").arg(b).arg(i)));
            }
        }
        qInfo("golden models/%s: %d cases", qPrintable(name), int(expected.sequences("right").size()));
    }

    void gradients_data() { rows(); }
    void gradients()
    {
        QFETCH(QString, name);
        if (!implemented(name))
            return;
        const Transformer model = load(name);
        const golden::Expected expected("models/" + name);
        at::Tensor gradient_P = at::zeros_like(model.flat());
        const TransformerWeights leaves = model.leaves(gradient_P);
        const golden::Labelled all
            = golden::labelled(expected.sequences("right")); // one packed batch: sequences must not see each other
        const at::Tensor states_MD = hiddenStates(model.config(), leaves, all.batch).index_select(0, all.rows_M);
        const at::Tensor nll = -ops::tokenLogProbs(states_MD, leaves.head_VD, all.targets_M, 1.0).logprob_M.mean();
        QCOMPARE(all.targets_M.numel(), expected.facts["label_tokens"].get<int64_t>());
        QVERIFY(std::abs(nll.item<double>() - expected.facts["mean_nll"].get<double>()) < kLossTolerance);
        nll.backward();
        if (!expected.has("grad.model.norm.weight"))
            return;
        for (const auto& [tensor, view] : model.named(gradient_P)) {
            std::vector<float> values = expected.values<float>("grad." + tensor);
            const at::Tensor wanted = at::from_blob(values.data(), view.sizes(), at::kFloat);
            const double size = wanted.norm().item<double>(), off = (view - wanted).norm().item<double>();
            QVERIFY2(off <= kGradientTolerance * size,
                qPrintable(QString("%1: %2 of %3").arg(QString::fromStdString(tensor)).arg(off).arg(size)));
        }
        QVERIFY(std::abs(gradient_P.norm().item<double>() / expected.facts["grad_norm"].get<double>() - 1) < 1e-4);
    }

    void greedy_data() { rows(); }
    void greedy()
    {
        QFETCH(QString, name);
        if (!implemented(name))
            return;
        const Transformer model = load(name);
        const golden::Expected expected("models/" + name);
        const auto workers = makeWorkers(2);
        const std::unique_ptr<RolloutBackend> rollout = makeCpuRollout(model.config(), *workers);
        rollout->setWeights(decoderWeights(model));
        std::vector<PromptRequest> prompts;
        if (!expected.facts.contains("greedy"))
            return; // the reference has none for the sharded model
        for (const Json& row : expected.facts["greedy"])
            prompts.push_back({ row["prompt"].get<std::vector<int32_t>>(), { Rng(0, Purpose::Sampling) } });
        SamplingParams params;
        params.temperature = 0;
        params.ignoreEos = true;
        for (size_t i = 0; i < prompts.size(); ++i) {
            const auto wanted = expected.facts["greedy"][i]["continuation"].get<std::vector<int32_t>>();
            params.maxNewTokens = int(wanted.size());
            QCOMPARE(rollout->generate({ prompts[i] }, params)[0][0].ids, wanted);
        }
    }

    /// The same configuration in the other dialect of config.json must mean the same.
    void otherDialect()
    {
        const QDir other(golden::folder() + "/models/other_config_style");
        if (!other.exists())
            QSKIP("no other_config_style among the golden models");
        for (const QString& file : other.entryList({ "*.json" }, QDir::Files)) {
            const QString name = QFileInfo(file).baseName();
            if (!m_names.contains(name) || !implemented(name))
                continue;
            const Result<ModelConfig> theirs
                = parseModelConfig(golden::bytes(other.filePath(file)).toStdString(), file.toStdString());
            QVERIFY2(theirs.ok(), theirs.ok() ? "" : theirs.error().message.c_str());
            const QByteArray own = golden::bytes(QString::fromStdString(path(name)) + "/config.json");
            QCOMPARE(modelConfigJson(*theirs), modelConfigJson(orThrow(parseModelConfig(own.toStdString(), "own"))));
        }
    }

private:
    void rows()
    {
        QTest::addColumn<QString>("name");
        for (const QString& name : m_names)
            QTest::newRow(qPrintable(name)) << name;
    }
    static std::string path(const QString& name) { return (golden::folder() + "/models/" + name).toStdString(); }
    static Transformer load(const QString& name) { return orThrow(Transformer::load(path(name))); }
    /// False, with a word, for an architecture that is refused by its name.
    static bool implemented(const QString& name)
    {
        const Result<ModelConfig> config = readModelConfig(path(name));
        if (config)
            return true;
        // Only an architecture that this version does not have may be refused, and never a setting of one that it has.
        const QByteArray text = golden::bytes(QString::fromStdString(path(name)) + "/config.json");
        const std::string architecture = Json::parse(text.begin(), text.end())["architectures"][0];
        for (const char* computed : { "LlamaForCausalLM", "MistralForCausalLM", "Qwen2ForCausalLM", "Qwen3ForCausalLM",
                 "DeepseekV3ForCausalLM" })
            if (architecture == computed)
                throw Failure(config.error());
        qInfo("golden models/%s: refused by name: %s", qPrintable(name), config.error().message.c_str());
        return false;
    }

    QStringList m_names;
};

QTEST_GUILESS_MAIN(GoldenModels)
#include "tst_golden_models.moc"
