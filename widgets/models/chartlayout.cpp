#include "widgets/models/chartlayout.h"

#include "widgets/models/chartspec.h"

#include <QJsonArray>

#include <algorithm>

namespace aha {

namespace {

QJsonObject optionsJson(const ChartOptions& options)
{
    QJsonObject json { { "log_x", options.logX }, { "log_y", options.logY }, { "leave_out", options.leaveOut } };
    for (const auto& [key, range] : { std::pair("values", options.left), std::pair("right_values", options.right) })
        if (range)
            json[QLatin1String(key)] = QJsonArray { range->first, range->second };
    QJsonObject lines;
    for (auto it = options.lines.begin(); it != options.lines.end(); ++it)
        lines[it.key()] = *it;
    if (!lines.isEmpty())
        json["lines"] = lines;
    if (!options.run.isEmpty())
        json["run"] = options.run;
    return json;
}

ChartOptions optionsFromJson(const QJsonObject& json)
{
    const auto range = [&](const char* key) {
        const QJsonArray ends = json.value(QLatin1String(key)).toArray();
        const double low = ends.at(0).toDouble(NAN), high = ends.at(1).toDouble(NAN);
        return low < high ? std::optional(QPair<double, double>(low, high)) : std::nullopt;
    };
    ChartOptions options { json.value(QLatin1String("log_x")).toBool(), json.value(QLatin1String("log_y")).toBool(),
        json.value(QLatin1String("leave_out")).toBool(), range("values"), range("right_values") };
    const QJsonObject lines = json.value(QLatin1String("lines")).toObject();
    for (auto it = lines.begin(); it != lines.end(); ++it)
        if (it->isBool())
            options.lines[it.key()] = it->toBool();
    options.run = json.value(QLatin1String("run")).toString();
    return options;
}

} // namespace

ChartLayout ChartLayout::standard()
{
    ChartLayout layout;
    for (const ChartSpec& spec : standardCharts())
        layout.charts << spec.id;
    return layout;
}

QJsonObject ChartLayout::toJson() const
{
    QJsonObject byId;
    for (auto it = options.begin(); it != options.end(); ++it)
        if (*it != ChartOptions {})
            byId[it.key()] = optionsJson(*it);
    QJsonObject json { { "charts", QJsonArray::fromStringList(charts) }, { "open", QJsonArray::fromStringList(open) },
        { "options", byId }, { "x", xAxis }, { "seeds", seeds }, { "smoothing", smoothing }, { "table", table },
        { "markers", markers } };
    if (std::isfinite(from) && std::isfinite(to))
        json["range"] = QJsonArray { from, to };
    return json;
}

ChartLayout ChartLayout::fromJson(const QJsonObject& json)
{
    ChartLayout layout;
    const auto texts = [&](const char* key) {
        QStringList all;
        for (const QJsonValue& value : json.value(QLatin1String(key)).toArray())
            if (value.isString() && !all.contains(value.toString()))
                all << value.toString();
        return all;
    };
    for (const QString& id : texts("charts")) {
        const ChartSpec spec = chartSpec(id);
        if (!spec.parts.isEmpty() || !spec.expression.isEmpty() || !spec.quantity.isEmpty())
            layout.charts << id;
    }
    layout.open = texts("open");
    const QJsonObject byId = json.value(QLatin1String("options")).toObject();
    for (auto it = byId.begin(); it != byId.end(); ++it)
        layout.options[it.key()] = optionsFromJson(it->toObject());
    layout.xAxis = json.value(QLatin1String("x")).toString(layout.xAxis);
    layout.seeds = json.value(QLatin1String("seeds")).toString();
    layout.smoothing = std::clamp(json.value(QLatin1String("smoothing")).toInt(layout.smoothing), 0, 99);
    layout.table = json.value(QLatin1String("table")).toBool();
    layout.markers = json.value(QLatin1String("markers")).toBool();
    if (const QJsonArray range = json.value(QLatin1String("range")).toArray(); range.size() == 2) {
        layout.from = range[0].toDouble(NAN);
        layout.to = range[1].toDouble(NAN);
    }
    return layout;
}

bool ChartLayout::move(const QString& id, int places)
{
    const qsizetype from = charts.indexOf(id);
    if (from < 0)
        return false;
    const qsizetype to = std::clamp<qsizetype>(from + places, 0, charts.size() - 1);
    charts.move(from, to);
    return from != to;
}

bool ChartLayout::moveBefore(const QString& id, const QString& before)
{
    const qsizetype from = charts.indexOf(id), to = charts.indexOf(before);
    return from >= 0 && to >= 0 && move(id, int(to - from));
}

} // namespace aha
