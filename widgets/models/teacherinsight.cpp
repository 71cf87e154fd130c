#include "widgets/models/teacherinsight.h"

#include "widgets/language/translation.h"
#include "widgets/models/visibletext.h"

#include <nlohmann/json.hpp>

#include <QStringList>

#include <cmath>

namespace aha {

namespace {

using Json = nlohmann::ordered_json;

const Json& part(const Json& json, const char* key)
{
    static const Json none;
    const auto found = json.is_object() ? json.find(key) : json.end();
    return json.is_object() && found != json.end() ? *found : none;
}

double numberOr(const Json& json, const char* key, double otherwise = 0)
{
    const Json& value = part(json, key);
    return value.is_number() ? value.get<double>() : otherwise;
}

QVector<float> numbers(const Json& list)
{
    QVector<float> out;
    if (list.is_array())
        for (const Json& value : list)
            out.append(value.is_number() ? value.get<float>() : NAN);
    return out;
}

TeacherInsight::Opinion opinion(const Json& json)
{
    TeacherInsight::Opinion said { numbers(part(json, "logprobs")), numbers(part(json, "entropy")), {} };
    if (const Json& top = part(json, "top"); top.is_array())
        for (const Json& row : top) {
            QStringList best;
            if (row.is_array())
                for (const Json& one : row)
                    if (const Json& text = part(one, "text"); text.is_string())
                        best << QStringLiteral("“%1” %2 %")
                                    .arg(visibleLine(text.get<std::string>()))
                                    .arg(100 * numberOr(one, "p"), 0, 'f', 1);
            said.alternatives.append(best.join(QStringLiteral(", ")));
        }
    return said;
}

double meanOf(const QVector<float>& values)
{
    double sum = 0;
    for (const float value : values)
        sum += double(value);
    return values.isEmpty() ? NAN : sum / double(values.size());
}

} // namespace

TeacherInsight teacherInsightFrom(const Json& answer)
{
    TeacherInsight insight;
    insight.completionId = qint64(numberOr(answer, "completion"));
    insight.evaluationId = qint64(numberOr(answer, "evaluation"));
    insight.position = qint64(numberOr(answer, "problem"));
    insight.policyStep = qint64(numberOr(answer, "policy_step"));
    if (const Json& teacher = part(answer, "teacher"); teacher.is_string())
        insight.teacher = visibleLine(teacher.get<std::string>());
    insight.temperature = numberOr(answer, "temperature", 1);
    if (const Json& ends = part(answer, "ends"); ends.is_array())
        for (const Json& end : ends)
            insight.ends.push_back(end.is_number_integer() ? end.get<int32_t>() : 0);
    insight.byStudent = opinion(part(answer, "by_student"));
    insight.byTeacher = opinion(part(answer, "by_teacher"));
    insight.kl = numbers(part(answer, "kl"));
    if (const Json& agrees = part(answer, "agrees"); agrees.is_array())
        for (const Json& value : agrees)
            insight.agrees.append(value.is_boolean() && value.get<bool>());
    insight.meanKl = numberOr(answer, "mean_kl", NAN); // null: a model says NaN
    insight.agreeing = qint64(numberOr(answer, "agreeing"));
    return insight;
}

TokenDetail TeacherInsight::detail(bool ofTeacher) const
{
    const Opinion& said = ofTeacher ? byTeacher : byStudent;
    return { ends, { said.logprob.begin(), said.logprob.end() }, { said.entropy.begin(), said.entropy.end() } };
}

QString TeacherInsight::describe(int token) const
{
    if (token < 0 || token >= kl.size())
        return {};
    const auto line = [token](const QString& who, const Opinion& said) {
        const double logprob = double(said.logprob.value(token, NAN));
        return tr("%1: log-prob %2 · p = %3 % · entropy %4 nats")
            .arg(who)
            .arg(logprob, 0, 'f', 3)
            .arg(100 * std::exp(logprob), 0, 'f', 1)
            .arg(double(said.entropy.value(token, NAN)), 0, 'f', 3);
    };
    QStringList lines { line(tr("teacher"), byTeacher), line(tr("student of step %1").arg(policyStep), byStudent),
        tr("KL(teacher ‖ student) %1 nats; %2")
            .arg(double(kl[token]), 0, 'f', 3)
            .arg(agrees.value(token) ? tr("both would draw the same token") : tr("each would draw another token")) };
    if (const QString best = byTeacher.alternatives.value(token); !best.isEmpty())
        lines << tr("the teacher would draw: ") + best;
    if (const QString best = byStudent.alternatives.value(token); !best.isEmpty())
        lines << tr("the student would draw: ") + best;
    return lines.join(QLatin1Char('\n'));
}

QString TeacherInsight::sentence() const
{
    const QString who = tr("Teacher %1 and the student of step %2%3")
                            .arg(teacher, QString::number(policyStep),
                                temperature == 1 ? QString() : tr(" at temperature %1").arg(temperature));
    if (kl.isEmpty())
        return tr("%1: the text has no tokens.").arg(who);
    return tr("%1: KL(teacher ‖ student) %2 nats per token on average, the same likeliest token at %3 % (%4 of n = %5 "
              "tokens).")
        .arg(who, std::isfinite(meanKl) ? QString::number(meanKl, 'f', 4) : QStringLiteral("–"),
            QString::number(100.0 * double(agreeing) / double(kl.size()), 'f', 1), QString::number(agreeing),
            QString::number(kl.size()));
}

QString TeacherInsight::facts(bool ofTeacher) const
{
    const Opinion& said = ofTeacher ? byTeacher : byStudent;
    return tr("mean log-prob %1, mean entropy %2 nats (n = %3 tokens)")
        .arg(meanOf(said.logprob), 0, 'f', 3)
        .arg(meanOf(said.entropy), 0, 'f', 3)
        .arg(kl.size());
}

} // namespace aha
