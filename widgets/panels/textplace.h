#pragma once
// Where a text of a run is found again: a completion of a training step, or the stored answer to a held-out problem.

#include <QString>
#include <QtGlobal>

#include <vector>

namespace aha {

struct TextPlace {
    QString folder; ///< of the run
    qint64 completionId = 0; ///< 0: an answer
    qint64 evaluationId = 0;
    int position = 0; ///< of the problem in the evaluation
    int sample = 0; ///< of the problem

    bool isValid() const { return completionId > 0 || evaluationId > 0; }
    bool operator==(const TextPlace&) const = default;
};
using TextPlaces = std::vector<TextPlace>;

/// A text that is read, and the words that are selected in it.
struct TextReading {
    TextPlace place;
    QString words; ///< as they are shown; empty: none
    int begin = -1; ///< of the words, in UTF-16 units of the text as it is shown
};

} // namespace aha
