#include "core/run/traincommand.h"

#include <QRegularExpression>

namespace aha {

QStringList settingsBetween(const RunConfig& base, const RunConfig& wanted)
{
    RunConfig a = base, b = wanted;
    const std::vector<Field> before = fields(a), after = fields(b);
    QStringList words;
    for (size_t i = 0; i < after.size(); ++i)
        if (before[i].toText() != after[i].toText())
            words << QStringLiteral("--set") << QString::fromStdString(after[i].info.path() + "=" + after[i].toText());
    return words;
}

QString shellLine(const QStringList& words)
{
    static const QRegularExpression plain(QStringLiteral("^[A-Za-z0-9_./:=@%+,-]+$"));
    QStringList line;
    for (const QString& word : words)
        line << (plain.match(word).hasMatch() ? word
                                              : QLatin1Char('\'')
                    + QString(word).replace(QLatin1Char('\''), QStringLiteral("'\\''")) + QLatin1Char('\''));
    return line.join(QLatin1Char(' '));
}

} // namespace aha
