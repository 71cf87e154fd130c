#include "widgets/models/heldoutsample.h"

#include "core/base/utf8.h"
#include "core/tasks/task.h"
#include "widgets/language/translation.h"
#include "widgets/models/tracelistmodel.h"
#include "widgets/models/visibletext.h"

#include <algorithm>

namespace aha {

int wantedSample(OutcomeClass outcome)
{
    switch (outcome) {
    case OutcomeClass::Learned:
        return kRightSample;
    case OutcomeClass::Forgotten:
    case OutcomeClass::Never:
        return kWrongSample;
    default:
        return 0;
    }
}

QString sampleMark(const CompletionRow& sample)
{
    return sample.correct                      ? QStringLiteral("✓")
        : judgedCorrect(sample.verdict, false) ? QStringLiteral("✗")
                                               : QStringLiteral("?");
}

int sampleAt(const std::vector<CompletionRow>& samples, int wanted)
{
    if (wanted >= 0)
        return std::clamp(wanted, 0, std::max(0, int(samples.size()) - 1));
    const QString mark = wanted == kRightSample ? QStringLiteral("✓")
        : wanted == kWrongSample                ? QStringLiteral("✗")
                                                : QString();
    const auto found = std::find_if(
        samples.begin(), samples.end(), [&](const CompletionRow& row) { return sampleMark(row) == mark; });
    return found == samples.end() ? 0 : int(found - samples.begin());
}

Result<CompletionRow> readSample(const RunReader& reader, qint64 evaluationId, qint64 position, int wanted)
{
    const Result<std::vector<CompletionRow>> samples = reader.evaluationSamples(evaluationId, position);
    if (!samples)
        return samples.error();
    return reader.evaluationSample(evaluationId, position, sampleAt(*samples, wanted));
}

QString sampleFacts(const CompletionRow& sample, int drawn)
{
    if (sample.verdict.empty())
        return {};
    return tr("sample %1 of %2 · %3: %4 · %5 tokens, %6%7")
        .arg(QString::number(sample.position + 1), QString::number(drawn), verdictText(sample), verdictReason(sample),
            QString::number(sample.tokens), finishText(sample.finishReason),
            sample.extracted.empty() ? QString()
                                     : tr(" · answer: ") + visibleLine(boundedUtf8(sample.extracted, 400))); // at once
}

} // namespace aha
