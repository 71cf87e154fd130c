#include "widgets/panels/reflectionpage.h"

#include "core/base/lagged_correlation.h"
#include "widgets/language/shownnumber.h"
#include "widgets/language/translation.h"
#include "widgets/models/figuresmodel.h"
#include "widgets/models/visibletext.h"
#include "widgets/models/wordlist.h"
#include "widgets/plots/intervaldots.h"
#include "widgets/plots/pairedbars.h"
#include "widgets/plots/seriescolors.h"

#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QItemSelectionModel>
#include <QLabel>
#include <QTabWidget>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace aha {

namespace {

constexpr int kMostLag = 10;
constexpr size_t kAtOnce = 2000; ///< steps; the time grows with their square

TraceSums both(const StepTally& step)
{
    TraceSums sums = step.of[0];
    sums.add(step.of[1]);
    return sums;
}

QString stepsText(int steps) { return steps == 1 ? tr("1 step") : tr("%1 steps").arg(steps); }

QComboBox* makeBox(const QString& name, const QString& accessible, const QStringList& items, QWidget* parent)
{
    auto* box = new QComboBox(parent);
    box->setObjectName(name);
    box->setAccessibleName(accessible);
    box->addItems(items);
    return box;
}

} // namespace

ReflectionPage::ReflectionPage(QWidget* parent)
    : AnalysisPage(QStringLiteral("reflection"), parent)
    , m_unit(makeBox(QStringLiteral("reflectionUnit"), tr("Reflection words counted"),
          { tr("per response"), tr("per 1,000 tokens"), tr("share of traces") }, this))
    , m_against(makeBox(
          QStringLiteral("lagAgainst"), tr("Correlate reflection with"), { tr("accuracy"), tr("length") }, this))
    , m_words(new FiguresModel(this))
    , m_wordTable(makeFigureTable(
          QStringLiteral("reflectionWords"), tr("Reflection words; a row shows its curve"), m_words, this))
    , m_reflecting(makeNote(QStringLiteral("reflectingAccuracy"), this))
    , m_lagNote(makeNote(QStringLiteral("lagNote"), this))
    , m_positions(new PairedBars(this))
    , m_lags(new IntervalDots(this))
    , m_detrend(new QCheckBox(tr("Without the trends"), this))
    , m_byKind(new QCheckBox(tr("Group by kind"), this))
{
    auto* bar = new QHBoxLayout;
    bar->addWidget(new QLabel(tr("Reflection words"), this));
    bar->addWidget(m_unit);
    bar->addStretch(1);
    m_left->insertLayout(0, bar);
    m_charts->add(tr("Reflection words"), tr("right and wrong traces apart"), 0, NAN);
    m_charts->add(tr("Accuracy"), tr("share right"), 0, 1);
    m_charts->add(tr("Length"), QStringLiteral("tokens"), 0, NAN);

    auto* byWord = new QWidget(this);
    auto* wordLayout = new QVBoxLayout(byWord);
    wordLayout->setContentsMargins(0, 6, 0, 0);
    m_byKind->setObjectName(QStringLiteral("reflectionByKind"));
    m_byKind->setAccessibleName(m_byKind->text());
    m_byKind->setToolTip(tr("Hesitation, contrast, mistake, check, restart, conclusion: each with its words below it"));
    wordLayout->addWidget(m_byKind);
    wordLayout->addWidget(m_wordTable, 1);
    wordLayout->addWidget(m_reflecting);
    m_positions->setObjectName(QStringLiteral("reflectionPositions"));
    m_positions->setAccessibleName(tr("Places of reflection words"));
    auto* place = new QWidget(this);
    auto* placeLayout = new QVBoxLayout(place);
    placeLayout->setContentsMargins(0, 6, 0, 0);
    placeLayout->addWidget(m_positions, 1);
    auto* placeNote = makeNote(QStringLiteral("positionNote"), this);
    const QString places
        = tr("Share of the reflection words that stand in each twentieth of their trace, all words of the lexicon.");
    placeNote->setText(places);
    connect(m_positions, &PairedBars::currentChanged, placeNote,
        [this, placeNote, places] { placeNote->setText(places + QLatin1Char('\n') + m_positions->currentHint()); });
    placeLayout->addWidget(placeNote);
    m_detrend->setObjectName(QStringLiteral("lagDetrend"));
    m_detrend->setAccessibleName(m_detrend->text());
    m_detrend->setToolTip(
        tr("Takes the straight line off both series first. Two series that both rise correlate at every lag."));
    m_detrend->setChecked(true);
    m_lags->setObjectName(QStringLiteral("reflectionLags"));
    m_lags->setAccessibleName(tr("Correlation by lag"));
    auto* lag = new QWidget(this);
    auto* lagLayout = new QVBoxLayout(lag);
    lagLayout->setContentsMargins(0, 6, 0, 0);
    auto* lagBar = new QHBoxLayout;
    lagBar->addWidget(new QLabel(tr("Reflection with"), this));
    lagBar->addWidget(m_against);
    lagBar->addStretch(1);
    lagBar->addWidget(m_detrend);
    lagLayout->addLayout(lagBar);
    lagLayout->addWidget(m_lags, 1);
    lagLayout->addWidget(m_lagNote);
    m_figures->addTab(byWord, tr("By word"));
    m_figures->addTab(place, tr("Position"));
    m_figures->addTab(lag, tr("Which moves first"));

    connect(m_unit, &QComboBox::currentIndexChanged, this, [this] { fill(); });
    connect(m_against, &QComboBox::currentIndexChanged, this, [this] { fillLags(); });
    connect(m_detrend, &QCheckBox::toggled, this, [this] { fillLags(); });
    connect(m_byKind, &QCheckBox::toggled, this, [this] { fill(); });
    connect(m_lags, &IntervalDots::currentChanged, this, [this] { showLags(); });
    connect(
        m_wordTable->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this](const QModelIndex& index) {
            if (!index.isValid() || !m_run.tally)
                return;
            m_word = index.data(FiguresModel::KeyRole).toInt();
            fillCharts();
            fillLags();
            showWordExamples();
        });
}

void ReflectionPage::showWordExamples()
{
    const int shown = commonestOf(m_word); // stands for all words, or for its kind
    showExamples(
        std::max(shown, 0), shown < 0 || shown == m_word ? wordText() : tr("%1 (commonest)").arg(textOf(shown)));
}

int ReflectionPage::word() const { return m_word < m_run.tally->words.size() ? m_word : -1; }

QString ReflectionPage::wordText() const { return textOf(word()); }

QString ReflectionPage::textOf(int word) const
{
    return word == -1 ? tr("all words")
        : word < -1   ? reflectionKindText(ReflectionKind(-2 - word))
                      : visibleLine(m_run.tally->words[word].toStdString());
}

int64_t ReflectionPage::count(const TraceSums& sums, int word) const
{
    return word == -1 ? sums.reflections : word < -1 ? sums.wordsOfKind[size_t(-2 - word)] : sums.words[size_t(word)];
}

int ReflectionPage::commonestOf(int word) const
{
    if (word >= 0)
        return word;
    const auto sums = m_run.tally->sums(m_from, m_to);
    int found = -1;
    int64_t most = 0;
    for (int i = 0; i < m_run.tally->words.size(); ++i) {
        const int64_t n = count(sums[0], i) + count(sums[1], i);
        if ((word == -1 || ofKind(m_run.tally->kinds[size_t(i)]) == word) && n > most)
            most = n, found = i;
    }
    return found;
}

double ReflectionPage::rate(const TraceSums& sums, int word) const
{
    if (sums.traces == 0)
        return NAN;
    const auto count = double(this->count(sums, word));
    switch (m_unit->currentIndex()) {
    case PerThousandTokens:
        return sums.tokens > 0 ? 1000 * count / double(sums.tokens) : NAN;
    case ShareOfTraces:
        return double(word == -1   ? sums.reflecting
                       : word < -1 ? sums.tracesWithKind[size_t(-2 - word)]
                                   : sums.tracesWithWord[size_t(word)])
            / double(sums.traces);
    default:
        return count / double(sums.traces);
    }
}

QString ReflectionPage::rateText(double rate) const
{
    if (!std::isfinite(rate))
        return QStringLiteral("–");
    return m_unit->currentIndex() == ShareOfTraces ? percentText(rate) : QString::number(rate, 'f', rate < 10 ? 2 : 1);
}

void ReflectionPage::fillCharts()
{
    const int word = this->word();
    const QString name = word == -1 ? QString() : QStringLiteral("“%1” ").arg(wordText());
    const auto of = [&](size_t right) {
        return [this, right, word](const StepTally& step) { return rate(step.of[right], word); };
    };
    m_charts->chart(0)->setLines({ line(m_run, name + tr("right"), rightColor(), Qt::SolidLine, of(1)),
        line(m_run, name + tr("wrong"), wrongColor(), Qt::DashLine, of(0)) });
    m_charts->chart(1)->setLines(
        { line(m_run, tr("training"), seriesColor(0, dark()), Qt::SolidLine,
              [](const StepTally& step) { return double(step.of[1].traces) / double(step.traces()); }),
            heldOut(m_run, tr("held-out pass@1"), seriesColor(3, dark())) });
    const auto tokens = [](size_t right) {
        return [right](const StepTally& step) {
            return step.of[right].traces ? double(step.of[right].tokens) / double(step.of[right].traces) : NAN;
        };
    };
    m_charts->chart(2)->setLines({ line(m_run, tr("right"), rightColor(), Qt::SolidLine, tokens(1)),
        line(m_run, tr("wrong"), wrongColor(), Qt::DashLine, tokens(0)) });
}

void ReflectionPage::fillFigures()
{
    m_scope->setText(scopeText());
    fillWords();
    const auto sums = m_run.tally->sums(m_from, m_to);
    PairedBarsData bars;
    for (const bool right : { true, false }) {
        PairedBarsData::Side& side = right ? bars.left : bars.right;
        side.label = right ? tr("right") : tr("wrong");
        side.color = right ? rightColor() : wrongColor();
        side.hatched = !right;
        for (const int64_t count : sums[right].positions)
            side.counts.append(quint64(count));
    }
    bars.counted = tr("reflection words");
    bars.low = tr("start of the trace");
    bars.high = tr("end");
    m_positions->setData(bars);
    fillLags();
}

void ReflectionPage::fillWords()
{
    const auto sums = m_run.tally->sums(m_from, m_to);
    const auto all = [&](int word) { return count(sums[0], word) + count(sums[1], word); };
    QVector<FiguresModel::Row> rows;
    const auto add = [&](int word, const QString& indent) {
        const double right = rate(sums[1], word), wrong = rate(sums[0], word);
        const int64_t n[] = { count(sums[0], word), count(sums[1], word) };
        if (word != -1 && n[0] + n[1] == 0)
            return;
        const QString name = textOf(word);
        rows.append({ word, { indent + name, rateText(right), rateText(wrong), QStringLiteral("%L1").arg(n[0] + n[1]) },
            { NAN, right, wrong, double(n[0] + n[1]) },
            tr("%1: %L2 times in %L3 right traces, %L4 times in %L5 wrong traces")
                .arg(name)
                .arg(n[1])
                .arg(sums[1].traces)
                .arg(n[0])
                .arg(sums[0].traces) });
    };
    const auto commonestFirst = [&](std::vector<int> words) {
        std::stable_sort(words.begin(), words.end(), [&](int a, int b) { return all(a) > all(b); });
        return words;
    };
    std::vector<int> words(size_t(m_run.tally->words.size())), kinds;
    std::iota(words.begin(), words.end(), 0);
    words = commonestFirst(words);
    for (int kind = 0; kind < kReflectionKinds; ++kind)
        kinds.push_back(ofKind(ReflectionKind(kind)));
    add(-1, {});
    if (!m_byKind->isChecked())
        for (const int word : words)
            add(word, {});
    else
        for (const int kind : commonestFirst(kinds)) {
            add(kind, {});
            for (const int word : words)
                if (ofKind(m_run.tally->kinds[size_t(word)]) == kind)
                    add(word, QStringLiteral("    "));
        }
    const int chosen = m_word;
    m_words->setRows({ tr("Word"), tr("Right"), tr("Wrong"), QStringLiteral("n") }, rows);
    int at = 0;
    for (int row = 0; row < rows.size(); ++row)
        if (rows[row].key == chosen)
            at = row;
    m_wordTable->setCurrentIndex(m_words->index(at, 0));
    m_word = rows[at].key;
    showWordExamples();
    const auto same = ratesWithinClusters(m_run.tally->reflecting(m_from, m_to));
    m_reflecting->setText(same
            ? tr("Same prompt, same step: accuracy of the traces that reflect, minus that of the others, is "
                 "%1, 95 % interval, n = %L2 groups that have both. It does not say which causes which.")
                  .arg(pointsText(same->difference, same->low, same->high))
                  .arg(same->clusters)
            : tr("No two groups in view have traces with and without reflection words."));
}

void ReflectionPage::fillLags()
{
    if (!m_run.tally)
        return;
    std::vector<double> reflection, other;
    int64_t before = -1;
    const int each = m_run.tally->steps.stepsEach();
    for (const auto& step : m_run.tally->steps.all()) {
        if (step->step < m_from || step->step > m_to)
            continue;
        for (; before >= 0 && before + each < step->first; before += each) { // steps without completions are gaps
            reflection.push_back(NAN);
            other.push_back(NAN);
        }
        before = step->step;
        const TraceSums sums = both(*step);
        reflection.push_back(rate(sums, word()));
        other.push_back(m_against->currentIndex() == 0 ? double(step->of[1].traces) / double(sums.traces)
                                                       : double(sums.tokens) / double(sums.traces));
    }
    if (m_detrend->isChecked()) {
        reflection = withoutTrend(reflection);
        other = withoutTrend(other);
    }
    const int most = std::min(kMostLag, std::max(0, int(reflection.size()) / 4));
    if (reflection.size() <= kAtOnce) {
        m_found = laggedCorrelations(reflection, other, most);
        m_again = m_counting; // the answer that is still to come is of other steps
        return showLags();
    }
    if (std::exchange(m_counting, true)) {
        m_again = true; // of what is there when this is done
        return;
    }
    m_worker.post([this, reflection = std::move(reflection), other = std::move(other), most] {
        auto found = std::make_shared<std::vector<LaggedCorrelation>>(laggedCorrelations(reflection, other, most));
        QMetaObject::invokeMethod(
            this,
            [this, found] {
                m_counting = false;
                m_found = std::move(*found);
                showLags();
                if (std::exchange(m_again, false))
                    fillLags();
            },
            Qt::QueuedConnection);
    });
}

void ReflectionPage::showLags()
{
    const std::vector<LaggedCorrelation>& found = m_found;
    const int each = m_run.tally->steps.stepsEach();
    QVector<IntervalDots::Dot> dots;
    int strongest = -1;
    for (size_t i = 0; i < found.size(); ++i) {
        const LaggedCorrelation& c = found[i];
        const QString which = c.lag == 0 ? (each > 1 ? tr("same steps") : tr("same step"))
            : c.lag > 0                  ? tr("reflection %1 earlier").arg(stepsText(c.lag * each))
                                         : tr("%1 %2 earlier").arg(m_against->currentText(), stepsText(-c.lag * each));
        QString text
            = QStringLiteral("%1: r = %2").arg(which, std::isfinite(c.r) ? fixedNumber(c.r, 2) : QStringLiteral("–"));
        text += std::isfinite(c.low)
            ? QStringLiteral(" (95 %: %1 – %2)").arg(fixedNumber(c.low, 2), fixedNumber(c.high, 2))
            : tr(" (too few independent steps for an interval)");
        text += each > 1
            ? tr(", n = %1 means of %2 steps, about %3 independent").arg(c.n).arg(each).arg(c.effective, 0, 'f', 0)
            : tr(", n = %1 steps, about %2 independent").arg(c.n).arg(c.effective, 0, 'f', 0);
        dots.append({ c.lag, c.r, c.low, c.high, text });
        if (std::isfinite(c.r) && (strongest < 0 || std::abs(c.r) > std::abs(found[size_t(strongest)].r)))
            strongest = int(i);
    }
    m_lags->setDots(dots, seriesColor(0, dark()),
        each > 1 ? tr("steps by which reflection is ahead, times %1").arg(each)
                 : tr("steps by which reflection is ahead"));
    const int told = m_lags->current() >= 0 && m_lags->current() < dots.size() ? m_lags->current() : strongest;
    m_lagNote->setText(told < 0
            ? tr("Too few steps in view for a correlation.")
            : tr("%1%2. Fisher's z with the effective number of steps (Pyper and Peterman 1998). Filled "
                 "dots leave 0 out; one lag in twenty does so by chance.")
                  .arg(told == strongest ? tr("Strongest, ") : QString(), dots[told].hint));
}

} // namespace aha
