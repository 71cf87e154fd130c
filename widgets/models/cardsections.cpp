#include "widgets/models/cardsections.h"

#include "widgets/language/translation.h"
#include "widgets/models/visibletext.h"

#include <nlohmann/json.hpp>

#include <cmath>

namespace aha {

using Json = nlohmann::ordered_json;

namespace {

const Json kNothing;

const Json& at(const Json& json, const char* key)
{
    return json.is_object() && json.contains(key) ? json[key] : kNothing;
}
QString text(const Json& value) { return value.is_string() ? visibleLine(value.get<std::string>()) : QString(); }
double number(const Json& value) { return value.is_number() ? value.get<double>() : 0; }
bool truth(const Json& value) { return value.is_boolean() && value.get<bool>(); }
QString whole(const Json& value) { return QString::number(qint64(number(value))); }

QString architectureName(const Json& card)
{
    QString name = text(at(card, "architecture"));
    if (name.endsWith(QLatin1String("ForCausalLM")))
        name.chop(11);
    return name;
}

QString storedText(const Json& card)
{
    QStringList parts;
    if (at(card, "stored").is_array())
        for (const Json& kind : card["stored"])
            parts << text(at(kind, "dtype")) + QLatin1Char(' ') + bytesText(number(at(kind, "bytes")));
    return parts.join(QStringLiteral(" · "));
}

CardSection model(const Json& card)
{
    CardSection s { tr("Model"), {} };
    s.rows << CardRow { tr("Architecture"), architectureName(card),
        tr("Which family of blocks the weights belong to") };
    if (at(card, "problem").is_object())
        s.rows << CardRow { tr("Cannot be run"),
            text(at(card["problem"], "message")) + QLatin1Char(' ') + text(at(card["problem"], "hint")), QString(),
            CardRow::Bad };
    s.rows << CardRow { tr("Parameters"), countText(number(at(card, "parameters"))), QString() };
    s.rows << CardRow { tr("Stored as"),
        storedText(card) + QStringLiteral("  (") + text(at(card, "format")) + QLatin1Char(')'),
        tr("Number formats in the file. The engine computes in float32 whatever is stored.") };
    if (at(card, "adapter").is_object()) {
        const Json& a = card["adapter"];
        s.rows << CardRow { tr("Adapter"),
            tr("LoRA, rank %1, %2 parameters, alpha %3")
                .arg(whole(at(a, "rank")), countText(number(at(a, "parameters"))))
                .arg(number(at(a, "alpha"))),
            QString() };
        s.rows << CardRow { tr("Base model"), text(at(a, "base")), QString() };
    }
    if (const QString license = text(at(card, "license")); !license.isEmpty())
        s.rows << CardRow { tr("Licence"), license, QString() };
    s.rows << CardRow { tr("Path"), text(at(card, "path")), QString() };
    return s;
}

CardSection shape(const Json& card)
{
    CardSection s { tr("Shape"), {} };
    if (!at(card, "layers").is_number())
        return s;
    s.rows << CardRow { tr("Layers"), whole(card["layers"]), QString() };
    s.rows << CardRow { tr("Width"), whole(at(card, "width")) + QStringLiteral(", MLP ") + whole(at(card, "mlp_width")),
        QString() };
    s.rows << CardRow { tr("Attention heads"),
        whole(at(card, "heads")) + tr(" of ") + whole(at(card, "head_dim")) + tr(", ") + whole(at(card, "kv_heads"))
            + tr(" for keys and values"),
        QString() };
    s.rows << CardRow { tr("Vocabulary"),
        whole(at(card, "vocabulary"))
            + (truth(at(card, "tied_embeddings")) ? tr(", input and output embeddings tied") : QString()),
        QString() };
    const Json& rope = at(card, "rope");
    QString context = whole(at(card, "context")) + tr(" tokens");
    if (const QString scaling = text(at(rope, "scaling")); !scaling.isEmpty() && scaling != QLatin1String("none"))
        context += tr(", positions stretched %1 times (").arg(number(at(rope, "factor"))) + scaling + QLatin1Char(')');
    s.rows << CardRow { tr("Context"), context, QString() };
    if (at(card, "sliding_window").is_number())
        s.rows << CardRow { tr("Sliding window"), whole(card["sliding_window"]) + tr(" tokens"), QString() };
    return s;
}

CardSection words(const Json& card)
{
    CardSection s { tr("Text"), {} };
    const Json& t = at(card, "tokenizer");
    if (at(t, "error").is_string()) {
        s.rows << CardRow { tr("Tokenizer"), text(at(t, "message")) + QLatin1Char(' ') + text(at(t, "hint")), QString(),
            CardRow::Bad };
    } else {
        s.rows << CardRow { tr("Tokenizer"), text(at(t, "kind")), QString() };
        s.rows << CardRow { tr("Tokens"),
            whole(at(t, "size")) + tr(", of which ") + whole(at(t, "special_count")) + tr(" special"), QString() };
        QStringList roles;
        if (at(t, "special").is_array())
            for (const Json& token : t["special"])
                if (at(token, "role").is_string())
                    roles << text(at(token, "role")) + QLatin1Char(' ') + text(at(token, "text"));
        if (!roles.isEmpty())
            s.rows << CardRow { tr("Special"), roles.join(QStringLiteral("   ")), QString() };
        QStringList prefix;
        if (at(t, "prefix").is_array())
            for (const Json& piece : t["prefix"])
                prefix << text(piece);
        s.rows << CardRow { tr("Puts before a text"), prefix.isEmpty() ? tr("nothing") : prefix.join(QLatin1Char(' ')),
            QString() };
    }
    const Json& chat = at(card, "chat_template");
    if (at(chat, "error").is_string()) {
        const bool missing = at(chat, "error") == "template_missing";
        s.rows << CardRow { tr("Chat template"),
            missing ? tr("none: the model continues text")
                    : text(at(chat, "message")) + QLatin1Char(' ') + text(at(chat, "hint")),
            QString(), missing ? CardRow::Plain : CardRow::Bad };
        return s;
    }
    QStringList takes;
    if (truth(at(chat, "takes_system")))
        takes << tr("a system message");
    if (truth(at(chat, "takes_enable_thinking")))
        takes << QStringLiteral("enable_thinking");
    if (truth(at(chat, "marks_generation")))
        takes << tr("marks the assistant's words");
    s.rows << CardRow { tr("Chat template"), takes.isEmpty() ? tr("present") : tr("present: ") + takes.join(tr(", ")),
        QString() };
    if (at(chat, "warnings").is_array())
        for (const Json& warning : chat["warnings"])
            s.rows << CardRow { tr("Mind"), translated(text(at(warning, "message"))),
                translated(text(at(warning, "advice"))), CardRow::Warning };
    return s;
}

CardSection memory(const Json& card)
{
    CardSection s { tr("Memory, estimated"), {} };
    const Json& m = at(card, "memory");
    if (!m.is_object())
        return s;
    const double machine = number(at(m, "machine_mb")), available = number(at(m, "available_mb"));
    const auto row = [&](const QString& name, const char* key, const QString& help) {
        const double mb = number(at(m, key));
        const CardRow::Tone tone = machine <= 0 ? CardRow::Plain
            : mb < available                    ? CardRow::Good
            : mb < machine                      ? CardRow::Warning
                                                : CardRow::Bad;
        const QString says = tone == CardRow::Good ? tr("  fits")
            : tone == CardRow::Warning             ? tr("  fits once other programs make room")
            : tone == CardRow::Bad                 ? tr("  more than this machine has")
                                                   : QString();
        s.rows << CardRow { name, bytesText(mb * 1e6) + says, help, tone };
    };
    row(tr("To talk to"), "inference_mb",
        tr("Weights in float32, twice while they are packed, and one conversation of %1 tokens")
            .arg(whole(at(m, "inference_tokens"))));
    row(tr("To train an adapter"), "lora_mb",
        tr("GRPO with the default settings, LoRA rank %1").arg(whole(at(m, "lora_rank"))));
    row(tr("To train all of it"), "full_mb", tr("GRPO with the default settings"));
    s.rows << CardRow { tr("This machine"),
        bytesText(machine * 1e6) + tr(", ") + bytesText(available * 1e6) + tr(" free now"), QString() };
    return s;
}

CardSection generation(const Json& card)
{
    CardSection s { tr("Suggested sampling"), {} };
    const Json& g = at(card, "generation");
    if (g.is_object())
        for (const auto& [key, value] : g.items())
            s.rows << CardRow { visibleLine(key), visibleLine(value.dump()), QString() };
    return s;
}

} // namespace

QString bytesText(double bytes)
{
    return bytes >= 1e9 ? QString::number(bytes / 1e9, 'f', bytes >= 1e10 ? 1 : 2) + QStringLiteral(" GB")
        : bytes >= 1e6  ? QString::number(bytes / 1e6, 'f', bytes >= 1e8 ? 0 : 1) + QStringLiteral(" MB")
        : bytes >= 1e3  ? QString::number(bytes / 1e3, 'f', 1) + QStringLiteral(" kB")
                        : QString::number(bytes, 'f', 0) + QStringLiteral(" B");
}

QString countText(double count)
{
    return count >= 1e9 ? QString::number(count / 1e9, 'f', 2) + QStringLiteral(" G")
        : count >= 1e6  ? QString::number(count / 1e6, 'f', count >= 1e8 ? 0 : 2) + QStringLiteral(" M")
        : count >= 1e3  ? QString::number(count / 1e3, 'f', 1) + QStringLiteral(" k")
                        : QString::number(count, 'f', 0);
}

QString cardLine(const Json& card)
{
    const Json& stored = at(card, "stored");
    return architectureName(card) + tr(", ") + countText(number(at(card, "parameters"))) + tr(" parameters")
        + (stored.is_array() && !stored.empty() ? tr(", ") + text(at(stored[0], "dtype")) : QString());
}

QVector<CardSection> cardSections(const Json& card)
{
    QVector<CardSection> sections;
    for (CardSection& section : std::vector { model(card), shape(card), words(card), memory(card), generation(card) })
        if (!section.rows.isEmpty())
            sections << std::move(section);
    return sections;
}

} // namespace aha
