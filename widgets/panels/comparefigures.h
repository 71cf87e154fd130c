#pragma once
// Figures, configuration and metrics of several runs side by side.

#include "widgets/models/comparemodel.h"
#include "widgets/models/worker.h"
#include "widgets/panels/openrun.h"

#include <QTimer>
#include <QWidget>

class QCheckBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QTableView;

namespace aha {

class EmptyHint;

class CompareFigures : public QWidget {
    Q_OBJECT
public:
    explicit CompareFigures(QWidget* parent = nullptr);
    ~CompareFigures() override;
    void setRuns(const OpenRuns& runs);
    CompareModel* model() const { return m_model; }

protected:
    void showEvent(QShowEvent* event) override;
    bool eventFilter(QObject* object, QEvent* event) override;

private:
    void read(); ///< from the databases, on the worker
    void fill(); ///< from what was read
    void fitColumns();

    OpenRuns m_runs;
    std::vector<ComparedRun> m_read;
    CompareModel* m_model;
    QLabel *m_hint, *m_key; ///< what is missing; what bold means
    QCheckBox* m_onlyDifferent;
    QLineEdit* m_filter;
    QPushButton *m_copy, *m_latex;
    QTableView* m_table;
    EmptyHint* m_empty;
    QTimer m_coalesce; ///< a live run: read again now and then
    bool m_stale = true;
    quint64 m_asked = 0; ///< number of the newest reading: late answers of others are dropped
    Worker m_worker;
};

} // namespace aha
