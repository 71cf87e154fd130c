// The fused decoder against a plain double-precision forward, and the properties that rollouts promise.

#include "core/rollout/packed_decoder.h"
#include "core/rollout/rollout_engine.h"
#include "core/rollout/scoring.h"
#include "tests/support/model_shape.h"

#include <QtTest>

#include <algorithm>
#include <atomic>
#include <cmath>

using namespace aha;

namespace {

/// Random weights with the storage behind them.
struct Model {
    ModelConfig config;
    std::vector<std::vector<float>> storage;
    DecoderWeights weights;

    Model(int64_t vocab, int64_t width, int64_t layers, int64_t heads, int64_t kv, int64_t headDim, int64_t inner,
        bool tied, uint64_t seed = 1)
    {
        config = modelShape(vocab, width, inner, layers, heads, kv, headDim, tied);
        Rng rng(seed, Purpose::Initialize);
        const auto random = [&](int64_t count, double scale, double centre) {
            storage.emplace_back();
            for (int64_t i = 0; i < count; ++i)
                storage.back().push_back(float(centre + scale * rng.normal()));
            return size_t(storage.size() - 1);
        };
        std::vector<size_t> index;
        for (int64_t l = 0; l < layers; ++l)
            for (const auto& [count, centre] :
                { std::pair<int64_t, double> { width, 1 }, { heads * headDim * width, 0 }, { kv * headDim * width, 0 },
                    { kv * headDim * width, 0 }, { width * heads * headDim, 0 }, { width, 1 }, { inner * width, 0 },
                    { inner * width, 0 }, { width * inner, 0 } })
                index.push_back(random(count, centre ? 0.1 : 0.3 / std::sqrt(double(width)) * 2, centre));
        const size_t embedding = random(vocab * width, 0.7, 0), norm = random(width, 0.1, 1),
                     head = tied ? embedding : random(vocab * width, 0.7, 0);
        weights.config = config;
        for (int64_t l = 0; l < layers; ++l) {
            const auto at = [&](int i) { return storage[index[size_t(l * 9 + i)]].data(); };
            weights.layers.push_back({ at(0), at(1), at(2), at(3), at(4), at(5), at(6), at(7), at(8) });
        }
        weights.embedding = storage[embedding].data();
        weights.finalNorm = storage[norm].data();
        weights.head = storage[head].data();
    }

    /// Every matrix replaced by what its packed form stands for.
    void roundWeights(WeightFormat format)
    {
        const auto round = [format](const float* data, int64_t rows, int64_t inputs) {
            PackedMatrix packed;
            packed.reshape(rows, inputs, format);
            packed.setRows(0, data, rows);
            for (int64_t r = 0; r < rows; ++r)
                packed.readRow(r, const_cast<float*>(data) + r * inputs); // it lies in `storage`
        };
        const ModelConfig& c = config;
        const int64_t attended = c.numAttentionHeads * c.headDim, keys = c.numKeyValueHeads * c.headDim;
        for (const DecoderWeights::Layer& layer : weights.layers) {
            round(layer.query, attended, c.hiddenSize);
            round(layer.key, keys, c.hiddenSize);
            round(layer.value, keys, c.hiddenSize);
            round(layer.output, c.hiddenSize, attended);
            round(layer.gate, c.intermediateSize, c.hiddenSize);
            round(layer.up, c.intermediateSize, c.hiddenSize);
            round(layer.down, c.hiddenSize, c.intermediateSize);
        }
        round(weights.embedding, c.vocabSize, c.hiddenSize);
        if (!c.tieWordEmbeddings)
            round(weights.head, c.vocabSize, c.hiddenSize);
    }

    /// Logits after every token, in doubles, straight from the formulas. `roundInputs`: inputs of products are rounded
    /// to int8 by groups, as with int8 weights.
    std::vector<std::vector<double>> reference(const std::vector<int32_t>& ids, bool roundInputs = false) const
    {
        const ModelConfig& c = config;
        using Row = std::vector<double>;
        const auto norm = [&](const Row& x, const float* w) {
            double sum = 0;
            for (const double v : x)
                sum += v * v;
            Row y(x.size());
            for (size_t i = 0; i < x.size(); ++i)
                y[i] = x[i] / std::sqrt(sum / double(x.size()) + c.rmsNormEps) * w[i];
            return y;
        };
        const auto multiply = [roundInputs](const float* w, int64_t rows, Row x) {
            constexpr size_t group = size_t(PackedMatrix::kGroup);
            for (size_t from = 0; roundInputs && from < x.size(); from += group) {
                const size_t to = std::min(x.size(), from + group);
                double largest = 0;
                for (size_t k = from; k < to; ++k)
                    largest = std::max(largest, std::abs(x[k]));
                for (size_t k = from; largest > 0 && k < to; ++k)
                    x[k] = std::nearbyint(x[k] / largest * 127) * largest / 127;
            }
            Row y(static_cast<size_t>(rows));
            for (int64_t r = 0; r < rows; ++r)
                for (size_t k = 0; k < x.size(); ++k)
                    y[size_t(r)] += double(w[size_t(r) * x.size() + k]) * x[k];
            return y;
        };
        const auto rotate = [&](Row& heads, int64_t count, int64_t position) {
            for (int64_t h = 0; h < count; ++h)
                for (int64_t i = 0; i < c.headDim / 2; ++i) {
                    const double angle
                        = double(position) * std::pow(c.rotary.theta, -2.0 * double(i) / double(c.headDim));
                    double &a = heads[size_t(h * c.headDim + i)], &b = heads[size_t(h * c.headDim + i + c.headDim / 2)];
                    const double first = a * std::cos(angle) - b * std::sin(angle);
                    b = b * std::cos(angle) + a * std::sin(angle);
                    a = first;
                }
        };
        std::vector<Row> x;
        for (const int32_t id : ids)
            x.emplace_back(weights.embedding + id * c.hiddenSize, weights.embedding + (id + 1) * c.hiddenSize);
        for (const DecoderWeights::Layer& layer : weights.layers) {
            std::vector<Row> q, k, v;
            for (size_t t = 0; t < x.size(); ++t) {
                const Row y = norm(x[t], layer.attentionNorm);
                q.push_back(multiply(layer.query, c.numAttentionHeads * c.headDim, y));
                k.push_back(multiply(layer.key, c.numKeyValueHeads * c.headDim, y));
                v.push_back(multiply(layer.value, c.numKeyValueHeads * c.headDim, y));
                rotate(q.back(), c.numAttentionHeads, int64_t(t));
                rotate(k.back(), c.numKeyValueHeads, int64_t(t));
            }
            for (size_t t = 0; t < x.size(); ++t) {
                Row out(size_t(c.numAttentionHeads * c.headDim));
                for (int64_t h = 0; h < c.numAttentionHeads; ++h) {
                    const int64_t kv = h / (c.numAttentionHeads / c.numKeyValueHeads);
                    Row p(t + 1);
                    double sum = 0;
                    for (size_t j = 0; j <= t; ++j) {
                        double dot = 0;
                        for (int64_t d = 0; d < c.headDim; ++d)
                            dot += q[t][size_t(h * c.headDim + d)] * k[j][size_t(kv * c.headDim + d)];
                        sum += p[j] = std::exp(dot / std::sqrt(double(c.headDim)));
                    }
                    for (size_t j = 0; j <= t; ++j)
                        for (int64_t d = 0; d < c.headDim; ++d)
                            out[size_t(h * c.headDim + d)] += p[j] / sum * v[j][size_t(kv * c.headDim + d)];
                }
                const Row projected = multiply(layer.output, c.hiddenSize, out);
                for (size_t i = 0; i < x[t].size(); ++i)
                    x[t][i] += projected[i];
                const Row y = norm(x[t], layer.mlpNorm);
                Row gate = multiply(layer.gate, c.intermediateSize, y);
                const Row up = multiply(layer.up, c.intermediateSize, y);
                for (size_t i = 0; i < gate.size(); ++i)
                    gate[i] = gate[i] / (1 + std::exp(-gate[i])) * up[i];
                const Row down = multiply(layer.down, c.hiddenSize, gate);
                for (size_t i = 0; i < x[t].size(); ++i)
                    x[t][i] += down[i];
            }
        }
        std::vector<Row> logits;
        for (const Row& row : x)
            logits.push_back(multiply(weights.head, c.vocabSize, norm(row, weights.finalNorm)));
        return logits;
    }
};

std::vector<PromptRequest> requests(int prompts, int samples, uint64_t seed, int64_t vocab)
{
    std::vector<PromptRequest> all;
    Rng rng(seed, Purpose::Problem);
    for (int i = 0; i < prompts; ++i) {
        PromptRequest request;
        for (int64_t t = 0, n = 1 + int64_t(rng.below(20)); t < n; ++t)
            request.promptIds.push_back(int32_t(rng.below(uint64_t(vocab))));
        for (int j = 0; j < samples; ++j)
            request.streams.emplace_back(seed, Purpose::Sampling, uint64_t(i), uint64_t(j));
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

} // namespace

class TestRollout : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void logitsEqualPlainArithmetic_data()
    {
        QTest::addColumn<QList<int>>("shape"); // vocab, width, layers, heads, kv, headDim, inner, tied
        QTest::newRow("demo") << QList<int> { 158, 128, 4, 4, 2, 32, 352, 1 };
        QTest::newRow("odd sizes") << QList<int> { 7, 13, 2, 3, 1, 6, 13, 0 };
        QTest::newRow("one head, width 2") << QList<int> { 33, 24, 1, 1, 1, 2, 17, 1 };
        QTest::newRow("wide heads") << QList<int> { 50, 48, 3, 4, 4, 64, 40, 0 };
    }

    void logitsEqualPlainArithmetic()
    {
        QFETCH(QList<int>, shape);
        const Model m(shape[0], shape[1], shape[2], shape[3], shape[4], shape[5], shape[6], shape[7]);
        std::vector<int32_t> ids;
        Rng rng(3, Purpose::Problem);
        for (int t = 0; t < 37; ++t)
            ids.push_back(int32_t(rng.below(uint64_t(shape[0]))));
        Workers workers(1);
        const ScoredSequence scored = scoreSequences(m.weights, { ids }, 0.7, workers, true)[0];
        const auto expected = m.reference(ids);
        for (size_t t = 0; t < ids.size(); ++t) {
            double sum = 0, entropy = 0;
            for (int v = 0; v < shape[0]; ++v)
                sum += std::exp(expected[t][size_t(v)] / 0.7);
            for (int v = 0; v < shape[0]; ++v) {
                QVERIFY2(std::abs(scored.logits[t * size_t(shape[0]) + size_t(v)] - expected[t][size_t(v)]) < 1e-4,
                    qPrintable(QString("token %1").arg(t)));
                const double p = std::exp(expected[t][size_t(v)] / 0.7) / sum;
                entropy -= p > 0 ? p * std::log(p) : 0;
            }
            if (t + 1 < ids.size()) {
                QVERIFY(std::abs(scored.logprob[t] - (expected[t][size_t(ids[t + 1])] / 0.7 - std::log(sum))) < 1e-4);
                QVERIFY(std::abs(scored.entropy[t] - entropy) < 1e-4);
            }
        }
    }

    void lowPrecisionIsPlainArithmeticOnRoundedWeights_data()
    {
        QTest::addColumn<int>("format");
        QTest::addColumn<bool>("tied");
        QTest::newRow("bfloat16") << int(WeightFormat::BFloat16) << false;
        QTest::newRow("bfloat16, tied") << int(WeightFormat::BFloat16) << true;
        QTest::newRow("int8") << int(WeightFormat::Int8) << false;
        QTest::newRow("int8, tied") << int(WeightFormat::Int8) << true;
    }

    void lowPrecisionIsPlainArithmeticOnRoundedWeights()
    {
        QFETCH(int, format);
        QFETCH(bool, tied);
        const WeightFormat stored = WeightFormat(format);
        Model m(50, 72, 2, 4, 2, 18, 100, tied); // 72 and 100 are no multiples of a group
        std::vector<int32_t> ids;
        Rng rng(3, Purpose::Problem);
        for (int t = 0; t < 21; ++t)
            ids.push_back(int32_t(rng.below(50)));
        Workers workers(2);
        const auto got = scoreSequences(m.weights, { ids }, 1.0, workers, true, stored)[0],
                   precise = scoreSequences(m.weights, { ids }, 1.0, workers, true)[0];
        m.roundWeights(stored);
        const auto expected = m.reference(ids, stored == WeightFormat::Int8);
        double rounding = 0, worst = 0;
        for (size_t t = 0; t < ids.size(); ++t)
            for (size_t v = 0; v < 50; ++v) {
                worst = std::max(worst, std::abs(got.logits[t * 50 + v] - expected[t][v]));
                rounding = std::max(rounding, double(std::abs(got.logits[t * 50 + v] - precise.logits[t * 50 + v])));
            }
        // An input that lies between two of its 255 steps may go either way.
        QVERIFY2(worst < (stored == WeightFormat::Int8 ? 0.05 : 1e-4), qPrintable(QString::number(worst)));
        QVERIFY2(rounding > 2 * worst && rounding < 1, qPrintable(QString::number(rounding)));
    }

    void sharedPassesGiveTheSameBits_data()
    {
        QTest::addColumn<int>("format");
        QTest::newRow("float32") << int(WeightFormat::Float32);
        QTest::newRow("bfloat16") << int(WeightFormat::BFloat16);
        QTest::newRow("int8") << int(WeightFormat::Int8);
    }

    void sharedPassesGiveTheSameBits()
    {
        QFETCH(int, format);
        const Model m(160, 72, 2, 4, 2, 18, 100, true);
        auto asked = requests(2, 2, 23, 160);
        for (int32_t t = 0; t < 70; ++t) // longer than a pass
            asked[1].promptIds.push_back(t);
        const PackedDecoder decoder(m.config, WeightFormat(format));
        std::vector<std::vector<SampledCompletion>> first;
        std::vector<ScoredSequence> scores;
        for (const int threads : { 1, 2, 5 }) { // the last one shares passes
            QCOMPARE(sharesPasses(decoder, 4, threads), threads > 4);
            Workers workers(threads);
            RolloutEngine engine(m.config, workers, WeightFormat(format));
            engine.setWeights(m.weights);
            const auto got = engine.generate(asked, params(30));
            const auto scored
                = scoreSequences(m.weights, { asked[1].promptIds }, 1.0, workers, true, WeightFormat(format));
            if (first.empty()) {
                first = got;
                scores = scored;
            }
            QVERIFY(scored[0].logits == scores[0].logits && scored[0].logprob == scores[0].logprob);
            for (size_t i = 0; i < 2; ++i)
                for (size_t j = 0; j < 2; ++j) {
                    QCOMPARE(got[i][j].ids, first[i][j].ids);
                    QVERIFY(got[i][j].logprob == first[i][j].logprob && got[i][j].entropy == first[i][j].entropy);
                }
        }
        QVERIFY(first[0][0].ids != first[1][0].ids && first[1][0].ids.size() > 5);
    }

    /// A prompt of thousands of tokens takes seconds: whoever cancels does not wait for its end.
    void aCancelIsHeardBetweenThePassesOfAPrompt()
    {
        const Model m(60, 32, 2, 4, 2, 8, 48, true);
        for (const int threads : { 2, 5 }) { // each its own passes, and shared ones
            Workers workers(threads);
            RolloutEngine engine(m.config, workers);
            engine.setWeights(m.weights);
            auto asked = requests(2, 2, 3, 60);
            asked[1].promptIds.assign(90, 7);
            std::atomic<bool> cancel { false };
            engine.generate(asked, params(4), { .cancel = &cancel });
            QCOMPARE(engine.lastStats().prefillTokens, int64_t(asked[0].promptIds.size()) + 90);
            cancel = true;
            const auto nothing = engine.generate(asked, params(4), { .cancel = &cancel });
            QCOMPARE(engine.lastStats().prefillTokens, int64_t(0));
            QVERIFY(nothing.size() == 2 && nothing[1].size() == 2 && nothing[1][0].ids.empty());
            cancel = false;
            QVERIFY(!engine.generate(asked, params(4), { .cancel = &cancel })[1][0].ids.empty()); // and it goes on
        }
    }

    void aThrowingHookEndsTheRollout()
    {
        const Model m(60, 32, 2, 4, 2, 8, 48, true);
        for (const int threads : { 2, 3 }) { // each its own passes, and shared ones
            Workers workers(threads);
            RolloutEngine engine(m.config, workers);
            engine.setWeights(m.weights);
            const auto asked = requests(2, 1, 3, 60);
            QVERIFY_EXCEPTION_THROWN(engine.generate(asked, params(40),
                                         { .onToken = [](const TokenReport&) { throw std::runtime_error("enough"); } }),
                std::runtime_error);
            QCOMPARE(engine.generate(asked, params(40)).size(), size_t(2)); // and the engine goes on
        }
    }

    void tiedEmbeddingsAreStoredOnce()
    {
        const ModelConfig tied = modelShape(500, 64, 64, 1, 2, 2, 32, true),
                          loose = modelShape(500, 64, 64, 1, 2, 2, 32, false);
        for (const auto& [format, perWeight] : { std::pair { WeightFormat::Float32, 4.0 },
                 std::pair { WeightFormat::BFloat16, 2.0 }, std::pair { WeightFormat::Int8, 1.125 } })
            QCOMPARE(double(PackedDecoder(loose, format).bytes() - PackedDecoder(tied, format).bytes()),
                perWeight * 512 * 64);
    }

    void cachedDecodingAgreesWithScoring()
    {
        const Model m(60, 32, 2, 4, 2, 8, 48, true);
        Workers workers(2);
        RolloutEngine engine(m.config, workers);
        engine.setWeights(m.weights);
        const auto asked = requests(5, 7, 11, 60);
        const auto got = engine.generate(asked, params(40));
        for (size_t i = 0; i < asked.size(); ++i)
            for (const SampledCompletion& c : got[i]) {
                std::vector<int32_t> ids = asked[i].promptIds;
                ids.insert(ids.end(), c.ids.begin(), c.ids.end());
                const ScoredSequence scored = scoreSequences(m.weights, { ids }, 1.0, workers)[0];
                for (size_t t = 0; t < c.ids.size(); ++t) {
                    QVERIFY(std::abs(c.logprob[t] - scored.logprob[asked[i].promptIds.size() - 1 + t]) < 1e-4);
                    QVERIFY(std::abs(c.entropy[t] - scored.entropy[asked[i].promptIds.size() - 1 + t]) < 1e-4);
                }
            }
    }

    void completionsDoNotDependOnThreadsOrBatch()
    {
        const Model m(60, 32, 2, 4, 2, 8, 48, true);
        const auto asked = requests(9, 5, 21, 60);
        std::vector<std::vector<SampledCompletion>> first;
        for (const int threads : { 1, 2, 3 }) {
            Workers workers(threads);
            RolloutEngine engine(m.config, workers);
            engine.setWeights(m.weights);
            const auto got = engine.generate(asked, params(50));
            if (first.empty())
                first = got;
            const auto alone = engine.generate({ asked[4] }, params(50));
            for (size_t i = 0; i < asked.size(); ++i)
                for (size_t j = 0; j < 5; ++j) {
                    QCOMPARE(got[i][j].ids, first[i][j].ids);
                    QVERIFY(got[i][j].logprob == first[i][j].logprob); // bit for bit
                }
            for (size_t j = 0; j < 5; ++j) {
                QCOMPARE(alone[0][j].ids, first[4][j].ids);
                QVERIFY(alone[0][j].logprob == first[4][j].logprob);
            }
        }
        const bool streamsDiffer
            = std::any_of(first.begin(), first.end(), [](const auto& group) { return group[0].ids != group[1].ids; });
        QVERIFY(streamsDiffer);
    }

    void nothingIsDecodedPastTheEnd()
    {
        const Model m(20, 32, 1, 2, 2, 16, 24, true);
        Workers workers(2);
        RolloutEngine engine(m.config, workers);
        engine.setWeights(m.weights);
        const auto got = engine.generate(requests(6, 20, 5, 20), params(60));
        int64_t decoded = 0, ended = 0;
        for (const auto& group : got)
            for (const SampledCompletion& c : group) {
                QVERIFY(!c.ids.empty() && c.ids.size() <= 60);
                decoded += int64_t(c.ids.size()) - 1; // the first token comes from the prompt's own pass
                for (size_t t = 0; t + 1 < c.ids.size(); ++t)
                    QVERIFY(c.ids[t] != 1);
                QCOMPARE(c.finish == FinishReason::Stop, c.ids.back() == 1);
                ended += c.finish == FinishReason::Stop;
            }
        QVERIFY(ended > 0);
        QCOMPARE(engine.lastStats().decodedTokens, decoded);
    }

    void greedyTakesTheLargest()
    {
        const Model m(40, 32, 2, 4, 2, 8, 48, false);
        Workers workers(1);
        RolloutEngine engine(m.config, workers);
        engine.setWeights(m.weights);
        SamplingParams p = params(20);
        p.temperature = 0;
        p.ignoreEos = true;
        const auto asked = requests(2, 2, 9, 40);
        const auto got = engine.generate(asked, p);
        QCOMPARE(got[0][0].ids, got[0][1].ids);
        QCOMPARE(got[0][0].ids.size(), size_t(20));
        std::vector<int32_t> ids = asked[0].promptIds;
        for (const int32_t id : got[0][0].ids) {
            const std::vector<double> logits = m.reference(ids).back();
            QCOMPARE(int32_t(std::max_element(logits.begin(), logits.end()) - logits.begin()), id);
            ids.push_back(id);
        }
    }

    void hooksHearEveryTokenInOrder()
    {
        const Model m(60, 32, 2, 4, 2, 8, 48, true);
        Workers workers(3);
        RolloutEngine engine(m.config, workers);
        engine.setWeights(m.weights);
        const auto asked = requests(6, 5, 31, 60);
        for (const bool filtered : { false, true }) {
            SamplingParams p = params(40);
            p.alternatives = 5;
            p.topK = filtered ? 3 : 0;
            std::vector<std::vector<SampledCompletion>> heard(6, std::vector<SampledCompletion>(5));
            std::atomic<int> inside { 0 };
            bool overlapped = false, ordered = true, listed = true;
            const auto got = engine.generate(asked, p, { .onToken = [&](const TokenReport& r) {
                overlapped = overlapped || inside.fetch_add(1) > 0;
                SampledCompletion& c = heard[r.prompt][r.completion];
                c.ids.push_back(r.id);
                c.logprob.push_back(r.logprob);
                c.entropy.push_back(r.entropy);
                listed = listed && r.alternatives.size() == (filtered ? 3 : 5);
                double total = 0;
                for (size_t a = 0; a < r.alternatives.size(); ++a) {
                    total += std::exp(double(r.alternatives[a].logprob));
                    ordered = ordered && (a == 0 || r.alternatives[a].logprob <= r.alternatives[a - 1].logprob);
                    if (r.alternatives[a].id == r.id)
                        listed = listed && std::abs(r.alternatives[a].logprob - r.logprob) < 1e-5;
                }
                listed = listed && (filtered ? std::abs(total - 1) < 1e-5 : total < 1);
                --inside;
            } });
            QVERIFY(!overlapped && ordered && listed);
            for (size_t i = 0; i < 6; ++i)
                for (size_t j = 0; j < 5; ++j) {
                    QCOMPARE(heard[i][j].ids, got[i][j].ids);
                    QVERIFY(heard[i][j].logprob == got[i][j].logprob && heard[i][j].entropy == got[i][j].entropy);
                }
        }
    }

    void aStopWatchEndsACompletion()
    {
        const Model m(60, 32, 2, 4, 2, 8, 48, true);
        const auto asked = requests(3, 2, 31, 60);
        for (const int threads : { 2, 7 }) {
            Workers workers(threads);
            RolloutEngine engine(m.config, workers);
            engine.setWeights(m.weights);
            const auto whole = engine.generate(asked, params(40));
            // Stops at the second token divisible by 3, as a text over two tokens would.
            const auto got = engine.generate(asked, params(40), { .stopWatch = [] {
                return [seen = 0](int32_t token) mutable { return token % 3 == 0 && ++seen == 2 ? 3 : -1; };
            } });
            int stopped = 0;
            for (size_t i = 0; i < asked.size(); ++i)
                for (size_t j = 0; j < 2; ++j) {
                    const std::vector<int32_t>& all = whole[i][j].ids;
                    size_t end = 0;
                    int thirds = 0;
                    while (end < all.size() && thirds < 2)
                        thirds += all[end++] % 3 == 0;
                    QCOMPARE(got[i][j].ids, std::vector<int32_t>(all.begin(), all.begin() + long(end)));
                    QCOMPARE(got[i][j].logprob.size(), end);
                    QCOMPARE(got[i][j].entropy.size(), end);
                    QCOMPARE(got[i][j].stopText, thirds == 2 ? 3 : -1);
                    if (thirds == 2)
                        QVERIFY(got[i][j].finish == FinishReason::Stop);
                    stopped += thirds == 2;
                }
            QVERIFY(stopped > 0);
        }
    }

    void badRequestsAreRefused()
    {
        const Model m(20, 32, 1, 2, 2, 16, 24, true);
        Workers workers(1);
        RolloutEngine engine(m.config, workers);
        engine.setWeights(m.weights);
        const auto code = [&](std::vector<int32_t> ids, int longest) {
            try {
                engine.generate({ { std::move(ids), { Rng(0, Purpose::Sampling) } } }, params(longest));
            } catch (const Failure& failure) {
                return failure.error().code;
            }
            return std::string("accepted");
        };
        QCOMPARE(code({ 3 }, 10), "accepted");
        QCOMPARE(code({ 20 }, 10), "token_out_of_range");
        QCOMPARE(code({ -1 }, 10), "token_out_of_range");
        QCOMPARE(code({ 3, 4 }, 255), "prompt_too_long");
        QCOMPARE(code({}, 10), "prompt_empty");
    }
};

QTEST_GUILESS_MAIN(TestRollout)
#include "tst_rollout.moc"
