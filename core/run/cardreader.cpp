#include "core/run/cardreader.h"

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

CardReader::CardReader(const QString& program, QObject* parent)
    : QObject(parent)
    , m_program(program.isEmpty() ? enginePath() : program)
{
}

CardReader::~CardReader() { drop(); }

void CardReader::drop()
{
    if (!m_process)
        return;
    m_process->disconnect(this);
    m_process->kill();
    m_process->waitForFinished(1000);
    m_process->deleteLater();
    m_process = nullptr;
}

void CardReader::read(const QString& path)
{
    drop();
    m_process = new QProcess(this);
    connect(m_process, &QProcess::errorOccurred, this, [this, path](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart)
            Q_EMIT failed(path,
                QStringLiteral("The engine program could not be started from %1. Build it with: ./ahascope build")
                    .arg(m_program));
    });
    connect(m_process, &QProcess::finished, this, [this, path](int, QProcess::ExitStatus status) {
        const Json card = parsed(m_process->readAllStandardOutput()), error = parsed(m_process->readAllStandardError());
        if (card.is_object())
            Q_EMIT cardRead(path, card);
        else if (error.is_object() && error.contains("message"))
            Q_EMIT failed(
                path, QString::fromStdString(error.value("message", "") + " " + error.value("hint", "")).trimmed());
        else
            Q_EMIT failed(path,
                status == QProcess::CrashExit ? QStringLiteral("The engine crashed while it read this model.")
                                              : QStringLiteral("The engine said nothing about this model."));
    });
    m_process->start(m_program, { QStringLiteral("model"), path, QStringLiteral("--json") });
}

} // namespace aha
