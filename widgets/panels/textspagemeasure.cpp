// TextsPage: what an engine is asked about the tokens of the texts.

#include "widgets/language/translation.h"
#include "widgets/panels/textcolumn.h"
#include "widgets/panels/textspage.h"
#include "widgets/panels/tokenmeasure.h"
#include "widgets/panels/tracelegend.h"
#include "widgets/panels/traceview.h"
#include "widgets/plots/placeaction.h"

#include <QLabel>

#include <algorithm>

namespace aha {

void TextsPage::followMeasure()
{
    connect(m_legend, &TraceLegend::heatChanged, this, [this](Heat heat) {
        for (const TextColumn* column : m_columns)
            column->view()->setHeat(heat);
        if (heat != m_lastHeat)
            m_refused.clear(); // choosing again is asking again
        m_lastHeat = heat;
        measure();
    });
    connect(m_legend, &TraceLegend::measureWanted, this, &TextsPage::measureAll);
    connect(m_measure, &TokenMeasure::measured, this, [this](const std::shared_ptr<const TokenInsight>& insight) {
        TokenMeasure::show(m_measured->view(), insight, m_measured->hasTokenValues());
        measure();
    });
    connect(m_measure, &TokenMeasure::failed, this, [this](const QString& sentence) {
        m_refused[m_measured] = sentence;
        measure();
    });
    new PlaceAction(
        this, "texts.measure", tr("Measure the tokens of the texts"), keyList({ Qt::Key_F4 }), [this] { measureAll(); },
        [this] { return isAnyMeasurable(); });
}

bool TextsPage::isAnyMeasurable() const
{
    return std::any_of(
        m_columns.begin(), m_columns.begin() + m_count, [](const TextColumn* one) { return one->place().isValid(); });
}

void TextsPage::measureAll()
{
    m_legend->setAsked();
    m_refused.clear();
    m_wanted = { m_columns.begin(), m_columns.begin() + m_count };
    measure();
}

/// One text after the other: an engine holds a model or two.
void TextsPage::measure()
{
    const Heat heat = m_legend->heat();
    QStringList lines;
    bool asking = false, unasked = false;
    for (int i = 0; i < m_count; ++i) {
        TextColumn* one = column(i);
        if (!one->place().isValid())
            continue;
        const auto say = [&](const QString& sentence) { lines << QStringLiteral("%1: %2").arg(one->key(), sentence); };
        const bool stored = one->hasTokenValues(), hasAdvantage = one->view()->trace().hasAdvantage,
                   needed = TokenMeasure::isNeeded(heat, stored, hasAdvantage);
        if (!needed && !m_wanted.contains(one)) {
            if (const QString none = TokenMeasure::whyNone(heat, stored, hasAdvantage); !none.isEmpty())
                say(none);
            continue;
        }
        if (!m_legend->isAsked()) {
            unasked = true;
            continue;
        }
        const TokenMeasure::Plan plan = TokenMeasure::plan(one->place(), heat == Heat::Ratio && stored);
        if (const TokenInsight* known = one->view()->insight();
            known && (!needed || known->policyStep == plan.policyStep)) {
            say(known->measuredWith()
                + (known->baseProblem.isEmpty() ? QString() : tr("; no KL: ") + translated(known->baseProblem)));
        } else if (!plan.problem.isEmpty() || m_refused.contains(one)) {
            say(plan.problem.isEmpty() ? m_refused[one] : plan.problem);
        } else if (asking) {
            say(tr("waits for the engine"));
        } else {
            say(tr("an engine reads it with checkpoint %1 …").arg(plan.policyStep));
            asking = true;
            m_measured = one;
            if (!m_measure->isAsking(plan)) {
                const QByteArray& bytes = one->view()->trace().bytes;
                m_measure->ask(plan, std::string(bytes.constData(), size_t(bytes.size())));
            }
        }
    }
    if (unasked)
        lines << TraceLegend::notAskedText();
    if (!asking)
        m_measure->cancel();
    m_insight->setText(lines.join(QLatin1Char('\n')));
    m_insight->setVisible(!lines.isEmpty());
}

} // namespace aha
