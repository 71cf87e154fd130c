#pragma once
// The lines of the log in order of time, each with the run that it is about: what pages and docks show of them is
// theirs.

#include "widgets/models/runhistory.h"

#include <QDateTime>
#include <QObject>

#include <deque>

namespace aha {

class RunLog : public QObject {
    Q_OBJECT
public:
    static constexpr size_t kMost = 10'000; ///< lines that are kept; the oldest go
    struct Line {
        QString folder; ///< of the run; empty: a sentence of the window
        QString text; ///< with its time and the run's name
        QDateTime at;
    };
    using QObject::QObject;

    /// `name` is what the run is called, none for the window's own.
    void add(const QString& folder, const QString& name, const QDateTime& at, const QString& text);
    void add(const QString& folder, const QString& name, const std::vector<RunHistory::Line>& lines);
    const std::deque<Line>& lines() const { return m_lines; }

Q_SIGNALS:
    void added(const QString& folder, const QString& text); ///< at the end
    void reordered(); ///< lines came between others

private:
    std::deque<Line> m_lines;
};

} // namespace aha
