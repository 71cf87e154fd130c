#include "widgets/panels/tracepane.h"

#include "widgets/language/translation.h"
#include "widgets/models/teacherinsight.h"
#include "widgets/models/visibletext.h"
#include "widgets/panels/foundlist.h"
#include "widgets/panels/patternbar.h"
#include "widgets/panels/tokenline.h"
#include "widgets/panels/tokenmeasure.h"
#include "widgets/panels/tracelegend.h"
#include "widgets/panels/traceview.h"
#include "widgets/plots/placeaction.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QSplitter>
#include <QVBoxLayout>

namespace aha {

namespace {

QLabel* makeLabel(QWidget* parent, const char* role)
{
    auto* label = new QLabel(parent);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    label->setProperty("role", QString::fromLatin1(role));
    return label;
}

/// Heading and facts above a view, as one column of the splitter.
QWidget* makeColumn(QWidget* parent, QLabel* heading, QLabel* facts, QWidget* view)
{
    auto* column = new QWidget(parent);
    auto* layout = new QVBoxLayout(column);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(2);
    layout->addWidget(heading);
    layout->addWidget(facts);
    layout->addWidget(view, 1);
    return column;
}

} // namespace

TracePane::TracePane(std::shared_ptr<const Lexicon> lexicon, QWidget* parent)
    : QWidget(parent)
    , m_lexicon(std::move(lexicon))
    , m_legend(new TraceLegend(this))
    , m_heading(makeLabel(this, "title"))
    , m_facts(makeLabel(this, "hint"))
    , m_behaviour(makeLabel(this, "hint"))
    , m_leftHeading(makeLabel(this, "title"))
    , m_leftFacts(makeLabel(this, "hint"))
    , m_found(makeLabel(this, "hint"))
    , m_problem(makeLabel(this, "error"))
    , m_recheck(makeLabel(this, "error"))
    , m_insight(makeLabel(this, "hint"))
    , m_pattern(new PatternBar(QStringLiteral("tracePattern"), this))
    , m_view(new TraceView(this))
    , m_left(new TraceView(this))
    , m_find(new QLineEdit(this))
    , m_foundList(new FoundList(this))
    , m_reading(new TokenLine(this))
    , m_measure(new TokenMeasure(this))
    , m_compare(new QPushButton(this))
    , m_allFound(new QPushButton(this))
    , m_menu(new QMenu(this))
{
    m_left->setObjectName(QStringLiteral("pinnedView"));
    m_left->setAccessibleName(tr("Trace compared with"));
    m_heading->setObjectName(QStringLiteral("traceHeading"));
    m_facts->setObjectName(QStringLiteral("traceFacts"));
    m_problem->setObjectName(QStringLiteral("traceProblem"));
    m_problem->hide();
    m_recheck->setObjectName(QStringLiteral("traceRecheck"));
    m_recheck->hide();
    auto* split = new QSplitter(this);
    split->setChildrenCollapsible(false);
    m_leftPane = makeColumn(split, m_leftHeading, m_leftFacts, m_left);
    m_rightHead = makeColumn(split, m_heading, m_facts, m_view);
    split->addWidget(m_leftPane);
    split->addWidget(m_rightHead);
    m_leftPane->hide();
    static_cast<QVBoxLayout*>(m_rightHead->layout())->insertWidget(2, m_recheck);
    static_cast<QVBoxLayout*>(m_rightHead->layout())->insertWidget(3, m_behaviour);
    m_behaviour->setObjectName(QStringLiteral("traceBehaviour"));
    m_behaviour->setToolTip(plainToolTip(behaviourHelp()));
    m_behaviour->hide();
    m_insight->setObjectName(QStringLiteral("traceInsight"));
    m_insight->hide();
    m_find->setObjectName(QStringLiteral("find"));
    m_find->setAccessibleName(tr("Find in this trace"));
    m_find->setPlaceholderText(tr("Find (Ctrl+F, F3 next)"));
    m_find->setClearButtonEnabled(true);
    m_found->setWordWrap(false);
    m_found->setMinimumWidth(20);
    m_find->setMinimumWidth(110);
    m_compare->setObjectName(QStringLiteral("compareWith"));
    m_compare->setAccessibleName(tr("Compare with another trace"));
    m_compare->setText(tr("Compare"));
    m_compare->setMenu(m_menu);
    m_allFound->setObjectName(QStringLiteral("findAll"));
    m_allFound->setAccessibleName(tr("List all places found"));
    m_allFound->setText(tr("List"));
    m_allFound->setToolTip(tr("All places in a list (Ctrl+Shift+F)"));
    m_allFound->setCheckable(true);
    m_allFound->hide();
    m_foundList->hide();
    auto* bottom = new QHBoxLayout;
    bottom->addWidget(m_find, 1);
    bottom->addWidget(m_found);
    bottom->addWidget(m_allFound);
    bottom->addWidget(m_legend->heatBar());
    bottom->addWidget(m_compare);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(6);
    layout->addWidget(m_problem);
    layout->addWidget(m_legend);
    layout->addWidget(m_pattern);
    layout->addWidget(split, 1);
    layout->addWidget(m_reading);
    layout->addWidget(m_foundList);
    layout->addWidget(m_insight);
    layout->addLayout(bottom);

    connect(m_legend, &TraceLegend::shownChanged, this, [this](TraceSpan::Kind kind, bool on) {
        for (TraceView* view : { m_view, m_left })
            view->setShown(kind, on);
    });
    connect(m_legend, &TraceLegend::heatChanged, this, &TracePane::chooseHeat);
    connect(m_legend, &TraceLegend::measureWanted, this, &TracePane::measureAll);
    connect(m_measure, &TokenMeasure::measured, this, [this](const std::shared_ptr<const TokenInsight>& insight) {
        const bool stored = m_document.detail.has_value();
        TokenMeasure::show(m_view, insight, stored);
        say(insight->source(stored));
    });
    connect(m_measure, &TokenMeasure::failed, this, &TracePane::say);
    connect(m_legend, &TraceLegend::patternWanted, m_pattern, &PatternBar::setWanted);
    connect(m_view, &TraceView::scrolled, this, [this] { syncScroll(true); });
    connect(m_left, &TraceView::scrolled, this, [this] { syncScroll(false); });
    connect(m_find, &QLineEdit::textChanged, this, [this](const QString& text) {
        m_view->find(text);
        m_left->find(m_pinned ? text : QString());
        listFound();
    });
    const auto next = [this](bool forward) {
        m_view->findNext(forward);
        showFound();
    };
    connect(m_find, &QLineEdit::returnPressed, this, [next] { next(true); });
    connect(m_allFound, &QPushButton::toggled, this, &TracePane::listFound);
    connect(m_foundList, &FoundList::picked, this, [this](int row) {
        m_view->goToFound(row);
        showFound();
    });
    makeActions(parent ? parent : this);
}

/// To find works from the whole page around the pane.
void TracePane::makeActions(QWidget* page)
{
    const auto add = [](QWidget* place, const char* id, const QString& text, QKeyCombination keys, auto&& work,
                         auto&& can, PlaceAction::Focus focus = PlaceAction::Focus::Within) {
        new PlaceAction(place, id, text, keyList({ keys }), work, can, focus);
    };
    const auto next = [this](bool forward) {
        m_view->findNext(forward);
        showFound();
    };
    const auto any = [this] { return isVisible() && !m_view->trace().text.isEmpty(); };
    const auto found = [this] { return isVisible() && m_view->foundCount() > 0; };
    add(
        page, "trace.find", tr("Find in the text"), Qt::CTRL | Qt::Key_F, [this] { focusFind(); }, any);
    add(
        this, "trace.next", tr("Next place found"), Qt::Key_F3, [next] { next(true); }, found);
    add(
        this, "trace.previous", tr("Previous place found"), Qt::SHIFT | Qt::Key_F3, [next] { next(false); }, found);
    add(
        this, "trace.list", tr("List of all places found"), Qt::CTRL | Qt::SHIFT | Qt::Key_F,
        [this] {
            m_allFound->toggle();
            m_foundList->isVisible() ? m_foundList->setFocus() : m_find->setFocus();
        },
        found);
    add(
        this, "trace.leave", tr("Leave the search, back to the text"), Qt::Key_Escape,
        [this] {
            m_find->clear();
            m_view->setFocus();
        },
        any);
    add(
        page, "trace.measure", tr("Measure the tokens of the text"), Qt::Key_F4, [this] { measureAll(); },
        [this, any] { return any() && m_document.place.isValid(); });
    new PlaceAction(
        this, "trace.compare", tr("Compare with another trace…"), {}, [this] { m_compare->showMenu(); }, any);
    for (TraceView* view : { m_view, m_left }) {
        m_reading->follow(view);
        connect(view, &TraceView::menuOpening, this, &TracePane::textMenuOpening);
    }
    connect(m_reading, &TokenLine::said, m_found, &QLabel::setText);
}

TracePane::~TracePane() = default;

void TracePane::showFound()
{
    const int hits = m_find->text().isEmpty() ? 0 : m_view->foundCount(), at = m_view->currentFound();
    m_found->setText(m_find->text().isEmpty() ? QString() : hits ? tr("%1 of %2").arg(at).arg(hits) : tr("not found"));
    m_allFound->setVisible(hits > 0);
    m_foundList->setCurrent(hits > 0 ? at - 1 : -1);
}

void TracePane::listFound()
{
    const bool wanted = m_allFound->isChecked() && !m_find->text().isEmpty() && m_view->foundCount() > 0;
    m_foundList->setFound(wanted ? m_view->trace().text : QString(), wanted ? m_view->foundPlaces() : QVector<int>(),
        m_view->foundLength());
    m_foundList->setVisible(wanted);
    showFound();
}

void TracePane::focusFind()
{
    m_find->setFocus();
    m_find->selectAll();
}

void TracePane::clear(const QString& sentence)
{
    ++m_generation[0];
    m_document = {};
    m_sought.reset();
    m_measureWanted = false;
    m_measure->cancel();
    m_heading->setText(sentence);
    m_facts->clear();
    m_view->setTrace({});
    m_pattern->mark({ m_view }); // places that are still looked for were of the text before
    listFound();
    m_behaviour->hide();
    m_recheck->hide();
    m_insight->hide();
    m_legend->setHasTokenValues(false);
    m_legend->setCounts({});
    unpin();
}

TextReading TracePane::reading() const
{
    const bool left = m_pinned && focusWidget() == m_left;
    const TraceView* view = left ? m_left : m_view;
    const bool another = left && !m_teacherBeside; // else it is the same text under another model
    return { (another ? m_pinnedDocument : m_document).place, view->selectedText(), view->selection().first };
}

void TracePane::showWords(const QString& words, int begin)
{
    m_sought.reset();
    if (m_view->trace().bytes.size() < qsizetype(m_document.text.size()))
        m_sought = TextReading { m_document.place, words, begin };
    else if (m_view->findAt(words, begin) == 0)
        Q_EMIT wordsMissed();
}

void TracePane::setProblem(const QString& sentence)
{
    m_problem->setText(sentence);
    m_problem->setVisible(!sentence.isEmpty());
}

void TracePane::setRecheck(const QString& sentence)
{
    m_recheck->setText(sentence);
    m_recheck->setVisible(!sentence.isEmpty());
}

void TracePane::setDocument(const TraceDocument& document)
{
    m_document = document;
    m_sought.reset();
    m_measureWanted = false;
    m_heading->setText(document.heading);
    m_facts->setText(document.facts);
    m_behaviour->hide();
    m_recheck->hide();
    m_insight->hide();
    if (m_teacherBeside) { // of the text before; the owner asks again
        m_left->setTrace({});
        m_leftFacts->clear();
    }
    prepare(document, false);
    m_legend->setHasTokenValues(document.detail.has_value(), document.place.isValid()); // measures for some colours
}

void TracePane::setLexicon(std::shared_ptr<const Lexicon> lexicon)
{
    m_lexicon = std::move(lexicon);
    for (const auto& [view, document, left] :
        { std::tuple(m_view, &m_document, false), std::tuple(m_left, &m_pinnedDocument, true) }) {
        if (view->trace().bytes.isEmpty())
            continue;
        const int top = view->topPosition();
        const std::shared_ptr<const TokenInsight> insight = view->sharedInsight();
        const std::shared_ptr<const TeacherInsight> teacher = view->teacher();
        TraceDocument again = *document;
        again.marked = {};
        if (teacher && !teacher->ends.empty() && !again.detail) // it lent the text the ends of its tokens
            again.detail = teacher->detail(left);
        prepare(again, left);
        TokenMeasure::show(view, insight, document->detail.has_value());
        view->setTeacher(teacher);
        if (top > 0)
            view->setTopPosition(std::min(top, int(view->trace().text.size())));
    }
}

void TracePane::setPinned(const TraceDocument& document)
{
    m_teacherBeside = false;
    colour(m_legend->heat());
    openLeft(document);
}

void TracePane::openLeft(const TraceDocument& document)
{
    m_pinned = true;
    m_pinnedDocument = document;
    m_leftHeading->setText(document.heading);
    m_leftFacts->setText(document.facts);
    m_leftPane->show();
    prepare(document, true);
}

void TracePane::unpin()
{
    ++m_generation[1];
    if (m_teacherBeside && !isOfTeacher(m_legend->heat()))
        m_insight->hide();
    m_pinned = m_teacherBeside = false;
    m_leftPane->hide();
    m_left->setTrace({});
    colour(m_legend->heat());
    compare();
}

/// Short texts at once; of long ones the beginning, and the whole when a worker has made it ready.
void TracePane::prepare(const TraceDocument& document, bool left)
{
    const quint64 generation = ++m_generation[left];
    TraceView* view = left ? m_left : m_view;
    const auto [from, to] = document.marked;
    const std::pair<int, int> marked
        = to > from ? std::pair(tracePosition(document.text, from), tracePosition(document.text, to)) : std::pair(0, 0);
    const auto shown = [this, view, left, marked, advantage = document.advantage, rewards = document.rewards,
                           ids = document.tokenIds, untrained = document.untrained,
                           stored = document.detail.has_value()](const TraceText& found) {
        // Of the part that was there first: one may be reading it.
        const int top = view->trace().text.isEmpty() ? 0 : view->topPosition(), anchor = view->anchor(),
                  caret = view->caret();
        TraceText trace = found;
        trace.hasAdvantage = advantage.has_value();
        trace.advantage = advantage.value_or(0);
        if (rewards)
            setTokenRewards(trace, *rewards);
        trace.tokenIds = QVector<int>(ids.begin(), ids.end());
        setUntrained(trace, untrained);
        const std::shared_ptr<const TokenInsight> insight = view->sharedInsight();
        const std::shared_ptr<const TeacherInsight> teacher = view->teacher();
        view->setTrace(trace);
        TokenMeasure::show(view, insight, stored);
        view->setSelection(anchor, caret);
        view->setTeacher(teacher);
        if (top > 0)
            view->setTopPosition(std::min(top, int(trace.text.size())));
        if (marked.second > marked.first)
            view->setMarked(marked.first, marked.second);
        if (!left) {
            m_legend->setCounts(trace);
            const QString behaviour = behaviourText(trace.behaviour);
            m_behaviour->setText(behaviour);
            m_behaviour->setVisible(!behaviour.isEmpty());
            m_pattern->mark({ m_view });
            if (!m_find->text().isEmpty())
                view->showFound(m_find->text());
            listFound();
            if (m_sought)
                showWords(QString(m_sought->words), m_sought->begin);
        }
        compare();
    };
    view->setTrace({});
    if (!left) {
        m_pattern->mark({ m_view });
        listFound();
    }
    if (document.text.size() <= kAtOnceBytes)
        return shown(makeTraceText(document.text, document.itemJson, *m_lexicon, document.detail));
    size_t head = kAtOnceBytes; // can be read while the rest is made ready
    while (head > 0 && (uint8_t(document.text[head]) & 0xC0) == 0x80)
        --head;
    view->setTrace(makeTraceText(document.text.substr(0, head), document.itemJson, *m_lexicon, std::nullopt));
    m_worker.post([this, document, left, generation, shown, lexicon = m_lexicon] {
        const TraceText trace = makeTraceText(document.text, document.itemJson, *lexicon, document.detail);
        QMetaObject::invokeMethod(
            this,
            [this, trace, left, generation, shown] {
                if (generation == m_generation[left])
                    shown(trace);
            },
            Qt::QueuedConnection);
    });
}

void TracePane::compare()
{
    m_difference = {};
    if (m_teacherBeside) { // one text under two models
        m_found->clear();
    } else if (m_pinned) {
        m_difference = compareWords(m_left->trace().text, m_view->trace().text);
        const bool alike = m_pinnedDocument.heading == m_document.heading;
        const qsizetype onlyLeft = m_difference.left.size(), onlyRight = m_difference.right.size();
        m_found->setText(!alike             ? tr("another prompt: differences are not marked")
                : onlyLeft + onlyRight == 0 ? tr("the two are equal")
                : m_difference.same == 1    ? tr("1 shared word")
                                            : tr("%1 shared words").arg(m_difference.same));
        if (!alike) { // answers to two questions differ everywhere
            m_difference.left.clear();
            m_difference.right.clear();
        }
    } else {
        showFound();
    }
    m_left->setDifference(m_difference.left, true);
    m_view->setDifference(m_difference.right, false);
}

void TracePane::syncScroll(bool fromRight)
{
    if (!m_pinned || m_syncing)
        return;
    m_syncing = true; // the other side's answer must not come back
    TraceView *from = fromRight ? m_view : m_left, *to = fromRight ? m_left : m_view;
    const int at = m_teacherBeside ? from->topPosition() : counterpart(m_difference, from->topPosition(), fromRight);
    to->setTopPosition(std::min(at, int(to->trace().text.size())));
    m_syncing = false;
}

} // namespace aha
