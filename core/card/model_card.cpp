#include "core/card/model_card.h"

#include "core/base/files.h"
#include "core/base/json_depth.h"
#include "core/card/model_parts.h"
#include "core/config/architecture.h"
#include "core/config/lora_config.h"
#include "core/weights/gguf_source.h"
#include "core/weights/gguf_tokenizer.h"
#include "core/weights/open_weights.h"

#include <algorithm>
#include <map>

namespace aha {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

namespace {

constexpr int64_t kConversation = 4096; // tokens that the estimate for inference counts, if the context is longer

/// A GGUF file of an architecture that is not computed here is still a model to show.
Result<std::unique_ptr<WeightSource>> openAnyway(const fs::path& base)
{
    Result<std::unique_ptr<WeightSource>> weights = openWeights(base);
    if (weights || (weights.error().code != "gguf_architecture" && weights.error().code != "gguf_tensor_unexpected"))
        return weights;
    Result<std::unique_ptr<GgufSource>> stored = GgufSource::open(ggufFileOf(base), GgufNames::AsStored);
    return stored ? Result<std::unique_ptr<WeightSource>>(std::move(*stored)) : stored.error();
}

Result<ModelConfig> runnableConfig(const WeightSource& weights, const fs::path& base)
{
    std::error_code ignored;
    if (fs::is_directory(base, ignored) && weights.format() != "GGUF")
        return readModelConfig(base); // with generation_config.json's end tokens
    const Result<Json> json = weights.config();
    return json ? parseModelConfig(json->dump(), base.string()) : Result<ModelConfig>(json.error());
}

std::vector<StoredKind> storedKinds(const WeightSource& weights)
{
    std::map<std::string, StoredKind> kinds;
    for (const WeightEntry& entry : weights.entries()) {
        StoredKind& kind = kinds[entry.dtype];
        kind.dtype = entry.dtype;
        ++kind.tensors;
        kind.elements += entry.elements;
        kind.bytes += entry.bytes;
    }
    std::vector<StoredKind> sorted;
    for (auto& [dtype, kind] : kinds)
        sorted.push_back(std::move(kind));
    std::stable_sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a.bytes > b.bytes; });
    return sorted;
}

/// The model of a tokenizer.json by the one word of it that names it; parsing megabytes again would cost more.
std::string jsonModelKind(const fs::path& file)
{
    const Result<std::string> text = readFile(file, uint64_t(256) << 20);
    if (text)
        for (const auto& [word, kind] : { std::pair { "\"BPE\"", "BPE" }, { "\"Unigram\"", "unigram" } })
            if (text->find(word) != std::string::npos)
                return std::string(text->find("\"ByteLevel\"") != std::string::npos ? "byte-level " : "") + kind;
    return "unknown";
}

std::string tokenizerKind(const fs::path& base)
{
    std::error_code ignored;
    if (const fs::path file = ggufFileOf(base); !file.empty()) {
        const auto source = GgufSource::open(file, GgufNames::AsStored);
        const auto t = source ? ggufTokenizer((*source)->file()) : Result<GgufTokenizer>(source.error());
        if (!t)
            return "GGUF";
        const std::string model = t->model == "gpt2" ? "byte-level BPE"
            : t->model == "llama"                    ? "sentencepiece"
                                                     : t->model;
        return model + (t->pre.empty() ? " (GGUF)" : " (GGUF, pre-tokenizer " + t->pre + ")");
    }
    if (fs::exists(base / "tokenizer.json", ignored))
        return jsonModelKind(base / "tokenizer.json") + " (tokenizer.json)";
    return "sentencepiece (.model)";
}

TokenizerFacts tokenizerFacts(const Tokenizer& t, std::string kind)
{
    TokenizerFacts facts;
    facts.kind = std::move(kind);
    facts.size = t.vocabSize();
    for (int32_t id = 0; id < t.vocabSize(); ++id)
        if (t.isSpecial(id)) {
            const char* role = id == t.bosId() ? "bos"
                : id == t.eosId()              ? "eos"
                : id == t.unkId()              ? "unk"
                : id == t.padId()              ? "pad"
                                               : "";
            if (facts.special.size() < kListedSpecial || *role)
                facts.special.push_back({ id, t.piece(id), role });
            ++facts.specialCount;
        }
    for (const int32_t id : t.prefixIds())
        facts.prefix.push_back(t.piece(id));
    return facts;
}

TemplateFacts templateFacts(const ChatTemplate& chat)
{
    TemplateFacts facts;
    facts.marksGeneration = chat.marksGeneration();
    facts.takesThinking = chat.source().find("enable_thinking") != std::string::npos;
    ChatRequest request;
    request.messages
        = { { { "role", "system" }, { "content", "zqsystem" } }, { { "role", "user" }, { "content", "zquser" } } };
    const Result<RenderedChat> rendered = chat.render(request);
    facts.takesSystem = rendered && rendered->text.find("zqsystem") != std::string::npos;
    facts.findings = lintTemplate(chat);
    return facts;
}

/// Sampling fields of generation_config.json.
Json generationDefaults(const fs::path& base)
{
    Json kept = Json::object();
    const Result<std::string> text = readFile(base / "generation_config.json", 1 << 20);
    if (!text || !jsonDepthWithin(*text))
        return kept;
    const Json json = Json::parse(*text, nullptr, false);
    if (json.is_object())
        for (const char* key :
            { "do_sample", "temperature", "top_k", "top_p", "min_p", "repetition_penalty", "max_new_tokens" })
            if (json.contains(key) && (json[key].is_number() || json[key].is_boolean()))
                kept[key] = json[key];
    return kept;
}

/// What the metadata of the file says, else the front matter of the model's README.md.
std::string licenseOf(const WeightSource& weights, const fs::path& base)
{
    for (const char* key : { "general.license", "license" })
        if (const auto found = weights.metadata().find(key); found != weights.metadata().end())
            return found->second;
    const Result<std::string> text = readFile(base / "README.md", 1 << 20);
    if (!text || text->rfind("---\n", 0) != 0)
        return {};
    const size_t end = text->find("\n---", 4), at = text->find("\nlicense:");
    if (at == std::string::npos || at > end)
        return {};
    std::string value = text->substr(at + 9, text->find('\n', at + 1) - at - 9);
    value.erase(0, value.find_first_not_of(" \t\"'"));
    value.erase(value.find_last_not_of(" \t\r\"'") + 1);
    return value;
}

Result<AdapterFacts> adapterFacts(const fs::path& folder, const fs::path& base, const std::optional<ModelConfig>& model)
{
    const Result<std::string> text = readFile(folder / "adapter_config.json", 1 << 20);
    const Result<LoraConfig> config = text ? parseLoraConfig(*text) : Result<LoraConfig>(text.error());
    if (!config)
        return config.error();
    AdapterFacts facts { config->rank, 0, config->alpha, config->targets, base.string() };
    if (model)
        facts.parameters = parameterCount(*config, *model);
    return facts;
}

MemoryFacts memoryFacts(const ModelConfig& model, int threads)
{
    MemoryFacts facts;
    facts.conversation = std::min(kConversation, model.maxPositionEmbeddings);
    facts.inference = inferenceMemoryMb(model, facts.conversation);
    RunConfig run;
    facts.full = trainingMemoryMb(run, model, threads);
    run.adapter.rank = facts.loraRank;
    facts.lora = trainingMemoryMb(run, model, threads);
    facts.machine = machineMemory();
    return facts;
}

} // namespace

Result<ModelCard> readModelCard(const fs::path& given, const fs::path& root, int threads)
{
    fs::path path = given.lexically_normal();
    if (!path.has_filename())
        path = path.parent_path(); // a trailing separator
    const Result<fs::path> base = baseOfModel(path, root);
    if (!base)
        return base.error();
    const Result<std::unique_ptr<WeightSource>> weights = openAnyway(*base);
    if (!weights)
        return weights.error();
    ModelCard card;
    card.path = path.string();
    card.name = fs::absolute(path).filename().string();
    card.format = (*weights)->format();
    card.stored = storedKinds(**weights);
    card.fileBytes = (*weights)->totalBytes();
    for (const StoredKind& kind : card.stored)
        card.elements += kind.elements;
    if (const Result<Json> json = (*weights)->config(); json && json->contains("architectures")
        && (*json)["architectures"].is_array() && !(*json)["architectures"].empty()
        && (*json)["architectures"][0].is_string())
        card.architecture = (*json)["architectures"][0].get<std::string>();
    else if (const auto named = (*weights)->metadata().find("general.architecture");
             named != (*weights)->metadata().end())
        card.architecture = named->second;
    if (Result<ModelConfig> config = runnableConfig(**weights, *base)) {
        card.memory = memoryFacts(*config, threads);
        card.config = std::move(*config);
    } else {
        card.problem = config.error();
    }
    if (const auto tokenizer = tokenizerOfModel(path, root))
        card.tokenizer = tokenizerFacts(**tokenizer, tokenizerKind(*base));
    else
        card.tokenizerProblem = tokenizer.error();
    if (const Result<ChatTemplate> chat = templateOfModel(path, root))
        card.chat = templateFacts(*chat);
    else
        card.chatProblem = chat.error();
    if (isAdapterFolder(path)) {
        Result<AdapterFacts> adapter = adapterFacts(path, *base, card.config);
        if (!adapter)
            return adapter.error();
        card.adapter = std::move(*adapter);
    }
    card.generation = generationDefaults(*base);
    card.license = licenseOf(**weights, *base);
    return card;
}

} // namespace aha
