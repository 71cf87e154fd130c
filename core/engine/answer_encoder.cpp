#include "core/engine/answer_encoder.h"

#include <algorithm>

namespace aha {

namespace {

data::Example answered(const data::Example& example, const data::Turns& answer)
{
    data::Example one = example;
    one.kind = data::Kind::PromptCompletion;
    one.completion = answer;
    if (one.prompt.empty() && answer.conversational) { // the prompt is the turns before the last
        one.prompt.conversational = true;
        while (one.completion.messages.size() > 1) {
            one.prompt.messages.push_back(one.completion.messages.front());
            one.completion.messages.erase(one.completion.messages.begin());
        }
    }
    return one;
}

} // namespace

Result<TrainingSample> encodeAnswer(const SftEncoder& encoder, const data::Example& example, const data::Turns& answer,
    int64_t limit, const char* field, bool& cut)
{
    const Result<SftEncoder::Encoded> encoded = encoder.encode(answered(example, answer));
    if (!encoded)
        return encoded.error();
    const SftSequence& sequence = encoded->sequence;
    TrainingSample sample;
    sample.ids = sequence.ids;
    sample.promptLength = std::find(sequence.trained.begin(), sequence.trained.end(), 1) - sequence.trained.begin();
    if (int64_t(sample.ids.size()) > limit) {
        sample.ids.resize(size_t(limit));
        cut = true;
    }
    if (sample.promptLength == 0 || sample.completionLength() <= 0)
        return Error { "preference_no_completion",
            "Nothing is left to train: the prompt has " + std::to_string(sample.promptLength) + " tokens, and " + field
                + " is " + std::to_string(limit) + ".",
            std::string("Raise ") + field + ", or take such rows out." };
    return sample;
}

} // namespace aha
