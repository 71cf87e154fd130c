#include "widgets/models/seedgroups.h"

#include <QHash>
#include <QJsonDocument>
#include <QJsonObject>

namespace aha {

QString seedlessConfig(const QString& configJson)
{
    QJsonObject config = QJsonDocument::fromJson(configJson.toUtf8()).object();
    if (config.isEmpty())
        return {};
    QJsonObject general = config.value(QLatin1String("general")).toObject();
    general.remove(QLatin1String("seed"));
    general.remove(QLatin1String("name"));
    config.insert(QLatin1String("general"), general);
    return QString::fromUtf8(QJsonDocument(config).toJson(QJsonDocument::Compact)); // Qt sorts the keys
}

QVector<QVector<int>> seedGroups(const QStringList& configs)
{
    QVector<QVector<int>> groups;
    QHash<QString, int> known;
    for (int i = 0; i < configs.size(); ++i) {
        const QString key = seedlessConfig(configs[i]);
        const auto found = key.isEmpty() ? known.cend() : known.constFind(key);
        if (found != known.cend()) {
            groups[*found].append(i);
            continue;
        }
        if (!key.isEmpty())
            known.insert(key, int(groups.size()));
        groups.append(QVector<int> { i });
    }
    return groups;
}

} // namespace aha
