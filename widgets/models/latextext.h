#pragma once
// Plain text as LaTeX source: nothing in it is a command.

#include <QString>

namespace aha {

/// One line; what LaTeX would read as a command, a comment or mathematics is escaped, and the dashes and signs that
/// tables use become its own.
QString latexText(const QString& text);

} // namespace aha
