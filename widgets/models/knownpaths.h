#pragma once
// What a person may mean by "a model" or "a data set" before a file dialog: what was opened lately, what was fetched,
// what runs used and made. With a line that says what each is.

#include "core/config/model_config.h"

#include <QString>
#include <QStringList>

#include <vector>

namespace aha {

struct KnownPath {
    QString path, name; ///< path: absolute
    QString fact; ///< "" = nothing is known at a glance
};

struct KnownSources {
    QStringList recent; ///< opened lately, newest first
    QStringList runs; ///< folders, those of most interest first
    QString root; ///< of AhaScope: fetched and shipped models lie below it
};

/// "Llama, 1.2 M parameters, 512 tokens"
QString modelLine(const ModelConfig& model);
/// Of a model folder what its configuration says, of a file its size; why it is none of both.
QString modelFact(const QString& path);

/// Each once, in this order: opened lately, the newest checkpoints of runs, fetched, shipped. What is gone is left out.
/// Reads small files and databases: call from a worker.
std::vector<KnownPath> knownModels(const KnownSources& sources);
/// Opened lately, then what the runs were configured with. Likewise.
std::vector<KnownPath> knownData(const KnownSources& sources);

} // namespace aha
