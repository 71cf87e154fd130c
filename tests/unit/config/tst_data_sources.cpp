// The lists of the group "data": one source and several, what is given once for all, what does not fit.

#include "core/config/data_sources.h"

#include <QtTest>

using namespace aha;

class TestDataSources : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void noneOneAndSeveral()
    {
        DataConfig data;
        QVERIFY(dataSources(data)->empty());
        data.path = " rows.jsonl ";
        data.slice = "[:10]";
        QCOMPARE(dataSources(data)->size(), size_t(1));
        QCOMPARE((*dataSources(data))[0].path, std::string("rows.jsonl"));
        QCOMPARE((*dataSources(data))[0].weight, 0.0);
        data.path = "a b/rows.jsonl; other";
        data.split = "; test";
        data.weights = "0.7;0.3";
        const std::vector<DataSource> two = *dataSources(data);
        QCOMPARE(two.size(), size_t(2));
        QCOMPARE(two[0].path, std::string("a b/rows.jsonl"));
        QVERIFY(two[0].split.empty());
        QCOMPARE(two[1].split, std::string("test"));
        QCOMPARE(two[1].slice, std::string("[:10]")); // one for all
        QCOMPARE(two[1].weight, 0.3);
    }

    void whatDoesNotFit_data()
    {
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("split");
        QTest::addColumn<QString>("weights");
        QTest::addColumn<QString>("named");
        QTest::newRow("empty path") << "a;;b"
                                    << ""
                                    << ""
                                    << "data.path";
        QTest::newRow("splits") << "a;b;c"
                                << "x;y"
                                << ""
                                << "data.split";
        QTest::newRow("one weight") << "a;b"
                                    << ""
                                    << "1"
                                    << "data.weights";
        QTest::newRow("word") << "a;b"
                              << ""
                              << "1;much"
                              << "data.weights";
        QTest::newRow("zero") << "a;b"
                              << ""
                              << "1;0"
                              << "data.weights";
        QTest::newRow("endless") << "a;b"
                                 << ""
                                 << "1;inf"
                                 << "data.weights";
    }
    void whatDoesNotFit()
    {
        QFETCH(QString, path);
        QFETCH(QString, split);
        QFETCH(QString, weights);
        QFETCH(QString, named);
        DataConfig data;
        data.path = path.toStdString();
        data.split = split.toStdString();
        data.weights = weights.toStdString();
        const auto result = dataSources(data);
        QVERIFY(!result);
        QCOMPARE(QString::fromStdString(result.error().message).section(' ', 0, 0), named);
    }

    /// What lies beside a configuration's file is meant by it; what the working folder or nobody has stays.
    void pathsAreMeantFromTheFile()
    {
        QTemporaryDir folder;
        const QString base = folder.path() + '/';
        QVERIFY(QDir().mkpath(base + "mine/model"));
        for (const char* rows : { "mine/a.jsonl", "mine/b.jsonl" }) {
            QFile file(base + QString::fromLatin1(rows));
            QVERIFY(file.open(QIODevice::WriteOnly));
        }
        RunConfig config;
        config.model.path = "model";
        config.data.path = "a.jsonl; nowhere.jsonl;./b.jsonl";
        config.data.evalPath = "nowhere.jsonl ;x";
        const RunConfig meant = withPathsFrom(config, (base + "mine").toStdString());
        const std::string at = (base + "mine/").toStdString();
        QCOMPARE(meant.model.path, at + "model");
        QCOMPARE(meant.data.path, at + "a.jsonl; nowhere.jsonl; " + at + "b.jsonl");
        QCOMPARE(meant.data.evalPath, config.data.evalPath); // as it was written
        QCOMPARE(withPathsFrom(meant, "/").model.path, meant.model.path);
        // Written beside them again, they are as before; what lies elsewhere keeps its place.
        const RunConfig saved = withPathsBelow(meant, (base + "mine").toStdString());
        QCOMPARE(saved.model.path, std::string("model"));
        QCOMPARE(saved.data.path, std::string("a.jsonl; nowhere.jsonl; b.jsonl"));
        QCOMPARE(withPathsBelow(meant, (base + "mine/other").toStdString()).model.path, meant.model.path);
        QCOMPARE(withPathsBelow(meant, (base + "min").toStdString()).model.path, meant.model.path);
        const QString was = QDir::currentPath();
        QVERIFY(QDir::setCurrent(base + "mine")); // here they are found without the file
        const std::string stays = withPathsFrom(config, base.toStdString() + "mine").model.path;
        QVERIFY(QDir::setCurrent(was));
        QCOMPARE(stays, config.model.path);
        config.model.path.clear();
        QVERIFY(withPathsFrom(config, base.toStdString()).model.path.empty());
    }

    void columns()
    {
        QVERIFY(columnChoices("").empty());
        QVERIFY(columnChoices("gsm8k").empty());
        QVERIFY(columnChoices(R"({"layout":"a=b"})").empty());
        const std::vector<ColumnChoice> choices = columnChoices("prompt = question,gold=reward.truth");
        QCOMPARE(choices.size(), size_t(2));
        QCOMPARE(choices[0].part, std::string("prompt"));
        QCOMPARE(choices[0].column, std::string("question"));
        QCOMPARE(choices[1].column, std::string("reward.truth"));
    }
};

QTEST_GUILESS_MAIN(TestDataSources)
#include "tst_data_sources.moc"
