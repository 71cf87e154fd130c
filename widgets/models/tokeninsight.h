#pragma once
// What an engine found out about the tokens of a completion (the verb `tokens`), ready to be drawn.

#include "widgets/models/clipinsight.h"

#include <nlohmann/json_fwd.hpp>

#include <QString>
#include <QVector>

namespace aha {

struct TokenInsight {
    qint64 completionId = 0, step = 0, policyStep = 0;
    bool sampled = false; ///< the checkpoint is the policy that drew the tokens
    QVector<qint64> ids; ///< of the tokens
    QVector<float> logprob, baseLogprob, kl, ratio; ///< NaN where not a number; ratio may be empty
    ClipInsight clip;
    struct Alternative {
        qint64 id = -1; ///< -1: not said
        QString text; ///< every byte visible
        double p = 0;
    };
    QVector<QVector<Alternative>> alternatives;

    /// All that is known of a token, in lines of plain text.
    QString describe(int token) const;
    /// Against what the values were measured, in one line.
    QString source() const;
};

/// From the verb's answer; whatever it lacks stays empty. Total.
TokenInsight tokenInsightFrom(const nlohmann::ordered_json& answer);

} // namespace aha
