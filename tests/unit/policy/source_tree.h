#pragma once
// The source tree as the policy tests read it: paths relative to the root, text, and C++ without comments and strings.

#include <QString>
#include <QStringList>

namespace policy {

/// Files below `folders` (relative to the root; "" = files directly in the root) whose names match `patterns`, sorted.
/// Build output, fetched packages and runs are never part of the tree.
QStringList filesBelow(const QStringList& folders, const QStringList& patterns);

/// The folders that hold the project's code.
QStringList codeFolders();

/// Text of a file of the tree. Fails the running test by returning "" when it cannot be read.
QString textOf(const QString& path);

/// C++ with comments and the contents of string and character literals replaced by blanks; line numbers stay.
QString codeOnly(const QString& text);

/// Line of an offset, from 1.
qsizetype lineOf(const QString& text, qsizetype offset);

} // namespace policy
