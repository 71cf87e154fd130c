#pragma once
// A stored step's advantages under other settings of the algorithm, without training: old against new, completion by
// completion.

#include "core/config/run_config.h"
#include "core/run/enginequestion.h"
#include "core/store/rows.h"

#include <QJsonObject>
#include <QTimer>
#include <QWidget>

#include <memory>
#include <vector>

class QComboBox;
class QDoubleSpinBox;
class QGridLayout;
class QLabel;
class QPushButton;
class QSpinBox;

namespace aha {

class FigureTable;
class FigureFilter;
class RunReader;
class TraceTable;

class LabWhatIfPage : public QWidget {
    Q_OBJECT
public:
    /// `engine`: the program; empty: the one beside this program.
    explicit LabWhatIfPage(const QString& engine = {}, QWidget* parent = nullptr);
    ~LabWhatIfPage() override;

    /// The run and its configuration; "" for none.
    void setRun(const QString& folder, const RunConfig& config);
    /// Settings that are not the run's own; restoreTyped() after setRun().
    QJsonObject typed() const;
    void restoreTyped(const QJsonObject& state);
    FigureTable* completions() const { return m_rows; }
    FigureTable* figures() const { return m_sums; }
    QSize minimumSizeHint() const override; ///< of fields on two lines

Q_SIGNALS:
    void completionPicked(const QString& folder, qint64 completionId);

protected:
    void showEvent(QShowEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    using Json = nlohmann::ordered_json;
    void arrange(); ///< the fields on one line, or on two where one has no room
    void reset();
    void ask();
    void present(const Json& report);
    void presentSums(
        const Json& was, const Json& now, const std::vector<double>& before, const std::vector<double>& after);
    QWidgetList inputs() const;
    void fitLines();
    void say(const QString& text, bool problem);

    EngineQuestion m_question;
    QString m_folder;
    RunConfig m_config;
    QJsonObject m_asRun; ///< the fields, as setRun() left them
    std::unique_ptr<RunReader> m_reader;
    bool m_isStale = true; ///< the tables are not of what the controls say
    QTimer m_soon;
    QSpinBox* m_step;
    QComboBox *m_scaling, *m_loss, *m_level, *m_policy;
    QDoubleSpinBox *m_beta, *m_low, *m_high;
    QPushButton* m_reset;
    QGridLayout* m_grid;
    std::vector<std::pair<QLabel*, QWidget*>> m_fields; ///< a field and its name above it
    int m_perLine = 0;
    QLabel* m_note;
    FigureTable *m_sums, *m_rows;
    FigureFilter* m_order;
    TraceTable *m_sumTable, *m_table;
};

} // namespace aha
