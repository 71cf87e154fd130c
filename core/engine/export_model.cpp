#include "core/engine/export_model.h"

#include "core/card/model_parts.h"
#include "core/engine/companion_files.h"
#include "core/engine/engine_context.h"
#include "core/engine/model_source.h"
#include "core/text/tokenizer_conversion.h"
#include "core/weights/gguf_export.h"
#include "core/weights/memory_weights.h"
#include "core/weights/model_folder_writer.h"
#include "core/weights/open_weights.h"

#include <nlohmann/json.hpp>

namespace aha {

namespace fs = std::filesystem;

namespace {

/// The weights to write: the stored ones as they lie, or an adapter merged into its base.
struct Source {
    std::optional<Transformer> merged; ///< owns the numbers of `weights`
    std::unique_ptr<WeightSource> weights;
};

Source openSource(const fs::path& model, const fs::path& base)
{
    Source source;
    if (model == base) {
        source.weights = orThrow(openWeights(base));
        return source;
    }
    source.merged.emplace(orThrow(loadModel(model)));
    std::vector<MemoryTensor> tensors;
    for (const auto& [name, view] : source.merged->named(source.merged->flat()))
        tensors.push_back({ name, view.sizes().vec(),
            { view.const_data_ptr<float>(), size_t(view.numel()) } }); // rows of the flat buffer are contiguous
    source.weights = std::make_unique<MemoryWeights>(
        std::move(tensors), nlohmann::ordered_json::parse(modelConfigJson(source.merged->config())));
    return source;
}

std::optional<int32_t> known(int32_t id) { return id >= 0 ? std::optional(id) : std::nullopt; }

/// The tokenizer of `base` as a GGUF file carries it.
GgufTokenizer ggufTokenizerFor(const fs::path& base, int64_t vocabSize)
{
    if (std::optional<GgufTokenizer> own = orThrow(ggufTokenizerOf(base)))
        return std::move(*own);
    GgufVocabulary v = orThrow(ggufVocabularyOf(base, vocabSize));
    const auto tokenizer = orThrow(loadModelTokenizer(base));
    GgufTokenizer t;
    t.model = v.model;
    t.pre = v.pre;
    t.tokens = std::move(v.tokens);
    t.scores = std::move(v.scores);
    t.types = std::move(v.tokenTypes);
    t.merges = std::move(v.merges);
    t.bosId = known(tokenizer->bosId());
    t.eosId = known(tokenizer->eosId());
    t.unknownId = known(tokenizer->unkId());
    t.padId = known(tokenizer->padId());
    t.addBos = !tokenizer->prefixIds().empty();
    t.addEos = !tokenizer->suffixIds().empty();
    if (t.model == "llama")
        t.addSpacePrefix = v.addSpacePrefix;
    if (const Result<ChatTemplate> chat = loadChatTemplate(base))
        t.chatTemplate = chat->source();
    else if (chat.error().code != "template_missing")
        throw Failure(chat.error());
    return t;
}

} // namespace

Result<void> exportModel(const ModelExport& request, Workers& workers, const WeightProgress& progress)
{
    try {
        const fs::path base = orThrow(baseOfModel(request.model, resourceRoot()));
        const Source source = openSource(request.model, base);
        if (request.to == "hf")
            return writeModelFolder(*source.weights,
                { request.out, orThrow(companionFiles(base)), request.dtype.empty() ? "keep" : request.dtype },
                &workers, progress);
        if (request.to != "gguf")
            return Error { "export_format", "Models are not exported as \"" + request.to + "\".",
                "Choose hf or gguf." };
        const nlohmann::ordered_json config = orThrow(source.weights->config());
        const GgufTokenizer tokenizer
            = ggufTokenizerFor(base, orThrow(parseModelConfig(config.dump(), base.string())).vocabSize);
        return exportGguf(*source.weights,
            { request.out, request.dtype.empty() ? "F16" : request.dtype, request.model.stem().string(), &tokenizer },
            &workers, progress);
    } catch (const Failure& failure) {
        return failure.error();
    }
}

} // namespace aha
