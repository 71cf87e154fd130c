#include "widgets/models/metricexpression.h"

#include <QRegularExpression>

#include <algorithm>

namespace aha {

MetricExpression::MetricExpression(RewardExpression expression, const QStringList& metrics)
    : m_expression(std::move(expression))
    , m_metrics(metrics)
{
}

Result<MetricExpression> MetricExpression::parse(const QString& text)
{
    // A bracketed name becomes a plain one of the same width, so that columns in messages are right.
    static const QRegularExpression token(QStringLiteral("\\[([^\\[\\]]+)\\]|([A-Za-z_][A-Za-z0-9_]*)\\s*(\\(?)"));
    QString plain = text;
    QStringList metrics;
    std::vector<std::string> names;
    const auto number = [&](const QString& metric, const std::string& name) {
        metrics << metric;
        names.push_back(name);
    };
    for (auto found = token.globalMatch(text); found.hasNext();) {
        const QRegularExpressionMatch match = found.next();
        if (const QString metric = match.captured(1).trimmed(); !metric.isEmpty()) {
            QString name;
            if (const qsizetype known = metrics.indexOf(metric); known >= 0)
                name = QString::fromStdString(names[size_t(known)]);
            else {
                // Short enough for the shortest bracket, "[x]": a letter and at most two more.
                name = QLatin1Char('_') + QString::number(metrics.size(), 36);
                number(metric, name.toStdString());
            }
            if (name.size() > match.capturedLength())
                return Error { "expression_invalid", "There are too many metrics in this expression.",
                    "Use fewer than 1296." };
            plain.replace(match.capturedStart(), match.capturedLength(), name.leftJustified(match.capturedLength()));
        } else if (const std::string name = match.captured(2).toStdString(); match.captured(3).isEmpty()
                   && std::find(names.begin(), names.end(), name) == names.end()) { // a name, not a function
            number(match.captured(2), name);
        }
    }
    Result<RewardExpression> parsed = RewardExpression::parse(plain.toStdString(), names);
    if (!parsed)
        return parsed.error();
    if (metrics.isEmpty())
        return Error { "expression_invalid", "There is no metric in this expression.",
            "Name at least one, in square brackets where it has a slash: [rewards/accuracy/mean]." };
    return MetricExpression(std::move(*parsed), metrics);
}

MetricExpression::Series MetricExpression::evaluate(const std::function<const Series*(const QString&)>& of) const
{
    std::vector<double> steps, made;
    QVector<const Series*> all;
    for (const QString& metric : m_metrics) {
        all << of(metric);
        if (!all.back() || all.back()->steps.isEmpty())
            return {};
    }
    QVector<qsizetype> at(all.size(), 0);
    std::vector<double> values(size_t(all.size()));
    for (const double step : all[0]->steps) {
        bool everywhere = true;
        for (qsizetype m = 0; m < all.size() && everywhere; ++m) {
            const Series& series = *all[m];
            while (at[m] < series.steps.size() && series.steps[at[m]] < step)
                ++at[m];
            everywhere = at[m] < series.steps.size() && series.steps[at[m]] == step;
            if (everywhere)
                values[size_t(m)] = series.values[at[m]];
        }
        if (everywhere) {
            steps.push_back(step);
            made.push_back(m_expression.value(values));
        }
    }
    return { steps, made };
}

} // namespace aha
