#include "widgets/panels/configtextpane.h"

#include "core/recipes/config_yaml.h"
#include "widgets/language/translation.h"
#include "widgets/models/visibletext.h"
#include "widgets/panels/sessionpart.h"
#include "widgets/plots/labelrole.h"

#include <QComboBox>
#include <QFontDatabase>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPlainTextEdit>
#include <QRegularExpression>
#include <QTextBlock>
#include <QVBoxLayout>

namespace aha {

namespace {

/// "… at line 12, column 3." or "Line 12: …"; 0: no line is named.
int64_t lineIn(const QString& sentence)
{
    static const QRegularExpression pattern(QStringLiteral("\\b[Ll]ine (\\d+)"));
    return pattern.match(sentence).captured(1).toLongLong();
}

/// The first "group.key" that a sentence names.
std::string pathIn(const QString& sentence)
{
    static const QRegularExpression pattern(QStringLiteral("\\b([a-z_]+(?:\\.[a-z0-9_]+)?)\\b"));
    static const QRegularExpression quoted(QStringLiteral("called \"([^\"]+)\""));
    const QString unknown = quoted.match(sentence).captured(1);
    if (!unknown.isEmpty())
        return unknown.toStdString();
    for (auto matches = pattern.globalMatch(sentence); matches.hasNext();)
        if (const QString word = matches.next().captured(1); word.contains(QLatin1Char('.')))
            return word.toStdString();
    return {};
}

} // namespace

ConfigTextPane::ConfigTextPane(QWidget* parent)
    : QWidget(parent)
    , m_format(new QComboBox(this))
    , m_text(new QPlainTextEdit(this))
    , m_says(new QLabel(this))
{
    m_format->setObjectName(QStringLiteral("configFormat"));
    m_format->setAccessibleName(tr("Format of the text"));
    m_format->addItems({ QStringLiteral("JSON"), QStringLiteral("YAML") });
    m_text->setObjectName(QStringLiteral("configText"));
    setKeptElsewhere(m_text); // the draft
    m_text->setAccessibleName(tr("Configuration as text"));
    m_text->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_text->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_text->setTabChangesFocus(true);
    m_says->setObjectName(QStringLiteral("configTextSays"));
    m_says->setTextFormat(Qt::PlainText);
    m_says->setWordWrap(true);
    auto* top = new QHBoxLayout;
    auto* hint = new QLabel(tr("Edit here or in the form."), this);
    hint->setProperty("role", QStringLiteral("hint"));
    top->addWidget(m_format);
    top->addWidget(hint, 1);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addLayout(top);
    layout->addWidget(m_text, 1);
    layout->addWidget(m_says);
    connect(m_text, &QPlainTextEdit::textChanged, this, &ConfigTextPane::read);
    connect(
        m_format, &QComboBox::currentIndexChanged, this, [this] { // the text is written anew, from the last good state
            m_valid = false;
            setConfig(m_config);
        });
}

bool ConfigTextPane::isYaml() const { return m_format->currentIndex() == 1; }
void ConfigTextPane::setYaml(bool yaml) { m_format->setCurrentIndex(yaml ? 1 : 0); }

QString ConfigTextPane::textOf(const RunConfig& config) const
{
    return QString::fromStdString(isYaml() ? toYamlText(config) : toJsonText(config));
}

QString ConfigTextPane::brokenText() const { return m_valid ? QString() : m_text->toPlainText(); }

void ConfigTextPane::setText(const QString& text) { m_text->setPlainText(text); }

void ConfigTextPane::setConfig(const RunConfig& config)
{
    const bool same = m_valid && !m_text->document()->isEmpty() && differences(m_config, config).empty();
    m_config = config;
    if (!same) {
        m_filling = true;
        // The place stays where it was: one changed value is no reason to jump to the top.
        const QString text = textOf(config);
        const int at = m_text->textCursor().position();
        QTextCursor all(m_text->document());
        all.select(QTextCursor::Document);
        all.insertText(text); // can be undone, unlike setPlainText()
        QTextCursor cursor = m_text->textCursor();
        cursor.setPosition(int(std::min(qsizetype(at), text.size())));
        m_text->setTextCursor(cursor);
        m_filling = false;
        m_valid = true;
    }
    judge();
}

void ConfigTextPane::read()
{
    if (m_filling)
        return;
    const std::string text = m_text->toPlainText().toStdString();
    const Result<RunConfig> config = isYaml() ? runConfigFromYaml(text) : runConfigFromJson(text);
    m_valid = bool(config);
    if (config) {
        m_config = *config;
        judge();
        Q_EMIT edited(m_config);
    } else {
        const QString sentence = translated(visibleText(config.error().sentence()));
        int64_t line = lineIn(sentence);
        if (line == 0)
            line = lineOfSetting(text, pathIn(sentence));
        mark(line, sentence + tr(" The form keeps the last good state."), true);
    }
    Q_EMIT textChanged();
}

void ConfigTextPane::judge()
{
    const std::vector<Problem> found = problems(m_config);
    if (found.empty()) {
        mark(0, QString(), false);
        return;
    }
    const std::string text = m_text->toPlainText().toStdString();
    mark(lineOfSetting(text, found.front().path), translated(visibleText(found.front().error.sentence())), true);
}

void ConfigTextPane::mark(int64_t line, const QString& sentence, bool broken)
{
    QList<QTextEdit::ExtraSelection> marks;
    if (const QTextBlock block = m_text->document()->findBlockByNumber(int(line) - 1); line > 0 && block.isValid()) {
        QTextEdit::ExtraSelection selection;
        const bool dark = palette().color(QPalette::Base).lightness() < 128;
        selection.format.setBackground(QColor(QLatin1String(dark ? "#5c2b28" : "#fbdad6")));
        selection.format.setProperty(QTextFormat::FullWidthSelection, true);
        selection.cursor = QTextCursor(block);
        marks << selection;
    }
    m_text->setExtraSelections(marks);
    const bool says
        = sentence.contains(QStringLiteral("line ")) || sentence.contains(QStringLiteral("Line ")) || line == 0;
    m_says->setText(sentence.isEmpty() ? tr("This text and the form say the same.")
            : says                     ? sentence
                                       : tr("Line %1: ").arg(line) + sentence);
    setRole(m_says, broken ? "error" : "hint");
}

} // namespace aha
