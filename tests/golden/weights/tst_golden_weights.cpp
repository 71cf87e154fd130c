// Weight files of the golden cases: GGUF metadata, tokenizer and tensors; embeddings of the model folders.

#include "core/weights/gguf_source.h"
#include "core/weights/gguf_tokenizer.h"
#include "core/weights/open_weights.h"
#include "core/weights/safetensors_source.h"
#include "tests/support/golden.h"

#include <QtTest>

using namespace aha;
using golden::Json;

namespace {

std::vector<float> valuesOf(const WeightSource& source, const std::string& name)
{
    const WeightEntry* entry = source.find(name);
    std::vector<float> values(entry ? entry->elements : 0);
    orThrow(source.read(name, values));
    return values;
}

template <class T> std::vector<T> rawOf(const WeightSource& source, const std::string& name)
{
    const std::string_view bytes = orThrow(source.raw(name));
    std::vector<T> values(bytes.size() / sizeof(T));
    std::memcpy(values.data(), bytes.data(), bytes.size());
    return values;
}

/// One metadata value of the golden JSON against the file's; floats are the file's float32 in decimal.
bool agrees(const GgufValue& value, const Json& expected)
{
    if (expected.is_boolean())
        return value.truth() && *value.truth() == expected.get<bool>();
    if (expected.is_number_integer())
        return value.integer() == expected.get<int64_t>();
    if (expected.is_number())
        return value.number() && golden::close(*value.number(), expected.get<double>(), 1e-12);
    if (!expected.is_string())
        return false;
    const std::string text = expected.get<std::string>();
    if (const std::string* own = value.string())
        return *own == text;
    const auto count = std::visit(
        [](const auto& held) -> size_t {
            if constexpr (requires { held.data(); })
                return held.size();
            return 0;
        },
        value.value);
    return text == std::to_string(count) + " entries";
}

} // namespace

class GoldenWeights : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void gguf()
    {
        const std::vector<Json> cases = golden::cases("expected/gguf");
        QVERIFY2(!cases.empty(), "no golden cases in expected/gguf");
        for (const Json& expected : cases) {
            const std::string name = expected.at("file").get<std::string>();
            const auto stored
                = orThrow(GgufSource::open((golden::folder().toStdString() + "/" + name), GgufNames::AsStored));
            const GgufFile& file = stored->file();
            QCOMPARE(file.version, expected.at("version").get<uint32_t>());
            QCOMPARE(file.alignment, expected.at("alignment").get<uint64_t>());
            for (const char* part : { "metadata", "tokenizer" })
                for (const auto& [key, value] : expected.at(part).items()) {
                    const GgufValue* own = file.find(key);
                    QVERIFY2(own && agrees(*own, value), (name + ": " + key).c_str());
                }
            QCOMPARE(file.metadata.size(), expected.at("metadata").size() + expected.at("tokenizer").size());
            QCOMPARE(file.tensors.size(), expected.at("tensors").size());
            for (size_t i = 0; i < file.tensors.size(); ++i) {
                const GgufTensor& tensor = file.tensors[i];
                const Json& entry = expected.at("tensors")[i];
                QCOMPARE(tensor.name, entry.at("name").get<std::string>());
                QCOMPARE(std::string(tensor.format->name), entry.at("ggml_type").get<std::string>());
                QCOMPARE(std::vector<int64_t>(tensor.shape.rbegin(), tensor.shape.rend()),
                    entry.at("ne").get<std::vector<int64_t>>());
                QCOMPARE(tensor.begin, entry.at("offset_in_file").get<uint64_t>());
            }
            const GgufTokenizer tokenizer = orThrow(ggufTokenizer(file));
            QVERIFY(!tokenizer.tokens.empty() && !tokenizer.merges.empty());
            compareWithFolder(name);
            qInfo("golden gguf: %s, %zu tensors", name.c_str(), file.tensors.size());
        }
        qInfo("golden gguf: %zu cases", cases.size());
    }

    void folders()
    {
        int count = 0;
        const QDir models(golden::folder() + "/models");
        for (const QString& name : models.entryList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Name)) {
            if (!QFile::exists(models.filePath(name + "/config.json")))
                continue;
            const auto opened = openWeights(models.filePath(name).toStdString());
            if (!opened.ok() && opened.error().code == "weights_none")
                continue; // a configuration alone
            QVERIFY2(opened.ok(), opened.ok() ? "" : opened.error().message.c_str());
            const auto& source = *opened;
            const auto expected = orThrow(SafetensorsSource::openFile(
                (golden::folder() + "/expected/models/" + name + ".safetensors").toStdString()));
            const std::vector<int64_t> ids = rawOf<int64_t>(*expected, "right.input_ids"),
                                       mask = rawOf<int64_t>(*expected, "right.attention_mask");
            const std::vector<float> embedding = valuesOf(*source, "model.embed_tokens.weight"),
                                     hidden = valuesOf(*expected, "right.hidden.0");
            const size_t width = hidden.size() / ids.size();
            size_t compared = 0;
            for (size_t i = 0; i < ids.size(); ++i)
                for (size_t d = 0; mask[i] && d < width; ++d, ++compared)
                    QCOMPARE(embedding[size_t(ids[i]) * width + d], hidden[i * width + d]); // bfloat16 too is exact
            QVERIFY(compared > 0);
            for (const WeightEntry& entry : source->entries()) // every tensor can be read
                QCOMPARE(valuesOf(*source, entry.name).size(), size_t(entry.elements));
            ++count;
        }
        QVERIFY2(count > 0, "no golden models");
        qInfo("golden models: embeddings of %d folders", count);
    }

private:
    /// The file was made from models/<architecture>: the same numbers, where that folder is among the cases.
    static void compareWithFolder(const std::string& name)
    {
        const auto source = orThrow(GgufSource::open(golden::folder().toStdString() + "/" + name));
        const auto config = orThrow(source->config());
        const std::string folder
            = golden::folder().toStdString() + "/models/" + config.at("model_type").get<std::string>();
        if (!std::filesystem::exists(folder + "/config.json")) {
            qInfo("golden gguf: %s has no model folder beside it to be compared with", name.c_str());
            return;
        }
        const auto reference = orThrow(openWeights(folder));
        for (const WeightEntry& entry : source->entries()) {
            QVERIFY2(reference->find(entry.name), entry.name.c_str());
            QCOMPARE(entry.shape, reference->find(entry.name)->shape);
            QVERIFY2(valuesOf(*source, entry.name) == valuesOf(*reference, entry.name), entry.name.c_str());
        }
        QCOMPARE(source->entries().size(), reference->entries().size());
        const auto theirs = orThrow(reference->config());
        for (const char* key : { "vocab_size", "hidden_size", "intermediate_size", "num_hidden_layers",
                 "num_attention_heads", "num_key_value_heads", "rms_norm_eps", "tie_word_embeddings" })
            QVERIFY2(config.at(key) == theirs.at(key), key);
    }
};

QTEST_GUILESS_MAIN(GoldenWeights)
#include "tst_golden_weights.moc"
