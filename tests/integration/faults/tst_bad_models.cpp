// Model folders that are missing, cut, flipped, mismatched or lying, through every verb that loads one.

#include "tests/support/engine_process.h"

#include <QDir>
#include <QtTest>

#include <cmath>
#include <functional>

using namespace aha;
using support::engine;
using support::Outcome;

namespace {

QByteArray contentOf(const QString& file)
{
    QFile opened(file);
    return opened.open(QIODevice::ReadOnly) ? opened.readAll() : QByteArray();
}

void replaceContent(const QString& file, const QByteArray& bytes)
{
    QFile opened(file);
    QVERIFY(opened.open(QIODevice::WriteOnly));
    opened.write(bytes);
}

using Json = nlohmann::ordered_json;

/// The safetensors file with its header edited; the data stays.
void editHeader(const QString& folder, const std::function<void(Json&)>& edit)
{
    const QByteArray file = contentOf(folder + "/model.safetensors");
    quint64 size;
    std::memcpy(&size, file.constData(), 8);
    const QByteArray data = file.mid(8 + qsizetype(size));
    Json header = Json::parse(file.mid(8, qsizetype(size)).toStdString());
    edit(header);
    const QByteArray text = QByteArray::fromStdString(header.dump());
    size = quint64(text.size());
    replaceContent(folder + "/model.safetensors", QByteArray(reinterpret_cast<const char*>(&size), 8) + text + data);
}

void editConfig(const QString& folder, const char* key, const Json& value)
{
    Json config = Json::parse(contentOf(folder + "/config.json").toStdString());
    config[key] = value;
    replaceContent(folder + "/config.json", QByteArray::fromStdString(config.dump()));
}

constexpr const char* kNorm = "model.norm.weight";

struct Damage {
    const char *name, *code;
    void (*apply)(const QString& folder);
};

const Damage kDamages[] = {
    { "no folder", "model_config_missing", [](const QString& f) { QDir(f).removeRecursively(); } },
    { "no config", "model_config_missing", [](const QString& f) { QFile::remove(f + "/config.json"); } },
    { "no weights", "model_weights_missing", [](const QString& f) { QFile::remove(f + "/model.safetensors"); } },
    { "empty weights", "HeaderTooSmall", [](const QString& f) { QFile::resize(f + "/model.safetensors", 0); } },
    { "four bytes", "HeaderTooSmall", [](const QString& f) { QFile::resize(f + "/model.safetensors", 4); } },
    { "cut in the header", "InvalidHeaderLength",
        [](const QString& f) { QFile::resize(f + "/model.safetensors", 500); } },
    { "cut in the data", "MetadataIncompleteBuffer",
        [](const QString& f) {
            QFile::resize(f + "/model.safetensors", QFileInfo(f + "/model.safetensors").size() - 1);
        } },
    { "a byte too many", "MetadataIncompleteBuffer",
        [](const QString& f) {
            QFile::resize(f + "/model.safetensors", QFileInfo(f + "/model.safetensors").size() + 1);
        } },
    { "header of 2^63 bytes", "HeaderTooLarge",
        [](const QString& f) { replaceContent(f + "/model.safetensors", QByteArray("\0\0\0\0\0\0\0\x80{}", 10)); } },
    { "a pickle", "weights_pickle",
        [](const QString& f) {
            replaceContent(
                f + "/model.safetensors", QByteArray("PK\x03\x04\0\0\0\x08\0\0", 10) + QByteArray(1000, 'x'));
        } },
    { "header no JSON", "InvalidHeaderDeserialization",
        [](const QString& f) { replaceContent(f + "/model.safetensors", QByteArray("\x04\0\0\0\0\0\0\0{,}}", 12)); } },
    { "tensor missing", "InvalidOffset",
        [](const QString& f) { editHeader(f, [](Json& h) { h.erase("model.embed_tokens.weight"); }); } },
    { "tensor renamed", "model_tensor_missing",
        [](const QString& f) {
            editHeader(f, [](Json& h) {
                h["other"] = h[kNorm];
                h.erase(kNorm);
            });
        } },
    { "shape turned", "model_shape",
        [](const QString& f) {
            editHeader(f, [](Json& h) {
                auto& s = h["model.embed_tokens.weight"]["shape"];
                std::swap(s[0], s[1]);
            });
        } },
    { "shape lies", "TensorInvalidInfo",
        [](const QString& f) { editHeader(f, [](Json& h) { h[kNorm]["shape"][0] = 1 << 30; }); } },
    { "shape overflows", "ValidationOverflow",
        [](const QString& f) {
            editHeader(f, [](Json& h) { h[kNorm]["shape"] = { 4194305, 4194305, 211106198978564 }; });
        } },
    { "negative shape", "InvalidHeaderDeserialization",
        [](const QString& f) { editHeader(f, [](Json& h) { h[kNorm]["shape"][0] = -1; }); } },
    { "unknown type", "InvalidHeaderDeserialization",
        [](const QString& f) { editHeader(f, [](Json& h) { h[kNorm]["dtype"] = "I4"; }); } },
    { "overlapping tensors", "InvalidOffset",
        [](const QString& f) { editHeader(f, [](Json& h) { h["extra"] = h[kNorm]; }); } },
    { "not finite", "model_not_finite",
        [](const QString& f) {
            const float nan = NAN;
            QByteArray b = contentOf(f + "/model.safetensors");
            b.replace(b.size() - 4, 4, reinterpret_cast<const char*>(&nan), 4);
            replaceContent(f + "/model.safetensors", b);
        } },
    { "10^9 layers", "model_config_invalid", [](const QString& f) { editConfig(f, "num_hidden_layers", 1000000000); } },
    { "a layer more than there is", "model_tensor_missing",
        [](const QString& f) {
            editConfig(f, "num_hidden_layers",
                Json::parse(contentOf(f + "/config.json").toStdString())["num_hidden_layers"].get<int>() + 1);
        } },
    { "wider than the file", "model_shape", [](const QString& f) { editConfig(f, "intermediate_size", 1 << 22); } },
    { "other architecture", "model_architecture_unknown",
        [](const QString& f) { editConfig(f, "architectures", { "MambaForCausalLM" }); } },
};

const Damage kTokenizerDamages[] = {
    { "no tokenizer", "tokenizer_missing", [](const QString& f) { QFile::remove(f + "/tokenizer.model"); } },
    { "cut tokenizer", "tokenizer_invalid",
        [](const QString& f) {
            QFile::resize(f + "/tokenizer.model", QFileInfo(f + "/tokenizer.model").size() / 2 + 1);
        } },
    { "empty tokenizer", "tokenizer_invalid", [](const QString& f) { QFile::resize(f + "/tokenizer.model", 0); } },
    { "another model's tokenizer", "tokenizer_mismatch",
        [](const QString& f) {
            QFile::remove(f + "/tokenizer.model");
            QFile::copy(support::sourcePath("tests/fixtures/golden/tokenizers/spm_bpe/tokenizer.model"),
                f + "/tokenizer.model");
        } },
};

} // namespace

class TestBadModels : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyVerb_data()
    {
        QTest::addColumn<int>("damage");
        for (size_t i = 0; i < std::size(kDamages); ++i)
            QTest::newRow(kDamages[i].name) << int(i);
    }
    void everyVerb()
    {
        QFETCH(int, damage);
        const QString folder = prepared(kDamages[damage]);
        const QByteArray code = kDamages[damage].code;
        const QStringList verbs[] { { "score", "--model", folder },
            { "generate", "--model", folder, "--max-new-tokens", "2" },
            { "eval", folder, "--problems", "1", "--k", "1" } };
        for (int i = 0; i < 3; ++i) {
            if (damage >= 3 && i != damage % 3)
                continue; // they open a model by one function: the first damages go through all, the others by turns
            const Outcome o = engine(verbs[i], "{\"ids\":[1,2,3]}\n");
            QVERIFY2(o.code() == code, (verbs[i][0].toUtf8() + ": " + o.code()).constData());
            QCOMPARE(o.status, 1);
            QVERIFY(o.out.isEmpty());
        }
        const QString run = m_folder.filePath(QString("run-%1").arg(damage));
        const Outcome o = engine(support::tinyRun(run, 1, { "model.path=" + folder }));
        QCOMPARE(o.code(), code);
        QCOMPARE(o.status, 1);
        if (code == "model_config_missing" || code == "model_config_invalid" || code == "model_architecture_unknown")
            QVERIFY(!QFileInfo::exists(run)); // found before anything was made
        if (QFileInfo::exists(run)) { // mended, the run goes on where it stood
            QVERIFY(QDir(folder).removeRecursively());
            support::copyOfTheModel(folder);
            QCOMPARE(engine({ "resume", run }).status, 0);
        }
    }

    void tokenizers_data()
    {
        QTest::addColumn<int>("damage");
        for (size_t i = 0; i < std::size(kTokenizerDamages); ++i)
            QTest::newRow(kTokenizerDamages[i].name) << int(i);
    }
    void tokenizers()
    {
        QFETCH(int, damage);
        const QString folder = prepared(kTokenizerDamages[damage]);
        const QByteArray code = kTokenizerDamages[damage].code;
        const Outcome o = engine(
            support::tinyRun(m_folder.filePath(QString("tokenizer-%1").arg(damage)), 1, { "model.path=" + folder }));
        QCOMPARE(o.code(), code);
        QCOMPARE(o.status, 1);
        const Outcome ids = engine({ "score", "--model", folder }, "{\"ids\":[1,2,3]}\n"); // ids need no tokenizer
        QVERIFY2(ids.status == 0, ids.error.constData());
        if (code != "tokenizer_mismatch")
            QCOMPARE(engine({ "tokenize", "--model", folder }, "{\"text\":\"use\"}\n").code(), code);
        const Outcome text = engine(
            { "generate", "--model", folder, "--max-new-tokens", "2" }, "{\"prompt\":\"use 5 9 6 to make 39 :\"}\n");
        QVERIFY2(text.status == 1, text.out.constData());
    }

private:
    QString prepared(const Damage& damage)
    {
        const QString folder = support::copyOfTheModel(
            m_folder.filePath(QString::fromUtf8(damage.name).replace(' ', '-').replace('^', '-')));
        damage.apply(folder);
        return folder;
    }
    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(TestBadModels)
#include "tst_bad_models.moc"
