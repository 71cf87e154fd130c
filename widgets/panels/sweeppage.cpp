#include "widgets/panels/sweeppage.h"

#include "widgets/language/translation.h"
#include "widgets/panels/sweepform.h"
#include "widgets/panels/sweepresults.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QJsonArray>
#include <QLabel>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace aha {

namespace {
constexpr int kLiveMs = 5000;

/// No sweep is called so: a name has one line.
QString markedName(const QStringList& folders) { return QLatin1Char('\n') + folders.join(QLatin1Char('\n')); }
}

SweepPage::SweepPage(const QString& runsFolder, QWidget* parent)
    : QWidget(parent)
    , m_runsFolder(runsFolder)
    , m_sweeps(new QComboBox(this))
    , m_pages(new QStackedWidget(this))
    , m_form(new SweepForm(this))
    , m_results(new SweepResults(this))
{
    m_sweeps->setObjectName(QStringLiteral("sweepChoice"));
    m_sweeps->setAccessibleName(tr("A new sweep, or one to look at"));
    m_sweeps->setMinimumContentsLength(30);
    m_pages->addWidget(m_form);
    m_pages->addWidget(m_results);
    auto* bar = new QHBoxLayout;
    auto* label = new QLabel(tr("Sweep"), this);
    label->setBuddy(m_sweeps);
    bar->addWidget(label);
    bar->addWidget(m_sweeps);
    bar->addStretch(1);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(12, 12, 12, 12);
    layout->setSpacing(10);
    layout->addLayout(bar);
    layout->addWidget(m_pages, 1);
    list({});
    connect(m_sweeps, &QComboBox::activated, this, [this](int index) { choose(m_sweeps->itemData(index).toString()); });
    connect(m_form, &SweepForm::queueRequested, this,
        [this](const std::shared_ptr<const SweepPlan>& plan, const QString& sweep) {
            Q_EMIT queueRequested(plan, sweep);
            if (sweep.isEmpty())
                return;
            m_queued << sweep;
            list(m_found); // the next one has another name
            Q_EMIT said((plan->points.size() == 1 ? tr("%1 run of the sweep \"%2\" was queued.")
                                                  : tr("%1 runs of the sweep \"%2\" were queued."))
                            .arg(plan->points.size())
                            .arg(sweep));
        });
    connect(m_results, &SweepResults::openRequested, this, &SweepPage::openRequested);
    m_live.setInterval(kLiveMs);
    connect(&m_live, &QTimer::timeout, this, [this] {
        if (isVisible())
            refresh();
    });
    m_live.start();
}

SweepPage::~SweepPage() = default;

void SweepPage::setRuns(const OpenRuns& runs) { m_form->setRuns(runs); }

void SweepPage::setEarlierRuns(const std::vector<RunListRow>& runs) { m_form->setEarlierRuns(runs); }

void SweepPage::useForm()
{
    choose({});
    m_form->useForm();
}

void SweepPage::showRuns(const QStringList& folders)
{
    m_marked = folders;
    list(m_found);
    choose(markedName(folders));
}

QJsonObject SweepPage::sessionState() const
{
    return m_marked.isEmpty() ? QJsonObject()
                              : QJsonObject { { QStringLiteral("marked"), QJsonArray::fromStringList(m_marked) } };
}

void SweepPage::restoreSession(const QJsonObject& state)
{
    m_marked.clear();
    for (const QJsonValue& folder : state[QStringLiteral("marked")].toArray())
        m_marked << folder.toString();
    list(m_found);
}

void SweepPage::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    refresh();
}

void SweepPage::choose(const QString& sweep)
{
    m_chosen = sweep;
    m_sweeps->setCurrentIndex(std::max(0, m_sweeps->findData(sweep)));
    m_pages->setCurrentIndex(sweep.isEmpty() ? 0 : 1);
    read();
}

void SweepPage::refresh()
{
    if (m_reading) // the one before is not back yet
        return;
    m_reading = true;
    m_worker.post([this, runs = m_runsFolder] {
        const auto sweeps = std::make_shared<std::vector<SweepName>>(listSweeps(runs));
        QMetaObject::invokeMethod(
            this,
            [this, sweeps] {
                m_reading = false;
                list(*sweeps);
                read();
            },
            Qt::QueuedConnection);
    });
}

void SweepPage::list(const std::vector<SweepName>& sweeps)
{
    m_sweeps->clear();
    m_found = sweeps;
    m_sweeps->addItem(tr("New sweep…"), QString());
    if (!m_marked.isEmpty())
        m_sweeps->addItem(tr("Marked in the table (%1 runs)").arg(m_marked.size()), markedName(m_marked));
    for (const SweepName& sweep : sweeps)
        m_sweeps->addItem(
            sweep.name + tr(" (%1)").arg(sweep.runs == 1 ? tr("1 run") : tr("%1 runs").arg(sweep.runs)), sweep.name);
    m_sweeps->setCurrentIndex(std::max(0, m_sweeps->findData(m_chosen)));
    QStringList taken = m_queued;
    for (const SweepName& sweep : sweeps)
        taken << sweep.name;
    m_form->setTaken(taken);
}

void SweepPage::read()
{
    if (m_chosen.isEmpty())
        return;
    m_worker.post([this, runs = m_runsFolder, name = m_chosen, marked = m_marked] {
        const auto data = std::make_shared<SweepData>(
            name == markedName(marked) ? readAsSweep(marked, name) : readSweep(runs, name));
        QMetaObject::invokeMethod(
            this,
            [this, data] {
                if (data->name == m_chosen)
                    m_results->setSweep(*data);
            },
            Qt::QueuedConnection);
    });
}

} // namespace aha
