#include "widgets/panels/comparepanel.h"

#include "widgets/panels/comparefigures.h"
#include "widgets/panels/outcomespage.h"

#include <QTabWidget>
#include <QVBoxLayout>

namespace aha {

ComparePanel::ComparePanel(QWidget* parent)
    : QWidget(parent)
    , m_tabs(new QTabWidget(this))
    , m_figures(new CompareFigures(this))
    , m_outcomes(new OutcomesPage(this))
{
    m_tabs->setObjectName(QStringLiteral("compareTabs"));
    m_tabs->setAccessibleName(QStringLiteral("Ways to compare"));
    m_tabs->setDocumentMode(true);
    m_tabs->addTab(m_figures, QStringLiteral("Figures"));
    m_tabs->addTab(m_outcomes, QStringLiteral("Outcomes"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(12, 8, 12, 12);
    layout->addWidget(m_tabs);
    connect(m_outcomes, &OutcomesPage::problemPicked, this, &ComparePanel::problemPicked);
}

void ComparePanel::setRuns(const OpenRuns& runs)
{
    m_figures->setRuns(runs);
    m_outcomes->setRuns(runs);
}

void ComparePanel::showTab(Tab tab) { m_tabs->setCurrentIndex(tab); }

CompareModel* ComparePanel::model() const { return m_figures->model(); }

} // namespace aha
