#include "widgets/panels/lineagepage.h"

#include "widgets/language/translation.h"
#include "widgets/panels/exactcopy.h"

#include "widgets/models/visibletext.h"
#include "widgets/panels/lineagecard.h"
#include "widgets/panels/tracepane.h"
#include "widgets/plots/emptyhint.h"

#include <QClipboard>
#include <QComboBox>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QMenu>
#include <QPushButton>
#include <QSplitter>
#include <QVBoxLayout>

#include <algorithm>

namespace aha {

namespace {

/// The text of a link with all that its run stored of it. `facts`: what stands below its prompt.
TraceDocument documentOf(const LineageStep& link, const QString& facts)
{
    TraceDocument document;
    document.text = link.text;
    document.itemJson = link.itemJson;
    document.heading = link.heading;
    document.facts = facts;
    document.detail = link.detail;
    document.tokenIds = link.tokenIds;
    document.advantage = link.advantage;
    if (link.textCompletion > 0)
        document.place = { link.textFolder, link.textCompletion };
    else if (link.evaluationId > 0)
        document.place = { link.folder, 0, link.evaluationId, link.position };
    return document;
}

} // namespace

LineagePage::LineagePage(const std::shared_ptr<const Lexicon>& lexicon, QWidget* parent)
    : QWidget(parent)
    , m_model(new LineageModel(this))
    , m_run(new QComboBox(this))
    , m_filter(new QLineEdit(this))
    , m_list(new QListView(this))
    , m_about(new QLabel(this))
    , m_empty(new QLabel(this))
    , m_open(new QPushButton(tr("Open on Traces"), this))
    , m_copy(new QPushButton(tr("Copy the prompt"), this))
    , m_side(new QWidget(this))
    , m_reading(new QWidget(this))
    , m_pane(new TracePane(lexicon, this))
{
    m_run->setObjectName(QStringLiteral("lineageRun"));
    m_run->setAccessibleName(tr("Run that learned"));
    m_filter->setObjectName(QStringLiteral("lineageFilter"));
    m_filter->setAccessibleName(tr("Filter training samples"));
    m_filter->setPlaceholderText(tr("Filter training samples"));
    m_filter->setClearButtonEnabled(true);
    m_list->setObjectName(QStringLiteral("lineageSamples"));
    m_list->setAccessibleName(tr("Training samples"));
    m_list->setModel(m_model);
    new EmptyHint(m_list, "lineageNone", tr("No training sample has these words."));
    m_list->setUniformItemSizes(true);
    m_list->setSpacing(1);
    m_list->setTextElideMode(Qt::ElideRight);
    m_about->setObjectName(QStringLiteral("lineageAbout"));
    m_empty->setObjectName(QStringLiteral("lineageEmpty"));
    m_empty->setAlignment(Qt::AlignCenter);
    for (QLabel* label : { m_about, m_empty }) {
        label->setTextFormat(Qt::PlainText);
        label->setWordWrap(true);
        label->setProperty("role", QStringLiteral("hint"));
    }
    m_open->setObjectName(QStringLiteral("lineageOpen"));
    m_copy->setObjectName(QStringLiteral("lineageCopy"));
    m_copy->setToolTip(tr("For asking a checkpoint in the Playground"));

    auto* side = new QVBoxLayout(m_side);
    side->setContentsMargins(0, 0, 0, 0);
    side->setSpacing(6);
    side->addWidget(m_run);
    side->addWidget(m_about);
    side->addWidget(m_filter);
    side->addWidget(m_list, 1);
    auto* reading = new QVBoxLayout(m_reading);
    reading->setContentsMargins(0, 0, 0, 0);
    reading->setSpacing(0);
    for (int link = 0; link < LineageLinks; ++link) {
        auto* card = new LineageCard(link == 0 ? LineageCard::First
                : link + 1 == LineageLinks     ? LineageCard::Last
                                               : LineageCard::Middle,
            m_reading);
        card->setObjectName(QStringLiteral("lineageLink%1").arg(link));
        card->setAccessibleName(tr("Link %1 of the lineage").arg(link + 1));
        m_cards[size_t(link)] = card;
        reading->addWidget(card);
        connect(card, &QAbstractButton::clicked, this, [this, link] { showLink(link); });
    }
    auto* bar = new QHBoxLayout;
    bar->setSpacing(8);
    bar->setContentsMargins(0, 8, 0, 8);
    bar->addStretch(1);
    bar->addWidget(m_copy);
    bar->addWidget(m_open);
    reading->addLayout(bar);
    reading->addWidget(m_pane, 1);
    auto* split = new QSplitter(this);
    split->setObjectName(QStringLiteral("lineageSplit"));
    split->setChildrenCollapsible(false);
    split->setHandleWidth(12);
    split->addWidget(m_side);
    split->addWidget(m_reading);
    split->setStretchFactor(1, 1);
    split->setSizes({ 260, 680 });
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 8, 0, 0);
    layout->addWidget(m_empty, 1);
    layout->addWidget(split, 1);

    connect(m_run, &QComboBox::activated, this, &LineagePage::read);
    connect(m_filter, &QLineEdit::textChanged, this, [this](const QString& text) {
        m_model->setText(text);
        if (m_model->rowCount() > 0)
            m_list->setCurrentIndex(m_model->index(0));
    });
    connect(m_list->selectionModel(), &QItemSelectionModel::currentChanged, this, &LineagePage::follow);
    connect(m_open, &QPushButton::clicked, this, &LineagePage::open);
    connect(m_copy, &QPushButton::clicked, this, [this] {
        if (const QModelIndex at = m_list->currentIndex(); at.isValid()) {
            copyExactly(QByteArray::fromStdString(m_model->sample(at.row()).prompt));
            Q_EMIT said(tr("The prompt is on the clipboard."));
        }
    });
    connect(m_pane->compareMenu(), &QMenu::aboutToShow, this, [this] {
        QMenu* menu = m_pane->compareMenu();
        menu->clear();
        for (const int link : { int(SampleLink), int(TraceLink), int(AnswerLink) })
            if (link != m_link && link < int(m_chain.size()) && !m_chain[size_t(link)].text.empty())
                menu->addAction(m_chain[size_t(link)].title, this, [this, link] {
                    const LineageStep& other = m_chain[size_t(link)];
                    m_pane->setPinned(documentOf(other, other.facts));
                });
        menu->addAction(tr("Close the comparison"), m_pane, &TracePane::unpin)->setEnabled(m_pane->isPinned());
    });
    setSource(LineageSource());
}

LineagePage::~LineagePage() = default;

void LineagePage::setRuns(const OpenRuns& runs)
{
    const QString kept = m_run->currentText();
    m_runs = runs;
    m_run->clear();
    for (const OpenRun& run : runs) {
        QPixmap swatch(10, 10);
        swatch.fill(run.color);
        m_run->addItem(QIcon(swatch), run.label);
    }
    const int found = m_run->findText(kept);
    m_run->setCurrentIndex(found >= 0 ? found : currentIndex(runs));
    m_run->setVisible(runs.size() > 1); // one run: its name stands above the pages already
    m_stale = true;
    if (isVisible())
        read(); // otherwise when the page is looked at
}

void LineagePage::read()
{
    m_stale = false;
    const quint64 asked = ++m_asked;
    const int run = m_run->currentIndex();
    if (run < 0 || run >= int(m_runs.size()))
        return setSource(LineageSource());
    m_empty->setText(tr("Reading the training samples …"));
    m_worker.post([this, asked, folder = m_runs[size_t(run)].feed->folder(), label = m_runs[size_t(run)].label] {
        LineageSource source = readLineage(folder, label);
        QMetaObject::invokeMethod(
            this,
            [this, asked, source = std::move(source)] {
                if (asked == m_asked)
                    setSource(source);
            },
            Qt::QueuedConnection);
    });
}

void LineagePage::setSource(const LineageSource& source)
{
    m_model->setSource(source);
    const bool any = !source.samples.empty();
    m_empty->setText(m_runs.empty() ? tr("No run is open. Select a distilled or fine-tuned run in the table "
                                         "on the left: where its training samples came from appears here.")
                                    : source.problem);
    m_empty->setVisible(!any && !m_empty->text().isEmpty());
    m_side->setVisible(any || m_runs.size() > 1);
    m_reading->setVisible(any);
    m_filter->setVisible(any);
    m_list->setVisible(any);
    m_about->setVisible(any);
    QStringList files, problems;
    for (const LineageFile& file : source.files) {
        files << visibleText(file.path.toStdString());
        if (!file.problem.isEmpty())
            problems << file.problem;
    }
    m_about->setText(source.files.empty()
            ? tr("%1: learns from its own completions; n = %2 groups of the newest steps")
                  .arg(source.kind)
                  .arg(source.samples.size())
            : tr("%1: %2 n = %3 rows of its data%4")
                    .arg(source.kind, source.more ? tr("the first") : tr("all"))
                    .arg(source.samples.size())
                    .arg(source.heldOutPercent > 0 ? tr("; %1 % of them it held out").arg(source.heldOutPercent)
                                                   : QString())
                + (files.size() > 1 ? tr("; a mixture of %1 files").arg(files.size()) : QString())
                + (problems.isEmpty() ? QString() : QStringLiteral("\n") + problems.join(QLatin1Char('\n'))));
    m_about->setToolTip(plainToolTip(files.join(QLatin1Char('\n'))));
    if (any)
        m_list->setCurrentIndex(m_model->index(0));
}

void LineagePage::follow()
{
    const QModelIndex at = m_list->currentIndex();
    if (!at.isValid())
        return;
    const quint64 asked = ++m_chainAsked;
    LineageSource source = m_model->source();
    source.samples.clear(); // not needed, and large
    m_worker.post([this, asked, source = std::move(source), sample = m_model->sample(at.row())] {
        std::vector<LineageStep> chain = followLineage(source, sample);
        QMetaObject::invokeMethod(
            this,
            [this, asked, chain = std::move(chain)] {
                if (asked == m_chainAsked)
                    setChain(chain);
            },
            Qt::QueuedConnection);
    });
}

void LineagePage::setChain(const std::vector<LineageStep>& chain)
{
    m_chain = chain;
    for (size_t link = 0; link < chain.size(); ++link)
        m_cards[link]->setLink(chain[link].title, chain[link].facts, chain[link].known);
    showLink(m_link); // the same link of the next sample
}

/// The answer stands beside the sample that was to be learned, with what differs.
void LineagePage::showLink(int link)
{
    if (link >= int(m_chain.size()))
        return;
    m_link = link;
    m_cards[size_t(link)]->setChecked(true);
    const LineageStep& one = m_chain[size_t(link)];
    m_open->setEnabled(one.leads());
    if (one.text.empty())
        m_pane->clear(one.facts);
    else
        m_pane->setDocument(documentOf(one, one.facts));
    const LineageStep& learned = m_chain[SampleLink];
    if (link == AnswerLink && !one.text.empty() && !learned.text.empty())
        m_pane->setPinned(documentOf(learned, learned.title));
    else
        m_pane->unpin();
}

void LineagePage::open()
{
    if (m_link >= int(m_chain.size()))
        return;
    const LineageStep& one = m_chain[size_t(m_link)];
    if (one.completionId >= 0)
        Q_EMIT completionPicked(one.folder, one.completionId);
    else if (one.evaluationId >= 0)
        Q_EMIT problemPicked(one.folder, one.evaluationId, one.position, 0); // the text that is read here
    else if (one.step >= 0)
        Q_EMIT stepPicked(one.folder, one.step);
}

void LineagePage::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    if (m_stale)
        read();
}

} // namespace aha
