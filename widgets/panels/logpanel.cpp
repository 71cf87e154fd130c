#include "widgets/panels/logpanel.h"

#include "widgets/language/translation.h"
#include "widgets/models/visibletext.h"
#include "widgets/panels/sessionpart.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QPixmap>
#include <QPlainTextEdit>
#include <QScrollBar>
#include <QSignalBlocker>
#include <QVBoxLayout>

#include <algorithm>

namespace aha {

namespace {

constexpr int kMostShown = 5000, kSwatch = 10;

} // namespace

LogPanel::LogPanel(const RunLog* log, const QString& suffix, QWidget* parent)
    : QWidget(parent)
    , m_log(log)
    , m_run(new QComboBox(this))
    , m_text(new QPlainTextEdit(this))
{
    m_run->setObjectName(QStringLiteral("logRun") + suffix);
    m_run->setAccessibleName(tr("Run whose log is shown"));
    m_run->setToolTip(plainToolTip(tr("Whose lines are shown. What the window itself says stays.")));
    m_run->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_run->setMinimumContentsLength(24);
    m_run->addItem(tr("All runs"), QString());
    m_text->setObjectName(QStringLiteral("log") + suffix);
    m_text->setAccessibleName(tr("Log"));
    m_text->setReadOnly(true);
    m_text->setPlaceholderText(
        tr("What happens in the open runs appears here: starts, evaluations, checkpoints, messages."));
    m_text->setMaximumBlockCount(kMostShown);
    auto* bar = new QHBoxLayout;
    bar->addWidget(m_run);
    bar->addStretch(1);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(8, 8, 8, 8);
    layout->setSpacing(8);
    layout->addLayout(bar);
    layout->addWidget(m_text, 1);
    setKeptElsewhere(m_run); // a session would bring back as chosen what nobody chose
    connect(m_run, &QComboBox::activated, this, [this] {
        m_chosen = true;
        m_folder = m_run->currentData().toString();
        fill();
    });
    connect(log, &RunLog::added, this, [this](const QString& folder, const QString& text) {
        if (shows(folder))
            m_text->appendPlainText(text);
    });
    connect(log, &RunLog::reordered, this, &LogPanel::fill);
    fill();
}

void LogPanel::setRuns(const OpenRuns& runs)
{
    const QString before = m_folder;
    {
        const QSignalBlocker quiet(m_run);
        m_run->clear();
        m_run->addItem(tr("All runs"), QString());
        for (const OpenRun& run : runs) {
            QPixmap swatch(kSwatch, kSwatch);
            swatch.fill(run.color);
            m_run->addItem(QIcon(swatch), run.label, run.feed->folder());
            m_run->setItemData(m_run->count() - 1, plainToolTip(run.label), Qt::ToolTipRole);
        }
        if (!m_chosen || m_run->findData(m_folder) < 0) {
            m_chosen = false;
            m_folder = runs.size() > 1 ? runs.front().feed->folder() : QString();
        }
        m_run->setCurrentIndex(m_run->findData(m_folder));
    }
    if (m_folder != before)
        fill();
}

bool LogPanel::shows(const QString& folder) const
{
    return m_folder.isEmpty() || folder.isEmpty() || folder == m_folder;
}

void LogPanel::fill()
{
    QStringList lines; // the newest that fit
    for (auto line = m_log->lines().rbegin(); line != m_log->lines().rend() && lines.size() < kMostShown; ++line)
        if (shows(line->folder))
            lines << line->text;
    std::reverse(lines.begin(), lines.end());
    m_text->setPlainText(lines.join(QLatin1Char('\n')));
    m_text->verticalScrollBar()->setValue(m_text->verticalScrollBar()->maximum());
}

} // namespace aha
