// Every folder that holds code says in a few lines what it is for.

#include "source_tree.h"

#include <QDir>
#include <QFileInfo>
#include <QTest>

namespace {

QString folderOf(const QString& path) { return QFileInfo(path).path(); }

/// What is wrong with a README, or "".
QString complaint(const QString& text)
{
    const QStringList lines = text.split('\n', Qt::SkipEmptyParts);
    if (!text.startsWith("# "))
        return "does not begin with a heading";
    return lines.size() < 3 ? "is shorter than three lines" : QString();
}

} // namespace

class TestReadmes : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void seesAnEmptyOne()
    {
        QVERIFY(!complaint("").isEmpty());
        QVERIFY(!complaint("# Title\n\nOne line.\n").isEmpty());
        QVERIFY(complaint("# Title\n\nOne line.\nAnother.\n").isEmpty());
        QCOMPARE(folderOf("core/nn/ops.h"), "core/nn");
    }

    void folders()
    {
        QStringList folders, found;
        for (const QString& path : policy::filesBelow(policy::codeFolders(),
                 { "*.h", "*.cpp", "*.cu", "*.sh", "*.py", "*.sql", "*.cmake", "config.json", "recipe.json" }))
            if (!path.startsWith("tests/fixtures/") && !folders.contains(folderOf(path)))
                folders << folderOf(path);
        QVERIFY(folders.size() > 10);
        for (const QString& folder : folders) {
            const QString readme = folder + "/README.md";
            if (!QFileInfo::exists(QDir(AHASCOPE_TEST_SOURCE_DIR).filePath(readme)))
                found << folder + " has no README.md";
            else if (const QString wrong = complaint(policy::textOf(readme)); !wrong.isEmpty())
                found << readme + " " + wrong;
        }
        QVERIFY2(found.isEmpty(), qPrintable("\n" + found.join("\n")));
    }
};

QTEST_GUILESS_MAIN(TestReadmes)
#include "tst_readmes.moc"
