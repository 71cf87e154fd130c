// Which room may include and link which: ARCHITECTURE.md's table, checked against the includes and the LINK lists.

#include "source_tree.h"

#include <QHash>
#include <QRegularExpression>
#include <QTest>

namespace {

struct Room {
    QStringList sees; // other rooms
    bool torch = false, qt = false;
};

const QHash<QString, Room>& rooms()
{
    static const QStringList ground { "base", "config", "protocol", "store" };
    static const QStringList texts { "text", "template", "data", "tasks", "trace", "card" };
    static const QHash<QString, Room> table {
        { "base", {} },
        { "config", { { "base" } } },
        { "recipes", { { "base", "config" } } },
        { "text", { { "base" } } },
        { "template", { { "base" } } },
        { "data", { { "base" } } },
        { "sandbox", { { "base" } } },
        { "tasks", { { "base", "config", "sandbox" } } },
        { "trace", { { "base" } } },
        { "rewards", { { "base", "tasks", "trace" } } },
        { "search", { { "base" } } },
        { "protocol", { { "base" } } },
        { "store", { { "base", "config", "protocol" } } },
        { "foreign", { ground + QStringList { "data", "trace" } } },
        { "weights", { { "base" } } },
        { "card", { { "base", "config", "text", "template", "weights" } } },
        { "nn", { { "base", "config", "weights" }, true } },
        { "rollout", { { "base", "config" } } },
        { "cuda", { { "base", "config", "nn", "rollout" }, true } },
        { "algo", { { "base", "config", "nn", "rollout" }, true } },
        { "engine", { ground + texts + QStringList { "weights", "sandbox", "rewards", "search", "nn", "rollout", "cuda", "algo" }, true } },
        { "run", { ground + QStringList { "weights", "card" }, false, true } },
        { "language", { {}, false, true } },
        { "models", { ground + texts + QStringList { "language", "recipes", "rewards", "run" }, false, true } },
        { "plots", { { "base", "language" }, false, true } },
        { "panels", { ground + texts + QStringList { "language", "recipes", "run", "models", "plots" }, false, true } },
        { "shell", { ground + texts + QStringList { "language", "recipes", "run", "models", "plots", "panels" }, false, true } },
        { "app/engine",
            { ground + texts
                    + QStringList { "recipes", "foreign", "weights", "sandbox", "rewards", "search", "nn", "rollout", "cuda", "algo", "engine" },
                true } },
        { "app/workbench",
            { ground + texts + QStringList { "language", "run", "models", "plots", "panels", "shell" }, false, true } },
    };
    return table;
}

/// "core/nn/ops.h" -> "nn", "widgets/panels/x/y.h" -> "panels", "app/engine/main.cpp" -> "app/engine"; "" = no room.
QString roomOf(const QString& path)
{
    const QStringList parts = path.split('/');
    if (parts.size() >= 3 && (parts[0] == "core" || parts[0] == "widgets"))
        return parts[1];
    if (parts.size() >= 3 && parts[0] == "app")
        return "app/" + parts[1];
    return {};
}

bool isTorch(const QString& header)
{
    static const QRegularExpression pattern("^(torch|ATen|c10|caffe2)/");
    return pattern.match(header).hasMatch();
}

bool isQt(const QString& header)
{
    static const QRegularExpression pattern("^(Q[A-Z]\\w*|Qt\\w+/.*|q[a-z]+\\.h)$");
    return pattern.match(header).hasMatch();
}

/// Third-party headers that one room keeps to itself.
QStringList ownersOf(const QString& header)
{
    if (header.startsWith("sentencepiece"))
        return { "text" };
    if (header.startsWith("SQLiteCpp/") || header == "sqlite3.h")
        return { "store" };
    if (header.startsWith("arrow/") || header.startsWith("parquet/") || header == "zstd.h")
        return { "data" };
    if (header == "zlib.h")
        return { "data", "store", "tasks" };
    if (header.startsWith("seccomp"))
        return { "sandbox" };
    if (header.startsWith("gmp"))
        return { "tasks" };
    if (header.startsWith("openssl/"))
        return { "base" };
    if (header.startsWith("CLI/"))
        return { "app/engine", "app/workbench" };
    return {};
}

/// Every include of `text` that the room of `path` may not have, as sentences.
QStringList breaches(const QString& path, const QString& text)
{
    static const QRegularExpression include(
        "^[ \\t]*#[ \\t]*include[ \\t]*([<\"])([^>\"]+)[>\"]", QRegularExpression::MultilineOption);
    static const QStringList clang14 { "base", "recipes", "text", "template", "data", "sandbox", "tasks", "trace", "rewards",
        "weights" };
    const QString name = roomOf(path);
    if (!rooms().contains(name))
        return { path + ": the folder is in no layer; add it to tst_layering and ARCHITECTURE.md" };
    const Room room = rooms().value(name);
    QStringList found;
    for (auto matches = include.globalMatch(text); matches.hasNext();) {
        const QRegularExpressionMatch match = matches.next();
        const QString header = match.captured(2);
        const QString where
            = QString("%1:%2: %3 ").arg(path).arg(policy::lineOf(text, match.capturedStart(1))).arg(header);
        const QString other = roomOf(header);
        if (isTorch(header) && !room.torch)
            found << where + "is LibTorch's, and " + name + " does not see it";
        else if (isQt(header) && !room.qt)
            found << where + "is Qt's, and " + name + " does not see it";
        else if (const QStringList owners = ownersOf(header); !owners.isEmpty() && !owners.contains(name))
            found << where + "belongs to " + owners.join(", ") + " alone";
        else if (header == "format" && clang14.contains(name))
            found << where + "is beyond clang 14, which builds the fuzzers";
        else if (header.startsWith("tests/") || header.startsWith("experiments/"))
            found << where + "is not for the program";
        else if (!other.isEmpty() && other != name && !room.sees.contains(other))
            found << where + "is not among the rooms that " + name + " sees";
    }
    return found;
}

/// The same for the aha_… names in the room's CMakeLists.txt.
QStringList linkBreaches(const QString& path, const QString& text)
{
    static const QRegularExpression target("\\baha_([a-z]+)\\b");
    const QString name = roomOf(path);
    const Room room = rooms().value(name);
    QStringList found;
    for (auto matches = target.globalMatch(text); matches.hasNext();) {
        const QString other = matches.next().captured(1);
        if ((rooms().contains(other) && other != name && !room.sees.contains(other))
            || (other == "torch" && !room.torch))
            found << path + ": " + name + " may not link aha_" + other;
    }
    return found;
}

} // namespace

class TestLayering : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void seesABreach_data()
    {
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("text");
        QTest::addColumn<int>("count");
        QTest::newRow("torch in base") << "core/base/x.h"
                                       << "#include <ATen/ATen.h>\n"
                                       << 1;
        QTest::newRow("Arrow outside of data") << "core/store/x.cpp"
                                               << "#include <parquet/arrow/reader.h>" << 1;
        QTest::newRow("tokenizers in data") << "core/data/x.cpp"
                                            << "#include \"core/text/tokenizer.h\"" << 1;
        QTest::newRow("torch in rollout") << "core/rollout/x.cpp"
                                          << "#include <c10/core/Device.h>" << 1;
        QTest::newRow("torch in the window") << "widgets/panels/x.cpp"
                                             << "#include <torch/torch.h>" << 1;
        QTest::newRow("torch in the weight files") << "core/weights/x.cpp"
                                                   << "#include <ATen/ATen.h>\n#include <format>" << 2;
        QTest::newRow("Qt in the engine") << "core/engine/x.cpp"
                                          << "#include <QString>\n#include <QtCore/QObject>\n#include <qglobal.h>" << 3;
        QTest::newRow("Qt in the store") << "core/store/x.cpp"
                                         << "#  include <QString>" << 1;
        QTest::newRow("algo sees the store") << "core/algo/x.cpp"
                                             << "#include \"core/store/rows.h\"" << 1;
        QTest::newRow("window sees algo") << "widgets/models/x.cpp"
                                          << "#include \"core/algo/adamw.h\"" << 1;
        QTest::newRow("model sees panel") << "widgets/models/x.cpp"
                                          << "#include \"widgets/panels/x.h\"" << 1;
        QTest::newRow("SQLite outside the store") << "core/run/x.cpp"
                                                  << "#include <sqlite3.h>" << 1;
        QTest::newRow("algo sees the plug-in") << "core/algo/x.cpp"
                                               << "#include \"core/cuda/plugin_loader.h\"" << 1;
        QTest::newRow("unknown room") << "core/other/x.cpp"
                                      << "" << 1;
        QTest::newRow("allowed") << "core/engine/x.cpp"
                                 << "#include \"core/nn/ops.h\"\n#include <ATen/core/Tensor.h>\n#include <vector>" << 0;
    }
    void seesABreach()
    {
        QFETCH(QString, path);
        QFETCH(QString, text);
        QFETCH(int, count);
        QCOMPARE(breaches(path, text).size(), count);
    }
    void seesALinkBreach()
    {
        QCOMPARE(linkBreaches("core/store/CMakeLists.txt", "aha_library(aha_store LINK aha_base aha_engine aha_torch)")
                     .size(),
            2);
    }

    void includes()
    {
        const QStringList files = policy::filesBelow({ "core", "widgets", "app" }, { "*.h", "*.cpp", "*.cu", "*.cuh" });
        QVERIFY2(files.size() > 30, "the source tree was not found");
        QStringList found;
        for (const QString& path : files)
            found += breaches(path, policy::textOf(path));
        QVERIFY2(found.isEmpty(), qPrintable("\n" + found.join("\n")));
    }

    void links()
    {
        QStringList found;
        for (const QString& path : policy::filesBelow({ "core", "widgets", "app" }, { "CMakeLists.txt" }))
            if (rooms().contains(roomOf(path)))
                found += linkBreaches(path, policy::textOf(path));
        QVERIFY2(found.isEmpty(), qPrintable("\n" + found.join("\n")));
    }

    /// Qt's macros and LibTorch's headers do not mix: no file of the program has both.
    void towersStayApart()
    {
        for (const auto& [name, room] : rooms().asKeyValueRange())
            QVERIFY2(!(room.torch && room.qt), qPrintable(name));
    }
};

QTEST_GUILESS_MAIN(TestLayering)
#include "tst_layering.moc"
