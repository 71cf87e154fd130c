#include "core/text/normal_form.h"

#include <unicode/uchar.h>
#include <unicode/unorm2.h>

#include <algorithm>

namespace aha {

namespace {

/// A character of the result. change: 1 = it is new; 0 = it stands for one of the source; -n = and for the n after it.
struct Change {
    char32_t c;
    int change;
    uint8_t cls = 0; ///< canonical combining class
};

/// Characters below U+0300 are the same in NFC and compose only with later ones.
bool isBelowCombining(std::string_view text)
{
    return std::all_of(text.begin(), text.end(), [](char c) { return uint8_t(c) < 0xCC; });
}

const UNormalizer2* instance(NormalForm form)
{
    UErrorCode status = U_ZERO_ERROR;
    const bool compatible = form == NormalForm::Nfkc || form == NormalForm::Nfkd;
    const UNormalizer2* found = compatible ? unorm2_getNFKCInstance(&status) : unorm2_getNFCInstance(&status);
    return U_SUCCESS(status) ? found : nullptr;
}

/// The quick check of UAX #15: false where only the full algorithm can tell. Not ICU's isNormalized(), which takes
/// quadratic time on long runs of marks.
bool isCertainlyNormalized(NormalForm form, std::string_view text)
{
    if (form == NormalForm::Nfc && isBelowCombining(text))
        return true;
    const UProperty property = form == NormalForm::Nfc ? UCHAR_NFC_QUICK_CHECK
        : form == NormalForm::Nfd                      ? UCHAR_NFD_QUICK_CHECK
        : form == NormalForm::Nfkc                     ? UCHAR_NFKC_QUICK_CHECK
                                                       : UCHAR_NFKD_QUICK_CHECK;
    uint8_t last = 0;
    for (size_t at = 0; at < text.size();) {
        const CodePoint point = decodeUtf8(text, at);
        at += point.bytes;
        if (point.value < 0x80 || (point.value >= 0x3400 && point.value < 0xA000)) { // ASCII, Han: never concerned
            last = 0;
            continue;
        }
        const UChar32 c = UChar32(point.value);
        const uint8_t cls = u_getCombiningClass(c);
        if ((cls != 0 && cls < last) || u_getIntPropertyValue(c, property) != UNORM_YES)
            return false;
        last = cls;
    }
    return true;
}

std::vector<Change> decompose(const UNormalizer2* form, std::string_view text)
{
    std::vector<Change> out;
    size_t pending = 0; // start of the run of marks that still has to be sorted
    const auto sortPending = [&] {
        std::stable_sort(
            out.begin() + long(pending), out.end(), [](const Change& a, const Change& b) { return a.cls < b.cls; });
        pending = out.size();
    };
    const auto push = [&](UChar32 c, bool first) {
        const uint8_t cls = u_getCombiningClass(c);
        if (cls == 0)
            sortPending();
        out.push_back({ char32_t(c), first ? 0 : 1, cls });
    };
    for (size_t at = 0; at < text.size();) {
        const CodePoint point = decodeUtf8(text, at);
        at += point.bytes;
        UChar parts[64]; // the longest decomposition has 18 characters
        UErrorCode status = U_ZERO_ERROR;
        const int32_t size = unorm2_getDecomposition(form, UChar32(point.value), parts, 64, &status);
        if (size < 0 || U_FAILURE(status)) {
            push(UChar32(point.value), true);
            continue;
        }
        for (int32_t i = 0; i < size;) {
            const bool first = i == 0;
            UChar32 c;
            U16_NEXT(parts, i, size, c);
            push(c, first);
        }
    }
    sortPending();
    return out;
}

/// Composes in place, by the crate's rules.
std::vector<Change> compose(const UNormalizer2* form, const std::vector<Change>& in)
{
    std::vector<Change> out;
    out.reserve(in.size());
    std::vector<Change> blocked; // marks after the starter that did not compose with it
    bool hasStarter = false;
    Change starter {};
    int lastClass = -1;
    const auto flush = [&] {
        if (hasStarter)
            out.push_back(starter);
        out.insert(out.end(), blocked.begin(), blocked.end());
        blocked.clear();
        lastClass = -1;
    };
    for (const Change& next : in) {
        const int cls = next.cls;
        if (!hasStarter) {
            if (cls != 0) {
                out.push_back(next);
            } else {
                starter = next;
                hasStarter = true;
            }
            continue;
        }
        if (lastClass < 0 || lastClass < cls) {
            if (const UChar32 both = unorm2_composePair(form, UChar32(starter.c), UChar32(next.c)); both >= 0) {
                starter = { char32_t(both), starter.change + next.change - 1 };
                continue;
            }
        }
        if (cls == 0) {
            flush();
            starter = next;
        } else {
            blocked.push_back(next);
            lastClass = cls;
        }
    }
    flush();
    return out;
}

/// The end of a stretch of text that begins at `begin`: no character composes with an ASCII character after it.
size_t stretchEnd(std::string_view text, size_t begin)
{
    constexpr size_t kStretch = 512;
    size_t end = begin + kStretch;
    while (end < text.size() && uint8_t(text[end]) >= 0x80)
        ++end;
    return std::min(end, text.size());
}

/// Writes text[begin, end) in the form.
void rewrite(NormalForm form, const UNormalizer2* tables, std::string_view text, size_t begin, size_t end,
    TextRewriter& rewriter)
{
    std::vector<Change> changes = decompose(tables, text.substr(begin, end - begin));
    if (form == NormalForm::Nfc || form == NormalForm::Nfkc)
        changes = compose(tables, changes);
    size_t at = begin; // the next byte of the source that nothing stands for yet
    std::string bytes;
    for (const Change& change : changes) {
        bytes.clear();
        appendUtf8(bytes, change.c);
        rewriter.insert(bytes, change.change > 0 ? at - 1 : at);
        for (int i = 0; change.change <= 0 && i <= -change.change && at < text.size(); ++i)
            at += decodeUtf8(text, at).bytes;
    }
}

} // namespace

TextSlice toNormalForm(NormalForm form, TextSlice from, TextBuffers& buffers)
{
    const UNormalizer2* tables = instance(form);
    const auto isNormalized
        = [&](size_t begin, size_t end) { return isCertainlyNormalized(form, from.text.substr(begin, end - begin)); };
    size_t at = 0, end = 0;
    for (; at < from.text.size(); at = end) {
        end = stretchEnd(from.text, at);
        if (!isNormalized(at, end))
            break;
    }
    if (!tables || at == from.text.size())
        return from;
    TextRewriter rewriter(from, buffers);
    rewriter.keep(0, at);
    for (; at < from.text.size(); at = end) {
        end = stretchEnd(from.text, at);
        if (isNormalized(at, end))
            rewriter.keep(at, end);
        else
            rewrite(form, tables, from.text, at, end, rewriter);
    }
    return rewriter.done();
}

} // namespace aha
