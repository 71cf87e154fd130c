#pragma once
// How byte-level tokenizers split words before merging, by the names that GGUF files use (tokenizer.ggml.pre).

#include <string>
#include <vector>

namespace aha {

struct GgufPreRule {
    std::vector<const char*> names; ///< the first is what a writer uses
    std::vector<const char*> patterns; ///< Oniguruma's syntax; applied in order, matches isolated
    bool nfc = false, ignoreMerges = false;
};

const std::vector<GgufPreRule>& ggufPreRules();
/// nullptr when the name is unknown.
const GgufPreRule* findGgufPreRule(const std::string& name);

} // namespace aha
