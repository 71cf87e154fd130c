// Oniguruma's expressions in PCRE2's words: the traps one by one, and the known splitting rules against plain scanners
// on random text.

#include "core/base/rng.h"
#include "core/base/utf8.h"
#include "core/text/pattern_translation.h"
#include "core/text/recent_unicode.h"
#include "core/text/text_split.h"

#include <unicode/uchar.h>

#include <QtTest>

using namespace aha;

namespace {

TextRegex compiled(std::string_view pattern) { return orThrow(TextRegex::compile(orThrow(translatePattern(pattern)))); }

std::string split(const TextRegex& regex, std::string_view text)
{
    TextRegex::Matcher matcher(regex);
    std::string joined;
    splitText(text, matcher, SplitBehavior::Isolated, false, [&](size_t begin, size_t end) {
        joined += (joined.empty() ? "" : "|") + std::string(text.substr(begin, end - begin));
    });
    return joined;
}

std::string repeated(const char* text, int n)
{
    std::string all;
    for (; n > 0; --n)
        all += text;
    return all;
}

bool isLetter(char32_t c) { return U_MASK(u_charType(UChar32(c))) & U_GC_L_MASK; }
bool isNumber(char32_t c) { return U_MASK(u_charType(UChar32(c))) & U_GC_N_MASK; }
bool isSpace(char32_t c) { return u_isUWhiteSpace(UChar32(c)); }

/// Qwen2's and Llama-3's rule, written by hand: `digits` numbers make a word at most.
std::u32string byHand(const std::u32string& t, size_t digits)
{
    std::u32string out;
    const auto lowered = [](char32_t c) { return c == 0x17F ? U's' : c >= 'A' && c <= 'Z' ? c + 32 : c; };
    for (size_t at = 0; at < t.size();) {
        size_t end = at;
        const auto is = [&](size_t i, auto&& kind) { return i < t.size() && kind(t[i]); };
        const auto other = [](char32_t c) { return !isSpace(c) && !isLetter(c) && !isNumber(c); };
        if (t[at] == '\'')
            for (const char32_t* suffix : { U"s", U"t", U"re", U"ve", U"m", U"ll", U"d" }) {
                size_t n = 0;
                while (suffix[n] && at + 1 + n < t.size() && lowered(t[at + 1 + n]) == suffix[n])
                    ++n;
                if (!suffix[n]) {
                    end = at + 1 + n;
                    break;
                }
            }
        if (end == at) {
            size_t i = at;
            if (!isLetter(t[i]) && !isNumber(t[i]) && t[i] != '\r' && t[i] != '\n')
                ++i;
            if (is(i, isLetter))
                for (end = i; is(end, isLetter);)
                    ++end;
        }
        if (end == at)
            while (end - at < digits && is(end, isNumber))
                ++end;
        if (end == at) {
            const size_t i = at + (t[at] == ' ');
            if (is(i, other)) {
                for (end = i; is(end, other);)
                    ++end;
                while (is(end, [](char32_t c) { return c == '\r' || c == '\n'; }))
                    ++end;
            }
        }
        if (end == at) { // white space
            size_t run = at, lineEnd = at;
            for (; is(run, isSpace); ++run)
                if (t[run] == '\r' || t[run] == '\n')
                    lineEnd = run + 1;
            end = lineEnd > at ? lineEnd : run == t.size() || run - at == 1 ? run : run - 1;
        }
        if (!out.empty())
            out += U'|';
        out += t.substr(at, end - at);
        at = end;
    }
    return out;
}

} // namespace

class TestPatternTranslation : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void traps_data()
    {
        QTest::addColumn<QByteArray>("pattern");
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("pieces");
        const auto row = [](const char* name, const char* pattern, const char* text, const char* pieces) {
            QTest::newRow(name) << QByteArray(pattern) << QByteArray(text) << QByteArray(pieces);
        };
        row("nested class is a union", "[^(\\s|[.,])]+", "ab.c (d|e", "ab|.|c| (|d|||e");
        row("Mongolian vowel separator is no space", "\\s+",
            "a\xE1\xA0\x8E"
            "b c",
            "a\xE1\xA0\x8E"
            "b| |c");
        row("nor outside its complement", "\\S+", "a\xE1\xA0\x8E b", "a\xE1\xA0\x8E| |b");
        row("next line is a space", "\\s+",
            "a\xC2\x85"
            "b",
            "a|\xC2\x85|b");
        row("a counted repetition is repeated, not possessive", "a{2}+b", "aaaab", "aaaab");
        row("a possessive plus", "a++b|a", "aaab", "aaab");
        row("no lower bound", "ba{,2}", "baaab", "baa|a|b");
        row("the dollar sees lines", "\\s+$", "a  \n b  ", "a|  |\n b|  ");
        row("and ends", "x$", "x\nx", "x|\n|x");
        row("the caret too", "^x", "x\nxx", "x|\n|x|x");
        row("vertical tab, not vertical space", "\\v",
            "a\nb\x0B"
            "c",
            "a\nb|\x0B|c");
        row("the dot stops at line feeds alone", ".+", "a\rb\nc", "a\rb|\n|c");
        row("long s", "(?i:'s)",
            "x'\xC5\xBF"
            "ab",
            "x|'\xC5\xBF|ab");
        row("Kelvin sign", "(?i)k",
            "a\xE2\x84\xAA"
            "b",
            "a|\xE2\x84\xAA|b");
        row("digits of all scripts", "\\d+",
            "a\xD9\xA3\xD9\xA4"
            "b",
            "a|\xD9\xA3\xD9\xA4|b");
        row("Roman numerals are no digits", "\\d+", "a\xE2\x85\xA3", "a\xE2\x85\xA3");
        row("marks are word characters", "\\w+", "e\xCC\x81 -", "e\xCC\x81| -");
        row("script, not script extensions", "\\p{Han}+", "\xE3\x80\x81\xE4\xBD\xA0", "\xE3\x80\x81|\xE4\xBD\xA0");
        row("look behind", "(?<=a)b", "abb", "a|b|b");
        row("an empty match is a boundary", "(?=b)", "aabb", "aa|b|b");
        row("escaped signs", "\\[\\.\\-\\]", "a[.-]", "a|[.-]");
        row("a hyphen at the end of a class", "[a\\-c-]+", "ab-c", "a|b|-c");
        row("numbers of characters", "\\x41\\x{1F600}\\u00e9", "A\xF0\x9F\x98\x80\xC3\xA9",
            "A\xF0\x9F\x98\x80\xC3\xA9");
        row("an emoji of Unicode 15 is a symbol", "\\p{S}+",
            "a\xF0\x9F\xAB\xA8"
            "b",
            "a|\xF0\x9F\xAB\xA8|b");
        row("and not in the complement", "\\P{S}+",
            "a\xF0\x9F\xAB\xA8"
            "b",
            "a|\xF0\x9F\xAB\xA8|b");
    }
    void traps()
    {
        QFETCH(QByteArray, pattern);
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, pieces);
        QCOMPARE(QByteArray::fromStdString(split(compiled(pattern.toStdString()), text.toStdString())), pieces);
    }

    void splittingRulesEqualPlainScanners()
    {
        const auto rule = [](const char* digits) {
            return std::string(R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N})") + digits
                + R"(| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
        };
        const TextRegex qwen2 = compiled(rule("")), llama3 = compiled(rule("{1,3}"));
        Rng rng(21, Purpose::Corpus);
        const std::u32string favourites = U"  \n\r\t'''sSſtTrReEvVmMlLdD019.!<é等\u00A0\u180E\u3000\u0301½";
        for (int round = 0; round < 20'000; ++round) {
            std::u32string text;
            for (uint64_t n = 1 + rng.below(16); n > 0; --n) {
                char32_t c = favourites[size_t(rng.below(favourites.size()))];
                if (rng.below(4) == 0)
                    c = char32_t(1 + rng.below(rng.below(2) ? 0x3000 : 0x20000));
                const bool assigned = u_charType(UChar32(c)) != U_UNASSIGNED && !(c >= 0xD800 && c <= 0xDFFF);
                text += assigned ? c : U'x';
            }
            std::string bytes, hand;
            for (const char32_t c : text)
                appendUtf8(bytes, c);
            for (const auto& [regex, digits] : { std::pair(&qwen2, 1), std::pair(&llama3, 3) }) {
                hand.clear();
                for (const char32_t c : byHand(text, size_t(digits)))
                    appendUtf8(hand, c);
                QCOMPARE(split(*regex, bytes), hand);
            }
        }
    }

    void endOfLineIsLinear()
    {
        QCOMPARE(split(compiled("\\s+$"), repeated(" ", 1'000'000) + "x").size(), size_t(1'000'001));
    }

    void recentCharactersAreOfTheirCategory() // as far as this ICU knows them
    {
        QVERIFY(recentlyAssigned("L").size() > recentlyAssigned("Lo").size());
        QVERIFY(recentlyAssigned("Zs").empty());
        QVERIFY(recentlyAssigned("So").find("\\x{1FAE8}") != std::string::npos);
    }

    void literalsMatchThemselves()
    {
        for (const char* text : { "a.b", "[x]", "\\", "(?i)", "等$", "-^" }) {
            const TextRegex regex = orThrow(TextRegex::compile(literalPattern(text)));
            TextRegex::Matcher matcher(regex);
            size_t begin = 0, end = 0;
            QVERIFY(matcher.find(std::string("..") + text, 0, begin, end));
            QCOMPARE(begin, size_t(2));
        }
    }
};

QTEST_GUILESS_MAIN(TestPatternTranslation)
#include "tst_pattern_translation.moc"
