#pragma once
// What a model is, before it is loaded: the card that the window shows and `ahascope-engine model` prints.

#include "core/card/memory_needs.h"
#include "core/config/model_config.h"
#include "core/template/template_linter.h"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace aha {

/// Tensors of one storage format together.
struct StoredKind {
    std::string dtype; ///< a name of element_format.h
    uint64_t tensors = 0, elements = 0, bytes = 0;
};

struct TokenizerFacts {
    std::string kind; ///< "byte-level BPE (tokenizer.json)", "GGUF: gpt2, smollm", …
    int64_t size = 0;
    struct Special {
        int32_t id = 0;
        std::string text, role; ///< role: "bos", "eos", "unk", "pad" or ""
    };
    std::vector<Special> special; ///< the first kListedSpecial
    int64_t specialCount = 0;
    std::vector<std::string> prefix; ///< what its own template puts before a text: BOS
};
inline constexpr size_t kListedSpecial = 64;

struct TemplateFacts {
    bool marksGeneration = false; ///< {% generation %}: assistant-only loss is possible
    bool takesThinking = false; ///< has a variable enable_thinking
    bool takesSystem = false; ///< a system message appears in what it renders
    std::vector<LintFinding> findings;
};

struct AdapterFacts {
    int64_t rank = 0, parameters = 0;
    double alpha = 0;
    std::vector<std::string> targets;
    std::string base; ///< folder of the base model; the rest of the card is the base's
};

/// Estimates, in MB; `conversation`: the tokens that `inference` counts.
struct MemoryFacts {
    double inference = 0, lora = 0, full = 0;
    int64_t conversation = 0, loraRank = 16;
    MachineMemory machine;
};

struct ModelCard {
    std::string path, name, format; ///< format: "safetensors", "GGUF"
    std::string architecture; ///< as config.json names it
    std::optional<ModelConfig> config; ///< none: the engine cannot run it, `problem` says why
    std::optional<Error> problem;
    std::vector<StoredKind> stored; ///< most bytes first
    uint64_t elements = 0, fileBytes = 0; ///< of the tensors, of the weight files
    std::optional<TokenizerFacts> tokenizer;
    std::optional<Error> tokenizerProblem;
    std::optional<TemplateFacts> chat;
    std::optional<Error> chatProblem; ///< template_missing: there is none
    std::optional<AdapterFacts> adapter;
    std::optional<MemoryFacts> memory;
    nlohmann::ordered_json generation = nlohmann::ordered_json::object(); ///< generation_config.json's sampling fields
    std::string license; ///< "" when no file says one
};

/// Reads heads of files only. `root`: where relative names of base models are looked for. Errors: what keeps a model
/// from being one (file_missing, weights_none, weights_pickle, gguf_magic, …); a model that is one and cannot be run is
/// a card with a problem.
Result<ModelCard> readModelCard(const std::filesystem::path& path, const std::filesystem::path& root, int threads);

nlohmann::ordered_json toJson(const ModelCard& card);
/// The card in lines for a terminal.
std::string toText(const ModelCard& card);

} // namespace aha
