#pragma once
// Several runs side by side: held-out figures with n and 95 % interval, training figures, settings, metrics.

#include "core/base/result.h"
#include "core/store/evaluation_pairs.h"
#include "core/store/rows.h"

#include <QAbstractTableModel>
#include <QColor>
#include <QStringList>

#include <cmath>
#include <map>
#include <optional>
#include <string>
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
    std::vector<Setting> settings; ///< what changed while it trained: "1 → 1.6 (after step 23)"
    int64_t lastStep = -1;
    Metrics metrics; ///< of the newest step
    std::vector<double> stepSeconds; ///< of the last kTimedSteps steps: one step's time says little
    /// A mean of the newest step and what it rests on. The interval is over groups, because samples of one prompt are
    /// not independent; NaN where none can be said.
    struct Estimate {
        double low = NAN, high = NAN;
        int64_t n = 0; ///< completions; of the entropy, tokens
        size_t groups = 0;
    };
    std::map<std::string, Estimate> estimates; ///< by metric; empty where no completions were judged
    struct PassAtK {
        int k = 0, problems = 0, samples = 0;
        double share = 0, low = 0, high = 0;
        int64_t step = 0;
    };
    std::optional<PassAtK> passK; ///< of the newest evaluation that drew several samples, the largest k
    std::vector<double> groupRates; ///< share of right completions per group of the newest step
    int64_t completions = 0; ///< of the newest step; both only where a verifier judged them
    double preferenceAccuracy = 0; ///< held out, of the newest evaluation of preferences; of how many, at which step
    int64_t preferences = 0, preferenceStep = -1; ///< 0: none was stored
    std::vector<EvaluationRow> evaluations;
    std::vector<EvaluationProblemRow> problems; ///< of the newest evaluation, without examples
    std::optional<PairedComparison> againstFirst; ///< of the newest evaluations; see compareWithFirst()
    QString problem; ///< why it cannot be read; empty when it can
};

/// Reads what is compared: a few indexed queries.
ComparedRun readComparedRun(const QString& folder);

/// Pairs each run with the first (pairedDifference()). Resamples: call from a worker.
void compareWithFirst(std::vector<ComparedRun>& runs);

class CompareModel : public QAbstractTableModel {
    Q_OBJECT
public:
    static constexpr int SectionRole = Qt::UserRole; ///< bool: the row is a heading
    static constexpr int DiffersRole = Qt::UserRole + 1; ///< bool: the cell differs from the first run's
    static constexpr int BestRole = Qt::UserRole + 2; ///< bool: the best, its interval overlaps no other run's

    using QAbstractTableModel::QAbstractTableModel;
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

    /// `onlyDifferent` leaves out settings and metrics that are equal in all runs.
    void setRuns(const std::vector<ComparedRun>& runs, bool onlyDifferent, const QString& filter);
    QString markdown() const;
    /// A table for a paper (package booktabs): every text is escaped, what is best beyond the intervals is bold.
    QString latex() const;

private:
    struct Row {
        bool section = false, setting = false;
        QString name, help;
        QStringList cells;
        QVector<bool> best {}; ///< by run; empty where none is better beyond the intervals
        bool isBest(int run) const { return run >= 0 && best.value(run); }
    };
    QStringList m_labels, m_folders;
    std::vector<QColor> m_colors;
    std::vector<Row> m_rows;
};

} // namespace aha
