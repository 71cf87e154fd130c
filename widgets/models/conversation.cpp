#include "widgets/models/conversation.h"

#include "widgets/language/translation.h"
#include "widgets/models/visibletext.h"

#include <QJsonObject>

#include <algorithm>

namespace aha {

namespace {

/// "12.0": turn and column.
std::string idOf(int turn, int column) { return std::to_string(turn) + "." + std::to_string(column); }

} // namespace

int Conversation::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : int(m_turns.size()); }

QVariant Conversation::data(const QModelIndex& index, int role) const
{
    if (!index.isValid() || index.row() >= rowCount())
        return {};
    const Turn& turn = m_turns[size_t(index.row())];
    const size_t column = role == SecondReplyRole ? 1 : 0;
    switch (role) {
    case Qt::DisplayRole:
    case UserRole:
        return visibleText(turn.user.toStdString());
    case ReplyRole:
    case SecondReplyRole:
        return column < turn.replies.size() ? turn.replies[column].shown() : QVariant();
    default:
        return {};
    }
}

int Conversation::addTurn(const QString& user, int columns)
{
    const int row = rowCount();
    beginInsertRows({}, row, row);
    m_turns.push_back({ user, std::vector<ReplyText>(size_t(columns)), m_next++ });
    endInsertRows();
    return row;
}

void Conversation::truncate(int row)
{
    if (row >= rowCount())
        return;
    beginRemoveRows({}, row, rowCount() - 1);
    m_turns.resize(size_t(row));
    endRemoveRows();
}

bool Conversation::isAnswering() const
{
    for (const Turn& turn : m_turns)
        for (const ReplyText& reply : turn.replies)
            if (reply.isOpen())
                return true;
    return false;
}

Conversation::Json Conversation::request(
    int column, const QString& system, const SamplingChoice& choice, const Json& kwargs, bool plain) const
{
    const Turn& last = m_turns.back();
    Json json { { "op", "generate" }, { "id", idOf(last.number, column) },
        { "model", column == 0 ? "main" : "second" } };
    if (plain) {
        json["prompt"] = last.user.toStdString();
    } else {
        Json messages = Json::array();
        if (!system.isEmpty())
            messages.push_back({ { "role", "system" }, { "content", system.toStdString() } });
        for (const Turn& turn : m_turns) {
            messages.push_back({ { "role", "user" }, { "content", turn.user.toStdString() } });
            if (turn.number != last.number && size_t(column) < turn.replies.size())
                messages.push_back(
                    { { "role", "assistant" }, { "content", turn.replies[size_t(column)].asMessage() } });
        }
        json["messages"] = std::move(messages);
        json["kwargs"] = kwargs;
    }
    json["sampling"] = { { "temperature", choice.temperature }, { "top_k", choice.topK }, { "top_p", choice.topP },
        { "min_p", choice.minP }, { "repetition_penalty", choice.repetitionPenalty },
        { "max_new_tokens", choice.maxNewTokens } };
    json["seed"] = choice.seed;
    json["alternatives"] = choice.alternatives;
    return json;
}

bool Conversation::take(const Json& event, double seconds)
{
    const std::string kind = event.value("event", "");
    if (!event.contains("id") || !event["id"].is_string())
        return false;
    const std::string id = event["id"].get<std::string>();
    for (size_t row = m_turns.size(); row-- > 0;)
        for (size_t column = 0; column < m_turns[row].replies.size(); ++column) {
            ReplyText& reply = m_turns[row].replies[column];
            if (!reply.isOpen() || idOf(m_turns[row].number, int(column)) != id)
                continue;
            if (kind == "started")
                reply.start(event);
            else if (kind == "token")
                reply.add(event, seconds);
            else if (kind == "done")
                reply.finish(event);
            else if (kind == "error")
                reply.fail(
                    translated(visibleText(event.value("message", "") + " " + event.value("hint", "")).trimmed()));
            else
                return false;
            const QModelIndex changed = index(int(row));
            Q_EMIT dataChanged(changed, changed);
            return true;
        }
    return false;
}

QJsonArray Conversation::toJson() const
{
    QJsonArray turns;
    qsizetype tokens = 0;
    for (auto turn = m_turns.rbegin(); turn != m_turns.rend(); ++turn) { // the newest have their tokens
        QJsonArray replies;
        for (const ReplyText& reply : turn->replies) {
            tokens += reply.tokens().size();
            replies.append(reply.toJson(tokens <= kTokensKept));
        }
        turns.prepend(QJsonObject { { QStringLiteral("user"), turn->user }, { QStringLiteral("replies"), replies } });
    }
    return turns;
}

void Conversation::restore(const QJsonArray& turns)
{
    clear();
    for (const QJsonValue& one : turns) {
        const QJsonArray replies = one[QStringLiteral("replies")].toArray();
        Turn turn { one[QStringLiteral("user")].toString(), {}, m_next++ };
        for (qsizetype column = 0; column < std::min<qsizetype>(replies.size(), kMostColumns); ++column)
            turn.replies.push_back(ReplyText::fromJson(replies[column].toObject()));
        const int row = rowCount();
        beginInsertRows({}, row, row);
        m_turns.push_back(std::move(turn));
        endInsertRows();
    }
}

void Conversation::failOpen(const QString& sentence)
{
    for (size_t row = 0; row < m_turns.size(); ++row)
        for (ReplyText& reply : m_turns[row].replies)
            if (reply.isOpen()) {
                reply.fail(sentence);
                Q_EMIT dataChanged(index(int(row)), index(int(row)));
            }
}

} // namespace aha
