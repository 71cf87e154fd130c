#include "widgets/panels/labwhatifpage.h"

#include "core/store/run_reader.h"
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
#include <QDoubleSpinBox>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QSpinBox>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace aha {

using Json = nlohmann::ordered_json;

namespace {

constexpr int kSoonMs = 250, kSumsWidth = 276, kNarrowest = 560, kFieldSpacing = 10, kVerdictWidth = 96;
constexpr double kPullUnit = 1000; // a token's gradient is some thousandths
enum Column { Place, Verdict, Reward, Tokens, Before, After, Change, PullBefore, PullAfter };

std::vector<FigureTable::Column> rowColumns()
{
    return { { tr("Group/no."), {}, true },
        { tr("Verdict"), tr("As the run stored it.") + QLatin1Char(' ') + verdictColours() },
        { tr("Reward"), tr("As the run stored it"), true }, { tr("Tokens"), {}, true },
        { tr("A was"), tr("Advantage that the run stored"), true },
        { tr("A if"), tr("Advantage under these settings"), true }, { tr("Change"), {}, true },
        { tr("Gradient was × 1000"),
            tr("Gradient of the run's own loss at the completion: the sum over its tokens of its derivative by their "
               "log-probability, turned so that up is likelier"),
            true },
        { tr("Gradient if × 1000"), tr("The same under these settings"), true } };
}

std::vector<FigureTable::Column> sumColumns()
{
    return { { tr("Of the step") }, { tr("Was"), {}, true }, { tr("If"), {}, true } };
}

std::vector<double> numbers(const Json& json, const char* key)
{
    std::vector<double> all;
    if (json.is_object() && json.contains(key) && json[key].is_array())
        for (const Json& value : json[key])
            all.push_back(value.is_number() ? value.get<double>() : std::nan(""));
    return all;
}

template <class Box> Box* named(Box* box, const char* name, const QString& label, const QString& help)
{
    box->setObjectName(QLatin1String(name));
    box->setAccessibleName(label);
    box->setToolTip(plainToolTip(help));
    return box;
}

QDoubleSpinBox* clip(QWidget* parent, double step, int decimals, double most)
{
    auto* box = new QDoubleSpinBox(parent);
    box->setLocale(QLocale::c());
    box->setDecimals(decimals);
    box->setSingleStep(step);
    box->setRange(0, most);
    return box;
}

double sum(const std::vector<double>& values) { return std::accumulate(values.begin(), values.end(), 0.0); }

} // namespace

LabWhatIfPage::LabWhatIfPage(const QString& engine, QWidget* parent)
    : QWidget(parent)
    , m_question(engine)
    , m_step(named(new QSpinBox(this), "whatIfStep", tr("Step"), {}))
    , m_scaling(named(new QComboBox(this), "whatIfScaling", tr("Scaling"),
          tr("What the differences to the group's mean are divided by (scale_rewards)")))
    , m_loss(named(new QComboBox(this), "whatIfLoss", tr("Normalisation"),
          tr("Of lengths. grpo: each completion weighs the same, so a long one's tokens less. bnpo, dapo: "
             "each token weighs "
             "the same. dr_grpo: divided by a constant.")))
    , m_level(named(new QComboBox(this), "whatIfLevel", tr("Ratio of"),
          tr("What is clipped: each token's ratio, or that of the whole sequence (GSPO)")))
    , m_policy(named(new QComboBox(this), "whatIfPolicy", tr("Policy"),
          tr("Before a step's first update all ratios are 1 and nothing is clipped. With a checkpoint as the "
             "policy, ratios are its own to the one that sampled.")))
    , m_beta(named(clip(this, 0.01, 4, 10), "whatIfBeta", tr("KL weight β"),
          tr("Above 0 the reference model is loaded, which takes some seconds")))
    , m_low(named(clip(this, 0.05, 4, 1), "whatIfLow", tr("Clip low"),
          tr("How far below 1 a token's ratio may fall before it is clipped (epsilon)")))
    , m_high(named(clip(this, 0.05, 4, 100), "whatIfHigh", tr("Clip high"),
          tr("How far above 1 a token's ratio may rise before it is clipped (epsilon_high)")))
    , m_reset(new QPushButton(tr("As the run"), this))
    , m_grid(new QGridLayout)
    , m_note(new QLabel(this))
    , m_sums(new FigureTable(sumColumns(), this))
    , m_rows(new FigureTable(rowColumns(), this))
    , m_order(new FigureFilter(m_rows, this))
{
    m_reset->setObjectName(QStringLiteral("whatIfReset"));
    m_reset->setAccessibleName(tr("Settings as the run has them"));
    m_step->setKeyboardTracking(false);
    RunConfig any;
    for (const Field& field : fields(any))
        if (field.info.group == "algorithm") {
            QComboBox* box = field.info.key == "scale_rewards"  ? m_scaling
                : field.info.key == "loss_type"                 ? m_loss
                : field.info.key == "importance_sampling_level" ? m_level
                                                                : nullptr;
            for (size_t i = 0; box && i < field.info.choices.size(); ++i)
                box->addItem(QString::fromStdString(field.info.choices[i]));
        }
    m_note->setObjectName(QStringLiteral("whatIfNote"));
    m_note->setTextFormat(Qt::PlainText);
    m_note->setWordWrap(true);
    const auto key = [](int c) { return QString::number(c); };
    auto* sums = new FigureFilter(m_sums, this);
    m_sumTable = new TraceTable(
        QStringLiteral("whatIfSums"), tr("The step as it was and as it would be"), sums, key, {}, this);
    m_sumTable->setStretchColumn(0);
    m_sumTable->setFixedWidth(kSumsWidth);
    m_sumTable->setWordWrap(true);
    connect(m_sumTable->horizontalHeader(), &QHeaderView::sectionResized, this, &LabWhatIfPage::fitLines);
    m_table
        = new TraceTable(QStringLiteral("whatIfTable"), tr("Completions with both advantages"), m_order, key, {}, this);
    m_table->setItemDelegateForColumn(Verdict, new BadgeDelegate(FigureTable::KindRole, m_table));
    for (const int column : { Before, After })
        m_table->setItemDelegateForColumn(column, new BarDelegate(FigureTable::BarRole, true, m_table));
    m_table->setStretchColumn(Verdict, kVerdictWidth);
    m_table->setSortingEnabled(true);
    m_table->sortByColumn(-1, Qt::AscendingOrder);
    m_table->setToolTip(plainToolTip(tr("Enter or a double click opens the completion")));

    m_grid->setHorizontalSpacing(kFieldSpacing);
    m_grid->setVerticalSpacing(4);
    for (QWidget* box :
        std::initializer_list<QWidget*> { m_step, m_scaling, m_loss, m_beta, m_level, m_low, m_high, m_policy }) {
        auto* label = new QLabel(box->accessibleName(), this);
        label->setBuddy(box);
        m_fields.push_back({ label, box });
    }
    m_grid->setColumnStretch(int(m_fields.size()) + 1, 1);
    arrange();
    auto* tables = new QHBoxLayout;
    tables->setSpacing(12);
    tables->addWidget(m_sumTable);
    tables->addWidget(m_table, 1);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 8, 0, 0);
    layout->setSpacing(8);
    layout->addLayout(m_grid);
    layout->addWidget(m_note);
    layout->addLayout(tables, 1);
    layout->addStretch(0); // takes the room while there are no tables
    hideWhileEmpty(m_table, m_rows);
    hideWhileEmpty(m_sumTable, m_sums);

    m_soon.setSingleShot(true);
    m_soon.setInterval(kSoonMs);
    connect(&m_soon, &QTimer::timeout, this, &LabWhatIfPage::ask);
    const auto soon = [this] {
        m_isStale = true;
        m_soon.start();
    };
    for (QComboBox* box : { m_scaling, m_loss, m_level, m_policy })
        connect(box, &QComboBox::currentIndexChanged, this, soon);
    for (QDoubleSpinBox* box : { m_beta, m_low, m_high })
        connect(box, &QDoubleSpinBox::valueChanged, this, soon);
    connect(m_step, &QSpinBox::valueChanged, this, soon);
    connect(m_reset, &QPushButton::clicked, this, &LabWhatIfPage::reset);
    connect(m_table, &QTableView::activated, this, [this](const QModelIndex& index) {
        Q_EMIT completionPicked(m_folder, index.data(FigureTable::IdRole).toLongLong());
    });
    connect(&m_question, &EngineQuestion::answered, this, &LabWhatIfPage::present);
    connect(&m_question, &EngineQuestion::failed, this, [this](const QString& sentence) {
        m_rows->setRows({});
        m_sums->setRows({});
        say(translated(visibleText(sentence.toStdString())), true);
    });
    keepElsewhere(inputs());
    setRun({}, defaultConfig("grpo"));
}

LabWhatIfPage::~LabWhatIfPage() = default;

QSize LabWhatIfPage::minimumSizeHint() const { return { kNarrowest, QWidget::minimumSizeHint().height() }; }

void LabWhatIfPage::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    arrange();
}

void LabWhatIfPage::arrange()
{
    int needed = m_reset->sizeHint().width();
    for (const auto& [label, box] : m_fields)
        needed += std::max(label->sizeHint().width(), box->sizeHint().width()) + kFieldSpacing;
    const int all = int(m_fields.size()), perLine = needed <= width() ? all : (all + 1) / 2;
    if (perLine == m_perLine)
        return;
    m_perLine = perLine;
    for (int i = 0; i < all; ++i) {
        const auto& [label, box] = m_fields[size_t(i)];
        m_grid->addWidget(label, i / perLine * 2, i % perLine);
        m_grid->addWidget(box, i / perLine * 2 + 1, i % perLine);
    }
    m_grid->addWidget(m_reset, (all - 1) / perLine * 2 + 1, perLine);
}

void LabWhatIfPage::setRun(const QString& folder, const RunConfig& config)
{
    m_question.cancel();
    m_folder = folder;
    m_config = config;
    m_reader.reset();
    m_rows->setRows({});
    m_sums->setRows({});
    if (!folder.isEmpty())
        if (auto reader = RunReader::open(folder.toStdString()))
            m_reader = std::move(*reader);
    const Result<int64_t> last = m_reader ? m_reader->lastStep() : Result<int64_t>(0);
    const int steps = last ? int(std::max<int64_t>(*last, 0)) : 0;
    m_step->setRange(steps > 0 ? 1 : 0, steps);
    m_step->setValue(steps);
    m_policy->clear();
    m_policy->addItem(tr("that sampled"), -1);
    if (m_reader)
        if (const auto checkpoints = m_reader->checkpoints())
            for (const CheckpointRow& row : *checkpoints)
                if (!row.removed)
                    m_policy->addItem(tr("of step %1").arg(row.step), int(row.step));
    reset();
    m_asRun = fieldValues(inputs());
    for (QWidget* widget :
        { static_cast<QWidget*>(m_step), static_cast<QWidget*>(m_scaling), static_cast<QWidget*>(m_loss),
            static_cast<QWidget*>(m_level), static_cast<QWidget*>(m_policy), static_cast<QWidget*>(m_beta),
            static_cast<QWidget*>(m_low), static_cast<QWidget*>(m_high), static_cast<QWidget*>(m_reset) })
        widget->setEnabled(m_reader != nullptr);
    if (!m_reader)
        say(tr("Choose a run of reinforcement learning above: the advantages of its stored rewards are worked "
               "out again under other settings."),
            false);
}

void LabWhatIfPage::reset()
{
    m_scaling->setCurrentText(QString::fromStdString(m_config.algorithm.scaleRewards));
    m_loss->setCurrentText(QString::fromStdString(m_config.algorithm.lossType));
    m_level->setCurrentText(QString::fromStdString(m_config.algorithm.importanceLevel));
    m_beta->setValue(m_config.algorithm.beta);
    m_low->setValue(m_config.algorithm.epsilon);
    m_high->setValue(m_config.algorithm.epsilonHigh);
    m_policy->setCurrentIndex(0);
    m_isStale = true;
    m_soon.start();
}

void LabWhatIfPage::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    arrange();
    if (m_isStale)
        m_soon.start();
}

void LabWhatIfPage::ask()
{
    if (!m_reader || !isVisible())
        return;
    m_isStale = false;
    const auto number = [](const QDoubleSpinBox* box) { return QString::number(box->value(), 'g', 10); };
    const QString settings
        = QStringLiteral("if=algorithm.scale_rewards=%1,algorithm.loss_type=%2,"
                         "algorithm.importance_sampling_level=%3,algorithm.beta=%4,algorithm.epsilon=%5,"
                         "algorithm.epsilon_high=%6")
              .arg(m_scaling->currentText(), m_loss->currentText(), m_level->currentText(), number(m_beta),
                  number(m_low), number(m_high));
    QStringList arguments { QStringLiteral("whatif"), m_folder, QStringLiteral("--json"), QStringLiteral("--step"),
        QString::number(m_step->value()), QStringLiteral("--loss"), QStringLiteral("run"), QStringLiteral("--loss"),
        settings };
    if (m_policy->currentData().toInt() >= 0)
        arguments << QStringLiteral("--policy") << QString::number(m_policy->currentData().toInt());
    m_question.ask(arguments);
    say(m_beta->value() > 0 || m_policy->currentIndex() > 0 ? tr("The engine loads a model for log-probabilities …")
                                                            : tr("Working it out …"),
        false);
}

void LabWhatIfPage::present(const Json& report)
{
    const Json settings = report.value("settings", Json::array());
    if (settings.size() != 2 || !m_reader)
        return say(tr("The engine gave no answer for this step."), true);
    const Json &was = settings[0], &now = settings[1];
    const std::vector<double> before = numbers(report, "stored_advantage"), after = numbers(now, "advantage"),
                              pullBefore = numbers(was, "completion_pull"), pullAfter = numbers(now, "completion_pull");
    double largest = 1e-12;
    for (const std::vector<double>* all : { &before, &after })
        for (const double value : *all)
            largest = std::max(largest, std::isfinite(value) ? std::abs(value) : 0);
    std::vector<FigureRow> rows;
    const auto groups = m_reader->groupsWithCompletions(m_step->value());
    size_t i = 0;
    for (size_t g = 0; groups && g < groups->size(); ++g)
        for (const CompletionRow& row : (*groups)[g].completions) {
            if (i >= before.size() || i >= after.size() || i >= pullBefore.size() || i >= pullAfter.size())
                break;
            FigureRow line;
            line.id = row.id;
            const double reward = row.reward.value_or(std::nan(""));
            line.cells = { { QStringLiteral("%1/%2").arg((*groups)[g].position + 1).arg(row.position + 1),
                               (*groups)[g].position * 1e6 + row.position },
                { verdictText(row), std::nan(""), verdictReason(row),
                    row.correct ? QStringLiteral("good") : verdictKind(row.verdict) },
                { figureText(reward, 2), reward }, { QString::number(row.tokens), double(row.tokens) },
                { signedText(before[i]), before[i], {}, {}, before[i] / largest },
                { signedText(after[i]), after[i], {}, {}, after[i] / largest },
                { signedText(after[i] - before[i]), after[i] - before[i] },
                { signedText(kPullUnit * pullBefore[i]), pullBefore[i] },
                { signedText(kPullUnit * pullAfter[i]), pullAfter[i] } };
            rows.push_back(std::move(line));
            ++i;
        }
    m_rows->setRows(std::move(rows));
    presentSums(was, now, before, after);
    QString text = tr("Step %1, n = %2 completions in groups of %3.")
                       .arg(m_step->value())
                       .arg(before.size())
                       .arg(int(jsonFigure(report, "group_size", 0)));
    for (const Json& note : report.value("notes", Json::array()))
        if (note.is_string()) {
            QString said = visibleLine(note.get<std::string>());
            const bool more = said.endsWith(QLatin1String(" See --policy."));
            said = translated(said.remove(QLatin1String(" See --policy.")));
            text += QLatin1Char(' ') + said + (more ? tr(" Choose another policy to see clipping.") : QString());
        }
    say(text, false);
}

void LabWhatIfPage::presentSums(
    const Json& was, const Json& now, const std::vector<double>& before, const std::vector<double>& after)
{
    std::vector<FigureRow> rows;
    const auto add = [&](const char* name, const char* help, const QString& a, const QString& b) {
        FigureRow row;
        row.cells = { { translated(name), std::nan(""), translated(help) }, { a }, { b } };
        rows.push_back(std::move(row));
    };
    const auto meanSize = [](const std::vector<double>& values) {
        double all = 0;
        for (const double value : values)
            all += std::abs(value);
        return values.empty() ? std::nan("") : all / double(values.size());
    };
    const auto percent = [](double share) { return figureText(100 * share, 1) + QStringLiteral(" %"); };
    const Json a = was.value("pull", Json::object()), b = now.value("pull", Json::object());
    const auto both = [&](const char* name, const char* help, const char* key, double scale, bool isPercent) {
        const double x = scale * jsonFigure(a, key), y = scale * jsonFigure(b, key);
        add(name, help, isPercent ? percent(x) : signedText(x), isPercent ? percent(y) : signedText(y));
    };
    add("Σ advantages", "About 0 where a group's mean is taken off", signedText(sum(before)), signedText(sum(after)));
    add("mean |A|", "Mean size of the advantages, whatever their sign", figureText(meanSize(before)),
        figureText(meanSize(after)));
    add("A > 0", "Share of completions with a positive advantage", percent(jsonFigure(was, "positive")),
        percent(jsonFigure(now, "positive")));
    add("groups without variance", "They teach nothing", percent(jsonFigure(was, "zero_variance")),
        percent(jsonFigure(now, "zero_variance")));
    add("sign changes", "Completions whose advantage has another sign than the run stored",
        figureText(jsonFigure(was, "sign_changes"), 0), figureText(jsonFigure(now, "sign_changes"), 0));
    add("correlation", "Of advantages with the stored ones", figureText(jsonFigure(was, "correlation")),
        figureText(jsonFigure(now, "correlation")));
    both("Σ gradient up × 1000", "Sum over tokens of what raises their log-probability; in the unit of the table", "up",
        kPullUnit, false);
    both("Σ gradient down × 1000", "Sum over tokens of what lowers it; in the unit of the table", "down", kPullUnit,
        false);
    both("correlation with length", "Of a completion's mean gradient a token with its length",
        "correlation_with_length", 1, false);
    both("clipped low", "Share of tokens that the lower clip takes out", "clipped_low", 1, true);
    both("clipped high", "Share of tokens that the upper clip takes out", "clipped_high", 1, true);
    both("tokens without gradient", "Share of tokens that are clipped or whose advantage is 0", "silent", 1, true);
    m_sums->setRows(std::move(rows));
    fitLines();
}

QWidgetList LabWhatIfPage::inputs() const
{
    return { m_step, m_scaling, m_loss, m_level, m_policy, m_beta, m_low, m_high };
}

QJsonObject LabWhatIfPage::typed() const { return changedValues(inputs(), m_asRun); }

void LabWhatIfPage::restoreTyped(const QJsonObject& state) { putFieldValues(inputs(), state); }

/// There is room below: a name that is too long for its column takes a second line.
void LabWhatIfPage::fitLines()
{
    QHeaderView* lines = m_sumTable->verticalHeader();
    const QAbstractItemView* table = m_sumTable;
    for (int row = 0; row < m_sumTable->model()->rowCount(); ++row)
        lines->resizeSection(row, std::max(lines->defaultSectionSize(), table->sizeHintForRow(row)));
}

void LabWhatIfPage::say(const QString& text, bool problem)
{
    setRole(m_note, problem ? "error" : "");
    m_note->setText(text);
}

} // namespace aha
