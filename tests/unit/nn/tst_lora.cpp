// An adapter beside the model: a fresh one changes nothing, a merged one gives the same numbers, files go there and
// back.

#include "core/nn/lora.h"
#include "core/nn/transformer.h"
#include "tests/support/model_shape.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/randn_like.h>
#include <ATen/ops/zeros.h>
#include <ATen/ops/zeros_like.h>
#include <QtTest>

using namespace aha;
using at::Tensor;

namespace {

LoraConfig some(std::vector<std::string> targets)
{
    LoraConfig c;
    c.rank = 3;
    c.alpha = 6;
    c.targets = std::move(targets);
    return c;
}

} // namespace

class TestLora : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        m_model.emplace(Transformer::create(modelShape(40, 24, 20, 2, 4, 2, 6), 5));
        m_model->flat().mul_(8);
    }

    void freshAdapterIsTheBase()
    {
        const LoraAdapter adapter = LoraAdapter::create(LoraConfig {}, m_model->config(), 1);
        QVERIFY(adapter.flat().abs().max().item<double>() > 0); // A is there
        QVERIFY(states(&adapter).equal(states(nullptr)));
        QCOMPARE(adapter.flat().numel(), // 8 (in + out) of 7 matrices, twice
            int64_t(2 * 8 * ((24 + 24) + (24 + 12) + (24 + 12) + (24 + 24) + 2 * (24 + 20) + (20 + 24))));
        QCOMPARE(parameterCount(adapter.config(), m_model->config()), adapter.flat().numel());
    }

    void mergedEqualsBeside()
    {
        for (const auto& targets : { std::vector<std::string> { "q_proj" }, { "k_proj", "up_proj" },
                 { "v_proj", "o_proj", "gate_proj", "down_proj" } }) {
            LoraAdapter adapter = LoraAdapter::create(some(targets), m_model->config(), 1);
            adapter.flat().copy_(at::randn_like(adapter.flat()) * 0.3);
            Transformer merged = m_model->clone();
            adapter.mergeInto(merged, *m_model);
            const Tensor beside = states(&adapter), plain = states(nullptr);
            QVERIFY((beside - plain).abs().max().item<double>() > 1e-2);
            const Tensor together
                = hiddenStates(merged.config(), merged.views(merged.flat()), packSequences({ &m_ids }, at::kCPU));
            const double off = (beside - together).abs().max().item<double>(), size = beside.abs().max().item<double>();
            QVERIFY2(off < 1e-4 * size, qPrintable(QString("%1 of %2").arg(off).arg(size)));
            adapter.flat().zero_();
            adapter.mergeInto(merged, *m_model); // nothing of the last merge stays
            QVERIFY(merged.flat().equal(m_model->flat()));
        }
    }

    void dropoutKeepsTheMean()
    {
        LoraConfig config = some({ "q_proj", "o_proj" });
        config.dropout = 0.25;
        LoraAdapter adapter = LoraAdapter::create(config, m_model->config(), 1);
        adapter.flat().copy_(at::randn_like(adapter.flat()) * 0.3);
        Tensor gradient = at::zeros_like(adapter.flat());
        LoraWeights lora = adapter.leaves(gradient);
        QCOMPARE(lora.dropout, 0.25);
        QCOMPARE(adapter.views(adapter.flat()).dropout, 0.0); // what samples and scores drops nothing
        const LoraPair &query = lora.layers[0].query, &output = lora.layers[0].output;
        const Tensor x_ND = at::randn({ 5, 24 }), zero_ND = at::zeros({ 5, 24 });
        const auto added = [&](const LoraPair& pair, double dropout, uint64_t seed) {
            lora.dropout = dropout;
            lora.dropoutSeed = seed;
            return addLora(zero_ND, x_ND, { { &pair, 24 } }, lora).detach();
        };
        QVERIFY(added(query, 0.25, 7).equal(added(query, 0.25, 7)));
        QVERIFY(!added(query, 0.25, 7).equal(added(query, 0.25, 8)));
        QVERIFY(!added(query, 0.25, 7).equal(added(query, 0, 7)));
        Tensor sum_ND = at::zeros({ 5, 24 });
        for (uint64_t seed = 0; seed < 4000; ++seed)
            sum_ND += added(output, 0.25, seed);
        const Tensor exact_ND = added(output, 0, 0);
        const double off = (sum_ND / 4000 - exact_ND).abs().max().item<double>();
        QVERIFY2(off < 0.05 * exact_ND.abs().max().item<double>(), qPrintable(QString::number(off)));
    }

    void filesThereAndBack()
    {
        LoraAdapter adapter = LoraAdapter::create(some({ "q_proj", "down_proj" }), m_model->config(), 1);
        adapter.flat().copy_(at::randn_like(adapter.flat()));
        const auto write = [this](const char* name, const std::string& text) {
            QFile file(m_folder.filePath(QString::fromLatin1(name)));
            QVERIFY(file.open(QIODevice::WriteOnly));
            file.write(text.data(), qint64(text.size()));
        };
        const auto load
            = [this](const ModelConfig& model) { return LoraAdapter::load(m_folder.path().toStdString(), model); };
        QCOMPARE(load(m_model->config()).error().code, std::string("lora_config_missing"));
        write("adapter_config.json", adapter.configJson());
        QCOMPARE(load(m_model->config()).error().code, std::string("lora_weights_missing"));
        write("adapter_model.safetensors", adapter.toSafetensors());
        const LoraAdapter back = orThrow(load(m_model->config()));
        QVERIFY(back.flat().equal(adapter.flat()));
        QCOMPARE(back.configJson(), adapter.configJson());
        ModelConfig other = m_model->config();
        other.numHiddenLayers = 3;
        QCOMPARE(load(other).error().code, std::string("lora_tensor_missing"));
        other.numHiddenLayers = 1;
        QCOMPARE(load(other).error().code, std::string("lora_tensor_unexpected"));
        other = m_model->config();
        other.intermediateSize = 28;
        QCOMPARE(load(other).error().code, std::string("lora_shape"));
        adapter.flat().fill_(std::nan(""));
        write("adapter_model.safetensors", adapter.toSafetensors());
        QCOMPARE(load(m_model->config()).error().code, std::string("lora_not_finite"));
    }

private:
    Tensor states(const LoraAdapter* adapter) const
    {
        TransformerWeights weights = m_model->views(m_model->flat());
        if (adapter)
            weights.lora = adapter->views(adapter->flat());
        return hiddenStates(m_model->config(), weights, packSequences({ &m_ids }, at::kCPU));
    }

    std::optional<Transformer> m_model;
    std::vector<int32_t> m_ids { 3, 8, 2, 30, 11, 5 };
    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(TestLora)
#include "tst_lora.moc"
