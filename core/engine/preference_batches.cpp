#include "core/engine/preference_batches.h"

#include "core/algo/kto_loss.h"

#include <algorithm>

namespace aha {

namespace {

/// Prompt and one answer as fine-tuning reads them, so that chosen answers are tokens as sft would have them.
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

Result<PreferenceBatches::Row> PreferenceBatches::encode(const data::Example& example, bool& cut) const
{
    std::vector<std::pair<const data::Turns*, bool>> answers;
    if (example.kind == data::Kind::Preference)
        answers = { { &example.chosen, true }, { &example.rejected, false } };
    else if (example.kind == data::Kind::UnpairedPreference && !m_pairs)
        answers = { { &example.completion, example.label.value_or(false) } };
    else
        return Error { "preference_kind",
            std::string("A row of the kind ") + data::nameOf(example.kind) + " does not say what is preferred.",
            m_pairs ? "This loss needs chosen and rejected answers: see data.mapping."
                    : "KTO needs completions with a label, or chosen and rejected answers: see data.mapping." };
    const size_t limit = size_t(m_config.preference.maxLength);
    Row row;
    for (const auto& [turns, desirable] : answers) {
        const Result<SftEncoder::Encoded> encoded = m_encoder.encode(answered(example, *turns));
        if (!encoded)
            return encoded.error();
        const SftSequence& sequence = encoded->sequence;
        TrainingSample sample;
        sample.ids = sequence.ids;
        sample.promptLength = std::find(sequence.trained.begin(), sequence.trained.end(), 1) - sequence.trained.begin();
        if (sample.ids.size() > limit) {
            sample.ids.resize(limit);
            cut = true;
        }
        if (sample.promptLength == 0 || sample.completionLength() <= 0)
            return Error { "preference_no_completion",
                "Nothing is left to train: the prompt has " + std::to_string(sample.promptLength)
                    + " tokens, and preference.max_length is " + std::to_string(limit) + ".",
                "Raise preference.max_length, or take such rows out." };
        row.samples.push_back(std::move(sample));
        row.desirable.push_back(desirable);
    }
    return row;
}

PreferenceBatches::PreferenceBatches(const TrainingData& data, const SftEncoder& encoder, const RunConfig& config,
    Workers& workers, bool pairs, const std::function<void(double)>& progress)
    : m_data(data)
    , m_encoder(encoder)
    , m_config(config)
    , m_pairs(pairs)
    , m_rows(data.rows())
{
    const uint64_t held = std::min<uint64_t>(data.heldOutRows(), uint64_t(config.eval.problems)),
                   all = data.rows() + held;
    std::vector<Row> heldRows(held);
    std::vector<Result<void>> results(all, Result<void>());
    std::vector<uint8_t> cut(all, 0);
    workers.run([&](int worker) {
        for (uint64_t i = uint64_t(worker); i < all; i += uint64_t(workers.size())) {
            const Result<data::Example> example = i < data.rows() ? data.row(i) : data.heldOut(i - data.rows());
            bool wasCut = false;
            Result<Row> row = example ? encode(*example, wasCut) : Result<Row>(example.error());
            cut[i] = wasCut;
            if (!row)
                results[i] = row.error();
            else
                (i < data.rows() ? m_rows[i] : heldRows[i - data.rows()]) = std::move(*row);
            if (worker == 0 && progress)
                progress(double(i) / double(all));
        }
    });
    for (uint64_t i = 0; i < all; ++i) {
        const bool trains = i < data.rows();
        if (!results[i] && config.data.badRows == "fatal")
            throw Failure({ results[i].error().code,
                (trains ? "Training row " : "Held-out row ") + std::to_string((trains ? i : i - data.rows()) + 1)
                    + " cannot be used. " + results[i].error().message,
                results[i].error().hint });
        m_unusable += !results[i];
        m_cut += cut[i];
        m_usable += trains && results[i];
    }
    if (m_usable == 0)
        throw Failure({ "preference_nothing_trained", "No row of the data set can be trained on.",
            "Look at data.mapping and preference.max_length." });
    std::vector<const Row*> usable;
    for (const Row& row : heldRows)
        if (!row.samples.empty())
            usable.push_back(&row);
    m_heldOut = batchOf(usable);
}

PreferenceBatches::Batch PreferenceBatches::batchOf(const std::vector<const Row*>& rows) const
{
    Batch batch;
    if (m_pairs) {
        for (const Row* row : rows)
            batch.pairs.push_back({ row->samples[0], row->samples[1] });
        return batch;
    }
    for (const Row* row : rows)
        for (size_t i = 0; i < row->samples.size(); ++i)
            batch.examples.push_back({ row->samples[i], row->desirable[i], {} });
    const std::vector<size_t> other = ktoMismatch(batch.examples.size(), batch.examples.size());
    for (size_t i = 0; i < other.size(); ++i) {
        const TrainingSample &prompt = batch.examples[i].sample, &completion = batch.examples[other[i]].sample;
        TrainingSample& mixed = batch.examples[i].mismatched;
        mixed.promptLength = prompt.promptLength;
        mixed.ids.assign(prompt.ids.begin(), prompt.ids.begin() + prompt.promptLength);
        mixed.ids.insert(mixed.ids.end(), completion.ids.begin() + completion.promptLength, completion.ids.end());
    }
    return batch;
}

int64_t PreferenceBatches::stepsInEpoch() const
{
    const int64_t rows = int64_t(m_data.epochSize()), batch = m_config.preference.batchSize;
    return std::max<int64_t>((rows + batch - 1) / batch, 1);
}

PreferenceBatches::Batch PreferenceBatches::at(int64_t step) const
{
    const int64_t steps = stepsInEpoch(), epoch = (step - 1) / steps, index = (step - 1) % steps,
                  size = m_config.preference.batchSize;
    std::vector<const Row*> rows;
    for (int64_t position = index * size; position < std::min<int64_t>((index + 1) * size, int64_t(m_data.epochSize()));
         ++position)
        if (const Row& row = m_rows[m_data.at(uint64_t(epoch), uint64_t(position))]; !row.samples.empty())
            rows.push_back(&row);
    Batch batch = batchOf(rows);
    batch.epoch = double(epoch) + double(index + 1) / double(steps);
    return batch;
}

} // namespace aha
