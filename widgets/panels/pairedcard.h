#pragma once
// Two columns of the outcome matrix against each other: paired tests on the problems that both asked, in words.

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

    /// Offers the columns; keeps the chosen ones where they are still there, else the first against the last.
    void setTable(const OutcomeTable& table);

private:
    void compute();

    OutcomeTable m_table;
    QComboBox *m_a, *m_b;
    QPushButton* m_swap;
    QLabel* m_text;
    quint64 m_asked = 0; ///< number of the newest question: late answers to others are dropped
    Worker m_worker;
};

} // namespace aha
