#pragma once
// Two columns of the outcome matrix against each other, or two groups of seeds: paired tests on the problems that both
// asked, and between seeds; in words, with what each covers.

#include "widgets/models/outcometable.h"
#include "widgets/models/worker.h"

#include <QWidget>

class QComboBox;
class QLabel;
class QPushButton;

namespace aha {

class PairedCard : public QWidget {
    Q_OBJECT
public:
    explicit PairedCard(QWidget* parent = nullptr);
    ~PairedCard() override;

    /// Offers the columns and the groups of seeds; keeps the chosen ones where they are still there, else the first
    /// group against the last where there are two, else the first column against the last.
    void setTable(const OutcomeTable& table);

private:
    void compute();

    OutcomeTable m_table;
    std::vector<OutcomeSide> m_sides; ///< what the two boxes offer
    QComboBox *m_a, *m_b;
    QPushButton *m_swap, *m_copy;
    QLabel* m_text;
    quint64 m_asked = 0; ///< number of the newest question: late answers to others are dropped
    Worker m_worker;
};

} // namespace aha
