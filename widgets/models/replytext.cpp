#include "widgets/models/replytext.h"

#include "widgets/language/shownnumber.h"
#include "widgets/language/translation.h"
#include "widgets/models/visibletext.h"

#include <nlohmann/json.hpp>

#include <QJsonArray>

#include <algorithm>
#include <cmath>

namespace aha {

using Json = nlohmann::ordered_json;

namespace {

constexpr QLatin1String kOpen("<think>"), kClose("</think>");
constexpr int kWordLetters = 40;

double number(const Json& json, const char* key)
{
    return json.contains(key) && json[key].is_number() ? json[key].get<double>() : 0;
}

std::string text(const Json& json, const char* key)
{
    return json.contains(key) && json[key].is_string() ? json[key].get<std::string>() : std::string();
}

QString pieceOf(const Json& json)
{
    if (json.contains("piece"))
        return visibleLine(text(json, "piece"));
    const QString hex = QString::fromStdString(text(json, "bytes")).toUpper();
    QString shown;
    for (qsizetype i = 0; i + 1 < hex.size(); i += 2)
        shown += QStringLiteral("<0x") + hex.mid(i, 2) + QLatin1Char('>');
    return shown;
}

} // namespace

void ReplyText::start(const Json& event)
{
    m_state = State::Running;
    m_promptTokens = int(number(event, "prompt_tokens"));
    m_prompt = visibleText(text(event, "prompt"));
    if (event.contains("unknown_words")) {
        const Json& unknown = event["unknown_words"];
        QStringList first;
        if (unknown.contains("first") && unknown["first"].is_array())
            for (const Json& word : unknown["first"])
                if (word.is_string())
                    first << visibleLine(word.get<std::string>()).left(kWordLetters);
        const qint64 count = qint64(number(unknown, "unknown"));
        m_unknown
            = (count == 1 ? tr("%1 of %2 words is unknown to this tokenizer: %3")
                          : tr("%1 of %2 words are unknown to this tokenizer: %3"))
                  .arg(QString::number(count), QString::number(qint64(number(unknown, "words"))),
                      first.join(QStringLiteral(", ")) + (count > first.size() ? QStringLiteral(" …") : QString()));
    }
    m_prefilled = event.contains("thinking") && event["thinking"].is_boolean() && event["thinking"].get<bool>();
    if (m_prefilled)
        m_thinkBegin = 0;
}

void ReplyText::add(const Json& event, double seconds)
{
    if (m_tokens.isEmpty())
        m_firstSeconds = seconds;
    const std::string added = text(event, "text");
    m_exact += added;
    m_shown += visibleText(added);
    ReplyToken token;
    token.id = int(number(event, "token"));
    token.piece = pieceOf(event);
    token.logprob = float(number(event, "logprob"));
    token.entropy = float(number(event, "entropy"));
    token.special = event.contains("special");
    token.end = int(m_shown.size());
    if (event.contains("alternatives") && event["alternatives"].is_array())
        for (const Json& other : event["alternatives"])
            if (other.is_object())
                token.alternatives.append({ pieceOf(other), float(number(other, "logprob")) });
    m_tokens.append(std::move(token));
    lookForTags(seconds);
}

void ReplyText::lookForTags(double seconds)
{
    if (m_thinkBegin < 0) {
        const qsizetype first
            = std::find_if(m_shown.begin(), m_shown.end(), [](QChar c) { return !c.isSpace(); }) - m_shown.begin();
        if (!QStringView(m_shown).mid(first).startsWith(kOpen))
            return;
        m_thinkBegin = int(first + kOpen.size());
    }
    if (m_thinkEnd < 0) {
        m_thinkSeconds = seconds - m_firstSeconds;
        const qsizetype close = m_shown.indexOf(kClose, m_thinkBegin);
        if (close < 0)
            return;
        m_thinkEnd = int(close);
        m_answerBegin = int(close + kClose.size());
    }
}

void ReplyText::finish(const Json& done)
{
    const std::string rest = text(done, "text"), finish = text(done, "finish");
    m_exact += rest;
    m_shown += visibleText(rest);
    if (!m_tokens.isEmpty())
        m_tokens.last().end = int(m_shown.size());
    m_tokensPerSecond = number(done, "tokens_per_second");
    m_state = finish == "stop" ? State::Stopped : finish == "length" ? State::Length : State::Cancelled;
}

void ReplyText::fail(const QString& sentence)
{
    m_problem = sentence;
    m_state = State::Failed;
}

QJsonObject ReplyText::toJson(bool withTokens) const
{
    QJsonArray tokens;
    if (withTokens)
        for (const ReplyToken& token : m_tokens)
            tokens.append(QJsonArray {
                token.id, token.end, double(token.logprob), double(token.entropy), token.piece, token.special });
    return { { QStringLiteral("state"), int(isOpen() ? State::Cancelled : m_state) },
        { QStringLiteral("exact"), QString::fromLatin1(QByteArray::fromStdString(m_exact).toBase64()) },
        { QStringLiteral("prompt"), m_prompt }, { QStringLiteral("unknown"), m_unknown },
        { QStringLiteral("problem"), m_problem }, { QStringLiteral("prefilled"), m_prefilled },
        { QStringLiteral("thinkSeconds"), m_thinkSeconds }, { QStringLiteral("tokensPerSecond"), m_tokensPerSecond },
        { QStringLiteral("promptTokens"), m_promptTokens }, { QStringLiteral("tokens"), tokens } };
}

ReplyText ReplyText::fromJson(const QJsonObject& json)
{
    ReplyText reply;
    reply.m_prefilled = json[QStringLiteral("prefilled")].toBool();
    if (reply.m_prefilled)
        reply.m_thinkBegin = 0;
    reply.m_exact = QByteArray::fromBase64(json[QStringLiteral("exact")].toString().toLatin1()).toStdString();
    reply.m_shown = visibleText(reply.m_exact);
    reply.lookForTags(0);
    reply.m_prompt = json[QStringLiteral("prompt")].toString();
    reply.m_unknown = json[QStringLiteral("unknown")].toString();
    reply.m_problem = json[QStringLiteral("problem")].toString();
    reply.m_thinkSeconds = json[QStringLiteral("thinkSeconds")].toDouble();
    reply.m_tokensPerSecond = json[QStringLiteral("tokensPerSecond")].toDouble();
    reply.m_promptTokens = json[QStringLiteral("promptTokens")].toInt();
    for (const QJsonValue& one : json[QStringLiteral("tokens")].toArray()) {
        ReplyToken token;
        token.id = one[0].toInt();
        token.end = std::clamp(one[1].toInt(), 0, int(reply.m_shown.size()));
        token.logprob = float(one[2].toDouble());
        token.entropy = float(one[3].toDouble());
        token.piece = one[4].toString();
        token.special = one[5].toBool();
        reply.m_tokens.append(std::move(token));
    }
    const int state = json[QStringLiteral("state")].toInt(-1);
    reply.m_state = state >= int(State::Stopped) && state <= int(State::Failed) ? State(state) : State::Cancelled;
    return reply;
}

std::string ReplyText::asMessage() const { return (m_prefilled ? "<think>\n" : "") + m_exact; }

ReplyPart ReplyText::part(int begin, int end) const
{
    // Blank lines around the tags belong to the tags.
    while (begin < end && m_shown[begin].isSpace())
        ++begin;
    ReplyPart part { begin, std::max(begin, end), 0, 0 };
    const auto behind = [&](int position) {
        return int(std::upper_bound(m_tokens.begin(), m_tokens.end(), position, [](int p, const ReplyToken& token) {
            return p < token.end;
        }) - m_tokens.begin());
    };
    part.firstToken = behind(begin);
    part.lastToken = std::max(part.firstToken, behind(end - 1) + (end > begin ? 1 : 0));
    part.lastToken = std::min(part.lastToken, int(m_tokens.size()));
    return part;
}

ReplyPart ReplyText::think() const
{
    if (m_thinkBegin < 0)
        return {};
    return part(m_thinkBegin, m_thinkEnd < 0 ? int(m_shown.size()) : m_thinkEnd);
}

ReplyPart ReplyText::answer() const
{
    if (isThinking())
        return {};
    return part(m_answerBegin, int(m_shown.size()));
}

int ReplyText::tokenAt(int position) const
{
    const auto at = std::upper_bound(
        m_tokens.begin(), m_tokens.end(), position, [](int p, const ReplyToken& token) { return p < token.end; });
    return at == m_tokens.end() ? -1 : int(at - m_tokens.begin());
}

QString ReplyText::summary(bool behindAnother) const
{
    switch (m_state) {
    case State::Waiting:
        return behindAnother ? tr("waits for the other: one model computes at a time") : tr("waits for the engine");
    case State::Running:
        return m_tokens.isEmpty()  ? tr("reads %1 tokens of the prompt").arg(m_promptTokens)
            : m_tokens.size() == 1 ? tr("1 token")
                                   : tr("%1 tokens").arg(m_tokens.size());
    case State::Failed:
        return tr("failed");
    case State::Cancelled:
        if (m_promptTokens == 0)
            return tr("stopped before it began");
        break;
    default:
        break;
    }
    QString text = tr("%1 + %2 tokens").arg(m_promptTokens).arg(m_tokens.size());
    if (m_tokensPerSecond > 0)
        text += tr(" · %1 tokens/s").arg(m_tokensPerSecond, 0, 'f', 1);
    double sum = 0;
    for (const ReplyToken& token : m_tokens)
        sum += double(token.logprob);
    if (!m_tokens.isEmpty()) {
        const double mean = sum / double(m_tokens.size());
        text += tr(" · mean log-prob %1").arg(fixedNumber(std::abs(mean) < 0.005 ? 0.0 : mean, 2)); // never −0.00
    }
    return text
        + (m_state == State::Stopped       ? tr(" · ended by itself")
                : m_state == State::Length ? tr(" · cut at the limit")
                                           : tr(" · stopped"));
}

QString tokenHint(const ReplyToken& token)
{
    const auto row = [](const QString& piece, float logprob) {
        return QStringLiteral("%1 %  %2  ")
                   .arg(100 * std::exp(double(logprob)), 6, 'f', 2)
                   .arg(fixedNumber(double(logprob), 3), 7)
            + piece;
    };
    // Pieces are hostile: never the pattern of a later arg().
    QString text = tr("token %1  \"").arg(token.id) + token.piece + QStringLiteral("\"\n")
        + tr("probability %1 %, log-prob %2, entropy %3 nats")
              .arg(100 * std::exp(double(token.logprob)), 0, 'f', 2)
              .arg(fixedNumber(double(token.logprob), 3))
              .arg(double(token.entropy), 0, 'f', 3);
    if (!token.alternatives.isEmpty())
        text += tr("\n\nmost likely here:");
    for (const ReplyToken::Alternative& other : token.alternatives)
        text += QLatin1Char('\n') + row(other.piece, other.logprob);
    return text;
}

} // namespace aha
