#pragma once
// Reflection, language mixing and behaviour over the steps of a run, counted from its stored traces: the completions of
// training steps, or the answers to held-out problems.

#include "widgets/models/traceanalysis.h"
#include "widgets/panels/openrun.h"
#include "widgets/panels/sessionpart.h"

#include <QTimer>
#include <QWidget>

class QComboBox;
class QLabel;
class QProgressBar;
class QTabWidget;

namespace aha {

class AnalysisPage;
class BehaviourPage;
class MixingPage;
class ReflectionPage;

class AnalysePanel : public QWidget, public SessionPart {
    Q_OBJECT
public:
    /// With the lexicon that AhaScope ships.
    explicit AnalysePanel(QWidget* parent = nullptr);
    /// Without a lexicon no reflection word is counted, and the page says why.
    explicit AnalysePanel(const Result<Lexicon>& lexicon, QWidget* parent = nullptr);
    ~AnalysePanel() override;

    /// Reads nothing until it is looked at. What was counted of a run that stays open is kept.
    void setRuns(const OpenRuns& runs);
    /// Other reflection words from now on: everything is counted anew.
    void setLexicon(std::shared_ptr<const Lexicon> lexicon);
    ReflectionPage* reflection() const { return m_reflection; }
    MixingPage* mixing() const { return m_mixing; }
    BehaviourPage* behaviour() const { return m_behaviour; }
    bool reading() const;
    /// What a person chose to count; nothing as long as nobody did.
    QJsonObject sessionState() const override;
    void restoreSession(const QJsonObject& state) override;

Q_SIGNALS:
    void stepPicked(const QString& folder, qint64 step);
    void longestPicked(const QString& folder, qint64 step);
    void evaluationPicked(const QString& folder, qint64 step);
    void changePicked(const QString& folder, qint64 step);
    void completionPicked(const QString& folder, qint64 completionId);
    void problemPicked(const QString& folder, qint64 evaluationId, int position, int sample);

protected:
    void showEvent(QShowEvent* event) override;

private:
    TraceAnalysis* analysisOf(const OpenRun& run);
    /// As far as is known; true as long as nobody looked.
    bool mayHave(const OpenRun& run, TraceSource of) const;
    bool hasJudgedAnswersOnly(const OpenRun& run) const;
    /// What was chosen, if the run has it; else held-out answers where the run, or the one it is held against, has no
    /// completions.
    TraceSource sourceOf(const OpenRun* run, const OpenRun* other) const;
    QWidget* makeSourceChoice();
    void showSource(const OpenRun* run);
    QString statusOf(const TraceAnalysis& analysis, const OpenRun& run, const OpenRun* other);
    const OpenRun* chosen(const QComboBox* box) const;
    void read();
    void display();
    void showProgress();

    std::shared_ptr<const Lexicon> m_lexicon;
    QString m_lexiconProblem;
    OpenRuns m_runs;
    std::vector<std::unique_ptr<TraceAnalysis>> m_analyses; ///< of the open runs that were looked at, by source
    std::optional<TraceSource> m_wanted; ///< by a person
    TraceSource m_of = TraceSource::Completions; ///< that is shown
    QComboBox *m_run, *m_against, *m_source;
    QLabel *m_againstLabel, *m_status, *m_hint;
    QProgressBar* m_progress;
    QTabWidget* m_tabs;
    ReflectionPage* m_reflection;
    MixingPage* m_mixing;
    BehaviourPage* m_behaviour;
    std::vector<AnalysisPage*> m_pages;
    QTimer m_coalesce; ///< a live run: what is new is read now and then
};

} // namespace aha
