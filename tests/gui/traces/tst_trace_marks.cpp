// What a trace's marks say: which tokens train, which are clipped and by which rule, equations of any task, scripts,
// kinds of reflection words, token ids.

#include "trace_fixture.h"
#include "trace_words.h"

#include "widgets/models/clipinsight.h"
#include "widgets/models/tokeninsight.h"
#include "widgets/models/untrainedreason.h"
#include "widgets/panels/scriptcolors.h"
#include "widgets/panels/tracelegend.h"
#include "widgets/panels/tracepane.h"
#include "widgets/panels/tracespanel.h"
#include "widgets/panels/traceview.h"

#include <nlohmann/json.hpp>

#include <QAction>
#include <QSettings>
#include <QSignalSpy>
#include <QToolButton>
#include <QtTest>

#include <array>

using namespace aha;
using fixture::wordsOf;

namespace {

ClipInsight clips(const char* json) { return clipInsightFrom(nlohmann::ordered_json::parse(json)); }

using Rgb = std::array<double, 3>;

/// As seen without one kind of cones: Machado, Oliveira and Fernandes 2009, severity 1, in linear light.
Rgb seen(const QColor& color, int blindness)
{
    static constexpr double kMatrices[4][3][3] = { { { 1, 0, 0 }, { 0, 1, 0 }, { 0, 0, 1 } },
        { { 0.152286, 1.052583, -0.204868 }, { 0.114503, 0.786281, 0.099216 }, { -0.003882, -0.048116, 1.051998 } },
        { { 0.367322, 0.860646, -0.227968 }, { 0.280085, 0.672501, 0.047413 }, { -0.011820, 0.042940, 0.968881 } },
        { { 1.255528, -0.076749, -0.178779 }, { -0.078411, 0.930809, 0.147602 }, { 0.004733, 0.691367, 0.303900 } } };
    const auto linear = [](double v) { return v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4); };
    const Rgb light { linear(color.redF()), linear(color.greenF()), linear(color.blueF()) };
    Rgb out {};
    for (size_t i = 0; i < 3; ++i) {
        for (size_t j = 0; j < 3; ++j)
            out[i] += kMatrices[blindness][i][j] * light[j];
        out[i] = std::clamp(out[i], 0.0, 1.0);
    }
    return out;
}

/// CIE 1976 distance in L*a*b*.
double distance(const QColor& a, const QColor& b, int blindness)
{
    const auto lab = [](const Rgb& c) {
        const auto f = [](double t) { return t > 0.008856 ? std::cbrt(t) : 7.787 * t + 16.0 / 116; };
        const double x = f((0.4124 * c[0] + 0.3576 * c[1] + 0.1805 * c[2]) / 0.95047),
                     y = f(0.2126 * c[0] + 0.7152 * c[1] + 0.0722 * c[2]),
                     z = f((0.0193 * c[0] + 0.1192 * c[1] + 0.9505 * c[2]) / 1.08883);
        return Rgb { 116 * y - 16, 500 * (x - y), 200 * (y - z) };
    };
    const Rgb p = lab(seen(a, blindness)), q = lab(seen(b, blindness));
    return std::sqrt((p[0] - q[0]) * (p[0] - q[0]) + (p[1] - q[1]) * (p[1] - q[1]) + (p[2] - q[2]) * (p[2] - q[2]));
}

QPalette paletteOf(const char* base, const char* ribbon)
{
    QPalette palette;
    palette.setColor(QPalette::Base, QColor(QLatin1String(base)));
    palette.setColor(QPalette::AlternateBase, QColor(QLatin1String(ribbon)));
    return palette;
}

} // namespace

class TestTraceMarks : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, m_folder.filePath("settings"));
        qputenv("AHASCOPE_ROOT", AHASCOPE_TEST_SOURCE_DIR);
        m_lexicon = std::make_shared<Lexicon>(
            orThrow(Lexicon::load(AHASCOPE_TEST_SOURCE_DIR "/resources/lexicons/reflection.txt")));
    }

    void theRuleOfTheLossIsSaid()
    {
        const ClipInsight gspo = clips(R"({"loss":"grpo","clip":{"of":"sequence","low":0.8,"high":1.2},
            "completion_ratio":1.31,"gates":["high","high"]})");
        QCOMPARE(gspo.describe(1),
            QString("ratio of the completion (geometric mean over its tokens) 1.310\nclipped: above 1.20, no gradient"));
        QVERIFY(gspo.isClosed(0) && !gspo.isClosed(2));
        QVERIFY2(gspo.rule().contains("the completion's ratio (geometric mean) to 0.80"), qPrintable(gspo.rule()));
        const ClipInsight dual = clips(R"({"loss":"ppo","clip":{"of":"token","low":0.8,"high":1.2,"bound":3},
            "gates":["bound","open"]})");
        QCOMPARE(dual.describe(0), QString("clipped: above the bound 3.00 of negative advantages, no gradient"));
        QCOMPARE(dual.describe(1), QString("not clipped"));
        const ClipInsight cispo = clips(R"({"loss":"cispo","clip":{"of":"token","cap":5},"gates":["capped","open"]})");
        QCOMPARE(cispo.describe(0), QString("its weight is capped at 5.00; the gradient stays"));
        QVERIFY(!cispo.isClosed(0) && !cispo.describe(1).contains("gradient"));
        QVERIFY(clips(R"({"loss":"reinforce","clip":{"of":"nothing","ratio":false},"gates":["open"]})")
                    .describe(0)
                    .contains("nothing is clipped"));
        QVERIFY(clips(R"({"loss":"sapo","clip":{"of":"nothing","soft":true},"gates":["open"]})")
                    .describe(0)
                    .contains("closes gradually"));
        QCOMPARE(ClipInsight().describe(0) + ClipInsight().rule(), QString());
    }

    /// "No gradient" is said only where nothing else pulls the token and the side is known.
    void noGradientIsSaidWhereItHolds()
    {
        const ClipInsight kl = clips(R"({"loss":"grpo","clip":{"of":"token","low":0.8,"high":1.2},"beside":["kl"],
            "gates":["high"]})");
        QCOMPARE(kl.describe(0), QString("clipped: above 1.20, no gradient from the reward; the KL term still pulls"));
        const ClipInsight own = clips(R"({"loss":"ppo","clip":{"of":"token","low":0.8,"high":1.2},
            "own_advantages":true,"gates":["high","low","either","open"]})");
        QVERIFY(own.describe(0).endsWith("no gradient where its own advantage is positive (not stored)"));
        QVERIFY(own.describe(1).endsWith("no gradient where its own advantage is negative (not stored)"));
        QVERIFY(own.describe(2).endsWith(", no gradient"));
        QVERIFY(!own.isClosed(0) && !own.isClosed(1) && own.isClosed(2) && !own.isClosed(3));
        const ClipInsight some = clips(R"({"loss":"grpo","clip":{"of":"token","low":0.8,"high":1.2},
            "unseen":["entropy"],"gates":["open"]})");
        QVERIFY(some.describe(0).contains("highest entropy"));
    }

    void whatTheLossLeftOutIsMasked()
    {
        RunConfig config;
        config.algorithm.maskTruncatedCompletions = true;
        CompletionRow row = fixture::completion(1, 0, 3);
        QVERIFY2(untrainedReason(config, row, {}).contains("cut off at 43 tokens"),
            qPrintable(untrainedReason(config, row, {})));
        QCOMPARE(untrainedReason(config, row, UpdateRow { 43, 1.0, 0.0 }), QString());
        row.finishReason = "stop";
        row.advantage = 0;
        QVERIFY(untrainedReason(config, row, UpdateRow {}).contains("advantage is 0"));

        TracePane pane(m_lexicon);
        auto* masked = pane.findChild<QToolButton*>("show.masked");
        TraceDocument document { "a wait b", "", TokenDetail { { 1, 8 }, { -0.5f, -0.5f }, { 0, 0 } }, "prompt", "" };
        document.advantage = 0.5;
        document.tokenIds = { 17, 4711 };
        pane.setDocument(document);
        QVERIFY(masked->isHidden());
        QVERIFY(!pane.view()->hint(3).contains("masked"));
        pane.view()->setHeat(Heat::Update);
        QVERIFY(pane.view()->tokenShare(0) > 0.3);
        const QImage before = picture(pane.view());
        document.untrained = "cut off";
        pane.setDocument(document);
        QVERIFY(!masked->isHidden());
        const QString hint = pane.view()->hint(3);
        QVERIFY2(hint.contains("masked: cut off") && !hint.contains("advantage ×"), qPrintable(hint));
        QCOMPARE(pane.view()->tokenShare(0), 0.0); // nothing pushed it
        QVERIFY(picture(pane.view()) != before);
        masked->click();
        pane.view()->setHeat(Heat::None);
        const QImage without = picture(pane.view());
        masked->click();
        QVERIFY(picture(pane.view()) != without);
    }

    void theTokensIdIsSaid()
    {
        TraceText trace = makeTraceText("ab", "", *m_lexicon, TokenDetail { { 1, 2 }, { -1, -1 }, { 0, 0 } });
        TraceView view;
        view.setTrace(trace);
        QVERIFY(!view.hint(0).contains("id"));
        trace.tokenIds = { 17, 4711 };
        view.setTrace(trace);
        QVERIFY2(view.hint(1).contains(QString::fromUtf8("token 2 “b”, id 4711")), qPrintable(view.hint(1)));
    }

    /// A run's completion brings ids and reason with it.
    void aRunsCompletionIsMarked()
    {
        const QString run = m_folder.filePath("run");
        fixture::makeRun(run);
        RunConfig config;
        config.general.name = "fixture";
        config.algorithm.maskTruncatedCompletions = true;
        QFile file(run + "/config.json");
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(toJsonText(config).c_str());
        file.close();
        const auto reader = orThrow(RunReader::open(run.toStdString()));
        int64_t truncated = 0, whole = 0;
        for (const GroupRow& group : orThrow(reader->groupsWithCompletions(2)))
            for (const CompletionRow& row : group.completions)
                (row.finishReason == "length" ? truncated : whole) = row.id;
        TracesPanel panel;
        panel.setRuns({ { std::make_shared<RunFeed>(run), QColor(Qt::blue), "run" } });
        panel.showCompletion(run, truncated);
        QVERIFY(panel.pane()->view()->trace().untrained.contains("mask_truncated_completions"));
        QCOMPARE(panel.pane()->view()->trace().tokenIds, QVector<int>({ 1, 2, 3 }));
        panel.showCompletion(run, whole);
        QCOMPARE(panel.pane()->view()->trace().untrained, QString());
    }

    void equationsOfEveryTask_data()
    {
        QTest::addColumn<QByteArray>("item");
        QTest::newRow("arithmetic") << QByteArray(R"({"expression":"3*24","value":72})");
        QTest::newRow("gsm8k") << QByteArray(R"({"gold":"3 * 24 = 72\n#### 72"})");
        QTest::newRow("a word problem") << QByteArray(R"({"gold":72})");
        QTest::newRow("24") << QByteArray(R"({"numbers":[3,24],"target":72})");
    }
    void equationsOfEveryTask()
    {
        QFETCH(QByteArray, item);
        const TraceText trace
            = makeTraceText("3 * 24 = 62 no wait, (1 + 2) × 24 = 72 yes</think> 72 / 2 = 35", item.toStdString(),
                *m_lexicon, std::nullopt);
        QCOMPARE(wordsOf(trace, TraceSpan::WrongEquation), QStringList({ "3 * 24 = 62", "72 / 2 = 35" }));
        QCOMPARE(wordsOf(trace, TraceSpan::RightEquation), QStringList({ QString::fromUtf8("(1 + 2) × 24 = 72") }));
        QCOMPARE(wordsOf(trace, TraceSpan::Retry), QStringList({ "no wait, " }));
        if (!item.contains("numbers")) // whose attempts know the numbers
            QCOMPARE(wordsOf(trace, TraceSpan::Aha), QStringList({ "wait" }));
        TracePane pane(m_lexicon);
        pane.setDocument({ trace.text.toStdString(), item.toStdString(), std::nullopt, "prompt", "facts" });
        QVERIFY(pane.findChild<QToolButton*>("show.equations")->text().contains(QString::fromUtf8("1✓ 2✗")));
    }

    void scriptsThatAreThereAreListed()
    {
        TracePane pane(m_lexicon);
        pane.resize(900, 300);
        pane.show();
        pane.setDocument({ "so 等等 подожди да ちょっと", "", std::nullopt, "prompt", "facts" });
        QStringList listed;
        for (const QToolButton* button : pane.legend()->findChildren<QToolButton*>())
            for (int script = 0; script < kWritingSystems; ++script)
                if (!button->isHidden() && button->text().startsWith(scriptName(WritingSystem(script))))
                    listed << button->text();
        QCOMPARE(listed, QStringList({ "Han 1", "Latin 1", "Kana 1", "Cyrillic 1" }));
        QSignalSpy shown(pane.legend(), &TraceLegend::shownChanged);
        const QImage with = picture(pane.view());
        pane.findChild<QToolButton*>("show.cyrillic")->click();
        QCOMPARE(shown.count(), 1);
        QVERIFY(picture(pane.view()) != with);
        QVERIFY(pane.view()->hint(int(pane.view()->trace().text.indexOf(QString::fromUtf8("да")))).contains("Cyrillic"));
    }

    /// Two scripts with the same pattern are told apart with any kind of cones missing, and stand out from the ground.
    void scriptColoursAreToldApart()
    {
        for (const QPalette& palette : { paletteOf("#ffffff", "#f7f8fa"), paletteOf("#16191d", "#1b1e23") })
            for (int blindness = 0; blindness < 4; ++blindness)
                for (int a = 0; a < kWritingSystems; ++a) {
                    const QBrush ribbon = scriptRibbon(WritingSystem(a), palette),
                                 tint = scriptBackground(WritingSystem(a), palette);
                    QVERIFY(distance(ribbon.color(), palette.color(QPalette::AlternateBase), blindness) > 20);
                    QVERIFY(distance(tint.color(), palette.color(QPalette::Base), blindness) > 7);
                    for (int b = a + 1; b < kWritingSystems; ++b) {
                        if (ribbon.style() != scriptRibbon(WritingSystem(b), palette).style())
                            continue;
                        const QByteArray which = QByteArray::number(a) + " " + QByteArray::number(b) + " blindness "
                            + QByteArray::number(blindness);
                        QVERIFY2(distance(ribbon.color(), scriptRibbon(WritingSystem(b), palette).color(), blindness)
                                > 20,
                            which);
                        QVERIFY2(distance(tint.color(), scriptBackground(WritingSystem(b), palette).color(), blindness)
                                > 7,
                            which);
                    }
                }
    }

    void wordsHaveTheirKinds()
    {
        TracePane pane(m_lexicon);
        pane.resize(900, 300);
        pane.show();
        pane.setDocument({ "wait but check wait", "", std::nullopt, "prompt", "facts" });
        const auto button = [&](const char* name) { return pane.findChild<QToolButton*>(name); };
        QCOMPARE(button("show.reflection")->text(), QString("Reflection 4"));
        QCOMPARE(button("show.hesitation")->text(), QString("Hesitation 2"));
        QCOMPARE(button("show.contrast")->text(), QString("Contrast 1"));
        QCOMPARE(button("show.check")->text(), QString("Check 1"));
        QVERIFY(button("show.mistake")->isHidden() && button("show.conclusion")->isHidden());
        QVERIFY(pane.view()->hint(6).contains("contrast"));
        const QImage all = picture(pane.view());
        button("show.check")->click();
        QVERIFY(picture(pane.view()) != all);
        button("show.reflection")->click(); // all of them
        QVERIFY(!button("show.hesitation")->isChecked() && !button("show.contrast")->isChecked());
        button("show.reflection")->click();
        QCOMPARE(picture(pane.view()), all);
        // Each kind looks different, not by its hue alone.
        const QPalette palette;
        QSet<QString> looks;
        for (int kind = TraceSpan::Hesitation; kind <= TraceSpan::Unsorted; ++kind) {
            const QTextCharFormat format = spanFormat(TraceSpan::Kind(kind), palette);
            looks << QString("%1 %2 %3").arg(format.underlineStyle()).arg(format.fontOverline()).arg(format.fontItalic());
        }
        QCOMPARE(looks.size(), kReflectionKinds);
    }

    void otherWordsAreMarkedAtOnce()
    {
        TracePane pane(m_lexicon);
        pane.setDocument({ "hmm wait", "", std::nullopt, "prompt", "facts" });
        QCOMPARE(wordsOf(pane.view()->trace(), TraceSpan::Reflection), QStringList({ "wait" }));
        pane.setLexicon(std::make_shared<Lexicon>(orThrow(Lexicon::parse("hmm\ten\thesitation\n"))));
        QCOMPARE(wordsOf(pane.view()->trace(), TraceSpan::Hesitation), QStringList({ "hmm" }));
        QVERIFY(pane.findChild<QToolButton*>("show.hesitation")->text().contains('1'));
        QSignalSpy wanted(pane.legend(), &TraceLegend::wordsWanted);
        pane.findChild<QAction*>("editWords")->trigger();
        QCOMPARE(wanted.count(), 1);
    }

private:
    static QImage picture(TraceView* view)
    {
        view->resize(400, 100);
        return view->viewport()->grab().toImage();
    }

    QTemporaryDir m_folder;
    std::shared_ptr<Lexicon> m_lexicon;
};

QTEST_MAIN(TestTraceMarks)
#include "tst_trace_marks.moc"
