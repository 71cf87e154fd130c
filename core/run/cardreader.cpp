#include "core/run/cardreader.h"

namespace aha {

CardReader::CardReader(const QString& program, QObject* parent)
    : QObject(parent)
    , m_question(program)
{
    connect(&m_question, &EngineQuestion::answered, this,
        [this](const nlohmann::ordered_json& card) { Q_EMIT cardRead(m_path, card); });
    connect(&m_question, &EngineQuestion::failed, this,
        [this](const QString& sentence) { Q_EMIT failed(m_path, sentence); });
}

void CardReader::read(const QString& path)
{
    m_path = path;
    m_question.ask({ QStringLiteral("model"), path, QStringLiteral("--json") });
}

} // namespace aha
