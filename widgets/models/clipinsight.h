#pragma once
// What a run's loss does with the tokens of a completion at a checkpoint: which it keeps from training, and what a
// reader is told. From the verb `tokens`, which asks the loss itself (core/algo/token_gates.h).

#include <nlohmann/json_fwd.hpp>

#include <QString>
#include <QStringList>
#include <QVector>

#include <cmath>

namespace aha {

struct ClipInsight {
    enum Gate { Open, Low, High, Bound, Either, Capped, Drifted };

    QString loss; ///< of the run; empty: nothing is known
    QString of; ///< nothing | token | sequence | product: whose ratio is bounded
    bool takesRatio = true, soft = false;
    double low = NAN, high = NAN, bound = NAN, cap = NAN; ///< NaN: there is none
    bool ownAdvantages = false; ///< a gate holds for one sign of the token's advantage, which is not stored
    double completionRatio = NAN; ///< of the whole completion, where that is what is bounded
    QStringList beside; ///< what else pulls a token: kl, entropy, value
    QStringList unseen; ///< masks that are not stored: entropy, covariance, sampler
    QVector<Gate> gates; ///< one a token; may be empty

    Gate gate(int token) const { return gates.value(token, Open); }
    /// Does the surrogate give the token no gradient, for certain?
    bool isClosed(int token) const;
    /// What is said of a token, in one or two lines of plain text; "" where nothing is known.
    QString describe(int token) const;
    /// The rule itself in a line: "clips each token's ratio to 0.80 … 1.28".
    QString rule() const;
};

/// From the verb's answer; whatever it lacks stays empty. Total.
ClipInsight clipInsightFrom(const nlohmann::ordered_json& answer);

} // namespace aha
