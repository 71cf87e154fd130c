// What the reward lab is made of, without an engine: tables of figures, places in texts, the form of rewards, and the
// pages against a fake engine, which is this program started with the verb as its argument: what every column, filter
// and sentence makes of an answer that is known.

#include "core/store/run_reader.h"
#include "tests/gui/traces/trace_fixture.h"
#include "tests/support/asked.h"
#include "widgets/models/figurefilter.h"
#include "widgets/models/tracelistmodel.h"
#include "widgets/panels/labedit.h"
#include "widgets/panels/labhackpage.h"
#include "widgets/panels/lablosspage.h"
#include "widgets/panels/labrescorepage.h"
#include "widgets/panels/labtext.h"
#include "widgets/panels/labwhatifpage.h"
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
#include <QProgressBar>
#include <QPushButton>
#include <QSpinBox>
#include <QTableView>
#include <QTemporaryDir>
#include <QtTest>

#include <nlohmann/json.hpp>

#include <algorithm>

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

int fakeLosses(const std::string& note)
{
    std::printf("{\"progress\":{\"done\":1,\"of\":4}}\n");
    if (note.find("slow") != std::string::npos) { // until it is cancelled
        std::fflush(stdout);
        QThread::sleep(60);
        return 0;
    }
    if (note.find("silent") != std::string::npos)
        return 0;
    std::printf(
        "{\"step\":4,\"completions\":8,\"groups\":2,\"tokens\":100,\"policy_step\":3,\"mean_ratio\":1.25,\"losses\":["
        "{\"name\":\"run\",\"ratio_of\":\"token\",\"loss\":0.5,\"grad_norm\":2,\"pull\":{\"of_positive_advantage\":4,"
        "\"of_negative_advantage\":1,\"by_quarter\":[1,2,4,3],\"correlation_with_length\":-0.5,\"clipped_low\":0.125,"
        "\"clipped_high\":0.25,\"silent\":0.5}},"
        "{\"name\":\"<b>\",\"ratio_of\":\"product\",\"loss\":0.25,\"grad_norm\":1,\"pull\":{\"of_positive_advantage\":"
        "3,"
        "\"of_negative_advantage\":2,\"by_quarter\":[4,3,2,1],\"correlation_with_length\":0.25,\"clipped_low\":0,"
        "\"clipped_high\":0.01,\"silent\":null}}],\"cosine\":[[1,0.25],[0.75,1]],\"notes\":[%s]}\n",
        note.c_str());
    return 0;
}

int fakeWhatIf(const std::string& note)
{
    const auto list = [](double first, double step) {
        std::string all;
        for (int i = 0; i < 8; ++i)
            all += (i ? "," : "") + std::to_string(first + step * i);
        return "[" + all + "]";
    };
    const auto setting = [&](double scale) {
        char text[600];
        std::snprintf(text, sizeof text,
            "{\"advantage\":%s,\"completion_pull\":%s,\"positive\":%g,\"zero_variance\":%g,\"sign_changes\":%g,"
            "\"correlation\":%g,\"pull\":{\"up\":%g,\"down\":%g,\"correlation_with_length\":%g,\"clipped_low\":%g,"
            "\"clipped_high\":%g,\"silent\":%g}}",
            list(-3.5 * scale, scale).c_str(), list(0, 0.001 * scale).c_str(), 0.5 / scale, 0.125 * scale,
            3 * (scale - 1), 1.1 - 0.1 * scale, scale, -3 * scale, 0.2 * scale, 0.1 * scale, 0.15 * scale,
            0.25 * scale);
        return std::string(text);
    };
    std::printf("{\"group_size\":4,\"stored_advantage\":%s,\"settings\":[%s,%s],\"notes\":[%s]}\n",
        list(-3.5, 1).c_str(), setting(1).c_str(), setting(2).c_str(), note.c_str());
    return 0;
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
        QCOMPARE(signedText(0.5, 1) + signedText(-0.0, 1) + signedText(-1, 1), QString("+0.50.0−1.0"));
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

    /// What can flip a verdict stands apart from what only moves the reward, and only where the run's answers are
    /// judged by it.
    void formSaysWhatCanFlip()
    {
        RewardForm form;
        form.resize(238, 600);
        form.show();
        auto *moves = form.findChild<QLabel*>("rewardMoves"), *flips = form.findChild<QLabel*>("rewardFlips");
        QVERIFY(moves->isVisible() && !flips->isVisible()); // countdown has a verifier of its own
        RunConfig config = defaultConfig("grpo");
        config.task.name = "dataset";
        form.setBase(config);
        auto* verifier = form.findChild<QComboBox*>("data.verifier");
        QVERIFY(flips->isVisible() && verifier->isVisible());
        QCoreApplication::processEvents(); // laid out
        const auto* strict = form.findChild<QCheckBox*>("rewards.strict");
        QVERIFY(moves->y() < strict->y() && strict->y() < flips->y() && flips->y() < verifier->y());
        for (const char* refused : { "none", "task" }) // judge no stored answer
            QVERIFY2(verifier->findText(refused) < 0, refused);
        QVERIFY(verifier->findText("gsm8k") > 0);
        verifier->setCurrentText("math");
        form.findChild<QDoubleSpinBox*>("rewards.accuracy")->setValue(2.5);
        QCOMPARE(form.changes(), QStringList({ "rewards.accuracy=2.5", "data.verifier=math" }));
        QCOMPARE(form.config().data.verifier, std::string("math"));
        form.findChild<QPushButton*>("rewardReset")->click();
        QVERIFY(form.changes().isEmpty());
        config.data.verifier = "none"; // what the run itself has is shown
        form.setBase(config);
        QCOMPARE(verifier->currentText(), QString("none"));
        QVERIFY(form.changes().isEmpty());
        config.data.verifier = "auto";
        form.setBase(config);
        QVERIFY(verifier->findText("none") < 0);
    }

    void theRowThatIsEditedStays()
    {
        RewardForm form;
        form.resize(238, 600);
        form.show();
        form.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&form));
        auto* all = form.findChild<QCheckBox*>("rewardAll");
        auto* cosine = form.findChild<QDoubleSpinBox*>("rewards.cosine");
        all->setChecked(true);
        cosine->setValue(0.5);
        all->setChecked(false);
        QVERIFY(cosine->isVisible()); // it is changed
        cosine->setFocus();
        cosine->setValue(0);
        QVERIFY(form.changes().isEmpty());
        QVERIFY(cosine->isVisible() && cosine->hasFocus()); // as stored again, and still under the hand
        cosine->setValue(0.25);
        QCOMPARE(form.changes(), QStringList("rewards.cosine=0.25"));
        cosine->setValue(0);
        form.findChild<QDoubleSpinBox*>("rewards.accuracy")->setFocus();
        QVERIFY(!cosine->isVisible());
    }

    void whatLossesDo()
    {
        LabLossPage page(QCoreApplication::applicationFilePath());
        page.resize(900, 600);
        page.show();
        page.setFolder("folder");
        page.findChild<QLineEdit*>("lossNames")->setText(" dapo  mine=grpo,epsilon=0.1 run");
        page.findChild<QPushButton*>("lossStart")->click();
        QTRY_COMPARE_WITH_TIMEOUT(page.model()->rowCount(), 2, 30000);
        const auto row = [&](int r) {
            QStringList cells;
            for (const FigureCell& cell : page.model()->row(r).cells)
                cells << cell.text;
            return cells;
        };
        QCOMPARE(row(0),
            QStringList(
                { "run", "2", "1.000", "4", "1", "0.25", "0.50", "1.00", "0.75", "−0.50", "12.5", "25.0", "50.0" }));
        QCOMPARE(row(1),
            QStringList({ "<b>", "1", "0.250", "3", "2", "1.00", "0.75", "0.50", "0.25", "+0.25", "0.0", "1.0",
                QString::fromUtf8("–") }));
        QCOMPARE(page.model()->row(1).cells[1].bar, 0.5); // against the strongest gradient
        QCOMPARE(page.model()->row(1).cells[4].bar, 0.5); // against the largest pull of either sign
        const QString said = page.findChild<QLabel*>("lossNote")->text();
        for (const char* part : { "Step 4 as one batch: n = 8 completions in 2 groups, 100 tokens; policy of step 3",
                 "sampled 1.250 in the mean",
                 "asked losses folder --json --progress --step 0 --loss run --loss dapo --loss mine=grpo,epsilon=0.1" })
            QVERIFY2(said.contains(part), qPrintable(said));
        // Whose ratio is clipped: of a sequence it is no contradiction that each token's is within the bounds.
        QVERIFY2(said.contains("is what <b> clips: a sequence is clipped as a whole"), qPrintable(said));
        QVERIFY2(said.contains("The others clip the ratio of each token"), qPrintable(said));
        for (const int column : { 0, 10, 11 }) {
            QVERIFY(page.model()->row(0).cells[size_t(column)].tip.contains("the ratio of each token"));
            QVERIFY(page.model()->row(1).cells[size_t(column)].tip.contains("the product over its tokens"));
        }
        QVERIFY(page.model()->headerData(10, Qt::Horizontal, Qt::ToolTipRole).toString().contains("whole sequence"));
    }

    void headingsBeginWithACapital()
    {
        LabRescorePage rescore(QCoreApplication::applicationFilePath());
        LabHackPage hacks(QCoreApplication::applicationFilePath());
        LabWhatIfPage whatIf(QCoreApplication::applicationFilePath());
        LabLossPage losses(QCoreApplication::applicationFilePath());
        int looked = 0;
        for (const QWidget* page : std::initializer_list<const QWidget*> { &rescore, &hacks, &whatIf, &losses })
            for (const QTableView* table : page->findChildren<QTableView*>())
                for (int c = 0; table->model() && c < table->model()->columnCount(); ++c, ++looked) {
                    const QString title = table->model()->headerData(c, Qt::Horizontal).toString();
                    QVERIFY2(title.isEmpty() || !title[0].isLower(), qPrintable(table->objectName() + " " + title));
                }
        QVERIFY2(looked > 30, qPrintable(QString::number(looked)));
    }

    void lossesSayHowFarTheyAre()
    {
        LabLossPage page(QCoreApplication::applicationFilePath());
        page.resize(900, 600);
        page.show();
        page.setFolder("folder");
        auto* names = page.findChild<QLineEdit*>("lossNames");
        auto* start = page.findChild<QPushButton*>("lossStart");
        auto* progress = page.findChild<QProgressBar*>("lossProgress");
        auto* note = page.findChild<QLabel*>("lossNote");
        QVERIFY(!progress->isVisible() && !progress->accessibleName().isEmpty());
        names->setText("slow");
        start->click();
        QVERIFY(progress->isVisible());
        QCOMPARE(progress->maximum(), 0); // nobody knows yet
        QTRY_COMPARE_WITH_TIMEOUT(progress->maximum(), 4, 30000);
        QCOMPARE(progress->value(), 1);
        QCOMPARE(progress->text(), QString("25 %"));
        QVERIFY2(note->text().startsWith("1 of 4 parts done after "), qPrintable(note->text()));
        QCOMPARE(start->text(), QString("Cancel"));
        start->click();
        QCOMPARE(note->text(), QString("Cancelled."));
        QVERIFY(!progress->isVisible());
        names->setText("silent");
        start->click();
        QTRY_COMPARE_WITH_TIMEOUT(note->text(), QString("The engine ended without an answer."), 30000);
        QVERIFY(!progress->isVisible());
    }

    void whatWouldBe()
    {
        QTemporaryDir folder;
        const QString run = folder.filePath("run");
        fixture::makeRun(run);
        LabWhatIfPage page(QCoreApplication::applicationFilePath());
        page.resize(900, 600);
        page.setRun(run, defaultConfig("grpo"));
        page.show();
        page.findChild<QDoubleSpinBox*>("whatIfHigh")->setValue(0.28);
        page.findChild<QDoubleSpinBox*>("whatIfLow")->setValue(0.1);
        page.findChild<QDoubleSpinBox*>("whatIfBeta")->setValue(0.04);
        page.findChild<QComboBox*>("whatIfScaling")->setCurrentText("batch");
        page.findChild<QComboBox*>("whatIfLoss")->setCurrentText("dapo");
        auto* note = page.findChild<QLabel*>("whatIfNote");
        QTRY_VERIFY_WITH_TIMEOUT(note->text().contains("--loss if="), 30000);
        for (const char* part : { "n = 8 completions in groups of 4",
                 "--loss run --loss if=", "algorithm.scale_rewards=batch", "algorithm.loss_type=dapo",
                 "algorithm.beta=0.04", "algorithm.epsilon=0.1", "algorithm.epsilon_high=0.28" })
            QVERIFY2(note->text().contains(part), qPrintable(note->text()));
        QCOMPARE(page.completions()->rowCount(), 8);
        QStringList cells;
        for (const FigureCell& cell : page.completions()->row(6).cells)
            cells << cell.text;
        QCOMPARE(cells.mid(4), QStringList({ "+2.500", "+5.000", "+2.500", "+6.000", "+12.000" }));
        QCOMPARE(page.completions()->row(7).cells[4].bar, 0.5);
        QCOMPARE(page.completions()->row(7).cells[5].bar, 1.0);
        const auto reader = orThrow(RunReader::open(run.toStdString()));
        const auto groups = orThrow(reader->groupsWithCompletions(*reader->lastStep()));
        QCOMPARE(page.completions()->row(6).id, groups[1].completions[2].id);
        QCOMPARE(cells[0], QString("2/3"));
        const auto* sumTable = page.findChild<QTableView*>("whatIfSums");
        const QAbstractItemModel* sums = sumTable->model();
        for (int r = 0; r < sums->rowCount(); ++r) // a long name has a second line
            QTRY_VERIFY2(sumTable->fontMetrics()
                             .boundingRect(QRect(0, 0, sumTable->columnWidth(0) - 8, 1000), Qt::TextWordWrap,
                                 sums->index(r, 0).data().toString())
                             .height()
                    <= sumTable->rowHeight(r),
                qPrintable(sums->index(r, 0).data().toString()));
        const QStringList wanted { "0.000|0.000", "2.000|4.000", "50.0 %|25.0 %", "12.5 %|25.0 %", "0|3", "1.000|0.900",
            "+1000.000|+2000.000", "−3000.000|−6000.000", "+0.200|+0.400", "10.0 %|20.0 %", "15.0 %|30.0 %",
            "25.0 %|50.0 %" };
        for (int r = 0; r < sums->rowCount(); ++r)
            QCOMPARE(sums->index(r, 1).data().toString() + "|" + sums->index(r, 2).data().toString(), wanted.value(r));
        QCOMPARE(sums->rowCount(), int(wanted.size()));
        QVERIFY(sums->index(6, 0).data().toString().endsWith("1000")); // the unit of the rows beside it
        QVERIFY(page.completions()->headerData(7, Qt::Horizontal, Qt::DisplayRole).toString().endsWith("1000"));
        note->clear();
        page.findChild<QPushButton*>("whatIfReset")->click();
        QTRY_VERIFY_WITH_TIMEOUT(note->text().endsWith("algorithm.epsilon_high=0.2"), 30000);
        QVERIFY2(note->text().contains("algorithm.scale_rewards=group"), qPrintable(note->text()));
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
        page.findChild<QComboBox*>("hackShow")->setCurrentIndex(2);
        QCOMPARE(table->model()->rowCount(), 1);
        QCOMPARE(table->model()->index(0, 5).data().toString(), QString("power"));
        page.findChild<QComboBox*>("hackShow")->setCurrentIndex(3);
        QCOMPARE(table->model()->rowCount(), 1);
        QCOMPARE(table->model()->index(0, 5).data().toString(), QString("exit"));
        page.findChild<QComboBox*>("hackShow")->setCurrentIndex(0);
        QStringList order, figures; // the worst first, and each figure in its column
        for (int row = 0; row < table->model()->rowCount(); ++row)
            order << table->model()->index(row, 5).data().toString();
        QCOMPARE(order, QStringList({ "splice", "many", "exit", "power" }));
        for (int column = 0; column < 5; ++column)
            figures << table->model()->index(1, column).data().toString();
        QCOMPARE(figures, QStringList({ "leaks", "0.500", "1.100", "0.100", "countdown" }));
        QSignalSpy tried(&page, &LabHackPage::tried);
        table->setCurrentIndex(table->model()->index(1, 0));
        QCOMPARE(page.findChild<QPlainTextEdit*>("hackText")->toPlainText(), QString("text of many"));
        QCOMPARE(page.findChild<QLabel*>("hackWhy")->text(),
            QString("countdown/many: <b>many</b>. The verifier says wrong value (the answer has another value). The "
                    "completion:"));
        page.findChild<QPushButton*>("hackTry")->click();
        QCOMPARE(tried.count(), 1);
        QCOMPARE(tried[0][0].toString(), QString("countdown"));
        QCOMPARE(nlohmann::json::parse(tried[0][1].value<std::string>())["target"], nlohmann::json(3));
        QCOMPARE(tried[0][2].toString(), QString("text of many"));
        RunConfig other;
        other.rewards.reflection = 2;
        page.setConfig(other);
        QVERIFY(note->text().startsWith("The rewards changed since"));
        start->click();
        QTRY_COMPARE_WITH_TIMEOUT(note->text(), QString("The bench is out. Wait."), 30000);
    }

    /// Another run is chosen: what is there stays, under the name of the run that it is of.
    void theBenchSaysWhoseRewards()
    {
        LabHackPage page(QCoreApplication::applicationFilePath());
        page.show();
        auto* heading = page.findChild<QLabel*>("hackWhose");
        auto* note = page.findChild<QLabel*>("hackNote");
        auto* start = page.findChild<QPushButton*>("hackStart");
        RunConfig config = defaultConfig("grpo");
        page.setConfig(config, "/monday", "monday's rewards");
        QVERIFY(!heading->isVisible());
        start->click();
        QVERIFY(heading->isVisible());
        QCOMPARE(heading->text(), QString("Running: monday's rewards"));
        QTRY_COMPARE_WITH_TIMEOUT(heading->text(), QString("Result of monday's rewards"), 30000);
        config.rewards.reflection = 0.5;
        page.setConfig(config, "/tuesday", "tuesday's rewards");
        QCOMPARE(heading->text(), QString("Result of monday's rewards, not of what is chosen above"));
        QVERIFY2(note->text().startsWith("Of 4 cases"), qPrintable(note->text()));
        QCOMPARE(page.model()->rowCount(), 4);
        start->click();
        QCOMPARE(heading->text(), QString("Running: tuesday's rewards"));
        start->click(); // what was found until there keeps its name too
        page.setConfig(config, "/monday", "monday's rewards");
        QCOMPARE(heading->text(), QString("Result of tuesday's rewards, not of what is chosen above"));
        QVERIFY2(note->text().startsWith("Cancelled."), qPrintable(note->text()));
    }

    void lossesOutliveTheChoice()
    {
        LabLossPage page(QCoreApplication::applicationFilePath());
        page.show();
        auto* heading = page.findChild<QLabel*>("lossWhose");
        auto* start = page.findChild<QPushButton*>("lossStart");
        auto* progress = page.findChild<QProgressBar*>("lossProgress");
        page.setFolder("/monday", "monday");
        page.findChild<QLineEdit*>("lossNames")->setText("slow");
        start->click();
        QCOMPARE(heading->text(), QString("Running: monday"));
        page.setFolder({}); // the form: no run of its own, and the job can be cancelled still
        QCOMPARE(heading->text(), QString("Running: monday, not what is chosen above"));
        QTRY_COMPARE_WITH_TIMEOUT(progress->value(), 1, 30000);
        QVERIFY(progress->isVisible() && start->isEnabled());
        start->click();
        QCOMPARE(heading->text(), QString("Result of monday, not of what is chosen above"));
        QCOMPARE(page.findChild<QLabel*>("lossNote")->text(), QString("Cancelled."));
        QVERIFY(!start->isEnabled());
        page.setFolder("/tuesday", "tuesday");
        page.findChild<QLineEdit*>("lossNames")->clear();
        start->click();
        QTRY_COMPARE_WITH_TIMEOUT(page.model()->rowCount(), 2, 30000);
        page.setFolder("/monday", "monday");
        QCOMPARE(heading->text(), QString("Result of tuesday, not of what is chosen above"));
        QCOMPARE(page.model()->rowCount(), 2);
    }
};

int main(int argc, char** argv)
{
    if (argc > 2 && qstrcmp(argv[1], "hacks") == 0)
        return fakeBench(argv[2]);
    if (argc > 2 && qstrcmp(argv[1], "losses") == 0)
        return fakeLosses(support::asked(argc, argv));
    if (argc > 2 && qstrcmp(argv[1], "whatif") == 0)
        return fakeWhatIf(support::asked(argc, argv));
    QApplication application(argc, argv);
    TestLabParts test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_lab_parts.moc"
