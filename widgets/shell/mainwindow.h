#pragma once
// Docks, menus, routing. Everything else is in the panels.

#include "core/config/run_config.h"
#include "core/store/workspace.h"
#include "widgets/models/heldoutsample.h"
#include "widgets/models/runhistory.h"
#include "widgets/models/worker.h"
#include "widgets/panels/openrun.h"
#include "widgets/panels/textplace.h"
#include "widgets/shell/layoutlist.h"
#include "widgets/shell/pagetable.h"

#include <QMainWindow>
#include <QPointer>
#include <QTimer>

#include <map>

class QDBusConnection;
class QMenu;
class QToolButton;

namespace aha {

class ActionTable;
class AskBar;
class CommandPalette;
class DesktopNotice;
class Explainer;
class LogPanel;
class PageSides;
class RunHeader;
class RunLog;
class RunsPanel;
class Session;
class Tour;
class WordList;
struct PaletteEntry;
struct ReportData;
struct ReportSource;
struct TourStop;

class MainWindow : public QMainWindow {
    Q_OBJECT
public:
    /// Key of the chosen theme among the settings of the workspace.
    static constexpr const char* kThemeSetting = "window.theme";
    /// Keys of the scale of everything, in percent, and of the language (system, en, zh_CN): read by main() before
    /// there is a window.
    static constexpr const char *kScaleSetting = "window.scale", *kLanguageSetting = "interface/language";
    /// What was changed is kept this often, so that a crash loses no more.
    static constexpr int kAutosaveMs = 500;
    static constexpr const char *kRecentRuns = "recent.runs", *kRecentData = "recent.data";
    /// `workspace` keeps what a person arranged; nullptr: nothing is remembered. It must outlive the window.
    explicit MainWindow(Workspace* workspace = nullptr, QWidget* parent = nullptr);
    ~MainWindow() override;

    /// In this order, which is that of colours and of Compare. `current`: the one that header and pages are about;
    /// empty: the first. Where it cannot be opened, the current run stays the current one.
    void openRuns(const QStringList& folders, const QString& current = {});
    /// As a person opens runs: these in the place of what is open, or beside it; says so, and shows them.
    void openInstead(const QStringList& folders);
    void openBeside(const QStringList& folders);
    /// A page, or a tab of the first level; passes over names that do not exist.
    void showPage(const QString& name);
    /// Shows the card, and offers the model to the playground and to the tokenizer page.
    void openModel(const QString& path);
    void openData(const QString& path);
    /// Writes the configuration, starts an engine on it and opens the run. Shows the error when it cannot.
    bool startRun(const RunConfig& config);
    /// Closes the window and asks for it to be made anew, with everything where it was. Engines go on.
    void restart();
    /// Health signals and ends of runs are told there while the window is not looked at.
    void notifyThrough(const QDBusConnection& bus);
    QStringList openFolders() const;
    RunsPanel* runs() const { return m_runsPanel; }
    TrainPanel* train() const { return m_panels.train; }
    ConfigurePanel* configure() const { return m_panels.configure; }
    ModelsPanel* models() const { return m_panels.models; }
    PlaygroundPanel* playground() const { return m_panels.playground; }
    DataPanel* dataSets() const { return m_panels.data; }
    /// Opens what it is: a run, a model, data, settings. Says so when it is none of them.
    void openItems(const QStringList& paths);
    /// Everything that Ctrl+K finds now.
    std::vector<PaletteEntry> paletteEntries();
    /// A new note, pinned to what is on the page.
    void addNoteHere();
    /// Likewise, to the group of completions that Traces shows.
    void addGroupNote();
    /// What the page is about, for a note.
    Note pinHere() const;
    /// The field of a setting, or the chart of a metric (its explanation, where no chart shows it).
    void showSetting(const QString& path);
    void showMetric(const QString& name);
    void applyLayout(const QString& name);
    /// Puts the page beside the tabs, where it stays in sight with the one in front of them; or says why not.
    void showBeside(const QString& page);
    void showAmongTabs(); ///< the page that stands beside them
    /// Of the open runs: one HTML file, or a folder of Markdown, SVG and CSV. Says when it is done.
    void exportReport(const QString& path, bool html);
    /// Shows the tour; `onlyOnce`: unless it was seen before.
    void startTour(bool onlyOnce = false);
    void startDemo();
    PageDeck* pages() const { return m_pages; }
    ActionTable* actionTable() const { return m_actions; }

public Q_SLOTS:
    /// Shows the page to lead it somewhere: what its fields held before gives way.
    void leadTo(const QString& page);
    /// A sentence in the status bar and in the log.
    void say(const QString& sentence);
    /// A sentence that must be read: it stays above the page until it is closed, and in the log.
    void tell(const QString& sentence);
    // Where a click in any panel leads. A run that is not open is opened.
    void showStep(const QString& folder, qint64 step);
    void showSteps(const QString& folder, qint64 from, qint64 to);
    void showLongest(const QString& folder, qint64 step);
    void showChange(const QString& folder, qint64 step);
    void showEvaluation(const QString& folder, qint64 step);
    void showGroup(const QString& folder, qint64 step, int groupPosition);
    void showCompletion(const QString& folder, qint64 completionId);
    void showProblem(const QString& folder, qint64 evaluationId, int position, int sample = kAnySample);
    void showRun(const QString& folder);
    /// Selects the words in the text, where Traces shows it.
    void showWords(const TextReading& reading);
    void openPalette();
    /// F1: the glossary, at what has the focus or what the page is about; there it leads back.
    void explain();

Q_SIGNALS:
    void themeRequested(const QString& name);
    /// The window is closed and kept all that it shows: main() starts the program again.
    void restartRequested();

protected:
    bool focusNextPrevChild(bool next) override;
    bool event(QEvent* event) override;
    void changeEvent(QEvent* event) override;
    void closeEvent(QCloseEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    void buildDocks();
    void buildMenus();
    void buildPageMenu(); ///< what can be done on the page that is shown
    void buildViewMenu();
    void buildLookMenus(QMenu* view); ///< theme, scale, language
    void fillRecent(QMenu* menu);
    void fillLayouts(QMenu* menu);
    void saveLayoutAs();
    void renameLayout();
    void deleteLayout();
    void restoreLayouts();
    void focusNextPane();
    void visitPages(); ///< fills the fields of what has come into sight
    void connectNotes();
    void writeNote(const Note& pin);
    std::string runIdOf(const std::string& folder) const;
    void connectRuns();
    void connectModels();
    void connectWords();
    /// Joins what `panel` has of stepPicked, completionPicked, evaluationPicked, problemPicked and said to the window.
    void connectNavigation(QObject* panel);
    void ensureOpen(const QString& folder);
    /// Opens the run where it is not; header and pages are about it. The order of the runs stays.
    void makeCurrent(const QString& folder);
    QString currentFolder() const; ///< "": no run is open
    void focusPage(); ///< what the page that is shown is about: its first list, or whatever takes the focus first
    void showOpened(); ///< on the page that is shown if it is about runs, otherwise on the charts
    QString folderOf(const QString& runId) const; ///< among the open runs and those of the table; "" for none
    void tryInLab(); ///< the completion that Traces shows, in the Lab's editor
    void alarm(const QString& sentence, const QString& folder); ///< said, and shown on the desktop when nobody looks
    void resumeRun(const QString& folder);
    void startElsewhere(const RunConfig& config);
    void showStarted(const QString& folder, qint64 pid);
    void shareStates();
    void showAtWork();
    void spread(); ///< tells every panel which runs are open
    void appendLog(const QString& text);
    void restoreState();
    void restoreFields(); ///< of the pages, as they are visited
    void saveState();
    void autosave();
    void offerRestart(const QString& sentence);
    void endEngine(const QString& folder);
    bool mayClose(); ///< false: it was asked what becomes of the run that trains
    std::vector<TourStop> tourStops();
    void oweTour(); ///< seen without a run, it waits with what speaks of one as soon as there is one
    void showTourAside(int stop, int stops); ///< the tour waits in a corner of the menu bar; 0: it does not
    void remember(const char* key, const QString& item); ///< first of a list of recent items
    QStringList recent(const char* key) const;
    /// Settings of the window in workspace.db; what cannot be kept is said.
    QByteArray kept(const char* key) const;
    bool keep(const char* key, const QByteArray& value);

    /// The second half of exportReport(): what was read, with charts, to `path`.
    void drawReport(const std::vector<ReportSource>& sources, const std::shared_ptr<Result<ReportData>>& data,
        const QString& path, bool html);
    void recolor();
    /// Where what had the focus is hidden or disabled: the focus stays where it was, and falls into no field.
    bool keepFocusInPlace();
    QString nameOf(const RunFeed& feed) const;
    void giveLabels(OpenRuns& runs) const;
    void showHistory(const RunFeed& feed); ///< appends what is new in its database to the log

    Workspace* m_workspace;
    OpenRuns m_runs;
    std::map<QString, RunHistory> m_histories; ///< by folder; kept when a run is closed: its lines stay in the log
    bool m_dark = false;
    bool m_askedToClose = false, m_closing = false, m_restarting = false;
    std::map<QByteArray, QByteArray> m_saved; ///< what stands in the workspace, by key
    LayoutList m_layouts;
    QString m_layout; ///< the one applied last
    QString m_explained; ///< the page that F1 was pressed on
    QPointer<QWidget> m_explainedFocus;
    QTimer m_autosave;
    Glossary* m_glossary;
    NoteModel* m_notes;
    ActionTable* m_actions;
    PageDeck* m_pages;
    PageSides* m_sides;
    AskBar* m_ask;
    RunHeader* m_header;
    RunsPanel* m_runsPanel;
    RecentModels* m_recentModels;
    WordList* m_words;
    RunLog* m_log;
    Panels m_panels;
    CommandPalette* m_palette;
    Explainer* m_explainer;
    Tour* m_tour;
    QToolButton* m_tourAside = nullptr;
    DesktopNotice* m_notice = nullptr;
    NotebookPanel* m_notesDock = nullptr;
    LogPanel* m_logDock = nullptr;
    Session* m_session = nullptr; ///< what stands in the fields; nullptr: nothing is remembered
    Worker m_worker; ///< last: its answers come to a whole window
};

} // namespace aha
