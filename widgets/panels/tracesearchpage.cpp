#include "widgets/panels/tracesearchpage.h"

#include "core/tasks/reason_words.h"
#include "widgets/language/translation.h"
#include "widgets/models/visibletext.h"
#include "widgets/panels/tablemenu.h"
#include "widgets/panels/tracedelegates.h"
#include "widgets/panels/tracetable.h"
#include "widgets/plots/emptyhint.h"
#include "widgets/plots/hitstrip.h"

#include <QComboBox>
#include <QFormLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QPushButton>
#include <QScrollBar>
#include <QToolButton>
#include <QVBoxLayout>

namespace aha {

namespace {

constexpr int kTypingPauseMs = 300, kPromptCharacters = 20; ///< fewer would not tell one problem from the next

QLineEdit* makeEdit(const QString& name, const QString& accessible, const QString& hint, QWidget* parent)
{
    auto* edit = new QLineEdit(parent);
    edit->setObjectName(name);
    edit->setAccessibleName(accessible);
    edit->setPlaceholderText(hint);
    edit->setClearButtonEnabled(true);
    // Else the cross that comes with the first letter widens the form, and one of two fields beside each other.
    edit->setMinimumWidth(60);
    edit->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    return edit;
}

QComboBox* makeChoice(const QString& name, const QString& accessible, const QStringList& texts, QWidget* parent)
{
    auto* box = new QComboBox(parent);
    box->setObjectName(name);
    box->setAccessibleName(accessible);
    box->addItems(texts);
    return box;
}

std::optional<bool> chosen(const QComboBox* box)
{
    return box->currentIndex() == 0 ? std::nullopt : std::optional(box->currentIndex() == 1);
}

std::optional<double> number(const QLineEdit* edit)
{
    bool ok = false;
    const double value = edit->text().trimmed().toDouble(&ok);
    return ok ? std::optional(value) : std::nullopt;
}

/// Nothing: the column has no order over a whole run.
std::optional<TraceOrder> orderOf(int column, bool down)
{
    switch (column) {
    case TraceListModel::Step:
        return down ? TraceOrder::Newest : TraceOrder::Oldest;
    case TraceListModel::Reward:
        return down ? TraceOrder::RewardHigh : TraceOrder::RewardLow;
    case TraceListModel::Advantage:
        return down ? TraceOrder::AdvantageHigh : TraceOrder::AdvantageLow;
    case TraceListModel::Length:
        return down ? TraceOrder::Longest : TraceOrder::Shortest;
    case TraceListModel::Reflections:
        return down ? TraceOrder::MostReflections : TraceOrder::FewestReflections;
    default:
        return std::nullopt;
    }
}

} // namespace

TraceSearchPage::TraceSearchPage(QWidget* parent)
    : QWidget(parent)
    , m_results(new TraceListModel(this))
    , m_right(new QWidget)
{
    m_table = new TraceTable(
        QStringLiteral("results"), tr("Traces found"), m_results, [this](int c) { return m_results->columnKey(c); },
        { QStringLiteral("parts"), QStringLiteral("end"), QStringLiteral("sample"), QStringLiteral("group"),
            QStringLiteral("advantage") },
        m_right);
    for (const int column :
        { TraceListModel::Verdict, TraceListModel::Languages, TraceListModel::Finish, TraceListModel::Length })
        m_table->setItemDelegateForColumn(column, new BadgeDelegate(TraceListModel::BadgeKindRole, m_table));
    m_table->setItemDelegateForColumn(
        TraceListModel::Advantage, new BarDelegate(TraceListModel::BarRole, true, m_table));
    m_table->setStretchColumn(TraceListModel::Prompt, kPromptCharacters * m_table->fontMetrics().averageCharWidth());
    m_table->setWidthsKept();
    m_table->leaveOut({ TraceListModel::Ratio, TraceListModel::Clipped }); // a group's matter
    m_table->setPartsBehind(TraceListModel::Advantage, TraceListModel::kFirstPart, true);
    m_table->horizontalHeader()->setSectionsClickable(true);
    m_table->horizontalHeader()->setSortIndicatorShown(true);
    m_table->horizontalHeader()->setSortIndicator(TraceListModel::Step, Qt::DescendingOrder);
    m_table->horizontalHeader()->moveSection(m_table->horizontalHeader()->visualIndex(TraceListModel::Step), 0);
    m_table->horizontalHeader()->moveSection(m_table->horizontalHeader()->visualIndex(TraceListModel::Prompt), 1);
    m_table->menu()->setSortable([](int column) { return orderOf(column, false).has_value(); });
    m_empty = new EmptyHint(m_table, "searchEmpty", QString());
    m_status = new QLabel(m_right);
    m_status->setObjectName(QStringLiteral("searchStatus"));
    m_status->setTextFormat(Qt::PlainText);
    m_status->setWordWrap(true); // what is wrong with a pattern takes a sentence
    auto* right = new QVBoxLayout(m_right);
    right->setContentsMargins(0, 0, 0, 0);
    right->setSpacing(4);
    m_strip = new HitStrip(m_right);
    m_strip->hide();
    right->addWidget(m_status);
    right->addWidget(m_strip);
    right->addWidget(m_table, 1);
    buildForm();

    m_typing.setSingleShot(true);
    m_typing.setInterval(kTypingPauseMs);
    connect(&m_typing, &QTimer::timeout, this, &TraceSearchPage::search);
    connect(&m_search, &TraceSearch::pageFound, this, [this](const std::vector<TraceHit>& hits, bool first) {
        first ? m_results->setHits(hits) : m_results->append(hits);
        for (const TraceHit& hit : hits) // a task may have reasons of its own: what was read can be searched for
            if (!hit.completion.correct && hit.completion.reason != "ok")
                offerReason(hit.completion.reason);
        showStatus();
        if (first && m_results->rowCount() > 0 && isVisible())
            m_table->selectRow(0);
    });
    connect(&m_search, &TraceSearch::counted, this, [this](qint64 total) {
        m_total = total;
        showStatus();
        countSteps(); // after the hits: these are what is waited for
    });
    connect(&m_steps, &HitSteps::counted, this, [this](const std::vector<StepHits>& steps) {
        QVector<HitBar> bars;
        for (const StepHits& step : steps)
            bars.append({ step.step, step.hits, step.traces });
        m_strip->setBars(bars);
        m_strip->setVisible(bars.size() > 1);
    });
    connect(m_strip, &HitStrip::stepsChosen, this, [this](qint64 from, qint64 to) { searchSteps(from, to); });
    connect(m_strip, &HitStrip::allChosen, this, [this] {
        setSteps({}, {});
        search();
    });
    connect(&m_search, &TraceSearch::failed, this, &TraceSearchPage::showNothing);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this](const QModelIndex& index) {
        if (index.isValid())
            Q_EMIT hitChosen(m_results->hit(index.row()));
    });
    connect(m_table, &QTableView::activated, this,
        [this](const QModelIndex& index) { Q_EMIT hitActivated(m_results->hit(index.row())); });
    connect(m_table->verticalScrollBar(), &QScrollBar::valueChanged, this, [this](int value) {
        if (m_search.hasMore() && m_results->rowCount() > 0 // an emptied list scrolls, too
            && value >= m_table->verticalScrollBar()->maximum() - m_table->verticalScrollBar()->pageStep())
            m_search.more(m_results->hit(m_results->rowCount() - 1));
    });
    connect(m_table->horizontalHeader(), &QHeaderView::sortIndicatorChanged, this, &TraceSearchPage::sortBy);
    setFolder({});
}

void TraceSearchPage::buildForm()
{
    m_text = makeEdit(QStringLiteral("searchText"), tr("Text in the trace"), tr("text in the trace"), this);
    m_pattern = new QToolButton(this);
    m_pattern->setObjectName(QStringLiteral("searchPattern"));
    m_pattern->setText(QStringLiteral(".*"));
    m_pattern->setCheckable(true);
    m_pattern->setFocusPolicy(Qt::StrongFocus);
    m_pattern->setAccessibleName(tr("The text is a regular expression"));
    m_pattern->setToolTip(
        tr("Search for a regular expression: \"wait|等等\", \"\\d+ = \\d+\". Upper and lower case differ "
           "unless it begins with (?i); \".\" stays in its line. A pattern that runs away is stopped."));
    auto* text = new QHBoxLayout;
    text->addWidget(m_text, 1);
    text->addWidget(m_pattern);
    const auto range = [this](QLineEdit*& low, QLineEdit*& high, const QString& name, const QString& accessible) {
        low = makeEdit(name + QStringLiteral("Min"), tr("Least ") + accessible, tr("from"), this);
        high = makeEdit(name + QStringLiteral("Max"), tr("Greatest ") + accessible, tr("to"), this);
        auto* row = new QHBoxLayout;
        row->addWidget(low, 1);
        row->addWidget(high, 1);
        return row;
    };
    m_verdict = makeChoice(QStringLiteral("searchVerdict"), tr("Verdict"),
        { tr("any"), tr("correct"), tr("not correct"), tr("wrong"), tr("malformed"), tr("timeout"), tr("infra error") },
        this);
    m_verdict->setToolTip(
        plainToolTip(tr("Wrong and malformed: for whatever reason. Below them the reasons, by the words of "
                        "the column Verdict; type the first letters of one.")));
    m_verdict->insertSeparator(m_verdict->count());
    for (const std::string& code : reasonCodes())
        offerReason(code);
    m_finish = makeChoice(QStringLiteral("searchFinish"), tr("End"),
        { tr("any"), tr("stopped by itself"), tr("cut off at the limit") }, this);
    m_reflects = makeChoice(QStringLiteral("searchReflects"), tr("Reflection words"),
        { tr("any"), tr("contains some"), tr("contains none") }, this);
    m_mixes = makeChoice(
        QStringLiteral("searchMixes"), tr("Languages"), { tr("any"), tr("mixes languages"), tr("one language") }, this);
    auto* form = new QFormLayout;
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow); // one right edge for all
    form->addRow(tr("Text"), text);
    form->addRow(tr("Verdict"), m_verdict);
    form->addRow(tr("Reward"), range(m_rewardMin, m_rewardMax, QStringLiteral("searchReward"), tr("reward")));
    form->addRow(tr("Tokens"), range(m_tokensMin, m_tokensMax, QStringLiteral("searchTokens"), tr("length in tokens")));
    form->addRow(tr("Steps"), range(m_stepMin, m_stepMax, QStringLiteral("searchStep"), QStringLiteral("step")));
    form->addRow(tr("Reflection"), m_reflects);
    form->addRow(tr("Languages"), m_mixes);
    form->addRow(tr("End"), m_finish);
    m_go = new QPushButton(tr("Search"), this);
    m_go->setObjectName(QStringLiteral("searchGo"));
    m_go->setAccessibleName(tr("Search"));
    m_stop = new QPushButton(tr("Stop"), this);
    m_stop->setObjectName(QStringLiteral("searchStop"));
    m_stop->setAccessibleName(tr("Stop the search"));
    auto* clear = new QPushButton(tr("Clear"), this);
    clear->setObjectName(QStringLiteral("searchClear"));
    clear->setAccessibleName(tr("Clear the form"));
    auto* buttons = new QHBoxLayout;
    buttons->addWidget(m_go);
    buttons->addWidget(m_stop);
    buttons->addWidget(clear);
    buttons->addStretch(1);
    m_problem = new QLabel(this);
    m_problem->setObjectName(QStringLiteral("searchProblem"));
    m_problem->setProperty("role", QStringLiteral("error"));
    m_problem->setTextFormat(Qt::PlainText);
    m_problem->setWordWrap(true);
    auto* hint = new QLabel(tr("Click a column of the table, or press the menu key in it, to sort all hits: by "
                               "reward, advantage, tokens, reflection words, step. Enter on a hit shows it among its "
                               "group."),
        this);
    hint->setWordWrap(true);
    hint->setProperty("role", QStringLiteral("hint"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 6, 0, 0);
    layout->setSpacing(8);
    layout->addLayout(form);
    layout->addLayout(buttons);
    layout->addWidget(m_problem);
    layout->addWidget(hint);
    layout->addStretch(1);

    const QList<QLineEdit*> edits { m_text, m_rewardMin, m_rewardMax, m_tokensMin, m_tokensMax, m_stepMin, m_stepMax };
    const QList<QComboBox*> boxes { m_verdict, m_finish, m_reflects, m_mixes };
    for (QLineEdit* edit : edits) {
        connect(edit, &QLineEdit::textEdited, this, [this] { m_typing.start(); });
        connect(edit, &QLineEdit::returnPressed, this, &TraceSearchPage::search);
    }
    for (QComboBox* box : boxes)
        connect(box, &QComboBox::activated, this, &TraceSearchPage::search);
    connect(m_pattern, &QToolButton::toggled, this, &TraceSearchPage::search);
    connect(m_go, &QPushButton::clicked, this, [this] {
        m_counted = {}; // a live run has more steps now
        search();
    });
    connect(m_stop, &QPushButton::clicked, this, [this] {
        m_search.cancel();
        showStatus();
    });
    connect(clear, &QPushButton::clicked, this, [this] {
        clearForm();
        search();
    });
}

void TraceSearchPage::offerReason(const std::string& code)
{
    const QString data = QString::fromStdString(code);
    if (!code.empty() && m_verdict->findData(data) < 0)
        m_verdict->addItem(verdictText("wrong", code), data);
}

void TraceSearchPage::clearForm()
{
    for (QLineEdit* edit : { m_text, m_rewardMin, m_rewardMax, m_tokensMin, m_tokensMax, m_stepMin, m_stepMax })
        edit->clear();
    for (QComboBox* box : { m_verdict, m_finish, m_reflects, m_mixes })
        box->setCurrentIndex(0);
    const QSignalBlocker quiet(m_pattern);
    m_pattern->setChecked(false);
}

void TraceSearchPage::setFolder(const QString& folder)
{
    if (folder == m_folder && !folder.isEmpty())
        return;
    m_search.cancel();
    m_steps.cancel();
    m_typing.stop();
    m_folder = folder;
    m_counted = {};
    m_strip->hide();
    m_table->forgetWidths();
    m_results->setHits({});
    m_total = -1;
    m_stop->setEnabled(false);
    m_go->setEnabled(!folder.isEmpty());
    m_status->clear();
    m_empty->setText(folder.isEmpty() ? tr("Open a run to search its traces.")
                                      : tr("Fill in what you look for; an empty form finds every trace."));
}

TraceFilter TraceSearchPage::filter() const
{
    TraceFilter filter;
    filter.text = m_text->text().toStdString();
    filter.isPattern = m_pattern->isChecked() && !filter.text.empty();
    filter.rewardMin = number(m_rewardMin);
    filter.rewardMax = number(m_rewardMax);
    const auto whole = [](const QLineEdit* edit) {
        const auto value = number(edit);
        return value ? std::optional(int(std::clamp(*value, -2e9, 2e9))) : std::nullopt;
    };
    filter.tokensMin = whole(m_tokensMin);
    filter.tokensMax = whole(m_tokensMax);
    filter.stepMin = whole(m_stepMin);
    filter.stepMax = whole(m_stepMax);
    switch (m_verdict->currentIndex()) {
    case 1:
        filter.correct = true;
        break;
    case 2:
        filter.correct = false;
        break;
    case 3:
        filter.verdict = "wrong";
        break;
    case 4:
        filter.verdict = "malformed";
        break;
    case 5:
        filter.verdict = "timeout";
        break;
    case 6:
        filter.verdict = "infra_error";
        break;
    default:
        filter.reason = m_verdict->currentData().toString().toStdString();
        break;
    }
    filter.finishReason = m_finish->currentIndex() == 1 ? "stop" : m_finish->currentIndex() == 2 ? "length" : "";
    filter.reflects = chosen(m_reflects);
    filter.mixesLanguage = chosen(m_mixes);
    return filter;
}

void TraceSearchPage::search()
{
    m_typing.stop();
    QStringList wrong;
    for (const QLineEdit* edit : { m_rewardMin, m_rewardMax, m_tokensMin, m_tokensMax, m_stepMin, m_stepMax })
        if (!edit->text().trimmed().isEmpty() && !number(edit))
            wrong << tr("%1: “%2” is not a number.").arg(edit->accessibleName(), edit->text());
    m_problem->setText(wrong.join(QLatin1Char('\n')));
    if (m_folder.isEmpty())
        return;
    m_total = -1;
    if (!wrong.isEmpty()) {
        m_search.cancel();
        return showNothing({}); // the form says what is wrong
    }
    TraceFilter anywhere = filter();
    anywhere.stepMin = anywhere.stepMax = std::nullopt;
    if (anywhere != m_counted) { // the bars are of what was asked for before
        m_counted = {};
        m_steps.cancel();
        m_strip->hide();
    }
    m_search.start(m_folder, filter(), m_order);
    showStatus();
}

void TraceSearchPage::showNothing(const QString& sentence)
{
    m_results->setHits({});
    m_empty->setText({});
    m_status->setText(sentence);
    m_status->setToolTip(sentence.isEmpty() ? QString() : plainToolTip(sentence));
    m_stop->setEnabled(false);
    m_steps.cancel(); // an answer for the filter before would show its bars below the error
    m_strip->hide();
}

void TraceSearchPage::searchSteps(qint64 from, qint64 to)
{
    setSteps(QString::number(from), QString::number(to));
    search();
}

void TraceSearchPage::searchAll(qint64 from, qint64 to, int column, Qt::SortOrder order)
{
    clearForm();
    {
        const QSignalBlocker once(m_table->horizontalHeader()); // the arrow moves, the search starts below
        m_table->horizontalHeader()->setSortIndicator(column, order);
    }
    m_order = orderOf(column, order == Qt::DescendingOrder).value_or(TraceOrder::Newest);
    searchSteps(from, to);
}

void TraceSearchPage::setSteps(const QString& from, const QString& to)
{
    m_stepMin->setText(from);
    m_stepMax->setText(to);
}

void TraceSearchPage::countSteps()
{
    TraceFilter filter = this->filter();
    m_strip->setChosen(filter.stepMin, filter.stepMax);
    filter.stepMin = filter.stepMax = std::nullopt; // the strip keeps all steps: it is where to look next
    if (filter == TraceFilter()) { // every trace is a hit
        m_steps.cancel();
        m_counted = {};
        m_strip->hide();
    } else if (filter != m_counted || !m_strip->isVisibleTo(m_right)) {
        m_counted = filter;
        m_steps.start(m_folder, filter);
    }
}

void TraceSearchPage::sortBy(int column, Qt::SortOrder order)
{
    const std::optional<TraceOrder> chosen = orderOf(column, order == Qt::DescendingOrder);
    if (!chosen)
        return;
    m_order = *chosen;
    search();
}

void TraceSearchPage::showStatus()
{
    m_stop->setEnabled(m_search.isRunning());
    const QLocale locale;
    const QString shown = locale.toString(m_results->rowCount());
    m_empty->setText(m_total == 0 ? tr("No trace fits. Clear a field of the form.") : QString());
    m_status->setText(m_search.isRunning() && m_total < 0 && m_results->rowCount() == 0 ? tr("Searching …")
            : m_total < 0 ? tr("%1 shown%2").arg(shown, m_search.isRunning() ? tr(", counting …") : tr(", not counted"))
            : m_total == 0 ? QString()
            : m_total == 1
            ? tr("1 trace")
            : tr("%1 traces%2")
                  .arg(locale.toString(m_total),
                      m_results->rowCount() < m_total ? tr(", %1 shown; scroll for more").arg(shown) : QString()));
}

void TraceSearchPage::moveResult(int by)
{
    const int row = m_table->currentIndex().row() + by;
    if (row >= 0 && row < m_results->rowCount())
        m_table->selectRow(row);
}

} // namespace aha
