#include "widgets/panels/modelspanel.h"

#include "core/run/cardreader.h"
#include "widgets/language/translation.h"
#include "widgets/models/cardsections.h"
#include "widgets/models/recentmodels.h"
#include "widgets/models/visibletext.h"
#include "widgets/panels/modelchooser.h"
#include "widgets/panels/tracecolors.h"
#include "widgets/plots/card.h"
#include "widgets/plots/emptyhint.h"
#include "widgets/plots/labelrole.h"

#include <QDragEnterEvent>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QListView>
#include <QMenu>
#include <QMimeData>
#include <QPushButton>
#include <QScrollArea>
#include <QSplitter>
#include <QToolButton>
#include <QUrl>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace aha {

namespace {

constexpr int kNameWidth = 110, kSectionWidth = 370, kListWidth = 230, kMostCards = 3;

QLabel* label(const QString& text, QWidget* parent)
{
    auto* label = new QLabel(parent);
    label->setTextFormat(Qt::PlainText);
    label->setText(text);
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    return label;
}

QString wordsOf(CardRow::Tone tone)
{
    return tone == CardRow::Good   ? QStringLiteral("good")
        : tone == CardRow::Warning ? QStringLiteral("warn")
                                   : QStringLiteral("bad");
}

QWidget* sectionWidget(const CardSection& section, QWidget* parent)
{
    auto* frame = new Card(QPalette::Base, QPalette::Midlight, 8, parent);
    frame->setObjectName(QStringLiteral("cardSection"));
    auto* grid = new QGridLayout(frame);
    grid->setContentsMargins(14, 10, 14, 12);
    grid->setHorizontalSpacing(12);
    grid->setVerticalSpacing(5);
    grid->setColumnMinimumWidth(0, kNameWidth);
    grid->setColumnStretch(1, 1);
    auto* title = label(section.title, frame);
    QFont bold = title->font();
    bold.setBold(true);
    title->setFont(bold);
    grid->addWidget(title, 0, 0, 1, 2);
    for (int i = 0; i < section.rows.size(); ++i) {
        const CardRow& row = section.rows[i];
        auto* name = label(row.name, frame);
        name->setProperty("role", QStringLiteral("hint"));
        auto* value = label(row.value, frame);
        if (row.tone != CardRow::Plain) {
            QPalette palette = value->palette();
            palette.setColor(QPalette::WindowText, kindColor(wordsOf(row.tone), palette));
            value->setPalette(palette);
        }
        if (!row.help.isEmpty()) {
            name->setToolTip(plainToolTip(row.help));
            value->setToolTip(plainToolTip(row.help));
        }
        value->setAccessibleName(row.name + tr(": ") + row.value);
        grid->addWidget(name, i + 1, 0, Qt::AlignTop);
        grid->addWidget(value, i + 1, 1, Qt::AlignTop);
    }
    grid->setRowStretch(int(section.rows.size()) + 1, 1);
    return frame;
}

} // namespace

ModelsPanel::ModelsPanel(RecentModels* recent, const QString& engine, QWidget* parent)
    : QWidget(parent)
    , m_recent(recent)
    , m_reader(new CardReader(engine, this))
    , m_list(new QListView(this))
    , m_open(new QToolButton(this))
    , m_title(label(QString(), this))
    , m_line(label(QString(), this))
    , m_talk(new QPushButton(tr("Talk to it"), this))
    , m_compare(new QPushButton(tr("Compare"), this))
    , m_tokenizer(new QPushButton(tr("Tokenizer"), this))
    , m_train(new QPushButton(tr("Train it"), this))
    , m_forget(new QPushButton(tr("Forget"), this))
{
    setAcceptDrops(true);
    m_list->setObjectName(QStringLiteral("recentModels"));
    m_list->setAccessibleName(tr("Models that were opened"));
    m_list->setModel(recent);
    m_list->setUniformItemSizes(true);
    m_list->setTextElideMode(Qt::ElideMiddle);
    m_list->setMinimumWidth(180);
    new EmptyHint(m_list, "modelsEmpty",
        tr("Models that were opened stand here.\nOpen one above, or drop a folder or a GGUF file here."));
    m_open->setObjectName(QStringLiteral("openModel"));
    m_open->setText(tr("Open a model…"));
    m_open->setPopupMode(QToolButton::InstantPopup);
    m_open->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    m_open->setMenu(openModelMenu(
        m_open, [this] { return m_runs; }, [this](const QString& path) { openModel(path); }));
    m_title->setProperty("role", QStringLiteral("title"));
    m_title->setObjectName(QStringLiteral("modelTitle"));
    m_line->setProperty("role", QStringLiteral("hint"));
    m_line->setObjectName(QStringLiteral("modelLine"));
    m_talk->setObjectName(QStringLiteral("talk"));
    m_compare->setToolTip(plainToolTip(tr("Beside the model of the playground, on the same words and seed")));
    m_train->setToolTip(plainToolTip(tr("Sets the model of the page Configure")));
    m_forget->setToolTip(plainToolTip(tr("Takes it out of this list; the files stay")));

    auto* left = new QWidget(this);
    auto* leftLayout = new QVBoxLayout(left);
    leftLayout->setContentsMargins(0, 0, 0, 0);
    leftLayout->addWidget(m_open);
    leftLayout->addWidget(m_list, 1);
    auto* buttons = new QHBoxLayout;
    for (QPushButton* button : { m_talk, m_compare, m_tokenizer, m_train })
        buttons->addWidget(button);
    buttons->addStretch(1);
    buttons->addWidget(m_forget);
    auto* scroll = new QScrollArea(this);
    scroll->setObjectName(QStringLiteral("modelCard"));
    scroll->setAccessibleName(tr("Card of the model"));
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    auto* holder = new QWidget(scroll);
    m_sectionsLayout = new QVBoxLayout(holder);
    m_sectionsLayout->setContentsMargins(0, 0, 6, 0);
    scroll->setWidget(holder);
    auto* right = new QWidget(this);
    auto* rightLayout = new QVBoxLayout(right);
    rightLayout->setContentsMargins(0, 0, 0, 0);
    rightLayout->setSpacing(8);
    rightLayout->addWidget(m_title);
    rightLayout->addWidget(m_line);
    rightLayout->addLayout(buttons);
    rightLayout->addWidget(scroll, 1);
    auto* splitter = new QSplitter(this);
    splitter->addWidget(left);
    splitter->addWidget(right);
    splitter->setStretchFactor(1, 1);
    splitter->setSizes({ 250, 760 });
    splitter->setChildrenCollapsible(false);
    splitter->setHandleWidth(14);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(12, 12, 12, 12);
    layout->addWidget(splitter);

    const auto openRow = [this](const QModelIndex& index) {
        if (const QString path = index.data(RecentModels::PathRole).toString(); !path.isEmpty())
            choose(path);
    };
    connect(m_list, &QListView::clicked, this, openRow);
    connect(m_list, &QListView::activated, this, openRow);
    connect(m_talk, &QPushButton::clicked, this, [this] { Q_EMIT talkRequested(m_path); });
    connect(m_compare, &QPushButton::clicked, this, [this] { Q_EMIT compareRequested(m_path); });
    connect(m_tokenizer, &QPushButton::clicked, this, [this] { Q_EMIT tokenizerRequested(m_path); });
    connect(m_train, &QPushButton::clicked, this, [this] { Q_EMIT trainRequested(m_path); });
    connect(m_forget, &QPushButton::clicked, this, [this] {
        m_recent->remove(m_path);
        m_path.clear();
        m_card = {};
        present();
    });
    connect(m_reader, &CardReader::cardRead, this, [this](const QString& path, const nlohmann::ordered_json& card) {
        if (path != m_path)
            return;
        m_card = card;
        present();
    });
    connect(m_reader, &CardReader::failed, this, [this](const QString& path, const QString& sentence) {
        if (path != m_path)
            return;
        m_problem = translated(visibleText(sentence.toStdString()));
        present();
    });
    present();
}

void ModelsPanel::openModel(const QString& path)
{
    choose(m_recent->add(path));
    m_list->setCurrentIndex(m_recent->index(0));
}

void ModelsPanel::choose(const QString& path)
{
    m_path = path;
    m_card = {};
    m_problem.clear();
    m_reader->read(path);
    present();
}

void ModelsPanel::present()
{
    const bool known = m_card.is_object();
    m_title->setText(m_path.isEmpty() ? tr("No model is open") : visibleLine(shortModelName(m_path).toStdString()));
    setRole(m_line, m_problem.isEmpty() ? "hint" : "error");
    m_line->setText(m_path.isEmpty()
            ? tr("Open a Hugging Face folder, a GGUF file, an adapter, or a checkpoint of a run; or drop one "
                 "here. Its card says what it is and what memory it takes.")
            : !m_problem.isEmpty() ? m_problem
            : known                ? cardLine(m_card)
                                   : tr("Reading its card …"));
    const bool runs = known && m_card.value("runnable", false);
    for (QPushButton* button : { m_talk, m_compare, m_train })
        button->setEnabled(runs);
    m_tokenizer->setEnabled(known);
    m_forget->setEnabled(!m_path.isEmpty());
    if (m_sections) {
        m_sections->hide(); // until it is gone
        m_sections->deleteLater();
    }
    m_sections = new QWidget(this);
    auto* grid = new QGridLayout(m_sections);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setSpacing(10);
    const QVector<CardSection> sections = known ? cardSections(m_card) : QVector<CardSection>();
    const int columns = m_columns;
    for (int i = 0; i < sections.size(); ++i)
        grid->addWidget(sectionWidget(sections[i], m_sections), i / columns, i % columns);
    for (int c = 0; c < columns; ++c)
        grid->setColumnStretch(c, 1);
    grid->setRowStretch(grid->rowCount(), 1);
    m_sectionsLayout->addWidget(m_sections);
}

void ModelsPanel::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    const int columns = std::clamp((width() - kListWidth) / kSectionWidth, 1, kMostCards);
    if (std::exchange(m_columns, columns) != columns)
        present();
}

void ModelsPanel::dragEnterEvent(QDragEnterEvent* event)
{
    if (event->mimeData()->hasUrls() && event->mimeData()->urls().first().isLocalFile())
        event->acceptProposedAction();
}

void ModelsPanel::dropEvent(QDropEvent* event) { openModel(event->mimeData()->urls().first().toLocalFile()); }

} // namespace aha
