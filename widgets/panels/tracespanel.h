#pragma once
// Read what the model thinks: the groups of a step, a group's completions, one trace, two side by side; search over all.

#include "core/store/run_reader.h"
#include "core/trace/reflection.h"
#include "widgets/panels/openrun.h"
#include "widgets/panels/tracetext.h"

#include <QWidget>

class QComboBox;
class QLabel;
class QLineEdit;
class QListWidget;
class QPushButton;
class QSpinBox;
class QTableView;
class QTabWidget;

namespace aha {

class TraceListModel;
class TraceView;

class TracesPanel : public QWidget {
    Q_OBJECT
public:
    explicit TracesPanel(QWidget* parent = nullptr);
    ~TracesPanel() override;

    void setRuns(const OpenRuns& runs);
    /// Draws the panel with its current step to PNG, now.
    void renderReport(const QString& outDir, QStringList& writtenFiles);
    TraceListModel* completions() const { return m_completions; }
    TraceListModel* results() const { return m_results; }
    void search();

public Q_SLOTS:
    void showStep(const QString& folder, qint64 step);

Q_SIGNALS:
    void stepHovered(const QString& folder, qint64 step);

private:
    RunReader* reader(const QString& folder);
    void showGroup(int row);
    void showCompletion(const TraceHit& hit, const std::string& itemJson);
    void compare();
    QWidget* buildStepPage();
    QWidget* buildSearchPage();
    QWidget* buildTrace();

    OpenRuns m_runs;
    QString m_folder;
    std::unique_ptr<RunReader> m_reader;     ///< of m_folder
    std::vector<GroupRow> m_groupRows;
    Lexicon m_lexicon;
    TraceText m_shown, m_pinned;
    bool m_hasPin = false;

    QComboBox* m_run;
    QSpinBox* m_step;
    QListWidget* m_groups;
    QLabel *m_groupTitle, *m_traceTitle, *m_searchStatus, *m_leftTitle;
    TraceListModel *m_completions, *m_results;
    QTableView *m_completionTable, *m_resultTable;
    TraceView *m_view, *m_left;
    QWidget* m_leftPane;
    QLineEdit *m_find, *m_text, *m_rewardMin, *m_lengthMin;
    QComboBox *m_correct, *m_reflects, *m_mixes, *m_order;
    QTabWidget* m_tabs;
};

} // namespace aha
