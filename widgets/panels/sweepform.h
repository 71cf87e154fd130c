#pragma once
// A new sweep: base, axes, grid or random; what it comes to, before anything is queued.

#include "widgets/language/translation.h"
#include "widgets/models/sweepmodel.h"
#include "widgets/models/worker.h"
#include "widgets/panels/openrun.h"
#include "widgets/panels/sessionpart.h"

#include <QStringList>
#include <QTimer>
#include <QWidget>

#include <functional>
#include <map>
#include <memory>
#include <stop_token>
#include <utility>
#include <vector>

class QComboBox;
class QLabel;
class QLineEdit;
class QListWidget;
class QPushButton;
class QSpinBox;
class QTableWidget;

namespace aha {

class FieldPicker;

class SweepForm : public QWidget, public SessionPart {
    Q_OBJECT
public:
    explicit SweepForm(QWidget* parent = nullptr);
    ~SweepForm() override;

    void setRuns(const OpenRuns& runs);
    /// All of the library: their step times say what those of the sweep will take.
    void setEarlierRuns(const std::vector<RunListRow>& runs);
    /// What the form on Configure holds, and where it began. Without: the defaults.
    std::function<std::pair<RunConfig, QString>()> form;
    /// The form is another one: the base is, too, unless a person chose a run or a file. Hidden, it is asked later.
    void takeForm();
    /// Sweeps that there are: a name that nobody typed gives way to the next free one.
    void setTaken(const QStringList& names);
    /// The form is the base, whatever was before.
    void useForm();
    const RunConfig& base() const { return m_base; }
    QJsonObject sessionState() const override; ///< axes
    void restoreSession(const QJsonObject& state) override; ///< says which axes cannot be read any more

Q_SIGNALS:
    /// Every point of the plan; it is shared, since ten thousand configurations are 34 MB.
    void queueRequested(const std::shared_ptr<const aha::SweepPlan>& plan, const QString& sweep);

protected:
    void showEvent(QShowEvent* event) override;
    bool eventFilter(QObject* object, QEvent* event) override;

private:
    void build();
    void chooseBase(int index);
    void fillFields();
    void describeField();
    QString refusal(const FieldInfo& info) const; ///< why the sweep cannot vary it; "" where it can
    QString leftOutText(const SweepPlan& plan) const;
    void addAxis();
    void removeAxis();
    void axesChanged();
    void plan(); ///< on the worker's thread: points, then their time
    void showPlan(const std::shared_ptr<const SweepPlan>& made);
    void showTime(); ///< of the plan; worked out on the worker's thread
    void tell(const QString& sentence);

    RunConfig m_base, m_given; ///< m_given: the form's, the choice that is no file
    QString m_givenName = tr("the defaults");
    Sweep m_sweep;
    std::shared_ptr<const SweepPlan> m_plan; ///< what stands in the table; null until it is there
    QStringList m_kinds; ///< of the runs, which the fields on offer are of
    std::shared_ptr<const std::vector<RunListRow>> m_earlier;
    std::map<QString, std::vector<double>> m_measured; ///< by shape: seconds a step took, of each earlier run, sorted
    QString m_count; ///< the summary without the time
    std::stop_source m_planning; ///< of the newest plan: older ones end, and their late answers are dropped
    QString m_lost; ///< axes of the last session that could not be read; "" once a person changes the axes
    OpenRuns m_runs;
    QComboBox *m_bases, *m_kind;
    FieldPicker* m_field;
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
