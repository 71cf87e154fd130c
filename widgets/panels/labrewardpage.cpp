#include "widgets/panels/labrewardpage.h"

#include "core/config/weight_schedule.h"
#include "core/run/storedrecheck.h"
#include "core/run/traincommand.h"
#include "widgets/language/translation.h"
#include "widgets/models/figuretable.h"
#include "widgets/models/grouplistmodel.h"
#include "widgets/models/tracelistmodel.h"
#include "widgets/models/visibletext.h"
#include "widgets/panels/exacttext.h"
#include "widgets/panels/labedit.h"
#include "widgets/panels/labtext.h"
#include "widgets/panels/tracecolors.h"
#include "widgets/panels/tracedelegates.h"
#include "widgets/panels/tracetable.h"

#include <QComboBox>
#include <QEvent>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QSortFilterProxyModel>
#include <QSpinBox>
#include <QVBoxLayout>

#include <cmath>

namespace aha {

using Json = nlohmann::ordered_json;

namespace {

constexpr int kTypingMs = 30, kSeedMs = 150, kMostMarks = 2000;
enum Column { Part, Value, Weight, Adds, Most, ColumnCount };

std::vector<FigureTable::Column> partColumns()
{
    return { { tr("Part"), tr("A part of the reward; those of weight 0 are measured and not paid.") },
        { tr("Value"), tr("Unweighted. –: it cannot be measured here."), true }, { tr("Weight"), {}, true },
        { tr("Adds"), tr("Weight times value."), true },
        { tr("At most"),
            tr("What it could add. –: it has no such end, or only its author "
               "knows it."),
            true } };
}

QLabel* line(QWidget* parent, const char* name, bool wrap)
{
    auto* label = new QLabel(parent);
    label->setObjectName(QLatin1String(name));
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(wrap);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    return label;
}

QString shortLine(const std::string& text, int most)
{
    const QString line = visibleLine(text.substr(0, size_t(most) * 4));
    return line.size() > most ? line.left(most - 1) + QStringLiteral("…") : line;
}

} // namespace

LabRewardPage::LabRewardPage(const QString& engine, QWidget* parent)
    : QWidget(parent)
    , m_judge(engine)
    , m_question(engine)
    , m_source(new QComboBox(this))
    , m_group(new QComboBox(this))
    , m_completion(new QComboBox(this))
    , m_step(new QSpinBox(this))
    , m_seed(new QSpinBox(this))
    , m_problem(new ExactText(this))
    , m_editor(new LabEdit(this))
    , m_recordedNote(line(this, "labRecorded", true))
    , m_note(line(this, "labNote", true))
    , m_weights(line(this, "labWeights", true))
    , m_legend(line(this, "labLegend", false))
    , m_verdict(line(this, "labVerdict", false))
    , m_reward(line(this, "labReward", true))
    , m_answer(line(this, "labAnswer", true))
    , m_needs(line(this, "labNeeds", true))
    , m_parts(new FigureTable(partColumns(), this))
    , m_table(nullptr)
{
    m_source->setObjectName(QStringLiteral("labProblemSource"));
    m_source->setAccessibleName(tr("Where the problem comes from"));
    m_source->addItems({ tr("Problem of the run"), tr("Made from a seed") });
    m_step->setObjectName(QStringLiteral("labStep"));
    m_step->setAccessibleName(tr("Step"));
    m_step->setPrefix(tr("step "));
    m_step->setKeyboardTracking(false);
    m_group->setObjectName(QStringLiteral("labGroup"));
    m_group->setAccessibleName(tr("Problem of the step"));
    m_group->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_group->setMinimumContentsLength(12);
    m_completion->setObjectName(QStringLiteral("labCompletion"));
    m_completion->setAccessibleName(tr("Completion to start from"));
    m_completion->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_completion->setMinimumContentsLength(16);
    m_seed->setObjectName(QStringLiteral("labSeed"));
    m_seed->setAccessibleName(tr("Seed of the problem"));
    m_seed->setPrefix(tr("seed "));
    m_seed->setRange(0, 2'000'000'000);
    m_problem->setObjectName(QStringLiteral("labProblem"));
    m_problem->setAccessibleName(tr("The problem"));
    m_problem->setTabChangesFocus(true);
    m_problem->setFixedHeight(fontMetrics().lineSpacing() * 2 + 14);
    m_editor->setObjectName(QStringLiteral("labText"));
    m_editor->setAccessibleName(tr("Completion"));
    m_editor->setTabChangesFocus(true);
    m_editor->setPlaceholderText(tr("Type or paste a completion, or choose one above: it is judged while you type."));
    m_legend->setTextInteractionFlags(Qt::NoTextInteraction);
    m_note->setProperty("role", QStringLiteral("hint"));
    m_recordedNote->setProperty("role", QStringLiteral("error"));
    m_recordedNote->hide();
    m_weights->setProperty("role", QStringLiteral("hint"));
    m_weights->hide();
    m_legend->setProperty("role", QStringLiteral("hint"));
    m_legend->setText(tr("Marked: tags grey, reflection words bold, the answer underlined"));
    QFont bold = font();
    bold.setBold(true);
    m_verdict->setFont(bold);

    auto* order = new QSortFilterProxyModel(this);
    order->setSourceModel(m_parts);
    order->setSortRole(FigureTable::SortRole);
    m_table = new TraceTable(
        QStringLiteral("labParts"), tr("Parts of the reward"), order, [](int c) { return QString::number(c); }, {},
        this);
    m_table->setItemDelegateForColumn(Adds, new BarDelegate(FigureTable::BarRole, true, m_table));
    hideWhileEmpty(m_table, m_parts);
    m_table->setMinimumHeight(fontMetrics().lineSpacing() * 6);

    auto* bar = new QHBoxLayout;
    bar->addWidget(m_source);
    bar->addWidget(m_step);
    bar->addWidget(m_group, 3);
    bar->addWidget(m_completion, 2);
    bar->addWidget(m_seed);
    bar->addStretch();
    auto* head = new QHBoxLayout;
    head->addWidget(m_verdict);
    head->addWidget(m_reward, 1);
    auto* foot = new QHBoxLayout;
    foot->addWidget(m_legend, 1);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 8, 0, 0);
    layout->setSpacing(6);
    layout->addLayout(bar);
    layout->addWidget(m_problem);
    layout->addWidget(m_editor, 3);
    layout->addLayout(foot);
    layout->addWidget(m_note);
    layout->addLayout(head);
    layout->addWidget(m_recordedNote);
    layout->addWidget(m_answer);
    layout->addWidget(m_needs);
    layout->addWidget(m_weights);
    layout->addWidget(m_table, 2);

    m_soon.setSingleShot(true);
    m_soon.setInterval(kTypingMs);
    m_seedSoon.setSingleShot(true);
    m_seedSoon.setInterval(kSeedMs);
    connect(&m_soon, &QTimer::timeout, this, &LabRewardPage::judge);
    connect(&m_seedSoon, &QTimer::timeout, this, &LabRewardPage::generate);
    connect(m_editor, &QPlainTextEdit::textChanged, this, &LabRewardPage::judgeSoon);
    connect(m_source, &QComboBox::activated, this, &LabRewardPage::chooseSource);
    connect(m_step, &QSpinBox::valueChanged, this, &LabRewardPage::loadStep);
    connect(m_group, &QComboBox::activated, this, &LabRewardPage::showGroup);
    connect(m_completion, &QComboBox::activated, this, &LabRewardPage::takeCompletion);
    connect(m_seed, &QSpinBox::valueChanged, &m_seedSoon, qOverload<>(&QTimer::start));
    connect(&m_judge, &RewardJudge::judged, this, [this](const Json& answer) {
        if (!isBlank())
            present(answer);
    });
    connect(&m_judge, &RewardJudge::failed, this, &LabRewardPage::fail);
    connect(&m_question, &EngineQuestion::answered, this, [this](const Json& item) {
        Json fields = item;
        fields.erase("prompt");
        setProblem(fields.dump(-1, ' ', false, Json::error_handler_t::replace), item.value("prompt", ""));
    });
    connect(&m_question, &EngineQuestion::failed, this, &LabRewardPage::fail);
    setFolder({});
}

void LabRewardPage::setConfig(const RunConfig& config)
{
    const bool otherTask = config.task.name != m_config.task.name || config.task.level != m_config.task.level;
    m_config = config;
    useTask(m_task);
    if (otherTask && m_source->currentIndex() == 1)
        generate();
    judgeSoon();
}

void LabRewardPage::setFolder(const QString& folder)
{
    m_folder = folder;
    m_reader.reset();
    m_recorded.reset();
    m_groups.clear();
    m_item.clear(); // of another task, perhaps
    if (!folder.isEmpty())
        if (auto reader = RunReader::open(folder.toStdString()))
            m_reader = std::move(*reader);
    qint64 last = 0;
    if (m_reader)
        last = std::max<int64_t>(m_reader->lastStep().ok() ? *m_reader->lastStep() : 0, 0);
    {
        const QSignalBlocker block(m_step), blockSeed(m_seed);
        m_seed->setValue(0); // what was typed comes back with its run
        m_step->setRange(last > 0 ? 1 : 0, int(last));
        m_step->setValue(int(last));
    }
    loadStep();
    m_source->setCurrentIndex(m_groups.empty() ? 1 : 0);
    chooseSource();
    m_untouched = position();
}

void LabRewardPage::useTask(const QString& task)
{
    m_task = task;
    RunConfig config = m_config;
    if (!task.isEmpty() && task.toStdString() != config.task.name) {
        config.task.name = task.toStdString();
        config.task.level = 1;
        config.task.evalLevel = 0;
    }
    // A problem of the run is judged as the run judges it at that step; a problem from elsewhere has no step.
    const bool ofStep = task.isEmpty() && m_reader && m_source->currentIndex() == 0;
    if (ofStep && !config.rewards.weightSchedule.empty() && parseWeightSchedule(config.rewards.weightSchedule))
        config.rewards = rewardsAt(config.rewards, m_step->value());
    showWeights(ofStep);
    if (std::string text = toJsonText(config); text != m_judgedBy) { // a judge with another one starts anew
        m_judge.setConfig(config);
        m_judgedBy = std::move(text);
    }
}

void LabRewardPage::showWeights(bool ofStep)
{
    const auto curves = parseWeightSchedule(m_config.rewards.weightSchedule);
    m_weights->setVisible(curves && !curves->empty());
    if (!curves || curves->empty())
        return;
    QStringList parts;
    for (const WeightCurve& curve : *curves)
        parts << QStringLiteral("%1 %2").arg(QLatin1String(curve.part.name),
            figureText(ofStep ? curve.at(m_step->value()) : m_config.rewards.*curve.part.weight));
    m_weights->setText(ofStep
            ? tr("Weights of step %1, as the schedule has them: %2.").arg(m_step->value()).arg(parts.join(tr(", ")))
            : tr("Without a step the schedule does not apply; plain weights: %1.").arg(parts.join(tr(", "))));
}

void LabRewardPage::tryText(const QString& task, const std::string& item, const QString& completion)
{
    m_seedSoon.stop();
    m_question.cancel(); // a problem that was asked for would take the place of this one
    useTask(task);
    m_recorded.reset();
    m_completion->setCurrentIndex(0);
    setProblem(item, "A hack of the task " + task.toStdString() + ": " + item);
    m_editor->setBytes(completion.toStdString());
    m_editor->setFocus();
}

void LabRewardPage::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    if (m_item.empty() && m_source->currentIndex() == 1)
        m_seedSoon.start();
    judgeSoon();
}

void LabRewardPage::chooseSource()
{
    useTask({});
    const bool ofRun = m_source->currentIndex() == 0;
    for (QWidget* widget :
        { static_cast<QWidget*>(m_step), static_cast<QWidget*>(m_group), static_cast<QWidget*>(m_completion) })
        widget->setVisible(ofRun);
    m_seed->setVisible(!ofRun);
    if (!ofRun)
        m_seedSoon.start();
    else if (m_groups.empty())
        fail(m_folder.isEmpty() ? tr("No run with judged completions is chosen above: take a problem made from a seed.")
                                : tr("This run has stored no completions at this step."));
    else
        showGroup();
}

void LabRewardPage::loadStep()
{
    m_groups.clear();
    if (m_reader)
        if (auto groups = m_reader->groupsWithCompletions(m_step->value()))
            m_groups = std::move(*groups);
    m_group->clear();
    for (const GroupRow& group : m_groups) {
        int right = 0;
        for (const CompletionRow& row : group.completions)
            right += row.correct;
        const int judged = judgedOf(group), all = int(group.completions.size());
        const QString prompt = shortLine(group.prompt.text, 90);
        m_group->addItem(judged == all ? tr("%1/%2 right: %3").arg(right).arg(all).arg(prompt)
                                       : rightText(right, judged, all) + tr(": ") + prompt);
        m_group->setItemData(
            m_group->count() - 1, plainToolTip(visibleText(group.prompt.text.substr(0, 2000))), Qt::ToolTipRole);
    }
    if (m_source->currentIndex() == 0) {
        useTask(m_task); // at another step the weights may be others
        showGroup();
    }
}

void LabRewardPage::showGroup()
{
    m_completion->clear();
    m_completion->addItem(tr("Take a completion…"), qint64(-1));
    if (m_group->currentIndex() < 0)
        return;
    if (!m_task.isEmpty())
        useTask({});
    const GroupRow& group = m_groups[size_t(m_group->currentIndex())];
    for (const CompletionRow& row : group.completions)
        m_completion->addItem(tr("%1: %2, %3, %4 tokens")
                                  .arg(row.position + 1)
                                  .arg(verdictText(row), row.reward ? figureText(*row.reward, 2) : tr("no reward"))
                                  .arg(row.tokens),
            qint64(row.id));
    setProblem(group.prompt.itemJson, group.prompt.text);
}

void LabRewardPage::takeCompletion()
{
    const qint64 id = m_completion->currentData().toLongLong();
    if (id >= 0 && m_reader)
        if (auto row = m_reader->completionText(id)) {
            m_recorded = std::move(*row);
            m_editor->setBytes(m_recorded->text);
        }
}

void LabRewardPage::edit(qint64 completionId)
{
    if (!m_reader)
        return;
    const auto row = m_reader->completionText(completionId);
    if (!row)
        return fail(translated(row.error().sentence()));
    m_source->setCurrentIndex(0);
    m_step->setMaximum(std::max(m_step->maximum(), int(row->step))); // the run has gone on
    goToStep(int(row->step));
    for (size_t g = 0; g < m_groups.size(); ++g)
        if (m_groups[g].id == row->groupId)
            m_group->setCurrentIndex(int(g));
    chooseSource();
    m_completion->setCurrentIndex(std::max(0, m_completion->findData(completionId)));
    takeCompletion();
    m_editor->setFocus();
}

void LabRewardPage::generate()
{
    if (m_source->currentIndex() != 1 || !isVisible())
        return;
    m_question.ask(problemCommand(m_config, m_seed->value()));
}

void LabRewardPage::setProblem(const std::string& item, const std::string& prompt)
{
    m_item = item;
    m_prompt = prompt;
    m_problem->setBytes(prompt);
    judgeSoon();
}

void LabRewardPage::judgeSoon()
{
    if (!m_soon.isActive())
        m_soon.start(); // no more often than this while keys keep coming
}

void LabRewardPage::judge()
{
    if (m_item.empty())
        return;
    if (!isVisible())
        return; // when it is looked at
    if (isBlank())
        return fail(tr("Write or choose a completion: it is judged while you type."));
    m_judgedText = m_editor->bytes();
    m_judge.judge(m_item, m_prompt, m_judgedText);
}

/// Nothing was written yet; a completion that a run stored may be empty, and is judged.
bool LabRewardPage::isBlank() const
{
    return m_editor->document()->isEmpty() && !(m_recorded && m_recorded->text.empty());
}

void LabRewardPage::fail(const QString& sentence)
{
    m_marks.clear();
    drawMarks();
    m_parts->setRows({});
    m_recordedNote->hide();
    m_verdict->setText(tr("Not judged"));
    m_reward->clear();
    m_answer->clear();
    m_answer->hide();
    m_needs->setText(translated(visibleText(sentence.toStdString())));
}

void LabRewardPage::present(const Json& answer)
{
    const std::string verdict = answer.value("verdict", ""), reason = answer.value("reason", "");
    const QString name = QString::fromStdString(verdict).replace(QLatin1Char('_'), QLatin1Char(' '));
    m_verdict->setText(translated(name.left(1).toUpper() + name.mid(1)));
    QPalette colours = palette();
    colours.setColor(QPalette::WindowText, kindColor(verdictKind(verdict), palette()));
    m_verdict->setPalette(colours);
    const double reward = jsonFigure(answer, "reward");
    QString sum = tr("reward %1").arg(figureText(reward));
    if (answer.contains("tokens"))
        sum += (answer["tokens"].get<int>() == 1 ? tr(" · %1 token") : tr(" · %1 tokens"))
                   .arg(answer["tokens"].get<int>());
    m_reward->setText(sum + QStringLiteral(" · ") + translated(visibleLine(answer.value("explanation", "")))
        + (reason.empty() || verdict == "correct" ? QString() : tr(" (%1)").arg(verdictText(verdict, reason))));

    const ByteMap places(m_judgedText);
    m_marks.clear();
    const auto mark = [&](const Json& place, Mark::Kind kind) {
        if (int(m_marks.size()) < kMostMarks)
            m_marks.push_back({ kind, places.position(place.value("begin", size_t(0))),
                places.position(place.value("end", size_t(0))) });
    };
    for (const Json& tag : answer.value("tags", Json::array()))
        mark(tag, Mark::Tag);
    for (const Json& word : answer.value("reflections", Json::array()))
        mark(word, Mark::Word);
    const Json found = answer.value("answer", Json());
    if (found.is_object()) {
        mark(found, Mark::Answer);
        const std::string normal = found.value("normal_form", ""), read = found.value("text", "");
        m_answer->setText(tr("Answer, characters %1 to %2: %3%4")
                              .arg(m_marks.back().begin + 1)
                              .arg(m_marks.back().end)
                              .arg(shortLine(read, 160),
                                  normal.empty() ? QString() : tr("   compared as: ") + shortLine(normal, 80)));
    } else {
        m_answer->setText(tr("No answer was found in it."));
    }
    m_answer->show();
    QStringList needs;
    for (const Json& need : answer.value("needs", Json::array()))
        if (need.is_string())
            needs << translated(visibleLine(need.get<std::string>()));
    const Json terms = answer.value("terms", Json::object());
    for (const auto& [name, term] : terms.items()) {
        const double most = jsonFigure(term, "largest"), value = jsonFigure(term, "value"),
                     weight = jsonFigure(term, "weight");
        if (weight > 0 && value < most - 1e-9 && name != "accuracy" && name != "format")
            needs << tr("%1 from %2 to %3, which adds %4.")
                         .arg(rewardPartName(visibleLine(name)), figureText(value), figureText(most),
                             figureText(weight * (most - value)));
        if (weight != 0 && std::isnan(value))
            needs << tr("Nothing for %1: it has no value here.").arg(rewardPartName(visibleLine(name)));
    }
    for (const Json& note : answer.value("notes", Json::array()))
        if (note.is_string())
            needs << translated(visibleLine(note.get<std::string>()));
    m_needs->setText(needs.isEmpty() ? tr("It needs nothing more for full marks.")
                                     : tr("It needs: ")
                + needs.join(QStringLiteral("\n• ")).prepend(needs.size() > 1 ? QStringLiteral("\n• ") : QString()));
    presentRecorded(answer);
    presentParts(terms);
    drawMarks();
}

/// What the run recorded of this very text, where the verifier says otherwise today.
void LabRewardPage::presentRecorded(const Json& answer)
{
    const std::string verdict = answer.value("verdict", "");
    const bool differs = m_recorded && m_task.isEmpty() && m_source->currentIndex() == 0
        && m_judgedText == m_recorded->text && verdict != m_recorded->verdict;
    if (differs)
        m_recordedNote->setText(tr("The run %1. Its step %2 was trained on what was recorded.")
                                    .arg(translated(recheckText({ m_recorded->id, m_recorded->verdict, verdict, {},
                                        m_recorded->reward.value_or(std::nan("")), jsonFigure(answer, "reward") })))
                                    .arg(m_recorded->step));
    m_recordedNote->setVisible(differs);
}

void LabRewardPage::presentParts(const Json& terms)
{
    double largest = 0;
    for (const auto& [name, term] : terms.items())
        largest = std::max(largest, std::abs(jsonFigure(term, "adds", 0)));
    std::vector<FigureRow> paid, measured;
    for (const auto& [name, term] : terms.items()) {
        const double value = jsonFigure(term, "value"), weight = jsonFigure(term, "weight"),
                     adds = jsonFigure(term, "adds"),
                     most = weight > 0 ? weight * jsonFigure(term, "largest") : std::nan("");
        FigureRow row;
        row.cells
            = { { rewardPartName(visibleLine(name)) }, { figureText(value), value }, { figureText(weight), weight },
                  { weight != 0 ? signedText(adds) : QString(), adds, {}, {},
                      largest > 0 && std::isfinite(adds) ? adds / largest : 0 },
                  { weight != 0 ? signedText(most) : QString(), most } };
        (weight != 0 ? paid : measured).push_back(std::move(row));
    }
    paid.insert(paid.end(), measured.begin(), measured.end());
    m_parts->setRows(std::move(paid));
}

void LabRewardPage::drawMarks()
{
    std::vector<Mark> marks = m_marks;
    const LabEdit::Hidden hidden = m_editor->hidden();
    for (size_t i = 0; i < hidden.places.size() && int(i) < kMostMarks; ++i)
        marks.push_back({ Mark::Hidden, hidden.places[i].first, hidden.places[i].second });
    m_note->setText(hidden.note);
    m_note->setVisible(!hidden.note.isEmpty());
    const int length = m_editor->document()->characterCount() - 1;
    QList<QTextEdit::ExtraSelection> selections;
    for (const Mark& mark : marks) {
        if (mark.begin >= mark.end || mark.end > length)
            continue; // of a text that has changed since
        QTextEdit::ExtraSelection selection;
        selection.cursor = QTextCursor(m_editor->document());
        selection.cursor.setPosition(mark.begin);
        selection.cursor.setPosition(mark.end, QTextCursor::KeepAnchor);
        if (mark.kind == Mark::Tag) {
            selection.format = spanFormat(TraceSpan::Tag, palette());
        } else if (mark.kind == Mark::Word) {
            selection.format = spanFormat(TraceSpan::Reflection, palette());
        } else {
            QColor tint = kindColor(mark.kind == Mark::Hidden ? QStringLiteral("bad")
                    : m_verdict->text() == tr("Correct")      ? QStringLiteral("good")
                                                              : QStringLiteral("warn"),
                palette());
            selection.format.setUnderlineColor(tint);
            selection.format.setUnderlineStyle(QTextCharFormat::SingleUnderline);
            tint.setAlpha(46);
            selection.format.setBackground(tint);
        }
        selections.append(selection);
    }
    m_editor->setExtraSelections(selections);
}

void LabRewardPage::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_table)
        drawMarks();
}

} // namespace aha
