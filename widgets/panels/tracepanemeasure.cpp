// TracePane: what an engine is asked about the tokens of the text.

#include "widgets/language/translation.h"
#include "widgets/panels/tokenmeasure.h"
#include "widgets/panels/tracelegend.h"
#include "widgets/panels/tracepane.h"
#include "widgets/panels/traceview.h"

#include <QLabel>

namespace aha {

void TracePane::say(const QString& sentence)
{
    m_insight->setText(sentence);
    m_insight->setVisible(!sentence.isEmpty());
}

void TracePane::chooseHeat(Heat heat)
{
    colour(heat);
    const bool stored = m_document.detail.has_value(), hasAdvantage = m_document.advantage.has_value();
    // The answer about teacher and student has the student's own values.
    const bool lent = m_teacherBeside && heat != Heat::Kl && heat != Heat::Ratio;
    const bool needed = TokenMeasure::isNeeded(heat, stored, hasAdvantage) && !lent;
    if (needed && m_legend->isAsked())
        return measure(heat == Heat::Ratio);
    if (!m_measureWanted)
        m_measure->cancel();
    if ((needed || isOfTeacher(heat)) && !m_legend->isAsked() && !m_teacherBeside)
        return say(TraceLegend::notAskedText());
    if (isOfTeacher(heat))
        return Q_EMIT teacherWanted();
    if (m_teacherBeside) // both sides stay as they are
        return;
    Q_EMIT teacherUnwanted();
    const bool unrewarded = heat == Heat::Reward && !m_document.rewards;
    const QString none = unrewarded
        ? tr("No rewards of tokens are stored for this trace. Runs of the kind prime, and runs "
             "with a process reward model, store them where token values are kept.")
        : m_document.heading.isEmpty() ? QString()
                                       : TokenMeasure::whyNone(heat, stored, hasAdvantage);
    if (!none.isEmpty())
        say(none);
    else if (const TokenInsight* known = m_view->insight(); known && m_measureWanted)
        say(known->source(stored));
    else if (m_measureWanted)
        measure(false);
    else
        m_insight->hide();
}

void TracePane::measureAll()
{
    if (m_document.text.empty())
        return;
    m_measureWanted = true;
    m_legend->setAsked();
    measure(m_legend->heat() == Heat::Ratio && m_document.detail.has_value());
}

void TracePane::measure(bool made)
{
    const TokenMeasure::Plan plan = TokenMeasure::plan(m_document.place, made);
    const bool asking = m_measure->isAsking(plan);
    if (!asking)
        m_measure->cancel();
    if (const TokenInsight* known = m_view->insight(); known && known->policyStep == plan.policyStep)
        return say(known->source(m_document.detail.has_value()));
    m_view->setInsight(nullptr);
    if (!plan.problem.isEmpty())
        return say(plan.problem);
    say(tr("An engine computes this text under the checkpoint of step %1 and under the base model …")
            .arg(plan.policyStep));
    if (!asking)
        m_measure->ask(plan, m_document.text);
}

} // namespace aha
