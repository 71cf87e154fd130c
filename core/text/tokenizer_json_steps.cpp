// The components of tokenizer.json around the model: normalizer, pre_tokenizer, decoder, post_processor.

#include "core/text/pattern_translation.h"
#include "core/text/tokenizer_json.h"

#include "core/base/utf8.h"

namespace aha {

namespace {

TextRegex compiled(const JsonField& field, const std::string& pcre)
{
    Result<TextRegex> regex = TextRegex::compile(pcre);
    if (!regex)
        throw Failure({ regex.error().code, field.place() + ": " + regex.error().message, regex.error().hint });
    return std::move(regex).value();
}

TextRegex fromOniguruma(const JsonField& field, std::string_view pattern)
{
    Result<std::string> pcre = translatePattern(pattern);
    if (!pcre)
        throw Failure({ pcre.error().code, field.place() + ": " + pcre.error().message, pcre.error().hint });
    return compiled(field, *pcre);
}

std::string typeOf(const JsonField& field) { return field.at("type").text(); }

SplitBehavior readBehavior(const JsonField& field)
{
    const std::string& name = field.text();
    if (name == "Removed")
        return SplitBehavior::Removed;
    if (name == "Isolated")
        return SplitBehavior::Isolated;
    if (name == "MergedWithPrevious")
        return SplitBehavior::MergedWithPrevious;
    if (name == "MergedWithNext")
        return SplitBehavior::MergedWithNext;
    if (name == "Contiguous")
        return SplitBehavior::Contiguous;
    field.unsupported("the behavior " + name.substr(0, 40));
}

std::string oneCharacter(const JsonField& field)
{
    const std::string& text = field.text();
    if (text.empty() || decodeUtf8(text, 0).bytes != text.size())
        field.invalid("must be one character");
    return text;
}

void addNormalizer(const JsonField& field, std::vector<NormalizerStep>& steps)
{
    if (field.isNull())
        return;
    const std::string type = typeOf(field);
    if (type == "Sequence") {
        field.at("normalizers").forEach([&](const JsonField& inner) { addNormalizer(inner, steps); });
    } else if (type == "NFC") {
        steps.push_back({ NormalForm::Nfc });
    } else if (type == "NFD") {
        steps.push_back({ NormalForm::Nfd });
    } else if (type == "NFKC") {
        steps.push_back({ NormalForm::Nfkc });
    } else if (type == "NFKD") {
        steps.push_back({ NormalForm::Nfkd });
    } else if (type == "Lowercase") {
        steps.push_back({ NormalizerStep::Lowercase {} });
    } else if (type == "StripAccents") {
        steps.push_back({ NormalizerStep::StripAccents {} });
    } else if (type == "Strip") {
        steps.push_back(
            { NormalizerStep::Strip { field.flagOr("strip_left", true), field.flagOr("strip_right", true) } });
    } else if (type == "Prepend") {
        steps.push_back({ NormalizerStep::Prepend { field.at("prepend").text() } });
    } else if (type == "Replace") {
        NormalizerStep::Replace replace;
        replace.with = field.at("content").text();
        const JsonField pattern = field.at("pattern");
        if (pattern.has("String")) {
            replace.literal = pattern.at("String").text();
            if (replace.literal.empty())
                pattern.unsupported("an empty pattern");
        } else {
            replace.regex = readPattern(pattern);
        }
        steps.push_back({ std::move(replace) });
    } else {
        field.unsupported("the normalizer " + type.substr(0, 40));
    }
}

void addPreTokenizer(const JsonField& field, std::vector<PreTokenizerStep>& steps, bool& byteLevel)
{
    if (field.isNull())
        return;
    const std::string type = typeOf(field);
    using Split = PreTokenizerStep::Split;
    if (type == "Sequence") {
        field.at("pretokenizers").forEach([&](const JsonField& inner) { addPreTokenizer(inner, steps, byteLevel); });
        return;
    }
    if (byteLevel) // later steps would see the byte alphabet instead of the text
        field.unsupported("a step after ByteLevel (" + type.substr(0, 40) + ")");
    if (type == "ByteLevel") {
        if (field.flagOr("add_prefix_space", true))
            steps.push_back({ PreTokenizerStep::PrefixSpace {} });
        if (field.flagOr("use_regex", true))
            steps.push_back({ Split { fromOniguruma(field, kGpt2Pattern) } });
        byteLevel = true;
    } else if (type == "Split") {
        steps.push_back({ Split {
            readPattern(field.at("pattern")), readBehavior(field.at("behavior")), field.flagOr("invert", false) } });
    } else if (type == "Digits") {
        steps.push_back({ Split { fromOniguruma(field, "\\p{N}"),
            field.flagOr("individual_digits", false) ? SplitBehavior::Isolated : SplitBehavior::Contiguous } });
    } else if (type == "Punctuation") {
        steps.push_back({ Split { compiled(field, R"([\p{P}\x21-\x2F\x3A-\x40\x5B-\x60\x7B-\x7E])"),
            field.has("behavior") ? readBehavior(field.at("behavior")) : SplitBehavior::Isolated } });
    } else if (type == "WhitespaceSplit") {
        steps.push_back({ Split { fromOniguruma(field, "\\s"), SplitBehavior::Removed } });
    } else if (type == "Whitespace") { // words, or signs, by UTS #18's idea of a word
        steps.push_back({ Split { fromOniguruma(field, R"([\w\x{200C}\x{200D}]+|[^\w\s\x{200C}\x{200D}]+)"),
            SplitBehavior::Removed, true } });
    } else if (type == "CharDelimiterSplit") {
        steps.push_back(
            { Split { compiled(field, literalPattern(oneCharacter(field.at("delimiter")))), SplitBehavior::Removed } });
    } else if (type == "Metaspace") {
        PreTokenizerStep::Metaspace meta;
        using Prepend = PreTokenizerStep::Metaspace::Prepend;
        meta.replacement = oneCharacter(field.at("replacement"));
        const std::string scheme = field.textOr("prepend_scheme", "always");
        if (scheme != "always" && scheme != "first" && scheme != "never")
            field.unsupported("the prepend_scheme " + scheme.substr(0, 40));
        meta.prepend = scheme == "always" ? Prepend::Always : scheme == "first" ? Prepend::First : Prepend::Never;
        if (!field.flagOr("add_prefix_space", true))
            meta.prepend = Prepend::Never;
        if (field.flagOr("split", true))
            meta.split = compiled(field, literalPattern(meta.replacement));
        steps.push_back({ std::move(meta) });
    } else {
        field.unsupported("the pre-tokenizer " + type.substr(0, 40));
    }
}

struct DecoderState {
    TokenDecoder decoder;
    bool any = false, fused = false, bytesDone = false;
};

void addDecoder(const JsonField& field, DecoderState& state)
{
    const std::string type = typeOf(field);
    TokenDecoder& d = state.decoder;
    if (type == "Sequence") {
        field.at("decoders").forEach([&](const JsonField& inner) { addDecoder(inner, state); });
        return;
    }
    state.any = true;
    if (type == "Fuse") {
        state.fused = true;
    } else if (type == "Strip") {
        if (!state.fused)
            field.unsupported("Strip before Fuse");
        const int64_t start = field.integerOr("start", 0);
        if (field.integerOr("stop", 0) != 0 || start < 0 || start > 1)
            field.unsupported("Strip of more than one leading character");
        if (start == 0)
            return;
        if (field.at("content").text() != " " || d.leadingSpaces != LeadingSpaces::Keep)
            field.unsupported("this Strip");
        d.leadingSpaces = LeadingSpaces::DropOne;
    } else if (state.fused) {
        field.unsupported(type.substr(0, 40) + " after the tokens are joined");
    } else if (type == "ByteLevel") {
        if (!d.replacements.empty() || d.byteFallback)
            field.unsupported("ByteLevel after other decoders");
        d.byteLevel = state.fused = true;
    } else if (type == "ByteFallback") {
        d.byteFallback = true;
    } else if (d.byteFallback) {
        field.unsupported(type.substr(0, 40) + " after ByteFallback");
    } else if (type == "Replace") {
        const JsonField pattern = field.at("pattern");
        if (!pattern.has("String"))
            pattern.unsupported("a Replace decoder with a regular expression");
        const std::string& from = pattern.at("String").text();
        if (from.empty())
            pattern.unsupported("an empty pattern");
        d.replacements.emplace_back(from, field.at("content").text());
    } else if (type == "Metaspace") {
        if (d.leadingSpaces != LeadingSpaces::Keep)
            field.unsupported("Metaspace beside another decoder of spaces");
        d.replacements.emplace_back(oneCharacter(field.at("replacement")), " ");
        if (field.textOr("prepend_scheme", "always") != "never" && field.flagOr("add_prefix_space", true))
            d.leadingSpaces = LeadingSpaces::DropFromFirst;
    } else {
        field.unsupported("the decoder " + type.substr(0, 40));
    }
}

void addTemplate(const JsonField& field, PostProcessing& post)
{
    std::vector<int32_t> before, after;
    int sequences = 0;
    field.at("single").forEach([&](const JsonField& item) {
        if (item.has("Sequence")) {
            if (item.at("Sequence").at("id").text() != "A")
                item.unsupported("a sequence other than A");
            ++sequences;
        } else if (item.has("SpecialToken")) {
            const std::string& name = item.at("SpecialToken").at("id").text();
            const JsonField special = field.at("special_tokens").at(name);
            special.at("ids").forEach([&](const JsonField& id) {
                const int64_t value = id.integer();
                if (value < 0 || value >= Vocabulary::kMaxIds)
                    id.invalid("is " + std::to_string(value) + ", which is no token id");
                (sequences == 0 ? before : after).push_back(int32_t(value));
            });
        } else {
            item.unsupported("this template item");
        }
    });
    if (sequences != 1)
        field.at("single").invalid("must have one sequence A, not " + std::to_string(sequences));
    post.prefixIds.insert(post.prefixIds.begin(), before.begin(), before.end());
    post.suffixIds.insert(post.suffixIds.end(), after.begin(), after.end());
    if (post.prefixIds.size() + post.suffixIds.size() > 1024)
        field.invalid("adds more than 1024 tokens");
}

void addPostProcessor(const JsonField& field, PostProcessing& post)
{
    if (field.isNull())
        return;
    const std::string type = typeOf(field);
    if (type == "Sequence")
        field.at("processors").forEach([&](const JsonField& inner) { addPostProcessor(inner, post); });
    else if (type == "TemplateProcessing")
        addTemplate(field, post);
    else if (type == "ByteLevel") {
        if (field.flagOr("trim_offsets", true))
            post.trims.push_back({ field.flagOr("add_prefix_space", true) });
    } else
        field.unsupported("the post-processor " + type.substr(0, 40));
}

} // namespace

TextRegex readPattern(const JsonField& field)
{
    if (field.has("String")) {
        const std::string& text = field.at("String").text();
        if (text.empty())
            field.unsupported("an empty pattern");
        return compiled(field, literalPattern(text));
    }
    if (!field.has("Regex"))
        field.unsupported("a pattern that is neither String nor Regex");
    return fromOniguruma(field, field.at("Regex").text());
}

Normalizer readNormalizer(const JsonField& field)
{
    std::vector<NormalizerStep> steps;
    addNormalizer(field, steps);
    return Normalizer(std::move(steps));
}

PreTokenizerPart readPreTokenizer(const JsonField& field)
{
    std::vector<PreTokenizerStep> steps;
    bool byteLevel = false;
    addPreTokenizer(field, steps, byteLevel);
    return { PreTokenizer(std::move(steps)), byteLevel };
}

TokenDecoder readDecoder(const JsonField& field)
{
    DecoderState state;
    if (!field.isNull())
        addDecoder(field, state);
    state.decoder.joinWithSpaces = field.isNull();
    return state.decoder;
}

PostProcessing readPostProcessor(const JsonField& field)
{
    PostProcessing post;
    addPostProcessor(field, post);
    return post;
}

} // namespace aha
