// Experts in training: grouped products and the mixture against one token at a time, the balancing bias as a buffer,
// files, and what the multi-token prediction sees.

#include "core/algo/adamw.h"
#include "core/base/files.h"
#include "core/engine/pretrain_loss.h"
#include "core/nn/grouped_linear.h"
#include "core/nn/multi_token_prediction.h"
#include "core/nn/ops.h"
#include "core/weights/safetensors.h"
#include "tests/support/latent_model.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/randn_like.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/zeros_like.h>
#include <QtTest>

using namespace aha;

namespace {

double largest(const at::Tensor& a) { return a.abs().max().item<double>(); }

Transformer model(const ModelConfig& config)
{
    Transformer made = Transformer::create(config, 4);
    if (made.buffers().defined())
        made.buffers().copy_(at::randn(made.buffers().sizes()) * 0.1);
    return made;
}

} // namespace

class TestExperts : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void groupedProducts()
    {
        const std::vector<int64_t> counts { 3, 0, 5, 1 };
        at::Tensor x = at::randn({ 9, 6 }), w = at::randn({ 4, 7, 6 }), x2 = x.clone(), w2 = w.clone();
        for (at::Tensor* leaf : { &x, &w, &x2, &w2 })
            leaf->set_requires_grad(true);
        std::vector<at::Tensor> parts;
        int64_t row = 0;
        for (size_t e = 0; e < counts.size(); row += counts[e++])
            parts.push_back(at::linear(x2.narrow(0, row, counts[e]), w2.select(0, int64_t(e))));
        const at::Tensor got = ops::groupedLinear(x, w, counts), wanted = at::cat(parts, 0),
                         weighing = at::randn({ 9, 7 });
        QVERIFY(largest(got - wanted) < 1e-5);
        (got * weighing).sum().backward();
        (wanted * weighing).sum().backward();
        QVERIFY(largest(x.grad() - x2.grad()) < 1e-5 && largest(w.grad() - w2.grad()) < 1e-5);
        QVERIFY(largest(w.grad().select(0, 1)) == 0);
    }

    /// One token, one expert at a time.
    void mixtureByToken()
    {
        const ModelConfig c = latentShape();
        const Transformer m = model(c);
        const MixtureWeights w = m.views(m.flat()).layers[1].experts;
        const at::Tensor x_ND = at::randn({ 13, c.hiddenSize }) * 3;
        Routing routing;
        const at::Tensor got = mixtureOfExperts(c, w, x_ND, nullptr, &routing);
        for (int64_t n = 0; n < 13; ++n) {
            const at::Tensor x = x_ND.narrow(0, n, 1);
            at::Tensor sum = at::linear(ops::reference::swiGlu(at::linear(x, w.gateUp_2SD)), w.down_DS);
            for (int64_t k = 0; k < c.experts.chosen; ++k) {
                const int64_t e = routing.chosen_NK[n][k].item<int64_t>();
                sum = sum
                    + routing.weights_NK[n][k]
                        * at::linear(
                            ops::reference::swiGlu(at::linear(x, w.gateUp_E2FD.select(0, e))), w.down_EDF.select(0, e));
            }
            QVERIFY(largest(got.narrow(0, n, 1) - sum) < 1e-5);
            QVERIFY(std::abs(routing.weights_NK[n].sum().item<double>() - c.experts.scaling) < 1e-5);
        }
        QCOMPARE(expertLoad(routing.chosen_NK, c.experts.routed).sum().item<double>(), 13.0 * 3);
    }

    /// Fixed tokens that all like the same experts: the bias alone spreads them, at its speed and no faster.
    void biasBalances()
    {
        const ExpertConfig e { .routed = 8, .chosen = 2 };
        at::Tensor logits = at::randn({ 512, 8 }), bias = at::zeros_like(logits[0]);
        logits.select(1, 2).add_(2);
        logits.select(1, 5).add_(2);
        const auto worst = [&] {
            const at::Tensor load = expertLoad(route(e, logits, bias).chosen_NK, 8);
            return (load.max() / load.mean()).item<double>();
        };
        const double before = worst();
        for (int step = 0; step < 300; ++step) {
            const at::Tensor moved = balancedBias(bias, expertLoad(route(e, logits, bias).chosen_NK, 8), 0.003);
            QVERIFY(largest(moved - bias) < 0.0031);
            bias = moved;
        }
        QVERIFY2(before > 2 && worst() < 1.3, qPrintable(QString("%1 → %2").arg(before).arg(worst())));
    }

    /// The balance loss is lower for spread tokens, and its gradient pushes the router there.
    void balanceLoss()
    {
        const ExpertConfig e { .routed = 4, .chosen = 1 };
        at::Tensor logits = at::randn({ 64, 4 }), bias = at::zeros_like(logits[0]);
        at::Tensor skewed = logits.clone();
        skewed.select(1, 0).add_(3);
        skewed.set_requires_grad(true);
        const at::Tensor loss = sequenceBalanceLoss(route(e, skewed, bias), { 0, 30, 64 }, 0.5);
        QVERIFY(loss.item<double>() > sequenceBalanceLoss(route(e, logits, bias), { 0, 30, 64 }, 0.5).item<double>());
        loss.backward();
        QVERIFY(skewed.grad().select(1, 0).sum().item<double>() > 0);
        const double whole = sequenceBalanceLoss(route(e, skewed, bias), { 0, 64 }, 0.5).item<double>();
        QVERIFY(std::abs(loss.item<double>() - 2 * whole) < 0.2); // a sum over sequences
    }

    /// No gradient reaches the bias, the optimizer does not know it, a copy has its own.
    void biasIsABuffer()
    {
        Transformer m = model(latentShape());
        QCOMPARE(m.flat().numel(), m.config().parameterCount());
        QCOMPARE(m.buffers().numel(), int64_t(2 * 8));
        const at::Tensor before = m.buffers().clone();
        at::Tensor gradient_P = at::zeros_like(m.flat());
        const TransformerWeights leaves = m.leaves(gradient_P);
        const std::vector<int32_t> ids { 3, 1, 4, 1, 5, 9, 2, 6 };
        (hiddenStates(m.config(), leaves, packSequences({ &ids }, at::kCPU)).select(1, 3)).sum().backward();
        QVERIFY(!leaves.layers[1].experts.bias_E.requires_grad());
        QVERIFY(largest(leaves.layers[1].experts.router_ED.grad()) > 0); // the gate itself is trained
        AdamW optimizer(m.flat(), m.matrixElements());
        const at::Tensor weights = m.flat().clone();
        optimizer.update(m.flat(), gradient_P, OptimizerConfig {}, 0.1);
        QVERIFY(largest(m.flat() - weights) > 0.01 && at::equal(m.buffers(), before));
        Transformer copy = m.clone();
        copy.buffers().add_(1);
        QVERIFY(at::equal(m.buffers(), before));
        QVERIFY(largest(copy.views(copy.flat()).layers[2].experts.bias_E - before.narrow(0, 8, 8) - 1) < 1e-6);
        QVERIFY(!Transformer::create(modelShape(50, 16, 20, 1, 2, 1, 8), 1).buffers().defined());
    }

    void filesRoundTrip()
    {
        ModelConfig c = latentShape();
        c.predictLayers = 1;
        const Transformer m = model(c);
        const std::string bytes = m.toSafetensors();
        const SafetensorsHeader header = orThrow(parseSafetensors(bytes));
        for (const char* name :
            { "model.layers.0.mlp.gate_proj.weight", "model.layers.1.mlp.experts.7.up_proj.weight",
                "model.layers.2.mlp.shared_experts.down_proj.weight", "model.layers.1.mlp.gate.e_score_correction_bias",
                "model.layers.1.self_attn.kv_a_proj_with_mqa.weight", "model.layers.3.eh_proj.weight",
                "model.layers.3.mlp.gate.e_score_correction_bias", "model.layers.3.shared_head.norm.weight" })
            QVERIFY2(header.tensors.count(name), name);
        QVERIFY(header.tensors.at("model.layers.1.mlp.experts.7.up_proj.weight").shape
            == (std::vector<int64_t> { c.experts.width, c.hiddenSize }));
        write(bytes, c);
        const Transformer back = orThrow(Transformer::load(folder()));
        QVERIFY(at::equal(back.flat(), m.flat()) && at::equal(back.buffers(), m.buffers()));
        QCOMPARE(back.toSafetensors(), bytes);
    }

    /// DeepSeek's files repeat embedding and head in the prediction layer: known, and not needed. Without such a layer
    /// in the configuration its tensors are strangers.
    void filesThatDiffer()
    {
        ModelConfig c = latentShape();
        c.predictLayers = 1;
        const Transformer m = model(c);
        std::vector<SafetensorsTensor> tensors;
        std::vector<at::Tensor> kept;
        NamedTensors all = m.named(m.flat());
        for (auto& buffer : m.namedBuffers())
            all.push_back(buffer);
        const std::string missing = "model.layers.2.mlp.gate.e_score_correction_bias";
        const auto bytes = [&](bool copies, bool withBias) {
            tensors.clear();
            const auto add = [&](const std::string& name, const at::Tensor& view) {
                kept.push_back(view.contiguous());
                tensors.push_back({ name, "F32", view.sizes().vec(),
                    std::string_view(
                        static_cast<const char*>(kept.back().const_data_ptr()), size_t(view.numel()) * 4) });
            };
            for (const auto& [name, view] : all)
                if (withBias || name != missing)
                    add(name, view);
            if (copies) {
                add("model.layers.3.embed_tokens.weight", m.views(m.flat()).embedding_VD);
                add("model.layers.3.shared_head.head.weight", m.views(m.flat()).head_VD);
            }
            return writeSafetensors(tensors, {});
        };
        write(bytes(true, true), c);
        QVERIFY(Transformer::load(folder()).ok());
        write(bytes(false, false), c);
        const Result<Transformer> without = Transformer::load(folder());
        QVERIFY(!without && without.error().code == "model_tensor_missing"
            && without.error().message.find(missing) != std::string::npos);
        c.predictLayers = 0;
        write(bytes(false, true), c);
        const Result<Transformer> stranger = Transformer::load(folder());
        QVERIFY(!stranger && stranger.error().code == "model_tensor_unexpected");
    }

    /// The row of token t sees tokens up to t + 1 and no further.
    void predictionSeesOneTokenAhead()
    {
        ModelConfig c = latentShape();
        c.predictLayers = 1;
        const Transformer m = model(c);
        const TransformerWeights w = m.views(m.flat());
        const auto predicted = [&](const std::vector<int32_t>& ids) {
            const PackedBatch batch = packSequences({ &ids }, at::kCPU);
            return predictedStates(c, w, hiddenStates(c, w, batch), batch);
        };
        const std::vector<int32_t> ids { 5, 6, 7, 8, 9, 10 };
        std::vector<int32_t> changed = ids;
        changed[4] = 30;
        const at::Tensor a = predicted(ids), b = predicted(changed);
        QVERIFY(largest((a - b).narrow(0, 0, 3)) < 1e-6);
        QVERIFY(largest((a - b).narrow(0, 3, 1)) > 1e-4);
    }

    /// All of its parameters learn from the prediction's loss, and the main model does as well.
    void predictionTrains()
    {
        ModelConfig c = latentShape(1);
        c.experts.firstLayer = 0;
        c.predictLayers = 1;
        const Transformer m = Transformer::create(c, 4); // no bias: every expert has tokens
        at::Tensor gradient_P = at::zeros_like(m.flat());
        const TransformerWeights w = m.leaves(gradient_P);
        std::vector<int32_t> ids;
        for (int32_t i = 0; i < 60; ++i)
            ids.push_back(i);
        const PackedBatch batch = packSequences({ &ids }, at::kCPU);
        const AheadTargets targets = aheadTargets(batch, 2);
        QCOMPARE(targets.rows_M.numel(), int64_t(58));
        const at::Tensor states = predictedStates(c, w, hiddenStates(c, w, batch), batch);
        const at::Tensor loss
            = -ops::tokenLogProbs(states.index_select(0, targets.rows_M), w.head_VD, targets.ids_M, 1.0)
                   .logprob_M.mean();
        multiTokenLoss(at::zeros_like(loss), loss, 0.3).backward();
        for (const auto& [name, view] : m.named(gradient_P))
            QVERIFY2(largest(view) > 0, name.c_str());
    }

    /// Pretraining: the main loss is reported alone, the other terms have their gradients, and every layer's bias moves
    /// by its own load.
    void pretraining()
    {
        ModelConfig c = latentShape();
        c.predictLayers = 1;
        Transformer m = model(c);
        const std::vector<PretrainSequence> sequences { { { 3, 1, 4, 1, 5, 9, 2, 6 }, 3 }, { { 2, 7, 1, 8, 2 }, 1 } };
        const auto gradient = [&](const PretrainObjective& objective, double& loss, at::Tensor& load) {
            at::Tensor gradient_P = at::zeros_like(m.flat());
            load = noExpertLoad(m);
            loss = pretrainLoss(c, m.leaves(gradient_P), sequences, 1.0 / 9, 0.5, objective, load);
            return gradient_P;
        };
        double alone = 0, all = 0;
        at::Tensor load, again;
        const at::Tensor plain = gradient({ 0, 0, 0 }, alone, load);
        QCOMPARE(load.sizes().vec(), (std::vector<int64_t> { 3, 8 })); // the prediction layer's too
        QVERIFY(at::equal(load.sum(1), at::zeros_like(load.sum(1)) + 13.0 * 3));
        const at::Tensor balanced = gradient({ 0, 1, 0 }, all, again);
        QVERIFY(all == alone && largest(m.views(balanced - plain).layers[1].experts.router_ED) > 1e-6);
        const at::Tensor predicting = gradient({ 0, 0, 0.3 }, all, again);
        QVERIFY(all == alone && largest(m.views(plain).prediction.joined_D2D) == 0);
        QVERIFY(largest(m.views(predicting).prediction.joined_D2D) > 1e-6);
        const at::Tensor before = m.buffers().clone();
        balanceExperts(m, load, 0.25);
        for (int64_t l = 0; l < 3; ++l)
            QVERIFY(largest(m.buffers().view({ 3, 8 }).select(0, l)
                        - balancedBias(before.view({ 3, 8 }).select(0, l), load.select(0, l), 0.25))
                == 0);
        QVERIFY(largest(m.buffers() - before) > 0.2);
    }

private:
    void write(const std::string& weights, const ModelConfig& c)
    {
        orThrow(writeFileAtomically(folder() / "config.json", modelConfigJson(c)));
        orThrow(writeFileAtomically(folder() / "model.safetensors", weights));
    }
    std::filesystem::path folder() const { return m_folder.path().toStdString(); }
    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(TestExperts)
#include "tst_experts.moc"
