#include "widgets/panels/analysepanel.h"

#include "widgets/language/translation.h"
#include "widgets/models/wordlist.h"
#include "widgets/panels/behaviourpage.h"
#include "widgets/panels/combohint.h"
#include "widgets/panels/mixingpage.h"
#include "widgets/panels/reflectionpage.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QTabWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace aha {

namespace {

constexpr int kRefreshMs = 2000;

} // namespace

AnalysePanel::AnalysePanel(QWidget* parent)
    : AnalysePanel(shippedLexicon(), parent)
{
}

AnalysePanel::AnalysePanel(const Result<Lexicon>& lexicon, QWidget* parent)
    : QWidget(parent)
    , m_lexicon(std::make_shared<const Lexicon>(lexicon ? *lexicon : Lexicon()))
    , m_run(new QComboBox(this))
    , m_against(new QComboBox(this))
    , m_againstLabel(new QLabel(tr("Against"), this))
    , m_status(new QLabel(this))
    , m_hint(new QLabel(this))
    , m_progress(new QProgressBar(this))
    , m_tabs(new QTabWidget(this))
    , m_reflection(new ReflectionPage(this))
    , m_mixing(new MixingPage(this))
    , m_behaviour(new BehaviourPage(this))
    , m_pages { m_reflection, m_mixing, m_behaviour }
{
    if (!lexicon)
        m_lexiconProblem = tr("No reflection word is counted: %1").arg(translated(lexicon.error().sentence()));
    m_run->setObjectName(QStringLiteral("analyseRun"));
    m_run->setAccessibleName(tr("Run"));
    m_against->setObjectName(QStringLiteral("analyseAgainst"));
    m_against->setAccessibleName(tr("Run to hold it against"));
    m_against->setAccessibleDescription(
        tr("Its curves are dashed, with squares; Language mixing has the figures of both under “Two runs”."));
    m_againstLabel->setToolTip(m_against->accessibleDescription());
    m_againstLabel->setBuddy(m_against);
    for (QComboBox* box : { m_run, m_against }) {
        box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        box->setMinimumContentsLength(20);
        showWholeOnHover(box);
    }
    m_status->setObjectName(QStringLiteral("analyseStatus"));
    m_status->setTextFormat(Qt::PlainText);
    m_status->setProperty("role", QStringLiteral("hint"));
    m_status->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_progress->setObjectName(QStringLiteral("analyseProgress"));
    m_progress->setAccessibleName(tr("Traces read"));
    m_progress->setFixedWidth(140);
    m_progress->setTextVisible(false);
    m_hint->setObjectName(QStringLiteral("analyseHint"));
    m_hint->setTextFormat(Qt::PlainText);
    m_hint->setWordWrap(true);
    m_hint->setAlignment(Qt::AlignCenter);
    m_hint->setProperty("role", QStringLiteral("hint"));
    m_tabs->setObjectName(QStringLiteral("analyseTabs"));
    m_tabs->setAccessibleName(tr("Subjects"));
    m_tabs->setDocumentMode(true);
    m_tabs->addTab(m_reflection, tr("Reflection"));
    m_tabs->addTab(m_mixing, tr("Language mixing"));
    m_tabs->addTab(m_behaviour, tr("Behaviour"));
    auto* bar = new QHBoxLayout;
    bar->setContentsMargins(12, 10, 12, 6);
    bar->setSpacing(8);
    bar->addWidget(m_run);
    bar->addWidget(m_againstLabel);
    bar->addWidget(m_against);
    bar->addSpacing(8);
    bar->addWidget(m_status, 1);
    bar->addWidget(m_progress);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(bar);
    layout->addWidget(m_hint, 1);
    layout->addWidget(m_tabs, 1);

    for (AnalysisPage* page : m_pages) {
        connect(page, &AnalysisPage::stepPicked, this, &AnalysePanel::stepPicked);
        connect(page, &AnalysisPage::longestPicked, this, &AnalysePanel::longestPicked);
        connect(page, &AnalysisPage::evaluationPicked, this, &AnalysePanel::evaluationPicked);
        connect(page, &AnalysisPage::changePicked, this, &AnalysePanel::changePicked);
        connect(page, &AnalysisPage::completionPicked, this, &AnalysePanel::completionPicked);
    }
    connect(m_run, &QComboBox::activated, this, &AnalysePanel::read);
    connect(m_against, &QComboBox::activated, this, &AnalysePanel::read);
    m_coalesce.setSingleShot(true);
    m_coalesce.setInterval(kRefreshMs);
    connect(&m_coalesce, &QTimer::timeout, this, [this] {
        if (isVisible())
            read();
    });
    setRuns({});
}

AnalysePanel::~AnalysePanel() = default;

void AnalysePanel::setRuns(const OpenRuns& runs)
{
    for (const OpenRun& run : m_runs)
        run.feed->disconnect(this);
    m_runs = runs;
    std::erase_if(m_analyses, [&](const auto& analysis) {
        return std::none_of(
            runs.begin(), runs.end(), [&](const OpenRun& run) { return run.feed->folder() == analysis->folder(); });
    });
    const QString against = m_against->currentData().toString();
    m_run->clear();
    m_against->clear();
    m_against->addItem(tr("no other run"));
    for (const OpenRun& run : runs) {
        m_run->addItem(run.label, run.feed->folder());
        m_against->addItem(run.label, run.feed->folder());
        connect(run.feed.get(), &RunFeed::stepsCommitted, this, [this] {
            if (!m_coalesce.isActive())
                m_coalesce.start();
        });
    }
    const int kept = against.isEmpty() ? -1 : m_against->findData(against);
    m_against->setCurrentIndex(std::max(kept, 0)); // a second run is in the charts when it is asked for
    const bool several = runs.size() > 1;
    m_againstLabel->setVisible(several);
    m_against->setVisible(several);
    m_run->setEnabled(several);
    if (isVisible() || runs.empty())
        read(); // otherwise when the page is looked at
}

void AnalysePanel::setLexicon(std::shared_ptr<const Lexicon> lexicon)
{
    m_lexicon = std::move(lexicon);
    m_lexiconProblem.clear();
    m_analyses.clear();
    if (isVisible())
        read();
}

const OpenRun* AnalysePanel::chosen(const QComboBox* box) const
{
    for (const OpenRun& run : m_runs)
        if (run.feed->folder() == box->currentData().toString())
            return &run;
    return nullptr;
}

TraceAnalysis* AnalysePanel::analysisOf(const QString& folder)
{
    for (const auto& analysis : m_analyses)
        if (analysis->folder() == folder)
            return analysis.get();
    m_analyses.push_back(std::make_unique<TraceAnalysis>(folder, m_lexicon));
    TraceAnalysis* made = m_analyses.back().get();
    connect(made, &TraceAnalysis::changed, this, &AnalysePanel::display);
    connect(made, &TraceAnalysis::progressed, this, [this, folder](qint64 done, qint64 all) {
        const OpenRun* run = chosen(m_run);
        if (!run || run->feed->folder() != folder)
            return;
        m_progress->setRange(0, int(std::max<qint64>(all, 1)));
        m_progress->setValue(int(std::min(done, all)));
        showProgress();
    });
    return made;
}

bool AnalysePanel::reading() const
{
    return std::any_of(m_analyses.begin(), m_analyses.end(), [](const auto& analysis) { return analysis->reading(); });
}

void AnalysePanel::read()
{
    for (const QComboBox* box : { m_run, m_against })
        if (const OpenRun* run = chosen(box))
            analysisOf(run->feed->folder())->refresh();
    display();
}

void AnalysePanel::display()
{
    const OpenRun *run = chosen(m_run), *other = chosen(m_against);
    if (other == run)
        other = nullptr;
    const auto shown = [this](const OpenRun* one) {
        return one ? AnalysisPage::Shown { analysisOf(one->feed->folder())->tally(), one->label, one->color }
                   : AnalysisPage::Shown {};
    };
    const AnalysisPage::Shown first = shown(run), second = shown(other);
    QString hint;
    if (!run)
        hint = tr("No run is open. Open one from the table on the left: its traces are counted here, step by step.");
    else if (!first.tally->problem.isEmpty())
        hint = first.tally->problem;
    else if (first.tally->steps.all().empty())
        hint = analysisOf(run->feed->folder())->reading()
            ? tr("Reading the traces…")
            : tr("This run has no completions of training steps yet. Fine-tuning and reward models sample none; "
                 "open a run of reinforcement learning or distillation on the student's own completions.");
    m_hint->setText(hint);
    m_hint->setVisible(!hint.isEmpty());
    m_tabs->setVisible(hint.isEmpty());
    if (hint.isEmpty())
        for (AnalysisPage* page : m_pages)
            page->setRuns(first, second);
    showProgress();
}

void AnalysePanel::showProgress()
{
    const OpenRun* run = chosen(m_run);
    TraceAnalysis* analysis = run ? analysisOf(run->feed->folder()) : nullptr;
    const bool busy = analysis && analysis->reading();
    m_progress->setVisible(busy);
    m_status->setText(!analysis           ? QString()
            : busy                        ? tr("reading traces, %L1 so far").arg(analysis->tally()->traces)
            : !m_lexiconProblem.isEmpty() ? m_lexiconProblem
            : run == chosen(m_against)
            ? tr("Against itself a run has nothing to show: choose another one.")
            : (analysis->tally()->steps.counted() == 1 ? tr("%L1 traces in %L2 step") : tr("%L1 traces in %L2 steps"))
                  .arg(analysis->tally()->traces)
                  .arg(analysis->tally()->steps.counted()));
    m_status->setToolTip(m_status->text().toHtmlEscaped());
}

void AnalysePanel::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    read();
}

} // namespace aha
