#include "widgets/shell/runheader.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QStyle>

namespace aha {

namespace {

QString clock(double seconds)
{
    const int total = int(seconds);
    return total >= 3600 ? QStringLiteral("%1 h %2 min").arg(total / 3600).arg(total % 3600 / 60) : QStringLiteral("%1:%2").arg(total / 60).arg(total % 60, 2, 10, QLatin1Char('0'));
}

} // namespace

RunHeader::RunHeader(QWidget* parent) : QWidget(parent), m_name(new QLabel(this)), m_state(new QLabel(this)), m_detail(new QLabel(this)), m_progress(new QProgressBar(this))
{
    m_name->setProperty("role", QStringLiteral("title"));
    m_name->setObjectName(QStringLiteral("runName"));
    m_state->setObjectName(QStringLiteral("runState"));
    m_detail->setObjectName(QStringLiteral("runDetail"));
    m_detail->setProperty("role", QStringLiteral("hint"));
    m_progress->setObjectName(QStringLiteral("runProgress"));
    m_progress->setAccessibleName(QStringLiteral("Progress of the run"));
    m_progress->setFixedWidth(180);
    m_progress->setRange(0, 1000);
    m_progress->setTextVisible(false);
    m_progress->setMaximumHeight(10);
    const auto make = [this](const QString& text, const QString& name, QStyle::StandardPixmap icon, const QString& tip) {
        auto* made = new QPushButton(style()->standardIcon(icon), text, this);
        made->setObjectName(name);
        made->setAccessibleName(text);
        made->setToolTip(tip);
        return made;
    };
    m_pause = make(QStringLiteral("Pause"), QStringLiteral("pauseRun"), QStyle::SP_MediaPause, QStringLiteral("Pause after the step in flight, or go on (Ctrl+P)"));
    m_stop = make(QStringLiteral("Stop"), QStringLiteral("stopRun"), QStyle::SP_MediaStop, QStringLiteral("Finish the step, write a checkpoint, end the engine"));
    m_checkpoint = make(QStringLiteral("Checkpoint"), QStringLiteral("checkpointRun"), QStyle::SP_DialogSaveButton, QStringLiteral("Write a checkpoint after the step in flight"));
    m_resume = make(QStringLiteral("Resume"), QStringLiteral("resumeRun"), QStyle::SP_MediaPlay, QStringLiteral("Continue from the newest checkpoint"));
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(12, 8, 12, 8);
    layout->setSpacing(12);
    layout->addWidget(m_name);
    layout->addWidget(m_state);
    layout->addWidget(m_progress);
    layout->addWidget(m_detail, 1);
    for (QPushButton* one : { m_pause, m_checkpoint, m_stop, m_resume })
        layout->addWidget(one);
    connect(m_pause, &QPushButton::clicked, this, &RunHeader::togglePause);
    connect(m_stop, &QPushButton::clicked, this, [this] { send(Command::Kind::Stop); });
    connect(m_checkpoint, &QPushButton::clicked, this, [this] { send(Command::Kind::CheckpointNow); });
    connect(m_resume, &QPushButton::clicked, this, [this] { Q_EMIT resumeRequested(m_feed->folder()); });
    show();
}

void RunHeader::setRun(const OpenRun* run)
{
    if (m_feed)
        m_feed->disconnect(this);
    m_feed = run ? run->feed : nullptr;
    if (m_feed) {
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
    m_feed->send(command);
}

void RunHeader::togglePause()
{
    if (m_feed)
        send(m_feed->state() == RunState::Paused ? Command::Kind::Resume : Command::Kind::Pause);
}

void RunHeader::show()
{
    const bool any = bool(m_feed), live = any && m_feed->attached();
    for (QWidget* one : { static_cast<QWidget*>(m_state), static_cast<QWidget*>(m_progress), static_cast<QWidget*>(m_detail) })
        one->setVisible(any);
    m_pause->setVisible(live);
    m_stop->setVisible(live);
    m_checkpoint->setVisible(live);
    if (!any) {
        m_name->setText(QStringLiteral("No run is open"));
        m_resume->hide();
        return;
    }
    const RunState state = m_feed->state();
    const bool paused = state == RunState::Paused;
    m_pause->setText(paused ? QStringLiteral("Continue") : QStringLiteral("Pause"));
    m_pause->setIcon(style()->standardIcon(paused ? QStyle::SP_MediaPlay : QStyle::SP_MediaPause));
    m_resume->setVisible(!live && (state == RunState::Stopped || state == RunState::Interrupted || state == RunState::Failed));
    m_name->setText(m_feed->name());
    QString stateText = m_feed->responding() ? QString::fromStdString(stateName(state)) : QStringLiteral("not responding");
    if (live && state == RunState::Running && m_feed->phase() != Phase::Idle)
        stateText += QStringLiteral(" · ") + QString::fromStdString(phaseName(m_feed->phase()));
    m_state->setText(stateText);
    const qint64 step = qMax<qint64>(m_feed->lastStep(), 0), most = qMax<qint64>(m_feed->maxSteps(), 1);
    m_progress->setValue(int(1000 * step / most));
    QString detail = QStringLiteral("step %1 of %2").arg(step).arg(m_feed->maxSteps());
    if (live && m_feed->etaSeconds() >= 0)
        detail += QStringLiteral(" · %1 left (estimated)").arg(clock(m_feed->etaSeconds()));
    if (!m_feed->stateReason().isEmpty())
        detail += QStringLiteral(" · ") + m_feed->stateReason();
    m_detail->setText(detail);
    m_detail->setToolTip(detail);
}

} // namespace aha
