// What Ctrl+K finds.

#include "widgets/language/translation.h"
#include "widgets/models/glossary.h"
#include "widgets/models/recentmodels.h"
#include "widgets/panels/chartspanel.h"
#include "widgets/panels/runspanel.h"
#include "widgets/panels/trainpanel.h"
#include "widgets/shell/actiontable.h"
#include "widgets/shell/commandpalette.h"
#include "widgets/shell/mainwindow.h"
#include "widgets/shell/pagedeck.h"
#include "widgets/shell/readingorder.h"

#include <QAbstractItemView>
#include <QFileInfo>
#include <QTabWidget>

#include <algorithm>
#include <set>

namespace aha {

namespace {

/// What people type who do not know what it is called here.
constexpr const char* kOtherNames[][2] = {
    { "Outcomes", "significance significant paired test McNemar bootstrap p-value interval" },
    { "In numbers", "figures statistics confidence interval" },
    { "Texts", "diff word by word side by side" },
    { "Probes", "same prompts over time timeline your own prompts answers" },
    { "Hack bench", "reward hacking exploit cheat gaming" },
    { "Re-score", "another reward verdicts rescore" },
    { "What-if", "advantage simulate" },
    { "Words", "reflection words lexicon edit list wait aha" },
    { "Traces", "completions samples rollouts texts answers" },
    { "Charts", "plots curves graphs" },
    { "Signals", "health alarm warning problem collapse reward hacking hack" },
    { "Losses", "compare loss types gradient GRPO DAPO GSPO Dr. GRPO objective" },
    { "Compare", "loss reward curves difference between runs A/B versus" },
    { "Lineage", "provenance origin of a training row distillation data" },
    { "Log", "messages errors console output events" },
    { "Playground", "chat talk try a model prompt" },
    { "Models", "load checkpoint weights GGUF Hugging Face" },
    { "Analyse", "aha moment self-correction language mixing statistics" },
    { "Queue", "schedule several runs" },
    { "Sweep", "grid random search hyperparameters" },
    { "Settings", "configuration recipe preset new run" },
    { "Lab", "reward function verifier test" },
    { "Glossary", "definition meaning help explanation" },
    { "Keyboard", "shortcuts keys cheat sheet" },
    { "Live model", "poke chat ask weights pause knob" },
    { "Data", "dataset rows parquet" },
    { "Accuracy", "pass@1 held-out evaluation solved test" },
    { "KL to the start", "divergence reference drift" },
    { "Response length", "tokens long completion" },
    { "Reflection words", "aha wait self-correction" },
    { "Entropy", "exploration collapse" },
    { "Gradient norm", "exploding stability" },
    { "Throughput", "speed tokens per second" },
    { "Show this page beside", "side by side split screen" },
    { "Charts and traces", "side by side split screen" },
    { "Dark", "night appearance colours" },
    { "Light", "day appearance colours" },
};

QString otherNames(const QString& shown)
{
    const QString title = english(shown); // found in English in every language
    for (const auto& [name, words] : kOtherNames)
        if (title == QLatin1String(name))
            return title + QLatin1Char(' ') + translated(words);
    return title == shown ? QString() : title;
}

/// Sections of the configuration that a run of any kind has: meant more often than a critic's or a reward model's.
bool isCommon(const std::string& group)
{
    static const std::set<std::string> groups { "general", "model", "task", "rollout", "algorithm", "rewards",
        "optimizer", "eval", "checkpoint" };
    return groups.count(group) > 0;
}

/// The tabs within a page.
void addTabs(std::vector<PaletteEntry>& entries, const Page& page, MainWindow* window)
{
    const auto inside = [&](const QWidget* tabs) { // tabs of tabs are a matter of the page
        for (const QWidget* at = tabs->parentWidget(); at && at != page.widget; at = at->parentWidget())
            if (qobject_cast<const QTabWidget*>(at))
                return true;
        return false;
    };
    for (QTabWidget* tabs : page.widget->findChildren<QTabWidget*>())
        for (int i = 0; i < tabs->count() && !inside(tabs); ++i) {
            const QString text = tabs->tabText(i).remove(QLatin1Char('&'));
            entries.push_back({ translated(page.name) + tr(": ") + text, tr("tab"), translated(page.parent),
                [window, name = page.name, tabs, text] {
                    window->leadTo(name);
                    for (int at = 0; at < tabs->count(); ++at)
                        if (tabs->tabText(at).remove(QLatin1Char('&')) == text)
                            tabs->setCurrentIndex(at);
                },
                otherNames(text), 1 });
        }
}

/// The charts that have data, and what can be done with them.
void addCharts(std::vector<PaletteEntry>& entries, ChartsPanel* charts, MainWindow* window)
{
    const auto add = [&](const QString& title, const QString& kind, auto&& work, const QString& words, int rank) {
        entries.push_back({ title, kind, {},
            [window, charts, work] {
                window->leadTo(QStringLiteral("Charts"));
                work(charts);
            },
            words, rank });
    };
    const QString action = tr("action");
    const QStringList titles = charts->titles();
    for (const QString& title : titles)
        add(
            translated(title), tr("chart"), [title](ChartsPanel* page) { page->showChart(title); },
            otherNames(translated(title)), 0);
    if (titles.isEmpty())
        return;
    const QString paper = tr("save plot picture image paper publication PDF SVG PNG");
    add(
        tr("Charts: Export all as figures or CSV…"), action, [](ChartsPanel* page) { page->offerFigure({}); }, paper,
        0);
    for (const QString& title : titles)
        add(
            tr("Export figure: ") + translated(title), action, [title](ChartsPanel* page) { page->offerFigure(title); },
            paper, 1);
    add(
        tr("Charts: Add a chart…"), action, [](ChartsPanel* page) { page->chooseChart(); },
        tr("new metric expression plot"), 0);
}

} // namespace

std::vector<PaletteEntry> MainWindow::paletteEntries()
{
    const auto inVain = [this](const QAction* action) {
        say(tr("%1: there is nothing here to do it with.").arg(ActionTable::title(action)));
    };
    std::vector<PaletteEntry> entries;
    std::set<QString> open;
    for (const OpenRun& run : m_runs) {
        const QString folder = run.feed->folder();
        open.insert(folder);
        entries.push_back({ run.label, tr("open run"), {}, [this, folder] { showRun(folder); },
            QFileInfo(folder).fileName() }); // its label need not have it
    }
    for (const Page& page : m_pages->pages()) {
        entries.push_back({ translated(page.name), tr("page"), translated(page.parent),
            [this, name = page.name] {
                showPage(name);
                focusPage();
            },
            translated(page.help) + QLatin1Char(' ') + otherNames(translated(page.name)) });
        addTabs(entries, page, this);
    }
    addCharts(entries, m_panels.train->charts(), this);
    for (QAction* action : m_actions->actions())
        if (!action->objectName().startsWith(QLatin1String("go.")))
            entries.push_back(
                { ActionTable::title(action), tr("action"), action->shortcut().toString(QKeySequence::NativeText),
                    [action, inVain] { action->isEnabled() ? action->trigger() : inVain(action); },
                    otherNames(action->text().remove(QLatin1Char('&'))) });
    for (QAction* action : m_actions->placeEntries())
        if (const QString id = action->objectName();
            id != QLatin1String("charts.add") && id != QLatin1String("charts.export"))
            entries.push_back(
                { ActionTable::title(action), tr("action"), ActionTable::keysText(m_actions->keys(action)),
                    [this, action, inVain] {
                        if (const QStringList pages = m_actions->pagesOf(action); !m_actions->makesSense(action)
                            && !pages.contains(m_pages->currentPage()) && !pages.isEmpty())
                            leadTo(pages.first());
                        if (!m_actions->makesSense(action))
                            return inVain(action);
                        action->trigger();
                    },
                    {}, 1 });
    for (const QString& name : m_layouts.names())
        entries.push_back({ name, tr("layout"), {}, [this, name] { applyLayout(name); } });
    const RunListModel* library = m_runsPanel->model();
    for (int i = 0; i < library->rowCount(); ++i)
        if (const QString folder = library->row(i).folder; !open.count(folder)) {
            const QString title = library->title(i), name = library->row(i).name;
            const QString words = title.contains(name) ? QString() : name;
            entries.push_back({ title, tr("run"), {}, [this, folder] { openInstead({ folder }); }, words, 1 });
            if (!m_runs.empty())
                entries.push_back({ tr("Also open %1").arg(title), tr("run"), {},
                    [this, folder] { openBeside({ folder }); }, words, 2 });
        }
    for (const QString& path : m_recentModels->paths())
        entries.push_back({ shortModelName(path), tr("model"), {}, [this, path] { openModel(path); }, {}, 1 });
    RunConfig defaults;
    for (const Field& field : fields(defaults)) {
        const QString path = QString::fromStdString(field.info.path());
        const QString label = QString::fromStdString(field.info.label), name = translated(label);
        entries.push_back({ name, tr("setting"), path, [this, path] { showSetting(path); },
            name == label ? QString() : label, // found in English in every language
            field.info.advanced              ? 3
                : isCommon(field.info.group) ? 1
                                             : 2 });
    }
    for (int row = 0; row < m_glossary->rowCount(); ++row) {
        const GlossaryEntry& entry = m_glossary->entry(row);
        const bool term = entry.section == QLatin1String("Terms");
        entries.push_back({ entry.name, term ? tr("term") : tr("metric"), term ? QString() : translated(entry.section),
            [this, name = entry.name] { showMetric(name); }, {}, term ? 2 : 1 });
    }
    return entries;
}

void MainWindow::focusPage()
{
    QWidget* first = nullptr;
    for (QWidget* widget : readingOrder(this)) {
        const Page* page = m_pages->pageOf(widget);
        if (!page || page->name != m_pages->currentPage())
            continue;
        if (!first || qobject_cast<QAbstractItemView*>(widget))
            first = widget;
        if (qobject_cast<QAbstractItemView*>(widget))
            break;
    }
    if (first)
        first->setFocus(Qt::TabFocusReason);
}

void MainWindow::openPalette() { m_palette->open(paletteEntries()); }

} // namespace aha
