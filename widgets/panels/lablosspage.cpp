#include "widgets/panels/lablosspage.h"

#include "core/store/run_reader.h"
#include "widgets/language/shownnumber.h"
#include "widgets/language/translation.h"
#include "widgets/models/figurefilter.h"
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
#include <QLineEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QRegularExpression>
#include <QSpinBox>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace aha {

using Json = nlohmann::ordered_json;

namespace {

enum Column { Loss, Norm, Cosine, Positive, Negative, FirstQuarter, Length = FirstQuarter + 4, Low, High, Silent };

QString ratioHint()
{
    return QLatin1Char(' ')
        + tr("The ratio is that of each token, or, as in RLOO and GSPO, of the whole sequence: the tip of a cell says "
             "which.");
}

/// The unit of the ratio that a loss clips; `kind`: ratio_of of the engine. "": it is not known.
QString ratioUnit(const std::string& kind)
{
    return kind == "token"   ? tr("Clips the ratio of each token.")
        : kind == "sequence" ? tr("Clips the ratio of the sequence, the geometric mean over its tokens: all of them "
                                  "at once, wherever each token's own ratio is.")
        : kind == "product"  ? tr("Clips the ratio of the sequence, the product over its tokens: all of them at once, "
                                   "also where each token's own ratio is within the bounds.")
        : kind == "none"     ? tr("Clips no ratio.")
                             : QString();
}

std::vector<FigureTable::Column> columns()
{
    const QString quarter = tr("Mean size of the token gradient in this quarter of a completion, against the "
                               "strongest quarter of the same loss");
    return { { tr("Loss") }, { QStringLiteral("‖g‖"), tr("Norm of the gradient"), true },
        { tr("Cosine"), tr("Cosine of the gradient with that of the run's own loss"), true },
        { QStringLiteral("A > 0"), tr("Sum of the token gradients where the advantage is positive"), true },
        { QStringLiteral("A < 0"), tr("Sum of the token gradients where the advantage is negative"), true },
        { tr("1st"), quarter, true }, { tr("2nd"), quarter, true }, { tr("3rd"), quarter, true },
        { tr("4th"), quarter, true },
        { tr("Length"),
            tr("Correlation over completions of the mean token gradient with the length: below 0, tokens of "
               "long completions count less"),
            true },
        { tr("Clip ↓"), tr("Share of tokens that the lower clip takes out, in percent.") + ratioHint(), true },
        { tr("Clip ↑"), tr("Share of tokens that the upper clip takes out, in percent.") + ratioHint(), true },
        { tr("Silent"), tr("Share of tokens without gradient, in percent"), true } };
}

FigureCell bar(double value, const QString& text, double share)
{
    return { text, value, {}, {}, std::isfinite(share) ? share : 0 };
}

/// Three significant digits, without an exponent where it can be.
QString compact(double value) { return std::isfinite(value) ? shortNumber(value, 3) : QStringLiteral("–"); }

} // namespace

LabLossPage::LabLossPage(const QString& engine, QWidget* parent)
    : QWidget(parent)
    , m_engine(engine)
    , m_step(new QSpinBox(this))
    , m_policy(new QComboBox(this))
    , m_losses(new QLineEdit(this))
    , m_start(new QPushButton(this))
    , m_progress(new QProgressBar(this))
    , m_heading(new QLabel(this))
    , m_note(new QLabel(this))
    , m_legend(new QLabel(this))
    , m_model(new FigureTable(columns(), this))
    , m_order(new FigureFilter(m_model, this))
{
    m_step->setObjectName(QStringLiteral("lossStep"));
    m_step->setAccessibleName(tr("Step"));
    m_step->setPrefix(tr("step "));
    m_policy->setObjectName(QStringLiteral("lossPolicy"));
    m_policy->setAccessibleName(tr("Policy"));
    m_policy->setToolTip(plainToolTip(tr("The weights whose gradients are taken. The newest checkpoint "
                                         "before the step is the one most like those that sampled.")));
    m_losses->setObjectName(QStringLiteral("lossNames"));
    m_losses->setAccessibleName(tr("Losses to compare"));
    m_losses->setPlaceholderText(tr("All known. Or: grpo dapo mine=grpo,epsilon=0.1"));
    m_losses->setToolTip(plainToolTip(tr("Names with spaces between, each over the run's settings: grpo, "
                                         "dr_grpo, dapo, bnpo, gspo, cispo, sapo, luspo, vespo, "
                                         "rloo, reinforce, reinforce_pp, reinforce_pp_baseline, "
                                         "mirror_descent, rft; or name=setting=value,setting=value. "
                                         "The run's own comes first by itself.")));
    m_start->setObjectName(QStringLiteral("lossStart"));
    m_progress->setObjectName(QStringLiteral("lossProgress"));
    m_progress->setAccessibleName(tr("Share of the work that is done"));
    m_progress->setFormat(QStringLiteral("%p %"));
    m_heading->setObjectName(QStringLiteral("lossWhose"));
    m_heading->setProperty("role", QStringLiteral("heading"));
    m_note->setObjectName(QStringLiteral("lossNote"));
    for (QLabel* label : { m_heading, m_note, m_legend }) {
        label->setTextFormat(Qt::PlainText);
        label->setWordWrap(true);
    }
    m_legend->setProperty("role", QStringLiteral("hint"));
    m_legend->setText(
        tr("‖g‖: strength of the gradient. Cosine: how like the run's own loss, 1 is the same direction. Token "
           "gradient: the loss's derivative by a token's log-probability, turned so that up is likelier; A > 0 and "
           "A < 0: its sums over completions that are better or worse than their group. 1st to 4th: "
           "quarters of a completion, as shares of the strongest. Length: correlation of the mean "
           "token gradient with the length. Clip and silent: percent of tokens that are clipped, or "
           "without gradient."));
    m_table = new TraceTable(
        QStringLiteral("lossTable"), tr("Losses on the same completions"), m_order,
        [](int c) { return QString::number(c); }, {}, this);
    auto* fromLeft = new BarDelegate(FigureTable::BarRole, false, m_table);
    auto* fromMiddle = new BarDelegate(FigureTable::BarRole, true, m_table);
    for (const int column : { int(Norm), int(Positive), int(Negative), int(FirstQuarter), FirstQuarter + 1,
             FirstQuarter + 2, FirstQuarter + 3, int(Low), int(High), int(Silent) })
        m_table->setItemDelegateForColumn(column, fromLeft);
    for (const int column : { Cosine, Length })
        m_table->setItemDelegateForColumn(column, fromMiddle);
    m_table->setStretchColumn(Loss);
    m_table->setSortingEnabled(true);
    m_table->sortByColumn(-1, Qt::AscendingOrder);
    auto* row = new QHBoxLayout;
    row->addWidget(m_start);
    row->addWidget(m_step);
    row->addWidget(m_policy);
    row->addWidget(m_losses, 1);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 8, 0, 0);
    layout->setSpacing(8);
    layout->addLayout(row);
    layout->addWidget(m_progress);
    layout->addWidget(m_heading);
    layout->addWidget(m_note);
    layout->addWidget(m_table, 1);
    layout->addStretch(0); // takes the room while there is no table
    hideWhileEmpty(m_table, m_model);
    layout->addWidget(m_legend);
    m_tick.setInterval(1000);
    connect(&m_tick, &QTimer::timeout, this, &LabLossPage::refresh);
    connect(m_start, &QPushButton::clicked, this, &LabLossPage::toggle);
    connect(m_losses, &QLineEdit::returnPressed, this, [this] {
        if (!isAsking() && m_start->isEnabled())
            toggle();
    });
    connect(&m_engine, &EngineLines::received, this, &LabLossPage::take);
    connect(&m_engine, &EngineLines::finished, this, [this] {
        if (m_summary.isEmpty()) {
            m_summary = tr("The engine ended without an answer.");
            m_isProblem = true;
        }
        refresh();
    });
    connect(&m_engine, &EngineLines::failed, this, [this](const QString& sentence) {
        m_summary = translated(visibleText(sentence.toStdString()));
        m_isProblem = true;
        refresh();
    });
    keepElsewhere(inputs());
    setFolder({});
}

void LabLossPage::setFolder(const QString& folder, const QString& name)
{
    m_folder = folder;
    m_name = name;
    m_policy->clear();
    m_policy->addItem(tr("newest checkpoint before"), -1);
    int last = 0;
    if (!folder.isEmpty())
        if (const auto reader = RunReader::open(folder.toStdString())) {
            if (const auto step = (*reader)->lastStep())
                last = int(std::max<int64_t>(*step, 0));
            if (const auto checkpoints = (*reader)->checkpoints())
                for (const CheckpointRow& row : *checkpoints)
                    if (!row.removed)
                        m_policy->addItem(tr("checkpoint of step %1").arg(row.step), int(row.step));
        }
    m_step->setRange(last > 0 ? 1 : 0, last);
    m_step->setValue(last);
    m_losses->clear();
    m_untouched = fieldValues(inputs());
    refresh();
}

QWidgetList LabLossPage::inputs() const { return { m_step, m_policy, m_losses }; }

QJsonObject LabLossPage::typed() const { return changedValues(inputs(), m_untouched); }

void LabLossPage::restoreTyped(const QJsonObject& state) { putFieldValues(inputs(), state); }

void LabLossPage::toggle()
{
    if (isAsking()) {
        m_engine.cancel();
        m_summary = tr("Cancelled.");
        return refresh();
    }
    QStringList arguments { QStringLiteral("losses"), m_folder, QStringLiteral("--json"), QStringLiteral("--progress"),
        QStringLiteral("--step"), QString::number(m_step->value()) };
    if (m_policy->currentData().toInt() >= 0)
        arguments << QStringLiteral("--policy") << QString::number(m_policy->currentData().toInt());
    QStringList names = m_losses->text().split(QRegularExpression(QStringLiteral("\\s+")), Qt::SkipEmptyParts);
    names.removeAll(QStringLiteral("run"));
    if (!names.isEmpty())
        names.prepend(QStringLiteral("run"));
    for (const QString& name : names)
        arguments << QStringLiteral("--loss") << name;
    m_model->setRows({});
    m_summary.clear();
    m_isProblem = false;
    m_askedFolder = m_folder;
    m_askedName = m_name;
    m_progress->setRange(0, 0); // until the engine knows how much there is
    m_engine.start(arguments);
    refresh();
}

/// The engine has answered when its report is there, however long it takes to end.
bool LabLossPage::isAsking() const { return m_engine.isRunning() && m_summary.isEmpty(); }

void LabLossPage::take(const std::vector<Json>& lines)
{
    for (const Json& line : lines)
        if (line.contains("progress")) {
            m_progress->setRange(0, std::max(1, int(jsonFigure(line["progress"], "of", 1))));
            m_progress->setValue(int(jsonFigure(line["progress"], "done", 0)));
            refresh();
        } else if (line.contains("losses")) {
            present(line);
        }
}

void LabLossPage::present(const Json& report)
{
    const Json losses = report.value("losses", Json::array()), cosines = report.value("cosine", Json::array());
    double norm = 1e-12, pull = 1e-12;
    for (const Json& loss : losses) {
        const Json p = loss.value("pull", Json::object());
        norm = std::max(norm, jsonFigure(loss, "grad_norm", 0));
        pull = std::max({ pull, jsonFigure(p, "of_positive_advantage", 0), jsonFigure(p, "of_negative_advantage", 0) });
    }
    std::vector<FigureRow> rows;
    QStringList byProduct, byMean, byToken; ///< names, by the unit of the ratio
    for (size_t i = 0; i < losses.size(); ++i) {
        const Json p = losses[i].value("pull", Json::object());
        const double size = jsonFigure(losses[i], "grad_norm"), positive = jsonFigure(p, "of_positive_advantage"),
                     negative = jsonFigure(p, "of_negative_advantage"),
                     length = jsonFigure(p, "correlation_with_length");
        double cosine = std::nan("");
        if (cosines.size() > 0 && cosines[0].is_array() && i < cosines[0].size() && cosines[0][i].is_number())
            cosine = cosines[0][i].get<double>();
        std::vector<double> quarters(4, std::nan(""));
        double strongest = 1e-300;
        const Json by = p.value("by_quarter", Json::array());
        for (size_t q = 0; q < quarters.size() && q < by.size(); ++q)
            if (by[q].is_number()) {
                quarters[q] = by[q].get<double>();
                strongest = std::max(strongest, quarters[q]);
            }
        const std::string kind = losses[i].value("ratio_of", "");
        const QString unit = ratioUnit(kind);
        (kind == "product"           ? byProduct
                : kind == "sequence" ? byMean
                                     : byToken)
            << visibleLine(losses[i].value("name", ""));
        FigureRow row;
        row.cells = { { visibleLine(losses[i].value("name", "")), std::nan(""),
                          tr("Value of the loss: %1").arg(compact(jsonFigure(losses[i], "loss")))
                              + (unit.isEmpty() ? QString() : QLatin1Char('\n') + unit) },
            bar(size, compact(size), size / norm), bar(cosine, figureText(cosine), cosine),
            bar(positive, compact(positive), positive / pull), bar(negative, compact(negative), negative / pull) };
        for (const double quarter : quarters)
            row.cells.push_back(bar(quarter, figureText(quarter / strongest, 2), quarter / strongest));
        row.cells.push_back(bar(length, signedText(length, 2), length));
        for (const char* key : { "clipped_low", "clipped_high", "silent" }) {
            const double share = jsonFigure(p, key);
            row.cells.push_back(bar(share, figureText(100 * share, 1), share));
            row.cells.back().tip = unit;
        }
        rows.push_back(std::move(row));
    }
    m_model->setRows(std::move(rows));
    m_summary = tr("Step %1 as one batch: n = %2 completions in %3 groups, %4 tokens; policy of step %5, ratio to "
                   "the one that sampled %6 in the mean over tokens.")
                    .arg(jsonFigure(report, "step", 0))
                    .arg(jsonFigure(report, "completions", 0))
                    .arg(jsonFigure(report, "groups", 0))
                    .arg(jsonFigure(report, "tokens", 0))
                    .arg(jsonFigure(report, "policy_step", 0))
                    .arg(figureText(jsonFigure(report, "mean_ratio")));
    const QString comma = QStringLiteral(", ");
    if (!byProduct.isEmpty())
        m_summary += QLatin1Char(' ')
            + tr("Sequence ratio (product over the tokens) is what %1 clips: a sequence is clipped as a whole, also "
                 "where "
                 "each token's ratio is within the bounds.")
                  .arg(byProduct.join(comma));
    if (!byMean.isEmpty())
        m_summary += QLatin1Char(' ')
            + tr("Sequence ratio (geometric mean over the tokens) is what %1 clips.").arg(byMean.join(comma));
    if (byProduct.size() + byMean.size() > 0 && !byToken.isEmpty())
        m_summary += QLatin1Char(' ') + tr("The others clip the ratio of each token, or none.");
    for (const Json& note : report.value("notes", Json::array()))
        if (note.is_string())
            m_summary += QLatin1Char(' ') + translated(visibleLine(note.get<std::string>()));
    refresh();
}

void LabLossPage::say(const QString& text, bool problem)
{
    setRole(m_note, problem ? "error" : "");
    m_note->setText(text);
}

void LabLossPage::refresh()
{
    const bool asking = isAsking();
    asking ? m_tick.start() : m_tick.stop();
    m_start->setText(asking ? tr("Cancel") : tr("Compare losses"));
    m_start->setAccessibleName(m_start->text());
    m_start->setEnabled(!m_folder.isEmpty() || asking);
    m_progress->setVisible(asking);
    for (QWidget* widget :
        { static_cast<QWidget*>(m_step), static_cast<QWidget*>(m_policy), static_cast<QWidget*>(m_losses) })
        widget->setEnabled(!m_folder.isEmpty() && !asking);
    m_legend->setVisible(m_model->rowCount() > 0);
    showWhose(m_heading, m_askedName, asking, !m_summary.isEmpty(), m_folder == m_askedFolder);
    if (asking && m_progress->maximum() == 0)
        say(tr("The engine loads the run, for %1 s.").arg(m_engine.elapsedMs() / 1000), false);
    else if (asking)
        say(tr("%1 of %2 parts done after %3 s: the checkpoint scores the step, then each loss takes a gradient.")
                .arg(m_progress->value())
                .arg(m_progress->maximum())
                .arg(m_engine.elapsedMs() / 1000),
            false);
    else if (!m_summary.isEmpty())
        say(m_summary, m_isProblem);
    else if (m_folder.isEmpty())
        say(tr("Choose a run of reinforcement learning above: the completions of one of its steps are put under "
               "several losses, without training."),
            false);
    else
        say(tr("The completions of a step under several losses, without training: how strong each gradient is, how "
               "like the run's own, and which tokens it comes from. It may take a minute, a large model longer."),
            false);
}

} // namespace aha
