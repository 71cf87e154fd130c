// Files as memory, and what is not a file to be mapped.

#include "core/weights/mapped_file.h"
#include "weight_files.h"

#include <sys/stat.h>
#include <unistd.h>

using namespace aha;
using test::Folder;

class TestMappedFile : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void bytes()
    {
        const Folder folder;
        const std::string content(100'000, 'a');
        MappedFile file = orThrow(MappedFile::open(folder.write("a", content)));
        QVERIFY(file.bytes() == content);
        const char* data = file.bytes().data();
        const MappedFile moved = std::move(file);
        QCOMPARE(static_cast<const void*>(moved.bytes().data()), static_cast<const void*>(data));
        QVERIFY(moved.unchanged().ok());
        moved.forget(moved.bytes().substr(10, 50'000)); // pages come back when they are read
        QVERIFY(moved.bytes() == content);
    }
    void empty()
    {
        const Folder folder;
        const MappedFile file = orThrow(MappedFile::open(folder.write("empty", "")));
        QVERIFY(file.bytes().empty());
        QVERIFY(file.unchanged().ok());
    }
    void refused()
    {
        const Folder folder;
        COMPARE_ERROR(MappedFile::open(folder.path() / "none"), "file_missing");
        COMPARE_ERROR(MappedFile::open(folder.path()), "file_unreadable");
        QCOMPARE(::mkfifo((folder.path() / "pipe").c_str(), 0600), 0);
        COMPARE_ERROR(MappedFile::open(folder.path() / "pipe"), "file_unreadable");
        const auto locked = folder.write("locked", "x");
        QCOMPARE(::chmod(locked.c_str(), 0), 0);
        if (::access(locked.c_str(), R_OK) != 0) // the superuser may read everything
            COMPARE_ERROR(MappedFile::open(locked), "file_unreadable");
    }
    void changed()
    {
        const Folder folder;
        const auto path = folder.write("a", std::string(10'000, 'a'));
        const MappedFile file = orThrow(MappedFile::open(path));
        QCOMPARE(::truncate(path.c_str(), 5'000), 0);
        COMPARE_ERROR(file.unchanged(), "weights_file_changed");
    }
};

QTEST_GUILESS_MAIN(TestMappedFile)
#include "tst_mapped_file.moc"
