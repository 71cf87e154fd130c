// A window that is killed in the midst of work: this program starts itself, fills the fields of a page as a person
// would, is ended by SIGKILL once the session is on disk, and a new window must hold all of it again.

#include "core/store/workspace.h"
#include "tests/gui/traces/trace_fixture.h"
#include "widgets/panels/labedit.h"
#include "widgets/panels/playgroundpanel.h"
#include "widgets/panels/tracelegend.h"
#include "widgets/panels/tracepane.h"
#include "widgets/panels/tracespanel.h"
#include "widgets/panels/tracesteppage.h"
#include "widgets/shell/mainwindow.h"
#include "widgets/shell/pagedeck.h"
#include "widgets/shell/session.h"

#include <nlohmann/json.hpp>

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QProcess>
#include <QSpinBox>
#include <QStackedWidget>
#include <QTabWidget>
#include <QtTest>

#include <csignal>
#include <cstdio>

using namespace aha;

namespace {

/// A field by its object name, and what a person does to it. Of a table: the row.
struct Deed {
    const char* field;
    QVariant value;
};
struct Work {
    const char *name, *page;
    std::vector<Deed> deeds; ///< in this order
    std::vector<QByteArray> kept = {}; ///< words of the session where the page itself keeps its fields, not the window
};

const QString kHidden = QStringLiteral("<think> wait \u202e 5 * 9 </think>\n<answer> 45 </answer>");

const std::vector<Work>& works()
{
    static const std::vector<Work> all {
        { "a text under a reward", "Lab",
            { { "labTabs", 0 }, { "labStep", 2 }, { "labGroup", 1 }, { "labCompletion", 2 }, { "rewards.format", 0.75 },
                { "labText", kHidden } },
            { "\"step\":2", "\"group\":1", "rewards.format", "0.75", kHidden.toUtf8().toBase64() } },
        { "a problem from a seed", "Lab", { { "labProblemSource", 1 }, { "labSeed", 77 }, { "labText", "mine" } },
            { "\"seed\":77", QByteArray("mine").toBase64() } },
        { "another part of the lab", "Lab", { { "labTabs", 3 }, { "whatIfStep", 2 }, { "whatIfScaling", 1 } },
            { "\"whatIfStep\":2", "\"whatIfScaling\":" } },
        { "the composer's sample", "Settings",
            { { "sideRewards", true }, { "sampleProblem", "{\"numbers\": [1, 2], \"target\": 3}" },
                { "sampleCompletion", "<answer> 1 + 2 </answer>" }, { "configSearch", "reward" } } },
        { "a pasted recipe", "Settings",
            { { "configurePages", 1 }, { "recipeTabs", 1 },
                { "recipeText", "learning_rate: 1.0e-6\nnum_generations: 8\n" }, { "importAll", true } } },
        { "a sweep", "Sweep",
            { { "sweepName", "mine" }, { "sweepField", "general.seed" }, { "sweepKind", 1 }, { "sweepSamples", 7 },
                { "sweepValues", "0, 1, 2" } } },
        { "a run elsewhere", "Queue",
            { { "queueAttach", true }, { "remoteHost", "user@machine" }, { "remoteRun", "runs/far" },
                { "remoteConfig", "mine.json" } } },
        { "a question to live weights", "Live model",
            { { "pokePrompt", "What is 1 + 1?\nSay why." }, { "pokeKnob", 1 } } },
        { "a message half written", "Playground",
            { { "message", "and if not?" }, { "temperature", 0.25 }, { "seed", 12 }, { "tokenColours", 1 } } },
        { "a completion of a step", "Traces",
            { { "traceTabs", 0 }, { "traceStep", 2 }, { "groups", 1 }, { "completions", 2 }, { "find", "wait" } } },
        { "groups of an outcome", "Traces", { { "traceTabs", 0 }, { "groupOutcome", 3 } } },
        { "a search", "Traces",
            { { "traceTabs", 1 }, { "searchText", "wait" }, { "searchVerdict", 1 }, { "searchTokensMin", "10" },
                { "results", 1 } } },
        { "a problem of an evaluation", "Traces", { { "traceTabs", 2 }, { "evaluations", 0 }, { "problems", 3 } } },
        { "two texts", "Compare",
            { { "compareTabs", 4 }, { "textARun", 1 }, { "textAStep", 2 }, { "textAPrompt", 1 }, { "textASample", 2 },
                { "textBStep", 1 }, { "textBSample", 3 } } },
        { "outcomes", "Compare",
            { { "compareTabs", 1 }, { "outcomesWhat", 1 }, { "outcomesOrder", 2 }, { "outcomesFilter", "make" } } },
        { "probes", "Compare",
            { { "compareTabs", 2 }, { "probeRun", 1 }, { "probeFilter", "make" }, { "probes", 2 } } },
        { "reflection of a run", "Analyse",
            { { "analyseRun", 1 }, { "analyseAgainst", 1 }, { "analyseTabs", 0 }, { "reflectionUnit", 2 },
                { "reflectionFigures", 2 }, { "lagAgainst", 1 } } },
        { "language mixing", "Analyse", { { "analyseTabs", 1 }, { "mixingExamplesVerdict", 2 } } },
        { "a text cut into tokens", "Tokenizer", { { "tokenizerText", "\tnaïve 等等" }, { "showIds", true } } },
        { "curves", "Charts", { { "xAxis", 1 }, { "showValues", true } } },
        { "words explained", "Glossary", { { "glossarySearch", "entropy" } } },
        { "keys sought", "Keyboard", { { "keysSearch", "sample" } } },
        { "runs filtered", "Runs", { { "runsFilter", "tag:good" } } },
    };
    return all;
}

QWidget* pageOf(MainWindow& window, const QString& name)
{
    for (const Page& page : window.pages()->pages())
        if (page.name == name)
            return page.widget;
    return &window; // the table of runs stands beside them all
}

QWidget* fieldOf(MainWindow& window, const Work& work, const Deed& deed)
{
    return pageOf(window, QLatin1String(work.page))->findChild<QWidget*>(QLatin1String(deed.field));
}

/// What the field holds, as a deed would say it.
QVariant held(QWidget* widget)
{
    if (auto* box = qobject_cast<QComboBox*>(widget))
        return box->isEditable() ? QVariant(box->currentText()) : QVariant(box->currentIndex());
    if (auto* edit = qobject_cast<QLineEdit*>(widget))
        return edit->text();
    if (auto* text = qobject_cast<LabEdit*>(widget))
        return QString::fromStdString(text->bytes());
    if (auto* text = qobject_cast<QPlainTextEdit*>(widget))
        return text->toPlainText();
    if (auto* number = qobject_cast<QSpinBox*>(widget))
        return number->value();
    if (auto* number = qobject_cast<QDoubleSpinBox*>(widget))
        return number->value();
    if (auto* button = qobject_cast<QAbstractButton*>(widget))
        return button->isChecked();
    if (auto* tabs = qobject_cast<QTabWidget*>(widget))
        return tabs->currentIndex();
    if (auto* stack = qobject_cast<QStackedWidget*>(widget))
        return stack->currentIndex();
    if (auto* view = qobject_cast<QAbstractItemView*>(widget))
        return view->currentIndex().row();
    return {};
}

void act(QWidget* widget, const QVariant& value)
{
    if (auto* box = qobject_cast<QComboBox*>(widget)) {
        if (box->isEditable())
            return box->setEditText(value.toString());
        if (value.toInt() >= box->count())
            return; // its list is still read
        box->setCurrentIndex(value.toInt());
        Q_EMIT box->activated(value.toInt());
    } else if (auto* edit = qobject_cast<QLineEdit*>(widget)) {
        edit->clear();
        QTest::keyClicks(edit, value.toString());
    } else if (auto* text = qobject_cast<QPlainTextEdit*>(widget)) {
        text->clear();
        text->insertPlainText(value.toString()); // a key cannot type a control character
    } else if (auto* number = qobject_cast<QSpinBox*>(widget)) {
        number->setValue(value.toInt());
    } else if (auto* real = qobject_cast<QDoubleSpinBox*>(widget)) {
        real->setValue(value.toDouble());
    } else if (auto* button = qobject_cast<QAbstractButton*>(widget)) {
        button->click();
    } else if (auto* tabs = qobject_cast<QTabWidget*>(widget)) {
        tabs->setCurrentIndex(value.toInt());
    } else if (auto* stack = qobject_cast<QStackedWidget*>(widget)) {
        stack->setCurrentIndex(value.toInt());
    } else if (auto* view = qobject_cast<QAbstractItemView*>(widget)) {
        view->setCurrentIndex(view->model()->index(value.toInt(), 0));
    }
}

/// Does all of it until all of it stands: some wait for what is read beside the window.
bool fill(MainWindow& window, const Work& work)
{
    for (const Deed& deed : work.deeds) {
        const auto done = [&] {
            QWidget* field = fieldOf(window, work, deed);
            if (field && held(field) != deed.value)
                act(field, deed.value);
            return field && held(field) == deed.value;
        };
        if (!QTest::qWaitFor(done, 20'000)) {
            std::fprintf(stderr, "%s: %s cannot be filled\n", work.name, deed.field);
            return false;
        }
        QCoreApplication::processEvents();
    }
    for (int quiet = 0, round = 0; quiet < 8; ++round) { // what another has put back is done again, until it stays
        if (round == 100)
            return false;
        ++quiet;
        for (const Deed& deed : work.deeds)
            if (QWidget* field = fieldOf(window, work, deed); !field || held(field) != deed.value) {
                quiet = 0;
                if (field)
                    act(field, deed.value);
            }
        QTest::qWait(100);
    }
    return true;
}

void talk(PlaygroundPanel& panel)
{
    Conversation& talk = *panel.conversation();
    talk.addTurn(QStringLiteral("Why \u202e blue?"), 1);
    const auto say = [&](const char* json) { talk.take(nlohmann::ordered_json::parse(json), 1); };
    say(R"({"event":"started","id":"1.0","prompt_tokens":7,"prompt":"Why?"})");
    say(R"({"event":"token","id":"1.0","token":5,"piece":"<think>","text":"<think>","logprob":-0.5,"entropy":0.25})");
    say(R"({"event":"token","id":"1.0","token":6,"piece":" so","text":" so</think> 等等","logprob":-1.5,"entropy":0.5})");
    say(R"({"event":"done","id":"1.0","text":"","finish":"stop","tokens_per_second":9.5})");
    talk.addTurn(QStringLiteral("Sure?"), 1);
    say(R"({"event":"started","id":"2.0","prompt_tokens":9,"prompt":"Sure?"})");
    say(R"({"event":"token","id":"2.0","token":8,"piece":"Ha","text":"Ha","logprob":-0.5,"entropy":0.25})");
}

/// The window that will be killed: says on its output when all is filled, and lives on.
int live(const QString& folder, int number)
{
    const Work& work = works()[size_t(number)];
    const auto workspace = orThrow(Workspace::open((folder + "/workspace.db").toStdString()));
    MainWindow window(workspace.get());
    window.show();
    if (!QTest::qWaitForWindowActive(&window))
        return 1;
    window.openRuns({ folder + "/runs/one", folder + "/runs/two" });
    window.showPage(QLatin1String(work.page));
    if (QLatin1String(work.page) == QLatin1String("Playground"))
        talk(*window.playground());
    if (!fill(window, work))
        return 1;
    if (QLatin1String(work.name) == QLatin1String("a sweep")) { // an axis, and another half typed
        window.findChild<QAbstractButton*>("sweepAdd")->click();
        window.findChild<QLineEdit*>("sweepValues")->setText("0, 1, 2");
    }
    std::puts("filled");
    std::fflush(stdout);
    return QApplication::exec();
}

QJsonObject sessionIn(const QString& folder)
{
    QFile file(folder + "/session.json");
    return file.open(QIODevice::ReadOnly) ? QJsonDocument::fromJson(file.readAll()).object() : QJsonObject();
}

QJsonObject pageIn(const QString& folder, const QString& page)
{
    return sessionIn(folder)["pages"].toObject()[page].toObject();
}

} // namespace

class TestCrash : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everythingComesBack_data()
    {
        QTest::addColumn<int>("number");
        for (size_t i = 0; i < works().size(); ++i)
            QTest::newRow(works()[i].name) << int(i);
    }
    void everythingComesBack()
    {
        QFETCH(int, number);
        const Work& work = works()[size_t(number)];
        QTemporaryDir folder;
        fixture::makeRun(folder.filePath("runs/one"));
        fixture::makeRun(folder.filePath("runs/two"), 1);
        QProcess killed;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert("AHASCOPE_RUNS", folder.filePath("runs"));
        killed.setProcessEnvironment(environment);
        killed.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        killed.start(QCoreApplication::applicationFilePath(), { "--live", folder.path(), QString::number(number) });
        QByteArray said;
        QTRY_VERIFY_WITH_TIMEOUT(
            (said += killed.readAllStandardOutput()).contains("filled") || killed.state() == QProcess::NotRunning,
            60'000);
        QVERIFY2(said.contains("filled"), "the window ended by itself");
        // What was written after the last deed: the newest state holds it, and nothing changes any more.
        const auto committed = [&] {
            const QJsonObject page = pageIn(folder.path(), QLatin1String(work.page));
            const QByteArray session = QJsonDocument(page).toJson(QJsonDocument::Compact);
            if (!work.kept.empty())
                return std::all_of(work.kept.begin(), work.kept.end(),
                    [&](const QByteArray& words) { return session.contains(words); });
            return std::all_of(work.deeds.begin(), work.deeds.end(), [&](const Deed& deed) {
                const QJsonValue value = page[QLatin1String(deed.field)];
                const QVariant wanted = deed.value;
                if (value.isObject() && value.toObject().contains("place"))
                    return value.toObject()["place"].toInt(-1) == wanted.toInt();
                if (value.isObject() && value.toObject().contains("text"))
                    return value.toObject()["text"].toString() == wanted.toString();
                if (value.isArray())
                    return value.toArray()[0].toInt(-1) == wanted.toInt();
                if (value.isObject())
                    return QByteArray::fromBase64(value.toObject()["bytes"].toString().toLatin1())
                        == wanted.toString().toUtf8();
                return value.toVariant() == wanted;
            });
        };
        QTRY_VERIFY_WITH_TIMEOUT(committed(), 10'000);
        if (QLatin1String(work.name) == QLatin1String("a sweep")) // the axis came after the fields
            QTRY_VERIFY_WITH_TIMEOUT(QJsonDocument(sessionIn(folder.path())).toJson().contains("seed=0,1,2"), 10'000);
        QTRY_VERIFY_WITH_TIMEOUT(
            orThrow(orThrow(Workspace::open(folder.filePath("workspace.db").toStdString()))->setting("window.left"))
                == "in the midst",
            10'000);
        QCOMPARE(::kill(pid_t(killed.processId()), SIGKILL), 0);
        QVERIFY(killed.waitForFinished(10'000));
        QCOMPARE(int(killed.exitStatus()), int(QProcess::CrashExit));

        qputenv("AHASCOPE_RUNS", folder.filePath("runs").toUtf8());
        const auto workspace = orThrow(Workspace::open(folder.filePath("workspace.db").toStdString()));
        MainWindow window(workspace.get());
        window.show();
        QVERIFY(QTest::qWaitForWindowActive(&window));
        QCOMPARE(window.openFolders().size(), 2);
        if (QLatin1String(work.page) != QLatin1String("Runs"))
            QCOMPARE(window.pages()->currentPage(), QLatin1String(work.page));
        QString differs;
        const auto back = [&] {
            differs.clear();
            for (const Deed& deed : work.deeds) {
                QWidget* field = fieldOf(window, work, deed);
                if (!field || held(field) != deed.value)
                    differs += QStringLiteral("%1 is “%2”, not “%3”; ")
                                   .arg(QLatin1String(deed.field), field ? held(field).toString() : "nowhere",
                                       deed.value.toString());
            }
            return differs.isEmpty();
        };
        const bool all = QTest::qWaitFor(back, 20'000);
        QVERIFY2(all, qPrintable(differs));
        if (QLatin1String(work.name) == QLatin1String("a sweep")) {
            const auto* axes = window.findChild<QListWidget*>("sweepAxes");
            QTRY_COMPARE(axes->count(), 1);
            QCOMPARE(axes->item(0)->text(), QString("general.seed=0,1,2"));
        }
        if (QLatin1String(work.page) == QLatin1String("Playground")) {
            const Conversation& talk = *window.playground()->conversation();
            QCOMPARE(talk.rowCount(), 2);
            QCOMPARE(talk.user(0), QString("Why \u202e blue?"));
            const ReplyText& whole = talk.reply(0, 0);
            QCOMPARE(QByteArray::fromStdString(whole.exact()), QByteArray("<think> so</think> 等等"));
            QCOMPARE(whole.tokens().size(), 2);
            QVERIFY2(whole.summary(false).contains("7 + 2 tokens") && whole.summary(false).contains("−1.00"),
                qPrintable(whole.summary(false)));
            QVERIFY(!whole.think().isEmpty() && whole.state() == ReplyText::State::Stopped);
            QCOMPARE(QByteArray::fromStdString(talk.reply(1, 0).exact()), QByteArray("Ha"));
            QVERIFY(talk.reply(1, 0).state() == ReplyText::State::Cancelled && !talk.isAnswering());
        }
    }

    /// Who goes somewhere on purpose does not land where he was before.
    void whatIsAskedForComesFirst()
    {
        QTemporaryDir folder;
        fixture::makeRun(folder.filePath("runs/one"));
        qputenv("AHASCOPE_RUNS", folder.filePath("runs").toUtf8());
        const auto workspace = orThrow(Workspace::open(folder.filePath("workspace.db").toStdString()));
        {
            MainWindow window(workspace.get());
            window.openRuns({ folder.filePath("runs/one") });
            window.show();
            window.showStep(folder.filePath("runs/one"), 2);
            window.showPage("Charts");
            window.close();
        }
        QCOMPARE(pageIn(folder.path(), "Traces")["traceStep"].toInt(), 2);
        MainWindow window(workspace.get());
        window.show();
        window.showStep(folder.filePath("runs/one"), 1); // a click on a curve
        auto* step = pageOf(window, "Traces")->findChild<QSpinBox*>("traceStep");
        QCOMPARE(step->value(), 1);
        for (int round = 0; round < 20; ++round)
            QTest::qWait(0);
        QCOMPARE(step->value(), 1);
    }

    /// A page that nobody looked at since the crash is not forgotten by the next one.
    void whatWaitsIsKept()
    {
        QTemporaryDir folder;
        const auto workspace = orThrow(Workspace::open(folder.filePath("workspace.db").toStdString()));
        {
            MainWindow window(workspace.get());
            window.show();
            window.showPage("Tokenizer");
            window.pages()->currentWidget()->findChild<QPlainTextEdit*>("tokenizerText")->setPlainText("mine");
            window.showPage("Log");
            window.close();
        }
        for (int i = 0; i < 2; ++i) {
            MainWindow window(workspace.get());
            window.show();
            window.showPage("Log");
            window.close();
        }
        MainWindow window(workspace.get());
        window.show();
        window.showPage("Tokenizer");
        QCOMPARE(
            pageOf(window, "Tokenizer")->findChild<QPlainTextEdit*>("tokenizerText")->toPlainText(), QString("mine"));
    }

    /// Colours that come back start no engine; chosen again they do.
    void keptColoursStartNoEngine()
    {
        QTemporaryDir folder;
        const QString run = folder.filePath("runs/one");
        fixture::makeRun(run); // without a checkpoint: whoever would start an engine says so
        qputenv("AHASCOPE_RUNS", folder.filePath("runs").toUtf8());
        const auto workspace = orThrow(Workspace::open(folder.filePath("workspace.db").toStdString()));
        const auto read = [&run](MainWindow& window) {
            window.openRuns({ run });
            window.show();
            window.showPage("Traces");
            return window.findChild<TracesPanel*>();
        };
        {
            MainWindow window(workspace.get());
            TracesPanel* traces = read(window);
            traces->stepPage()->showCompletion(2, 0, 1);
            traces->pane()->findChild<QComboBox*>("heat")->setCurrentIndex(int(Heat::Entropy));
            QVERIFY(traces->pane()->findChild<QLabel*>("traceInsight")->text().contains("no checkpoint"));
            window.close();
        }
        MainWindow window(workspace.get());
        TracesPanel* traces = read(window);
        auto* colours = traces->pane()->findChild<QComboBox*>("heat");
        const auto* said = traces->pane()->findChild<QLabel*>("traceInsight");
        QTRY_COMPARE(colours->currentIndex(), int(Heat::Entropy));
        traces->stepPage()->showCompletion(2, 0, 1);
        QVERIFY2(said->text().contains("earlier session") && !said->isHidden(), qPrintable(said->text()));
        Q_EMIT colours->activated(colours->currentIndex());
        QVERIFY2(said->text().contains("no checkpoint"), qPrintable(said->text()));
    }

    void aDamagedFileIsKeptAside()
    {
        QTemporaryDir folder;
        const QByteArray cases[] = { "{\"version\":1,\"pages\":{\"Lab", "", "[1]", "{\"version\":99,\"pages\":{}}",
            "{\"version\":1,\"pages\":7}" };
        for (const QByteArray& bytes : cases) {
            QFile file(folder.filePath("session.json"));
            QVERIFY(file.open(QIODevice::WriteOnly));
            file.write(bytes);
            file.close();
            const auto workspace = orThrow(Workspace::open(folder.filePath("workspace.db").toStdString()));
            MainWindow window(workspace.get());
            window.show();
            const auto* told = window.findChild<QLabel*>("askQuestion");
            QVERIFY2(told->isVisible() && told->text().contains("session.json.damaged"), qPrintable(told->text()));
            QFile aside(folder.filePath("session.json.damaged"));
            QVERIFY(aside.open(QIODevice::ReadOnly));
            QCOMPARE(aside.readAll(), bytes);
            window.close();
            QCOMPARE(sessionIn(folder.path())["version"].toInt(), int(Session::kVersion)); // and a new one is there
        }
        // Values of the wrong kind, and fields that are gone, do nothing.
        QFile file(folder.filePath("session.json"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(
            "{\"version\":1,\"language\":\"Configure\",\"pages\":{\"Glossary\":{\"glossarySearch\":[7],\"gone\":1,"
            "\"glossaryList\":\"x\"},\"Log\":5,\"Lab\":{\"labTabs\":99,\"labStep\":-4,\"labSource\":true}}}");
        file.close();
        const auto workspace = orThrow(Workspace::open(folder.filePath("workspace.db").toStdString()));
        MainWindow window(workspace.get());
        window.show();
        for (const char* page : { "Glossary", "Log", "Lab" })
            window.showPage(page);
        QCOMPARE(pageOf(window, "Glossary")->findChild<QLineEdit*>("glossarySearch")->text(), QString());
        QCOMPARE(pageOf(window, "Lab")->findChild<QTabWidget*>("labTabs")->currentIndex(), 0);
    }

    void tooMuchIsSaidAndNotKept()
    {
        QTemporaryDir folder;
        QWidget page;
        auto* text = new QPlainTextEdit(&page);
        text->setObjectName("text");
        page.show();
        const QString file = folder.filePath("session.json");
        Session session(file, "en", nullptr);
        QWidget other;
        auto* small = new QLineEdit(&other);
        small->setObjectName("small");
        other.show();
        session.add("page", &page);
        session.add("other", &other);
        session.visit("other");
        session.visit("page");
        QSignalSpy failed(&session, &Session::failed);
        text->setPlainText("little");
        session.flush();
        QCOMPARE(pageIn(folder.path(), "page")["text"].toString(), QString("little"));
        small->setText("kept beside it");
        text->setPlainText((QString(99, 'x') + '\n').repeated(int(Session::kMostBytes) / 100 + 1));
        session.flush();
        QTRY_COMPARE(failed.count(), 1);
        QVERIFY2(failed[0][0].toString().contains("4.0 MB"), qPrintable(failed[0][0].toString()));
        QCOMPARE(pageIn(folder.path(), "page")["text"].toString(), QString("little")); // the last that fitted
        QCOMPARE(pageIn(folder.path(), "other")["small"].toString(), QString("kept beside it"));
        text->appendPlainText("y");
        session.keep();
        session.flush();
        QTest::qWait(0);
        QCOMPARE(failed.count(), 1); // once
        text->setPlainText("less");
        session.flush();
        QCOMPARE(pageIn(folder.path(), "page")["text"].toString(), QString("less"));
        QTest::qWait(0); // the thread has said that it went well
        // Nothing has changed: nothing is written.
        QVERIFY(QFile::remove(file));
        session.keep();
        session.flush();
        QVERIFY(!QFile::exists(file));
    }
};

int main(int argc, char** argv)
{
    QStandardPaths::setTestModeEnabled(true);
    qputenv("AHASCOPE_ROOT", AHASCOPE_TEST_SOURCE_DIR);
    qputenv("AHASCOPE_ENGINE", "/bin/false");
    QApplication application(argc, argv);
    if (argc == 4 && qstrcmp(argv[1], "--live") == 0)
        return live(QString::fromUtf8(argv[2]), atoi(argv[3]));
    TestCrash test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_crash.moc"
