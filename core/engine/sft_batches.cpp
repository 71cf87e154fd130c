#include "core/engine/sft_batches.h"

#include "core/base/rng.h"

#include <algorithm>
#include <cmath>

namespace aha {

namespace {

void cutAt(SftSequence& sequence, int64_t limit)
{
    if (int64_t(sequence.ids.size()) <= limit)
        return;
    sequence.ids.resize(size_t(limit));
    sequence.trained.resize(size_t(limit));
}

} // namespace

SftSequence SftBatches::encode(const Result<data::Example>& example) const
{
    return orThrow(m_encoder.encode(orThrow(example))).sequence;
}

SftBatches::SftBatches(const TrainingData& data, const SftEncoder& encoder, const RunConfig& config, Workers& workers,
    const std::function<void(double)>& progress)
    : m_data(data)
    , m_encoder(encoder)
    , m_config(config)
    , m_workers(workers)
    , m_lengths(data.rows(), 0)
{
    struct Counts {
        uint64_t rows = 0, cut = 0, untrained = 0, unreadable = 0, moved = 0, dropped = 0;
        std::optional<std::pair<uint64_t, Error>> first; ///< the first row that could not be encoded
    };
    const int64_t limit = config.sft.maxLength;
    const bool keepsRest = config.sft.packing == "bfd_split" || config.sft.packing == "wrapped";
    std::vector<Counts> parts(size_t(workers.size()));
    workers.run([&](int worker) {
        Counts& counts = parts[size_t(worker)];
        for (uint64_t row = uint64_t(worker); row < data.rows(); row += uint64_t(workers.size())) {
            const Result<data::Example> example = data.row(row);
            const Result<SftEncoder::Encoded> encoded
                = example ? encoder.encode(*example) : Result<SftEncoder::Encoded>(example.error());
            if (!encoded) {
                ++counts.unreadable;
                if (!counts.first)
                    counts.first.emplace(row, encoded.error());
                continue;
            }
            SftSequence sequence = encoded->sequence;
            const size_t whole = sequence.ids.size();
            counts.moved += encoded->boundaryMoved;
            counts.cut += int64_t(whole) > limit;
            if (!keepsRest)
                cutAt(sequence, limit);
            if (sequence.trainedTokens() == 0) {
                ++counts.untrained;
                continue;
            }
            ++counts.rows;
            counts.dropped += whole - sequence.ids.size();
            m_lengths[row] = uint32_t(whole);
            if (worker == 0 && progress)
                progress(double(row) / double(data.rows()));
        }
    });
    std::optional<std::pair<uint64_t, Error>> first;
    for (const Counts& counts : parts) {
        m_rows += counts.rows;
        m_cut += counts.cut;
        m_untrained += counts.untrained;
        m_unreadable += counts.unreadable;
        m_boundaryMoved += counts.moved;
        m_dropped += counts.dropped;
        if (counts.first && (!first || counts.first->first < first->first))
            first = counts.first;
    }
    if (first && (config.data.badRows == "fatal" || m_rows == 0))
        throw Failure({ first->second.code,
            "Training row " + std::to_string(first->first + 1) + " cannot be trained on. " + first->second.message,
            first->second.hint });
    if (m_rows == 0)
        throw Failure({ "sft_nothing_trained",
            "No row has a trained token within sft.max_length (" + std::to_string(limit) + " tokens).",
            "Raise it, or look at sft.loss_on." });
    const uint64_t held = std::min<uint64_t>(data.heldOutRows(), uint64_t(config.eval.problems));
    for (uint64_t row = 0; row < held; ++row) {
        const Result<data::Example> example = data.heldOut(row);
        Result<SftEncoder::Encoded> encoded
            = example ? encoder.encode(*example) : Result<SftEncoder::Encoded>(example.error());
        if (!encoded && config.data.badRows == "fatal")
            throw Failure({ encoded.error().code,
                "Held-out row " + std::to_string(row + 1) + " cannot be used. " + encoded.error().message,
                encoded.error().hint });
        if (!encoded)
            continue;
        cutAt(encoded->sequence, limit);
        m_heldOut.push_back(std::move(encoded->sequence));
    }
}

const SftBatches::Epoch& SftBatches::epoch(uint64_t number)
{
    if (m_current && m_current->first == number)
        return m_current->second;
    Epoch made;
    std::vector<int64_t> lengths;
    for (uint64_t position = 0; position < m_data.epochSize(); ++position)
        if (const uint64_t row = m_data.at(number, position); m_lengths[row] > 0) {
            made.rows.push_back(row);
            lengths.push_back(m_lengths[row]);
        }
    made.packed = packDocuments(lengths, m_config.sft.maxLength, m_config.sft.packing);
    if (m_config.data.shuffle && m_config.sft.packing != "none") { // best fit put the full ones first
        Rng shuffle(uint64_t(m_config.general.seed), Purpose::Shuffle, number, 1);
        for (size_t i = made.packed.size(); i > 1; --i)
            std::swap(made.packed[i - 1], made.packed[size_t(shuffle.below(i))]);
    }
    const int64_t batch = m_config.sft.batchSize;
    made.steps = std::max<int64_t>((int64_t(made.packed.size()) + batch - 1) / batch, 1);
    m_current.emplace(number, std::move(made));
    return m_current->second;
}

SftBatches::Batch SftBatches::at(int64_t step)
{
    size_t number = 0;
    while (true) {
        if (number + 1 == m_stepsBefore.size())
            m_stepsBefore.push_back(m_stepsBefore.back() + epoch(number).steps);
        if (step <= m_stepsBefore[number + 1])
            break;
        ++number;
    }
    const Epoch& e = epoch(number);
    const int64_t index = step - 1 - m_stepsBefore[number], batch = m_config.sft.batchSize;
    Batch out;
    out.epoch = double(number) + double(index + 1) / double(e.steps);
    const size_t from = size_t(index * batch), to = std::min(size_t((index + 1) * batch), e.packed.size());
    std::map<size_t, SftSequence> documents; // several pieces may be of one
    for (size_t row = from; row < to; ++row)
        for (const DocumentPiece& piece : e.packed[row])
            documents[piece.document];
    std::vector<std::pair<size_t, SftSequence*>> wanted;
    for (auto& [document, sequence] : documents)
        wanted.emplace_back(document, &sequence);
    m_workers.run([&](int worker) {
        for (size_t i = size_t(worker); i < wanted.size(); i += size_t(m_workers.size()))
            *wanted[i].second = encode(m_data.row(e.rows[wanted[i].first]));
    });
    for (size_t row = from; row < to; ++row)
        for (const DocumentPiece& piece : e.packed[row]) {
            const SftSequence& whole = documents[piece.document];
            if (m_config.sft.packing != "wrapped" || &piece == &e.packed[row].front())
                out.sequences.emplace_back();
            SftSequence& sequence = out.sequences.back();
            out.pieces.push_back({ row - from, e.rows[piece.document], piece.from, piece.to, int64_t(whole.ids.size()),
                out.sequences.size() - 1, int64_t(sequence.ids.size()) });
            sequence.ids.insert(sequence.ids.end(), whole.ids.begin() + piece.from, whole.ids.begin() + piece.to);
            sequence.trained.insert(
                sequence.trained.end(), whole.trained.begin() + piece.from, whole.trained.begin() + piece.to);
        }
    return out;
}

} // namespace aha
