// Whatever the core says of configurations, runs and answers has a Chinese sentence: the rules, signals and verifiers
// themselves are asked, and their sources are read for what nobody asked for.

#include "tests/unit/language/core_corpus.h"
#include "tests/unit/policy/source_tree.h"
#include "widgets/language/sentences.h"
#include "widgets/language/translation.h"

#include <QRegularExpression>
#include <QtTest>

using namespace aha;

namespace {

bool hasChinese(const QString& text)
{
    return std::any_of(text.begin(), text.end(), [](QChar c) { return c.unicode() >= 0x4e00 && c.unicode() < 0xa000; });
}

/// Three English words in a row that are not quoted, or a sentence that begins with two.
bool hasEnglish(QString text)
{
    static const QRegularExpression quoted(QStringLiteral("“[^”]*”|<[^>]*>")),
        words(QStringLiteral("(?<![\\w.'\"/-])[a-z]{2,} [a-z]+ [a-z]{2,}|(?:^|[。；：?!.] ?)[A-Z][a-z]+ [a-z]{2,}"));
    return text.remove(quoted).contains(words);
}

/// Each on a line of its own: Qt Test cuts a long message.
void naming(const QStringList& all)
{
    for (const QString& one : all)
        qWarning("%s", qPrintable(one));
}

QString shortened(const QString& text) { return text.size() > 300 ? text.left(300) + QStringLiteral("…") : text; }

/// String literals of C++, adjacent ones joined; escapes are read.
QStringList literalsOf(const QString& code)
{
    static const QRegularExpression run(QStringLiteral(R"re((?:"(?:[^"\\\n]|\\.)*"\s*)+)re")),
        piece(QStringLiteral(R"re("((?:[^"\\\n]|\\.)*)")re"));
    QStringList found;
    for (auto it = run.globalMatch(code); it.hasNext();) {
        QString text;
        const QString whole = it.next().captured();
        for (auto part = piece.globalMatch(whole); part.hasNext();)
            text += part.next().captured(1);
        found << text.replace(QLatin1String("\\\""), QLatin1String("\""))
                     .replace(QLatin1String("\\n"), QLatin1String("\n"))
                     .replace(QLatin1String("\\\\"), QLatin1String("\\"));
    }
    return found;
}

/// What stands between the figures of a literal, sentence by sentence; only what has four words.
QStringList fragmentsOf(const QString& literal)
{
    static const QRegularExpression cut(QStringLiteral("%[-+0-9.l]*[a-z%]|%[0-9]|\n|(?<=[.;?!]) ")),
        fourWords(QStringLiteral("[A-Za-z]+[,:]? [a-z]+,? [a-z]+"));
    QStringList found;
    for (const QString& part : literal.split(cut))
        if (const QString trimmed = part.trimmed(); trimmed.contains(fourWords))
            found << trimmed;
    return found;
}

} // namespace

class TestCoreSentences : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        m_dictionary = std::make_unique<Dictionary>("zh_CN");
        m_sentences = Sentences::of(*m_dictionary);
        QVERIFY(m_sentences);
        QVERIFY(!m_dictionary->isEmpty() && m_sentences->templates().size() > 500);
        m_configurations = corpus::ofConfigurations();
        m_runs = corpus::ofRuns();
        m_answers = corpus::ofAnswers();
        QVERIFY2(m_configurations.size() > 500, qPrintable(QString::number(m_configurations.size())));
        QVERIFY2(m_runs.size() > 80, qPrintable(QString::number(m_runs.size())));
        QVERIFY2(m_answers.size() > 500, qPrintable(QString::number(m_answers.size())));
    }

    void everythingSaidIsChinese_data()
    {
        QTest::addColumn<QList<corpus::Said>>("said");
        QTest::newRow("configurations") << m_configurations;
        QTest::newRow("runs") << m_runs;
        QTest::newRow("answers") << m_answers;
    }
    void everythingSaidIsChinese()
    {
        QFETCH(QList<corpus::Said>, said);
        QStringList missing;
        for (const corpus::Said& one : said) {
            const QString shown = inChinese(one.text);
            if (!hasChinese(shown) || hasEnglish(shown))
                missing << QStringLiteral("%1:\n    %2\n    %3")
                               .arg(shortened(one.where), shortened(one.text), shortened(shown));
        }
        naming(missing);
        QVERIFY2(missing.isEmpty(),
            qPrintable(QStringLiteral("%1 of %2 have no Chinese").arg(missing.size()).arg(said.size())));
    }

    /// The rows of the corpus leave no rule out: each literal of these files was said.
    void everyRuleWasBroken()
    {
        QString all;
        for (const auto* said : { &m_configurations, &m_runs })
            for (const corpus::Said& one : *said)
                all += one.text + QLatin1Char('\n');
        QStringList silent;
        for (const char* file :
            { "core/config/advice.cpp", "core/config/advice_loss.cpp", "core/config/advice_optimizer.cpp",
                "core/config/advice_rewards.cpp", "core/config/advice_rows.cpp", "core/config/advice_sampling.cpp",
                "core/config/validate.cpp", "core/config/sampling_rules.cpp", "core/config/weight_schedule.cpp",
                "core/config/data_sources.cpp", "core/config/probe_prompts.cpp", "core/config/batch_arithmetic.cpp",
                "core/store/health_rules.cpp", "core/trace/suspicion.cpp", "core/run/plantext.cpp",
                "core/run/estimate.cpp", "core/base/paired_tests.cpp", "core/base/seed_comparison.cpp" }) {
            const QString text = policy::textOf(file);
            QVERIFY2(!text.isEmpty(), file);
            for (const QString& literal : literalsOf(text))
                for (const QString& fragment : fragmentsOf(literal))
                    if (!all.contains(fragment))
                        silent << QStringLiteral("%1: \"%2\"").arg(QLatin1String(file), fragment);
        }
        naming(silent);
        QVERIFY2(silent.isEmpty(), qPrintable(QString::number(silent.size())));
    }

    /// Files whose sentences need an engine, a broken file or a machine: what their code says stands in a template.
    void everySourceIsKnown()
    {
        QStringList keys = m_dictionary->words().keys();
        for (const SentenceTemplate& one : m_sentences->templates())
            keys << one.literals;
        keys << m_sentences->plain();
        const QString known = keys.join(QLatin1Char('\n'));
        const QSet<QString> notShown { "of unknown number", // in the place of a number
            "sample, tokens, finish_reason, correct, format_ok, verdict, reason, extracted", // columns
            "the answer is a", "the answer is 5",
            "The answer holds a command that is not read: \"\\" }; // comments' and models' words
        QStringList missing;
        int looked = 0;
        for (const QString& path :
            policy::filesBelow({ "core/run", "core/protocol", "core/store", "core/card", "core/base" }, { "*.cpp" })
                + QStringList { "core/tasks/math/math_answer.cpp", "core/tasks/math/math_parser.cpp",
                    "core/tasks/math/math_expression.cpp", "core/tasks/math/math_lexer.cpp",
                    "core/tasks/math/extraction.cpp", "core/tasks/strict_verdict.cpp", "core/tasks/answer_tags.cpp",
                    "core/tasks/number_expression.cpp", "core/tasks/programs/code_judge.cpp",
                    "core/tasks/programs/program_tests.cpp", "core/engine/queue_worker.cpp",
                    "core/engine/run_control.cpp", "core/engine/checkpoint.cpp", "core/engine/later_evaluation.cpp",
                    "core/engine/stored_rollouts.cpp", "core/engine/rescore.cpp", "core/config/applies.cpp",
                    "core/rewards/expression.cpp", "core/rewards/reward_program.cpp" }) {
            if (path.endsWith(QLatin1String("model_card_output.cpp")))
                continue; // for a terminal
            for (const QString& literal : literalsOf(policy::textOf(path)))
                for (const QString& fragment : fragmentsOf(literal)) {
                    ++looked;
                    if (!isQuery(fragment) && !notShown.contains(fragment) && !known.contains(fragment))
                        missing << QStringLiteral("%1: \"%2\"").arg(path, fragment);
                }
        }
        QVERIFY2(looked > 300, qPrintable(QString::number(looked)));
        naming(missing);
        QVERIFY2(missing.isEmpty(), qPrintable(QString::number(missing.size())));
    }

    void noSentenceHasTwoForms()
    {
        QStringList ambiguous;
        for (const auto* said : { &m_configurations, &m_runs, &m_answers })
            for (const corpus::Said& one : *said)
                for (const QString& part : one.text.split(QRegularExpression(QStringLiteral("(?<=[.;?!]) |\n")))) {
                    const QList<const SentenceTemplate*> forms = m_sentences->matches(part);
                    if (forms.size() > 1 && forms[0]->literalLength() == forms[1]->literalLength())
                        ambiguous << QStringLiteral("\"%1\": \"%2\" and \"%3\"")
                                         .arg(part, forms[0]->english, forms[1]->english);
                }
        ambiguous.removeDuplicates();
        naming(ambiguous);
        QVERIFY2(ambiguous.isEmpty(), qPrintable(QString::number(ambiguous.size())));
    }

private:
    QString inChinese(const QString& text) const
    {
        return m_dictionary->translate("aha.core", text.toUtf8().constData(), nullptr, -1);
    }
    static bool isQuery(const QString& text)
    {
        static const QRegularExpression sql(
            QStringLiteral("\\b(SELECT|FROM|WHERE|INSERT|UPDATE|JOIN|VALUES|ORDER BY)\\b"));
        return text.contains(sql);
    }

    std::unique_ptr<Dictionary> m_dictionary;
    const Sentences* m_sentences = nullptr;
    QList<corpus::Said> m_configurations, m_runs, m_answers;
};

QTEST_GUILESS_MAIN(TestCoreSentences)
#include "tst_core_sentences.moc"
