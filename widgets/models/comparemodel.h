#pragma once
// Several runs side by side: held-out figures with n and 95 % interval, training figures, settings, metrics.

#include "core/base/result.h"
#include "core/store/rows.h"

#include <QAbstractTableModel>
#include <QColor>
#include <QStringList>

#include <optional>
#include <vector>

namespace aha {

inline constexpr int kTimedSteps = 20;

/// One run as the comparison needs it, by value.
struct ComparedRun {
    QString label, folder, state;
    QColor color;
    struct Setting {
        QString path, text, help;
    };
    std::vector<Setting> settings;
    int64_t lastStep = -1;
    Metrics metrics; ///< of the newest step
    std::vector<double> stepSeconds; ///< of the last kTimedSteps steps: one step's time says little
    std::vector<double> groupRates; ///< share of right completions per group of the newest step
    int64_t completions = 0; ///< of the newest step; both only where a verifier judged them
    double preferenceAccuracy = 0; ///< held out, of the newest evaluation of preferences; of how many, at which step
    int64_t preferences = 0, preferenceStep = -1; ///< 0: none was stored
    std::vector<EvaluationRow> evaluations;
    std::vector<EvaluationProblemRow> problems; ///< of the newest evaluation, without examples
    QString problem; ///< why it cannot be read; empty when it can
};

/// Reads what is compared: a few indexed queries.
ComparedRun readComparedRun(const QString& folder);

/// Mean difference of the shares of right samples over the problems that both evaluated, and its 95 % interval (normal,
/// over problems: the same problems make it a paired comparison). nullopt for fewer than two shared problems.
struct PairedDifference {
    double mean = 0, low = 0, high = 0;
    int problems = 0;
};
std::optional<PairedDifference> pairedDifference(
    const std::vector<EvaluationProblemRow>& a, int samplesA, const std::vector<EvaluationProblemRow>& b, int samplesB);

class CompareModel : public QAbstractTableModel {
    Q_OBJECT
public:
    static constexpr int SectionRole = Qt::UserRole; ///< bool: the row is a heading
    static constexpr int DiffersRole = Qt::UserRole + 1; ///< bool: the cell differs from the first run's

    using QAbstractTableModel::QAbstractTableModel;
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

    /// `onlyDifferent` leaves out settings and metrics that are equal in all runs.
    void setRuns(const std::vector<ComparedRun>& runs, bool onlyDifferent, const QString& filter);
    QString markdown() const;

private:
    struct Row {
        bool section = false, setting = false;
        QString name, help;
        QStringList cells;
    };
    QStringList m_labels, m_folders;
    std::vector<QColor> m_colors;
    std::vector<Row> m_rows;
};

} // namespace aha
