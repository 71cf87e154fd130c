#include "widgets/panels/configurepanel.h"

#include "core/base/files.h"
#include "core/protocol/run_folder.h"
#include "core/run/estimate.h"
#include "core/run/runlauncher.h"
#include "core/run/traincommand.h"
#include "widgets/panels/planview.h"

#include <QApplication>
#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QDir>
#include <QEvent>
#include <QFileDialog>
#include <QGridLayout>
#include <QGroupBox>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QMessageBox>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace aha {

namespace {

constexpr int kColumnWidth = 310, kWidestColumn = 440, kMostColumns = 4, kMostClones = 30;
constexpr const char* kDemo = "/experiments/r1-zero-miniature/config.json";

QPushButton* button(const QString& text, const QString& name, QWidget* parent)
{
    auto* made = new QPushButton(text, parent);
    made->setObjectName(name);
    made->setAccessibleName(text);
    return made;
}

/// A tooltip that shows its text as it is.
QString tip(const QString& text)
{
    return QStringLiteral("<qt>") + text.toHtmlEscaped().replace(QLatin1Char('\n'), QLatin1String("<br>"))
        + QStringLiteral("</qt>");
}

QString rangeOf(const FieldInfo& info)
{
    if (!info.choices.empty()) {
        QStringList choices;
        for (const std::string& choice : info.choices)
            choices << QString::fromStdString(choice);
        return QStringLiteral("one of ") + choices.join(QStringLiteral(", "));
    }
    if (!std::isfinite(info.low) || !std::isfinite(info.high) || info.low >= info.high)
        return {};
    return QStringLiteral("%1 to %2").arg(info.low, 0, 'g', 7).arg(info.high, 0, 'g', 7)
        + (info.unit.empty() ? QString() : QLatin1Char(' ') + QString::fromStdString(info.unit));
}

} // namespace

ConfigurePanel::ConfigurePanel(const QString& engine, QWidget* parent)
    : QWidget(parent)
{
    build(engine);
    fillPresets();
    setConfig(RunConfig {});
    filter(QString());
}

void ConfigurePanel::build(const QString& engine)
{
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(12, 8, 12, 8);
    outer->setSpacing(6);
    auto* top = new QHBoxLayout;
    top->setSpacing(8);
    m_presets = new QComboBox(this);
    m_presets->setObjectName(QStringLiteral("presets"));
    m_presets->setAccessibleName(QStringLiteral("Presets"));
    m_presets->setPlaceholderText(QStringLiteral("from a file"));
    m_presets->setMinimumWidth(200);
    m_search = new QLineEdit(this);
    m_search->setObjectName(QStringLiteral("configSearch"));
    m_search->setAccessibleName(QStringLiteral("Find a setting"));
    m_search->setPlaceholderText(QStringLiteral("Find a setting"));
    m_search->setClearButtonEnabled(true);
    m_advanced = button(QStringLiteral("Advanced"), QStringLiteral("showAdvanced"), this);
    m_advanced->setCheckable(true);
    m_clone = button(QStringLiteral("From a run"), QStringLiteral("cloneRun"), this);
    m_clone->setToolTip(QStringLiteral("Take over the configuration of an earlier run"));
    m_clones = new QMenu(m_clone);
    m_clone->setMenu(m_clones);
    QPushButton* load = button(QStringLiteral("Load…"), QStringLiteral("loadConfig"), this);
    QPushButton* save = button(QStringLiteral("Save…"), QStringLiteral("saveConfig"), this);
    top->addWidget(new QLabel(QStringLiteral("Preset"), this));
    top->addWidget(m_presets);
    top->addWidget(m_search, 1);
    for (QPushButton* one : { m_advanced, m_clone, load, save })
        top->addWidget(one);
    outer->addLayout(top);

    auto* scroll = new QScrollArea(this);
    scroll->setObjectName(QStringLiteral("configScroll"));
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    m_page = new QWidget(scroll);
    m_columnsLayout = new QHBoxLayout(m_page);
    m_columnsLayout->setContentsMargins(0, 0, 0, 0);
    m_columnsLayout->setSpacing(10);
    for (int i = 0; i < kMostColumns; ++i) {
        m_columns.push_back(new QVBoxLayout);
        m_columns.back()->setSpacing(2);
        m_columnsLayout->addLayout(m_columns.back());
    }
    m_columnsLayout->addStretch(1);
    for (const Field& field : fields(m_config)) {
        const QString group = QString::fromStdString(groupTitle(field.info.group));
        if (m_groups.empty() || m_groups.back()->title() != group) {
            m_groups.push_back(new QGroupBox(group, m_page));
            m_groups.back()->setMaximumWidth(kWidestColumn);
            auto* grid = new QGridLayout(m_groups.back());
            grid->setContentsMargins(6, 2, 2, 2);
            grid->setHorizontalSpacing(6);
            grid->setVerticalSpacing(1);
            grid->setColumnMinimumWidth(0, 118);
            grid->setColumnStretch(1, 1);
        }
        m_rows.push_back(makeRow(field, m_groups.back()));
    }
    scroll->setWidget(m_page);
    outer->addWidget(scroll, 1);

    m_help = new QLabel(QStringLiteral("Every field explains itself here when it has the focus."), this);
    m_help->setTextFormat(Qt::PlainText);
    m_help->setWordWrap(true);
    m_help->setProperty("role", QStringLiteral("hint"));
    m_help->setMinimumHeight(m_help->fontMetrics().lineSpacing() * 2);
    outer->addWidget(m_help);
    m_plan = new PlanView(engine, this);
    outer->addWidget(m_plan);
    m_status = new QLabel(this);
    m_status->setProperty("role", QStringLiteral("error"));
    m_command = new QPlainTextEdit(this);
    m_command->setObjectName(QStringLiteral("command"));
    m_command->setAccessibleName(QStringLiteral("Command that will run"));
    m_command->setReadOnly(true);
    m_command->setTabChangesFocus(true);
    m_command->setFixedHeight(m_command->fontMetrics().lineSpacing() * 2 + 14);
    m_command->setToolTip(QStringLiteral("The same run from a terminal, in the folder of AhaScope"));
    QPushButton* copy = button(QStringLiteral("Copy"), QStringLiteral("copyCommand"), this);
    m_start = button(QStringLiteral("Start training"), QStringLiteral("startTraining"), this);
    m_start->setDefault(true);
    auto* bottom = new QHBoxLayout;
    bottom->setSpacing(8);
    bottom->addWidget(m_command, 1);
    auto* side = new QGridLayout;
    side->addWidget(m_status, 0, 0, 1, 2, Qt::AlignRight | Qt::AlignVCenter);
    side->addWidget(copy, 1, 0);
    side->addWidget(m_start, 1, 1);
    bottom->addLayout(side);
    outer->addLayout(bottom);

    connect(m_search, &QLineEdit::textChanged, this, &ConfigurePanel::filter);
    connect(m_advanced, &QPushButton::toggled, this, [this] { filter(m_search->text()); });
    connect(m_clones, &QMenu::aboutToShow, this, &ConfigurePanel::fillClones);
    connect(load, &QPushButton::clicked, this, [this] {
        const QString file = QFileDialog::getOpenFileName(
            this, QStringLiteral("Load configuration"), QString(), QStringLiteral("Configuration (*.json)"));
        if (!file.isEmpty())
            loadFile(file);
    });
    connect(save, &QPushButton::clicked, this, [this] {
        const QString file = QFileDialog::getSaveFileName(this, QStringLiteral("Save configuration"),
            QStringLiteral("config.json"), QStringLiteral("Configuration (*.json)"));
        if (!file.isEmpty())
            saveFile(file);
    });
    connect(copy, &QPushButton::clicked, this, [this] { QApplication::clipboard()->setText(commandLine()); });
    connect(m_start, &QPushButton::clicked, this, [this] { Q_EMIT startRequested(m_config); });
    connect(m_presets, &QComboBox::activated, this, [this](int index) {
        const QString file = m_presets->itemData(index).toString();
        file.isEmpty() ? setConfig(RunConfig {}) : void(loadFile(file));
    });
}

ConfigurePanel::Row ConfigurePanel::makeRow(const Field& field, QGroupBox* box)
{
    Row row;
    row.path = QString::fromStdString(field.info.path());
    row.label = QString::fromStdString(field.info.label);
    row.help = QString::fromStdString(field.info.help);
    const QString range = rangeOf(field.info);
    const QString details = row.help + QStringLiteral("\n\n") + row.path
        + (range.isEmpty() ? QString() : QStringLiteral(": ") + range) + QStringLiteral("\nDefault: ")
        + QString::fromStdString(field.toText());
    row.info = field.info;
    row.box = box;
    row.editor = makeEditor(row, field);
    row.editor->setToolTip(tip(details));
    row.title = new QLabel(row.label, box);
    row.title->setToolTip(tip(details));
    row.title->setBuddy(row.editor);
    row.reset = new QToolButton(box);
    row.reset->setObjectName(QStringLiteral("reset.") + row.path);
    row.reset->setAutoRaise(true);
    row.reset->setFixedWidth(22);
    row.reset->setAccessibleName(QStringLiteral("Reset ") + row.label);
    row.reset->setToolTip(tip(QStringLiteral("Back to the default: ") + QString::fromStdString(field.toText())));
    row.message = new QLabel(box);
    row.message->setTextFormat(Qt::PlainText);
    row.message->setWordWrap(true);
    row.message->setProperty("role", QStringLiteral("error"));
    row.message->hide();
    auto* grid = static_cast<QGridLayout*>(box->layout());
    const int at = grid->rowCount();
    grid->addWidget(row.title, at, 0);
    grid->addWidget(row.editor, at, 1);
    grid->addWidget(row.reset, at, 2);
    grid->addWidget(row.message, at + 1, 0, 1, 3);
    connect(
        row.reset, &QToolButton::clicked, this, [this, path = row.path, text = QString::fromStdString(field.toText())] {
            m_typeErrors.remove(path);
            if (applySetting(m_config, (path + QLatin1Char('=') + text).toStdString()))
                showValues();
        });
    return row;
}

QWidget* ConfigurePanel::makeEditor(Row& row, const Field& field)
{
    QWidget* made = nullptr;
    const QString path = row.path;
    if (std::holds_alternative<bool*>(field.value)) {
        auto* box = new QCheckBox(QStringLiteral("off"), row.box); // a word beside the colour
        connect(box, &QCheckBox::toggled, box,
            [box](bool on) { box->setText(on ? QStringLiteral("on") : QStringLiteral("off")); });
        connect(box, &QCheckBox::toggled, this,
            [this, path](bool on) { edited(path, on ? QStringLiteral("true") : QStringLiteral("false")); });
        made = box;
    } else if (!field.info.choices.empty() && field.info.key != "operators") {
        auto* box = new QComboBox(row.box);
        for (const std::string& choice : field.info.choices)
            box->addItem(QString::fromStdString(choice));
        connect(box, &QComboBox::currentTextChanged, this, [this, path](const QString& text) { edited(path, text); });
        made = box;
    } else {
        auto* edit = new QLineEdit(row.box); // numbers too: 3e-4 and 0.0003 are both natural to type
        connect(
            edit, &QLineEdit::textEdited, this, [this, path](const QString& text) { edited(path, text.trimmed()); });
        if (!field.info.unit.empty()) { // stands inside, at the right edge, so that all editors are equally wide
            auto* unit = new QLabel(QString::fromStdString(field.info.unit), edit);
            unit->setProperty("role", QStringLiteral("hint"));
            auto* inside = new QHBoxLayout(edit);
            inside->setContentsMargins(0, 0, 6, 0);
            inside->addWidget(unit, 0, Qt::AlignRight | Qt::AlignVCenter);
            edit->setTextMargins(0, 0, unit->sizeHint().width() + 4, 0);
        }
        made = edit;
    }
    made->setMinimumWidth(60);
    made->setObjectName(path);
    made->setAccessibleName(row.label);
    made->setAccessibleDescription(row.help);
    made->installEventFilter(this);
    return made;
}

bool ConfigurePanel::eventFilter(QObject* object, QEvent* event)
{
    if (event->type() == QEvent::FocusIn)
        for (const Row& row : m_rows)
            if (row.editor == object)
                m_help->setText(row.label + QStringLiteral(" (") + row.path + QStringLiteral("): ") + row.help);
    if (event->type() == QEvent::Wheel && qobject_cast<QComboBox*>(object)
        && !static_cast<QWidget*>(object)->hasFocus())
        return event->ignore(), true; // scrolling the form changes nothing in it
    return QWidget::eventFilter(object, event);
}

void ConfigurePanel::setConfig(const RunConfig& config, const QString& file)
{
    m_config = config;
    m_base = config;
    m_file = file;
    if (file.isEmpty()) {
        m_file = resourceRootFolder() + QLatin1String(kDemo);
        m_base = RunConfig {};
        if (const Result<std::string> text = readFile(m_file.toStdString(), 1 << 20))
            if (const Result<RunConfig> demo = runConfigFromJson(*text))
                m_base = *demo;
    }
    int preset = file.isEmpty() && differences(config, RunConfig {}).empty() ? 0 : -1;
    for (int i = 1; i < m_presets->count(); ++i)
        if (m_presets->itemData(i).toString() == file)
            preset = i;
    m_presets->setCurrentIndex(preset);
    m_typeErrors.clear();
    showValues();
}

void ConfigurePanel::showValues()
{
    m_filling = true;
    for (const Field& field : fields(m_config)) {
        const QString path = QString::fromStdString(field.info.path());
        if (m_typeErrors.contains(path))
            continue; // what was typed there stays until it is mended
        QWidget* widget = editor(path);
        const QString text = QString::fromStdString(field.toText());
        if (auto* box = qobject_cast<QCheckBox*>(widget)) {
            box->setChecked(text == QLatin1String("true"));
        } else if (auto* combo = qobject_cast<QComboBox*>(widget)) {
            combo->setCurrentText(text);
        } else if (auto* edit = qobject_cast<QLineEdit*>(widget)) {
            edit->setText(text);
            edit->setCursorPosition(0);
        }
    }
    m_filling = false;
    check();
}

void ConfigurePanel::edited(const QString& path, const QString& text)
{
    if (m_filling)
        return;
    if (path == QLatin1String("general.kind")) {
        changeStage(text.toStdString());
        return;
    }
    if (Result<void> set = applySetting(m_config, (path + QLatin1Char('=') + text).toStdString()); set)
        m_typeErrors.remove(path);
    else
        m_typeErrors[path] = QString::fromStdString(set.error().sentence());
    check();
}

void ConfigurePanel::changeStage(const std::string& kind)
{
    changeKind(m_config, kind);
    showValues();
}

void ConfigurePanel::check()
{
    QHash<QString, QString> messages = m_typeErrors;
    for (const Problem& problem : problems(m_config))
        if (const QString path = QString::fromStdString(problem.path); !messages.contains(path))
            messages[path] = QString::fromStdString(problem.error.sentence());
    RunConfig defaults = defaultConfig(m_config.general.kind);
    const std::vector<Field> now = fields(m_config), before = fields(defaults);
    bool otherRows = false;
    for (size_t i = 0; i < m_rows.size(); ++i) {
        Row& row = m_rows[i];
        const QString message = messages.value(row.path);
        row.message->setText(message);
        row.message->setVisible(!message.isEmpty() && row.shown);
        const bool changed = now[i].toText() != before[i].toText() || m_typeErrors.contains(row.path);
        row.title->setText(changed ? QStringLiteral("• ") + row.label : row.label);
        QFont font = row.title->font();
        font.setBold(changed);
        row.title->setFont(font);
        row.reset->setText(changed ? QStringLiteral("↺") : QString());
        row.reset->setEnabled(changed);
        const bool shows = applies(m_config, row.info) || !message.isEmpty(); // what is wrong is never hidden
        otherRows = otherRows || shows != row.applies;
        row.applies = shows;
    }
    if (otherRows)
        filter(m_search->text());
    m_start->setEnabled(messages.isEmpty());
    m_status->setText(
        messages.isEmpty() ? QString() : QStringLiteral("%1 setting(s) need attention").arg(messages.size()));
    m_command->setPlainText(commandLine());
    showEstimate();
}

QString ConfigurePanel::commandLine() const
{
    const QString root = resourceRootFolder() + QLatin1Char('/');
    const QString file = m_file.startsWith(root) ? m_file.mid(root.size()) : m_file;
    return shellLine(QStringList { QStringLiteral("./ahascope"), QStringLiteral("train"), file }
        + settingsBetween(m_base, m_config));
}

void ConfigurePanel::showEstimate()
{
    MeasuredSteps measured;
    std::vector<double> seconds;
    const QString shape = shapeOf(m_config);
    for (const RunListRow& run : m_runs)
        if (run.stepSeconds > 0 && run.shape == shape)
            seconds.push_back(run.stepSeconds);
    if (!seconds.empty()) {
        std::nth_element(seconds.begin(), seconds.begin() + qsizetype(seconds.size() / 2), seconds.end());
        measured = { seconds[seconds.size() / 2], int(seconds.size()) };
    }
    m_plan->setConfig(m_config,
        QString::fromStdString(estimateText(m_config, resourceRootFolder().toStdString(), measured)),
        m_start->isEnabled());
}

QString ConfigurePanel::estimate() const { return m_plan->text(); }

void ConfigurePanel::setEarlierRuns(const std::vector<RunListRow>& runs)
{
    m_runs = runs;
    m_clone->setEnabled(!runs.empty());
    showEstimate();
}

void ConfigurePanel::fillClones()
{
    m_clones->clear();
    for (size_t i = 0; i < m_runs.size() && i < kMostClones; ++i) {
        const QString title = m_runs[i].name + QLatin1Char('\t') + m_runs[i].folder.section(QLatin1Char('/'), -1);
        m_clones->addAction(
            QString(title).replace(QLatin1Char('&'), QLatin1String("&&")), this, [this, folder = m_runs[i].folder] {
                loadFile(folder + QLatin1Char('/') + QLatin1String(run_folder::kConfig));
            });
    }
}

void ConfigurePanel::filter(const QString& text)
{
    const QString wanted = text.trimmed().toLower();
    for (Row& row : m_rows) {
        row.shown = row.applies
            && (wanted.isEmpty() ? (!row.info.advanced || m_advanced->isChecked())
                                 : (row.path + row.label + row.help).toLower().contains(wanted));
        for (QWidget* one : { row.editor, static_cast<QWidget*>(row.title), static_cast<QWidget*>(row.reset) })
            one->setVisible(row.shown);
        row.message->setVisible(row.shown && !row.message->text().isEmpty());
    }
    m_columnCount = 0;
    arrange();
}

void ConfigurePanel::arrange()
{
    const int columns = std::clamp(width() / kColumnWidth, 1, kMostColumns);
    if (columns == m_columnCount)
        return;
    m_columnCount = columns;
    std::vector<int> heights; // in rows; a title and a frame are worth one and a half
    int total = 0;
    for (QGroupBox* box : m_groups) {
        const int rows = int(
            std::count_if(m_rows.begin(), m_rows.end(), [box](const Row& row) { return row.box == box && row.shown; }));
        box->setVisible(rows > 0);
        heights.push_back(rows > 0 ? 2 * rows + 3 : 0);
        total += heights.back();
    }
    for (QVBoxLayout* column : m_columns)
        while (QLayoutItem* item = column->takeAt(0))
            delete item;
    // In order down the columns, at the smallest height that fits into them all.
    const auto place = [&](int limit, bool really) {
        int column = 0, filled = 0;
        for (size_t i = 0; i < m_groups.size(); ++i) {
            if (filled > 0 && filled + heights[i] > limit) {
                filled = 0;
                ++column;
            }
            filled += heights[i];
            if (really)
                m_columns[size_t(column)]->addWidget(m_groups[i]);
        }
        return column < columns;
    };
    int limit = *std::max_element(heights.begin(), heights.end());
    while (limit < total && !place(limit, false))
        ++limit;
    place(limit, true);
    for (size_t i = 0; i < m_columns.size(); ++i) {
        m_columns[i]->addStretch(1);
        m_columnsLayout->setStretch(int(i), int(i) < columns ? 100 : 0);
    }
}

void ConfigurePanel::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    arrange();
}

void ConfigurePanel::fillPresets()
{
    m_presets->addItem(QStringLiteral("built-in defaults"));
    const QDir experiments(resourceRootFolder() + QStringLiteral("/experiments"));
    for (const QString& name : experiments.entryList(QDir::Dirs | QDir::NoDotAndDotDot)) {
        const QDir folder(experiments.absoluteFilePath(name));
        if (folder.exists(QStringLiteral("config.json")))
            m_presets->addItem(name, folder.absoluteFilePath(QStringLiteral("config.json")));
        for (const QString& preset : QDir(folder.absoluteFilePath(QStringLiteral("presets")))
                                         .entryList({ QStringLiteral("*.json") }, QDir::Files))
            m_presets->addItem(name + QStringLiteral(" / ") + preset.chopped(5),
                folder.absoluteFilePath(QStringLiteral("presets/") + preset));
    }
}

bool ConfigurePanel::loadFile(const QString& file)
{
    const Result<std::string> text = readFile(file.toStdString(), 1 << 20);
    const Result<RunConfig> config = text ? runConfigFromJson(*text) : Result<RunConfig>(text.error());
    if (!config) {
        QMessageBox::warning(
            this, QStringLiteral("Load configuration"), QString::fromStdString(config.error().sentence()));
        return false;
    }
    setConfig(*config, QFileInfo(file).absoluteFilePath());
    return true;
}

bool ConfigurePanel::saveFile(const QString& file)
{
    if (Result<void> written = writeFileAtomically(file.toStdString(), toJsonText(m_config)); !written) {
        QMessageBox::warning(
            this, QStringLiteral("Save configuration"), QString::fromStdString(written.error().sentence()));
        return false;
    }
    m_base = m_config;
    m_file = QFileInfo(file).absoluteFilePath();
    m_presets->setCurrentIndex(-1);
    check();
    return true;
}

const ConfigurePanel::Row* ConfigurePanel::rowAt(const QString& path) const
{
    const auto found = std::find_if(m_rows.begin(), m_rows.end(), [&](const Row& row) { return row.path == path; });
    return found == m_rows.end() ? nullptr : &*found;
}

QWidget* ConfigurePanel::editor(const QString& path) const { return rowAt(path) ? rowAt(path)->editor : nullptr; }
QToolButton* ConfigurePanel::resetButton(const QString& path) const
{
    return rowAt(path) ? rowAt(path)->reset : nullptr;
}
QString ConfigurePanel::messageAt(const QString& path) const
{
    return rowAt(path) ? rowAt(path)->message->text() : QString();
}

} // namespace aha
