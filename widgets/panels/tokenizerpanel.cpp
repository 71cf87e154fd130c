#include "widgets/panels/tokenizerpanel.h"

#include "widgets/language/translation.h"
#include "widgets/models/visibletext.h"
#include "widgets/panels/modelchooser.h"
#include "widgets/panels/tokenchips.h"

#include <QCheckBox>
#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSplitter>
#include <QVBoxLayout>

namespace aha {

namespace {
constexpr int kSoonMs = 60;
constexpr const char* kExample
    = "Type here. Spaces, new lines,\n\tnumbers like 1234567 and 中文 or naïve show how a text is cut.\n";
}

TokenizerPanel::TokenizerPanel(RecentModels* recent, QWidget* parent)
    : QWidget(parent)
    , m_model(new ModelChooser(recent, tr("Model whose tokenizer is used"), QString(), this))
    , m_text(new QPlainTextEdit(this))
    , m_special(new QCheckBox(tr("Parse special tokens"), this))
    , m_ids(new QCheckBox(tr("Show ids"), this))
    , m_counts(new QLabel(this))
    , m_copy(new QPushButton(tr("Copy ids"), this))
    , m_chips(new TokenChips(this))
{
    m_model->setObjectName(QStringLiteral("tokenizerModel"));
    m_text->setObjectName(QStringLiteral("tokenizerText"));
    m_text->setTabChangesFocus(true); // Tab leaves every field of the window
    m_text->setAccessibleName(tr("Text to cut into tokens"));
    m_text->setPlainText(QString::fromUtf8(kExample));
    m_special->setObjectName(QStringLiteral("parseSpecial"));
    m_special->setChecked(true);
    m_special->setToolTip(plainToolTip(
        tr("On: text such as <|im_end|> becomes the special token. Off: it is text like any other, which is "
           "how foreign text should be read.")));
    m_ids->setObjectName(QStringLiteral("showIds"));
    m_counts->setObjectName(QStringLiteral("tokenCounts"));
    m_counts->setTextFormat(Qt::PlainText);
    m_counts->setWordWrap(true);
    m_copy->setObjectName(QStringLiteral("copyIds"));
    auto* top = new QHBoxLayout;
    top->addWidget(m_model, 1);
    top->addWidget(m_special);
    top->addWidget(m_ids);
    top->addWidget(m_copy);
    auto* splitter = new QSplitter(Qt::Vertical, this);
    splitter->addWidget(m_text);
    splitter->addWidget(m_chips);
    splitter->setStretchFactor(0, 2);
    splitter->setStretchFactor(1, 3);
    splitter->setChildrenCollapsible(false);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(12, 12, 12, 12);
    layout->setSpacing(8);
    layout->addLayout(top);
    layout->addWidget(m_counts);
    layout->addWidget(splitter, 1);
    m_soon.setSingleShot(true);
    m_soon.setInterval(kSoonMs);
    connect(&m_soon, &QTimer::timeout, this, &TokenizerPanel::tokenize);
    connect(m_text, &QPlainTextEdit::textChanged, this, [this] { m_soon.start(); });
    connect(m_special, &QCheckBox::toggled, this, &TokenizerPanel::tokenize);
    connect(m_ids, &QCheckBox::toggled, m_chips, &TokenChips::setIdsShown);
    connect(m_model, &ModelChooser::chosen, &m_loader, &TokenizerLoader::load);
    connect(&m_loader, &TokenizerLoader::loaded, this, &TokenizerPanel::tokenize);
    connect(m_copy, &QPushButton::clicked, this, [this] {
        QStringList ids;
        for (const TokenChip& chip : m_tokens.chips)
            ids << QString::number(chip.id);
        QGuiApplication::clipboard()->setText(QLatin1Char('[') + ids.join(QStringLiteral(", ")) + QLatin1Char(']'));
    });
    present();
}

void TokenizerPanel::openModel(const QString& path) { m_model->setPath(path); }

void TokenizerPanel::setRuns(const OpenRuns& runs) { m_model->setRuns(runs); }

void TokenizerPanel::setText(const QString& text) { m_text->setPlainText(text); }

void TokenizerPanel::tokenize()
{
    const int asked = ++m_asked;
    const auto tokenizer = m_loader.current().tokenizer;
    if (!tokenizer) {
        m_tokens = {};
        return present();
    }
    m_worker.post(
        [this, asked, tokenizer, text = m_text->toPlainText().toStdString(), special = m_special->isChecked()] {
            TokenList tokens = tokenList(*tokenizer, text, special);
            QMetaObject::invokeMethod(
                this,
                [this, asked, tokens = std::move(tokens)] {
                    if (asked != m_asked)
                        return;
                    m_tokens = tokens;
                    present();
                },
                Qt::QueuedConnection);
        });
}

void TokenizerPanel::present()
{
    m_chips->setTokens(m_tokens);
    m_chips->setEmptyText(m_loader.current().tokenizer
            ? tr("The tokens of the text stand here, each in a colour of its own.")
            : tr("The tokens of the text stand here, each in a colour of its own.\nChoose a model above, or open one: "
                 "its tokenizer cuts the text."));
    m_copy->setEnabled(!m_tokens.chips.isEmpty());
    const QString problem = m_loader.current().problem.isEmpty() ? m_tokens.problem : m_loader.current().problem;
    if (!problem.isEmpty())
        m_counts->setText(problem);
    else if (!m_loader.current().tokenizer)
        m_counts->clear(); // the empty place says what to do
    else
        m_counts->setText(
            (m_tokens.chips.size() == 1 ? tr("%1 token · %2 characters · %3 bytes · %4 characters a token")
                                        : tr("%1 tokens · %2 characters · %3 bytes · %4 characters a token"))
                .arg(m_tokens.chips.size())
                .arg(m_tokens.characters)
                .arg(m_tokens.bytes)
                .arg(m_tokens.charactersPerToken(), 0, 'f', 2));
    m_counts->setVisible(!m_counts->text().isEmpty());
}

} // namespace aha
