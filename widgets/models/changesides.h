#pragma once
// What was written before and after a setting was changed: one training trace of each side, to be read side by side.

#include <QString>
#include <QtGlobal>

#include <optional>

namespace aha {

struct ChangeSides {
    qint64 before = 0, after = 0; ///< ids of completions
    qint64 beforeStep = 0, afterStep = 0;
    bool samePrompt = false;
};

/// Of the same prompt where one was asked within `reach` steps of the change on both sides, as near to it as there is;
/// else of the first prompts of the last step before and the first after. Of each prompt the answer of middle length:
/// neither a lucky nor a lost one. nullopt where a side has no traces (yet).
std::optional<ChangeSides> changeSides(const QString& folder, qint64 step, qint64 reach);

} // namespace aha
