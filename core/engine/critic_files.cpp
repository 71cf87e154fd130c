#include "core/engine/critic_files.h"

#include "core/base/files.h"
#include "core/config/lora_config.h"
#include "core/engine/model_source.h"

namespace aha {

namespace fs = std::filesystem;

namespace {

/// Tensors that train, with their optimizer, and the name of their files.
struct Part {
    std::string name;
    at::Tensor& parameters;
    AdamW& optimizer;
};

std::vector<Part> partsOf(Critic* critic, ValueHead* shared)
{
    std::vector<Part> parts;
    if (critic)
        parts.push_back({ "critic", critic->model().trained(), critic->optimizer() });
    if (ValueHead* head = critic ? critic->head() : shared)
        parts.push_back({ "value_head", head->weight(), head->optimizer() });
    return parts;
}

} // namespace

Policy startCritic(const RunConfig& config)
{
    Transformer model = orThrow(loadModel(config.model.path));
    if (config.adapter.rank == 0)
        return Policy(model.withHead(1));
    LoraAdapter adapter
        = LoraAdapter::create(loraConfig(config, model.config()), model.config(), uint64_t(config.general.seed));
    return Policy(std::move(model), std::move(adapter));
}

StageFiles criticFiles(Critic* critic, ValueHead* shared)
{
    StageFiles files;
    for (const Part& part : partsOf(critic, shared)) {
        files.emplace_back(part.name + ".safetensors", [&parameters = part.parameters] {
            return TensorFile { { { "parameters", parameters } }, {} }.bytes();
        });
        files.emplace_back(part.name + "_optimizer.safetensors",
            [&optimizer = part.optimizer] { return optimizerFile(optimizer.state()).bytes(); });
    }
    return files;
}

void restoreCritic(Critic* critic, ValueHead* shared, const fs::path& checkpoint, const ComputeDevice& device)
{
    const auto file = [&](const std::string& name) {
        return orThrow(parseTensorFile(orThrow(readFile(checkpoint / name, uint64_t(1) << 40))));
    };
    for (const Part& part : partsOf(critic, shared)) {
        const TensorFile stored = file(part.name + ".safetensors");
        const at::Tensor* values = stored.find("parameters");
        if (!values || values->numel() != part.parameters.numel())
            throw Failure({ "checkpoint_invalid", "The checkpoint's critic is not of this model.",
                "Use an earlier checkpoint." });
        part.parameters.copy_(*values); // in place: gradients and leaves are views of it
        AdamWState state = orThrow(optimizerState(file(part.name + "_optimizer.safetensors"), part.parameters.numel()));
        state.first_P = device.place(state.first_P);
        state.second_P = device.place(state.second_P);
        part.optimizer.state() = std::move(state);
    }
}

} // namespace aha
