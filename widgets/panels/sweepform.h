#pragma once
// A new sweep: base, axes, grid or random; what it comes to, before anything is queued.

#include "widgets/language/translation.h"
#include "widgets/models/sweepmodel.h"
#include "widgets/models/worker.h"
#include "widgets/panels/openrun.h"
#include "widgets/panels/sessionpart.h"

#include <QTimer>
#include <QWidget>

class QComboBox;
class QLabel;
class QLineEdit;
class QListWidget;
class QPushButton;
class QSpinBox;
class QTableWidget;

namespace aha {

class SweepForm : public QWidget, public SessionPart {
    Q_OBJECT
public:
    explicit SweepForm(const QString& runsFolder, QWidget* parent = nullptr);

    void setRuns(const OpenRuns& runs);
    void setBase(const RunConfig& config);
    const RunConfig& base() const { return m_base; }
    QJsonObject sessionState() const override; ///< axes, and a base that is no file
    void restoreSession(const QJsonObject& state) override;

Q_SIGNALS:
    void queueRequested(const std::vector<aha::RunConfig>& configs, const QString& sweep);

protected:
    void showEvent(QShowEvent* event) override;
    bool eventFilter(QObject* object, QEvent* event) override;

private:
    void build();
    void chooseBase(int index);
    void fillFields();
    void describeField();
    void addAxis();
    void removeAxis();
    void plan(); ///< on the worker's thread: points, then their time
    void showPlan(const std::vector<SweepPoint>& points);
    void tell(const QString& sentence);

    QString m_runsFolder;
    RunConfig m_base, m_given; ///< m_given: the choice that is no file
    QString m_givenName = tr("the defaults");
    QString m_givenJson; ///< empty: the defaults
    Sweep m_sweep;
    std::vector<SweepPoint> m_points; ///< empty where something is wrong
    std::vector<RunListRow> m_earlier; ///< touched on the worker's thread alone
    bool m_scanned = false; ///< likewise
    int m_planned = 0; ///< number of the newest plan: late answers are dropped
    OpenRuns m_runs;
    QComboBox *m_bases, *m_field, *m_kind;
    QLineEdit *m_name, *m_values;
    QListWidget* m_axes;
    QPushButton *m_add, *m_remove, *m_queue;
    QSpinBox *m_samples, *m_seed;
    QLabel *m_fieldHelp, *m_message, *m_summary;
    QTableWidget* m_preview;
    QTimer m_coalesce;
    bool m_filling = false;
    Worker m_worker; // last: its thread ends before what its answers touch
};

} // namespace aha
