// The CUDA plug-in on a GPU, against the CPU.

#include "core/engine/checkpoint.h"
#include "core/engine/compute_device.h"
#include "core/engine/engine_context.h"
#include "core/engine/evaluation.h"
#include "core/engine/train_run.h"
#include "core/nn/ops.h"
#include "core/rollout/rollout_engine.h"
#include "core/rollout/scoring.h"
#include "core/tasks/task.h"
#include "core/text/tokenizer.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros_like.h>
#include <QtTest>

#include <cmath>

using namespace aha;
using at::Tensor;

namespace {

std::filesystem::path shippedModel() { return resourceRoot() / "resources/models/miniature"; }

std::vector<PromptRequest> prompts(uint64_t count, int samples)
{
    const auto tokenizer = orThrow(loadTokenizer(shippedModel()));
    const auto task = orThrow(makeTask(TaskConfig {}));
    std::vector<PromptRequest> all;
    for (uint64_t i = 0; i < count; ++i) {
        PromptRequest request { promptIds(*tokenizer, task->trainItem(1, i).prompt), {} };
        for (int j = 0; j < samples; ++j)
            request.streams.emplace_back(1, Purpose::Sampling, i, uint64_t(j));
        all.push_back(std::move(request));
    }
    return all;
}

} // namespace

class TestGpu : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        Result<ComputeDevice> device = ComputeDevice::open("cuda", CudaPlugin::For::Training);
        if (!device)
            QSKIP(device.error().message.c_str());
        m_device.emplace(std::move(*device));
        m_model.emplace(orThrow(Transformer::load(shippedModel())));
        m_gpu = m_device->makeRollout(m_model->config(), m_workers);
        m_gpu->setWeights(decoderWeights(*m_model));
        qInfo("%s", m_gpu->description().c_str());
    }

    void greedyContinuations()
    {
        RolloutEngine cpu(m_model->config(), m_workers);
        cpu.setWeights(decoderWeights(*m_model));
        SamplingParams p;
        p.temperature = 0;
        p.eosIds = { int32_t(m_model->config().eosTokenId()) };
        const auto asked = prompts(20, 1);
        const auto got = m_gpu->generate(asked, p), expected = cpu.generate(asked, p);
        for (size_t i = 0; i < got.size(); ++i) {
            QCOMPARE(got[i][0].ids, expected[i][0].ids);
            for (size_t t = 0; t < got[i][0].ids.size(); ++t)
                QVERIFY(std::abs(got[i][0].logprob[t] - expected[i][0].logprob[t]) < 1e-4
                    && std::abs(got[i][0].entropy[t] - expected[i][0].entropy[t]) < 1e-4);
        }
    }

    void sampledTokensScoreAsTheyWereSampled()
    {
        SamplingParams p;
        p.eosIds = { int32_t(m_model->config().eosTokenId()) };
        const auto asked = prompts(16, 16);
        const auto got = m_gpu->generate(asked, p);
        std::vector<std::vector<int32_t>> sequences;
        for (size_t i = 0; i < got.size(); ++i)
            for (const SampledCompletion& c : got[i]) {
                sequences.push_back(asked[i].promptIds);
                sequences.back().insert(sequences.back().end(), c.ids.begin(), c.ids.end());
            }
        const auto cpu = scoreSequences(decoderWeights(*m_model), sequences, 1.0, m_workers),
                   gpu = m_gpu->score(decoderWeights(*m_model), sequences, 1.0);
        for (size_t i = 0; i < sequences.size(); ++i) {
            const SampledCompletion& c = got[i / 16][i % 16];
            const size_t prompt = asked[i / 16].promptIds.size();
            for (size_t t = 0; t < cpu[i].logprob.size(); ++t)
                QVERIFY(std::abs(cpu[i].logprob[t] - gpu[i].logprob[t]) < 1e-4);
            for (size_t t = 0; t < c.ids.size(); ++t)
                QVERIFY(std::abs(cpu[i].logprob[prompt - 1 + t] - c.logprob[t]) < 1e-4);
        }
        const auto again = m_gpu->generate(asked, p); // the same bits, whatever the slots did
        for (size_t i = 0; i < got.size(); ++i)
            for (size_t j = 0; j < got[i].size(); ++j)
                QVERIFY(got[i][j].ids == again[i][j].ids && got[i][j].logprob == again[i][j].logprob);
    }

    void modelGradient()
    {
        const std::vector<int32_t> a = prompts(1, 1)[0].promptIds, b = prompts(2, 1)[1].promptIds;
        std::vector<int64_t> targets(a.begin() + 1, a.end());
        targets.push_back(5);
        targets.insert(targets.end(), b.begin() + 1, b.end());
        targets.push_back(6);
        const auto gradient = [&](const Transformer& m) {
            const at::Device device = m.flat().device();
            Tensor sum = at::zeros_like(m.flat());
            const TransformerWeights w = m.leaves(sum);
            ops::tokenLogProbs(hiddenStates(m.config(), w, packSequences({ &a, &b }, device)), w.head_VD,
                at::tensor(targets).to(device), 1.0, w.device)
                .logprob_M.sum()
                .backward();
            return sum.cpu();
        };
        const Tensor expected = gradient(*m_model), fused = gradient(m_device->place(*m_model)),
                     composed = gradient(m_model->to(at::Device(at::kCUDA, 0)));
        const double size = expected.abs().max().item<double>();
        QVERIFY2((expected - fused).abs().max().item<double>() < 1e-4 * size, "the plug-in's kernels");
        QVERIFY2((expected - composed).abs().max().item<double>() < 1e-4 * size, "LibTorch's operators");
    }

    void twoTrainingSteps()
    {
        QTemporaryDir folder;
        RunConfig config;
        config.general.maxSteps = 2;
        config.model.path = shippedModel().string();
        config.rollout.promptsPerStep = 4;
        config.rollout.numGenerations = 4;
        config.rollout.maxCompletionLength = 40;
        config.eval.problems = config.eval.finalProblems = 4;
        config.eval.finalSamples = 2;
        std::vector<StepRow> rows[3];
        Tensor weights[3];
        for (const int i : { 0, 1, 2 }) { // on the CPU, then twice on the GPU
            config.general.device = i ? "auto" : "cpu";
            const std::filesystem::path run = folder.filePath(QString::number(i)).toStdString();
            RunObserver observer;
            observer.step = [&](const StepRow& row) { rows[i].push_back(row); };
            orThrow(startRun(config, run, {}, observer));
            QCOMPARE(orThrow(readRunConfig(run)).general.device, i ? "cuda" : "cpu"); // what ran
            weights[i] = orThrow(loadCheckpoint(run / "checkpoints/step_000002", {})).policy.trained();
        }
        QCOMPARE(rows[1].size(), size_t(2));
        for (size_t step = 0; step < 2; ++step)
            for (const auto& [name, value] : rows[0][step].metrics)
                for (const auto& [other, got] : rows[1][step].metrics)
                    if (name == other && name.rfind("perf/", 0) != 0 && std::isfinite(value))
                        QVERIFY2(std::abs(value - got) <= 1e-3 * std::max(1.0, std::abs(value)),
                            qPrintable(QString("%1: %2 instead of %3").arg(name.c_str()).arg(got).arg(value)));
        QVERIFY((weights[0] - weights[1]).abs().max().item<double>() < 1e-4);
        QVERIFY2(at::equal(weights[1], weights[2]), "the same run twice, the same bits");
    }

private:
    Workers m_workers { 2 };
    std::optional<ComputeDevice> m_device;
    std::optional<Transformer> m_model;
    std::unique_ptr<RolloutBackend> m_gpu;
};

QTEST_GUILESS_MAIN(TestGpu)
#include "tst_gpu.moc"
