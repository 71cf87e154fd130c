#include "widgets/models/markertext.h"

#include "widgets/language/translation.h"
#include "widgets/models/visibletext.h"

#include <QJsonDocument>
#include <QJsonObject>

namespace aha {

QString markerText(const MarkerRow& marker)
{
    if (marker.kind != "set")
        return translated(visibleLine(marker.text));
    const QJsonObject data = QJsonDocument::fromJson(QByteArray::fromStdString(marker.dataJson)).object();
    QString change = data.value(QLatin1String("change")).toString();
    if (const qsizetype colon = change.indexOf(QLatin1String(": ")); colon > 0)
        return visibleLine(change.remove(colon, 1).toStdString()).replace(QLatin1String(" -> "), QStringLiteral(" → "));
    return tr("set ") + visibleLine(marker.text);
}

} // namespace aha
