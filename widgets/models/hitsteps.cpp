#include "widgets/models/hitsteps.h"

#include <atomic>
#include <mutex>

namespace aha {

struct HitSteps::Shared {
    std::atomic<quint64> generation { 0 }; ///< jobs of an older one do nothing
    std::mutex mutex; ///< guards the pointer against interrupt() during a change of run
    QString folder; ///< of `counter`; worker thread only
    std::unique_ptr<HitCounter> counter;

    /// Worker thread.
    HitCounter* open(const QString& wanted)
    {
        if (!counter || folder != wanted) {
            auto opened = HitCounter::open(wanted.toStdString());
            const std::lock_guard lock(mutex);
            counter = opened ? std::move(*opened) : nullptr;
            folder = wanted;
        }
        return counter.get();
    }
    void interrupt()
    {
        const std::lock_guard lock(mutex);
        if (counter)
            counter->interrupt();
    }
};

HitSteps::HitSteps(QObject* parent)
    : QObject(parent)
    , m_shared(std::make_shared<Shared>())
{
}
HitSteps::~HitSteps() { cancel(); }

void HitSteps::start(const QString& folder, const TraceFilter& filter)
{
    cancel();
    m_pending = true;
    m_worker.post([this, shared = m_shared, generation = m_generation, folder, filter] {
        if (shared->generation != generation)
            return;
        const HitCounter* counter = shared->open(folder);
        std::vector<StepHits> steps;
        const auto wanted = [&] { return shared->generation == generation; }; // also of a cancel() before it begins
        if (counter)
            if (auto counted = counter->perStep(filter, wanted)) // the list of hits says what is wrong
                steps = std::move(*counted);
        QMetaObject::invokeMethod(
            this,
            [this, generation, steps = std::move(steps)] {
                if (generation != m_generation)
                    return; // a newer count has begun
                m_pending = false;
                Q_EMIT counted(steps);
            },
            Qt::QueuedConnection);
    });
}

void HitSteps::cancel()
{
    m_shared->generation = ++m_generation;
    if (m_pending)
        m_shared->interrupt();
    m_pending = false;
}

} // namespace aha
