// The filters of sampling against transformers: kept sets exact, probabilities to 1e-6, and drawing follows them.

#include "core/rollout/sampler.h"
#include "tests/support/golden.h"

#include <QtTest>

#include <set>

using namespace aha;
using golden::Json;

namespace {

/// Settings of one result; an unknown one is named.
SamplingParams paramsOf(const Json& settings, std::string& unknown)
{
    SamplingParams p;
    for (const auto& [key, value] : settings.items()) {
        if (key == "temperature")
            p.temperature = value;
        else if (key == "top_k")
            p.topK = value;
        else if (key == "top_p")
            p.topP = value;
        else if (key == "min_p")
            p.minP = value;
        else if (key == "repetition_penalty")
            p.repetitionPenalty = value;
        else
            unknown = key;
    }
    return p;
}

} // namespace

class GoldenSampler : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void generation()
    {
        const QByteArray text = golden::bytes(golden::folder() + "/expected/generation.json");
        QVERIFY2(!text.isEmpty(), "no expected/generation.json");
        const Json file = Json::parse(text.begin(), text.end());
        int checked = 0;
        for (const Json& vector : file["vectors"]) {
            const std::vector<float> logits = vector["logits"];
            const std::vector<int32_t> seen = vector["previous_ids"];
            for (const Json& result : vector["results"]) {
                std::string unknown;
                const SamplingParams params = paramsOf(result["settings"], unknown);
                const std::string name
                    = "vector " + std::to_string(&vector - &file["vectors"][0]) + " " + result["settings"].dump();
                QVERIFY2(unknown.empty(), ("unknown sampling option " + unknown).c_str());
                checkResult(name, logits, seen, params, result);
                if (QTest::currentTestFailed())
                    return;
                ++checked;
            }
        }
        QVERIFY(checked > 0);
        qInfo("golden expected/generation.json: %d cases", checked);
    }

private:
    static void checkResult(const std::string& name, const std::vector<float>& logits, const std::vector<int32_t>& seen,
        const SamplingParams& params, const Json& result)
    {
        const std::vector<double> p = filteredProbabilities(logits, params, seen);
        std::vector<size_t> kept;
        std::vector<double> probabilities;
        for (size_t i = 0; i < p.size(); ++i)
            if (p[i] > 0) {
                kept.push_back(i);
                probabilities.push_back(p[i]);
            }
        std::vector<double> want = result["probs"];
        if (result["boundary_tie"]) { // which of the equal tokens stays is free
            std::sort(want.begin(), want.end());
            std::sort(probabilities.begin(), probabilities.end());
        } else {
            QVERIFY2(Json(kept) == result["kept"],
                (name + ": kept " + Json(kept).dump() + " instead of " + result["kept"].dump()).c_str());
        }
        QVERIFY2(want.size() == probabilities.size(), name.c_str());
        for (size_t i = 0; i < want.size(); ++i)
            QVERIFY2(std::abs(want[i] - probabilities[i]) <= 1e-6,
                (name + ": " + std::to_string(probabilities[i]) + " instead of " + std::to_string(want[i])).c_str());
        // Drawing keeps to the filtered distribution and reports its log-prob and entropy.
        Rng rng(1, Purpose::Sampling, uint64_t(kept.size()), uint64_t(want[0] * 1e9));
        SamplerScratch scratch;
        double entropy = 0;
        for (const double probability : probabilities)
            entropy -= probability * std::log(probability);
        for (int i = 0; i < 20; ++i) {
            const Draw draw = drawToken(logits, params, seen, rng, scratch);
            QVERIFY2(p[size_t(draw.token)] > 0, name.c_str());
            QVERIFY2(std::abs(draw.logprob - std::log(p[size_t(draw.token)])) < 1e-5
                    && std::abs(draw.entropy - entropy) < 1e-5,
                name.c_str());
        }
    }
};

QTEST_GUILESS_MAIN(GoldenSampler)
#include "tst_golden_sampler.moc"
