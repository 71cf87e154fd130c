#include "core/engine/preference_batches.h"

#include "core/algo/kto_loss.h"
#include "core/engine/answer_encoder.h"

namespace aha {

Result<PreferenceBatches::Row> PreferenceBatches::encode(
    const data::Example& example, const SftEncoder& encoder, int64_t limit, bool pairs, bool& cut)
{
    std::vector<std::pair<const data::Turns*, bool>> answers;
    if (example.kind == data::Kind::Preference)
        answers = { { &example.chosen, true }, { &example.rejected, false } };
    else if (example.kind == data::Kind::UnpairedPreference && !pairs)
        answers = { { &example.completion, example.label.value_or(false) } };
    else
        return Error { "preference_kind",
            std::string("A row of the kind ") + data::nameOf(example.kind) + " does not say what is preferred.",
            pairs ? "This loss needs chosen and rejected answers: see data.mapping."
                  : "KTO needs completions with a label, or chosen and rejected answers: see data.mapping." };
    Row row;
    for (const auto& [turns, desirable] : answers) {
        Result<TrainingSample> sample = encodeAnswer(encoder, example, *turns, limit, "preference.max_length", cut);
        if (!sample)
            return sample.error();
        row.samples.push_back(std::move(*sample));
        row.desirable.push_back(desirable);
    }
    return row;
}

PreferenceBatches::PreferenceBatches(const TrainingData& data, const SftEncoder& encoder, const RunConfig& config,
    Workers& workers, bool pairs, const std::function<void(double)>& progress)
    : m_pairs(pairs)
    , m_rows(
          data, uint64_t(config.eval.problems), config.preference.batchSize, config.data.badRows == "skip", workers,
          [&](const data::Example& example, bool, bool& cut) {
              return encode(example, encoder, config.preference.maxLength, pairs, cut);
          },
          progress)
{
    if (m_rows.rows() == 0)
        throw Failure({ "preference_nothing_trained", "No row of the data set can be trained on.",
            "Look at data.mapping and preference.max_length." });
    std::vector<const Row*> held;
    for (const Row& row : m_rows.heldOut())
        held.push_back(&row);
    m_heldOut = batchOf(held);
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

PreferenceBatches::Batch PreferenceBatches::at(int64_t step) const
{
    Batch batch = batchOf(m_rows.at(step));
    batch.epoch = m_rows.epochs(step);
    return batch;
}

} // namespace aha
