#include "widgets/panels/probeanswer.h"

#include "core/store/run_reader.h"
#include "widgets/language/translation.h"
#include "widgets/models/heldoutsample.h"
#include "widgets/models/probetable.h"
#include "widgets/models/tracelistmodel.h"
#include "widgets/models/visibletext.h"

#include <algorithm>

namespace aha {

QString ownAnswerFacts(const QString& run, int64_t step, const CompletionRow& row)
{
    const QString facts
        = tr("%1, step %2 · your prompt, which nothing judges · %3, %4")
              .arg(run, QString::number(step), row.tokens == 1 ? tr("1 token") : tr("%1 tokens").arg(row.tokens),
                  finishText(row.finishReason));
    if (!row.text.empty())
        return facts;
    // An empty page looks as if it were still to come.
    return facts + QLatin1Char('\n') + tr("The answer is empty: the model ended at once.");
}

Result<ProbeAnswer> readProbeAnswer(const ProbePlace& place, int wanted)
{
    const QString &folder = place.folder, &label = place.label;
    const qint64 evaluationId = place.evaluationId;
    const bool own = place.own;
    const auto reader = RunReader::open(folder.toStdString());
    if (!reader)
        return reader.error();
    const auto evaluations = own ? (*reader)->probes() : (*reader)->evaluations();
    if (!evaluations)
        return evaluations.error();
    const auto e = evaluationId < 0 && !evaluations->empty()
        ? evaluations->end() - 1
        : std::find_if(
            evaluations->begin(), evaluations->end(), [&](const EvaluationRow& one) { return one.id == evaluationId; });
    const Error absent { "row_missing",
        own ? tr("%1 was not asked this prompt.").arg(label).toStdString()
            : label.toStdString() + " was not asked this problem.",
        "" };
    if (e == evaluations->end())
        return absent;
    const auto problems = (*reader)->evaluationProblems(e->id, /*withExamples=*/false);
    if (!problems)
        return problems.error();
    const auto found = std::find_if(problems->begin(), problems->end(), [&](const EvaluationProblemRow& row) {
        return own ? writtenPrompt(row.prompt) == place.written : row.prompt.text == place.problem;
    });
    if (found == problems->end())
        return absent;
    const qint64 position = found - problems->begin();
    auto samples = (*reader)->evaluationSamples(e->id, position);
    if (!samples)
        return samples.error();
    const int at = sampleAt(*samples, wanted);
    const Result<CompletionRow> row = (*reader)->evaluationSample(e->id, position, at);
    if (!row)
        return ProbeAnswer { {}, std::move(*samples), at, e->samples, translated(row.error().sentence()) };
    const QString facts = sampleFacts(*row, e->samples);
    TraceDocument document;
    document.text = row->text;
    document.place = { folder, 0, e->id, int(position), at };
    document.itemJson = found->prompt.itemJson;
    document.heading = visibleLine(std::string_view(place.problem).substr(0, 200));
    if (own) {
        document.itemJson.clear(); // no calculation of a task is looked for
        document.heading = visibleLine(place.written.substr(0, 200));
        document.facts = ownAnswerFacts(label, e->step, *row);
        return ProbeAnswer { document, std::move(*samples), at, e->samples, {} };
    }
    const bool all = found->correct == e->samples, none = found->correct == 0;
    document.facts = tr("%1, step %2 · %3")
                         .arg(label)
                         .arg(e->step)
                         .arg(e->samples == 1       ? (all ? tr("right") : tr("wrong"))
                                 : !facts.isEmpty() ? tr("%1 of %2 samples right").arg(found->correct).arg(e->samples)
                                                    : tr("%1 of %2 samples right, the first is shown%3")
                                                          .arg(found->correct)
                                                          .arg(e->samples)
                                                          .arg(all       ? tr(": right")
                                                                  : none ? tr(": wrong")
                                                                         : QString()));
    if (!facts.isEmpty())
        document.facts += QLatin1Char('\n') + facts;
    if (row->text.empty())
        document.facts += QLatin1Char('\n') + tr("The answer is empty: the model ended at once.");
    return ProbeAnswer { document, std::move(*samples), at, e->samples, {} };
}

} // namespace aha
