#pragma once
// Text of models and data on the clipboard.

#include <memory>
#include <string_view>

class QByteArray;
class QMimeData;

namespace aha {

/// The bytes as they were stored; programs that take only text get them as far as they are UTF-8.
std::unique_ptr<QMimeData> exactMimeData(const QByteArray& bytes);
/// What visibleText() shows of `utf8` as its characters [begin, end), in UTF-16. Linear in the text before `end`.
std::string_view shownBytes(std::string_view utf8, int begin, int end);
/// Puts them on the clipboard.
void copyExactly(const QByteArray& bytes);

} // namespace aha
