#pragma once
// Docks, menus, routing. Everything else is in the panels.

#include "core/config/run_config.h"
#include "widgets/models/runhistory.h"
#include "widgets/panels/openrun.h"

#include <QMainWindow>

#include <map>

class QPlainTextEdit;
class QTabWidget;

namespace aha {

class ComparePanel;
class ConfigurePanel;
class DataPanel;
class ModelsPanel;
class PlaygroundPanel;
class RecentModels;
class RunHeader;
class RunsPanel;
class TokenizerPanel;
class TracesPanel;
class TrainPanel;
class Workspace;

class MainWindow : public QMainWindow {
    Q_OBJECT
public:
    /// Key of the chosen theme among the settings of the workspace.
    static constexpr const char* kThemeSetting = "window.theme";
    static constexpr const char* kPages[]
        = { "Configure", "Train", "Traces", "Compare", "Models", "Playground", "Tokenizer", "Data", "Log" };

    /// `workspace` keeps what a person arranged; nullptr: nothing is remembered. It must outlive the window.
    explicit MainWindow(Workspace* workspace = nullptr, QWidget* parent = nullptr);
    ~MainWindow() override;

    void openRuns(const QStringList& folders);
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
    /// A sentence in the status bar and in the log.
    void say(const QString& sentence);
    RunsPanel* runs() const { return m_runsPanel; }
    TrainPanel* train() const { return m_train; }
    ConfigurePanel* configure() const { return m_configure; }
    ModelsPanel* models() const { return m_models; }
    PlaygroundPanel* playground() const { return m_playground; }
    DataPanel* dataSets() const { return m_data; }

Q_SIGNALS:
    void themeRequested(const QString& name);

protected:
    void changeEvent(QEvent* event) override;
    void closeEvent(QCloseEvent* event) override;

private:
    void buildMenus();
    void connectModels();
    void resumeRun(const QString& folder);
    void spread(); ///< tells every panel which runs are open
    void appendLog(const QString& text);
    void restoreState();
    void saveState();

    void recolor();
    void showKeys();
    QString nameOf(const RunFeed& feed) const;
    void showHistory(const RunFeed& feed); ///< appends what is new in its database to the log

    Workspace* m_workspace;
    OpenRuns m_runs;
    std::map<QString, RunHistory> m_histories; ///< by folder; kept when a run is closed: its lines stay in the log
    bool m_dark = false;
    QTabWidget* m_pages;
    RunHeader* m_header;
    RunsPanel* m_runsPanel;
    ConfigurePanel* m_configure;
    TrainPanel* m_train;
    TracesPanel* m_traces;
    ComparePanel* m_compare;
    RecentModels* m_recentModels;
    ModelsPanel* m_models;
    PlaygroundPanel* m_playground;
    TokenizerPanel* m_tokenizer;
    DataPanel* m_data;
    QPlainTextEdit* m_log;
};

} // namespace aha
