#include "widgets/models/runfilter.h"

#include <QDateTime>
#include <QRegularExpression>
#include <QStringList>

#include <optional>

namespace aha {

namespace {

using Text = QString (*)(const RunListRow&, const RunLabel&);
struct TextField {
    const char* name;
    Text text;
};
constexpr TextField kTexts[] = {
    { "name",
        [](const RunListRow& r, const RunLabel& l) {
            return r.name + QLatin1Char('\n') + QString::fromStdString(l.name);
        } },
    { "state", [](const RunListRow& r, const RunLabel&) { return QString::fromStdString(stateName(r.state)); } },
    { "tag", [](const RunListRow&, const RunLabel& l) { return QString::fromStdString(l.tags); } },
    { "note", [](const RunListRow&, const RunLabel& l) { return QString::fromStdString(l.note); } },
    { "loss", [](const RunListRow& r, const RunLabel&) { return r.lossType; } },
    { "task", [](const RunListRow& r, const RunLabel&) { return r.task; } },
    { "model", [](const RunListRow& r, const RunLabel&) { return r.model; } },
    { "folder", [](const RunListRow& r, const RunLabel&) { return r.folder; } },
};

struct NumberField {
    const char* name;
    std::optional<double> (*number)(const RunListRow&);
};
constexpr NumberField kNumbers[] = {
    { "pass1", [](const RunListRow& r) { return r.pass1; } },
    { "reward", [](const RunListRow& r) { return r.reward; } },
    { "step", [](const RunListRow& r) { return std::optional<double>(double(r.step)); } },
    { "seed", [](const RunListRow& r) { return std::optional<double>(double(r.seed)); } },
    { "step_seconds",
        [](const RunListRow& r) { return r.stepSeconds > 0 ? std::optional<double>(r.stepSeconds) : std::nullopt; } },
    { "created", [](const RunListRow& r) { return std::optional<double>(r.createdAt); } },
};

template <class Fields> QString namesOf(const Fields& fields)
{
    QStringList names;
    for (const auto& field : fields)
        names << QLatin1String(field.name);
    return names.join(QStringLiteral(", "));
}

bool compare(double a, const QString& sign, double b)
{
    if (sign == QLatin1String(">"))
        return a > b;
    if (sign == QLatin1String(">="))
        return a >= b;
    if (sign == QLatin1String("<"))
        return a < b;
    if (sign == QLatin1String("<="))
        return a <= b;
    return (sign == QLatin1String("!=")) == (a != b);
}

/// Cuts at spaces outside double quotes and drops the quotes. nullopt: a quote is left open.
std::optional<QStringList> words(const QString& text)
{
    QStringList found;
    QString word;
    bool quoted = false, any = false;
    for (const QChar c : text) {
        if (c == QLatin1Char('"')) {
            quoted = !quoted;
            any = true;
        } else if (c.isSpace() && !quoted) {
            if (any)
                found << word;
            word.clear();
            any = false;
        } else {
            word += c;
            any = true;
        }
    }
    if (any)
        found << word;
    return quoted ? std::nullopt : std::optional(found);
}

std::optional<double> numberOf(const QString& field, const QString& text)
{
    bool ok = false;
    if (field == QLatin1String("created")) {
        const QDateTime date = QDateTime::fromString(text, Qt::ISODate);
        return date.isValid() ? std::optional(double(date.toSecsSinceEpoch())) : std::nullopt;
    }
    const bool percent = text.endsWith(QLatin1Char('%'));
    const double value = (percent ? text.chopped(1) : text).toDouble(&ok);
    return ok ? std::optional(percent ? value / 100 : value) : std::nullopt;
}

Error unknown(const QString& field)
{
    return { "filter_unknown", "There is nothing called \"" + field.toStdString() + "\" to filter by.",
        "Texts: " + namesOf(kTexts).toStdString() + " (with a colon). Numbers: " + namesOf(kNumbers).toStdString()
            + " (with > >= < <= = !=)." };
}

} // namespace

Result<RunFilter> RunFilter::parse(const QString& text)
{
    static const QRegularExpression comparison(QStringLiteral("^([A-Za-z_@0-9]+)(>=|<=|!=|=|>|<)(.*)$"));
    static const QRegularExpression field(QStringLiteral("^([A-Za-z_@0-9]+):(.*)$"));
    const auto parts = words(text);
    if (!parts)
        return Error { "filter_value", "A quotation mark is not closed.", "Write \"two words\"." };
    RunFilter filter;
    for (QString part : *parts) {
        const bool inverted = part.size() > 1 && part.startsWith(QLatin1Char('-'));
        if (inverted)
            part.remove(0, 1);
        Term term;
        if (const auto match = comparison.match(part); match.hasMatch()) {
            QString name = match.captured(1).toLower();
            if (name == QLatin1String("pass@1"))
                name = QStringLiteral("pass1");
            const auto found = std::find_if(std::begin(kNumbers), std::end(kNumbers),
                [&](const NumberField& f) { return name == QLatin1String(f.name); });
            if (found == std::end(kNumbers))
                return unknown(match.captured(1));
            const std::optional<double> value = numberOf(name, match.captured(3));
            if (!value)
                return Error { "filter_value",
                    part.toStdString() + ": \"" + match.captured(3).toStdString() + "\" is not a "
                        + (name == QLatin1String("created") ? "date." : "number."),
                    name == QLatin1String("created") ? "Write created>=2026-11-25."
                                                     : "Write, for example, " + name.toStdString() + ">0.5." };
            term = [number = found->number, sign = match.captured(2), value = *value](
                       const RunListRow& row, const RunLabel&) {
                const std::optional<double> has = number(row);
                return has && compare(*has, sign, value); // what was not measured is in no range
            };
        } else if (const auto match = field.match(part); match.hasMatch()) {
            QString name = match.captured(1).toLower();
            if (name == QLatin1String("tags"))
                name.chop(1);
            const QString value = match.captured(2).toLower();
            const auto found = std::find_if(std::begin(kTexts), std::end(kTexts),
                [&](const TextField& f) { return name == QLatin1String(f.name); });
            if (found == std::end(kTexts))
                return unknown(match.captured(1));
            if (name == QLatin1String("state")) {
                QStringList states;
                for (int s = 0; s <= int(RunState::Interrupted); ++s)
                    states << QString::fromStdString(stateName(RunState(s)));
                if (std::none_of(
                        states.begin(), states.end(), [&](const QString& one) { return one.startsWith(value); }))
                    return Error { "filter_value", "No run can be in the state \"" + value.toStdString() + "\".",
                        "States: " + states.join(QStringLiteral(", ")).toStdString() + "." };
            }
            term = [text = found->text, value](const RunListRow& row, const RunLabel& label) {
                return text(row, label).toLower().contains(value);
            };
        } else {
            term = [value = part.toLower()](const RunListRow& row, const RunLabel& label) {
                return std::any_of(std::begin(kTexts), std::end(kTexts),
                    [&](const TextField& f) { return f.text(row, label).toLower().contains(value); });
            };
        }
        if (inverted)
            term = [term](const RunListRow& row, const RunLabel& label) { return !term(row, label); };
        filter.m_terms.push_back(std::move(term));
    }
    return filter;
}

bool RunFilter::accepts(const RunListRow& row, const RunLabel& label) const
{
    return std::all_of(m_terms.begin(), m_terms.end(), [&](const Term& term) { return term(row, label); });
}

} // namespace aha
