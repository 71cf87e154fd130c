#include "widgets/panels/configurepanel.h"

#include "core/base/files.h"
#include "core/config/batch_arithmetic.h"
#include "core/protocol/run_folder.h"
#include "core/run/estimate.h"
#include "core/run/runlauncher.h"
#include "core/run/traincommand.h"
#include "widgets/language/translation.h"
#include "widgets/models/recipegallery.h"
#include "widgets/models/visibletext.h"
#include "widgets/panels/advicepane.h"
#include "widgets/panels/configchoosers.h"
#include "widgets/panels/configdiffpane.h"
#include "widgets/panels/configform.h"
#include "widgets/panels/configtextpane.h"
#include "widgets/panels/notebar.h"
#include "widgets/panels/planview.h"
#include "widgets/panels/recipepage.h"
#include "widgets/panels/rewardcomposer.h"
#include "widgets/panels/runschedules.h"
#include "widgets/panels/sessionpart.h"

#include <QApplication>
#include <QClipboard>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QSplitter>
#include <QStackedWidget>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace aha {

namespace {

constexpr int kMostClones = 30, kDraftDelayMs = 300;
constexpr const char* kOffer = QT_TR_NOOP("This form began with the built-in defaults; the run “%1” is open.");
constexpr const char* kDemo = "/experiments/r1-zero-miniature/config.json";

QPushButton* formButton(const QString& text, const char* name, QWidget* parent)
{
    auto* made = new QPushButton(text, parent);
    made->setObjectName(QString::fromLatin1(name));
    made->setAccessibleName(text);
    return made;
}

QToolButton* tool(const QString& text, const char* name, const QString& help, QWidget* parent)
{
    auto* made = new QToolButton(parent);
    made->setObjectName(QString::fromLatin1(name));
    made->setText(text);
    made->setAccessibleName(help);
    made->setToolTip(plainToolTip(help));
    return made;
}

/// Name and folder, where they are not the same.
QString titleOf(const RunListRow& run)
{
    const QString folder = run.folder.section(QLatin1Char('/'), -1);
    return visibleLine((run.name == folder ? folder : run.name + QStringLiteral("  ") + folder).toStdString());
}

} // namespace

ConfigurePanel::ConfigurePanel(const QString& engine, QWidget* parent)
    : QWidget(parent)
    , m_note(new NoteBar(this))
    , m_pages(new QStackedWidget(this))
    , m_recipes(new RecipePage(this))
    , m_form(new ConfigForm(this))
    , m_splitter(new QSplitter(this))
    , m_sides(new QStackedWidget(this))
    , m_text(new ConfigTextPane(this))
    , m_diff(new ConfigDiffPane(this))
    , m_advicePane(new AdvicePane(this))
    , m_rewards(new RewardComposer(engine, this))
    , m_rate(new SchedulePlot(m_form))
    , m_choosers(new ConfigChoosers(m_form, engine))
{
    m_pages->setObjectName(QStringLiteral("configurePages"));
    m_rate->setObjectName(QStringLiteral("rateSchedule"));
    setKeptElsewhere(m_form); // the draft
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(12, 6, 12, 6);
    outer->addWidget(m_pages);
    auto* page = new QWidget(m_pages);
    auto* layout = new QVBoxLayout(page);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(5);
    layout->addLayout(topBar());
    layout->addLayout(sideBar());
    layout->addWidget(m_note);
    buildSides();
    layout->addWidget(m_splitter, 1);
    buildBottom(layout, engine);
    m_pages->addWidget(page);
    m_pages->addWidget(m_recipes);

    connect(m_form, &ConfigForm::edited, this, &ConfigurePanel::edited);
    connect(m_form, &ConfigForm::left, this, [this] { m_history.seal(); });
    connect(m_form, &ConfigForm::explained, this, &ConfigurePanel::explain);
    connect(m_form, &ConfigForm::undoRequested, this, &ConfigurePanel::undo);
    connect(m_form, &ConfigForm::redoRequested, this, &ConfigurePanel::redo);
    connect(m_recipes, &RecipePage::closed, this, [this] { m_pages->setCurrentIndex(0); });
    connect(m_recipes, &RecipePage::chosen, this,
        [this](const RunConfig& config, const QString& file, const QString& title) { start(config, file, title); });
    connect(m_recipes, &RecipePage::compareRequested, this, [this](const RunConfig& config, const QString& title) {
        m_pages->setCurrentIndex(0);
        showSide(Side::Differences);
        m_diff->compareWith(config, title);
    });
    makeActions();
    m_draftTimer.setSingleShot(true);
    m_draftTimer.setInterval(kDraftDelayMs);
    connect(&m_draftTimer, &QTimer::timeout, this, &ConfigurePanel::draftChanged);
    setConfig(RunConfig {});
}

ConfigurePanel::~ConfigurePanel()
{
    // A window that goes away takes the focus from its fields, and they still say so when this is half gone.
    for (QObject* part :
        std::initializer_list<QObject*> { m_form, m_recipes, m_text, m_diff, m_rewards, m_advicePane, m_choosers })
        part->disconnect(this);
}

QLayout* ConfigurePanel::topBar()
{
    auto* top = new QHBoxLayout;
    top->setSpacing(8);
    QPushButton* recipes = formButton(tr("Recipes…"), "openRecipes", this);
    recipes->setToolTip(plainToolTip(
        tr("Start from a published recipe, an experiment, or a recipe of TRL, open-r1, verl or OpenRLHF")));
    m_search = new QLineEdit(this);
    m_search->setObjectName(QStringLiteral("configSearch"));
    m_search->setAccessibleName(tr("Find a setting"));
    m_search->setPlaceholderText(tr("Find a setting"));
    m_search->setClearButtonEnabled(true);
    m_advanced = formButton(tr("Advanced"), "showAdvanced", this);
    m_advanced->setCheckable(true);
    m_undo = tool(QStringLiteral("↶"), "undoConfig", tr("Undo (Ctrl+Z)"), this);
    m_redo = tool(QStringLiteral("↷"), "redoConfig", tr("Redo (Ctrl+Shift+Z)"), this);
    m_clone = formButton(tr("From a run"), "cloneRun", this);
    m_clone->setToolTip(plainToolTip(tr("Take over the configuration of an earlier run")));
    m_clone->setEnabled(false);
    m_clones = new QMenu(m_clone);
    m_clone->setMenu(m_clones);
    QPushButton* file = formButton(tr("File"), "configFile", this);
    auto* menu = new QMenu(file);
    fillFileMenu(menu);
    file->setMenu(menu);
    top->addWidget(recipes);
    top->addWidget(m_clone);
    top->addWidget(file);
    top->addWidget(m_search, 1);
    top->addWidget(m_advanced);
    top->addWidget(m_undo);
    top->addWidget(m_redo);
    const auto filter = [this] { m_form->setFilter(m_search->text(), m_advanced->isChecked()); };
    connect(m_search, &QLineEdit::textChanged, this, filter);
    connect(m_advanced, &QPushButton::toggled, this, filter);
    connect(m_clones, &QMenu::aboutToShow, this, &ConfigurePanel::fillClones);
    connect(recipes, &QPushButton::clicked, this, [this] { m_pages->setCurrentWidget(m_recipes); });
    connect(m_undo, &QToolButton::clicked, this, &ConfigurePanel::undo);
    connect(m_redo, &QToolButton::clicked, this, &ConfigurePanel::redo);
    return top;
}

QLayout* ConfigurePanel::sideBar()
{
    auto* bar = new QHBoxLayout;
    bar->setSpacing(4);
    m_from = new QLabel(this);
    m_from->setObjectName(QStringLiteral("startedFrom"));
    m_from->setTextFormat(Qt::PlainText);
    m_from->setProperty("role", QStringLiteral("hint"));
    m_from->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    bar->addWidget(m_from, 1);
    const struct {
        const char *text, *name, *help;
    } sides[] = { { "Rewards", "sideRewards", "The parts of the reward, their weights, a test on a sample" },
        { "Text", "sideText", "The same configuration as JSON or YAML, beside the form" },
        { "Differences", "sideDifferences", "The form against a run or a recipe" },
        { "Advice", "sideAdvice", "What a step is, and what is known to go wrong" } };
    for (const auto& side : sides) {
        m_sideButtons.push_back(tool(translated(side.text), side.name, translated(side.help), this));
        m_sideButtons.back()->setCheckable(true);
        m_sideButtons.back()->setToolButtonStyle(Qt::ToolButtonTextOnly);
        bar->addWidget(m_sideButtons.back());
        connect(m_sideButtons.back(), &QToolButton::clicked, this,
            [this, at = int(m_sideButtons.size())](bool on) { showSide(on ? Side(at) : Side::None); });
    }
    return bar;
}

void ConfigurePanel::buildSides()
{
    for (QWidget* side : { static_cast<QWidget*>(m_rewards), static_cast<QWidget*>(m_text),
             static_cast<QWidget*>(m_diff), static_cast<QWidget*>(m_advicePane) })
        m_sides->addWidget(side);
    m_splitter->setObjectName(QStringLiteral("configSplitter"));
    m_splitter->setChildrenCollapsible(false);
    m_splitter->setHandleWidth(12);
    m_splitter->addWidget(m_form);
    m_splitter->addWidget(m_sides);
    m_splitter->setStretchFactor(0, 3);
    m_splitter->setStretchFactor(1, 2);
    m_sides->setMinimumWidth(280);
    m_form->setMinimumWidth(330);
    m_sides->hide();
    connect(m_text, &ConfigTextPane::edited, this, [this](const RunConfig& config) {
        m_fromText = true;
        m_form->setConfig(config);
        edited(QStringLiteral("text"));
        m_fromText = false;
    });
    connect(m_text, &ConfigTextPane::textChanged, &m_draftTimer, qOverload<>(&QTimer::start));
    const auto reveal = [this](const QString& path) {
        m_search->clear(); // it may hide the field
        m_form->reveal(path);
    };
    connect(m_diff, &ConfigDiffPane::fieldPicked, this, reveal);
    connect(m_diff, &ConfigDiffPane::taken, this, [this](const QString& path, const QString& text) {
        m_form->setField(path, text);
        m_history.seal();
    });
    connect(m_advicePane, &AdvicePane::fieldPicked, this, reveal);
    connect(m_rewards, &RewardComposer::changed, m_form, &ConfigForm::setField);
    connect(m_choosers, &ConfigChoosers::dataChosen, this, &ConfigurePanel::dataChosen);
    connect(m_choosers, &ConfigChoosers::rowsKnown, this, [this] {
        showAdvice();
        explain(QString());
    });
}

void ConfigurePanel::buildBottom(QVBoxLayout* outer, const QString& engine)
{
    m_help = new QLabel(this);
    m_help->setObjectName(QStringLiteral("configHelp"));
    m_help->setTextFormat(Qt::PlainText);
    m_help->setWordWrap(true);
    m_help->setProperty("role", QStringLiteral("hint"));
    m_help->setMinimumHeight(m_help->fontMetrics().lineSpacing() * 2);
    outer->addWidget(m_help);
    m_plan = new PlanView(engine, this);
    outer->addWidget(m_plan);
    m_status = new QLabel(this);
    m_status->setObjectName(QStringLiteral("configStatus"));
    m_status->setProperty("role", QStringLiteral("error"));
    m_command = new QLineEdit(this);
    m_command->setObjectName(QStringLiteral("command"));
    m_command->setAccessibleName(tr("Command that will run"));
    m_command->setReadOnly(true);
    QPushButton* copy = formButton(tr("Copy"), "copyCommand", this);
    m_start = formButton(tr("Start training"), "startTraining", this);
    m_queue = formButton(tr("Add to queue"), "addToQueue", this);
    m_queueSays = new QLabel(this);
    m_queueSays->setObjectName(QStringLiteral("configQueueSays"));
    m_queueSays->setTextFormat(Qt::PlainText);
    m_queueSays->setWordWrap(true);
    m_queueSays->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    outer->addWidget(m_queueSays);
    m_elsewhere = formButton(tr("On another machine…"), "startElsewhere", this);
    m_elsewhere->setAccessibleName(tr("Start on another machine"));
    m_elsewhere->setToolTip(plainToolTip(tr("Start this configuration on a machine that has the engine, over SSH, and "
                                            "follow it from here. Paths are those of "
                                            "that machine.")));
    auto* bottom = new QHBoxLayout;
    bottom->setSpacing(8);
    bottom->addWidget(m_command, 1);
    bottom->addWidget(copy);
    bottom->addWidget(m_status);
    bottom->addWidget(m_elsewhere);
    bottom->addWidget(m_queue);
    bottom->addWidget(m_start);
    outer->addLayout(bottom);
    connect(copy, &QPushButton::clicked, this, [this] { QApplication::clipboard()->setText(commandLine()); });
    connect(m_start, &QPushButton::clicked, this, [this] { Q_EMIT startRequested(config()); });
    connect(m_elsewhere, &QPushButton::clicked, this, [this] { Q_EMIT remoteRequested(config()); });
    connect(m_queue, &QPushButton::clicked, this, &ConfigurePanel::queueForm);
    showQueue();
}

QString ConfigurePanel::demoFile() { return resourceRootFolder() + QLatin1String(kDemo); }

const RunConfig& ConfigurePanel::config() const { return m_form->config(); }

void ConfigurePanel::setField(const QString& path, const QString& text)
{
    m_form->setField(path, text);
    m_history.seal();
}

void ConfigurePanel::setConfig(const RunConfig& config, const QString& file)
{
    start(config, file, file.isEmpty() ? tr("built-in defaults") : QString());
}

void ConfigurePanel::start(const RunConfig& config, const QString& file, const QString& title, const QString& queued)
{
    const size_t edited = differences(m_started, this->config()).size();
    m_note->hide(); // it speaks of what was there before
    m_base = config;
    m_started = config;
    m_file = file;
    m_title = title;
    m_queued = queued;
    if (file.isEmpty()) {
        m_file = demoFile();
        m_base = RunConfig {};
        if (const Result<std::string> text = readFile(m_file.toStdString(), 1 << 20))
            if (const Result<RunConfig> demo = runConfigFromJson(*text))
                m_base = *demo;
    } else if (title.isEmpty()) {
        const QString root = resourceRootFolder() + QLatin1Char('/');
        m_title = file.startsWith(root) ? file.mid(root.size()) : file;
    }
    m_pages->setCurrentIndex(0);
    m_history.startFrom(config, { m_base, m_started, m_file, m_title, m_queued });
    m_form->setConfig(config);
    showState();
    m_draftTimer.start();
    if (edited > 0)
        m_note->ask(tr("“%1” took the place of the form with %2. Nothing is lost: undo brings it back.")
                        .arg(visibleLine(m_title.toStdString()),
                            edited == 1 ? tr("1 setting that you had changed")
                                        : tr("%1 settings that you had changed").arg(edited)),
            tr("Undo"), [this] { undo(); });
}

void ConfigurePanel::takeOrigin(const ConfigOrigin& origin)
{
    if (origin.title != m_title) // a note says what took the form's place before
        m_note->hide();
    m_base = origin.base;
    m_started = origin.started;
    m_file = origin.file;
    m_title = origin.title;
    m_queued = origin.queued;
}

void ConfigurePanel::edited(const QString& path)
{
    m_history.record(config(), path);
    showState();
    m_draftTimer.start();
}

void ConfigurePanel::undo()
{
    if (!m_form->hasTypeErrors()) { // else what was typed goes first
        if (!m_history.canUndo())
            return;
        m_form->setConfig(m_history.undo());
        takeOrigin(m_history.origin());
    } else {
        m_form->setConfig(config());
    }
    showState();
    m_draftTimer.start();
}

void ConfigurePanel::redo()
{
    if (!m_history.canRedo())
        return;
    m_form->setConfig(m_history.redo());
    takeOrigin(m_history.origin());
    showState();
    m_draftTimer.start();
}

void ConfigurePanel::showState()
{
    const int attention = m_form->attention();
    m_undo->setEnabled(m_history.canUndo() || m_form->hasTypeErrors());
    m_redo->setEnabled(m_history.canRedo());
    m_start->setEnabled(attention == 0);
    m_elsewhere->setEnabled(attention == 0);
    m_queue->setEnabled(attention == 0);
    showQueue();
    m_status->setText(attention == 0 ? QString()
            : attention == 1         ? tr("1 setting needs attention")
                                     : tr("%1 settings need attention").arg(attention));
    m_command->setText(commandLine());
    m_command->setCursorPosition(0);
    m_command->setToolTip(
        plainToolTip(tr("The same run from a terminal, in the folder of AhaScope:\n") + commandLine()));
    const QStringList changed = changedSettings();
    m_from->setText(tr("From ") + visibleLine(m_title.toStdString())
        + (changed.isEmpty() ? QString() : tr(", %1 changed since").arg(changed.size())));
    if (!m_fromText)
        m_text->setConfig(config());
    m_diff->setConfig(config());
    m_rewards->setConfig(config());
    const RunSchedule rate = learningRateSchedule(config());
    m_rate->setSchedules(rate.axis, rate.lines);
    m_form->setPicture(QStringLiteral("optimizer.schedule"), m_rate, !rate.lines.isEmpty());
    m_choosers->setConfig(config());
    showAdvice();
    explain(QString());
    showEstimate();
    if (!m_note->isHidden())
        offerRun();
}

void ConfigurePanel::showAdvice()
{
    const std::vector<Advice> advice
        = advise(config(), { m_choosers->model(), m_choosers->trainingRows(), m_choosers->verifier() });
    m_form->setAdvice(advice);
    m_advicePane->setAdvice(config(), advice, m_choosers->trainingRows());
    const auto warnings = std::count_if(
        advice.begin(), advice.end(), [](const Advice& piece) { return piece.severity == Severity::Warning; });
    m_sideButtons[size_t(Side::Advice) - 1]->setText(advice.empty() ? tr("Advice")
            : warnings > 0                                          ? tr("△ Advice (%1)").arg(advice.size())
                                                                    : tr("Advice (%1)").arg(advice.size()));
}

void ConfigurePanel::explain(const QString& help)
{
    const QString said = help.isEmpty() ? m_form->messageAtFocus() : help;
    m_help->setText(said.isEmpty() ? translated(batchWords(config(), m_choosers->trainingRows())) : said);
}

QString ConfigurePanel::commandLine() const
{
    const QString root = resourceRootFolder() + QLatin1Char('/');
    const QString file = m_file.startsWith(root) ? m_file.mid(root.size()) : m_file;
    return shellLine(QStringList { QStringLiteral("./ahascope"), QStringLiteral("train"), file }
        + settingsBetween(m_base, config()));
}

void ConfigurePanel::showEstimate()
{
    const bool canStart = m_form->attention() == 0;
    m_plan->setConfig(config(),
        canStart
            ? translated(estimateText(config(), resourceRootFolder().toStdString(), measuredSteps(config(), m_runs)))
            : tr("No estimate while settings need attention (✗)."),
        canStart);
}

QString ConfigurePanel::estimate() const { return m_plan->text(); }

void ConfigurePanel::setEarlierRuns(const std::vector<RunListRow>& runs)
{
    m_runs = runs;
    QStringList folders;
    for (const RunListRow& run : runs)
        folders << run.folder;
    m_choosers->setEarlierRuns(folders);
    m_clone->setEnabled(!runs.empty());
    fillOthers();
    showEstimate();
}

void ConfigurePanel::setRuns(const OpenRuns& runs)
{
    m_open = runs;
    m_choosers->setRuns(runs);
    fillOthers();
    offerRun();
}

void ConfigurePanel::setModels(RecentModels* recent) { m_choosers->setModels(recent); }

void ConfigurePanel::setRecentData(std::function<QStringList()> recent) { m_choosers->recentData = std::move(recent); }

bool ConfigurePanel::isOffer() const
{
    return m_note->text().startsWith(translated(kOffer).section(QStringLiteral("%1"), 0, 0));
}

void ConfigurePanel::offerRun()
{
    const bool untouched = !m_history.canUndo() && differences(config(), RunConfig {}).empty();
    const bool stays = isOffer() && differences(m_started, RunConfig {}).empty(); // still true after an edit
    if ((untouched || stays) && !m_open.empty()) {
        const QString folder = m_open.front().feed->folder();
        m_note->ask(translated(kOffer).arg(visibleLine(m_open.front().label.toStdString())),
            tr("Load its configuration"),
            [this, folder] { loadFile(folder + QLatin1Char('/') + QLatin1String(run_folder::kConfig)); });
        if (!untouched)
            m_note->endWithPage();
    } else if (isOffer()) {
        m_note->hide();
    }
}

void ConfigurePanel::fillClones()
{
    m_clones->clear();
    for (size_t i = 0; i < m_runs.size() && i < kMostClones; ++i) {
        m_clones->addAction(
            titleOf(m_runs[i]).replace(QLatin1Char('&'), QLatin1String("&&")), this, [this, folder = m_runs[i].folder] {
                loadFile(folder + QLatin1Char('/') + QLatin1String(run_folder::kConfig));
            });
    }
}

void ConfigurePanel::fillOthers()
{
    std::vector<ConfigDiffPane::Other> others;
    const QString config = QLatin1Char('/') + QLatin1String(run_folder::kConfig);
    for (const OpenRun& run : m_open)
        others.push_back({ tr("Open run: ") + run.label, run.feed->folder() + config });
    for (const RunListRow& run : m_runs)
        if (std::none_of(
                m_open.begin(), m_open.end(), [&](const OpenRun& open) { return open.feed->folder() == run.folder; }))
            others.push_back({ tr("Run: ") + titleOf(run), run.folder + config });
    for (const Recipe& recipe : m_recipes->gallery()->recipes())
        others.push_back({ tr("Recipe: ") + recipe.title, recipe.file });
    m_diff->setOthers(others);
}

void ConfigurePanel::showSide(Side side)
{
    for (size_t i = 0; i < m_sideButtons.size(); ++i) {
        const bool chosen = int(i) + 1 == int(side);
        m_sideButtons[i]->setChecked(chosen);
        QFont font = this->font(); // a tint alone is hard to see in a dark window
        font.setBold(chosen);
        m_sideButtons[i]->setFont(font);
    }
    if (side == Side::Differences) {
        m_recipes->load();
        fillOthers();
    }
    if (side != Side::None)
        m_sides->setCurrentIndex(int(side) - 1);
    m_sides->setVisible(side != Side::None);
    if (side != Side::None && m_splitter->sizes().value(1) < 300)
        m_splitter->setSizes({ std::max(460, width() * 48 / 100), width() - std::max(460, width() * 48 / 100) });
}

QWidget* ConfigurePanel::editor(const QString& path) const { return m_form->editor(path); }
void ConfigurePanel::reveal(const QString& path) { m_form->reveal(path); }
QToolButton* ConfigurePanel::resetButton(const QString& path) const { return m_form->resetButton(path); }
QString ConfigurePanel::messageAt(const QString& path) const { return m_form->messageAt(path); }

} // namespace aha
