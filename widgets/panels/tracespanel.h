#pragma once
// Read what the model thinks: the groups of a step, a search over the run, the held-out problems; below them one trace,
// or two side by side.

#include "core/run/enginequestion.h"
#include "core/run/storedrecheck.h"
#include "core/store/learning_reader.h"
#include "core/store/run_reader.h"
#include "core/trace/reflection.h"
#include "widgets/panels/openrun.h"

#include <QWidget>

class QComboBox;
class QStackedWidget;
class QTabWidget;

namespace aha {

class TraceEvaluationPage;
class TraceListModel;
class TracePane;
struct TraceDocument;
class TraceSearchPage;
class TraceStepPage;

enum class Heat;

class TracesPanel : public QWidget {
    Q_OBJECT
public:
    enum Tab { ByStep, Search, Evaluation };

    /// With the lexicon that AhaScope ships.
    explicit TracesPanel(QWidget* parent = nullptr);
    /// Without a lexicon no reflection word is marked, and the page says why.
    explicit TracesPanel(const Result<Lexicon>& lexicon, QWidget* parent = nullptr);
    /// `engine`: the program that judges again; empty: the one beside this program.
    TracesPanel(const Result<Lexicon>& lexicon, const QString& engine, QWidget* parent = nullptr);
    ~TracesPanel() override;

    void setRuns(const OpenRuns& runs);
    /// Draws the panel with its current step to PNG, now.
    void renderReport(const QString& outDir, QStringList& writtenFiles);
    QString folder() const { return m_folder; } ///< of the run that is shown
    TraceStepPage* stepPage() const { return m_step; }
    TraceSearchPage* searchPage() const { return m_search; }
    TraceEvaluationPage* evaluationPage() const { return m_evaluation; }
    TracePane* pane() const { return m_pane; }
    TraceListModel* completions() const;
    TraceListModel* results() const;

public Q_SLOTS:
    void showStep(const QString& folder, qint64 step);
    /// The search over these steps, with whatever else its form says.
    void showSteps(const QString& folder, qint64 from, qint64 to);
    /// The held-out problems of the evaluation at this step.
    void showEvaluation(const QString& folder, qint64 step);
    /// One completion among its group, read.
    void showCompletion(const QString& folder, qint64 completionId);

Q_SIGNALS:
    void stepHovered(const QString& folder, qint64 step);

private:
    void setFolder(const QString& folder);
    void showHit(const TraceHit& hit, std::pair<size_t, size_t> marked);
    void showProblem(qint64 evaluationId, int position);
    void fillCompareMenu();
    void askForTokens(Heat heat);
    void move(int by);
    Result<TraceDocument> completionDocument(qint64 completionId, const PromptRow& prompt) const;
    Result<TraceDocument> problemDocument(const EvaluationRow& evaluation, int position) const;

    OpenRuns m_runs;
    QString m_folder;
    std::unique_ptr<RunReader> m_reader; ///< of m_folder
    std::unique_ptr<LearningReader> m_learning; ///< likewise
    TraceHit m_shownHit; ///< what the pane shows, when it is a completion
    QComboBox* m_run;
    QTabWidget* m_tabs;
    QStackedWidget* m_tables;
    TraceStepPage* m_step;
    TraceSearchPage* m_search;
    TraceEvaluationPage* m_evaluation;
    TracePane* m_pane;
    StoredRecheck m_recheck; ///< do the recorded verdicts of the step still hold?
    EngineQuestion m_question; ///< about the tokens of the completion that is shown
};

} // namespace aha
