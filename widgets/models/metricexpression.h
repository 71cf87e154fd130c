#pragma once
// Arithmetic over metrics, point by point: reward - 0.1 * [rewards/accuracy/mean]. The language is that of rewards
// (core/rewards/expression.h); a name that is more than letters, digits and _ stands in square brackets.

#include "core/base/numbers.h"
#include "core/base/result.h"
#include "core/rewards/expression.h"

#include <QHash>
#include <QStringList>
#include <QVector>

#include <functional>
#include <optional>

namespace aha {

class MetricExpression {
public:
    struct Series {
        Numbers steps, values;
    };

    /// Error: expression_invalid, with the column.
    static Result<MetricExpression> parse(const QString& text);

    const QStringList& metrics() const { return m_metrics; }
    /// At the steps that all of its metrics have. `of` gives a metric's series, or nullptr.
    Series evaluate(const std::function<const Series*(const QString&)>& of) const;

private:
    explicit MetricExpression(RewardExpression expression, const QStringList& metrics);

    RewardExpression m_expression;
    QStringList m_metrics;
};

} // namespace aha
