#pragma once
// What traces do beyond their words: verification, backtracking, sub-goals, enumeration, and what follows a reflection
// word.

#include "widgets/panels/analysispage.h"

namespace aha {

class BehaviourPage : public AnalysisPage {
    Q_OBJECT
public:
    explicit BehaviourPage(QWidget* parent = nullptr);
    FiguresModel* kinds() const { return m_kinds; }

protected:
    void fillCharts() override;
    void fillFigures() override;

private:
    void showKindExamples();

    FiguresModel* m_kinds;
    QTableView* m_table;
    QLabel* m_note;
    int m_kind = 0; ///< row of the table of kinds
};

} // namespace aha
