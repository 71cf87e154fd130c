#include "core/text/tokenizer_training.h"

#include "core/base/files.h"

#include <sentencepiece_trainer.h>

namespace aha {

namespace {

/// One word a sentence, word i of n repeated n - i times: the trainer orders words by frequency, so the order is ours.
class WordSentences : public sentencepiece::SentenceIterator {
public:
    explicit WordSentences(const std::vector<std::string>& words)
        : m_words(words)
    {
    }
    bool done() const override { return m_word == m_words.size(); }
    void Next() override
    {
        if (++m_repeat + m_word >= m_words.size()) {
            ++m_word;
            m_repeat = 0;
        }
    }
    const std::string& value() const override { return m_words[m_word]; }
    sentencepiece::util::Status status() const override { return {}; }

private:
    const std::vector<std::string>& m_words;
    size_t m_word = 0, m_repeat = 0;
};

} // namespace

Result<void> trainWordTokenizer(const std::vector<std::string>& words, const std::filesystem::path& modelFile)
{
    WordSentences sentences(words);
    std::string model;
    const auto status = sentencepiece::SentencePieceTrainer::Train(
        "--model_type=word --vocab_size=" + std::to_string(words.size() + 3)
            + " --normalization_rule_name=identity --hard_vocab_limit=true --num_threads=1 --minloglevel=2"
              " --unk_id=0 --bos_id=1 --eos_id=2",
        &sentences, &model);
    if (!status.ok())
        return Error { "tokenizer_training_failed", "Training the tokenizer failed: " + status.ToString() + ".", "" };
    return writeFileAtomically(modelFile, model);
}

} // namespace aha
