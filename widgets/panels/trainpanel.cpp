#include "widgets/panels/trainpanel.h"

#include "core/base/files.h"
#include "core/config/run_config.h"
#include "core/protocol/run_folder.h"
#include "core/store/run_reader.h"
#include "widgets/panels/chartspanel.h"

#include <QGridLayout>
#include <QLabel>
#include <QLineEdit>
#include <QVBoxLayout>

namespace aha {

TrainPanel::TrainPanel(QWidget* parent) : QWidget(parent), m_charts(new ChartsPanel(this)), m_knobs(new QWidget(this)), m_answer(new QLabel(this))
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    auto* line = new QGridLayout(m_knobs);
    line->setContentsMargins(12, 6, 12, 6);
    line->setHorizontalSpacing(6);
    line->setVerticalSpacing(4);
    RunConfig defaults;
    int index = 0;
    constexpr int kPerRow = 4;
    for (const Field& field : fields(defaults)) {
        if (!field.info.live)
            continue;
        const QString path = QString::fromStdString(field.info.path());
        auto* label = new QLabel(QString::fromStdString(field.info.label), m_knobs);
        auto* edit = new QLineEdit(m_knobs);
        edit->setObjectName(QStringLiteral("knob.") + path);
        edit->setAccessibleName(label->text());
        edit->setToolTip(QString::fromStdString(field.info.help) + QStringLiteral(" Press Enter to change it from the next step on."));
        edit->setMaximumWidth(96);
        line->addWidget(label, index / kPerRow, 2 * (index % kPerRow), Qt::AlignRight);
        line->addWidget(edit, index / kPerRow, 2 * (index % kPerRow) + 1);
        ++index;
        m_editors[path] = edit;
        connect(edit, &QLineEdit::returnPressed, this, [this, path] { send(path); });
    }
    line->setColumnStretch(2 * kPerRow, 1);
    m_answer->setObjectName(QStringLiteral("knobAnswer"));
    m_answer->setProperty("role", QStringLiteral("hint"));
    m_answer->setContentsMargins(12, 0, 12, 4);
    layout->addWidget(m_knobs);
    layout->addWidget(m_answer);
    layout->addWidget(m_charts, 1);
    m_knobs->hide();
    m_answer->hide();
}

void TrainPanel::setRuns(const OpenRuns& runs)
{
    if (m_feed)
        m_feed->disconnect(this);
    m_feed = runs.empty() ? nullptr : runs.front().feed;
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
        connect(m_feed.get(), &RunFeed::replied, this, [this](qint64, bool ok, const QString& message) {
            m_answer->setText((ok ? QString() : QStringLiteral("Refused: ")) + message);
            m_answer->show();
            if (!ok)
                readKnobs();
        });
    }
    show();
}

void TrainPanel::readKnobs()
{
    if (!m_feed)
        return;
    const std::filesystem::path folder = m_feed->folder().toStdString();
    const Result<std::string> text = readFile(folder / run_folder::kConfig, 1 << 20);
    Result<RunConfig> config = text ? runConfigFromJson(*text) : Result<RunConfig>(text.error());
    if (!config)
        return;
    if (const auto reader = RunReader::open(folder)) // changes made since the start
        if (const auto markers = (*reader)->markers())
            for (const MarkerRow& marker : *markers)
                if (marker.kind == "set")
                    (void)applySetting(*config, marker.text);
    for (const Field& field : fields(*config))
        if (QLineEdit* edit = m_editors.value(QString::fromStdString(field.info.path())))
            edit->setText(QString::fromStdString(field.toText()));
}

void TrainPanel::send(const QString& path)
{
    if (!m_feed || !m_feed->attached())
        return;
    Command command;
    command.kind = Command::Kind::Set;
    command.assignment = (path + QLatin1Char('=') + m_editors[path]->text().trimmed()).toStdString();
    m_feed->send(command);
}

} // namespace aha
