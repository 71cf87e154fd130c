#pragma once
// What a run will need, below the form: an estimate from formulas, or what the engine measured when it was asked to.

#include "core/config/run_config.h"
#include "core/run/enginequestion.h"

#include <QElapsedTimer>
#include <QTimer>
#include <QWidget>

#include <optional>

class QLabel;
class QPushButton;

namespace aha {

/// The measurement runs in a child of its own and can be cancelled; it no longer counts when a field that memory or
/// time depend on has changed since.
class PlanView : public QWidget {
    Q_OBJECT
public:
    /// `engine`: the program; empty: the one beside this program.
    explicit PlanView(const QString& engine = {}, QWidget* parent = nullptr);

    /// What the form says now. `estimate`: the formulas' sentences. `valid`: it could be started.
    void setConfig(const RunConfig& config, const QString& estimate, bool valid);
    QString text() const;

private:
    void toggle();
    void present();

    EngineQuestion m_question;
    RunConfig m_config, m_asked; ///< now; that the measurement is of
    std::optional<nlohmann::ordered_json> m_plan;
    QString m_estimate, m_note; ///< m_note: why there is no measurement
    bool m_valid = true;
    QElapsedTimer m_since;
    QTimer m_tick;
    QLabel* m_label;
    QPushButton* m_button;
};

} // namespace aha
