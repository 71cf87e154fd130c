// What is looked for before a regular expression: by hand, and against the same expressions without it.

#include "core/store/required_text.h"
#include "core/store/text_pattern.h"

#include <QtTest>

#include <random>

using namespace aha;

namespace {

using Answer = TextPattern::Answer;

/// The same expression with nothing looked for before it: what begins with a verb is not read, and this one says what
/// holds anyhow.
std::string plain(const std::string& pattern) { return "(*UCP)" + pattern; }

std::string utf8(char32_t c) { return QString::fromUcs4(&c, 1).toStdString(); }

/// Expressions of every kind, many of them not valid.
class Maker {
public:
    explicit Maker(unsigned seed)
        : m_random(seed)
    {
    }
    size_t below(size_t n) { return m_random() % n; }
    std::string one(const std::vector<const char*>& of) { return of[below(of.size())]; }

    std::string pattern()
    {
        const std::string flags = one({ "", "", "", "(?i)", "(?i)", "(?s)", "(?x)", "(?-i)", "(?im-s)", "(*UCP)" });
        return flags + alternatives(3);
    }
    std::string text()
    {
        std::string made;
        for (size_t i = below(24); i > 0; --i)
            made += one({ "a", "b", "c", "k", "s", "A", "B", "K", "S", "1", "2", " ", "\n", "等", "不", "é", "É",
                "\u212A", "\u017F", "]", "{", "}", "ab", "等等", "+", "\xE7", "\xAD", "\xFF", "(", "-", "\xCE\xA3",
                "\xCF\x82" });
        return made;
    }

private:
    std::string alternatives(int depth)
    {
        std::string made = branch(depth);
        while (below(4) == 0)
            made += "|" + branch(depth);
        return made;
    }
    std::string branch(int depth)
    {
        std::string made;
        for (size_t i = below(5); i > 0; --i)
            made += item(depth)
                + one({ "", "", "", "", "?", "*", "+", "{0}", "{2}", "{1,2}", "{0,1}", "{2,}", "??", "*+", "{,2}", "{",
                    "{9}", "+?" });
        return made;
    }
    std::string item(int depth)
    {
        if (depth > 0 && below(4) == 0)
            return one({ "(", "(", "(?:", "(?=", "(?!", "(?<=", "(?<!", "(?>", "(?i:", "(?-i:", "(?<n>", "(?P<m>",
                       "(?|", "(?x:", "(?(1)", "(?(DEFINE)", "(?s:" })
                + alternatives(depth - 1) + ")";
        return one({ "a", "b", "c", "k", "s", "A", "K", "1", " ", "等", "不", "é", "É", "\\d", "\\w", "\\s", "\\b",
            "\\1", ".", "^", "$", "\\.", "\\]", "\\{", "[ab]", "[^a]", "[]a]", "[^]a]", "[a\\]]", "[[:alpha:]]",
            "[等不]", "\\x61", "\\x{7B49}", "\\pL", "\\p{Han}", "\\Qa|b\\E", "\\Q(", "\\E", "\\K", "\\R", "\\X", "\\N",
            "\\N{U+61}", "\\ca", "\\12", "\\0", "\\t", "(?#a)", "(?i)", "(?-i)", "(?x)", "#", "(?1)", "(?R)", "\\g1",
            "\\k<n>", "(*ACCEPT)", "(*SKIP)", "(*FAIL)", "\\h", "}", "]", "-", "ab", "等等", "(?)", "\u212A", "\\-",
            "[\\ca]", "[\\Q]\\Ea]" });
    }

    std::mt19937 m_random;
};

} // namespace

class TestRequiredText : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void byHand_data()
    {
        QTest::addColumn<QStringList>("wanted");
        const auto row = [](const char* pattern, const QStringList& wanted) { QTest::newRow(pattern) << wanted; };
        row("mark\\d+x\\b", { "mark" });
        row("\\d+ \\* \\d+ = 46", { " = 46" });
        row("等{2}|不对", { "等等", "不对" });
        row("colou?r", { "colo" });
        row("ab+cde", { "cde" });
        row("ab{3}c", { "abbbc" });
        row("(wait|hmm) a", { "wait", "hmm" });
        row("a(bcd)?e", { "a" });
        row("x{2,}y", { "xx" });
        row("1\\.5", { "1.5" });
        row("(?i)mark", { "mar" }); // K may be U+212A
        row("(?i:wait)|等等", { "wait", "等等" });
        row("(?<n>abc)\\d", { "abc" });
        row("a|b|c|d|e", {}); // a pass each
        row("foo|", {});
        row("\\d{5}", {});
        row("[ab]+", {});
        row("(?=abc)", {});
        row("(?x)a b", {});
        row("\\Qa|b\\E", {});
        row("(abc)?(?(1)d|e)", {});
        row("(*ACCEPT)abc", {});
        row("a{,2}", {}); // versions differ
        row("(?i)é", {});
    }
    void byHand()
    {
        QFETCH(QStringList, wanted);
        QStringList found;
        for (const std::string& text : requiredTexts(QByteArray(QTest::currentDataTag()).toStdString()))
            found << QString::fromStdString(text);
        QCOMPARE(found, wanted);
    }

    /// Any expression over any text has the same answer with and without.
    void asWithout()
    {
        Maker maker(11);
        int looked = 0, hits = 0, misses = 0;
        for (int i = 0; i < 20'000; ++i) {
            const std::string pattern = maker.pattern();
            Result<TextPattern> with = TextPattern::compile(pattern), without = TextPattern::compile(plain(pattern));
            QCOMPARE(with.ok(), without.ok());
            if (!with || requiredTexts(pattern).empty())
                continue;
            ++looked;
            for (int j = 0; j < 12; ++j) {
                const std::string text = maker.text();
                const Answer wanted = without->in(text.data(), text.size()), got = with->in(text.data(), text.size());
                if (wanted == Answer::TooCostly)
                    continue;
                QVERIFY2(got == wanted, (pattern + "  over  " + text).c_str());
                ++(wanted == Answer::Yes ? hits : misses);
            }
        }
        QVERIFY2(looked > 500 && hits > 1'000 && misses > 1'000,
            qPrintable(QStringLiteral("%1 looked for, %2 hits, %3 misses").arg(looked).arg(hits).arg(misses)));
    }

    /// What requiredTexts() takes for granted of case: outside of ASCII only k and s have relatives, and Han and Kana
    /// have none.
    void caseOfEveryCharacter()
    {
        std::string beyondAscii, beyondHan;
        for (char32_t c = 1; c <= 0x10FFFF; ++c) {
            if (c >= 0xD800 && c <= 0xDFFF)
                continue;
            if (c >= 0x80)
                beyondAscii += utf8(c);
            if (c < 0x2E80 || c > 0x9FFF)
                beyondHan += utf8(c);
        }
        const auto has = [](const std::string& pattern, const std::string& text) {
            return orThrow(TextPattern::compile(pattern)).in(text.data(), text.size());
        };
        QCOMPARE(has("(?i)[a-jl-rt-z0-9 =]", beyondAscii), Answer::No);
        QCOMPARE(has("(?i)[ks]", beyondAscii), Answer::Yes);
        QCOMPARE(has("(?i)[\\x{2E80}-\\x{9FFF}]", beyondHan), Answer::No);
    }

    /// Texts without it are answered at once, whatever the expression would cost.
    void costsNothingWithout()
    {
        const std::string pattern = "(\\b\\w+\\b).*\\b\\1\\b.*!!";
        std::string lost;
        while (lost.size() < 40'000)
            lost += "wait ";
        lost += "!";
        QCOMPARE(orThrow(TextPattern::compile(pattern)).in(lost.data(), lost.size()), Answer::No);
        QCOMPARE(orThrow(TextPattern::compile(plain(pattern))).in(lost.data(), lost.size()), Answer::TooCostly);
    }
};

QTEST_APPLESS_MAIN(TestRequiredText)
#include "tst_required_text.moc"
