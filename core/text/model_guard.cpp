#include "core/text/model_guard.h"

#include "core/text/protobuf_walk.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <vector>

namespace aha {

namespace {

constexpr size_t kMaxPieceBytes = 16 << 10; // the library recurses over pieces of ~100 KB and overflows its stack
constexpr size_t kMaxNestedSymbols = 64; // its buffer for user-defined symbols that start at one place
constexpr int kMaxNestedRules = 32; // its buffer for rules of the character map that start at one place
constexpr size_t kMaxCharsmapBytes = 8 << 20; // the largest in use have a quarter of a megabyte
constexpr uint64_t kUserDefined = 4; // SentencePiece.Type

/// The character map: size of a darts-clone double array, the array, then the replacement texts, each ended by NUL.
std::string charsmapProblem(std::string_view map)
{
    uint32_t trieBytes = 0;
    if (map.size() <= sizeof trieBytes)
        return "its charsmap is too short.";
    if (map.size() > kMaxCharsmapBytes)
        return "its charsmap has " + std::to_string(map.size()) + " bytes.";
    std::memcpy(&trieBytes, map.data(), sizeof trieBytes);
    map.remove_prefix(sizeof trieBytes);
    if (trieBytes % 4 != 0 || trieBytes == 0 || trieBytes >= map.size())
        return "its charsmap claims a size that does not fit.";
    const std::string_view texts = map.substr(trieBytes);
    if (texts.back() != '\0')
        return "its charsmap has a text without an end.";
    std::vector<uint32_t> units(trieBytes / 4);
    std::memcpy(units.data(), map.data(), trieBytes);
    const auto offset = [&](size_t i) { return size_t(units[i] >> 10) << ((units[i] & 512u) >> 6); };
    // Children of a node are base ^ byte. Nodes may share what follows them, so each base is looked at once.
    constexpr int kUnknown = -1, kOpen = -2;
    std::vector<int> rulesBelow(units.size(), kUnknown); // by base: most rules on one way down from here
    struct Visit {
        size_t base;
        size_t byte; // the next child to look at
    };
    std::vector<Visit> path { { offset(0), 0 } };
    while (!path.empty()) {
        Visit& visit = path.back();
        if ((visit.base | 255) >= units.size())
            return "its charsmap points outside itself.";
        int& here = rulesBelow[visit.base];
        if (visit.byte == 0 && here == kUnknown)
            here = kOpen;
        int deepest = 0;
        bool complete = true;
        for (; visit.byte < 256; ++visit.byte) {
            const size_t child = visit.base ^ visit.byte;
            if ((units[child] & (1u << 31 | 0xFF)) != visit.byte)
                continue;
            const size_t base = child ^ offset(child);
            const bool rule = units[child] & 256u;
            if (base >= units.size() || (rule && (units[base] & ~(1u << 31)) >= texts.size()))
                return "its charsmap points outside itself.";
            if (rulesBelow[base] == kOpen)
                return "its charsmap loops.";
            if (rulesBelow[base] == kUnknown) {
                path.push_back({ base, 0 });
                complete = false;
                break;
            }
        }
        if (!complete)
            continue;
        const size_t done = path.back().base;
        for (size_t byte = 0; byte < 256; ++byte)
            if (const size_t child = done ^ byte; (units[child] & (1u << 31 | 0xFF)) == byte)
                deepest = std::max(deepest, rulesBelow[child ^ offset(child)] + int((units[child] & 256u) != 0));
        if (deepest > kMaxNestedRules)
            return "its charsmap nests too many rules.";
        rulesBelow[done] = deepest;
        path.pop_back();
    }
    return {};
}

/// Longest chain of symbols each of which starts with the one before.
size_t deepestNesting(std::vector<std::string_view> symbols)
{
    std::sort(symbols.begin(), symbols.end());
    std::vector<std::string_view> chain;
    size_t deepest = 0;
    for (const std::string_view symbol : symbols) {
        while (!chain.empty() && symbol.substr(0, chain.back().size()) != chain.back())
            chain.pop_back();
        chain.push_back(symbol);
        deepest = std::max(deepest, chain.size());
    }
    return deepest;
}

} // namespace

ModelGuard inspectModel(std::string_view bytes)
{
    ModelGuard guard;
    size_t pieces = 0;
    std::vector<std::string_view> symbols;
    bool dummyPrefix = true, removesSpaces = true; // the format's defaults
    const auto onPiece = [&](std::string_view message) {
        std::string_view text;
        uint64_t type = 1;
        const std::string name = "piece " + std::to_string(pieces++);
        const bool whole = walkMessage(message, [&](uint64_t field, std::string_view content, uint64_t number) {
            if (field == 1)
                text = content;
            if (field == 3)
                type = number;
            if (field == 1 && content.size() > kMaxPieceBytes)
                guard.problem = name + " has " + std::to_string(content.size()) + " bytes.";
            return guard.problem.empty();
        });
        if (whole && (text.empty() || text.find('\0') != std::string_view::npos))
            guard.problem = name + " is empty or holds a NUL character.";
        if (type == kUserDefined)
            symbols.push_back(text);
        return whole && guard.problem.empty();
    };
    const auto onNormalizer = [&](std::string_view message, bool ofInput) {
        return walkMessage(message, [&](uint64_t field, std::string_view content, uint64_t number) {
            if (field == 2 && !content.empty())
                guard.problem = charsmapProblem(content);
            if (field == 3 && ofInput)
                dummyPrefix = number != 0;
            if (field == 4 && ofInput)
                removesSpaces = number != 0;
            return guard.problem.empty();
        });
    };
    // ModelProto: 1 = pieces, 3 = normalizer_spec, 5 = denormalizer_spec.
    const bool whole = walkMessage(bytes, [&](uint64_t field, std::string_view content, uint64_t) {
        return field == 1 ? onPiece(content) : field == 3 || field == 5 ? onNormalizer(content, field == 3) : true;
    });
    if (guard.problem.empty() && (!whole || pieces == 0))
        guard.problem = "it is damaged or not a sentencepiece file.";
    if (guard.problem.empty() && deepestNesting(std::move(symbols)) > kMaxNestedSymbols)
        guard.problem = "more than 64 of its user-defined symbols are nested in one another.";
    guard.leadingSpaces = removesSpaces ? LeadingSpaces::DropAll
        : dummyPrefix                   ? LeadingSpaces::DropOne
                                        : LeadingSpaces::Keep;
    return guard;
}

} // namespace aha
