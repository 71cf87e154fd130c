#include "core/text/normalizer.h"

#include <unicode/uchar.h>

namespace aha {

namespace {

template <class... T> struct Overloaded : T... {
    using T::operator()...;
};
template <class... T> Overloaded(T...) -> Overloaded<T...>;

TextSlice replaceRegex(TextSlice text, const TextRegex& regex, std::string_view with, TextBuffers& buffers)
{
    TextRegex::Matcher matcher(regex);
    TextRewriter rewriter(text, buffers);
    size_t kept = 0, from = 0, lastEnd = size_t(-1), begin = 0, end = 0;
    bool any = false;
    while (from <= text.text.size() && matcher.find(text.text, from, begin, end)) {
        if (begin == end && end == lastEnd) {
            from += from < text.text.size() ? decodeUtf8(text.text, from).bytes : 1;
            continue;
        }
        rewriter.keep(kept, begin);
        rewriter.insert(with, end - 1);
        kept = from = lastEnd = end;
        any = true;
    }
    if (!any)
        return text;
    rewriter.keep(kept, text.text.size());
    return rewriter.done();
}

TextSlice strip(TextSlice text, bool left, bool right)
{
    size_t begin = 0, end = text.text.size();
    while (left && begin < end) {
        const CodePoint point = decodeUtf8(text.text, begin);
        if (!u_isUWhiteSpace(UChar32(point.value)))
            break;
        begin += point.bytes;
    }
    while (right && end > begin) {
        size_t at = end - 1;
        while (at > begin && (uint8_t(text.text[at]) & 0xC0) == 0x80)
            --at;
        if (!u_isUWhiteSpace(UChar32(decodeUtf8(text.text, at).value)))
            break;
        end = at;
    }
    return text.part(begin, end);
}

/// Each character alone, without its context: a final sigma is not seen.
TextSlice lowercase(TextSlice text, TextBuffers& buffers)
{
    TextRewriter rewriter(text, buffers);
    std::string bytes;
    for (size_t at = 0; at < text.text.size();) {
        const CodePoint point = decodeUtf8(text.text, at);
        bytes.clear();
        if (point.value == 0x130) { // the one character whose lower case has two
            appendUtf8(bytes, 'i');
            appendUtf8(bytes, 0x307);
        } else {
            appendUtf8(bytes, char32_t(u_tolower(UChar32(point.value))));
        }
        rewriter.insert(bytes, at);
        at += point.bytes;
    }
    return rewriter.done();
}

TextSlice stripAccents(TextSlice text, TextBuffers& buffers)
{
    TextRewriter rewriter(text, buffers);
    for (size_t at = 0; at < text.text.size();) {
        const CodePoint point = decodeUtf8(text.text, at);
        if (!(U_MASK(u_charType(UChar32(point.value))) & U_GC_M_MASK))
            rewriter.keep(at, at + point.bytes);
        at += point.bytes;
    }
    return rewriter.done();
}

} // namespace

TextSlice replaceLiteral(TextSlice text, std::string_view literal, std::string_view with, TextBuffers& buffers)
{
    size_t at = literal.empty() ? std::string_view::npos : text.text.find(literal);
    if (at == std::string_view::npos)
        return text;
    TextRewriter rewriter(text, buffers);
    size_t kept = 0;
    for (; at != std::string_view::npos; at = text.text.find(literal, kept)) {
        rewriter.keep(kept, at);
        kept = at + literal.size();
        rewriter.insert(with, kept - 1);
    }
    rewriter.keep(kept, text.text.size());
    return rewriter.done();
}

TextSlice prependText(TextSlice text, std::string_view prefix, TextBuffers& buffers)
{
    if (text.text.empty() || prefix.empty())
        return text;
    TextRewriter rewriter(text, buffers);
    rewriter.insert(prefix, 0);
    rewriter.keep(0, text.text.size());
    return rewriter.done();
}

TextSlice Normalizer::apply(TextSlice text, TextBuffers& buffers) const
{
    for (const NormalizerStep& step : m_steps) {
        if (text.text.empty())
            break;
        text = std::visit(Overloaded {
                              [&](NormalForm form) { return toNormalForm(form, text, buffers); },
                              [&](const NormalizerStep::Prepend& s) { return prependText(text, s.text, buffers); },
                              [&](const NormalizerStep::Replace& s) {
                                  return s.regex ? replaceRegex(text, *s.regex, s.with, buffers)
                                                 : replaceLiteral(text, s.literal, s.with, buffers);
                              },
                              [&](const NormalizerStep::Strip& s) { return strip(text, s.left, s.right); },
                              [&](const NormalizerStep::Lowercase&) { return lowercase(text, buffers); },
                              [&](const NormalizerStep::StripAccents&) { return stripAccents(text, buffers); },
                          },
            step.what);
    }
    return text;
}

std::string Normalizer::apply(std::string_view text) const
{
    TextBuffers buffers;
    return std::string(apply(TextSlice { text }, buffers).text);
}

} // namespace aha
