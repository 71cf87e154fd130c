#include "widgets/panels/configurepanel.h"

#include "core/base/files.h"
#include "core/run/estimate.h"
#include "core/run/runlauncher.h"

#include <QApplication>
#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QDir>
#include <QEvent>
#include <QFileDialog>
#include <QFormLayout>
#include <QGroupBox>
#include <QLabel>
#include <QLineEdit>
#include <QMessageBox>
#include <QPushButton>
#include <QScrollArea>
#include <QStyle>
#include <QVBoxLayout>

namespace aha {

namespace {

QPushButton* button(const QString& text, const QString& name, QWidget* parent)
{
    auto* made = new QPushButton(text, parent);
    made->setObjectName(name);
    made->setAccessibleName(text);
    return made;
}

} // namespace

ConfigurePanel::ConfigurePanel(QWidget* parent) : QWidget(parent)
{
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(12, 12, 12, 12);
    outer->setSpacing(8);

    auto* top = new QHBoxLayout;
    top->setSpacing(8);
    m_presets = new QComboBox(this);
    m_presets->setObjectName(QStringLiteral("presets"));
    m_presets->setAccessibleName(QStringLiteral("Presets"));
    m_presets->setMinimumWidth(220);
    m_search = new QLineEdit(this);
    m_search->setObjectName(QStringLiteral("configSearch"));
    m_search->setAccessibleName(QStringLiteral("Find a setting"));
    m_search->setPlaceholderText(QStringLiteral("Find a setting"));
    m_search->setClearButtonEnabled(true);
    m_advanced = button(QStringLiteral("Advanced"), QStringLiteral("showAdvanced"), this);
    m_advanced->setCheckable(true);
    QPushButton* load = button(QStringLiteral("Load…"), QStringLiteral("loadConfig"), this);
    QPushButton* save = button(QStringLiteral("Save…"), QStringLiteral("saveConfig"), this);
    top->addWidget(new QLabel(QStringLiteral("Preset"), this));
    top->addWidget(m_presets);
    top->addWidget(m_search, 1);
    top->addWidget(m_advanced);
    top->addWidget(load);
    top->addWidget(save);
    outer->addLayout(top);

    auto* scroll = new QScrollArea(this);
    scroll->setObjectName(QStringLiteral("configScroll"));
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    auto* page = new QWidget(scroll);
    auto* columns = new QHBoxLayout(page);
    columns->setContentsMargins(0, 0, 8, 0);
    columns->setSpacing(12);
    QVBoxLayout* column[2] = { new QVBoxLayout, new QVBoxLayout };
    for (QVBoxLayout* one : column) {
        one->setSpacing(8);
        columns->addLayout(one, 1);
    }
    QGroupBox* box = nullptr;
    QFormLayout* form = nullptr;
    int left = 0, right = 0;
    const std::vector<Field> all = fields(m_config);
    for (const Field& field : all) {
        const QString group = QString::fromStdString(groupTitle(field.info.group));
        if (!box || box->title() != group) {
            box = new QGroupBox(group, page);
            form = new QFormLayout(box);
            form->setLabelAlignment(Qt::AlignLeft);
            form->setHorizontalSpacing(12);
            form->setVerticalSpacing(4);
            int size = 0;
            for (const Field& other : all)
                size += other.info.group == field.info.group;
            int& height = left <= right ? left : right;
            column[&height == &left ? 0 : 1]->addWidget(box);
            height += size + 2;
            m_groups.push_back(box);
        }
        Row row;
        row.path = QString::fromStdString(field.info.path());
        row.help = QString::fromStdString(field.info.help);
        row.advanced = field.info.advanced;
        row.holder = new QWidget(box);
        auto* cell = new QVBoxLayout(row.holder);
        cell->setContentsMargins(0, 0, 0, 0);
        cell->setSpacing(2);
        auto* line = new QHBoxLayout;
        line->setSpacing(6);
        row.editor = makeEditor(row, field);
        line->addWidget(row.editor, 1);
        if (!field.info.unit.empty()) {
            auto* unit = new QLabel(QString::fromStdString(field.info.unit), row.holder);
            unit->setProperty("role", QStringLiteral("hint"));
            line->addWidget(unit);
        }
        cell->addLayout(line);
        row.message = new QLabel(row.holder);
        row.message->setWordWrap(true);
        row.message->setProperty("role", QStringLiteral("error"));
        row.message->hide();
        cell->addWidget(row.message);
        row.label = new QLabel(QString::fromStdString(field.info.label), box);
        row.label->setToolTip(row.help);
        row.label->setMinimumWidth(130);
        form->addRow(row.label, row.holder);
        m_rows.push_back(row);
    }
    for (QVBoxLayout* one : column)
        one->addStretch(1);
    scroll->setWidget(page);
    outer->addWidget(scroll, 1);

    m_help = new QLabel(this);
    m_help->setWordWrap(true);
    m_help->setMinimumHeight(34);
    m_help->setProperty("role", QStringLiteral("hint"));
    m_help->setText(QStringLiteral("Every field explains itself here when it has the focus."));
    outer->addWidget(m_help);
    auto* bottom = new QHBoxLayout;
    bottom->setSpacing(8);
    m_command = new QLineEdit(this);
    m_command->setObjectName(QStringLiteral("command"));
    m_command->setAccessibleName(QStringLiteral("Command that will run"));
    m_command->setReadOnly(true);
    QPushButton* copy = button(QStringLiteral("Copy"), QStringLiteral("copyCommand"), this);
    m_start = button(QStringLiteral("Start training"), QStringLiteral("startTraining"), this);
    m_start->setDefault(true);
    bottom->addWidget(m_command, 1);
    bottom->addWidget(copy);
    bottom->addWidget(m_start);
    m_estimate = new QLabel(this);
    m_status = new QLabel(this);
    m_status->setProperty("role", QStringLiteral("error"));
    auto* line = new QHBoxLayout;
    line->addWidget(m_estimate, 1);
    line->addWidget(m_status);
    outer->addLayout(line);
    outer->addLayout(bottom);

    connect(m_search, &QLineEdit::textChanged, this, &ConfigurePanel::filter);
    connect(m_advanced, &QPushButton::toggled, this, [this] { filter(m_search->text()); });
    connect(load, &QPushButton::clicked, this, &ConfigurePanel::loadDialog);
    connect(save, &QPushButton::clicked, this, &ConfigurePanel::saveDialog);
    connect(copy, &QPushButton::clicked, this, [this] { QApplication::clipboard()->setText(m_command->text()); });
    connect(m_start, &QPushButton::clicked, this, [this] { Q_EMIT startRequested(m_config); });
    connect(m_presets, &QComboBox::activated, this, [this](int index) {
        const QString file = m_presets->itemData(index).toString();
        if (!file.isEmpty())
            loadFile(file);
    });
    fillPresets();
    showValues();
    filter(QString());
}

QWidget* ConfigurePanel::makeEditor(Row& row, const Field& field)
{
    QWidget* made = nullptr;
    const QString path = row.path;
    if (std::holds_alternative<bool*>(field.value)) {
        auto* box = new QCheckBox(row.holder);
        connect(box, &QCheckBox::toggled, this, [this, path](bool on) { edited(path, on ? QStringLiteral("true") : QStringLiteral("false")); });
        made = box;
    } else if (!field.info.choices.empty() && field.info.key != "operators") {
        auto* box = new QComboBox(row.holder);
        for (const std::string& choice : field.info.choices)
            box->addItem(QString::fromStdString(choice));
        connect(box, &QComboBox::currentTextChanged, this, [this, path](const QString& text) { edited(path, text); });
        made = box;
    } else {
        auto* edit = new QLineEdit(row.holder); // numbers too: 3e-4 and 0.0003 are both natural to type
        connect(edit, &QLineEdit::textEdited, this, [this, path](const QString& text) { edited(path, text.trimmed()); });
        made = edit;
    }
    made->setObjectName(path);
    made->setAccessibleName(QString::fromStdString(field.info.label));
    made->setAccessibleDescription(row.help);
    made->setToolTip(row.help);
    made->installEventFilter(this);
    return made;
}

bool ConfigurePanel::eventFilter(QObject* object, QEvent* event)
{
    if (event->type() == QEvent::FocusIn)
        for (const Row& row : m_rows)
            if (row.editor == object)
                m_help->setText(row.label->text() + QStringLiteral(" (") + row.path + QStringLiteral("): ") + row.help);
    return QWidget::eventFilter(object, event);
}

void ConfigurePanel::setConfig(const RunConfig& config)
{
    m_config = config;
    m_typeErrors.clear();
    showValues();
}

void ConfigurePanel::showValues()
{
    m_filling = true;
    for (const Field& field : fields(m_config)) {
        QWidget* widget = editor(QString::fromStdString(field.info.path()));
        const QString text = QString::fromStdString(field.toText());
        if (auto* box = qobject_cast<QCheckBox*>(widget))
            box->setChecked(text == QLatin1String("true"));
        else if (auto* combo = qobject_cast<QComboBox*>(widget))
            combo->setCurrentText(text);
        else if (auto* edit = qobject_cast<QLineEdit*>(widget))
            edit->setText(text);
    }
    m_filling = false;
    check();
}

void ConfigurePanel::edited(const QString& path, const QString& text)
{
    if (m_filling)
        return;
    if (Result<void> set = applySetting(m_config, (path + QLatin1Char('=') + text).toStdString()); set)
        m_typeErrors.remove(path);
    else
        m_typeErrors[path] = QString::fromStdString(set.error().sentence());
    check();
}

void ConfigurePanel::check()
{
    QHash<QString, QString> messages = m_typeErrors;
    for (const Problem& problem : problems(m_config))
        if (const QString path = QString::fromStdString(problem.path); !messages.contains(path))
            messages[path] = QString::fromStdString(problem.error.sentence());
    RunConfig defaults;
    const std::vector<Field> now = fields(m_config), before = fields(defaults);
    for (size_t i = 0; i < m_rows.size(); ++i) {
        const QString message = messages.value(m_rows[i].path);
        m_rows[i].message->setText(message);
        m_rows[i].message->setVisible(!message.isEmpty());
        QFont font = m_rows[i].label->font();
        font.setBold(now[i].toText() != before[i].toText());
        m_rows[i].label->setFont(font);
        m_rows[i].label->setToolTip(m_rows[i].help + (font.bold() ? QStringLiteral("\nDefault: ") + QString::fromStdString(before[i].toText()) : QString()));
    }
    m_start->setEnabled(messages.isEmpty());
    m_status->setText(messages.isEmpty() ? QString() : QStringLiteral("%1 setting(s) need attention").arg(messages.size()));
    QStringList command { QStringLiteral("./ahascope"), QStringLiteral("train"), QStringLiteral("CONFIG.json") };
    for (const std::string& line : differences(RunConfig {}, m_config)) {
        const QString text = QString::fromStdString(line);
        command << QStringLiteral("--set") << text.section(QStringLiteral(": "), 0, 0) + QLatin1Char('=') + text.section(QStringLiteral(" -> "), -1);
    }
    m_command->setText(command.join(QLatin1Char(' ')));
    m_command->setCursorPosition(0);
    m_estimate->setText(QString::fromStdString(estimateText(m_config, resourceRootFolder().toStdString())));
}

void ConfigurePanel::filter(const QString& text)
{
    const QString wanted = text.trimmed().toLower();
    for (const Row& row : m_rows) {
        const bool found = wanted.isEmpty() ? (!row.advanced || m_advanced->isChecked())
                                            : (row.path + row.label->text() + row.help).toLower().contains(wanted);
        row.holder->setVisible(found);
        row.label->setVisible(found);
    }
    for (QGroupBox* box : m_groups) {
        bool any = false;
        for (const Row& row : m_rows)
            any = any || (row.holder->parentWidget() == box && !row.holder->isHidden());
        box->setVisible(any);
    }
}

void ConfigurePanel::fillPresets()
{
    m_presets->addItem(QStringLiteral("Defaults and presets…"));
    const QDir experiments(resourceRootFolder() + QStringLiteral("/experiments"));
    for (const QString& name : experiments.entryList(QDir::Dirs | QDir::NoDotAndDotDot)) {
        const QDir folder(experiments.absoluteFilePath(name));
        if (folder.exists(QStringLiteral("config.json")))
            m_presets->addItem(name, folder.absoluteFilePath(QStringLiteral("config.json")));
        for (const QString& preset : QDir(folder.absoluteFilePath(QStringLiteral("presets"))).entryList({ QStringLiteral("*.json") }, QDir::Files))
            m_presets->addItem(name + QStringLiteral(" / ") + preset.chopped(5), folder.absoluteFilePath(QStringLiteral("presets/") + preset));
    }
}

bool ConfigurePanel::loadFile(const QString& file)
{
    const Result<std::string> text = readFile(file.toStdString(), 1 << 20);
    const Result<RunConfig> config = text ? runConfigFromJson(*text) : Result<RunConfig>(text.error());
    if (!config) {
        QMessageBox::warning(this, QStringLiteral("Load configuration"), QString::fromStdString(config.error().sentence()));
        return false;
    }
    setConfig(*config);
    return true;
}

void ConfigurePanel::loadDialog()
{
    const QString file = QFileDialog::getOpenFileName(this, QStringLiteral("Load configuration"), QString(), QStringLiteral("Configuration (*.json)"));
    if (!file.isEmpty())
        loadFile(file);
}

void ConfigurePanel::saveDialog()
{
    const QString file = QFileDialog::getSaveFileName(this, QStringLiteral("Save configuration"), QStringLiteral("config.json"), QStringLiteral("Configuration (*.json)"));
    if (file.isEmpty())
        return;
    if (Result<void> written = writeFileAtomically(file.toStdString(), toJsonText(m_config)); !written)
        QMessageBox::warning(this, QStringLiteral("Save configuration"), QString::fromStdString(written.error().sentence()));
}

QWidget* ConfigurePanel::editor(const QString& path) const
{
    for (const Row& row : m_rows)
        if (row.path == path)
            return row.editor;
    return nullptr;
}

QString ConfigurePanel::messageAt(const QString& path) const
{
    for (const Row& row : m_rows)
        if (row.path == path)
            return row.message->text();
    return {};
}

} // namespace aha
