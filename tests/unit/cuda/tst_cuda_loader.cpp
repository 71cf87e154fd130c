// What stands in the way of CUDA becomes one sentence, for doctor and for `device: cuda`; `auto` goes on without.

#include "core/engine/compute_device.h"
#include "tests/support/model_shape.h"

#include <QtTest>

using namespace aha;

class TestCudaLoader : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() { qputenv("AHASCOPE_CUDA_PLUGIN", QByteArray(AHASCOPE_STAND_IN)); }

    void reasons_data()
    {
        QTest::addColumn<QByteArray>("file");
        QTest::addColumn<QByteArray>("code");
        QTest::addColumn<QByteArray>("says");
        QTemporaryDir folder;
        folder.setAutoRemove(false);
        m_folder = folder.path();
        QFile text(m_folder + "/text.so");
        QVERIFY(text.open(QIODevice::WriteOnly) && text.write("no library") > 0);
        QTest::newRow("missing") << QByteArray("nowhere/libahascope_cuda.so") << QByteArray("cuda_plugin_missing")
                                 << QByteArray("is not there");
        QTest::newRow("not a library") << text.fileName().toUtf8() << QByteArray("cuda_plugin_missing")
                                       << QByteArray("could not be opened");
        QTest::newRow("another version") << QByteArray(AHASCOPE_STALE_PLUGIN) << QByteArray("cuda_plugin_stale")
                                         << QByteArray("speaks version");
        QTest::newRow("a GPU that has a problem")
            << QByteArray(AHASCOPE_STAND_IN) << QByteArray("cuda_no_device") << QByteArray("The fans are missing.");
    }
    void reasons()
    {
        QFETCH(QByteArray, file);
        QFETCH(QByteArray, code);
        QFETCH(QByteArray, says);
        qputenv("AHASCOPE_CUDA_PLUGIN", file);
        const Result<CudaPlugin> plugin = CudaPlugin::open(CudaPlugin::For::Sampling);
        QVERIFY(!plugin.ok());
        QCOMPARE(QByteArray::fromStdString(plugin.error().code), code);
        QVERIFY2(QByteArray::fromStdString(plugin.error().message).contains(says), plugin.error().message.c_str());
        QVERIFY(!plugin.error().hint.empty());
        QVERIFY(cudaState().rfind("off: " + plugin.error().message, 0) == 0); // doctor says the same
    }
    void cleanupTestCase() { QDir(m_folder).removeRecursively(); }

    void cudaIsRefusedWithTheReason()
    {
        const Result<ComputeDevice> device = ComputeDevice::open("cuda", CudaPlugin::For::Training);
        QVERIFY(!device.ok() && device.error().code == "device_unavailable");
        QVERIFY(QByteArray::fromStdString(device.error().message).contains("The fans are missing."));
    }

    void autoGoesOnWithTheCpu()
    {
        const Result<ComputeDevice> device = ComputeDevice::open("auto", CudaPlugin::For::Training);
        QVERIFY(device.ok());
        QCOMPARE(QByteArray(device->name()), QByteArray("cpu"));
        Workers workers(1);
        const Transformer model = Transformer::create(modelShape(40, 24, 20, 2, 4, 2, 6), 1);
        QVERIFY(device->makeRollout(model.config(), workers) != nullptr);
        QVERIFY(device->place(model).flat().device().is_cpu());
    }

    /// The file that this build made, whatever this machine is: no driver, no GPU, or a usable one.
    void builtPlugin()
    {
#ifdef AHASCOPE_BUILT_PLUGIN
        qunsetenv("AHASCOPE_CUDA_PLUGIN");
        const Result<CudaPlugin> plugin = CudaPlugin::open(CudaPlugin::For::Sampling);
        QVERIFY2(
            plugin.ok() || plugin.error().code == "cuda_no_device", plugin.ok() ? "" : plugin.error().message.c_str());
        qInfo("%s", plugin.ok() ? plugin->deviceName().c_str() : plugin.error().message.c_str());
#else
        qunsetenv("AHASCOPE_CUDA_PLUGIN");
        const Result<CudaPlugin> plugin = CudaPlugin::open(CudaPlugin::For::Sampling);
        QVERIFY(!plugin.ok() && plugin.error().code == "cuda_no_plugin");
#endif
    }

private:
    QString m_folder;
};

QTEST_GUILESS_MAIN(TestCudaLoader)
#include "tst_cuda_loader.moc"
