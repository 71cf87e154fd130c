#pragma once
// What lies at a path that a configuration names, in one line: a model's size and format, a data set's rows and
// columns.

#include "core/run/cardreader.h"
#include "widgets/models/worker.h"

#include <QObject>
#include <QString>

#include <memory>

namespace aha {

/// A model is looked at by a child engine, rows off the GUI thread.
class PathFacts : public QObject {
    Q_OBJECT
public:
    /// `engine`: empty: the one beside this program.
    explicit PathFacts(const QString& engine, QObject* parent = nullptr);
    ~PathFacts() override;

    /// `root`: where relative paths begin. What was asked before and is not answered yet is dropped.
    void askModel(const QString& path, const QString& root);
    /// Several sources are separated by semicolons.
    void askData(const QString& paths, const QString& root);

Q_SIGNALS:
    void modelKnown(const QString& line);
    /// `rows`: of all sources together; 0: not known.
    /// `verifier`: what can judge the answers of every source's rows; empty: nothing, or it is not known.
    void dataKnown(const QString& line, qint64 rows, const QString& verifier);

private:
    CardReader m_cards;
    QString m_model;
    int m_asked = 0;
    Worker m_worker;
};

/// One line about a file or folder with rows, and how many rows it has (0: unknown).
struct DataFact {
    QString line;
    qint64 rows = 0;
    QString verifier {}; ///< value of data.verifier that suits the first row's answer; empty: none, or not known
};
DataFact dataFact(const QString& path);

} // namespace aha
