#include "widgets/panels/trainpanel.h"

#include "core/config/run_config.h"
#include "widgets/language/translation.h"
#include "widgets/models/runsettings.h"
#include "widgets/panels/chartspanel.h"
#include "widgets/panels/exacttext.h"
#include "widgets/panels/livesettings.h"
#include "widgets/plots/labelrole.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace aha {

TrainPanel::TrainPanel(QWidget* parent)
    : QWidget(parent)
    , m_charts(new ChartsPanel(this))
    , m_knobs(new LiveSettings(this))
    , m_answer(new QLabel(this))
    , m_sampleBox(new QWidget(this))
    , m_sample(new ExactText(m_sampleBox))
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    connect(m_knobs, &LiveSettings::entered, this, &TrainPanel::send);
    m_sample->setObjectName(QStringLiteral("sampleText"));
    m_sample->setAccessibleName(tr("Sample of the model as it is now"));
    m_sample->setTabChangesFocus(true);
    m_sample->setFixedHeight(m_sample->fontMetrics().lineSpacing() * 4 + 14);
    auto* close = new QPushButton(tr("Close"), m_sampleBox);
    close->setObjectName(QStringLiteral("closeSample"));
    close->setAccessibleName(tr("Close the sample"));
    auto* sampleLayout = new QHBoxLayout(m_sampleBox);
    sampleLayout->setContentsMargins(12, 4, 12, 4);
    sampleLayout->addWidget(m_sample, 1);
    sampleLayout->addWidget(close, 0, Qt::AlignTop);
    connect(close, &QPushButton::clicked, m_sampleBox, &QWidget::hide);
    m_sampleBox->hide();
    m_answer->setTextFormat(Qt::PlainText);
    m_answer->setWordWrap(true);
    m_answer->setObjectName(QStringLiteral("knobAnswer"));
    m_answer->setProperty("role", QStringLiteral("hint"));
    m_answer->setContentsMargins(12, 0, 12, 4);
    layout->addWidget(m_knobs);
    layout->addWidget(m_answer);
    layout->addWidget(m_sampleBox);
    layout->addWidget(m_charts, 1);
    m_knobs->hide();
    m_answer->hide();
}

void TrainPanel::setRuns(const OpenRuns& runs)
{
    if (m_feed)
        m_feed->disconnect(this);
    const OpenRun* current = currentRun(runs);
    const bool another = !m_feed || !current || m_feed != current->feed;
    m_feed = current ? current->feed : nullptr;
    if (another) {
        m_answer->clear();
        m_sampleBox->hide();
        m_knobs->hide(); // read again for this run
    }
    m_charts->setRuns(runs);
    const auto show = [this] {
        const bool live = m_feed && m_feed->attached();
        if (live && m_knobs->isHidden())
            readKnobs();
        m_knobs->setVisible(live);
        m_answer->setVisible(live && !m_answer->text().isEmpty());
    };
    if (m_feed) {
        connect(m_feed.get(), &RunFeed::stateChanged, this, show);
        connect(m_feed.get(), &RunFeed::progressChanged, this, show);
        connect(m_feed.get(), &RunFeed::replied, this, [this](qint64 id, bool ok, const QString& message) {
            const auto sent = m_sent.constFind(id);
            if (sent == m_sent.constEnd())
                return;
            const std::string assignment = *sent;
            m_sent.erase(sent);
            showAnswer((ok ? QString() : tr("Refused: ")) + translated(message), !ok);
            if (ok)
                m_knobs->apply(assignment);
            else
                readKnobs();
        });
    }
    show();
}

void TrainPanel::showAnswer(const QString& text, bool wrong)
{
    m_answer->setText(text);
    setRole(m_answer, wrong ? "error" : "hint");
    m_answer->show();
}

void TrainPanel::readKnobs()
{
    if (const auto now = m_feed ? settingsNow(m_feed->folder()) : std::nullopt)
        m_knobs->setConfig(now->config, now->changed);
}

void TrainPanel::send(const QString& path, const QString& text)
{
    if (!m_feed || !m_feed->attached())
        return;
    // The same rules as the engine's, so that a slip is told at once and nothing is sent.
    RunConfig trial;
    const std::string assignment = (path + QLatin1Char('=') + text.trimmed()).toStdString();
    if (const Result<void> set = applySetting(trial, assignment); !set) {
        return showAnswer(translated(set.error().sentence()), true);
    }
    Command command;
    command.kind = Command::Kind::Set;
    command.assignment = assignment;
    m_sent.insert(m_feed->send(command), assignment);
}

void TrainPanel::showSample(const QString& text)
{
    m_sample->setBytes(text.toStdString());
    m_sampleBox->show();
}

QString TrainPanel::answer() const { return m_answer->text(); }

} // namespace aha
