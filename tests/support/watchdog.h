#pragma once
// Says which event held the window's thread for how long, and which made it wait. Neither is measured by the clock on
// the wall alone, so the bars hold on a busy machine, too: work is the thread's CPU time, and waiting is what is left
// of the wall time when that and the time in which the thread stood ready and got no core (/proc/thread-self/schedstat)
// are taken off, in an event in which the rest of the program did next to nothing either: a lock, a file, a process.

#include <QApplication>
#include <QElapsedTimer>
#include <QEvent>
#include <QMetaEnum>
#include <QThread>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <fcntl.h>
#include <unistd.h>
#include <vector>

namespace aha::support {

/// CPU time of the calling thread so far, in ms.
inline double threadCpuMs()
{
    timespec t {};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return double(t.tv_sec) * 1e3 + double(t.tv_nsec) / 1e6;
}

/// CPU time of all threads of the program so far, in ms.
inline double processCpuMs()
{
    timespec t {};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return double(t.tv_sec) * 1e3 + double(t.tv_nsec) / 1e6;
}

/// How long the thread that made this ran, or stood ready to. Linux alone counts it; elsewhere nothing waits.
class ReadyClock {
public:
    ReadyClock()
        : m_file(open("/proc/thread-self/schedstat", O_RDONLY | O_CLOEXEC))
    {
    }
    ~ReadyClock()
    {
        if (m_file >= 0)
            close(m_file);
    }
    ReadyClock(const ReadyClock&) = delete;
    ReadyClock& operator=(const ReadyClock&) = delete;
    bool counts() const { return ms() > 0; }
    double ms() const
    {
        char text[96] = {};
        unsigned long long ran = 0, ready = 0;
        if (m_file < 0 || pread(m_file, text, sizeof text - 1, 0) <= 0
            || std::sscanf(text, "%llu %llu", &ran, &ready) != 2)
            return 0;
        return double(ran + ready) / 1e6;
    }

private:
    int m_file;
};

/// A QApplication that times every event that its event loop hands out. Inside an event the loop does not turn: the
/// longest is how long the window did not answer. An event that turns a loop of its own (a menu, a dialog) is charged
/// for the rest alone. Use it on the thread that made it.
class WatchedApplication : public QApplication {
public:
    struct Event {
        double cpuMs = 0, wallMs = 0;
        double waitedMs = 0; ///< 0 where it is not counted, or the event turned a loop of its own
        double othersMs = 0; ///< CPU time of the program's other threads meanwhile
        QString place; ///< what was being done
        QString receiver, type;
        QString text() const
        {
            return QStringLiteral("%1 ms (wall %2, waited %3, others %4): %5 → %6 [%7]")
                .arg(cpuMs, 0, 'f', 1)
                .arg(wallMs, 0, 'f', 1)
                .arg(waitedMs, 0, 'f', 1)
                .arg(othersMs, 0, 'f', 1)
                .arg(type, receiver, place);
        }
    };

    using QApplication::QApplication;

    /// What is done from here on, for the messages.
    void setPlace(const QString& place) { m_place = place; }
    /// Events that took longer than `ms`, the longest first.
    std::vector<Event> longerThan(double ms) const
    {
        std::vector<Event> found;
        std::copy_if(m_events.begin(), m_events.end(), std::back_inserter(found),
            [&](const Event& event) { return event.cpuMs > ms; });
        std::sort(found.begin(), found.end(), [](const Event& a, const Event& b) { return a.cpuMs > b.cpuMs; });
        return found;
    }
    /// Events in which the thread waited longer than `ms` for something that no other thread of the program worked on.
    std::vector<Event> waitedLongerThan(double ms) const
    {
        std::vector<Event> found;
        std::copy_if(m_events.begin(), m_events.end(), std::back_inserter(found),
            [&](const Event& event) { return event.waitedMs > ms && event.othersMs < event.waitedMs / 10; });
        std::sort(found.begin(), found.end(), [](const Event& a, const Event& b) { return a.waitedMs > b.waitedMs; });
        return found;
    }
    bool countsWaiting() const { return m_ready.counts(); }
    /// The event that took longest by the clock; for the log, since a busy machine stretches it.
    const Event& longest() const { return m_longest; }
    qint64 count() const { return m_count; }
    void forget()
    {
        m_events.clear();
        m_longest = {};
        m_count = 0;
    }

    bool notify(QObject* receiver, QEvent* event) override
    {
        if (QThread::currentThread() != thread())
            return QApplication::notify(receiver, event);
        const int level = QThread::currentThread()->loopLevel();
        if (!m_frames.empty() && m_frames.back() == level)
            return QApplication::notify(receiver, event); // a part of what the event around it does
        // Their lifetime may end inside.
        const QString place = m_place;
        const QEvent::Type type = event->type();
        QString name = nameOf(receiver);
        const double before = threadCpuMs(), charged = m_charged, all = processCpuMs(), ready = m_ready.ms();
        const qint64 inner = m_count;
        QElapsedTimer wall;
        wall.start();
        m_frames.push_back(level);
        const bool done = QApplication::notify(receiver, event);
        m_frames.pop_back();
        const double spent = threadCpuMs() - before, own = spent - (m_charged - charged);
        const double wallMs = double(wall.nsecsElapsed()) / 1e6;
        const bool turned = m_count != inner; // its own loop: waiting there is what a loop is for
        m_charged = charged + spent;
        ++m_count;
        if (own <= kNotedMs && wallMs <= kNotedMs)
            return done;
        const double waited = turned || ready <= 0 ? 0 : std::max(0.0, wallMs - (m_ready.ms() - ready));
        Event noted { own, wallMs, waited, std::max(0.0, processCpuMs() - all - spent), place, std::move(name),
            QString::fromLatin1(QMetaEnum::fromType<QEvent::Type>().valueToKey(type)) };
        if (!turned && wallMs > m_longest.wallMs)
            m_longest = noted;
        if (own > kNotedMs || waited > kNotedMs)
            m_events.push_back(std::move(noted));
        return done;
    }

private:
    static constexpr double kNotedMs = 10;

    static QString nameOf(const QObject* object)
    {
        QString name;
        for (int i = 0; object && i < 3; ++i, object = object->parent()) {
            if (i > 0)
                name += QStringLiteral(" in ");
            name += QString::fromLatin1(object->metaObject()->className());
            if (!object->objectName().isEmpty())
                name += QStringLiteral(" “%1”").arg(object->objectName());
        }
        return name;
    }

    std::vector<int> m_frames; ///< levels of the event loops whose events are being handled
    std::vector<Event> m_events;
    Event m_longest;
    ReadyClock m_ready;
    double m_charged = 0; ///< CPU time that finished events have taken
    qint64 m_count = 0;
    QString m_place;
};

} // namespace aha::support
