#include "widgets/models/patternsearch.h"

#include <QElapsedTimer>
#include <QRegularExpression>

#include <algorithm>

namespace aha {

PatternHits findPattern(const QString& text, const QString& pattern, int budgetMs)
{
    PatternHits hits;
    if (pattern.isEmpty())
        return hits;
    const QString limit = QStringLiteral("(*LIMIT_MATCH=%1)").arg(kPatternMatchLimit);
    const QRegularExpression expression(limit + pattern, QRegularExpression::UseUnicodePropertiesOption);
    if (!expression.isValid()) {
        hits.problem = QStringLiteral("The pattern is not valid at character %1: %2.")
                           .arg(std::max<qsizetype>(1, expression.patternErrorOffset() - limit.size() + 1))
                           .arg(expression.errorString());
        return hits;
    }
    QElapsedTimer timer;
    timer.start();
    for (qsizetype at = 0; at < text.size();) {
        qsizetype end = text.indexOf(QLatin1Char('\n'), at);
        end = std::min(end < 0 ? text.size() : end, at + kLongestPatternLine);
        const QStringView line = QStringView(text).mid(at, end - at);
        for (qsizetype from = 0; from <= line.size();) {
            const QRegularExpressionMatch match = expression.match(line, from);
            if (timer.elapsed() > budgetMs || hits.ranges.size() >= kMostPatternHits) {
                hits.problem = hits.ranges.size() >= kMostPatternHits
                    ? QStringLiteral("The first %1 places are marked; there are more.").arg(kMostPatternHits)
                    : QStringLiteral("The pattern took longer than %1 ms; the places up to character %2 are marked.")
                          .arg(budgetMs)
                          .arg(at + from);
                return hits;
            }
            if (!match.isValid()) { // the match limit: this line is too costly
                hits.problem = QStringLiteral("The pattern is too costly on some lines; they are not marked.");
                break;
            }
            if (!match.hasMatch())
                break;
            if (match.capturedLength() > 0)
                hits.ranges.append({ int(at + match.capturedStart()), int(at + match.capturedEnd()) });
            from = std::max(match.capturedEnd(), match.capturedStart() + 1);
        }
        at = end + (end < text.size() && text[end] == QLatin1Char('\n'));
    }
    return hits;
}

} // namespace aha
