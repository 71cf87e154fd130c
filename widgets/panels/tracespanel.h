#pragma once
// Read what the model thinks: the groups of a step, a search over the run, the held-out problems; below them one trace,
// or two side by side.

#include "core/config/run_config.h"
#include "core/run/enginequestion.h"
#include "core/run/storedrecheck.h"
#include "core/store/learning_reader.h"
#include "core/store/run_reader.h"
#include "core/trace/reflection.h"
#include "widgets/panels/openrun.h"
#include "widgets/panels/textplace.h"

#include <QWidget>

#include <optional>
#include <tuple>

class QComboBox;
class QMenu;
class QStackedWidget;
class QTabWidget;

namespace aha {

struct TeacherInsight;
class TraceEvaluationPage;
class TraceListModel;
class TracePane;
struct TraceDocument;
class TraceSearchPage;
class TraceStepPage;

class TracesPanel : public QWidget {
    Q_OBJECT
public:
    static constexpr qint64 kAroundChange = 3; ///< steps on either side of what was changed after a step

    enum Tab { ByStep, Search, Evaluation };

    /// With the lexicon that AhaScope ships.
    explicit TracesPanel(QWidget* parent = nullptr);
    /// Without a lexicon no reflection word is marked, and the page says why.
    explicit TracesPanel(const Result<Lexicon>& lexicon, QWidget* parent = nullptr);
    /// `engine`: the program that judges again; empty: the one beside this program.
    TracesPanel(const Result<Lexicon>& lexicon, const QString& engine, QWidget* parent = nullptr);
    ~TracesPanel() override;

    void setRuns(const OpenRuns& runs);
    /// Other reflection words from now on.
    void setLexicon(std::shared_ptr<const Lexicon> lexicon);
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
    /// All completions of the step, the longest first.
    void showLongest(const QString& folder, qint64 step);
    /// All traces of some steps on both sides of a step after which a setting was changed, in their order.
    void showChange(const QString& folder, qint64 step);
    /// The held-out problems of the evaluation at this step.
    void showEvaluation(const QString& folder, qint64 step);
    void showGroup(const QString& folder, qint64 step, int groupPosition);
    /// One completion among its group, read.
    void showCompletion(const QString& folder, qint64 completionId);

Q_SIGNALS:
    /// -1: the newest. It may be shown because it is new, and not because someone looks for it.
    void stepHovered(const QString& folder, qint64 step);
    /// One to be added to those that are compared side by side, or several to be compared.
    void textsPicked(const aha::TextPlaces& places);
    /// TraceView::menuOpening() of a text that is read here.
    void textMenuOpening(QMenu* menu);

protected:
    void showEvent(QShowEvent* event) override;

private:
    /// Opens the newest step, and goes on to newer ones until someone chose what to read (keepUp()).
    void showNewest();
    void openNewest(const QString& folder);
    /// When the page comes to be seen, so that no text changes below its reader.
    void keepUp();
    qint64 newestStep() const; ///< of m_folder
    void setFolder(const QString& folder);
    void showHit(const TraceHit& hit, std::pair<size_t, size_t> marked);
    void showProblem(qint64 evaluationId, int position);
    void fillCompareMenu();
    void offerSideBySide(QMenu* menu);
    /// Teacher and student of a run that learns from one. `policy`: the student's checkpoint; none: as before, else the
    /// newest that was there before the text.
    void askForTeacher(bool beside, std::optional<int64_t> policy = {});
    void offerTeacher(QMenu* menu);
    bool namesTeacher() const; ///< the run that is shown: a model that it learns from, or that wrote its rows
    void followTeacher(); ///< connects the questions to it
    bool wantsTeacherBeside() const;
    bool isShown(const TeacherInsight& insight) const;
    void move(int by);
    Result<TraceDocument> completionDocument(qint64 completionId, const PromptRow& prompt) const;
    Result<TraceDocument> problemDocument(const EvaluationRow& evaluation, int position, int sample) const;

    OpenRuns m_runs;
    QString m_folder;
    std::optional<RunConfig> m_config; ///< of m_folder; none where it cannot be read
    std::unique_ptr<RunReader> m_reader; ///< of m_folder
    std::unique_ptr<LearningReader> m_learning; ///< likewise
    TraceHit m_shownHit; ///< what the pane shows, when it is a completion
    std::pair<qint64, int> m_shownAnswer { 0, 0 }; ///< or an evaluation's answer: its id, and the problem's position
    int m_shownSample = 0; ///< of that problem
    int64_t m_shownStep = 0; ///< of either
    int64_t m_landed = 0; ///< id of the completion that showNewest() opened; 0: someone chose what to read
    QComboBox* m_run;
    QTabWidget* m_tabs;
    QStackedWidget* m_tables;
    TraceStepPage* m_step;
    TraceSearchPage* m_search;
    TraceEvaluationPage* m_evaluation;
    TracePane* m_pane;
    StoredRecheck m_recheck; ///< do the recorded verdicts of the step still hold?
    EngineQuestion m_teacherQuestion; ///< what the run's teacher says of the tokens
    bool m_besideAsked = false; ///< it is wanted side by side
    std::tuple<qint64, std::pair<qint64, int>, int, int64_t> m_asked; ///< completion, answer, sample, checkpoint
    std::optional<int64_t> m_student; ///< checkpoint that was chosen to stand beside the teacher
};

} // namespace aha
