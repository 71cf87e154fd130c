#include "widgets/models/cardsections.h"

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
    CardSection s { QStringLiteral("Model"), {} };
    s.rows << CardRow { QStringLiteral("Architecture"), architectureName(card),
        QStringLiteral("Which family of blocks the weights belong to") };
    if (at(card, "problem").is_object())
        s.rows << CardRow { QStringLiteral("Cannot be run"),
            text(at(card["problem"], "message")) + QLatin1Char(' ') + text(at(card["problem"], "hint")), QString(),
            CardRow::Bad };
    s.rows << CardRow { QStringLiteral("Parameters"), countText(number(at(card, "parameters"))), QString() };
    s.rows << CardRow { QStringLiteral("Stored as"),
        storedText(card) + QStringLiteral("  (") + text(at(card, "format")) + QLatin1Char(')'),
        QStringLiteral("Number formats in the file. The engine computes in float32 whatever is stored.") };
    if (at(card, "adapter").is_object()) {
        const Json& a = card["adapter"];
        s.rows << CardRow { QStringLiteral("Adapter"),
            QStringLiteral("LoRA, rank %1, %2 parameters, alpha %3")
                .arg(whole(at(a, "rank")), countText(number(at(a, "parameters"))))
                .arg(number(at(a, "alpha"))),
            QString() };
        s.rows << CardRow { QStringLiteral("Base model"), text(at(a, "base")), QString() };
    }
    if (const QString license = text(at(card, "license")); !license.isEmpty())
        s.rows << CardRow { QStringLiteral("Licence"), license, QString() };
    s.rows << CardRow { QStringLiteral("Path"), text(at(card, "path")), QString() };
    return s;
}

CardSection shape(const Json& card)
{
    CardSection s { QStringLiteral("Shape"), {} };
    if (!at(card, "layers").is_number())
        return s;
    s.rows << CardRow { QStringLiteral("Layers"), whole(card["layers"]), QString() };
    s.rows << CardRow { QStringLiteral("Width"),
        whole(at(card, "width")) + QStringLiteral(", MLP ") + whole(at(card, "mlp_width")), QString() };
    s.rows << CardRow { QStringLiteral("Attention heads"),
        whole(at(card, "heads")) + QStringLiteral(" of ") + whole(at(card, "head_dim")) + QStringLiteral(", ")
            + whole(at(card, "kv_heads")) + QStringLiteral(" for keys and values"),
        QString() };
    s.rows << CardRow { QStringLiteral("Vocabulary"),
        whole(at(card, "vocabulary"))
            + (truth(at(card, "tied_embeddings")) ? QStringLiteral(", input and output embeddings tied") : QString()),
        QString() };
    const Json& rope = at(card, "rope");
    QString context = whole(at(card, "context")) + QStringLiteral(" tokens");
    if (const QString scaling = text(at(rope, "scaling")); !scaling.isEmpty() && scaling != QLatin1String("none"))
        context += QStringLiteral(", positions stretched %1 times (").arg(number(at(rope, "factor"))) + scaling
            + QLatin1Char(')');
    s.rows << CardRow { QStringLiteral("Context"), context, QString() };
    if (at(card, "sliding_window").is_number())
        s.rows << CardRow { QStringLiteral("Sliding window"), whole(card["sliding_window"]) + QStringLiteral(" tokens"),
            QString() };
    return s;
}

CardSection words(const Json& card)
{
    CardSection s { QStringLiteral("Text"), {} };
    const Json& t = at(card, "tokenizer");
    if (at(t, "error").is_string()) {
        s.rows << CardRow { QStringLiteral("Tokenizer"),
            text(at(t, "message")) + QLatin1Char(' ') + text(at(t, "hint")), QString(), CardRow::Bad };
    } else {
        s.rows << CardRow { QStringLiteral("Tokenizer"), text(at(t, "kind")), QString() };
        s.rows << CardRow { QStringLiteral("Tokens"),
            whole(at(t, "size")) + QStringLiteral(", of which ") + whole(at(t, "special_count"))
                + QStringLiteral(" special"),
            QString() };
        QStringList roles;
        if (at(t, "special").is_array())
            for (const Json& token : t["special"])
                if (at(token, "role").is_string())
                    roles << text(at(token, "role")) + QLatin1Char(' ') + text(at(token, "text"));
        if (!roles.isEmpty())
            s.rows << CardRow { QStringLiteral("Special"), roles.join(QStringLiteral("   ")), QString() };
        QStringList prefix;
        if (at(t, "prefix").is_array())
            for (const Json& piece : t["prefix"])
                prefix << text(piece);
        s.rows << CardRow { QStringLiteral("Puts before a text"),
            prefix.isEmpty() ? QStringLiteral("nothing") : prefix.join(QLatin1Char(' ')), QString() };
    }
    const Json& chat = at(card, "chat_template");
    if (at(chat, "error").is_string()) {
        const bool missing = at(chat, "error") == "template_missing";
        s.rows << CardRow { QStringLiteral("Chat template"),
            missing ? QStringLiteral("none: the model continues text")
                    : text(at(chat, "message")) + QLatin1Char(' ') + text(at(chat, "hint")),
            QString(), missing ? CardRow::Plain : CardRow::Bad };
        return s;
    }
    QStringList takes;
    if (truth(at(chat, "takes_system")))
        takes << QStringLiteral("a system message");
    if (truth(at(chat, "takes_enable_thinking")))
        takes << QStringLiteral("enable_thinking");
    if (truth(at(chat, "marks_generation")))
        takes << QStringLiteral("marks the assistant's words");
    s.rows << CardRow { QStringLiteral("Chat template"),
        takes.isEmpty() ? QStringLiteral("present") : QStringLiteral("present: ") + takes.join(QStringLiteral(", ")),
        QString() };
    if (at(chat, "warnings").is_array())
        for (const Json& warning : chat["warnings"])
            s.rows << CardRow { QStringLiteral("Mind"), text(at(warning, "message")), text(at(warning, "advice")),
                CardRow::Warning };
    return s;
}

CardSection memory(const Json& card)
{
    CardSection s { QStringLiteral("Memory, estimated"), {} };
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
        const QString says = tone == CardRow::Good ? QStringLiteral("  fits")
            : tone == CardRow::Warning             ? QStringLiteral("  fits once other programs make room")
            : tone == CardRow::Bad                 ? QStringLiteral("  more than this machine has")
                                                   : QString();
        s.rows << CardRow { name, bytesText(mb * 1e6) + says, help, tone };
    };
    row(QStringLiteral("To talk to"), "inference_mb",
        QStringLiteral("Weights in float32, twice while they are packed, and one conversation of %1 tokens")
            .arg(whole(at(m, "inference_tokens"))));
    row(QStringLiteral("To train an adapter"), "lora_mb",
        QStringLiteral("GRPO with the default settings, LoRA rank %1").arg(whole(at(m, "lora_rank"))));
    row(QStringLiteral("To train all of it"), "full_mb", QStringLiteral("GRPO with the default settings"));
    s.rows << CardRow { QStringLiteral("This machine"),
        bytesText(machine * 1e6) + QStringLiteral(", ") + bytesText(available * 1e6) + QStringLiteral(" free now"),
        QString() };
    return s;
}

CardSection generation(const Json& card)
{
    CardSection s { QStringLiteral("Suggested sampling"), {} };
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
    return architectureName(card) + QStringLiteral(", ") + countText(number(at(card, "parameters")))
        + QStringLiteral(" parameters")
        + (stored.is_array() && !stored.empty() ? QStringLiteral(", ") + text(at(stored[0], "dtype")) : QString());
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
