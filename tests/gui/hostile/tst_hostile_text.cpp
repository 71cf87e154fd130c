// Texts that try to be more than text, in every view of the real window: nothing they name is opened or called, what
// would hide or reorder is a visible mark, and copying gives the bytes as they were stored.

#include "hostile_run.h"

#include "tests/support/window_place.h"
#include "widgets/models/conversation.h"
#include "widgets/panels/comparepanel.h"
#include "widgets/panels/exacttext.h"
#include "widgets/panels/labedit.h"
#include "widgets/panels/playgroundpanel.h"
#include "widgets/panels/replyview.h"
#include "widgets/panels/textcolumn.h"
#include "widgets/panels/textspage.h"
#include "widgets/panels/tracepane.h"
#include "widgets/panels/tracespanel.h"
#include "widgets/panels/traceview.h"
#include "widgets/panels/trainpanel.h"
#include "widgets/shell/mainwindow.h"
#include "widgets/shell/pagedeck.h"

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QClipboard>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QMimeData>
#include <QPlainTextEdit>
#include <QProcess>
#include <QStandardPaths>
#include <QStatusBar>
#include <QTabWidget>
#include <QTextDocument>
#include <QToolButton>
#include <QXmlStreamReader>
#include <QtTest>

using namespace aha;

namespace {

constexpr const char *kBaitFolder = "AHASCOPE_TEST_BAIT", *kBaitPort = "AHASCOPE_TEST_BAIT_PORT";

/// Lays out rich text as a tool tip would, and says what it wants to load.
class Recorder : public QTextDocument {
public:
    QStringList wanted;

protected:
    QVariant loadResource(int, const QUrl& url) override
    {
        wanted << url.toString();
        return QByteArray();
    }
};

/// Why this text must not stand in a widget as it is; "" when it may.
QString fault(const QString& text)
{
    for (const QChar c : text) {
        const ushort u = c.unicode();
        if ((u >= 0x202A && u <= 0x202E) || (u >= 0x2066 && u <= 0x2069) || u == 0x200E || u == 0x200F || u == 0x61C)
            return QStringLiteral("direction U+%1").arg(u, 4, 16, QLatin1Char('0'));
        if ((u < 0x20 && u != '\n' && u != '\t') || (u >= 0x7F && u < 0xA0))
            return QStringLiteral("control U+%1").arg(u, 4, 16, QLatin1Char('0'));
    }
    return {};
}

QString tipFault(const QString& tip)
{
    if (!Qt::mightBeRichText(tip))
        return fault(tip);
    Recorder document;
    document.setHtml(tip);
    document.setTextWidth(400);
    document.size();
    if (!document.wanted.isEmpty())
        return QStringLiteral("loads ") + document.wanted.join(QLatin1Char(' '));
    return fault(document.toPlainText().replace(QChar(QChar::ParagraphSeparator), QLatin1Char('\n')));
}

} // namespace

class TestHostileText : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        support::placeWindowIn(m_folder);
        if (!qEnvironmentVariableIsEmpty(kBaitFolder)) { // watched by the program that started this one
            m_texts = hostile::strings(qgetenv(kBaitFolder).toStdString(), qEnvironmentVariableIntValue(kBaitPort));
        } else {
            m_bait = std::make_unique<hostile::Bait>();
            m_texts = hostile::strings(m_bait->folder(), m_bait->port());
        }
        m_run = m_folder.filePath("runs/a <b>name</b> & $(x) ' %1 \xe2\x80\xae");
        hostile::makeRun(m_run, m_texts);
        m_workspace = orThrow(Workspace::open(m_folder.filePath("workspace.db").toStdString()));
        hostile::fillWorkspace(*m_workspace, m_run, m_texts);
        QFile rows(m_folder.filePath("rows.jsonl"));
        QVERIFY(rows.open(QIODevice::WriteOnly));
        for (const std::string& text : m_texts)
            rows.write(QByteArray::fromStdString(
                           nlohmann::json { { "prompt", validUtf8(text) }, { "completion", validUtf8(text) } }.dump())
                + '\n');
        rows.close();
        m_window = std::make_unique<MainWindow>(m_workspace.get());
        m_window->resize(1280, 800);
        m_window->openRuns({ m_run });
        m_window->openData(m_folder.filePath("rows.jsonl"));
        m_window->show();
        QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
        const auto reader = orThrow(RunReader::open(m_run.toStdString()));
        for (int64_t step = 1; step <= *reader->lastStep(); ++step)
            for (const GroupRow& group : orThrow(reader->groupsWithCompletions(step)))
                for (const CompletionRow& row : group.completions)
                    m_ids.push_back(row.id);
    }
    void cleanupTestCase() { m_window.reset(); }

    void thereAreEnough()
    {
        std::set<std::string> different(m_texts.begin(), m_texts.end());
        QVERIFY2(different.size() >= 200, qPrintable(QString::number(different.size())));
        QVERIFY(m_ids.size() >= m_texts.size());
        const auto has = [&](const char* part) {
            return std::any_of(m_texts.begin(), m_texts.end(),
                [&](const std::string& text) { return text.find(part) != std::string::npos; });
        };
        for (const char* part : { "bait.png", "\xe2\x80\xae", "\x1b[", "\xed\xa0\x80", "\xff\xfe", "DROP TABLE", "%n" })
            QVERIFY2(has(part), part);
        QVERIFY(std::count_if(m_texts.begin(), m_texts.end(), [](const std::string& text) {
            return text.find('\0') != std::string::npos;
        }) >= 4);
    }

    void everyPageShowsThem_data()
    {
        QTest::addColumn<QString>("page");
        for (const Page& page : m_window->pages()->pages())
            QTest::newRow(qPrintable(page.name)) << page.name;
    }
    void everyPageShowsThem()
    {
        QFETCH(QString, page);
        m_window->showPage(page);
        QWidget* widget = nullptr;
        for (const Page& one : m_window->pages()->pages())
            if (one.name == page)
                widget = one.widget;
        m_faults.clear();
        walk(widget);
        look(m_window.get()); // docks, header, status bar
        untouched();
        QVERIFY2(m_faults.isEmpty(), qPrintable(QStringList(m_faults.mid(0, 30)).join('\n')));
        QVERIFY(m_cells[page] + m_labels[page] > 0);
    }

    void palette()
    {
        m_faults.clear();
        m_window->openPalette();
        QTest::qWait(0);
        look(m_window.get());
        QTest::keyClick(QApplication::focusWidget() ? QApplication::focusWidget() : m_window.get(), Qt::Key_Escape);
        QVERIFY2(m_faults.isEmpty(), qPrintable(QStringList(m_faults.mid(0, 30)).join('\n')));
        untouched();
    }

    void aTraceIsCopiedByteForByte()
    {
        auto* traces = m_window->findChild<TracesPanel*>();
        TraceView* view = traces->pane()->view();
        auto* find = traces->pane()->findChild<QLineEdit*>("find");
        int found = 0;
        for (size_t i = 0; i < m_texts.size(); ++i) {
            m_window->showCompletion(m_run, m_ids[i]);
            copyAll(view);
            QCOMPARE(clipboardBytes(), QByteArray::fromStdString(m_texts[i]));
            QCOMPARE(QGuiApplication::clipboard()->text().toUtf8(), QByteArray::fromStdString(validUtf8(m_texts[i])));
            QVERIFY2(fault(view->trace().text).isEmpty(), qPrintable(fault(view->trace().text)));
            // Found as it is shown, and what is found is selected whole.
            QString piece = view->trace().text.section('\n', 0, 0).left(20);
            if (!piece.isEmpty() && piece.back().isHighSurrogate())
                piece.chop(1);
            if (piece.isEmpty() || piece.contains('\t'))
                continue;
            find->setText(piece);
            QVERIFY2(view->foundCount() > 0, qPrintable(piece));
            QCOMPARE(view->selectedText().toCaseFolded(), piece.toCaseFolded());
            ++found;
            find->clear();
            if (i % 16 == 0)
                m_window->grab();
        }
        QVERIFY(found > 200);
        untouched();
    }

    void comparedTextsAreCopiedByteForByte()
    {
        const auto lexicon = std::make_shared<const Lexicon>(
            orThrow(Lexicon::load(AHASCOPE_TEST_SOURCE_DIR "/resources/lexicons/reflection.txt")));
        TextsPage page(lexicon); // by itself, and small: it is drawn a hundred times
        page.resize(500, 300);
        page.setRuns({ { std::make_shared<RunFeed>(m_run), Qt::blue, "a <b> & %1" } });
        page.show();
        for (size_t i = 0; i + 1 < m_texts.size(); i += 2) {
            for (int column = 0; column < 2; ++column)
                page.setText(column, { m_run, m_ids[i + size_t(column)] });
            for (int column = 0; column < 2; ++column) {
                TraceView* view = page.column(column)->view();
                const QByteArray text = QByteArray::fromStdString(m_texts[i + size_t(column)]);
                QTRY_VERIFY(view->trace().bytes == text);
                copyAll(view);
                QCOMPARE(clipboardBytes(), text);
            }
        }
        m_faults.clear();
        look(&page);
        QVERIFY2(m_faults.isEmpty(), qPrintable(m_faults.join('\n')));
        untouched();
    }

    void anAnswerIsCopiedByteForByte()
    {
        using Json = Conversation::Json;
        m_window->showPage("Playground");
        auto* conversation = m_window->playground()->findChild<Conversation*>();
        QVERIFY(conversation);
        for (size_t i = 0; i < m_texts.size(); ++i) {
            conversation->clear();
            conversation->addTurn(QString::fromUtf8(QByteArray::fromStdString(m_texts[i])), 1);
            const Json asked = conversation->request(0, "", {}, Json::object(), false);
            const QByteArray bytes = QByteArray::fromStdString(m_texts[i]);
            conversation->take({ { "event", "started" }, { "id", asked["id"] }, { "prompt_tokens", 3 } }, 0);
            conversation->take(
                { { "event", "token" }, { "id", asked["id"] }, { "token", 7 }, { "text", validUtf8(m_texts[i]) },
                    { "bytes", bytes.toHex().toStdString() }, { "logprob", -0.5 } },
                0.1);
            conversation->take(
                { { "event", "done" }, { "id", asked["id"] }, { "finish", "stop" }, { "text", "" } }, 0.2);
            QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete); // the turn before
            auto* reply = m_window->playground()->findChild<ReplyView*>();
            QVERIFY(reply);
            if (conversation->reply(0, 0).exact().empty())
                continue;
            Q_EMIT reply->copyRequested();
            QCOMPARE(clipboardBytes(), QByteArray::fromStdString(conversation->reply(0, 0).exact()));
            QCOMPARE(clipboardBytes(), QByteArray::fromStdString(validUtf8(m_texts[i]))); // it came as JSON
            if (i % 16 == 0)
                m_window->grab();
        }
        m_faults.clear();
        look(m_window->playground());
        QVERIFY2(m_faults.isEmpty(), qPrintable(m_faults.join('\n')));
        conversation->clear();
        untouched();
    }

    /// Prompts, rows, hacks, samples and conversations of live weights: what an editor shows only to be read.
    void readTextsAreCopiedByteForByte()
    {
        for (const char* name : { "labProblem", "hackText", "sampleText", "pokeAnswer", "rowText", "rowRaw" })
            QVERIFY2(m_window->findChild<ExactText*>(QLatin1String(name)), name);
        ExactText view;
        for (const std::string& text : m_texts) {
            const QByteArray bytes = QByteArray::fromStdString(text);
            view.setBytes(text);
            const QString shown = view.toPlainText();
            QVERIFY2(fault(shown).isEmpty(), qPrintable(fault(shown)));
            QCOMPARE(copied(view, 0, int(shown.size())), bytes);
            int middle = int(shown.size()) / 2;
            if (middle > 0 && shown[middle].isLowSurrogate())
                ++middle;
            QCOMPARE(copied(view, 0, middle) + copied(view, middle, int(shown.size())), bytes);
        }
        m_window->train()->showSample(QString::fromStdString(validUtf8(m_texts[hostile::bidi(m_texts)])));
        m_faults.clear();
        look(m_window->train());
        QVERIFY2(m_faults.isEmpty(), qPrintable(m_faults.join('\n')));
        untouched();
    }

    /// Of the reward lab, where a text can be changed: whatever is UTF-8.
    void anEditedTextIsCopiedByteForByte()
    {
        LabEdit edit;
        for (const std::string& text : m_texts) {
            edit.setBytes(text);
            QVERIFY2(fault(edit.toPlainText()).isEmpty(), qPrintable(fault(edit.toPlainText())));
            QCOMPARE(QByteArray::fromStdString(edit.bytes()), QByteArray::fromStdString(validUtf8(text)));
            QGuiApplication::clipboard()->clear();
            edit.selectAll();
            edit.copy();
            QCOMPARE(QGuiApplication::clipboard()->text().toUtf8(), QByteArray::fromStdString(validUtf8(text)));
        }
        untouched();
    }

    void rowsAreCopiedByteForByte()
    {
        m_window->showPage("Data");
        auto* table = m_window->findChild<QAbstractItemView*>("dataTable");
        QTRY_COMPARE(table->model()->rowCount(), int(m_texts.size()));
        auto *raw = m_window->findChild<ExactText*>("rowRaw"), *read = m_window->findChild<ExactText*>("rowText");
        for (int i = 0; i < int(m_texts.size()); ++i) {
            table->setCurrentIndex(table->model()->index(i, 0));
            const std::string text = validUtf8(m_texts[size_t(i)]);
            const auto row
                = nlohmann::json::parse(copied(*raw, 0, int(raw->toPlainText().size())).toStdString(), nullptr, false);
            QVERIFY2(row.is_object() && row.value("completion", "?") == text, qPrintable(QString::number(i)));
            const QByteArray whole = copied(*read, 0, int(read->toPlainText().size()));
            QVERIFY2(whole.contains(QByteArray::fromStdString(text)), qPrintable(QString::number(i)));
        }
        untouched();
    }

    void notesStayAsTheyAre()
    {
        const auto byId = [&] {
            std::map<int64_t, std::pair<std::string, std::string>> all;
            for (const Note& note : orThrow(m_workspace->notes()))
                all[note.id] = { note.text, note.quote };
            return all;
        };
        const auto before = byId();
        QCOMPARE(before.size(), m_texts.size());
        m_window->showPage("Notebook");
        auto* page = m_window->pages()->currentWidget();
        auto* table = page->findChild<QAbstractItemView*>("notesTable");
        auto* text = page->findChild<QPlainTextEdit*>("noteText");
        int exact = 0;
        for (int row = 0; row < table->model()->rowCount(); ++row) {
            table->setCurrentIndex(table->model()->index(row, 0));
            QApplication::processEvents();
            text->selectAll();
            text->copy();
            for (const auto& [id, note] : before) // the text of one of them, where text can hold it
                if (QByteArray::fromStdString(note.first) == QGuiApplication::clipboard()->text().toUtf8()) {
                    ++exact;
                    break;
                }
        }
        QVERIFY2(exact > 150, qPrintable(QString::number(exact)));
        m_window->showPage("Traces");
        QTest::qWait(700); // longer than a note waits before it is kept
        QVERIFY(byId() == before); // looking at a note never changes it
        untouched();
    }

    void reportsEscapeThem()
    {
        m_window->exportReport(m_folder.filePath("report.html"), true);
        QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(m_folder.filePath("report.html")), 60'000);
        QFile file(m_folder.filePath("report.html"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        QXmlStreamReader xml(file.readAll());
        QString policy;
        int shown = 0;
        while (!xml.atEnd()) {
            xml.readNext();
            if (xml.isCharacters()) {
                shown += xml.text().contains(QLatin1String("<img src="));
                QVERIFY2(fault(xml.text().toString()).isEmpty(), qPrintable(fault(xml.text().toString())));
            }
            if (!xml.isStartElement())
                continue;
            const QString name = xml.name().toString().toLower();
            QVERIFY2(!QStringList({ "script", "link", "iframe", "img", "object", "embed", "base", "form", "use",
                                      "image", "foreignobject", "video", "audio", "a" })
                          .contains(name),
                qPrintable(name));
            for (const QXmlStreamAttribute& attribute : xml.attributes()) {
                const QString key = attribute.name().toString().toLower(), value = attribute.value().toString();
                QVERIFY2(!key.startsWith("on"), qPrintable(key));
                QVERIFY2(!QStringList({ "src", "href", "srcset", "action", "poster", "background" }).contains(key)
                        || value.startsWith('#') || value.startsWith("data:"),
                    qPrintable(key + "=" + value));
                QVERIFY2(!(key == "style" && value.contains("url(")), qPrintable(value));
                if (key == "content" && value.contains("default-src"))
                    policy = value;
            }
        }
        QVERIFY2(!xml.hasError(), qPrintable(xml.errorString() + QString(" line %1").arg(xml.lineNumber())));
        QVERIFY(policy.startsWith("default-src 'none'"));
        QVERIFY2(shown > 5, qPrintable(QString::number(shown)));
        m_window->exportReport(m_folder.filePath("report"), false);
        QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(m_folder.filePath("report/report.md")), 60'000);
        untouched();
    }

    /// The whole of the above once more in a program of its own, every system call of it read.
    void nothingIsOpened()
    {
        if (!m_bait)
            return; // this is that program
        if (!QCoreApplication::arguments().contains(QStringLiteral("nothingIsOpened")))
            QSKIP("System calls are read by tst_hostile_calls (label long): a second round takes minutes. The watched "
                  "files and the port were untouched.");
        const QString strace = QStandardPaths::findExecutable("strace");
        if (strace.isEmpty())
            QSKIP(
                "strace is not installed: system calls were not read. The watched files and the port were untouched.");
        QProcess probe;
        probe.start(strace, { "-f", "--seccomp-bpf", "-o", "/dev/null", "true" });
        if (!probe.waitForFinished(20'000) || probe.exitCode() != 0)
            QSKIP("strace may not trace here: system calls were not read. The watched files and the port were "
                  "untouched.");
        const QString log = m_folder.filePath("calls");
        QProcess round;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(kBaitFolder, QString::fromStdString(m_bait->folder()));
        environment.insert(kBaitPort, QString::number(m_bait->port()));
        round.setProcessEnvironment(environment);
        round.setProcessChannelMode(QProcess::MergedChannels);
        round.start(strace,
            { "-f", "--seccomp-bpf", "-qq", "-s", "4096", "-e", "trace=%file,%network", "-e", "signal=none", "-o", log,
                QCoreApplication::applicationFilePath(), "-maxwarnings", "0" });
        QVERIFY2(round.waitForFinished(1'100'000), "the round under strace did not end");
        const QByteArray said = round.readAll();
        QVERIFY2(round.exitStatus() == QProcess::NormalExit && round.exitCode() == 0, said.right(3000).constData());
        QFile calls(log);
        QVERIFY(calls.open(QIODevice::ReadOnly));
        qint64 lines = 0, opened = 0;
        QStringList bad;
        const QByteArray bait = QByteArray::fromStdString(m_bait->folder());
        while (!calls.atEnd()) {
            const QByteArray line = calls.readLine();
            ++lines;
            opened += line.contains("openat(");
            if (line.contains(bait) || line.contains("/etc/hostname") || line.contains("id_rsa")
                || line.contains("AF_INET"))
                bad << QString::fromUtf8(line.left(400)).trimmed();
        }
        QVERIFY2(lines > 1000 && opened > 100, qPrintable(QString("%1 calls, %2 files").arg(lines).arg(opened)));
        QVERIFY2(bad.isEmpty(), qPrintable(bad.mid(0, 20).join('\n')));
        untouched();
    }

private:
    void untouched()
    {
        if (!m_bait)
            return;
        const QStringList touched = m_bait->touched();
        QVERIFY2(touched.isEmpty(), qPrintable(touched.join(' ')));
    }

    /// Every tab of a page, and every row of its tables.
    void walk(QWidget* page)
    {
        QTest::qWait(50); // workers read
        look(page);
        for (QTabWidget* tabs : page->findChildren<QTabWidget*>())
            for (int i = 0; i < tabs->count(); ++i) {
                tabs->setCurrentIndex(i);
                QTest::qWait(50);
                look(page);
                m_window->grab();
            }
        for (QAbstractItemView* view : page->findChildren<QAbstractItemView*>()) {
            if (!view->model() || !view->isVisible() || !view->selectionModel())
                continue;
            for (int row = 0; row < std::min(24, view->model()->rowCount(view->rootIndex())); ++row) {
                view->setCurrentIndex(view->model()->index(row, 0, view->rootIndex()));
                QApplication::processEvents();
            }
        }
        if (auto* tree = page->findChild<QToolButton*>("groupTree")) {
            tree->click();
            QTest::qWait(50);
        }
        look(page);
        m_window->grab();
    }

    void complain(const QWidget* widget, const QString& what, const QString& text, const QString& why)
    {
        if (why.isEmpty())
            return;
        const QString place
            = QStringLiteral("%1 \"%2\" %3: %4")
                  .arg(QLatin1String(widget->metaObject()->className()), widget->objectName(), what, why);
        if (std::none_of(m_faults.begin(), m_faults.end(), [&](const QString& one) { return one.startsWith(place); }))
            m_faults << place + QStringLiteral(" in ") + text.left(60);
    }

    void look(QWidget* page)
    {
        const QString name = m_window->pages()->currentPage();
        QList<QWidget*> all = page->findChildren<QWidget*>();
        all << page;
        for (QWidget* widget : all) {
            complain(widget, "tool tip", widget->toolTip(), tipFault(widget->toolTip()));
            complain(widget, "accessible name", widget->accessibleName(), fault(widget->accessibleName()));
            complain(widget, "title", widget->windowTitle(), fault(widget->windowTitle()));
            if (const auto* label = qobject_cast<QLabel*>(widget)) {
                ++m_labels[name];
                complain(label, "text", label->text(), fault(label->text()));
                const bool rich = label->textFormat() == Qt::RichText
                    || (label->textFormat() != Qt::PlainText && Qt::mightBeRichText(label->text()));
                if (rich)
                    complain(label, "rich text", label->text(), QStringLiteral("is interpreted"));
            } else if (const auto* button = qobject_cast<QAbstractButton*>(widget)) {
                complain(button, "text", button->text(), fault(button->text()));
            } else if (const auto* tabs = qobject_cast<QTabWidget*>(widget)) {
                for (int i = 0; i < tabs->count(); ++i) {
                    complain(tabs, "tab", tabs->tabText(i), fault(tabs->tabText(i)));
                    complain(tabs, "tab's tool tip", tabs->tabToolTip(i), tipFault(tabs->tabToolTip(i)));
                }
            } else if (const auto* combo = qobject_cast<QComboBox*>(widget)) {
                for (int i = 0; i < std::min(300, combo->count()); ++i) {
                    complain(combo, "item", combo->itemText(i), fault(combo->itemText(i)));
                    const QString tip = combo->itemData(i, Qt::ToolTipRole).toString();
                    complain(combo, "item's tool tip", tip, tipFault(tip));
                }
            } else if (const auto* edit = qobject_cast<QPlainTextEdit*>(widget); edit && edit->isReadOnly()) {
                complain(edit, "text", edit->toPlainText(), fault(edit->toPlainText()));
            } else if (widget->inherits("QTextEdit")) {
                complain(widget, "kind", {}, QStringLiteral("a widget for rich text"));
            }
            const auto* view = qobject_cast<QAbstractItemView*>(widget);
            if (!view || !view->model() || view->inherits("QComboBoxListView"))
                continue;
            const QAbstractItemModel& model = *view->model();
            for (int column = 0; column < std::min(60, model.columnCount()); ++column) {
                const QString head = model.headerData(column, Qt::Horizontal).toString();
                complain(view, "header", head, fault(head));
                const QString tip = model.headerData(column, Qt::Horizontal, Qt::ToolTipRole).toString();
                complain(view, "header's tool tip", tip, tipFault(tip));
            }
            for (int row = 0; row < std::min(300, model.rowCount()); ++row)
                for (int column = 0; column < std::min(60, model.columnCount()); ++column) {
                    const QModelIndex index = model.index(row, column);
                    for (const int role : { int(Qt::DisplayRole), int(Qt::AccessibleTextRole) }) {
                        ++m_cells[name];
                        const QVariant value = index.data(role);
                        if (value.userType() == QMetaType::QString)
                            complain(view, "cell", value.toString(), fault(value.toString()));
                    }
                    const QString tip = index.data(Qt::ToolTipRole).toString();
                    complain(view, "cell's tool tip", tip, tipFault(tip));
                }
        }
    }

    static void copyAll(QWidget* view)
    {
        QGuiApplication::clipboard()->clear();
        QTest::keyClick(view, Qt::Key_A, Qt::ControlModifier);
        QTest::keyClick(view, Qt::Key_C, Qt::ControlModifier);
    }
    /// What copying a stretch of it puts on the clipboard.
    static QByteArray copied(QPlainTextEdit& edit, int begin, int end)
    {
        QGuiApplication::clipboard()->clear();
        QTextCursor cursor = edit.textCursor();
        cursor.setPosition(begin);
        cursor.setPosition(end, QTextCursor::KeepAnchor);
        edit.setTextCursor(cursor);
        edit.copy();
        return clipboardBytes();
    }
    static QByteArray clipboardBytes()
    {
        const QMimeData* data = QGuiApplication::clipboard()->mimeData();
        return data ? data->data(QStringLiteral("application/octet-stream")) : QByteArray();
    }

    QTemporaryDir m_folder;
    std::unique_ptr<hostile::Bait> m_bait;
    std::vector<std::string> m_texts;
    QString m_run;
    std::vector<int64_t> m_ids;
    std::unique_ptr<Workspace> m_workspace;
    std::unique_ptr<MainWindow> m_window;
    QStringList m_faults;
    std::map<QString, int> m_cells, m_labels;
};

int main(int argc, char** argv)
{
    qputenv("QTEST_FUNCTION_TIMEOUT", "1200000"); // the round under strace is one function
    QApplication application(argc, argv);
    TestHostileText test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_hostile_text.moc"
