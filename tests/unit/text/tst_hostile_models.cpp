// .model files that nobody should trust: each is an error with a reason, or loads and then behaves.

#include "core/text/tokenizer.h"

#include "core/base/rng.h"
#include "tests/support/sentencepiece_model.h"

#include <QtTest>

using namespace aha;
using namespace aha::support;

namespace {

constexpr uint32_t kUnused = 1u << 31; // no label has this bit

/// One unit of a darts-clone double array (sentencepiece's charsmap).
uint32_t unit(uint32_t offset, bool hasLeaf, uint8_t label) { return (offset << 10) | (hasLeaf ? 1u << 8 : 0) | label; }

/// Charsmap: size of the trie, the trie, the replacement texts.
std::string charsmap(const std::vector<uint32_t>& units, std::string_view texts, int sizeError = 0)
{
    const uint32_t size = uint32_t(units.size() * 4 + uint32_t(sizeError));
    std::string out(4 + units.size() * 4, '\0');
    std::memcpy(out.data(), &size, 4);
    std::memcpy(out.data() + 4, units.data(), units.size() * 4);
    return out.append(texts);
}

/// "a" -> `value` of the texts; `rootOffset` moves the root's children.
std::vector<uint32_t> oneRule(uint32_t value, uint32_t rootOffset = 1)
{
    std::vector<uint32_t> units(256, kUnused);
    units[0] = unit(rootOffset, false, 0);
    const uint32_t node = rootOffset ^ 'a';
    if (node < units.size()) {
        units[node] = unit(node ^ 200, true, 'a');
        units[200] = value | 1u << 31;
    }
    return units;
}

std::string words(int n)
{
    std::string model = specials();
    for (int i = 0; i < n; ++i)
        model += piece("w" + std::to_string(i), Normal, -1);
    return model;
}

} // namespace

class TestHostileModels : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void refused_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QByteArray>("says");
        const auto row = [](const char* name, const std::string& bytes, const char* says) {
            QTest::newRow(name) << QByteArray::fromStdString(bytes) << QByteArray(says);
        };
        const std::string tail = trainerSpec(1) + normalizerSpec();
        row("empty", "", "not usable");
        row("text", "{\"model\": {}}", "usable");
        row("zip", std::string("PK\x03\x04", 4) + std::string(100, '\0'), "usable");
        row("no pieces", tail, "usable");
        row("cut in a piece", (words(5) + tail).substr(0, 40), "usable");
        row("length past the end", std::string("\x0A\xFF\xFF\xFF\xFF\x0F", 6) + "abc", "usable");
        row("length 2^64-1", std::string("\x0A\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01", 11), "usable");
        row("endless varint", std::string("\x0A", 1) + std::string(20, '\xFF'), "usable");
        row("group wire type", std::string("\x0B\x0C", 2) + words(3), "usable");
        for (const size_t size : { size_t(17 << 10), size_t(100 << 10), size_t(1 << 20), size_t(16 << 20) })
            row(("piece of " + std::to_string(size)).c_str(), words(2) + piece(std::string(size, 'x')) + tail, "bytes");
        row("empty piece", words(2) + piece("") + tail, "empty");
        row("NUL piece", words(2) + piece(std::string_view("a\0b", 3)) + tail, "NUL");
        row("same piece twice", words(2) + piece("w1") + tail, "usable");
        row("no unknown piece", piece("<s>", Control) + piece("a") + tail, "usable");
        row("two unknown pieces", words(2) + piece("<unk2>", Unknown) + tail, "usable");
        row("byte piece <0x-1>", words(2) + piece("<0x-1>", Byte) + trainerSpec(1, true) + normalizerSpec(), "usable");
        row("byte piece <0xZZ>", words(2) + piece("<0xZZ>", Byte) + trainerSpec(1, true) + normalizerSpec(), "usable");
        row("byte pieces missing", words(2) + piece("<0x00>", Byte) + trainerSpec(1, true) + normalizerSpec(),
            "usable");
        std::string nested = specials(), chain;
        for (int i = 0; i < 70; ++i)
            nested += piece(chain += 'n', UserDefined);
        row("65 nested symbols", nested + tail, "nested");
        row("charsmap too short", words(2) + trainerSpec(1) + normalizerSpec("ab"), "charsmap");
        row("charsmap size lies",
            words(2) + trainerSpec(1) + normalizerSpec(charsmap(oneRule(0), std::string("b\0", 2), 4096)), "charsmap");
        row("charsmap size odd",
            words(2) + trainerSpec(1) + normalizerSpec(charsmap(oneRule(0), std::string("b\0", 2), 1)), "charsmap");
        row("charsmap without texts", words(2) + trainerSpec(1) + normalizerSpec(charsmap(oneRule(0), "")), "charsmap");
        row("charsmap root outside",
            words(2) + trainerSpec(1) + normalizerSpec(charsmap(oneRule(0, 1 << 20), std::string("b\0", 2))),
            "charsmap");
        row("charsmap text outside",
            words(2) + trainerSpec(1) + normalizerSpec(charsmap(oneRule(5000), std::string("b\0", 2))), "charsmap");
        row("charsmap text without end", words(2) + trainerSpec(1) + normalizerSpec(charsmap(oneRule(0), "b")),
            "charsmap");
        std::vector<uint32_t> loop(
            256, kUnused); // 'a' leads back to itself, each time with a result: any number into room for 32
        loop[0] = unit(3, false, 0);
        loop[3 ^ 'a'] = unit(3 ^ 3 ^ 'a', true, 'a');
        row("charsmap that loops", words(2) + trainerSpec(1) + normalizerSpec(charsmap(loop, std::string("b\0", 2))),
            "charsmap");
    }
    void refused()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(QByteArray, says);
        write(path(), bytes.toStdString());
        const auto r = loadTokenizer(path());
        QVERIFY(!r.ok());
        QCOMPARE(r.error().code, std::string("tokenizer_invalid"));
        QVERIFY2(r.error().message.find("not a usable") != std::string::npos, r.error().message.c_str());
        if (says != "usable" && says != "not usable")
            QVERIFY2(r.error().message.find(says.toStdString()) != std::string::npos, r.error().message.c_str());
    }

    void soundCharsmapLoadsAndWorks() // the guard is no wall: the same table, intact
    {
        write(path(),
            specials() + piece("b", Normal, -1) + trainerSpec(1)
                + normalizerSpec(charsmap(oneRule(0), std::string("b\0", 2))));
        const auto r = loadTokenizer(path());
        QVERIFY2(r.ok(), r.ok() ? "" : r.error().message.c_str());
        QCOMPARE((*r)->encode("ab"), (std::vector<int32_t> { 3, 3 }));
    }

    void missing()
    {
        const QTemporaryDir empty;
        QCOMPARE(loadTokenizer(empty.path().toStdString()).error().code, std::string("tokenizer_missing"));
        QCOMPARE(loadTokenizer(path() + "/nowhere").error().code, std::string("tokenizer_missing"));
    }

    void everyCutAndFlipOfARealModel()
    {
        const std::string whole = read(AHASCOPE_TEST_SOURCE_DIR "/resources/models/miniature/tokenizer.model");
        Rng rng(5, Purpose::Corpus);
        const std::string probe = "use 5 9 6 等等 </s> \xFF";
        for (int round = 0; round < 400; ++round) {
            std::string bytes = whole;
            if (round % 2)
                bytes.resize(size_t(rng.below(bytes.size())));
            else
                for (int flips = 0; flips < 3; ++flips)
                    bytes[size_t(rng.below(bytes.size()))] ^= char(1 << rng.below(8));
            write(path(), bytes);
            if (const auto r = loadTokenizer(path())) { // what still loads must still be total
                const std::vector<int32_t> ids = (*r)->encode(probe);
                for (const int32_t id : ids)
                    QVERIFY(id >= 0 && id < (*r)->vocabSize());
                (*r)->decode(ids);
            } else {
                QVERIFY(r.error().code == "tokenizer_invalid" && !r.error().message.empty());
            }
        }
    }

private:
    std::string path() const { return m_folder.filePath("x.model").toStdString(); }
    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(TestHostileModels)
#include "tst_hostile_models.moc"
