// Re-scoring a run against a fake engine, which is this program started with the verb as its argument: what its
// columns, filters, sentences and the detail below make of answers that are known.

#include "core/tasks/reason_words.h"
#include "tests/support/asked.h"
#include "widgets/models/figuretable.h"
#include "widgets/models/tracelistmodel.h"
#include "widgets/panels/labrescorepage.h"

#include <QApplication>
#include <QComboBox>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QTableView>
#include <QtTest>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdio>

using namespace aha;

namespace {

/// One verdict into correct, one out of it, one that only changes its name, one that is paid more: alone where the
/// format is to count 0.6. Right answers are paid 1 for it, the rest is for the format; the cosine has no value.
int fakeRescore(const std::string& note)
{
    const auto say = [](int id, const char* was, double before, const char* now, double after) {
        const std::string filler(id == 13 ? 400 : 0, 'x');
        std::printf(
            "{\"completion\":%d,\"step\":2,\"group\":1,\"position\":%d,\"was\":{\"verdict\":\"%s\",\"reward\":%g,"
            "\"reason\":\"wrong_value\"},\"now\":{\"verdict\":\"%s\",\"reward\":%g,\"reason\":\"no_answer\"},"
            "\"extracted\":\"answer %d\",\"explanation\":\"why %s%d\",\"parts\":{"
            "\"format\":{\"was\":{\"value\":%d,\"weight\":%g},\"now\":{\"value\":%d,\"weight\":%g}},"
            "\"accuracy\":{\"was\":{\"value\":%d,\"weight\":1},\"now\":{\"value\":%d,\"weight\":1}},"
            "\"cosine\":{\"was\":{\"value\":null,\"weight\":0.5},\"now\":{\"value\":null,\"weight\":0.5}}}}\n",
            id, id - 11, was, before, now, after, id, filler.c_str(), id, before > 0, before < 1 ? before : before - 1,
            after > 0, after < 1 ? after : after - 1, before > 1, after > 1);
    };
    std::printf("{\"progress\":{\"done\":1,\"of\":2}}\n");
    if (note.find("rewards.format=0.6") == std::string::npos) {
        say(11, "wrong", 0.1, "correct", 1.1);
        say(12, "correct", 1.1, "wrong", 0.1);
        say(13, "wrong", 0.1, "malformed", 0);
    }
    say(14, "wrong", 0.1, "wrong", 0.6);
    std::printf(
        "{\"completions\":100,\"steps\":2,\"verdict_flips\":3,\"into_correct\":1,\"out_of_correct\":1,"
        "\"reward_changes\":4,\"mean_reward_was\":0.35,\"mean_reward_now\":0.45,\"correlation\":0.5,\"notes\":[%s]}\n",
        note.c_str());
    return 0;
}

} // namespace

class TestLabRescore : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void whatRescoringFound()
    {
        LabRescorePage page(QCoreApplication::applicationFilePath());
        page.resize(700, 600);
        page.show();
        page.setFolder("folder of the run", 5);
        page.setChanges({ "rewards.format=2" });
        auto* note = page.findChild<QLabel*>("rescoreNote");
        auto* table = page.findChild<QTableView*>("rescoreTable");
        page.findChild<QSpinBox*>("rescoreFrom")->setValue(2);
        page.findChild<QSpinBox*>("rescoreTo")->setValue(3);
        page.findChild<QPushButton*>("rescoreStart")->click();
        QTRY_VERIFY_WITH_TIMEOUT(note->text().startsWith("100 completions of 2 steps judged again"), 30000);
        for (const char* part : { "3 verdicts flip (3.00 %, 95 % interval 1.03 \u2013 8.45)",
                 "1 into correct, 1 out of it", "4 rewards change", "mean 0.350 \u2192 0.450", "old and new 0.500",
                 "asked rescore folder of the run --progress --from 2 --to 3 --set rewards.format=2" })
            QVERIFY2(note->text().contains(QString::fromUtf8(part)), qPrintable(note->text()));
        const char* cells[]
            = { "2", "2/1", "wrong value", "correct", "0.100", "1.100", "+1.000", "answer 11", "why 11" };
        for (int column = 0; column < int(std::size(cells)); ++column)
            QCOMPARE(table->model()->index(0, column).data().toString(), QString(cells[column]));
        // Both verdicts with their reasons, before anything is clicked and for each row that is gone to.
        auto* detail = page.findChild<QPlainTextEdit*>("rescoreDetail");
        QVERIFY(detail->isVisible());
        const QString first = detail->toPlainText();
        for (const char* part : { "Stored: wrong: ", "; reward 0.100\n", "Now: correct: ", "; reward 1.100\n",
                 "as extracted now: answer 11", "why 11" })
            QVERIFY2(first.contains(part), qPrintable(first));
        QVERIFY2(first.contains(QString::fromStdString(reasonWords("wrong_value")))
                && first.contains(QString::fromStdString(reasonWords("no_answer"))),
            qPrintable(first));
        // Which part of the reward it was, the one that pays differently first; and their sum.
        QVERIFY2(
            first.contains(QString::fromUtf8("pays differently):\n"
                                             "● accuracy: 0.000 × 1.000 = 0.000 → 1.000 × 1.000 = +1.000 (+1.000)\n"
                                             "   format: 1.000 × 0.100 = +0.100 → 1.000 × 0.100 = +0.100\n"
                                             "   cosine: – → –\n"
                                             "Sum: 0.100 → 1.100 (+1.000)\n")),
            qPrintable(first));
        table->setCurrentIndex(table->model()->index(3, 0));
        QVERIFY2(detail->toPlainText().contains(
                     QString::fromUtf8("● format: 1.000 × 0.100 = +0.100 → 1.000 × 0.600 = +0.600 (+0.500)\n")),
            qPrintable(detail->toPlainText()));
        table->setCurrentIndex(table->model()->index(2, 0));
        QVERIFY2(detail->toPlainText().contains("Now: malformed: "), qPrintable(detail->toPlainText()));
        // A long reason is elided where its column ends, and whole in the tip and below.
        const QModelIndex why = table->model()->index(2, 8);
        QVERIFY(why.data().toString().endsWith(QChar(0x2026)) && table->textElideMode() == Qt::ElideRight);
        QVERIFY(why.data(Qt::ToolTipRole).toString().contains("x13"));
        QVERIFY(detail->toPlainText().endsWith("x13"));
        QVERIFY(table->columnWidth(8) >= 40 * table->fontMetrics().averageCharWidth());
        QCOMPARE(table->model()->index(0, 2).data(FigureTable::KindRole).toString(), QString("bad"));
        QCOMPARE(table->model()->index(0, 3).data(FigureTable::KindRole).toString(), QString("good"));
        for (const int column : { 2, 3 }) // what the colours mean stands at the heading
            QVERIFY(table->model()
                        ->headerData(column, Qt::Horizontal, Qt::ToolTipRole)
                        .toString()
                        .contains("Amber: malformed"));
        QCOMPARE(verdictKind("malformed"), QString("warn"));
        QCOMPARE(verdictKind("timeout"), QString("mute")); // nothing is wrong with the answer
        const auto listed = [&](int which) {
            page.findChild<QComboBox*>("rescoreShow")->setCurrentIndex(which);
            QList<qint64> ids;
            for (int row = 0; row < table->model()->rowCount(); ++row)
                ids << table->model()->index(row, 0).data(FigureTable::IdRole).toLongLong();
            std::sort(ids.begin(), ids.end());
            return ids;
        };
        QCOMPARE(listed(0), (QList<qint64> { 11, 12, 13, 14 }));
        QCOMPARE(listed(1), (QList<qint64> { 11, 12, 13 })); // flips: another reason for the same verdict is none
        QCOMPARE(listed(2), (QList<qint64> { 11 })); // into correct
        QCOMPARE(listed(3), (QList<qint64> { 12 })); // out of it
        QCOMPARE(listed(4), (QList<qint64> { 11, 14 })); // rises
        QCOMPARE(listed(5), (QList<qint64> { 12, 13 })); // falls
        QSignalSpy picked(&page, &LabRescorePage::completionPicked);
        table->setCurrentIndex(table->model()->index(0, 0));
        const qint64 id = table->currentIndex().data(FigureTable::IdRole).toLongLong();
        QTest::keyClick(table, Qt::Key_Return);
        QCOMPARE(picked.value(0), (QVariantList { "folder of the run", id }));
        page.setChanges({});
        QVERIFY(note->text().startsWith("The rewards changed since"));
        page.setChanges({ "rewards.format=2", "data.verifier=math" });
        QVERIFY2(note->text().startsWith("The verifier changed since"), qPrintable(note->text()));
        page.setChanges({ "data.verifier=math" });
        QVERIFY2(note->text().startsWith("The rewards and the verifier changed since"), qPrintable(note->text()));
    }

    void aFilterThatLeavesNothing()
    {
        LabRescorePage page(QCoreApplication::applicationFilePath());
        page.show();
        page.setFolder("/monday", 5, "monday");
        page.setChanges({ "rewards.format=0.6" });
        page.start();
        auto* detail = page.findChild<QPlainTextEdit*>("rescoreDetail");
        auto* show = page.findChild<QComboBox*>("rescoreShow");
        const auto* table = page.findChild<QTableView*>("rescoreTable");
        QTRY_VERIFY_WITH_TIMEOUT(detail->isVisible(), 30000);
        const QString said = detail->toPlainText();
        show->setCurrentIndex(1); // nothing flips
        QCOMPARE(table->model()->rowCount(), 0);
        QVERIFY(!detail->isVisible());
        show->setCurrentIndex(4); // but a reward rises
        QCOMPARE(table->currentIndex().row(), 0);
        QVERIFY(detail->isVisible());
        QCOMPARE(detail->toPlainText(), said);
    }

    void whatWasAskedForIsNamed()
    {
        LabRescorePage page(QCoreApplication::applicationFilePath());
        page.show();
        const auto* note = page.findChild<QLabel*>("rescoreNote");
        const auto* heading = page.findChild<QLabel*>("rescoreWhose");
        const auto named = [&](const QStringList& changes) {
            page.setFolder("/monday", 5, "monday");
            page.setChanges(changes);
            page.start();
            page.setFolder("/tuesday", 3, "tuesday");
            [&] { QTRY_VERIFY_WITH_TIMEOUT(heading->text().startsWith("Result of monday"), 30000); }();
            return note->text().section(QLatin1Char(':'), 0, 0);
        };
        QCOMPARE(named({ "data.verifier=math" }), QString("With a changed verifier"));
        QCOMPARE(named({ "rewards.format=2" }), QString("With changed rewards"));
        QCOMPARE(named({ "rewards.format=2", "data.verifier=math" }), QString("With changed rewards and verifier"));
    }

    void aRescoringOutlivesTheChoice()
    {
        LabRescorePage page(QCoreApplication::applicationFilePath());
        page.show();
        auto* heading = page.findChild<QLabel*>("rescoreWhose");
        auto* note = page.findChild<QLabel*>("rescoreNote");
        page.setFolder("/monday", 5, "monday");
        page.start();
        QCOMPARE(heading->text(), QString("Running: monday"));
        page.setFolder("/tuesday", 3, "tuesday");
        QCOMPARE(heading->text(), QString("Running: monday, not what is chosen above"));
        QTRY_COMPARE_WITH_TIMEOUT(heading->text(), QString("Result of monday, not of what is chosen above"), 30000);
        QCOMPARE(page.model()->rowCount(), 4);
        QVERIFY2(note->text().startsWith("100 completions"), qPrintable(note->text()));
        QSignalSpy picked(&page, &LabRescorePage::completionPicked);
        auto* table = page.findChild<QTableView*>("rescoreTable");
        Q_EMIT table->activated(table->model()->index(0, 0));
        QCOMPARE(picked.value(0).value(0).toString(), QString("/monday")); // whose completion it is
        page.setFolder("/monday", 5, "monday");
        QCOMPARE(heading->text(), QString("Result of monday"));
        page.start();
        page.setFolder("/tuesday", 3, "tuesday");
        page.start(); // asked for in so many words: the other one makes way
        QTRY_COMPARE_WITH_TIMEOUT(heading->text(), QString("Result of tuesday"), 30000);
        QVERIFY2(note->text().contains("asked rescore /tuesday --progress --from 1 --to 3"), qPrintable(note->text()));
    }
};

int main(int argc, char** argv)
{
    if (argc > 2 && qstrcmp(argv[1], "rescore") == 0)
        return fakeRescore(support::asked(argc, argv));
    QApplication application(argc, argv);
    TestLabRescore test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_lab_rescore.moc"
