// Every configuration field tells a person what it is, in which unit and range; the defaults keep their own rules.

#include "core/config/run_config.h"

#include <QRegularExpression>
#include <QSet>
#include <QStringList>
#include <QTest>

#include <algorithm>
#include <cmath>

namespace {

/// What is wrong with a field's description, as sentences.
QStringList complaints(const aha::Field& field)
{
    const aha::FieldInfo& info = field.info;
    const QString path = QString::fromStdString(info.path());
    const QString help = QString::fromStdString(info.help);
    QStringList found;
    static const QRegularExpression keyStyle("^[a-z][a-z0-9_]*\\.[a-z][a-z0-9_]*$");
    if (!keyStyle.match(path).hasMatch())
        found << path + ": not lower_case.lower_case";
    if (info.label.empty())
        found << path + ": no label";
    if (help.size() < 15 || !help.endsWith('.'))
        found << path + ": no help sentence that ends with a full stop";
    const bool number = std::holds_alternative<int64_t*>(field.value) || std::holds_alternative<double*>(field.value);
    if (number && !(std::isfinite(info.low) && std::isfinite(info.high) && info.low < info.high))
        found << path + ": a number without a range";
    // Names that measure something in a unit must say in which.
    static const QRegularExpression measured("(_length|_steps|_seconds|_ms|_percent|_mb|_mb_per_step|_bytes)$");
    if (number && measured.match(path).hasMatch() && info.unit.empty())
        found << path + ": no unit";
    if (const auto* text = std::get_if<std::string*>(&field.value); text && !info.choices.empty()
        && std::find(info.choices.begin(), info.choices.end(), **text) == info.choices.end())
        found << path + ": the default is not among the choices";
    return found;
}

} // namespace

class TestConfigDoc : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void seesABareField()
    {
        int64_t number = 1;
        std::string text = "b";
        QCOMPARE(complaints({ { "group", "max_steps", "", "short" }, &number }).size(), 4);
        QCOMPARE(complaints({ { "group", "Kind", "Kind", "What the run does.", "", 0, 0, { "a" } }, &text }).size(), 2);
        QCOMPARE(complaints({ { "group", "max_steps", "Steps", "Training steps of the run.", "steps", 1, 9 }, &number })
                     .size(),
            0);
    }

    void everyField()
    {
        aha::RunConfig config;
        QStringList found;
        QSet<QString> paths;
        const std::vector<aha::Field> fields = aha::fields(config);
        QVERIFY(fields.size() > 30);
        for (const aha::Field& field : fields) {
            found += complaints(field);
            const QString path = QString::fromStdString(field.info.path());
            if (paths.contains(path))
                found << path + ": twice in the table";
            paths << path;
            if (aha::groupTitle(field.info.group) == field.info.group)
                found << path + ": its group has no title";
        }
        QVERIFY2(found.isEmpty(), qPrintable("\n" + found.join("\n")));
    }

    void defaultsAreValid()
    {
        const aha::Result<void> valid = aha::validate(aha::RunConfig {});
        QVERIFY2(bool(valid), valid ? "" : valid.error().sentence().c_str());
    }
};

QTEST_GUILESS_MAIN(TestConfigDoc)
#include "tst_config_doc.moc"
