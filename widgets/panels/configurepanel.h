#pragma once
// The page Configure: where a run starts from, the form, and beside it the same as text, the differences to another
// configuration, the rewards, the advice. The command line at the bottom is the whole truth.

#include "core/config/advice.h"
#include "core/run/runlist.h"
#include "widgets/models/confighistory.h"
#include "widgets/panels/openrun.h"

#include <QTimer>
#include <QWidget>

#include <functional>
#include <optional>

class QLabel;
class QLineEdit;
class QMenu;
class QPushButton;
class QSplitter;
class QStackedWidget;
class QToolButton;
class QVBoxLayout;

namespace aha {

class AdvicePane;
class ConfigChoosers;
class ConfigDiffPane;
class ConfigForm;
class ConfigTextPane;
class NoteBar;
class PlanView;
class RecentModels;
class RecipePage;
class RewardComposer;
class SchedulePlot;

class ConfigurePanel : public QWidget {
    Q_OBJECT
public:
    /// Beside the form; None: the form alone.
    enum class Side { None, Rewards, Text, Differences, Advice };

    /// `engine`: the program that measures; empty: the one beside this program.
    explicit ConfigurePanel(const QString& engine = {}, QWidget* parent = nullptr);
    ~ConfigurePanel() override;

    /// Shows `config`. `file` is where it came from, for the command line; empty: from nowhere.
    void setConfig(const RunConfig& config, const QString& file = {});
    /// One field, as if typed: the rest of the form, its origin and its history stay.
    void setField(const QString& path, const QString& text);
    const RunConfig& config() const;
    /// Where the form began, and how much was changed since: "r1-zero, 3 settings changed".
    QString startedFrom() const;
    /// Shows a run that waits in the queue, known by its run folder: it can be put back at its place.
    void editQueued(const RunConfig& config, const QString& folder);
    /// Puts the form into the queue: at the place of the run that it is, or behind the others.
    void queueForm();
    /// Run folders of those that wait in the queue now and can be replaced.
    void setWaiting(const QStringList& folders);
    /// Names of the runs that train on this machine now: the queue is offered first.
    void setAtWork(const QStringList& names);
    /// Reads a configuration file, or a preset that changes some settings of `base`. Says why when it cannot.
    bool loadFile(const QString& file);
    /// Our own YAML is loaded; anything else is put into the import, which says what it is and what becomes of it.
    bool importFile(const QString& file);
    /// Writes the configuration; the command line names the file from then on. Says why when it cannot.
    bool saveFile(const QString& file);
    /// Writes a launch script for trl or verl into a folder, and says what has no counterpart there.
    bool exportTo(const QString& framework, const QString& folder);
    /// Runs to clone from, and whose measured steps the time estimate may use.
    void setEarlierRuns(const std::vector<RunListRow>& runs);
    /// While the form is as the program made it, the current run's configuration is offered as a start.
    void setRuns(const OpenRuns& runs);
    /// Models that were opened, for the fields that name one. `recent` must outlive this.
    void setModels(RecentModels* recent);
    /// Data sets that were opened, newest first, for the fields that name rows.
    void setRecentData(std::function<QStringList()> recent);

    /// Everything that is not saved, text that cannot be read included.
    QByteArray draft() const;
    /// What draft() gave; anything else is left alone.
    void restoreDraft(const QByteArray& draft);

    void showSide(Side side);
    void undo();
    void redo();

    /// Text that stands at a field: the broken rule, or empty. For tests.
    QString messageAt(const QString& path) const;
    /// The editor of a field. For tests.
    QWidget* editor(const QString& path) const;
    /// Focuses the setting and scrolls its whole row into view.
    void reveal(const QString& path);
    /// What puts a field back to its default; enabled when it differs.
    QToolButton* resetButton(const QString& path) const;
    QString commandLine() const;
    QString estimate() const;

Q_SIGNALS:
    /// Start with this configuration in a new run folder.
    void startRequested(const aha::RunConfig& config);
    /// Queue it, behind the others.
    void queueRequested(const aha::RunConfig& config);
    /// Put it in the place of the waiting run of this folder.
    void replaceRequested(const QString& folder, const aha::RunConfig& config);
    /// The same on another machine.
    void remoteRequested(const aha::RunConfig& config);
    /// A data set was chosen for a field.
    void dataChosen(const QString& path);
    /// draft() is another one; at most some times a second.
    void draftChanged();

private:
    void makeActions();
    QLayout* topBar();
    QLayout* sideBar();
    void buildSides();
    void buildBottom(QVBoxLayout* outer, const QString& engine);
    void fillFileMenu(QMenu* menu);
    void fillClones();
    void fillOthers();
    void start(const RunConfig& config, const QString& file, const QString& title, const QString& queued = {});
    bool replacesQueued() const; ///< the form is a run that still waits
    QStringList changedSettings() const; ///< since it was started from
    void showQueue(); ///< what the buttons at the bottom offer first, and why
    void takeOrigin(const ConfigOrigin& origin); ///< of what undo or redo came to
    void edited(const QString& path);
    void showState(); ///< after any change of the configuration
    void showAdvice();
    void showEstimate();
    void offerRun();
    bool isOffer() const; ///< whether offerRun's note stands there
    void explain(const QString& help);
    void chooseFile(bool save);
    static QString demoFile(); ///< what the command line starts from where the form has the built-in defaults

    RunConfig m_base; ///< what the file of the command line says
    RunConfig m_started; ///< as it was when m_title was chosen
    QString m_file, m_title; ///< m_title: what a person calls the start
    QString m_queued; ///< as in ConfigOrigin
    std::optional<QStringList> m_waiting; ///< not known until the queue was read
    QStringList m_atWork;
    ConfigHistory m_history;
    OpenRuns m_open;
    std::vector<RunListRow> m_runs;
    QTimer m_draftTimer;
    bool m_fromText = false;

    NoteBar* m_note;
    QStackedWidget* m_pages;
    RecipePage* m_recipes;
    ConfigForm* m_form;
    QSplitter* m_splitter;
    QStackedWidget* m_sides;
    ConfigTextPane* m_text;
    ConfigDiffPane* m_diff;
    AdvicePane* m_advicePane;
    RewardComposer* m_rewards;
    SchedulePlot* m_rate; ///< the learning rate, in the form
    ConfigChoosers* m_choosers;
    std::vector<QToolButton*> m_sideButtons; ///< in the order of Side, without None
    QLineEdit *m_search, *m_command;
    QPushButton *m_start, *m_queue, *m_elsewhere, *m_advanced, *m_clone;
    QToolButton *m_undo, *m_redo;
    QMenu* m_clones;
    QLabel *m_from, *m_help, *m_status, *m_queueSays;
    PlanView* m_plan;
};

} // namespace aha
