#pragma once
// A conversation with one or two models: what a person wrote, and what each of them answered.

#include "widgets/models/replytext.h"

#include <nlohmann/json.hpp>

#include <QAbstractListModel>
#include <QJsonArray>

#include <vector>

namespace aha {

struct SamplingChoice {
    double temperature = 0.7, topP = 1, minP = 0, repetitionPenalty = 1;
    int topK = 0, maxNewTokens = 512;
    qint64 seed = 0;
    int alternatives = 5;
};

/// One row a turn. Column c of replies belongs to the c-th model; each model sees its own earlier answers only.
class Conversation : public QAbstractListModel {
    Q_OBJECT
public:
    using Json = nlohmann::ordered_json;
    enum Role { UserRole = Qt::UserRole, ReplyRole, SecondReplyRole };
    static constexpr int kMostColumns = 2;

    using QAbstractListModel::QAbstractListModel;

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;

    /// Appends a turn with `columns` replies that wait; its row.
    int addTurn(const QString& user, int columns);
    /// Takes `row` and what follows out: to write it differently, or to ask again.
    void truncate(int row);
    void clear() { truncate(0); }
    const QString& user(int row) const { return m_turns[size_t(row)].user; }
    int columns(int row) const { return int(m_turns[size_t(row)].replies.size()); }
    const ReplyText& reply(int row, int column) const { return m_turns[size_t(row)].replies[size_t(column)]; }
    bool isAnswering() const;

    /// What the column's model is asked for the last turn. `plain`: the model has no chat template; it continues the
    /// last turn's text.
    Json request(int column, const QString& system, const SamplingChoice& choice, const Json& kwargs, bool plain) const;
    /// An event of the engine that carries an id of request(); false for one of no open turn. `seconds`: on a clock of
    /// the caller's.
    bool take(const Json& event, double seconds);
    /// Every reply that is still open ends with this sentence.
    void failOpen(const QString& sentence);
    static constexpr qsizetype kTokensKept = 20'000; ///< of the newest replies: more would take long twice a second
    /// Every turn, byte for byte (ReplyText::toJson()); older replies without their tokens.
    QJsonArray toJson() const;
    /// In the place of what is there. Half an answer ends as one that was stopped.
    void restore(const QJsonArray& turns);

private:
    struct Turn {
        QString user;
        std::vector<ReplyText> replies;
        int number = 0; ///< unique, part of the ids
    };
    std::vector<Turn> m_turns;
    int m_next = 1;
};

} // namespace aha
