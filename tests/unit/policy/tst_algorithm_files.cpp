// An algorithm is a file that reads from top to bottom: at most 300 lines, with its source and its deviations at the
// head, and nothing inherited from another.

#include "source_tree.h"

#include <QRegularExpression>
#include <QTest>

namespace {

constexpr qsizetype kLimit = 300;

/// Files of core/algo that are an algorithm, by name without ending; its head is that of the header where there is one.
const char* const kAlgorithms[] { "grpo_loss", "cispo", "sapo", "vespo", "gmpo", "ppo_loss", "reinforce", "rloo",
    "kimi_mirror_descent", "clip_cov", "kl_cov", "advantages", "reinforce_pp", "remax", "ppo_targets",
    "process_supervision", "prime", "sft_loss", "dpo_loss", "kto_loss", "cpo_loss", "orpo_loss", "reward_model_loss",
    "process_reward", "distillation_divergence", "topk_teacher", "minillm", "classic_distillation",
    "on_policy_distillation", "muon" };

/// The comment at the beginning of a file.
QString head(const QString& text)
{
    QString found;
    for (const QString& line : text.split('\n')) {
        if (line.startsWith("//"))
            found += line + '\n';
        else if (!line.startsWith("#pragma") && !(line.isEmpty() && found.isEmpty()))
            break;
    }
    return found;
}

bool namesItsSource(const QString& comment)
{
    static const QRegularExpression source("arXiv|\\bTRL|\\bverl\\b|Williams|Hinton|Jordan");
    return source.match(comment).hasMatch();
}

bool namesItsDeviations(const QString& comment)
{
    static const QRegularExpression deviations("[Dd]eviation|[Nn]umerically");
    return deviations.match(comment).hasMatch();
}

QString inheritance(const QString& text)
{
    // An autograd function derives from LibTorch's Function, and from no algorithm.
    static const QRegularExpression base(
        "\\b(class|struct)\\s+\\w+(\\s+final)?\\s*:(?!:)(?!\\s*Function<)|\\b(virtual|override)\\b");
    const QString code = policy::codeOnly(text);
    const QRegularExpressionMatch match = base.match(code);
    return match.hasMatch() ? QString("line %1").arg(policy::lineOf(code, match.capturedStart())) : QString();
}

} // namespace

class TestAlgorithmFiles : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void seesABreach()
    {
        QVERIFY(!namesItsSource(head("#pragma once\n// A loss.\n\n// arXiv 1234\n"))); // not in the head
        QVERIFY(namesItsSource(head("// A loss (arXiv 1234).\n// Deviations: none.\nint x;\n")));
        QVERIFY(!namesItsDeviations(head("// A loss (arXiv 1234).\nint x; // Deviations: none\n")));
        QVERIFY(namesItsDeviations(head("// A loss.\n// Numerically TRL's.\n")));
        QVERIFY(!inheritance("class Better final : public Grpo {\n").isEmpty());
        QVERIFY(!inheritance("struct Loss { virtual double of(); };").isEmpty());
        QVERIFY(inheritance("// class A : public B\nstruct Config { int a = x ? aha::y : 2; };").isEmpty());
    }

    void algorithms()
    {
        QStringList found;
        for (const char* name : kAlgorithms) {
            const QString stem = QString("core/algo/") + name;
            const QStringList files
                = policy::filesBelow({ "core/algo" }, { QString(name) + ".h", QString(name) + ".cpp" });
            if (files.isEmpty())
                found << stem + " is not there: correct this test's list";
            QString comments;
            for (const QString& path : files) {
                const QString text = policy::textOf(path);
                comments += head(text);
                if (text.count('\n') > kLimit)
                    found << QString("%1 has %2 lines; an algorithm has at most %3")
                                 .arg(path)
                                 .arg(text.count('\n'))
                                 .arg(kLimit);
            }
            if (!namesItsSource(comments))
                found << stem + " does not name its source at the head";
            if (!namesItsDeviations(comments))
                found << stem + " does not say at the head in what it deviates";
        }
        QVERIFY2(found.isEmpty(), qPrintable("\n" + found.join("\n")));
    }

    /// Every term of the policy losses is in the list above.
    void surrogates()
    {
        static const QRegularExpression term("at::Tensor (\\w+)Surrogate\\(");
        const QString terms = policy::textOf("core/algo/surrogates.h");
        int count = 0;
        for (auto match = term.globalMatch(terms); match.hasNext();) {
            const QString name = match.next().captured(1) + "Surrogate(";
            ++count;
            bool listed = false;
            for (const char* algorithm : kAlgorithms)
                listed
                    = listed || policy::textOf(QString("core/algo/%1.cpp").arg(algorithm)).contains("Tensor " + name);
            QVERIFY2(listed, qPrintable(name));
        }
        QVERIFY(count >= 11);
    }

    void nothingIsInherited()
    {
        QStringList found;
        for (const QString& path : policy::filesBelow({ "core/algo" }, { "*.h", "*.cpp" }))
            if (const QString where = inheritance(policy::textOf(path)); !where.isEmpty())
                found << path + ", " + where;
        QVERIFY2(found.isEmpty(), qPrintable("\n" + found.join("\n")));
    }
};

QTEST_GUILESS_MAIN(TestAlgorithmFiles)
#include "tst_algorithm_files.moc"
