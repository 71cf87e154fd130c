#include "widgets/panels/evaluatebar.h"

#include "widgets/language/translation.h"
#include "widgets/models/visibletext.h"
#include "widgets/panels/notebar.h"
#include "widgets/plots/placeaction.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QProgressBar>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>

namespace aha {

using Json = nlohmann::ordered_json;

namespace {

constexpr int kProgressWidth = 160;

/// A number of a line of the engine; 0: none.
double figureOf(const Json& json, const char* key)
{
    const auto found = json.find(key);
    return found != json.end() && found->is_number() ? found->get<double>() : 0;
}

QString offeredStep(qint64 step) { return step == 0 ? tr("Step 0, before training") : tr("Step %1").arg(step); }

/// For a menu, where & marks the letter that is pressed.
QString menuText(QString text) { return text.replace(QLatin1Char('&'), QLatin1String("&&")); }

} // namespace

EvaluateBar::EvaluateBar(QWidget* parent)
    : QWidget(parent)
    , m_button(new QPushButton(tr("Evaluate a checkpoint…"), this))
    , m_cancel(new QPushButton(tr("Cancel"), this))
    , m_menu(new QMenu(m_button))
    , m_running(new QWidget(this))
    , m_what(new QLabel(this))
    , m_progress(new QProgressBar(this))
    , m_note(new NoteBar(this))
{
    m_button->setObjectName(QStringLiteral("evaluateCheckpoint"));
    m_button->setToolTip(plainToolTip(
        tr("Lets a checkpoint without an evaluation answer the run's own held-out problems, as the run does while it "
           "trains (eval.problems, eval.samples); the evaluation is stored in the run. An engine does it beside the "
           "window and beside a run that trains, which is slower meanwhile.")));
    m_menu->setObjectName(QStringLiteral("evaluateMenu"));
    m_cancel->setObjectName(QStringLiteral("evaluateCancel"));
    m_cancel->setAccessibleName(tr("Cancel the evaluation"));
    m_what->setObjectName(QStringLiteral("evaluateWhat"));
    m_what->setTextFormat(Qt::PlainText);
    m_what->setWordWrap(true);
    m_progress->setObjectName(QStringLiteral("evaluateProgress"));
    m_progress->setAccessibleName(tr("How far the evaluation is"));
    m_progress->setRange(0, 100);
    m_progress->setFixedWidth(kProgressWidth);
    m_note->setObjectName(QStringLiteral("evaluateNote"));
    m_note->installEventFilter(this);
    auto* row = new QHBoxLayout(m_running);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    row->addWidget(m_what, 1);
    row->addWidget(m_progress);
    row->addWidget(m_cancel);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    layout->addWidget(m_running);
    layout->addWidget(m_note);
    new PlaceAction(
        m_button, "compare.evaluate", tr("Evaluate a checkpoint…"), {}, [this] { m_button->click(); },
        [this] { return m_button->isEnabled(); });
    connect(m_button, &QPushButton::clicked, this, &EvaluateBar::ask);
    connect(m_cancel, &QPushButton::clicked, this, &EvaluateBar::cancel);
    connect(&m_engine, &EngineLines::received, this, &EvaluateBar::take);
    connect(&m_engine, &EngineLines::finished, this,
        [this] { end(m_result.is_object() ? QString() : tr("the engine ended without a result.")); });
    connect(&m_engine, &EngineLines::failed, this,
        [this](const QString& sentence) { end(translated(visibleText(sentence.toStdString()))); });
    present();
}

EvaluateBar::~EvaluateBar() = default;

void EvaluateBar::setRuns(const OpenRuns& runs)
{
    m_runs = runs; // a job goes on when its run is closed: what it stores is in the run
    present();
}

void EvaluateBar::ask()
{
    std::vector<RunName> names;
    for (const OpenRun& run : m_runs)
        names.push_back({ run.feed->folder(), run.label, run.color });
    m_worker.post([this, names = std::move(names), asked = ++m_asked] {
        std::vector<EvaluationOffer> offers;
        for (const RunName& name : names)
            offers.push_back(readEvaluationOffer(name));
        QMetaObject::invokeMethod(
            this,
            [this, asked, offers = std::move(offers)] {
                if (asked == m_asked)
                    offer(offers);
            },
            Qt::QueuedConnection);
    });
}

void EvaluateBar::offer(const std::vector<EvaluationOffer>& offers)
{
    if (!m_jobs.empty())
        return; // begun while this was read
    m_menu->clear();
    QStringList problems;
    for (const EvaluationOffer& one : offers) {
        if (!one.problem.isEmpty())
            problems << one.problem;
        const QString run = offers.size() > 1 ? one.run.label + QStringLiteral(" · ") : QString();
        for (const qint64 step : one.steps)
            m_menu->addAction(menuText(run + offeredStep(step)), this, [this, one, step] { add(one, { step }); });
        if (one.steps.size() > 1)
            m_menu->addAction(
                menuText(run + tr("All %1 steps").arg(one.steps.size())), this, [this, one] { add(one, one.steps); });
    }
    if (m_menu->isEmpty())
        m_note->say(problems.join(QLatin1Char('\n')));
    else if (m_button->isVisible())
        m_menu->popup(m_button->mapToGlobal(QPoint(0, m_button->height())));
}

void EvaluateBar::add(const EvaluationOffer& offer, const std::vector<qint64>& steps)
{
    for (const qint64 step : steps)
        m_jobs.push_back({ offer.run.folder, offer.run.label, step });
    m_note->hide();
    begin();
}

void EvaluateBar::begin()
{
    m_result = Json();
    m_progress->setValue(0);
    if (!m_jobs.empty())
        m_engine.start({ QStringLiteral("eval"), m_jobs.front().folder, QStringLiteral("--step"),
            QString::number(m_jobs.front().step), QStringLiteral("--store"), QStringLiteral("--progress") });
    present();
}

void EvaluateBar::take(const std::vector<Json>& lines)
{
    for (const Json& line : lines) {
        if (const auto progress = line.find("progress"); progress != line.end() && progress->is_object())
            m_progress->setValue(int(std::clamp(figureOf(*progress, "done"), 0.0, 100.0)));
        else if (line.contains("pass@1") || line.contains("probes"))
            m_result = line;
    }
}

void EvaluateBar::end(const QString& problem)
{
    if (m_jobs.empty())
        return;
    const Job job = m_jobs.front();
    m_jobs.pop_front();
    if (!problem.isEmpty()) {
        m_jobs.clear(); // the next one would hardly go better
        m_note->say(tr("Step %1 of %2 is not evaluated: %3").arg(QString::number(job.step), job.label, problem), true);
    } else {
        m_note->say(m_result.contains("probes")
                ? tr("Step %1 of %2 has answered your prompts (n = %3). The answers stand on Probes.")
                      .arg(QString::number(job.step), job.label, QString::number(figureOf(m_result, "probes")))
                : tr("Step %1 of %2 is evaluated: pass@1 %3 %, n = %4 × %5. It stands among the run's evaluations.")
                      .arg(QString::number(job.step), job.label,
                          QString::number(100 * figureOf(m_result, "pass@1"), 'f', 1),
                          QString::number(figureOf(m_result, "n")), QString::number(figureOf(m_result, "samples"))));
    }
    announce(job.folder); // of what could not be judged the answers to a person's own prompts are stored
    begin();
}

void EvaluateBar::cancel()
{
    if (m_jobs.empty())
        return;
    m_engine.cancel();
    const Job job = m_jobs.front();
    m_jobs.clear();
    if (m_result.is_object()) { // it was stored, and the engine was only to end
        m_jobs.push_back(job);
        return end({});
    }
    m_note->say(tr("The evaluation of step %1 of %2 was cancelled; nothing of it is stored.")
                    .arg(QString::number(job.step), job.label));
    begin();
}

/// Closed, the note takes the line with it.
bool EvaluateBar::eventFilter(QObject* object, QEvent* event)
{
    if (object == m_note && (event->type() == QEvent::HideToParent || event->type() == QEvent::ShowToParent))
        setVisible(!m_jobs.empty() || !m_note->isHidden());
    return QWidget::eventFilter(object, event);
}

void EvaluateBar::present()
{
    const bool running = !m_jobs.empty(), left = m_button->hasFocus(), leaves = !running && m_cancel->hasFocus();
    if (running) {
        const QString what
            = tr("Evaluating step %1 of %2 …").arg(QString::number(m_jobs.front().step), m_jobs.front().label);
        m_what->setText(
            m_jobs.size() > 1 ? tr("%1 %2 more after it.").arg(what, QString::number(m_jobs.size() - 1)) : what);
    }
    m_button->setEnabled(!running && !m_runs.empty());
    m_running->setVisible(running);
    setVisible(running || !m_note->isHidden());
    if (running && left) // one at a time: what can be done now is to cancel
        m_cancel->setFocus(Qt::OtherFocusReason);
    else if (leaves && m_button->isEnabled())
        m_button->setFocus(Qt::OtherFocusReason);
}

void EvaluateBar::announce(const QString& folder)
{
    for (const OpenRun& run : m_runs)
        if (run.feed->folder() == folder)
            Q_EMIT run.feed->stepsCommitted(run.feed->lastStep());
}

} // namespace aha
