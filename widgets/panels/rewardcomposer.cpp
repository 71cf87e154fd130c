#include "widgets/panels/rewardcomposer.h"

#include "core/config/weight_schedule.h"
#include "core/run/traincommand.h"
#include "widgets/language/translation.h"
#include "widgets/models/tracelistmodel.h"
#include "widgets/models/visibletext.h"
#include "widgets/panels/runschedules.h"
#include "widgets/panels/sessionpart.h"
#include "widgets/plots/scheduleplot.h"

#include <QComboBox>
#include <QGridLayout>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QRandomGenerator>
#include <QScrollArea>
#include <QSignalBlocker>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace aha {

namespace {

using Json = nlohmann::ordered_json;

QLabel* words(const QString& text, QWidget* parent)
{
    auto* made = new QLabel(text, parent);
    made->setTextFormat(Qt::PlainText);
    made->setWordWrap(true);
    return made;
}

QLineEdit* edit(const char* name, const QString& says, const QString& placeholder, QWidget* parent)
{
    auto* made = new QLineEdit(parent);
    made->setObjectName(QString::fromLatin1(name));
    made->setAccessibleName(says);
    made->setPlaceholderText(placeholder);
    return made;
}

/// The field of a part's weight: the key is not always the part's name.
const Field* weightField(std::vector<Field>& table, RewardConfig& rewards, const RewardWeight& part)
{
    for (const Field& field : table)
        if (const auto* number = std::get_if<double*>(&field.value); number && *number == &(rewards.*part.weight))
            return &field;
    return nullptr;
}

QString numberText(double value) { return QString::number(value, 'g', 6); }

} // namespace

RewardComposer::RewardComposer(const QString& engine, QWidget* parent)
    : QWidget(parent)
    , m_question(engine)
{
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    auto* scroll = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    m_page = new QWidget(scroll);
    setKeptElsewhere(m_page); // the draft; the sample is not of it
    auto* layout = new QVBoxLayout(m_page);
    layout->setContentsMargins(0, 0, 8, 0);
    layout->setSpacing(8);
    auto* add = new QPushButton(tr("Add a part"), m_page);
    add->setObjectName(QStringLiteral("addPart"));
    add->setAccessibleName(add->text());
    m_add = new QMenu(add);
    m_add->setToolTipsVisible(true);
    add->setMenu(m_add);
    connect(m_add, &QMenu::aboutToShow, this, &RewardComposer::fillAddMenu);
    auto* top = new QHBoxLayout;
    auto* title = words(tr("Reward = sum of weight × part"), m_page);
    title->setProperty("role", QStringLiteral("title"));
    top->addWidget(title, 1);
    top->addWidget(add);
    layout->addLayout(top);
    m_grid = new QGridLayout;
    m_grid->setHorizontalSpacing(8);
    m_grid->setVerticalSpacing(3);
    m_grid->setColumnStretch(2, 1);
    layout->addLayout(m_grid);
    m_schedules = new SchedulePlot(m_page);
    m_schedules->setObjectName(QStringLiteral("weightSchedules"));
    m_schedules->hide();
    layout->addWidget(m_schedules);
    m_expressionLabel = words(tr("Your expression over the parts' names"), m_page);
    m_expression = edit(
        "composerExpression", m_expressionLabel->text(), QStringLiteral("accuracy * (1 - 0.2 * truncated)"), m_page);
    m_programLabel = words(tr("Your program: a JSON line in, a score out"), m_page);
    m_program = edit("composerProgram", m_programLabel->text(), QStringLiteral("python3 my_reward.py"), m_page);
    for (QWidget* one : { static_cast<QWidget*>(m_expressionLabel), static_cast<QWidget*>(m_expression),
             static_cast<QWidget*>(m_programLabel), static_cast<QWidget*>(m_program) })
        layout->addWidget(one);
    auto* together = new QGridLayout;
    together->setColumnStretch(1, 1);
    m_aggregationLabel = words(tr("Put together"), m_page);
    m_aggregation = new QComboBox(m_page);
    m_aggregation->setObjectName(QStringLiteral("composerAggregation"));
    m_aggregation->setAccessibleName(tr("How the parts are put together"));
    m_aggregation->addItem(tr("sum, then normalise over the group"), QStringLiteral("sum_then_normalize"));
    m_aggregation->addItem(tr("normalise each part, then sum (GDPO)"), QStringLiteral("normalize_then_sum"));
    m_scaleLabel = words(tr("Divide by"), m_page);
    m_scale = new QComboBox(m_page);
    m_scale->setObjectName(QStringLiteral("composerScale"));
    m_scale->setAccessibleName(tr("What advantages are divided by"));
    m_scale->addItem(tr("the deviation of the group"), QStringLiteral("group"));
    m_scale->addItem(tr("the deviation of the batch"), QStringLiteral("batch"));
    m_scale->addItem(tr("nothing (Dr. GRPO)"), QStringLiteral("none"));
    together->addWidget(m_aggregationLabel, 0, 0);
    together->addWidget(m_aggregation, 0, 1);
    together->addWidget(m_scaleLabel, 1, 0);
    together->addWidget(m_scale, 1, 1);
    layout->addLayout(together);
    m_says = words(QString(), m_page);
    m_says->setObjectName(QStringLiteral("composerSays"));
    m_says->setProperty("role", QStringLiteral("error"));
    layout->addWidget(m_says);
    buildSample(layout);
    layout->addStretch(1);
    scroll->setWidget(m_page);
    outer->addWidget(scroll);
    connect(m_aggregation, &QComboBox::activated, this, [this] {
        Q_EMIT changed(
            QStringLiteral("algorithm.multi_objective_aggregation"), m_aggregation->currentData().toString());
    });
    connect(m_scale, &QComboBox::activated, this,
        [this] { Q_EMIT changed(QStringLiteral("algorithm.scale_rewards"), m_scale->currentData().toString()); });
    connect(m_expression, &QLineEdit::textEdited, this, [this](const QString& text) {
        m_typing = m_expression;
        Q_EMIT changed(QStringLiteral("rewards.expression_text"), text);
        m_typing = nullptr;
    });
    connect(m_program, &QLineEdit::textEdited, this, [this](const QString& text) {
        m_typing = m_program;
        Q_EMIT changed(QStringLiteral("rewards.program_command"), text);
        m_typing = nullptr;
    });
    arrange();
}

void RewardComposer::buildSample(QVBoxLayout* layout)
{
    auto* title = words(tr("Test on a sample"), m_page);
    title->setProperty("role", QStringLiteral("title"));
    m_problem = edit(
        "sampleProblem", tr("Problem as JSON"), QStringLiteral("{\"numbers\": [3, 5, 7], \"target\": 26}"), m_page);
    m_completion = new QPlainTextEdit(m_page);
    m_completion->setObjectName(QStringLiteral("sampleCompletion"));
    m_completion->setAccessibleName(tr("Completion"));
    m_completion->setPlaceholderText(QStringLiteral("<think> … </think> <answer> … </answer>"));
    m_completion->setTabChangesFocus(true);
    m_completion->setFixedHeight(m_completion->fontMetrics().lineSpacing() * 4 + 12);
    for (QWidget* own : { static_cast<QWidget*>(m_problem), static_cast<QWidget*>(m_completion) })
        setKeptElsewhere(own, false);
    m_draw = new QPushButton(tr("A problem of the task"), m_page);
    m_draw->setObjectName(QStringLiteral("sampleDraw"));
    m_test = new QPushButton(tr("Test"), m_page);
    m_test->setObjectName(QStringLiteral("sampleTest"));
    for (QPushButton* one : { m_draw, m_test })
        one->setAccessibleName(one->text());
    m_score = words(QString(), m_page);
    m_score->setObjectName(QStringLiteral("sampleScore"));
    m_score->setTextInteractionFlags(Qt::TextSelectableByMouse);
    auto* buttons = new QHBoxLayout;
    buttons->addWidget(m_draw);
    buttons->addStretch(1);
    buttons->addWidget(m_test);
    layout->addWidget(title);
    layout->addWidget(m_problem);
    layout->addWidget(m_completion);
    layout->addLayout(buttons);
    layout->addWidget(m_score);
    connect(m_draw, &QPushButton::clicked, this, &RewardComposer::askForProblem);
    connect(m_test, &QPushButton::clicked, this, &RewardComposer::test);
    connect(&m_question, &EngineQuestion::answered, this, [this](const Json& answer) {
        if (m_asksProblem)
            m_problem->setText(QString::fromStdString(answer.dump()));
        m_asksProblem ? m_score->clear() : showScore(answer);
    });
    connect(&m_question, &EngineQuestion::failed, this, [this](const QString& sentence) {
        m_score->setText((m_asksProblem ? tr("No problem: ") : tr("Not scored: "))
            + translated(visibleText(sentence.toStdString())));
    });
}

QStringList RewardComposer::parts() const
{
    QStringList names;
    for (const Row& row : m_rows)
        names << row.part;
    return names;
}

void RewardComposer::setConfig(const RunConfig& config)
{
    const bool otherSchedule = config.rewards.weightSchedule != m_config.rewards.weightSchedule;
    m_config = config;
    if (otherSchedule) {
        QHash<QString, QString> curves;
        const auto parsed = parseWeightSchedule(config.rewards.weightSchedule);
        if (parsed)
            for (const WeightCurve& curve : *parsed) {
                QStringList points;
                for (const auto& [step, weight] : curve.points)
                    points << numberText(weight) + QLatin1Char('@') + QString::number(step);
                curves[QString::fromLatin1(curve.part.name)] = points.join(QLatin1Char(' '));
            }
        // What is being typed means the same, or is not a schedule yet: it stays.
        for (const Row& row : m_rows)
            if (row.schedule == m_typing)
                curves[row.part] = row.schedule->text();
        if (parsed)
            m_curves = curves;
    }
    QStringList wanted;
    for (const RewardWeight& part : kRewardWeights)
        if (isWeighed(m_config.rewards, part.weight) || m_added.contains(QLatin1String(part.name))
            || m_curves.contains(QLatin1String(part.name)))
            wanted << QString::fromLatin1(part.name);
    if (wanted != parts())
        arrange();
    showValues();
}

void RewardComposer::arrange()
{
    while (QLayoutItem* item = m_grid->takeAt(0)) {
        if (item->widget())
            item->widget()->deleteLater();
        delete item;
    }
    m_rows.clear();
    std::vector<Field> table = fields(m_config);
    int at = 0;
    for (const char* head : { "Part", "Weight", "Over the steps (weight@step)" }) {
        QLabel* label = words(translated(head), m_page);
        label->setProperty("role", QStringLiteral("hint"));
        m_grid->addWidget(label, 0, at++);
    }
    for (const RewardWeight& part : kRewardWeights) {
        const QString name = QString::fromLatin1(part.name);
        const Field* field = weightField(table, m_config.rewards, part);
        if (!field || !(isWeighed(m_config.rewards, part.weight) || m_added.contains(name) || m_curves.contains(name)))
            continue;
        Row row;
        row.part = name;
        row.path = QString::fromStdString(field->info.path());
        QLabel* label = words(translated(field->info.label), m_page);
        label->setToolTip(plainToolTip(translated(field->info.help)));
        const QString says = label->text();
        row.weight = edit("", says + tr(", weight"), {}, m_page);
        row.weight->setObjectName(QStringLiteral("weight.") + name);
        row.weight->setMaximumWidth(72);
        row.schedule = edit("", says + tr(", weights over the steps"), tr("constant, or 0@1 1@100"), m_page);
        row.schedule->setObjectName(QStringLiteral("schedule.") + name);
        label->setBuddy(row.weight);
        auto* remove = new QToolButton(m_page);
        remove->setObjectName(QStringLiteral("remove.") + name);
        remove->setText(QStringLiteral("✕"));
        remove->setAutoRaise(true);
        remove->setAccessibleName(tr("Remove ") + says);
        const int line = int(m_rows.size()) + 1;
        m_grid->addWidget(label, line, 0);
        m_grid->addWidget(row.weight, line, 1);
        m_grid->addWidget(row.schedule, line, 2);
        m_grid->addWidget(remove, line, 3);
        connect(row.weight, &QLineEdit::textEdited, this,
            [this, name, weight = row.weight, path = row.path](const QString& text) {
                if (!m_added.contains(name))
                    m_added << name; // a 0 on the way to 0.5 does not take the row away
                m_typing = weight;
                Q_EMIT changed(path, text.trimmed());
                m_typing = nullptr;
            });
        connect(row.schedule, &QLineEdit::textEdited, this, [this, name, schedule = row.schedule](const QString& text) {
            if (!m_added.contains(name))
                m_added << name;
            text.trimmed().isEmpty() ? void(m_curves.remove(name)) : void(m_curves[name] = text);
            m_typing = schedule;
            scheduleEdited();
            m_typing = nullptr;
        });
        connect(remove, &QToolButton::clicked, this, [this, name, path = row.path] {
            m_added.removeAll(name);
            if (m_curves.remove(name) > 0)
                scheduleEdited();
            Q_EMIT changed(path, QStringLiteral("0"));
        });
        m_rows.push_back(row);
    }
}

void RewardComposer::showValues()
{
    std::vector<Field> table = fields(m_config);
    for (const Row& row : m_rows) {
        for (const Field& field : table)
            if (QString::fromStdString(field.info.path()) == row.path && row.weight != m_typing)
                row.weight->setText(QString::fromStdString(field.toText()));
        if (row.schedule != m_typing)
            row.schedule->setText(m_curves.value(row.part));
        row.weight->setEnabled(!m_curves.contains(row.part)); // the schedule takes its place
    }
    const QSignalBlocker quietA(m_aggregation), quietB(m_scale);
    m_aggregation->setCurrentIndex(m_aggregation->findData(QString::fromStdString(m_config.algorithm.aggregation)));
    m_scale->setCurrentIndex(m_scale->findData(QString::fromStdString(m_config.algorithm.scaleRewards)));
    const bool groups = m_config.general.kind == "grpo";
    for (QWidget* one : { static_cast<QWidget*>(m_aggregation), static_cast<QWidget*>(m_scale),
             static_cast<QWidget*>(m_aggregationLabel), static_cast<QWidget*>(m_scaleLabel) })
        one->setVisible(groups);
    const QStringList used = parts();
    for (const auto& [part, label, line, text] :
        { std::tuple(QStringLiteral("expression"), m_expressionLabel, m_expression, m_config.rewards.expressionText),
            std::tuple(QStringLiteral("program"), m_programLabel, m_program, m_config.rewards.programCommand) }) {
        label->setVisible(used.contains(part));
        line->setVisible(used.contains(part));
        if (line != m_typing)
            line->setText(QString::fromStdString(text));
    }
    const bool online = stageOf(m_config.general.kind) == Stage::Online;
    setEnabled(online);
    QString says;
    if (!online)
        says = tr("%1 learns from rows and has no rewards.").arg(QString::fromStdString(m_config.general.kind));
    else if (const auto curves = parseWeightSchedule(m_config.rewards.weightSchedule); !curves)
        says = translated(visibleText(curves.error().sentence()));
    m_says->setText(says);
    m_says->setVisible(!says.isEmpty());
    showSchedules();
}

void RewardComposer::showSchedules()
{
    const RunSchedule schedules = weightSchedules(m_config);
    if (schedules.lines.isEmpty() && m_typing && !m_curves.isEmpty())
        return; // half typed: the curve before it stays, and the rows below do not jump
    m_schedules->setSchedules(schedules.axis, schedules.lines);
    m_schedules->setVisible(!schedules.lines.isEmpty() && isEnabled());
}

void RewardComposer::fillAddMenu()
{
    m_add->clear();
    std::vector<Field> table = fields(m_config);
    const QStringList used = parts();
    for (const RewardWeight& part : kRewardWeights) {
        const QString name = QString::fromLatin1(part.name);
        const Field* field = weightField(table, m_config.rewards, part);
        if (!field || used.contains(name))
            continue;
        QAction* action = m_add->addAction(
            translated(field->info.label), this, [this, name, path = QString::fromStdString(field->info.path())] {
                m_added << name;
                Q_EMIT changed(path, QStringLiteral("1"));
            });
        action->setObjectName(QStringLiteral("add.") + name);
        action->setToolTip(plainToolTip(translated(field->info.help)));
    }
}

void RewardComposer::scheduleEdited()
{
    QStringList curves;
    for (const RewardWeight& part : kRewardWeights)
        if (const QString name = QString::fromLatin1(part.name); m_curves.contains(name))
            curves << name + QStringLiteral(": ") + m_curves[name].trimmed();
    Q_EMIT changed(QStringLiteral("rewards.weight_schedule"), curves.join(QStringLiteral("; ")));
}

QStringList RewardComposer::rewardSettings() const
{
    QStringList found;
    const QStringList all = settingsBetween(RunConfig {}, m_config);
    for (int i = 0; i + 1 < all.size(); i += 2)
        for (const char* group : { "rewards.", "task.", "sandbox.", "data.verifier", "data.extraction",
                 "rollout.max_completion_length", "rollout.stop", "model.path" }) // whose tokenizer counts
            if (all[i + 1].startsWith(QLatin1String(group)))
                found << all[i] << all[i + 1];
    return found;
}

void RewardComposer::askForProblem()
{
    m_asksProblem = true;
    m_score->setText(tr("Asking for a problem…"));
    m_question.ask(problemCommand(m_config, QRandomGenerator::global()->bounded(1'000'000)));
}

void RewardComposer::test()
{
    Json line = Json::parse(
        m_problem->text().isEmpty() ? m_problem->placeholderText().toStdString() : m_problem->text().toStdString(),
        nullptr, false);
    if (!line.is_object()) {
        m_score->setText(
            tr("The problem is not a JSON object such as ") + m_problem->placeholderText() + QStringLiteral("."));
        return;
    }
    line["completion"] = m_completion->toPlainText().toStdString();
    m_asksProblem = false;
    m_score->setText(tr("The engine scores it…"));
    m_question.ask(QStringList { QStringLiteral("reward"), QStringLiteral("--explain"), QStringLiteral("--task"),
                       QString::fromStdString(m_config.task.name), QStringLiteral("--tokens") }
            + rewardSettings(),
        QByteArray::fromStdString(line.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n"));
}

void RewardComposer::showScore(const Json& answer)
{
    const auto text = [&](const char* key) {
        return answer.contains(key) && answer[key].is_string() ? visibleText(answer[key].get<std::string>())
                                                               : QString();
    };
    if (!answer.contains("reward") || !answer["reward"].is_number()) {
        m_score->setText(tr("Not scored: ") + translated(text("message")));
        return;
    }
    QStringList lines { tr("Reward %1. Verdict: %2. %3")
                            .arg(numberText(answer["reward"].get<double>()),
                                verdictText(text("verdict").toStdString(), text("reason").toStdString()),
                                translated(text("explanation"))) };
    if (answer.contains("terms") && answer["terms"].is_object())
        for (const auto& [name, term] : answer["terms"].items())
            if (term.is_object() && term.contains("value") && term.contains("weight") && term["weight"].is_number()
                && term["weight"].get<double>() != 0)
                lines << QStringLiteral("%1: %2 × %3")
                             .arg(rewardPartName(visibleLine(name)),
                                 term["value"].is_number() ? numberText(term["value"].get<double>()) : tr("no value"),
                                 numberText(term["weight"].get<double>()));
    if (answer.contains("needs") && answer["needs"].is_array() && !answer["needs"].empty()) {
        lines << tr("What it would need:");
        for (const auto& need : answer["needs"])
            if (need.is_string())
                lines << QStringLiteral("– ") + translated(visibleText(need.get<std::string>()));
    }
    if (answer.contains("notes") && answer["notes"].is_array()) // why a part has no value
        for (const auto& note : answer["notes"])
            if (note.is_string())
                lines << translated(visibleText(note.get<std::string>()));
    m_score->setText(lines.join(QLatin1Char('\n')));
}

} // namespace aha
