#include "widgets/panels/rewardform.h"

#include "widgets/language/translation.h"
#include "widgets/models/visibletext.h"
#include "widgets/panels/sessionpart.h"

#include <QApplication>
#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QSpinBox>
#include <QVBoxLayout>

namespace aha {

namespace {

constexpr int kEditorWidth = 84;

/// Re-scoring refuses a verifier that judges no stored answer.
bool isOffered(const FieldInfo& field, const std::string& choice)
{
    return field.path() != "data.verifier" || (choice != "none" && choice != "task");
}

/// Has it the focus, or will it when its window is active again?
bool isEdited(const QWidget* editor)
{
    const QWidget* focus = editor->window()->focusWidget();
    return focus && (focus == editor || editor->isAncestorOf(focus));
}

QString textOf(const Field& field) { return QString::fromStdString(field.toText()); }

} // namespace

RewardForm::RewardForm(QWidget* parent)
    : QWidget(parent)
    , m_all(new QCheckBox(tr("All parts and their settings"), this))
    , m_reset(new QPushButton(tr("Reset"), this))
    , m_state(new QLabel(this))
    , m_body(new QWidget)
{
    m_all->setObjectName(QStringLiteral("rewardAll"));
    m_all->setAccessibleName(m_all->text());
    setKeptElsewhere(m_all, false); // whoever keeps the rewards does not keep this
    m_reset->setObjectName(QStringLiteral("rewardReset"));
    m_reset->setAccessibleName(tr("Back to the rewards of the run"));
    m_state->setObjectName(QStringLiteral("rewardState"));
    m_state->setTextFormat(Qt::PlainText);
    m_state->setWordWrap(true);
    m_state->setProperty("role", QStringLiteral("hint"));
    auto* title = new QLabel(tr("Reward"), this);
    title->setProperty("role", QStringLiteral("title"));
    auto* head = new QHBoxLayout;
    head->addWidget(title, 1);
    head->addWidget(m_reset);
    auto* scroll = new QScrollArea(this);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setWidget(m_body);
    scroll->setFocusPolicy(Qt::NoFocus);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(6);
    layout->addLayout(head);
    layout->addWidget(m_state);
    layout->addWidget(scroll, 1);
    layout->addWidget(m_all);
    build();
    connect(m_all, &QCheckBox::toggled, this, &RewardForm::showRows);
    connect(m_reset, &QPushButton::clicked, this, [this] {
        setBase(RunConfig(m_base));
        Q_EMIT changed();
    });
    connect(qApp, &QApplication::focusChanged, this, [this](QWidget* before) {
        if (before && m_body->isAncestorOf(before))
            showRows(m_all->isChecked());
    });
    setBase(defaultConfig("grpo"));
}

/// Losing the focus with the window would be heard after what is here is gone.
RewardForm::~RewardForm() { disconnect(qApp, nullptr, this, nullptr); }

QLabel* RewardForm::addHeading(QGridLayout& grid, const QString& name, const QString& text)
{
    auto* label = new QLabel(text, m_body);
    label->setObjectName(name);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    label->setProperty("role", QStringLiteral("hint"));
    grid.addWidget(label, grid.rowCount(), 0, 1, 2);
    return label;
}

void RewardForm::build()
{
    auto* grid = new QGridLayout(m_body);
    grid->setContentsMargins(0, 0, 6, 0);
    grid->setHorizontalSpacing(8);
    grid->setVerticalSpacing(4);
    grid->setColumnStretch(0, 1);
    const std::vector<Field> all = fields(m_config);
    addHeading(*grid, QStringLiteral("rewardMoves"), tr("Move the reward only; no verdict flips by them:"));
    for (size_t i = 0; i < all.size(); ++i)
        if (all[i].info.group == "rewards")
            addRow(*grid, i);
    m_flips = addHeading(*grid, QStringLiteral("rewardFlips"), tr("Judge the answer; can flip verdicts:"));
    for (size_t i = 0; i < all.size(); ++i)
        if (all[i].info.judges)
            addRow(*grid, i);
    grid->setRowStretch(grid->rowCount(), 1);
}

void RewardForm::addRow(QGridLayout& grid, size_t i)
{
    const std::vector<Field> all = fields(m_config);
    const FieldInfo& info = all[i].info;
    QWidget* editor = nullptr;
    bool below = false; // a text takes a line of its own
    if (std::holds_alternative<bool*>(all[i].value)) {
        auto* box = new QCheckBox(m_body);
        connect(box, &QCheckBox::toggled, this, [this, i](bool on) { take(i, on ? "true" : "false"); });
        editor = box;
    } else if (std::holds_alternative<double*>(all[i].value)) {
        auto* box = new QDoubleSpinBox(m_body);
        box->setDecimals(3);
        box->setSingleStep(0.1);
        box->setRange(std::max(info.low, -1e6), std::min(info.high, 1e6));
        box->setLocale(QLocale::c());
        connect(box, &QDoubleSpinBox::valueChanged, this,
            [this, i](double value) { take(i, QString::number(value, 'g', 12).toStdString()); });
        editor = box;
    } else if (std::holds_alternative<int64_t*>(all[i].value)) {
        auto* box = new QSpinBox(m_body);
        box->setRange(int(std::max(info.low, -1e9)), int(std::min(info.high, 1e9)));
        connect(box, &QSpinBox::valueChanged, this, [this, i](int value) { take(i, std::to_string(value)); });
        editor = box;
    } else if (!info.choices.empty()) {
        auto* box = new QComboBox(m_body);
        connect(
            box, &QComboBox::currentTextChanged, this, [this, i](const QString& text) { take(i, text.toStdString()); });
        editor = box;
    } else {
        auto* box = new QLineEdit(m_body);
        connect(box, &QLineEdit::textChanged, this, [this, i](const QString& text) { take(i, text.toStdString()); });
        editor = box;
        below = true;
    }
    editor->setObjectName(QString::fromStdString(info.path()));
    editor->setAccessibleName(translated(info.label));
    editor->setToolTip(plainToolTip(translated(info.help)));
    if (!below)
        editor->setFixedWidth(kEditorWidth);
    auto* label = new QLabel(translated(info.label), m_body);
    label->setTextFormat(Qt::PlainText);
    label->setToolTip(editor->toolTip());
    label->setBuddy(editor);
    label->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    const int line = grid.rowCount();
    grid.addWidget(label, line, 0, 1, below ? 2 : 1);
    grid.addWidget(editor, below ? line + 1 : line, below ? 0 : 1, 1, below ? 2 : 1);
    m_rows.push_back({ i, label, editor, info.judges, info.advanced || below, false });
}

void RewardForm::setBase(const RunConfig& config)
{
    m_base = m_config = config;
    m_filling = true;
    const std::vector<Field> all = fields(m_config);
    for (Row& row : m_rows) {
        const Field& field = all[row.field];
        if (auto* choice = qobject_cast<QComboBox*>(row.editor)) {
            choice->clear();
            for (const std::string& one : field.info.choices)
                if (isOffered(field.info, one) || one == field.toText())
                    choice->addItem(QString::fromStdString(one));
        }
        put(row.editor, field);
        RunConfig plain = defaultConfig(config.general.kind);
        row.weighed = textOf(fields(plain)[row.field]) != textOf(field); // the run sets it
    }
    m_config = m_base; // editors round
    m_filling = false;
    present();
}

void RewardForm::put(QWidget* editor, const Field& field)
{
    if (auto* box = qobject_cast<QCheckBox*>(editor))
        box->setChecked(*std::get<bool*>(field.value));
    else if (auto* number = qobject_cast<QDoubleSpinBox*>(editor))
        number->setValue(*std::get<double*>(field.value));
    else if (auto* whole = qobject_cast<QSpinBox*>(editor))
        whole->setValue(int(*std::get<int64_t*>(field.value)));
    else if (auto* choice = qobject_cast<QComboBox*>(editor))
        choice->setCurrentText(textOf(field));
    else if (auto* line = qobject_cast<QLineEdit*>(editor))
        line->setText(textOf(field));
}

void RewardForm::setChanges(const QStringList& changes)
{
    for (const QString& change : changes) {
        const qsizetype equals = change.indexOf(QLatin1Char('='));
        RunConfig wanted = m_config;
        std::vector<Field> all = fields(wanted);
        for (const Row& row : m_rows)
            if (Field& field = all[row.field]; QString::fromStdString(field.info.path()) == change.left(equals)
                && field.fromText(change.mid(equals + 1).toStdString()))
                put(row.editor, field); // which takes it, as if it had been typed
    }
}

void RewardForm::take(size_t field, const std::string& text)
{
    if (m_filling)
        return;
    std::vector<Field> all = fields(m_config);
    if (!all[field].fromText(text))
        return; // the editors hold only what may be
    present();
    Q_EMIT changed();
}

QStringList RewardForm::changes() const
{
    QStringList list;
    RunConfig base = m_base, now = m_config;
    const std::vector<Field> was = fields(base), is = fields(now);
    for (const Row& row : m_rows)
        if (is[row.field].toText() != was[row.field].toText())
            list << QString::fromStdString(is[row.field].info.path() + "=" + is[row.field].toText());
    return list;
}

void RewardForm::showRows(bool all)
{
    const std::vector<Field> is = fields(m_config);
    bool flips = false;
    for (const Row& row : m_rows) {
        const bool changed = row.label->font().bold();
        const bool belongs = (all || !row.advanced || row.weighed || changed)
            && (!row.judges || changed || applies(m_config, is[row.field].info));
        const bool shown = belongs || (row.editor->isVisible() && isEdited(row.editor)); // goes with the focus
        flips = flips || (row.judges && shown);
        row.label->setVisible(shown);
        row.editor->setVisible(shown);
    }
    m_flips->setVisible(flips);
}

void RewardForm::present()
{
    RunConfig base = m_base;
    const std::vector<Field> was = fields(base), is = fields(m_config);
    int changed = 0;
    for (const Row& row : m_rows) {
        const bool differs = is[row.field].toText() != was[row.field].toText();
        changed += differs;
        QFont font = this->font();
        font.setBold(differs);
        row.label->setFont(font);
        row.label->setText(translated(is[row.field].info.label) + (differs ? QStringLiteral(" *") : QString()));
    }
    showRows(m_all->isChecked());
    m_reset->setEnabled(changed > 0);
    m_state->setText(changed == 0 ? tr("As configured. Change a weight and everything here is judged by it.")
                                  : tr("%1 changed (*). Nothing of the run is changed.").arg(changed));
}

} // namespace aha
