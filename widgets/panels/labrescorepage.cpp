#include "widgets/panels/labrescorepage.h"

#include "core/base/statistics.h"
#include "widgets/language/translation.h"
#include "widgets/models/figurefilter.h"
#include "widgets/models/tracelistmodel.h"
#include "widgets/models/visibletext.h"
#include "widgets/panels/labinput.h"
#include "widgets/panels/labtext.h"
#include "widgets/panels/tracedelegates.h"
#include "widgets/panels/tracetable.h"
#include "widgets/plots/labelrole.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLocale>
#include <QPlainTextEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QSpinBox>
#include <QStandardItemModel>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace aha {

using Json = nlohmann::ordered_json;

namespace {

constexpr int kMostRows = 50'000;
constexpr int kCellCharacters = 300; // more than a column has room for; the tip has all
constexpr int kAnswerCharacters = 24, kWhyCharacters = 40; // widths of the two texts: at most, at least
constexpr int kDetailLines = 8;
constexpr double kSameSum = 1e-6;
enum { OfCompletions, OfHeldOut };
enum Column { Step, Place, VerdictWas, VerdictNow, RewardWas, RewardNow, Change, Answer, Why };

FigureTable::Column placeColumn(bool heldOut)
{
    return heldOut
        ? FigureTable::Column { tr("Problem/no."), tr("Problem of the step's evaluation, and sample of it"), true }
        : FigureTable::Column { tr("Group/no."), tr("Group of the step, and completion in it"), true };
}

std::vector<FigureTable::Column> columns()
{
    return { { tr("Step"), {}, true }, placeColumn(false),
        { tr("Was"), tr("The verdict that the run stored.") + QLatin1Char(' ') + verdictColours() },
        { tr("Now"),
            tr("The verdict under the rewards and the verifier on the left.") + QLatin1Char(' ') + verdictColours() },
        { tr("Reward was"), {}, true }, { tr("Is now"), {}, true },
        { tr("Change"), tr("Reward now minus reward stored"), true }, { tr("Answer"), tr("As extracted now") },
        { tr("Why"), tr("The verifier's reason now, in words") } };
}

/// Named by its reason, sorted and compared by the verdict: from one reason to another nothing flips. The tip is both.
FigureCell verdictCell(const Json& judged)
{
    static constexpr const char* order[] = { "correct", "wrong", "malformed" };
    const std::string verdict = judged.value("verdict", ""), reason = judged.value("reason", "");
    const QString alone = verdictText(verdict), words = verdictReason(verdict, reason);
    return { verdictText(verdict, reason), double(std::find(std::begin(order), std::end(order), verdict) - order),
        words.isEmpty() || words == alone ? alone : alone + tr(": ") + words, verdictKind(verdict) };
}

FigureCell textCell(const QString& text)
{
    return { text.size() > kCellCharacters ? text.left(kCellCharacters - 1) + QChar(0x2026) : text, std::nan(""),
        text };
}

QString count(double n) { return QLocale(QLocale::English).toString(qint64(n)); }

/// "the evaluation of step 25", "3 evaluations (step 0, 25, 50)"; of many, from which step to which.
QString evaluationsText(const Json& evaluations)
{
    constexpr qsizetype mostNamed = 6;
    QStringList steps;
    for (const Json& one : evaluations)
        steps << count(jsonFigure(one, "step", 0));
    if (steps.size() == 1)
        return tr("the evaluation of step %1").arg(steps.first());
    return tr("%1 evaluations (step %2)")
        .arg(QString::number(steps.size()),
            steps.size() > mostNamed ? steps.first() + QStringLiteral(" – ") + steps.last()
                                     : steps.join(QStringLiteral(", ")));
}

/// "0.500 × 2.000 = +1.000"
QString termText(double value, double weight)
{
    return std::isnan(value)
        ? figureText(value)
        : QStringLiteral("%1 × %2 = %3").arg(figureText(value), figureText(weight), signedText(value * weight));
}

double paidBy(double value, double weight) { return std::isnan(value) ? 0 : value * weight; }

/// What tells two lists of settings (group.key=value) apart.
struct Difference {
    bool rewards = false, verifier = false;
    Difference(const QStringList& a, const QStringList& b)
    {
        for (const QStringList* list : { &a, &b })
            for (const QString& setting : *list)
                if (!(list == &a ? b : a).contains(setting))
                    (setting.startsWith(QLatin1String("rewards.")) ? rewards : verifier) = true;
    }
};

bool flips(const FigureRow& row) { return row.cells[VerdictWas].sort != row.cells[VerdictNow].sort; }

} // namespace

LabRescorePage::LabRescorePage(const QString& engine, QWidget* parent)
    : QWidget(parent)
    , m_engine(engine)
    , m_model(new FigureTable(columns(), this))
    , m_filter(new FigureFilter(m_model, this))
    , m_start(new QPushButton(this))
    , m_of(new QComboBox(this))
    , m_show(new QComboBox(this))
    , m_from(new QSpinBox(this))
    , m_to(new QSpinBox(this))
    , m_progress(new QProgressBar(this))
    , m_heading(new QLabel(this))
    , m_note(new QLabel(this))
    , m_detail(new QPlainTextEdit(this))
{
    m_start->setObjectName(QStringLiteral("rescoreStart"));
    m_of->setObjectName(QStringLiteral("rescoreOf"));
    m_of->setAccessibleName(tr("What is judged again"));
    m_of->addItems({ tr("Sampled completions"), tr("Held-out answers") });
    m_of->setItemData(OfCompletions, plainToolTip(tr("What the run sampled while it trained.")), Qt::ToolTipRole);
    m_of->setItemData(
        OfHeldOut, plainToolTip(tr("Every sample of every evaluation on held-out problems.")), Qt::ToolTipRole);
    m_show->setObjectName(QStringLiteral("rescoreShow"));
    m_show->setAccessibleName(tr("Which changes are listed"));
    m_show->addItems({ tr("All changes"), tr("Verdict flips"), tr("Into correct"), tr("Out of correct"),
        tr("Reward rises"), tr("Reward falls") });
    m_from->setObjectName(QStringLiteral("rescoreFrom"));
    m_from->setAccessibleName(tr("First step"));
    m_from->setPrefix(tr("steps "));
    m_to->setObjectName(QStringLiteral("rescoreTo"));
    m_to->setAccessibleName(tr("Last step"));
    m_to->setPrefix(tr("to "));
    m_progress->setObjectName(QStringLiteral("rescoreProgress"));
    m_note->setObjectName(QStringLiteral("rescoreNote"));
    m_heading->setObjectName(QStringLiteral("rescoreWhose"));
    m_heading->setProperty("role", QStringLiteral("heading"));
    for (QLabel* label : { m_heading, m_note }) {
        label->setTextFormat(Qt::PlainText);
        label->setWordWrap(true);
    }
    m_table = new TraceTable(
        QStringLiteral("rescoreTable"), tr("Answers whose verdict or reward changes"), m_filter,
        [](int c) { return QString::number(c); }, {}, this);
    for (const int column : { VerdictWas, VerdictNow })
        m_table->setItemDelegateForColumn(column, new BadgeDelegate(FigureTable::KindRole, m_table));
    const int character = m_table->fontMetrics().averageCharWidth();
    m_table->setWidest(Answer, kAnswerCharacters * character);
    m_table->setStretchColumn(Why, kWhyCharacters * character);
    m_table->setSortingEnabled(true);
    m_table->sortByColumn(-1, Qt::AscendingOrder);
    m_table->setToolTip(plainToolTip(tr("Enter or a double click opens the answer")));
    m_detail->setObjectName(QStringLiteral("rescoreDetail"));
    m_detail->setAccessibleName(tr("Stored verdict and the one now, with their reasons and the parts of the reward"));
    m_detail->setReadOnly(true);
    m_detail->hide();
    m_detail->setTabChangesFocus(true);
    m_detail->setFixedHeight(kDetailLines * m_detail->fontMetrics().lineSpacing()
        + 2 * (m_detail->frameWidth() + int(m_detail->document()->documentMargin())));
    auto* bar = new QHBoxLayout;
    bar->addWidget(m_start);
    bar->addWidget(m_of);
    bar->addWidget(m_from);
    bar->addWidget(m_to);
    bar->addWidget(m_progress, 1);
    bar->addStretch();
    bar->addWidget(m_show);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 8, 0, 0);
    layout->setSpacing(8);
    layout->addLayout(bar);
    layout->addWidget(m_heading);
    layout->addWidget(m_note);
    layout->addWidget(m_table, 1);
    layout->addWidget(m_detail);
    layout->addStretch(0); // takes the room while there is no table
    hideWhileEmpty(m_table, m_model);
    connect(m_start, &QPushButton::clicked, this, &LabRescorePage::toggle);
    connect(m_show, &QComboBox::currentIndexChanged, this, [this](int which) {
        static const FigureFilter::Rule rules[]
            = { nullptr, flips, [](const FigureRow& row) { return flips(row) && row.cells[VerdictNow].sort == 0; },
                  [](const FigureRow& row) { return flips(row) && row.cells[VerdictWas].sort == 0; },
                  [](const FigureRow& row) { return row.cells[Change].sort > 0; },
                  [](const FigureRow& row) { return row.cells[Change].sort < 0; } };
        m_filter->setRule(rules[which]);
        selectFirst();
        showDetail(m_table->currentIndex());
    });
    connect(m_table, &QTableView::activated, this, &LabRescorePage::open);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, &LabRescorePage::showDetail);
    connect(m_of, &QComboBox::currentIndexChanged, this, [this] {
        takeRange();
        refresh();
    });
    connect(&m_engine, &EngineLines::received, this, &LabRescorePage::take);
    connect(&m_engine, &EngineLines::finished, this, [this] {
        m_table->fitColumns(); // the first rows are not the widest
        selectFirst();
        refresh();
    });
    connect(&m_engine, &EngineLines::failed, this, [this](const QString& sentence) {
        m_summary = translated(visibleText(sentence.toStdString()));
        m_isDone = m_isProblem = true;
        refresh();
    });
    keepElsewhere(inputs());
    setFolder({}, 0);
}

void LabRescorePage::setFolder(const QString& folder, qint64 lastStep, const QString& name, const Stock& stock)
{
    const bool isAnother = folder != m_folder;
    m_folder = folder;
    m_name = name;
    m_lastStep = std::max<qint64>(lastStep, 0);
    m_stock = stock;
    const bool heldOut = stock.noHeldOut.isEmpty();
    if (auto* items = qobject_cast<QStandardItemModel*>(m_of->model())) {
        items->item(OfCompletions)->setEnabled(stock.completions);
        items->item(OfHeldOut)->setEnabled(heldOut);
    }
    if (isAnother || !isPossible()) {
        const QSignalBlocker block(m_of);
        m_of->setCurrentIndex(
            heldOut && (!stock.completions || (m_lastStep == 0 && !folder.isEmpty())) ? OfHeldOut : OfCompletions);
    }
    takeRange();
    m_untouched = fieldValues(inputs());
    refresh();
}

QWidgetList LabRescorePage::inputs() const { return { m_of, m_from, m_to }; }

QJsonObject LabRescorePage::typed() const { return changedValues(inputs(), m_untouched); }

void LabRescorePage::restoreTyped(const QJsonObject& state) { putFieldValues(inputs(), state); }

bool LabRescorePage::isOfHeldOut() const { return m_of->currentIndex() == OfHeldOut; }

bool LabRescorePage::isPossible() const
{
    return !m_folder.isEmpty() && (isOfHeldOut() ? m_stock.noHeldOut.isEmpty() : m_stock.completions);
}

/// All steps that can have such answers: an evaluation is there before the first step.
void LabRescorePage::takeRange()
{
    for (QSpinBox* box : { m_from, m_to })
        box->setRange(m_lastStep > 0 && !isOfHeldOut() ? 1 : 0, int(m_lastStep));
    m_from->setValue(m_from->minimum());
    m_to->setValue(m_to->maximum());
}

void LabRescorePage::open(const QModelIndex& index)
{
    const qint64 id = index.data(FigureTable::IdRole).toLongLong();
    if (id < 0)
        return;
    if (!m_askedHeldOut)
        return Q_EMIT completionPicked(m_askedFolder, id);
    const HeldOutPlace& place = m_places[size_t(id)];
    Q_EMIT problemPicked(m_askedFolder, place.evaluation, place.problem, place.sample);
}

void LabRescorePage::showDetail(const QModelIndex& index)
{
    m_detail->setVisible(index.isValid());
    if (!index.isValid())
        return;
    const int row = m_filter->mapToSource(index).row();
    const std::vector<FigureCell>& cells = m_model->row(row).cells;
    m_detail->setPlainText(tr("Stored: %1; reward %2").arg(cells[VerdictWas].tip, cells[RewardWas].text)
        + QLatin1Char('\n') + tr("Now: %1; reward %2").arg(cells[VerdictNow].tip, cells[RewardNow].text)
        + QLatin1Char('\n') + partsText(row) + tr("Answer, as extracted now: %1").arg(cells[Answer].tip)
        + QLatin1Char('\n') + cells[Why].tip);
}

/// A line each, those that pay differently first; then their sum, which is the reward.
QString LabRescorePage::partsText(int sourceRow) const
{
    std::vector<Part> parts = m_parts[size_t(sourceRow)];
    if (parts.empty())
        return {};
    const auto change = [](const Part& part) {
        return paidBy(part.valueNow, part.weightNow) - paidBy(part.valueWas, part.weightWas);
    };
    std::stable_sort(parts.begin(), parts.end(),
        [&](const Part& a, const Part& b) { return std::abs(change(a)) > std::abs(change(b)); });
    QStringList lines { tr("Parts of the reward, value × weight, before → now (● pays differently):") };
    double was = 0, now = 0;
    for (const Part& part : parts) {
        was += paidBy(part.valueWas, part.weightWas);
        now += paidBy(part.valueNow, part.weightNow);
        const bool differs = std::abs(change(part)) > kSameSum;
        lines << (differs ? QStringLiteral("● ") : QStringLiteral("   ")) + rewardPartName(part.name)
                + QStringLiteral(": ") + termText(part.valueWas, part.weightWas) + QStringLiteral(" → ")
                + termText(part.valueNow, part.weightNow)
                + (differs ? QStringLiteral(" (%1)").arg(signedText(change(part))) : QString());
    }
    const std::vector<FigureCell>& cells = m_model->row(sourceRow).cells;
    QString sum = tr("Sum: %1 → %2 (%3)").arg(cells[RewardWas].text, cells[RewardNow].text, cells[Change].text);
    if (std::abs(was - cells[RewardWas].sort) > kSameSum || std::abs(now - cells[RewardNow].sort) > kSameSum)
        sum += tr("; the parts above make %1 → %2").arg(figureText(was), figureText(now));
    return (lines << sum).join(QLatin1Char('\n')) + QLatin1Char('\n');
}

void LabRescorePage::selectFirst()
{
    if (!m_table->currentIndex().isValid() && m_filter->rowCount() > 0)
        m_table->setCurrentIndex(m_filter->index(0, Step));
}

void LabRescorePage::setChanges(const QStringList& changes)
{
    m_changes = changes;
    refresh();
}

void LabRescorePage::start()
{
    if (!isPossible() || (m_engine.isRunning() && m_askedFolder == m_folder))
        return;
    m_engine.cancel();
    toggle();
}

void LabRescorePage::toggle()
{
    if (m_engine.isRunning()) {
        m_engine.cancel();
        m_summary
            = (m_askedHeldOut ? tr("Cancelled after %1 of %2 evaluations: the %3 changes found until there are listed.")
                              : tr("Cancelled after %1 of %2 steps: the %3 changes found until there are listed."))
                  .arg(m_progress->value())
                  .arg(m_progress->maximum())
                  .arg(count(m_model->rowCount()));
        m_isDone = true;
        return refresh();
    }
    m_model->setRows({});
    showDetail({});
    m_places.clear();
    m_parts.clear();
    m_askedHeldOut = isOfHeldOut();
    m_model->setColumn(Place, placeColumn(m_askedHeldOut));
    m_asked = m_changes;
    m_askedFolder = m_folder;
    m_askedName = m_name;
    m_isDone = m_isProblem = false;
    m_progress->setRange(0, m_askedHeldOut ? 1 : std::max(1, m_to->value() - m_from->value() + 1));
    m_progress->setValue(0);
    m_progress->setFormat(m_askedHeldOut ? tr("%v of %m evaluations") : tr("%v of %m steps"));
    m_progress->setAccessibleName(
        m_askedHeldOut ? tr("Evaluations that were judged again") : tr("Steps that were judged again"));
    QStringList arguments { QStringLiteral("rescore"), m_folder, QStringLiteral("--progress"), QStringLiteral("--from"),
        QString::number(m_from->value()), QStringLiteral("--to"), QString::number(m_to->value()) };
    for (const QString& change : m_asked)
        arguments << QStringLiteral("--set") << change;
    arguments << QStringLiteral("--of")
              << (m_askedHeldOut ? QStringLiteral("held-out") : QStringLiteral("completions"));
    m_engine.start(arguments);
    refresh();
}

void LabRescorePage::take(const std::vector<Json>& lines)
{
    std::vector<FigureRow> rows;
    for (const Json& line : lines)
        if (line.contains("progress")) {
            m_progress->setMaximum(int(jsonFigure(line["progress"], "of", 1)));
            m_progress->setValue(int(jsonFigure(line["progress"], "done", 0)));
        } else if (line.contains("completion") || line.contains("evaluation")) {
            if (m_model->rowCount() + int(rows.size()) < kMostRows)
                rows.push_back(rowOf(line));
        } else if (line.contains("verdict_flips")) {
            summarize(line);
        }
    const bool first = m_model->rowCount() == 0;
    if (first && !rows.empty())
        m_model->setRows(std::move(rows)); // columns are fitted to these
    else
        m_model->append(std::move(rows));
}

FigureRow LabRescorePage::rowOf(const Json& line)
{
    const Json was = line.value("was", Json::object()), now = line.value("now", Json::object());
    const double before = jsonFigure(was, "reward"), after = jsonFigure(now, "reward"),
                 step = jsonFigure(line, "step", 0), group = jsonFigure(line, m_askedHeldOut ? "problem" : "group", 0),
                 position = jsonFigure(line, m_askedHeldOut ? "sample" : "position", 0);
    const QString why = translated(visibleLine(line.value("explanation", ""))),
                  answer = visibleLine(line.value("extracted", ""));
    m_parts.emplace_back();
    const Json parts = line.value("parts", Json::object());
    for (const auto& [name, part] : parts.items()) {
        const Json partWas = part.value("was", Json::object()), partNow = part.value("now", Json::object());
        m_parts.back().push_back({ visibleLine(name), jsonFigure(partWas, "value"), jsonFigure(partWas, "weight", 0),
            jsonFigure(partNow, "value"), jsonFigure(partNow, "weight", 0) });
    }
    FigureRow row;
    row.id = m_askedHeldOut ? qint64(m_places.size()) : qint64(jsonFigure(line, "completion", -1));
    if (m_askedHeldOut)
        m_places.push_back({ qint64(jsonFigure(line, "evaluation", -1)), int(group), int(position) });
    row.cells
        = { { count(step), step }, { QStringLiteral("%1/%2").arg(group + 1).arg(position + 1), group * 1e6 + position },
              verdictCell(was), verdictCell(now), { figureText(before), before }, { figureText(after), after },
              { signedText(after - before), after - before }, textCell(answer), textCell(why) };
    return row;
}

void LabRescorePage::summarize(const Json& s)
{
    const Json evaluations = s.value("evaluations", Json::array());
    const double n = jsonFigure(s, m_askedHeldOut ? "answers" : "completions", 0),
                 flipped = jsonFigure(s, "verdict_flips", 0);
    m_isDone = true;
    if (m_askedHeldOut && evaluations.empty()) {
        m_summary = tr("The run has stored no evaluation of these steps.");
        return;
    }
    auto [low, high] = wilsonInterval(int64_t(flipped), int64_t(n));
    if (const Json ci95 = s.value("verdict_flips_ci95", Json()); ci95.is_array() && ci95.size() == 2) {
        // Answers to one problem are alike: the problem is the unit.
        low = ci95[0].is_number() ? ci95[0].get<double>() : std::nan("");
        high = ci95[1].is_number() ? ci95[1].get<double>() : std::nan("");
    }
    m_summary
        = (m_askedHeldOut
                  ? tr("%1 held-out answers of %2 judged again. ").arg(count(n), evaluationsText(evaluations))
                  : tr("%1 completions of %2 steps judged again. ").arg(count(n), count(jsonFigure(s, "steps", 0))))
        + tr("%1 verdicts flip (%2 %, 95 % interval %3 – %4): %5 into correct, %6 out of it. %7 rewards change; ")
              .arg(count(flipped), figureText(n > 0 ? 100 * flipped / n : 0, 2), figureText(100 * low, 2),
                  figureText(100 * high, 2), count(jsonFigure(s, "into_correct", 0)),
                  count(jsonFigure(s, "out_of_correct", 0)), count(jsonFigure(s, "reward_changes", 0)))
        + tr("mean %1 → %2, correlation of old and new %3.")
              .arg(figureText(jsonFigure(s, "mean_reward_was")), figureText(jsonFigure(s, "mean_reward_now")),
                  figureText(jsonFigure(s, "correlation")));
    if (m_asked.isEmpty() && flipped > 0)
        m_summary += tr(" The rewards are the run's own: what flips, this version of AhaScope judges otherwise than "
                        "the one that trained.");
    if (const double unscored = jsonFigure(s, "unscored", 0); unscored > 0)
        m_summary += tr(" %1 have no reward before or now.").arg(count(unscored));
    if (flipped + jsonFigure(s, "reward_changes", 0) > kMostRows)
        m_summary += tr(" The first %1 are listed.").arg(count(kMostRows));
    for (const Json& note : s.value("notes", Json::array()))
        if (note.is_string())
            m_summary += QLatin1Char(' ') + translated(visibleLine(note.get<std::string>()));
}

void LabRescorePage::say(const QString& text, bool problem)
{
    setRole(m_note, problem ? "error" : "");
    m_note->setText(text);
}

void LabRescorePage::refresh()
{
    const bool runs = m_engine.isRunning();
    m_start->setText(runs ? tr("Cancel") : tr("Re-score the run"));
    m_start->setAccessibleName(m_start->text());
    m_start->setEnabled(isPossible() || runs);
    m_of->setVisible(!runs); // what runs is named; the progress takes its room
    m_of->setEnabled(!m_folder.isEmpty() && (m_stock.completions || m_stock.noHeldOut.isEmpty()));
    m_progress->setVisible(runs);
    m_show->setEnabled(m_model->rowCount() > 0 || runs);
    for (QSpinBox* box : { m_from, m_to })
        box->setEnabled(isPossible() && !runs);
    const bool isChosen = m_folder == m_askedFolder;
    showWhose(m_heading, m_askedName, runs, m_isDone, isChosen);
    const QString with = visibleLine(m_asked.join(QStringLiteral(", ")).toStdString());
    if (runs)
        say(tr("Judging again with: %1").arg(m_asked.isEmpty() ? tr("the run's own rewards") : with), false);
    else if (m_isDone && !isChosen) {
        const Difference own(m_asked, {});
        say((m_asked.isEmpty()      ? QString()
                    : !own.verifier ? tr("With changed rewards: %1. ").arg(with)
                    : !own.rewards  ? tr("With a changed verifier: %1. ").arg(with)
                                    : tr("With changed rewards and verifier: %1. ").arg(with))
                + m_summary,
            m_isProblem);
    } else if (m_isDone && m_asked == m_changes)
        say(m_summary, m_isProblem);
    else if (m_isDone) {
        const Difference since(m_asked, m_changes);
        say((!since.verifier         ? tr("The rewards changed since; what is listed is of: %1. ")
                    : !since.rewards ? tr("The verifier changed since; what is listed is of: %1. ")
                                     : tr("The rewards and the verifier changed since; what is listed is of: %1. "))
                    .arg(m_asked.isEmpty() ? tr("the run's own") : with)
                + m_summary,
            m_isProblem);
    } else if (m_folder.isEmpty())
        say(tr("Choose a run above: its stored answers are judged again."), false);
    else if (!isPossible())
        say(m_stock.noHeldOut, false);
    else if (isOfHeldOut())
        say(tr("Change the reward on the left, then let every answer of the run's evaluations be judged again: what "
               "flips is listed here, with the reason. Nothing of the run is changed."),
            false);
    else
        say(tr("Change the reward on the left, then let every stored completion be judged again: what flips is "
               "listed here, with the reason. Nothing of the run is changed."),
            false);
}

} // namespace aha
