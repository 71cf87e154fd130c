#pragma once
// The reward lab: a reward tried on one text, on a stored run, on known hacks; and what other settings of learning
// would have made of the same rollouts. Nothing here changes a run. What is typed belongs to the run that is chosen:
// it is there again when that run is, also after a restart.

#include "core/config/run_config.h"
#include "widgets/panels/openrun.h"
#include "widgets/panels/sessionpart.h"

#include <QTimer>
#include <QWidget>

#include <functional>

class QComboBox;
class QLabel;
class QTabWidget;

namespace aha {

class LabHackPage;
class LabLossPage;
class LabRescorePage;
class LabRewardPage;
class LabWhatIfPage;
class RewardForm;

class LabPanel : public QWidget, public SessionPart {
    Q_OBJECT
public:
    explicit LabPanel(QWidget* parent = nullptr);
    /// `engine`: the program; empty: the one beside this program.
    explicit LabPanel(const QString& engine, QWidget* parent = nullptr);

    /// The configuration that the form on Configure would start; without, the defaults stand for it.
    std::function<RunConfig()> form;
    void setRuns(const OpenRuns& runs);
    /// Chooses this run, unless rewards are being tried here or the form was chosen.
    void follow(const QString& folder);
    /// What was typed, by run: rewards, a completion, settings of each page.
    QJsonObject sessionState() const override;
    void restoreSession(const QJsonObject& state) override;

public Q_SLOTS:
    /// Takes a stored completion of an open run into the editor of Reward.
    void editCompletion(const QString& folder, qint64 completionId);
    /// Judges every stored answer of an open run again, under the run's own rewards unless others are being tried.
    void rescore(const QString& folder);

Q_SIGNALS:
    void completionPicked(const QString& folder, qint64 completionId);
    void problemPicked(const QString& folder, qint64 evaluationId, int position, int sample);
    void said(const QString& sentence);

protected:
    void showEvent(QShowEvent* event) override;

private:
    bool chooseRun(const QString& folder); ///< false, and said, where there is no such run
    void choose(); ///< another run, or the form
    QJsonObject typed() const; ///< for the run that is chosen; empty while all is as it was found
    void keepTyped();
    void putTyped(); ///< what was kept for the run that is chosen
    void spread(); ///< the rewards as they stand, to the pages

    OpenRuns m_runs;
    QString m_folder, m_name; ///< of the chosen run; "": the form
    bool m_wantsForm = false; ///< the form was chosen although runs are open
    std::vector<std::pair<QString, QJsonObject>> m_typed; ///< by folder, the run that was left last at the end
    QTimer m_soon;
    QComboBox* m_source;
    QLabel* m_about;
    RewardForm* m_reward;
    QTabWidget* m_tabs;
    LabRewardPage* m_text;
    LabRescorePage* m_rescore;
    LabHackPage* m_hacks;
    LabWhatIfPage* m_whatIf;
    LabLossPage* m_losses;
};

} // namespace aha
