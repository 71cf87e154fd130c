// Scripts told apart, on the words that the language metrics count.

#include "core/trace/writing_system.h"

#include <QtTest>

#include <set>

using namespace aha;

namespace {

std::vector<std::pair<std::string, WritingSystem>> runs(const std::string& text)
{
    std::vector<std::pair<std::string, WritingSystem>> out;
    for (const ScriptRun& run : scriptRuns(text, languageWords(text)))
        out.emplace_back(text.substr(run.begin, run.end - run.begin), run.script);
    return out;
}

} // namespace

class TestWritingSystem : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyScript()
    {
        const std::pair<const char*, WritingSystem> words[]
            = { { "wait", WritingSystem::Latin }, { "été", WritingSystem::Latin }, { "等等", WritingSystem::Han },
                  { "ちょっと", WritingSystem::Kana }, { "カタカナ", WritingSystem::Kana },
                  { "잠깐만", WritingSystem::Hangul }, { "подожди", WritingSystem::Cyrillic },
                  { "انتظر", WritingSystem::Arabic }, { "רגע", WritingSystem::Hebrew },
                  { "रुको", WritingSystem::Devanagari }, { "เดี๋ยวก่อน", WritingSystem::Thai },
                  { "περίμενε", WritingSystem::Greek }, { "სიტყვა", WritingSystem::Other } };
        std::set<WritingSystem> seen;
        for (const auto& [word, script] : words) {
            const auto found = runs(word);
            QVERIFY2(found.size() == 1 && found[0].second == script && found[0].first == word, word);
            seen.insert(script);
        }
        QCOMPARE(int(seen.size()), kWritingSystems);
    }

    void runsJoinAndPart()
    {
        const auto found = runs("so, we wait 等等 一下 нет да and");
        QCOMPARE(found.size(), size_t(4));
        QCOMPARE(found[0].first, std::string("so, we wait"));
        QCOMPARE(found[1].first, std::string("等等 一下"));
        QCOMPARE(found[2].first, std::string("нет да"));
        QCOMPARE(found[3].first, std::string("and"));
        const auto mixed = runs("нетνκανα"); // one "other word" of the metrics
        QCOMPARE(mixed.size(), size_t(2));
        QCOMPARE(mixed[1].second, WritingSystem::Greek);
        QVERIFY(runs("12 + 3 = 15 ☃").empty());
    }

    void scriptsOfAWord()
    {
        const auto of = [](const std::string& text) { return scriptsOf(text, languageWords(text).front()); };
        const auto only = [](WritingSystem script) { return ScriptSet().set(size_t(script)); };
        QCOMPARE(of("wait"), only(WritingSystem::Latin));
        QCOMPARE(of("等"), only(WritingSystem::Han));
        QCOMPARE(of("подожди"), only(WritingSystem::Cyrillic));
        QCOMPARE(of("нетνα"), only(WritingSystem::Cyrillic) | only(WritingSystem::Greek));
    }

    /// The metrics count what they always counted.
    void theCountIsAnothers()
    {
        const LanguageCount count = countLanguages("wait 等等 подожди カナ");
        QCOMPARE(count.english, int64_t(1));
        QCOMPARE(count.chinese, int64_t(2));
        QCOMPARE(count.other, int64_t(2));
    }

    void everyLetterHasOne()
    {
        for (char32_t c = 0; c < 0x110000; c += 7)
            QVERIFY(int(writingSystemOf(c)) >= 0 && int(writingSystemOf(c)) < kWritingSystems);
        QCOMPARE(writingSystemOf('1'), WritingSystem::Other);
        QCOMPARE(writingSystemOf(0x4E00), WritingSystem::Han);
        QCOMPARE(writingSystemOf(0xA000), WritingSystem::Other); // Yi
    }
};

QTEST_GUILESS_MAIN(TestWritingSystem)
#include "tst_writing_system.moc"
