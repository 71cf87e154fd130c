#pragma once
// Hits of a search step by step, counted beside the window.

#include "core/store/hit_counts.h"
#include "widgets/models/worker.h"

#include <QObject>
#include <QString>

namespace aha {

/// Lives on the GUI thread. A new count ends the running one, and late answers are dropped.
class HitSteps : public QObject {
    Q_OBJECT
public:
    explicit HitSteps(QObject* parent = nullptr);
    ~HitSteps() override;

    void start(const QString& folder, const TraceFilter& filter);
    void cancel();

Q_SIGNALS:
    void counted(const std::vector<aha::StepHits>& steps);

private:
    struct Shared; ///< what both threads touch
    std::shared_ptr<Shared> m_shared;
    quint64 m_generation = 0;
    bool m_pending = false;
    Worker m_worker; // last: its thread ends before what its answers touch
};

} // namespace aha
