#pragma once
// Text of models and data on the clipboard.

#include <memory>

class QByteArray;
class QMimeData;

namespace aha {

/// The bytes as they were stored; programs that take only text get them as far as they are UTF-8.
std::unique_ptr<QMimeData> exactMimeData(const QByteArray& bytes);
/// Puts them on the clipboard.
void copyExactly(const QByteArray& bytes);

} // namespace aha
