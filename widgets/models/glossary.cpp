#include "widgets/models/glossary.h"

#include "metrics_text.h"
#include "widgets/language/translation.h"

#include <algorithm>

namespace aha {

namespace {

/// "a | `b\|c` | d" as cells without the marks of Markdown.
QStringList cellsOf(const QString& line)
{
    QStringList cells;
    QString cell;
    const QString inner = line.mid(1, line.size() - 2);
    for (qsizetype i = 0; i < inner.size(); ++i) {
        if (inner[i] == QLatin1Char('\\') && i + 1 < inner.size() && inner[i + 1] == QLatin1Char('|'))
            cell += inner[++i];
        else if (inner[i] == QLatin1Char('|'))
            cells << std::exchange(cell, QString()).trimmed();
        else if (inner[i] != QLatin1Char('`'))
            cell += inner[i];
    }
    return cells << cell.trimmed();
}

} // namespace

std::vector<GlossaryEntry> parseGlossary(const QString& markdown)
{
    std::vector<GlossaryEntry> entries;
    QString section;
    bool table = false; // whose rows are names
    for (const QString& line : markdown.split(QLatin1Char('\n'))) {
        if (line.startsWith(QLatin1String("## ")) || line.startsWith(QLatin1String("### ")))
            section = line.section(QLatin1Char(' '), 1);
        if (!line.startsWith(QLatin1Char('|')) || !line.endsWith(QLatin1Char('|'))) {
            table = false;
            continue;
        }
        const QStringList cells = cellsOf(line);
        if (cells.front() == QLatin1String("name"))
            table = true;
        else if (table && cells.size() > 1 && !cells.front().startsWith(QLatin1String("---")))
            entries.push_back({ cells[0], cells[1], cells.value(2), cells.value(3), section });
    }
    return entries;
}

Glossary::Glossary(QObject* parent)
    : QAbstractListModel(parent)
    , m_entries(parseGlossary(QString::fromUtf8(kMetricsText)))
{
    for (size_t i = 0; i < m_entries.size(); ++i)
        m_rows.insert(m_entries[i].name.toLower(), int(i));
}

int Glossary::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : int(m_entries.size()); }

QVariant Glossary::data(const QModelIndex& index, int role) const
{
    if (!index.isValid())
        return {};
    const GlossaryEntry& entry = m_entries[size_t(index.row())];
    if (role == Qt::DisplayRole)
        return entry.name;
    if (role == Qt::AccessibleTextRole) // both lines of its row
        return QString(tr("%1. ").arg(entry.name) + translated(entry.meaning));
    if (role == MeaningRole)
        return translated(entry.meaning);
    if (role == SearchRole)
        return QString(entry.name + QLatin1Char('\n') + entry.meaning + QLatin1Char('\n') + entry.section
            + QLatin1Char('\n') + translated(entry.meaning));
    return {};
}

int Glossary::find(const QString& name) const
{
    QString key = name.trimmed().toLower();
    if (key.endsWith(QLatin1String(" %")))
        key.chop(2);
    if (const auto it = m_rows.find(key); it != m_rows.end())
        return *it;
    if (key.startsWith(QLatin1String("eval_"))) // where no row of its own says more
        return find(key.mid(5));
    if (key.endsWith(QLatin1Char('s')))
        if (const auto it = m_rows.find(key.chopped(1)); it != m_rows.end())
            return *it;
    if (key.startsWith(QLatin1String("pass@")))
        return m_rows.value(QStringLiteral("pass@k"), -1);
    return -1;
}

int Glossary::rank(int row, const QString& wanted) const
{
    const QString& name = m_entries[size_t(row)].name;
    int best = 4;
    for (qsizetype at = name.indexOf(wanted, 0, Qt::CaseInsensitive); at >= 0 && best > 1;
         at = name.indexOf(wanted, at + 1, Qt::CaseInsensitive))
        best = std::min(best,
            at == 0                               ? (name.size() == wanted.size() ? 0 : 1)
                : name[at - 1].isLetterOrNumber() ? 3
                                                  : 2);
    return best;
}

QString Glossary::explain(int row) const
{
    const GlossaryEntry& entry = m_entries[size_t(row)];
    QString text = entry.name + QStringLiteral("\n\n") + tr("%1.").arg(translated(entry.meaning));
    const auto given = [](const QString& cell) { return !cell.isEmpty() && cell != QString(QChar(0x2013)); };
    if (given(entry.unit))
        text += tr("\n\nUnit: ") + translated(entry.unit);
    if (given(entry.range))
        text += (given(entry.unit) ? tr("   Range: ") : tr("\n\nRange: ")) + translated(entry.range);
    return text + tr("\n\nGroup: ") + translated(entry.section);
}

} // namespace aha
