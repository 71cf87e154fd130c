#pragma once
// A run's database as something else left it: what RunWriter never writes.

#include <QString>
#include <sqlite3.h>

namespace aha::support {

inline void runSql(const QString& runFolder, const QString& sql)
{
    sqlite3* database = nullptr;
    char* words = nullptr;
    if (sqlite3_open((runFolder + QStringLiteral("/run.db")).toUtf8().constData(), &database) != SQLITE_OK
        || sqlite3_exec(database, sql.toUtf8().constData(), nullptr, nullptr, &words) != SQLITE_OK)
        qFatal("%s", words ? words : "the database cannot be opened");
    sqlite3_close(database);
}

/// Whoever reads one of these problems gets an error, as of a damaged page of the file; the others can be read.
inline void damageProblems(const QString& runFolder, const QString& where)
{
    runSql(runFolder,
        QStringLiteral("ALTER TABLE evaluation_problem RENAME TO whole_problem;"
                       "CREATE VIEW evaluation_problem AS SELECT evaluation_id, position, prompt_id, CASE WHEN %1 THEN"
                       " abs(-9223372036854775807 - 1 + 0 * position) ELSE correct END AS correct, majority, example"
                       " FROM whole_problem")
            .arg(where));
}

} // namespace aha::support
