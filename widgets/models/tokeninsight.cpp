#include "widgets/models/tokeninsight.h"

#include "widgets/language/shownnumber.h"
#include "widgets/language/translation.h"
#include "widgets/models/visibletext.h"

#include <nlohmann/json.hpp>

#include <QStringList>

#include <cmath>

namespace aha {

namespace {

using Json = nlohmann::ordered_json;

template <class Value> Value field(const Json& json, const char* key, Value otherwise)
{
    const auto found = json.is_object() ? json.find(key) : json.end();
    if (!json.is_object() || found == json.end())
        return otherwise;
    if constexpr (std::is_same_v<Value, bool>)
        return found->is_boolean() ? found->template get<bool>() : otherwise;
    else
        return found->is_number() ? found->template get<Value>() : otherwise;
}

QVector<float> numbers(const Json& json, const char* key)
{
    QVector<float> out;
    if (const auto found = json.find(key); found != json.end() && found->is_array())
        for (const Json& value : *found)
            out.append(value.is_number() ? value.get<float>() : NAN);
    return out;
}

} // namespace

TokenInsight tokenInsightFrom(const Json& answer)
{
    TokenInsight insight;
    if (!answer.is_object())
        return insight;
    insight.completionId = field<qint64>(answer, "completion", 0);
    insight.evaluationId = field<qint64>(answer, "evaluation", 0);
    insight.position = field<qint64>(answer, "problem", 0);
    insight.step = field<qint64>(answer, "step", 0);
    insight.policyStep = field<qint64>(answer, "policy_step", 0);
    insight.sampled = field(answer, "sampled", false);
    if (const auto problem = answer.find("base_problem"); problem != answer.end() && problem->is_string())
        insight.baseProblem = visibleLine(problem->get<std::string>());
    insight.logprob = numbers(answer, "logprobs");
    insight.entropy = numbers(answer, "entropy");
    if (const auto ends = answer.find("ends"); ends != answer.end() && ends->is_array())
        for (const Json& end : *ends)
            insight.ends.push_back(end.is_number_integer() ? end.get<int32_t>() : 0);
    insight.baseLogprob = numbers(answer, "base_logprobs");
    insight.kl = numbers(answer, "kl");
    insight.ratio = numbers(answer, "ratio");
    if (const auto ids = answer.find("ids"); ids != answer.end() && ids->is_array())
        for (const Json& id : *ids)
            insight.ids.append(id.is_number_integer() ? id.get<qint64>() : -1);
    insight.clip = clipInsightFrom(answer);
    if (const auto top = answer.find("top"); top != answer.end() && top->is_array())
        for (const Json& row : *top) {
            QVector<TokenInsight::Alternative> best;
            for (const Json& alternative : row)
                if (alternative.is_object() && alternative.contains("text") && alternative["text"].is_string())
                    best.append({ field<qint64>(alternative, "id", -1),
                        visibleLine(alternative["text"].get<std::string>()), field(alternative, "p", 0.0) });
            insight.alternatives.append(best);
        }
    return insight;
}

std::optional<TokenDetail> TokenInsight::detail() const
{
    if (ends.empty() || logprob.size() != qsizetype(ends.size()) || entropy.size() != logprob.size())
        return std::nullopt;
    return TokenDetail { ends, { logprob.begin(), logprob.end() }, { entropy.begin(), entropy.end() } };
}

QString TokenInsight::measuredWith() const
{
    if (sampled)
        return tr("measured with checkpoint %1, which wrote this text").arg(policyStep);
    return (evaluationId > 0
            ? tr("measured with checkpoint %1 — the answer was written at step %2: an estimate of what its writer "
                 "thought")
            : tr("measured with checkpoint %1 — the text was drawn at step %2: an estimate of what its policy thought"))
        .arg(policyStep)
        .arg(step);
}

QString TokenInsight::source(bool stored) const
{
    const QString rule = clip.rule();
    return (stored ? tr("KL and alternatives: %1; log-prob and entropy: stored when it was drawn")
                   : tr("Log-prob, entropy, KL and alternatives: %1"))
               .arg(measuredWith())
        + (baseProblem.isEmpty() ? tr("; base: the model that the run started from")
                                 : tr("; no KL: ") + translated(baseProblem))
        + (rule.isEmpty() ? QString() : QStringLiteral(" · ") + rule);
}

QString TokenInsight::describe(int token) const
{
    QStringList lines;
    if (token < kl.size())
        lines << tr("KL to the base model %1 nats; base log-prob %2")
                     .arg(fixedNumber(double(kl[token]), 3), fixedNumber(double(baseLogprob.value(token, NAN)), 3));
    if (token < ratio.size())
        lines << tr("ratio to the policy that drew it %1").arg(double(ratio[token]), 0, 'f', 3);
    if (const QString said = clip.describe(token); !said.isEmpty())
        lines << said;
    if (token < alternatives.size() && !alternatives[token].isEmpty()) {
        QStringList best;
        for (const Alternative& alternative : alternatives[token])
            best << QStringLiteral("“%1” %2 %").arg(alternative.text).arg(100 * alternative.p, 0, 'f', 1)
                    + (alternative.id >= 0 ? tr(" (id %1)").arg(alternative.id) : QString());
        lines << tr("step %1 would draw: ").arg(policyStep) + best.join(tr(", "));
    }
    return lines.join(QLatin1Char('\n'));
}

} // namespace aha
