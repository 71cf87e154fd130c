#pragma once
// Sentences of the core as it really says them: every rule of a table broken, every signal raised, every puzzle
// answered wrongly. Each with what was done for it.

#include <QList>
#include <QString>

namespace corpus {

struct Said {
    QString where; ///< "advice: rollout.temperature=2"
    QString text;
};

/// Advice, broken rules, values of a wrong type, schedules of weights, sweeps, batch arithmetic, estimates and plans.
QList<Said> ofConfigurations();
/// Health signals, marks of suspicious completions, what was judged again, comparisons.
QList<Said> ofRuns();
/// Verdicts on answers to every puzzle and to rows, and what is wrong with expressions of rewards.
QList<Said> ofAnswers();

} // namespace corpus
