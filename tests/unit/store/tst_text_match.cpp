// A text in a text, against the plainest search there is.

#include "core/store/text_match.h"

#include <QtTest>

#include <algorithm>
#include <random>

using namespace aha;

namespace {

char folded(char c) { return c >= 'A' && c <= 'Z' ? char(c + 'a' - 'A') : c; }

bool plain(const std::string& text, const std::string& needle)
{
    return std::search(text.begin(), text.end(), needle.begin(), needle.end(),
               [](char a, char b) { return folded(a) == folded(b); })
        != text.end()
        || needle.empty();
}

bool has(const std::string& text, const std::string& needle) { return TextMatch(needle).in(text.data(), text.size()); }

} // namespace

class TestTextMatch : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void words()
    {
        const std::string text = "<think> Wait 不对 等等 5 * 9 = 45 </think>";
        for (const char* found : { "等等", "不对 等", "wait", "WAIT", "t 不", "", "<", "</think>", "5 * 9" })
            QVERIFY2(has(text, found), found);
        for (const char* absent : { "然后", "waits", "等等等", "5*9", "</think> ", "不 对" })
            QVERIFY2(!has(text, absent), absent);
        QVERIFY(has(std::string("a\0b\0WAIT", 8), "wait")); // behind a NUL
        QVERIFY(has(std::string("a\0b", 3), std::string("\0B", 2)));
        QVERIFY(!has("", "a"));
        QVERIFY(has("", ""));
        QVERIFY(has("É", "É") && !has("É", "é")); // only a to z are folded
        QVERIFY(!has("@", "`") && !has("[", "{")); // neighbours of the letters differ by the same bit
    }

    void asThePlainSearch()
    {
        std::mt19937 random(7);
        const std::string letters("aAbB\xE7\xAD\x89 \0", 9);
        const auto make = [&](size_t most) {
            std::string made(random() % (most + 1), ' ');
            for (char& c : made)
                c = letters[random() % letters.size()];
            return made;
        };
        int hits = 0;
        for (int i = 0; i < 40'000; ++i) {
            const std::string text = make(40), needle = make(5);
            const bool wanted = plain(text, needle);
            hits += wanted;
            QCOMPARE(has(text, needle), wanted);
        }
        QVERIFY(hits > 4'000 && hits < 36'000); // both answers were asked for
    }
};

QTEST_APPLESS_MAIN(TestTextMatch)
#include "tst_text_match.moc"
