#pragma once
// Search over all traces of a run, off the GUI thread: pages of hits, then their number.

#include "core/store/run_reader.h"
#include "widgets/models/worker.h"

#include <QObject>
#include <QString>

#include <atomic>
#include <mutex>

namespace aha {

/// Lives on the GUI thread. A new search ends the running one (SQLite is interrupted), and late answers are dropped:
/// signals always belong to the newest start() or more().
class TraceSearch : public QObject {
    Q_OBJECT
public:
    static constexpr int kPage = 200;

    explicit TraceSearch(QObject* parent = nullptr);
    ~TraceSearch() override;

    /// First page, then the total.
    void start(const QString& folder, const TraceFilter& filter, TraceOrder order);
    /// The page behind `last` of the same search; ignored while a page is on its way or when there is no more.
    void more(const TraceHit& last);
    void cancel();
    bool isRunning() const { return m_pagePending || m_countPending; }
    bool hasMore() const { return m_hasMore; }

Q_SIGNALS:
    void pageFound(const std::vector<aha::TraceHit>& hits, bool first);
    void counted(qint64 total);
    void failed(const QString& sentence);

private:
    struct Shared; ///< what both threads touch
    void requestPage(const std::optional<TraceHit>& after);
    void requestCount();
    void requestBoth(); ///< of a text, which has to be read for either

    QString m_folder;
    TraceFilter m_filter;
    TraceOrder m_order = TraceOrder::Newest;
    quint64 m_generation = 0;
    bool m_pagePending = false, m_countPending = false, m_hasMore = false;
    std::shared_ptr<Shared> m_shared;
    Worker m_worker;
};

} // namespace aha
