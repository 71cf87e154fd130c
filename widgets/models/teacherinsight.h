#pragma once
// What an engine found out about a text under a distillation run's student and its teacher (the verb `tokens
// --teacher`), ready to be drawn.

#include "core/store/rows.h"

#include <nlohmann/json_fwd.hpp>

#include <QString>
#include <QVector>

#include <cstdint>
#include <vector>

namespace aha {

struct TeacherInsight {
    qint64 completionId = 0; ///< or 0, and the answer to a problem of an evaluation:
    qint64 evaluationId = 0, position = 0;
    qint64 policyStep = 0; ///< the student's checkpoint
    QString teacher; ///< every byte visible
    double temperature = 1; ///< of both
    std::vector<int32_t> ends; ///< of each token in the text, in bytes
    struct Opinion {
        QVector<float> logprob, entropy; ///< nats; NaN where not a number
        QVector<QString> alternatives; ///< of each token, most likely first, in one line
    };
    Opinion byStudent, byTeacher;
    QVector<float> kl; ///< nats: KL(teacher || student)
    QVector<bool> agrees; ///< both would draw the same token
    double meanKl = 0;
    qint64 agreeing = 0;

    qsizetype tokens() const { return kl.size(); }
    /// The values of one of the two, as if they had been stored with the text.
    TokenDetail detail(bool ofTeacher) const;
    /// All that both say of a token, in lines of plain text; "" beyond the last.
    QString describe(int token) const;
    /// Who was compared, and what came out over the whole text, in a sentence.
    QString sentence() const;
    /// What one of the two thinks of the whole text, in a line.
    QString facts(bool ofTeacher) const;
};

/// From the verb's answer; whatever it lacks stays empty. Total.
TeacherInsight teacherInsightFrom(const nlohmann::ordered_json& answer);

} // namespace aha
