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
#include <QSignalBlocker>
#include <QStandardItemModel>
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
    , m_source(new QComboBox(this))
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
    m_tabs->setCornerWidget(makeSourceChoice());
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
        connect(page, &AnalysisPage::problemPicked, this, &AnalysePanel::problemPicked);
    }
    connect(m_run, &QComboBox::activated, this, &AnalysePanel::read);
    connect(m_against, &QComboBox::activated, this, &AnalysePanel::read);
    connect(m_source, &QComboBox::activated, this, [this](int index) {
        m_wanted = TraceSource(index);
        read();
    });
    m_coalesce.setSingleShot(true);
    m_coalesce.setInterval(kRefreshMs);
    connect(&m_coalesce, &QTimer::timeout, this, [this] {
        if (isVisible())
            read();
    });
    setRuns({});
}

AnalysePanel::~AnalysePanel() = default;

QWidget* AnalysePanel::makeSourceChoice()
{
    m_source->setObjectName(QStringLiteral("analyseSource"));
    m_source->setAccessibleName(tr("Traces that are counted"));
    m_source->setAccessibleDescription(
        tr("Completions of training steps, each of other prompts; or the answers that the evaluations stored, to the "
           "same held-out problems each time."));
    m_source->setToolTip(m_source->accessibleDescription());
    m_source->addItems({ tr("sampled completions"), tr("held-out answers") }); // as TraceSource
    setKeptElsewhere(m_source); // sessionState(): what stands there by itself is no choice
    auto* label = new QLabel(tr("Counted"), this);
    label->setToolTip(m_source->toolTip());
    label->setBuddy(m_source);
    auto* corner = new QWidget(this);
    auto* layout = new QHBoxLayout(corner);
    layout->setContentsMargins(0, 0, 12, 4);
    layout->setSpacing(8);
    layout->addWidget(label);
    layout->addWidget(m_source);
    return corner;
}

QJsonObject AnalysePanel::sessionState() const
{
    return m_wanted ? QJsonObject { { QStringLiteral("counted"),
               *m_wanted == TraceSource::HeldOutAnswers ? QStringLiteral("held-out") : QStringLiteral("sampled") } }
                    : QJsonObject();
}

void AnalysePanel::restoreSession(const QJsonObject& state)
{
    const QString counted = state[QStringLiteral("counted")].toString();
    if (counted != QStringLiteral("held-out") && counted != QStringLiteral("sampled"))
        return;
    m_wanted = counted == QStringLiteral("held-out") ? TraceSource::HeldOutAnswers : TraceSource::Completions;
    if (isVisible())
        read();
}

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
    const QVariant shown = m_run->currentData();
    m_run->clear();
    m_against->clear();
    m_against->addItem(tr("no other run"));
    const auto later = [this] {
        if (!m_coalesce.isActive())
            m_coalesce.start();
    };
    for (const OpenRun& run : runs) {
        m_run->addItem(run.label, run.feed->folder());
        m_against->addItem(run.label, run.feed->folder());
        connect(run.feed.get(), &RunFeed::stepsCommitted, this, later);
        connect(run.feed.get(), &RunFeed::stateChanged, this, later); // the last evaluation comes after the last step
    }
    const int again = shown.isValid() ? m_run->findData(shown) : -1;
    m_run->setCurrentIndex(again >= 0 ? again : currentIndex(runs));
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

TraceAnalysis* AnalysePanel::analysisOf(const OpenRun& run)
{
    const QString folder = run.feed->folder();
    for (const auto& analysis : m_analyses)
        if (analysis->folder() == folder && analysis->of() == m_of)
            return analysis.get();
    m_analyses.push_back(std::make_unique<TraceAnalysis>(folder, m_lexicon, m_of));
    TraceAnalysis* made = m_analyses.back().get();
    connect(made, &TraceAnalysis::changed, this, &AnalysePanel::display);
    connect(made, &TraceAnalysis::progressed, this, [this, made](qint64 done, qint64 all) {
        const OpenRun* run = chosen(m_run);
        if (!run || run->feed->folder() != made->folder() || made->of() != m_of)
            return;
        m_progress->setRange(0, int(std::max<qint64>(all, 1)));
        m_progress->setValue(int(std::min(done, all)));
        showProgress();
    });
    return made;
}

bool AnalysePanel::mayHave(const OpenRun& run, TraceSource of) const
{
    bool looked = false;
    for (const auto& analysis : m_analyses) // one that is not shown is not refreshed: what any has found is there
        if (const auto tally = analysis->tally(); analysis->folder() == run.feed->folder() && tally->known) {
            looked = true;
            if (of == TraceSource::Completions ? tally->hasCompletions : tally->hasAnswers)
                return true;
        }
    return !looked;
}

bool AnalysePanel::hasJudgedAnswersOnly(const OpenRun& run) const
{
    return std::any_of(m_analyses.begin(), m_analyses.end(), [&](const auto& analysis) {
        const auto tally = analysis->tally();
        return analysis->folder() == run.feed->folder() && tally->known && tally->examplesOnly && tally->hasAnswers;
    });
}

TraceSource AnalysePanel::sourceOf(const OpenRun* run, const OpenRun* other) const
{
    // The examples of fine-tuning have no verdict: counted as wrong they would say what nobody measured.
    const TraceSource first
        = m_wanted.value_or(run && hasJudgedAnswersOnly(*run) ? TraceSource::HeldOutAnswers : TraceSource::Completions);
    const TraceSource second
        = first == TraceSource::Completions ? TraceSource::HeldOutAnswers : TraceSource::Completions;
    if (!run)
        return first;
    const auto both = [&](TraceSource of) { return mayHave(*run, of) && (!other || mayHave(*other, of)); };
    if (!m_wanted && !both(first) && both(second))
        return second;
    return mayHave(*run, first) || !mayHave(*run, second) ? first : second;
}

bool AnalysePanel::reading() const
{
    return std::any_of(m_analyses.begin(), m_analyses.end(), [](const auto& analysis) { return analysis->reading(); });
}

void AnalysePanel::read()
{
    m_of = sourceOf(chosen(m_run), chosen(m_against));
    for (const QComboBox* box : { m_run, m_against })
        if (const OpenRun* run = chosen(box))
            analysisOf(*run)->refresh();
    display();
}

void AnalysePanel::display()
{
    const OpenRun *run = chosen(m_run), *other = chosen(m_against);
    if (other == run)
        other = nullptr;
    if (sourceOf(run, other) != m_of)
        return read(); // now that it is known what there is
    const auto shown = [this](const OpenRun* one) {
        return one ? AnalysisPage::Shown { analysisOf(*one)->tally(), one->label, one->color } : AnalysisPage::Shown {};
    };
    const AnalysisPage::Shown first = shown(run), second = shown(other);
    QString hint;
    if (!run)
        hint = tr("No run is open. Open one from the table on the left: its traces are counted here, step by step.");
    else if (!first.tally->problem.isEmpty())
        hint = first.tally->problem;
    else if (first.tally->steps.all().empty() && analysisOf(*run)->reading())
        hint = tr("Reading the traces…");
    else if (first.tally->steps.all().empty() && first.tally->notKept == 0)
        hint = tr("This run has stored neither completions of training steps nor answers to held-out problems yet. "
                  "Reinforcement learning and distillation on the student's own completions sample both; fine-tuning "
                  "answers held-out problems at its evaluations where data.verifier says how answers are judged. "
                  "Preferences and reward models sample none.");
    m_hint->setText(hint);
    m_hint->setVisible(!hint.isEmpty());
    m_tabs->setVisible(hint.isEmpty());
    showSource(run);
    if (hint.isEmpty())
        for (AnalysisPage* page : m_pages)
            page->setRuns(first, second);
    showProgress();
}

void AnalysePanel::showSource(const OpenRun* run)
{
    const QSignalBlocker block(m_source);
    m_source->setCurrentIndex(int(m_of));
    auto* items = qobject_cast<QStandardItemModel*>(m_source->model());
    for (const TraceSource of : { TraceSource::Completions, TraceSource::HeldOutAnswers }) {
        const bool has = !run || mayHave(*run, of);
        items->item(int(of))->setEnabled(has);
        items->item(int(of))->setToolTip(has     ? QString()
                : of == TraceSource::Completions ? tr("This run has sampled none while it trained.")
                                                 : tr("This run has stored none: it was not evaluated yet, answers no "
                                                      "held-out problems, or is of an older version."));
    }
}

void AnalysePanel::showProgress()
{
    const OpenRun *run = chosen(m_run), *other = chosen(m_against);
    TraceAnalysis* analysis = run ? analysisOf(*run) : nullptr;
    m_progress->setVisible(analysis && analysis->reading());
    m_status->setText(analysis ? statusOf(*analysis, *run, other) : QString());
    m_status->setToolTip(m_status->text().toHtmlEscaped());
}

QString AnalysePanel::statusOf(const TraceAnalysis& analysis, const OpenRun& run, const OpenRun* other)
{
    const RunTally& tally = *analysis.tally();
    if (analysis.reading())
        return tr("reading traces, %L1 so far").arg(analysis.tracesRead());
    if (!m_lexiconProblem.isEmpty())
        return m_lexiconProblem;
    if (other == &run)
        return tr("Against itself a run has nothing to show: choose another one.");
    const bool ofAnswers = m_of == TraceSource::HeldOutAnswers, one = tally.steps.counted() == 1;
    if (other && !mayHave(*other, m_of))
        return ofAnswers ? tr("%1 has no held-out answers to hold against.").arg(other->label)
                         : tr("%1 has no sampled completions to hold against.").arg(other->label);
    QString counted = (ofAnswers ? (one ? tr("%L1 answers at %L2 evaluation") : tr("%L1 answers at %L2 evaluations"))
                                 : (one ? tr("%L1 traces in %L2 step") : tr("%L1 traces in %L2 steps")))
                          .arg(tally.traces)
                          .arg(tally.steps.counted());
    if (tally.traces > 0 && tally.judged == 0)
        counted += tr("; none was judged");
    else if (tally.judged < tally.traces)
        counted += tr("; nobody judged %L1").arg(tally.traces - tally.judged);
    if (tally.failed > 0)
        counted += tr("; %L1 of %L2 could not be judged").arg(tally.failed).arg(tally.traces + tally.failed);
    if (tally.notKept > 0)
        counted += tr("; %L1 left out, as their text was not kept").arg(tally.notKept);
    return counted;
}

void AnalysePanel::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    read();
}

} // namespace aha
