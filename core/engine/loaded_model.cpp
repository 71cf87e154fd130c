#include "core/engine/loaded_model.h"

#include "core/engine/compute_device.h"
#include "core/engine/engine_context.h"
#include "core/engine/model_source.h"

namespace aha {

LoadedModel::LoadedModel(
    const std::string& path, const std::string& adapter, const std::string& device, Workers& workers)
{
    const std::filesystem::path folder = orThrow(resolveModel(path));
    m_card = orThrow(readModelCard(folder, resourceRoot(), int(workers.size())));
    if (!m_card.config)
        throw Failure(*m_card.problem);
    if (Result<std::shared_ptr<const Tokenizer>> tokenizer = loadModelTokenizer(folder))
        m_tokenizer = std::move(*tokenizer);
    if (Result<ChatTemplate> chat = loadChatTemplate(folder))
        m_chat = std::move(*chat);
    const Transformer model = orThrow(adapter.empty() ? loadModel(folder) : loadModel(folder, resolvePath(adapter)));
    m_decoder = orThrow(ComputeDevice::open(device, CudaPlugin::For::Sampling)).makeRollout(model.config(), workers);
    m_decoder->setWeights(decoderWeights(model));
}

const Tokenizer& LoadedModel::tokenizer() const
{
    if (!m_tokenizer)
        throw Failure(*m_card.tokenizerProblem);
    return *m_tokenizer;
}

const ChatTemplate& LoadedModel::chatTemplate() const
{
    if (!m_chat)
        throw Failure(*m_card.chatProblem);
    return *m_chat;
}

} // namespace aha
