#include "widgets/panels/textcolumn.h"

#include "core/store/learning_reader.h"
#include "core/store/run_reader.h"
#include "widgets/language/shownnumber.h"
#include "widgets/language/translation.h"
#include "widgets/models/heldoutsample.h"
#include "widgets/models/tracelistmodel.h"
#include "widgets/models/visibletext.h"
#include "widgets/panels/completionpicker.h"
#include "widgets/panels/probeanswer.h"
#include "widgets/panels/traceview.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>

namespace aha {

namespace {

struct ReadText {
    TraceText trace;
    QString facts;
    bool own = false; ///< the answer to a prompt of a person's own
};

Result<ReadText> readCompletion(const RunReader& reader, const TextPlace& place, const Lexicon& lexicon)
{
    const Result<CompletionRow> row = reader.completionText(place.completionId);
    if (!row)
        return row.error();
    const Result<GroupRow> group = reader.group(row->groupId);
    const Result<std::optional<TokenDetail>> detail = reader.tokenDetail(place.completionId);
    ReadText read;
    read.trace = makeTraceText(
        row->text, group ? group->prompt.itemJson : std::string(), lexicon, detail ? *detail : std::nullopt);
    read.trace.hasAdvantage = true;
    read.trace.advantage = row->advantage;
    if (const auto learning = LearningReader::open(place.folder.toStdString()))
        if (const Result<std::optional<TokenRewards>> rewards = (*learning)->tokenRewards(place.completionId);
            rewards && *rewards)
            setTokenRewards(read.trace, **rewards);
    read.facts
        = tr("%1, step %2, sample %3 · %4 · reward %5, %6 tokens")
              .arg(QString(), QString::number(row->step), QString::number(row->position + 1), verdictText(*row),
                  row->reward ? fixedNumber(*row->reward, 2) : QStringLiteral("–"), QString::number(row->tokens));
    return read;
}

Result<ReadText> readAnswer(const RunReader& reader, const TextPlace& place, const Lexicon& lexicon)
{
    const Result<EvaluationRow> evaluation = reader.evaluation(place.evaluationId);
    const Result<std::vector<EvaluationProblemRow>> problems = reader.evaluationProblems(place.evaluationId, false);
    const Result<CompletionRow> text = readSample(reader, place.evaluationId, place.position, place.sample);
    if (!evaluation || !problems || !text)
        return !evaluation ? evaluation.error() : !problems ? problems.error() : text.error();
    if (place.position < 0 || place.position >= int(problems->size()))
        return Error { "row_missing", "The evaluation has no problem " + std::to_string(place.position + 1) + ".", "" };
    const EvaluationProblemRow& problem = (*problems)[size_t(place.position)];
    ReadText read;
    read.own = evaluation->task == kProbesTask;
    read.trace = makeTraceText(
        text->text, read.own ? std::string() : problem.prompt.itemJson, lexicon, std::nullopt); // no task's calculation
    if (read.own) {
        read.facts = ownAnswerFacts({}, evaluation->step, *text);
        return read;
    }
    read.facts = tr("%1, step %2, held-out · %3 of %4 samples right · %5 characters")
                     .arg(QString())
                     .arg(evaluation->step)
                     .arg(problem.correct)
                     .arg(evaluation->samples)
                     .arg(read.trace.text.size());
    if (!text->verdict.empty())
        read.facts += QStringLiteral(" · ") + tr("sample %1: %2").arg(text->position + 1).arg(verdictText(*text));
    return read;
}

QLabel* makeLabel(QWidget* parent, const char* role)
{
    auto* label = new QLabel(parent);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    label->setProperty("role", QString::fromLatin1(role));
    return label;
}

} // namespace

TextColumn::TextColumn(std::shared_ptr<const Lexicon> lexicon, QWidget* parent)
    : QWidget(parent)
    , m_lexicon(std::move(lexicon))
    , m_picker(new CompletionPicker(this))
    , m_head(new QWidget(this))
    , m_view(new TraceView(this))
    , m_title(makeLabel(this, "title"))
    , m_facts(makeLabel(this, "hint"))
    , m_standing(makeLabel(this, "hint"))
    , m_open(new QPushButton(tr("Open on Traces"), this))
    , m_remove(new QToolButton(this))
{
    setMinimumWidth(kNarrowest);
    m_open->setEnabled(false);
    m_remove->setText(QStringLiteral("✕"));
    m_remove->setAutoRaise(true);
    // As much as most need: a text that comes moves nothing.
    m_facts->setMinimumHeight(2 * m_facts->fontMetrics().lineSpacing());
    m_facts->setAlignment(Qt::AlignTop);
    auto* bar = new QHBoxLayout;
    bar->setSpacing(4);
    bar->addWidget(m_title);
    bar->addWidget(m_standing, 1);
    bar->addWidget(m_open);
    bar->addWidget(m_remove);
    auto* head = new QVBoxLayout(m_head);
    head->setContentsMargins(0, 0, 0, 0);
    head->setSpacing(4);
    head->addLayout(bar);
    head->addWidget(m_picker);
    head->addWidget(m_facts);
    head->addStretch(1); // room that only another column needs stands below
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    layout->addWidget(m_head);
    layout->addWidget(m_view, 1);
    connect(m_picker, &CompletionPicker::chosen, this, &TextColumn::read);
    connect(m_picker, &CompletionPicker::failed, this, [this](const QString& sentence) {
        ++m_asked; // another place's text does not stay under this choice
        put({}, {}, {}, false);
        Q_EMIT failed(sentence);
    });
    connect(m_open, &QPushButton::clicked, this, [this] { Q_EMIT openAsked(m_place); });
    connect(m_remove, &QToolButton::clicked, this, &TextColumn::removeAsked);
}

TextColumn::~TextColumn() = default;

void TextColumn::setKey(const QString& key)
{
    m_title->setText(key);
    m_picker->setKey(key);
    const auto name = [&](QWidget* widget, const char* objectName, const QString& accessible) {
        widget->setObjectName(QStringLiteral("text%1%2").arg(key, QLatin1String(objectName)));
        widget->setAccessibleName(accessible);
    };
    name(m_open, "Open", tr("%1: open on the page Traces").arg(key));
    name(m_remove, "Remove", tr("%1: take this text away").arg(key));
    name(m_facts, "Facts", tr("%1: what is known of it").arg(key));
    name(m_standing, "Standing", tr("%1: what differs").arg(key));
    name(m_view, "View", tr("%1: text").arg(key));
    m_remove->setToolTip(m_remove->accessibleName());
}

QString TextColumn::key() const { return m_title->text(); }

void TextColumn::setRuns(const OpenRuns& runs)
{
    m_picker->setRuns(runs);
    if (m_picker->hasChoice() || !m_place.isValid())
        return;
    ++m_asked;
    m_place = {};
    m_open->setEnabled(false);
    m_facts->clear();
    m_view->setTrace({});
    m_hasTokenValues = false;
    Q_EMIT textChanged();
}

void TextColumn::setLexicon(std::shared_ptr<const Lexicon> lexicon)
{
    m_lexicon = std::move(lexicon);
    if (m_place.isValid())
        read(m_place, m_label);
}

int TextColumn::neededHead() const { return m_head->layout()->totalHeightForWidth(m_head->width()); }

void TextColumn::setHeadHeight(int height) { m_head->setMinimumHeight(height); }

bool TextColumn::event(QEvent* event)
{
    const bool taken = QWidget::event(event);
    if (event->type() == QEvent::LayoutRequest || event->type() == QEvent::Resize)
        Q_EMIT headChanged();
    return taken;
}

void TextColumn::setRemovable(bool removable) { m_remove->setVisible(removable); }

void TextColumn::setStanding(const QString& sentence) { m_standing->setText(sentence); }

void TextColumn::read(const TextPlace& place, const QString& label)
{
    const quint64 asked = ++m_asked;
    m_label = label;
    m_worker.post([this, asked, place, label, lexicon = m_lexicon] {
        const auto reader = RunReader::open(place.folder.toStdString());
        Result<ReadText> text = !reader ? Result<ReadText>(reader.error())
            : place.completionId > 0    ? readCompletion(**reader, place, *lexicon)
                                        : readAnswer(**reader, place, *lexicon);
        if (text)
            text->facts.prepend(label);
        QMetaObject::invokeMethod(
            this,
            [this, asked, place, text] {
                if (asked != m_asked)
                    return;
                if (text) // Traces lists the problems that figures are made of
                    put(place, text->facts, text->trace, !text->own);
                else
                    put({}, {}, {}, false);
                Q_EMIT failed(text ? QString() : translated(text.error().sentence()));
            },
            Qt::QueuedConnection);
    });
}

void TextColumn::put(const TextPlace& place, const QString& facts, const TraceText& trace, bool onTraces)
{
    m_place = place;
    m_open->setEnabled(onTraces);
    m_facts->setText(facts);
    m_view->setTrace(trace);
    m_hasTokenValues = !m_view->trace().tokenEnds.isEmpty(); // an engine may lend others later
    Q_EMIT textChanged();
}

} // namespace aha
