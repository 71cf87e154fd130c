// A save that dies at its n-th file operation, for every n: the old checkpoint or the new one loads, never a part.

#include "core/algo/adamw.h"
#include "core/base/files.h"
#include "core/engine/checkpoint.h"

#include <ATen/ops/rand.h>
#include <ATen/ops/zeros_like.h>

#include <QDir>
#include <QTemporaryDir>
#include <QtTest>

#include <csignal>
#include <cstdlib>
#include <sys/wait.h>
#include <unistd.h>

using namespace aha;

namespace {

Policy tinyModel(float fill)
{
    ModelConfig c;
    c.vocabSize = 16;
    c.hiddenSize = 8;
    c.intermediateSize = 8;
    c.numHiddenLayers = 1;
    c.numAttentionHeads = c.numKeyValueHeads = 1;
    c.headDim = 8;
    c.maxPositionEmbeddings = 32;
    c.eosTokenIds = { 2 };
    Transformer model = Transformer::create(c, 1);
    model.flat().fill_(fill);
    return Policy(std::move(model));
}

AdamWState stateOf(const Policy& model, int64_t updates)
{
    AdamWState state;
    state.first_P = at::zeros_like(model.trained());
    state.second_P = at::zeros_like(model.trained());
    state.updates = updates;
    return state;
}

} // namespace

class TestCheckpointKills : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyOperation()
    {
        const CompanionFiles tokenizer { { "tokenizer.model", "the tokenizer's bytes" } };
        const Policy first = tinyModel(1), second = tinyModel(2);
        int deaths = 0;
        for (int n = 1;; ++n) {
            QTemporaryDir folder;
            const std::string run = folder.path().toStdString();
            QVERIFY(saveCheckpoint(run, 1, first, stateOf(first, 4), {}, tokenizer, "hash").ok());
            const pid_t child = ::fork();
            if (child == 0) {
                ::setenv("AHASCOPE_FAULT", ("file:" + std::to_string(n)).c_str(), 1);
                ::_exit(saveCheckpoint(run, 2, second, stateOf(second, 8), {}, tokenizer, "hash").ok() ? 0 : 1);
            }
            int status = 0;
            ::waitpid(child, &status, 0);
            std::vector<std::string> notes;
            const auto newest = newestCheckpoint(run, notes);
            QVERIFY2(newest.ok(), newest.ok() ? "" : newest.error().message.c_str());
            QVERIFY(notes.empty()); // an unfinished save is no checkpoint, not a broken one
            const auto loaded = loadCheckpoint(*newest, {});
            QVERIFY2(loaded.ok(), loaded.ok() ? "" : loaded.error().message.c_str());
            QVERIFY(loaded->step == 1 || loaded->step == 2);
            QCOMPARE(loaded->policy.trained()[0].item<float>(), float(loaded->step));
            QCOMPARE(loaded->optimizer.updates, loaded->step * 4);
            sweepCheckpoints(run);
            QVERIFY(QDir(folder.filePath("checkpoints")).entryList({ "*.tmp" }, QDir::Dirs).isEmpty());
            QVERIFY(saveCheckpoint(run, 3, first, stateOf(first, 12), {}, tokenizer, "hash").ok()); // and saving goes on
            QCOMPARE(loadCheckpoint(*newestCheckpoint(run, notes), {})->step, int64_t(3));
            if (WIFEXITED(status)) {
                QCOMPARE(WEXITSTATUS(status), 0);
                break;
            }
            QCOMPARE(WTERMSIG(status), SIGKILL);
            ++deaths;
        }
        qInfo("killed at %d file operations of one save", deaths);
        QVERIFY(deaths >= 5 * 5 + 2); // five files of five operations, the folder's rename, its parent's flush
    }

    void everyFlippedBitIsFound()
    {
        QTemporaryDir folder;
        const std::string run = folder.path().toStdString();
        const Policy model = tinyModel(1);
        QVERIFY(
            saveCheckpoint(run, 1, model, stateOf(model, 4), {}, { { "tokenizer.model", "the tokenizer's bytes" } }, "hash")
                .ok());
        const QString checkpoint = folder.filePath("checkpoints/step_000001");
        for (const QString& name : QDir(checkpoint).entryList(QDir::Files)) {
            QFile file(checkpoint + '/' + name);
            QVERIFY(file.open(QIODevice::ReadOnly));
            const QByteArray whole = file.readAll();
            file.close();
            for (int i = 0; i < 40; ++i) {
                QByteArray flipped = whole;
                const qsizetype at = whole.size() * i / 40;
                flipped[at] = char(flipped[at] ^ (1 << (i % 8)));
                QVERIFY(writeFileAtomically(file.fileName().toStdString(), flipped.toStdString()).ok());
                std::vector<std::string> notes;
                const auto newest = newestCheckpoint(run, notes);
                const bool harmless
                    = name == "manifest.json" && newest.ok(); // a flip outside of what the manifest is read for
                QVERIFY2(harmless || newest.error().code == "checkpoint_missing",
                    qPrintable(name + " at " + QString::number(at)));
                QVERIFY(harmless
                    || (notes.size() == 1
                        && loadCheckpoint(checkpoint.toStdString(), {}).error().code == "checkpoint_invalid"));
            }
            QVERIFY(writeFileAtomically(file.fileName().toStdString(), whole.toStdString()).ok());
        }
        QVERIFY(loadCheckpoint(checkpoint.toStdString(), {}).ok());
    }

    void aCutRemovalLeavesNoHalf()
    {
        QTemporaryDir folder;
        const std::string run = folder.path().toStdString();
        const Policy model = tinyModel(1);
        const CompanionFiles tokenizer { { "tokenizer.model", "the tokenizer's bytes" } };
        const CheckpointRow row = orThrow(saveCheckpoint(run, 1, model, stateOf(model, 4), {}, tokenizer, "hash"));
        const CheckpointRow again = orThrow(describeCheckpoint(run, run + "/" + row.path));
        QVERIFY(again.sha256 == row.sha256 && again.bytes == row.bytes && again.path == row.path && again.step == 1);
        removeCheckpoint(run + "/" + row.path);
        QVERIFY(QDir(folder.filePath("checkpoints")).isEmpty());
        QCOMPARE(describeCheckpoint(run, run + "/" + row.path).error().code, std::string("checkpoint_invalid"));
    }
};

QTEST_GUILESS_MAIN(TestCheckpointKills)
#include "tst_checkpoint_kills.moc"
