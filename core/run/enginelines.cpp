#include "core/run/enginelines.h"

#include "core/base/json_depth.h"
#include "core/run/runlauncher.h"

#include <QProcess>

namespace aha {

namespace {
constexpr qsizetype kKeptError = 16000, kLongestLine = 64 << 20;
}

EngineLines::EngineLines(const QString& program, QObject* parent)
    : QObject(parent)
    , m_program(program.isEmpty() ? enginePath() : program)
{
}

EngineLines::~EngineLines()
{
    cancel();
    for (QProcess* ending : findChildren<QProcess*>()) // it goes with this: killed, it ends at once
        ending->waitForFinished(2000);
}

void EngineLines::cancel()
{
    if (!m_process)
        return;
    m_process->disconnect(this);
    // It has nothing to save, and its end may take a while: nobody waits for it here.
    connect(m_process, &QProcess::finished, m_process, &QObject::deleteLater);
    m_process->kill();
    m_process = nullptr;
}

void EngineLines::start(const QStringList& arguments)
{
    cancel();
    m_rest.clear();
    m_said.clear();
    m_since.start();
    m_process = new QProcess(this);
    connect(m_process, &QProcess::readyReadStandardOutput, this, &EngineLines::read);
    connect(m_process, &QProcess::readyReadStandardError, this,
        [this] { m_said = (m_said + m_process->readAllStandardError()).right(kKeptError); });
    connect(m_process, &QProcess::errorOccurred, this, [this](QProcess::ProcessError error) {
        if (error != QProcess::FailedToStart)
            return;
        m_process->deleteLater();
        m_process = nullptr;
        Q_EMIT failed(QStringLiteral("The engine program could not be started from %1. Build it with: ./ahascope build")
                          .arg(m_program));
    });
    connect(m_process, &QProcess::finished, this,
        [this](int status, QProcess::ExitStatus how) { end(how == QProcess::CrashExit, status); });
    m_process->start(m_program, arguments);
}

void EngineLines::send(const Json& line)
{
    if (m_process)
        m_process->write(QByteArray::fromStdString(line.dump(-1, ' ', false, Json::error_handler_t::replace)) + '\n');
}

void EngineLines::read()
{
    m_rest += m_process->readAllStandardOutput();
    if (m_rest.size() > kLongestLine) {
        cancel();
        Q_EMIT failed(
            QStringLiteral("The engine said a line of more than %1 MB and was ended.").arg(kLongestLine >> 20));
        return;
    }
    std::vector<Json> lines;
    qsizetype from = 0;
    for (qsizetype end; (end = m_rest.indexOf('\n', from)) >= 0; from = end + 1) {
        const std::string line = m_rest.mid(from, end - from).toStdString();
        Json json = jsonDepthWithin(line) ? Json::parse(line, nullptr, false) : Json();
        if (json.is_object())
            lines.push_back(std::move(json));
    }
    m_rest.remove(0, from);
    if (!lines.empty())
        Q_EMIT received(lines);
}

void EngineLines::end(bool crashed, int status)
{
    QProcess* const ended = m_process;
    read();
    if (m_process != ended) // whoever heard its last lines started another, or cancelled
        return;
    m_said = (m_said + m_process->readAllStandardError()).right(kKeptError);
    m_process->deleteLater();
    m_process = nullptr;
    const std::string last = m_said.trimmed().split('\n').last().toStdString();
    const Json error = jsonDepthWithin(last) ? Json::parse(last, nullptr, false) : Json();
    if (error.is_object() && error.contains("message"))
        Q_EMIT failed(QString::fromStdString(error.value("message", "") + " " + error.value("hint", "")).trimmed());
    else if (crashed)
        Q_EMIT failed(QStringLiteral("The engine crashed, or the system ended it (often: not enough memory)."));
    else if (status > 1) // 1 is also how a bench says that something does not hold
        Q_EMIT failed(QStringLiteral("The engine ended with status %1.").arg(status));
    else
        Q_EMIT finished();
}

} // namespace aha
