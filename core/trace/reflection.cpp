#include "core/trace/reflection.h"

#include "core/base/ascii.h"
#include "core/base/files.h"

#include <algorithm>
#include <iterator>

namespace aha {

namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; }

constexpr const char* kKindNames[] = { "hesitation", "contrast", "mistake", "check", "restart", "conclusion", "" };
static_assert(std::size(kKindNames) == kReflectionKinds);

constexpr std::string_view kBlank = " \t\r";

std::string trimmed(std::string_view part)
{
    const size_t begin = part.find_first_not_of(kBlank);
    return begin == std::string_view::npos ? std::string()
                                           : std::string(part.substr(begin, part.find_last_not_of(kBlank) + 1 - begin));
}

Error invalid(std::string message, std::string hint)
{
    return { "lexicon_invalid", std::move(message), std::move(hint) };
}

/// One line without its comment.
Result<Lexicon::Entry> entryOf(std::string_view line, int number)
{
    const std::string place = "Line " + std::to_string(number) + " of the lexicon";
    const size_t tab = line.find('\t');
    std::string_view rest = tab == std::string_view::npos ? std::string_view() : line.substr(tab + 1);
    const size_t second = rest.find('\t');
    Lexicon::Entry entry { trimmed(line.substr(0, tab)), trimmed(rest.substr(0, second)) };
    if (entry.word.empty() || entry.word.find_first_of(" \t") != std::string::npos)
        return invalid(place + " does not hold one word.", "Write: word, a tab, language, a tab, kind.");
    const std::string kind = second == std::string_view::npos ? "" : trimmed(rest.substr(second + 1));
    const auto* name = std::find(std::begin(kKindNames), std::end(kKindNames), kind);
    if (name == std::end(kKindNames))
        return invalid(place + " names the kind \"" + kind + "\", which there is not.",
            "Write hesitation, contrast, mistake, check, restart, conclusion, or nothing.");
    entry.kind = ReflectionKind(name - std::begin(kKindNames));
    return entry;
}

} // namespace

const char* reflectionKindName(ReflectionKind kind) { return kKindNames[size_t(kind)]; }

void Lexicon::append(Entry entry)
{
    m_byFirst[(unsigned char)lower(entry.word[0])].push_back(int(m_entries.size()));
    m_entries.push_back(std::move(entry));
}

Lexicon Lexicon::readLines(std::string_view text, std::vector<Error>& bad)
{
    Lexicon lexicon;
    int number = 0;
    while (!text.empty()) {
        const size_t end = text.find('\n');
        std::string_view line = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        ++number;
        line = line.substr(0, line.find('#'));
        if (line.find_first_not_of(kBlank) == std::string_view::npos)
            continue;
        Result<Entry> entry = entryOf(line, number);
        if (entry)
            lexicon.append(std::move(*entry));
        else
            bad.push_back(entry.error());
    }
    return lexicon;
}

Result<Lexicon> Lexicon::parse(std::string_view text)
{
    std::vector<Error> bad;
    Lexicon lexicon = readLines(text, bad);
    if (!bad.empty())
        return bad.front();
    return lexicon;
}

Result<void> Lexicon::add(Entry entry)
{
    entry.word = trimmed(entry.word);
    entry.language = trimmed(entry.language);
    if (m_entries.size() >= kMostWords)
        return invalid("The list holds at most " + std::to_string(kMostWords) + " words.", "Remove some first.");
    if (entry.word.empty())
        return invalid("There is no word.", "Write one word, such as hmm.");
    if (entry.word.find_first_of(" \t\n#") != std::string::npos)
        return invalid("\"" + entry.word + "\" is not one word.", "Leave out spaces, tabs and #.");
    if (entry.language.find_first_of("\t\n#") != std::string::npos)
        return invalid("\"" + entry.language + "\" is no language.", "Leave out tabs and #.");
    for (const Entry& known : m_entries)
        if (std::equal(known.word.begin(), known.word.end(), entry.word.begin(), entry.word.end(),
                [](char a, char b) { return lower(a) == lower(b); }))
            return invalid("\"" + entry.word + "\" is in the list already.", "Remove it there first.");
    append(std::move(entry));
    return {};
}

std::string Lexicon::toText() const
{
    std::string text;
    for (const Entry& entry : m_entries) {
        text += entry.word;
        if (!entry.language.empty() || entry.kind != ReflectionKind::Unsorted)
            text += '\t' + entry.language;
        if (entry.kind != ReflectionKind::Unsorted)
            text += std::string("\t") + reflectionKindName(entry.kind);
        text += '\n';
    }
    return text;
}

Result<Lexicon> Lexicon::load(const std::filesystem::path& file)
{
    Result<std::string> text = readFile(file, 1 << 20);
    if (!text)
        return Error { "lexicon_missing", "There is no readable lexicon: " + text.error().message, "" };
    return parse(*text);
}

std::vector<WordHit> Lexicon::find(std::string_view text) const
{
    std::vector<WordHit> hits;
    for (size_t at = 0; at < text.size();) {
        size_t best = 0;
        int word = -1;
        for (const int i : m_byFirst[(unsigned char)lower(text[at])]) {
            const std::string& candidate = m_entries[size_t(i)].word;
            if (candidate.size() <= best || candidate.size() > text.size() - at)
                continue;
            if (!std::equal(candidate.begin(), candidate.end(), text.begin() + long(at),
                    [](char a, char b) { return lower(a) == lower(b); }))
                continue;
            // Only words of Latin letters have word boundaries; Chinese is written without spaces.
            const bool latin = isName(candidate[0]);
            if (latin
                && ((at > 0 && isName(text[at - 1]))
                    || (at + candidate.size() < text.size() && isName(text[at + candidate.size()]))))
                continue;
            best = candidate.size();
            word = i;
        }
        if (word >= 0)
            hits.push_back({ at, at + best, word });
        at += word >= 0 ? best : 1;
    }
    return hits;
}

} // namespace aha
