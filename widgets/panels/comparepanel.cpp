#include "widgets/panels/comparepanel.h"

#include "core/trace/reflection.h"
#include "widgets/language/translation.h"
#include "widgets/models/wordlist.h"
#include "widgets/panels/comparefigures.h"
#include "widgets/panels/evaluatebar.h"
#include "widgets/panels/lineagepage.h"
#include "widgets/panels/outcomespage.h"
#include "widgets/panels/probespage.h"
#include "widgets/panels/textspage.h"
#include "widgets/panels/tracepane.h"
#include "widgets/plots/placeaction.h"

#include <QTabWidget>
#include <QVBoxLayout>

namespace aha {

namespace {

/// A lexicon that cannot be read marks nothing; the Traces page says so.
std::shared_ptr<const Lexicon> loadLexicon()
{
    const Result<Lexicon> lexicon = shippedLexicon();
    return std::make_shared<Lexicon>(lexicon ? *lexicon : Lexicon());
}

} // namespace

ComparePanel::ComparePanel(QWidget* parent)
    : QWidget(parent)
    , m_tabs(new QTabWidget(this))
    , m_figures(new CompareFigures(this))
    , m_outcomes(new OutcomesPage(this))
    , m_evaluate(new EvaluateBar(this))
{
    const std::shared_ptr<const Lexicon> lexicon = loadLexicon();
    m_probes = new ProbesPage(lexicon, this);
    m_lineage = new LineagePage(lexicon, this);
    m_texts = new TextsPage(lexicon, this);
    m_tabs->setObjectName(QStringLiteral("compareTabs"));
    m_tabs->setAccessibleName(tr("Ways to compare"));
    m_tabs->setDocumentMode(true);
    m_tabs->addTab(m_figures, tr("In numbers"));
    m_tabs->addTab(m_outcomes, tr("Outcomes"));
    m_tabs->addTab(m_probes, tr("Probes"));
    m_tabs->addTab(m_lineage, tr("Lineage"));
    m_tabs->addTab(m_texts, tr("Texts"));
    new PlaceAction(this, "compare.ownPrompts", tr("Answers to your prompts"), {}, [this] {
        showTab(Probes);
        m_probes->showOwn();
    });
    m_tabs->setCornerWidget(m_evaluate->button());
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(12, 8, 12, 12);
    layout->addWidget(m_evaluate);
    layout->addWidget(m_tabs);
    connect(m_outcomes, &OutcomesPage::problemPicked, this, &ComparePanel::problemPicked);
    connect(m_probes, &ProbesPage::problemPicked, this, &ComparePanel::problemPicked);
    connect(m_lineage, &LineagePage::problemPicked, this, &ComparePanel::problemPicked);
    connect(m_lineage, &LineagePage::completionPicked, this, &ComparePanel::completionPicked);
    connect(m_texts, &TextsPage::completionPicked, this, &ComparePanel::completionPicked);
    connect(m_texts, &TextsPage::problemPicked, this, &ComparePanel::problemPicked);
    connect(m_texts, &TextsPage::said, this, &ComparePanel::said);
    for (const TracePane* pane : findChildren<TracePane*>())
        connect(pane, &TracePane::textMenuOpening, this, &ComparePanel::textMenuOpening);
    connect(m_texts, &TextsPage::textMenuOpening, this, &ComparePanel::textMenuOpening);
    connect(m_probes, &ProbesPage::textsPicked, this, &ComparePanel::compareTexts);
    connect(m_lineage, &LineagePage::stepPicked, this, &ComparePanel::stepPicked);
    connect(m_lineage, &LineagePage::said, this, &ComparePanel::said);
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
    m_lineage->setRuns(runs);
    m_texts->setRuns(runs);
    m_evaluate->setRuns(runs);
}

void ComparePanel::setLexicon(const std::shared_ptr<const Lexicon>& lexicon)
{
    for (TracePane* pane : findChildren<TracePane*>())
        pane->setLexicon(lexicon);
    m_texts->setLexicon(lexicon);
}

void ComparePanel::compareTexts(const TextPlaces& places)
{
    showTab(Texts);
    if (places.size() == 1)
        m_texts->add(places.front());
    else
        m_texts->setTexts(places);
}

TextReading ComparePanel::reading() const
{
    if (m_tabs->currentIndex() == Texts)
        return m_texts->reading();
    const auto* pane = m_tabs->currentWidget()->findChild<TracePane*>();
    return pane && pane->isVisible() ? pane->reading() : TextReading();
}

void ComparePanel::showTab(Tab tab) { m_tabs->setCurrentIndex(tab); }

CompareModel* ComparePanel::model() const { return m_figures->model(); }

} // namespace aha
