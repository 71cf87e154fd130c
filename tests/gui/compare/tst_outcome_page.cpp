// The outcome matrix: what it reads, how it is filtered and sorted, its keyboard, and the paired tests below it.

#include "course_fixture.h"

#include "widgets/models/comparemodel.h"
#include "widgets/models/evaluationsampling.h"
#include "widgets/models/outcomemodel.h"
#include "widgets/models/outcomesummary.h"
#include "widgets/models/reportwriter.h"
#include "widgets/models/runhistory.h"
#include "widgets/panels/comparepanel.h"
#include "widgets/panels/outcomespage.h"

#include <QAbstractItemModelTester>
#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QGuiApplication>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QTabWidget>
#include <QTableView>
#include <QtTest>

using namespace aha;

class TestOutcomesPage : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        // Solved, learned, forgotten, never, unstable; the middle evaluation asks one problem less and one sample.
        m_course.evaluations = { { 0, 4, { 4, 0, 3, 1, 4 } }, { 10, 1, { 1, 0, 1, 0 } }, { 20, 4, { 3, 2, 0, 0, 0 } },
            { 30, 4, { 4, 4, 1, 1, 4 } } };
        for (int i = 1; i <= 25; ++i)
            m_course.stepSeconds.push_back(i == 25 ? 900 : i); // the newest step alone would mislead
        fixture::makeCourse(m_folder.filePath("a"), m_course);
        fixture::Course other;
        other.name = "other";
        other.evaluations = { { 0, 4, { 0, 0, 0, 0, 0 } }, { 5, 4, { 4, 4, 4, 0, 0 } } };
        fixture::makeCourse(m_folder.filePath("b"), other);
        fixture::makeCourse(m_folder.filePath("none"), { "none", {}, { 1 } });
        for (const char* name : { "a", "b", "none" })
            m_open.push_back(
                { std::make_shared<RunFeed>(m_folder.filePath(name)), QColor(Qt::blue), QString("run %1").arg(name) });
    }
    void cleanupTestCase() { m_open.clear(); }

    void courseIsRead()
    {
        const OutcomeTable table = readCourse({ m_folder.filePath("a"), "run a", Qt::blue });
        QVERIFY2(table.problem.isEmpty(), qPrintable(table.problem));
        QCOMPARE(table.sources.size(), size_t(4));
        QCOMPARE(table.columnName(2), QString("step 20"));
        QCOMPARE(table.matrix.counts, (std::array<int, kOutcomeClasses> { 1, 1, 1, 1, 1 }));
        QCOMPARE(table.matrix.rows[4].cells[1].right, -1);
        QCOMPARE(pairedCounts(table.matrix, 0, 1).size(), size_t(4));
        QCOMPARE(pairedCounts(table.matrix, 0, 3)[1].b, 4);
        QVERIFY(readCourse({ m_folder.filePath("none"), "run none", Qt::blue })
                    .problem.startsWith("run none has no evaluation"));
        QVERIFY(!readCourse({ m_folder.filePath("nowhere"), "x", Qt::blue }).problem.isEmpty());
        const OutcomeTable newest = readNewest({ { m_folder.filePath("a"), "run a", Qt::blue },
            { m_folder.filePath("none"), "run none", Qt::blue }, { m_folder.filePath("b"), "run b", Qt::blue } });
        QCOMPARE(newest.sources.size(), size_t(2));
        QCOMPARE(newest.columnName(1), QString("run b"));
        QCOMPARE(newest.matrix.rows[2].outcome, OutcomeClass::Learned); // shown as gained
        QCOMPARE(outcomeName(OutcomeClass::Learned, true, 4), QString("gained"));
    }

    void modelFiltersAndSorts()
    {
        OutcomeModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setTable(readCourse({ m_folder.filePath("a"), "run a", Qt::blue }));
        QCOMPARE(model.rowCount(), 5);
        QCOMPARE(model.columnCount(), 4);
        QCOMPARE(model.index(1, 2).data().toString(), QString("2/4"));
        QCOMPARE(model.index(4, 1).data().toString(), QString()); // not asked
        QCOMPARE(model.index(4, 1).data(OutcomeModel::RightRole).toInt(), -1);
        QCOMPARE(model.index(0, 1).data(Qt::AccessibleTextRole).toString(),
            QString("use 1 2 3 to make 9 :, step 10: 1 of 1 right"));
        QVERIFY(model.headerData(1, Qt::Vertical, Qt::DisplayRole).toString().startsWith(QString::fromUtf8("▲")));
        QVERIFY(model.headerData(0, Qt::Horizontal, Qt::ToolTipRole).toString().contains("n = 5 problems"));
        for (const OutcomeClass c : { OutcomeClass::Solved, OutcomeClass::Never, OutcomeClass::Unstable })
            model.setShown(c, false);
        QCOMPARE(model.rowCount(), 2);
        model.setText("2 5 TO");
        QCOMPARE(model.rowCount(), 1);
        QCOMPARE(model.row(0).outcome, OutcomeClass::Forgotten);
        QCOMPARE(model.shownRow(fixture::problemText(0)), -1);
        model.setText({});
        for (int c = 0; c < kOutcomeClasses; ++c)
            model.setShown(OutcomeClass(c), true);
        const auto first = [&](OutcomeModel::Order order) {
            model.setOrder(order);
            return model.row(0).problem;
        };
        QCOMPARE(first(OutcomeModel::MostGained), fixture::problemText(1));
        QCOMPARE(first(OutcomeModel::MostLost), fixture::problemText(2));
        QCOMPARE(first(OutcomeModel::HardestFirst), fixture::problemText(2));
        QCOMPARE(first(OutcomeModel::ByClass), fixture::problemText(0));
        QCOMPARE(model.shownRow(fixture::problemText(3)), 4); // never is the last class
    }

    void hostileTextIsShownNotObeyed()
    {
        OutcomeTable table;
        table.sources.push_back({ { "f", "r", Qt::blue }, 1, 0, "t", 1, 1, 0, 0, 1 });
        table.matrix = outcomeMatrix({ { 1, { { "<b>x</b>\n\xE2\x80\xAE\x01", 1 } } } }, false);
        OutcomeModel model;
        model.setTable(table);
        const QString shown = model.headerData(0, Qt::Vertical, Qt::DisplayRole).toString();
        QVERIFY(shown.contains("<b>x</b>") && !shown.contains('\n') && !shown.contains(QChar(0x202E))
            && !shown.contains(QChar(1)));
        QVERIFY(model.headerData(0, Qt::Vertical, Qt::ToolTipRole).toString().contains("&lt;b&gt;"));
    }

    void pageSaysWhatToDo()
    {
        OutcomesPage page;
        page.show();
        auto* empty = page.findChild<QLabel*>("outcomesEmpty");
        QVERIFY(empty->isVisible() && empty->text().startsWith("No run is open"));
        QVERIFY(!page.findChild<QTableView*>("outcomes")->isVisible());
        auto* copy = page.findChild<QPushButton*>("outcomesCopy");
        QVERIFY(!copy->isVisible());
        const QString odd = m_folder.filePath("it's none");
        fixture::makeCourse(odd, { "none", {}, { 1 } });
        page.setRuns({ m_open[2], { std::make_shared<RunFeed>(odd), QColor(Qt::red), "odd" } });
        QTRY_VERIFY(empty->text().startsWith("None of the open runs has stored an evaluation"));
        QVERIFY(copy->isVisible()); // the next step, ready for a terminal
        QTest::keyClick(copy, Qt::Key_Space);
        const QString commands = QGuiApplication::clipboard()->text();
        QCOMPARE(commands,
            QString("./ahascope eval %1 --problems 512 --k 4\n./ahascope eval '%2' --problems 512 --k 4")
                .arg(m_folder.filePath("none"), m_folder.filePath("it'\\''s none")));
        QVERIFY(empty->text().contains(commands.section('\n', 0, 0)));
        QVERIFY(empty->text().contains(QString::fromUtf8("“Evaluate a checkpoint…” above")));
        page.setRuns({ m_open[2] });
        QTRY_VERIFY(empty->text().startsWith("run none has no evaluation"));
    }

    void cellsOpenByKeyboard()
    {
        OutcomesPage page;
        page.resize(970, 690);
        page.show();
        page.setRuns({ m_open[0] });
        auto* table = page.findChild<QTableView*>("outcomes");
        QTRY_COMPARE(page.model()->rowCount(), 5);
        QVERIFY(!table->accessibleName().isEmpty());
        auto* learned = page.findChild<QCheckBox*>("outcomeClass1");
        QCOMPARE(learned->text(), QString::fromUtf8("▲ 1 learned"));
        QCOMPARE(learned->accessibleName(), QString("learned: 1 of 5 problems"));
        QSignalSpy picked(&page, &OutcomesPage::problemPicked), probe(&page, &OutcomesPage::probeRequested);
        table->setCurrentIndex(page.model()->index(1, 1));
        QTest::keyClick(table, Qt::Key_Right);
        QTest::keyClick(table, Qt::Key_Down);
        QTest::keyClick(table, Qt::Key_Return);
        QCOMPARE(picked.size(), 1);
        QCOMPARE(picked[0][0].toString(), m_folder.filePath("a"));
        QCOMPARE(picked[0][1].toLongLong(), page.model()->table().sources[2].evaluationId);
        QCOMPARE(picked[0][2].toInt(), 2);
        QVERIFY(
            page.findChild<QLabel*>("outcomesCurrent")->text().startsWith(QString::fromUtf8("step 20 · 0 of 4 right")));
        QTest::keyClick(table, Qt::Key_P);
        QCOMPARE(probe.size(), 1);
        QCOMPARE(probe[0][1].toString().toStdString(), fixture::problemText(2));
        table->setCurrentIndex(page.model()->index(4, 1)); // not asked: nothing to open
        QVERIFY(!page.findChild<QPushButton*>("outcomeOpen")->isEnabled());
        QTest::keyClick(table, Qt::Key_Return);
        QCOMPARE(picked.size(), 1);
        learned->click(); // hides the class
        QCOMPARE(page.model()->rowCount(), 4);
        QVERIFY(table->currentIndex().isValid());
        QCOMPARE(page.model()->row(table->currentIndex().row()).problem, fixture::problemText(4)); // kept
        QCOMPARE(table->currentIndex().column(), 1);
        page.findChild<QLineEdit*>("outcomesFilter")->setText("no such problem");
        QCOMPARE(page.findChild<QLabel*>("outcomesCurrent")->text(), QString("No problem passes the filter."));
    }

    void twoEvaluationsAreTested()
    {
        OutcomesPage page;
        page.show();
        auto* text = page.findChild<QLabel*>("pairedText");
        auto* what = page.findChild<QComboBox*>("outcomesWhat");
        page.setRuns({ m_open[0] });
        QTRY_VERIFY(text->text().startsWith("step 30 against step 0: "));
        QVERIFY(!text->text().contains("seeds")); // of one run there is one
        page.setRuns({ m_open[0], m_open[1] }); // opened together: run against run
        QTRY_VERIFY(text->text().startsWith("run b against run a: "));
        QVERIFY2(text->text().contains("Both cover which problems were drawn, for these two runs"),
            qPrintable(text->text()));
        QCOMPARE(page.findChild<QCheckBox*>("outcomeClass0")->text(), QString::fromUtf8("✓ 2 mostly right"));
        QCOMPARE(page.findChild<QCheckBox*>("outcomeClass4")->text(), QString::fromUtf8("✗ 1 mostly wrong"));
        what->setCurrentIndex(0);
        Q_EMIT what->activated(0);
        QTRY_VERIFY(text->text().startsWith("step 30 against step 0: "));
        page.setRuns({ m_open[1], m_open[0] }); // and what was chosen stays chosen
        QCOMPARE(what->currentText(), QString("Evaluations of run a"));
        QTRY_VERIFY(text->text().startsWith("step 30 against step 0: "));
        QVERIFY2(text->text().contains("n = 5 shared problems, 10,000 resamples, seed 1"), qPrintable(text->text()));
        QVERIFY2(text->text().contains(
                     "From step 0 to step 30, 1 problems turn from mostly wrong to mostly right and 1 from "
                     "mostly right to mostly wrong (half right is neither). Counting every difference "
                     "in their samples, step 30 is right more often on 1 problems, less often on 1"),
            qPrintable(text->text()));
        QVERIFY(text->text().contains("exact sign test p = "));
        QCOMPARE(page.findChild<QLabel*>("outcomesScope")->text(), QString("Over 4 evaluations, step 0 – 30:"));
        QCOMPARE(page.findChild<QLabel*>("outcomesLegend")->text(),
            QString::fromUtf8("n = 5 problems × 1 – 4 samples   ● all right   ○ none   else: how many"));
        const auto* legend = page.findChild<QLabel*>("outcomesLegend"); // whole, beside the classes or below them
        const auto* last = page.findChild<QCheckBox*>("outcomeClass4");
        page.resize(2000, 700);
        QTRY_VERIFY(legend->x() > last->geometry().right() && legend->width() >= legend->sizeHint().width());
        page.resize(last->geometry().right() + legend->sizeHint().width() / 2, 700);
        QTRY_VERIFY(legend->y() > last->geometry().bottom() && legend->width() >= legend->sizeHint().width());
        auto *a = page.findChild<QComboBox*>("pairedA"), *b = page.findChild<QComboBox*>("pairedB");
        page.findChild<QPushButton*>("pairedSwap")->click();
        QTRY_VERIFY(text->text().startsWith("step 0 against step 30: "));
        b->setCurrentIndex(1);
        Q_EMIT b->activated(1);
        QTRY_VERIFY(text->text().contains("No test by problem: step 30 drew 4 and step 10 1 samples"));
        a->setCurrentIndex(1);
        Q_EMIT a->activated(1);
        QCOMPARE(text->text(), QString("Choose two different ones."));
        QCOMPARE(what->count(), 3);
        what->setCurrentIndex(2);
        Q_EMIT what->activated(2);
        QTRY_VERIFY2(text->text().startsWith("run a against run b: "), qPrintable(text->text()));
        QCOMPARE(page.findChild<QCheckBox*>("outcomeClass1")->text(), QString::fromUtf8("▲ 1 gained"));
        QCOMPARE(page.findChild<QLabel*>("outcomesScope")->text(), QString("From run b to run a:"));
    }

    /// A problem that was right in one of eight samples is not "never" right; where there is one sample, it is.
    void mostlyWrongIsNotNever()
    {
        for (const int samples : { 8, 1 }) {
            const QString folder = m_folder.filePath(QString("rare%1").arg(samples));
            fixture::Course course;
            course.evaluations = { { 0, samples, { samples / 8, samples } }, { 10, samples, { 0, samples } } };
            fixture::makeCourse(folder, course);
            OutcomesPage page;
            page.resize(970, 690);
            page.show();
            page.setRuns({ { std::make_shared<RunFeed>(folder), QColor(Qt::blue), "rare" } });
            QTRY_COMPARE(page.model()->rowCount(), 2);
            const auto* chip = page.findChild<QCheckBox*>("outcomeClass4");
            const QString legend = page.findChild<QLabel*>("outcomesLegend")->text();
            const QString row = page.model()->headerData(0, Qt::Vertical, Qt::AccessibleTextRole).toString();
            const QString csv = outcomesCsv(page.model()->table());
            if (samples == 1) {
                QCOMPARE(chip->text(), QString::fromUtf8("✗ 1 never"));
                QVERIFY2(legend.startsWith(QString::fromUtf8("n = 2   ● right")), qPrintable(legend));
                continue;
            }
            QCOMPARE(chip->text(), QString::fromUtf8("✗ 1 mostly wrong"));
            QVERIFY2(chip->toolTip().contains("some may be right"), qPrintable(chip->toolTip()));
            QVERIFY2(legend.startsWith(QString::fromUtf8("n = 2 problems × 8 samples")), qPrintable(legend));
            QVERIFY2(row.startsWith("mostly wrong: "), qPrintable(row));
            QVERIFY(csv.contains("mostly wrong") && !csv.contains("never"));
        }
    }

    /// Of more than two runs, what the chips count and what the text below counts is one thing: from the first to the
    /// last.
    void gainedIsFromTheFirstRunToTheLast()
    {
        std::vector<RunName> names;
        const std::vector<std::vector<int>> right { { 0, 2, 2, 0 }, { 1, 0, 2, 0 }, { 2, 0, 2, 2 } };
        for (size_t i = 0; i < right.size(); ++i) {
            fixture::Course course;
            course.name = "of three";
            course.evaluations = { { 10, 2, right[i] } };
            const QString folder = m_folder.filePath(QString("three%1").arg(i));
            fixture::makeCourse(folder, course);
            names.push_back({ folder, QString("r%1").arg(i), Qt::blue });
        }
        const OutcomeTable table = readNewest(names);
        QCOMPARE(table.matrix.counts, (std::array<int, kOutcomeClasses> { 1, 2, 1, 0, 0 }));
        QCOMPARE(outcomeScope(table), QString("From r0 to r2:"));
        QVERIFY(comparisonText(table, { "r0", { 0 } }, { "r2", { 2 } })
                    .contains("From r0 to r2, 2 problems turn from mostly wrong to mostly right and 1 from"));
    }

    /// Half right is neither: two rows of 1/2 have no tick, and a row that goes from 1/2 to 2/2 is not gained.
    void halfRightIsMixed()
    {
        fixture::Course first, second;
        first.name = "half";
        first.evaluations = { { 10, 2, { 1, 1, 0, 2 } } };
        second.name = "other half";
        second.evaluations = { { 10, 2, { 1, 2, 2, 1 } } };
        fixture::makeCourse(m_folder.filePath("half1"), first);
        fixture::makeCourse(m_folder.filePath("half2"), second);
        const OutcomeTable table = readNewest(
            { { m_folder.filePath("half1"), "A", Qt::blue }, { m_folder.filePath("half2"), "B", Qt::blue } });
        QCOMPARE(table.matrix.counts, (std::array<int, kOutcomeClasses> { 0, 1, 0, 3, 0 }));
        QCOMPARE(outcomeName(table.matrix.rows[0].outcome, true, 2), QString("mixed"));
        const QString text = comparisonText(table, { "A", { 0 } }, { "B", { 1 } });
        QVERIFY2(text.contains("From A to B, 1 problems turn from mostly wrong to mostly right and 0 from"),
            qPrintable(text)); // the counts of the classes
        QVERIFY(text.contains("B is right more often on 2 problems, less often on 1, equally on 1: "));
    }

    /// Runs that differ only in their seed are compared as groups: over seeds and, apart from that, over problems.
    void groupsOfSeeds()
    {
        OpenRuns runs;
        for (int i = 0; i < 6; ++i) {
            fixture::Course course;
            course.name = i % 2 ? "fast" : "slow";
            course.seed = i / 2;
            course.learningRate = i % 2 ? 2e-4 : 1e-4;
            course.evaluations = { { 10, 4, { 4, i % 2 ? 4 : 1, 1, i / 2, 0 } } };
            const QString folder = m_folder.filePath(QString("seed%1").arg(i));
            fixture::makeCourse(folder, course);
            runs.push_back({ std::make_shared<RunFeed>(folder), QColor(Qt::blue),
                QString::fromStdString(course.name) + (i < 2 ? QString() : QString(" (seed%1)").arg(i)) });
        }
        OutcomesPage page;
        page.resize(970, 690);
        page.show();
        page.setRuns(runs);
        auto* text = page.findChild<QLabel*>("pairedText");
        auto *a = page.findChild<QComboBox*>("pairedA"), *b = page.findChild<QComboBox*>("pairedB");
        QTRY_VERIFY(text->text().startsWith("Over seeds: "));
        QCOMPARE(a->count(), 8);
        QCOMPARE(a->currentText(), QString("slow, 3 seeds"));
        QCOMPARE(b->currentText(), QString("fast, 3 seeds"));
        // Means 0.3, 0.35, 0.4 and 0.45, 0.5, 0.55: s = 0.05 on both sides, 4 degrees of freedom.
        QVERIFY2(text->text().startsWith("Over seeds: fast, 3 seeds against slow, 3 seeds +15.0 points of pass@1, from "
                                         "35.0 to 50.0 % (95 % interval +3.7 to +26.3; Welch's t, n = 3 and 3 seeds). "
                                         "The interval leaves out 0. It covers which seeds were drawn"),
            qPrintable(text->text()));
        QVERIFY2(text->text().contains("Over problems, for these runs and not for other seeds: fast, 3 seeds against "
                                       "slow, 3 seeds: +15.0 points")
                && text->text().contains("n = 5 shared problems"),
            qPrintable(text->text()));
        b->setCurrentIndex(1); // one run against a group
        Q_EMIT b->activated(1);
        QTRY_VERIFY2(text->text().startsWith("Over seeds: one side is a single run"), qPrintable(text->text()));
        a->setCurrentIndex(7); // a run against the group that it is in
        Q_EMIT a->activated(7);
        QTRY_COMPARE(text->text(), QString("Choose two that share no run."));

        // What is copied of it, and what a report of the runs says: the same figures, with n and interval.
        const auto copied = [&](int action) {
            QGuiApplication::clipboard()->clear();
            page.findChild<QPushButton*>("outcomesTake")->menu()->actions().at(action)->trigger();
        };
        copied(0);
        QTRY_VERIFY(QGuiApplication::clipboard()->text().startsWith("problem,outcome,\"slow (right of 4)\","));
        QVERIFY(
            QGuiApplication::clipboard()->text().contains("\"use 1 2 3 to make 9 :\",\"mostly right\",4,4,4,4,4,4\n"));
        copied(1); // s = 0.05, Student's t with 2 degrees of freedom
        const QString side = "| slow, 3 seeds | 3 | 35.0 % | 22.6 % to 47.4 % | 3 runs |";
        QTRY_VERIFY2(
            QGuiApplication::clipboard()->text().contains(side), qPrintable(QGuiApplication::clipboard()->text()));
        QVERIFY(QGuiApplication::clipboard()->text().contains(QString::fromUtf8("| ✓ mostly right | 1 | 20.0 % |")));
        QVERIFY(
            QGuiApplication::clipboard()->text().contains("- Over seeds: fast, 3 seeds against slow, 3 seeds +15.0"));
        std::vector<ReportSource> sources;
        for (const OpenRun& run : runs)
            sources.push_back({ run.feed->folder(), run.label, run.color });
        const Result<ReportData> data = readReport(sources, {});
        QVERIFY(data.ok() && data->outcomes);
        QCOMPARE(data->outcomes->sides.size(), size_t(2));
        QCOMPARE(data->outcomes->tests.size(), 1);
        QVERIFY(reportMarkdown(*data).contains(side));
        QVERIFY(reportMarkdown(*data).contains("Welch's t, n = 3 and 3 seeds"));
        QVERIFY(reportHtml(*data).contains("<td class=\"n\">22.6 % to 47.4 %</td>"));
        QVERIFY(reportHtml(*data).contains("n = 5 shared problems, 10,000 resamples"));
    }

    /// What the runs leave goes to the problems, which are cut; nothing stands empty at the right.
    void problemsTakeWhatIsLeft()
    {
        OutcomesPage page;
        page.resize(970, 690);
        page.show();
        page.setRuns({ m_open[0], m_open[1] });
        auto* table = page.findChild<QTableView*>("outcomes");
        QTRY_COMPARE(table->model()->columnCount(), 2);
        for (const int width : { 970, 1400 }) {
            page.resize(width, 690);
            QTRY_COMPARE(table->viewport()->width(), table->horizontalHeader()->length());
            QVERIFY(table->verticalHeader()->width() > 300);
        }
    }

    void theReportOfOneRunHasItsCourse()
    {
        const Result<ReportData> data = readReport({ { m_folder.filePath("a"), "run a", Qt::blue } }, {});
        QVERIFY(data.ok() && data->outcomes);
        QVERIFY(!data->outcomes->acrossRuns);
        QCOMPARE(data->outcomes->sides.size(), size_t(2)); // first and newest evaluation
        QVERIFY(data->outcomes->tests.value(0).startsWith("step 30 against step 0: "));
        QVERIFY(reportMarkdown(*data).contains(QString::fromUtf8("| ▲ learned | 1 | 20.0 % |")));
        const Result<ReportData> none = readReport({ { m_folder.filePath("none"), "none", Qt::blue } }, {});
        QVERIFY(none.ok() && !none->outcomes);
        QVERIFY(!reportMarkdown(*none).contains("Held-out problems"));
    }

    void theCardIsCopied()
    {
        OutcomesPage page;
        page.show();
        page.setRuns({ m_open[0] });
        auto* copy = page.findChild<QPushButton*>("pairedCopy");
        QTRY_VERIFY(copy->isEnabled());
        copy->click();
        const QString text = QGuiApplication::clipboard()->text();
        QVERIFY2(text.startsWith("**Is step 30 better than step 0?**\n\n- step 30 against step 0: "), qPrintable(text));
        QVERIFY(text.contains("\n- ") && text.contains("exact sign test p = "));
        auto* b = page.findChild<QComboBox*>("pairedB");
        b->setCurrentIndex(0); // a side against itself says nothing to take along
        Q_EMIT b->activated(0);
        QVERIFY(!copy->isEnabled());
    }

    void newEvaluationsAppear()
    {
        const QString folder = m_folder.filePath("live");
        fixture::Course course;
        course.evaluations = { { 0, 1, { 0, 1 } } };
        fixture::makeCourse(folder, course);
        const auto feed = std::make_shared<RunFeed>(folder);
        OutcomesPage page;
        page.show();
        page.setRuns({ { feed, QColor(Qt::blue), "live" } });
        QTRY_COMPARE(page.model()->columnCount(), 1);
        auto* text = page.findChild<QLabel*>("pairedText");
        QCOMPARE(text->text(), QString("A comparison needs two: open a second run, or wait for the next evaluation."));
        QSignalSpy reset(page.model(), &QAbstractItemModel::modelReset);
        const auto writer = orThrow(RunWriter::open(folder.toStdString()));
        orThrow(writer->commitEvaluation(fixture::evaluationRow({ 10, 1, { 1, 1 } })));
        Q_EMIT feed->stepsCommitted(10);
        QTRY_COMPARE(page.model()->columnCount(), 2);
        QTRY_VERIFY(text->text().startsWith("step 10 against step 0"));
        QCOMPARE(reset.size(), 1);
    }

    /// In numbers and Outcomes say one interval of one pair of evaluations.
    void bothPagesSayOneInterval()
    {
        std::vector<RunName> names;
        std::vector<ComparedRun> runs;
        for (const char* name : { "a", "b" }) {
            names.push_back({ m_folder.filePath(name), name, Qt::blue });
            runs.push_back(readComparedRun(names.back().folder));
            runs.back().label = name;
        }
        compareWithFirst(runs);
        QVERIFY(!runs[0].againstFirst && runs[1].againstFirst);
        CompareModel model;
        model.setRuns(runs, false, "Against the first run");
        const QString cell = model.index(1, 2).data().toString();
        static const QRegularExpression form(
            QString::fromUtf8("^(\\S+) points \\((\\S+) to (\\S+), paired bootstrap\\), n = 5 shared problems$"));
        const auto match = form.match(cell);
        QVERIFY2(match.hasMatch(), qPrintable(cell));
        const QString outcomes = comparisonText(readNewest(names), { "a", { 0 } }, { "b", { 1 } });
        QVERIFY2(outcomes.startsWith(QString("b against a: %1 points of pass@1, from ").arg(match.captured(1))),
            qPrintable(outcomes));
        QVERIFY2(outcomes.contains(QString("(95 % interval %1 to %2; paired bootstrap over n = 5 shared problems")
                                       .arg(match.captured(2), match.captured(3))),
            qPrintable(outcomes));
        QVERIFY(match.captured(2).startsWith(QChar(0x2212))); // b is worse on some draws: a true minus
    }

    void stepTimeIsAMedianWithN()
    {
        ComparedRun run = readComparedRun(m_folder.filePath("a"));
        QCOMPARE(run.stepSeconds.size(), size_t(20));
        CompareModel model;
        model.setRuns({ run }, false, "step time");
        QCOMPARE(
            model.index(1, 1).data().toString(), QString("15.5, median of the last n = 20 steps")); // of 6 … 24 and 900
    }

    void panelHasTabs()
    {
        ComparePanel panel;
        panel.resize(970, 690);
        panel.show();
        panel.setRuns({ m_open[0] });
        panel.showTab(ComparePanel::Outcomes);
        QTRY_COMPARE(panel.outcomes()->model()->rowCount(), 5);
        QSignalSpy picked(&panel, &ComparePanel::problemPicked);
        QTest::keyClick(panel.findChild<QTableView*>("outcomes"), Qt::Key_Return);
        QCOMPARE(picked.size(), 1);
    }

    /// An evaluation is sampled with the settings of its step: where those differ, pass@1 is not of the model alone.
    void saysWhatEvaluationsWereSampledWith()
    {
        RunConfig config;
        config.rollout.topK = 40;
        const std::vector<MarkerRow> markers { { 1, 20, "set", "rollout.temperature=1.6", "{}", 0 },
            { 2, 30, "set", "rollout.no_such=1", "{}", 0 } };
        const EvaluationSampling sampling(toJsonText(config), markers);
        const QString before = sampling.at(20), after = sampling.at(21);
        QVERIFY2(before.startsWith("sampled at temperature 1, top-p 1, top-k 40, at most "), qPrintable(before));
        QCOMPARE(after, QString(before).replace("temperature 1,", "temperature 1.6,"));
        QCOMPARE(sampling.at(40), after);
        QVERIFY(sampling.changedAt(20).isEmpty());
        QCOMPARE(sampling.changedAt(40), after);
        QVERIFY(EvaluationSampling("{", markers).at(0).isEmpty());

        const QString folder = m_folder.filePath("hotter");
        fixture::Course course;
        course.evaluations = { { 0, 1, { 1, 0 } }, { 20, 1, { 1, 1 } }, { 40, 1, { 0, 0 } } };
        fixture::makeCourse(folder, course);
        const RunName run { folder, "hotter", Qt::blue };
        QVERIFY(readCourse(run).sampledDifferently().isEmpty());
        auto writer = orThrow(RunWriter::open(folder.toStdString()));
        orThrow(writer->addMarker({ 0, 23, "set", "rollout.temperature=1.6", "{}", 0 }));
        const OutcomeTable table = readCourse(run);
        const QStringList lines = table.sampledDifferently().split('\n');
        QCOMPARE(lines.size(), 2);
        QVERIFY(lines[0].startsWith("step 0, step 20: sampled at temperature 1,"));
        QVERIFY(lines[1].startsWith("step 40: sampled at temperature 1.6,"));
        QVERIFY(comparisonText(table, { "20", { 1 } }, { "40", { 2 } }).contains("Not sampled alike"));
        QVERIFY(!comparisonText(table, { "0", { 0 } }, { "20", { 1 } }).contains("Not sampled alike"));
        OutcomeModel model;
        model.setTable(table);
        QVERIFY(model.headerData(2, Qt::Horizontal, Qt::ToolTipRole).toString().contains("temperature 1.6"));
        OutcomesPage page;
        page.setRuns({ { std::make_shared<RunFeed>(folder), QColor(Qt::blue), "hotter" } });
        page.show();
        QTRY_VERIFY(page.findChild<QLabel*>("outcomesSampled")->text().contains("temperature 1.6"));
        QStringList log;
        for (const RunHistory::Line& line : RunHistory(folder).fetch())
            log << line.text;
        QCOMPARE(log.filter("temperature 1.6").size(), 1); // the others are as the run began
    }

    /// One that cannot be read is named; the others are columns.
    void aDamagedEvaluationIsNamed()
    {
        const QString folder = m_folder.filePath("damaged");
        fixture::makeCourse(folder, { "damaged", {}, { 1 } });
        {
            const auto writer = orThrow(RunWriter::open(folder.toStdString()));
            for (const int64_t step : { 0, 10, 20 }) { // enough of each to fill pages of the file alone
                EvaluationRow row = fixture::evaluationRow({ step, 4, std::vector<int>(24, 2) });
                for (EvaluationProblemRow& problem : row.rows)
                    problem.example += std::string(600, 'x');
                orThrow(writer->commitEvaluation(row));
            }
        }
        QFile file(folder + "/run.db");
        QVERIFY(file.open(QIODevice::ReadWrite));
        const QByteArray bytes = file.readAll();
        constexpr qint64 kPage = 4096;
        constexpr char kIndexLeaf = 0x0A; // where SQLite keeps rows of a table WITHOUT ROWID
        std::vector<qint64> pages; // with nothing but rows of step 10
        for (qint64 at = kPage; at < bytes.size(); at += kPage)
            if (const QByteArray page = bytes.mid(at, kPage); page[0] == kIndexLeaf && page.contains("at step 10 of")
                && !page.contains("at step 0 of") && !page.contains("at step 20 of"))
                pages.push_back(at);
        QVERIFY(pages.size() >= 3);
        QVERIFY(file.seek(pages[1]) && file.write(QByteArray(1, '\0')) == 1); // not the one that step 20 begins behind
        file.close();

        const RunName run { folder, "damaged", Qt::blue };
        const OutcomeTable table = readCourse(run);
        QVERIFY2(table.problem.isEmpty(), qPrintable(table.problem));
        QCOMPARE(table.sources.size(), size_t(2));
        QCOMPARE(table.columnName(1), QString("step 20"));
        QCOMPARE(table.skipped.size(), 1);
        QVERIFY2(table.skippedText().startsWith("1 evaluation cannot be read and is left out. step 10: "),
            qPrintable(table.skippedText()));
        OutcomesPage page;
        page.setRuns({ { std::make_shared<RunFeed>(folder), QColor(Qt::blue), "damaged" } });
        page.show();
        QTRY_VERIFY(page.findChild<QLabel*>("outcomesSampled")->text().startsWith(table.skippedText()));
    }

private:
    QTemporaryDir m_folder;
    fixture::Course m_course;
    OpenRuns m_open;
};

QTEST_MAIN(TestOutcomesPage)
#include "tst_outcome_page.moc"
