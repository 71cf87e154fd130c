// Models handed back to other programs: what is written says the same as what was read, with the tokenizer beside it.

#include "tests/support/engine_process.h"

#include <QtTest>

using namespace aha;
using support::engine;
using support::Outcome;

namespace {

constexpr const char* kText = R"({"prompt":"one two three, 4 five\n"})";

} // namespace

class TestExport : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        // A byte-level model: its tokenizer has a GGUF form.
        m_model = AHASCOPE_TEST_FIXTURES "/golden/models/qwen2";
        m_expected = greedy(m_model);
        QCOMPARE(m_expected.size(), size_t(12));
        const Outcome o = engine(support::tinyRun(path("run"), 2, { "adapter.rank=2", "learning_rate=0.01" }));
        QVERIFY2(o.status == 0, o.error.constData());
    }

    void folderThenGgufThenFolder()
    {
        exported({ m_model, "--to", "hf", "--out", path("hf") });
        QCOMPARE(greedy(path("hf")), m_expected);
        QVERIFY(QFileInfo::exists(path("hf/tokenizer.json")));
        exported({ path("hf"), "--to", "gguf", "--dtype", "F32", "--out", path("m.gguf") });
        QCOMPARE(greedy(path("m.gguf")), m_expected);
        exported({ path("m.gguf"), "--to", "hf", "--out", path("back") });
        QCOMPARE(greedy(path("back")), m_expected); // with a tokenizer.json made of the file's lists
        QVERIFY(QFileInfo::exists(path("back/tokenizer_config.json")));
    }

    void aGgufFileCanBeTrainedWhole()
    {
        exported({ m_model, "--to", "gguf", "--dtype", "F32", "--out", path("whole.gguf") });
        const Outcome o = engine(support::tinyRun(
            path("fromgguf"), 1, { "model.path=" + path("whole.gguf"), "rollout.max_completion_length=8" }));
        QVERIFY2(o.status == 0, o.error.constData());
        QCOMPARE(greedy(path("fromgguf")).size(), size_t(12)); // its checkpoint has a tokenizer of its own
    }

    void anAdapterIsMerged()
    {
        const QByteArray ids = R"({"ids":[1,5,9,20,31,7,12]})";
        const auto nll = [&](const QString& model) {
            const Outcome o = engine({ "score", "--model", model }, ids);
            return o.status == 0 ? o.lines()[0]["nll"].get<double>() : std::nan("");
        };
        exported({ path("run"), "--to", "hf", "--out", path("merged") });
        QCOMPARE(nll(path("merged")), nll(path("run")));
        QVERIFY(nll(path("merged")) != nll(support::sourcePath("resources/models/miniature")));
        QVERIFY(QFileInfo::exists(path("merged/tokenizer.model")));
    }

    void refusals()
    {
        const auto code
            = [&](const QStringList& arguments) { return engine(QStringList { "export" } + arguments).code(); };
        exported({ m_model, "--to", "hf", "--out", path("there") });
        QCOMPARE(code({ m_model, "--to", "hf", "--out", path("there") }), QByteArray("folder_exists"));
        QCOMPARE(code({ m_model, "--to", "hf", "--dtype", "Q8_0", "--out", path("x") }), QByteArray("weights_format"));
        QCOMPARE(
            code({ m_model, "--to", "gguf", "--dtype", "Q4_0", "--out", path("x") }), QByteArray("weights_format"));
        QCOMPARE(code({ path("run"), "--to", "gguf", "--out", path("x") }), QByteArray("tokenizer_no_gguf"));
        QVERIFY(!QFileInfo::exists(path("x")));
    }

private:
    void exported(const QStringList& arguments)
    {
        const Outcome o = engine(QStringList { "export" } + arguments);
        QVERIFY2(o.status == 0, o.error.constData());
        QVERIFY(o.out.isEmpty());
    }
    nlohmann::json greedy(const QString& model)
    {
        const Outcome o = engine(
            { "generate", "--model", model, "--temperature", "0", "--max-new-tokens", "12", "--ignore-eos" }, kText);
        return o.status == 0 ? o.lines()[0]["completions"][0]["ids"] : nlohmann::json(o.error.toStdString());
    }
    QString path(const QString& name) const { return m_folder.filePath(name); }

    QTemporaryDir m_folder;
    QString m_model;
    nlohmann::json m_expected;
};

QTEST_GUILESS_MAIN(TestExport)
#include "tst_export.moc"
