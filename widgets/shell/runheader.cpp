#include "widgets/shell/runheader.h"

#include "widgets/language/translation.h"
#include "widgets/models/runstatetext.h"
#include "widgets/plots/elidedlabel.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>

#include <utility>

namespace aha {

namespace {

QString clock(double seconds)
{
    const int total = int(seconds);
    return total >= 3600 ? tr("%1 h %2 min").arg(total / 3600).arg(total % 3600 / 60)
                         : QStringLiteral("%1:%2").arg(total / 60).arg(total % 60, 2, 10, QLatin1Char('0'));
}

} // namespace

RunHeader::RunHeader(QWidget* parent)
    : QWidget(parent)
    , m_name(new ElidedLabel(this))
    , m_state(new Badge(this))
    , m_detail(new ElidedLabel(this))
    , m_progress(new QProgressBar(this))
{
    // A click leaves the focus to the bar, not to the button: what it does changes with the run, and the space in a
    // text that is typed on would press it. A button that goes with the focus leaves it to the bar, too; Tab leads
    // back.
    setFocusPolicy(Qt::ClickFocus);
    setAccessibleName(tr("The run itself"));
    m_name->setProperty("role", QStringLiteral("title"));
    m_name->setObjectName(QStringLiteral("runName"));
    m_state->setObjectName(QStringLiteral("runState"));
    m_state->setAccessibleName(tr("State of the run"));
    for (QLabel* label : std::initializer_list<QLabel*> { m_name, m_state, m_detail })
        label->setTextFormat(Qt::PlainText);
    m_detail->setObjectName(QStringLiteral("runDetail"));
    m_detail->setProperty("role", QStringLiteral("hint"));
    m_progress->setObjectName(QStringLiteral("runProgress"));
    m_progress->setAccessibleName(tr("Progress of the run"));
    m_progress->setFixedWidth(70);
    m_progress->setRange(0, 1000);
    m_progress->setTextVisible(false);
    m_progress->setMaximumHeight(10);
    // No icons: those of the platform are black on the dark theme, and the words say it.
    const auto make = [this](const QString& text, const QString& name, const QString& tip) {
        auto* made = new QPushButton(text, this);
        made->setObjectName(name);
        made->setAccessibleName(text);
        made->setToolTip(tip);
        made->setFocusPolicy(Qt::TabFocus);
        return made;
    };
    m_pause = make(tr("Pause"), QStringLiteral("pauseRun"), tr("Pause after the step in flight, or go on (Ctrl+P)"));
    m_sampleNow = make(
        tr("Sample"), QStringLiteral("sampleRun"), tr("Let the model as it is now answer a held-out problem (Ctrl+T)"));
    m_kill = make(tr("End engine"), QStringLiteral("killRun"),
        tr("End an engine that does not answer. What it committed is safe, and the run can be resumed."));
    m_stop = make(tr("Stop"), QStringLiteral("stopRun"), tr("Finish the step, write a checkpoint, end the engine"));
    m_checkpoint
        = make(tr("Checkpoint"), QStringLiteral("checkpointRun"), tr("Write a checkpoint after the step in flight"));
    m_resume = make(tr("Resume"), QStringLiteral("resumeRun"), tr("Continue from the newest checkpoint"));
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(12, 8, 12, 8);
    layout->setSpacing(8);
    layout->addWidget(m_name);
    layout->addWidget(m_state);
    layout->addWidget(m_progress);
    layout->addWidget(m_detail, 1);
    for (QPushButton* one : { m_pause, m_checkpoint, m_sampleNow, m_stop, m_resume, m_kill })
        layout->addWidget(one);
    connect(m_pause, &QPushButton::clicked, this, [this] {
        m_pauseKeepsFocus = m_pause->hasFocus();
        togglePause();
    });
    connect(m_stop, &QPushButton::clicked, this, [this] { send(Command::Kind::Stop); });
    connect(m_checkpoint, &QPushButton::clicked, this, [this] { send(Command::Kind::CheckpointNow); });
    connect(m_sampleNow, &QPushButton::clicked, this, [this] { send(Command::Kind::SampleNow); });
    connect(m_kill, &QPushButton::clicked, this, [this] { Q_EMIT killRequested(m_feed->folder()); });
    connect(m_resume, &QPushButton::clicked, this, [this] { Q_EMIT resumeRequested(m_feed->folder()); });
    show();
}

void RunHeader::setRun(const OpenRun* run)
{
    if (m_feed)
        m_feed->disconnect(this);
    m_feed = run ? run->feed : nullptr;
    m_label = run ? run->label : QString();
    m_sent.clear();
    if (m_feed) {
        connect(m_feed.get(), &RunFeed::replied, this, [this](qint64 id, bool ok, const QString& message) {
            if (!m_sent.remove(id))
                return; // another client's, or another part's
            if (!ok)
                Q_EMIT refused(translated(message));
            else if (id == m_sample)
                Q_EMIT sampled(message); // the model's words
        });
        connect(m_feed.get(), &RunFeed::stateChanged, this, &RunHeader::show);
        connect(m_feed.get(), &RunFeed::progressChanged, this, &RunHeader::show);
        connect(m_feed.get(), &RunFeed::stepsCommitted, this, &RunHeader::show);
    }
    show();
}

void RunHeader::send(Command::Kind kind)
{
    if (!m_feed)
        return;
    Command command;
    command.kind = kind;
    const qint64 id = m_feed->send(command);
    if (id < 0)
        return;
    m_sent.insert(id);
    if (kind == Command::Kind::SampleNow)
        m_sample = id;
}

void RunHeader::togglePause()
{
    if (m_feed)
        send(m_feed->state() == RunState::Paused ? Command::Kind::Resume : Command::Kind::Pause);
}

QString RunHeader::stateText() const
{
    if (!m_feed)
        return {};
    if (!m_feed->responding())
        return tr("not responding");
    if ((m_feed->state() == RunState::Running || m_feed->state() == RunState::Starting) && m_feed->asked())
        return *m_feed->asked() == Command::Kind::Stop ? tr("stopping after this step") : tr("pausing after this step");
    QString text = runStateText(m_feed->state(), m_feed->startPart(), m_feed->phaseFraction());
    if (m_feed->attached() && m_feed->state() == RunState::Running && m_feed->phase() != Phase::Idle) {
        text += QStringLiteral(" · ") + translated(phaseName(m_feed->phase()));
        if (m_feed->phase() == Phase::Evaluating
            && m_feed->phaseFraction() > 0) // the others pass too quickly to be read
            text += QStringLiteral(" %1 %").arg(qRound(100 * m_feed->phaseFraction()));
    }
    return text;
}

void RunHeader::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_kill)
        show();
}

void RunHeader::show()
{
    const bool any = bool(m_feed), live = any && m_feed->attached();
    if (std::exchange(m_obeys, live) != live)
        Q_EMIT obeyChanged(live);
    for (QWidget* one :
        { static_cast<QWidget*>(m_state), static_cast<QWidget*>(m_progress), static_cast<QWidget*>(m_detail) })
        one->setVisible(any);
    const RunState state = any ? m_feed->state() : RunState::Interrupted;
    const bool paused = state == RunState::Paused;
    const bool stops = live && (state == RunState::Stopping || m_feed->asked() == Command::Kind::Stop);
    const bool resumes = any && !live && canResume(state);
    const auto set = [this](QPushButton* button, bool shown, bool enabled = true) {
        if (window()->focusWidget() == button && !(shown && enabled))
            setFocus(); // before it goes
        button->setEnabled(enabled);
        button->setVisible(shown);
    };
    set(m_pause, live);
    set(m_checkpoint, live);
    set(m_sampleNow, live);
    set(m_stop, live, !stops);
    set(m_resume, resumes);
    set(m_kill, live && !m_feed->responding());
    if (!any) {
        m_name->setText(tr("No run is open"));
        return;
    }
    if (const QString text = paused ? tr("Continue") : tr("Pause"); text != m_pause->text()) {
        m_pause->setText(text);
        // It does the opposite now: only who pressed it by key expects that of the next space.
        if (!std::exchange(m_pauseKeepsFocus, false) && m_pause->hasFocus())
            setFocus();
    }
    m_name->setText(m_label);
    m_name->setToolTip(m_label.toHtmlEscaped());
    m_state->setText(stateText());
    BadgeTone tone = BadgeTone::Quiet;
    if (!m_feed->responding() || state == RunState::Failed)
        tone = BadgeTone::Bad;
    else if (state == RunState::Paused || state == RunState::Interrupted)
        tone = BadgeTone::Warning;
    else if (state == RunState::Finished)
        tone = BadgeTone::Good;
    else if (state != RunState::Stopped)
        tone = BadgeTone::Busy;
    m_state->setTone(tone);
    const qint64 step = qMax<qint64>(m_feed->lastStep(), 0), most = qMax<qint64>(m_feed->maxSteps(), 1);
    m_progress->setValue(int(1000 * step / most));
    QString detail = m_feed->maxSteps() > 0 ? tr("step %1 of %2").arg(step).arg(m_feed->maxSteps())
                                            : tr("step %1").arg(step); // it cannot be read
    if (live && m_feed->etaSeconds() > 0)
        detail += tr(" · about %1 left").arg(clock(m_feed->etaSeconds()));
    else if (const QString last = lastPartText(m_feed->phase());
             live && m_feed->etaSeconds() == 0 && !last.isEmpty()) // "0:00 left" would stand there for minutes
        detail += QStringLiteral(" · ") + last;
    // Step and time are never cut: a long name or a reason gives way.
    m_detail->setMinimumWidth(m_detail->fontMetrics().horizontalAdvance(detail) + 2);
    if (!m_feed->stateReason().isEmpty())
        detail += QStringLiteral(" · ") + translated(m_feed->stateReason());
    m_detail->setText(detail);
    m_detail->setToolTip(detail.toHtmlEscaped());
}

} // namespace aha
