// Which tokens of a row train: prompts masked, the assistant's words by the template's marks, end tokens as TRL puts
// them.

#include "core/engine/sft_encoder.h"
#include "tests/unit/sft/byte_tokenizer.h"

#include <QtTest>

using namespace aha;

namespace {

constexpr const char* kMarked
    = "{% for m in messages %}<{{ m['role'] }}>{% if m['role'] == 'assistant' %}{% generation %}{{ m['content'] }}|"
      "{% endgeneration %}{% else %}{{ m['content'] }}{% endif %}{% endfor %}"
      "{% if add_generation_prompt %}<assistant>{% endif %}";
constexpr const char* kPlain = "{% for m in messages %}<{{ m['role'] }}>{{ m['content'] }}|{% endfor %}"
                               "{% if add_generation_prompt %}<assistant>{% endif %}";

data::Turns text(const std::string& words) { return { false, words, {} }; }
data::Turns turns(const std::vector<std::pair<const char*, const char*>>& list)
{
    data::Turns all { true, "", {} };
    for (const auto& [role, content] : list)
        all.messages.push_back({ role, content, data::Row() });
    return all;
}
data::Example row(data::Kind kind, data::Turns prompt, data::Turns completion)
{
    data::Example example;
    example.kind = kind;
    example.prompt = std::move(prompt);
    example.completion = std::move(completion);
    return example;
}

Result<SftEncoder> encoder(const char* source, const std::string& lossOn, bool begins = false)
{
    SftConfig config;
    config.lossOn = lossOn;
    std::optional<ChatTemplate> chat;
    if (source)
        chat = orThrow(ChatTemplate::fromText(source));
    return SftEncoder::make(std::make_shared<ByteTokenizer>(begins), chat, config);
}

/// The row's text with what trains in brackets.
QString shown(const Result<SftEncoder::Encoded>& encoded)
{
    if (!encoded)
        return QString::fromStdString(encoded.error().code);
    const SftSequence& s = encoded->sequence;
    std::string all;
    bool inside = false;
    for (size_t t = 0; t < s.ids.size(); ++t) {
        if (bool(s.trained[t]) != inside)
            all += (inside = !inside) ? "[" : "]";
        all += ByteTokenizer().tokenBytes(s.ids[t]);
    }
    return QString::fromStdString(all + (inside ? "]" : ""));
}
QString shown(const char* source, const std::string& lossOn, const data::Example& example, bool begins = false)
{
    const Result<SftEncoder> made = encoder(source, lossOn, begins);
    return made ? shown(made->encode(example)) : QString::fromStdString(made.error().code);
}

} // namespace

class TestSftEncoder : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void plainRows()
    {
        const data::Example pair = row(data::Kind::PromptCompletion, text("what? "), text("that"));
        QCOMPARE(shown(nullptr, "auto", pair), "what? [that|]");
        QCOMPARE(shown(nullptr, "completion", pair), "what? [that|]");
        QCOMPARE(shown(nullptr, "all", pair), "[what? that|]");
        QCOMPARE(shown(nullptr, "auto", pair, true), "|what? [that|]"); // the tokenizer's begin token
        const data::Example ended = row(data::Kind::PromptCompletion, text("a"), text("b|"));
        QCOMPARE(shown(nullptr, "auto", ended), "a[b|]"); // not twice
        QCOMPARE(shown(nullptr, "auto", row(data::Kind::LanguageModeling, {}, text("words"))), "[words|]");
    }

    void conversations()
    {
        const data::Example talk = row(data::Kind::LanguageModeling, {},
            turns({ { "user", "hi" }, { "assistant", "é1" }, { "user", "and?" }, { "assistant", "no" } }));
        QCOMPARE(shown(kMarked, "assistant", talk), "<user>hi<assistant>[é1|]<user>and?<assistant>[no|]");
        QCOMPARE(shown(kMarked, "auto", talk), "[<user>hi<assistant>é1|<user>and?<assistant>no|]");
        const data::Example pair
            = row(data::Kind::PromptCompletion, turns({ { "user", "hi" } }), turns({ { "assistant", "yes" } }));
        QCOMPARE(shown(kPlain, "auto", pair), "<user>hi|<assistant>[yes|]");
        QCOMPARE(shown(kPlain, "all", pair), "[<user>hi|<assistant>yes|]");
        QCOMPARE(shown(kMarked, "assistant", pair), "<user>hi<assistant>[yes|]");
        const Result<SftEncoder> made = encoder(kPlain, "auto");
        QVERIFY(!made->encode(pair)->boundaryMoved);
    }

    /// A template whose prompt is not the head of the whole: TRL masks by count, and so does this, but it is told.
    void movedBoundary()
    {
        const char* changing = "{{ '!' if add_generation_prompt else '?' }}{% for m in messages %}{{ m['content'] }}{% "
                               "endfor %}";
        const data::Example pair
            = row(data::Kind::PromptCompletion, turns({ { "user", "hi" } }), turns({ { "assistant", "yes" } }));
        const Result<SftEncoder::Encoded> encoded = encoder(changing, "auto")->encode(pair);
        QVERIFY(encoded->boundaryMoved);
        QCOMPARE(shown(encoded), "?hi[yes]");
    }

    void whatCannotBe()
    {
        const data::Example talk
            = row(data::Kind::LanguageModeling, {}, turns({ { "user", "a" }, { "assistant", "b" } }));
        QCOMPARE(shown(kPlain, "assistant", talk), "template_no_generation");
        QCOMPARE(shown(nullptr, "assistant", talk), "template_no_generation");
        QVERIFY(encoder(kPlain, "assistant").error().hint.find("{% generation %}") != std::string::npos);
        QCOMPARE(shown(nullptr, "auto", talk), "template_missing");
        QCOMPARE(shown(kMarked, "completion", talk), "sft_no_prompt");
        QCOMPARE(shown(kMarked, "assistant", row(data::Kind::LanguageModeling, {}, text("x"))), "sft_not_chat");
        QCOMPARE(shown(nullptr, "auto", row(data::Kind::Preference, text("x"), text("y"))), "sft_kind");
    }

    void questions()
    {
        const auto asked = [](const char* source, const data::Example& example) {
            const auto question = orThrow(encoder(source, "auto", true)->question(example));
            return question ? QString::fromStdString(ByteTokenizer().decode(question->ids) + " -> " + question->answer)
                            : QString("none");
        };
        QCOMPARE(asked(nullptr, row(data::Kind::PromptCompletion, text("p"), text("c"))), "|p -> c");
        QCOMPARE(asked(nullptr, row(data::Kind::LanguageModeling, {}, text("c"))), "none");
        QCOMPARE(asked(kPlain,
                     row(data::Kind::LanguageModeling, {},
                         turns({ { "user", "a" }, { "assistant", "b" }, { "user", "c" }, { "assistant", "d" } }))),
            "<user>a|<assistant>b|<user>c|<assistant> -> d");
        QCOMPARE(asked(kPlain, row(data::Kind::LanguageModeling, {}, turns({ { "assistant", "b" } }))), "none");
    }
};

QTEST_GUILESS_MAIN(TestSftEncoder)
#include "tst_sft_encoder.moc"
