// A model folder's config.json: what is read, what is refused, and that nothing is passed over in silence.

#include "core/config/model_config.h"

#include <nlohmann/json.hpp>

#include <QtTest>

using namespace aha;
using Json = nlohmann::ordered_json;

namespace {

ModelConfig small()
{
    ModelConfig c;
    c.vocabSize = 100;
    c.hiddenSize = 32;
    c.intermediateSize = 64;
    c.numHiddenLayers = 2;
    c.numAttentionHeads = 4;
    c.numKeyValueHeads = 2;
    c.headDim = 8;
    c.maxPositionEmbeddings = 256;
    c.bosTokenId = 1;
    c.eosTokenIds = { 2 };
    return c;
}

} // namespace

class TestModelConfig : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void roundTrip()
    {
        for (const bool tied : { true, false }) {
            ModelConfig c = small();
            c.tieWordEmbeddings = tied;
            c.rotary.theta = 500000;
            c.rmsNormEps = 1e-5;
            write(QByteArray::fromStdString(modelConfigJson(c)));
            const Result<ModelConfig> back = readModelConfig(folder());
            QVERIFY2(back.ok(), back.ok() ? "" : back.error().message.c_str());
            QCOMPARE(modelConfigJson(*back), modelConfigJson(c));
        }
    }

    void parameterCount() // by hand: embeddings 3200, per layer 32*8*12 + 3*32*64 + 64, norm 32
    {
        QCOMPARE(small().parameterCount(), int64_t(3200 + 2 * (3072 + 6144 + 64) + 32));
        ModelConfig untied = small();
        untied.tieWordEmbeddings = false;
        QCOMPARE(untied.parameterCount() - small().parameterCount(), int64_t(3200));
    }

    void bothDialects()
    {
        Json json = Json::parse(modelConfigJson(small()));
        json.erase("rope_theta");
        json.erase("head_dim");
        json["rope_parameters"] = { { "rope_theta", 123456.0 }, { "rope_type", "default" } }; // transformers 5
        write(QByteArray::fromStdString(json.dump()));
        const Result<ModelConfig> c = readModelConfig(folder());
        QVERIFY2(c.ok(), c.ok() ? "" : c.error().message.c_str());
        QCOMPARE(c->rotary.theta, 123456.0);
        QCOMPARE(c->headDim, int64_t(8)); // hidden_size / heads
    }

    void architectures()
    {
        for (const Architecture architecture :
            { Architecture::Llama, Architecture::Mistral, Architecture::Qwen2, Architecture::Qwen3 })
            for (const int64_t window : { 0, 7 }) {
                ModelConfig c = small();
                c.architecture = architecture;
                c.eosTokenIds = { 2, 5 };
                if (architecture != Architecture::Llama)
                    c.slidingWindow = window;
                if (window && (architecture == Architecture::Qwen2 || architecture == Architecture::Qwen3))
                    c.windowedLayers = { false, true };
                c.rotary = { .theta = 5e5,
                    .scaling = RotaryConfig::Scaling::Llama3,
                    .factor = 8,
                    .originalMaxPositions = 64,
                    .lowFrequencyFactor = 1,
                    .highFrequencyFactor = 3 };
                const Result<ModelConfig> back = parseModelConfig(modelConfigJson(c), "test");
                QVERIFY2(back.ok(), back.ok() ? "" : back.error().message.c_str());
                QVERIFY(back->architecture == architecture && back->rotary == c.rotary);
                QCOMPARE(back->eosTokenIds, c.eosTokenIds);
                for (const size_t layer : { 0, 1 })
                    QCOMPARE(back->windowOf(layer), c.windowOf(layer));
            }
    }

    /// What a field means when it is not there differs between architectures.
    void defaults()
    {
        const auto parsed = [](const char* name, const char* patch) {
            Json json = Json::parse(modelConfigJson(small()));
            for (const char* key : { "head_dim", "num_key_value_heads", "tie_word_embeddings", "bos_token_id" })
                json.erase(key);
            json["architectures"] = Json::array({ name });
            json.merge_patch(Json::parse(patch));
            return orThrow(parseModelConfig(json.dump(), "test"));
        };
        const ModelConfig llama = parsed("LlamaForCausalLM", "{}");
        QVERIFY(
            llama.numKeyValueHeads == 4 && llama.headDim == 8 && !llama.tieWordEmbeddings && llama.bosTokenId == -1);
        QCOMPARE(parsed("Qwen3ForCausalLM", "{}").headDim, int64_t(128));
        QCOMPARE(parsed("MistralForCausalLM", "{}").slidingWindow, int64_t(4096));
        QCOMPARE(parsed("MistralForCausalLM", R"({"sliding_window":9})").windowOf(1), int64_t(9));
        QCOMPARE(parsed("Qwen2ForCausalLM", R"({"sliding_window":9})").slidingWindow, int64_t(0)); // not switched on
        const ModelConfig windowed
            = parsed("Qwen2ForCausalLM", R"({"sliding_window":9,"use_sliding_window":true,"max_window_layers":1})");
        QVERIFY(windowed.windowOf(0) == 0 && windowed.windowOf(1) == 9);
    }

    void endTokensOfGeneration()
    {
        write(QByteArray::fromStdString(modelConfigJson(small())));
        QFile file(m_folder.filePath("generation_config.json"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(R"({"eos_token_id": [7, 2]})");
        file.close();
        QCOMPARE(orThrow(readModelConfig(folder())).eosTokenIds, (std::vector<int64_t> { 7, 2 }));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(R"({"eos_token_id": 100})");
        file.close();
        QVERIFY(QString::fromStdString(readModelConfig(folder()).error().message).contains("generation_config.json"));
        QVERIFY(file.remove());
    }

    void refused_data()
    {
        QTest::addColumn<QByteArray>("patch"); // merged into a sound config.json
        QTest::addColumn<QByteArray>("code");
        QTest::addColumn<QByteArray>("names");
        const auto row = [](const char* name, const char* patch, const char* code, const char* names) {
            QTest::newRow(name) << QByteArray(patch) << QByteArray(code) << QByteArray(names);
        };
        row("no layers", R"({"num_hidden_layers":0})", "model_config_invalid", "num_hidden_layers");
        row("negative width", R"({"hidden_size":-1})", "model_config_invalid", "hidden_size");
        row("10^9 layers", R"({"num_hidden_layers":1000000000})", "model_config_invalid", "num_hidden_layers");
        row("2000 layers", R"({"num_hidden_layers":2000})", "model_config_invalid", "num_hidden_layers");
        row("heads not shared evenly", R"({"num_key_value_heads":3})", "model_config_invalid", "num_key_value_heads");
        row("no key heads", R"({"num_key_value_heads":0})", "model_config_invalid", "num_key_value_heads");
        row("odd head", R"({"head_dim":7})", "model_config_invalid", "head_dim");
        row("width as text", R"({"hidden_size":"32"})", "model_config_invalid", "hidden_size");
        row("half a head", R"({"num_attention_heads":2.5})", "model_config_invalid", "num_attention_heads");
        row("rope zero", R"({"rope_theta":0})", "model_config_invalid", "rope_theta");
        row("rope text", R"({"rope_theta":"NaN"})", "model_config_invalid", "rope_theta");
        row("eps one", R"({"rms_norm_eps":1})", "model_config_invalid", "rms_norm_eps");
        row("end token outside", R"({"eos_token_id":100})", "model_config_invalid", "eos_token_id");
        row("end token in a list outside", R"({"eos_token_id":[2,100]})", "model_config_invalid", "eos_token_id");
        row("end tokens as texts", R"({"eos_token_id":["2"]})", "model_config_invalid", "eos_token_id");
        row("begin token outside", R"({"bos_token_id":100})", "model_config_invalid", "bos_token_id");
        row("tie as a number", R"({"tie_word_embeddings":1})", "model_config_invalid", "tie_word_embeddings");
        row("no width", R"({"hidden_size":null})", "model_config_invalid", "hidden_size");
        row("other architecture", R"({"architectures":["GPT2LMHeadModel"]})", "model_architecture_unknown",
            "GPT2LMHeadModel");
        row("no architecture", R"({"architectures":[]})", "model_architecture_unknown", "architecture");
        row("biases", R"({"attention_bias":true})", "model_architecture_unknown", "attention_bias");
        row("biases in the MLP", R"({"mlp_bias":true})", "model_architecture_unknown", "mlp_bias");
        row("other activation", R"({"hidden_act":"gelu"})", "model_architecture_unknown", "gelu");
        row("window", R"({"sliding_window":64})", "model_architecture_unknown", "window");
        row("rope scaling", R"({"rope_scaling":{"rope_type":"longrope","factor":8.0}})", "model_architecture_unknown",
            "longrope");
        row("rope scaling without a factor", R"({"rope_scaling":{"type":"linear"}})", "model_config_invalid", "factor");
        row("rope scaling that shrinks", R"({"rope_scaling":{"type":"dynamic","factor":0.5}})", "model_config_invalid",
            "factor");
        row("rope scaling, bad factor", R"({"rope_parameters":{"rope_type":"linear","factor":"4"}})",
            "model_config_invalid", "factor");
        row("llama3 upside down",
            R"({"rope_scaling":{"rope_type":"llama3","factor":8.0,"low_freq_factor":4.0,"high_freq_factor":1.0}})",
            "model_config_invalid", "low_freq_factor");
        row("half of each head", R"({"rope_parameters":{"rope_type":"default","partial_rotary_factor":0.5}})",
            "model_architecture_unknown", "partial_rotary_factor");
        row("rope scaling as a number", R"({"rope_scaling":3})", "model_config_invalid", "rope_scaling");
    }
    void refused()
    {
        QFETCH(QByteArray, patch);
        QFETCH(QByteArray, code);
        QFETCH(QByteArray, names);
        Json json = Json::parse(modelConfigJson(small()));
        json.merge_patch(Json::parse(patch.toStdString()));
        write(QByteArray::fromStdString(json.dump()));
        const Result<ModelConfig> r = readModelConfig(folder());
        QVERIFY(!r.ok());
        QCOMPARE(QByteArray::fromStdString(r.error().code), code);
        QVERIFY2(QByteArray::fromStdString(r.error().message).contains(names), r.error().message.c_str());
    }

    void notAConfig()
    {
        for (const QByteArray& text :
            { QByteArray(), QByteArray("[]"), QByteArray("{"), QByteArray(1 << 17, '['), QByteArray("\xFF\xFE") }) {
            write(text);
            QCOMPARE(readModelConfig(folder()).error().code, std::string("model_config_invalid"));
        }
        QCOMPARE(readModelConfig(folder() + "/none").error().code, std::string("model_config_missing"));
        write(QByteArray((1 << 20) + 1, ' '));
        QCOMPARE(readModelConfig(folder()).error().code, std::string("model_config_missing"));
    }

private:
    std::string folder() const { return m_folder.path().toStdString(); }
    void write(const QByteArray& text)
    {
        QFile file(m_folder.filePath("config.json"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(text);
    }
    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(TestModelConfig)
#include "tst_model_config.moc"
