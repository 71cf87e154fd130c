#pragma once
// Beside the form's fields that name a model or a data set: a menu to choose one, and a line that says what it is.

#include "core/config/model_config.h"
#include "core/config/run_config.h"
#include "widgets/panels/openrun.h"

#include <QObject>
#include <QTimer>

#include <optional>

namespace aha {

class ConfigForm;
class PathFacts;
class RecentModels;

class ConfigChoosers : public QObject {
    Q_OBJECT
public:
    /// `engine`: looks at model files; empty: the one beside this program.
    ConfigChoosers(ConfigForm* form, const QString& engine);

    /// Models that were opened are offered first. `recent` must outlive this.
    void setModels(RecentModels* recent) { m_recent = recent; }
    void setRuns(const OpenRuns& runs) { m_runs = runs; }
    /// Looks again at what the configuration names, where that is another one.
    void setConfig(const RunConfig& config);

    /// Of the model's folder; none: a single file, or it cannot be read.
    const std::optional<ModelConfig>& model() const { return m_model; }
    /// Rows that train, as far as it is known; 0: not.
    qint64 trainingRows() const;

Q_SIGNALS:
    void rowsKnown();

private:
    void addModelChooser(const QString& path);
    void addDataChooser(const QString& path);
    void askForFacts();

    ConfigForm* m_form;
    PathFacts* m_facts;
    RecentModels* m_recent = nullptr;
    OpenRuns m_runs;
    RunConfig m_config;
    std::string m_modelPath, m_dataPath;
    std::optional<ModelConfig> m_model;
    bool m_asked = false;
    qint64 m_rows = 0; ///< of the sources
    QTimer m_wait; ///< a path that is being typed is not looked for at every letter
};

} // namespace aha
