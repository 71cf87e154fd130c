#pragma once
// What a model answers, as it streams in: the exact text, what is shown of it, its tokens, and where it thinks.

#include <nlohmann/json_fwd.hpp>

#include <QJsonObject>
#include <QString>
#include <QVector>

#include <string>

namespace aha {

struct ReplyToken {
    int id = 0;
    QString piece; ///< visible; bytes that are no characters as <0xE4>
    float logprob = 0, entropy = 0;
    bool special = false;
    int end = 0; ///< UTF-16 position in shown(), exclusive
    struct Alternative {
        QString piece;
        float logprob = 0;
    };
    QVector<Alternative> alternatives;
};

/// A stretch of shown() and the tokens in it.
struct ReplyPart {
    int begin = 0, end = 0; ///< UTF-16
    int firstToken = 0, lastToken = 0; ///< [first, last)
    bool isEmpty() const { return begin >= end; }
};

class ReplyText {
public:
    enum class State { Waiting, Running, Stopped, Length, Cancelled, Failed };

    /// The events started, token and done of the engine; `seconds`: time since the request.
    void start(const nlohmann::ordered_json& event);
    void add(const nlohmann::ordered_json& token, double seconds);
    void finish(const nlohmann::ordered_json& done);
    void fail(const QString& sentence);

    /// Everything but what else could have stood in a token's place. Half an answer is one that was stopped.
    QJsonObject toJson(bool withTokens = true) const;
    static ReplyText fromJson(const QJsonObject& json);

    State state() const { return m_state; }
    bool isOpen() const { return m_state == State::Waiting || m_state == State::Running; }
    /// Byte for byte what the model wrote.
    const std::string& exact() const { return m_exact; }
    /// The same as a message of a conversation: with the opening tag that the prompt already held.
    std::string asMessage() const;
    const QString& shown() const { return m_shown; }
    const QVector<ReplyToken>& tokens() const { return m_tokens; }
    const QString& unknownWords() const { return m_unknown; } ///< a sentence; empty: the tokenizer has tokens for all
    const QString& prompt() const { return m_prompt; } ///< as the model saw it, visible
    const QString& problem() const { return m_problem; }

    /// Between <think> and </think> (or the end); empty without. And what stands behind it.
    ReplyPart think() const;
    ReplyPart answer() const;
    bool isThinking() const { return m_thinkBegin >= 0 && m_thinkEnd < 0; }
    double thinkSeconds() const { return m_thinkSeconds; }
    /// "118 tokens, 14.2 tokens/s, stopped by itself". `behindAnother`: another answer comes first, one model computes
    /// at a time.
    QString summary(bool behindAnother) const;
    /// Of the token at a UTF-16 position; -1: none.
    int tokenAt(int position) const;

private:
    void lookForTags(double seconds);
    ReplyPart part(int begin, int end) const;

    State m_state = State::Waiting;
    std::string m_exact;
    QString m_shown, m_prompt, m_unknown, m_problem;
    QVector<ReplyToken> m_tokens;
    bool m_prefilled = false;
    int m_thinkBegin = -1, m_thinkEnd = -1, m_answerBegin = 0;
    double m_firstSeconds = 0, m_thinkSeconds = 0, m_tokensPerSecond = 0;
    int m_promptTokens = 0;
};

/// The hover card of a token, plain text.
QString tokenHint(const ReplyToken& token);

} // namespace aha
