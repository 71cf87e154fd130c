#include "widgets/models/worker.h"

#ifdef Q_OS_LINUX
#include <sys/resource.h>
#include <unistd.h>
#endif

namespace aha {

namespace {

// Linux knows no priorities of threads under its usual policy, and Qt's are lost there: it knows how nice one is.
void giveWay()
{
#ifdef Q_OS_LINUX
    constexpr int kNicer = 5;
    setpriority(PRIO_PROCESS, id_t(gettid()), kNicer);
#endif
}

} // namespace

Worker::Worker()
    : m_context(new QObject)
{
    m_context->moveToThread(&m_thread);
    QObject::connect(&m_thread, &QThread::finished, m_context, &QObject::deleteLater);
    m_thread.setObjectName(QStringLiteral("worker"));
    m_thread.start(QThread::LowPriority); // training and the window come first
    post(giveWay);
}

Worker::~Worker()
{
    m_thread.quit();
    m_thread.wait();
}

void Worker::post(std::function<void()> job)
{
    QMetaObject::invokeMethod(m_context, std::move(job), Qt::QueuedConnection);
}

} // namespace aha
