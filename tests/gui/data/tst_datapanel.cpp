// A data set in the window: rows on demand, hostile cells, search, mapping, statistics, the first batch. The engine
// that makes the batch is this program itself.

#include "core/base/files.h"
#include "widgets/models/datasetmodel.h"
#include "widgets/models/recentmodels.h"
#include "widgets/models/rowrendering.h"
#include "widgets/models/visibletext.h"
#include "widgets/panels/batchpage.h"
#include "widgets/panels/datapanel.h"
#include "widgets/panels/mappingform.h"
#include "widgets/panels/tokenchips.h"
#include "widgets/plots/histogram.h"

#include <QAbstractItemModelTester>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QTableView>
#include <QTemporaryDir>
#include <QtTest>

#include <cstdio>
#include <cstring>
#include <iostream>
#include <iterator>
#include <unistd.h>

using namespace aha;

namespace {

/// "batch - --step N": two documents in one row, a third cut; what was asked for comes back in the settings.
int fakeEngine(const char* step)
{
    using Json = nlohmann::ordered_json;
    const std::string text(std::istreambuf_iterator<char>(std::cin), {});
    const Result<RunConfig> config = runConfigFromJson(text);
    if (config && config->general.seed == 99)
        return ::pause();
    if (!config || config->data.path.find("none") != std::string::npos) {
        std::fprintf(stderr, "%s\n", R"({"error":"x","message":"No row trains.","hint":""})");
        return 1;
    }
    const auto document = [&](int packed, int row, int from, int whole, const Json& ids, const Json& trained) {
        return Json { { "packed_row", packed }, { "path", config->data.path }, { "row", row }, { "from", from },
            { "to", from + int(ids.size()) }, { "whole", whole }, { "ids", ids }, { "trained", trained } };
    };
    const Json batch { { "step", std::atoi(step) }, { "epoch", 0.5 }, { "tokens", 9 }, { "trained_tokens", 4 },
        { "dropped_tokens", 7 },
        { "settings",
            { { "model", config->model.path }, { "seed", config->general.seed }, { "packing", config->sft.packing },
                { "max_length", config->sft.maxLength }, { "loss_on", "auto" } } },
        { "all",
            { { "rows", 30 }, { "cut", 2 }, { "dropped_tokens", 11 }, { "untrained", 1 }, { "unreadable", 2 },
                { "steps_in_epoch", 2 } } },
        { "documents",
            { document(0, 16, 0, 3, { 20, 21, 22 }, { 0, 0, 1 }), document(0, 4, 0, 2, { 23, 24 }, { 0, 1 }),
                document(1, 8, 0, 11, { 25, 26, 27, 28 }, { 0, 1, 1, 0 }) } } };
    std::printf("%s\n", batch.dump().c_str());
    return 0;
}

} // namespace

class TestDataPanel : public QObject {
    Q_OBJECT
    QTemporaryDir m_dir;

    QString write(const QString& name, const QByteArray& text)
    {
        const QString path = m_dir.filePath(name);
        orThrow(makeFolders(std::filesystem::path(path.toStdString()).parent_path()));
        orThrow(writeFileAtomically(path.toStdString(), text.toStdString()));
        return path;
    }
    QByteArray questions(int count, const QByteArray& word)
    {
        QByteArray text;
        for (int i = 0; i < count; ++i)
            text += "{\"question\":\"What is " + QByteArray::number(i) + " plus one, asked of " + word
                + " with many more words behind it?\",\"answer\":\"One more. #### " + QByteArray::number(i + 1)
                + "\"}\n";
        return text;
    }
    std::filesystem::path cache() const { return m_dir.filePath("cache").toStdString(); }

private Q_SLOTS:
    void model()
    {
        const QString path = write("rows.jsonl",
            "{\"a\":\"x\\u001b\\n\\u202e\",\"n\":1.5}\n{\"a\":[1,2],\"late\":true}\n" + QByteArray("{\"a\":\"")
                + QByteArray(5000, 'y') + "\"}\n" + questions(2000, "z").replace("question", "a"));
        DatasetModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setDataset(orThrow(data::importDataset(path.toStdString(), cache())));
        QCOMPARE(model.rowCount(), 2003);
        QCOMPARE(model.index(0, 0).data().toString(), QString::fromUtf8("x\u241b\u23ce\u25a1"));
        QCOMPARE(model.index(0, 1).data().toString(), QString("1.5"));
        QCOMPARE(model.index(1, 0).data().toString(), QString("[1,2]"));
        QVERIFY(!model.index(1, 1).data().isValid());
        QCOMPARE(model.index(2, 0).data().toString().size(), DatasetModel::kCellBytes);
        QVERIFY(model.parsedRows() < 100); // rows that nobody looks at are not read
        model.setFound(std::vector<uint64_t> { 2, 1000 });
        QCOMPARE(model.rowCount(), 2);
        QCOMPARE(model.headerData(1, Qt::Vertical, Qt::DisplayRole).toInt(), 1001);
        model.setFound(std::nullopt);
        QCOMPARE(model.rowCount(), 2003);
        model.setDataset(nullptr);
        QCOMPARE(model.rowCount(), 0);
    }

    void rendering()
    {
        data::Example e;
        e.prompt.text = "What?\x07";
        e.completion.text = "That.";
        e.gold = 4;
        const QString text = visibleText(exampleText(e));
        QVERIFY(text.contains(QString::fromUtf8("What?\u2407")) && text.contains("gold answer"));
        RowForModel row = rowForModel(e, nullptr);
        QCOMPARE(row.prompt + "|" + row.answer, std::string("What?\x07|That."));
        e.prompt.conversational = true;
        e.prompt.messages = { { "user", "Hi", nullptr } };
        QVERIFY(!rowForModel(e, nullptr).problem.isEmpty());
        const ChatTemplate chat
            = orThrow(ChatTemplate::fromText("{% for m in messages %}[{{ m.role }}]{{ m.content }}{% endfor %}"
                                             "{% if add_generation_prompt %}[assistant]{% endif %}"));
        row = rowForModel(e, &chat);
        QCOMPARE(row.prompt + "|" + row.answer, std::string("[user]Hi[assistant]|That."));
    }

    void page()
    {
        write("set/train.jsonl", questions(30, "trainers") + questions(3, "trainers") + "{broken\n");
        write("set/test.jsonl", questions(5, "trainers"));
        RecentModels recent(nullptr);
        DataPanel panel(&recent);
        panel.jobs()->setCache(cache());
        panel.resize(1200, 700);
        panel.show();
        const auto text = [&](const char* name) { return panel.findChild<QLabel*>(QLatin1String(name))->text(); };
        panel.openPath(m_dir.filePath("set"));
        QTRY_COMPARE(panel.model()->rowCount(), 33);
        QVERIFY2(text("dataState").contains("Questions with gold answers") && text("dataState").contains("1 left out"),
            qPrintable(text("dataState")));
        QCOMPARE(panel.findChild<QComboBox*>("split")->count(), 2);
        const auto* row = panel.findChild<QPlainTextEdit*>("rowText");
        QVERIFY(row->toPlainText().contains("What is 0 plus one") && row->toPlainText().contains("gold answer"));
        QVERIFY(panel.findChild<QPlainTextEdit*>("rowRaw")->toPlainText().contains("\"question\""));

        panel.findChild<QLineEdit*>("dataSearch")->setText("WHAT IS 29");
        QTRY_COMPARE(panel.model()->rowCount(), 1);
        QVERIFY(row->toPlainText().contains("What is 29"));
        // Where nothing is found the table says so, and does not ask for another file.
        panel.findChild<QLineEdit*>("dataSearch")->setText("no such words anywhere");
        QTRY_COMPARE(panel.model()->rowCount(), 0);
        QVERIFY(panel.findChild<QLabel*>("dataEmpty")->isVisible());
        QVERIFY(
            text("dataEmpty").contains("No row holds") && panel.findChild<QPushButton*>("dataOpenFile")->isHidden());
        panel.findChild<QLineEdit*>("dataSearch")->clear();
        QTRY_COMPARE(panel.model()->rowCount(), 33);

        panel.openModel(QStringLiteral(AHASCOPE_TEST_SOURCE_DIR "/resources/models/miniature"));
        panel.findChild<QTableView*>("dataTable")->selectRow(3);
        QTRY_VERIFY(panel.findChild<TokenChips*>("tokenChips")->rowCount() > 0);
        panel.findChild<QPushButton*>("countRows")->click();
        QTRY_VERIFY(text("dataFigures").contains("33 rows"));
        QVERIFY2(text("dataFigures").contains("3 repeat an earlier row"), qPrintable(text("dataFigures")));
        QVERIFY2(text("dataFigures").contains("33 share eight words in a row"), qPrintable(text("dataFigures")));
        QVERIFY(text("dataFigures").contains("tokens in all") && !text("dataFigures").contains("is empty in"));
        QVERIFY(!panel.findChild<Histogram*>()->hint(20).isEmpty());

        panel.openPath(write(
            "gaps.jsonl", questions(2, "x") + "{\"question\":\"\",\"answer\":\"#### 1\"}\n{\"answer\":\"#### 2\"}\n"));
        QTRY_COMPARE(panel.model()->rowCount(), 4);
        panel.findChild<QPushButton*>("countRows")->click();
        QTRY_VERIFY2(text("dataFigures").contains("column question is empty in 1 row (3), missing in 1 row (4)"),
            qPrintable(text("dataFigures")));
        panel.openPath(m_dir.filePath("set"));
        QTRY_COMPARE(panel.model()->rowCount(), 33);

        // By hand: the answer alone is the prompt.
        auto* columns = panel.findChild<QComboBox*>("columns.prompt");
        columns->setCurrentText("answer");
        Q_EMIT columns->activated(columns->currentIndex());
        QVERIFY2(row->toPlainText().startsWith(QString::fromUtf8("── prompt ──\nOne more.")),
            qPrintable(row->toPlainText()));
        columns->setCurrentText("no such column");
        Q_EMIT columns->activated(columns->currentIndex());
        QVERIFY(panel.findChild<MappingForm*>()->mapping().layout == "manual");
        panel.openPath(write("lone.jsonl", questions(1, "x")));
        QTRY_COMPARE(panel.model()->rowCount(), 1);
        QVERIFY2(text("dataState").startsWith("1 row "), qPrintable(text("dataState")));
        panel.openPath(m_dir.filePath("set"));
        QTRY_COMPARE(panel.model()->rowCount(), 33);
        panel.openPath(m_dir.filePath("nowhere.jsonl"));
        QTRY_VERIFY(text("dataState").contains("nowhere.jsonl"));
        QCOMPARE(panel.model()->rowCount(), 33); // what was open stays
    }

    void firstBatch()
    {
        const QString file = write(
            "sft/rows.jsonl", "{\"prompt\":\"a\",\"completion\":\"b\"}\n{\"prompt\":\"c\",\"completion\":\"\"}\n");
        RecentModels recent(nullptr);
        DataPanel panel(&recent, QCoreApplication::applicationFilePath());
        panel.jobs()->setCache(cache());
        panel.resize(900, 600);
        panel.show();
        panel.showTab(4);
        BatchPage& page = *panel.batch();
        auto* make = panel.findChild<QPushButton*>("makeBatch");
        make->click();
        QVERIFY(page.note().contains("Open a data set first"));
        panel.openPath(file);
        QTRY_COMPARE(panel.model()->rowCount(), 2);
        panel.openModel(QStringLiteral(AHASCOPE_TEST_SOURCE_DIR "/resources/models/miniature"));
        RunConfig form = defaultConfig("sft");
        form.general.seed = 7;
        form.sft.packing = "bfd";
        form.sft.maxLength = 64;
        page.form = [&] { return form; };
        panel.findChild<QSpinBox*>("batchStep")->setValue(3);
        make->click();
        QTRY_VERIFY2(page.note().startsWith(
                         "Step 3: 2 rows of 3 documents, 9 tokens, 4 with a loss, 7 cut off behind 64 tokens."),
            qPrintable(page.note()));
        QVERIFY(
            page.note().contains("30 rows train (2 steps an epoch), 2 of them are cut and lose 11 tokens; 3 are left"));
        const auto* chips = page.tokens();
        QCOMPARE(chips->rowCount(), 6); // three headings and a line of tokens below each
        QVERIFY2(chips->heading(0).startsWith("Row 1, document 1: row 17 of rows.jsonl, 3 tokens"),
            qPrintable(chips->heading(0)));
        QVERIFY(chips->heading(2).startsWith("Row 1, document 2: row 5"));
        QVERIFY(chips->heading(4).startsWith("Row 2: row 9 of rows.jsonl, 4 tokens (1 to 4 of 11)"));
        QVERIFY(chips->hint(0).contains("id 20, no loss") && chips->hint(2).contains("id 22, has a loss"));
        // The mask is seen: the last token of the first document is coloured, those before it are grey.
        const QImage picture = page.tokens()->viewport()->grab().toImage();
        const auto grey = [&](int chip) {
            const QRect box = chips->chipRect(chip); // above its letters
            const QColor c = picture.pixelColor(box.center().x(), box.top() + 1);
            return c.green() - c.red() < 20;
        };
        QVERIFY(grey(0) && grey(1) && !grey(2) && grey(3) && !grey(4));
        QVERIFY(panel.findChild<QWidget*>("batchTokens")->isVisible());

        form.general.kind = "grpo"; // of another stage: fine-tuning's own settings, this seed
        make->click();
        QTRY_VERIFY2(page.note().contains("behind 1,024 tokens"), qPrintable(page.note()));
        form.general.seed = 99; // hangs
        make->click();
        QCOMPARE(make->text(), QString("Cancel"));
        make->click();
        QCOMPARE(make->text(), QString("Make batch"));
        QCOMPARE(chips->rowCount(), 0);
        form.general.seed = 0;
        panel.openPath(write("none.jsonl", "{\"text\":\"a\"}\n"));
        QTRY_COMPARE(panel.model()->rowCount(), 1);
        make->click();
        QTRY_COMPARE(page.note(), QString("No row trains."));
    }

    void histogram()
    {
        Histogram view;
        view.resize(300, 150);
        view.setData({ "tokens", 64, { 1, 0, 5 } });
        QCOMPARE(view.hint(8), QString("0 to 63 tokens: 1 row"));
        QVERIFY(view.hint(299).isEmpty()); // bars are no wider than they need to be
        QImage picture(view.size(), QImage::Format_ARGB32);
        picture.fill(Qt::transparent);
        view.render(&picture, {}, {}, QWidget::DrawChildren);
        QCOMPARE(
            picture.pixelColor(200, 20), view.palette().color(QPalette::Highlight)); // the third bar is the highest
        QVERIFY(picture.pixelColor(120, 100) != view.palette().color(QPalette::Highlight)); // the second is empty
        // The same by keys.
        view.show();
        QTest::keyClick(&view, Qt::Key_End);
        QCOMPARE(view.accessibleDescription(), QString("128 to 191 tokens: 5 rows"));
        QTest::keyClick(&view, Qt::Key_Left);
        QCOMPARE(view.accessibleDescription(), QString("64 to 127 tokens: 0 rows"));
        for (int i = 0; i < 2; ++i)
            QTest::keyClick(&view, Qt::Key_Left);
        QCOMPARE(view.accessibleDescription(), QString("0 to 63 tokens: 1 row"));
        QCOMPARE(view.focusPolicy(), Qt::StrongFocus);
        view.setData({});
        QCOMPARE(view.focusPolicy(), Qt::NoFocus); // nothing is there to be gone through
    }
};

int main(int argc, char** argv)
{
    if (argc > 4 && std::strcmp(argv[1], "batch") == 0)
        return fakeEngine(argv[4]);
    QApplication application(argc, argv);
    TestDataPanel test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_datapanel.moc"
