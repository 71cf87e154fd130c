#include "widgets/panels/tokenmeasure.h"

#include "core/store/run_reader.h"
#include "widgets/language/translation.h"
#include "widgets/models/visibletext.h"
#include "widgets/panels/traceview.h"

#include <algorithm>
#include <cstdlib>
#include <optional>

namespace aha {

namespace {

/// The step at which the text was written; none: it is not there.
std::optional<int64_t> stepOf(const RunReader& reader, const TextPlace& place)
{
    if (place.completionId > 0) {
        const Result<CompletionRow> row = reader.completionText(place.completionId);
        return row ? std::optional(row->step) : std::nullopt;
    }
    const Result<EvaluationRow> evaluation = reader.evaluation(place.evaluationId);
    return evaluation ? std::optional(evaluation->step) : std::nullopt;
}

} // namespace

TokenMeasure::TokenMeasure(QObject* parent)
    : QObject(parent)
{
    connect(&m_question, &EngineQuestion::answered, this, [this](const nlohmann::ordered_json& answer) {
        auto insight = std::make_shared<const TokenInsight>(tokenInsightFrom(answer));
        if (insight->policyStep == m_policyStep && insight->completionId == m_place.completionId
            && insight->evaluationId == m_place.evaluationId
            && (m_place.evaluationId == 0 || insight->position == m_place.position))
            Q_EMIT measured(insight);
        else
            Q_EMIT failed(tr("Not computed: ") + tr("the engine answered about another text."));
    });
    connect(&m_question, &EngineQuestion::failed, this, [this](const QString& sentence) {
        Q_EMIT failed(tr("Not computed: ") + translated(visibleText(sentence.toStdString())));
    });
}

bool TokenMeasure::isNeeded(Heat heat, bool stored, bool hasAdvantage)
{
    switch (heat) {
    case Heat::Kl:
        return true;
    case Heat::Ratio:
        return stored;
    case Heat::Update:
        return !stored && hasAdvantage;
    default:
        return !stored && (heat == Heat::LogProb || heat == Heat::Entropy);
    }
}

QString TokenMeasure::whyNone(Heat heat, bool stored, bool hasAdvantage)
{
    if (heat == Heat::Ratio && !stored)
        return tr(
            "No ratio: what the policy that drew this text said of its tokens is not stored. Log-prob, entropy and "
            "KL can be measured.");
    if (heat == Heat::Update && !hasAdvantage)
        return tr("No update: no step trained on this text, so it has no advantage.");
    return {};
}

TokenMeasure::Plan TokenMeasure::plan(const TextPlace& place, bool made)
{
    Plan plan { place, -1, {} };
    if (!place.isValid()) {
        plan.problem = tr("Only texts that a run sampled can be measured: this one is not among them.");
        return plan;
    }
    const auto reader = RunReader::open(place.folder.toStdString());
    const auto checkpoints = reader ? (*reader)->checkpoints() : Result<std::vector<CheckpointRow>>(reader.error());
    const std::optional<int64_t> step = checkpoints ? stepOf(**reader, place) : std::nullopt;
    if (!step) {
        plan.problem = checkpoints ? tr("The run does not have this text any more.")
                                   : translated(visibleText(checkpoints.error().sentence()));
        return plan;
    }
    const int64_t writer = place.completionId > 0 ? *step - 1 : *step; // of what wrote the text
    std::optional<int64_t> before, after;
    for (const CheckpointRow& checkpoint : *checkpoints) {
        if (checkpoint.removed)
            continue;
        if (checkpoint.step <= writer)
            before = std::max(before.value_or(checkpoint.step), checkpoint.step);
        else
            after = std::min(after.value_or(checkpoint.step), checkpoint.step);
    }
    if (!before && !after)
        plan.problem = tr("The run has no checkpoint, so no model can be asked.");
    else if (!before || !after)
        plan.policyStep = before ? *before : *after;
    else if (place.completionId > 0)
        plan.policyStep = made ? *after : *before;
    else
        plan.policyStep = *after - writer < writer - *before ? *after : *before;
    return plan;
}

void TokenMeasure::show(TraceView* view, std::shared_ptr<const TokenInsight> insight, bool stored)
{
    if (const std::optional<TokenDetail> detail
        = insight && !stored ? insight->detail() : std::optional<TokenDetail>()) {
        TraceText trace = view->trace();
        setTokenDetail(trace, *detail);
        trace.measured = insight->measuredWith();
        view->setHighlights(trace);
    }
    view->setInsight(std::move(insight));
}

void TokenMeasure::ask(const Plan& plan, const std::string& text)
{
    m_place = plan.place;
    m_policyStep = plan.policyStep;
    QStringList arguments { QStringLiteral("tokens"), plan.place.folder };
    if (m_place.completionId > 0)
        arguments << QStringLiteral("--completion") << QString::number(m_place.completionId);
    else
        arguments << QStringLiteral("--evaluation") << QString::number(m_place.evaluationId)
                  << QStringLiteral("--problem") << QString::number(m_place.position) << QStringLiteral("--stdin");
    arguments << QStringLiteral("--policy") << QString::number(plan.policyStep);
    m_question.ask(arguments, m_place.completionId > 0 ? QByteArray() : QByteArray::fromStdString(text));
}

} // namespace aha
