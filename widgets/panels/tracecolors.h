#pragma once
// Colours of the trace pages for light and dark, in one place: the legend and the text cannot disagree.

#include "widgets/panels/tracetext.h"

#include <QColor>
#include <QPalette>
#include <QTextCharFormat>

namespace aha {

/// Update: advantage × (1 − p), how hard a step pushed the token. Kl, Ratio: of a checkpoint, asked for. Reward: what a
/// model beside the policy paid for the token (PRIME, or a process reward model), as stored. The last four: of a
/// distillation run's teacher and student, asked for.
enum class Heat {
    None,
    LogProb,
    Entropy,
    Update,
    Kl,
    Ratio,
    Reward,
    TeacherKl,
    TeacherAgreement,
    TeacherProb,
    StudentProb
};
constexpr bool isOfTeacher(Heat heat) { return heat >= Heat::TeacherKl; }

bool isDark(const QPalette& palette);
/// How a span looks; contrast of text at least 4.5 : 1 on both bases.
QTextCharFormat spanFormat(TraceSpan::Kind kind, const QPalette& palette);
/// The same as one solid colour, for ribbons and marks.
QColor spanColor(TraceSpan::Kind kind, const QPalette& palette);
/// Over what the loss leaves out: hatched, whatever else is coloured.
QBrush untrainedBrush(const QPalette& palette);
/// 0 (certain) … 1 (surprising): 1 − p for log-probabilities, share of kEntropyTop for entropies.
constexpr double kEntropyTop = 2.5; ///< nats
double heatShare(Heat heat, double logprob, double entropy);
QColor heatColor(double share, const QPalette& palette);
constexpr double kKlTop = 1; ///< nats
constexpr double kLogRatioTop = 0.4; ///< |log ratio|: 0.67 … 1.49
/// −1 … 1 for quantities with a sign: orange below, blue above.
QColor signedHeatColor(double share, const QPalette& palette);
/// Places of a person's pattern.
QColor patternColor(const QPalette& palette);
/// Background of words that only one of two texts has; told apart by hue (blue, orange) and drawn underlined.
QColor differenceColor(bool left, const QPalette& palette);
/// Badge and cell colours by kind: good, bad, warn, info, mute.
QColor kindColor(const QString& kind, const QPalette& palette);

} // namespace aha
