#pragma once
// Figures, configuration and metrics of several runs side by side.

#include "widgets/models/comparemodel.h"
#include "widgets/panels/openrun.h"

#include <QTimer>
#include <QWidget>

class QCheckBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QTableView;

namespace aha {

class CompareFigures : public QWidget {
    Q_OBJECT
public:
    explicit CompareFigures(QWidget* parent = nullptr);
    void setRuns(const OpenRuns& runs);
    CompareModel* model() const { return m_model; }

protected:
    void showEvent(QShowEvent* event) override;
    bool eventFilter(QObject* object, QEvent* event) override;

private:
    void read(); ///< from the databases
    void fill(); ///< from what was read
    void fitColumns();

    OpenRuns m_runs;
    std::vector<ComparedRun> m_read;
    CompareModel* m_model;
    QLabel* m_hint;
    QCheckBox* m_onlyDifferent;
    QLineEdit* m_filter;
    QPushButton* m_copy;
    QTableView* m_table;
    QTimer m_coalesce; ///< a live run: read again now and then
};

} // namespace aha
