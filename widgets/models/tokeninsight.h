#pragma once
// What an engine found out about the tokens of a stored text (the verb `tokens`), ready to be drawn.

#include "core/store/rows.h"
#include "widgets/models/clipinsight.h"

#include <nlohmann/json_fwd.hpp>

#include <QString>
#include <QVector>

namespace aha {

struct TokenInsight {
    qint64 completionId = 0; ///< or 0, and the answer to a problem of an evaluation:
    qint64 evaluationId = 0, position = 0;
    qint64 step = 0, policyStep = 0; ///< of the text, and of the checkpoint
    bool sampled = false; ///< the checkpoint is the policy that drew the tokens
    QString baseProblem; ///< why there is no KL; "": there is
    QVector<qint64> ids; ///< of the tokens
    std::vector<int32_t> ends; ///< of each token in the text, in bytes
    QVector<float> logprob, entropy; ///< nats; NaN where not a number, as those below
    QVector<float> baseLogprob, kl, ratio; ///< may be empty
    ClipInsight clip;
    struct Alternative {
        qint64 id = -1; ///< -1: not said
        QString text; ///< every byte visible
        double p = 0;
    };
    QVector<QVector<Alternative>> alternatives;

    /// All that is known of a token, in lines of plain text.
    QString describe(int token) const;
    /// What the checkpoint says of the tokens, as if it had been stored with the text; none where it was not asked.
    std::optional<TokenDetail> detail() const;
    /// With which checkpoint, and when the text was written: "measured with checkpoint 40 — …".
    QString measuredWith() const;
    /// What was measured and against what, in one line. `stored`: the text has values of its own from when it was
    /// drawn.
    QString source(bool stored) const;
};

/// From the verb's answer; whatever it lacks stays empty. Total.
TokenInsight tokenInsightFrom(const nlohmann::ordered_json& answer);

} // namespace aha
