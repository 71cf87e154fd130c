// What must not stand in any file: paths of someone's machine, unfinished business, hosts of package registries.

#include "source_tree.h"

#include <QFileInfo>
#include <QRegularExpression>
#include <QTest>

namespace {

// Written in pieces, so that this file passes its own rule.
const QStringList kPaths { "/wo"
                           "rk/",
    "/ro"
    "ot\\b",
    "/ho"
    "me/",
    "/Us"
    "ers/",
    "/tm"
    "p/" };
const QStringList kUnfinished { "\\bTO"
                                "DO\\b",
    "\\bFIX"
    "ME\\b",
    "\\bXX"
    "X\\b" };
const QStringList kHosts { "pypi\\."
                           "org",
    "pythonhosted\\."
    "org",
    "deb\\.deb"
    "ian\\.org",
    "download\\.py"
    "torch\\.org",
    "conda\\.an"
    "aconda" };

QStringList breaches(const QString& path, const QString& text)
{
    // Fixtures hold other people's text; what they leave undone is not ours.
    const QStringList words = path.startsWith("tests/fixtures/") ? kPaths : kPaths + kUnfinished + kHosts;
    const QRegularExpression pattern(words.join('|'));
    QStringList found;
    for (auto matches = pattern.globalMatch(text); matches.hasNext();) {
        const QRegularExpressionMatch match = matches.next();
        // A variable such as "$prefix/…" may end in a name that looks like a path; a path begins after a non-word.
        const QChar before = match.capturedStart() > 0 ? text[match.capturedStart() - 1] : QChar(' ');
        if (match.captured().startsWith('/')
            && (before.isLetterOrNumber() || before == '}' || before == '_' || before == '.'))
            continue;
        found << QString("%1:%2: \"%3\"")
                     .arg(path)
                     .arg(policy::lineOf(text, match.capturedStart()))
                     .arg(match.captured());
    }
    return found;
}

bool isText(const QString& text)
{
    return !text.contains(QChar(0)) && !text.contains(QChar(QChar::ReplacementCharacter));
}

} // namespace

class TestWords : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void seesThem()
    {
        QCOMPARE(breaches("core/x.cpp",
                     "// TO"
                     "DO: later\nopen(\"/wo"
                     "rk/x\")\nhttps://py"
                     "pi.org/simple\n")
                     .size(),
            3);
        QCOMPARE(breaches("x.sh",
                     "cp a /tm"
                     "p/a\n")
                     .size(),
            1);
        QCOMPARE(breaches("x.sh", "${TMPDIR:-/tmp}").size(), 0); // the system's default is no one's machine
        QCOMPARE(breaches("x.sh",
                     "cd /ro"
                     "ot\ncd $prefix/ro"
                     "ot\n")
                     .size(),
            1);
        QCOMPARE(breaches("core/x.cpp", "a rooted tree, work/, todo list").size(), 0);
    }

    void files()
    {
        QStringList paths = policy::filesBelow(policy::codeFolders() + QStringList { ".ci" }, { "*" }), found;
        paths += policy::filesBelow({ "" }, { "*" });
        QVERIFY(paths.size() > 50);
        for (const QString& path : paths) {
            static const QStringList data { "png", "model", "safetensors", "db", "parquet", "gguf", "swp", "bin" };
            if (data.contains(QFileInfo(path).suffix()) || path == "LICENSE"
                || path == ".git") // a worktree's .git is a file
                continue;
            if (const QString text = policy::textOf(path); isText(text))
                found += breaches(path, text);
        }
        QVERIFY2(found.isEmpty(), qPrintable("\n" + found.join("\n")));
    }
};

QTEST_GUILESS_MAIN(TestWords)
#include "tst_words.moc"
