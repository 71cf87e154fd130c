// No singletons, no mutable globals: dependencies come in by constructor. Constants are fine; so is one atomic flag per
// program that a signal handler sets, because a handler can reach nothing else.

#include "source_tree.h"

#include <QRegularExpression>
#include <QTest>

namespace {

bool isConstant(const QString& statement)
{
    static const QRegularExpression constant("\\b(const|constexpr)\\b");
    return constant.match(statement).hasMatch();
}

bool isSignalFlag(const QString& path, const QString& statement)
{
    static const QRegularExpression flag(
        "\\b(sig_atomic_t|atomic\\s*<\\s*(bool|int)\\s*>|atomic_bool|atomic_flag)(?!\\w)");
    return path.startsWith("app/") && flag.match(statement).hasMatch();
}

/// Does this statement at namespace scope define a variable that can change?
bool definesMutable(const QString& path, QString statement)
{
    statement = statement.simplified();
    static const QRegularExpression other(
        "^(\\[\\[[^]]*\\]\\]\\s*)?(using|typedef|namespace|class|struct|union|enum|template|extern|friend|static_"
        "assert|concept|inline namespace|Q_[A-Z_]+|HWY_[A-Z_]+|$)");
    if (statement.isEmpty() || other.match(statement).hasMatch() || isConstant(statement.section('=', 0, 0))
        || isSignalFlag(path, statement))
        return false;
    const QString declared = statement.section('=', 0, 0);
    if (declared.contains("operator"))
        return false;
    static const QRegularExpression variable("^[\\w:<>,\\s*&]+[\\s*&>]\\w+(::\\w+)*\\s*(\\[[^]]*\\])*\\s*$");
    return !declared.contains('(') && variable.match(declared).hasMatch();
}

/// Text of the C++ file without preprocessor lines.
QString withoutDirectives(QString code)
{
    static const QRegularExpression directive("^[ \\t]*#(\\\\\\n|[^\\n])*", QRegularExpression::MultilineOption);
    for (auto matches = directive.globalMatch(QString(code)); matches.hasNext();) {
        const QRegularExpressionMatch match = matches.next();
        for (qsizetype i = match.capturedStart(); i < match.capturedEnd(); ++i)
            if (code[i] != '\n')
                code[i] = ' ';
    }
    return code;
}

qsizetype closingBrace(const QString& code, qsizetype open)
{
    int depth = 0;
    for (qsizetype i = open; i < code.size(); ++i) {
        if (code[i] == '{')
            ++depth;
        else if (code[i] == '}' && --depth == 0)
            return i;
    }
    return code.size();
}

QStringList breaches(const QString& path, const QString& text)
{
    const QString code = withoutDirectives(policy::codeOnly(text));
    QStringList found;
    const auto report = [&](qsizetype offset, const QString& what) {
        found << QString("%1:%2: %3").arg(path).arg(policy::lineOf(code, offset)).arg(what.simplified().left(90));
    };

    // Namespace scope, statement by statement; bodies of classes and functions are stepped over.
    static const QRegularExpression opensScope("^\\s*(inline\\s+)?namespace\\b[^=(]*$|^\\s*extern\\s+\"");
    qsizetype begin = 0;
    for (qsizetype i = 0; i < code.size(); ++i) {
        const QString statement = code.mid(begin, i - begin);
        if (code[i] == ';') {
            if (definesMutable(path, statement))
                report(i, statement);
            begin = i + 1;
        } else if (code[i] == '{') {
            if (!opensScope.match(statement).hasMatch()) {
                if (definesMutable(path, statement))
                    report(i, statement);
                i = closingBrace(code, i);
            }
            begin = i + 1;
        } else if (code[i] == '}') {
            begin = i + 1;
        }
    }

    // Statics inside functions and classes.
    static const QRegularExpression staticVariable("\\b(static|thread_local)\\s+(?!_assert)([^;{}()=]+)([;={(])");
    for (auto matches = staticVariable.globalMatch(code); matches.hasNext();) {
        const QRegularExpressionMatch match = matches.next();
        const QString declared = match.captured(2).simplified();
        if (match.captured(3) == "(") {
            if (declared.endsWith(" instance") || declared.endsWith("&instance") || declared.endsWith("*instance"))
                report(match.capturedStart(), "a singleton: " + match.captured(0));
        } else if (!isConstant(declared) && declared.contains(QRegularExpression("[\\s*&>]\\w"))
            && !isSignalFlag(path, declared) && !declared.startsWith("inline const")) {
            report(match.capturedStart(), match.captured(0));
        }
    }
    found.removeDuplicates();
    return found;
}

} // namespace

class TestNoGlobals : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void seesThem_data()
    {
        QTest::addColumn<QString>("code");
        QTest::addColumn<bool>("bad");
        QTest::newRow("singleton") << "class A { public: static A& instance(); };" << true;
        QTest::newRow("global") << "namespace aha {\nint counter = 0;\n}" << true;
        QTest::newRow("global in an anonymous namespace")
            << "namespace aha { namespace {\nstd::vector<int> cache;\n} }" << true;
        QTest::newRow("braces") << "namespace aha { std::map<int, int> table { { 1, 2 } }; }" << true;
        QTest::newRow("static member") << "int A::count = 0;" << true;
        QTest::newRow("local static") << "int next() { static int n = 0; return ++n; }" << true;
        QTest::newRow("thread_local") << "thread_local std::string buffer;" << true;
        QTest::newRow("flag outside app") << "std::atomic<bool> g_stop { false };" << true;
        QTest::newRow("constant") << "inline constexpr int kOne = 1;\nconst char* const kNames[] = { \"a\" };" << false;
        QTest::newRow("local constant")
            << "void f() { static const QRegularExpression x(\"a\"); static constexpr int k[] = { 1 }; }" << false;
        QTest::newRow("functions")
            << "static int f(int a);\nResult<void> g(const B& b)\n{\n    int c = 0;\n}\nclass D;\nusing E = int;"
            << false;
        QTest::newRow("static method") << "struct A { static A load(int x); static std::string name(); int b = 0; };"
                                       << false;
        QTest::newRow("comment") << "// int counter = 0;\nvoid f() { say(\"static int n = 0;\"); }" << false;
    }
    void seesThem()
    {
        QFETCH(QString, code);
        QFETCH(bool, bad);
        const QStringList found = breaches("core/base/x.cpp", code);
        QVERIFY2(found.isEmpty() != bad, qPrintable(found.join("\n")));
    }
    void signalFlagInAProgram()
    {
        QVERIFY(breaches("app/engine/main.cpp", "std::atomic<bool> g_stop { false };").isEmpty());
    }

    void files()
    {
        const QStringList paths = policy::filesBelow({ "core", "widgets", "app" }, { "*.h", "*.cpp", "*.cu" });
        QVERIFY(paths.size() > 30);
        QStringList found;
        for (const QString& path : paths)
            found += breaches(path, policy::textOf(path));
        QVERIFY2(found.isEmpty(), qPrintable("\n" + found.join("\n")));
    }
};

QTEST_GUILESS_MAIN(TestNoGlobals)
#include "tst_no_globals.moc"
