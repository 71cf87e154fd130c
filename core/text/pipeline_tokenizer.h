#pragma once
// The tokenizer that Hugging Face's tokenizer.json describes, as a chain of parts: added tokens are cut out, the rest
// is normalised, split into words and handed to the model.

#include "core/text/added_tokens.h"
#include "core/text/pre_tokenizer.h"
#include "core/text/token_decoder.h"
#include "core/text/token_model.h"
#include "core/text/tokenizer.h"

namespace aha {

struct SpecialIds {
    int32_t bos = -1, eos = -1, unk = -1, pad = -1;
};

/// What the post-processor asks for.
struct PostProcessing {
    std::vector<int32_t> prefixIds, suffixIds;
    struct Trim {
        bool addPrefixSpace = true;
    };
    std::vector<Trim> trims; ///< each takes the white space off the offsets (ByteLevel's trim_offsets)
};

struct TokenizerParts {
    std::vector<AddedToken> added;
    Normalizer normalizer;
    PreTokenizer preTokenizer;
    std::shared_ptr<const TokenModel> model;
    bool byteLevel = false; ///< words go to the model as bytes
    TokenDecoder decoder;
    PostProcessing post;
    SpecialIds special;
};

/// Errors: tokenizer_invalid (an added token that contradicts the vocabulary, special ids that are no tokens).
Result<std::shared_ptr<const Tokenizer>> makePipelineTokenizer(TokenizerParts parts);

} // namespace aha
