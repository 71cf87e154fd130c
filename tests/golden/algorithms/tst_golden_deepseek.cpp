// DeepSeek-V3's gate, its balancing and the multi-token prediction loss against the reference's formulas: what training
// computes, and what the decoder does.

#include "core/nn/mixture_of_experts.h"
#include "core/nn/multi_token_prediction.h"
#include "core/nn/ops.h"
#include "core/rollout/expert_choice.h"
#include "tests/support/golden.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/log_softmax.h>
#include <ATen/ops/tensor.h>
#include <QtTest>

using namespace aha;
using golden::Json;

namespace {

/// Nested lists of numbers as one flat list.
void flatten(const Json& json, std::vector<double>& all)
{
    if (!json.is_array())
        return all.push_back(json.get<double>());
    for (const Json& item : json)
        flatten(item, all);
}
at::Tensor tensor(const Json& json, at::IntArrayRef sizes)
{
    std::vector<double> all;
    flatten(json, all);
    return at::tensor(all, at::kDouble).view(sizes);
}
double off(const at::Tensor& a, const at::Tensor& b) { return (a - b).abs().max().item<double>(); }

} // namespace

class GoldenDeepSeek : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void gate()
    {
        int checked = 0;
        for (const Json& c : golden::cases("algorithms/moe")) {
            const std::string name = c["name"], reference = c["reference"];
            QVERIFY2(reference.find("DeepSeek-V3 gate") != std::string::npos, ("unknown golden case: " + name).c_str());
            const Json &config = c["config"], &expected = c["expected"];
            const ExpertConfig e { .routed = config["n_routed_experts"],
                .chosen = config["top_k"],
                .groups = config["n_groups"],
                .chosenGroups = config["topk_groups"],
                .scaling = config["route_scale"],
                .normalise = config["normalise"] };
            const int64_t tokens = int64_t(c["inputs"]["router_logits"].size());
            const at::Tensor logits = tensor(c["inputs"]["router_logits"], { tokens, e.routed }),
                             bias = tensor(c["inputs"]["bias"], { e.routed });
            const Routing routing = route(e, logits, bias);
            QVERIFY(off(routing.scores_NE, tensor(expected["scores"], { tokens, e.routed })) < 1e-6);
            QVERIFY(off(routing.weights_NK, tensor(expected["weights"], { tokens, e.chosen })) < 1e-6);
            const at::Tensor chosen = tensor(expected["experts_by_biased_score"], { tokens, e.chosen });
            QVERIFY2(at::equal(routing.chosen_NK.to(at::kDouble), chosen), name.c_str());
            const at::Tensor load = expertLoad(routing.chosen_NK, e.routed).to(at::kDouble);
            QVERIFY(at::equal(load, tensor(expected["expert_load"], { e.routed })));
            QVERIFY(
                off(balancedBias(bias, load, config["gamma"]), tensor(expected["updated_bias"], { e.routed })) < 1e-6);
            const double loss = sequenceBalanceLoss(routing, { 0, tokens }, config["alpha"]).item<double>();
            QVERIFY2(golden::close(loss, expected["sequence_balance_loss"], 1e-9), qPrintable(QString::number(loss)));

            const at::Tensor floats = logits.to(at::kFloat), floatBias = bias.to(at::kFloat); // the decoder's side
            for (int64_t t = 0; t < tokens; ++t) {
                const auto choices = chooseExperts(
                    e, floats.const_data_ptr<float>() + t * e.routed, floatBias.const_data_ptr<float>());
                QCOMPARE(choices.size(), size_t(e.chosen));
                for (size_t k = 0; k < choices.size(); ++k) {
                    QCOMPARE(choices[k].expert, expected["experts_by_biased_score"][size_t(t)][k].get<int32_t>());
                    QVERIFY(golden::close(choices[k].weight, expected["weights"][size_t(t)][k].get<double>(), 1e-5));
                }
            }
            ++checked;
        }
        QVERIFY(checked > 0);
        qInfo("golden algorithms/moe: %d cases", checked);
    }

    void prediction()
    {
        int checked = 0;
        for (const Json& c : golden::cases("algorithms/mtp")) {
            const std::string name = c["name"], reference = c["reference"];
            QVERIFY2(reference.find("depth D = 1") != std::string::npos, ("unknown golden case: " + name).c_str());
            const Json &in = c["inputs"], &expected = c["expected"];
            std::vector<std::vector<int32_t>> rows = in["input_ids"].get<std::vector<std::vector<int32_t>>>();
            std::vector<const std::vector<int32_t>*> pointers;
            for (const auto& row : rows)
                pointers.push_back(&row);
            const PackedBatch batch = packSequences(pointers, at::kCPU);
            const int64_t tokens = batch.tokens(), vocab = int64_t(in["main_logits"][0][0].size());
            const at::Tensor mask = tensor(in["mask"], { tokens });
            const auto nll = [&](const at::Tensor& logits, int64_t ahead) {
                const AheadTargets targets = aheadTargets(batch, ahead, mask);
                return -at::log_softmax(logits.index_select(0, targets.rows_M), 1)
                            .gather(1, targets.ids_M.unsqueeze(1))
                            .mean();
            };
            at::Tensor main = tensor(in["main_logits"], { tokens, vocab }),
                       ahead = tensor(in["mtp_logits"], { tokens, vocab });
            main.set_requires_grad(true);
            ahead.set_requires_grad(true);
            const at::Tensor mainLoss = nll(main, 1), aheadLoss = nll(ahead, 2),
                             loss = multiTokenLoss(mainLoss, aheadLoss, c["config"]["lambda"]);
            QVERIFY(golden::close(mainLoss.item<double>(), expected["main_loss"], 1e-7));
            QVERIFY(golden::close(aheadLoss.item<double>(), expected["mtp_loss"], 1e-7));
            QVERIFY(golden::close(loss.item<double>(), expected["loss"], 1e-7));
            loss.backward();
            QVERIFY(off(main.grad(), tensor(expected["grad_main_logits"], { tokens, vocab })) < 1e-7);
            QVERIFY(off(ahead.grad(), tensor(expected["grad_mtp_logits"], { tokens, vocab })) < 1e-7);
            ++checked;
        }
        QVERIFY(checked > 0);
        qInfo("golden algorithms/mtp: %d cases", checked);
    }
};

QTEST_GUILESS_MAIN(GoldenDeepSeek)
#include "tst_golden_deepseek.moc"
