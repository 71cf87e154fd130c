#pragma once
// The real engine from outside: a tiny configuration, one call per run of the program, and what a run came out as.

#include "core/store/run_reader.h"

#include <nlohmann/json.hpp>

#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QProcess>

#include <cstring>
#include <limits>

namespace aha::support {

inline QString enginePath() { return QStringLiteral(AHASCOPE_TEST_BINARY_DIR "/app/engine/ahascope-engine"); }
inline QString sourcePath(const QString& relative) { return QStringLiteral(AHASCOPE_TEST_SOURCE_DIR "/") + relative; }

/// Every row to its end, as label `long` has it; the default set takes the longest part of a row where rows differ in it.
inline bool everyRow() { return qEnvironmentVariableIsSet("AHASCOPE_TEST_EVERY_ROW"); }

/// Arguments of a training run that takes a fraction of a second: evaluations at 0, 3, 6, …, checkpoints at 0, 2, 4, ….
inline QStringList tinyRun(const QString& run, int steps, const QStringList& settings = {})
{
    QStringList arguments { "train", sourcePath("experiments/r1-zero-miniature/config.json"), "--run-dir", run,
        "--max-steps", QString::number(steps) };
    const QStringList tiny { "prompts_per_step=2", "num_generations=2", "max_completion_length=24", "eval.problems=4",
        "final_problems=4", "final_samples=2", "eval.every_steps=3", "checkpoint.every_steps=2", "threads=2",
        "token_detail_share=1" };
    for (const QString& setting : tiny + settings)
        arguments << "--set" << setting;
    return arguments;
}

struct Outcome {
    int status = -1; ///< exit status; -1 when a signal ended the program
    QByteArray out, error;
    std::vector<nlohmann::json> lines() const
    {
        std::vector<nlohmann::json> all;
        for (const QByteArray& line : out.split('\n'))
            if (!line.trimmed().isEmpty())
                all.push_back(nlohmann::json::parse(line.toStdString(), nullptr, false));
        return all;
    }
    /// The error object on stderr: its code, if it is one with a sentence; else what was there instead.
    QByteArray code() const
    {
        const nlohmann::json json
            = nlohmann::json::parse(error.trimmed().split('\n').last().toStdString(), nullptr, false);
        const bool whole = json.is_object() && json.contains("error") && json.contains("message")
            && json["message"].is_string() && json["message"].get<std::string>().size() > 10 && json.contains("hint");
        return whole ? QByteArray::fromStdString(json["error"]) : "no error object: " + error.right(2000);
    }
};

inline Outcome runProgram(const QString& program, const QStringList& arguments, const QByteArray& in = {},
    const QStringList& environment = {})
{
    QProcess process;
    QStringList variables = QProcess::systemEnvironment();
    process.setEnvironment(variables + environment);
    process.start(program, arguments);
    process.write(in);
    process.closeWriteChannel();
    if (!process.waitForFinished(120'000))
        process.kill();
    process.waitForFinished();
    return { process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1, process.readAllStandardOutput(),
        process.readAllStandardError() };
}
inline Outcome engine(const QStringList& arguments, const QByteArray& in = {}, const QStringList& environment = {})
{
    return runProgram(enginePath(), arguments, in, environment);
}

/// A part of a completion's reward; NaN when it has none of this name.
inline double part(const CompletionRow& completion, const std::string& name)
{
    for (const auto& [part, value] : completion.parts)
        if (part == name)
            return value;
    return std::numeric_limits<double>::quiet_NaN();
}

/// Everything reproducible about a run: metrics without perf/, evaluations, completions with their tokens and values,
/// the list of checkpoints and the last one's weights and optimizer.
inline QByteArray fingerprint(const QString& run)
{
    QByteArray text;
    const auto reader = RunReader::open(run.toStdString());
    if (!reader)
        return QByteArray::fromStdString(reader.error().sentence());
    for (const std::string& name : orThrow((*reader)->metricNames()))
        if (name.rfind("perf/", 0) != 0)
            for (const SeriesPoint& p : orThrow((*reader)->series(name)))
                text += QByteArray::fromStdString(name) + ' ' + QByteArray::number(qint64(p.step)) + ' '
                    + QByteArray(reinterpret_cast<const char*>(&p.value), 8).toHex() + '\n';
    for (const EvaluationRow& e : orThrow((*reader)->evaluations())) {
        text += "eval " + QByteArray::number(qint64(e.step)) + ' ' + QByteArray::number(e.pass1, 'g', 17) + '\n';
        for (const EvaluationProblemRow& row : orThrow((*reader)->evaluationProblems(e.id)))
            text += QByteArray::fromStdString(row.example) + '\n';
    }
    const auto raw = [](const auto& values) {
        return QByteArray(reinterpret_cast<const char*>(values.data()), qsizetype(values.size() * sizeof(values[0])))
            .toHex();
    };
    for (const TraceHit& hit : orThrow((*reader)->search({}, TraceOrder::Oldest, 1'000'000, 0))) {
        const CompletionRow row = orThrow((*reader)->completionText(hit.completion.id));
        text += QByteArray::number(qint64(row.step)) + ' ' + raw(row.tokenIds);
        if (const auto detail = orThrow((*reader)->tokenDetail(hit.completion.id)))
            text += ' ' + raw(detail->logprob) + ' ' + raw(detail->entropy);
        text += '\n';
    }
    QString last;
    for (const CheckpointRow& c : orThrow((*reader)->checkpoints())) {
        text += "checkpoint " + QByteArray::fromStdString(c.path) + (c.removed ? " removed " : " ")
            + QByteArray::fromStdString(c.sha256) + '\n';
        if (!c.removed)
            last = QString::fromStdString(c.path);
    }
    for (const char* name : { "/model.safetensors", "/adapter_model.safetensors", "/optimizer.safetensors" }) {
        QFile file(run + '/' + last + name);
        if (file.open(QIODevice::ReadOnly))
            text += QCryptographicHash::hash(file.readAll(), QCryptographicHash::Sha256).toHex() + '\n';
    }
    return text;
}

/// Where two fingerprints part, for a failure's message.
inline QByteArray firstDifference(const QByteArray& a, const QByteArray& b)
{
    const QList<QByteArray> left = a.split('\n'), right = b.split('\n');
    for (qsizetype i = 0; i < std::max(left.size(), right.size()); ++i)
        if (left.value(i) != right.value(i))
            return "line " + QByteArray::number(i) + ": " + left.value(i).left(200) + " | " + right.value(i).left(200);
    return {};
}

/// A copy of the shipped model folder that a test may damage.
inline QString copyOfTheModel(const QString& folder)
{
    QDir().mkpath(folder);
    for (const char* name : { "config.json", "tokenizer.model", "model.safetensors" }) {
        QFile::copy(sourcePath("resources/models/miniature/") + name, folder + '/' + name);
        QFile::setPermissions(folder + '/' + name, QFile::ReadOwner | QFile::WriteOwner);
    }
    return folder;
}

} // namespace aha::support
