// Tokens as chips: every byte visible, rows that break where the text does; the page on the miniature's tokenizer.

#include "widgets/models/recentmodels.h"
#include "widgets/panels/tokenchips.h"
#include "widgets/panels/tokenizerpanel.h"

#include <QCheckBox>
#include <QClipboard>
#include <QGuiApplication>
#include <QLabel>
#include <QPushButton>
#include <QScrollBar>
#include <QtTest>

using namespace aha;

namespace {

/// One token a byte; the token 0 is special.
class Bytes : public Tokenizer {
public:
    std::vector<int32_t> encode(std::string_view text, bool parseSpecial) const override
    {
        std::vector<int32_t> ids;
        for (size_t i = 0; i < text.size(); ++i)
            if (parseSpecial && text.substr(i, 3) == "<s>") {
                ids.push_back(0);
                i += 2;
            } else {
                ids.push_back(int32_t(static_cast<unsigned char>(text[i])) + 1);
            }
        return ids;
    }
    std::string decode(const std::vector<int32_t>&) const override { return {}; }
    std::string decode(const std::vector<int32_t>&, std::vector<int32_t>&) const override { return {}; }
    std::string piece(int32_t id) const override { return id == 0 ? "<s>" : tokenBytes(id); }
    int32_t vocabSize() const override { return 257; }
    int32_t bosId() const override { return 0; }
    int32_t eosId() const override { return -1; }
    int32_t unkId() const override { return -1; }
    bool isSpecial(int32_t id) const override { return id == 0; }
    std::string tokenBytes(int32_t id) const override { return id == 0 ? "" : std::string(1, char(id - 1)); }
    Encoding encodeWithOffsets(std::string_view, bool) const override { return {}; }
};

} // namespace

class TestTokenizerPage : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void list()
    {
        const TokenList tokens = tokenList(Bytes(), "a \n\u4e2d\x1b", true);
        QStringList texts;
        for (const TokenChip& chip : tokens.chips)
            texts << chip.text;
        QCOMPARE(texts, QStringList({ "a", "\u00b7", "\u23ce", "E4", "B8", "AD", "\u241b" }));
        QVERIFY(tokens.chips[3].bytes && !tokens.chips[0].bytes);
        QCOMPARE(tokens.chips[2].lineBreaks, 1);
        QCOMPARE(tokens.characters, 5);
        QCOMPARE(tokens.bytes, 7);
        QCOMPARE(tokenList(Bytes(), "<s>", true).chips.size(), 1);
        QVERIFY(tokenList(Bytes(), "<s>", true).chips[0].special);
        QCOMPARE(tokenList(Bytes(), "<s>", false).chips.size(), 3);
    }

    void chips()
    {
        TokenChips view;
        view.resize(400, 200);
        view.show();
        view.setTokens(tokenList(Bytes(), "ab\ncd", false));
        QCOMPARE(view.rowCount(), 2); // a newline ends its row
        QCOMPARE(view.chipAt({ 10, 14 }), 0);
        QCOMPARE(view.chipAt({ 390, 14 }), -1);
        QVERIFY(view.hint(0).contains("id 98"));
        QVERIFY(view.hint(99).isEmpty());
        // By keys: what the pointer would be told is said of the chip that they go to.
        view.setFocus();
        QTest::keyClick(&view, Qt::Key_Right);
        QCOMPARE(view.current(), 0);
        QCOMPARE(view.accessibleDescription(), view.hint(0));
        QTest::keyClick(&view, Qt::Key_Down);
        QCOMPARE(view.current(), 3); // below the first of "ab" and the end of its line
        QTest::keyClick(&view, Qt::Key_Right);
        QCOMPARE(view.accessibleDescription(), view.hint(4));
        QTest::keyClick(&view, Qt::Key_Up);
        QCOMPARE(view.current(), 1);
        view.setTokens(tokenList(Bytes(), std::string(20'000, 'x'), false));
        QCOMPARE(view.current(), -1);
        QTest::keyClick(&view, Qt::Key_End);
        QCOMPARE(view.current(), 19'999);
        QVERIFY(view.viewport()->rect().contains(view.chipRect(19'999)));
        QTest::keyClick(&view, Qt::Key_Home);
        QVERIFY(view.viewport()->rect().contains(view.chipRect(0)));
        QVERIFY(view.rowCount() > 100 && view.verticalScrollBar()->maximum() > 1000);
        const int rows = view.rowCount();
        view.setIdsShown(true);
        QVERIFY(view.rowCount() > rows); // ids are wider
    }

    void page()
    {
        RecentModels recent(nullptr);
        TokenizerPanel panel(&recent);
        panel.resize(900, 600);
        panel.show();
        panel.openModel(QStringLiteral(AHASCOPE_TEST_SOURCE_DIR "/resources/models/miniature"));
        panel.setText("4 + 7 = 11");
        const QLabel* counts = panel.findChild<QLabel*>("tokenCounts");
        QTRY_VERIFY(counts->text().contains("10 characters"));
        QVERIFY(panel.tokens().chips.size() >= 5);
        panel.findChild<QPushButton*>("copyIds")->click();
        QCOMPARE(QGuiApplication::clipboard()->text().count(','), panel.tokens().chips.size() - 1);
        panel.setText("");
        QTRY_COMPARE(panel.tokens().chips.size(), 0);
        panel.openModel("not/there");
        QTRY_VERIFY(counts->text().contains("not/there"));
    }
};

QTEST_MAIN(TestTokenizerPage)
#include "tst_tokenizer_page.moc"
