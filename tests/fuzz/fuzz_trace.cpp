// Languages, reflection words, structure: spans in order and within the text, whatever the bytes.

#include "core/trace/language.h"
#include "core/trace/reflection.h"
#include "core/trace/structure.h"

#include <cstdlib>

namespace {

template <class Spans> void check(const Spans& spans, size_t size)
{
    size_t last = 0;
    for (const auto& span : spans) {
        if (span.begin < last || span.begin >= span.end || span.end > size)
            std::abort();
        last = span.end;
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    check(aha::languageWords(text), size);
    check(aha::findTags(text), size);
    static const aha::Lexicon lexicon = *aha::Lexicon::parse("wait\ten\ncheck\ten\n等等\tzh\n不对\tzh\n");
    check(lexicon.find(text), size);
    (void)aha::reasoningOf(text);
    const double share = aha::repeatedNgramShare(text, 3);
    if (!(share >= 0 && share < 1))
        std::abort();
    if (const auto own = aha::Lexicon::parse(text)) // the lexicon is a file that people edit
        check(own->find("wait 等等 check error_code"), 26);
    return 0;
}
