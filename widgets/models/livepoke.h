#pragma once
// What a run's live weights were asked and answered, as its markers tell.

#include "core/store/live_answer.h"

#include <QString>

#include <string>
#include <vector>

namespace aha {

struct LivePoke {
    struct Turn {
        bool user = true;
        QString text; ///< as it was sent; shown with visibleText()
    };
    qint64 step = 0;
    std::vector<Turn> before; ///< the conversation up to `prompt`, without it
    QString prompt, answer, temperature, seed; ///< as they were sent; shown with visibleText()
    LiveAnswer answers; ///< all samples, at least one
    qint64 marker = 0; ///< its number in the run
    bool isConversation = false; ///< can be gone on with: `answer` is what the model wrote and nothing else
};

/// Newest first; none of a run that cannot be read.
std::vector<LivePoke> readLivePokes(const QString& folder);
/// The turns up to the question, under headings, as they were sent.
std::string turnsText(const LivePoke& poke);
/// "3 of 8 right: " before the first of several answers that were judged.
QString rightText(const std::vector<CompletionRow>& answers);

} // namespace aha
