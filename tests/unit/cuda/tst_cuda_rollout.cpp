// Whole rollouts on the emulated GPU against the fused CPU decoder: the shipped model's greedy tokens, sampled
// completions, scoring, refilled slots, filters, captured steps.

#include "core/cuda/cuda_rollout.h"
#include "core/engine/engine_context.h"
#include "core/engine/evaluation.h"
#include "core/nn/transformer.h"
#include "core/rollout/rollout_engine.h"
#include "core/rollout/scoring.h"
#include "core/tasks/task.h"
#include "core/text/tokenizer.h"
#include "tests/support/cuda_emulation.h"
#include "tests/support/model_shape.h"

#include <ATen/ops/arange.h>
#include <ATen/ops/sin.h>
#include <QtTest>

#include <cmath>
#include <map>

using namespace aha;
using Groups = std::vector<std::vector<SampledCompletion>>;

namespace {

/// Weights large enough that tokens differ from row to row.
Transformer lively(ModelConfig config, uint64_t seed)
{
    Transformer model = Transformer::create(config, seed);
    model.flat().narrow(0, 0, model.matrixElements()).mul_(12);
    return model;
}

ModelConfig tinyModel() { return modelShape(40, 24, 20, 2, 4, 2, 6); }

std::vector<PromptRequest> requests(int prompts, int samples, int longest, int64_t vocab)
{
    std::vector<PromptRequest> all;
    Rng rng(3, Purpose::Problem);
    for (int i = 0; i < prompts; ++i) {
        PromptRequest request;
        for (int64_t t = 0, n = i == 0 ? 1 : 1 + int64_t(rng.below(uint64_t(longest))); t < n; ++t)
            request.promptIds.push_back(int32_t(rng.below(uint64_t(vocab))));
        for (int j = 0; j < samples; ++j)
            request.streams.emplace_back(5, Purpose::Sampling, uint64_t(i), uint64_t(j));
        all.push_back(request);
    }
    return all;
}

SamplingParams params(int longest)
{
    SamplingParams p;
    p.maxNewTokens = longest;
    p.eosIds = { 1 };
    return p;
}

/// The same completions, with log-probs and entropies to 1e-4.
void compare(const Groups& got, const Groups& expected)
{
    QCOMPARE(got.size(), expected.size());
    for (size_t i = 0; i < got.size(); ++i) {
        QCOMPARE(got[i].size(), expected[i].size());
        for (size_t j = 0; j < got[i].size(); ++j) {
            const SampledCompletion &a = got[i][j], &b = expected[i][j];
            QCOMPARE(a.ids, b.ids);
            QVERIFY(a.finish == b.finish && a.logprob.size() == a.ids.size() && a.entropy.size() == a.ids.size());
            for (size_t t = 0; t < a.ids.size(); ++t)
                QVERIFY2(std::abs(a.logprob[t] - b.logprob[t]) < 1e-4 && std::abs(a.entropy[t] - b.entropy[t]) < 1e-4,
                    qPrintable(QString("completion %1/%2, token %3").arg(i).arg(j).arg(t)));
        }
    }
}

struct Pair {
    Workers workers { 1 };
    Transformer model;
    RolloutEngine cpu;
    std::unique_ptr<RolloutBackend> gpu;

    explicit Pair(Transformer m)
        : model(std::move(m))
        , cpu(model.config(), workers)
        , gpu(cuda::makeCudaRollout(model.config()))
    {
        cpu.setWeights(decoderWeights(model));
        gpu->setWeights(decoderWeights(model));
    }
};

void compareScores(const Pair& pair, const std::vector<std::vector<int32_t>>& sequences)
{
    Workers workers(1);
    const auto got = pair.gpu->score(decoderWeights(pair.model), sequences, 0.7),
               expected = scoreSequences(decoderWeights(pair.model), sequences, 0.7, workers);
    for (size_t i = 0; i < sequences.size(); ++i) {
        QCOMPARE(got[i].logprob.size(), sequences[i].size() - 1);
        QCOMPARE(got[i].entropy.size(), sequences[i].size() - 1);
        for (size_t t = 0; t + 1 < sequences[i].size(); ++t)
            QVERIFY2(std::abs(got[i].logprob[t] - expected[i].logprob[t]) < 1e-4
                    && std::abs(got[i].entropy[t] - expected[i].entropy[t]) < 1e-4,
                qPrintable(QString("%1 instead of %2").arg(got[i].logprob[t]).arg(expected[i].logprob[t])));
    }
}

} // namespace

class TestCudaRollout : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() { emulation::machine() = {}; }

    void shippedModelGreedily()
    {
        const std::filesystem::path folder = resourceRoot() / "resources/models/miniature";
        Pair pair(orThrow(Transformer::load(folder)));
        const auto tokenizer = orThrow(loadTokenizer(folder));
        const auto task = orThrow(makeTask(TaskConfig {}));
        std::vector<PromptRequest> prompts;
        for (uint64_t i = 0; i < 5; ++i)
            prompts.push_back(
                { promptIds(*tokenizer, task->trainItem(1, i).prompt), { Rng(1, Purpose::Sampling, i) } });
        SamplingParams p = params(90);
        p.temperature = 0;
        p.eosIds = { int32_t(pair.model.config().eosTokenId()) };
        const Groups got = pair.gpu->generate(prompts, p);
        compare(got, pair.cpu.generate(prompts, p));
        QVERIFY(got[0][0].ids.size() > 10);
    }

    void sampledCompletions_data()
    {
        QTest::addColumn<QList<double>>("p"); // temperature, top-k, top-p, min-p, penalty
        QTest::newRow("plain") << QList<double> { 1, 0, 1, 0, 1 };
        QTest::newRow("penalty") << QList<double> { 1, 0, 1, 0, 1.3 };
        QTest::newRow("all filters") << QList<double> { 0.8, 12, 0.9, 0.02, 1.2 };
        QTest::newRow("greedy, penalty") << QList<double> { 0, 0, 1, 0, 1.3 };
    }
    void sampledCompletions()
    {
        QFETCH(QList<double>, p);
        SamplingParams s = params(25);
        s.temperature = p[0];
        s.topK = int(p[1]);
        s.topP = p[2];
        s.minP = p[3];
        s.repetitionPenalty = p[4];
        Pair pair(lively(tinyModel(), 3));
        const std::vector<PromptRequest> asked = requests(4, 5, 20, 40);
        const Groups got = pair.gpu->generate(asked, s);
        compare(got, pair.cpu.generate(asked, s));
        QVERIFY(got[0][0].ids != got[0][1].ids || p[0] == 0); // streams differ
    }

    /// Little memory: few slots, prompts in waves. The answers stay the same, to the bit.
    void fewSlotsAndWaves()
    {
        Pair pair(lively(tinyModel(), 4));
        const std::vector<PromptRequest> asked = requests(6, 4, 20, 40);
        const SamplingParams p = params(30);
        const Groups wide = pair.gpu->generate(asked, p);
        QVERIFY(pair.gpu->lastStats().meanActiveRows > 8);
        const auto narrow = cuda::makeCudaRollout(tinyModel());
        narrow->setWeights(decoderWeights(pair.model));
        emulation::machine().freeBytes = 100000; // 12 KB of keys and values a slot
        const Groups few = narrow->generate(asked, p);
        QVERIFY2(
            narrow->lastStats().meanActiveRows < 6, qPrintable(QString::number(narrow->lastStats().meanActiveRows)));
        for (size_t i = 0; i < wide.size(); ++i)
            for (size_t j = 0; j < wide[i].size(); ++j)
                QVERIFY(wide[i][j].ids == few[i][j].ids && wide[i][j].logprob == few[i][j].logprob
                    && wide[i][j].entropy == few[i][j].entropy);
    }

    void stepsAreCapturedOnce()
    {
        Pair pair(lively(tinyModel(), 3));
        SamplingParams p = params(20);
        p.ignoreEos = true;
        const std::vector<PromptRequest> asked = requests(2, 8, 20, 40);
        const Groups first = pair.gpu->generate(asked, p);
        const emulation::Machine after = emulation::machine();
        QVERIFY2(after.captures >= 1 && after.captures <= 5 && after.replays >= 20,
            qPrintable(QString::number(after.captures)));
        p.temperature = 0.5; // settings live on the device: no new capture
        pair.gpu->generate(asked, p);
        p.temperature = 1;
        compare(pair.gpu->generate(asked, p), first);
        QCOMPARE(emulation::machine().captures, after.captures);
        QVERIFY(std::all_of(first[1].begin(), first[1].end(),
            [](const SampledCompletion& c) { return c.ids.size() == 20 && c.finish == FinishReason::Length; }));
        // As many slots, but longer prompts: the memory moves, and the captured steps with it.
        const std::vector<PromptRequest> longer = requests(2, 8, 60, 40), wider = requests(9, 3, 60, 40);
        QVERIFY(longer[1].promptIds.size() > 44);
        compare(pair.gpu->generate(longer, p), pair.cpu.generate(longer, p));
        QVERIFY(emulation::machine().captures > after.captures);
        compare(pair.gpu->generate(wider, p), pair.cpu.generate(wider, p));
    }

    void newWeightsAreSeen()
    {
        Pair pair(lively(tinyModel(), 3)), other(lively(tinyModel(), 8));
        const std::vector<PromptRequest> asked = requests(2, 3, 10, 40);
        const Groups before = pair.gpu->generate(asked, params(15));
        pair.gpu->setWeights(decoderWeights(other.model));
        const Groups after = pair.gpu->generate(asked, params(15));
        QVERIFY(before[0][0].ids != after[0][0].ids);
        compare(after, other.cpu.generate(asked, params(15)));
    }

    void shapes_data()
    {
        QTest::addColumn<QList<int>>("shape"); // vocab, width, inner, layers, heads, kv, headDim, tied
        QTest::newRow("odd sizes") << QList<int> { 7, 13, 13, 2, 3, 1, 6, 0 };
        QTest::newRow("one head, width 2") << QList<int> { 33, 24, 17, 1, 1, 1, 2, 1 };
        QTest::newRow("wide heads") << QList<int> { 50, 48, 40, 2, 4, 4, 64, 0 };
        QTest::newRow("widest heads") << QList<int> { 50, 16, 40, 1, 1, 1, 256, 0 };
    }
    void shapes()
    {
        QFETCH(QList<int>, shape);
        const Pair pair(
            lively(modelShape(shape[0], shape[1], shape[2], shape[3], shape[4], shape[5], shape[6], shape[7] != 0), 6));
        std::vector<std::vector<int32_t>> sequences;
        Rng rng(3, Purpose::Problem);
        for (const int length : { 1, 2, 50, 33 }) {
            sequences.emplace_back();
            for (int t = 0; t < length; ++t)
                sequences.back().push_back(int32_t(rng.below(uint64_t(shape[0]))));
        }
        compareScores(pair, sequences);
    }

    void architectures()
    {
        for (const Architecture architecture : { Architecture::Qwen2, Architecture::Qwen3, Architecture::Mistral }) {
            ModelConfig config = modelShape(40, 24, 20, 2, 4, 2, 6);
            config.architecture = architecture;
            if (architecture == Architecture::Mistral)
                config.slidingWindow = 5;
            config.rotary.scaling = RotaryConfig::Scaling::Linear;
            config.rotary.factor = 2;
            Transformer model = lively(config, 6);
            const int64_t matrices = model.matrixElements();
            at::Tensor rest = model.flat().narrow(0, matrices, model.flat().numel() - matrices); // norms and biases
            rest.add_(at::sin(at::arange(rest.numel(), at::kFloat)), 0.4);
            Pair pair(std::move(model));
            std::vector<std::vector<int32_t>> sequences(1);
            for (int t = 0; t < 50; ++t)
                sequences[0].push_back(t * 7 % 40);
            compareScores(pair, sequences);
            compare(pair.gpu->generate(requests(3, 4, 20, 40), params(40)),
                pair.cpu.generate(requests(3, 4, 20, 40), params(40)));
        }
    }

    void cancelAndProgress()
    {
        Pair pair(lively(tinyModel(), 3));
        SamplingParams p = params(64);
        std::vector<double> heard;
        pair.gpu->generate(requests(2, 3, 5, 40), p, { .progress = [&](double share) { heard.push_back(share); } });
        QVERIFY(!heard.empty() && heard.back() == 1.0 && std::is_sorted(heard.begin(), heard.end()));
        std::atomic<bool> cancel { false };
        p.ignoreEos = true;
        const Groups cut = pair.gpu->generate(
            requests(2, 3, 5, 40), p, { .progress = [&](double) { cancel = true; }, .cancel = &cancel });
        QVERIFY(cut.size() == 2 && cut[1].size() == 3);
        for (const auto& group : cut)
            for (const SampledCompletion& c : group)
                QVERIFY(c.ids.empty() && c.logprob.empty());
        cancel = false;
        compare(pair.gpu->generate(requests(2, 3, 5, 40), p),
            pair.cpu.generate(requests(2, 3, 5, 40), p)); // and goes on as if nothing had been
    }

    void everyTokenIsReported()
    {
        Pair pair(lively(tinyModel(), 3));
        for (const int topK : { 0, 3 }) {
            SamplingParams p = params(40);
            p.alternatives = 4;
            p.topK = topK;
            const auto asked = requests(3, 4, 5, 40);
            const auto listen = [&](RolloutBackend& engine) {
                std::map<std::pair<size_t, size_t>, std::vector<TokenReport>> heard;
                const Groups got = engine.generate(asked, p, { .onToken = [&](const TokenReport& r) {
                    heard[{ r.prompt, r.completion }].push_back(r);
                } });
                for (size_t i = 0; i < got.size(); ++i)
                    for (size_t j = 0; j < got[i].size(); ++j) {
                        const std::vector<TokenReport>& reports = heard[{ i, j }];
                        std::vector<int32_t> ids;
                        for (const TokenReport& r : reports)
                            ids.push_back(r.id);
                        QTest::qCompare(ids, got[i][j].ids, "reported", "got", __FILE__, __LINE__);
                    }
                return heard;
            };
            auto gpu = listen(*pair.gpu), cpu = listen(pair.cpu);
            for (const auto& [key, reports] : cpu)
                for (size_t t = 0; t < reports.size(); ++t) {
                    const TokenReport &a = gpu[key].at(t), &b = reports[t];
                    QVERIFY(std::abs(a.logprob - b.logprob) < 1e-4 && std::abs(a.entropy - b.entropy) < 1e-4);
                    QCOMPARE(a.alternatives.size(), size_t(topK ? 3 : 4));
                    QCOMPARE(b.alternatives.size(), a.alternatives.size());
                    for (size_t n = 0; n < a.alternatives.size(); ++n) {
                        QCOMPARE(a.alternatives[n].id, b.alternatives[n].id);
                        QVERIFY(std::abs(a.alternatives[n].logprob - b.alternatives[n].logprob) < 1e-4);
                    }
                }
        }
    }

    void stopsWithTheWatch()
    {
        Pair pair(lively(tinyModel(), 3));
        const auto asked = requests(3, 4, 5, 40);
        size_t heard = 0, kept = 0;
        const GenerateHooks hooks { .onToken = [&](const TokenReport&) { ++heard; },
            .stopWatch
            = [] { return [seen = 0](int32_t token) mutable { return token % 5 == 0 && ++seen == 2 ? 1 : -1; }; } };
        const Groups got = pair.gpu->generate(asked, params(40), hooks);
        int stopped = 0;
        for (const auto& group : got)
            for (const SampledCompletion& c : group) {
                kept += c.ids.size();
                stopped += c.stopText == 1;
            }
        QCOMPARE(heard, kept);
        QVERIFY(stopped > 0);
        compare(got, pair.cpu.generate(asked, params(40), { .stopWatch = hooks.stopWatch }));
    }

    void refusals()
    {
        Pair pair(lively(tinyModel(), 3));
        const auto code = [&](const std::vector<int32_t>& ids, SamplingParams p) {
            try {
                pair.gpu->generate({ { ids, { Rng(1, Purpose::Sampling) } } }, p);
            } catch (const Failure& failure) {
                return QString::fromStdString(failure.error().code);
            }
            return QString("accepted");
        };
        QCOMPARE(code({ 3 }, params(10)), "accepted");
        QCOMPARE(code({ 40 }, params(10)), "token_out_of_range");
        QCOMPARE(code({ 3, 4 }, params(127)), "prompt_too_long");
        SamplingParams many = params(10);
        many.eosIds.assign(17, 1);
        QCOMPARE(code({ 3 }, many), "cuda_unsupported");
        ModelConfig wide = tinyModel();
        wide.headDim = 258;
        QVERIFY_EXCEPTION_THROWN(cuda::makeCudaRollout(wide), Failure);
        QVERIFY(pair.gpu->generate({}, params(10)).empty());
    }
};

QTEST_GUILESS_MAIN(TestCudaRollout)
#include "tst_cuda_rollout.moc"
