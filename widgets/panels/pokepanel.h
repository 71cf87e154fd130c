#pragma once
// The page Poke: ask the weights of a live run, as they are at this step; change a safe knob; go on. Every answer is a
// marker in run.db, so that a finished run shows its pokes, too.

#include "core/config/run_config.h"
#include "widgets/panels/openrun.h"

#include <QHash>
#include <QSet>
#include <QWidget>

class QComboBox;
class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QPushButton;
class QTableWidget;

namespace aha {

class PokePanel : public QWidget {
    Q_OBJECT
public:
    explicit PokePanel(QWidget* parent = nullptr);

    /// Talks with the first of them.
    void setRuns(const OpenRuns& runs);

Q_SIGNALS:
    void stepPicked(const QString& folder, qint64 step);

private:
    struct Poke {
        qint64 step = 0;
        QString prompt, answer, temperature, seed; ///< as they were sent; shown with visibleText()
    };
    void ask();
    void setKnob();
    void readPokes();
    void showPoke();
    void showState();

    std::shared_ptr<RunFeed> m_feed;
    std::vector<Poke> m_pokes; ///< newest first
    QSet<qint64> m_asked, m_set;
    QLabel *m_state, *m_problem, *m_facts;
    QPlainTextEdit *m_prompt, *m_answer;
    QPushButton *m_ask, *m_pause, *m_apply, *m_goTo;
    QComboBox* m_knob;
    QLineEdit* m_value;
    QTableWidget* m_table;
};

} // namespace aha
