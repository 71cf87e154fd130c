// Logits and log-probs of tiny models against transformers.

#include "core/base/files.h"
#include "core/engine/engine_context.h"
#include "core/weights/safetensors.h"
#include "core/rollout/scoring.h"
#include "tests/support/golden.h"

#include <QtTest>

#include <cstring>

using namespace aha;
using golden::Json;

namespace {

template <class T>
std::vector<T> valuesOf(const std::string& file, const SafetensorsHeader& header, const std::string& name)
{
    const SafetensorsEntry& entry = header.tensors.at(name);
    std::vector<T> values((entry.end - entry.begin) / sizeof(T));
    std::memcpy(values.data(), file.data() + header.dataOffset + entry.begin, entry.end - entry.begin);
    return values;
}

} // namespace

class GoldenModels : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void folders_data()
    {
        QTest::addColumn<QString>("name");
        const QDir models(golden::folder() + "/models");
        for (const QString& name : models.entryList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Name))
            if (QFile::exists(models.filePath(name + "/config.json")))
                QTest::newRow(qPrintable(name)) << name;
    }
    void folders()
    {
        QFETCH(QString, name);
        const std::string folder = (golden::folder() + "/models/" + name).toStdString();
        const Result<ModelConfig> config = readModelConfig(folder);
        if (!config) {
            QVERIFY2(config.error().code == "model_architecture_unknown", config.error().message.c_str());
            qInfo(
                "golden models/%s: refused, not implemented yet: %s", qPrintable(name), config.error().message.c_str());
            return;
        }
        const Transformer model = orThrow(Transformer::load(folder));
        const std::string file
            = orThrow(readFile((golden::folder() + "/expected/models/" + name + ".safetensors").toStdString()));
        const SafetensorsHeader header = orThrow(parseSafetensors(file));
        const std::vector<int64_t> ids = valuesOf<int64_t>(file, header, "right.input_ids"),
                                   mask = valuesOf<int64_t>(file, header, "right.attention_mask");
        const std::vector<float> logits = valuesOf<float>(file, header, "right.logits"),
                                 logprobs = valuesOf<float>(file, header, "right.label_logprobs");
        const std::vector<int64_t>& shape = header.tensors.at("right.logits").shape;
        const size_t B = size_t(shape[0]), T = size_t(shape[1]), V = size_t(shape[2]);
        const auto workers = makeWorkers(1);
        for (size_t b = 0; b < B; ++b) {
            std::vector<int32_t> sequence;
            for (size_t t = 0; t < T && mask[b * T + t]; ++t)
                sequence.push_back(int32_t(ids[b * T + t]));
            const ScoredSequence scored
                = scoreSequences(decoderWeights(model), { sequence }, 1.0, *workers, /*keepLogits=*/true)[0];
            for (size_t i = 0; i < sequence.size() * V; ++i)
                QVERIFY2(std::abs(scored.logits[i] - logits[b * T * V + i]) < 1e-4,
                    qPrintable(QString("sequence %1, position %2").arg(b).arg(i / V)));
            for (size_t t = 0; t + 1 < sequence.size(); ++t)
                QVERIFY2(std::abs(scored.logprob[t] - logprobs[b * (T - 1) + t]) < 1e-4,
                    qPrintable(QString("sequence %1, label %2").arg(b).arg(t)));
        }
        qInfo("golden models/%s: %d cases", qPrintable(name), int(B));
    }
};

QTEST_GUILESS_MAIN(GoldenModels)
#include "tst_golden_models.moc"
