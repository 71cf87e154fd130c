#pragma once
// Reads run directories for the table on a thread of its own.

#include "core/run/runlist.h"

#include <QObject>
#include <QSet>
#include <QThread>
#include <QTimer>

#include <memory>

namespace aha {

/// Lives on the GUI thread and never blocks it. Signals arrive there. Requests are done one after the other; many reads
/// of the same folder in a short time become one.
class RunScanner : public QObject {
    Q_OBJECT
public:
    explicit RunScanner(QObject* parent = nullptr);
    /// Waits for the read in progress.
    ~RunScanner() override;

    /// Every run in this folder. A newer scan makes the result of an older one void.
    void scan(const QString& runsFolder);
    /// One run again.
    void read(const QString& folder);

Q_SIGNALS:
    void scanned(const std::shared_ptr<std::vector<aha::RunListRow>>& rows);
    void rowRead(const aha::RunListRow& row);

private:
    QThread m_thread;
    QObject* m_worker; ///< lives on m_thread
    QTimer m_coalesce;
    QSet<QString> m_wanted;
    int m_scan = 0;
};

} // namespace aha
