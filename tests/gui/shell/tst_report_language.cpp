// An exported report speaks the interface's language; what it quotes, and the names of settings and metrics, do not
// change.

#include "tests/gui/traces/trace_fixture.h"
#include "widgets/language/translation.h"
#include "widgets/models/reportwriter.h"

#include <QRegularExpression>
#include <QTemporaryDir>
#include <QtTest>

using namespace aha;

namespace {

/// Headings and column heads of both formats.
QStringList headings(const QString& html, const QString& markdown)
{
    static const QRegularExpression tags(QStringLiteral("<h[23]>([^<]*)</h[23]>|<th>([^<]*)</th>")),
        marks(QStringLiteral("^#{2,3} (.*)$|^\\| ([A-Z][^|]*) \\|"), QRegularExpression::MultilineOption);
    QStringList all;
    for (const auto& [text, form] : { std::pair(html, tags), std::pair(markdown, marks) })
        for (auto it = form.globalMatch(text); it.hasNext();) {
            const auto match = it.next();
            all << match.captured(1) + match.captured(2);
        }
    return all;
}

} // namespace

class TestReportLanguage : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { fixture::makeRun(m_folder.filePath("one")); }

    void aReportSpeaksTheInterfacesLanguage()
    {
        Note note;
        note.kind = "run";
        note.folder = m_folder.filePath("one").toStdString();
        note.text = "Metrics and Held-out evaluations are a person's words here";
        const auto data = readReport({ { m_folder.filePath("one"), "one", Qt::blue } }, { note });
        QVERIFY(data.ok());
        const QString english = reportHtml(*data), plain = reportMarkdown(*data);
        for (const char* words : { "Held-out evaluations", "Metrics", "Example: step ", "Configuration", "lang=\"en\"",
                 "Settings that are not the defaults", "the longest" })
            QVERIFY2(english.contains(words), words);
        auto dictionary = std::make_unique<Dictionary>("zh_CN", QCoreApplication::instance());
        QCoreApplication::installTranslator(dictionary.get());
        const QString html = reportHtml(*data), markdown = reportMarkdown(*data);
        QCoreApplication::removeTranslator(dictionary.get());
        for (const char* words : { "留出评估", "指标", "示例：第 ", "配置", "与默认值不同的设置", "最长的一条" }) {
            QVERIFY2(html.contains(QString::fromUtf8(words)), words);
            QVERIFY2(markdown.contains(QString::fromUtf8(words)), words);
        }
        QVERIFY(html.contains("lang=\"zh-CN\""));
        // No heading is left English, but for the run's own name and what statistics call pass@1 and n.
        static const QRegularExpression english3(QStringLiteral("[a-z]{3,} [a-z]{2,}|^[A-Z][a-z]+$"));
        for (const QString& heading : headings(html, markdown))
            QVERIFY2(!heading.contains(english3), qPrintable(heading));
        for (const QString& text : { html, markdown }) {
            QVERIFY(text.contains(QString::fromStdString(note.text)));
            QVERIFY(text.contains("general.name") && text.contains("reward"));
            QVERIFY(text.contains("5 * 9 = 45")); // the trace
        }
        QCOMPARE(reportHtml(*data), english);
        QCOMPARE(reportMarkdown(*data), plain);
        QCOMPARE(reportCsv(*data).section('\n', 0, 0), QString("run,step,metric,value")); // for programs
    }

private:
    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(TestReportLanguage)
#include "tst_report_language.moc"
