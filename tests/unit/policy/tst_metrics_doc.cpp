// METRICS.md and core/engine/metric_names.h name the same metrics: none undocumented, none documented that is not
// there.

#include "source_tree.h"

#include <QDir>
#include <QFileInfo>
#include <QRegularExpression>
#include <QSet>
#include <QTest>

namespace {

const char* const kHeader = "core/engine/metric_names.h";

QStringList all(const QRegularExpression& pattern, const QString& text)
{
    QStringList found;
    for (auto matches = pattern.globalMatch(text); matches.hasNext();)
        found << matches.next().captured(1);
    return found;
}

/// String literals of the array kMetricNames.
QStringList namesInHeader(const QString& text)
{
    const qsizetype begin = text.indexOf("kMetricNames");
    return all(QRegularExpression("\"([^\"]+)\""), text.mid(begin, text.indexOf("};", begin) - begin));
}

/// First cells in backticks of the tables between "## Per step" and the next "## ".
QStringList namesInDocument(const QString& text)
{
    const qsizetype begin = text.indexOf("\n## Per step");
    if (begin < 0)
        return {};
    const qsizetype end = text.indexOf("\n## ", begin + 1);
    return all(QRegularExpression("^\\| `([^`]+)` \\|", QRegularExpression::MultilineOption),
        text.mid(begin, end < 0 ? -1 : end - begin));
}

QStringList missing(const QStringList& from, const QStringList& in)
{
    QStringList found;
    for (const QString& name : from)
        if (!in.contains(name))
            found << name;
    return found;
}

} // namespace

class TestMetricsDoc : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void seesADifference()
    {
        const QStringList header
            = namesInHeader("const char* kMetricNames[] = { \"loss\",\n \"a/b\", };\nint x = \"no\";");
        QCOMPARE(header, QStringList({ "loss", "a/b" }));
        const QStringList document
            = namesInDocument("x\n\n## Per step\n\n| `loss` | f |\n| `old` | f |\n\n## Evaluation\n| `later` | f |\n");
        QCOMPARE(document, QStringList({ "loss", "old" }));
        QCOMPARE(missing(header, document), QStringList({ "a/b" }));
        QCOMPARE(missing(document, header), QStringList({ "old" }));
    }

    void bothWays()
    {
        if (!QFileInfo::exists(QDir(AHASCOPE_TEST_SOURCE_DIR).filePath(kHeader)))
            QSKIP("core/engine/metric_names.h is not written yet");
        const QStringList header = namesInHeader(policy::textOf(kHeader)),
                          document = namesInDocument(policy::textOf("METRICS.md"));
        QVERIFY(!header.isEmpty());
        QCOMPARE(QSet<QString>(header.begin(), header.end()).size(), header.size());
        QCOMPARE(QSet<QString>(document.begin(), document.end()).size(), document.size());
        const QStringList undocumented = missing(header, document), stale = missing(document, header);
        QVERIFY2(undocumented.isEmpty(), qPrintable("not in METRICS.md: " + undocumented.join(", ")));
        QVERIFY2(stale.isEmpty(), qPrintable("in METRICS.md, but no metric: " + stale.join(", ")));
    }
};

QTEST_GUILESS_MAIN(TestMetricsDoc)
#include "tst_metrics_doc.moc"
