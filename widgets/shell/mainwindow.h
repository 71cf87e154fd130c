#pragma once
// Docks, menus, routing. Everything else is in the panels.

#include "core/config/run_config.h"
#include "widgets/models/runhistory.h"
#include "widgets/panels/openrun.h"
#include "widgets/shell/pagetable.h"

#include <QMainWindow>

#include <functional>
#include <map>

namespace aha {

class ActionTable;
class RunHeader;
class RunsPanel;
class Workspace;

class MainWindow : public QMainWindow {
    Q_OBJECT
public:
    /// Key of the chosen theme among the settings of the workspace.
    static constexpr const char* kThemeSetting = "window.theme";
    /// `workspace` keeps what a person arranged; nullptr: nothing is remembered. It must outlive the window.
    explicit MainWindow(Workspace* workspace = nullptr, QWidget* parent = nullptr);
    ~MainWindow() override;

    void openRuns(const QStringList& folders);
    /// A page, or a tab of the first level; passes over names that do not exist.
    void showPage(const QString& name);
    /// Shows the card, and offers the model to the playground and to the tokenizer page.
    void openModel(const QString& path);
    void openData(const QString& path);
    /// Writes the configuration, starts an engine on it and opens the run. Shows the error when it cannot.
    bool startRun(const RunConfig& config);
    /// What closing does while an engine started here still trains. Replaced in tests.
    enum class CloseAnswer { Keep, Stop, Cancel };
    std::function<CloseAnswer()> askOnClose;
    QStringList openFolders() const;
    RunsPanel* runs() const { return m_runsPanel; }
    TrainPanel* train() const { return m_panels.train; }
    ConfigurePanel* configure() const { return m_panels.configure; }
    ModelsPanel* models() const { return m_panels.models; }
    PlaygroundPanel* playground() const { return m_panels.playground; }
    DataPanel* dataSets() const { return m_panels.data; }
    PageDeck* pages() const { return m_pages; }
    ActionTable* actionTable() const { return m_actions; }

public Q_SLOTS:
    /// A sentence in the status bar and in the log.
    void say(const QString& sentence);
    // Where a click in any panel leads. A run that is not open is opened.
    void showStep(const QString& folder, qint64 step);
    void showEvaluation(const QString& folder, qint64 step);
    void showCompletion(const QString& folder, qint64 completionId);
    void showProblem(const QString& folder, qint64 evaluationId, int position);

Q_SIGNALS:
    void themeRequested(const QString& name);

protected:
    void changeEvent(QEvent* event) override;
    void closeEvent(QCloseEvent* event) override;

private:
    void buildMenus();
    void connectRuns();
    void connectModels();
    /// Joins what `panel` has of stepPicked, completionPicked, evaluationPicked, problemPicked and said to the window.
    void connectNavigation(QObject* panel);
    void ensureOpen(const QString& folder);
    void resumeRun(const QString& folder);
    void spread(); ///< tells every panel which runs are open
    void appendLog(const QString& text);
    void restoreState();
    void saveState();
    /// Settings of the window in workspace.db; what cannot be kept is said.
    QByteArray kept(const char* key) const;
    bool keep(const char* key, const QByteArray& value);

    void recolor();
    void showKeys();
    QString nameOf(const RunFeed& feed) const;
    void showHistory(const RunFeed& feed); ///< appends what is new in its database to the log

    Workspace* m_workspace;
    OpenRuns m_runs;
    std::map<QString, RunHistory> m_histories; ///< by folder; kept when a run is closed: its lines stay in the log
    bool m_dark = false;
    ActionTable* m_actions;
    PageDeck* m_pages;
    RunHeader* m_header;
    RunsPanel* m_runsPanel;
    RecentModels* m_recentModels;
    Panels m_panels;
};

} // namespace aha
