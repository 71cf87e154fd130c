// What can be switched on in a trace: hidden characters, repetition, retries, a pattern; what the text does; colours
// that an engine computes.

#include "trace_fixture.h"
#include "trace_words.h"

#include "widgets/models/patternsearch.h"
#include "widgets/models/tokeninsight.h"
#include "widgets/panels/tracelegend.h"
#include "widgets/panels/tracepane.h"
#include "widgets/panels/tracespanel.h"
#include "widgets/panels/traceview.h"

#include <nlohmann/json.hpp>

#include <QAction>
#include <QClipboard>
#include <QComboBox>
#include <QGuiApplication>
#include <QLabel>
#include <QLineEdit>
#include <QMimeData>
#include <QSettings>
#include <QToolButton>
#include <QtTest>

using namespace aha;
using fixture::wordsOf;

class TestTraceLayers : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, m_folder.filePath("settings"));
        qputenv("AHASCOPE_ROOT", AHASCOPE_TEST_SOURCE_DIR);
        m_lexicon = std::make_shared<Lexicon>(
            orThrow(Lexicon::load(AHASCOPE_TEST_SOURCE_DIR "/resources/lexicons/reflection.txt")));
    }

    void copyTakesTheBytes()
    {
        const std::string text("wait \xe2\x80\xae"
                               "abc\x1b[31m\xff\xfe \xe7\xad\x89 end\0!",
            28);
        TraceView view;
        view.setTrace(makeTraceText(text, "", *m_lexicon, std::nullopt));
        QCOMPARE(
            wordsOf(view.trace(), TraceSpan::Chip), QStringList({ "[U+202E]", "[U+001B]", "[FF][FE]", "[U+0000]" }));
        QTest::keyClick(&view, Qt::Key_A, Qt::ControlModifier);
        QTest::keyClick(&view, Qt::Key_C, Qt::ControlModifier);
        const QMimeData* data = QGuiApplication::clipboard()->mimeData();
        QCOMPARE(data->data("application/octet-stream"), QByteArray::fromStdString(text));
        QTest::keyClick(&view, Qt::Key_C, Qt::ControlModifier | Qt::ShiftModifier);
        QVERIFY(QGuiApplication::clipboard()->text().startsWith("wait [U+202E]abc"));
        // A stretch that begins within a chip takes the character.
        const int chip = int(view.trace().text.indexOf("[U+202E]"));
        QCOMPARE(view.trace().bytesOf(chip + 2, chip + 9),
            QByteArray("\xe2\x80\xae"
                       "a"));
        QCOMPARE(view.trace().bytesOf(3, 3), QByteArray());
        for (size_t byte = 0; byte <= text.size(); ++byte)
            QVERIFY(tracePosition(text, byte) <= view.trace().text.size());
        QCOMPARE(tracePosition(text, 5), 5);
        QCOMPARE(tracePosition(text, 8), 13);
    }

    void repetitionAndRetries()
    {
        const TraceText trace = makeTraceText(
            "5 * 9 = 45 , 45 + 6 = 51 no wait 5 * 9 = 45 , 45 + 6 = 51 no retry 5 * 9 = 45 , 45 - 6 = 39 yes",
            fixture::kItem, *m_lexicon, std::nullopt);
        QCOMPARE(wordsOf(trace, TraceSpan::Retry), QStringList({ "no wait ", "no retry " }));
        QCOMPARE(wordsOf(trace, TraceSpan::Repeated).size(), 1); // of the third attempt seven words alone
        QCOMPARE(wordsOf(trace, TraceSpan::Repeated)[0].trimmed(), QString("5 * 9 = 45 , 45 + 6 = 51 no"));
        const TraceSpan* again = trace.spansIn(TraceSpan::Repeated, 0, int(trace.text.size())).first;
        QCOMPARE(again->begin, int(trace.text.indexOf("5 * 9", 5))); // the second time, not the first
        const auto repeats = [&](const char* text) {
            return wordsOf(makeTraceText(text, "", *m_lexicon, std::nullopt), TraceSpan::Repeated).size();
        };
        QCOMPARE(repeats("a b c d e f g h . x . a b c d e f g h"), 1); // eight words
        QCOMPARE(repeats("a b c d e f g . x . a b c d e f g y"), 0); // seven
        QCOMPARE(trace.behaviour.repeatedAttempts, 1);
        const QString line = behaviourText(trace.behaviour);
        QVERIFY2(line.contains("3 attempts (1 repeated)")
                && line.contains("2 reflections, then something new 1×, a repeat 1×;")
                && line.contains("of them check a result"),
            qPrintable(line));
        QCOMPARE(behaviourText({}), QString());
        BehaviourCounts counts; // what the chips count stands beside what is counted here
        counts.reflections = counts.reflectionsNew = 12;
        counts.reflectionWords = 13;
        QVERIFY(behaviourText(counts).startsWith("12 reflections (13 words; words side by side are one), then "));
        counts.wordsAfterThinking = 2;
        QVERIFY(behaviourText(counts).contains("are one; 2 words more after </think>), then "));
        TraceView view;
        view.setTrace(trace);
        QVERIFY2(view.hint(int(trace.text.indexOf("wait"))).contains("an attempt that was made before"),
            qPrintable(view.hint(int(trace.text.indexOf("wait")))));
        QVERIFY(view.hint(int(trace.text.indexOf("retry"))).contains("a new attempt, calculated right; it checks"));
    }

    void layersAreSwitched()
    {
        TracePane pane(m_lexicon);
        QSignalSpy shown(pane.legend(), &TraceLegend::shownChanged);
        pane.findChild<QAction*>("layer.retries")->toggle();
        QCOMPARE(shown.count(), 1);
        QCOMPARE(shown[0][1].toBool(), true);
        pane.setDocument({ fixture::kAhaTrace, fixture::kItem, std::nullopt, "prompt", "facts" });
        QVERIFY(pane.findChild<QLabel*>("traceBehaviour")->text().contains("3 attempts"));
        QVERIFY(pane.findChild<QAction*>("layer.retries")->text().contains("(2)"));
        pane.clear("nothing");
        QVERIFY(pane.findChild<QLabel*>("traceBehaviour")->isHidden());
    }

    void aNarrowLegendTakesMoreRows()
    {
        TracePane pane(m_lexicon);
        pane.setDocument({ fixture::kAhaTrace, fixture::kItem, std::nullopt, "prompt", "facts" });
        pane.resize(900, 500);
        pane.show();
        QVERIFY(QTest::qWaitForWindowExposed(&pane));
        const int wide = pane.legend()->height();
        pane.resize(300, 500);
        QTRY_VERIFY(pane.legend()->height() > wide);
        auto buttons = pane.legend()->findChildren<QToolButton*>(QString(), Qt::FindDirectChildrenOnly);
        buttons.removeIf([](const QToolButton* button) { return button->isHidden(); });
        QVERIFY(buttons.size() > 4);
        for (const QToolButton* button : buttons) {
            QVERIFY2(button->width() >= button->sizeHint().width(), qPrintable(button->text()));
            QVERIFY2(pane.legend()->rect().contains(button->geometry()), qPrintable(button->text()));
            for (const QToolButton* other : buttons)
                QVERIFY(other == button || !other->geometry().intersects(button->geometry()));
        }
        pane.resize(900, 500);
        QTRY_COMPARE(pane.legend()->height(), wide);
    }

    /// Alone in a second row it would be overlooked.
    void furtherLayersCloseTheFirstRow()
    {
        TraceLegend legend;
        legend.setCounts(makeTraceText(fixture::kAhaTrace, fixture::kItem, *m_lexicon, std::nullopt));
        legend.show();
        const auto* more = legend.findChild<QToolButton*>("moreLayers");
        int rows = 0;
        for (const int width : { 900, 640, 560, 480, 400, 320 }) {
            legend.resize(width, legend.height());
            QTRY_COMPARE(legend.width(), width);
            QVERIFY2(more->y() == 0 && more->geometry().right() < width, qPrintable(QString::number(width)));
            rows = std::max(rows, legend.height() / more->height());
        }
        QVERIFY(rows > 1);
        const auto* equations = legend.findChild<QToolButton*>("show.equations");
        QVERIFY2(!equations->text().contains(QString::fromUtf8(" 0")), qPrintable(equations->text()));
    }

    void patternsAreMarked()
    {
        TracePane pane(m_lexicon);
        pane.show();
        pane.setDocument({ fixture::kAhaTrace, fixture::kItem, std::nullopt, "prompt", "facts" });
        auto* field = pane.findChild<QLineEdit*>("tracePattern");
        QVERIFY(!field->isVisible());
        pane.findChild<QAction*>("layer.pattern")->toggle();
        QVERIFY(field->isVisible());
        auto* said = pane.findChild<QLabel*>("tracePatternText");
        field->setText("= [0-9]+");
        QTRY_COMPARE(said->text(), "6 places");
        field->setText("= [0-9]"); // still looked for when its text goes
        pane.clear("nothing");
        QTRY_COMPARE(said->text(), "0 places");
        QTest::qWait(50);
        QCOMPARE(said->text(), "0 places");
        pane.setDocument({ fixture::kAhaTrace, fixture::kItem, std::nullopt, "prompt", "facts" });
        QTRY_COMPARE(said->text(), "6 places");
        field->setText("(");
        QTRY_VERIFY2(said->text().contains("not valid at character"), qPrintable(said->text()));
        field->clear();
        QCOMPARE(said->text(), QString());
    }

    void patternsHaveABudget()
    {
        QCOMPARE(findPattern("a b\na", "^a", 1000).ranges, (QVector<std::pair<int, int>> { { 0, 1 }, { 4, 5 } }));
        QVERIFY(findPattern("aaa", "x*", 1000).ranges.isEmpty()); // empty places are none
        const PatternHits costly = findPattern(QString(3000, 'a'), "(a|a)*(a|a)*(a|a)*\\d", 60'000);
        QVERIFY2(costly.problem.contains("too costly"), qPrintable(costly.problem));
        const PatternHits many = findPattern(QString(2 * kMostPatternHits, 'a'), "a", 60'000);
        QCOMPARE(many.ranges.size(), qsizetype(kMostPatternHits));
        QVERIFY(many.problem.contains("there are more"));
        QVERIFY(findPattern(QString(100'000, 'a'), "a", -1).problem.contains("took longer"));
    }

    void updateHasASign()
    {
        TraceView view;
        TraceText trace
            = makeTraceText("ab", "", *m_lexicon, TokenDetail { { 1, 2 }, { std::log(0.25f), 0.0f }, { 0.1f, 0.2f } });
        trace.hasAdvantage = true;
        trace.advantage = -0.5;
        view.setTrace(trace);
        view.setHeat(Heat::Update);
        QVERIFY(std::abs(view.tokenShare(0) + 0.75) < 1e-6); // 1 − p of an unlikely token, pushed down
        QCOMPARE(std::abs(view.tokenShare(1)), 0.0); // certain: nothing to push
        QVERIFY(view.hint(0).contains(QString::fromUtf8("advantage × (1 − p) = −0.375")));
        view.setHeat(Heat::Kl);
        QVERIFY(std::isnan(view.tokenShare(0))); // not computed yet
    }

    void insightIsRead()
    {
        const auto answer = nlohmann::ordered_json::parse(R"({"completion":7,"step":3,"policy_step":5,"sampled":false,
            "loss":"dapo","clip":{"of":"token","ratio":true,"soft":false,"low":0.8,"high":1.28},"gates":["high","open"],
            "ids":[11,12],"logprobs":[-1,-2],"base_logprobs":[-1.5,null],"kl":[0.5,0],
            "ratio":[1.4,0.9],"top":[[{"id":3,"text":"<b>","p":0.75}],[]]})");
        const TokenInsight insight = tokenInsightFrom(answer);
        QCOMPARE(insight.completionId, 7);
        const QString first = insight.describe(0);
        QVERIFY2(first.contains("KL to the base model 0.500")
                && first.contains("1.400\nclipped: above 1.28, no gradient")
                && first.contains(QString::fromUtf8("“<b>” 75.0 % (id 3)")),
            qPrintable(first));
        QVERIFY(insight.describe(1).contains("not clipped"));
        QCOMPARE(insight.ids, QVector<qint64>({ 11, 12 }));
        QCOMPARE(insight.describe(2), QString());
        for (const char* text : { "null", "[]", "{\"kl\":3,\"top\":[1,[2,{}]],\"gates\":\"x\",\"clip\":7}" })
            QVERIFY(tokenInsightFrom(nlohmann::ordered_json::parse(text)).describe(0).isEmpty());
    }

    /// Through a stand-in for the engine: asked once, with the checkpoint that fits; shown; refused in a sentence.
    void anEngineIsAsked()
    {
        const QString engine = m_folder.filePath("engine"), run = m_folder.filePath("run"),
                      log = m_folder.filePath("asked");
        QFile file(engine);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("#!/bin/sh\necho \"$@\" >> '" + log.toUtf8()
            + "'\n[ \"$6\" = 0 ] || { echo '{\"error\":\"x\","
              "\"message\":\"It broke.\",\"hint\":\"Mend it.\"}' >&2; exit 1; }\n"
              "echo \"{\\\"completion\\\":$4,\\\"policy_step\\\":0,\\\"kl\\\":[0.5,0.25,2],\\\"ratio\\\":[1,1,1]}\"\n");
        file.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
        file.close();
        qputenv("AHASCOPE_ENGINE", engine.toUtf8());
        fixture::makeRun(run);
        {
            auto writer = orThrow(RunWriter::open(run.toStdString()));
            for (const int64_t step : { 0, 3 })
                orThrow(writer->addCheckpoint(
                    { 0, 1, step, "checkpoints/step_" + std::to_string(step), 1, "x", 0, false }));
        }
        TracesPanel panel;
        panel.resize(1000, 700);
        panel.setRuns({ { std::make_shared<RunFeed>(run), QColor(Qt::blue), "run" } });
        panel.show();
        panel.pane()->legend()->setHeat(Heat::Kl);
        TraceView* view = panel.pane()->view();
        auto* said = panel.findChild<QLabel*>("traceInsight");
        QVERIFY(said->text().contains("under the checkpoint of step 0"));
        QTRY_VERIFY(view->insight());
        QCOMPARE(view->tokenShare(0), -0.5);
        QCOMPARE(view->tokenShare(2), -1.0);
        QVERIFY2(said->text().contains("KL and alternatives: measured with checkpoint 0"), qPrintable(said->text()));
        panel.pane()->legend()->setHeat(Heat::Ratio); // of what the step made: another checkpoint
        QTRY_VERIFY2(said->text().contains("It broke. Mend it."), qPrintable(said->text()));
        QVERIFY(!view->insight());
        panel.pane()->legend()->setHeat(Heat::Entropy);
        QVERIFY(said->isHidden());
        QVERIFY(file.open(QIODevice::ReadOnly));
        file.close();
        QFile asked(log);
        QVERIFY(asked.open(QIODevice::ReadOnly));
        const QList<QByteArray> lines = asked.readAll().trimmed().split('\n');
        QCOMPARE(lines.size(), 2);
        QVERIFY(lines[0].startsWith("tokens ") && lines[0].endsWith("--policy 0") && lines[1].endsWith("--policy 3"));
    }

private:
    QTemporaryDir m_folder;
    std::shared_ptr<Lexicon> m_lexicon;
};

QTEST_MAIN(TestTraceLayers)
#include "tst_trace_layers.moc"
