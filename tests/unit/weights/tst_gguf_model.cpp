// GGUF under Hugging Face's names: names, row order, configuration, tokenizer, and what is refused.

#include "core/weights/gguf_config.h"
#include "core/weights/gguf_names.h"
#include "core/weights/gguf_source.h"
#include "core/weights/gguf_tokenizer.h"
#include "weight_files.h"

#include <nlohmann/json.hpp>

#include <array>
#include <numeric>

using namespace aha;
using test::bytesOf;
using test::Folder;
using test::GgufBytes;
using test::text;
using Json = nlohmann::ordered_json;

namespace {

std::string u32(uint32_t value) { return bytesOf(value); }

/// A llama of one layer: 2 heads of 4, 1 key head, width 8, 6 tokens. Only what the tests look at.
GgufBytes llama(const std::string& architecture = "llama")
{
    GgufBytes file;
    const std::string at = architecture + ".";
    file.key("general.architecture", GgufType::String, text(architecture));
    file.key(at + "block_count", GgufType::U32, u32(1)).key(at + "context_length", GgufType::U32, u32(64));
    file.key(at + "embedding_length", GgufType::U32, u32(8)).key(at + "feed_forward_length", GgufType::U32, u32(16));
    file.key(at + "attention.head_count", GgufType::U32, u32(2))
        .key(at + "attention.head_count_kv", GgufType::U32, u32(1));
    file.key(at + "attention.layer_norm_rms_epsilon", GgufType::F32, bytesOf(1e-5f));
    file.key(at + "rope.freq_base", GgufType::F32, bytesOf(500000.f));
    file.tensor("token_embd.weight", { 8, 6 }, 0, 0).tensor("blk.0.attn_q.weight", { 8, 8 }, 0, 192);
    file.tensor("blk.0.attn_k.weight", { 8, 4 }, 0, 448);
    std::vector<float> numbers(48 + 64 + 32);
    std::iota(numbers.begin(), numbers.end(), 0.f);
    file.data.assign(reinterpret_cast<const char*>(numbers.data()), numbers.size() * 4);
    file.data.resize(1024);
    return file;
}

Result<Json> configOf(const GgufBytes& bytes, std::span<const float> factors = {})
{
    return huggingFaceConfig(orThrow(parseGguf(bytes.make())), factors);
}

} // namespace

class TestGgufModel : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void names_data()
    {
        QTest::addColumn<QString>("gguf");
        QTest::addColumn<QString>("huggingFace");
        const auto row = [](const char* gguf, const char* huggingFace) { QTest::newRow(gguf) << gguf << huggingFace; };
        row("token_embd.weight", "model.embed_tokens.weight");
        row("output_norm.weight", "model.norm.weight");
        row("output.weight", "lm_head.weight");
        row("blk.0.attn_norm.weight", "model.layers.0.input_layernorm.weight");
        row("blk.31.attn_q.weight", "model.layers.31.self_attn.q_proj.weight");
        row("blk.1.attn_k.bias", "model.layers.1.self_attn.k_proj.bias");
        row("blk.1.attn_v.bias", "model.layers.1.self_attn.v_proj.bias");
        row("blk.1.attn_output.weight", "model.layers.1.self_attn.o_proj.weight");
        row("blk.1.attn_q_norm.weight", "model.layers.1.self_attn.q_norm.weight");
        row("blk.1.attn_k_norm.weight", "model.layers.1.self_attn.k_norm.weight");
        row("blk.1.ffn_norm.weight", "model.layers.1.post_attention_layernorm.weight");
        row("blk.1.ffn_gate.weight", "model.layers.1.mlp.gate_proj.weight");
        row("blk.1.ffn_up.weight", "model.layers.1.mlp.up_proj.weight");
        row("blk.120.ffn_down.weight", "model.layers.120.mlp.down_proj.weight");
    }
    void names()
    {
        QFETCH(QString, gguf);
        QFETCH(QString, huggingFace);
        QCOMPARE(QString::fromStdString(huggingFaceName(gguf.toStdString()).value_or("")), huggingFace);
        QCOMPARE(QString::fromStdString(ggufName(huggingFace.toStdString()).value_or("")), gguf);
    }
    void noNames()
    {
        for (const char* name : { "", "blk.", "blk.0", "blk.0.", "blk.0.weight", "blk..attn_q.weight",
                 "blk.01.attn_q.weight", "blk.-1.attn_q.weight", "blk.12345678.attn_q.weight", "blk.0.attn_q",
                 "blk.0.attn_q.scale", "blk.0.token_embd.weight", "attn_q.weight", "blk.0.ffn_gate_exps.weight",
                 "blk.0.ffn_up.0.weight", "rope_freqs.weight" })
            QVERIFY2(!huggingFaceName(name), name);
        QVERIFY(!ggufName("model.layers.0.self_attn.rotary_emb.inv_freq"));
        QVERIFY(!ggufName("lm_head"));
    }

    void rotaryRowOrder()
    {
        QVERIFY(rotaryRows("llama", "model.layers.0.self_attn.q_proj.weight") == RotaryRows::Queries);
        QVERIFY(rotaryRows("llama", "model.layers.0.self_attn.k_proj.bias") == RotaryRows::Keys);
        QVERIFY(rotaryRows("llama", "model.layers.0.self_attn.v_proj.weight") == RotaryRows::None);
        QVERIFY(rotaryRows("qwen2", "model.layers.0.self_attn.q_proj.weight") == RotaryRows::None);
        // Two heads of six rows, one column. The converter: reshape(heads, 2, 3).swapaxes(1, 2).
        std::vector<float> rows { 0, 1, 2, 3, 4, 5, 10, 11, 12, 13, 14, 15 };
        rowsToGguf(rows, 2, 6);
        QCOMPARE(rows, std::vector<float>({ 0, 3, 1, 4, 2, 5, 10, 13, 11, 14, 12, 15 }));
        rowsToHuggingFace(rows, 2, 6);
        QCOMPARE(rows, std::vector<float>({ 0, 1, 2, 3, 4, 5, 10, 11, 12, 13, 14, 15 }));
        std::vector<float> pairs { 0, 1, 2, 3, 4, 5, 6, 7 }; // one head of four rows, two columns
        rowsToGguf(pairs, 1, 4);
        QCOMPARE(pairs, std::vector<float>({ 0, 1, 4, 5, 2, 3, 6, 7 }));
    }

    void reads()
    {
        const Folder folder;
        const auto source = orThrow(GgufSource::open(folder.write("m.gguf", llama().make())));
        QCOMPARE(source->entries()[1].name, std::string("model.layers.0.self_attn.q_proj.weight"));
        QCOMPARE(source->entries()[0].shape, std::vector<int64_t>({ 6, 8 }));
        QCOMPARE(source->metadata().at("llama.block_count"), std::string("1"));
        std::vector<float> queries(64), keys(32);
        orThrow(source->read("model.layers.0.self_attn.q_proj.weight", queries));
        orThrow(source->read("model.layers.0.self_attn.k_proj.weight", keys));
        // Rows of a head of four: file rows 0 1 2 3 are Hugging Face's 0 2 1 3.
        const auto firstOfRow = [](const std::vector<float>& values, size_t row) { return int(values[8 * row]); };
        for (size_t head : { 0, 1 })
            for (size_t row = 0; row < 4; ++row)
                QCOMPARE(
                    firstOfRow(queries, 4 * head + row), int(48 + 8 * (4 * head + std::array { 0, 2, 1, 3 }[row])));
        QCOMPARE(firstOfRow(keys, 1), 48 + 64 + 16);
        QVERIFY(source->raw("model.embed_tokens.weight").ok());
        COMPARE_ERROR(source->raw("model.layers.0.self_attn.q_proj.weight"), "weights_reordered");

        const auto stored = orThrow(GgufSource::open(folder.path() / "m.gguf", GgufNames::AsStored));
        orThrow(stored->read("blk.0.attn_q.weight", queries));
        QCOMPARE(firstOfRow(queries, 1), 48 + 8);

        const auto other = orThrow(GgufSource::open(folder.write("q.gguf", llama("qwen2").make())));
        orThrow(other->read("model.layers.0.self_attn.q_proj.weight", queries));
        QCOMPARE(firstOfRow(queries, 1), 48 + 8);
    }

    void refused_data()
    {
        QTest::addColumn<QByteArray>("file");
        QTest::addColumn<QString>("code");
        const auto row = [](const char* name, const GgufBytes& bytes, const char* code) {
            const std::string file = bytes.make();
            QTest::newRow(name) << QByteArray(file.data(), qsizetype(file.size())) << QString(code);
        };
        row("no architecture", GgufBytes(), "gguf_architecture");
        row("unknown architecture", llama("gemma3"), "gguf_architecture");
        row("architecture a number", GgufBytes().key("general.architecture", GgufType::U32, u32(1)),
            "gguf_architecture");
        row("one of several parts", llama().key("split.count", GgufType::U16, bytesOf(uint16_t(3))), "gguf_split");
        row("a tensor of another model", llama().tensor("blk.0.ssm_a", { 8 }, 0, 576), "gguf_tensor_unexpected");
        row("an unreadable type", llama().tensor("blk.0.ffn_up.weight", { 32 }, 20, 576), "weights_format");
        row("more heads than rows", llama().tensor("blk.1.attn_q.weight", { 8, 4 }, 0, 576), "gguf_config");
        row("mixture of experts", llama().key("llama.expert_count", GgufType::U32, u32(8)), "gguf_config");
        row("half a head rotated", llama().key("llama.rope.dimension_count", GgufType::U32, u32(2)), "gguf_config");
        row("other value width", llama().key("llama.attention.value_length", GgufType::U32, u32(8)), "gguf_config");
        row("scaling unknown", llama().key("llama.rope.scaling.type", GgufType::String, text("longrope")),
            "gguf_config");
        row("factors of the wrong number", llama().tensor("rope_freqs.weight", { 3 }, 0, 576), "gguf_config");
        row("factors of nothing known", llama().tensor("rope_freqs.weight", { 2 }, 0, 576), "gguf_config");
    }
    void refused()
    {
        QFETCH(QByteArray, file);
        QFETCH(QString, code);
        const Folder folder;
        COMPARE_ERROR(GgufSource::open(folder.write("m.gguf", file.toStdString())), code.toUtf8().constData());
    }
    void missingKeys()
    {
        for (size_t i = 1; i < 6; ++i) { // from block_count to head_count
            GgufBytes bytes = llama();
            bytes.keys.erase(bytes.keys.begin() + std::ptrdiff_t(i));
            COMPARE_ERROR(configOf(bytes), "gguf_config");
        }
        for (const std::string& value : { u32(0), u32(UINT32_MAX) }) {
            GgufBytes bytes = llama();
            bytes.keys[1] = text("llama.block_count") + u32(4) + value;
            COMPARE_ERROR(configOf(bytes), "gguf_config");
        }
        GgufBytes noEmbedding = llama();
        noEmbedding.tensors.erase(noEmbedding.tensors.begin());
        COMPARE_ERROR(configOf(noEmbedding), "gguf_config");
    }

    void config()
    {
        GgufBytes bytes = llama();
        bytes.key("tokenizer.ggml.eos_token_id", GgufType::U32, u32(5))
            .key("tokenizer.ggml.bos_token_id", GgufType::U32, u32(9));
        const Json json = orThrow(configOf(bytes));
        const Json expected = Json::parse(R"({"architectures":["LlamaForCausalLM"],"model_type":"llama","vocab_size":6,
            "hidden_size":8,"intermediate_size":16,"num_hidden_layers":1,"num_attention_heads":2,"num_key_value_heads":1,
            "head_dim":4,"max_position_embeddings":64,"rope_theta":500000.0,"rms_norm_eps":1e-05,
            "tie_word_embeddings":true,"hidden_act":"silu","attention_bias":false,"mlp_bias":false,
            "torch_dtype":"float32","eos_token_id":5})"); // the bos id is outside the vocabulary
        QCOMPARE(json.dump(1), expected.dump(1));
        QCOMPARE(orThrow(configOf(llama("qwen2"))).at("architectures")[0].get<std::string>(),
            std::string("Qwen2ForCausalLM"));
        QCOMPARE(orThrow(configOf(llama("qwen3"))).at("model_type").get<std::string>(), std::string("qwen3"));
        QCOMPARE(orThrow(configOf(llama().tensor("output.weight", { 8, 6 }, 0, 576))).at("tie_word_embeddings"),
            Json(false));
        QCOMPARE(
            orThrow(configOf(llama().tensor("blk.0.attn_q.bias", { 8 }, 0, 576))).at("attention_bias"), Json(true));
        const Json mistral = orThrow(configOf(llama().key("llama.attention.sliding_window", GgufType::U32, u32(16))));
        QCOMPARE(mistral.at("architectures")[0].get<std::string>(), std::string("MistralForCausalLM"));
        QCOMPARE(mistral.at("sliding_window"), Json(16));
    }

    void ropeScaling()
    {
        const auto factors = llama3RopeFactors(500000, 16, 8, 1, 4, 8192);
        const Json llama3
            = orThrow(configOf(llama().key("llama.attention.key_length", GgufType::U32, u32(16)), factors))
                  .at("rope_scaling");
        QCOMPARE(llama3.at("rope_type"), Json("llama3"));
        QCOMPARE(llama3.at("factor"), Json(8.0));
        QCOMPARE(llama3.at("original_max_position_embeddings"), Json(8192));
        GgufBytes yarn = llama();
        yarn.key("llama.rope.scaling.type", GgufType::String, text("yarn"));
        yarn.key("llama.rope.scaling.factor", GgufType::F32, bytesOf(4.f));
        yarn.key("llama.rope.scaling.original_context_length", GgufType::U32, u32(32));
        QCOMPARE(orThrow(configOf(yarn)).at("rope_scaling").dump(),
            std::string(R"({"rope_type":"yarn","factor":4.0,"original_max_position_embeddings":32})"));
        QVERIFY(!orThrow(configOf(llama().key("llama.rope.scaling.type", GgufType::String, text("none"))))
                     .contains("rope_scaling"));
    }
    /// Meta's Llama 3.1 (head of 128, factor 8): values of transformers' _compute_llama3_parameters.
    void llama3Factors()
    {
        const auto factors = llama3RopeFactors(500000, 128, 8, 1, 4, 8192);
        QCOMPARE(factors.size(), size_t(64));
        QCOMPARE(factors[0], 1.f);
        QCOMPARE(factors[63], 8.f);
        int between = 0;
        for (size_t i = 1; i < factors.size(); ++i) {
            QVERIFY(factors[i] >= factors[i - 1]);
            between += factors[i] > 1 && factors[i] < 8;
        }
        QCOMPARE(between, 6);
        QVERIFY(std::abs(factors[31] - 2.026313f) < 1e-4f);
    }

    /// config.json -> metadata -> config.json.
    void configRoundTrip_data()
    {
        QTest::addColumn<QString>("extra");
        QTest::addColumn<QString>("architecture");
        QTest::newRow("llama") << R"("rope_theta":10000.0)"
                               << "LlamaForCausalLM";
        QTest::newRow("llama 3") << R"("rope_theta":500000.0,"rope_scaling":{"rope_type":"llama3","factor":32.0,
            "low_freq_factor":1.0,"high_freq_factor":4.0,"original_max_position_embeddings":8192})"
                                 << "LlamaForCausalLM";
        QTest::newRow("linear") << R"("rope_theta":10000.0,"rope_scaling":{"rope_type":"linear","factor":2.0})"
                                << "LlamaForCausalLM";
        QTest::newRow("yarn") << R"("rope_theta":1000000.0,"rope_scaling":{"rope_type":"yarn","factor":4.0,
            "original_max_position_embeddings":32768})"
                              << "Qwen2ForCausalLM";
        QTest::newRow("mistral") << R"("rope_theta":10000.0,"sliding_window":4096)"
                                 << "MistralForCausalLM";
        QTest::newRow("qwen3") << R"("rope_theta":1000000.0)"
                               << "Qwen3ForCausalLM";
        QTest::newRow("transformers 5")
            << R"("rope_parameters":{"rope_theta":20000.0,"rope_type":"linear","factor":2.0})"
            << "LlamaForCausalLM";
    }
    void configRoundTrip()
    {
        QFETCH(QString, extra);
        QFETCH(QString, architecture);
        const Json config = Json::parse(QString(R"({"architectures":["%1"],"vocab_size":6,"hidden_size":128,
            "intermediate_size":16,"num_hidden_layers":1,"num_attention_heads":2,"num_key_value_heads":1,"head_dim":64,
            "max_position_embeddings":64,"rms_norm_eps":1e-06,%2})")
                                            .arg(architecture, extra)
                                            .toStdString());
        GgufModelConfig made = orThrow(ggufModelConfig(config));
        QCOMPARE(made.headDim, int64_t(64));
        GgufFile file;
        file.metadata = made.metadata;
        file.tensors.push_back({ "token_embd.weight", findFormat("F32"), { 6, 128 }, 768, 0, 0 });
        const Json back = orThrow(huggingFaceConfig(file, made.ropeFactors));
        for (const auto& [key, value] : config.items()) {
            if (key != "rope_parameters")
                QVERIFY2(back.contains(key) && back.at(key) == value, (key + ": " + back.dump()).c_str());
        }
        if (config.contains("rope_parameters")) {
            QCOMPARE(back.at("rope_theta"), Json(20000.0));
            QCOMPARE(back.at("rope_scaling").at("factor"), Json(2.0));
        }
    }
    void configRefused()
    {
        COMPARE_ERROR(ggufModelConfig(Json::parse("{}")), "gguf_architecture");
        COMPARE_ERROR(ggufModelConfig(Json::parse("[]")), "gguf_architecture");
        COMPARE_ERROR(ggufModelConfig(Json::parse(R"({"architectures":["GemmaForCausalLM"]})")), "gguf_architecture");
        COMPARE_ERROR(ggufModelConfig(Json::parse(R"({"architectures":["LlamaForCausalLM"]})")), "gguf_config");
        COMPARE_ERROR(
            ggufModelConfig(Json::parse(R"({"architectures":["Qwen2ForCausalLM"],"use_sliding_window":true})")),
            "gguf_config");
    }

    void tokenizer()
    {
        GgufTokenizer made;
        made.model = "gpt2";
        made.pre = "qwen2";
        made.tokens = { "a", "b", "ab", std::string("\0", 1) };
        made.scores = { 0, -1, 0.5f, 2 };
        made.types = { 1, 1, 1, 3 };
        made.merges = { "a b" };
        made.bosId = 3;
        made.addBos = false;
        made.addSpacePrefix = true;
        made.charsmap = "\x01\xff";
        made.chatTemplate = "{{ x }}";
        GgufFile file;
        file.metadata = ggufTokenizerMetadata(made);
        const GgufTokenizer read = orThrow(ggufTokenizer(file));
        QCOMPARE(read.tokens, made.tokens);
        QCOMPARE(read.scores, made.scores);
        QCOMPARE(read.types, made.types);
        QCOMPARE(read.merges, made.merges);
        QVERIFY(read.bosId == 3 && !read.eosId && read.addBos == false && read.addSpacePrefix == true && !read.addEos);
        QVERIFY(read.model == "gpt2" && read.pre == "qwen2" && read.charsmap == made.charsmap
            && read.chatTemplate == "{{ x }}");

        const auto changed = [&](const char* key, GgufValue value) {
            GgufFile other = file;
            for (auto& [name, old] : other.metadata)
                if (name == key)
                    old = value;
            return ggufTokenizer(other);
        };
        COMPARE_ERROR(ggufTokenizer(GgufFile()), "gguf_no_tokenizer");
        COMPARE_ERROR(changed("tokenizer.ggml.tokens", GgufValue::u32(1)), "gguf_tokenizer");
        COMPARE_ERROR(changed("tokenizer.ggml.tokens", GgufValue::texts({})), "gguf_tokenizer");
        COMPARE_ERROR(changed("tokenizer.ggml.scores", GgufValue::f32s({ 1 })), "gguf_tokenizer");
        COMPARE_ERROR(changed("tokenizer.ggml.token_type", GgufValue::text("x")), "gguf_tokenizer");
        COMPARE_ERROR(changed("tokenizer.ggml.merges", GgufValue::u32(1)), "gguf_tokenizer");
        COMPARE_ERROR(changed("tokenizer.ggml.model", GgufValue::u32(1)), "gguf_tokenizer");
        COMPARE_ERROR(changed("tokenizer.ggml.bos_token_id", GgufValue::u32(4)), "gguf_tokenizer");
        COMPARE_ERROR(changed("tokenizer.ggml.add_bos_token", GgufValue::u32(1)), "gguf_tokenizer");
        COMPARE_ERROR(changed("tokenizer.ggml.precompiled_charsmap", GgufValue::f32s({ 1 })), "gguf_tokenizer");
        QVERIFY(!orThrow(changed("tokenizer.ggml.bos_token_id", GgufValue::u32(UINT32_MAX))).bosId);
    }
};

QTEST_GUILESS_MAIN(TestGgufModel)
#include "tst_gguf_model.moc"
