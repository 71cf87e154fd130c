// One noun per file: 600 lines at most, 1000 for tests. A file that grows past it has a second noun.

#include "source_tree.h"

#include <QTest>

namespace {

constexpr qsizetype kLimit = 600, kTestLimit = 1000;

qsizetype limitOf(const QString& path) { return path.startsWith("tests/") ? kTestLimit : kLimit; }

bool tooLong(const QString& path, const QString& text) { return text.count('\n') > limitOf(path); }

} // namespace

class TestFileSize : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void seesALongFile()
    {
        QVERIFY(tooLong("core/base/x.cpp", QString(601, '\n')));
        QVERIFY(!tooLong("core/base/x.cpp", QString(600, '\n')));
        QVERIFY(tooLong("tests/unit/x.cpp", QString(1001, '\n')));
    }

    void files()
    {
        QStringList found;
        QStringList paths = policy::filesBelow(policy::codeFolders(),
            { "*.h", "*.cpp", "*.cu", "*.cuh", "*.sh", "*.py", "*.sql", "*.cmake", "CMakeLists.txt" });
        paths += policy::filesBelow({ "" }, { "ahascope", "CMakeLists.txt" });
        QVERIFY(paths.size() > 30);
        for (const QString& path : paths)
            if (const QString text = policy::textOf(path); tooLong(path, text))
                found << QString("%1 has %2 lines, %3 are allowed").arg(path).arg(text.count('\n')).arg(limitOf(path));
        QVERIFY2(found.isEmpty(), qPrintable("\n" + found.join("\n")));
    }
};

QTEST_GUILESS_MAIN(TestFileSize)
#include "tst_filesize.moc"
