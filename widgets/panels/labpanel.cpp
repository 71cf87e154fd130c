#include "widgets/panels/labpanel.h"

#include "core/base/files.h"
#include "core/config/held_out.h"
#include "core/protocol/run_folder.h"
#include "core/store/run_reader.h"
#include "widgets/language/translation.h"
#include "widgets/models/visibletext.h"
#include "widgets/panels/labhackpage.h"
#include "widgets/panels/lablosspage.h"
#include "widgets/panels/labrescorepage.h"
#include "widgets/panels/labrewardpage.h"
#include "widgets/panels/labwhatifpage.h"
#include "widgets/panels/rewardform.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QJsonArray>
#include <QLabel>
#include <QRegularExpression>
#include <QTabBar>
#include <QTabWidget>
#include <QVBoxLayout>

namespace aha {

namespace {

constexpr int kFormWidth = 256, kSpreadMs = 150;
constexpr size_t kMostTyped = 32; ///< runs of which it is kept what was typed

std::optional<RunConfig> storedConfig(const QString& folder)
{
    const Result<std::string> text = readFile(folder.toStdString() + "/" + run_folder::kConfig, 1 << 20);
    if (!text)
        return {};
    Result<RunConfig> config = runConfigFromJson(*text);
    return config ? std::optional(std::move(*config)) : std::nullopt;
}

} // namespace

LabPanel::LabPanel(QWidget* parent)
    : LabPanel(QString(), parent)
{
}

LabPanel::LabPanel(const QString& engine, QWidget* parent)
    : QWidget(parent)
    , m_source(new QComboBox(this))
    , m_about(new QLabel(this))
    , m_reward(new RewardForm(this))
    , m_tabs(new QTabWidget(this))
    , m_text(new LabRewardPage(engine, this))
    , m_rescore(new LabRescorePage(engine, this))
    , m_hacks(new LabHackPage(engine, this))
    , m_whatIf(new LabWhatIfPage(engine, this))
    , m_losses(new LabLossPage(engine, this))
{
    m_source->setObjectName(QStringLiteral("labSource"));
    m_source->setAccessibleName(tr("Whose task and rewards"));
    m_source->setToolTip(plainToolTip(tr("The task, the rewards and the answers of an open run; or the task "
                                         "and the rewards of the form on the page Configure.")));
    m_source->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    m_about->setObjectName(QStringLiteral("labAbout"));
    m_about->setTextFormat(Qt::PlainText);
    m_about->setProperty("role", QStringLiteral("hint"));
    m_reward->setFixedWidth(kFormWidth);
    for (QWidget* page : { static_cast<QWidget*>(m_reward), static_cast<QWidget*>(m_text) })
        setKeptElsewhere(page); // with its run, by sessionState()
    m_tabs->setObjectName(QStringLiteral("labTabs"));
    m_tabs->setAccessibleName(tr("Parts of the lab"));
    m_tabs->setDocumentMode(true);
    for (QWidget* wide : { static_cast<QWidget*>(m_whatIf), static_cast<QWidget*>(m_losses) })
        wide->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred); // they stand alone, without the form
    m_tabs->addTab(m_text, tr("Reward"));
    m_tabs->addTab(m_rescore, tr("Re-score"));
    m_tabs->addTab(m_hacks, tr("Hack bench"));
    m_tabs->addTab(m_whatIf, tr("What-if"));
    m_tabs->addTab(m_losses, tr("Losses"));
    // The tabs stand over the whole page: some pages come without the form beside them, and they must not jump.
    auto* tabBar = new QTabBar(this);
    tabBar->setObjectName(QStringLiteral("labTabBar"));
    tabBar->setAccessibleName(m_tabs->accessibleName());
    tabBar->setDocumentMode(true);
    tabBar->setDrawBase(false);
    tabBar->setExpanding(false);
    for (int i = 0; i < m_tabs->count(); ++i)
        tabBar->addTab(m_tabs->tabText(i));
    m_tabs->tabBar()->hide();
    m_tabs->setFocusProxy(nullptr); // Tab would stop at the hidden bar and never leave it
    m_tabs->setFocusPolicy(Qt::NoFocus);
    connect(tabBar, &QTabBar::currentChanged, m_tabs, &QTabWidget::setCurrentIndex);
    connect(m_tabs, &QTabWidget::currentChanged, tabBar, &QTabBar::setCurrentIndex);
    auto* top = new QHBoxLayout;
    top->addWidget(m_source);
    top->addWidget(m_about, 1);
    auto* body = new QHBoxLayout;
    body->setSpacing(14);
    body->addWidget(m_reward);
    body->addWidget(m_tabs, 1);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(12, 12, 12, 12);
    layout->setSpacing(8);
    layout->addLayout(top);
    layout->addWidget(tabBar);
    layout->addLayout(body, 1);
    m_soon.setSingleShot(true);
    m_soon.setInterval(kSpreadMs);
    connect(&m_soon, &QTimer::timeout, this, &LabPanel::spread);
    connect(m_reward, &RewardForm::changed, &m_soon, qOverload<>(&QTimer::start));
    connect(m_source, &QComboBox::activated, this, [this] {
        m_wantsForm = m_source->currentData().toString().isEmpty();
        choose();
    });
    connect(m_rescore, &LabRescorePage::completionPicked, this, &LabPanel::completionPicked);
    connect(m_rescore, &LabRescorePage::problemPicked, this, &LabPanel::problemPicked);
    connect(m_whatIf, &LabWhatIfPage::completionPicked, this, &LabPanel::completionPicked);
    connect(m_tabs, &QTabWidget::currentChanged, this, [this] { // those two take the stored rewards
        m_reward->setVisible(m_tabs->currentWidget() != m_whatIf && m_tabs->currentWidget() != m_losses);
    });
    connect(m_hacks, &LabHackPage::tried, this,
        [this](const QString& task, const std::string& item, const QString& completion) {
            m_tabs->setCurrentWidget(m_text);
            m_text->tryText(task, item, completion);
        });
    setRuns({});
}

void LabPanel::setRuns(const OpenRuns& runs)
{
    for (const OpenRun& run : m_runs)
        run.feed->disconnect(this);
    m_runs = runs;
    m_source->clear();
    for (const OpenRun& run : m_runs) {
        const QString folder = run.feed->folder();
        if (storedConfig(folder)) {
            m_source->addItem(tr("Run ") + visibleLine(run.label.toStdString()), folder);
            continue;
        }
        // Opened before its engine had written anything.
        const auto again = [this, folder] {
            if (m_source->findData(folder) < 0 && storedConfig(folder))
                setRuns(OpenRuns(m_runs));
        };
        connect(run.feed.get(), &RunFeed::stateChanged, this, again);
        connect(run.feed.get(), &RunFeed::stepsCommitted, this, again);
    }
    m_source->addItem(tr("As on Configure"), QString());
    // The current run, unless somebody chose otherwise.
    const int again = m_folder.isEmpty() && !m_wantsForm ? -1 : m_source->findData(m_folder);
    const OpenRun* current = currentRun(m_runs);
    m_source->setCurrentIndex(
        again >= 0 ? again : std::max(0, current ? m_source->findData(current->feed->folder()) : 0));
    if (m_source->currentData().toString() != m_folder || (m_folder.isEmpty() && m_reward->changes().isEmpty()))
        choose();
}

void LabPanel::follow(const QString& folder)
{
    const int index = m_source->findData(folder);
    if (index < 0 || folder.isEmpty() || folder == m_folder || m_wantsForm || !m_reward->changes().isEmpty())
        return;
    m_source->setCurrentIndex(index);
    choose();
}

void LabPanel::choose()
{
    keepTyped();
    m_folder = m_source->currentData().toString();
    m_name.clear();
    for (const OpenRun& run : m_runs)
        if (run.feed->folder() == m_folder)
            m_name = visibleLine(run.label.toStdString());
    const std::optional<RunConfig> ofRun = m_folder.isEmpty() ? std::nullopt : storedConfig(m_folder);
    const RunConfig from = ofRun ? *ofRun : form ? form() : defaultConfig("grpo"), config = rewardedConfig(from);
    const std::string noHeldOut = ofRun ? noHeldOutReason(from) : "";
    qint64 last = 0;
    if (ofRun)
        if (const auto reader = RunReader::open(m_folder.toStdString()))
            last = (*reader)->lastStep().ok() ? *(*reader)->lastStep() : 0;
    m_about->setText((noHeldOut.empty() ? tr("Task %1%2") : tr("No task (%1)%2"))
                         .arg(QString::fromStdString(noHeldOut.empty() ? config.task.name : from.general.kind),
                             m_folder.isEmpty() ? QString()
                                 : last == 1    ? tr(", 1 step. Nothing here changes the run.")
                                                : tr(", %1 steps. Nothing here changes the run.").arg(last)));
    m_reward->setBase(config);
    m_text->setConfig(config);
    // Completions that are examples to read have no verdict; only gradients of rewards have a what-if.
    const bool isJudged = ofRun && judgesSamples(from), isOnline = ofRun && stageOf(from.general.kind) == Stage::Online;
    m_text->setFolder(isJudged ? m_folder : QString());
    m_rescore->setFolder(m_folder, last, m_name, { isJudged, translated(QString::fromStdString(noHeldOut)) });
    m_whatIf->setRun(isOnline ? m_folder : QString(), config);
    m_losses->setFolder(isOnline ? m_folder : QString(), m_name);
    putTyped();
    spread();
}

QJsonObject LabPanel::typed() const
{
    QJsonObject all { { QStringLiteral("text"), m_text->typed() }, { QStringLiteral("rescore"), m_rescore->typed() },
        { QStringLiteral("whatIf"), m_whatIf->typed() }, { QStringLiteral("losses"), m_losses->typed() } };
    for (const QString& page : all.keys())
        if (all[page].toObject().isEmpty())
            all.remove(page);
    if (const QStringList changes = m_reward->changes(); !changes.isEmpty())
        all[QStringLiteral("rewards")] = QJsonArray::fromStringList(changes);
    return all;
}

void LabPanel::keepTyped()
{
    std::erase_if(m_typed, [this](const auto& one) { return one.first == m_folder; });
    QJsonObject now = typed();
    if (const QJsonObject text = LabRewardPage::withoutCarried(now[QStringLiteral("text")].toObject()); text.isEmpty())
        now.remove(QStringLiteral("text"));
    else
        now[QStringLiteral("text")] = text;
    if (!now.isEmpty())
        m_typed.emplace_back(m_folder, now);
    if (m_typed.size() > kMostTyped)
        m_typed.erase(m_typed.begin());
}

void LabPanel::putTyped()
{
    QJsonObject kept;
    for (const auto& [folder, what] : m_typed)
        if (folder == m_folder)
            kept = what;
    QStringList changes;
    for (const QJsonValue& change : kept[QStringLiteral("rewards")].toArray())
        changes << change.toString();
    m_reward->setChanges(changes);
    m_text->restoreTyped(kept[QStringLiteral("text")].toObject());
    m_rescore->restoreTyped(kept[QStringLiteral("rescore")].toObject());
    m_whatIf->restoreTyped(kept[QStringLiteral("whatIf")].toObject());
    m_losses->restoreTyped(kept[QStringLiteral("losses")].toObject());
}

QJsonObject LabPanel::sessionState() const
{
    QJsonObject runs;
    for (const auto& [folder, kept] : m_typed)
        runs[folder] = kept;
    runs.remove(m_folder); // as it was when it was chosen
    if (const QJsonObject now = typed(); !now.isEmpty())
        runs[m_folder] = now;
    return runs.isEmpty() ? QJsonObject() : QJsonObject { { QStringLiteral("runs"), runs } };
}

void LabPanel::restoreSession(const QJsonObject& state)
{
    const QJsonObject runs = state[QStringLiteral("runs")].toObject();
    m_typed.clear();
    for (auto run = runs.begin(); run != runs.end(); ++run)
        m_typed.emplace_back(run.key(), run->toObject());
    if (!runs.contains(m_folder))
        return;
    putTyped();
    spread();
}

void LabPanel::spread()
{
    m_text->setConfig(m_reward->config());
    const QStringList changes = m_reward->changes();
    m_rescore->setChanges(changes);
    const bool isOwn = changes.isEmpty(),
               isPaidAlike = changes.filter(QRegularExpression(QStringLiteral("^rewards\\."))).isEmpty();
    m_hacks->setConfig(m_reward->config(), m_folder,
        m_folder.isEmpty() ? (isOwn ? tr("the rewards on Configure")
                : isPaidAlike       ? tr("the rewards on Configure, with another verifier")
                                    : tr("the rewards on Configure, with changes"))
            : isOwn        ? tr("%1's rewards").arg(m_name)
            : isPaidAlike  ? tr("%1's rewards, with another verifier").arg(m_name)
                           : tr("%1's rewards, with changes").arg(m_name));
}

bool LabPanel::chooseRun(const QString& folder)
{
    const int index = m_source->findData(folder);
    if (index < 0 || folder.isEmpty()) {
        Q_EMIT said(tr("The reward lab has no such run: it takes open runs."));
        return false;
    }
    if (folder != m_folder) {
        m_source->setCurrentIndex(index);
        choose();
    }
    return true;
}

void LabPanel::editCompletion(const QString& folder, qint64 completionId)
{
    if (const auto config = storedConfig(folder); config && !judgesSamples(*config))
        return Q_EMIT said(tr("This completion is an example to read: nothing judged or rewarded it."));
    if (!chooseRun(folder))
        return;
    m_tabs->setCurrentWidget(m_text);
    m_text->edit(completionId);
}

void LabPanel::rescore(const QString& folder)
{
    if (!chooseRun(folder))
        return;
    m_tabs->setCurrentWidget(m_rescore);
    m_rescore->start();
}

void LabPanel::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    if (m_folder.isEmpty() && m_reward->changes().isEmpty())
        choose(); // the form may have changed
}

} // namespace aha
