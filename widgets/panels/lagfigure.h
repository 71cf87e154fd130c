#pragma once
// Does a rate of the traces move with accuracy or length, and which of the two moves first?

#include "core/base/lagged_correlation.h"
#include "widgets/models/traceanalysis.h"
#include "widgets/models/worker.h"

#include <QWidget>

#include <functional>

class QCheckBox;
class QComboBox;
class QLabel;

namespace aha {

class IntervalDots;

class LagFigure : public QWidget {
    Q_OBJECT
public:
    using Value = std::function<double(const TraceSums&)>; ///< of the traces of a step; NaN: a gap
    struct Words {
        QString subject; ///< "reflection"
        QString with; ///< "Reflection with", before the choice of the other
        QString choice; ///< that choice for a screen reader
        QString axis; ///< "steps by which reflection is ahead"
        QString answersAxis; ///< the same in evaluations, for held-out answers
    };

    /// `dots` is the object name of the dots; `prefix` begins the names of what is chosen.
    LagFigure(const QString& dots, const QString& prefix, const Words& words, QWidget* parent);
    /// Of the steps in view. Those of many steps are worked out beside the window. Held-out answers are lagged by
    /// evaluations, however far apart these are.
    void setSteps(std::shared_ptr<const RunTally> tally, int64_t from, int64_t to, Value value);

private:
    void count();
    void showFound();
    bool ofAnswers() const;
    QString lagText(int lag) const; ///< "2 steps", "1 evaluation"
    QString distanceText() const; ///< how many steps lie between the evaluations in view

    Words m_words;
    std::shared_ptr<const RunTally> m_tally; ///< null: none yet
    int64_t m_from = 0, m_to = INT64_MAX;
    Value m_value;
    QComboBox* m_against;
    QCheckBox* m_detrend;
    IntervalDots* m_dots;
    QLabel* m_note;
    std::vector<LaggedCorrelation> m_found;
    bool m_counting = false, m_again = false;
    Worker m_worker; ///< last: its thread ends before what it answers to
};

} // namespace aha
