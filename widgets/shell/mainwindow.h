#pragma once
// Docks, menus, routing. Everything else is in the panels.

#include "core/config/run_config.h"
#include "widgets/panels/openrun.h"

#include <QMainWindow>
#include <QSet>

class QPlainTextEdit;
class QTabWidget;

namespace aha {

class ComparePanel;
class ConfigurePanel;
class RunHeader;
class RunsPanel;
class TracesPanel;
class TrainPanel;

class MainWindow : public QMainWindow {
    Q_OBJECT
public:
    static constexpr const char* kPages[] = { "Configure", "Train", "Traces", "Compare", "Log" };

    explicit MainWindow(QWidget* parent = nullptr);
    ~MainWindow() override;

    void openRuns(const QStringList& folders);
    void showPage(const QString& name);
    /// Writes the configuration, starts an engine on it and opens the run. Shows the error when it cannot.
    bool startRun(const RunConfig& config);
    /// What closing does while an engine started here still trains. Replaced in tests.
    enum class CloseAnswer { Keep, Stop, Cancel };
    std::function<CloseAnswer()> askOnClose;
    QStringList openFolders() const;

Q_SIGNALS:
    void themeRequested(const QString& name);

protected:
    void closeEvent(QCloseEvent* event) override;

private:
    void buildMenus();
    void resumeRun(const QString& folder);
    void spread();   ///< tells every panel which runs are open
    void appendLog(const QString& text);
    void restoreState();
    void saveState();

    OpenRuns m_runs;
    QSet<QString> m_started;   ///< runs whose engine this window started
    QTabWidget* m_pages;
    RunHeader* m_header;
    RunsPanel* m_runsPanel;
    ConfigurePanel* m_configure;
    TrainPanel* m_train;
    TracesPanel* m_traces;
    ComparePanel* m_compare;
    QPlainTextEdit* m_log;
};

} // namespace aha
