#include "widgets/models/chartspec.h"

#include "widgets/models/metricexpression.h"

namespace aha {

QStringList ChartSpec::metrics() const
{
    QStringList names;
    for (const ChartPart& part : parts)
        for (const QString& name : { part.metric, part.low, part.high })
            if (!name.isEmpty() && !names.contains(name))
                names << name;
    if (!expression.isEmpty())
        if (const auto parsed = MetricExpression::parse(expression))
            names << parsed->metrics();
    return names;
}

ChartSpec chartSpec(const QString& id)
{
    const QString kind = id.section(QLatin1Char(':'), 0, 0), what = id.section(QLatin1Char(':'), 1);
    for (const ChartSpec& spec : standardCharts())
        if (spec.id == id)
            return spec;
    ChartSpec spec;
    spec.id = id;
    spec.title = what;
    if (kind == QLatin1String("metric")) {
        ChartPart part { what, what, Qt::SolidLine, 0, {}, {} };
        part.measured = what.startsWith(QLatin1String("eval_"));
        spec.parts = { part };
    } else if (kind == QLatin1String("expr")) {
        spec.expression = what;
    }
    return spec;
}

QString metricSection(const QString& metric)
{
    return metric.contains(QLatin1Char('/')) ? metric.section(QLatin1Char('/'), 0, 0) : QStringLiteral("general");
}

} // namespace aha
