#include "widgets/panels/samplebar.h"

#include "core/tasks/task.h"
#include "widgets/language/translation.h"
#include "widgets/models/grouplistmodel.h"
#include "widgets/models/heldoutsample.h"
#include "widgets/models/tracelistmodel.h"
#include "widgets/models/visibletext.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QTabBar>

#include <algorithm>

namespace aha {

SampleBar::SampleBar(const QString& name, QWidget* parent)
    : QWidget(parent)
    , m_row(new QTabBar(this))
    , m_says(new QLabel(this))
{
    m_row->setObjectName(name);
    m_row->setAccessibleName(tr("Samples of the problem"));
    m_row->setExpanding(false);
    m_row->setDrawBase(false);
    m_row->setUsesScrollButtons(true);
    m_row->setElideMode(Qt::ElideNone);
    m_row->setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed); // many of them scroll
    m_says->setObjectName(name + QStringLiteral("Says"));
    m_says->setTextFormat(Qt::PlainText);
    m_says->setProperty("role", QStringLiteral("hint"));
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    layout->addWidget(m_row);
    layout->addWidget(m_says, 1);
    connect(m_row, &QTabBar::currentChanged, this, [this](int sample) {
        if (sample >= 0)
            Q_EMIT chosen(sample);
    });
    setSamples({}, 1, 0);
}

void SampleBar::setSamples(const std::vector<CompletionRow>& samples, int drawn, int wanted)
{
    const QSignalBlocker quiet(m_row);
    m_samples = samples;
    const int count = int(samples.size());
    const bool focused = m_row->hasFocus(), another = m_row->count() != count;
    if (another) // seen, it would lay itself out once for every one that comes or goes
        m_row->hide();
    while (m_row->count() > count)
        m_row->removeTab(m_row->count() - 1);
    while (m_row->count() < count)
        m_row->addTab({});
    for (int i = 0; i < count; ++i) {
        const CompletionRow& sample = samples[size_t(i)];
        m_row->setTabText(i, QStringLiteral("%1 %2").arg(sampleMark(sample)).arg(i + 1));
        m_row->setAccessibleTabName(i, tr("sample %1: %2").arg(i + 1).arg(verdictText(sample)));
        m_row->setTabToolTip(i, plainToolTip(sampleFacts(sample, drawn)));
    }
    m_row->setCurrentIndex(sampleAt(samples, wanted));
    m_row->setVisible(count > 0);
    if (another && focused && count > 0)
        m_row->setFocus();
    const auto many = [&](auto is) { return int(std::count_if(samples.begin(), samples.end(), is)); };
    const int right = many([](const CompletionRow& s) { return s.correct; });
    const int judged = many([](const CompletionRow& s) { return judgedCorrect(s.verdict, s.correct).has_value(); });
    m_says->setWordWrap(count == 0); // a count of samples stands in one line, and the samples scroll
    m_says->setText(count == 0 ? tr("This run stored one answer per problem: the first of %1 samples.").arg(drawn)
            : judged == 0      ? tr("%1 answers, not judged").arg(count)
                               : rightText(right, judged, count));
    setVisible(drawn > 1);
}

int SampleBar::current() const { return std::max(0, m_row->currentIndex()); }

void SampleBar::choose(int wanted)
{
    if (!m_samples.empty())
        m_row->setCurrentIndex(sampleAt(m_samples, wanted));
}

void SampleBar::move(int by)
{
    if (const int next = m_row->currentIndex() + by; next >= 0 && next < m_row->count())
        m_row->setCurrentIndex(next);
}

} // namespace aha
