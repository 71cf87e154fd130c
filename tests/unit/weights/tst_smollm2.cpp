// A real model: SmolLM2-135M-Instruct in Q4_1, where `./ahascope fetch smollm2` has been.

#include "core/weights/gguf_source.h"
#include "core/weights/gguf_tokenizer.h"
#include "weight_files.h"

#include <nlohmann/json.hpp>

#include <cmath>

using namespace aha;

class TestSmolLm2 : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void reads()
    {
        const std::filesystem::path path = AHASCOPE_TEST_SOURCE_DIR "/.deps/models/SmolLM2-135M-Instruct.Q4_1.gguf";
        if (!std::filesystem::exists(path))
            QSKIP("the model is not there: ./ahascope fetch smollm2");
        const auto source = orThrow(GgufSource::open(path));
        const auto config = orThrow(source->config());
        QCOMPARE(config.at("architectures")[0].get<std::string>(), std::string("LlamaForCausalLM"));
        for (const auto& [key, value] : { std::pair("vocab_size", 49152), std::pair("hidden_size", 576),
                 std::pair("intermediate_size", 1536), std::pair("num_hidden_layers", 30),
                 std::pair("num_attention_heads", 9), std::pair("num_key_value_heads", 3), std::pair("head_dim", 64),
                 std::pair("max_position_embeddings", 8192), std::pair("bos_token_id", 1),
                 std::pair("eos_token_id", 2) })
            QVERIFY2(config.at(key) == value, key);
        QVERIFY(config.at("rope_theta") == 100000.0 && config.at("rms_norm_eps") == 1e-5);
        QVERIFY(config.at("tie_word_embeddings") == true && config.at("attention_bias") == false);

        // Names and shapes of a Llama with this configuration, and nothing else.
        std::map<std::string, std::vector<int64_t>> expected { { "model.embed_tokens.weight", { 49152, 576 } },
            { "model.norm.weight", { 576 } } };
        for (int layer = 0; layer < 30; ++layer) {
            const std::string at = "model.layers." + std::to_string(layer) + ".";
            for (const char* norm : { "input_layernorm", "post_attention_layernorm" })
                expected[at + norm + ".weight"] = { 576 };
            for (const char* square : { "q_proj", "o_proj" })
                expected[at + "self_attn." + square + ".weight"] = { 576, 576 };
            for (const char* key : { "k_proj", "v_proj" })
                expected[at + "self_attn." + key + ".weight"] = { 192, 576 };
            for (const char* wide : { "gate_proj", "up_proj" })
                expected[at + "mlp." + wide + ".weight"] = { 1536, 576 };
            expected[at + "mlp.down_proj.weight"] = { 576, 1536 };
        }
        QCOMPARE(source->entries().size(), expected.size());
        std::vector<float> values;
        size_t read = 0;
        const auto place = [&](const WeightEntry& entry) {
            values.resize(entry.elements);
            return std::span<float>(values);
        };
        const auto check = [&](const std::string& name, uint64_t, uint64_t) {
            double squares = 0;
            bool finite = true;
            for (const float value : values) {
                finite = finite && std::isfinite(value);
                squares += double(value) * double(value);
            }
            const double rms = std::sqrt(squares / double(values.size()));
            ++read;
            const bool fits = expected.count(name) && source->find(name)->shape == expected[name];
            if (!finite || !fits || rms < 1e-3 || rms > 30)
                qWarning("%s: finite %d, expected %d, root mean square %g", name.c_str(), finite, fits, rms);
            return finite && fits && rms >= 1e-3 && rms <= 30;
        };
        const Result<void> all = readAll(*source, place, nullptr, check);
        QVERIFY2(all.ok(), all.ok() ? "" : all.error().message.c_str());
        QCOMPARE(read, expected.size());

        const GgufTokenizer tokenizer = orThrow(ggufTokenizer(source->file()));
        QCOMPARE(tokenizer.model, std::string("gpt2"));
        QCOMPARE(tokenizer.pre, std::string("smollm"));
        QCOMPARE(tokenizer.tokens.size(), size_t(49152));
        QCOMPARE(tokenizer.merges.size(), size_t(48900));
        QCOMPARE(tokenizer.tokens[1], std::string("<|im_start|>"));
        QVERIFY(tokenizer.bosId == 1 && tokenizer.eosId == 2 && tokenizer.unknownId == 0 && tokenizer.addBos == false);
        QVERIFY(tokenizer.chatTemplate.find("<|im_start|>") != std::string::npos);
    }
};

QTEST_GUILESS_MAIN(TestSmolLm2)
#include "tst_smollm2.moc"
