#pragma once
// Completions as rows: of one group, or of a search over the whole run.

#include "core/store/learning_rows.h"
#include "core/store/run_reader.h"
#include "widgets/models/sharedends.h"

#include <QAbstractTableModel>
#include <QStringList>

#include <unordered_map>

namespace aha {

/// Columns: the fixed ones below, then one per reward part (kFirstPart + i), which come and go with the rows.
class TraceListModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column {
        Sample,
        Reward,
        Advantage,
        Ratio,
        Clipped,
        Parts,
        Verdict,
        Length,
        Reflections,
        Languages,
        Finish,
        Extracted,
        Step,
        Group,
        Prompt,
        ColumnCount
    };
    static constexpr int kFirstPart = ColumnCount;
    /// Signed advantage over the largest of the list, -1 … 1, for the bar.
    static constexpr int BarRole = Qt::UserRole;
    static constexpr int SortRole = Qt::UserRole + 1;
    /// QVariantList of what each part adds to the reward, in order of partNames(), for the stacked bar; and the largest
    /// sum of either sign in the list, for its scale.
    static constexpr int PartsRole = Qt::UserRole + 3;
    static constexpr int PartsScaleRole = Qt::UserRole + 4;
    /// Short text for a coloured badge; the kind is one of "good", "bad", "warn", "mute".
    static constexpr int BadgeKindRole = Qt::UserRole + 2;

    using Weights = std::vector<std::pair<std::string, double>>;

    using QAbstractTableModel::QAbstractTableModel;
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

    /// `weights`: of the reward parts, by name; a part without one counts as it is.
    void setHits(std::vector<TraceHit> hits, Weights weights);
    void setHits(std::vector<TraceHit> hits) { setHits(std::move(hits), {}); }
    void append(const std::vector<TraceHit>& hits);
    /// What the step's update did with the rows, by completion; until then these columns are empty.
    void setUpdates(std::unordered_map<int64_t, UpdateRow> updates);
    const TraceHit& hit(int row) const { return m_hits[size_t(row)]; }
    QStringList partNames() const { return m_parts; }
    /// What the part adds to the reward: its value times its weight.
    double added(const CompletionRow& row, const QString& part) const;
    /// "accuracy 1.00 + format 0.10"
    QString partsText(const CompletionRow& row) const;
    /// A name that stays the same from run to run, for remembering which columns are shown.
    QString columnKey(int column) const;

private:
    QVariant display(const TraceHit& hit, int column) const;
    QVariant sortKey(const TraceHit& hit, int column) const;
    void scale(const TraceHit& hit);
    const UpdateRow* updateOf(const CompletionRow& row) const;
    QString updateTip(const CompletionRow& row, int column) const;

    std::vector<TraceHit> m_hits;
    SharedEnds m_prompts; ///< of the rows
    QStringList m_parts;
    Weights m_weights;
    std::optional<std::unordered_map<int64_t, UpdateRow>> m_updates; ///< none: not read
    double m_largest = 1, m_largestSum = 1;
};

/// How a completion ended, in every view: "stop", "cut off" for the engine's "length", another word as it is stored.
QString finishText(const std::string& finishReason);
/// The name of a verdict in every view: "wrong_value" -> "wrong value"; "correct" when it is, and "timeout" where no
/// reason is stored.
QString verdictText(const CompletionRow& row);
QString verdictText(const std::string& verdict, const std::string& reason = {}); ///< of the engine's two codes
/// The reason as a sentence's end: "the answer has another value".
QString verdictReason(const CompletionRow& row);
QString verdictReason(const std::string& verdict, const std::string& reason);
/// Kind of its badge (good, bad, warn, mute), and what these colours say, for the tip of its heading.
QString verdictKind(const std::string& verdict);
QString verdictColours();
/// The name of a reward part in every view: "code_format" -> "code format". Of another name than AhaScope's, itself.
QString rewardPartName(const QString& part);
/// English name of what a trace is written in: "en", "zh", "mixed", …
QString languageText(const CompletionRow& row);

} // namespace aha
