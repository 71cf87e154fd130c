#include "core/tasks/programs/program_answer.h"

#include "core/tasks/answer_tags.h"

#include <algorithm>

namespace aha {

namespace {

constexpr size_t kMaxProgram = 64 << 10; // characters

struct Block {
    std::string_view name, code; ///< name: in lower case by takeBlocks' caller
};

std::string lowered(std::string_view text)
{
    std::string lower(text);
    std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? c + 32 : c; });
    return lower;
}

std::string_view strip(std::string_view text)
{
    constexpr std::string_view blank = " \t\r\n";
    const size_t begin = text.find_first_not_of(blank);
    return begin == std::string_view::npos ? std::string_view()
                                           : text.substr(begin, text.find_last_not_of(blank) - begin + 1);
}

/// The last closed block of lines between lines that begin with three backquotes; one with a name before one without.
std::optional<Block> lastBlock(std::string_view text)
{
    std::optional<Block> last;
    std::optional<Block> open;
    for (size_t at = 0; at < text.size();) {
        const size_t end = std::min(text.find('\n', at), text.size());
        const std::string_view line = strip(text.substr(at, end - at));
        if (line.substr(0, 3) == "```") {
            if (!open) {
                open = Block { strip(line.substr(3)), text.substr(std::min(end + 1, text.size())) };
            } else {
                // Shown output often follows in a block without a name.
                open->code = open->code.substr(0, std::max<ptrdiff_t>(0, text.data() + at - open->code.data()));
                if (!last || !open->name.empty() || last->name.empty())
                    last = open;
                open.reset();
            }
        }
        at = end + 1;
    }
    return last;
}

} // namespace

Language guessLanguage(std::string_view code)
{
    return code.find("#include") != std::string_view::npos || code.find("int main(") != std::string_view::npos
        ? Language::Cpp
        : Language::Python;
}

ProgramAnswer readProgramAnswer(std::string_view completion)
{
    const AnswerTags tags = readAnswerTags(completion, kMaxProgram);
    ProgramAnswer answer;
    answer.format = tags.format;
    answer.reason = tags.reason;
    answer.explanation = tags.explanation;
    const bool tagged = tags.reason.empty();
    if (!tagged && tags.reason != "no_answer")
        return answer;
    const std::string_view text = tagged ? tags.answer : completion.substr(completion.rfind("</think>") + 8);
    const std::optional<Block> block = lastBlock(text);
    if (!block && tagged && text.find("```") == std::string_view::npos) {
        answer.code = text;
        return answer;
    }
    if (!block || strip(block->code).empty() || block->code.size() > 4 * kMaxProgram) {
        answer.reason = "no_code";
        answer.explanation = block ? "The code block is empty, or too long to be read."
                                   : "There is no closed ``` code block after </think>.";
        return answer;
    }
    const std::string name = lowered(block->name);
    if (name == "python" || name == "py" || name == "python3") {
        answer.language = Language::Python;
    } else if (name == "cpp" || name == "c++" || name == "cc" || name == "cxx" || name == "c++17") {
        answer.language = Language::Cpp;
    } else if (!name.empty()) {
        answer.reason = "language";
        answer.explanation = "The code block is \"" + name.substr(0, 40) + "\"; Python and C++ can be run.";
        return answer;
    }
    answer.code = block->code;
    answer.reason.clear();
    answer.explanation.clear();
    return answer;
}

} // namespace aha
