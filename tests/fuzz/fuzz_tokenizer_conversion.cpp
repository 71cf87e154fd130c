// Tokenizers between GGUF's lists and tokenizer.json: either way is refused with a reason, or what comes out is a
// tokenizer. Byte-level ones give text the same ids; sentencepiece's scores know pieces that no merge can make (those
// of whose parts none is a piece), so any lists need not. The input is a tokenizer.json (begins with "{"), a
// sentencepiece model ("\n"), or lists: model, pre and flags, a line each; then a line for each token (type, score,
// text), "---", and a line for each merge.

#include "core/base/files.h"
#include "core/text/tokenizer_conversion.h"
#include "core/text/tokenizer_json.h"

#include <cstdio>
#include <cstdlib>
#include <unistd.h>

using namespace aha;

namespace {

using Made = Result<std::shared_ptr<const Tokenizer>>;

void require(bool ok, const char* what)
{
    if (!ok) {
        std::fprintf(stderr, "%s\n", what);
        std::abort();
    }
}

/// One folder a process.
struct Folder {
    std::string path = (std::filesystem::temp_directory_path() / "fuzz_tokenizer_XXXXXX").string();
    Folder() { require(mkdtemp(path.data()) != nullptr, "no folder"); }
    ~Folder() { std::filesystem::remove_all(path); }
};

void write(const std::string& path, std::string_view bytes)
{
    std::FILE* file = std::fopen(path.c_str(), "wb");
    require(file && std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size(), "not written");
    std::fclose(file);
}

std::string nextLine(std::string_view& rest)
{
    const size_t end = std::min(rest.find('\n'), rest.size());
    std::string line(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
    return line;
}

GgufVocabulary lists(std::string_view rest)
{
    GgufVocabulary v;
    v.model = nextLine(rest);
    v.pre = nextLine(rest);
    const std::string flags = nextLine(rest); // bos, eos, unk, pad as letters from "A"; + and - for addBos
    int32_t* const ids[] = { &v.bosId, &v.eosId, &v.unkId, &v.padId };
    for (size_t i = 0; i < 4 && i < flags.size(); ++i)
        *ids[i] = int32_t(flags[i]) - 'A';
    if (flags.size() > 4)
        v.addBos = flags[4] == '+';
    v.addSpacePrefix = flags.size() < 6 || flags[5] == '+';
    const bool scored = flags.size() < 7 || flags[6] == '+';
    while (!rest.empty()) {
        const std::string line = nextLine(rest);
        if (line == "---")
            break;
        if (line.size() < 2)
            continue;
        v.tokenTypes.push_back(int32_t(line[0]) - '0');
        if (scored)
            v.scores.push_back(float(line[1]));
        v.tokens.push_back(line.substr(2));
    }
    while (!rest.empty())
        v.merges.push_back(nextLine(rest));
    return v;
}

/// What the tokens themselves are made of, apart and together.
std::string sampleText(const GgufVocabulary& v)
{
    std::string text = "use 5 9 \xE7\xAD\x89 aaaaaaaa ab ba <|end|> e\xCC\x81 \n\n 'S  x";
    for (size_t id = 0; id < v.tokens.size() && text.size() < 400; ++id)
        text += v.tokens[id] + (id % 3 == 0 ? " " : "");
    return text;
}

std::vector<int32_t> encoded(const Tokenizer& tokenizer, const std::string& text, bool special)
{
    try {
        return tokenizer.encode(text, special);
    } catch (const Failure& failure) {
        require(failure.error().code == "tokenizer_regex_limit", "an encoding failed");
        return {};
    }
}

void compare(const Tokenizer& a, const Tokenizer& b, const GgufVocabulary& v, const char* what)
{
    const std::string text = sampleText(v);
    // Without special tokens a control token of one letter is a letter to the tokenizers library, which needs it in the
    // vocabulary, and none to the lists.
    encoded(a, text, false);
    encoded(b, text, false);
    const std::vector<int32_t> first = encoded(a, text, true), second = encoded(b, text, true);
    if (first == second || v.model != "gpt2")
        return;
    std::fprintf(stderr, "%s\n%s\n", what, text.c_str());
    for (const auto* ids : { &first, &second }) {
        for (const int32_t id : *ids)
            std::fprintf(stderr, "%d ", id);
        std::fprintf(stderr, "\n");
    }
    std::abort();
}

/// Lists to a tokenizer.json that means the same.
void toJson(const GgufVocabulary& v)
{
    const Made native = makeTokenizer(v);
    const Result<std::string> json = tokenizerJsonOf(v);
    if (!json) {
        require(!json.error().message.empty(), "no reason");
        return;
    }
    if (!native)
        return; // such lists are no tokenizer
    Result<TokenizerParts> parts = readTokenizerJson(*json);
    require(parts.ok(), parts.ok() ? "" : ("written and not read: " + parts.error().message + "\n" + *json).c_str());
    const Made again = makePipelineTokenizer(std::move(*parts));
    require(again.ok(), again.ok() ? "" : ("written and not made: " + again.error().message + "\n" + *json).c_str());
    compare(**native, **again, v, "lists and tokenizer.json differ");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    static const Folder folder;
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    if (size == 0)
        return 0;
    if (input[0] != '{' && input[0] != '\n') {
        toJson(lists(input));
        return 0;
    }
    const std::string file = folder.path + (input[0] == '{' ? "/tokenizer.json" : "/tokenizer.model");
    write(file, input);
    const Result<GgufVocabulary> v = ggufVocabularyOf(folder.path, 400);
    const Made source = loadTokenizer(folder.path);
    unlink(file.c_str());
    if (!v) {
        require(!v.error().message.empty(), "no reason");
        return 0;
    }
    require(source && v->tokens.size() == 400 && v->tokenTypes.size() == 400, "lists without a tokenizer");
    const Made native = makeTokenizer(*v);
    require(native.ok(), native.ok() ? "" : ("lists that are none: " + native.error().message).c_str());
    if (input[0] == '{')
        compare(**source, **native, *v, "tokenizer.json and its lists differ");
    toJson(*v);
    return 0;
}
