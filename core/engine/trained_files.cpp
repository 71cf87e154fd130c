#include "core/engine/trained_files.h"

#include "core/base/files.h"

namespace aha {

namespace {

TensorFile fileAt(const std::filesystem::path& path)
{
    return orThrow(parseTensorFile(orThrow(readFile(path, uint64_t(1) << 40))));
}

} // namespace

void addTrainedFiles(StageFiles& files, const std::string& name, const Policy& model, const AdamW& optimizer)
{
    files.emplace_back(name + ".safetensors", [&model] {
        return TensorFile { { { "parameters", model.trained() } }, {} }.bytes();
    });
    files.emplace_back(
        name + "_optimizer.safetensors", [&optimizer] { return optimizerFile(optimizer.state()).bytes(); });
}

void restoreTrainedFiles(
    const std::filesystem::path& checkpoint, const std::string& name, Policy& model, AdamW& optimizer)
{
    at::Tensor& parameters = model.trained();
    const TensorFile stored = fileAt(checkpoint / (name + ".safetensors"));
    const at::Tensor* values = stored.find("parameters");
    if (!values || values->numel() != parameters.numel())
        throw Failure({ "checkpoint_invalid", "The checkpoint's " + name + ".safetensors is not of this model.",
            "Use an earlier checkpoint." });
    parameters.copy_(*values);
    AdamWState state
        = orThrow(optimizerState(fileAt(checkpoint / (name + "_optimizer.safetensors")), parameters.numel()));
    state.first_P = state.first_P.to(parameters.device());
    state.second_P = state.second_P.to(parameters.device());
    optimizer.state() = std::move(state);
}

} // namespace aha
