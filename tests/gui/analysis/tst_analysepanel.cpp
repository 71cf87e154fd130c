// The Analyse page: words, places, lags, languages, two runs, behaviours; examples lead to their trace.

#include "analysis_fixture.h"

#include "core/store/run_reader.h"
#include "widgets/models/figuresmodel.h"
#include "widgets/panels/analysepanel.h"
#include "widgets/panels/behaviourpage.h"
#include "widgets/panels/mixingpage.h"
#include "widgets/panels/reflectionpage.h"
#include "widgets/plots/intervaldots.h"
#include "widgets/plots/legendchips.h"
#include "widgets/plots/pairedbars.h"
#include "widgets/plots/seriescolors.h"

#include <QAbstractItemModelTester>
#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QSignalSpy>
#include <QTabWidget>
#include <QTableView>
#include <QtTest>

using namespace aha;

class TestAnalysePanel : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        m_lexicon = std::make_shared<const Lexicon>(orThrow(Lexicon::parse("wait\ten\nbut\ten\n等等\tzh\n")));
        for (const double language : { 0.0, 0.5 }) {
            const QString folder = m_folder.filePath(QString("run-%1").arg(language));
            const auto writer = fixture::makeAnalysedRun(folder, language, 16);
            if (language == 0)
                orThrow(writer->addMarker({ 0, 5, "set", "rollout.temperature=1.6", "{}", 0 }));
            m_open.push_back({ std::make_shared<RunFeed>(folder), language > 0 ? QColor(Qt::red) : QColor(Qt::blue),
                QString("language %1").arg(language) });
        }
    }
    void cleanupTestCase() { m_open.clear(); }

    void modelsHoldTheirContract()
    {
        FiguresModel figures;
        QAbstractItemModelTester one(&figures, QAbstractItemModelTester::FailureReportingMode::QtTest);
        figures.setRows({ "a", "b" }, { { 4, { "x", "1" }, { NAN, 1 }, "why" }, { 5, { "y", "2" }, { NAN, 2 }, {} } });
        QCOMPARE(figures.index(1, 1).data(FiguresModel::SortRole).toDouble(), 2.0);
        QVERIFY(figures.index(0, 0).data(Qt::ToolTipRole).toString().contains("why"));
        QSignalSpy reset(&figures, &QAbstractItemModel::modelReset);
        figures.setRows({ "a", "b" }, { { 4, { "x", "3" }, {}, {} }, { 5, { "y", "4" }, {}, {} } });
        QCOMPARE(reset.size(), 0); // the same rows: a selection stays
        QCOMPARE(figures.index(0, 1).data().toString(), QString("3"));
        ExampleListModel examples;
        QAbstractItemModelTester two(&examples, QAbstractItemModelTester::FailureReportingMode::QtTest);
        examples.setExamples({ { 0, 7, 3, true,
            "a\x01"
            "b\nc" } });
        QCOMPARE(examples.index(0, ExampleListModel::Verdict).data().toString(), QString("right"));
        const QString shown = examples.index(0, ExampleListModel::Excerpt).data().toString();
        QVERIFY(!shown.contains('\n') && !shown.contains(QChar(1)));
    }

    /// A live run costs only what is new, and another run in the same folder starts afresh.
    void countsOnlyWhatIsNew()
    {
        const QString folder = m_folder.filePath("live");
        auto writer = fixture::makeAnalysedRun(folder, 0, 5);
        TraceAnalysis analysis(folder, m_lexicon);
        QSignalSpy finished(&analysis, &TraceAnalysis::finished);
        analysis.refresh();
        QVERIFY(finished.wait());
        const auto before = analysis.tally();
        QCOMPARE(before->steps.all().size(), size_t(5));
        QCOMPARE(before->traces, 5 * fixture::kGroups * fixture::kSamples);
        QCOMPARE(before->sums(1, 5)[1].words[0], 2 * fixture::kGroups); // "wait" of right traces at steps 4 and 5
        orThrow(writer->commitStep(fixture::analysedStep(6, 0)));
        analysis.refresh();
        analysis.refresh(); // while it reads: once more, not lost
        QVERIFY(finished.wait());
        const auto after = analysis.tally();
        QCOMPARE(after->steps.all().size(), size_t(6));
        for (size_t i = 0; i < 5; ++i)
            QCOMPARE(after->steps.all()[i].get(), before->steps.all()[i].get()); // kept, not counted again
        writer.reset();
        QVERIFY(QDir(folder).removeRecursively());
        fixture::makeAnalysedRun(folder, 0.5, 2).reset();
        analysis.refresh();
        QVERIFY(finished.wait());
        QCOMPARE(analysis.tally()->steps.all().size(), size_t(2));
        QCOMPARE(analysis.tally()->languageWeight, 0.5);
    }

    void unreadable()
    {
        QDir().mkpath(m_folder.filePath("nothing"));
        AnalysePanel panel(*m_lexicon);
        panel.show();
        auto* hint = panel.findChild<QLabel*>("analyseHint");
        QVERIFY(hint->isVisible() && hint->text().startsWith("No run is open"));
        panel.setRuns({ { std::make_shared<RunFeed>(m_folder.filePath("nothing")), Qt::blue, "nothing" } });
        QTRY_VERIFY(!panel.reading());
        QVERIFY(hint->text().contains("no run.db"));
        QVERIFY(!panel.findChild<QTabWidget*>("analyseTabs")->isVisible());
        AnalysePanel blind(Result<Lexicon>(Error { "lexicon_missing", "There is no lexicon.", "" }));
        blind.show();
        blind.setRuns({ m_open[0] });
        QTRY_VERIFY(!blind.reading());
        QVERIFY(blind.findChild<QLabel*>("analyseStatus")->text().contains("There is no lexicon."));
    }

    /// What the sandbox failed at is no wrong answer: it is in no figure, and counted in words, of the steps in view.
    /// What nobody was to judge has lengths and words all the same, and is not wrong.
    void whatNobodyCouldJudgeIsCountedApart()
    {
        const QString folder = m_folder.filePath("unjudged");
        {
            const auto writer = fixture::makeAnalysedRun(folder, 0, 4);
            StepRow row = fixture::analysedStep(5, 0);
            for (auto& [group, verdict] :
                { std::pair(0, "infra_error"), std::pair(1, "timeout"), std::pair(2, "unjudged") }) {
                CompletionRow& one = row.groups[size_t(group)].completions[3];
                one.verdict = verdict;
                one.reward.reset();
            }
            orThrow(writer->commitStep(row));
            row = fixture::analysedStep(6, 0);
            for (GroupRow& group : row.groups)
                for (CompletionRow& one : group.completions) {
                    one.verdict = "infra_error";
                    one.correct = false;
                    one.reward.reset();
                }
            orThrow(writer->commitStep(row));
        }
        AnalysePanel panel(*m_lexicon);
        panel.resize(970, 690);
        panel.setRuns({ { std::make_shared<RunFeed>(folder), Qt::blue, "unjudged" } });
        panel.show();
        QTRY_VERIFY(!panel.reading());
        ReflectionPage* page = panel.reflection();
        const auto scope = [&] { return page->findChild<QLabel*>("reflectionScope")->text(); };
        QVERIFY2(scope().contains("n = 15 right and 42 wrong") && scope().contains("14 of 72 could not be judged")
                && scope().contains("Nobody judged 1 more"),
            qPrintable(scope()));
        const QString status = panel.findChild<QLabel*>("analyseStatus")->text();
        QVERIFY2(status == "58 traces in 6 steps; nobody judged 1; 14 of 72 could not be judged", qPrintable(status));
        page->charts()->chart(0)->userZoom(0.5, 4.5);
        QTRY_VERIFY(scope().contains("n = 12 right and 36 wrong"));
        QVERIFY(!scope().contains("could not be judged"));
    }

    /// data.verifier=none: nothing is right or wrong, and what needs no verdict is shown of all.
    void whereNobodyJudgesNothingIsWrong()
    {
        const QString folder = m_folder.filePath("none");
        {
            const auto writer = fixture::makeAnalysedRun(folder, 0, 0);
            for (int64_t step = 1; step <= 6; ++step) {
                StepRow row = fixture::analysedStep(step, 0);
                for (GroupRow& group : row.groups)
                    for (CompletionRow& one : group.completions) {
                        one.verdict = "unjudged";
                        one.correct = false;
                    }
                orThrow(writer->commitStep(row));
            }
        }
        AnalysePanel panel(*m_lexicon);
        panel.resize(970, 690);
        panel.setRuns({ { std::make_shared<RunFeed>(folder), Qt::blue, "none" } });
        panel.show();
        QTRY_VERIFY(!panel.reading());
        QCOMPARE(panel.findChild<QLabel*>("analyseStatus")->text(), QString("72 traces in 6 steps; none was judged"));
        ReflectionPage* page = panel.reflection();
        const QString scope = page->findChild<QLabel*>("reflectionScope")->text();
        QVERIFY2(scope.contains("n = 72 traces; no answer was judged"), qPrintable(scope));
        const auto labels = [&](const AnalysisPage* of, int chart) {
            QStringList all;
            for (int i = 0; i < of->charts()->chart(chart)->legend()->count(); ++i)
                all << of->charts()->chart(chart)->legend()->chip(i)->look().label;
            return all;
        };
        QCOMPARE(labels(page, 0), QStringList { "not judged" });
        QCOMPARE(labels(page, 1), QStringList { "held-out pass@1" }); // there is no accuracy of training
        QCOMPARE(labels(page, 2), QStringList { "not judged" });
        QStringList titles;
        for (int column = 0; column < page->words()->columnCount(); ++column)
            titles << page->words()->headerData(column, Qt::Horizontal, Qt::DisplayRole).toString();
        QCOMPARE(titles, (QStringList { "Word", "Not judged", "n" }));
        QCOMPARE(
            page->words()->index(0, 2).data().toString(), QString("27")); // "wait" in 9 traces, "but" in 12, 等等 in 6
        QVERIFY(page->findChild<QLabel*>("reflectingAccuracy")->text().startsWith("No answer was judged"));
        const QString bars = page->findChild<PairedBars*>()->accessibleName();
        QVERIFY2(bars.endsWith("not judged n = 27"), qPrintable(bars));
        page->findChild<QComboBox*>("reflectionExamplesVerdict")->setCurrentIndex(2);
        QCOMPARE(page->examples()->rowCount(), 0); // none is wrong
        page->findChild<QComboBox*>("reflectionExamplesVerdict")->setCurrentIndex(3);
        QVERIFY(page->examples()->rowCount() > 0);
        QCOMPARE(page->examples()->index(0, ExampleListModel::Verdict).data().toString(), QString("not judged"));
        QVERIFY(page->findChild<QLabel*>("lagNote")->text().startsWith("No answer was judged"));

        panel.findChild<QTabWidget*>("analyseTabs")->setCurrentIndex(1);
        MixingPage* mixing = panel.mixing();
        const QString note = mixing->findChild<QLabel*>("mixedNote")->text();
        QVERIFY2(note.startsWith("8.3 % of the traces mix") && note.contains("No answer was judged"), qPrintable(note));
        QCOMPARE(labels(mixing, 0), QStringList { "not judged" });
        panel.findChild<QTabWidget*>("analyseTabs")->setCurrentIndex(2);
        QCOMPARE(labels(panel.behaviour(), 0).size(), 1);
        QVERIFY(labels(panel.behaviour(), 0).front().endsWith("not judged"));
    }

    void reflection()
    {
        AnalysePanel panel(*m_lexicon);
        panel.resize(970, 690);
        panel.setRuns({ m_open[0] });
        QVERIFY(!panel.reading()); // nothing is read before it is looked at
        panel.show();
        QTRY_VERIFY(!panel.reading());
        ReflectionPage* page = panel.reflection();
        // 13 steps × 3 groups say "wait" once; of 48 right traces.
        QVERIFY(page->findChild<QLabel*>("reflectionScope")->text().contains("n = 48 right and 144 wrong"));
        const auto cell = [&](const QString& word, int column) {
            for (int row = 0; row < page->words()->rowCount(); ++row)
                if (page->words()->index(row, 0).data().toString() == word)
                    return page->words()->index(row, column).data().toString();
            return QString("no row");
        };
        QCOMPARE(cell("wait", 1), QString("0.81")); // 39 / 48
        QCOMPARE(cell("wait", 2), QString("0.00"));
        QCOMPARE(cell("but", 3), QString("32")); // two groups of three at 16 steps
        auto* unit = page->findChild<QComboBox*>("reflectionUnit");
        unit->setCurrentIndex(2);
        QVERIFY(cell("wait", 1).startsWith("81.") && cell("wait", 1).endsWith(" %"));
        unit->setCurrentIndex(1);
        QVERIFY(cell("wait", 1).startsWith("81.") && !cell("wait", 1).endsWith("%")); // 39 words in 480 tokens
        unit->setCurrentIndex(0);

        // A word chosen with the keyboard draws its own curve and shows its examples.
        auto* table = page->findChild<QTableView*>("reflectionWords");
        table->setFocus();
        for (int row = 0; row < page->words()->rowCount(); ++row)
            if (page->words()->index(row, 0).data().toString() == "wait")
                table->setCurrentIndex(page->words()->index(row, 0));
        QCOMPARE(page->charts()->chart(0)->legend()->chip(0)->look().label, QString::fromUtf8("“wait” right"));
        QVERIFY(page->findChild<QLabel*>("reflectionExamplesTitle")->text().contains("wait"));
        QVERIFY(page->examples()->rowCount() > 0);
        QVERIFY(page->examples()->example(0).correct == true);
        page->findChild<QComboBox*>("reflectionExamplesVerdict")->setCurrentIndex(2);
        QCOMPARE(page->examples()->rowCount(), 0); // wrong traces never say it
        page->findChild<QComboBox*>("reflectionExamplesVerdict")->setCurrentIndex(0);

        QSignalSpy picked(&panel, &AnalysePanel::completionPicked);
        auto* examples = page->findChild<QTableView*>("reflectionExamples");
        QTest::mouseClick(
            examples->viewport(), Qt::LeftButton, {}, examples->visualRect(page->examples()->index(0, 2)).center());
        QCOMPARE(picked.size(), 1);
        QCOMPARE(picked[0][0].toString(), m_open[0].feed->folder());
        const auto reader = orThrow(RunReader::open(m_open[0].feed->folder().toStdString()));
        QVERIFY(orThrow(reader->completionText(picked[0][1].toLongLong())).text.find("wait") != std::string::npos);

        QSignalSpy step(&panel, &AnalysePanel::stepPicked), evaluation(&panel, &AnalysePanel::evaluationPicked);
        page->charts()->chart(0)->pick(5);
        QCOMPARE(step[0][1].toLongLong(), 5);
        page->charts()->chart(1)->pick(0, 0.2);
        QCOMPARE(evaluation[0][1].toLongLong(), 0);
    }

    /// "wait" hesitates, "but" and 等等 contrast here: kinds stand above their words, and a kind has its own curve.
    void wordsAreGroupedByKind()
    {
        AnalysePanel panel(orThrow(Lexicon::parse("wait\ten\thesitation\nbut\ten\tcontrast\n等等\tzh\tcontrast\n")));
        panel.resize(970, 690);
        panel.setRuns({ m_open[0] });
        panel.show();
        QTRY_VERIFY(!panel.reading());
        ReflectionPage* page = panel.reflection();
        const auto cells = [&](int column) {
            QStringList all;
            for (int row = 0; row < page->words()->rowCount(); ++row)
                all << page->words()->index(row, column).data().toString();
            return all;
        };
        QVERIFY(!cells(0).contains("hesitation"));
        page->findChild<QCheckBox*>("reflectionByKind")->click();
        const QStringList names = cells(0), n = cells(3);
        const int hesitation = int(names.indexOf("hesitation")), wait = int(names.indexOf("    wait")),
                  contrast = int(names.indexOf("contrast")), but = int(names.indexOf("    but"));
        QVERIFY2(
            hesitation > 0 && wait == hesitation + 1 && contrast > 0 && but > contrast, qPrintable(names.join(";")));
        QVERIFY(!names.contains("check")); // a kind without a word
        QCOMPARE(n[hesitation], n[wait]);
        auto* table = page->findChild<QTableView*>("reflectionWords");
        table->setCurrentIndex(page->words()->index(hesitation, 0));
        QCOMPARE(page->charts()->chart(0)->legend()->chip(0)->look().label, QString::fromUtf8("“hesitation” right"));
        QVERIFY(page->examples()->rowCount() > 0);
        // Another list: counted anew.
        panel.setLexicon(m_lexicon);
        QTRY_VERIFY(!panel.reading());
        QVERIFY2(cells(0).contains("no kind"), qPrintable(cells(0).join(";")));
    }

    void zoomNarrowsTheFigures()
    {
        AnalysePanel panel(*m_lexicon);
        panel.resize(970, 690);
        panel.setRuns({ m_open[0] });
        panel.show();
        QTRY_VERIFY(!panel.reading());
        ReflectionPage* page = panel.reflection();
        for (const int other : { 1, 2 }) { // one step stands in one place of them all
            page->charts()->chart(other)->grab();
            page->charts()->chart(0)->grab();
            QCOMPARE(page->charts()->chart(other)->range(), page->charts()->chart(0)->range());
            QCOMPARE(page->charts()->chart(other)->plotArea().left(), page->charts()->chart(0)->plotArea().left());
            QCOMPARE(page->charts()->chart(other)->plotArea().right(), page->charts()->chart(0)->plotArea().right());
        }
        page->charts()->chart(0)->userZoom(0.5, 3.5); // steps 1 to 3: nobody waits yet
        auto* scope = page->findChild<QLabel*>("reflectionScope");
        QTRY_VERIFY(scope->text().contains("n = 9 right"));
        QCOMPARE(page->charts()->chart(2)->range(), qMakePair(0.5, 3.5)); // one x axis for all
        page->charts()->chart(1)->follow();
        QTRY_VERIFY(scope->text().contains("n = 48 right"));
    }

    void lagsAndPositions()
    {
        AnalysePanel panel(*m_lexicon);
        panel.resize(970, 690);
        panel.setRuns({ m_open[0] });
        panel.show();
        QTRY_VERIFY(!panel.reading());
        ReflectionPage* page = panel.reflection();
        auto* bars = page->findChild<PairedBars*>("reflectionPositions");
        QVERIFY(bars->accessibleName().contains("right n = 39") && bars->accessibleName().contains("wrong n = 48"));
        page->figures()->setCurrentIndex(1);
        bars->setFocus();
        QTest::keyClick(bars, Qt::Key_Right);
        QTest::keyClick(bars, Qt::Key_Left);
        QVERIFY(bars->currentHint().startsWith(QString::fromUtf8("0 – 5 % of the trace: right ")));
        QVERIFY(page->findChild<QLabel*>("positionNote")->text().endsWith(bars->currentHint()));
        QCOMPARE(bars->hint(bars->width() - 10).section(':', 0, 0), QString::fromUtf8("95 – 100 % of the trace"));
        page->figures()->setCurrentIndex(2);
        // Accuracy is the same at every step: there is no correlation, and it says so instead of 0.
        auto* note = page->findChild<QLabel*>("lagNote");
        QVERIFY(note->text().startsWith("Too few steps"));
        page->findChild<QComboBox*>("lagAgainst")->setCurrentIndex(1);
        QVERIFY(note->text().startsWith("Too few steps")); // so is the length
        auto* dots = page->findChild<IntervalDots*>("reflectionLags");
        dots->setFocus();
        QTest::keyClick(dots, Qt::Key_Right);
        QTest::keyClick(dots, Qt::Key_Right);
        QVERIFY(dots->hintAt(dots->current()).contains("reflection 1 step earlier")
            && dots->hintAt(dots->current()).contains("n = 15 steps"));
    }

    /// Of a run too long for a tally a step, and the page says so.
    void aLongRunSaysWhatAPointIs()
    {
        auto tally = std::make_shared<RunTally>();
        tally->folder = QStringLiteral("long");
        for (const Lexicon::Entry& entry : m_lexicon->entries()) {
            tally->words << QString::fromStdString(entry.word);
            tally->kinds.push_back(entry.kind);
        }
        for (int64_t step = 1; step <= int64_t(StepTallies::kMost) + 4; ++step) {
            StepTallier tallier(*m_lexicon, step);
            tallier.add({ step, step, step % 5 < 2, 3, step % 7 < 3 ? "wait one" : "one" });
            tally->steps.append(tallier.finish());
        }
        ReflectionPage page(nullptr);
        page.resize(900, 600);
        page.show();
        page.setRuns({ tally, QStringLiteral("long"), Qt::blue }, {});
        QTRY_VERIFY(!page.findChildren<QLabel*>().isEmpty());
        const auto says = [&](const QString& text) {
            for (const QLabel* label : page.findChildren<QLabel*>())
                if (label->text().contains(text))
                    return true;
            return false;
        };
        QTRY_VERIFY(says("a point stands for 2 steps"));
        QVERIFY(says("Steps 1 – 2,052, n = 821 right and 1,231 wrong traces."));
        QTRY_VERIFY(says("means of 2 steps"));
    }

    void languageMixing()
    {
        AnalysePanel panel(*m_lexicon);
        panel.resize(970, 690);
        panel.setRuns({ m_open[0] });
        panel.show();
        auto* tabs = panel.findChild<QTabWidget*>("analyseTabs");
        tabs->setCurrentIndex(1);
        QTRY_VERIFY(!panel.reading());
        MixingPage* page = panel.mixing();
        QCOMPARE(page->comparison()->index(0, 1).data().toString(), QString("16"));
        QCOMPARE(page->comparison()->index(0, 2).data().toString(), QString("176"));
        QCOMPARE(page->comparison()->index(1, 1).data().toString(), QString("0.0 %"));
        QVERIFY(page->findChild<QLabel*>("mixedNote")->text().contains("n = 16 groups that have both"));
        QVERIFY(page->examples()->rowCount() > 0);
        const QString excerpt = page->examples()->index(0, ExampleListModel::Excerpt).data().toString();
        QVERIFY(excerpt.contains(QString::fromUtf8("等")) && !excerpt.contains(QChar(0x202E))
            && !excerpt.contains(QChar(1)));
        QVERIFY(page->findChild<QLabel*>("ablationNote")->text().contains("rewards.language"));
        QVERIFY(page->findChild<QTableView*>("mixingAblation")->isHidden());

        panel.setRuns(m_open); // nobody asked for the second one: the first keeps its right and wrong
        QTRY_VERIFY(!panel.reading());
        QCOMPARE(panel.findChild<QComboBox*>("analyseAgainst")->currentIndex(), 0);
        QCOMPARE(page->charts()->chart(0)->legend()->count(), 2);
        holdAgainst(panel, 2);
        QTRY_VERIFY(!panel.reading());
        QCOMPARE(page->charts()->chart(0)->legend()->count(), 4); // still apart, in both runs
        page->figures()->setCurrentIndex(4);
        FiguresModel* table = page->ablation();
        QCOMPARE(table->headerData(2, Qt::Horizontal, Qt::DisplayRole).toString(), QString("language 0.5"));
        QCOMPARE(table->index(0, 2).data().toString(), QString("0.5"));
        QCOMPARE(table->index(1, 1).data().toString(), QString("8.3 %")); // one trace of twelve
        QCOMPARE(table->index(1, 2).data().toString(), QString("0.0 %"));
        QVERIFY(page->findChild<QLabel*>("ablationNote")->text().contains(QString::fromUtf8("−8.3 points")));
        QVERIFY(!page->findChild<QLabel*>("ablationNote")->text().contains("no ablation"));
        holdAgainst(panel, 0);
        QVERIFY(page->findChild<QTableView*>("mixingAblation")->isHidden());
    }

    /// Every page reads the other run: its lines have the colours of the first, other dashes, squares and a name.
    void anotherRunIsDashed()
    {
        AnalysePanel panel(*m_lexicon);
        panel.resize(970, 690);
        panel.setRuns(m_open);
        panel.show();
        QTRY_VERIFY(!panel.reading());
        const auto looks = [](AnalysisPage* page, int chart) {
            QVector<LegendChip::Look> all;
            for (int i = 0; i < page->charts()->chart(chart)->legend()->count(); ++i)
                all << page->charts()->chart(chart)->legend()->chip(i)->look();
            return all;
        };
        QCOMPARE(looks(panel.reflection(), 0).size(), 2);
        const bool dark = panel.palette().color(QPalette::Base).lightness() < 128;
        const QVector<LegendChip::Look> accuracy = looks(panel.reflection(), 1);
        QCOMPARE(accuracy.size(), 2);
        QCOMPARE(accuracy[1].label, QString("held-out pass@1"));
        QCOMPARE(accuracy[1].color, seriesColor(1, dark)); // as on Train
        holdAgainst(panel, 2);
        QTRY_VERIFY(!panel.reading());
        for (int tab = 0; tab < 3; ++tab) {
            panel.findChild<QTabWidget*>("analyseTabs")->setCurrentIndex(tab);
            AnalysisPage* page = QVector<AnalysisPage*> { panel.reflection(), panel.mixing(), panel.behaviour() }[tab];
            const QVector<LegendChip::Look> all = looks(page, 0);
            QCOMPARE(all.size(), 4);
            QVERIFY2(all[0].label.endsWith("right") && all[1].label == all[0].label + ", language 0.5",
                qPrintable(all[1].label));
            QCOMPARE(all[1].color, all[0].color);
            QVERIFY(all[1].style != all[0].style && all[0].marker == 0 && all[1].marker > 0);
        }
        holdAgainst(panel, 1);
        QTRY_VERIFY(panel.findChild<QLabel*>("analyseStatus")->text().startsWith("Against itself"));
        QCOMPARE(looks(panel.behaviour(), 0).size(), 2);
    }

    /// A changed setting stands on every chart, and leads to the traces on both sides of it.
    void eventsOfTheRun()
    {
        AnalysePanel panel(*m_lexicon);
        panel.resize(970, 690);
        panel.setRuns({ m_open[0] });
        panel.show();
        QTRY_VERIFY(!panel.reading());
        QSignalSpy change(&panel, &AnalysePanel::changePicked);
        for (int tab = 0; tab < 3; ++tab) {
            panel.findChild<QTabWidget*>("analyseTabs")->setCurrentIndex(tab);
            AnalysisPage* page = QVector<AnalysisPage*> { panel.reflection(), panel.mixing(), panel.behaviour() }[tab];
            for (int i = 0; i < page->charts()->count(); ++i) {
                if (!page->charts()->chart(i)->isVisible())
                    continue; // another one stands in its place
                page->charts()->chart(i)->setCursor(5);
                QVERIFY2(page->charts()->chart(i)->reading().contains("rollout.temperature"),
                    qPrintable(page->charts()->chart(i)->reading()));
            }
            QTest::keyClick(page->charts()->chart(0), Qt::Key_C);
            QCOMPARE(change.size(), tab + 1);
            QCOMPARE(change[tab], QVariantList({ m_open[0].feed->folder(), qint64(5) }));
        }
    }

    void behaviour()
    {
        AnalysePanel panel(*m_lexicon);
        panel.resize(970, 690);
        panel.setRuns({ m_open[0] });
        panel.show();
        panel.findChild<QTabWidget*>("analyseTabs")->setCurrentIndex(2);
        QTRY_VERIFY(!panel.reading());
        BehaviourPage* page = panel.behaviour();
        auto* table = page->findChild<QTableView*>("behaviourKinds");
        int seen = 0;
        for (int row = 0; row < page->kinds()->rowCount(); ++row)
            if (page->kinds()->index(row, 0).data().toString() == "backtracking") {
                ++seen;
                QCOMPARE(page->kinds()->index(row, 1).data().toString(), QString("0.81"));
                table->setCurrentIndex(page->kinds()->index(row, 0));
            }
        QCOMPARE(seen, 1);
        QVERIFY(page->charts()->chart(0)->legend()->chip(0)->look().label.startsWith("backtracking"));
        LegendChip* checks = page->charts()->chart(1)->legend()->chip(3); // the title has no room for it
        QVERIFY(checks->look().label == "checks" && checks->look().hint.contains("which add up to 1"));
        QVERIFY(page->examples()->rowCount() > 0);
        QVERIFY(page->examples()->example(0).correct == true);
    }

    /// No group has both kinds: all of them are compared, unpaired, and the method and its n are named.
    void reflectingIsPooledWhereNoGroupHasBoth()
    {
        auto tally = std::make_shared<RunTally>();
        for (const auto& entry : m_lexicon->entries()) {
            tally->words << QString::fromStdString(entry.word);
            tally->kinds.push_back(entry.kind);
        }
        const auto addStep = [&](int64_t step, const std::vector<std::pair<const char*, bool>>& traces) {
            StepTallier tallier(*m_lexicon, step);
            for (const auto& [text, right] : traces)
                tallier.add({ step, step, right, 4, text });
            tally->steps.append(tallier.finish());
        };
        const char *reflects = "one wait two", *other = "one two";
        for (const int64_t step : { 1, 5 }) {
            addStep(step, { { reflects, true }, { reflects, true } });
            addStep(step + 1, { { reflects, true }, { reflects, false } });
            addStep(step + 2, { { other, false }, { other, false } });
            addStep(step + 3, { { other, true }, { other, false } });
        }
        const auto said = [&] {
            ReflectionPage page;
            page.resize(960, 640);
            page.show();
            page.setRuns({ std::make_shared<RunTally>(*tally), QStringLiteral("apart"), Qt::blue }, {});
            return page.findChild<QLabel*>("reflectingAccuracy")->text();
        };
        // 6/8 − 2/8, and each of the eight groups is 1/16 off: 1.96 · sqrt(8/7 · 8/256) = 0.370
        const QString pooled = said();
        QVERIFY2(pooled.contains("+50.0 points (13.0 – 87.0)"), qPrintable(pooled));
        QVERIFY2(pooled.startsWith("No two groups in view") && pooled.contains("unpaired, linearised")
                && pooled.contains("n = 8 groups, 8 traces that reflect and 8 others"),
            qPrintable(pooled));
        for (const int64_t step : { 9, 10 })
            addStep(step, { { reflects, true }, { other, step == 9 } });
        const QString within = said();
        QVERIFY2(within.startsWith("Same prompt, same step") && within.contains("n = 2 groups that have both"),
            qPrintable(within));
    }

private:
    static void holdAgainst(AnalysePanel& panel, int index)
    {
        auto* against = panel.findChild<QComboBox*>("analyseAgainst");
        against->setCurrentIndex(index);
        Q_EMIT against->activated(index);
    }

    QTemporaryDir m_folder;
    std::shared_ptr<const Lexicon> m_lexicon;
    OpenRuns m_open;
};

QTEST_MAIN(TestAnalysePanel)
#include "tst_analysepanel.moc"
