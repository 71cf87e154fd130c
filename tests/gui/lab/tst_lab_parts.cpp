// What the reward lab is made of, without an engine: tables of figures, places in texts, the form of rewards, and the
// page of hacks against a fake engine, which is this program started with the argument "hacks".

#include "widgets/models/figurefilter.h"
#include "widgets/panels/labedit.h"
#include "widgets/panels/labhackpage.h"
#include "widgets/panels/labtext.h"
#include "widgets/panels/rewardform.h"

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTableView>
#include <QtTest>

#include <cmath>
#include <cstdio>

using namespace aha;

namespace {

int fakeBench(const char* config)
{
    const auto say = [](const char* name, const char* outcome, double hack) {
        std::printf(
            "{\"case\":\"countdown/%s\",\"task\":\"countdown\",\"outcome\":\"%s\",\"hack_reward\":%g,"
            "\"right_reward\":1.1,\"wrong_reward\":0.1,\"verdict\":\"wrong\",\"reason\":\"wrong_value\","
            "\"why\":\"<b>%s</b>\",\"item\":{\"numbers\":[1,2],\"target\":3},\"hack\":\"text of %s\",\"of\":4}\n",
            name, outcome, hack, name, name);
    };
    QFile file(QString::fromLocal8Bit(config));
    if (!file.open(QIODevice::ReadOnly))
        return 7;
    if (file.readAll().contains("\"reflection\": 2.0")) {
        std::fprintf(stderr, "{\"error\":\"x\",\"message\":\"The bench is out.\",\"hint\":\"Wait.\"}\n");
        return 1;
    }
    say("power", "held", 0.1);
    say("splice", "broken", 1.1);
    say("many", "leaks", 0.5);
    std::printf(
        "{\"case\":\"programming/exit\",\"task\":\"programming\",\"outcome\":\"unscored\",\"hack_reward\":null,"
        "\"right_reward\":null,\"wrong_reward\":null,\"verdict\":\"infra_error\",\"reason\":\"no sandbox\",\"why\":"
        "\"w\",\"item\":{},\"hack\":\"h\",\"of\":4}\n{\"cases\":4,\"outcomes\":{\"held\":1}}\n");
    return 1; // one is broken
}

} // namespace

class TestLabParts : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void figures()
    {
        FigureTable table({ { "name" }, { "figure", "help", true } });
        QAbstractItemModelTester tester(&table, QAbstractItemModelTester::FailureReportingMode::QtTest);
        FigureFilter order(&table);
        QAbstractItemModelTester other(&order, QAbstractItemModelTester::FailureReportingMode::QtTest);
        const auto row = [](const char* name, double value, qint64 id) {
            return FigureRow {
                { FigureCell { name }, FigureCell { figureText(value), value, "tip", "good", value / 10 } }, id
            };
        };
        table.setRows({ row("b", 9, 1), row("a", 10, 2) });
        table.append({ row("c", std::nan(""), 3), FigureRow { { FigureCell { "short" } }, 4 } });
        QCOMPARE(table.rowCount(), 4);
        QCOMPARE(table.index(2, 1).data().toString(), QString::fromUtf8("–"));
        QCOMPARE(table.index(0, 1).data(FigureTable::KindRole).toString(), QString("good"));
        QCOMPARE(table.index(0, 1).data(FigureTable::BarRole).toDouble(), 0.9);
        QVERIFY(!table.index(3, 1).data().isValid()); // a row may have fewer cells
        order.sort(1, Qt::DescendingOrder); // as numbers, what has none last
        QStringList names;
        for (int r = 0; r < order.rowCount(); ++r)
            names << order.index(r, 0).data().toString();
        QCOMPARE(names.mid(0, 2), QStringList({ "a", "b" }));
        order.sort(0, Qt::AscendingOrder);
        QCOMPARE(order.index(0, 0).data(FigureTable::IdRole).toLongLong(), 2);
        order.setRule([](const FigureRow& r) { return r.id > 2; });
        QCOMPARE(order.rowCount(), 2);
        order.setRule(nullptr);
        QCOMPARE(order.rowCount(), 4);
        QCOMPARE(signedText(0.5, 1) + signedText(-0.0, 1) + signedText(-1, 1), QString("+0.50.0-1.0"));
    }

    void bytesToPositions()
    {
        const std::string text = "a\xC3\xA9\xE7\xAD\x89\xF0\x9F\x99\x82z\xFF!"; // a é 等 🙂 z, a broken byte, !
        const ByteMap map(text);
        QCOMPARE(map.position(0), 0);
        QCOMPARE(map.position(1), 1);
        QCOMPARE(map.position(3), 2);
        QCOMPARE(map.position(6), 3);
        QCOMPARE(map.position(10), 5); // behind two UTF-16 units
        QCOMPARE(map.position(11), 6);
        QCOMPARE(map.position(12), 7);
        QCOMPARE(map.position(999), 8);
        QCOMPARE(QString::fromStdString(text).size(), 8); // as Qt reads it
    }

    void editorKeepsWhatIsTyped()
    {
        LabEdit editor;
        using namespace std::string_literals;
        const std::string text = "a\u00A0b\r\n\u202Ec\u200B\u200B\0\uE000\U000E0041!"s;
        editor.setBytes(text);
        QCOMPARE(editor.bytes(), text); // every byte, although none of them does what it would
        QVERIFY(!editor.toPlainText().contains(QChar(0x202E)));
        QCOMPARE(ByteMap(text).position(text.size() - 1), editor.toPlainText().size() - 1);
        const LabEdit::Hidden hidden = editor.hidden();
        QCOMPARE(hidden.places.size(), size_t(7));
        QCOMPARE(hidden.places[1], (std::pair<int, int> { 5, 6 }));
        QVERIFY2(hidden.note.contains(QString::fromUtf8("U+200B × 2")) && hidden.note.contains("U+202E"),
            qPrintable(hidden.note));
        editor.selectAll();
        editor.copy();
        QCOMPARE(QGuiApplication::clipboard()->text().toStdString(), text);
        editor.setBytes("plain\ttext");
        QVERIFY(editor.hidden().note.isEmpty());
        editor.selectAll();
        editor.paste();
        QCOMPARE(editor.bytes(), text);
        QTest::keyClicks(&editor, "?"); // behind a box, and no box itself
        QCOMPARE(editor.bytes(), text + "?");
        editor.textCursor().insertText(QString(QChar(0x202D))); // as a keyboard might
        QCOMPARE(editor.bytes(), text + "?\u202D");
        QVERIFY(!editor.toPlainText().contains(QChar(0x202D)));
    }

    void formSaysWhatChanged()
    {
        RewardForm form;
        RunConfig config = defaultConfig("grpo");
        config.rewards.repetition = 0.5; // the run uses an advanced one
        form.setBase(config);
        form.resize(238, 500);
        form.show();
        QSignalSpy changed(&form, &RewardForm::changed);
        auto* accuracy = form.findChild<QDoubleSpinBox*>("rewards.accuracy");
        auto* strict = form.findChild<QCheckBox*>("rewards.strict");
        QVERIFY(accuracy->isVisible() && strict->isVisible());
        QVERIFY(form.findChild<QDoubleSpinBox*>("rewards.repetition")->isVisible());
        QVERIFY(!form.findChild<QDoubleSpinBox*>("rewards.cosine")->isVisible());
        QVERIFY(form.changes().isEmpty());
        QVERIFY(!form.findChild<QPushButton*>("rewardReset")->isEnabled());
        accuracy->setValue(2.5);
        strict->click();
        QCOMPARE(changed.count(), 2);
        QCOMPARE(form.changes(), QStringList({ "rewards.accuracy=2.5", "rewards.strict=true" }));
        QCOMPARE(form.config().rewards.accuracy, 2.5);
        form.findChild<QCheckBox*>("rewardAll")->setChecked(true);
        auto* expression = form.findChild<QLineEdit*>("rewards.expression_text");
        QVERIFY(expression->isVisible());
        expression->setText("accuracy * 2");
        QVERIFY(form.changes().contains("rewards.expression_text=accuracy * 2"));
        form.findChild<QPushButton*>("rewardReset")->click();
        QVERIFY(form.changes().isEmpty());
        QCOMPARE(accuracy->value(), 1.0);
        QVERIFY(expression->text().isEmpty());
    }

    void scoreCardOfHacks()
    {
        LabHackPage page(QCoreApplication::applicationFilePath());
        page.resize(700, 600);
        page.show();
        QAbstractItemModelTester tester(page.model(), QAbstractItemModelTester::FailureReportingMode::QtTest);
        auto* note = page.findChild<QLabel*>("hackNote");
        auto* start = page.findChild<QPushButton*>("hackStart");
        auto* table = page.findChild<QTableView*>("hackTable");
        start->click();
        QTRY_VERIFY_WITH_TIMEOUT(note->text().startsWith("Of 4 cases"), 30000);
        QVERIFY2(note->text().contains("1 held, 1 not scored, 1 leaks, 1 paid"), qPrintable(note->text()));
        QCOMPARE(table->model()->index(0, 0).data().toString(), QString("paid")); // the worst first
        QCOMPARE(table->model()->index(0, 1).data().toString(), QString("1.100"));
        QCOMPARE(table->model()->index(0, 6).data().toString(), QString("<b>splice</b>")); // as it is
        page.findChild<QComboBox*>("hackShow")->setCurrentIndex(1);
        QCOMPARE(table->model()->rowCount(), 2);
        page.findChild<QComboBox*>("hackShow")->setCurrentIndex(0);
        QSignalSpy tried(&page, &LabHackPage::tried);
        table->setCurrentIndex(table->model()->index(1, 0));
        QCOMPARE(page.findChild<QPlainTextEdit*>("hackText")->toPlainText(), QString("text of many"));
        page.findChild<QPushButton*>("hackTry")->click();
        QCOMPARE(tried.count(), 1);
        QCOMPARE(tried[0][0].toString(), QString("countdown"));
        QCOMPARE(tried[0][2].toString(), QString("text of many"));
        RunConfig other;
        other.rewards.reflection = 2;
        page.setConfig(other);
        QVERIFY(note->text().startsWith("The rewards changed since"));
        start->click();
        QTRY_COMPARE_WITH_TIMEOUT(note->text(), QString("The bench is out. Wait."), 30000);
    }
};

int main(int argc, char** argv)
{
    if (argc > 2 && qstrcmp(argv[1], "hacks") == 0)
        return fakeBench(argv[2]);
    QApplication application(argc, argv);
    TestLabParts test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_lab_parts.moc"
