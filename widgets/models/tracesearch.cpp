#include "widgets/models/tracesearch.h"
#include "widgets/language/translation.h"

namespace aha {

struct TraceSearch::Shared {
    std::atomic<quint64> generation { 0 }; ///< jobs of an older one do nothing
    std::mutex mutex; ///< guards the pointer against interrupt() during a change of run
    QString folder; ///< of `reader`; worker thread only
    std::unique_ptr<RunReader> reader;

    /// Worker thread: the reader of `wanted`.
    Result<RunReader*> open(const QString& wanted)
    {
        if (!reader || folder != wanted) {
            auto opened = RunReader::open(wanted.toStdString());
            const std::lock_guard lock(mutex);
            reader.reset();
            if (!opened)
                return opened.error();
            reader = std::move(*opened);
            folder = wanted;
        }
        return reader.get();
    }
    void interrupt()
    {
        const std::lock_guard lock(mutex);
        if (reader)
            reader->interrupt();
    }
};

TraceSearch::TraceSearch(QObject* parent)
    : QObject(parent)
    , m_shared(std::make_shared<Shared>())
{
}
TraceSearch::~TraceSearch() { cancel(); }

void TraceSearch::start(const QString& folder, const TraceFilter& filter, TraceOrder order)
{
    cancel();
    m_folder = folder;
    m_filter = filter;
    m_order = order;
    m_hasMore = false;
    if (!m_filter.text.empty())
        return requestBoth();
    requestPage(std::nullopt);
    requestCount();
}

void TraceSearch::more(const TraceHit& last)
{
    if (m_hasMore && !m_pagePending)
        requestPage(last);
}

void TraceSearch::cancel()
{
    m_shared->generation = ++m_generation;
    if (isRunning())
        m_shared->interrupt();
    m_pagePending = m_countPending = false;
}

void TraceSearch::requestPage(const std::optional<TraceHit>& after)
{
    m_pagePending = true;
    m_worker.post([this, shared = m_shared, generation = m_generation, folder = m_folder, filter = m_filter,
                      order = m_order, after] {
        if (shared->generation != generation)
            return;
        const Result<RunReader*> reader = shared->open(folder);
        Result<std::vector<TraceHit>> hits = reader ? (*reader)->search(filter, order, kPage, after ? &*after : nullptr)
                                                    : Result<std::vector<TraceHit>>(reader.error());
        QMetaObject::invokeMethod(
            this,
            [this, generation, first = !after, hits = std::move(hits)] {
                if (generation != m_generation)
                    return; // a newer search has begun
                m_pagePending = false;
                if (!hits)
                    return Q_EMIT failed(translated(hits.error().sentence()));
                m_hasMore = int(hits->size()) == kPage;
                Q_EMIT pageFound(*hits, first);
            },
            Qt::QueuedConnection);
    });
}

void TraceSearch::requestBoth()
{
    m_pagePending = m_countPending = true;
    m_worker.post(
        [this, shared = m_shared, generation = m_generation, folder = m_folder, filter = m_filter, order = m_order] {
            const auto wanted = [&] { return shared->generation == generation; }; // also of a cancel() before it begins
            if (!wanted())
                return;
            const Result<RunReader*> reader = shared->open(folder);
            const auto first = [this, generation](std::vector<TraceHit> hits) {
                QMetaObject::invokeMethod(
                    this,
                    [this, generation, hits = std::move(hits)] {
                        if (generation != m_generation)
                            return; // a newer search has begun
                        m_pagePending = false;
                        m_hasMore = int(hits.size()) == kPage;
                        Q_EMIT pageFound(hits, true);
                    },
                    Qt::QueuedConnection);
            };
            const Result<int64_t> total = reader ? (*reader)->searchTexts(filter, order, kPage, first, wanted)
                                                 : Result<int64_t>(reader.error());
            QMetaObject::invokeMethod(
                this,
                [this, generation, total] {
                    if (generation != m_generation)
                        return;
                    m_pagePending = m_countPending = false;
                    if (total)
                        Q_EMIT counted(*total);
                    else
                        Q_EMIT failed(translated(total.error().sentence()));
                },
                Qt::QueuedConnection);
        });
}

void TraceSearch::requestCount()
{
    m_countPending = true;
    m_worker.post([this, shared = m_shared, generation = m_generation, folder = m_folder, filter = m_filter] {
        if (shared->generation != generation)
            return;
        const Result<RunReader*> reader = shared->open(folder);
        const Result<int64_t> total = reader ? (*reader)->countHits(filter) : Result<int64_t>(reader.error());
        QMetaObject::invokeMethod(
            this,
            [this, generation, total] {
                if (generation != m_generation)
                    return;
                m_countPending = false;
                if (total)
                    Q_EMIT counted(*total);
            },
            Qt::QueuedConnection);
    });
}

} // namespace aha
