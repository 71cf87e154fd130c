// Every text of the window stands in every dictionary, with the same placeholders and keys, and no dictionary has more.

#include "core/config/run_config.h"
#include "core/store/health_signals.h"
#include "tests/unit/policy/source_tree.h"
#include "widgets/language/translation.h"
#include "widgets/models/glossary.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QtTest>

using namespace aha;

namespace {

/// What a C++ string literal says.
QString meant(QString literal)
{
    QString text;
    for (qsizetype i = 0; i < literal.size(); ++i)
        if (literal[i] == QLatin1Char('\\') && i + 1 < literal.size()) {
            const QChar next = literal[++i];
            text += next == QLatin1Char('n') ? QLatin1Char('\n') : next == QLatin1Char('t') ? QLatin1Char('\t') : next;
        } else {
            text += literal[i];
        }
    return text;
}

/// Every run of adjacent literals, joined; with `of`, only those that stand alone in its parentheses.
QStringList literals(const QString& code, const QString& of)
{
    static const QString run = QStringLiteral(R"re((?:"(?:[^"\\]|\\.)*"\s*)+)re");
    static const QRegularExpression piece(QStringLiteral(R"re("((?:[^"\\]|\\.)*)")re"));
    const QRegularExpression all(of.isEmpty() ? run : QStringLiteral(R"re((?<![A-Za-z_])%1\(\s*%2\))re").arg(of, run));
    QStringList found;
    for (auto it = all.globalMatch(code); it.hasNext();) {
        QString text;
        const QString whole = it.next().captured();
        for (auto part = piece.globalMatch(whole); part.hasNext();)
            text += meant(part.next().captured(1));
        found << text;
    }
    return found;
}

QMap<QString, int> placeholders(const QString& text)
{
    static const QRegularExpression mark(QStringLiteral("%L?[0-9]"));
    QMap<QString, int> counts;
    for (auto it = mark.globalMatch(text); it.hasNext();)
        ++counts[it.next().captured()];
    return counts;
}

/// "Delete…\tDel" has a key behind the tab, "&Run" a letter to press.
QString keyOf(const QString& text) { return text.section(QLatin1Char('\t'), 1); }
QChar letterOf(const QString& text)
{
    static const QRegularExpression letter(QStringLiteral("&([A-Za-z])"));
    const auto match = letter.match(text);
    return match.hasMatch() ? match.captured(1)[0].toUpper() : QChar();
}

bool hasWords(const QString& text)
{
    static const QRegularExpression word(QStringLiteral("[A-Za-z]{2}"));
    return text.contains(word);
}

/// A mark of Latin type right behind a Chinese character: "好, 行". Not "撤销(&U)", and not in what is typed as code:
/// {"列": 值, …}, [起:止], 名称=值,名称=值.
QString latinMark(QString text)
{
    static const QRegularExpression code(
        QString::fromUtf8("\\{\"[^}]*\\}|\\[[^\\]]*\\]|\\p{Han}+(=\\p{Han}+)+(,\\p{Han}+(=\\p{Han}+)+)*"));
    static const QRegularExpression mark(
        QStringLiteral("[\\x{3400}-\\x{9FFF}]([,;:?!]|\\.(?![A-Za-z])|\\((?!&[A-Z]\\)))"));
    return mark.match(text.replace(code, QStringLiteral("x"))).captured();
}

} // namespace

class TestLanguages : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        for (const QString& path : policy::filesBelow({ "widgets" }, { "*.h", "*.cpp" })) {
            const QString text = policy::textOf(path);
            for (const QString& said : literals(text, "tr"))
                m_said.insert(said, path);
            for (const QString& any : literals(text, {}))
                m_any.insert(any);
        }
        RunConfig config;
        for (const Field& field : fields(config)) {
            const QString where = QString::fromStdString(field.info.path());
            m_catalogue.insert(QString::fromStdString(field.info.label), where);
            m_catalogue.insert(QString::fromStdString(field.info.help), where);
            m_catalogue.insert(QString::fromStdString(groupTitle(field.info.group)), where);
        }
        for (const SignalInfo& info : signalInfos())
            for (const char* text : { info.name, info.measures, info.cause, info.look })
                m_catalogue.insert(QString::fromUtf8(text), QString::fromLatin1(info.key));
        const Glossary glossary;
        for (int i = 0; i < glossary.rowCount(); ++i) {
            const GlossaryEntry& entry = glossary.entry(i);
            m_catalogue.insert(entry.meaning, entry.name);
            m_catalogue.insert(entry.section, entry.name);
            m_optional << entry.unit << entry.range;
        }
        QVERIFY(m_said.size() > 1000);
        QVERIFY(m_catalogue.size() > 500);
        QVERIFY(!Dictionary::languages().isEmpty());
    }

    void everyTextIsThere_data() { languages(); }
    void everyTextIsThere()
    {
        QFETCH(QString, language);
        const Dictionary dictionary(language);
        QStringList missing;
        for (const auto* texts : { &m_said, &m_catalogue })
            for (auto it = texts->begin(); it != texts->end(); ++it)
                if (hasWords(it.key()) && !dictionary.words().contains(it.key()))
                    missing << QStringLiteral("%1: \"%2\"").arg(it.value(), it.key());
        QVERIFY2(missing.isEmpty(),
            qPrintable(QString::number(missing.size()) + " have no translation:\n" + missing.join("\n")));
    }

    void placeholdersAndKeysAreTheSame_data() { languages(); }
    void placeholdersAndKeysAreTheSame()
    {
        QFETCH(QString, language);
        const Dictionary dictionary(language);
        QStringList wrong;
        for (auto it = dictionary.words().begin(); it != dictionary.words().end(); ++it)
            if (it.value().isEmpty() || placeholders(it.key()) != placeholders(it.value())
                || keyOf(it.key()) != keyOf(it.value()) || letterOf(it.key()) != letterOf(it.value()))
                wrong << QStringLiteral("\"%1\": \"%2\"").arg(it.key(), it.value());
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong.join("\n")));
    }

    void nothingElseIsThere_data() { languages(); }
    void nothingElseIsThere()
    {
        QFETCH(QString, language);
        const Dictionary dictionary(language);
        QStringList dead;
        for (auto it = dictionary.words().begin(); it != dictionary.words().end(); ++it)
            if (!m_any.contains(it.key()) && !m_catalogue.contains(it.key()) && !m_optional.contains(it.key())
                && !inTheCore(it.key()))
                dead << it.key();
        QVERIFY2(dead.isEmpty(), qPrintable(dead.join("\n")));
    }

    void chineseHasItsOwnMarks()
    {
        for (const char* wrong : { "好, 行", "好的.", "好吗?", "好!", "第一(第二)", "其一; 其二" })
            QVERIFY2(!latinMark(QString::fromUtf8(wrong)).isEmpty(), wrong);
        for (const char* right :
            { "好，行", "、.gguf 文件", "撤销(&U)", "{\"列\": 值, …}", "名称=设置=值,设置=值", "[起:止]", "%1, %2" })
            QVERIFY2(latinMark(QString::fromUtf8(right)).isEmpty(), right);
        QStringList bad;
        int texts = 0;
        for (const QString& path : policy::filesBelow({ "resources/languages" }, { "zh_*.json" })) {
            const QJsonObject words = QJsonDocument::fromJson(policy::textOf(path).toUtf8()).object();
            texts += int(words.size());
            for (auto it = words.begin(); it != words.end(); ++it)
                if (const QString mark = latinMark(it.value().toString()); !mark.isEmpty())
                    bad << QStringLiteral("%1 in \"%2\"").arg(mark, it.value().toString());
        }
        QVERIFY(texts > 4000);
        QVERIFY2(bad.isEmpty(), qPrintable(bad.join("\n")));
    }

    void aTextIsFoundInBothDirections()
    {
        QCOMPARE(tr("Cancel"), QString("Cancel")); // nothing is installed
        QCOMPARE(english("Cancel"), QString("Cancel"));
        auto dictionary = std::make_unique<Dictionary>("zh_CN", QCoreApplication::instance());
        QVERIFY(!dictionary->isEmpty());
        QCoreApplication::installTranslator(dictionary.get());
        const QString shown = aha::tr("Cancel");
        QVERIFY(shown != "Cancel");
        QCOMPARE(tr("Cancel"), shown); // QObject's own
        QCOMPARE(translated(QString("Cancel")), shown);
        QCOMPARE(translated(std::string("Cancel")), shown);
        QCOMPARE(english(shown), QString("Cancel"));
        QCOMPARE(aha::tr("no such text"), QString("no such text"));
        QCOMPARE(translated(""), QString());
        QCoreApplication::removeTranslator(dictionary.get());
    }

    void anUnknownLanguageIsEmpty()
    {
        QVERIFY(Dictionary("xx").isEmpty());
        QVERIFY(Dictionary("../zh_CN").isEmpty());
    }

private:
    void languages()
    {
        QTest::addColumn<QString>("language");
        for (const auto& [code, name] : Dictionary::languages())
            QTest::newRow(qPrintable(code)) << code;
    }
    /// In a table of the core that has no list of its own: what a task, a verdict or an imported line is called.
    bool inTheCore(const QString& text)
    {
        if (m_core.isEmpty())
            for (const QString& path : policy::filesBelow({ "core" }, { "*.h", "*.cpp" }))
                for (const QString& any : literals(policy::textOf(path), {}))
                    m_core.insert(any);
        if (m_core.contains(text) || m_core.contains(text.toLower().replace(QLatin1Char(' '), QLatin1Char('_'))))
            return true; // a code is shown as words
        if (m_tables.isEmpty()) // recipes and known hacks are resources
            for (const QString& path :
                policy::filesBelow({ "resources/recipes", "resources/hacks" }, { "*.json", "*.jsonl" }))
                m_tables += policy::textOf(path);
        return m_tables.contains(QString(text).replace(QLatin1Char('"'), QLatin1String("\\\"")));
    }

    QMap<QString, QString> m_said, m_catalogue; ///< text to where it stands
    QSet<QString> m_any, m_core, m_optional;
    QString m_tables;
};

QTEST_GUILESS_MAIN(TestLanguages)
#include "tst_languages.moc"
