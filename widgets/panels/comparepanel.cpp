#include "widgets/panels/comparepanel.h"

#include "core/run/runlauncher.h"
#include "core/trace/reflection.h"
#include "widgets/panels/comparefigures.h"
#include "widgets/panels/outcomespage.h"
#include "widgets/panels/probespage.h"

#include <QTabWidget>
#include <QVBoxLayout>

namespace aha {

namespace {

/// A lexicon that cannot be read marks nothing; the Traces page says so.
std::shared_ptr<const Lexicon> loadLexicon()
{
    const Result<Lexicon> lexicon
        = Lexicon::load((resourceRootFolder() + QStringLiteral("/resources/lexicons/reflection.txt")).toStdString());
    return std::make_shared<Lexicon>(lexicon ? *lexicon : Lexicon());
}

} // namespace

ComparePanel::ComparePanel(QWidget* parent)
    : QWidget(parent)
    , m_tabs(new QTabWidget(this))
    , m_figures(new CompareFigures(this))
    , m_outcomes(new OutcomesPage(this))
{
    const std::shared_ptr<const Lexicon> lexicon = loadLexicon();
    m_probes = new ProbesPage(lexicon, this);
    m_tabs->setObjectName(QStringLiteral("compareTabs"));
    m_tabs->setAccessibleName(QStringLiteral("Ways to compare"));
    m_tabs->setDocumentMode(true);
    m_tabs->addTab(m_figures, QStringLiteral("Figures"));
    m_tabs->addTab(m_outcomes, QStringLiteral("Outcomes"));
    m_tabs->addTab(m_probes, QStringLiteral("Probes"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(12, 8, 12, 12);
    layout->addWidget(m_tabs);
    connect(m_outcomes, &OutcomesPage::problemPicked, this, &ComparePanel::problemPicked);
    connect(m_probes, &ProbesPage::problemPicked, this, &ComparePanel::problemPicked);
    connect(m_outcomes, &OutcomesPage::probeRequested, this, [this](const QString& folder, const QString& problem) {
        showTab(Probes);
        m_probes->follow(folder, problem);
    });
}

void ComparePanel::setRuns(const OpenRuns& runs)
{
    m_figures->setRuns(runs);
    m_outcomes->setRuns(runs);
    m_probes->setRuns(runs);
}

void ComparePanel::showTab(Tab tab) { m_tabs->setCurrentIndex(tab); }

CompareModel* ComparePanel::model() const { return m_figures->model(); }

} // namespace aha
