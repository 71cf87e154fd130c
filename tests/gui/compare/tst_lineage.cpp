// Lineage: from training rows, with and without a record of their origin, to the student's answer.

#include "../traces/trace_fixture.h"

#include "widgets/models/lineagemodel.h"
#include "widgets/panels/comparepanel.h"
#include "widgets/panels/lineagecard.h"
#include "widgets/panels/lineagepage.h"
#include "widgets/panels/tracepane.h"
#include "widgets/panels/traceview.h"

#include <QAbstractItemModelTester>
#include <QClipboard>
#include <QGuiApplication>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QPushButton>
#include <QSignalSpy>
#include <QToolButton>
#include <QtTest>

#include "core/store/run_reader.h"

#include <nlohmann/json.hpp>

using namespace aha;

namespace {

const std::string kAsked = "use 5 9 6 to make 39 :", kOther = "use 1 1 2 to make 3 :";

} // namespace

class TestLineage : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        qputenv("AHASCOPE_ROOT", AHASCOPE_TEST_SOURCE_DIR);
        fixture::makeRun(path("teacher"));
        const auto teacher = orThrow(RunReader::open(path("teacher").toStdString()));
        // The row's own completion: step 2, the group of kAsked, the first sample.
        for (const GroupRow& group : orThrow(teacher->groupsWithCompletions(2)))
            if (group.prompt.text == kAsked)
                m_completion = group.completions[0].id;
        QVERIFY(m_completion > 0);
        const nlohmann::ordered_json rows[] = {
            { { "prompt", kAsked }, { "completion", fixture::kAhaTrace },
                { "provenance",
                    { { "run", "teacher" }, { "run_id", "fixture" }, { "step", 2 }, { "completion", m_completion },
                        { "verdict", "correct" } } } },
            { { "prompt", kOther }, { "completion", fixture::kAhaTrace } }, // written before rows had provenance
            { { "prompt", "from elsewhere" }, { "completion", "nobody's <b>" } },
            { { "prompt", kAsked }, { "completion", "x" },
                { "provenance",
                    { { "run", "gone" }, { "run_id", "gone" }, { "completion", 7 }, { "verdict", "correct" } } } },
        };
        QFile file(path("teacher") + "/answers.jsonl");
        QVERIFY(file.open(QIODevice::WriteOnly));
        for (const auto& row : rows)
            file.write(QByteArray::fromStdString(row.dump()) + "\n");
        makeStudent();
        QDir().mkpath(path("empty"));
        m_student = { std::make_shared<RunFeed>(path("student")), QColor(Qt::blue), "student" };
        m_teacher = { std::make_shared<RunFeed>(path("teacher")), QColor(Qt::red), "teacher" };
    }
    void cleanupTestCase()
    {
        m_student.feed.reset();
        m_teacher.feed.reset();
    }

    void rowsAreRead()
    {
        const LineageSource source = readLineage(path("student"), "student");
        QVERIFY2(source.problem.isEmpty(), qPrintable(source.problem));
        QCOMPARE(source.samples.size(), size_t(4));
        QCOMPARE(source.samples[0].completionId, m_completion);
        QCOMPARE(source.samples[0].verdict, std::string("correct"));
        QCOMPARE(source.samples[1].completionId, qint64(-1));
        QCOMPARE(source.kind, QString("distill"));
        QCOMPARE(source.teacher, QString("models/teacher"));
        QCOMPARE(source.files.at(0).filter, QString::fromUtf8("pass rate 0.2 – 0.8"));
        QVERIFY(!readLineage(path("empty"), "empty").problem.isEmpty());
        LineageModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setSource(source);
        QCOMPARE(model.index(2).data().toString(), QString("3  from elsewhere"));
        model.setText("NOBODY");
        QCOMPARE(model.rowCount(), 1);
        QCOMPARE(model.index(0).data(Qt::AccessibleTextRole).toString(), QString("row 3: from elsewhere"));
    }

    /// Every file of a mixture, each beside the run that it came from; one that is gone hides no other.
    void aMixtureIsFollowedFileByFile()
    {
        QDir().mkpath(path("other"));
        QDir().mkpath(path("mixed"));
        QFile second(path("other") + "/answers.jsonl");
        QVERIFY(second.open(QIODevice::WriteOnly));
        for (int i = 0; i < 3000; ++i)
            second.write("{\"prompt\":\"other " + QByteArray::number(i) + "\",\"completion\":\"y\"}\n");
        second.close();
        RunConfig config = defaultConfig("sft");
        config.data.path
            = (path("other") + "/answers.jsonl; " + path("gone.jsonl") + "; " + path("teacher") + "/answers.jsonl")
                  .toStdString();
        config.data.slice = "0:50%; ; ";
        QFile file(path("mixed") + "/config.json");
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(toJsonText(config).c_str());
        file.close();
        const LineageSource source = readLineage(path("mixed"), "mixed");
        QVERIFY2(source.problem.isEmpty(), qPrintable(source.problem));
        QCOMPARE(source.files.size(), size_t(3));
        QCOMPARE(source.files[0].name, QString("other/answers.jsonl")); // two files of one name
        QCOMPARE(source.files[2].name, QString("teacher/answers.jsonl"));
        QCOMPARE(source.files[0].filter, QString("rows 0:50%"));
        QVERIFY(source.files[1].problem.contains("gone.jsonl") && source.files[2].problem.isEmpty());
        QCOMPARE(source.samples.size(), kLineageRows / 3 + 4); // the large file leaves room for the others
        QVERIFY(source.more);
        const LineageSample& last = source.samples[source.samples.size() - 4];
        QCOMPARE(last.file, size_t(2));
        QCOMPARE(last.row, quint64(1));
        const auto chain = followLineage(source, last);
        QCOMPARE(chain[SampleLink].facts, QString("row 1 of teacher/answers.jsonl: use 5 9 6 to make 39 :"));
        QCOMPARE(chain[TraceLink].completionId, m_completion);
        const auto other = followLineage(source, source.samples[0]);
        QVERIFY2(other[FilterLink].facts.contains("data: rows 0:50%"), qPrintable(other[FilterLink].facts));
        QVERIFY(!chain[FilterLink].facts.contains("data:"));

        LineagePage page(std::make_shared<Lexicon>());
        page.resize(970, 650);
        page.show();
        page.setRuns({ { std::make_shared<RunFeed>(path("mixed")), QColor(Qt::green), "mixed" } });
        QTRY_COMPARE(page.model()->rowCount(), int(source.samples.size()));
        QCOMPARE(page.model()->index(0).data().toString(), QString("other/answers.jsonl 1  other 0"));
        page.findChild<QLineEdit*>("lineageFilter")->setText("teacher/ans");
        QCOMPARE(page.model()->rowCount(), 4);
        bool said = false;
        for (const QLabel* label : page.findChildren<QLabel*>())
            said = said || (label->text().contains("a mixture of 3 files") && label->text().contains("gone.jsonl"));
        QVERIFY(said);
    }

    void recordedOriginIsFollowed()
    {
        const LineageSource source = readLineage(path("student"), "student");
        const auto chain = followLineage(source, source.samples[0]);
        QCOMPARE(chain.size(), size_t(LineageLinks));
        QCOMPARE(chain[SampleLink].facts, QString("row 1 of answers.jsonl: use 5 9 6 to make 39 :"));
        QCOMPARE(chain[TraceLink].completionId, m_completion);
        QCOMPARE(chain[TraceLink].folder, path("teacher"));
        QVERIFY2(chain[TraceLink].facts.startsWith("teacher, step 2, sample 1; teacher of the run: models/teacher"),
            qPrintable(chain[TraceLink].facts));
        QCOMPARE(chain[FilterLink].step, qint64(2));
        QVERIFY2(chain[FilterLink].facts.startsWith("verdict correct, reward 1.10, 40 tokens; 2 of the group's n = 4"),
            qPrintable(chain[FilterLink].facts));
        QCOMPARE(chain[CheckpointLink].step, qint64(2)); // the newest that was not removed
        QVERIFY(chain[AnswerLink].known);
        QCOMPARE(chain[AnswerLink].text, std::string("<think> what the student says </think>"));
        QVERIFY2(chain[AnswerLink].facts.startsWith("step 2, sampled in training: 1 of n = 1 right"),
            qPrintable(chain[AnswerLink].facts));
    }

    void unrecordedOriginIsFoundByText()
    {
        const LineageSource source = readLineage(path("student"), "student");
        const auto chain = followLineage(source, source.samples[1]);
        QVERIFY(chain[TraceLink].known && chain[TraceLink].facts.contains("(found by its text)"));
        QVERIFY(chain[TraceLink].completionId > 0);
        QVERIFY(!chain[AnswerLink].known && chain[AnswerLink].facts.startsWith("Not asked"));
    }

    void whatIsNotRecordedSaysSo()
    {
        const LineageSource source = readLineage(path("student"), "student");
        const auto elsewhere = followLineage(source, source.samples[2]);
        QVERIFY(!elsewhere[TraceLink].known && elsewhere[TraceLink].facts.startsWith("The row does not say"));
        QVERIFY(!elsewhere[FilterLink].known && !elsewhere[TraceLink].leads());
        const auto gone = followLineage(source, source.samples[3]);
        QVERIFY2(gone[TraceLink].facts.startsWith("Completion 7 of gone"), qPrintable(gone[TraceLink].facts));
        QVERIFY(gone[FilterLink].facts.startsWith("verdict correct"));
    }

    void ownCompletionsAreFollowed()
    {
        const LineageSource source = readLineage(path("teacher"), "teacher");
        QVERIFY(source.files.empty());
        QCOMPARE(source.samples.size(), size_t(6)); // two groups at each of three steps
        const auto chain = followLineage(source, source.samples[0]);
        QVERIFY(!chain[TraceLink].text.empty() && chain[TraceLink].folder == path("teacher"));
        // Its newest answer is the sample: what was learned from is not what came of it.
        QVERIFY2(!chain[AnswerLink].known
                && chain[AnswerLink].facts.startsWith(QString("Not asked after step %1.").arg(source.samples[0].step)),
            qPrintable(chain[AnswerLink].facts));
        LineageSample before = source.samples[0];
        --before.step; // of the same prompt, one step earlier: that was answered since
        QVERIFY(followLineage(source, before)[AnswerLink].known);
    }

    void eachLinkIsAClick()
    {
        LineagePage page(std::make_shared<Lexicon>());
        page.resize(970, 650);
        page.show();
        QVERIFY(page.findChild<QLabel*>("lineageEmpty")->text().startsWith("No run is open"));
        page.setRuns({ m_student, m_teacher });
        QTRY_COMPARE(page.model()->rowCount(), 4);
        auto* pane = page.findChild<TracePane*>();
        auto* open = page.findChild<QPushButton*>("lineageOpen");
        const auto card = [&](int link) { return page.findChild<LineageCard*>(QString("lineageLink%1").arg(link)); };
        QTRY_VERIFY(card(AnswerLink)->accessibleDescription().startsWith("step 2, sampled"));
        QVERIFY(pane->view()->trace().text.contains("5 * 9 = 45"));
        QVERIFY(!open->isEnabled()); // a row of a file
        QSignalSpy completion(&page, &LineagePage::completionPicked), step(&page, &LineagePage::stepPicked);
        for (int link = 0; link + 1 < LineageLinks; ++link)
            QTest::keyClick(card(link), Qt::Key_Down); // cards are one group: arrows move and choose
        card(TraceLink)->click();
        open->click();
        QCOMPARE(completion.size(), 1);
        QCOMPARE(completion[0][1].toLongLong(), m_completion);
        card(FilterLink)->click();
        open->click();
        QCOMPARE(step.size(), 1);
        QCOMPARE(step[0][0].toString(), path("teacher"));
        card(AnswerLink)->click();
        QVERIFY(pane->isPinned() && pane->view()->trace().text.contains("what the student says"));
        QVERIFY(pane->pinnedView()->trace().text.contains("5 * 9 = 45"));
        page.findChild<QListView*>("lineageSamples")->setCurrentIndex(page.model()->index(1));
        QTRY_VERIFY(card(AnswerLink)->accessibleDescription().startsWith("Not asked"));
        QVERIFY(!pane->isPinned() && !open->isEnabled());
        page.findChild<QPushButton*>("lineageCopy")->click();
        QCOMPARE(QGuiApplication::clipboard()->text().toStdString(), kOther);
        page.findChild<QLineEdit*>("lineageFilter")->setText("elsewhere");
        QCOMPARE(page.model()->rowCount(), 1);
    }

    /// What the run stored of a text is there, and what it did not store can be measured.
    void tokensComeAlong()
    {
        const auto teacher = orThrow(RunReader::open(path("teacher").toStdString()));
        LineageSource source = readLineage(path("student"), "student");
        LineageSample sample = source.samples[0];
        for (const GroupRow& group : orThrow(teacher->groupsWithCompletions(2)))
            if (group.prompt.text == kAsked)
                sample.completionId = group.completions[2].id; // whose values are stored
        const std::vector<LineageStep> chain = followLineage(source, sample);
        for (const int link : { int(TraceLink), int(FilterLink) }) {
            QVERIFY(chain[size_t(link)].detail);
            QCOMPARE(chain[size_t(link)].detail->logprob, (std::vector<float> { -0.1f, -2.0f, -0.5f }));
            QCOMPARE(chain[size_t(link)].textCompletion, sample.completionId);
            QCOMPARE(chain[size_t(link)].textFolder, path("teacher"));
        }
        QVERIFY(!chain[SampleLink].detail && chain[SampleLink].textCompletion == 0); // a row of a file
        QCOMPARE(chain[AnswerLink].textFolder, path("student"));
        QVERIFY(chain[AnswerLink].textCompletion > 0);

        ComparePanel panel;
        panel.resize(970, 690);
        panel.show();
        panel.setRuns({ m_student });
        panel.showTab(ComparePanel::Lineage);
        auto* pane = panel.findChild<LineagePage*>()->findChild<TracePane*>();
        auto* measure = pane->findChild<QToolButton*>("measureTokens");
        auto* trace = panel.findChild<LineageCard*>("lineageLink1");
        QTRY_VERIFY(!trace->accessibleDescription().isEmpty());
        QVERIFY(!measure->isEnabled()); // a row of a file
        trace->click();
        QCOMPARE(pane->document().place.completionId, m_completion);
        QVERIFY(measure->isEnabled());
    }

    void panelPassesItOn()
    {
        ComparePanel panel;
        panel.resize(970, 690);
        panel.show();
        panel.setRuns({ m_student });
        panel.showTab(ComparePanel::Lineage);
        auto* page = panel.findChild<LineagePage*>();
        QTRY_COMPARE(page->model()->rowCount(), 4);
        auto* trace = panel.findChild<LineageCard*>("lineageLink1");
        QTRY_VERIFY(!trace->accessibleDescription().isEmpty());
        QSignalSpy picked(&panel, &ComparePanel::completionPicked);
        trace->click();
        panel.findChild<QPushButton*>("lineageOpen")->click();
        QCOMPARE(picked.size(), 1);
    }

private:
    QString path(const char* name) const { return m_folder.filePath(name); }

    void makeStudent()
    {
        QDir().mkpath(path("student"));
        RunConfig config;
        config.general.name = "student";
        config.general.kind = "distill";
        config.data.path = (path("teacher") + "/answers.jsonl").toStdString();
        config.data.passRateMin = 0.2;
        config.data.passRateMax = 0.8;
        config.distill.teacher = "models/teacher";
        QFile file(path("student") + "/config.json");
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(toJsonText(config).c_str());
        auto writer
            = orThrow(RunWriter::create(path("student").toStdString(), "s", "s", "distill", toJsonText(config)));
        for (int64_t step = 1; step <= 2; ++step) {
            StepRow row;
            row.step = step;
            GroupRow group { 0, step, 0, { 0, kAsked, "countdown", fixture::kItem }, 1, 0, true, {} };
            group.completions.push_back(fixture::completion(step, 0, 0));
            group.completions[0].text = "<think> what the student says </think>";
            row.groups.push_back(group);
            orThrow(writer->commitStep(row));
            orThrow(writer->addCheckpoint(
                { 0, 1, step, "checkpoints/step-" + std::to_string(step), 1'000'000, "abc", 0, false }));
        }
        orThrow(writer->markCheckpointRemoved("checkpoints/step-1"));
    }

    QTemporaryDir m_folder;
    qint64 m_completion = 0;
    OpenRun m_student, m_teacher;
};

QTEST_MAIN(TestLineage)
#include "tst_lineage.moc"
