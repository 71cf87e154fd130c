#pragma once
// Says which event held the window's thread for how long. In CPU time of that thread: what else the machine does costs
// nothing, so a bar holds on a busy machine, too.

#include <QApplication>
#include <QElapsedTimer>
#include <QEvent>
#include <QMetaEnum>
#include <QThread>

#include <algorithm>
#include <ctime>
#include <vector>

namespace aha::support {

/// CPU time of the calling thread so far, in ms.
inline double threadCpuMs()
{
    timespec t {};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return double(t.tv_sec) * 1e3 + double(t.tv_nsec) / 1e6;
}

/// A QApplication that times every event that its event loop hands out. Inside an event the loop does not turn: the
/// longest is how long the window did not answer. An event that turns a loop of its own (a menu, a dialog) is charged
/// for the rest alone. Use it on the thread that made it.
class WatchedApplication : public QApplication {
public:
    struct Event {
        double cpuMs = 0, wallMs = 0;
        QString place; ///< what was being done
        QString receiver, type;
        QString text() const
        {
            return QStringLiteral("%1 ms (wall %2): %3 → %4 [%5]")
                .arg(cpuMs, 0, 'f', 1)
                .arg(wallMs, 0, 'f', 1)
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
    qint64 count() const { return m_count; }
    void forget()
    {
        m_events.clear();
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
        const double before = threadCpuMs(), charged = m_charged;
        QElapsedTimer wall;
        wall.start();
        m_frames.push_back(level);
        const bool done = QApplication::notify(receiver, event);
        m_frames.pop_back();
        const double spent = threadCpuMs() - before, own = spent - (m_charged - charged);
        m_charged = charged + spent;
        ++m_count;
        if (own > kNotedMs)
            m_events.push_back({ own, double(wall.nsecsElapsed()) / 1e6, place, std::move(name),
                QString::fromLatin1(QMetaEnum::fromType<QEvent::Type>().valueToKey(type)) });
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
    double m_charged = 0; ///< CPU time that finished events have taken
    qint64 m_count = 0;
    QString m_place;
};

} // namespace aha::support
