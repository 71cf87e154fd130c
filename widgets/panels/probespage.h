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

class ProbesPage : public QWidget {
    Q_OBJECT
public:
    static constexpr int kPlayMs = 1000; ///< per evaluation

    explicit ProbesPage(const std::shared_ptr<const Lexicon>& lexicon, QWidget* parent = nullptr);
    ~ProbesPage() override;

    void setRuns(const OpenRuns& runs);
    /// Shows and pins this problem of the run.
    void follow(const QString& folder, const QString& problem);
    ProbeModel* model() const { return m_model; }

Q_SIGNALS:
    void problemPicked(const QString& folder, qint64 evaluationId, int position, int sample);
    /// The answers of all evaluations to the problem, to be compared.
    void textsPicked(const aha::TextPlaces& places);

protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    /// One answer to read: which problem, in which evaluation of which run.
    struct Place {
        QString folder, label;
        qint64 evaluationId = -1; ///< -1: the newest
        std::string problem;
        bool own = false; ///< a prompt of a person's own
    };
    void fillAgainst();
    void read(bool refreshing = false); ///< the outcomes; refreshing: only when there is a new evaluation
    void setTable(const ProbeTable& table);
    void selectProblem(const std::string& problem);
    void showProblem(); ///< marks of the timeline
    void showAnswer();
    void play(bool on);
    void describe();
    void arrange(); ///< the list above the answers where both have no room side by side
    std::optional<Place> placeOf(int evaluation) const; ///< of the selected problem; nullopt when it was not asked
    std::optional<Place> against() const;
    const OutcomeRow* current() const;
    bool isOwn() const; ///< the selected one is a prompt of a person's own
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
    QLabel *m_where, *m_empty;
    QWidget *m_side, *m_reading;
    QSplitter* m_split;
    TracePane* m_pane;
    std::string m_problem; ///< selected; kept over refreshes
    int m_wanted; ///< sample of it (WantedSample): at every evaluation the one that a person chose
    bool m_stale = true;
    qint64 m_stamp = 0; ///< evaluations that were read
    quint64 m_asked = 0, m_answerAsked = 0;
    QTimer m_coalesce, m_player;
    Worker m_worker;
};

} // namespace aha
