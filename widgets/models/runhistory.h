#pragma once
// What happened in a run, line by line: starts and stops, evaluations, checkpoints, what its engine said.

#include <QDateTime>
#include <QString>

#include <vector>

namespace aha {

class RunHistory {
public:
    struct Line {
        QDateTime at;
        QString text;
    };
    explicit RunHistory(const QString& folder);

    /// Lines that are new since the last call, oldest first; the first call gives the newest kMost of all. A run that
    /// cannot be read has none: the panels say why.
    std::vector<Line> fetch();
    static constexpr int kMost = 2000;

private:
    QString m_folder;
    qint64 m_log = 0, m_marker = 0, m_evaluation = 0, m_checkpoint = 0; ///< newest row told of each table
};

} // namespace aha
