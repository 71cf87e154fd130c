// One group: its figures, its filter, and the tree of where its completions part ways.

#include "group_fixture.h"

#include "widgets/models/grouptree.h"
#include "widgets/models/rewardweights.h"
#include "widgets/panels/groupview.h"
#include "widgets/panels/prefixtreeview.h"
#include "widgets/panels/rewardparts.h"
#include "widgets/panels/tracelegend.h"
#include "widgets/panels/tracepane.h"
#include "widgets/panels/tracespanel.h"
#include "widgets/panels/tracesteppage.h"
#include "widgets/panels/tracetable.h"
#include "widgets/panels/traceview.h"

#include <QAbstractItemModelTester>
#include <QComboBox>
#include <QDir>
#include <QLabel>
#include <QPainter>
#include <QScrollBar>
#include <QSettings>
#include <QTextDocument>
#include <QToolButton>
#include <QtTest>

using namespace aha;

class TestGroups : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, m_folder.filePath("settings"));
        qputenv("AHASCOPE_ROOT", AHASCOPE_TEST_SOURCE_DIR);
        m_run = m_folder.filePath("run");
        m_bare = m_folder.filePath("bare");
        fixture::makeGroupRun(m_run, true);
        fixture::makeGroupRun(m_bare, false);
    }

    void treeOfAGroup()
    {
        const auto reader = orThrow(RunReader::open(m_run.toStdString()));
        const GroupTree tree = readGroupTree(*reader, groupId(*reader));
        QVERIFY2(tree.problem.isEmpty(), qPrintable(tree.problem));
        QVERIFY(tree.exactTokens);
        const GroupBranch& root = tree.branches.at(0);
        QCOMPARE(root.branch.end, size_t(fixture::kSharedWords));
        QCOMPARE(root.branch.children.size(), size_t(2)); // 5 or 9
        QVERIFY(std::abs(root.branch.entropy.value() - 1.25) < 1e-6);
        QVERIFY2(tree.summary().contains("They share 1001 tokens and part at token 1002, 2 ways")
                && tree.summary().contains("1.25 nats"),
            qPrintable(tree.summary()));
        const GroupBranch& five = tree.branches.at(size_t(root.branch.children[0]));
        QCOMPARE(five.branch.members.size(), size_t(6));
        QCOMPARE(five.text, " 5");
        QCOMPARE(five.firstLength, 2);
        QCOMPARE(five.best, 0); // the earliest of the right ones
        const GroupBranch& nine = tree.branches.at(size_t(root.branch.children[1]));
        QCOMPARE(nine.branch.members, (std::vector<int> { 6, 7 }));
        QVERIFY(std::abs(nine.branch.meanReward - 0.05) < 1e-9);
        QVERIFY(tree.rows[0].text.empty()); // no second copy of the texts
    }

    /// A run goes on while another page is looked at: what nobody chose to read is the newest step's, what was chosen
    /// stays.
    void tracesThatNobodyTouchedKeepUp()
    {
        const QString folder = m_folder.filePath("resumed");
        fixture::makeGroupRun(folder, false);
        const OpenRuns runs = open(folder);
        const auto goOn = [&](int64_t step) {
            StepRow row;
            row.step = step;
            GroupRow group { 0, step, 0, { 0, "use 5 9 6 to make 39 :", "countdown", fixture::kItem }, 0.5, 0.5, false,
                {} };
            for (int j = 0; j < 4; ++j) {
                group.completions.push_back(fixture::groupCompletion(j, false));
                group.completions.back().position = j;
            }
            row.groups.push_back(group);
            orThrow(orThrow(RunWriter::open(folder.toStdString()))->commitStep(row));
            runs[0].feed->expectEngine(QCoreApplication::applicationPid()); // it is resumed: the feed reads on
        };
        TracesPanel panel;
        panel.resize(1000, 700);
        panel.setRuns(runs);
        QCOMPARE(panel.stepPage()->step(), 6);
        goOn(7);
        QTRY_COMPARE(runs[0].feed->lastStep(), qint64(7));
        panel.show();
        QCOMPARE(panel.stepPage()->step(), 7);
        QCOMPARE(panel.completions()->rowCount(), 4);
        goOn(8);
        QTRY_COMPARE(runs[0].feed->lastStep(), qint64(8));
        QCOMPARE(panel.stepPage()->step(), 7); // nothing changes below a reader
        panel.hide();
        panel.show();
        QCOMPARE(panel.stepPage()->step(), 8);
        panel.showStep(folder, 3); // chosen
        panel.hide();
        panel.show();
        QCOMPARE(panel.stepPage()->step(), 3);
    }

    void treeWithoutTokenValues()
    {
        const auto reader = orThrow(RunReader::open(m_bare.toStdString()));
        const GroupTree tree = readGroupTree(*reader, groupId(*reader));
        QVERIFY(!tree.exactTokens && !tree.branches.at(0).branch.entropy);
        QVERIFY2(tree.summary().contains("is not stored"), qPrintable(tree.summary()));
        const GroupBranch& five = tree.branches.at(size_t(tree.branches[0].branch.children[0]));
        QCOMPARE(five.text.trimmed(), "5"); // cut where the texts differ
        const GroupTree none = readGroupTree(*reader, 999'999);
        QVERIFY(none.branches.empty() && !none.problem.isEmpty());
    }

    void figuresOfAGroup()
    {
        TracesPanel panel;
        panel.resize(1000, 700);
        panel.setRuns(open(m_run));
        panel.showStep(m_run, 2);
        const QString facts = panel.findChild<QLabel*>("groupFacts")->text();
        QVERIFY2(facts.contains("3 of 8 right") && facts.contains("advantages sum to 0.00")
                && facts.contains("reward 0.45 ± 0.50 (sd)") && facts.contains("1 cut off"),
            qPrintable(facts));
        auto* badge = panel.findChild<QLabel*>("zeroVariance");
        QVERIFY(badge->isHidden());
        const TraceListModel& rows = *panel.completions();
        QCOMPARE(
            rows.index(0, TraceListModel::Parts).data(TraceListModel::PartsRole).toList(), QVariantList({ 1.0, 0.1 }));
        QVERIFY(
            rows.index(4, TraceListModel::Verdict).data(Qt::AccessibleTextRole).toString().contains("another value"));
        panel.findChild<TraceTable*>("groups")->selectRow(0);
        QVERIFY(!badge->isHidden());
    }

    void whatTheUpdateDid()
    {
        TracesPanel panel;
        panel.resize(970, 690);
        panel.setRuns(open(m_run));
        panel.show();
        panel.showStep(m_run, 2);
        TraceListModel& rows = *panel.completions();
        const QAbstractItemModelTester tester(&rows, QAbstractItemModelTester::FailureReportingMode::QtTest);
        const auto cell = [&](int row, int column) { return rows.index(row, column).data().toString(); };
        const auto tip = [&](int row, int column) { return rows.index(row, column).data(Qt::ToolTipRole).toString(); };
        auto* facts = panel.findChild<QLabel*>("groupFacts");
        QTRY_VERIFY(facts->text().contains("clipped"));
        const int n = rows.hit(0).completion.tokens;
        QCOMPARE(cell(0, TraceListModel::Ratio), "1.250");
        QCOMPARE(cell(0, TraceListModel::Clipped), "50.0 %");
        QCOMPARE(cell(2, TraceListModel::Ratio), "0.875");
        QCOMPARE(cell(2, TraceListModel::Clipped), "0.0 %");
        QVERIFY2(tip(0, TraceListModel::Ratio).contains(QString("1.2500 over %1 tokens").arg(2 * n)),
            qPrintable(tip(0, TraceListModel::Ratio)));
        QVERIFY2(tip(0, TraceListModel::Clipped).contains(QString("%1 of %2 tokens").arg(n).arg(2 * n)),
            qPrintable(tip(0, TraceListModel::Clipped)));
        double tokens = 0, ratio = 0;
        for (const CompletionRow& row : panel.stepPage()->groupView()->group().completions) {
            tokens += 2.0 * row.tokens;
            ratio += 2.0 * row.tokens * (row.correct ? 1.25 : 0.875);
        }
        QVERIFY2(facts->text().contains(QString("ratio %1").arg(ratio / tokens, 0, 'f', 3) + ", ")
                && facts->text().contains(QString("n %1 tokens").arg(tokens, 0, 'f', 0)),
            qPrintable(facts->text()));
        auto* table = panel.findChild<TraceTable*>("completions");
        QVERIFY(!table->isColumnHidden(TraceListModel::Ratio) && !table->isColumnHidden(TraceListModel::Clipped));

        panel.findChild<TraceTable*>("groups")->selectRow(0); // zero variance: nothing was updated
        QTRY_COMPARE(cell(0, TraceListModel::Ratio), QString::fromUtf8("–"));
        QVERIFY(tip(0, TraceListModel::Ratio).contains("no gradient"));
        QVERIFY(!facts->text().contains("ratio"));

        panel.setRuns(open(m_bare)); // a run that stored none of it
        panel.showStep(m_bare, 2);
        QTRY_COMPARE(cell(0, TraceListModel::Clipped), QString::fromUtf8("–"));
        QVERIFY(tip(0, TraceListModel::Clipped).contains("Not stored"));
        auto* results = panel.findChild<TraceTable*>("results");
        QVERIFY(results->isColumnHidden(TraceListModel::Ratio) && results->isColumnHidden(TraceListModel::Clipped));
    }

    void rewardsOfTokens()
    {
        TracesPanel panel;
        panel.resize(970, 690);
        panel.setRuns(open(m_run));
        panel.show();
        panel.showStep(m_run, 2);
        TraceView* view = panel.pane()->view();
        panel.pane()->legend()->setHeat(Heat::Reward);
        const TraceText& trace = view->trace();
        QVERIFY(!trace.reward.isEmpty() && !trace.rewardIsProbability);
        QCOMPARE(trace.rewardTop, 0.02); // 0.018, rounded up to one digit
        QVERIFY(std::abs(view->tokenShare(0) + 1) < 1e-6);
        const int last = int(trace.reward.size()) - 1;
        QVERIFY(std::abs(view->tokenShare(last) - 0.9) < 1e-4 && std::abs(view->tokenShare(1) - 0.05) < 1e-4);
        QVERIFY2(view->hint(1).contains("PRIME reward −0.02 nats"), qPrintable(view->hint(1)));
        auto* scale = panel.findChild<QWidget*>("heatScale");
        QVERIFY(scale->isVisible());
        QVERIFY2(scale->accessibleDescription().contains("0.02 nats"), qPrintable(scale->accessibleDescription()));
        auto* said = panel.findChild<QLabel*>("traceInsight");
        QVERIFY(said->isHidden());

        TraceText steps = trace;
        setTokenRewards(steps, { "process", { 0.75f, std::nanf("") } });
        view->setTrace(steps);
        QVERIFY(std::abs(view->tokenShare(0) - 0.5) < 1e-6 && std::isnan(view->tokenShare(1)));
        QVERIFY(view->hint(1).contains("p(good) of its step 0.750"));
        QVERIFY(view->hint(steps.tokenEnds[0] + 1).contains("not judged"));

        TraceDocument bare = panel.pane()->document(); // with token values, without rewards
        bare.rewards.reset();
        panel.pane()->setDocument(bare);
        QVERIFY(said->isVisible() && said->text().contains("No rewards of tokens are stored"));
        QVERIFY(scale->isHidden() && std::isnan(view->tokenShare(0)));
    }

    void groupsByOutcome()
    {
        TracesPanel panel;
        panel.resize(1000, 700);
        panel.setRuns(open(m_run));
        auto* outcome = panel.findChild<QComboBox*>("groupOutcome");
        auto* groups = panel.findChild<TraceTable*>("groups");
        QCOMPARE(groups->model()->rowCount(), 3);
        const std::pair<const char*, int> wanted[] = { { "all groups (3)", 3 }, { "all right (1)", 1 },
            { "all wrong (1)", 1 }, { "mixed (1)", 1 }, { "zero variance (2)", 2 },
            { "with cut-off completions (1)", 1 }, { "with unjudged completions (0)", 0 } };
        for (int i = 0; i < outcome->count(); ++i) {
            QCOMPARE(outcome->itemText(i), QString(wanted[i].first));
            outcome->setCurrentIndex(i);
            QCOMPARE(groups->model()->rowCount(), wanted[i].second);
            QCOMPARE(panel.completions()->rowCount(), wanted[i].second ? 8 : 0);
        }
        outcome->setCurrentIndex(1);
        QCOMPARE(panel.stepPage()->currentGroup()->position, 2);
        panel.showStep(m_run, 3); // the filter stays, and something of it is shown
        QCOMPARE(panel.stepPage()->currentGroup()->position, 2);
        const auto reader = orThrow(RunReader::open(m_run.toStdString()));
        const GroupRow mixed = orThrow(reader->groupsWithCompletions(4))[1];
        panel.showCompletion(m_run, mixed.completions[5].id); // what is wanted is shown, filter or not
        QCOMPARE(panel.stepPage()->step(), 4);
        QCOMPARE(outcome->currentIndex(), 0);
        QVERIFY(panel.pane()->document().facts.contains("sample 6"));
        panel.showCompletion(m_run, 999'999);
        QVERIFY(!panel.findChild<QLabel*>("traceHeading")->text().isEmpty());
    }

    void aBranchOpensItsToken()
    {
        TracesPanel panel;
        panel.resize(1000, 700);
        panel.setRuns(open(m_run));
        panel.show();
        panel.showStep(m_run, 2);
        panel.findChild<QToolButton*>("groupTree")->click();
        PrefixTreeView* tree = panel.stepPage()->groupView()->tree();
        QTRY_VERIFY(!tree->tree().branches.empty());
        QVERIFY(panel.findChild<QLabel*>("treeText")->text().contains("1.25 nats"));
        // By keyboard: to the right, down to "9", and open it.
        tree->setFocus();
        QTest::keyClick(tree, Qt::Key_Right);
        QCOMPARE(tree->tree().branches[size_t(tree->current())].text, " 5");
        QTest::keyClick(tree, Qt::Key_Down);
        QVERIFY(tree->accessibleDescription().contains("2 of 8 completions (25 %)"));
        QVERIFY(tree->accessibleDescription().contains("samples 7, 8"));
        QTest::keyClick(tree, Qt::Key_Up);
        QTest::keyClick(tree, Qt::Key_Down);
        QTest::keyClick(tree, Qt::Key_Return);
        TraceView* view = panel.pane()->view();
        QVERIFY(panel.pane()->document().facts.contains("sample 7"));
        QCOMPARE(markedText(*view).left(2), " 9");
        QVERIFY(view->isInView(view->marked().first));
        QVERIFY(view->verticalScrollBar()->value() > 0);
        QVERIFY2(panel.pane()->document().facts.contains("accuracy paid 0.38 less"),
            qPrintable(panel.pane()->document().facts));
        // The shared beginning opens where it ends: at the way of its best completion.
        QTest::keyClick(tree, Qt::Key_Home);
        QTest::keyClick(tree, Qt::Key_Space);
        QCOMPARE(markedText(*view), " 5");
        QVERIFY(panel.pane()->document().facts.contains("sample 1"));
        // By mouse.
        const int last = int(tree->tree().branches.size()) - 1;
        QTest::mouseClick(tree->viewport(), Qt::LeftButton, {}, tree->boxOf(last).center());
        QCOMPARE(tree->current(), last);
    }

    void lateTreesAreDropped()
    {
        GroupView view;
        const auto reader = orThrow(RunReader::open(m_run.toStdString()));
        view.setRun(reader.get(), m_run);
        const std::vector<GroupRow> groups = orThrow(reader->groupsWithCompletions(1));
        view.showTree(true);
        view.setGroup(&groups[1], -1);
        view.setGroup(&groups[2], -1);
        QTRY_COMPARE(view.tree()->tree().groupId, int64_t(groups[2].id));
        QCOMPARE(view.findChild<QLabel*>("treeText")->text(), "All 8 completions are the same text.");
        view.setGroup(nullptr, -1);
        QCOMPARE(view.tree()->tree().groupId, int64_t(0));
    }

    /// No part's colour is without its name: the legend goes below the buttons, then into a second row.
    void theLegendIsWhole()
    {
        RewardPartsLegend legend;
        const QStringList names { "accuracy", "format", "language", "tags", "reflection" };
        legend.setNames(names);
        const int whole = legend.sizeHint().width(), line = legend.sizeHint().height();
        QCOMPARE(legend.heightForWidth(whole), line);
        const QVector<QRect> narrow = legend.places(whole / 2);
        QCOMPARE(narrow.size(), names.size());
        for (qsizetype i = 0; i < narrow.size(); ++i) {
            QVERIFY2(narrow[i].right() < whole / 2, qPrintable(names[i]));
            QVERIFY(narrow[i].width() > legend.fontMetrics().horizontalAdvance(names[i])); // nothing is elided
            for (qsizetype j = 0; j < i; ++j)
                QVERIFY(!narrow[i].intersects(narrow[j]));
        }
        // Letters of a fraction of a pixel: a width in whole pixels cuts no name.
        RewardPartsLegend spaced;
        QFont font = spaced.font();
        font.setLetterSpacing(QFont::AbsoluteSpacing, 0.05);
        spaced.setFont(font);
        spaced.setNames({ "accuracy", "format" });
        spaced.resize(spaced.sizeHint());
        const QImage grabbed = spaced.grab().toImage();
        const int advance = spaced.fontMetrics().horizontalAdvance("accuracy");
        QRect words = spaced.places(spaced.width()).first();
        words.setLeft(words.right() + 1 - advance);
        const auto distance = [&](const QString& text) { // from the same text drawn beside it
            QImage drawn = grabbed;
            QPainter painter(&drawn);
            painter.setFont(spaced.font());
            painter.fillRect(words, spaced.palette().window());
            painter.setPen(spaced.palette().color(QPalette::WindowText));
            painter.drawText(words, Qt::AlignVCenter | Qt::AlignLeft | Qt::TextDontClip, text);
            int different = 0;
            for (int y = words.top(); y <= words.bottom(); ++y)
                for (int x = words.left(); x <= words.right(); ++x)
                    different += std::abs(qGray(drawn.pixel(x, y)) - qGray(grabbed.pixel(x, y)));
            return different;
        };
        QVERIFY(distance("accuracy") < distance(QString::fromUtf8("accura…")));
        QVERIFY(narrow.last().y() >= line && legend.heightForWidth(whole / 2) == narrow.last().bottom() + 1);
        const auto reader = orThrow(RunReader::open(m_run.toStdString()));
        GroupView view;
        view.setRun(reader.get(), m_run);
        const GroupRow group = orThrow(reader->groupsWithCompletions(4))[1];
        view.setGroup(&group, -1);
        view.resize(900, 400);
        view.show();
        const auto* shown = view.findChild<RewardPartsLegend*>("rewardPartsLegend");
        const auto* button = view.findChild<QToolButton*>("groupTree");
        QTRY_VERIFY(shown->x() > button->geometry().right());
        view.resize(button->geometry().right() + shown->sizeHint().width(), 400); // no room for the gap
        QTRY_VERIFY(shown->y() > button->geometry().bottom());
        QTRY_VERIFY(shown->height() >= shown->heightForWidth(shown->width()));
    }

    /// Prompts, answers, names of parts and texts that would load, hide or reorder something are shown as they are.
    void hostileText()
    {
        const QString folder = m_folder.filePath("hostile");
        const std::string bad = "<img src='file:///etc/hostname'>\xe2\x80\xae\x1b[2J\xff<b>x</b>\n\xf3\xa0\x81\x81";
        QVERIFY(QDir().mkpath(folder));
        {
            auto writer = orThrow(RunWriter::create(folder.toStdString(), "h", "h", "grpo", "{}"));
            StepRow row;
            row.step = 1;
            GroupRow group { 0, 1, 0, { 0, bad, "countdown", bad }, 0.5, 0.5, false, {} };
            for (int j = 0; j < 4; ++j) {
                CompletionRow c = fixture::groupCompletion(j, false);
                c.position = j;
                c.text = bad + std::string(j == 3 ? 100'000 : 40, char('a' + j)) + bad;
                c.tokenIds = { 1, j, 2 };
                c.extracted = c.reason = c.finishReason = bad;
                c.parts = { { "<b>\xe2\x80\xae", 0.5 * j }, { "format", -0.1 } };
                group.completions.push_back(c);
            }
            row.groups.push_back(group);
            orThrow(writer->commitStep(row));
        }
        TracesPanel panel;
        panel.resize(1000, 700);
        panel.setRuns(open(folder));
        panel.show();
        panel.findChild<QToolButton*>("groupTree")->click();
        PrefixTreeView* tree = panel.stepPage()->groupView()->tree();
        QTRY_COMPARE(tree->tree().branches.size(), size_t(5));
        for (const GroupBranch& branch : tree->tree().branches)
            QVERIFY(!branch.text.contains(QChar(0x202E)) && !branch.text.contains(QChar(0x1B)));
        for (int i = 0; i < 5; ++i) {
            QTest::mouseClick(tree->viewport(), Qt::LeftButton, {}, tree->boxOf(i).center());
            panel.grab();
            QVERIFY(!tree->describe(i).contains(QChar(0x202E)));
        }
        for (const QLabel* label : panel.findChildren<QLabel*>()) {
            QVERIFY2(label->textFormat() == Qt::PlainText || !Qt::mightBeRichText(label->text()),
                qPrintable(label->objectName()));
            QVERIFY2(!label->text().contains(QChar(0x202E)), qPrintable(label->objectName()));
        }
        const QModelIndex verdict = panel.completions()->index(0, TraceListModel::Verdict);
        QVERIFY(verdict.data(Qt::ToolTipRole).toString().contains("&lt;img"));
    }

    void whatDecided()
    {
        std::vector<CompletionRow> group;
        for (int i = 0; i < 4; ++i) {
            CompletionRow row;
            row.parts = { { "accuracy", i == 0 ? 1.0 : 0.0 }, { "format", i < 2 ? 1.0 : 0.0 } };
            group.push_back(row);
        }
        QCOMPARE(decidingPart(group[0], group, { { "accuracy", 1 }, { "format", 0.1 } }),
            "accuracy paid 0.75 more than the group's mean");
        QCOMPARE(decidingPart(group[3], group, { { "accuracy", 0.1 }, { "format", 1 } }),
            "format paid 0.50 less than the group's mean");
        QCOMPARE(decidingPart(group[1], group, { { "accuracy", 1 }, { "format", 0.1 } }),
            "accuracy paid 0.25 less than the group's mean"); // by value alone the format would have decided
        QCOMPARE(decidingPart(group[0], { group[0], group[0] }, {}), QString());
    }

private:
    static int64_t groupId(const RunReader& reader) { return orThrow(reader.groups(3))[1].id; }
    static QString markedText(const TraceView& view)
    {
        return view.trace().text.mid(view.marked().first, view.marked().second - view.marked().first);
    }
    static OpenRuns open(const QString& folder)
    {
        return { { std::make_shared<RunFeed>(folder), QColor(Qt::blue), "groups" } };
    }

    QTemporaryDir m_folder;
    QString m_run, m_bare;
};

QTEST_MAIN(TestGroups)
#include "tst_groups.moc"
