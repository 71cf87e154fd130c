// A run that trains a LoRA adapter: small checkpoints in PEFT's layout, the base untouched, the KL reference for free,
// resume bit-identical, and every verb that takes a model takes its checkpoint.

#include "tests/support/engine_process.h"

#include <QtTest>

using namespace aha;
using support::engine;
using support::Outcome;

class TestAdapterRun : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        const Outcome o = engine(adapterRun("whole"));
        QVERIFY2(o.status == 0, o.error.constData());
    }

    void checkpointIsAnAdapter()
    {
        const QDir last(checkpoint("whole"));
        QVERIFY(last.exists("adapter_config.json") && last.exists("adapter_model.safetensors"));
        QVERIFY(!last.exists("model.safetensors") && !last.exists("config.json"));
        QVERIFY(QFileInfo(last.filePath("adapter_model.safetensors")).size() < 400'000); // the model has 3 MB
        QVERIFY(QFileInfo(last.filePath("optimizer.safetensors")).size() < 800'000);
    }

    void resumesBitIdentically()
    {
        const Outcome first = engine(adapterRun("cut"), {}, { "AHASCOPE_FAULT=training:9" }); // in step 3 of 4
        QVERIFY(first.status == -1);
        const Outcome rest = engine({ "resume", path("cut") });
        QVERIFY2(rest.status == 0, rest.error.constData());
        QCOMPARE(support::fingerprint(path("cut")), support::fingerprint(path("whole")));
    }

    /// The adapted model differs from the base, and is the same merged from the checkpoint or named beside the base.
    void verbsTakeIt()
    {
        const QByteArray ids = R"({"ids":[1,5,9,20,31,7,12]})";
        const auto nll = [&](const QStringList& arguments) {
            const Outcome o = engine(QStringList { "score" } + arguments, ids);
            return o.status == 0 ? o.lines()[0]["nll"].get<double>() : std::nan("");
        };
        const QString base = support::sourcePath("resources/models/miniature");
        const double adapted = nll({ "--model", checkpoint("whole") }), plain = nll({ "--model", base });
        QVERIFY(std::isfinite(adapted) && std::isfinite(plain) && adapted != plain);
        QCOMPARE(nll({ "--model", base, "--adapter", checkpoint("whole") }), adapted);
        QCOMPARE(nll({ "--model", path("whole") }), adapted); // a run: its newest checkpoint
        QCOMPARE(nll({ "--model", checkpoint("whole", 0) }), plain); // before the first step
        const Outcome text = engine(
            { "generate", "--model", path("whole"), "--max-new-tokens", "8" }, R"({"prompt":"use 1 2 3 to make 6 :"})");
        QVERIFY2(text.status == 0, text.error.constData());
    }

    void baseIsMissed()
    {
        const QString copy = m_folder.filePath("stray");
        QVERIFY(QDir().mkpath(copy));
        for (const char* name : { "adapter_config.json", "adapter_model.safetensors" })
            QVERIFY(QFile::copy(checkpoint("whole") + "/" + name, copy + "/" + name));
        QFile file(copy + "/adapter_config.json");
        QVERIFY(file.open(QIODevice::ReadWrite));
        QByteArray text = file.readAll();
        text.replace("models/miniature", "models/gone");
        file.resize(0);
        file.write(text);
        file.close();
        const Outcome o = engine({ "score", "--model", copy }, R"({"ids":[1,2]})");
        QVERIFY(o.status != 0);
        QCOMPARE(o.code(), QByteArray("adapter_base_missing"));
    }

private:
    QString path(const QString& name) const { return m_folder.filePath(name); }
    QString checkpoint(const QString& run, int step = 4) const
    {
        return path(run) + QStringLiteral("/checkpoints/step_%1").arg(step, 6, 10, QLatin1Char('0'));
    }
    QStringList adapterRun(const QString& name) const
    {
        return support::tinyRun(path(name), 4,
            { "adapter.rank=2", "adapter.targets=all", "algorithm.beta=0.01", "learning_rate=0.01",
                "adapter.dropout=0.1" });
    }
    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(TestAdapterRun)
#include "tst_adapter_run.moc"
