#pragma once
// Runs and checkpoints side by side: figures, outcomes of held-out problems, what was answered to them over time,
// where training samples came from.

#include "core/trace/reflection.h"
#include "widgets/panels/openrun.h"
#include "widgets/panels/textplace.h"

#include <QWidget>

#include <memory>

class QMenu;
class QTabWidget;

namespace aha {

class CompareFigures;
class CompareModel;
class EvaluateBar;
class LineagePage;
class OutcomesPage;
class ProbesPage;
class TextsPage;

class ComparePanel : public QWidget {
    Q_OBJECT
public:
    enum Tab { Figures, Outcomes, Probes, Lineage, Texts };

    explicit ComparePanel(QWidget* parent = nullptr);
    void setRuns(const OpenRuns& runs);
    /// Other reflection words from now on.
    void setLexicon(const std::shared_ptr<const Lexicon>& lexicon);
    void showTab(Tab tab);
    CompareModel* model() const; ///< of the figures
    OutcomesPage* outcomes() const { return m_outcomes; }
    /// One more text on the tab Texts; of several, these alone.
    void compareTexts(const TextPlaces& places);
    ProbesPage* probes() const { return m_probes; }
    /// The text that is read on the tab that is shown; its place is not valid where there is none.
    TextReading reading() const;

Q_SIGNALS:
    void stepPicked(const QString& folder, qint64 step);
    void completionPicked(const QString& folder, qint64 completionId);
    void problemPicked(const QString& folder, qint64 evaluationId, int position, int sample);
    void said(const QString& sentence);
    /// TraceView::menuOpening() of any text on any tab.
    void textMenuOpening(QMenu* menu);

private:
    QTabWidget* m_tabs;
    CompareFigures* m_figures;
    OutcomesPage* m_outcomes;
    EvaluateBar* m_evaluate; ///< what it stores is of use on every tab
    ProbesPage* m_probes;
    LineagePage* m_lineage;
    TextsPage* m_texts;
};

} // namespace aha
