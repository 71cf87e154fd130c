#include "widgets/panels/queuedetail.h"

#include "core/recipes/config_yaml.h"
#include "widgets/language/translation.h"
#include "widgets/models/visibletext.h"
#include "widgets/plots/elidedlabel.h"

#include <nlohmann/json.hpp>

#include <QComboBox>
#include <QFontDatabase>
#include <QHBoxLayout>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace aha {

namespace {

/// A line a setting: "optimizer.learning_rate = 3e-06 (default 1e-06)".
QString settingsThatDiffer(const RunConfig& config)
{
    RunConfig given = config, usual = defaultConfig(config.general.kind);
    const std::vector<Field> left = fields(given), right = fields(usual);
    QString text;
    for (size_t i = 0; i < left.size(); ++i)
        if (left[i].toJson() != right[i].toJson()) {
            const std::string before = right[i].toText();
            text += visibleLine(left[i].info.path() + " = " + left[i].toText())
                + (before.empty() ? QString()
                                  : QStringLiteral("  (") + tr("default ") + visibleLine(before) + QLatin1Char(')'))
                + QLatin1Char('\n');
        }
    return text.isEmpty() ? tr("Every setting is the default.") : text;
}

} // namespace

QueueDetail::QueueDetail(QWidget* parent)
    : QWidget(parent)
    , m_title(new ElidedLabel(this))
    , m_why(new QLabel(this))
    , m_fold(new QPushButton(this))
    , m_format(new QComboBox(this))
    , m_edit(new QPushButton(tr("Edit in Configure"), this))
    , m_text(new QPlainTextEdit(this))
{
    m_title->setObjectName(QStringLiteral("queueDetailTitle"));
    m_title->setTextFormat(Qt::PlainText);
    m_title->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_why->setObjectName(QStringLiteral("queueDetailWhy"));
    m_why->setTextFormat(Qt::PlainText);
    m_why->setWordWrap(true);
    m_why->setProperty("role", QStringLiteral("hint"));
    m_format->setObjectName(QStringLiteral("queueDetailFormat"));
    m_format->setAccessibleName(tr("Which settings are shown"));
    m_format->addItems({ tr("What is not the default"), tr("All settings, as YAML") });
    m_fold->setObjectName(QStringLiteral("queueSettings"));
    m_fold->setAccessibleName(tr("Show what the selected run was queued with"));
    m_fold->setToolTip(m_fold->accessibleName());
    m_fold->setCheckable(true);
    for (QPushButton* one : { m_fold, m_edit })
        one->setFocusPolicy(Qt::TabFocus); // as the buttons of the page
    m_edit->setObjectName(QStringLiteral("queueEdit"));
    m_edit->setAccessibleName(tr("Edit the waiting run in Configure"));
    m_edit->setToolTip(
        plainToolTip(tr("Load its settings into the form; saved from there, it keeps its place in the queue")));
    m_text->setObjectName(QStringLiteral("queueDetailText"));
    m_text->setAccessibleName(tr("Settings of the queued run"));
    m_text->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_text->setReadOnly(true);
    m_text->setTabChangesFocus(true);
    m_text->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    auto* top = new QHBoxLayout;
    top->addWidget(m_fold);
    top->addWidget(m_title, 1);
    top->addWidget(m_format);
    top->addWidget(m_edit);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addLayout(top);
    layout->addWidget(m_why);
    layout->addWidget(m_text, 1);
    connect(m_format, &QComboBox::currentIndexChanged, this, &QueueDetail::present);
    connect(m_fold, &QPushButton::toggled, this, &QueueDetail::fold);
    clear();
    fold();
}

void QueueDetail::fold()
{
    const bool open = m_fold->isChecked();
    m_fold->setText((open ? QStringLiteral("▾ ") : QStringLiteral("▸ ")) + tr("Settings"));
    for (QWidget* part : { static_cast<QWidget*>(m_format), static_cast<QWidget*>(m_text) })
        part->setVisible(open);
    m_why->setVisible(open && !m_why->text().isEmpty());
}

void QueueDetail::setRun(const QString& name, const Result<RunConfig>& config, bool editable, const QString& why)
{
    m_config = config ? std::optional(*config) : std::nullopt;
    m_title->setText(tr("Settings of “%1”").arg(name));
    m_edit->setEnabled(config && editable);
    m_why->setText(config ? why : translated(visibleText(config.error().sentence())));
    fold();
    present();
}

void QueueDetail::clear()
{
    m_config.reset();
    m_title->setText(tr("Select a run: its settings are shown here."));
    m_why->clear();
    fold();
    m_edit->setEnabled(false);
    present();
}

void QueueDetail::present()
{
    const QString text = !m_config      ? QString()
        : m_format->currentIndex() == 0 ? settingsThatDiffer(*m_config)
                                        : visibleText(toYamlText(*m_config));
    m_format->setEnabled(m_config.has_value());
    if (text == m_text->toPlainText()) // read again: the place in it stays
        return;
    m_text->setPlainText(text);
}

} // namespace aha
