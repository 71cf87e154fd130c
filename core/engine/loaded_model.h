#pragma once
// A model that is ready to be talked to: decoder, tokenizer, chat template, card.

#include "core/base/workers.h"
#include "core/card/model_card.h"
#include "core/rollout/rollout_backend.h"
#include "core/template/chat_template.h"
#include "core/text/tokenizer.h"

#include <memory>
#include <optional>
#include <string>

namespace aha {

class LoadedModel {
public:
    /// Reads the weights. `adapter`: a PEFT folder to merge, or "". Throws Failure: those of readModelCard(),
    /// loadModel() and ComputeDevice; the card's problem when the engine cannot run the model.
    LoadedModel(const std::string& path, const std::string& adapter, const std::string& device, Workers& workers);

    const ModelCard& card() const { return m_card; }
    const ModelConfig& config() const { return *m_card.config; }
    /// Throws Failure when the model has none.
    const Tokenizer& tokenizer() const;
    const ChatTemplate& chatTemplate() const;
    RolloutBackend& decoder() { return *m_decoder; }

private:
    ModelCard m_card;
    std::unique_ptr<RolloutBackend> m_decoder; ///< holds its own copy of the weights; the read ones are dropped
    std::shared_ptr<const Tokenizer> m_tokenizer;
    std::optional<ChatTemplate> m_chat;
};

} // namespace aha
