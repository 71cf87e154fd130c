#pragma once
// Language mixing: how much, in which scripts, where in the trace, whether it moves with accuracy or length, whether
// mixed traces are right less often, and what the consistency reward changes when a run with it is open beside one
// without.

#include "widgets/panels/analysispage.h"

namespace aha {

class LagFigure;
class PositionFigure;

class MixingPage : public AnalysisPage {
    Q_OBJECT
public:
    explicit MixingPage(QWidget* parent = nullptr);
    FiguresModel* comparison() const { return m_comparison; }
    FiguresModel* scripts() const { return m_scripts; }
    FiguresModel* ablation() const { return m_ablation; }

protected:
    void fillCharts() override;
    void fillFigures() override;

private:
    enum Chart { Mixed, Switches, Scripts, Accuracy, Length }; ///< one of the first three is seen
    void showChosen();
    void fillScriptLines();
    void fillComparison();
    void fillScripts();
    void fillAblation();

    FiguresModel *m_comparison, *m_scripts, *m_ablation;
    QTableView* m_ablationTable;
    QLabel *m_comparisonNote, *m_ablationNote;
    QComboBox* m_shown;
    PositionFigure* m_positions;
    LagFigure* m_lags;
};

} // namespace aha
