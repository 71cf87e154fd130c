#include "core/trace/writing_system.h"

#include "core/base/utf8.h"

namespace aha {

namespace {

constexpr size_t kRunGap = 3; // bytes between two words of one run

struct Block {
    char32_t first, last;
    WritingSystem script;
};
constexpr Block kBlocks[] = { { 'A', 'Z', WritingSystem::Latin }, { 'a', 'z', WritingSystem::Latin },
    { 0xC0, 0x24F, WritingSystem::Latin }, { 0x370, 0x3FF, WritingSystem::Greek },
    { 0x400, 0x52F, WritingSystem::Cyrillic }, { 0x590, 0x5FF, WritingSystem::Hebrew },
    { 0x600, 0x6FF, WritingSystem::Arabic }, { 0x750, 0x77F, WritingSystem::Arabic },
    { 0x870, 0x8FF, WritingSystem::Arabic }, { 0x900, 0x97F, WritingSystem::Devanagari },
    { 0xE00, 0xE7F, WritingSystem::Thai }, { 0x1100, 0x11FF, WritingSystem::Hangul },
    { 0x1C80, 0x1C8F, WritingSystem::Cyrillic }, { 0x1E00, 0x1EFF, WritingSystem::Latin },
    { 0x1F00, 0x1FFF, WritingSystem::Greek }, { 0x2DE0, 0x2DFF, WritingSystem::Cyrillic },
    { 0x3007, 0x3007, WritingSystem::Han }, { 0x3041, 0x30FF, WritingSystem::Kana },
    { 0x3400, 0x4DBF, WritingSystem::Han }, { 0x4E00, 0x9FFF, WritingSystem::Han },
    { 0xAC00, 0xD7A3, WritingSystem::Hangul }, { 0xF900, 0xFAFF, WritingSystem::Han },
    { 0x20000, 0x323AF, WritingSystem::Han } };

} // namespace

WritingSystem writingSystemOf(char32_t letter)
{
    for (const Block& block : kBlocks)
        if (letter <= block.last)
            return letter >= block.first ? block.script : WritingSystem::Other;
    return WritingSystem::Other;
}

ScriptSet scriptsOf(std::string_view text, const WordSpan& word)
{
    ScriptSet scripts;
    if (word.script != Script::Other)
        return scripts.set(size_t(word.script == Script::Chinese ? WritingSystem::Han : WritingSystem::Latin));
    for (size_t at = word.begin; at < word.end;) {
        const CodePoint point = decodeUtf8(text, at);
        scripts.set(size_t(writingSystemOf(point.value)));
        at += point.bytes;
    }
    return scripts;
}

std::vector<ScriptRun> scriptRuns(std::string_view text, const std::vector<WordSpan>& words)
{
    std::vector<ScriptRun> runs;
    const auto add = [&](size_t begin, size_t end, WritingSystem script) {
        if (!runs.empty() && runs.back().script == script && begin - runs.back().end <= kRunGap)
            runs.back().end = end;
        else
            runs.push_back({ begin, end, script });
    };
    for (const WordSpan& word : words) {
        if (word.script != Script::Other) {
            add(word.begin, word.end, word.script == Script::Chinese ? WritingSystem::Han : WritingSystem::Latin);
            continue;
        }
        for (size_t at = word.begin; at < word.end;) {
            const CodePoint point = decodeUtf8(text, at);
            add(at, at + point.bytes, writingSystemOf(point.value));
            at += point.bytes;
        }
    }
    return runs;
}

} // namespace aha
