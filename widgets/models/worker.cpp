#include "widgets/models/worker.h"

namespace aha {

Worker::Worker()
    : m_context(new QObject)
{
    m_context->moveToThread(&m_thread);
    QObject::connect(&m_thread, &QThread::finished, m_context, &QObject::deleteLater);
    m_thread.setObjectName(QStringLiteral("worker"));
    m_thread.start(QThread::LowPriority); // training and the window come first
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
