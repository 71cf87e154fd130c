#pragma once
// Where golden cases are, and how they are read. Header only: every golden test uses it.

#include <nlohmann/json.hpp>

#include <QDir>
#include <QFile>
#include <QString>

#include <cmath>
#include <vector>

namespace aha::golden {

using Json = nlohmann::json;

/// $AHASCOPE_GOLDEN, or the fixtures of this project.
inline QString folder()
{
    const QString set = qEnvironmentVariable("AHASCOPE_GOLDEN");
    return set.isEmpty() ? QStringLiteral(AHASCOPE_TEST_FIXTURES "/golden") : set;
}

inline QByteArray bytes(const QString& file)
{
    QFile opened(file);
    return opened.open(QIODevice::ReadOnly) ? opened.readAll() : QByteArray();
}

/// Rows of a JSON Lines file.
inline std::vector<Json> rows(const QString& relative)
{
    std::vector<Json> all;
    for (const QByteArray& line : bytes(folder() + QLatin1Char('/') + relative).split('\n'))
        if (!line.trimmed().isEmpty())
            all.push_back(Json::parse(line.begin(), line.end()));
    return all;
}

/// Cases of one family folder, in order of name.
inline std::vector<Json> cases(const QString& family)
{
    std::vector<Json> all;
    const QDir directory(folder() + QLatin1Char('/') + family);
    for (const QString& name : directory.entryList({ QStringLiteral("*.json") }, QDir::Files, QDir::Name)) {
        const QByteArray text = bytes(directory.absoluteFilePath(name));
        all.push_back(Json::parse(text.begin(), text.end()));
    }
    return all;
}

/// null is NaN.
inline double number(const Json& json) { return json.is_number() ? json.get<double>() : std::nan(""); }

/// |a - b| <= tolerance * max(1, |b|); two NaNs agree.
inline bool close(double a, double b, double tolerance = 1e-5)
{
    return (std::isnan(a) && std::isnan(b)) || std::abs(a - b) <= tolerance * std::max(1.0, std::abs(b));
}

} // namespace aha::golden
