#pragma once
// Configuration and newest figures of several runs side by side.

#include "widgets/panels/openrun.h"

#include <QWidget>

class QCheckBox;
class QTableWidget;

namespace aha {

class ComparePanel : public QWidget {
    Q_OBJECT
public:
    explicit ComparePanel(QWidget* parent = nullptr);
    void setRuns(const OpenRuns& runs);

private:
    void fill();

    OpenRuns m_runs;
    QCheckBox* m_onlyDifferent;
    QTableWidget* m_table;
};

} // namespace aha
