#pragma once
// Runs and checkpoints side by side: figures, outcomes of held-out problems, what was answered to them over time.

#include "widgets/panels/openrun.h"

#include <QWidget>

class QTabWidget;

namespace aha {

class CompareFigures;
class CompareModel;
class OutcomesPage;
class ProbesPage;

class ComparePanel : public QWidget {
    Q_OBJECT
public:
    enum Tab { Figures, Outcomes, Probes };

    explicit ComparePanel(QWidget* parent = nullptr);
    void setRuns(const OpenRuns& runs);
    void showTab(Tab tab);
    CompareModel* model() const; ///< of the figures
    OutcomesPage* outcomes() const { return m_outcomes; }
    ProbesPage* probes() const { return m_probes; }

Q_SIGNALS:
    void problemPicked(const QString& folder, qint64 evaluationId, int position);

private:
    QTabWidget* m_tabs;
    CompareFigures* m_figures;
    OutcomesPage* m_outcomes;
    ProbesPage* m_probes;
};

} // namespace aha
