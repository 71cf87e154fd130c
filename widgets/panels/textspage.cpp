#include "widgets/panels/textspage.h"

#include "widgets/language/translation.h"
#include "widgets/panels/completionpicker.h"
#include "widgets/panels/patternbar.h"
#include "widgets/panels/textcolumn.h"
#include "widgets/panels/tokenline.h"
#include "widgets/panels/tokenmeasure.h"
#include "widgets/panels/tracelegend.h"
#include "widgets/panels/traceview.h"
#include "widgets/plots/placeaction.h"

#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QSignalBlocker>
#include <QSplitter>
#include <QVBoxLayout>

#include <algorithm>

namespace aha {

namespace {

QString keyOf(int column) { return QString(QChar('A' + column)); }

/// Words of the base that one of the others lacks: overlapping stretches become one.
QVector<std::pair<int, int>> joined(QVector<std::pair<int, int>> ranges)
{
    std::sort(ranges.begin(), ranges.end());
    QVector<std::pair<int, int>> out;
    for (const auto& range : ranges)
        if (!out.isEmpty() && range.first <= out.back().second)
            out.back().second = std::max(out.back().second, range.second);
        else
            out.append(range);
    return out;
}

} // namespace

TextsPage::TextsPage(const std::shared_ptr<const Lexicon>& lexicon, QWidget* parent)
    : QWidget(parent)
    , m_scroll(new QScrollArea)
    , m_split(new QSplitter)
    , m_add(new QPushButton(tr("Add a text"), this))
    , m_alike(new QPushButton(tr("All like A"), this))
    , m_base(new QComboBox(this))
    , m_linked(new QCheckBox(tr("Scroll together"), this))
    , m_empty(new QLabel(this))
    , m_problem(new QLabel(this))
    , m_found(new QLabel(this))
    , m_insight(new QLabel(this))
    , m_pairNote(new QLabel(this))
    , m_find(new QLineEdit(this))
    , m_legend(new TraceLegend(this))
    , m_reading(new TokenLine(this))
    , m_pattern(new PatternBar(QStringLiteral("textsPattern"), this))
    , m_measure(new TokenMeasure(this))
    , m_page(new QWidget(this))
    , m_lexicon(lexicon)
{
    m_empty->setObjectName(QStringLiteral("textsEmpty"));
    m_empty->setWordWrap(true);
    m_empty->setAlignment(Qt::AlignCenter);
    m_empty->setProperty("role", QStringLiteral("hint"));
    m_empty->setText(tr("No run is open. Select one or more in the table on the left: two to six of their texts can be "
                        "read here side by side."));
    m_problem->setObjectName(QStringLiteral("textsProblem"));
    m_problem->setProperty("role", QStringLiteral("error"));
    m_problem->setWordWrap(true);
    m_problem->hide();
    m_insight->setObjectName(QStringLiteral("textsInsight"));
    m_insight->setWordWrap(true);
    m_insight->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_insight->hide();
    m_pairNote->setObjectName(QStringLiteral("textsPair"));
    m_pairNote->setWordWrap(true);
    m_pairNote->hide();
    for (QLabel* label : { m_found, m_insight, m_pairNote })
        label->setProperty("role", QStringLiteral("hint"));
    for (QLabel* label : { m_empty, m_problem, m_found, m_insight, m_pairNote })
        label->setTextFormat(Qt::PlainText);
    m_add->setObjectName(QStringLiteral("textsAdd"));
    m_add->setAccessibleName(m_add->text());
    m_add->setToolTip(tr("One more column, of the group or prompt of the last one; up to six"));
    m_alike->setObjectName(QStringLiteral("textsAlike"));
    m_alike->setAccessibleName(m_alike->text());
    m_alike->setToolTip(tr("The whole group of text A, or the answers of all checkpoints to its prompt"));
    m_base->setObjectName(QStringLiteral("textsBase"));
    m_base->setAccessibleName(tr("Compare all with"));
    m_linked->setObjectName(QStringLiteral("textsLinked"));
    m_linked->setAccessibleName(m_linked->text());
    m_linked->setChecked(true);
    m_find->setObjectName(QStringLiteral("textsFind"));
    m_find->setAccessibleName(tr("Find in all texts"));
    m_find->setPlaceholderText(tr("Find (Ctrl+F, F3 next)"));
    m_find->setClearButtonEnabled(true);
    m_split->setObjectName(QStringLiteral("textsSplit"));
    m_split->setChildrenCollapsible(false);
    m_split->setHandleWidth(10);
    m_scroll->setObjectName(QStringLiteral("textsScroll"));
    m_scroll->setWidget(m_split);
    m_scroll->setWidgetResizable(true);
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setFocusPolicy(Qt::NoFocus); // Tab scrolls to the column that it comes to

    auto* bar = new QHBoxLayout;
    bar->setSpacing(8);
    bar->addWidget(m_add);
    bar->addWidget(m_alike);
    bar->addWidget(new QLabel(tr("Compare all with"), m_page));
    bar->addWidget(m_base);
    bar->addWidget(m_linked);
    bar->addStretch(1);
    auto* bottom = new QHBoxLayout;
    bottom->addWidget(m_find, 1);
    bottom->addWidget(m_found);
    bottom->addWidget(m_legend->heatBar());
    auto* page = new QVBoxLayout(m_page);
    page->setContentsMargins(0, 0, 0, 0);
    page->setSpacing(6);
    page->addLayout(bar);
    page->addWidget(m_problem);
    page->addWidget(m_pairNote);
    page->addWidget(m_legend);
    page->addWidget(m_pattern);
    page->addWidget(m_scroll, 1);
    page->addWidget(m_reading);
    page->addWidget(m_insight);
    page->addLayout(bottom);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 8, 0, 0);
    layout->addWidget(m_empty, 1);
    layout->addWidget(m_page, 1);

    connect(m_add, &QPushButton::clicked, this, &TextsPage::addAlike);
    connect(m_alike, &QPushButton::clicked, this, &TextsPage::showAlike);
    connect(m_base, &QComboBox::currentIndexChanged, this, &TextsPage::compare);
    connect(m_reading, &TokenLine::said, m_found, &QLabel::setText);
    connect(m_legend, &TraceLegend::shownChanged, this, [this](TraceSpan::Kind kind, bool on) {
        m_layers[kind] = on;
        for (const TextColumn* column : m_columns)
            column->view()->setShown(kind, on);
    });
    connect(m_legend, &TraceLegend::patternWanted, m_pattern, &PatternBar::setWanted);
    followMeasure();
    connect(m_find, &QLineEdit::textChanged, this, [this](const QString& text) {
        for (int i = 0; i < m_count; ++i)
            column(i)->view()->find(text);
        showFound();
    });
    new PlaceAction(this, "texts.find", tr("Find in the texts"), { QKeySequence::Find }, [this] {
        m_find->setFocus();
        m_find->selectAll();
    });
    const auto found = [this] { return currentView()->foundCount() > 0; };
    for (const bool forward : { true, false })
        new PlaceAction(
            this, forward ? "texts.next" : "texts.previous",
            forward ? tr("Next place found") : tr("Previous place found"),
            keyList({ (forward ? Qt::NoModifier : Qt::ShiftModifier) | Qt::Key_F3 }),
            [this, forward] { currentView()->findNext(forward); }, found);
    setCount(kFewest);
    setRuns({});
}

TextsPage::~TextsPage() = default;

TextColumn* TextsPage::currentColumn() const
{
    for (int i = 0; i < m_count; ++i)
        if (column(i)->isAncestorOf(focusWidget()))
            return column(i);
    return column(0);
}

TraceView* TextsPage::currentView() const { return currentColumn()->view(); }

TextReading TextsPage::reading() const
{
    return { currentColumn()->place(), currentView()->selectedText(), currentView()->selection().first };
}

void TextsPage::setLexicon(const std::shared_ptr<const Lexicon>& lexicon)
{
    m_lexicon = lexicon;
    for (TextColumn* column : m_columns)
        column->setLexicon(lexicon);
}

TextColumn* TextsPage::makeColumn()
{
    auto* made = new TextColumn(m_lexicon, m_split);
    made->setRuns(m_runs);
    for (auto layer = m_layers.begin(); layer != m_layers.end(); ++layer)
        made->view()->setShown(TraceSpan::Kind(layer.key()), layer.value());
    made->view()->setHeat(m_legend->heat());
    m_split->addWidget(made);
    m_split->setStretchFactor(m_split->count() - 1, 1);
    m_reading->follow(made->view());
    connect(made, &TextColumn::textChanged, this, [this, made] {
        m_wanted.remove(made);
        m_refused.remove(made);
        showPair();
        made->view()->find(m_find->text());
        showFound();
        compare();
    });
    connect(made->picker(), &CompletionPicker::touched, this, [this, made] { m_chosen.insert(made); });
    connect(made, &TextColumn::removeAsked, this, [this, made] { removeColumn(made); });
    connect(made, &TextColumn::failed, this, [this, made](const QString& sentence) {
        m_problems[made] = sentence;
        showProblem();
    });
    connect(made, &TextColumn::openAsked, this, [this](const TextPlace& place) {
        if (place.completionId > 0)
            Q_EMIT completionPicked(place.folder, place.completionId);
        else
            Q_EMIT problemPicked(place.folder, place.evaluationId, place.position, place.sample);
    });
    connect(made->view(), &TraceView::menuOpening, this, &TextsPage::textMenuOpening);
    connect(made->view(), &TraceView::scrolled, this, [this, made] { syncScroll(made->view()); });
    connect(made, &TextColumn::headChanged, this, &TextsPage::alignTexts);
    return made;
}

/// A column that is taken away is kept for the next one: its reading may be under way.
void TextsPage::setCount(int count)
{
    while (int(m_columns.size()) < count)
        m_columns.push_back(makeColumn());
    m_count = count;
    const QSignalBlocker block(m_base);
    const int base = std::clamp(m_base->currentIndex(), 0, count - 1);
    m_base->clear();
    for (size_t i = 0; i < m_columns.size(); ++i) {
        TextColumn* one = m_columns[i];
        one->setVisible(int(i) < count);
        one->setKey(keyOf(int(i)));
        one->setRemovable(count > kFewest);
        if (int(i) < count) {
            m_base->addItem(keyOf(int(i)));
            m_split->insertWidget(int(i), one);
        }
    }
    m_base->setCurrentIndex(base);
    m_split->setSizes(QList<int>(m_split->count(), 1000)); // all alike
    m_add->setEnabled(count < kMost);
    alignTexts();
}

void TextsPage::alignTexts()
{
    int height = 0;
    for (int i = 0; i < m_count; ++i)
        height = std::max(height, column(i)->neededHead());
    for (int i = 0; i < m_count; ++i)
        column(i)->setHeadHeight(height);
}

void TextsPage::removeColumn(TextColumn* gone)
{
    const auto at = std::find(m_columns.begin(), m_columns.begin() + m_count, gone);
    if (m_count <= kFewest || at == m_columns.begin() + m_count)
        return;
    const int index = int(at - m_columns.begin()), base = m_base->currentIndex();
    std::rotate(at, at + 1, m_columns.end());
    m_problems.remove(gone);
    m_chosen.remove(gone);
    m_wanted.remove(gone);
    m_refused.remove(gone);
    setCount(m_count - 1);
    showPair();
    const QSignalBlocker block(m_base);
    m_base->setCurrentIndex(std::clamp(base > index ? base - 1 : base, 0, m_count - 1));
    showProblem();
    compare();
    column(std::min(index, m_count - 1))->view()->setFocus();
}

void TextsPage::setRuns(const OpenRuns& runs)
{
    m_runs = runs;
    m_empty->setVisible(runs.empty());
    m_page->setVisible(!runs.empty());
    for (TextColumn* one : m_columns) {
        one->setRuns(runs);
        if (!one->picker()->hasChoice())
            m_chosen.remove(one);
    }
    showPair(); // a run that is gone takes its texts along
    if (isVisible())
        pickFirst();
}

void TextsPage::setText(int at, const TextPlace& place) { column(at)->picker()->pick(place); }

bool TextsPage::add(const TextPlace& place)
{
    for (int i = 0; i < m_count; ++i)
        if (column(i)->picker()->place() == place) {
            m_chosen.insert(column(i));
            return true;
        }
    int at = 0;
    while (at < m_count && m_chosen.contains(column(at)))
        ++at;
    if (at == kMost) {
        Q_EMIT said(tr("Six texts are side by side. Take one away first."));
        return false;
    }
    if (at == m_count)
        setCount(m_count + 1);
    m_chosen.insert(column(at));
    setText(at, place);
    return true;
}

void TextsPage::setTexts(const TextPlaces& places)
{
    const int count = int(places.size()), shown = std::clamp(count, kFewest, kMost);
    setCount(shown);
    for (int i = 0; i < std::min(count, shown); ++i) {
        m_chosen.insert(column(i));
        setText(i, places[size_t(count <= shown ? i : i * (count - 1) / (shown - 1))]);
    }
}

void TextsPage::setBase(int at) { m_base->setCurrentIndex(at); }

/// What is alike and not shown yet, after what the last column shows; else the last column's text once more.
void TextsPage::addAlike()
{
    TextColumn* last = column(m_count - 1);
    last->picker()->siblings([this, last](const TextPlaces& places) {
        if (m_count == kMost)
            return;
        TextPlaces left;
        for (const TextPlace& place : places)
            if (std::none_of(m_columns.begin(), m_columns.begin() + m_count,
                    [&](const TextColumn* one) { return one->picker()->place() == place; }))
                left.push_back(place);
        const TextPlace next = left.empty() ? last->picker()->place() : left.front();
        setCount(m_count + 1);
        m_chosen.insert(column(m_count - 1));
        if (next.isValid())
            setText(m_count - 1, next);
    });
}

void TextsPage::showAlike()
{
    column(0)->picker()->siblings([this](const TextPlaces& places) {
        if (places.size() > 1)
            return setTexts(places);
        m_problem->setText(tr("There is nothing like A: its group has one completion, or one evaluation asked it."));
        m_problem->show();
    });
}

void TextsPage::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    pickFirst();
}

void TextsPage::pickFirst()
{
    CompletionPicker *first = column(0)->picker(), *second = column(1)->picker();
    const bool pair = m_runs.size() == 1 && !first->hasChoice() && !second->hasChoice();
    for (int i = pair ? kFewest : 0; i < m_count; ++i)
        column(i)->picker()->pickNewest(i);
    if (!pair)
        return;
    first->pickPair(0, [this, second, asked = ++m_pairAsked](const CompletionPicker::Pair& found) {
        if (asked != m_pairAsked || second->hasChoice())
            return; // asked anew since, or somebody was quicker
        m_pair = found.other.isValid() ? found : CompletionPicker::Pair();
        if (found.other.isValid())
            second->pick(found.other);
        else
            second->pickNewest(0);
        showPair();
    });
}

/// Nobody chose the two texts: the page says what they are, as long as they are there.
void TextsPage::showPair()
{
    m_pairNote->setText(m_pair.words);
    m_pairNote->setVisible(m_pair.other.isValid() && column(0)->picker()->place() == m_pair.best
        && column(1)->picker()->place() == m_pair.other);
}

void TextsPage::showProblem()
{
    QStringList lines;
    for (int i = 0; i < m_count; ++i)
        if (const QString sentence = m_problems.value(column(i)); !sentence.isEmpty())
            lines << QStringLiteral("%1: %2").arg(keyOf(i), sentence);
    m_problem->setText(lines.join(QLatin1Char('\n')));
    m_problem->setVisible(!lines.isEmpty());
}

void TextsPage::showFound()
{
    int found = 0;
    for (int i = 0; i < m_count; ++i)
        found += column(i)->view()->foundCount();
    m_found->setText(m_find->text().isEmpty() ? QString() : (found == 1 ? tr("%1 place") : tr("%1 places")).arg(found));
}

void TextsPage::restoreSession(const QJsonObject& state)
{
    setCount(std::clamp(state[QStringLiteral("columns")].toInt(kFewest), kFewest, kMost));
    if (isVisible())
        pickFirst(); // else a column whose run is the first already never reads
}

/// Beside the window: long texts take long.
void TextsPage::compare()
{
    const quint64 asked = ++m_asked;
    const int base = std::max(0, m_base->currentIndex());
    bool values = false;
    std::vector<QString> texts;
    std::vector<TraceView*> views;
    for (int i = 0; i < m_count; ++i) {
        views.push_back(column(i)->view());
        texts.push_back(column(i)->view()->trace().text);
        values = values || column(i)->hasTokenValues();
        column(i)->view()->setDifference({}, i == base);
        column(i)->setStanding({});
    }
    m_differences.clear();
    m_pattern->mark(views);
    m_legend->setHasTokenValues(values, isAnyMeasurable()); // measures for some colours
    m_worker.post([this, asked, base, texts] {
        std::vector<TextDifference> differences;
        for (const QString& text : texts)
            differences.push_back(compareWords(texts[size_t(base)], text));
        QMetaObject::invokeMethod(
            this,
            [this, asked, differences] {
                if (asked == m_asked)
                    setDifferences(differences);
            },
            Qt::QueuedConnection);
    });
}

void TextsPage::setDifferences(const std::vector<TextDifference>& differences)
{
    if (int(differences.size()) != m_count)
        return; // a column came or went since: its text asks anew
    m_differences = differences;
    const int base = m_base->currentIndex();
    QVector<std::pair<int, int>> ofBase;
    for (int i = 0; i < m_count; ++i) {
        const TextDifference& one = differences[size_t(i)];
        if (i == base || !column(i)->place().isValid())
            continue;
        ofBase += one.left;
        column(i)->view()->setDifference(one.right, false);
        column(i)->setStanding(one.left.isEmpty() && one.right.isEmpty() ? tr("equal to %1").arg(keyOf(base))
                : one.same == 1                                          ? tr("1 word shared with %1").arg(keyOf(base))
                                : tr("%1 words shared with %2").arg(one.same).arg(keyOf(base)));
    }
    column(base)->view()->setDifference(joined(std::move(ofBase)), true);
    column(base)->setStanding(tr("the others are compared with it"));
}

void TextsPage::syncScroll(const TraceView* from)
{
    if (m_syncing || !m_linked->isChecked() || int(m_differences.size()) != m_count)
        return;
    m_syncing = true; // the others' answers must not come back
    const auto source = std::find_if(
        m_columns.begin(), m_columns.begin() + m_count, [&](const TextColumn* one) { return one->view() == from; });
    if (source != m_columns.begin() + m_count) {
        const auto at = size_t(source - m_columns.begin());
        const int place = counterpart(m_differences[at], (*source)->view()->topPosition(), true);
        for (int i = 0; i < m_count; ++i)
            if (TraceView* view = column(i)->view(); view != from)
                view->setTopPosition(
                    std::min(counterpart(m_differences[size_t(i)], place, false), int(view->trace().text.size())));
    }
    m_syncing = false;
}

} // namespace aha
