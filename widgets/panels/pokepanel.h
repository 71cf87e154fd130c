#pragma once
// The page Live model: talk with the weights of a live run, as they are at this step; change a safe knob; go on. A
// question continues the conversation that is shown, or begins a new one; the engine keeps nothing and gets all turns
// each time, so a later turn is answered by later weights. Every answer is a marker in run.db with its conversation, so
// that a finished run shows its pokes, too.

#include "core/config/run_config.h"
#include "core/trace/reflection.h"
#include "widgets/models/livepoke.h"
#include "widgets/panels/openrun.h"

#include <QHash>
#include <QSet>
#include <QWidget>

#include <memory>

class QComboBox;
class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QPushButton;
class QSpinBox;
class QTableWidget;

namespace aha {

class ExactText;
class SampleBar;
class TracePane;
struct TraceDocument;

class PokePanel : public QWidget {
    Q_OBJECT
public:
    explicit PokePanel(QWidget* parent = nullptr);

    /// Talks with the one that was chosen on the page, else with the first.
    void setRuns(const OpenRuns& runs);
    /// Marks the answers by another list of words.
    void setLexicon(std::shared_ptr<const Lexicon> lexicon);
    TracePane* pane() const { return m_pane; }

Q_SIGNALS:
    void stepPicked(const QString& folder, qint64 step);

private:
    void follow(const std::shared_ptr<RunFeed>& feed);
    void fillKnobs();
    void ask();
    void beginAnew();
    const LivePoke* shown() const; ///< what a question would continue; null: nothing
    TraceDocument documentOf(const LivePoke& poke, int sample) const;
    void showSample();
    void fillCompareMenu();
    void setKnob();
    void readPokes();
    void showPoke();
    void showAnswer(const QString& text, bool wrong); ///< of the engine, "" for none
    void showState();

    OpenRuns m_runs;
    std::shared_ptr<RunFeed> m_feed;
    QString m_chosen; ///< folder of the run that a person chose; empty: none
    std::string m_kind; ///< of the run
    bool m_writes = true; ///< a run of this kind has a model that writes
    std::vector<LivePoke> m_pokes; ///< newest first
    QSet<qint64> m_asked, m_set;
    bool m_anew = true; ///< the next question begins a conversation
    QLabel *m_state, *m_problem, *m_facts, *m_continues;
    QPlainTextEdit* m_prompt;
    ExactText* m_turns;
    QSpinBox* m_count;
    SampleBar* m_samples;
    TracePane* m_pane;
    QPushButton *m_ask, *m_new, *m_pause, *m_apply, *m_goTo;
    QComboBox *m_run, *m_knob;
    QLineEdit* m_value;
    QLabel* m_fixed; ///< what can change no more, and why
    QTableWidget* m_table;
    QWidget *m_reading = nullptr, *m_countLabel = nullptr; ///< the answers; what the spin box is called
    std::pair<QString, qint64> m_shown; ///< folder and marker of the answers that are shown
};

} // namespace aha
