// AdamW with clipping against torch, and every schedule against transformers.

#include "core/algo/adamw.h"
#include "core/config/learning_rate.h"
#include "tests/support/golden.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/tensor.h>
#include <QtTest>

using namespace aha;
using golden::Json;

namespace {

void flatten(const Json& json, std::vector<float>& out)
{
    if (json.is_array())
        for (const Json& one : json)
            flatten(one, out);
    else
        out.push_back(json.get<float>());
}

std::vector<float> flat(const Json& json)
{
    std::vector<float> out;
    flatten(json, out);
    return out;
}

OptimizerConfig scheduleOf(const Json& config)
{
    OptimizerConfig c;
    c.schedule = config["lr_scheduler_type"];
    c.learningRate = config["learning_rate"];
    c.warmupSteps = config["num_warmup_steps"];
    const Json& more = config["lr_scheduler_kwargs"];
    if (more.contains("min_lr"))
        c.minRateRatio = more["min_lr"].get<double>() / c.learningRate;
    if (c.schedule == "polynomial")
        c.minRateRatio = more.value("lr_end", 1e-7) / c.learningRate;
    for (const char* key : { "min_lr_rate", "min_lr_ratio" })
        c.minRateRatio = more.value(key, c.minRateRatio);
    c.cycles = more.value("num_cycles", c.cycles);
    c.decaySteps = more.value("num_decay_steps", c.decaySteps);
    c.warmupShape = more.value("warmup_type", c.warmupShape);
    c.decayShape = more.value("decay_type", c.decayShape);
    c.power = more.value("power", c.power);
    return c;
}

} // namespace

class GoldenOptimizer : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyCase()
    {
        int adamw = 0, schedules = 0;
        for (const Json& c : golden::cases("algorithms/optimizer")) {
            const std::string reference = c["reference"], name = c["name"];
            if (reference.find("AdamW") != std::string::npos) {
                checkAdamW(c, name);
                ++adamw;
            } else if (reference.find("get_scheduler") != std::string::npos) {
                checkSchedule(c, name);
                ++schedules;
            } else {
                QFAIL(("unknown case: " + name + ", " + reference).c_str());
            }
            if (QTest::currentTestFailed())
                return;
        }
        qInfo("golden algorithms/optimizer: %d cases", adamw + schedules);
        QVERIFY(adamw > 0 && schedules > 0);
    }

private:
    static void checkSchedule(const Json& c, const std::string& name)
    {
        const OptimizerConfig config = scheduleOf(c["config"]);
        const int64_t total = c["config"]["num_training_steps"];
        const std::vector<double> expected = c["expected"]["lr"];
        for (size_t i = 0; i < expected.size(); ++i) {
            const double rate = learningRate(config, int64_t(i), total);
            QVERIFY2(std::abs(rate - expected[i]) <= 1e-9 * expected[i] + 1e-18,
                (name + " at " + std::to_string(i) + ": " + std::to_string(rate)).c_str());
        }
    }

    /// The decayed parameters must come first, as in a flat buffer.
    static void checkAdamW(const Json& c, const std::string& name)
    {
        const std::vector<double> decays = c["config"]["weight_decay"];
        OptimizerConfig config;
        config.weightDecay = 0;
        int64_t decayed = 0;
        for (size_t i = 0; i < decays.size(); ++i) {
            QVERIFY2(decays[i] == 0 || i == 0 || decays[i] == decays[i - 1], name.c_str());
            if (decays[i] != 0) {
                config.weightDecay = decays[i];
                decayed += int64_t(flat(c["inputs"]["initial"][i]).size());
            }
        }
        config.beta1 = c["config"]["betas"][0];
        config.beta2 = c["config"]["betas"][1];
        config.adamEpsilon = c["config"]["eps"];
        at::Tensor parameters_P = at::tensor(flat(c["inputs"]["initial"]));
        AdamW optimizer(parameters_P, decayed);
        for (size_t step = 0; step < c["inputs"]["grads"].size(); ++step) {
            at::Tensor gradient_P = at::tensor(flat(c["inputs"]["grads"][step]));
            const Json& limit = c["config"]["max_grad_norm"];
            const double norm = clipGradient(gradient_P, limit.is_number() ? limit.get<double>() : 1e30);
            QVERIFY2(golden::close(norm, golden::number(c["expected"]["grad_norm_before_clip"][step])), name.c_str());
            optimizer.update(parameters_P, gradient_P, config, c["config"]["lr"]);
            const std::vector<float> expected = flat(c["expected"]["parameters"][step]);
            for (size_t i = 0; i < expected.size(); ++i)
                QVERIFY2(golden::close(parameters_P[int64_t(i)].item<float>(), expected[i]),
                    (name + " step " + std::to_string(step)).c_str());
        }
    }
};

QTEST_GUILESS_MAIN(GoldenOptimizer)
#include "tst_golden_optimizer.moc"
