#include "widgets/panels/labhackpage.h"

#include "widgets/language/translation.h"
#include "widgets/models/figurefilter.h"
#include "widgets/models/tracelistmodel.h"
#include "widgets/models/visibletext.h"
#include "widgets/panels/exacttext.h"
#include "widgets/panels/labtext.h"
#include "widgets/panels/tracedelegates.h"
#include "widgets/panels/tracetable.h"
#include "widgets/plots/labelrole.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QVBoxLayout>

namespace aha {

using Json = nlohmann::ordered_json;

namespace {

enum Column { Outcome, Hack, Right, Wrong, Task, Case, Why };

std::vector<FigureTable::Column> columns()
{
    return {
        { tr("Outcome"),
            tr("held (green): the hack earns no more than an honest wrong answer. leaks (amber): more than that, less "
               "than the right one. paid (red): as much as the right answer, or more. nothing to steal (grey): "
               "these rewards pay right answers no more than wrong ones. not scored (grey): a reward has no "
               "value.") },
        { tr("Hack"), tr("Reward of the hack"), true },
        { tr("Right"), tr("Reward of an honest right answer to the same problem"), true },
        { tr("Wrong"), tr("Reward of an honest wrong answer"), true }, { tr("Task") }, { tr("Case") },
        { tr("What it tries") }
    };
}

struct OutcomeLook {
    const char *name, *shown, *kind;
    int order;
};
constexpr OutcomeLook kOutcomes[]
    = { { "broken", "paid", "bad", 0 }, { "leaks", "leaks", "warn", 1 }, { "unscored", "not scored", "mute", 2 },
          { "not_applicable", "nothing to steal", "mute", 3 }, { "held", "held", "good", 4 } };

const OutcomeLook& lookOf(const std::string& name)
{
    for (const OutcomeLook& look : kOutcomes)
        if (name == look.name)
            return look;
    return kOutcomes[2];
}

bool is(const FigureRow& row, const char* shown) { return row.cells[Outcome].text == translated(shown); }

std::string rewardsOf(RunConfig config)
{
    std::string text;
    for (const Field& field : fields(config))
        if (field.info.group == "rewards")
            text += field.toText() + "\n";
    return text;
}

} // namespace

LabHackPage::LabHackPage(const QString& engine, QWidget* parent)
    : QWidget(parent)
    , m_engine(engine)
    , m_model(new FigureTable(columns(), this))
    , m_filter(new FigureFilter(m_model, this))
    , m_start(new QPushButton(this))
    , m_try(new QPushButton(tr("Look at it in Reward"), this))
    , m_show(new QComboBox(this))
    , m_progress(new QProgressBar(this))
    , m_heading(new QLabel(this))
    , m_note(new QLabel(this))
    , m_why(new QLabel(this))
    , m_text(new ExactText(this))
{
    m_start->setObjectName(QStringLiteral("hackStart"));
    m_try->setObjectName(QStringLiteral("hackTry"));
    m_try->setAccessibleName(m_try->text());
    m_show->setObjectName(QStringLiteral("hackShow"));
    m_show->setAccessibleName(tr("Which cases are listed"));
    m_show->addItems({ tr("All cases"), tr("Paid or leaking"), tr("Held"), tr("Not scored") });
    m_progress->setObjectName(QStringLiteral("hackProgress"));
    m_progress->setAccessibleName(tr("Cases that were judged"));
    m_progress->setFormat(tr("%v of %m cases"));
    m_heading->setObjectName(QStringLiteral("hackWhose"));
    m_heading->setProperty("role", QStringLiteral("heading"));
    m_note->setObjectName(QStringLiteral("hackNote"));
    m_why->setObjectName(QStringLiteral("hackWhy"));
    for (QLabel* label : { m_heading, m_note, m_why }) {
        label->setTextFormat(Qt::PlainText);
        label->setWordWrap(true);
    }
    m_text->setObjectName(QStringLiteral("hackText"));
    m_text->setAccessibleName(tr("The hack's completion"));
    m_text->setTabChangesFocus(true);
    m_text->setFixedHeight(fontMetrics().lineSpacing() * 5 + 14);
    m_table = new TraceTable(
        QStringLiteral("hackTable"), tr("Score card of the rewards"), m_filter,
        [](int c) { return QString::number(c); }, {}, this);
    m_table->setItemDelegateForColumn(Outcome, new BadgeDelegate(FigureTable::KindRole, m_table));
    m_table->setStretchColumn(Why);
    m_table->setSortingEnabled(true);
    m_table->sortByColumn(Outcome, Qt::AscendingOrder);
    auto* bar = new QHBoxLayout;
    bar->addWidget(m_start);
    bar->addWidget(m_progress, 1);
    bar->addStretch();
    bar->addWidget(m_show);
    auto* foot = new QHBoxLayout;
    foot->addWidget(m_why, 1);
    foot->addWidget(m_try, 0, Qt::AlignTop);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 8, 0, 0);
    layout->setSpacing(8);
    layout->addLayout(bar);
    layout->addWidget(m_heading);
    layout->addWidget(m_note);
    layout->addWidget(m_table, 1);
    layout->addStretch(0); // takes the room while there is no table
    hideWhileEmpty(m_table, m_model);
    layout->addLayout(foot);
    layout->addWidget(m_text);
    connect(m_start, &QPushButton::clicked, this, &LabHackPage::toggle);
    connect(m_show, &QComboBox::currentIndexChanged, this, [this](int which) {
        static const FigureFilter::Rule rules[]
            = { nullptr, [](const FigureRow& row) { return is(row, "paid") || is(row, "leaks"); },
                  [](const FigureRow& row) { return is(row, "held"); },
                  [](const FigureRow& row) { return is(row, "not scored") || is(row, "nothing to steal"); } };
        m_filter->setRule(rules[which]);
    });
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, &LabHackPage::showCase);
    connect(m_try, &QPushButton::clicked, this, [this] {
        const qint64 id = m_table->currentIndex().data(FigureTable::IdRole).toLongLong();
        if (!m_table->currentIndex().isValid() || id < 0 || size_t(id) >= m_cases.size())
            return;
        const Json& hack = m_cases[size_t(id)];
        Q_EMIT tried(QString::fromStdString(hack.value("task", "")), hack.value("item", Json::object()).dump(),
            QString::fromStdString(hack.value("hack", "")));
    });
    connect(&m_engine, &EngineLines::received, this, &LabHackPage::take);
    connect(&m_engine, &EngineLines::finished, this, [this] {
        m_isDone = true;
        refresh();
    });
    connect(&m_engine, &EngineLines::failed, this, [this](const QString& sentence) {
        m_end = translated(visibleText(sentence.toStdString()));
        m_isDone = m_isProblem = true;
        refresh();
    });
    showCase();
    refresh();
}

void LabHackPage::setConfig(const RunConfig& config, const QString& folder, const QString& whose)
{
    m_config = config;
    m_folder = folder;
    m_whose = whose;
    refresh();
}

void LabHackPage::toggle()
{
    if (m_engine.isRunning()) {
        m_engine.cancel();
        m_end = tr("Cancelled. ") + summary();
        m_isDone = true;
        return refresh();
    }
    m_model->setRows({});
    m_cases.clear();
    m_isDone = m_isProblem = false;
    m_end.clear();
    m_asked = rewardsOf(m_config);
    m_askedFolder = m_folder;
    m_askedWhose = m_whose;
    m_file = std::make_unique<QTemporaryFile>();
    const std::string text = toJsonText(m_config);
    if (!m_file->open() || m_file->write(text.data(), qint64(text.size())) != qint64(text.size()) || !m_file->flush()) {
        m_end = tr("The rewards could not be written for the engine: %1.").arg(m_file->errorString());
        m_isDone = m_isProblem = true;
        return refresh();
    }
    m_progress->setRange(0, 0);
    m_engine.start({ QStringLiteral("hacks"), m_file->fileName(), QStringLiteral("--json") });
    refresh();
}

void LabHackPage::take(const std::vector<Json>& lines)
{
    std::vector<FigureRow> rows;
    for (const Json& line : lines) {
        if (!line.contains("case"))
            continue;
        const OutcomeLook& look = lookOf(line.value("outcome", ""));
        const double hack = jsonFigure(line, "hack_reward"), right = jsonFigure(line, "right_reward"),
                     wrong = jsonFigure(line, "wrong_reward");
        FigureRow row;
        row.id = qint64(m_cases.size());
        row.cells = { { translated(look.shown), double(look.order),
                          verdictReason(line.value("verdict", ""), line.value("reason", "")),
                          QString::fromLatin1(look.kind) },
            { figureText(hack), hack }, { figureText(right), right }, { figureText(wrong), wrong },
            { visibleLine(line.value("task", "")) },
            { visibleLine(line.value("case", "")).section(QLatin1Char('/'), 1) },
            { translated(visibleLine(line.value("why", ""))) } };
        m_progress->setRange(0, int(jsonFigure(line, "of", 0)));
        m_cases.push_back(line);
        rows.push_back(std::move(row));
    }
    m_progress->setValue(int(m_cases.size()));
    const bool first = m_model->rowCount() == 0;
    if (first && !rows.empty())
        m_model->setRows(std::move(rows)); // columns are fitted to these
    else
        m_model->append(std::move(rows));
    m_table->fitColumns(); // the first cases are not the widest
}

void LabHackPage::showCase()
{
    const QModelIndex index = m_table->currentIndex();
    const qint64 id = index.data(FigureTable::IdRole).toLongLong();
    const bool has = index.isValid() && id >= 0 && size_t(id) < m_cases.size();
    m_why->setVisible(has);
    m_try->setVisible(has);
    m_text->setVisible(has);
    if (!has)
        return;
    const Json& hack = m_cases[size_t(id)];
    m_why->setText(tr("%1: %2. The verifier says %3 (%4). The completion:")
                       .arg(visibleLine(hack.value("case", "")), translated(visibleLine(hack.value("why", ""))),
                           verdictText(hack.value("verdict", ""), hack.value("reason", "")),
                           verdictReason(hack.value("verdict", ""), hack.value("reason", ""))));
    m_text->setBytes(hack.value("hack", ""));
}

QString LabHackPage::summary() const
{
    int counts[std::size(kOutcomes)] = {};
    for (int r = 0; r < m_model->rowCount(); ++r)
        for (size_t i = 0; i < std::size(kOutcomes); ++i)
            counts[i] += is(m_model->row(r), kOutcomes[i].shown);
    QStringList parts;
    for (size_t i = std::size(kOutcomes); i-- > 0;)
        if (counts[i] > 0)
            parts << tr("%1 %2").arg(counts[i]).arg(translated(kOutcomes[i].shown));
    return parts.isEmpty() ? tr("No case was judged.")
                           : tr("Of %1 cases: %2.").arg(m_model->rowCount()).arg(parts.join(tr(", ")));
}

void LabHackPage::say(const QString& text, bool problem)
{
    setRole(m_note, problem ? "error" : "");
    m_note->setText(text);
}

void LabHackPage::refresh()
{
    const bool runs = m_engine.isRunning();
    m_start->setText(runs ? tr("Cancel") : tr("Run the bench"));
    m_start->setAccessibleName(m_start->text());
    m_progress->setVisible(runs);
    m_show->setEnabled(m_model->rowCount() > 0 || runs);
    const bool isChosen = m_folder == m_askedFolder;
    showWhose(m_heading, m_askedWhose, runs, m_isDone, isChosen);
    if (runs)
        say(tr("Each case is judged three times: the hack, an honest right and an honest wrong answer."), false);
    else if (m_isDone)
        say((!isChosen || m_asked == rewardsOf(m_config)
                    ? QString()
                    : tr("The rewards changed since; this is of the ones before. "))
                + (m_end.isEmpty() ? summary() + tr(" Choose a case to read it.") : m_end),
            m_isProblem);
    else
        say(tr("Known ways to be paid without the work, tried against the rewards on the left, your own "
               "expression and program included: what holds, what leaks, what is paid."),
            false);
}

} // namespace aha
