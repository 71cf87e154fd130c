#include "core/run/enginequestion.h"

#include "core/base/json_depth.h"
#include "core/run/runlauncher.h"

#include <QProcess>

namespace aha {

using Json = nlohmann::ordered_json;

namespace {

Json parsed(const QByteArray& text)
{
    const std::string line = text.trimmed().toStdString();
    return jsonDepthWithin(line) ? Json::parse(line, nullptr, false) : Json();
}

} // namespace

EngineQuestion::EngineQuestion(const QString& program, QObject* parent)
    : QObject(parent)
    , m_program(program.isEmpty() ? enginePath() : program)
{
}

EngineQuestion::~EngineQuestion()
{
    cancel();
    for (QProcess* ending : findChildren<QProcess*>()) // it goes with this: killed, it ends at once
        ending->waitForFinished(2000);
}

void EngineQuestion::cancel()
{
    if (!m_process)
        return;
    m_process->disconnect(this);
    // It has nothing to save, and its end may take a while: nobody waits for it here.
    connect(m_process, &QProcess::finished, m_process, &QObject::deleteLater);
    m_process->kill();
    m_process = nullptr;
}

void EngineQuestion::fail(const QString& sentence)
{
    m_process->deleteLater();
    m_process = nullptr;
    Q_EMIT failed(sentence);
}

void EngineQuestion::ask(const QStringList& arguments, const QByteArray& input)
{
    cancel();
    m_process = new QProcess(this);
    connect(m_process, &QProcess::errorOccurred, this, [this](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart)
            fail(QStringLiteral("The engine program could not be started from %1. Build it with: ./ahascope build")
                     .arg(m_program));
    });
    connect(m_process, &QProcess::finished, this, [this](int, QProcess::ExitStatus status) {
        const Json answer = parsed(m_process->readAllStandardOutput()),
                   error = parsed(m_process->readAllStandardError().trimmed().split('\n').last());
        if (answer.is_object() && status == QProcess::NormalExit) {
            m_process->deleteLater();
            m_process = nullptr;
            Q_EMIT answered(answer);
        } else if (error.is_object() && error.contains("message")) {
            fail(QString::fromStdString(error.value("message", "") + " " + error.value("hint", "")).trimmed());
        } else {
            fail(status == QProcess::CrashExit
                    ? QStringLiteral("The engine crashed, or the system ended it (often: not enough memory).")
                    : QStringLiteral("The engine ended without an answer."));
        }
    });
    m_process->start(m_program, arguments);
    if (!m_process) // it could not even be tried
        return;
    m_process->write(input);
    m_process->closeWriteChannel();
}

} // namespace aha
