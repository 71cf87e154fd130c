#include "core/run/runscanner.h"

namespace aha {

namespace {
constexpr int kCoalesceMs = 300;
}

RunScanner::RunScanner(QObject* parent)
    : QObject(parent)
    , m_worker(new QObject)
{
    m_worker->moveToThread(&m_thread);
    connect(&m_thread, &QThread::finished, m_worker, &QObject::deleteLater);
    m_thread.setObjectName(QStringLiteral("runs"));
    m_thread.start();
    m_coalesce.setSingleShot(true);
    m_coalesce.setInterval(kCoalesceMs);
    connect(&m_coalesce, &QTimer::timeout, this, [this] {
        for (const QString& folder : std::exchange(m_wanted, {}))
            QMetaObject::invokeMethod(m_worker, [this, folder] {
                const auto row = std::make_shared<RunListRow>(readRunRow(folder));
                QMetaObject::invokeMethod(
                    this, [this, row] { Q_EMIT rowRead(*row); }, Qt::QueuedConnection);
            });
    });
}

RunScanner::~RunScanner()
{
    m_thread.quit(); // work that is queued and not begun is dropped with the worker
    m_thread.wait();
}

void RunScanner::scan(const QString& runsFolder)
{
    const int scan = ++m_scan;
    QMetaObject::invokeMethod(m_worker, [this, scan, runsFolder] {
        const auto rows = std::make_shared<std::vector<RunListRow>>(scanRuns(runsFolder));
        QMetaObject::invokeMethod(
            this,
            [this, scan, rows] {
                if (scan == m_scan)
                    Q_EMIT scanned(rows);
            },
            Qt::QueuedConnection);
    });
}

void RunScanner::read(const QString& folder)
{
    m_wanted.insert(folder);
    if (!m_coalesce.isActive())
        m_coalesce.start();
}

} // namespace aha
