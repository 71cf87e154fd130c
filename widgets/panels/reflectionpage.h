#pragma once
// Reflection words against accuracy and length: by word, by place in the trace, and which moves first.

#include "widgets/panels/analysispage.h"

class QCheckBox;

namespace aha {

class LagFigure;
class PositionFigure;

class ReflectionPage : public AnalysisPage {
    Q_OBJECT
public:
    explicit ReflectionPage(QWidget* parent = nullptr);
    FiguresModel* words() const { return m_words; }

protected:
    void fillCharts() override;
    void fillFigures() override;

private:
    enum Unit { PerResponse, PerThousandTokens, ShareOfTraces };
    /// What a row of the list counts: −1 all words, from 0 on the word of that index, below −1 those of a kind.
    static constexpr int ofKind(ReflectionKind kind) { return -2 - int(kind); }
    double rate(const TraceSums& sums, int word) const;
    int64_t count(const TraceSums& sums, int word) const;
    QString rateText(double rate) const;
    int word() const;
    void showWordExamples();
    QString wordText() const;
    QString textOf(int word) const;
    int commonestOf(int word) const; ///< a word that stands for the row; −1 without one
    void fillWords();
    QString reflectingText() const; ///< are traces that reflect right more often?
    void fillLags();

    QComboBox* m_unit;
    FiguresModel* m_words;
    QTableView* m_wordTable;
    QLabel* m_reflecting;
    PositionFigure* m_positions;
    LagFigure* m_lags;
    QCheckBox* m_byKind;
    int m_word = -1;
};

} // namespace aha
