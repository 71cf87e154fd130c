#pragma once
// One background thread that runs jobs in order. The receiver of its answers owns it, so that no answer outlives it.

#include <QObject>
#include <QThread>

#include <functional>

namespace aha {

/// Post jobs from the owner's thread; a job hands its answer back with QMetaObject::invokeMethod(owner, …,
/// Qt::QueuedConnection). Destruction waits for the job that runs and drops the ones that wait.
class Worker {
public:
    Worker();
    ~Worker();
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    void post(std::function<void()> job);

private:
    QThread m_thread;
    QObject* m_context; ///< lives in m_thread
};

} // namespace aha
