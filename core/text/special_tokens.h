#pragma once
// Which tokens begin, end and pad a text: said not in tokenizer.json but in the files beside it.

#include "core/text/pipeline_tokenizer.h"

namespace aha {

/// Completes `parts` from the folder's tokenizer_config.json (also its added_tokens_decoder), special_tokens_map.json,
/// config.json and generation_config.json, in this order; the first that names a token decides. Files that are not
/// there are skipped. Errors: tokenizer_invalid (a damaged file, a BOS or EOS that is no token).
Result<void> readSpecialTokens(const std::filesystem::path& folder, TokenizerParts& parts);

} // namespace aha
