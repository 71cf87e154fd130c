#pragma once
// Text of models and data on the clipboard.

class QByteArray;

namespace aha {

/// The bytes as they were stored; programs that take only text get them as far as they are UTF-8.
void copyExactly(const QByteArray& bytes);

} // namespace aha
