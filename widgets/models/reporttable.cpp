#include "widgets/models/reporttable.h"

namespace aha {

QString markdownCell(QString text)
{
    return text.replace(QLatin1Char('&'), QLatin1String("&amp;"))
        .replace(QLatin1Char('<'), QLatin1String("&lt;"))
        .replace(QLatin1Char('['), QLatin1String("&#91;")) // no link, no picture
        .replace(QLatin1Char('|'), QLatin1String("&#124;"))
        .replace(QLatin1Char('\n'), QLatin1Char(' '));
}

QString markdownTable(const ReportTable& table)
{
    const auto line = [](const QStringList& cells) {
        QStringList safe;
        for (const QString& one : cells)
            safe << markdownCell(one);
        return QStringLiteral("| ") + safe.join(QStringLiteral(" | ")) + QStringLiteral(" |\n");
    };
    QString text = line(table.heads);
    for (qsizetype i = 0; i < table.heads.size(); ++i)
        text += i >= table.numbersFrom ? QStringLiteral("|---:") : QStringLiteral("|---");
    text += QStringLiteral("|\n");
    for (const QStringList& row : table.rows)
        text += line(row);
    return text + QLatin1Char('\n');
}

QString htmlTable(const ReportTable& table)
{
    QString html = QStringLiteral("<table><thead><tr>");
    for (const QString& head : table.heads)
        html += QStringLiteral("<th>") + head.toHtmlEscaped() + QStringLiteral("</th>");
    html += QStringLiteral("</tr></thead><tbody>\n");
    for (const QStringList& row : table.rows) {
        html += QStringLiteral("<tr>");
        for (qsizetype i = 0; i < row.size(); ++i)
            html += (i >= table.numbersFrom ? QStringLiteral("<td class=\"n\">") : QStringLiteral("<td>"))
                + row[i].toHtmlEscaped() + QStringLiteral("</td>");
        html += QStringLiteral("</tr>\n");
    }
    return html + QStringLiteral("</tbody></table>\n");
}

QString csvCell(const QString& text)
{
    return QLatin1Char('"') + QString(text).replace(QLatin1Char('"'), QLatin1String("\"\"")) + QLatin1Char('"');
}

} // namespace aha
