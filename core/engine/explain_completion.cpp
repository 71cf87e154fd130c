// One completion with everything that was read in it.

#include "core/engine/engine_context.h"
#include "core/engine/reward_lab.h"
#include "core/store/rows.h"
#include "core/tasks/answer_tags.h"
#include "core/tasks/task.h"
#include "core/trace/language.h"
#include "core/trace/reflection.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace aha {

namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kTags[] = { "<think>", "</think>", "<answer>", "</answer>" };
constexpr size_t kMostPlaces = 1000; ///< of tags and words that are listed

Json tagPlaces(const std::string& text)
{
    Json places = Json::array();
    for (size_t at = text.find('<'); at != std::string::npos && places.size() < kMostPlaces;
         at = text.find('<', at + 1))
        for (const std::string tag : kTags)
            if (text.compare(at, tag.size(), tag) == 0)
                places.push_back({ { "tag", tag }, { "begin", at }, { "end", at + tag.size() } });
    return places;
}

Json reflectionPlaces(const std::string& text)
{
    Json places = Json::array();
    const Lexicon lexicon = orThrow(Lexicon::load(resourceRoot() / "resources/lexicons/reflection.txt"));
    for (const WordHit& hit : lexicon.find(text))
        if (places.size() < kMostPlaces)
            places.push_back(
                { { "word", lexicon.entries()[size_t(hit.word)].word }, { "begin", hit.begin }, { "end", hit.end } });
    return places;
}

/// What a right completion in the right form would have that this one has not.
Json needsOf(const Judgement& judgement, const std::string& text)
{
    Json needs = Json::array();
    const auto count = [&](const std::string& tag) {
        size_t found = 0;
        for (size_t at = text.find(tag); at != std::string::npos; at = text.find(tag, at + 1))
            ++found;
        return found;
    };
    for (const std::string tag : { "</think>", "<answer>", "</answer>" })
        if (const size_t found = count(tag); found != 1)
            needs.push_back("The form: " + tag + " exactly once; it is there " + std::to_string(found) + " times.");
    if (needs.empty() && judgement.format == 0)
        needs.push_back("The form: reasoning, </think>, <answer>…</answer>, and nothing but white space between and "
                        "after them.");
    if (judgement.verdict == Verdict::Malformed)
        needs.push_back("An answer that can be read. " + judgement.explanation);
    else if (judgement.verdict == Verdict::Wrong)
        needs.push_back("The right answer. " + judgement.explanation);
    else if (judgement.verdict == Verdict::Unjudged)
        needs.push_back("Nothing more for accuracy. " + judgement.explanation);
    else if (judgement.verdict != Verdict::Correct)
        needs.push_back("Nothing of the completion: the verifier failed. " + judgement.explanation);
    return needs;
}

} // namespace

std::optional<double> largestValue(const std::string& part, const RewardConfig& rewards)
{
    for (const char* share :
        { "accuracy", "format", "language", "tags", "reasoning", "boxed", "code_format", "tiny_zero", "code" })
        if (part == share)
            return 1;
    if (part == "logic_rl")
        return 3; // 1 of the form, 2 of the roles
    if (part == "length")
        return 0.5; // the shortest right one of a group
    if (part == "repetition" || part == "overlong")
        return 0; // they only take
    if (part == "cosine")
        return std::max(
            { rewards.cosineRightShort, rewards.cosineRightLong, rewards.cosineWrongShort, rewards.cosineWrongLong });
    return {};
}

Json explainCompletion(const Task& task, const std::string& itemJson, const std::string& text)
{
    const Judgement judgement = task.judge(itemJson, text);
    const LanguageCount words = countLanguages(text);
    Json answer = nullptr;
    if (judgement.begin < judgement.end)
        answer = { { "text", boundedField(judgement.extracted) }, { "begin", judgement.begin },
            { "end", judgement.end }, { "normal_form", boundedField(judgement.normalForm) } };
    return { { "tags", tagPlaces(text) }, { "answer", std::move(answer) }, { "reflections", reflectionPlaces(text) },
        { "languages", { { "en", words.english }, { "zh", words.chinese }, { "other", words.other } } },
        { "needs", needsOf(judgement, text) } };
}

} // namespace aha
