// A tokenizer.json: it loads or is refused with a reason; what loads encodes and decodes any text. What follows a line
// of three dashes in the input is the text.

#include "core/text/streaming_decoder.h"
#include "core/text/tokenizer_json.h"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    using namespace aha;
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    const size_t cut = input.find("\n---\n");
    Result<TokenizerParts> parts = readTokenizerJson(input.substr(0, cut));
    if (!parts)
        return 0;
    const auto tokenizer = makePipelineTokenizer(std::move(*parts));
    if (!tokenizer)
        return 0;
    std::string text = "use 5 9 \xE7\xAD\x89 aaaaaaaa <|end|> e\xCC\x81 \n\n 'S \xFF";
    if (cut != std::string_view::npos)
        text += input.substr(cut + 5);
    try {
        const Tokenizer::Encoding e = (*tokenizer)->encodeWithOffsets(text, size % 2);
        if (e.ids != (*tokenizer)->encode(text, size % 2) || e.pieces.size() != e.ids.size())
            std::abort();
        StreamingDecoder stream(**tokenizer);
        for (size_t i = 0; i < e.ids.size(); ++i) {
            if (e.ids[i] < 0 || e.ids[i] >= (*tokenizer)->vocabSize() || e.offsets[i].first > int32_t(text.size()))
                std::abort();
            stream.push(e.ids[i]);
        }
        stream.finish();
        std::vector<int32_t> ends;
        const std::string decoded = (*tokenizer)->decode(e.ids, ends);
        if (!ends.empty() && size_t(ends.back()) != decoded.size())
            std::abort();
    } catch (const Failure& failure) {
        if (failure.error().code != "tokenizer_regex_limit")
            std::abort();
    }
    return 0;
}
