// The card as JSON and as lines for a terminal.

#include "core/card/model_card.h"

#include <cstdio>

namespace aha {

using Json = nlohmann::ordered_json;

namespace {

Json problemJson(const Error& error)
{
    return { { "error", error.code }, { "message", error.message }, { "hint", error.hint } };
}

const char* scalingName(RotaryConfig::Scaling scaling)
{
    switch (scaling) {
    case RotaryConfig::Scaling::Linear:
        return "linear";
    case RotaryConfig::Scaling::Dynamic:
        return "dynamic";
    case RotaryConfig::Scaling::Llama3:
        return "llama3";
    case RotaryConfig::Scaling::Yarn:
        return "yarn";
    case RotaryConfig::Scaling::None:
        break;
    }
    return "none";
}

Json shapeJson(const ModelConfig& m)
{
    Json json { { "layers", m.numHiddenLayers }, { "heads", m.numAttentionHeads }, { "kv_heads", m.numKeyValueHeads },
        { "head_dim", m.headDim }, { "width", m.hiddenSize }, { "mlp_width", m.intermediateSize },
        { "vocabulary", m.vocabSize }, { "context", m.maxPositionEmbeddings },
        { "sliding_window", m.slidingWindow > 0 ? Json(m.slidingWindow) : Json(nullptr) },
        { "tied_embeddings", m.tieWordEmbeddings } };
    Json rope { { "theta", m.rotary.theta }, { "scaling", scalingName(m.rotary.scaling) } };
    if (m.rotary.scaling != RotaryConfig::Scaling::None) {
        rope["factor"] = m.rotary.factor;
        if (m.rotary.originalMaxPositions > 0)
            rope["original_context"] = m.rotary.originalMaxPositions;
    }
    json["rope"] = std::move(rope);
    return json;
}

Json tokenizerJson(const TokenizerFacts& t)
{
    Json special = Json::array();
    for (const auto& token : t.special) {
        special.push_back({ { "id", token.id }, { "text", token.text } });
        if (!token.role.empty())
            special.back()["role"] = token.role;
    }
    return { { "kind", t.kind }, { "size", t.size }, { "special_count", t.specialCount }, { "special", special },
        { "adds_bos", !t.prefix.empty() }, { "prefix", t.prefix } };
}

Json templateJson(const TemplateFacts& t)
{
    Json warnings = Json::array();
    for (const LintFinding& f : t.findings)
        warnings.push_back({ { "code", f.code }, { "message", f.message }, { "advice", f.advice } });
    return { { "marks_generation", t.marksGeneration }, { "takes_enable_thinking", t.takesThinking },
        { "takes_system", t.takesSystem }, { "warnings", warnings } };
}

std::string count(double value)
{
    char text[32];
    std::snprintf(text, sizeof text,
        value >= 1e9       ? "%.2f G"
            : value >= 1e6 ? "%.2f M"
                           : "%.1f k",
        value
            / (value >= 1e9        ? 1e9
                    : value >= 1e6 ? 1e6
                                   : 1e3));
    return text;
}

} // namespace

Json toJson(const ModelCard& card)
{
    Json json { { "path", card.path }, { "name", card.name }, { "format", card.format },
        { "architecture", card.architecture }, { "runnable", card.config.has_value() } };
    if (card.problem)
        json["problem"] = problemJson(*card.problem);
    json["parameters"] = card.config ? card.config->parameterCount() : int64_t(card.elements);
    json["file_bytes"] = card.fileBytes;
    json["stored"] = Json::array();
    for (const StoredKind& kind : card.stored)
        json["stored"].push_back({ { "dtype", kind.dtype }, { "tensors", kind.tensors }, { "elements", kind.elements },
            { "bytes", kind.bytes } });
    if (card.config)
        json.update(shapeJson(*card.config));
    json["tokenizer"] = card.tokenizer ? tokenizerJson(*card.tokenizer) : problemJson(*card.tokenizerProblem);
    json["chat_template"] = card.chat ? templateJson(*card.chat) : problemJson(*card.chatProblem);
    if (card.adapter)
        json["adapter"] = { { "rank", card.adapter->rank }, { "alpha", card.adapter->alpha },
            { "parameters", card.adapter->parameters }, { "targets", card.adapter->targets },
            { "base", card.adapter->base } };
    if (card.memory)
        json["memory"] = { { "estimated", true }, { "inference_mb", card.memory->inference },
            { "inference_tokens", card.memory->conversation }, { "lora_mb", card.memory->lora },
            { "lora_rank", card.memory->loraRank }, { "full_mb", card.memory->full },
            { "machine_mb", card.memory->machine.totalMb }, { "available_mb", card.memory->machine.availableMb } };
    json["generation"] = card.generation;
    json["license"] = card.license.empty() ? Json(nullptr) : Json(card.license);
    return json;
}

std::string toText(const ModelCard& card)
{
    std::string text = card.name + "\n";
    const auto line = [&](const char* name, const std::string& value) {
        char head[32];
        std::snprintf(head, sizeof head, "  %-14s ", name);
        text += head + value + "\n";
    };
    line("architecture", card.architecture + " (" + card.format + ")");
    if (card.problem)
        line("cannot be run", card.problem->sentence());
    std::string stored;
    for (const StoredKind& kind : card.stored)
        stored += (stored.empty() ? "" : ", ") + kind.dtype + " " + count(double(kind.bytes)) + "B";
    line("parameters", count(double(card.config ? card.config->parameterCount() : int64_t(card.elements))));
    line("stored", stored);
    if (card.config) {
        const ModelConfig& m = *card.config;
        line("shape",
            std::to_string(m.numHiddenLayers) + " layers, width " + std::to_string(m.hiddenSize) + ", "
                + std::to_string(m.numAttentionHeads) + " heads over " + std::to_string(m.numKeyValueHeads)
                + " key/value heads, vocabulary " + std::to_string(m.vocabSize));
        line("context",
            std::to_string(m.maxPositionEmbeddings) + " tokens"
                + (m.slidingWindow > 0 ? ", window " + std::to_string(m.slidingWindow) : "")
                + (m.rotary.scaling != RotaryConfig::Scaling::None
                        ? std::string(", positions scaled: ") + scalingName(m.rotary.scaling)
                        : ""));
    }
    if (card.adapter)
        line("adapter",
            "rank " + std::to_string(card.adapter->rank) + ", " + count(double(card.adapter->parameters))
                + " parameters, base " + card.adapter->base);
    line("tokenizer",
        card.tokenizer ? card.tokenizer->kind + ", " + std::to_string(card.tokenizer->size) + " tokens"
                       : card.tokenizerProblem->sentence());
    line("chat template", card.chat ? "present" : card.chatProblem->sentence());
    if (card.chat)
        for (const LintFinding& finding : card.chat->findings)
            line("", finding.sentence());
    if (card.memory) {
        char memory[200];
        std::snprintf(memory, sizeof memory,
            "about %.0f MB to talk to, %.0f MB to train an adapter, %.0f MB to train all of it (this machine: %.0f MB, "
            "%.0f MB free)",
            card.memory->inference, card.memory->lora, card.memory->full, card.memory->machine.totalMb,
            card.memory->machine.availableMb);
        line("memory", memory);
    }
    if (!card.license.empty())
        line("licence", card.license);
    return text;
}

} // namespace aha
