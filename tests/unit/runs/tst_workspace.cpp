// workspace.db: what is kept, and what happens when the file cannot be used.

#include "core/store/workspace.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include <QFile>
#include <QTemporaryDir>
#include <QtTest>

using namespace aha;

class TestWorkspace : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() { m_file = m_folder.filePath(QStringLiteral("new/folder/%1.db").arg(++m_count)).toStdString(); }

    void keepsWhatWasSaid()
    {
        {
            const auto workspace = orThrow(Workspace::open(m_file));
            QVERIFY(orThrow(workspace->labels()).empty());
            QVERIFY(workspace->setLabel("a@1", { "my run", "good warm", "first\nsecond" }).ok());
            QVERIFY(workspace->setLabel("b@2", { "", "x", "" }).ok());
            QVERIFY(workspace->setLabel("b@2", {}).ok()); // nothing said any more
            QVERIFY(workspace->setFilter("best", "pass1>0.5").ok());
            QVERIFY(workspace->setFilter("gone", "x").ok());
            QVERIFY(workspace->setFilter("gone", "").ok());
            QVERIFY(workspace->setSetting("window.docks", std::string("a\0b", 3)).ok());
            QVERIFY(workspace->setSetting("empty", "").ok());
        }
        const auto again = orThrow(Workspace::open(m_file));
        const auto labels = orThrow(again->labels());
        QCOMPARE(labels.size(), size_t(1));
        QVERIFY((labels.at("a@1") == RunLabel { "my run", "good warm", "first\nsecond" }));
        QCOMPARE(orThrow(again->filters()).size(), size_t(1));
        QCOMPARE(orThrow(again->filters()).at("best"), std::string("pass1>0.5"));
        QCOMPARE(orThrow(again->setting("window.docks")), std::string("a\0b", 3));
        QCOMPARE(orThrow(again->setting("empty")), std::string());
        QCOMPARE(orThrow(again->setting("never set")), std::string());
    }

    void notesStayWhereTheyArePinned()
    {
        Note note;
        note.kind = "answer";
        note.folder = "runs/a";
        note.runId = "a@1";
        note.step = 40;
        note.target = 7;
        note.position = 2;
        note.sample = 1;
        note.quoteBegin = 12;
        note.quote = "no wait \xe7\xad\x89\xe7\xad\x89";
        note.text = std::string("first\0second", 12);
        const auto workspace = orThrow(Workspace::open(m_file));
        const Note kept = orThrow(workspace->keepNote(note));
        QVERIFY(kept.id > 0 && kept.createdAt > 0 && kept.changedAt == kept.createdAt);
        const Note other = orThrow(workspace->keepNote({}));
        Note changed = kept;
        changed.text = "second thoughts";
        changed = orThrow(workspace->keepNote(changed));
        QVERIFY(changed.changedAt >= kept.changedAt && changed.createdAt == kept.createdAt);
        const auto again = orThrow(Workspace::open(m_file));
        const std::vector<Note> notes = orThrow(again->notes());
        QCOMPARE(notes.size(), size_t(2));
        const Note& read = notes[notes[0].id == kept.id ? 0 : 1];
        QVERIFY(read == changed);
        QVERIFY(again->removeNote(kept.id).ok());
        QCOMPARE(orThrow(workspace->notes()).size(), size_t(1));
        const Result<Note> gone = workspace->keepNote(changed); // deleted by the other window meanwhile
        QVERIFY(!gone);
        QCOMPARE(gone.error().code, std::string("note_missing"));
    }

    void olderFileIsBroughtUp()
    {
        (void)QDir().mkpath(m_folder.filePath("new/folder"));
        {
            QFile schema(QStringLiteral(AHASCOPE_TEST_SOURCE_DIR "/resources/sql/001_workspace.sql"));
            QVERIFY(schema.open(QIODevice::ReadOnly));
            SQLite::Database old(m_file, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
            old.exec(schema.readAll().toStdString());
            old.exec("INSERT INTO run_label VALUES ('a@1', 'my run', 'good', 'kept', 1)");
            old.exec("PRAGMA user_version = 1");
        }
        const auto workspace = orThrow(Workspace::open(m_file));
        QCOMPARE(orThrow(workspace->labels()).at("a@1").name, std::string("my run"));
        QVERIFY(orThrow(workspace->notes()).empty());
        QVERIFY(workspace->keepNote({}).ok());
        QCOMPARE(SQLite::Database(m_file).execAndGet("PRAGMA user_version").getInt(), kWorkspaceVersion);
    }

    /// What was pinned before answers could be is found by its words alone.
    void olderNotesStay()
    {
        (void)QDir().mkpath(m_folder.filePath("new/folder"));
        {
            SQLite::Database old(m_file, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
            for (const char* name : { "001", "002" }) {
                QFile schema(QStringLiteral(AHASCOPE_TEST_SOURCE_DIR "/resources/sql/%1_workspace.sql").arg(name));
                QVERIFY(schema.open(QIODevice::ReadOnly));
                old.exec(schema.readAll().toStdString());
            }
            old.exec("INSERT INTO note VALUES (5, 'span', 'runs/a', 'a@1', 40, 7, 3, 'no wait', 'here', 1, 2)");
            old.exec("PRAGMA user_version = 2");
        }
        const auto workspace = orThrow(Workspace::open(m_file));
        std::vector<Note> notes = orThrow(workspace->notes());
        QCOMPARE(notes.size(), size_t(1));
        QVERIFY((notes[0] == Note { 5, "span", "runs/a", "a@1", 40, 7, 3, 0, -1, "no wait", "here", 1, 2 }));
        notes[0].sample = 2;
        notes[0].quoteBegin = 9;
        const Note kept = orThrow(workspace->keepNote(notes[0]));
        QVERIFY(orThrow(workspace->notes())[0] == kept && kept.sample == 2 && kept.quoteBegin == 9);
    }

    void twoWindowsShareIt()
    {
        const auto one = orThrow(Workspace::open(m_file)), two = orThrow(Workspace::open(m_file));
        QVERIFY(one->setSetting("k", "1").ok());
        QVERIFY(two->setSetting("k", "2").ok());
        QCOMPARE(orThrow(one->setting("k")), std::string("2"));
    }

    void newerFileIsLeftAlone()
    {
        (void)orThrow(Workspace::open(m_file));
        SQLite::Database(m_file, SQLite::OPEN_READWRITE).exec("PRAGMA user_version = 7");
        const auto refused = Workspace::open(m_file);
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, std::string("workspace_newer"));
        QVERIFY(refused.error().message.find("version 7") != std::string::npos
            && refused.error().message.find("version 3") != std::string::npos);
        QCOMPARE(SQLite::Database(m_file).execAndGet("PRAGMA user_version").getInt(), 7);
    }

    void damagedFileIsASentence()
    {
        (void)orThrow(Workspace::open(m_file));
        QFile file(QString::fromStdString(m_file));
        QVERIFY(file.open(QIODevice::ReadWrite));
        file.write(QByteArray(4096, 'x'));
        file.close();
        const auto refused = Workspace::open(m_file);
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, std::string("workspace_corrupt"));
        QVERIFY(!refused.error().hint.empty());
    }

    void anotherProgramsDatabaseIsNotTouched()
    {
        (void)QDir().mkpath(m_folder.filePath("new/folder"));
        SQLite::Database(m_file, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE).exec("CREATE TABLE theirs (x)");
        const auto refused = Workspace::open(m_file);
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, std::string("workspace_corrupt"));
        QCOMPARE(SQLite::Database(m_file).execAndGet("SELECT COUNT(*) FROM sqlite_master").getInt(), 1);
    }

    void lockedFileIsASentence()
    {
        const auto workspace = orThrow(Workspace::open(m_file));
        SQLite::Database other(m_file, SQLite::OPEN_READWRITE);
        other.exec("BEGIN EXCLUSIVE");
        const Result<void> kept = workspace->setSetting("k", "v");
        QVERIFY(!kept);
        QCOMPARE(kept.error().code, std::string("workspace_busy"));
        other.exec("ROLLBACK");
        QVERIFY(workspace->setSetting("k", "v").ok());
    }

private:
    QTemporaryDir m_folder;
    std::string m_file;
    int m_count = 0;
};

QTEST_GUILESS_MAIN(TestWorkspace)
#include "tst_workspace.moc"
