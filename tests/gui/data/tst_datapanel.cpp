// A data set in the window: rows on demand, hostile cells, search, mapping, statistics.

#include "core/base/files.h"
#include "widgets/models/datasetmodel.h"
#include "widgets/models/recentmodels.h"
#include "widgets/models/rowrendering.h"
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
#include <QTableView>
#include <QTemporaryDir>
#include <QtTest>

using namespace aha;

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
        QVERIFY(exampleText(e).contains(QString::fromUtf8("What?\u2407")) && exampleText(e).contains("gold answer"));
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
        panel.findChild<QLineEdit*>("dataSearch")->clear();
        QTRY_COMPARE(panel.model()->rowCount(), 33);

        panel.openModel(QStringLiteral(AHASCOPE_TEST_SOURCE_DIR "/resources/models/miniature"));
        panel.findChild<QTableView*>("dataTable")->selectRow(3);
        QTRY_VERIFY(panel.findChild<TokenChips*>()->rowCount() > 0);
        panel.findChild<QPushButton*>("countRows")->click();
        QTRY_VERIFY(text("dataFigures").contains("33 rows"));
        QVERIFY2(text("dataFigures").contains("3 repeat an earlier row"), qPrintable(text("dataFigures")));
        QVERIFY2(text("dataFigures").contains("33 share eight words in a row"), qPrintable(text("dataFigures")));
        QVERIFY(text("dataFigures").contains("tokens in all"));
        QVERIFY(!panel.findChild<Histogram*>()->hint(20).isEmpty());

        // By hand: the answer alone is the prompt.
        auto* columns = panel.findChild<QComboBox*>("columns.prompt");
        columns->setCurrentText("answer");
        Q_EMIT columns->activated(columns->currentIndex());
        QVERIFY2(row->toPlainText().startsWith(QString::fromUtf8("── prompt ──\nOne more.")),
            qPrintable(row->toPlainText()));
        columns->setCurrentText("no such column");
        Q_EMIT columns->activated(columns->currentIndex());
        QVERIFY(panel.findChild<MappingForm*>()->mapping().layout == "manual");
        panel.openPath(m_dir.filePath("nowhere.jsonl"));
        QTRY_VERIFY(text("dataState").contains("nowhere.jsonl"));
        QCOMPARE(panel.model()->rowCount(), 33); // what was open stays
    }

    void histogram()
    {
        Histogram view;
        view.resize(300, 150);
        view.setData({ "tokens", 64, { 1, 0, 5 } });
        QCOMPARE(view.hint(8), QString("0 to 63 tokens: 1 rows"));
        QVERIFY(view.hint(299).isEmpty()); // bars are no wider than they need to be
        QImage picture(view.size(), QImage::Format_ARGB32);
        picture.fill(Qt::transparent);
        view.render(&picture, {}, {}, QWidget::DrawChildren);
        QCOMPARE(
            picture.pixelColor(200, 20), view.palette().color(QPalette::Highlight)); // the third bar is the highest
        QVERIFY(picture.pixelColor(120, 100) != view.palette().color(QPalette::Highlight)); // the second is empty
    }
};

QTEST_MAIN(TestDataPanel)
#include "tst_datapanel.moc"
