#include "core/run/rewardjudge.h"

#include "core/base/json_depth.h"

namespace aha {

RewardJudge::RewardJudge(const QString& program, QObject* parent)
    : QObject(parent)
    , m_engine(program)
{
    connect(&m_engine, &EngineLines::received, this, [this](const std::vector<Json>& lines) {
        for (const Json& line : lines)
            hear(line);
    });
    const auto died = [this](const QString& sentence) {
        m_asked = m_isCurrent = false;
        m_waiting.reset(); // it would die of the next one, too
        Q_EMIT failed(sentence);
    };
    connect(&m_engine, &EngineLines::failed, this, died);
    connect(&m_engine, &EngineLines::finished, this,
        [died] { died(QStringLiteral("The engine ended without an answer.")); });
}

void RewardJudge::setConfig(const RunConfig& config)
{
    m_config = config;
    m_isCurrent = m_asked = false;
    m_waiting.reset();
    m_engine.cancel();
}

void RewardJudge::judge(const std::string& item, const std::string& prompt, const std::string& completion)
{
    Json line = jsonDepthWithin(item) ? Json::parse(item, nullptr, false) : Json();
    if (!line.is_object()) {
        Q_EMIT failed(QStringLiteral("The problem has no fields that a verifier could read."));
        return;
    }
    line["prompt"] = prompt;
    line["completion"] = completion;
    m_waiting = std::move(line);
    if (!m_asked)
        ask();
}

void RewardJudge::ask()
{
    if (!m_isCurrent || !m_engine.isRunning()) {
        m_file = std::make_unique<QTemporaryFile>();
        const std::string text = toJsonText(m_config);
        if (!m_file->open() || m_file->write(text.data(), qint64(text.size())) != qint64(text.size())
            || !m_file->flush()) {
            m_waiting.reset();
            Q_EMIT failed(
                QStringLiteral("The rewards could not be written for the engine: %1.").arg(m_file->errorString()));
            return;
        }
        m_engine.start({ QStringLiteral("reward"), QStringLiteral("--explain"), QStringLiteral("--tokens"),
            QStringLiteral("--config"), m_file->fileName() });
        if (!m_engine.isRunning())
            return; // said so already
        m_isCurrent = true;
    }
    m_engine.send(*m_waiting);
    m_waiting.reset();
    m_asked = true;
    m_since.start();
}

void RewardJudge::hear(const Json& answer)
{
    if (!m_asked)
        return;
    m_asked = false;
    if (m_waiting) // a newer text: this answer is of an old one
        return ask();
    m_latencyMs = double(m_since.nsecsElapsed()) / 1e6;
    if (answer.contains("error"))
        Q_EMIT failed(QString::fromStdString(answer.value("message", "")));
    else
        Q_EMIT judged(answer);
}

} // namespace aha
