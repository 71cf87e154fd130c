#pragma once
// The unit that GRPO learns from: the completions of one prompt, as rows with what each part paid, or as the tree of
// where they part ways.

#include "core/config/run_config.h"
#include "widgets/models/grouptree.h"
#include "widgets/models/tracelistmodel.h"
#include "widgets/models/worker.h"

#include <QWidget>

class QButtonGroup;
class QComboBox;
class QHBoxLayout;
class QLabel;
class QSortFilterProxyModel;
class QStackedWidget;
class QToolButton;

namespace aha {

class NoteModel;
class PrefixTreeView;
class RewardPartsDelegate;
class RewardPartsLegend;
class TraceTable;

class GroupView : public QWidget {
    Q_OBJECT
public:
    explicit GroupView(QWidget* parent = nullptr);

    /// `reader` may be null (no run) and lives as long as it is set. The tree is read through a reader of its own.
    void setRun(RunReader* reader, const QString& folder);
    /// Shows a group and lands on `sample`; -1: on the completion most worth reading. Null: nothing.
    void setGroup(const GroupRow* group, int sample);
    /// Those on a group stand at it. `notes` outlives this.
    void setNotes(const NoteModel* notes);
    void moveCompletion(int by);
    /// From the rows to the tree of where the completions part, or back.
    void toggleTree();
    TraceListModel* completions() const { return m_completions; }
    PrefixTreeView* tree() const { return m_tree; }
    /// The completions of the group as the table has them.
    const GroupRow& group() const { return m_group; }
    /// The run's weights of the reward parts at a step.
    TraceListModel::Weights weightsAt(qint64 step) const;

public Q_SLOTS:
    /// Rows, or where they part ways.
    void showTree(bool tree);

Q_SIGNALS:
    void completionChosen(const aha::TraceHit& hit);
    /// A branch of the tree: its best completion, and the bytes of the token where it parted from the others.
    void branchChosen(const aha::TraceHit& hit, qint64 begin, qint64 end);
    void samePromptChosen(qint64 step, int groupPosition);
    /// The newest note on the group is to be read.
    void noteChosen(qint64 id);

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void placeLegend();
    void describe();
    void showNotes();
    void readUpdates();
    void fillSamePrompt();
    void readTree();
    void chooseBranch(int branch);
    TraceHit hitOf(int row) const;

    RunReader* m_reader = nullptr;
    QString m_folder;
    std::optional<RewardConfig> m_rewards;
    GroupRow m_group;
    bool m_choosing = false; ///< the table follows a click on the tree
    quint64 m_generation = 0; ///< of the tree that is wanted: late answers are dropped
    quint64 m_updatesGeneration = 0; ///< likewise of what the update did
    QString m_updateFacts;
    TraceListModel* m_completions;
    QSortFilterProxyModel* m_order;
    TraceTable* m_table;
    PrefixTreeView* m_tree;
    RewardPartsDelegate* m_partsDelegate;
    RewardPartsLegend* m_legend;
    QHBoxLayout *m_buttons = nullptr, *m_bar = nullptr; ///< the bar: buttons and legend
    QLabel *m_title, *m_facts, *m_badge, *m_treeText;
    QComboBox* m_samePrompt;
    const NoteModel* m_notes = nullptr;
    QToolButton* m_noted; ///< what is noted on the group
    qint64 m_note = 0; ///< the newest note
    QToolButton *m_rowsButton, *m_treeButton;
    QStackedWidget* m_stack;
    Worker m_worker;
};

} // namespace aha
