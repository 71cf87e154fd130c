// Each field of the table, one row per field: default in range, everything else a sentence that names the field.

#include "core/config/run_config.h"

#include <nlohmann/json.hpp>

#include <QtTest>

#include <cmath>

using namespace aha;
using Json = nlohmann::ordered_json;

namespace {

/// The field `path` of `config`.
Field fieldOf(RunConfig& config, const std::string& path)
{
    for (Field& field : fields(config))
        if (field.info.path() == path)
            return field;
    return {};
}

bool isNumber(const Field& field)
{
    return std::holds_alternative<int64_t*>(field.value) || std::holds_alternative<double*>(field.value);
}

/// A refusal is an error whose sentence names the field and says what would be right.
bool refuses(const Result<void>& result, const char* code, const std::string& path)
{
    return !result && result.error().code == code && result.error().message.find(path) != std::string::npos
        && !result.error().hint.empty();
}

} // namespace

class TestFields : public QObject {
    Q_OBJECT

    static void eachField()
    {
        QTest::addColumn<QString>("path");
        RunConfig config;
        for (const Field& field : fields(config))
            QTest::newRow(field.info.path().c_str()) << QString::fromStdString(field.info.path());
    }

private Q_SLOTS:
    void takesWhatItGives_data() { eachField(); }
    void takesWhatItGives()
    {
        QFETCH(QString, path);
        RunConfig config;
        Field field = fieldOf(config, path.toStdString());
        const Json value = field.toJson();
        QVERIFY(field.fromJson(value).ok()); // the default is in range
        QVERIFY(field.fromText(field.toText()).ok());
        QCOMPARE(field.toJson(), value);
        QCOMPARE(QByteArray::fromStdString(toJsonText(config)), QByteArray::fromStdString(toJsonText(RunConfig {})));
    }

    void refusesOtherTypes_data() { eachField(); }
    void refusesOtherTypes()
    {
        QFETCH(QString, path);
        RunConfig config;
        Field field = fieldOf(config, path.toStdString());
        const std::string name = path.toStdString();
        std::vector<Json> wrong { nullptr, Json::array({ 1 }), Json::object({ { "a", 1 } }) };
        if (!field.info.listed)
            wrong.push_back(Json::array());
        if (!std::holds_alternative<bool*>(field.value))
            wrong.push_back(true);
        if (!std::holds_alternative<std::string*>(field.value))
            wrong.push_back("text");
        if (!isNumber(field))
            wrong.push_back(3);
        if (std::holds_alternative<int64_t*>(field.value))
            QVERIFY(!field.fromJson(std::floor(field.info.low) + 1.5).ok());
        for (const Json& value : wrong)
            QVERIFY2(refuses(field.fromJson(value), "config_type", name), value.dump().c_str());
        QCOMPARE(toJsonText(config), toJsonText(RunConfig {})); // a refusal changes nothing
    }

    void refusesOutOfRange_data() { eachField(); }
    void refusesOutOfRange()
    {
        QFETCH(QString, path);
        RunConfig config;
        const std::string name = path.toStdString();
        Field field = fieldOf(config, name);
        if (isNumber(field)) {
            QVERIFY2(std::isfinite(field.info.low) && std::isfinite(field.info.high), "every number has a range");
            QVERIFY(field.fromJson(field.info.low).ok());
            QVERIFY(field.fromJson(field.info.high).ok());
            const Json kept = field.toJson();
            for (const double value : { field.info.low - std::max(1.0, std::abs(field.info.low) * 1e-9),
                     field.info.high + std::max(1.0, std::abs(field.info.high) * 1e-9), 1e300, -1e300, double(NAN),
                     double(INFINITY) })
                QVERIFY2(refuses(field.fromJson(value), "config_range", name), std::to_string(value).c_str());
            for (const char* text :
                { "nan", "inf", "-inf", "NaN", "1e999", "", " ", "1 ", "0x10", "1,5", "--1", "banana" })
                QVERIFY2(!field.fromText(text).ok(), text);
            QCOMPARE(field.toJson(), kept);
        } else if (!field.info.choices.empty()) {
            for (const std::string& choice : field.info.choices)
                QVERIFY(field.fromJson(choice).ok());
            for (const char* text : { "", "nothing of the kind", "GRPO", " grpo" })
                QVERIFY2(refuses(field.fromText(text), "config_choice", name), text);
        } else if (std::holds_alternative<bool*>(field.value)) {
            for (const char* text : { "true", "1", "yes", "on", "false", "0", "no", "off" })
                QVERIFY(field.fromText(text).ok());
            for (const char* text : { "", "2", "TRUE", "maybe" })
                QVERIFY2(refuses(field.fromText(text), "config_type", name), text);
        } else {
            QVERIFY(field.fromText("日本 \xF0\x9F\x98\x80").ok());
            QVERIFY(refuses(field.fromText("\xFF\xFE"), "config_type", name)); // could not be written as JSON
            QVERIFY(refuses(field.fromText(std::string("cut \xE4\xBD")), "config_type", name));
        }
    }

    void bigNumbersKeepEveryBit()
    {
        RunConfig config;
        QVERIFY(applySetting(config, "general.seed=9007199254740991").ok());
        QCOMPARE(config.general.seed, int64_t(9007199254740991));
        QVERIFY(!applySetting(config, "general.seed=9007199254740993").ok());
        QVERIFY(applySetting(config, "learning_rate=1.2345678901234567e-4").ok());
        QCOMPARE(runConfigFromJson(toJsonText(config))->optimizer.learningRate, 1.2345678901234567e-4);
    }

    void longRubbishIsCutShort()
    {
        RunConfig config;
        const Result<void> r = fieldOf(config, "general.seed").fromJson(Json(std::string(100'000, 'x')));
        QVERIFY(r.error().message.size() < 300);
    }
};

QTEST_GUILESS_MAIN(TestFields)
#include "tst_fields.moc"
