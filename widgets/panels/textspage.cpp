#include "widgets/panels/textspage.h"

#include "core/store/learning_reader.h"
#include "core/store/run_reader.h"
#include "widgets/language/translation.h"
#include "widgets/models/visibletext.h"
#include "widgets/panels/completionpicker.h"
#include "widgets/panels/tracepane.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QVBoxLayout>

namespace aha {

namespace {

Result<TraceDocument> readCompletion(const QString& folder, const QString& label, qint64 completionId)
{
    const auto reader = RunReader::open(folder.toStdString());
    if (!reader)
        return reader.error();
    const Result<CompletionRow> row = (*reader)->completionText(completionId);
    if (!row)
        return row.error();
    const Result<GroupRow> group = (*reader)->group(row->groupId);
    const Result<std::optional<TokenDetail>> detail = (*reader)->tokenDetail(completionId);
    TraceDocument document;
    document.text = row->text;
    document.itemJson = group ? group->prompt.itemJson : std::string();
    document.detail = detail ? *detail : std::nullopt;
    if (const auto learning = LearningReader::open(folder.toStdString()))
        if (const Result<std::optional<TokenRewards>> rewards = (*learning)->tokenRewards(completionId))
            document.rewards = *rewards;
    document.heading = group ? visibleLine(std::string_view(group->prompt.text).substr(0, 200)) : tr("a completion");
    document.facts
        = tr("%1, step %2, sample %3 · %4 · reward %5, %6 tokens")
              .arg(label)
              .arg(row->step)
              .arg(row->position + 1)
              .arg(visibleLine(row->verdict), row->reward ? QString::number(*row->reward, 'f', 2) : QStringLiteral("–"))
              .arg(row->tokens);
    return document;
}

} // namespace

TextsPage::TextsPage(const std::shared_ptr<const Lexicon>& lexicon, QWidget* parent)
    : QWidget(parent)
    , m_empty(new QLabel(this))
    , m_hint(new QLabel(tr("Any two texts: of two runs, or of two steps of one run."), this))
    , m_pane(new TracePane(lexicon, this))
{
    m_empty->setObjectName(QStringLiteral("textsEmpty"));
    m_empty->setTextFormat(Qt::PlainText);
    m_empty->setWordWrap(true);
    m_empty->setAlignment(Qt::AlignCenter);
    m_empty->setProperty("role", QStringLiteral("hint"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 8, 0, 0);
    layout->setSpacing(8);
    for (const Side side : { A, B }) {
        const QString key = side == A ? QStringLiteral("A") : QStringLiteral("B");
        m_pickers[side] = new CompletionPicker(key, this);
        m_open[side] = new QPushButton(tr("Open on Traces"), this);
        m_open[side]->setObjectName(QStringLiteral("text%1Open").arg(key));
        m_open[side]->setAccessibleName(tr("%1: open on the page Traces").arg(key));
        m_open[side]->setEnabled(false);
        auto* bar = new QHBoxLayout;
        bar->setSpacing(8);
        bar->addWidget(m_pickers[side], 1);
        bar->addWidget(m_open[side]);
        layout->addLayout(bar);
        connect(m_pickers[side], &CompletionPicker::chosen, this,
            [this, side](const QString& folder, const QString& label, qint64 id) { read(side, folder, label, id); });
        connect(m_pickers[side], &CompletionPicker::failed, m_pane, &TracePane::setProblem);
        connect(m_open[side], &QPushButton::clicked, this,
            [this, side] { Q_EMIT completionPicked(m_shown[side].folder, m_shown[side].completionId); });
    }
    m_hint->setObjectName(QStringLiteral("textsHint"));
    m_hint->setProperty("role", QStringLiteral("hint"));
    layout->addWidget(m_hint);
    layout->addWidget(m_empty, 1);
    layout->addWidget(m_pane, 1);
    connect(m_pane->compareMenu(), &QMenu::aboutToShow, this, [this] {
        m_pane->compareMenu()->clear();
        m_pane->compareMenu()->addAction(tr("Swap A and B"), this, [this] {
            const Shown a = m_shown[A], b = m_shown[B];
            setText(A, b.folder, b.completionId);
            setText(B, a.folder, a.completionId);
        });
    });
    setRuns({});
}

TextsPage::~TextsPage() = default;

void TextsPage::setRuns(const OpenRuns& runs)
{
    m_runs = runs;
    m_empty->setText(tr("No run is open. Select one or more in the table on the left: any two of their "
                        "completions can be read here side by side."));
    m_empty->setVisible(runs.empty());
    m_pane->setVisible(!runs.empty());
    m_hint->setVisible(!runs.empty());
    for (const Side side : { A, B }) {
        m_pickers[side]->setRuns(runs);
        m_pickers[side]->setVisible(!runs.empty());
        m_open[side]->setVisible(!runs.empty());
        m_open[side]->setEnabled(m_pickers[side]->hasChoice());
        if (isVisible())
            pickFirst(side);
    }
}

void TextsPage::setText(Side side, const QString& folder, qint64 completionId)
{
    m_pickers[side]->pick(folder, completionId);
}

void TextsPage::read(Side side, const QString& folder, const QString& label, qint64 completionId)
{
    const quint64 asked = ++m_asked[side];
    m_worker.post([this, side, asked, folder, label, completionId] {
        const Result<TraceDocument> document = readCompletion(folder, label, completionId);
        QMetaObject::invokeMethod(
            this,
            [this, side, asked, folder, completionId, document] {
                if (asked != m_asked[side])
                    return;
                m_pane->setProblem(document ? QString() : translated(document.error().sentence()));
                m_shown[side] = { folder, document ? completionId : 0 };
                m_open[side]->setEnabled(document.ok());
                if (document)
                    side == A ? m_pane->setPinned(*document) : m_pane->setDocument(*document);
            },
            Qt::QueuedConnection);
    });
}

void TextsPage::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    for (const Side side : { A, B })
        pickFirst(side);
}

void TextsPage::pickFirst(Side side)
{
    if (side == A && m_runs.size() == 1)
        m_pickers[side]->pickOldest(0);
    else
        m_pickers[side]->pickNewest(int(side));
}

} // namespace aha
