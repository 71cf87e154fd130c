// What openWeights makes of files and folders.

#include "core/weights/gguf_export.h"
#include "core/weights/model_folder_writer.h"
#include "core/weights/open_weights.h"
#include "core/weights/safetensors.h"
#include "small_model.h"
#include "weight_files.h"

using namespace aha;
using test::Folder;
using test::SmallModel;

class TestOpenWeights : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void pickles_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QByteArray>("content");
        const QByteArray zip("PK\x03\x04\x14\0\0\0", 8), protocol2("\x80\x02}q\0.", 6),
            protocol4("\x80\x04\x95\0\0\0\0\0\0\0", 10);
        for (const char* name : { "pytorch_model.bin", "model.pt", "model.ckpt", "model.pth", "x.pkl" })
            QTest::newRow(name) << name << zip;
        QTest::newRow("named otherwise, zip") << "model.safetensors" << zip;
        QTest::newRow("named otherwise, GGUF") << "model.gguf" << zip;
        QTest::newRow("no ending, protocol 2") << "weights" << protocol2;
        QTest::newRow("no ending, protocol 4") << "weights" << protocol4;
        QTest::newRow("empty .bin") << "pytorch_model.bin" << QByteArray();
        QTest::newRow("index of pickles") << "pytorch_model.bin.index.json" << QByteArray("{}");
    }
    void pickles()
    {
        QFETCH(QString, name);
        QFETCH(QByteArray, content);
        const Folder folder;
        const auto source = openWeights(folder.write(name.toStdString(), content.toStdString()));
        COMPARE_ERROR(source, "weights_pickle");
        QVERIFY(source.error().hint.find("save_pretrained") != std::string::npos);
    }
    void folderOfPickles()
    {
        const Folder folder;
        folder.write("config.json", "{}");
        folder.write("pytorch_model.bin", "PK\x03\x04");
        const auto source = openWeights(folder.path());
        COMPARE_ERROR(source, "weights_pickle");
        QVERIFY(source.error().message.find("pytorch_model.bin") != std::string::npos);
    }
    void nothing()
    {
        const Folder folder;
        COMPARE_ERROR(openWeights(folder.path()), "weights_none");
        COMPARE_ERROR(openWeights(folder.path() / "none"), "file_missing");
        COMPARE_ERROR(openWeights(folder.write("notes.txt", "hello")), "weights_none");
        COMPARE_ERROR(openWeights(folder.path()), "weights_none");
        COMPARE_ERROR(openWeights(folder.write("a.gguf", "hello")), "gguf_magic");
        COMPARE_ERROR(openWeights(folder.write("a.safetensors", "")), "HeaderTooSmall");
        COMPARE_ERROR(openWeights(folder.path()), "weights_several");
    }
    void byContent()
    {
        const Folder folder;
        const SmallModel model;
        const MemoryWeights weights = model.weights();
        orThrow(exportGguf(weights, { folder.path() / "any.name", "F16", "" }));
        QCOMPARE(orThrow(openWeights(folder.path() / "any.name"))->format(), std::string("GGUF"));
        // A header whose length is 0x0280 begins like a pickle of protocol 2.
        std::string header = R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}})";
        header.resize(0x280, ' ');
        const auto path = folder.write("model", test::safetensors(header, "x"));
        QCOMPARE(orThrow(openWeights(path))->format(), std::string("safetensors"));
    }
    void folders()
    {
        const Folder folder;
        const SmallModel model;
        const MemoryWeights weights = model.weights();
        const auto target = folder.path() / "m";
        orThrow(writeModelFolder(weights, { target, {}, "keep", 30'000 }));
        folder.write("m/pytorch_model.bin", "PK\x03\x04"); // beside safetensors it does not matter
        QCOMPARE(orThrow(openWeights(target))->entries().size(), weights.entries().size());
        QCOMPARE(
            orThrow(openWeights(target / "model.safetensors.index.json"))->entries().size(), weights.entries().size());
        folder.write("m/model.safetensors",
            writeSafetensors({ { "only", "U8", { 1 }, "x" } })); // transformers, too, takes the single file first
        QCOMPARE(orThrow(openWeights(target))->entries().size(), size_t(1));
        std::filesystem::create_directory(folder.path() / "g");
        orThrow(exportGguf(weights, { folder.path() / "g" / "small.gguf", "F16", "" }));
        QCOMPARE(orThrow(openWeights(folder.path() / "g"))->format(), std::string("GGUF"));
    }
};

QTEST_GUILESS_MAIN(TestOpenWeights)
#include "tst_open_weights.moc"
