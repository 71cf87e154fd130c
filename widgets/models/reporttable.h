#pragma once
// Tables of plain text as Markdown, HTML and CSV: nothing in a cell can end it or begin a tag, a link or a picture.

#include <QString>
#include <QStringList>

#include <vector>

namespace aha {

/// Rows of plain text; the writers below know the marks of their format.
struct ReportTable {
    QStringList heads;
    std::vector<QStringList> rows;
    int numbersFrom = 1; ///< first column of numbers
};

QString markdownCell(QString text);
QString markdownTable(const ReportTable& table);
QString htmlTable(const ReportTable& table);
QString csvCell(const QString& text); ///< quoted

} // namespace aha
