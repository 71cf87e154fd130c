#include "widgets/models/clipinsight.h"

#include "widgets/language/translation.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace aha {

namespace {

using Json = nlohmann::ordered_json;

QString textOf(const Json& json, const char* key)
{
    const auto found = json.find(key);
    return found != json.end() && found->is_string() ? QString::fromStdString(found->get<std::string>()) : QString();
}

bool flagOf(const Json& json, const char* key, bool otherwise)
{
    const auto found = json.find(key);
    return found != json.end() && found->is_boolean() ? found->get<bool>() : otherwise;
}

double numberOf(const Json& json, const char* key)
{
    const auto found = json.find(key);
    return found != json.end() && found->is_number() ? found->get<double>() : NAN;
}

QStringList textsOf(const Json& json, const char* key)
{
    QStringList out;
    if (const auto found = json.find(key); found != json.end() && found->is_array())
        for (const Json& one : *found)
            if (one.is_string())
                out << QString::fromStdString(one.get<std::string>());
    return out;
}

QString shown(double edge) { return QString::number(edge, 'f', 2); }

} // namespace

ClipInsight clipInsightFrom(const Json& answer)
{
    ClipInsight insight;
    if (!answer.is_object())
        return insight;
    const auto clip = answer.find("clip");
    if (clip == answer.end() || !clip->is_object())
        return insight;
    insight.loss = textOf(answer, "loss");
    insight.of = textOf(*clip, "of");
    insight.takesRatio = flagOf(*clip, "ratio", true);
    insight.soft = flagOf(*clip, "soft", false);
    insight.low = numberOf(*clip, "low");
    insight.high = numberOf(*clip, "high");
    insight.bound = numberOf(*clip, "bound");
    insight.cap = numberOf(*clip, "cap");
    insight.ownAdvantages = flagOf(answer, "own_advantages", false);
    insight.completionRatio = numberOf(answer, "completion_ratio");
    insight.beside = textsOf(answer, "beside");
    insight.unseen = textsOf(answer, "unseen");
    static const QStringList names { "open", "low", "high", "bound", "either", "capped", "drifted" };
    for (const QString& gate : textsOf(answer, "gates"))
        insight.gates.append(ClipInsight::Gate(std::max<qsizetype>(names.indexOf(gate), 0)));
    return insight;
}

bool ClipInsight::isClosed(int token) const
{
    const Gate now = gate(token);
    return now == Either || now == Drifted || (!ownAdvantages && (now == Low || now == High || now == Bound));
}

QString ClipInsight::rule() const
{
    if (loss.isEmpty())
        return {};
    if (!takesRatio)
        return tr("loss %1: no importance ratio, so nothing is clipped").arg(loss);
    if (soft)
        return tr("loss %1: no clip, a gate that closes gradually").arg(loss);
    const QString whose = of == QLatin1String("sequence") ? tr("the completion's ratio (geometric mean)")
        : of == QLatin1String("product")                  ? tr("the completion's ratio (product)")
                                                          : tr("each token's ratio");
    if (!std::isnan(cap))
        return tr("loss %1: the weight of %2 is capped at %3, the gradient stays").arg(loss, whose, shown(cap));
    if (std::isnan(low))
        return tr("loss %1: no clip").arg(loss);
    QString text = tr("loss %1: clips %2 to %3 … %4").arg(loss, whose, shown(low), shown(high));
    if (!std::isnan(bound))
        text += tr(", and to %1 where the advantage is negative").arg(shown(bound));
    return text;
}

QString ClipInsight::describe(int token) const
{
    if (loss.isEmpty() || token >= gates.size())
        return {};
    QStringList lines;
    if (!std::isnan(completionRatio))
        lines << (of == QLatin1String("sequence") ? tr("ratio of the completion (geometric mean over its tokens) %1")
                                                  : tr("ratio of the completion (product over its tokens) %1"))
                     .arg(completionRatio, 0, 'f', 3);
    const Gate now = gate(token);
    QString said;
    switch (now) {
    case Open:
        said = !takesRatio                       ? tr("this loss has no ratio: nothing is clipped")
            : soft                               ? tr("this loss has no clip: its gate closes gradually")
            : std::isnan(cap) && std::isnan(low) ? tr("this loss has no clip")
                                                 : tr("not clipped");
        break;
    case Low:
        said = tr("clipped: below %1").arg(shown(low));
        break;
    case High:
        said = tr("clipped: above %1").arg(shown(high));
        break;
    case Bound:
        said = tr("clipped: above the bound %1 of negative advantages").arg(shown(bound));
        break;
    case Either:
        said = tr("clipped: above %1 and above the bound %2").arg(shown(high), shown(bound));
        break;
    case Capped:
        said = tr("its weight is capped at %1; the gradient stays").arg(shown(cap));
        break;
    case Drifted:
        said = tr("masked: the completion drifted too far from its sampler");
        break;
    }
    if (now != Open && now != Capped) {
        if (!isClosed(token))
            said += now == High ? tr(", no gradient where its own advantage is positive (not stored)")
                                : tr(", no gradient where its own advantage is negative (not stored)");
        else if (beside.isEmpty())
            said += tr(", no gradient");
        else {
            QStringList others;
            for (const QString& term : beside)
                others << (term == QLatin1String("kl")   ? tr("the KL term")
                        : term == QLatin1String("value") ? tr("the value loss")
                                                         : tr("the entropy bonus"));
            said += tr(", no gradient from the reward; %1 still pulls").arg(others.join(tr(", ")));
        }
    }
    lines << said;
    for (const QString& mask : unseen)
        lines << (mask == QLatin1String("entropy")
                ? tr("only the tokens of highest entropy train; which they were is not stored")
                : mask == QLatin1String("covariance")
                ? tr("clip_cov leaves some tokens out at random; which they were is not stored")
                : tr("the sampler's correction masks some tokens; which they were is not stored"));
    return lines.join(QLatin1Char('\n'));
}

} // namespace aha
