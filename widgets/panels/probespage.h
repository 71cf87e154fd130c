#pragma once
// A person's own prompts and held-out problems over a run's evaluations: scrub or play, and read what changed since
// another evaluation or run.

#include "core/trace/reflection.h"
#include "widgets/models/probemodel.h"
#include "widgets/models/worker.h"
#include "widgets/panels/openrun.h"
#include "widgets/panels/textplace.h"

#include <QTimer>
#include <QWidget>

#include <memory>
#include <optional>

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QSplitter;
class QTableView;

namespace aha {

class EvaluationTimeline;
class SampleBar;
class TracePane;
struct ProbePlace;

class ProbesPage : public QWidget {
    Q_OBJECT
public:
    static constexpr int kPlayMs = 1000; ///< per evaluation

    explicit ProbesPage(const std::shared_ptr<const Lexicon>& lexicon, QWidget* parent = nullptr);
    ~ProbesPage() override;

    void setRuns(const OpenRuns& runs);
    /// Shows and pins this problem of the run.
    void follow(const QString& folder, const QString& problem);
    /// Shows what an evaluation of the run answered to a prompt of a person's own. `prompt`: as the model read it.
    void followPrompt(const TextPlace& place, const std::string& prompt);
    /// Shows the first prompt of a person's own; the first problem where the run has none.
    void showOwn();
    /// Selects these words in the answer that followPrompt() asked for, once it is there. False: it asked for another.
    bool showWords(const TextReading& reading);
    ProbeModel* model() const { return m_model; }
    TracePane* pane() const { return m_pane; }

Q_SIGNALS:
    void problemPicked(const QString& folder, qint64 evaluationId, int position, int sample);
    /// The answers of all evaluations to the problem, to be compared.
    void textsPicked(const aha::TextPlaces& places);

protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    /// The answer that a note leads to, until it is shown.
    struct Sought {
        std::string prompt;
        TextReading reading;
        bool reached = false; ///< selected: the next text is it
    };
    void chooseRun(const QString& folder);
    void reach(); ///< selects what is sought, where the table has it
    void fillAgainst();
    void read(bool refreshing = false); ///< the outcomes; refreshing: only when there is a new evaluation
    void setTable(const ProbeTable& table);
    void selectProblem(); ///< in the list; the first one where it is not shown
    void showProblem(); ///< marks of the timeline
    void showAnswer();
    void play(bool on);
    void describe();
    void arrange(); ///< the list above the answers where both have no room side by side
    std::optional<ProbePlace> placeOf(int evaluation) const; ///< of the selected problem; nullopt when it was not asked
    std::optional<ProbePlace> against() const;
    const OutcomeRow* current() const;
    bool isOwn() const; ///< the selected one is a prompt of a person's own
    std::string written() const; ///< the selected one as a person reads it
    QString folder() const;

    OpenRuns m_runs;
    ProbeTable m_table;
    ProbeModel* m_model;
    QComboBox *m_run, *m_against;
    QLineEdit* m_filter;
    QTableView* m_list;
    EvaluationTimeline* m_timeline;
    SampleBar* m_samples;
    QPushButton *m_play, *m_open;
    QLabel *m_where, *m_empty, *m_trouble;
    QWidget *m_side, *m_reading;
    QSplitter* m_split;
    TracePane* m_pane;
    std::string m_problem; ///< selected; kept over refreshes
    bool m_own = false; ///< an own prompt may have the text of a problem
    std::optional<Sought> m_sought;
    int m_wanted; ///< sample of it (WantedSample): at every evaluation the one that a person chose
    bool m_stale = true;
    qint64 m_stamp = 0; ///< evaluations that were read
    quint64 m_asked = 0, m_answerAsked = 0;
    QTimer m_coalesce, m_player;
    Worker m_worker;
};

} // namespace aha
