// The fine-tuning loss against TRL, values and gradients, and its packing: rows, labels, positions.

#include "core/algo/sequence_packing.h"
#include "core/algo/sft_loss.h"
#include "tests/support/golden.h"

#include <ATen/ops/eye.h>
#include <ATen/ops/tensor.h>
#include <QtTest>

using namespace aha;
using golden::Json;

namespace {

/// Loss of the case's logits, and its gradient in the layout of the case's labels.
void checkLoss(const Json& c, const SftLossConfig& config, const char* tokensKey)
{
    const std::string name = c["name"];
    const Json &in = c["inputs"], &expected = c["expected"];
    const int64_t vocab = int64_t(in["logits"][0][0].size());
    std::vector<float> logits;
    std::vector<int64_t> select, targets;
    std::vector<std::pair<size_t, size_t>> where; // of the logits that predict a label
    const size_t width = in["labels"][0].size();
    for (size_t b = 0; b < in["labels"].size(); ++b)
        for (size_t t = 0; t < width; ++t) {
            for (const Json& value : in["logits"][b][t])
                logits.push_back(value.get<float>());
            if (t + 1 == width || in["labels"][b][t + 1] == -100)
                continue;
            select.push_back(int64_t(b * width + t));
            targets.push_back(in["labels"][b][t + 1]);
        }
    const at::Tensor logits_NV = at::tensor(logits).view({ -1, vocab }).requires_grad_();
    const double tokens = tokensKey && in[tokensKey].is_number() ? in[tokensKey].get<double>() : double(targets.size());
    // With the identity as head, hidden states are logits.
    const SftLossOutput out
        = sftLoss(logits_NV.index_select(0, at::tensor(select)), at::eye(vocab), at::tensor(targets), tokens, config);
    out.loss.backward();
    QVERIFY2(golden::close(out.loss.item<double>(), expected["loss"].get<double>()),
        (name + ": " + std::to_string(out.loss.item<double>()) + " instead of " + expected["loss"].dump()).c_str());
    if (expected.contains("ce"))
        QVERIFY2(golden::close(out.nll / double(out.count), expected["ce"].get<double>()), name.c_str());
    for (size_t b = 0; b < in["labels"].size(); ++b)
        for (size_t t = 0; t < width; ++t)
            for (int64_t v = 0; v < vocab; ++v) {
                const double got = logits_NV.grad()[int64_t(b * width + t)][v].item<double>();
                const double want = expected["grad_logits"][b][t][size_t(v)];
                QVERIFY2(golden::close(got, want),
                    (name + " gradient " + std::to_string(b) + "," + std::to_string(t) + "," + std::to_string(v) + ": "
                        + std::to_string(got) + " instead of " + std::to_string(want))
                        .c_str());
            }
}

void checkPacking(const Json& c)
{
    const std::string name = c["name"], strategy = c["config"]["packing_strategy"];
    const Json &documents = c["inputs"]["documents"], &expected = c["expected"];
    std::vector<int64_t> lengths;
    for (const Json& document : documents)
        lengths.push_back(int64_t(document.size()));
    Json ids = Json::array(), sizes = Json::array(), all = Json::array(), labels = Json::array();
    Json positions = Json::array(), offsets = Json::array({ 0 });
    for (const PackedRow& row : packDocuments(lengths, c["config"]["max_length"], strategy)) {
        Json rowIds = Json::array(), rowSizes = Json::array();
        for (const DocumentPiece& piece : row) {
            for (int64_t t = piece.from; t < piece.to; ++t) {
                const Json& id = documents[piece.document][size_t(t)];
                rowIds.push_back(id);
                all.push_back(id);
                labels.push_back(t == piece.from ? Json(-100) : id); // what nothing predicts
                positions.push_back(t - piece.from);
            }
            rowSizes.push_back(piece.to - piece.from);
            offsets.push_back(offsets.back().get<int64_t>() + piece.to - piece.from);
        }
        ids.push_back(rowIds);
        sizes.push_back(rowSizes);
    }
    const auto same = [&](const Json& got, const Json& want, const char* what) {
        QVERIFY2(got == want, (name + " " + what + ": " + got.dump() + " instead of " + want.dump()).c_str());
    };
    same(ids, expected["input_ids"], "rows");
    if (!expected.contains("collated"))
        return;
    same(sizes, expected["seq_lengths"], "pieces");
    const Json& collated = expected["collated"];
    same(all, collated["input_ids"][0], "ids");
    same(labels, collated["labels"][0], "labels");
    same(positions, collated["position_ids"][0], "positions");
    same(offsets, collated["cu_seq_lens_q"], "offsets");
}

} // namespace

class GoldenSft : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void sft()
    {
        const std::vector<Json> cases = golden::cases("algorithms/sft");
        for (const Json& c : cases) {
            const Json& config = c["config"];
            if (config.contains("packing_strategy"))
                checkPacking(c);
            else if (config.contains("loss_type"))
                checkLoss(c, { config["loss_type"], config["label_smoothing_factor"], 0 }, "num_items_in_batch");
            else if (config.contains("coef"))
                checkLoss(c, { "nll", 0, config["coef"] }, nullptr);
            else
                QFAIL(("unknown golden case: " + c["name"].get<std::string>()).c_str());
            if (QTest::currentTestFailed())
                return;
        }
        qInfo("golden algorithms/sft: %d cases", int(cases.size()));
        QVERIFY2(!cases.empty(), "no golden cases");
    }
};

QTEST_GUILESS_MAIN(GoldenSft)
#include "tst_golden_sft.moc"
