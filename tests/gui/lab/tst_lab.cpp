// The reward lab with the real engine on a small run: typing, re-scoring, what-if, losses.

#include "tests/support/engine_process.h"

#include "core/base/files.h"
#include "core/run/rewardjudge.h"
#include "core/run/storedrecheck.h"
#include "widgets/models/figuretable.h"
#include "widgets/panels/labedit.h"
#include "widgets/panels/labhackpage.h"
#include "widgets/panels/lablosspage.h"
#include "widgets/panels/labpanel.h"
#include "widgets/panels/labrescorepage.h"
#include "widgets/panels/labrewardpage.h"
#include "widgets/panels/labwhatifpage.h"
#include "widgets/panels/tracespanel.h"

#include <QAbstractItemModelTester>
#include <QAbstractSpinBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QTabBar>
#include <QTabWidget>
#include <QTableView>
#include <QTemporaryDir>
#include <QtTest>

#include <SQLiteCpp/SQLiteCpp.h>

#include <cmath>
#include <filesystem>

using namespace aha;
using Json = nlohmann::ordered_json;

namespace {
constexpr int kWait = 40'000;
const std::string kItem = R"({"numbers":[5,9,6],"target":39})";
}

class TestLab : public QObject {
    Q_OBJECT

    template <class T> T* child(const char* name) const { return m_panel->findChild<T*>(QLatin1String(name)); }
    QString said(const char* label) const { return child<QLabel>(label)->text(); }
    QString cell(const char* table, int row, int column) const
    {
        return child<QTableView>(table)->model()->index(row, column).data().toString();
    }
    /// A row of a table by the text of its first column.
    int rowOf(const char* table, const QString& name) const
    {
        const QAbstractItemModel* model = child<QTableView>(table)->model();
        for (int r = 0; r < model->rowCount(); ++r)
            if (model->index(r, 0).data().toString() == name)
                return r;
        return -1;
    }
    void show(int tab) { child<QTabWidget>("labTabs")->setCurrentIndex(tab); }
    /// Text in the editor, and its verdict there.
    void judged(const QString& text, const QString& verdict)
    {
        child<LabEdit>("labText")->setBytes(text.toStdString());
        QTRY_COMPARE_WITH_TIMEOUT(said("labVerdict"), verdict, kWait);
    }

private Q_SLOTS:
    void initTestCase()
    {
        const auto made = support::engine(support::tinyRun(m_run, 2, { "max_completion_length=40" }));
        QVERIFY2(made.status == 0, made.error.constData());
        const auto reader = orThrow(RunReader::open(m_run.toStdString()));
        for (const TraceHit& hit : orThrow(reader->search({}, TraceOrder::Oldest, 100)))
            m_stored.push_back(hit.completion);
        QCOMPARE(m_stored.size(), size_t(8));
        m_open = { { std::make_shared<RunFeed>(m_run), QColor(Qt::blue), "tiny" } };
    }
    void init()
    {
        m_panel = std::make_unique<LabPanel>(support::enginePath());
        m_panel->resize(970, 690);
        m_panel->setRuns(m_open);
        m_panel->show();
    }
    void cleanup() { m_panel.reset(); }
    void cleanupTestCase() { m_open.clear(); }

    void onlyTheNewestTextCounts()
    {
        RewardJudge judge(support::enginePath());
        judge.setConfig(defaultConfig("grpo"));
        QStringList answers;
        connect(&judge, &RewardJudge::judged, &judge,
            [&](const Json& answer) { answers << QString::fromStdString(answer.value("extracted", "")); });
        QSignalSpy failed(&judge, &RewardJudge::failed);
        for (int i = 0; i < 50; ++i)
            judge.judge(kItem, "", "<think> x </think> <answer> " + std::to_string(i) + " </answer>");
        QTRY_VERIFY_WITH_TIMEOUT(!judge.isJudging(), kWait);
        QCOMPARE(answers, QStringList("49")); // the first was asked, and its answer old when it came
        judge.judge(kItem, "", "<think> x </think> <answer> (5*9)-6 </answer>");
        QTRY_COMPARE_WITH_TIMEOUT(answers.size(), 2, kWait);
        qInfo("latency of a judgement: %.1f ms", judge.latencyMs());
        QCOMPARE(failed.count(), 0);
        RunConfig wrong = defaultConfig("grpo");
        wrong.rewards.expression = 1;
        wrong.rewards.expressionText = "accuracy * (";
        judge.setConfig(wrong);
        judge.judge(kItem, "", "x");
        QTRY_COMPARE_WITH_TIMEOUT(failed.count(), 1, kWait);
        QVERIFY(!judge.isJudging());
        judge.setConfig(defaultConfig("grpo")); // and it goes on
        judge.judge(kItem, "", "<think> x </think> <answer> 7 </answer>");
        QTRY_COMPARE_WITH_TIMEOUT(answers.value(2), QString("7"), kWait);
    }

    void typing()
    {
        QCOMPARE(child<QComboBox>("labSource")->currentText(), QString("Run tiny"));
        QVERIFY(!child<QPlainTextEdit>("labProblem")->toPlainText().isEmpty());
        judged("<think> wait </think>", "Malformed");
        QVERIFY2(said("labNeeds").contains("<answer> exactly once"), qPrintable(said("labNeeds")));
        QVERIFY(said("labAnswer").contains("No answer"));
        const int format = rowOf("labParts", "format");
        QVERIFY(format >= 0);
        QCOMPARE(cell("labParts", format, 3), QString("0.000"));
        QCOMPARE(cell("labParts", format, 4), QString("+0.100"));
        // What was read is marked: the tags, and the reflection word.
        QStringList marked;
        for (const QTextEdit::ExtraSelection& s : child<QPlainTextEdit>("labText")->extraSelections())
            marked << s.cursor.selectedText();
        QCOMPARE(marked, QStringList({ "<think>", "</think>", "wait" }));
        child<QPlainTextEdit>("labText")->moveCursor(QTextCursor::End);
        QTest::keyClicks(child<QPlainTextEdit>("labText"), " <answer> 1 + 1 </answer>");
        QTRY_VERIFY_WITH_TIMEOUT(said("labAnswer").contains("1 + 1"), kWait);
        QTRY_COMPARE_WITH_TIMEOUT(said("labVerdict"), QString("Wrong"), kWait);
        const QTextEdit::ExtraSelection answer = child<QPlainTextEdit>("labText")->extraSelections().last();
        QCOMPARE(answer.cursor.selectedText(), QString("1 + 1"));
        // Another weight, and the same text is worth more.
        QVERIFY2(said("labReward").startsWith("reward 0.1"), qPrintable(said("labReward")));
        child<QDoubleSpinBox>("rewards.format")->setValue(2);
        QTRY_VERIFY_WITH_TIMEOUT(said("labReward").startsWith("reward 2.0"), kWait);
    }

    /// A weight that moves with the steps is that of the step whose problem is judged, and the page says so.
    void theScheduleOfTheStepIsPaid()
    {
        namespace fs = std::filesystem;
        const std::string folder = m_run.toStdString() + "-scheduled";
        fs::copy(m_run.toStdString(), folder, fs::copy_options::recursive);
        RunConfig config = orThrow(runConfigFromJson(orThrow(readFile(folder + "/config.json"))));
        config.rewards.format = 7; // not used: the part has a schedule
        config.rewards.weightSchedule = "format: 0.8@1 0.2@2";
        orThrow(writeFileAtomically(folder + "/config.json", toJsonText(config)));
        const auto feed = std::make_shared<RunFeed>(QString::fromStdString(folder));
        m_panel->setRuns({ { feed, QColor(Qt::blue), "scheduled" } });
        auto* step = child<QSpinBox>("labStep");
        QCOMPARE(step->value(), 2);
        judged("<think> x </think> <answer> 1 </answer>", "Wrong");
        const auto weight = [&] { return cell("labParts", rowOf("labParts", "format"), 2); };
        QTRY_COMPARE_WITH_TIMEOUT(weight(), QString("0.200"), kWait);
        QVERIFY2(said("labWeights").startsWith("Weights of step 2") && said("labWeights").contains("format 0.200"),
            qPrintable(said("labWeights")));
        QVERIFY(child<QLabel>("labWeights")->isVisible());
        step->setValue(1);
        QTRY_COMPARE_WITH_TIMEOUT(weight(), QString("0.800"), kWait);
        QVERIFY(said("labWeights").startsWith("Weights of step 1"));
        auto* source = child<QComboBox>("labProblemSource");
        source->setCurrentIndex(1);
        Q_EMIT source->activated(1); // a problem from a seed has no step
        QVERIFY(said("labWeights").startsWith("Without a step"));
        QTRY_COMPARE_WITH_TIMEOUT(weight(), QString("7.000"), kWait);
        m_panel->setRuns(m_open);
        QVERIFY(!child<QLabel>("labWeights")->isVisible()); // no schedule, nothing to say
    }

    void hiddenCharactersAreNamed()
    {
        judged(QString::fromUtf8("<think> \u202E </think>"), "Malformed");
        QVERIFY(child<QLabel>("labNote")->isVisible());
        QVERIFY(said("labNote").contains("202E"));
        QVERIFY(!child<LabEdit>("labText")->toPlainText().contains(QChar(0x202E)));
        QCOMPARE(child<LabEdit>("labText")->extraSelections().last().cursor.selectionStart(), 8);
    }

    void aStoredCompletion()
    {
        const auto reader = orThrow(RunReader::open(m_run.toStdString()));
        for (const CompletionRow& row : { m_stored.front(), m_stored.back() }) {
            m_panel->editCompletion(m_run, row.id);
            QCOMPARE(child<LabEdit>("labText")->bytes(), orThrow(reader->completionText(row.id)).text);
            QCOMPARE(child<QSpinBox>("labStep")->value(), int(row.step));
            QTRY_VERIFY_WITH_TIMEOUT(said("labVerdict").toLower().toStdString() == row.verdict
                    && said("labReward").startsWith("reward " + figureText(*row.reward)),
                kWait);
        }
        QSignalSpy complaint(m_panel.get(), &LabPanel::said);
        m_panel->editCompletion("elsewhere", 1);
        QCOMPARE(complaint.count(), 1);
    }

    void nothingIsJudgedOfNothing()
    {
        judged("<think> wait </think>", "Malformed");
        judged("", "Not judged");
        QVERIFY2(said("labNeeds").startsWith("Write or choose a completion"), qPrintable(said("labNeeds")));
        QVERIFY(said("labReward").isEmpty());
        judged("<think> wait </think>", "Malformed");
    }

    /// A run that a fooled verifier judged: the lab, the reader and a re-scoring say so, and only of that completion.
    void aVerdictThatDoesNotHold()
    {
        const QString folder = m_folder.filePath("fooled");
        QDir().mkpath(folder);
        for (const char* file : { "config.json", "run.db" })
            QVERIFY(QFile::copy(m_run + "/" + file, folder + "/" + file));
        const CompletionRow& fooled = m_stored[5];
        QVERIFY(fooled.verdict != "correct");
        {
            SQLite::Database db((folder + "/run.db").toStdString(), SQLite::OPEN_READWRITE);
            SQLite::Statement change(db, "UPDATE completion SET verdict = 'correct', reward = 1.1 WHERE id = ?");
            change.bind(1, fooled.id);
            QCOMPARE(change.exec(), 1);
        }
        StoredRecheck recheck(support::enginePath());
        std::vector<RecheckAnswer> answers;
        connect(&recheck, &StoredRecheck::answered, &recheck,
            [&](const RecheckAnswer& answer) { answers.push_back(answer); });
        recheck.ask(folder, fooled.step, fooled.step);
        recheck.ask(folder, fooled.step, fooled.step); // one question
        QTRY_COMPARE_WITH_TIMEOUT(answers.size(), size_t(1), kWait);
        QCOMPARE(answers[0].completions, 4);
        QCOMPARE(answers[0].changed.size(), size_t(1));
        QCOMPARE(answers[0].changed[0].completion, fooled.id);
        const QString now = QString::fromStdString(fooled.verdict);
        QVERIFY2(recheckText(answers[0].changed[0]).startsWith("recorded correct 1.10, judged now: " + now),
            qPrintable(recheckText(answers[0].changed[0])));
        recheck.ask(folder, fooled.step, fooled.step); // known: no engine
        QCOMPARE(answers.size(), size_t(2));

        m_panel->setRuns({ { std::make_shared<RunFeed>(folder), QColor(Qt::blue), "fooled" } });
        auto* recorded = child<QLabel>("labRecorded");
        m_panel->editCompletion(folder, m_stored[4].id);
        QTRY_VERIFY_WITH_TIMEOUT(said("labVerdict").toLower().toStdString() == m_stored[4].verdict, kWait);
        QVERIFY(recorded->isHidden());
        m_panel->editCompletion(folder, fooled.id);
        QTRY_VERIFY_WITH_TIMEOUT(recorded->isVisible(), kWait);
        QVERIFY2(recorded->text().startsWith("The run recorded correct 1.10, judged now: " + now),
            qPrintable(recorded->text()));
        child<LabEdit>("labText")->setBytes("another text");
        QTRY_VERIFY_WITH_TIMEOUT(recorded->isHidden(), kWait);
        m_panel->rescore(folder);
        QCOMPARE(child<QTabWidget>("labTabs")->currentIndex(), 1);
        QTRY_VERIFY_WITH_TIMEOUT(said("rescoreNote").contains("1 verdicts flip"), kWait);

        TracesPanel traces(Lexicon(), support::enginePath());
        traces.resize(970, 690);
        traces.show();
        traces.setRuns({ { std::make_shared<RunFeed>(folder), QColor(Qt::blue), "fooled" } });
        traces.showCompletion(folder, fooled.id);
        auto* note = traces.findChild<QLabel*>("traceRecheck");
        QTRY_VERIFY_WITH_TIMEOUT(note->isVisible(), kWait);
        QVERIFY2(note->text().startsWith("recorded correct 1.10, judged now: " + now), qPrintable(note->text()));
        traces.showCompletion(folder, m_stored[4].id);
        QVERIFY(!note->isVisible());
    }

    /// Nothing that a folder brings along is run only because somebody looks.
    void whatIsNotJudgedByItself()
    {
        const auto cheap = [&](const QString& name, const std::function<void(RunConfig&)>& change) {
            RunConfig config = defaultConfig("grpo");
            change(config);
            QDir().mkpath(m_folder.filePath(name));
            QFile file(m_folder.filePath(name) + "/config.json");
            return file.open(QIODevice::WriteOnly) && file.write(toJsonText(config).c_str()) > 0 && file.flush()
                && StoredRecheck::isCheap(m_folder.filePath(name));
        };
        QVERIFY(cheap("plain", [](RunConfig&) {}));
        QVERIFY(!cheap("programs", [](RunConfig& c) { c.task.name = "programming"; }));
        QVERIFY(!cheap("rows", [](RunConfig& c) { c.task.name = "dataset"; }));
        QVERIFY(!cheap("command", [](RunConfig& c) { c.rewards.programCommand = "touch it"; }));
        QVERIFY(!cheap("tuning", [](RunConfig& c) { c = defaultConfig("sft"); }));
        QVERIFY(!StoredRecheck::isCheap(m_folder.filePath("nowhere")));
    }

    void problemsFromASeed()
    {
        auto* source = child<QComboBox>("labProblemSource");
        source->setCurrentIndex(1);
        Q_EMIT source->activated(1);
        auto* problem = child<QPlainTextEdit>("labProblem");
        const QString ofRun = problem->toPlainText();
        QTRY_VERIFY_WITH_TIMEOUT(problem->toPlainText() != ofRun, kWait);
        const QString first = problem->toPlainText();
        child<QSpinBox>("labSeed")->setValue(8);
        QTRY_VERIFY_WITH_TIMEOUT(problem->toPlainText() != first, kWait);
        child<QSpinBox>("labSeed")->setValue(0);
        QTRY_COMPARE_WITH_TIMEOUT(problem->toPlainText(), first, kWait);
        judged("<think> </think> <answer> 0 </answer>", "Malformed");
    }

    void aHackToLookAt()
    {
        Q_EMIT m_panel->findChild<LabHackPage*>()->tried(
            "multiplication", R"({"a":12,"b":3})", "<think> x </think> <answer> 36 </answer>");
        QTRY_COMPARE_WITH_TIMEOUT(said("labVerdict"), QString("Correct"), kWait); // by its own task, not the run's
        Q_EMIT child<QComboBox>("labGroup")->activated(0);
        QTRY_VERIFY_WITH_TIMEOUT(said("labVerdict") != "Correct", kWait);
    }

    void rescoring()
    {
        show(1);
        auto* page = m_panel->findChild<LabRescorePage*>();
        QAbstractItemModelTester tester(page->model(), QAbstractItemModelTester::FailureReportingMode::QtTest);
        auto* start = child<QPushButton>("rescoreStart");
        start->click();
        QTRY_VERIFY_WITH_TIMEOUT(said("rescoreNote").startsWith("8 completions of 2 steps"), kWait);
        QVERIFY2(said("rescoreNote").contains("0 verdicts flip"), qPrintable(said("rescoreNote")));
        QCOMPARE(page->model()->rowCount(), 0);
        child<QDoubleSpinBox>("rewards.format")->setValue(2.1);
        QTRY_VERIFY(said("rescoreNote").startsWith("The rewards changed since"));
        start->click();
        QTRY_VERIFY_WITH_TIMEOUT(said("rescoreNote").startsWith("8 completions of 2 steps"), kWait);
        int formed = 0;
        for (const CompletionRow& row : m_stored)
            formed += row.formatOk;
        QCOMPARE(page->model()->rowCount(), formed);
        QVERIFY(said("rescoreNote").contains(QString("%1 rewards change").arg(formed)));
        QCOMPARE(cell("rescoreTable", 0, 6), QString("+2.000"));
        child<QComboBox>("rescoreShow")->setCurrentIndex(1); // no verdict flips with a weight
        QCOMPARE(child<QTableView>("rescoreTable")->model()->rowCount(), 0);
        child<QComboBox>("rescoreShow")->setCurrentIndex(4);
        QCOMPARE(child<QTableView>("rescoreTable")->model()->rowCount(), formed);
        QSignalSpy picked(m_panel.get(), &LabPanel::completionPicked);
        child<QTableView>("rescoreTable")->setCurrentIndex(child<QTableView>("rescoreTable")->model()->index(0, 0));
        QTest::keyClick(child<QTableView>("rescoreTable"), Qt::Key_Return);
        QCOMPARE(picked.count(), 1);
        QCOMPARE(picked[0][0].toString(), m_run);
        QVERIFY(std::any_of(m_stored.begin(), m_stored.end(),
            [&](const CompletionRow& row) { return row.id == picked[0][1].toLongLong() && row.formatOk; }));
        start->click();
        start->click();
        QVERIFY2(said("rescoreNote").startsWith("Cancelled"), qPrintable(said("rescoreNote")));
        QCOMPARE(start->text(), QString("Re-score the run"));
    }

    void heldOutAnswers()
    {
        show(1);
        auto* page = m_panel->findChild<LabRescorePage*>();
        QAbstractItemModelTester tester(page->model(), QAbstractItemModelTester::FailureReportingMode::QtTest);
        auto* of = child<QComboBox>("rescoreOf");
        QCOMPARE(of->currentText(), QString("Sampled completions"));
        QCOMPARE(child<QSpinBox>("rescoreFrom")->value(), 1);
        QTest::keyClick(of, Qt::Key_Down);
        QCOMPARE(of->currentText(), QString("Held-out answers"));
        QCOMPARE(child<QSpinBox>("rescoreFrom")->value(), 0); // before the first step, too
        QVERIFY(said("rescoreNote").contains("every answer of the run's evaluations"));
        child<QDoubleSpinBox>("rewards.format")->setValue(2.1);
        QTRY_VERIFY(m_panel->findChild<QPushButton*>("rewardReset")->isEnabled());
        QTest::qWait(300); // the changed rewards reach the page
        child<QPushButton>("rescoreStart")->click();
        QTRY_VERIFY_WITH_TIMEOUT(
            said("rescoreNote").startsWith("16 held-out answers of 2 evaluations (step 0, 2)"), kWait);
        QVERIFY2(said("rescoreNote").contains("An evaluation stores no rewards"), qPrintable(said("rescoreNote")));
        const auto reader = orThrow(RunReader::open(m_run.toStdString()));
        int formed = 0;
        for (const EvaluationRow& e : orThrow(reader->evaluations()))
            for (int p = 0; p < e.problems; ++p)
                for (const CompletionRow& row : orThrow(reader->evaluationSamples(e.id, p)))
                    formed += row.formatOk;
        QVERIFY(formed > 0);
        QCOMPARE(page->model()->rowCount(), formed);
        QCOMPARE(page->model()->headerData(1, Qt::Horizontal).toString(), QString("Problem/no."));
        QCOMPARE(cell("rescoreTable", 0, 6), QString("+2.000"));
        QSignalSpy picked(m_panel.get(), &LabPanel::problemPicked), other(m_panel.get(), &LabPanel::completionPicked);
        auto* table = child<QTableView>("rescoreTable");
        table->setCurrentIndex(table->model()->index(formed - 1, 0));
        QTest::keyClick(table, Qt::Key_Return);
        QCOMPARE(picked.count(), 1);
        QCOMPARE(other.count(), 0);
        const int position = picked[0][2].toInt(), sample = picked[0][3].toInt();
        QCOMPARE(picked[0][0].toString(), m_run);
        QVERIFY(orThrow(reader->evaluationSample(picked[0][1].toLongLong(), position, sample)).formatOk);
        QCOMPARE(cell("rescoreTable", formed - 1, 1), QString("%1/%2").arg(position + 1).arg(sample + 1));
        of->setCurrentIndex(0); // what is listed stays what it is
        QVERIFY(said("rescoreNote").startsWith("16 held-out answers"));
    }

    void rowsWithoutAJudge()
    {
        const QString folder = m_folder.filePath("preferences");
        QVERIFY(QDir().mkpath(folder));
        QFile file(folder + "/config.json");
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(QByteArray::fromStdString(toJsonText(defaultConfig("dpo"))));
        file.close();
        m_panel->setRuns({ { std::make_shared<RunFeed>(folder), QColor(Qt::red), "pairs" } });
        QCOMPARE(child<QComboBox>("labSource")->currentText(), QString("Run pairs"));
        QVERIFY2(said("labAbout").startsWith("No task (dpo)"), qPrintable(said("labAbout")));
        show(1);
        QVERIFY2(said("rescoreNote").contains("rows of preferences (dpo) have no right answer"),
            qPrintable(said("rescoreNote")));
        QVERIFY(!child<QPushButton>("rescoreStart")->isEnabled() && !child<QComboBox>("rescoreOf")->isEnabled());
        QVERIFY(!child<QTableView>("rescoreTable")->isVisible());
        m_panel->rescore(folder);
        QCOMPARE(child<QPushButton>("rescoreStart")->text(), QString("Re-score the run")); // nothing was started
        QSignalSpy complaint(m_panel.get(), &LabPanel::said);
        m_panel->editCompletion(folder, 1);
        QVERIFY(complaint.value(0).value(0).toString().contains("an example to read"));
        show(4);
        QVERIFY(said("lossNote").startsWith("Choose a run"));
    }

    void resultsAreNamedByTheirRun()
    {
        auto* bench = child<QPushButton>("hackStart");
        bench->click();
        QCOMPARE(said("hackWhose"), QString("Running: tiny's rewards"));
        child<QDoubleSpinBox>("rewards.format")->setValue(2.1);
        bench->click(); // what was found until there is of the rewards as they were
        QCOMPARE(said("hackWhose"), QString("Result of tiny's rewards"));
        QTest::qWait(300); // the changed rewards reach the bench
        bench->click();
        QCOMPARE(said("hackWhose"), QString("Running: tiny's rewards, with changes"));
        m_panel->rescore(m_run);
        QTRY_VERIFY_WITH_TIMEOUT(said("rescoreNote").startsWith("8 completions of 2 steps"), kWait);
        QCOMPARE(said("rescoreWhose"), QString("Result of tiny"));
        m_panel->setRuns({});
        const QString whose = said("hackWhose"); // the bench may have come to its end
        QVERIFY2(whose.contains("tiny's rewards, with changes, not") && whose.endsWith("what is chosen above"),
            qPrintable(whose));
        QCOMPARE(said("rescoreWhose"), QString("Result of tiny, not of what is chosen above"));
        QVERIFY2(said("rescoreNote").startsWith("With changed rewards: rewards.format=2.1. 8 completions"),
            qPrintable(said("rescoreNote")));
    }

    void otherAdvantages()
    {
        show(3);
        auto* page = m_panel->findChild<LabWhatIfPage*>();
        QAbstractItemModelTester tester(page->completions(), QAbstractItemModelTester::FailureReportingMode::QtTest);
        QTRY_COMPARE_WITH_TIMEOUT(page->completions()->rowCount(), 4, kWait); // as the run: of the last step
        for (int row = 0; row < 4; ++row) {
            QVERIFY(std::abs(page->completions()->row(row).cells[6].sort) < 1e-5);
            QCOMPARE(page->completions()->row(row).id, m_stored[size_t(4 + row)].id);
            QCOMPARE(page->completions()->row(row).cells[4].sort, m_stored[size_t(4 + row)].advantage);
        }
        QCOMPARE(cell("whatIfSums", rowOf("whatIfSums", "sign changes"), 2), QString("0"));
        size_t first = 0; // of a step whose rewards differ
        while (first < m_stored.size() && std::abs(m_stored[first].advantage) < 0.1)
            ++first;
        QVERIFY(first < m_stored.size());
        const int step = int(m_stored[first].step);
        const qint64 firstId = m_stored[first < 4 ? 0 : 4].id;
        child<QSpinBox>("whatIfStep")->setValue(step);
        child<QComboBox>("whatIfScaling")->setCurrentText("none");
        const auto spread = [&] {
            double largest = 0;
            for (int row = 0; row < page->completions()->rowCount(); ++row)
                largest = std::max(largest, std::abs(page->completions()->row(row).cells[6].sort));
            return largest;
        };
        QTRY_VERIFY_WITH_TIMEOUT(
            page->completions()->rowCount() == 4 && page->completions()->row(0).id == firstId && spread() > 0.01,
            kWait);
        QVERIFY(said("whatIfNote").startsWith(QString("Step %1, n = 4 completions in groups of 2").arg(step)));
        child<QPushButton>("whatIfReset")->click();
        QTRY_VERIFY_WITH_TIMEOUT(page->completions()->rowCount() == 4 && spread() < 1e-5, kWait);
        QSignalSpy picked(m_panel.get(), &LabPanel::completionPicked);
        child<QTableView>("whatIfTable")->setCurrentIndex(child<QTableView>("whatIfTable")->model()->index(1, 0));
        QTest::keyClick(child<QTableView>("whatIfTable"), Qt::Key_Return);
        QCOMPARE(picked.value(0).value(1).toLongLong(), firstId + 1);
    }

    void severalLosses()
    {
        show(4);
        auto* page = m_panel->findChild<LabLossPage*>();
        QAbstractItemModelTester tester(page->model(), QAbstractItemModelTester::FailureReportingMode::QtTest);
        QVERIFY(!child<QDoubleSpinBox>("rewards.format")->isVisible()); // stored rewards stand here
        child<QLineEdit>("lossNames")->setText("dr_grpo tight=grpo,epsilon=0.01");
        auto* start = child<QPushButton>("lossStart");
        start->click();
        QCOMPARE(start->text(), QString("Cancel"));
        QTRY_COMPARE_WITH_TIMEOUT(page->model()->rowCount(), 3, kWait);
        QCOMPARE(cell("lossTable", 0, 0), QString("run"));
        QCOMPARE(cell("lossTable", 0, 2), QString("1.000"));
        QCOMPARE(cell("lossTable", 2, 0), QString("tight"));
        QVERIFY(page->model()->row(1).cells[1].sort != page->model()->row(0).cells[1].sort);
        QVERIFY(said("lossNote").contains("n = 4 completions"));
        child<QLineEdit>("lossNames")->setText("nonsense");
        start->click();
        QTRY_VERIFY_WITH_TIMEOUT(said("lossNote").contains("nonsense"), kWait);
    }

    void withoutARun()
    {
        m_panel->setRuns({});
        QCOMPARE(child<QComboBox>("labSource")->currentText(), QString("As on Configure"));
        auto* problem = child<QPlainTextEdit>("labProblem");
        QTRY_VERIFY_WITH_TIMEOUT(!problem->toPlainText().isEmpty(), kWait); // from a seed, at once
        judged("<think> </think> <answer> 1 + </answer>", "Malformed");
        for (const auto& [tab, note, start] :
            { std::tuple { 1, "rescoreNote", "rescoreStart" }, std::tuple { 4, "lossNote", "lossStart" } }) {
            show(tab);
            QVERIFY(said(note).startsWith("Choose a run"));
            QVERIFY(!child<QPushButton>(start)->isEnabled());
        }
        show(3);
        QVERIFY(said("whatIfNote").startsWith("Choose a run"));
        m_panel->form = [] {
            RunConfig config = defaultConfig("grpo");
            config.task.name = "multiplication";
            return config;
        };
        m_panel->hide();
        m_panel->show();
        QVERIFY(said("labAbout").startsWith("Task multiplication"));
    }

    void theTabsStayWhereTheyAre()
    {
        auto* bar = child<QTabBar>("labTabBar");
        QVERIFY(bar->isVisible() && !child<QTabWidget>("labTabs")->tabBar()->isVisible());
        QCOMPARE(bar->count(), child<QTabWidget>("labTabs")->count());
        const QPoint at = bar->mapTo(m_panel.get(), bar->tabRect(3).topLeft());
        bar->setFocus();
        for (int i = 0; i < 3; ++i)
            QTest::keyClick(bar, Qt::Key_Right);
        QCOMPARE(child<QTabWidget>("labTabs")->currentIndex(), 3); // without the form beside it
        QCoreApplication::processEvents();
        QCOMPARE(bar->mapTo(m_panel.get(), bar->tabRect(3).topLeft()), at);
        show(1);
        QCOMPARE(bar->currentIndex(), 1);
    }

    void everythingHasAName()
    {
        for (int tab = 0; tab < child<QTabWidget>("labTabs")->count(); ++tab) {
            show(tab);
            for (const QWidget* widget : m_panel->findChildren<QWidget*>()) {
                const bool matters = qobject_cast<const QComboBox*>(widget)
                    || qobject_cast<const QAbstractSpinBox*>(widget) || qobject_cast<const QTableView*>(widget)
                    || qobject_cast<const QPlainTextEdit*>(widget) || qobject_cast<const QPushButton*>(widget);
                if (matters && widget->isVisible())
                    QVERIFY2(!widget->accessibleName().isEmpty(), qPrintable(widget->objectName()));
            }
        }
    }

private:
    QTemporaryDir m_folder;
    QString m_run = m_folder.filePath("run");
    std::vector<CompletionRow> m_stored;
    OpenRuns m_open;
    std::unique_ptr<LabPanel> m_panel;
};

QTEST_MAIN(TestLab)
#include "tst_lab.moc"
