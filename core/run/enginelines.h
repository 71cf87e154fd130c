#pragma once
// A child engine that answers in JSON Lines as it goes: a verb that reports many things, or one that is asked again and
// again. What it does wrong harms the child, not the window.

#include <nlohmann/json.hpp>

#include <QByteArray>
#include <QElapsedTimer>
#include <QObject>
#include <QString>
#include <QStringList>

class QProcess;

namespace aha {

/// One child at a time. GUI thread only; the child ends with this object.
class EngineLines : public QObject {
    Q_OBJECT
public:
    using Json = nlohmann::ordered_json;

    /// `program`: empty: the engine beside this program.
    explicit EngineLines(const QString& program = {}, QObject* parent = nullptr);
    ~EngineLines() override;

    /// Starts the engine with these arguments; an earlier child is ended without a signal.
    void start(const QStringList& arguments);
    /// A line for its standard input.
    void send(const Json& line);
    /// Ends the child at once; no signal follows.
    void cancel();
    bool isRunning() const { return m_process != nullptr; }
    qint64 elapsedMs() const { return m_since.isValid() ? m_since.elapsed() : 0; } ///< since start()

Q_SIGNALS:
    /// What could be read since the last time, in order: objects, one a line.
    void received(const std::vector<nlohmann::ordered_json>& lines);
    /// It came to its end by itself and said all it had to say.
    void finished();
    /// It could not be started, or ended otherwise: a sentence, the engine's own where it gave one.
    void failed(const QString& sentence);

private:
    void read();
    void end(bool crashed, int status);

    QString m_program;
    QProcess* m_process = nullptr;
    QByteArray m_rest, m_said; ///< of a line that is not whole; the end of its standard error
    QElapsedTimer m_since;
};

} // namespace aha
