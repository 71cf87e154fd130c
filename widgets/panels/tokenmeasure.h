#pragma once
// Asks an engine about the tokens of a stored text, with the checkpoint that fits: what was not stored when the text
// was drawn can still be measured.

#include "core/run/enginequestion.h"
#include "widgets/models/tokeninsight.h"
#include "widgets/panels/textplace.h"
#include "widgets/panels/tracecolors.h"

#include <QObject>

#include <memory>

namespace aha {

class TraceView;

class TokenMeasure : public QObject {
    Q_OBJECT
public:
    /// Who reads a text, or why nobody can.
    struct Plan {
        TextPlace place;
        qint64 policyStep = -1; ///< of the checkpoint
        QString problem; ///< "": it can be read
    };

    explicit TokenMeasure(QObject* parent = nullptr);

    /// Do an engine's answers colour by it? `stored`: the text has token values of its own; ratios stand to them.
    static bool isNeeded(Heat heat, bool stored, bool hasAdvantage);
    /// Why nothing colours by it, and no engine can help; "" where there are colours.
    static QString whyNone(Heat heat, bool stored, bool hasAdvantage);
    /// Of a completion the newest checkpoint before its step, which drew it or nearly did; `made`: the one that its
    /// step made or the next. Of an answer the one nearest to its evaluation. Reads a few rows.
    static Plan plan(const TextPlace& place, bool made);
    /// The insight in a text, which lends it to what the run did not store. Keeps the place and the selection.
    static void show(TraceView* view, std::shared_ptr<const TokenInsight> insight, bool stored);

    /// One of the signals follows, unless another text is asked for or it is cancelled. `text`: what is to be read
    /// where an evaluation has several answers to a problem.
    void ask(const Plan& plan, const std::string& text);
    void cancel() { m_question.cancel(); }
    bool isAsking() const { return m_question.isAsking(); }
    bool isAsking(const Plan& plan) const
    {
        return isAsking() && m_place == plan.place && m_policyStep == plan.policyStep;
    }

Q_SIGNALS:
    void measured(const std::shared_ptr<const aha::TokenInsight>& insight);
    void failed(const QString& sentence);

private:
    EngineQuestion m_question;
    TextPlace m_place; ///< that is asked for
    qint64 m_policyStep = -1; ///< likewise
};

} // namespace aha
