// A run's teacher beside its student: asked of an engine (a stand-in), drawn, scrolled together, refused
// in a sentence, and not offered where there is no teacher.

#include "trace_fixture.h"

#include "widgets/panels/traceevaluationpage.h"
#include "widgets/panels/tracelegend.h"
#include "widgets/panels/tracepane.h"
#include "widgets/panels/tracespanel.h"
#include "widgets/panels/tracesteppage.h"
#include "widgets/panels/traceview.h"

#include <nlohmann/json.hpp>

#include <QComboBox>
#include <QLabel>
#include <QMenu>
#include <QScrollBar>
#include <QSettings>
#include <QSplitter>
#include <QtTest>

using namespace aha;

namespace {

/// Of three tokens; the ends are those of the fixture's text with stored values, cut to any other.
constexpr const char* kAnswer = R"("policy_step":%POLICY%,"teacher":"models/big <b>","temperature":2,"ends":[7,9,150],
"kl":[0.5,0.25,2],"agrees":[true,true,false],"mean_kl":0.9167,"agreeing":2,"tokens":3,
"by_student":{"logprobs":[-0.5,-1,-3],"entropy":[1,1,1],"top":[[{"id":1,"text":"a","p":0.6}],[],[{"id":3,"text":"wait","p":0.5}]]},
"by_teacher":{"logprobs":[-0.25,-0.5,-2],"entropy":[0.5,1,0.75],"top":[[{"id":1,"text":"a","p":0.8}],[],[{"id":2,"text":"<i>","p":0.9}]]})";

void writeFile(const QString& path, const QByteArray& text)
{
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(text);
}

} // namespace

class TestTeacherBeside : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, m_folder.filePath("settings"));
        qputenv("AHASCOPE_ROOT", AHASCOPE_TEST_SOURCE_DIR);
        qputenv("AHASCOPE_ENGINE", path("engine").toUtf8());
        QByteArray answer = QByteArray(kAnswer).replace('\n', "");
        answer.replace('"', "\\\"").replace("%POLICY%", "$5");
        // tokens RUN --teacher --policy STEP --completion ID | --evaluation ID --problem POSITION
        writeFile(path("engine"),
            "#!/bin/sh\necho \"$@\" >> '" + path("asked").toUtf8() + "'\n[ -e '" + path("broken").toUtf8()
                + "' ] && { echo '{\"error\":\"model_config_missing\",\"message\":\"There is no teacher at "
                  "models/big.\","
                  "\"hint\":\"Name one.\"}' >&2; exit 1; }\n"
                  "if [ \"$6\" = --completion ]; then where=\"\\\"completion\\\":$7\"; "
                  "else where=\"\\\"evaluation\\\":$7,\\\"problem\\\":$9\"; fi\n"
                  "echo \"{$where,"
                + answer + "}\"\n");
        QFile::setPermissions(path("engine"), QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
        makeRun("distill", "distill", "models/big");
        makeRun("grpo", "grpo");
        makeRun("taught", "sft", "models/big");
        makeRun("sft", "sft");
    }
    void init()
    {
        QFile::remove(path("asked"));
        QFile::remove(path("broken"));
    }

    void theAnswerIsRead()
    {
        const auto answer = nlohmann::ordered_json::parse(
            "{\"completion\":7," + QByteArray(kAnswer).replace("%POLICY%", "3").toStdString() + "}");
        const TeacherInsight insight = teacherInsightFrom(answer);
        QCOMPARE(insight.completionId, 7);
        QCOMPARE(insight.policyStep, 3);
        QCOMPARE(insight.detail(true).logprob, (std::vector<float> { -0.25f, -0.5f, -2.0f }));
        QCOMPARE(insight.detail(false).entropy, (std::vector<float> { 1, 1, 1 }));
        const QString last = insight.describe(2);
        for (const QString& part : { QString::fromUtf8("teacher: log-prob −2.000 · p = 13.5 % · entropy 0.750"),
                 QString("student of step 3: log-prob −3.000"), QString("2.000 nats; each would draw another token"),
                 QString::fromUtf8("the teacher would draw: “<i>” 90.0 %"),
                 QString::fromUtf8("the student would draw: “wait” 50.0 %") })
            QVERIFY2(last.contains(part), qPrintable(last));
        QVERIFY(insight.describe(0).contains("both would draw the same token"));
        QCOMPARE(insight.describe(3), QString());
        const QString sentence = insight.sentence();
        QVERIFY2(sentence.contains("models/big <b>") && sentence.contains("at temperature 2")
                && sentence.contains("0.9167 nats per token") && sentence.contains("66.7 % (2 of n = 3 tokens)"),
            qPrintable(sentence));
        QVERIFY2(insight.facts(true).contains("mean log-prob −0.917"), qPrintable(insight.facts(true)));
        for (const char* text :
            { "null", "[]", "{\"kl\":3,\"by_teacher\":[1],\"ends\":{},\"by_student\":{\"top\":[1]}}" }) {
            const TeacherInsight nothing = teacherInsightFrom(nlohmann::ordered_json::parse(text));
            QCOMPARE(nothing.describe(0), QString());
            QVERIFY(nothing.sentence().contains("no tokens"));
        }
    }

    void onlyADistillationRunOffersIt()
    {
        TracesPanel panel;
        panel.setRuns(open("grpo"));
        auto* heat = panel.findChild<QComboBox*>("heat");
        const int without = heat->count();
        QVERIFY(!panel.pane()->legend()->hasTeacher());
        Q_EMIT panel.pane()->compareMenu()->aboutToShow();
        QVERIFY(!panel.pane()->compareMenu()->findChild<QAction*>("teacherBeside"));
        panel.setRuns(open("distill"));
        QCOMPARE(heat->count(), without + 4);
        QVERIFY(heat->isEnabled()); // also where the run stored no values
        panel.pane()->legend()->setHeat(Heat::TeacherAgreement);
        panel.setRuns(open("grpo"));
        QCOMPARE(heat->count(), without);
        QCOMPARE(heat->currentIndex(), 0);
    }

    /// A fine-tuned run has the teacher that wrote its rows, where it names one; else a sentence says how.
    void theTeacherThatWroteTheRows()
    {
        TracesPanel panel;
        panel.resize(1000, 700);
        panel.setRuns(open("taught"));
        panel.show();
        QVERIFY(panel.pane()->legend()->hasTeacher());
        choose(panel, "teacherBeside");
        QTRY_VERIFY(panel.pane()->isTeacherBeside());
        QVERIFY(asked().last().contains("--teacher --policy "));
        panel.setRuns(open("sft"));
        QVERIFY(!panel.pane()->legend()->hasTeacher() && !panel.pane()->isTeacherBeside());
        const qsizetype before = asked().size();
        choose(panel, "teacherBeside");
        auto* said = panel.findChild<QLabel*>("traceInsight");
        QVERIFY2(said->isVisible() && said->text().contains("distill.teacher"), qPrintable(said->text()));
        QCOMPARE(asked().size(), before);
    }

    void tokensAreColoured()
    {
        TracesPanel panel;
        panel.resize(1000, 700);
        panel.setRuns(open("distill"));
        panel.show();
        panel.stepPage()->showCompletion(2, 1, 0); // of a sample without stored values
        TraceView* view = panel.pane()->view();
        QVERIFY(view->trace().tokenEnds.isEmpty());
        auto* said = panel.findChild<QLabel*>("traceInsight");
        panel.pane()->legend()->setHeat(Heat::TeacherKl);
        QVERIFY2(said->text().contains("student of step 0"), qPrintable(said->text()));
        QTRY_VERIFY(view->teacher());
        QVERIFY2(said->text().contains("n = 3 tokens"), qPrintable(said->text()));
        QCOMPARE(view->trace().tokenEnds.size(), 3);
        QCOMPARE(view->tokenShare(0), -0.5);
        QCOMPARE(view->tokenShare(2), -1.0);
        panel.pane()->legend()->setHeat(Heat::TeacherAgreement);
        QCOMPARE(view->tokenShare(0), 0.0);
        QCOMPARE(view->tokenShare(2), -1.0);
        panel.pane()->legend()->setHeat(Heat::TeacherProb);
        QVERIFY(std::abs(view->tokenShare(2) + 1 - std::exp(-2.0)) < 1e-6);
        panel.pane()->legend()->setHeat(Heat::StudentProb);
        QVERIFY(std::abs(view->tokenShare(2) + 1 - std::exp(-3.0)) < 1e-6);
        QVERIFY2(view->hint(8).contains("the teacher would draw") || view->hint(100).contains("the teacher would draw"),
            qPrintable(view->hint(100)));
        QCOMPARE(asked().size(), 1); // every colour is of the same answer
        QVERIFY(!panel.pane()->isPinned());
    }

    void sideBySide()
    {
        TracesPanel panel;
        panel.resize(1000, 700);
        panel.setRuns(open("distill"));
        panel.show();
        panel.stepPage()->showCompletion(2, 1, 2);
        TracePane* pane = panel.pane();
        choose(panel, "teacherBeside");
        QTRY_VERIFY(pane->isTeacherBeside());
        QCOMPARE(pane->pinnedView()->trace().text, pane->view()->trace().text);
        QVERIFY(pane->pinnedView()->isVisible());
        QCOMPARE(pane->legend()->heat(), Heat::TeacherKl); // both by KL
        for (const TraceView* view : { pane->view(), pane->pinnedView() })
            QCOMPARE(view->tokenShare(1), -0.25);
        pane->legend()->setHeat(Heat::StudentProb); // each by its own
        QVERIFY(std::abs(pane->pinnedView()->tokenShare(2) + 1 - std::exp(-2.0)) < 1e-6);
        QVERIFY(std::abs(pane->view()->tokenShare(2) + 1 - std::exp(-3.0)) < 1e-6);
        pane->legend()->setHeat(Heat::LogProb); // left what the teacher says, right what was stored when it was drawn
        QVERIFY(std::abs(pane->pinnedView()->tokenShare(1) + 1 - std::exp(-0.5)) < 1e-6);
        QVERIFY(std::abs(pane->view()->tokenShare(1) + 1 - std::exp(-2.0)) < 1e-6);
        QVERIFY(pane->isTeacherBeside());

        panel.resize(520, 560); // narrow and low: both have something to scroll
        panel.findChild<QSplitter*>(QStringLiteral("readingSplit"))->setSizes({ 1000, 10 });
        QTRY_VERIFY(pane->pinnedView()->verticalScrollBar()->maximum() > 3 * pane->view()->fontMetrics().height());
        pane->view()->verticalScrollBar()->setValue(3 * pane->view()->fontMetrics().height());
        QTRY_VERIFY(pane->view()->topPosition() > 0);
        QTRY_COMPARE(pane->pinnedView()->topPosition(), pane->view()->topPosition());

        const QString before = pane->view()->trace().text; // another trace: its teacher is asked in turn
        panel.stepPage()->moveCompletion(1);
        QVERIFY(pane->view()->trace().text != before);
        QTRY_COMPARE(pane->pinnedView()->trace().text, pane->view()->trace().text);
        QVERIFY(pane->isTeacherBeside());

        Q_EMIT pane->compareMenu()->aboutToShow(); // under the weights of another step
        auto* steps = pane->compareMenu()->findChild<QMenu*>("teacherBesideStep");
        QVERIFY(steps);
        QCOMPARE(steps->actions().size(), 2);
        steps->actions().last()->trigger();
        QTRY_COMPARE(pane->view()->teacher() ? pane->view()->teacher()->policyStep : -1, 3);
        panel.stepPage()->moveCompletion(-1);
        QTRY_COMPARE(pane->view()->teacher() ? pane->view()->teacher()->policyStep : -1, 3); // it stays chosen

        writeFile(path("broken"), "");
        panel.stepPage()->moveCompletion(-1);
        auto* said = panel.findChild<QLabel*>("traceInsight");
        QTRY_VERIFY2(said->text().contains("There is no teacher at models/big. Name one."), qPrintable(said->text()));
        QVERIFY(!pane->isPinned() && !pane->isTeacherBeside());
        QVERIFY(said->isVisible());
    }

    void answersToHeldOutProblems()
    {
        TracesPanel panel;
        panel.resize(1000, 700);
        panel.setRuns(open("distill"));
        panel.show();
        panel.showEvaluation(path("distill"), 3);
        TracePane* pane = panel.pane();
        QTRY_VERIFY(pane->view()->trace().text.contains("at step 3"));
        choose(panel, "teacherBeside");
        QTRY_VERIFY(pane->isTeacherBeside());
        const QByteArray line = asked().last();
        QVERIFY2(line.contains("--policy 3 --evaluation 2 --problem "), line.constData());
        QCOMPARE(pane->pinnedView()->trace().tokenEnds.size(), 3);
        Q_EMIT pane->compareMenu()->aboutToShow();
        for (QAction* action : pane->compareMenu()->actions())
            if (action->text() == "Close the comparison") {
                action->trigger();
                break;
            }
        QVERIFY(!pane->isTeacherBeside() && !pane->isPinned());
    }

    void theSampleThatIsShownIsAsked()
    {
        TracesPanel panel;
        panel.resize(1000, 700);
        panel.setRuns(open("distill"));
        panel.show();
        panel.showEvaluation(path("distill"), 6);
        QTRY_VERIFY(panel.pane()->view()->trace().text.contains("at step 6"));
        panel.evaluationPage()->moveSample(1);
        QTRY_VERIFY(panel.pane()->view()->trace().text.endsWith("another sample"));
        choose(panel, "teacherBeside");
        QTRY_VERIFY(!asked().isEmpty() && asked().last().contains("--evaluation 3 --problem 0 --stdin"));
    }

private:
    QString path(const QString& name) const { return m_folder.filePath(name); }
    void makeRun(const QString& name, const std::string& kind, const std::string& teacher = {}) const
    {
        fixture::makeRun(path(name));
        RunConfig config = defaultConfig(kind);
        config.distill.teacher = teacher;
        writeFile(path(name) + "/config.json", QByteArray::fromStdString(toJsonText(config)));
        auto writer = orThrow(RunWriter::open(path(name).toStdString()));
        for (const int64_t step : { 0, 3 })
            orThrow(
                writer->addCheckpoint({ 0, 1, step, "checkpoints/step_" + std::to_string(step), 1, "x", 0, false }));
        EvaluationRow last = fixture::evaluation(6, 0); // its samples are kept
        for (EvaluationProblemRow& problem : last.rows)
            for (int i = 0; i < 2; ++i) {
                CompletionRow& sample = problem.samples.emplace_back();
                sample.position = i;
                sample.verdict = "wrong";
                sample.text = i ? "another sample" : problem.example;
            }
        orThrow(writer->commitEvaluation(last));
    }
    OpenRuns open(const QString& name) const
    {
        return { { std::make_shared<RunFeed>(path(name)), QColor(Qt::blue), name } };
    }
    void choose(TracesPanel& panel, const QString& action) const
    {
        Q_EMIT panel.pane()->compareMenu()->aboutToShow();
        auto* found = panel.pane()->compareMenu()->findChild<QAction*>(action);
        QVERIFY(found);
        found->trigger();
    }
    QList<QByteArray> asked() const
    {
        QFile file(path("asked"));
        return file.open(QIODevice::ReadOnly) ? file.readAll().trimmed().split('\n') : QList<QByteArray>();
    }
    QTemporaryDir m_folder;
};

QTEST_MAIN(TestTeacherBeside)
#include "tst_teacher_beside.moc"
