#include "widgets/panels/reflectionpage.h"

#include "widgets/language/translation.h"
#include "widgets/models/figuresmodel.h"
#include "widgets/models/visibletext.h"
#include "widgets/models/wordlist.h"
#include "widgets/panels/lagfigure.h"
#include "widgets/panels/positionfigure.h"

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
    , m_words(new FiguresModel(this))
    , m_wordTable(makeFigureTable(
          QStringLiteral("reflectionWords"), tr("Reflection words; a row shows its curve"), m_words, this))
    , m_reflecting(makeNote(QStringLiteral("reflectingAccuracy"), this))
    , m_positions(new PositionFigure(QStringLiteral("reflection"), tr("reflection words"),
          tr("Share of the reflection words that stand in each twentieth of their trace, all words of the lexicon."),
          this))
    , m_lags(new LagFigure(QStringLiteral("reflectionLags"), QStringLiteral("lag"),
          { tr("reflection"), tr("Reflection with"), tr("Correlate reflection with"),
              tr("steps by which reflection is ahead"), tr("evaluations by which reflection is ahead") },
          this))
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
    m_figures->addTab(byWord, tr("By word"));
    m_figures->addTab(m_positions, tr("Position"));
    m_figures->addTab(m_lags, tr("Which moves first"));

    connect(m_unit, &QComboBox::currentIndexChanged, this, [this] { fill(); });
    connect(m_byKind, &QCheckBox::toggled, this, [this] { fill(); });
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
    const TraceSums sums = allOf(m_run.tally->sums(m_from, m_to));
    int found = -1;
    int64_t most = 0;
    for (int i = 0; i < m_run.tally->words.size(); ++i) {
        const int64_t n = count(sums, i);
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
    m_charts->chart(0)->setLines(byVerdict(name, [this, word](const TraceSums& sums) { return rate(sums, word); }));
    m_charts->chart(1)->setLines(accuracyLines());
    m_charts->chart(2)->setLines(lengthLines());
}

void ReflectionPage::fillFigures()
{
    m_scope->setText(scopeText());
    fillWords();
    m_positions->setCounts(positionParts(m_run.tally->sums(m_from, m_to), &TraceSums::positions));
    fillLags();
}

void ReflectionPage::fillWords()
{
    const auto sums = m_run.tally->sums(m_from, m_to);
    const TraceSums together = allOf(sums);
    const auto all = [&](int word) { return count(together, word); };
    const std::vector<TraceVerdict> verdicts = verdictsIn(sums);
    QVector<FiguresModel::Row> rows;
    const auto add = [&](int word, const QString& indent) {
        const int64_t n = all(word);
        if (word != -1 && n == 0)
            return;
        const QString name = textOf(word);
        QStringList cells { indent + name }, counts;
        QVector<double> numbers { NAN };
        for (const TraceVerdict verdict : verdicts) {
            numbers << rate(sums[verdict], word);
            cells << rateText(numbers.back());
            counts << tr("%1: %L2 times in %L3 traces")
                          .arg(verdictTitle(verdict))
                          .arg(count(sums[verdict], word))
                          .arg(sums[verdict].traces);
        }
        rows.append({ word, cells << QStringLiteral("%L1").arg(n), numbers << double(n),
            name + QLatin1Char('\n') + counts.join(QLatin1Char('\n')) });
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
    QStringList titles { tr("Word") };
    for (const TraceVerdict verdict : verdicts)
        titles << verdictTitle(verdict);
    m_words->setRows(titles << QStringLiteral("n"), rows);
    int at = 0;
    for (int row = 0; row < rows.size(); ++row)
        if (rows[row].key == chosen)
            at = row;
    m_wordTable->setCurrentIndex(m_words->index(at, 0));
    m_word = rows[at].key;
    showWordExamples();
    m_reflecting->setText(reflectingText());
}

/// Within problems where two have both kinds; else over all of them, which what differs between problems confounds.
QString ReflectionPage::reflectingText() const
{
    const auto sums = m_run.tally->sums(m_from, m_to);
    if (sums[kUnjudgedTrace].traces > 0 && judgedOf(sums) == 0)
        return tr("No answer was judged: whether reflecting goes with being right is not known.");
    if (const auto same = m_run.tally->within(TraceDivision::Reflecting, m_from, m_to))
        return (ofAnswers()
                ? tr(
                    "Same problem, same evaluation: accuracy of the answers that reflect, minus that of the others, is "
                    "%1, 95 % interval, n = %L2 problems that have both. It does not say which causes which.")
                : tr("Same prompt, same step: accuracy of the traces that reflect, minus that of the others, is "
                     "%1, 95 % interval, n = %L2 groups that have both. It does not say which causes which."))
            .arg(pointsText(same->difference, same->low, same->high))
            .arg(same->clusters);
    QString text = ofAnswers()
        ? tr("No two problems in view have answers with and without reflection words at one evaluation.")
        : tr("No two groups in view have traces with and without reflection words.");
    if (const auto pooled = pooledRates(m_run.tally->clusters(TraceDivision::Reflecting, m_from, m_to)))
        text
            += (ofAnswers() ? tr("\nAll problems pooled: accuracy of the answers that reflect, minus that of the "
                                 "others, is %1, 95 % interval (unpaired, linearised, the problem is the unit), "
                                 "n = %L2 problems, %L3 answers that reflect and %L4 others. Other problems or another "
                                 "time may explain it.")
                            : tr("\nAll groups pooled: accuracy of the traces that reflect, minus that of the others, "
                                 "is %1, 95 % interval (unpaired, linearised, the group is the unit), n = %L2 groups, "
                                 "%L3 traces that reflect and %L4 others. Other problems or another time may explain "
                                 "it."))
                   .arg(pointsText(pooled->difference, pooled->low, pooled->high))
                   .arg(pooled->clusters)
                   .arg(pooled->n)
                   .arg(pooled->othersN);
    return text;
}

void ReflectionPage::fillLags()
{
    if (!m_run.tally)
        return;
    m_lags->setSteps(
        m_run.tally, m_from, m_to, [this, word = word()](const TraceSums& sums) { return rate(sums, word); });
}

} // namespace aha
