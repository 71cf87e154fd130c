#pragma once
// The rows of a data set as tokens, all of them kept (sets that are trained on as wholes are small), and in which order
// they come: step by step, epoch by epoch, the same for the same seed and rows, from any step on.

#include "core/base/workers.h"
#include "core/engine/training_data.h"

#include <algorithm>
#include <functional>
#include <optional>

namespace aha {

/// Not thread-safe.
template <class Row> class EncodedRows {
public:
    /// Of one example. `heldOut`: it is evaluated, and does not train. `cut`: to be set where the row was too long.
    using Encode = std::function<Result<Row>(const data::Example& example, bool heldOut, bool& cut)>;

    /// The data is borrowed; of its held-out rows the first `mostHeldOut`. Throws Failure: a row that cannot be used,
    /// unless bad rows are skipped.
    EncodedRows(const TrainingData& data, uint64_t mostHeldOut, int64_t batchSize, bool skipsBadRows, Workers& workers,
        const Encode& encode, const std::function<void(double)>& progress)
        : m_data(data)
        , m_batchSize(batchSize)
        , m_rows(data.rows())
    {
        const uint64_t held = std::min(data.heldOutRows(), mostHeldOut), all = data.rows() + held;
        std::vector<std::optional<Row>> heldRows(held);
        std::vector<Result<void>> results(all, Result<void>());
        std::vector<uint8_t> cut(all, 0);
        workers.run([&](int worker) {
            for (uint64_t i = uint64_t(worker); i < all; i += uint64_t(workers.size())) {
                const bool trains = i < data.rows();
                const Result<data::Example> example = trains ? data.row(i) : data.heldOut(i - data.rows());
                bool wasCut = false;
                Result<Row> row = example ? encode(*example, !trains, wasCut) : Result<Row>(example.error());
                cut[i] = wasCut;
                if (!row)
                    results[i] = row.error();
                else
                    (trains ? m_rows[i] : heldRows[i - data.rows()]) = std::move(*row);
                if (worker == 0 && progress)
                    progress(double(i) / double(all));
            }
        });
        for (uint64_t i = 0; i < all; ++i) {
            const bool trains = i < data.rows();
            if (!results[i] && !skipsBadRows)
                throw Failure({ results[i].error().code,
                    (trains ? "Training row " : "Held-out row ") + std::to_string((trains ? i : i - data.rows()) + 1)
                        + " cannot be used. " + results[i].error().message,
                    results[i].error().hint });
            m_unusable += !results[i];
            m_cut += cut[i];
            m_usable += trains && results[i];
        }
        for (std::optional<Row>& row : heldRows)
            if (row)
                m_heldOut.push_back(std::move(*row));
    }

    uint64_t rows() const { return m_usable; } ///< that train
    uint64_t cut() const { return m_cut; } ///< longer than the limit
    uint64_t unusable() const { return m_unusable; } ///< left out
    const std::vector<Row>& heldOut() const { return m_heldOut; }

    int64_t stepsInEpoch() const
    {
        return std::max<int64_t>((int64_t(m_data.epochSize()) + m_batchSize - 1) / m_batchSize, 1);
    }
    /// Epochs done after step 1, 2, …
    double epochs(int64_t step) const
    {
        const int64_t steps = stepsInEpoch();
        return double((step - 1) / steps) + double((step - 1) % steps + 1) / double(steps);
    }
    /// Of step 1, 2, …; the last of an epoch may be smaller.
    std::vector<const Row*> at(int64_t step) const
    {
        const int64_t epoch = (step - 1) / stepsInEpoch(), index = (step - 1) % stepsInEpoch(),
                      end = std::min<int64_t>((index + 1) * m_batchSize, int64_t(m_data.epochSize()));
        std::vector<const Row*> rows;
        for (int64_t position = index * m_batchSize; position < end; ++position)
            if (const std::optional<Row>& row = m_rows[m_data.at(uint64_t(epoch), uint64_t(position))])
                rows.push_back(&*row);
        return rows;
    }

private:
    const TrainingData& m_data;
    const int64_t m_batchSize;
    std::vector<std::optional<Row>> m_rows; ///< nothing where a row cannot be used
    std::vector<Row> m_heldOut;
    uint64_t m_usable = 0, m_cut = 0, m_unusable = 0;
};

} // namespace aha
