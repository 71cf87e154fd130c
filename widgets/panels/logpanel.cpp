#include "widgets/panels/logpanel.h"

#include "widgets/language/translation.h"
#include "widgets/models/runhistory.h"
#include "widgets/models/visibletext.h"
#include "widgets/panels/sessionpart.h"

#include <QAbstractItemView>
#include <QComboBox>
#include <QHBoxLayout>
#include <QPixmap>
#include <QPlainTextEdit>
#include <QScrollBar>
#include <QSignalBlocker>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace aha {

namespace {

constexpr int kMostShown = 5000, kMostOffered = 500, kSwatch = 10;

/// Another one when there may be more lines.
QString stampOf(const RunListRow& row)
{
    return QStringLiteral("%1 %2 %3 %4").arg(row.folder).arg(int(row.state)).arg(row.step).arg(row.evalStep);
}

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
    m_run->setMaxVisibleItems(24);
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
        read();
    });
    connect(log, &RunLog::added, this, [this](const QString& folder, const QString& text) {
        if (shows(folder))
            m_text->appendPlainText(text);
    });
    connect(log, &RunLog::reordered, this, &LogPanel::refill);
    offer();
    fill();
}

void LogPanel::setRuns(const OpenRuns& runs)
{
    m_open = runs;
    settle();
    offer();
    fill();
    read();
}

void LogPanel::settle()
{
    const bool gone = !m_folder.isEmpty() && !isOpen(m_folder)
        && std::none_of(m_library.begin(), m_library.end(), [this](const auto& run) { return run.first == m_folder; });
    if (!m_chosen || gone) {
        m_chosen = false;
        m_folder = m_open.size() > 1 ? currentRun(m_open)->feed->folder() : QString();
    }
}

void LogPanel::setLibrary(const std::vector<RunListRow>& rows)
{
    for (const RunListRow& row : rows)
        if (row.folder == m_folder && std::exchange(m_readRow, stampOf(row)) != stampOf(row))
            read(); // it trains, and nobody tells of a run that is not open
    std::vector<std::pair<QString, QString>> library;
    for (size_t i = 0; i < rows.size() && i < kMostOffered; ++i)
        library.emplace_back(rows[i].folder, visibleLine(rows[i].name.toStdString()));
    if (library == m_library || m_run->view()->isVisible()) // an open list stays as it is, until the next change
        return;
    m_library = std::move(library);
    const QString before = m_folder;
    settle();
    offer();
    if (m_folder != before)
        fill();
}

void LogPanel::offer()
{
    const QSignalBlocker quiet(m_run);
    m_run->clear();
    m_run->addItem(tr("Open runs"), QString());
    for (const OpenRun& run : m_open) {
        QPixmap swatch(kSwatch, kSwatch);
        swatch.fill(run.color);
        m_run->addItem(QIcon(swatch), run.label, run.feed->folder());
        m_run->setItemData(m_run->count() - 1, plainToolTip(run.label), Qt::ToolTipRole);
    }
    bool first = true;
    for (const auto& [folder, name] : m_library) {
        if (isOpen(folder))
            continue;
        if (first)
            m_run->insertSeparator(m_run->count());
        first = false;
        m_run->addItem(name, folder);
        m_run->setItemData(m_run->count() - 1, plainToolTip(folder), Qt::ToolTipRole);
    }
    m_run->setCurrentIndex(std::max(0, m_run->findData(m_folder)));
}

bool LogPanel::isOpen(const QString& folder) const
{
    return std::any_of(m_open.begin(), m_open.end(), [&](const OpenRun& run) { return run.feed->folder() == folder; });
}

bool LogPanel::shows(const QString& folder) const
{
    return folder.isEmpty() || (m_folder.isEmpty() ? isOpen(folder) : folder == m_folder && isOpen(folder));
}

void LogPanel::fill()
{
    std::vector<const RunLog::Line*> lines; // the newest that fit
    for (auto line = m_log->lines().rbegin(); line != m_log->lines().rend() && lines.size() < kMostShown; ++line)
        if (shows(line->folder))
            lines.push_back(&*line);
    std::reverse(lines.begin(), lines.end());
    if (!m_folder.isEmpty() && !isOpen(m_folder) && m_readFolder == m_folder) {
        for (const RunLog::Line& line : m_read)
            lines.push_back(&line);
        std::stable_sort(
            lines.begin(), lines.end(), [](const RunLog::Line* a, const RunLog::Line* b) { return a->at < b->at; });
    }
    QStringList texts;
    for (const RunLog::Line* line : lines)
        texts << line->text;
    m_text->setPlainText(texts.join(QLatin1Char('\n')));
    m_text->verticalScrollBar()->setValue(m_text->verticalScrollBar()->maximum());
}

void LogPanel::refill()
{
    QScrollBar* bar = m_text->verticalScrollBar();
    const int at = bar->value();
    const bool follows = at == bar->maximum();
    fill();
    if (!follows)
        bar->setValue(at);
}

void LogPanel::read()
{
    if (m_folder.isEmpty() || isOpen(m_folder))
        return;
    m_worker.post([this, folder = m_folder, name = m_run->currentText()] {
        RunLog log;
        log.add(folder, name, RunHistory(folder).fetch());
        QMetaObject::invokeMethod(
            this,
            [this, folder, lines = std::vector<RunLog::Line>(log.lines().begin(), log.lines().end())] {
                const bool again = std::exchange(m_readFolder, folder) == folder;
                m_read = lines;
                if (folder == m_folder)
                    again ? refill() : fill();
            },
            Qt::QueuedConnection);
    });
}

} // namespace aha
