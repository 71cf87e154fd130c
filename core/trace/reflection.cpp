#include "core/trace/reflection.h"

#include "core/base/files.h"

#include <algorithm>

namespace aha {

namespace {

bool isWordByte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; }

} // namespace

Result<Lexicon> Lexicon::parse(std::string_view text)
{
    Lexicon lexicon;
    int number = 0;
    while (!text.empty()) {
        const size_t end = text.find('\n');
        std::string_view line = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        ++number;
        line = line.substr(0, line.find('#'));
        const auto trim = [](std::string_view part) {
            while (!part.empty() && (part.front() == ' ' || part.front() == '\t' || part.front() == '\r'))
                part.remove_prefix(1);
            while (!part.empty() && (part.back() == ' ' || part.back() == '\t' || part.back() == '\r'))
                part.remove_suffix(1);
            return std::string(part);
        };
        const size_t tab = line.find('\t');
        Entry entry { trim(line.substr(0, tab)), tab == std::string_view::npos ? "" : trim(line.substr(tab + 1)) };
        if (entry.word.empty() && entry.language.empty())
            continue;
        if (entry.word.empty() || entry.word.find_first_of(" \t") != std::string::npos)
            return Error { "lexicon_invalid",
                "Line " + std::to_string(number) + " of the lexicon does not hold one word.",
                "Write: word, a tab, language." };
        lexicon.m_byFirst[(unsigned char)lower(entry.word[0])].push_back(int(lexicon.m_entries.size()));
        lexicon.m_entries.push_back(std::move(entry));
    }
    return lexicon;
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
            const bool latin = isWordByte(candidate[0]);
            if (latin
                && ((at > 0 && isWordByte(text[at - 1]))
                    || (at + candidate.size() < text.size() && isWordByte(text[at + candidate.size()]))))
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
