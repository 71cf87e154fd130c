// The comparison as a table of other programs: Markdown, LaTeX.

#include "widgets/models/comparemodel.h"
#include "widgets/models/latextext.h"
#include "widgets/models/reporttable.h"

namespace aha {

QString CompareModel::markdown() const
{
    QString out = QStringLiteral("| |"), rule = QStringLiteral("|---|");
    for (const QString& label : m_labels) {
        out += QStringLiteral(" %1 |").arg(markdownCell(label));
        rule += QStringLiteral("---|");
    }
    out += QLatin1Char('\n') + rule + QLatin1Char('\n');
    for (const Row& row : m_rows) {
        out += row.section ? QStringLiteral("| **%1** |").arg(markdownCell(row.name))
                           : QStringLiteral("| %1 |").arg(markdownCell(row.name));
        for (qsizetype i = 0; i < m_labels.size(); ++i)
            out += row.section       ? QStringLiteral(" |")
                : row.isBest(int(i)) ? QStringLiteral(" **%1** |").arg(markdownCell(row.cells[i]))
                                     : QStringLiteral(" %1 |").arg(markdownCell(row.cells[i]));
        out += QLatin1Char('\n');
    }
    return out;
}

QString CompareModel::latex() const
{
    const QString end = QStringLiteral(" \\\\\n");
    QString out
        = QStringLiteral("% needs \\usepackage{booktabs} and, for the symbols, LuaLaTeX, XeLaTeX or UTF-8 input\n"
                         "\\begin{tabular}{l%1}\n\\toprule\n")
              .arg(QString(m_labels.size(), QLatin1Char('l')));
    for (const QString& label : m_labels)
        out += QStringLiteral(" & ") + latexText(label);
    out += end;
    for (const Row& row : m_rows) {
        if (row.section) { // a rule above each part; the first one closes the head
            out += QStringLiteral("\\midrule\n\\multicolumn{%1}{l}{\\textit{%2}}")
                       .arg(m_labels.size() + 1)
                       .arg(latexText(row.name))
                + end;
            continue;
        }
        out += latexText(row.name);
        for (qsizetype i = 0; i < m_labels.size(); ++i)
            out += (row.isBest(int(i)) ? QStringLiteral(" & \\textbf{%1}") : QStringLiteral(" & %1"))
                       .arg(latexText(row.cells[i]));
        out += end;
    }
    return out + QStringLiteral("\\bottomrule\n\\end{tabular}\n");
}

} // namespace aha
