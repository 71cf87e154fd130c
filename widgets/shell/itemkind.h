#pragma once
// What a path is, as far as the window is concerned: decides where it opens.

#include <QString>

namespace aha {

enum class ItemKind { Run, Model, Data, Settings, Recipe, Unknown };

/// Looks at names, and into small JSON files; reads no more than 64 kB.
ItemKind itemKind(const QString& path);
/// Why nothing can be opened from it.
QString unknownItemSentence(const QString& path);

} // namespace aha
