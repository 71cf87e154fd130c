#include "widgets/panels/lagfigure.h"

#include "widgets/language/shownnumber.h"
#include "widgets/language/translation.h"
#include "widgets/panels/analysispage.h"
#include "widgets/plots/intervaldots.h"
#include "widgets/plots/seriescolors.h"

#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>
#include <utility>

namespace aha {

namespace {

constexpr int kMostLag = 10;
constexpr size_t kAtOnce = 2000; ///< steps; the time grows with their square

} // namespace

LagFigure::LagFigure(const QString& dots, const QString& prefix, const Words& words, QWidget* parent)
    : QWidget(parent)
    , m_words(words)
    , m_against(new QComboBox(this))
    , m_detrend(new QCheckBox(tr("Without the trends"), this))
    , m_dots(new IntervalDots(this))
    , m_note(makeNote(prefix + QStringLiteral("Note"), this))
{
    m_against->setObjectName(prefix + QStringLiteral("Against"));
    m_against->setAccessibleName(words.choice);
    m_against->addItems({ tr("accuracy"), tr("length") });
    m_detrend->setObjectName(prefix + QStringLiteral("Detrend"));
    m_detrend->setAccessibleName(m_detrend->text());
    m_detrend->setToolTip(
        tr("Takes the straight line off both series first. Two series that both rise correlate at every lag."));
    m_detrend->setChecked(true);
    m_dots->setObjectName(dots);
    m_dots->setAccessibleName(tr("Correlation by lag"));
    auto* bar = new QHBoxLayout;
    bar->addWidget(new QLabel(words.with, this));
    bar->addWidget(m_against);
    bar->addStretch(1);
    bar->addWidget(m_detrend);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 6, 0, 0);
    layout->addLayout(bar);
    layout->addWidget(m_dots, 1);
    layout->addWidget(m_note);
    connect(m_against, &QComboBox::currentIndexChanged, this, [this] { count(); });
    connect(m_detrend, &QCheckBox::toggled, this, [this] { count(); });
    connect(m_dots, &IntervalDots::currentChanged, this, [this] { showFound(); });
}

void LagFigure::setSteps(std::shared_ptr<const RunTally> tally, int64_t from, int64_t to, Value value)
{
    m_tally = std::move(tally);
    m_from = from;
    m_to = to;
    m_value = std::move(value);
    count();
}

bool LagFigure::ofAnswers() const { return m_tally->of == TraceSource::HeldOutAnswers; }

QString LagFigure::lagText(int lag) const
{
    if (ofAnswers())
        return lag == 1 ? tr("1 evaluation") : tr("%1 evaluations").arg(lag);
    return lag == 1 ? tr("1 step") : tr("%1 steps").arg(lag);
}

QString LagFigure::distanceText() const
{
    int64_t least = INT64_MAX, most = 0, before = -1;
    for (const auto& step : m_tally->steps.all()) {
        if (step->step < m_from || step->step > m_to)
            continue;
        if (before >= 0) {
            least = std::min(least, step->step - before);
            most = std::max(most, step->step - before);
        }
        before = step->step;
    }
    if (most == 0)
        return {};
    return least == most ? tr(" Evaluations are %L1 steps apart.").arg(most)
                         : tr(" Evaluations are %L1 to %L2 steps apart.").arg(least).arg(most);
}

void LagFigure::count()
{
    if (!m_tally)
        return;
    std::vector<double> values, other;
    int64_t before = -1;
    const int each = m_tally->steps.stepsEach();
    for (const auto& step : m_tally->steps.all()) {
        if (step->step < m_from || step->step > m_to)
            continue;
        // Steps without completions are gaps.
        for (; !ofAnswers() && before >= 0 && before + each < step->first; before += each) {
            values.push_back(NAN);
            other.push_back(NAN);
        }
        before = step->step;
        const TraceSums sums = allOf(step->of);
        values.push_back(m_value(sums));
        other.push_back(m_against->currentIndex() == 0 ? double(step->of[kRightTrace].traces) / double(step->judged())
                                                       : double(sums.tokens) / double(sums.traces));
    }
    const int controlled = m_detrend->isChecked() ? 1 : 0;
    if (controlled > 0) {
        values = withoutTrend(values);
        other = withoutTrend(other);
    }
    const int most = std::min(kMostLag, std::max(0, int(values.size()) / 4));
    if (values.size() <= kAtOnce) {
        m_found = laggedCorrelations(values, other, most, controlled);
        m_again = m_counting; // the answer that is still to come is of other steps
        return showFound();
    }
    if (std::exchange(m_counting, true)) {
        m_again = true; // of what is there when this is done
        return;
    }
    m_worker.post([this, values = std::move(values), other = std::move(other), most, controlled] {
        auto found
            = std::make_shared<std::vector<LaggedCorrelation>>(laggedCorrelations(values, other, most, controlled));
        QMetaObject::invokeMethod(
            this,
            [this, found] {
                m_counting = false;
                m_found = std::move(*found);
                showFound();
                if (std::exchange(m_again, false))
                    count();
            },
            Qt::QueuedConnection);
    });
}

void LagFigure::showFound()
{
    if (!m_tally)
        return;
    const std::vector<LaggedCorrelation>& found = m_found;
    const int each = m_tally->steps.stepsEach();
    QVector<IntervalDots::Dot> dots;
    int strongest = -1;
    for (size_t i = 0; i < found.size(); ++i) {
        const LaggedCorrelation& c = found[i];
        const QString which = c.lag == 0
            ? (ofAnswers()     ? tr("same evaluation")
                    : each > 1 ? tr("same steps")
                               : tr("same step"))
            : tr("%1 %2 earlier")
                  .arg(c.lag > 0 ? m_words.subject : m_against->currentText(), lagText(std::abs(c.lag) * each));
        QString text
            = QStringLiteral("%1: r = %2").arg(which, std::isfinite(c.r) ? fixedNumber(c.r, 2) : QStringLiteral("–"));
        text += std::isfinite(c.low) ? tr(" (95 %: %1 – %2)").arg(fixedNumber(c.low, 2), fixedNumber(c.high, 2))
                                     : tr(" (too few independent steps for an interval)");
        text += each > 1
            ? tr(", n = %1 means of %2, about %3 independent").arg(c.n).arg(lagText(each)).arg(c.effective, 0, 'f', 0)
            : tr(", n = %1, about %2 independent").arg(lagText(c.n)).arg(c.effective, 0, 'f', 0);
        dots.append({ c.lag, c.r, c.low, c.high, text.replace(QLatin1Char('-'), QChar(0x2212)) });
        if (std::isfinite(c.r) && (strongest < 0 || std::abs(c.r) > std::abs(found[size_t(strongest)].r)))
            strongest = int(i);
    }
    const bool dark = palette().color(QPalette::Base).lightness() < 128;
    const QString& axis = ofAnswers() ? m_words.answersAxis : m_words.axis;
    m_dots->setDots(dots, seriesColor(0, dark), each > 1 ? tr("%1, times %2").arg(axis).arg(each) : axis);
    const int told = m_dots->current() >= 0 && m_dots->current() < dots.size() ? m_dots->current() : strongest;
    const SumsByVerdict sums = m_tally->sums(m_from, m_to);
    if (m_against->currentIndex() == 0 && judgedOf(sums) == 0 && sums[kUnjudgedTrace].traces > 0)
        return m_note->setText(tr("No answer was judged, so there is no accuracy to correlate with."));
    m_note->setText(told < 0
            ? (ofAnswers() ? tr("Too few evaluations in view for a correlation.")
                           : tr("Too few steps in view for a correlation."))
            : tr("%1%2. Fisher's z with the effective number of steps (Pyper and Peterman 1998). Filled "
                 "dots leave 0 out; one lag in twenty does so by chance.")
                    .arg(told == strongest ? tr("Strongest, ") : QString(), dots[told].hint)
                + (ofAnswers() ? distanceText() : QString()));
}

} // namespace aha
