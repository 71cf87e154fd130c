// Shards and their index.

#include "core/weights/safetensors.h"
#include "core/weights/safetensors_index.h"
#include "core/weights/safetensors_source.h"
#include "weight_files.h"

using namespace aha;
using test::Folder;

namespace {

std::string mapOf(const std::string& shard) { return R"({"weight_map":{"a":")" + shard + "\"}}"; }

/// A shard with tensors of one number each.
std::string shardOf(const std::vector<std::pair<std::string, float>>& tensors)
{
    std::vector<SafetensorsTensor> list;
    for (const auto& [name, value] : tensors)
        list.push_back({ name, "F32", { 1 }, { reinterpret_cast<const char*>(&value), 4 } });
    return writeSafetensors(list);
}

} // namespace

class TestSafetensorsIndex : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void malformed_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("code");
        const auto row = [](const char* name, const std::string& text, const char* code) {
            QTest::newRow(name) << QString::fromStdString(text) << QString(code);
        };
        row("empty", "", "index_invalid");
        row("no JSON", "{", "index_invalid");
        row("a list", "[]", "index_invalid");
        row("no map", R"({"metadata":{}})", "index_invalid");
        row("map a list", R"({"weight_map":[]})", "index_invalid");
        row("map empty", R"({"weight_map":{}})", "index_invalid");
        row("a tensor twice", R"({"weight_map":{"a":"x.safetensors","a":"x.safetensors"}})", "index_invalid");
        row("shard a number", R"({"weight_map":{"a":1}})", "index_invalid");
        row("nested deeply", std::string(100'000, '['), "index_invalid");
        row("parent folder", mapOf("../x.safetensors"), "index_shard_name");
        row("absolute", mapOf("/x.safetensors"), "index_shard_name");
        row("sub-folder", mapOf("y/x.safetensors"), "index_shard_name");
        row("backslash", mapOf("..\\\\x.safetensors"), "index_shard_name");
        row("NUL", mapOf("x\\u0000.safetensors"), "index_shard_name");
        row("newline", mapOf("x\\n.safetensors"), "index_shard_name");
        row("hidden", mapOf(".x.safetensors"), "index_shard_name");
        row("no name", mapOf(""), "index_shard_name");
        row("only the ending", mapOf(".safetensors"), "index_shard_name");
        row("a pickle", mapOf("pytorch_model-00001-of-00002.bin"), "index_shard_name");
        row("a very long name", mapOf(std::string(300, 'x') + ".safetensors"), "index_shard_name");
        std::string many = "{\"weight_map\":{";
        for (int i = 0; i < 200'001; ++i)
            many += (i ? ",\"" : "\"") + std::to_string(i) + "\":\"x.safetensors\"";
        row("200001 tensors", many + "}}", "index_too_many");
        std::string objects = "{\"x\":[{}";
        for (int i = 0; i < 300'000; ++i)
            objects += ",{}";
        row("300000 empty objects and no map", objects + "]}", "index_invalid");
        row("map twice", R"({"weight_map":{"a":"x.safetensors"},"weight_map":{"b":"x.safetensors"}})", "index_invalid");
        row("object in the map", R"({"weight_map":{"a":{}}})", "index_invalid");
        row("list in the map", R"({"weight_map":{"a":[]}})", "index_invalid");
        row("map elsewhere", R"({"x":{"weight_map":{"a":"x.safetensors"}}})", "index_invalid");
        row("text behind", mapOf("x.safetensors") + "x", "index_invalid");
    }
    void malformed()
    {
        QFETCH(QString, text);
        QFETCH(QString, code);
        COMPARE_ERROR(parseSafetensorsIndex(text.toStdString()), code.toUtf8().constData());
    }

    void folders_data()
    {
        QTest::addColumn<QString>("index");
        QTest::addColumn<bool>("second");
        QTest::addColumn<QString>("code");
        const auto index
            = [](const char* map) { return QString(R"({"metadata":{"total_size":12},"weight_map":{%1}})").arg(map); };
        QTest::newRow("fits") << index(R"("a":"1.safetensors","b":"1.safetensors","c":"2.safetensors")") << true << "";
        QTest::newRow("shard is not there")
            << index(R"("a":"1.safetensors","b":"1.safetensors","c":"2.safetensors")") << false << "shard_missing";
        QTest::newRow("tensor is nowhere")
            << index(R"("a":"1.safetensors","b":"1.safetensors","c":"2.safetensors","d":"2.safetensors")") << true
            << "index_tensor_missing";
        QTest::newRow("tensor in another shard")
            << index(R"("a":"2.safetensors","b":"1.safetensors","c":"2.safetensors")") << true
            << "index_tensor_missing";
        QTest::newRow("tensor not listed")
            << index(R"("a":"1.safetensors","c":"2.safetensors")") << true << "index_tensor_unlisted";
        QTest::newRow("tensor in two shards")
            << index(R"("a":"1.safetensors","b":"1.safetensors","c":"3.safetensors")") << true << "index_tensor_twice";
        QTest::newRow("shard is damaged")
            << index(R"("a":"1.safetensors","b":"1.safetensors","c":"4.safetensors")") << true << "HeaderTooSmall";
    }
    void folders()
    {
        QFETCH(QString, index);
        QFETCH(bool, second);
        QFETCH(QString, code);
        const Folder folder;
        folder.write("1.safetensors", shardOf({ { "a", 1 }, { "b", 2 } }));
        if (second)
            folder.write("2.safetensors", shardOf({ { "c", 3 } }));
        folder.write("3.safetensors", shardOf({ { "a", 4 }, { "c", 5 } }));
        folder.write("4.safetensors", "");
        const auto source
            = SafetensorsSource::openIndex(folder.write("model.safetensors.index.json", index.toStdString()));
        if (!code.isEmpty()) {
            COMPARE_ERROR(source, code.toUtf8().constData());
            return;
        }
        QVERIFY(source.ok());
        QCOMPARE((*source)->entries().size(), size_t(3));
        float value = 0;
        orThrow((*source)->read("c", { &value, 1 }));
        QCOMPARE(value, 3.f);
    }
};

QTEST_GUILESS_MAIN(TestSafetensorsIndex)
#include "tst_safetensors_index.moc"
