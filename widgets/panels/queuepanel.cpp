#include "widgets/panels/queuepanel.h"

#include "core/run/runlauncher.h"
#include "widgets/language/translation.h"
#include "widgets/panels/queuepage.h"
#include "widgets/panels/sweeppage.h"
#include "widgets/panels/sweepresults.h"

#include <QTabWidget>
#include <QVBoxLayout>

namespace aha {

QueuePanel::QueuePanel(QWidget* parent)
    : QueuePanel(runsFolder(), enginePath(), parent)
{
}

QueuePanel::QueuePanel(const QString& runsFolder, const QString& engine, QWidget* parent)
    : QWidget(parent)
    , m_tabs(new QTabWidget(this))
    , m_queue(new QueuePage(runsFolder, engine, this))
    , m_sweep(new SweepPage(runsFolder, this))
{
    m_tabs->setObjectName(QStringLiteral("queueTabs"));
    m_tabs->setAccessibleName(tr("Queue and sweeps"));
    m_tabs->setDocumentMode(true);
    m_tabs->addTab(m_queue, tr("Jobs"));
    m_tabs->addTab(m_sweep, tr("Sweep"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_tabs);
    connect(m_queue, &QueuePage::openRequested, this, &QueuePanel::openRequested);
    connect(m_queue, &QueuePage::said, this, &QueuePanel::said);
    connect(m_sweep, &SweepPage::openRequested, this, &QueuePanel::openRequested);
    connect(m_sweep, &SweepPage::said, this, &QueuePanel::said);
    connect(
        m_sweep, &SweepPage::queueRequested, this, [this](const std::vector<RunConfig>& configs, const QString& sweep) {
            m_queue->enqueue(configs, sweep);
            m_tabs->setCurrentWidget(m_queue);
        });
}

QueuePanel::~QueuePanel() = default;

void QueuePanel::setWorkspace(Workspace* workspace) { m_sweep->results()->setWorkspace(workspace); }

void QueuePanel::setRuns(const OpenRuns& runs) { m_sweep->setRuns(runs); }

void QueuePanel::enqueue(const RunConfig& config)
{
    m_queue->enqueue({ config }, {});
    m_tabs->setCurrentWidget(m_queue);
}

void QueuePanel::startElsewhere(const RunConfig& config)
{
    m_tabs->setCurrentWidget(m_queue);
    m_queue->startElsewhere(config);
}

void QueuePanel::sweepFrom(const RunConfig& config)
{
    m_sweep->setBase(config);
    m_tabs->setCurrentWidget(m_sweep);
}

} // namespace aha
