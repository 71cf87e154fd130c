#pragma once
// The engine that talks with models, as a child process: requests in, events out. Its death is an event like others.

#include <nlohmann/json.hpp>

#include <QByteArray>
#include <QObject>
#include <QProcess>
#include <QString>

namespace aha {

/// Starts the engine with the first request and again with the first one after it died. The process ends with this
/// object. GUI thread only.
class PlaygroundProcess : public QObject {
    Q_OBJECT
public:
    using Json = nlohmann::ordered_json;

    /// `program`: empty: the engine beside this program.
    explicit PlaygroundProcess(const QString& program = {}, QObject* parent = nullptr);
    ~PlaygroundProcess() override;

    /// False when the engine is not there; died() says why.
    bool send(const Json& request);
    bool isRunning() const { return m_process.state() != QProcess::NotRunning; }

Q_SIGNALS:
    /// One line of the engine, an object with "event"; what it means: core/engine/playground.h.
    void eventReceived(const nlohmann::ordered_json& event);
    /// It ended without being asked to, or could not be started: a sentence that says what happened.
    void died(const QString& sentence);

private:
    void read();
    void ended(const QString& what);

    QString m_program;
    QProcess m_process;
    QByteArray m_rest; ///< of a line that is not whole
    QByteArray m_said; ///< the end of its standard error
};

} // namespace aha
