#pragma once
// Reads a file to its end: the rows, what was bad, and the error that ended it, as plain lists to compare.

#include "core/data/row_reader.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>

#include <string>
#include <vector>

namespace aha::data {

struct ReadAll {
    std::vector<std::string> rows;
    std::vector<RowError> bad;
    std::string error; ///< code of the error that ended the file, or ""
    std::string message;
};

inline ReadAll readAll(const std::string& path, const ReadOptions& options = {}, std::stop_token stop = {})
{
    ReadAll all;
    auto reader = openRows(path, options, stop);
    while (reader) {
        const auto step = (*reader)->next();
        if (!step) {
            all.error = step.error().code;
            all.message = step.error().sentence();
            return all;
        }
        if (*step == RowReader::Step::End)
            return all;
        if (*step == RowReader::Step::Row)
            all.rows.emplace_back((*reader)->row());
        else
            all.bad.push_back((*reader)->bad());
    }
    all.error = reader.error().code;
    all.message = reader.error().sentence();
    return all;
}

/// A folder of test files.
class Files {
public:
    std::string write(const QString& name, const std::string& bytes)
    {
        const QString path = m_folder.filePath(name);
        QDir().mkpath(QFileInfo(path).path());
        QFile file(path);
        if (!file.open(QIODevice::WriteOnly) || file.write(bytes.data(), qint64(bytes.size())) != qint64(bytes.size()))
            return "";
        return path.toStdString();
    }
    std::string path(const QString& name = {}) const { return m_folder.filePath(name).toStdString(); }

private:
    QTemporaryDir m_folder;
};

} // namespace aha::data
