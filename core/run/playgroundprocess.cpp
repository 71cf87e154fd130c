#include "core/run/playgroundprocess.h"

#include "core/base/json_depth.h"
#include "core/run/runlauncher.h"

#include <QFileInfo>

namespace aha {

namespace {
constexpr qsizetype kKeptError = 4000, kLongestLine = 64 << 20;
}

PlaygroundProcess::PlaygroundProcess(const QString& program, QObject* parent)
    : QObject(parent)
    , m_program(program.isEmpty() ? enginePath() : program)
{
    connect(&m_process, &QProcess::readyReadStandardOutput, this, &PlaygroundProcess::read);
    connect(&m_process, &QProcess::readyReadStandardError, this,
        [this] { m_said = (m_said + m_process.readAllStandardError()).right(kKeptError); });
    connect(&m_process, &QProcess::finished, this, [this](int code, QProcess::ExitStatus status) {
        read();
        ended(status == QProcess::CrashExit
                ? QStringLiteral("The engine crashed, or the system ended it (often: not enough memory).")
                : QStringLiteral("The engine ended (status %1).").arg(code));
    });
    connect(&m_process, &QProcess::errorOccurred, this, [this](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart)
            ended(QStringLiteral("The engine could not be started: %1.").arg(m_process.errorString()));
    });
}

PlaygroundProcess::~PlaygroundProcess()
{
    m_process.disconnect(this);
    m_process.kill(); // it has nothing to save
    m_process.waitForFinished(2000);
}

bool PlaygroundProcess::send(const Json& request)
{
    if (!isRunning()) {
        if (!QFileInfo(m_program).isExecutable()) {
            Q_EMIT died(
                QStringLiteral("The engine program is not at %1. Build it with: ./ahascope build").arg(m_program));
            return false;
        }
        m_rest.clear();
        m_said.clear();
        m_process.start(m_program, { QStringLiteral("playground") });
    }
    m_process.write(QByteArray::fromStdString(request.dump(-1, ' ', false, Json::error_handler_t::replace)) + '\n');
    return true;
}

void PlaygroundProcess::read()
{
    m_rest += m_process.readAllStandardOutput();
    if (m_rest.size() > kLongestLine) {
        m_rest.clear();
        m_process.kill();
        return;
    }
    for (qsizetype end; (end = m_rest.indexOf('\n')) >= 0;) {
        const std::string line = m_rest.left(end).toStdString();
        m_rest.remove(0, end + 1);
        const Json event = jsonDepthWithin(line) ? Json::parse(line, nullptr, false) : Json();
        if (event.is_object() && event.contains("event") && event["event"].is_string())
            Q_EMIT eventReceived(event);
    }
}

void PlaygroundProcess::ended(const QString& what)
{
    QString sentence = what;
    if (const QString said = QString::fromUtf8(m_said).trimmed(); !said.isEmpty())
        sentence += QStringLiteral(" It said: ") + said.section(QLatin1Char('\n'), -1).left(400);
    Q_EMIT died(sentence);
}

} // namespace aha
