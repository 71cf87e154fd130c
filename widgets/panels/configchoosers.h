#pragma once
// Beside the form's fields that name a model or a data set: a menu to choose one, and a line that says what it is.

#include "core/config/model_config.h"
#include "core/config/run_config.h"
#include "widgets/models/knownpaths.h"
#include "widgets/models/worker.h"
#include "widgets/panels/openrun.h"

#include <QObject>
#include <QTimer>

#include <functional>
#include <map>
#include <optional>
#include <vector>

class QMenu;

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
    /// Runs that are not open: their checkpoints and data sets are offered, too.
    void setEarlierRuns(const QStringList& folders) { m_earlier = folders; }
    /// Data sets that were opened, newest first; asked when a menu is shown. Unset: none.
    std::function<QStringList()> recentData;
    /// Looks again at what the configuration names, where that is another one.
    void setConfig(const RunConfig& config);

    /// Of the model's folder; none: a single file, or it cannot be read.
    const std::optional<ModelConfig>& model() const { return m_model; }
    /// Rows that train, as far as it is known; 0: not.
    qint64 trainingRows() const;
    /// data.verifier that suits the answers of the rows; empty: none, or not known.
    const std::string& verifier() const { return m_verifier; }

Q_SIGNALS:
    void rowsKnown();
    void dataChosen(const QString& path);

private:
    using Known = std::vector<KnownPath> (*)(const KnownSources&);
    void addModelChooser(const QString& path);
    void addDataChooser(const QString& path);
    /// What is known stands above the menu's other entries, and is looked up anew whenever the menu is shown.
    void offerKnown(QMenu* menu, Known known, const std::function<void(const QString&)>& chosen);
    void fillKnown(QMenu* menu, const std::vector<KnownPath>& paths, const std::function<void(const QString&)>& chosen);
    KnownSources sources(Known known) const;
    void askForFacts();
    void askForOtherFacts(); ///< of the paths beside the run's own model and rows

    ConfigForm* m_form;
    PathFacts* m_facts;
    RecentModels* m_recent = nullptr;
    OpenRuns m_runs;
    RunConfig m_config;
    std::string m_modelPath, m_dataPath;
    std::optional<ModelConfig> m_model;
    std::map<QString, std::string> m_others; ///< their paths, by field
    QStringList m_earlier;
    bool m_asked = false;
    qint64 m_rows = 0; ///< of the sources
    std::string m_verifier; ///< of their rows
    QTimer m_wait; ///< a path that is being typed is not looked for at every letter
    Worker m_worker; // last: its thread ends before what its answers touch
};

} // namespace aha
