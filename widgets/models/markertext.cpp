#include "widgets/models/markertext.h"

#include "widgets/language/translation.h"
#include "widgets/models/visibletext.h"

#include <QJsonDocument>
#include <QJsonObject>

namespace aha {

std::optional<SettingChange> settingChange(const MarkerRow& marker)
{
    if (marker.kind != "set")
        return std::nullopt;
    const auto part = [](const QString& text) { return visibleLine(text.toStdString()); };
    const QJsonObject data = QJsonDocument::fromJson(QByteArray::fromStdString(marker.dataJson)).object();
    const QString change = data.value(QLatin1String("change")).toString(), arrow = QStringLiteral(" -> ");
    const qsizetype colon = change.indexOf(QLatin1String(": ")), to = change.indexOf(arrow, colon + 1);
    if (colon > 0 && to > colon)
        return SettingChange { part(change.left(colon)), part(change.mid(colon + 2, to - colon - 2)),
            part(change.mid(to + arrow.size())) };
    const QString text = QString::fromStdString(marker.text);
    const qsizetype equals = text.indexOf(QLatin1Char('='));
    return equals > 0 ? std::optional(SettingChange { part(text.left(equals)), {}, part(text.mid(equals + 1)) })
                      : std::nullopt;
}

QString markerText(const MarkerRow& marker)
{
    if (marker.kind != "set")
        return translated(visibleLine(marker.text));
    const std::optional<SettingChange> change = settingChange(marker);
    return change && !change->before.isEmpty()
        ? change->path + QLatin1Char(' ') + change->before + QStringLiteral(" → ") + change->after
        : tr("set ") + visibleLine(marker.text);
}

QString changeText(const MarkerRow& marker)
{
    return tr("%1 after step %2").arg(markerText(marker), QString::number(marker.step));
}

} // namespace aha
