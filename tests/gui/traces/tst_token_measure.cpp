// Tokens that an engine (a stand-in) measures on demand: of held-out answers, of completions whose values were not
// stored, all at once by one action; with the checkpoint that fits, told apart from what was stored.

#include "trace_fixture.h"

#include "widgets/panels/tokenmeasure.h"
#include "widgets/panels/tracelegend.h"
#include "widgets/panels/tracepane.h"
#include "widgets/panels/tracespanel.h"
#include "widgets/panels/tracesteppage.h"
#include "widgets/panels/traceview.h"
#include "widgets/plots/placeaction.h"

#include <QLabel>
#include <QSettings>
#include <QToolButton>
#include <QtTest>

using namespace aha;

namespace {

// tokens RUN --completion ID --policy STEP | --evaluation ID --problem POSITION --stdin --policy STEP
constexpr const char* kEngine
    = "#!/bin/sh\n"
      "[ \"$1\" = tokens ] || exit 1\n"
      "echo \"$@\" >> '%FOLDER%/asked'\n"
      "if [ \"$3\" = --completion ]; then\n"
      "    where=\"\\\"completion\\\":$4\"; policy=$6\n"
      "else\n"
      "    where=\"\\\"evaluation\\\":$4,\\\"problem\\\":$6,\\\"step\\\":3\"; policy=$9\n"
      "    cat > '%FOLDER%/given'\n"
      "fi\n"
      "[ \"$policy\" = 3 ] && drew=true || drew=false\n"
      "echo "
      "\"{$where,\\\"policy_step\\\":$policy,\\\"sampled\\\":$drew,\\\"ends\\\":[7,9,15],\\\"ids\\\":[4,5,6],"
      "\\\"logprobs\\\":[-0.5,-1,-3],\\\"entropy\\\":[0.25,1,2.5],\\\"kl\\\":[0.5,0.25,2],\\\"base_logprobs\\\":[-1,-1,"
      "-1],\\\"top\\\":[[{\\\"id\\\":9,\\\"text\\\":\\\"maybe\\\",\\\"p\\\":0.6}],[],[]]}\"\n";

QByteArray contentOf(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

} // namespace

class TestTokenMeasure : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, m_folder.filePath("settings"));
        qputenv("AHASCOPE_ROOT", AHASCOPE_TEST_SOURCE_DIR);
        qputenv("AHASCOPE_ENGINE", path("engine").toUtf8());
        m_lexicon = std::make_shared<Lexicon>(
            orThrow(Lexicon::load(AHASCOPE_TEST_SOURCE_DIR "/resources/lexicons/reflection.txt")));
        QFile engine(path("engine"));
        QVERIFY(engine.open(QIODevice::WriteOnly));
        engine.write(QByteArray(kEngine).replace("%FOLDER%", m_folder.path().toUtf8()));
        engine.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
        engine.close();
        makeRun("run", { 0, 3 });
        makeRun("bare", {});
        makeRun("sparse", { 0, 2, 5, 9 });
    }
    void init() { QFile::remove(path("asked")); }

    /// As if they had been stored, also where a token ends within a character or the list is broken.
    void tokensAreLent()
    {
        const std::string text("wait \xe2\x80\xae"
                               "ab\xff \xe7\xad\x89 end");
        for (const std::vector<int32_t>& ends : { std::vector<int32_t> { 5, 7, 9, 12, 13, 18 },
                 std::vector<int32_t> { 0, 3, 3, 6, 6, 30 }, std::vector<int32_t> { 4, 2, 18 } }) {
            const TokenDetail detail { ends, std::vector<float>(ends.size(), -1), std::vector<float>(ends.size(), 1) };
            TraceText trace = makeTraceText(text, "", *m_lexicon, std::nullopt);
            setTokenDetail(trace, detail);
            const TraceText stored = makeTraceText(text, "", *m_lexicon, detail);
            QCOMPARE(trace.tokenEnds, stored.tokenEnds);
            QCOMPARE(trace.logprob, stored.logprob);
            QCOMPARE(trace.entropy, stored.entropy);
        }
    }

    void theCheckpointThatFits()
    {
        const auto reader = orThrow(RunReader::open(path("sparse").toStdString()));
        const CompletionRow row = orThrow(reader->groupsWithCompletions(3)).at(0).completions.at(0);
        const std::vector<EvaluationRow> evaluations = orThrow(reader->evaluations());
        const auto planned
            = [](const TextPlace& place, bool made) { return TokenMeasure::plan(place, made).policyStep; };
        QCOMPARE(planned({ path("sparse"), row.id }, false), 2); // drew it
        QCOMPARE(planned({ path("sparse"), row.id }, true), 5); // the first that has seen it
        QCOMPARE(planned({ path("sparse"), 0, evaluations[0].id, 0 }, false), 0);
        QCOMPARE(planned({ path("sparse"), 0, evaluations[1].id, 0 }, false), 2); // of step 3: nearer than 5
        QVERIFY(TokenMeasure::plan({ path("bare"), row.id }, false).problem.contains("no checkpoint"));
        QVERIFY(TokenMeasure::plan({ path("bare"), 99999 }, false).problem.contains("does not have this text"));
        QVERIFY(!TokenMeasure::plan({ path("none"), 1 }, false).problem.isEmpty());
        QVERIFY(TokenMeasure::plan({}, false).problem.contains("sampled"));
    }

    void heldOutAnswers()
    {
        TracesPanel panel;
        open(panel, "run");
        panel.showEvaluation(path("run"), 3);
        TracePane* pane = panel.pane();
        TraceView* view = pane->view();
        QTRY_VERIFY(view->trace().text.contains("at step 3"));
        QVERIFY(view->trace().tokenEnds.isEmpty());
        auto* said = panel.findChild<QLabel*>("traceInsight");
        view->setSelection(3, 5);
        pane->legend()->setHeat(Heat::Entropy); // asks by itself
        QTRY_COMPARE(view->trace().tokenEnds, QVector<int>({ 7, 9, 15 }));
        QCOMPARE(view->selection().first, 3); // one was reading
        QCOMPARE(view->selection().second, 5);
        QCOMPARE(view->tokenShare(2), -1.0);
        QVERIFY(view->tokenShare(0) > -0.2);
        QVERIFY2(said->isVisible() && said->text().contains("measured with checkpoint 3, which wrote this text"),
            qPrintable(said->text()));
        QCOMPARE(contentOf(path("given")), QByteArray::fromStdString(pane->document().text));
        const QString hint = view->hint(2);
        for (const QString& part : { QString::fromUtf8("0.500 · p = 60.7 %"), QString("measured with checkpoint 3"),
                 QString("KL to the base model 0.500"), QString::fromUtf8("“maybe” 60.0 % (id 9)") })
            QVERIFY2(hint.contains(part), qPrintable(hint));
        pane->legend()->setHeat(Heat::LogProb);
        QVERIFY(std::abs(view->tokenShare(2) + 1 - std::exp(-3.0)) < 1e-6);
        pane->legend()->setHeat(Heat::Kl);
        QCOMPARE(view->tokenShare(1), -0.25);
        QCOMPARE(asked().size(), 1); // one answer has all of it
        QVERIFY2(asked()[0].contains("--evaluation 2 --problem ") && asked()[0].endsWith("--stdin --policy 3"),
            asked()[0].constData());
        pane->legend()->setHeat(Heat::Ratio); // cannot be known
        QVERIFY2(said->isVisible() && said->text().startsWith("No ratio"), qPrintable(said->text()));
        pane->legend()->setHeat(Heat::Update);
        QVERIFY2(said->text().startsWith("No update"), qPrintable(said->text()));
        QCOMPARE(asked().size(), 1);
    }

    void anEstimateIsCalledOne()
    {
        TracesPanel panel;
        open(panel, "sparse");
        panel.showEvaluation(path("sparse"), 3);
        panel.pane()->legend()->setHeat(Heat::LogProb);
        auto* said = panel.findChild<QLabel*>("traceInsight");
        QTRY_VERIFY2(
            said->text().contains(QString::fromUtf8("checkpoint 2 — the answer was written at step 3: an estimate")),
            qPrintable(said->text()));
    }

    void completionsWithoutStoredValues()
    {
        TracesPanel panel;
        open(panel, "run");
        panel.stepPage()->showCompletion(2, 1, 2); // stored
        TraceView* view = panel.pane()->view();
        panel.pane()->legend()->setHeat(Heat::Entropy);
        QCOMPARE(view->trace().entropy.value(1), 1.5f);
        QVERIFY(panel.findChild<QLabel*>("traceInsight")->isHidden());
        QVERIFY(!view->hint(8).contains("measured"));
        QVERIFY(asked().isEmpty());
        panel.stepPage()->showCompletion(2, 1, 0); // not stored
        QTRY_COMPARE(view->trace().entropy.value(1), 1.0f);
        QVERIFY2(view->hint(8).contains("measured with checkpoint 0"), qPrintable(view->hint(8)));
        panel.pane()->setLexicon(m_lexicon); // marked anew: what was measured stays
        QCOMPARE(view->trace().entropy.value(1), 1.0f);
        QVERIFY(view->insight());
        QCOMPARE(asked().size(), 1);
        panel.pane()->legend()->setHeat(Heat::Update); // its advantage is stored
        QVERIFY(!std::isnan(view->tokenShare(0)));
    }

    /// What else might have been drawn, without a colour first.
    void oneActionMeasuresAll()
    {
        TracesPanel panel;
        open(panel, "run");
        panel.stepPage()->showCompletion(2, 1, 2);
        TraceView* view = panel.pane()->view();
        auto* button = panel.findChild<QToolButton*>("measureTokens");
        auto* said = panel.findChild<QLabel*>("traceInsight");
        QVERIFY(button->isVisible() && button->isEnabled() && !button->accessibleName().isEmpty());
        button->click();
        QTRY_VERIFY(view->insight());
        QVERIFY2(view->hint(2).contains("maybe"), qPrintable(view->hint(2)));
        QCOMPARE(view->trace().logprob.value(1), -2.0f); // as stored
        QVERIFY2(said->text().contains("log-prob and entropy: stored when it was drawn"), qPrintable(said->text()));
        panel.pane()->legend()->setHeat(Heat::Entropy); // of what is stored: what was measured stays
        QVERIFY(view->insight() && said->isVisible());
        panel.pane()->legend()->setHeat(Heat::None);
        panel.stepPage()->showCompletion(2, 1, 1); // nobody asked for this one
        QVERIFY(!view->insight() && said->isHidden());
        QCOMPARE(asked().size(), 1);
        PlaceAction* action = placeAction(&panel, "trace.measure");
        QVERIFY(action && action->makesSense());
        action->trigger();
        QTRY_VERIFY(view->insight());
        QVERIFY2(view->hint(2).contains("maybe"), qPrintable(view->hint(2)));
        QCOMPARE(asked().size(), 2);
    }

    void whereNobodyCanBeAsked()
    {
        TracesPanel panel;
        open(panel, "bare");
        auto* said = panel.findChild<QLabel*>("traceInsight");
        panel.findChild<QToolButton*>("measureTokens")->click();
        QVERIFY2(said->isVisible() && said->text().contains("no checkpoint"), qPrintable(said->text()));
        TracePane pane(m_lexicon);
        pane.setDocument({ "typed", "", std::nullopt, "prompt", "facts" });
        auto* button = pane.findChild<QToolButton*>("measureTokens");
        QVERIFY(!button->isEnabled() && button->toolTip().contains("sampled"));
        QVERIFY(asked().isEmpty());
    }

private:
    QString path(const QString& name) const { return m_folder.filePath(name); }
    void makeRun(const QString& name, std::initializer_list<int64_t> checkpoints) const
    {
        fixture::makeRun(path(name));
        auto writer = orThrow(RunWriter::open(path(name).toStdString()));
        for (const int64_t step : checkpoints)
            orThrow(
                writer->addCheckpoint({ 0, 1, step, "checkpoints/step_" + std::to_string(step), 1, "x", 0, false }));
    }
    void open(TracesPanel& panel, const QString& name) const
    {
        panel.resize(1000, 700);
        panel.setRuns({ { std::make_shared<RunFeed>(path(name)), QColor(Qt::blue), name } });
        panel.show();
    }
    QList<QByteArray> asked() const
    {
        const QByteArray all = contentOf(path("asked")).trimmed();
        return all.isEmpty() ? QList<QByteArray>() : all.split('\n');
    }
    QTemporaryDir m_folder;
    std::shared_ptr<Lexicon> m_lexicon;
};

QTEST_MAIN(TestTokenMeasure)
#include "tst_token_measure.moc"
