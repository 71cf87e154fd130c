#pragma once
// Evaluates checkpoints of the open runs beside the window: a button that offers the steps without an evaluation, and a
// line that says how far it is and what came out.

#include "core/run/enginelines.h"
#include "widgets/models/evaluationoffer.h"
#include "widgets/models/worker.h"
#include "widgets/panels/openrun.h"

#include <QWidget>

#include <deque>

class QLabel;
class QMenu;
class QProgressBar;
class QPushButton;

namespace aha {

class NoteBar;

/// The line, hidden while there is nothing to say.
class EvaluateBar : public QWidget {
    Q_OBJECT
public:
    explicit EvaluateBar(QWidget* parent = nullptr);
    ~EvaluateBar() override;

    void setRuns(const OpenRuns& runs);
    /// Stands where its owner puts it.
    QPushButton* button() const { return m_button; }

protected:
    bool eventFilter(QObject* object, QEvent* event) override;

private:
    struct Job {
        QString folder, label;
        qint64 step = 0;
    };
    void ask(); ///< reads what can be evaluated, then offer()
    void offer(const std::vector<EvaluationOffer>& offers);
    void add(const EvaluationOffer& offer, const std::vector<qint64>& steps);
    void begin(); ///< the first of the jobs
    void take(const std::vector<nlohmann::ordered_json>& lines);
    void end(const QString& problem); ///< of the first job; empty: it is stored
    void cancel();
    void present();
    void announce(const QString& folder); ///< to every page that shows the run's evaluations

    OpenRuns m_runs;
    std::deque<Job> m_jobs; ///< the first is being done
    nlohmann::ordered_json m_result;
    EngineLines m_engine;
    QPushButton *m_button, *m_cancel;
    QMenu* m_menu;
    QWidget* m_running;
    QLabel* m_what;
    QProgressBar* m_progress;
    NoteBar* m_note;
    quint64 m_asked = 0;
    Worker m_worker;
};

} // namespace aha
