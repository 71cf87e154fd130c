#pragma once
// Language mixing: how much, in which scripts, whether mixed traces are right less often, and what the consistency
// reward changes when a run with it is open beside one without.

#include "widgets/panels/analysispage.h"

namespace aha {

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
    void fillComparison();
    void fillScripts();
    void fillAblation();

    FiguresModel *m_comparison, *m_scripts, *m_ablation;
    QTableView* m_ablationTable;
    QLabel *m_comparisonNote, *m_ablationNote;
};

} // namespace aha
