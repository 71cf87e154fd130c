#pragma once
// A sweep's runs: which there are, what varies between them, what came out.

#include "core/config/sweep.h"
#include "core/protocol/messages.h"
#include "core/run/runlist.h"
#include "core/store/rows.h"

#include <QAbstractTableModel>
#include <QHash>
#include <QStringList>
#include <QVector>

#include <array>
#include <filesystem>
#include <optional>
#include <stop_token>

namespace aha {

/// Which of a run's many figures counts.
enum class SweepReading {
    LastStep, ///< of one step: mostly noise
    LastTen, ///< mean of the last kReadSteps steps; evaluations: the newest
    BestEvaluation ///< the highest held-out evaluation, and the mean of the kReadSteps steps that led to it
};
inline constexpr int kReadings = 3, kReadSteps = 10;

struct SweepFigure {
    double value = 0;
    int n = 0; ///< steps that it is the mean of
};

struct SweepEvaluation {
    double pass1 = 0, low = 0, high = 0; ///< with its 95 % interval
    int problems = 0, samples = 0; ///< its n
    qint64 step = 0;
};

struct SweepRun {
    QString folder, name, kind;
    RunState state = RunState::Interrupted;
    qint64 step = 0;
    double createdAt = 0;
    QStringList values; ///< of SweepData::fields
    QVector<bool>
        reads; ///< of those: whether a run of its kind reads the field; a value that nobody reads says nothing
    std::array<QHash<QString, SweepFigure>, kReadings> figures; ///< of metrics, by SweepReading
    std::optional<SweepEvaluation> newest, best; ///< best: of the same task
};

struct SweepData {
    QString name;
    QStringList fields; ///< those that differ between the runs
    QStringList metrics; ///< names that any run has
    std::vector<SweepRun> runs; ///< in order of their start
    SweepReading reading = SweepReading::LastTen; ///< what the functions below answer with
};

struct SweepName {
    QString name;
    int runs = 0;
};

/// The figure of choice where a run has evaluations.
inline constexpr const char* kPass1 = "held-out pass@1";

/// Every sweep that has a run in the folder, newest first. Reads one small file a run: call it off the GUI thread.
std::vector<SweepName> listSweeps(const QString& runsFolder);
/// Reads the runs of a sweep: off the GUI thread.
SweepData readSweep(const QString& runsFolder, const QString& name);
/// The same of any runs, whatever they are called. Settings count as different where runs that read them differ.
SweepData readAsSweep(const QStringList& folders, const QString& name);
/// A field's or a metric's value as a number; nullopt where there is none or it is a word.
std::optional<double> sweepNumber(const SweepData& data, const SweepRun& run, const QString& column);
/// A field's value as a word, the empty one in quotation marks; "–" where the run's kind does not read the field.
QString sweepWord(const SweepRun& run, qsizetype field);
/// How many runs have no such figure, and of which kinds: "2 of 6 runs have no reward (sft)". "" where all have it. A
/// kind is named where none of its runs has the figure and another kind's has.
QString withoutFigure(const SweepData& data, const QString& column);
/// Its newest evaluation, or its best.
const std::optional<SweepEvaluation>& sweepEvaluation(const SweepData& data, const SweepRun& run);
/// The column with what was read of it: "reward, mean of the last 10 steps".
QString sweepTitle(const SweepData& data, const QString& column);

/// What the runs of a sweep will need, from earlier runs of the same shape where there are some.
struct SweepTime {
    double seconds = 0; ///< all runs, one after the other
    int measured = 0; ///< of how many runs the time of a step was measured before
    int unknown = 0; ///< runs whose model cannot be read
};
/// `stop` is asked at every point: what is answered then is of those before.
SweepTime sweepTime(const std::vector<SweepPoint>& points, const std::vector<RunListRow>& earlier,
    const std::filesystem::path& resourceRoot, std::stop_token stop = {});

/// One row a run; the chosen figure behind the fields that vary.
class SweepModel : public QAbstractTableModel {
    Q_OBJECT
public:
    static constexpr int SortRole = Qt::UserRole;
    static constexpr int FolderRole = Qt::UserRole + 1;

    using QAbstractTableModel::QAbstractTableModel;
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

    /// `lower`: of the metric; runs without a value are the worst in either order.
    void setData(const SweepData& data, const QString& metric, bool lower = false);
    const SweepData& sweep() const { return m_data; }
    int metricColumn() const { return int(m_data.fields.size()) + 2; }

private:
    using QAbstractTableModel::setData;
    SweepData m_data;
    QString m_metric;
    bool m_lower = false;
};

} // namespace aha
