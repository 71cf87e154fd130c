// Adapters that PEFT wrote, against PEFT: logits beside the base and merged, merged weights, gradients of A and B.

#include "core/engine/engine_context.h"
#include "core/nn/lora.h"
#include "core/nn/ops.h"
#include "core/rollout/scoring.h"
#include "tests/support/golden_model.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/zeros_like.h>
#include <QtTest>

using namespace aha;

class GoldenLora : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void adapters_data()
    {
        QTest::addColumn<QString>("name");
        const QDir folder(golden::folder() + "/lora");
        for (const QString& name : folder.entryList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Name))
            QTest::newRow(qPrintable(name)) << name;
    }
    void adapters()
    {
        QFETCH(QString, name);
        const golden::Expected expected("lora/" + name);
        const std::string base = expected.facts["base"].get<std::string>();
        const golden::Expected input(QString::fromStdString(base));
        const Transformer model = orThrow(Transformer::load((golden::folder().toStdString() + "/" + base)));
        const LoraAdapter adapter
            = orThrow(LoraAdapter::load((golden::folder() + "/lora/" + name).toStdString(), model.config()));
        QVERIFY(std::abs(adapter.config().scale() - expected.facts["scaling"].get<double>()) < 1e-9);

        Transformer merged = model.clone();
        adapter.mergeInto(merged, model);
        for (const auto& [tensor, view] : merged.named(merged.flat()))
            if (expected.has("merged." + tensor)) {
                std::vector<float> values = expected.values<float>("merged." + tensor);
                QVERIFY2(
                    (at::from_blob(values.data(), view.sizes(), at::kFloat) - view).abs().max().item<double>() < 1e-5,
                    tensor.c_str());
            }

        const std::vector<float> logits = expected.values<float>("logits"),
                                 mergedLogits = expected.values<float>("merged.logits");
        const size_t B = size_t(expected.shape("logits")[0]), T = size_t(expected.shape("logits")[1]),
                     V = size_t(expected.shape("logits")[2]);
        const auto all = input.sequences("right");
        const auto workers = makeWorkers(1);
        TransformerWeights beside = model.views(model.flat());
        beside.lora = adapter.views(adapter.flat());
        for (size_t b = 0; b < B; ++b) {
            const at::Tensor hidden = hiddenStates(model.config(), beside, packSequences({ &all[b] }, at::kCPU));
            const at::Tensor got = at::linear(hidden, beside.head_VD).contiguous();
            const ScoredSequence scored
                = scoreSequences(decoderWeights(merged), { all[b] }, 1.0, *workers, /*keepLogits=*/true)[0];
            for (size_t i = 0; i < all[b].size() * V; ++i) {
                QVERIFY(std::abs(got.const_data_ptr<float>()[i] - logits[b * T * V + i]) < 1e-4);
                QVERIFY(std::abs(scored.logits[i] - mergedLogits[b * T * V + i]) < 1e-4);
            }
        }

        at::Tensor gradient_Q = at::zeros_like(adapter.flat());
        TransformerWeights leaves = model.views(model.flat()); // the base is not trained
        leaves.lora = adapter.leaves(gradient_Q);
        const golden::Labelled labels = golden::labelled(all);
        const at::Tensor states_MD = hiddenStates(model.config(), leaves, labels.batch).index_select(0, labels.rows_M);
        const at::Tensor nll = -ops::tokenLogProbs(states_MD, leaves.head_VD, labels.targets_M, 1.0).logprob_M.mean();
        QVERIFY(std::abs(nll.item<double>() - expected.facts["mean_nll"].get<double>()) < 1e-5);
        nll.backward();
        int compared = 0;
        for (const auto& [tensor, view] : adapter.named(gradient_Q)) {
            std::vector<float> values = expected.values<float>("grad." + tensor);
            const at::Tensor wanted = at::from_blob(values.data(), view.sizes(), at::kFloat);
            QVERIFY2((view - wanted).norm().item<double>() <= 1e-4 * wanted.norm().item<double>(), tensor.c_str());
            ++compared;
        }
        QVERIFY(compared >= 2);
        qInfo("golden lora/%s: %d gradients, %d sequences", qPrintable(name), compared, int(B));
    }
};

QTEST_GUILESS_MAIN(GoldenLora)
#include "tst_golden_lora.moc"
