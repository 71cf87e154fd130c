#include "widgets/panels/traceevaluationpage.h"

#include "core/base/outcomes.h"
#include "core/store/evaluation_pairs.h"
#include "core/store/run_reader.h"
#include "widgets/language/shownnumber.h"
#include "widgets/language/translation.h"
#include "widgets/models/evaluationsampling.h"
#include "widgets/models/heldoutsample.h"
#include "widgets/models/visibletext.h"
#include "widgets/panels/samplebar.h"
#include "widgets/panels/tracedelegates.h"
#include "widgets/panels/tracetable.h"
#include "widgets/plots/emptyhint.h"

#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QSortFilterProxyModel>
#include <QTableWidget>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>

namespace aha {

namespace {

QString percent(double share) { return QString::number(100 * share, 'f', 1); }

/// "512 problems × 4 samples": what an evaluation's pass@1 is a mean of.
QString sizeText(const EvaluationRow& e)
{
    return (e.problems == 1 ? tr("1 problem") : tr("%1 problems").arg(e.problems))
        + (e.samples == 1 ? tr(" × 1 sample") : tr(" × %1 samples").arg(e.samples));
}

} // namespace

struct TraceEvaluationPage::Course {
    std::filesystem::path folder;
    std::map<int64_t, OutcomeColumn> columns; ///< of evaluations read so far, by id

    /// What became of the problems, counted as Compare's Outcomes does, from the first evaluation to the last.
    QString sinceFirst(const std::vector<EvaluationRow>& evaluations)
    {
        std::unique_ptr<RunReader> reader;
        std::vector<OutcomeColumn> course;
        for (const EvaluationRow& e : evaluations) {
            auto known = columns.find(e.id);
            if (known == columns.end()) {
                if (!reader) {
                    auto opened = RunReader::open(folder);
                    if (!opened)
                        return {};
                    reader = std::move(*opened);
                }
                const auto rows = reader->evaluationProblems(e.id, /*withExamples=*/false);
                if (!rows)
                    return {};
                known = columns.emplace(e.id, outcomeColumn(e.samples, *rows)).first;
            }
            course.push_back(known->second);
        }
        const OutcomeMatrix matrix = outcomeMatrix(course, true);
        const int64_t first = evaluations.front().step;
        QString text = tr(" · step %1 to %2: %3 learned, %4 forgotten")
                           .arg(first)
                           .arg(evaluations.back().step)
                           .arg(matrix.counts[size_t(OutcomeClass::Learned)])
                           .arg(matrix.counts[size_t(OutcomeClass::Forgotten)]);
        // Counts of problems are fair only between equally many samples; no interval is shown, so one resample does.
        const auto ends = comparePaired(
            pairedCounts(matrix, 0, course.size() - 1), matrix.samples.front(), matrix.samples.back(), 1, kPairedSeed);
        if (ends && ends->p)
            text += tr(" · against step %1 more often right on %2, less often on %3")
                        .arg(first)
                        .arg(ends->better)
                        .arg(ends->worse);
        return text;
    }
};

TraceEvaluationPage::TraceEvaluationPage(QWidget* parent)
    : QWidget(parent)
    , m_problems(new EvaluationModel(this))
    , m_order(new QSortFilterProxyModel(this))
    , m_list(new QTableWidget(this))
    , m_size(new QLabel(this))
    , m_right(new QWidget)
{
    m_order->setSourceModel(m_problems);
    m_order->setSortRole(EvaluationModel::SortRole);
    m_list->setObjectName(QStringLiteral("evaluations"));
    m_list->setAccessibleName(tr("Evaluations of the run"));
    m_list->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_list->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_list->setSelectionMode(QAbstractItemView::SingleSelection);
    m_list->setAlternatingRowColors(true);
    m_list->setShowGrid(false);
    m_list->setTabKeyNavigation(false);
    m_list->verticalHeader()->hide();
    m_list->horizontalHeader()->setDefaultAlignment(Qt::AlignRight | Qt::AlignVCenter); // over their figures
    m_list->verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 9);
    m_empty = new QLabel(tr("This run has no held-out evaluation yet."), this);
    m_empty->setProperty("role", QStringLiteral("hint"));
    m_empty->setAlignment(Qt::AlignCenter);
    m_empty->setWordWrap(true);
    m_size->setObjectName(QStringLiteral("evaluationsSize"));
    m_size->setProperty("role", QStringLiteral("hint"));
    m_size->setTextFormat(Qt::PlainText);
    m_size->setWordWrap(true);
    m_size->hide();
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 6, 0, 0);
    layout->addWidget(m_size);
    layout->addWidget(m_list, 1);
    layout->addWidget(m_empty, 1);

    m_table = new TraceTable(
        QStringLiteral("problems"), tr("Held-out problems of the evaluation"), m_order,
        [](int c) { return QStringLiteral("%1").arg(c); }, {}, m_right);
    m_table->setItemDelegateForColumn(
        EvaluationModel::Share, new BarDelegate(EvaluationModel::BarRole, false, m_table));
    m_table->setItemDelegateForColumn(
        EvaluationModel::Before, new BarDelegate(EvaluationModel::BarRole, false, m_table));
    m_table->setItemDelegateForColumn(
        EvaluationModel::Change, new BarDelegate(EvaluationModel::BarRole, true, m_table));
    m_table->setItemDelegateForColumn(
        EvaluationModel::Majority, new BadgeDelegate(EvaluationModel::BadgeKindRole, m_table));
    m_table->setStretchColumn(EvaluationModel::Problem);
    m_table->setSortingEnabled(true);
    m_table->sortByColumn(-1, Qt::AscendingOrder);
    new EmptyHint(m_table, "problemsEmpty", tr("The held-out problems of the chosen evaluation stand here."));
    m_title = new QLabel(m_right);
    m_title->setObjectName(QStringLiteral("evaluationTitle"));
    m_title->setTextFormat(Qt::PlainText);
    m_title->setWordWrap(true);
    auto* right = new QVBoxLayout(m_right);
    right->setContentsMargins(0, 0, 0, 0);
    right->setSpacing(4);
    m_examples = new QPushButton(tr("Read what was sampled at this evaluation"), m_right);
    m_examples->setObjectName(QStringLiteral("readExamples"));
    m_examples->setAccessibleName(m_examples->text());
    right->addWidget(m_title);
    right->addWidget(m_examples, 0, Qt::AlignLeft);
    right->addWidget(m_table, 1);
    m_samples = new SampleBar(QStringLiteral("traceSamples"), m_right);
    right->addWidget(m_samples);
    right->addStretch(0);
    connect(m_examples, &QPushButton::clicked, this, [this] {
        if (const int row = m_list->currentRow(); row >= 0 && row < int(m_heldOut.size()))
            Q_EMIT examplesRequested(m_heldOut[size_t(row)].step);
    });
    connect(m_list, &QTableWidget::currentCellChanged, this, [this](int row, int, int before) {
        if (row != before)
            m_heldOut.empty() ? showProblems() : showHeldOut();
    });
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this](const QModelIndex& index) {
        if (!index.isValid() || !current())
            return;
        const int position = m_order->mapToSource(index).row();
        showSamples(position);
        Q_EMIT problemChosen(current()->id, position);
    });
    connect(m_samples, &SampleBar::chosen, this, [this] {
        if (current() && currentPosition() >= 0)
            Q_EMIT problemChosen(current()->id, currentPosition());
    });
    setReader(nullptr, {});
}

void TraceEvaluationPage::setReader(RunReader* reader, const QString& folder)
{
    m_reader = reader;
    m_course = std::make_shared<Course>(Course { folder.toStdString(), {} });
    ++m_asked;
    m_loaded = false;
    m_evaluations.clear();
    m_heldOut.clear();
    m_list->setRowCount(0);
    m_examples->hide();
    m_table->show();
    m_problems->setProblems({}, {}, {}, {});
    m_samples->setSamples({}, 0, 0);
    m_title->clear();
    m_size->hide();
    m_list->hide();
    m_empty->show();
    if (isVisible())
        refresh();
}

void TraceEvaluationPage::refresh()
{
    m_loaded = true;
    Result<std::vector<EvaluationRow>> rows
        = m_reader ? m_reader->evaluations() : Result<std::vector<EvaluationRow>>(std::vector<EvaluationRow> {});
    if (!rows || (rows->empty() && m_reader))
        return fillHeldOut();
    if (rows->size() == m_evaluations.size())
        return;
    const bool first = m_evaluations.empty();
    const EvaluationRow* chosen = current();
    const int64_t kept = chosen ? chosen->id : -1; // a later evaluation may stand before it
    m_evaluations = std::move(*rows);
    if (!m_heldOut.empty()) { // a fine-tuning run that also solves problems: they are what can be read
        m_heldOut.clear();
        m_examples->hide();
        m_table->show();
    }
    const auto differs = [&](const EvaluationRow& e) {
        return e.problems != m_evaluations.front().problems || e.samples != m_evaluations.front().samples;
    };
    // One n of all stands above the list, where it takes no width; of several each stands in its row.
    const bool oneSize = std::none_of(m_evaluations.begin(), m_evaluations.end(), differs);
    const bool votes = std::any_of(
        m_evaluations.begin(), m_evaluations.end(), [](const EvaluationRow& e) { return e.cons.has_value(); });
    std::vector<QStringList> cells;
    QStringList tips;
    const EvaluationSampling sampling = m_reader ? EvaluationSampling(*m_reader) : EvaluationSampling();
    for (const EvaluationRow& e : m_evaluations) {
        cells.push_back({ QString::number(e.step), percent(e.pass1),
            QStringLiteral("%1 – %2").arg(percent(e.pass1Low), percent(e.pass1High)) });
        if (!oneSize)
            cells.back() << QStringLiteral("%1 × %2").arg(e.problems).arg(e.samples);
        if (votes)
            cells.back() << (e.cons ? percent(*e.cons) : QStringLiteral("–"));
        tips << sizeText(e);
        if (const QString sampled = sampling.at(e.step); !sampled.isEmpty())
            tips.back() += tr(", ") + sampled;
    }
    QStringList titles { tr("Step"), tr("pass@1 %"), QStringLiteral("95 %") };
    if (!oneSize)
        titles << QStringLiteral("n");
    if (votes)
        titles << tr("cons@n %");
    fillList(titles, cells, tips);
    m_size->setText(
        oneSize && !m_evaluations.empty() ? QStringLiteral("n = ") + sizeText(m_evaluations.front()) : QString());
    m_size->setVisible(!m_size->text().isEmpty());
    if (votes)
        m_list->horizontalHeaderItem(int(titles.size()) - 1)
            ->setToolTip(plainToolTip(tr("Share of the problems whose most frequent answer is right (maj@n). Samples "
                                         "without an answer do not vote, so "
                                         "it can lie far above pass@1, of whose samples all count; of equally frequent "
                                         "answers the one sampled first "
                                         "counts, right or wrong. n: samples of each problem")));
    const QSignalBlocker block(m_list);
    for (size_t i = 0; i < m_evaluations.size(); ++i)
        if (m_evaluations[i].id == kept)
            m_list->setCurrentCell(int(i), 0);
    if (first && !m_evaluations.empty()) {
        m_list->setCurrentCell(int(m_evaluations.size()) - 1, 0);
        showProblems();
    }
}

bool TraceEvaluationPage::showProblem(qint64 evaluationId, int position, int wanted)
{
    refresh();
    for (size_t i = 0; i < m_evaluations.size(); ++i)
        if (m_evaluations[i].id == evaluationId) {
            m_list->setCurrentCell(int(i), 0);
            if (position < 0 || position >= m_problems->rowCount())
                return false;
            m_table->setCurrentIndex(m_order->mapFromSource(m_problems->index(position, 0)));
            if (wanted != kAnySample)
                m_samples->choose(wanted);
            return true;
        }
    return false;
}

void TraceEvaluationPage::fillList(
    const QStringList& titles, const std::vector<QStringList>& rows, const QStringList& tips)
{
    const QSignalBlocker block(m_list);
    m_list->clear();
    m_list->setColumnCount(int(titles.size()));
    m_list->setHorizontalHeaderLabels(titles);
    m_list->setRowCount(int(rows.size()));
    for (size_t i = 0; i < rows.size(); ++i)
        for (int c = 0; c < titles.size(); ++c) {
            auto* item = new QTableWidgetItem(rows[i][c]);
            item->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
            item->setToolTip(tips[qsizetype(i)]);
            m_list->setItem(int(i), c, item);
        }
    m_list->resizeColumnsToContents();
    m_list->horizontalHeader()->setStretchLastSection(true);
    m_list->setVisible(!rows.empty());
    m_empty->setVisible(rows.empty());
}

std::vector<TraceEvaluationPage::HeldOut> TraceEvaluationPage::readHeldOut() const
{
    std::vector<HeldOut> all;
    const Result<std::vector<SeriesPoint>> losses = m_reader->series("eval_loss");
    if (!losses)
        return all;
    for (const SeriesPoint& point : *losses)
        all.push_back({ point.step, point.value });
    const std::pair<const char*, double HeldOut::*> others[] = { { "eval_mean_token_accuracy", &HeldOut::accuracy },
        { "eval_samples", &HeldOut::rows }, { "eval_num_tokens", &HeldOut::tokens } };
    for (const auto& [name, member] : others)
        if (const Result<std::vector<SeriesPoint>> points = m_reader->series(name))
            for (const SeriesPoint& point : *points)
                for (HeldOut& one : all)
                    if (one.step == point.step)
                        one.*member = point.value;
    return all;
}

void TraceEvaluationPage::fillHeldOut()
{
    std::vector<HeldOut> all = readHeldOut();
    if (all.size() == m_heldOut.size())
        return;
    const bool first = m_heldOut.empty();
    m_heldOut = std::move(all);
    std::vector<QStringList> cells;
    QStringList tips;
    for (const HeldOut& e : m_heldOut) {
        cells.push_back({ QString::number(e.step), QString::number(e.loss, 'f', 4), percent(e.accuracy),
            QString::number(e.rows, 'f', 0) });
        tips << tr("%1 held-out rows, %2 tokens with a loss").arg(e.rows, 0, 'f', 0).arg(e.tokens, 0, 'f', 0);
    }
    fillList({ tr("Step"), tr("Loss"), tr("Accuracy %"), QStringLiteral("n") }, cells, tips);
    m_table->hide();
    if (first) {
        const QSignalBlocker block(m_list);
        m_list->setCurrentCell(int(m_heldOut.size()) - 1, 0);
        showHeldOut();
    }
}

void TraceEvaluationPage::showHeldOut()
{
    const int row = m_list->currentRow();
    if (row < 0 || row >= int(m_heldOut.size()))
        return;
    const HeldOut &now = m_heldOut[size_t(row)], &start = m_heldOut.front();
    QString text = tr("Held-out rows at step %1 · loss %2 nats a token (perplexity %3) · token accuracy %4 %, "
                      "n = %5 rows, %6 tokens with a loss")
                       .arg(now.step)
                       .arg(now.loss, 0, 'f', 4)
                       .arg(std::exp(now.loss), 0, 'f', 2)
                       .arg(percent(now.accuracy))
                       .arg(now.rows, 0, 'f', 0)
                       .arg(now.tokens, 0, 'f', 0);
    const auto change
        = [](double by, int digits) { return (by > 0 ? QStringLiteral("+") : QString()) + fixedNumber(by, digits); };
    if (row > 0)
        text += tr(" · since step %1: loss %2, accuracy %3 points")
                    .arg(start.step)
                    .arg(change(now.loss - start.loss, 4), change(100 * (now.accuracy - start.accuracy), 1));
    m_title->setText(text);
    m_title->setToolTip(tr("Accuracy: the share of tokens where the right one was the most likely"));
    const Result<std::vector<GroupRow>> sampled = m_reader->groups(now.step);
    m_examples->setVisible(sampled && !sampled->empty());
}

const EvaluationRow* TraceEvaluationPage::current() const
{
    const int row = m_list->currentRow();
    return row >= 0 && row < int(m_evaluations.size()) ? &m_evaluations[size_t(row)] : nullptr;
}

void TraceEvaluationPage::showEvaluation(qint64 step)
{
    refresh();
    int best = -1;
    for (size_t i = 0; i < m_evaluations.size(); ++i)
        if (m_evaluations[i].step <= step || best < 0)
            best = int(i);
    for (size_t i = 0; i < m_heldOut.size(); ++i)
        if (m_heldOut[i].step <= step || best < 0)
            best = int(i);
    if (best >= 0)
        m_list->setCurrentCell(best, 0);
}

void TraceEvaluationPage::askSinceFirst(size_t last)
{
    const std::vector<EvaluationRow> until(m_evaluations.begin(), m_evaluations.begin() + qsizetype(last) + 1);
    m_worker.post([this, course = m_course, until, asked = ++m_asked] {
        QMetaObject::invokeMethod(
            this,
            [this, asked, text = course->sinceFirst(until)] {
                if (asked == m_asked)
                    m_title->setText(m_title->text() + text);
            },
            Qt::QueuedConnection);
    });
}

void TraceEvaluationPage::showProblems()
{
    const EvaluationRow* chosen = current();
    if (!chosen || !m_reader)
        return;
    Result<std::vector<EvaluationProblemRow>> rows = m_reader->evaluationProblems(chosen->id, /*withExamples=*/false);
    const EvaluationRow& earliest = m_evaluations.front();
    const Result<std::vector<EvaluationProblemRow>> before = chosen->id == earliest.id || earliest.task != chosen->task
        ? Result<std::vector<EvaluationProblemRow>>(std::vector<EvaluationProblemRow> {})
        : m_reader->evaluationProblems(earliest.id, /*withExamples=*/false);
    const int kept = currentPosition();
    QList<int> idle; // one sample is its own majority; against nothing nothing changed
    if (chosen->samples <= 1)
        idle << EvaluationModel::Majority;
    if (!before || before->empty())
        idle << EvaluationModel::Before << EvaluationModel::Change;
    m_table->leaveOut(idle);
    m_problems->setProblems(*chosen, rows ? std::move(*rows) : std::vector<EvaluationProblemRow> {}, earliest,
        before ? *before : std::vector<EvaluationProblemRow> {});
    QString text = tr("Evaluation at step %1 · pass@1 %2 % (95 %: %3 – %4), n = %5 problems × %6")
                       .arg(chosen->step)
                       .arg(percent(chosen->pass1), percent(chosen->pass1Low), percent(chosen->pass1High))
                       .arg(chosen->problems)
                       .arg(chosen->samples);
    if (const QString sampled = EvaluationSampling(*m_reader).at(chosen->step); !sampled.isEmpty())
        text += QStringLiteral(" · ") + sampled;
    m_title->setText(text);
    if (before && !before->empty())
        askSinceFirst(size_t(m_list->currentRow()));
    else
        ++m_asked;
    m_title->setToolTip(
        plainToolTip(tr("Learned: mostly wrong first, mostly right from some evaluation on; forgotten: the "
                        "reverse; half right is neither. The same counts as in Compare, Outcomes.\n"
                        "More or less often right: every difference in the samples.\n"
                        "Sampled with the run's own settings at that step: a changed temperature changes this, too.")));
    if (m_problems->rowCount() > 0) {
        const QModelIndex at
            = m_order->mapFromSource(m_problems->index(kept >= 0 && kept < m_problems->rowCount() ? kept : 0, 0));
        m_table->setCurrentIndex(at);
    } else {
        m_samples->setSamples({}, 0, 0);
    }
}

/// What became better is best read where it is right, and the reverse.
void TraceEvaluationPage::showSamples(int position)
{
    const double change
        = m_problems->index(position, EvaluationModel::Change).data(EvaluationModel::SortRole).toDouble();
    const bool compared = change >= -1; // else the first evaluation did not ask it
    const auto samples = m_reader ? m_reader->evaluationSamples(current()->id, position)
                                  : Result<std::vector<CompletionRow>>(std::vector<CompletionRow>());
    m_samples->setSamples(samples ? *samples : std::vector<CompletionRow>(), current()->samples,
        compared && change > 0       ? kRightSample
            : compared && change < 0 ? kWrongSample
                                     : 0);
}

int TraceEvaluationPage::currentSample() const { return m_samples->current(); }
int TraceEvaluationPage::sampleCount() const { return m_samples->count(); }
void TraceEvaluationPage::moveSample(int by) { m_samples->move(by); }

int TraceEvaluationPage::currentPosition() const
{
    const QModelIndex index = m_order->mapToSource(m_table->currentIndex());
    return index.isValid() ? index.row() : -1;
}

void TraceEvaluationPage::moveProblem(int by)
{
    const int row = m_table->currentIndex().row() + by;
    if (row >= 0 && row < m_order->rowCount())
        m_table->setCurrentIndex(m_order->index(row, 0));
}

void TraceEvaluationPage::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    if (!m_loaded)
        refresh();
}

} // namespace aha
