// The verb solve on the shipped miniature: every method, every scorer, and that what it says adds up. Scorers are the
// miniature with a random head.

#include "core/base/files.h"
#include "core/base/rng.h"
#include "core/nn/transformer.h"
#include "tests/support/engine_process.h"

#include <QtTest>

using namespace aha;
using support::engine;
using support::Outcome;

class TestSolve : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        writeScorer("reward", 1);
        writeScorer("process", 2);
    }

    void samplesWithTheOracle()
    {
        const Outcome o = engine(solve({ "--oracle" }));
        QVERIFY2(o.status == 0, o.error.constData());
        const auto lines = o.lines();
        QCOMPARE(lines.size(), size_t(4)); // N = 1, 2, 4, and what it was
        for (size_t i = 0; i < 3; ++i) {
            QCOMPARE(lines[i]["n"].get<int>(), 1 << i);
            QVERIFY(lines[i]["tokens"].get<double>() > 0);
            for (const auto& [choice, share] : lines[i]["accuracy"].items()) // of the same solutions
                QVERIFY(share["value"].get<double>() <= lines[i]["any_right"]["value"].get<double>());
        }
        // All four: the verifier finds a right one wherever there is one, and no choice can do better.
        const double any = lines[2]["any_right"]["value"];
        QCOMPARE(lines[2]["accuracy"]["best"]["value"].get<double>(), any);
        QVERIFY(lines[2]["accuracy"]["majority"]["value"].get<double>() <= any);
        QVERIFY(any > 0 && any < 1);
        QVERIFY(lines[3]["notes"].dump().find("upper bound") != std::string::npos);
        // One solution leaves nothing to choose.
        QCOMPARE(lines[0]["accuracy"]["best"]["value"].get<double>(), lines[0]["any_right"]["value"].get<double>());
        const Outcome again = engine(solve({ "--oracle" }));
        for (size_t i = 0; i < 3; ++i) // the same but for the clock
            QVERIFY(again.lines()[i]["accuracy"] == lines[i]["accuracy"]);
    }

    void searchesOverSteps_data()
    {
        QTest::addColumn<QString>("scorer");
        QTest::newRow("reward model") << "--reward-model";
        QTest::newRow("process model") << "--process-model";
    }
    void searchesOverSteps()
    {
        QFETCH(QString, scorer);
        const QString out = m_folder.filePath("trees.jsonl");
        const Outcome o = engine(solve({ scorer, m_folder.filePath(scorer.mid(2).section('-', 0, 0)), "--width", "2",
            "--out", out, "--aggregation", "least" }));
        QVERIFY2(o.status == 0, o.error.constData());
        QSet<QString> seen;
        for (const auto& line : o.lines())
            if (line.contains("method"))
                seen.insert(QString::fromStdString(line["method"]) + QString::number(line["n"].get<int>()));
        QCOMPARE(seen,
            QSet<QString>(
                { "sample1", "sample2", "sample4", "beam2", "beam4", "dvts2", "dvts4", "tree1", "tree2", "tree4" }));
        QFile file(out);
        QVERIFY(file.open(QIODevice::ReadOnly));
        int problems = 0, deep = 0;
        for (const QByteArray& line : file.readAll().split('\n')) {
            if (line.isEmpty())
                continue;
            ++problems;
            const auto json = nlohmann::json::parse(line.toStdString());
            const auto& tree = json["tree"];
            std::string method = json["method"];
            for (const auto& node : tree) {
                QVERIFY(node["parent"].get<size_t>() < node["node"].get<size_t>());
                QVERIFY(node["score"].get<double>() > 0 && node["score"].get<double>() < 1);
                deep += node["parent"].get<size_t>() > 0;
            }
            if (method == "dvts")
                QCOMPARE(json["candidates"].size(), json["n"].get<size_t>());
            for (const auto& candidate : json["candidates"]) // a path is the text of its steps
                if (method == "sample")
                    QVERIFY(tree[candidate["node"].get<size_t>() - 1]["text"].get<std::string>().find(
                                candidate["text"].get<std::string>())
                        != std::string::npos);
        }
        QCOMPARE(problems, 12 * 8);
        QVERIFY2(deep > 50, "no search went beyond its first step");
    }

    /// A look-ahead costs tokens and changes the choice; steps that were only looked at are no part of a solution.
    void looksAhead()
    {
        const QString out = m_folder.filePath("ahead.jsonl");
        const auto search = [&](const char* steps) {
            return engine(solve({ "--process-model", m_folder.filePath("process"), "--width", "2", "--methods",
                "beam,dvts", "--look-ahead", steps, "--out", out }));
        };
        const Outcome none = search("0"),
                      plain
            = engine(
                solve({ "--process-model", m_folder.filePath("process"), "--width", "2", "--methods", "beam,dvts" }));
        QVERIFY2(none.status == 0 && plain.status == 0, none.error.constData());
        const Outcome two = search("2");
        QVERIFY2(two.status == 0, two.error.constData());
        QCOMPARE(two.lines().size(), size_t(5)); // two methods at N = 2, 4, and what it was
        for (size_t i = 0; i < 4; ++i) {
            QVERIFY(none.lines()[i]["accuracy"] == plain.lines()[i]["accuracy"]);
            QCOMPARE(none.lines()[i]["tokens"].get<double>(), plain.lines()[i]["tokens"].get<double>());
            QVERIFY(two.lines()[i]["tokens"].get<double>() > 1.2 * none.lines()[i]["tokens"].get<double>());
        }
        QVERIFY(two.lines()[4]["notes"].dump().find("up to 2 steps") != std::string::npos);
        QFile file(out);
        QVERIFY(file.open(QIODevice::ReadOnly));
        int ahead = 0;
        for (const QByteArray& line : file.readAll().split('\n')) {
            if (line.isEmpty())
                continue;
            const auto json = nlohmann::json::parse(line.toStdString());
            const auto& tree = json["tree"];
            for (const auto& node : tree)
                if (node.contains("ahead")) {
                    ++ahead;
                    QVERIFY(!node["kept"].get<bool>());
                    const auto& before = tree[node["parent"].get<size_t>() - 1];
                    QCOMPARE(before["score"].get<double>(), node["score"].get<double>());
                }
            for (const auto& candidate : json["candidates"])
                for (size_t at = candidate["node"]; at > 0; at = tree[at - 1]["parent"])
                    QVERIFY(!tree[at - 1].contains("ahead"));
        }
        QVERIFY(ahead > 50);
    }

    void whatCannotBeSolved()
    {
        QCOMPARE(engine(solve({ "--methods", "beam" })).code(), QByteArray("solve_method"));
        QCOMPARE(engine(solve({ "--methods", "tree", "--oracle" })).code(), QByteArray("solve_method"));
        QCOMPARE(engine(solve({ "--reward-model", m_folder.filePath("process") })).code(), QByteArray("model_head"));
        QCOMPARE(
            engine(solve({ "--oracle", "--reward-model", m_folder.filePath("reward") })).code(), QByteArray("usage"));
    }

private:
    void writeScorer(const QString& name, int64_t labels)
    {
        const std::filesystem::path miniature = support::sourcePath("resources/models/miniature").toStdString(),
                                    folder = m_folder.filePath(name).toStdString();
        Transformer model = orThrow(Transformer::load(miniature)).withHead(labels, /*tokens=*/labels == 2);
        Rng rng(3, Purpose::Initialize);
        for (auto& [tensor, view] : model.named(model.flat()))
            if (tensor == "score.weight")
                for (int64_t i = 0; i < view.numel(); ++i)
                    view.data_ptr<float>()[i] = float(0.1 * rng.normal());
        orThrow(makeFolders(folder));
        orThrow(writeFileAtomically(folder / "config.json", modelConfigJson(model.config())));
        orThrow(writeFileAtomically(folder / "model.safetensors", model.toSafetensors()));
        std::filesystem::copy_file(miniature / "tokenizer.model", folder / "tokenizer.model");
    }
    QStringList solve(const QStringList& more) const
    {
        QStringList arguments { "solve", support::sourcePath("resources/models/miniature"), "--problems", "12", "--n",
            "4", "--json", "--threads", "2", "--set", "process.separator= ,", "--set", "max_completion_length=60" };
        return arguments + more;
    }
    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(TestSolve)
#include "tst_solve.moc"
