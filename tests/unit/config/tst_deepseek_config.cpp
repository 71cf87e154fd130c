// DeepSeek-V3's config.json: both dialects, what is refused and by which name, parameters counted by hand, and what an
// adapter can adapt.

#include "core/config/lora_config.h"
#include "core/config/model_config.h"

#include <nlohmann/json.hpp>

#include <QtTest>

using namespace aha;
using Json = nlohmann::ordered_json;

namespace {

/// Fields as on the hub, in small; transformers 4.
const char* const kHub = R"({"architectures":["DeepseekV3ForCausalLM"],"model_type":"deepseek_v3","vocab_size":50,
    "hidden_size":12,"intermediate_size":20,"num_hidden_layers":3,"num_attention_heads":2,"num_key_value_heads":2,
    "max_position_embeddings":256,"first_k_dense_replace":1,"kv_lora_rank":5,"q_lora_rank":7,"qk_nope_head_dim":3,
    "qk_rope_head_dim":4,"v_head_dim":6,"moe_intermediate_size":8,"moe_layer_freq":1,"n_group":2,"n_routed_experts":4,
    "n_shared_experts":1,"norm_topk_prob":true,"num_experts_per_tok":2,"num_nextn_predict_layers":1,"ep_size":1,
    "rms_norm_eps":1e-06,"rope_theta":10000,"routed_scaling_factor":2.5,"scoring_func":"sigmoid","topk_group":1,
    "topk_method":"noaux_tc","tie_word_embeddings":false,"hidden_act":"silu","attention_bias":false,
    "bos_token_id":0,"eos_token_id":1,"rope_scaling":{"beta_fast":32,"beta_slow":1,"factor":40,"mscale":1.0,
    "mscale_all_dim":1.0,"original_max_position_embeddings":64,"type":"yarn"}})";

Json patched(const QByteArray& patch)
{
    Json json = Json::parse(kHub);
    json.merge_patch(Json::parse(patch.toStdString()));
    return json;
}
ModelConfig parsed(const QByteArray& patch = "{}") { return orThrow(parseModelConfig(patched(patch).dump(), "test")); }

} // namespace

class TestDeepSeekConfig : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void read()
    {
        const ModelConfig c = parsed();
        QVERIFY(c.latentAttention() && c.latent == (LatentAttentionConfig { 7, 5, 3, 4, 6, true }));
        QVERIFY(c.experts == (ExpertConfig { 4, 1, 2, 8, 1, 2, 1, 2.5, true }));
        QCOMPARE(c.headDim, int64_t(4)); // the rotary part, not hidden_size / heads
        QCOMPARE(c.attendedWidth(), int64_t(12));
        QVERIFY(!c.hasExperts(0) && c.hasExperts(1) && c.predictLayers == 1);
        QVERIFY(std::abs(yarnScoreScale(c.rotary) - std::pow(0.1 * std::log(40.0) + 1, 2)) < 1e-12);
        QCOMPARE(yarnScoreScale(RotaryConfig {}), 1.0);
    }

    void roundTrip()
    {
        for (const char* patch : { "{}", R"({"q_lora_rank":null})", R"({"n_shared_experts":null})",
                 R"({"rope_interleave":false,"norm_topk_prob":false,"num_nextn_predict_layers":0})",
                 R"({"rope_scaling":null,"first_k_dense_replace":0})" }) {
            QByteArray text = patch;
            Json json = Json::parse(kHub);
            const Json changes = Json::parse(patch);
            for (const auto& [key, value] : changes.items())
                json[key] = value; // merge_patch would take null as "remove"
            const ModelConfig c = orThrow(parseModelConfig(json.dump(), "test"));
            const ModelConfig back = orThrow(parseModelConfig(modelConfigJson(c), "test"));
            QVERIFY2(back.latent == c.latent && back.experts == c.experts && back.rotary == c.rotary, patch);
            QCOMPARE(back.predictLayers, c.predictLayers);
            QCOMPARE(modelConfigJson(back), modelConfigJson(c));
        }
    }

    void otherDialect()
    {
        Json json = Json::parse(kHub);
        Json rotary = json["rope_scaling"];
        rotary["rope_type"] = rotary["type"];
        rotary["rope_theta"] = json["rope_theta"];
        for (const char* key : { "rope_scaling", "rope_theta" })
            json.erase(key);
        rotary.erase("type");
        json["rope_parameters"] = rotary;
        QCOMPARE(modelConfigJson(orThrow(parseModelConfig(json.dump(), "test"))), modelConfigJson(parsed()));
    }

    /// Attention: 7·12 + 7 + 2·7·7 + 9·12 + 5 + 2·9·5 + 12·12 = 536. Dense 3·12·20 = 720. Experts 4·12 + 3·12·(4·8 + 8)
    /// = 1488. Norms of a layer 24.
    void parameterCount()
    {
        const int64_t ends = 2 * 50 * 12 + 12, attention = 536, dense = 720, experts = 1488;
        const int64_t prediction = attention + experts + 24 + 3 * 12 + 2 * 12 * 12;
        QCOMPARE(
            parsed().parameterCount(), ends + (attention + dense + 24) + 2 * (attention + experts + 24) + prediction);
        QCOMPARE(parsed().parameterCount() - parsed(R"({"num_nextn_predict_layers":0})").parameterCount(), prediction);
        Json straight = Json::parse(kHub);
        straight["q_lora_rank"] = nullptr;
        QCOMPARE(orThrow(parseModelConfig(straight.dump(), "test")).parameterCount() - parsed().parameterCount(),
            4 * int64_t(2 * 7 * 12 - (7 * 12 + 7 + 2 * 7 * 7)));
    }

    void refused_data()
    {
        QTest::addColumn<QByteArray>("patch"); // merged into a sound file
        QTest::addColumn<QByteArray>("code");
        QTest::addColumn<QByteArray>("names");
        const auto row = [](const char* name, const char* patch, const char* code, const char* names) {
            QTest::newRow(name) << QByteArray(patch) << QByteArray(code) << QByteArray(names);
        };
        const char *unknown = "model_architecture_unknown", *invalid = "model_config_invalid";
        row("biases", R"({"attention_bias":true})", unknown, "attention_bias");
        row("DeepSeek-V2's gate", R"({"topk_method":"group_limited_greedy"})", unknown, "topk_method");
        row("softmax gate", R"({"scoring_func":"softmax"})", unknown, "scoring_func");
        row("every other layer", R"({"moe_layer_freq":2})", unknown, "moe_layer_freq");
        row("float8 weights", R"({"quantization_config":{"quant_method":"fp8"}})", unknown, "quantization_config");
        row("a window", R"({"sliding_window":64})", unknown, "sliding_window");
        row("two predictions", R"({"num_nextn_predict_layers":2})", unknown, "num_nextn_predict_layers");
        row("other scaling", R"({"rope_scaling":{"type":"linear","factor":2}})", unknown, "rotary scaling");
        row("no latent", R"({"kv_lora_rank":null})", invalid, "kv_lora_rank");
        row("no word on queries", R"({"q_lora_rank":null})", invalid, "q_lora_rank"); // merged: removed
        row("no query rank", R"({"q_lora_rank":0})", invalid, "q_lora_rank");
        row("fewer key heads", R"({"num_key_value_heads":1})", invalid, "num_key_value_heads");
        row("odd rotation", R"({"qk_rope_head_dim":5})", invalid, "qk_rope_head_dim");
        row("head width", R"({"qk_head_dim":9})", invalid, "qk_head_dim");
        row("uneven groups", R"({"n_group":3})", invalid, "n_group");
        row("groups of one", R"({"n_group":4})", invalid, "n_group");
        row("too many groups", R"({"topk_group":3})", invalid, "topk_group");
        row("too many experts", R"({"num_experts_per_tok":3})", invalid, "num_experts_per_tok");
        row("no scaling", R"({"routed_scaling_factor":0})", invalid, "routed_scaling_factor");
        row("a word", R"({"norm_topk_prob":"yes"})", invalid, "norm_topk_prob");
        row("a text", R"({"routed_scaling_factor":"2"})", invalid, "routed_scaling_factor");
        row("huge", R"({"n_routed_experts":4000000})", invalid, "n_routed_experts");
    }
    void refused()
    {
        QFETCH(QByteArray, patch);
        QFETCH(QByteArray, code);
        QFETCH(QByteArray, names);
        const Result<ModelConfig> c = parseModelConfig(patched(patch).dump(), "test");
        QVERIFY(!c.ok());
        QCOMPARE(QByteArray::fromStdString(c.error().code), code);
        QVERIFY2(c.error().message.find(names.toStdString()) != std::string::npos, c.error().message.c_str());
    }

    /// "all" and "attention" are the matrices of latent attention; the experts' are refused by name.
    void adapters()
    {
        const ModelConfig c = parsed();
        RunConfig run;
        run.adapter.rank = 3;
        const std::vector<std::string> attention { "q_a_proj", "q_b_proj", "kv_a_proj_with_mqa", "kv_b_proj",
            "o_proj" };
        for (const char* targets : { "all", "attention" }) {
            run.adapter.targets = targets;
            QCOMPARE(loraConfig(run, c).targets, attention);
            QVERIFY(checkTargets(loraConfig(run, c), c));
        }
        QCOMPARE(aha::parameterCount(loraConfig(run, c), c),
            int64_t(3 * 3 * ((12 + 7) + (7 + 14) + (12 + 9) + (5 + 18) + (12 + 12))));
        run.adapter.targets = "query_value";
        QCOMPARE(loraConfig(run, c).targets, (std::vector<std::string> { "q_b_proj", "kv_b_proj" }));
        run.adapter.targets = "mlp";
        const Result<void> experts = checkTargets(loraConfig(run, c), c);
        QVERIFY(!experts && experts.error().code == "lora_unsupported");
        QVERIFY(experts.error().message.find("gate_proj") != std::string::npos);
        QVERIFY(experts.error().hint.find("kv_a_proj_with_mqa") != std::string::npos);
        LoraConfig foreign;
        foreign.targets = { "kv_b_proj" };
        QCOMPARE(orThrow(parseLoraConfig(loraConfigJson(foreign))).targets, foreign.targets);
        ModelConfig llama = c;
        llama.architecture = Architecture::Llama;
        QVERIFY(!checkTargets(foreign, llama));
    }
};

QTEST_GUILESS_MAIN(TestDeepSeekConfig)
#include "tst_deepseek_config.moc"
