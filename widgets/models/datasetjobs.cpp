#include "widgets/models/datasetjobs.h"

#include "core/data/split_files.h"
#include "core/data/text_overlap.h"
#include "widgets/language/translation.h"
#include "widgets/models/rowrendering.h"

namespace aha {

namespace {
constexpr qint64 kTellMs = 80; // progress at most so often
constexpr uint64_t kSample = 100, kAtOnce = 256;
constexpr size_t kMostFound = 1'000'000;
}

DatasetJobs::DatasetJobs(QObject* parent)
    : QObject(parent)
    , m_cache(data::defaultDatasetCache())
{
    m_clock.start();
}

DatasetJobs::~DatasetJobs() { m_stop.request_stop(); }

void DatasetJobs::cancel()
{
    m_stop.request_stop();
    ++m_asked;
}

void DatasetJobs::start(Job job)
{
    cancel();
    m_stop = std::stop_source();
    m_worker.post([job = std::move(job), stop = m_stop.get_token(), asked = m_asked] { job(stop, asked); });
}

template <class Say> void DatasetJobs::answer(int asked, Say say)
{
    QMetaObject::invokeMethod(
        this,
        [this, asked, say = std::move(say)] {
            if (asked == m_asked)
                say();
        },
        Qt::QueuedConnection);
}

void DatasetJobs::progress(int asked, const QString& what, double share)
{
    const qint64 now = m_clock.elapsed();
    if (now - m_told.load() < kTellMs)
        return;
    m_told = now;
    answer(asked, [this, what, share] { Q_EMIT progressed(what, share); });
}

void DatasetJobs::open(const QString& path, const QString& split)
{
    start([this, path, split, cache = m_cache](const std::stop_token& stop, int asked) {
        OpenedDataset opened { path, split, {}, nullptr, {} };
        const auto splits = data::findSplits(path.toStdString());
        const auto chosen
            = splits ? data::chooseSplit(path.toStdString(), split.toStdString()) : Result<data::Split>(splits.error());
        if (!chosen)
            return answer(asked, [this, text = translated(chosen.error().sentence())] { Q_EMIT failed(text); });
        for (const data::Split& one : *splits)
            opened.splits << QString::fromStdString(one.name);
        opened.split = QString::fromStdString(chosen->name);
        data::ImportOptions options;
        options.badRows = data::BadRows::Skip; // counted and listed
        auto dataset = data::importFiles(chosen->files, cache, options, stop, [&](const data::ImportProgress& p) {
            progress(
                asked, tr("Reading: %1 rows").arg(p.rows), p.bytesTotal ? double(p.bytes) / double(p.bytesTotal) : -1);
        });
        if (!dataset)
            return answer(asked, [this, text = translated(dataset.error().sentence())] { Q_EMIT failed(text); });
        opened.dataset = *dataset;
        if (const auto sample = opened.dataset->rows(0, kSample, stop))
            opened.mappings = data::recogniseAll(*sample);
        answer(asked, [this, opened] { Q_EMIT this->opened(opened); });
    });
}

void DatasetJobs::search(std::shared_ptr<const data::Dataset> dataset, const QString& words)
{
    start([this, dataset, words](const std::stop_token& stop, int asked) {
        std::vector<uint64_t> rows;
        for (uint64_t from = 0; from < dataset->size() && rows.size() < kMostFound; from += kAtOnce) {
            const auto some = dataset->rows(from, kAtOnce, stop);
            if (!some) {
                if (some.error().code != "cancelled")
                    answer(asked, [this, text = translated(some.error().sentence())] { Q_EMIT failed(text); });
                return;
            }
            for (size_t i = 0; i < some->size(); ++i)
                if (QString::fromStdString((*some)[i].dump(-1, ' ', false, data::Row::error_handler_t::replace))
                        .contains(words, Qt::CaseInsensitive))
                    rows.push_back(from + i);
            progress(asked, tr("Searching: %1 found").arg(rows.size()), double(from) / double(dataset->size()));
        }
        answer(asked, [this, rows = std::move(rows)] { Q_EMIT found(rows); });
    });
}

void DatasetJobs::statistics(
    const OpenedDataset& opened, const data::Mapping& mapping, const LoadedTokenizer& tokenizer, const QString& other)
{
    start([this, opened, mapping, tokenizer, other, cache = m_cache](const std::stop_token& stop, int asked) {
        data::StatisticsOptions options;
        if (tokenizer.tokenizer)
            options.countTokens = [&](const data::Example& example) {
                const RowForModel row = rowForModel(example, tokenizer.chat.get());
                if (!row.problem.isEmpty()) // no template: the texts alone are counted
                    return data::TokenCount { uint32_t(tokenizer.tokenizer->encode(example.prompt.joined()).size()),
                        uint32_t(tokenizer.tokenizer->encode(example.completion.joined()).size()) };
                return data::TokenCount { uint32_t(tokenizer.tokenizer->encode(row.prompt).size()),
                    uint32_t(tokenizer.tokenizer->encode(row.answer).size()) };
            };
        data::GramSet grams;
        if (!other.isEmpty()) {
            data::ImportOptions skip;
            skip.badRows = data::BadRows::Skip;
            const auto evaluation
                = data::importDataset(opened.path.toStdString(), cache, other.toStdString(), skip, stop);
            for (uint64_t row = 0; evaluation && row < (*evaluation)->size() && !stop.stop_requested(); ++row)
                if (const auto json = (*evaluation)->row(row))
                    if (const auto example = data::toExample(mapping, *json))
                        grams.add(example->prompt.joined());
            options.evaluation = &grams;
        }
        const uint64_t size = opened.dataset->size();
        auto counted = data::computeStatistics(*opened.dataset, data::RowSelection::all(size), mapping, options, stop,
            [&](uint64_t done) { progress(asked, tr("Counting: %1 rows").arg(done), double(done) / double(size)); });
        if (counted)
            answer(asked, [this, counted = std::move(*counted)] { Q_EMIT this->counted(counted); });
        else if (counted.error().code != "cancelled")
            answer(asked, [this, text = translated(counted.error().sentence())] { Q_EMIT failed(text); });
    });
}

} // namespace aha
