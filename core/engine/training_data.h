#pragma once
// The rows that a configuration's group "data" names: which train, which are held out, in which order they come.

#include "core/config/run_config.h"
#include "core/data/layout.h"
#include "core/data/mixture.h"
#include "core/data/row_selection.h"

namespace aha {

/// Immutable; every const method is thread-safe. Rows are read and parsed when they are asked for.
class TrainingData {
public:
    /// What a run records about one source.
    struct Source {
        std::string path, layout, digest; ///< digest: of the content, wherever it lies (Dataset::digest)
        uint64_t rows = 0, heldOut = 0, bad = 0; ///< that train; that are kept for evaluation; unreadable ones
    };

    /// Imports what is not in `cache` yet. `kinds`: what the trainer can use; a recognised layout of another kind is
    /// passed over. Errors: config_rule, layout_unknown, layout_unsuitable, mapping_*, slice_invalid, data_pass_rate,
    /// data_empty, cancelled, and those of importDataset().
    static Result<TrainingData> open(const DataConfig& config, uint64_t seed, const std::vector<data::Kind>& kinds,
        const std::filesystem::path& cache = data::defaultDatasetCache(), std::stop_token stop = {},
        const data::OnProgress& progress = {});

    /// Training rows, numbered through all sources.
    uint64_t rows() const { return m_firstRow.back(); }
    uint64_t heldOutRows() const { return m_firstHeldOut.back(); }
    /// Errors: those of toExample(), with file and row in front.
    Result<data::Example> row(uint64_t row) const { return example(m_train, m_firstRow, row); }
    Result<data::Example> heldOut(uint64_t row) const { return example(m_held, m_firstHeldOut, row); }

    /// Where a training row stands: its source's path, and its number there, from 0.
    std::pair<std::string, uint64_t> origin(uint64_t row) const;

    /// Rows of an epoch: fewer than rows() in a mixture that ends before a source repeats.
    uint64_t epochSize() const;
    /// Row number at `position` < epochSize() of an epoch. Depends on the seed alone.
    uint64_t at(uint64_t epoch, uint64_t position) const;

    const std::vector<Source>& sources() const { return m_sources; }
    /// The sources as JSON, for the run's record: equal text, equal rows.
    std::string fingerprint() const;

private:
    struct Part {
        std::shared_ptr<const data::Dataset> rows;
        data::Mapping mapping;
        data::RowSelection selection = data::RowSelection::all(0);
        std::string path;
    };
    TrainingData() = default;
    Result<data::Example> example(
        const std::vector<Part>& parts, const std::vector<uint64_t>& first, uint64_t row) const;

    DataConfig m_config;
    std::vector<Part> m_train, m_held;
    std::vector<uint64_t> m_firstRow { 0 }, m_firstHeldOut { 0 }; ///< of each part; the last is the total
    std::optional<data::Mixture> m_mixture; ///< none: in order
    std::vector<Source> m_sources;
};

} // namespace aha
