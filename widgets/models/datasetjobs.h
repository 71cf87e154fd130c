#pragma once
// What the Data page does off the GUI thread: import, search, statistics. One thing at a time; all can be cancelled.

#include "core/data/dataset_statistics.h"
#include "widgets/models/tokenizerloader.h"
#include "widgets/models/worker.h"

#include <QElapsedTimer>
#include <QObject>
#include <QStringList>

#include <atomic>
#include <memory>
#include <stop_token>

namespace aha {

/// A data set that was opened: its rows, and how they are read.
struct OpenedDataset {
    QString path, split;
    QStringList splits;
    std::shared_ptr<const data::Dataset> dataset;
    std::vector<data::Mapping> mappings; ///< that fit, best first; may be empty
};

class DatasetJobs : public QObject {
    Q_OBJECT
public:
    explicit DatasetJobs(QObject* parent = nullptr);
    ~DatasetJobs() override;

    /// Where imported rows are kept; for tests. Else data::defaultDatasetCache().
    void setCache(const std::filesystem::path& cache) { m_cache = cache; }
    void open(const QString& path, const QString& split = {});
    /// Rows whose JSON text holds `words`, any case.
    void search(std::shared_ptr<const data::Dataset> dataset, const QString& words);
    /// `other`: a split of the same folder whose prompts are looked for; "" = none.
    void statistics(const OpenedDataset& opened, const data::Mapping& mapping, const LoadedTokenizer& tokenizer,
        const QString& other);
    void cancel();

Q_SIGNALS:
    void progressed(const QString& what, double share); ///< share < 0: unknown
    void opened(const aha::OpenedDataset& opened);
    void found(const std::vector<uint64_t>& rows);
    void counted(const aha::data::DatasetStatistics& statistics);
    void failed(const QString& sentence);

private:
    using Job = std::function<void(std::stop_token, int asked)>;
    void start(Job job);
    /// Runs `say` in the GUI thread unless something else was asked meanwhile.
    template <class Say> void answer(int asked, Say say);
    void progress(int asked, const QString& what, double share);

    std::filesystem::path m_cache;
    std::stop_source m_stop;
    int m_asked = 0;
    QElapsedTimer m_clock;
    std::atomic<qint64> m_told { 0 }; ///< when progress was told last
    Worker m_worker;
};

} // namespace aha
