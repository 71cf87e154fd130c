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

QStringList problemCommand(const RunConfig& config, qint64 seed)
{
    QStringList words { QStringLiteral("tasks"), QString::fromStdString(config.task.name), QStringLiteral("--count"),
        QStringLiteral("1"), QStringLiteral("--seed"), QString::number(seed) };
    const QStringList settings = settingsBetween(RunConfig {}, config);
    for (qsizetype i = 1; i < settings.size(); i += 2) // behind each "--set"
        if (settings[i].startsWith(QLatin1String("data."))
            || (settings[i].startsWith(QLatin1String("task.")) && !settings[i].startsWith(QLatin1String("task.name="))))
            words << settings[i - 1] << settings[i];
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
