#include "core/text/pre_tokenizer.h"

namespace aha {

PreTokenizer::Run::Run(const PreTokenizer& tokenizer, TextBuffers& buffers)
    : m_tokenizer(tokenizer)
    , m_buffers(buffers)
{
    for (const PreTokenizerStep& step : tokenizer.m_steps) {
        m_matchers.emplace_back();
        if (const auto* split = std::get_if<PreTokenizerStep::Split>(&step.what))
            m_matchers.back().emplace(split->regex);
        else if (const auto* meta = std::get_if<PreTokenizerStep::Metaspace>(&step.what); meta && meta->split)
            m_matchers.back().emplace(*meta->split);
    }
}

void PreTokenizer::Run::split(TextSlice text, bool atStart, const std::function<void(TextSlice)>& word)
{
    step(0, text, atStart, word);
}

void PreTokenizer::Run::step(size_t index, TextSlice text, bool atStart, const std::function<void(TextSlice)>& word)
{
    if (text.text.empty())
        return;
    if (index == m_tokenizer.m_steps.size())
        return word(text);
    const auto cut = [&](TextSlice whole, SplitBehavior behavior, bool invert) {
        splitText(whole.text, *m_matchers[index], behavior, invert,
            [&](size_t begin, size_t end) { step(index + 1, whole.part(begin, end), atStart && begin == 0, word); });
    };
    const auto& what = m_tokenizer.m_steps[index].what;
    if (const auto* split = std::get_if<PreTokenizerStep::Split>(&what))
        return cut(text, split->behavior, split->invert);
    if (std::holds_alternative<PreTokenizerStep::PrefixSpace>(what)) {
        if (text.text[0] != ' ')
            text = prependText(text, " ", m_buffers);
        return step(index + 1, text, atStart, word);
    }
    using Metaspace = PreTokenizerStep::Metaspace;
    const auto& meta = std::get<Metaspace>(what);
    text = replaceLiteral(text, " ", meta.replacement, m_buffers);
    if ((meta.prepend == Metaspace::Prepend::Always || (meta.prepend == Metaspace::Prepend::First && atStart))
        && text.text.substr(0, meta.replacement.size()) != meta.replacement)
        text = prependText(text, meta.replacement, m_buffers);
    if (meta.split)
        return cut(text, SplitBehavior::MergedWithNext, false);
    step(index + 1, text, atStart, word);
}

} // namespace aha
