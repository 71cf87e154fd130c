// Muon against torch.optim.Muon, and which parameters are its own.

#include "core/algo/muon.h"
#include "core/algo/update_step.h"
#include "tests/support/model_shape.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>
#include <QtTest>
#include <nlohmann/json.hpp>

#include <fstream>
#include <set>

using namespace aha;
using at::Tensor;
using Json = nlohmann::json;

namespace {

Tensor flat(const Json& lists)
{
    std::vector<float> all;
    for (const Json& list : lists)
        for (const Json& value : list)
            all.push_back(value.get<float>());
    return at::tensor(all, at::kFloat);
}

double largest(const Tensor& a, const Tensor& b) { return (a - b).abs().max().item<double>(); }

Policy model(bool tied = true) { return Policy(Transformer::create(modelShape(50, 32, 64, 2, 2, 2, 16, tied), 3)); }

OptimizerConfig muon()
{
    OptimizerConfig config;
    config.optim = "muon";
    config.weightDecay = 0.1;
    return config;
}

} // namespace

class TestMuon : public QObject {
    Q_OBJECT
private Q_SLOTS:
    /// torch computes in bfloat16; with that replaced by float32 the numbers are the same.
    void likeTorch()
    {
        std::ifstream file(AHASCOPE_TEST_FIXTURES "/muon/torch_muon.json");
        const Json json = Json::parse(file);
        QCOMPARE(json["cases"].size(), size_t(3));
        for (const Json& c : json["cases"]) {
            Workers workers(2);
            std::vector<MuonMatrix> matrices;
            int64_t at = 0;
            for (const Json& shape : c["shapes"]) {
                matrices.push_back({ at, shape[0], shape[1] });
                at += matrices.back().rows * matrices.back().columns;
            }
            Tensor parameters = flat(c["start"]);
            const Tensor start = parameters.clone();
            AdamW optimizer(parameters, at);
            OptimizerConfig config = muon();
            config.weightDecay = c["weight_decay"];
            config.muonMomentum = c["momentum"];
            for (const Json& gradients : c["gradients"])
                muonUpdate(
                    optimizer.state(), matrices, parameters, flat(gradients), at, config, c["learning_rate"], workers);
            const bool exact = c["precision"] == "float32";
            const double moved = largest(parameters, start), off = largest(parameters, flat(c["end"]));
            QVERIFY2(off < (exact ? 1e-5 : 0.05) * moved, qPrintable(QString("%1 of %2").arg(off).arg(moved)));
            QVERIFY(largest(optimizer.state().first_P, flat(c["momentum_buffer"])) < 1e-5);
            QCOMPARE(optimizer.state().updates, int64_t(c["gradients"].size()));
        }
    }

    /// Singular values come near 1, whatever they were; tall and wide.
    void orthogonal()
    {
        for (const auto& [rows, columns] : { std::pair { 12, 40 }, { 40, 12 }, { 16, 16 } }) {
            const Tensor values = orthogonalized(at::randn({ rows, columns }, at::kFloat) * 37);
            QCOMPARE(values.sizes().vec(), (std::vector<int64_t> { rows, columns }));
            const double perRow = values.square().sum().item<double>() / std::min(rows, columns);
            QVERIFY2(perRow > 0.5 && perRow < 1.3, qPrintable(QString::number(perRow)));
        }
        QVERIFY(!orthogonalized(at::zeros({ 3, 4 }, at::kFloat)).isnan().any().item<bool>());
    }

    /// Query, key, value, output, gate, up and down of each layer; nothing else.
    void hiddenMatrices()
    {
        const Policy tied = model(), apart = model(false);
        for (const Policy* policy : { &tied, &apart }) {
            const std::vector<MuonMatrix> found = muonMatrices(*policy);
            QCOMPARE(found.size(), size_t(14));
            int64_t elements = 0;
            for (const MuonMatrix& m : found)
                elements += m.rows * m.columns;
            const int64_t vocabulary = 50 * 32 * (policy == &tied ? 1 : 2);
            QCOMPARE(elements, policy->base().matrixElements() - vocabulary);
        }
        QCOMPARE(muonMatrices(Policy(tied.base().withHead(1))).size(), size_t(14));
    }

    /// What is no hidden matrix moves exactly as under AdamW alone.
    void theRestIsAdamW()
    {
        Policy a = model(), b = model();
        const std::vector<MuonMatrix> matrices = muonMatrices(a);
        AdamW plain(a.trained(), a.decayedElements()), mixed(b.trained(), b.decayedElements());
        Workers workers(2);
        for (int i = 0; i < 3; ++i) {
            const Tensor gradient = at::randn({ a.trained().numel() }, at::kFloat);
            plain.update(a.trained(), gradient, muon(), 0.01);
            muonUpdate(mixed.state(), matrices, b.trained(), gradient, b.decayedElements(), muon(), 0.01, workers);
        }
        int64_t at = 0;
        for (const MuonMatrix& m : matrices) {
            const int64_t count = m.rows * m.columns;
            QVERIFY(a.trained().narrow(0, at, m.from - at).equal(b.trained().narrow(0, at, m.from - at)));
            QVERIFY(!a.trained().narrow(0, m.from, count).equal(b.trained().narrow(0, m.from, count)));
            QVERIFY(!mixed.state().second_P.narrow(0, m.from, count).any().item<bool>());
            at = m.from + count;
        }
        const int64_t rest = a.trained().numel() - at;
        QVERIFY(rest > 0 && a.trained().narrow(0, at, rest).equal(b.trained().narrow(0, at, rest)));
    }

    /// The same however many threads share the matrices; a gradient that is not finite moves nothing.
    void throughTheStep()
    {
        const auto after = [](int threads, bool broken) {
            Policy policy = model();
            Workers workers(threads);
            UpdateStep step(policy, workers);
            step.gradient().copy_(at::cat({ policy.trained() }) * 3);
            if (broken)
                step.gradient()[5] = std::nan("");
            const auto applied = step.apply(1, muon(), 10);
            return std::pair { bool(applied), policy.trained().clone() };
        };
        const auto [fine, one] = after(1, false);
        QVERIFY(fine && !one.equal(model().trained()));
        QVERIFY(one.equal(after(3, false).second));
        const auto [refused, left] = after(2, true);
        QVERIFY(!refused && left.equal(model().trained()));
    }
};

QTEST_GUILESS_MAIN(TestMuon)
#include "tst_muon.moc"
