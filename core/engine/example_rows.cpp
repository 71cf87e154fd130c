#include "core/engine/example_rows.h"

#include "core/base/utf8.h"
#include "core/trace/language.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace aha {

std::vector<GroupRow> exampleRows(int64_t step, const std::vector<ExampleQuestion>& questions,
    const std::vector<SampledCompletion>& completions, const Tokenizer& tokenizer, const Lexicon& lexicon,
    const std::string& language)
{
    std::vector<GroupRow> rows;
    for (size_t i = 0; i < questions.size(); ++i) {
        const SampledCompletion& sampled = completions[i];
        std::vector<int32_t> ids = sampled.ids;
        if (sampled.finish == FinishReason::Stop && !ids.empty())
            ids.pop_back(); // the end token is not text
        CompletionRow row;
        row.text = validUtf8(tokenizer.decode(ids));
        row.tokens = int(sampled.ids.size());
        row.finishReason = sampled.finish == FinishReason::Stop ? "stop" : "length";
        row.tokenIds = sampled.ids;
        row.verdict = "unchecked";
        row.reason = "not_judged";
        const LanguageCount languages = countLanguages(row.text);
        row.reflections = int(lexicon.find(row.text).size());
        row.mixesLanguage = languages.mixes();
        row.languageShare = languages.share(language);
        TokenDetail detail { {}, sampled.logprob, sampled.entropy };
        tokenizer.decode(sampled.ids, detail.tokenEnds);
        for (int32_t& end : detail.tokenEnds)
            end = std::min(end, int32_t(row.text.size()));
        row.detail = std::move(detail);
        GroupRow group;
        group.step = step;
        group.position = int(i);
        group.prompt = { 0, validUtf8(questions[i].text), "sft",
            nlohmann::ordered_json { { "answer", validUtf8(questions[i].answer) } }.dump() };
        group.completions.push_back(std::move(row));
        rows.push_back(std::move(group));
    }
    return rows;
}

} // namespace aha
