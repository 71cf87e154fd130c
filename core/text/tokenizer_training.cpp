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

/// Texts one after the other.
class Texts : public sentencepiece::SentenceIterator {
public:
    explicit Texts(const std::vector<std::string>& texts)
        : m_texts(texts)
    {
    }
    bool done() const override { return m_at == m_texts.size(); }
    void Next() override { ++m_at; }
    const std::string& value() const override { return m_texts[m_at]; }
    sentencepiece::util::Status status() const override { return {}; }

private:
    const std::vector<std::string>& m_texts;
    size_t m_at = 0;
};

Result<void> train(
    const std::string& arguments, sentencepiece::SentenceIterator& sentences, const std::filesystem::path& modelFile)
{
    std::string model;
    const auto status = sentencepiece::SentencePieceTrainer::Train(arguments
            + " --normalization_rule_name=identity --num_threads=1 --minloglevel=2 --unk_id=0 --bos_id=1 --eos_id=2",
        &sentences, &model);
    if (!status.ok())
        return Error { "tokenizer_training_failed", "Training the tokenizer failed: " + status.ToString() + ".", "" };
    return writeFileAtomically(modelFile, model);
}

} // namespace

Result<void> trainWordTokenizer(const std::vector<std::string>& words, const std::filesystem::path& modelFile)
{
    WordSentences sentences(words);
    return train("--model_type=word --hard_vocab_limit=true --vocab_size=" + std::to_string(words.size() + 3),
        sentences, modelFile);
}

Result<void> trainPieceTokenizer(const std::vector<std::string>& texts, const std::vector<std::string>& symbols,
    int64_t pieces, const std::filesystem::path& modelFile)
{
    std::string list;
    for (const std::string& symbol : symbols)
        list += (list.empty() ? "" : ",") + symbol;
    Texts sentences(texts);
    return train("--model_type=bpe --hard_vocab_limit=false --split_digits=true --add_dummy_prefix=false "
                 "--remove_extra_whitespaces=false --character_coverage=1.0 --user_defined_symbols="
            + list + " --vocab_size=" + std::to_string(pieces),
        sentences, modelFile);
}

} // namespace aha
