#pragma once
// Attach to a run on another machine: an inline form, and what it would run as one line.

#include "core/config/run_config.h"
#include "core/protocol/remote_run.h"

#include <QWidget>

#include <optional>

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;

namespace aha {

/// Starts `engine` attach, detached, which fills a folder of `runsFolder` with the run's rows.
class RemoteForm : public QWidget {
    Q_OBJECT
public:
    RemoteForm(const QString& runsFolder, const QString& engine, QWidget* parent = nullptr);
    void focusFirst();
    /// Writes the configuration to a file beside the runs and fills the form with it: what is left to say is where.
    void startWith(const RunConfig& config);
    /// The command that Attach runs; empty while something is missing. A copy that came from elsewhere names programs
    /// of its own: they are shown, and run when the button below them is pressed.
    QStringList command() const;

Q_SIGNALS:
    /// The copy's folder is there and being filled.
    void attached(const QString& folder);
    void closed();
    void said(const QString& sentence);

protected:
    void showEvent(QShowEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    void fillKnown();
    void choose(int index);
    void check();
    void attach();
    QString replica() const;
    void tell(const QString& sentence); ///< a problem, until the form changes

    QString m_runs, m_engine;
    std::optional<RemoteRun> m_unknown; ///< what the chosen copy names, where nobody here has agreed to it yet
    QString m_broken; ///< why the chosen copy cannot be attached; empty when it can
    QComboBox* m_known;
    QLineEdit *m_host, *m_run, *m_program, *m_config;
    QLabel *m_command, *m_message;
    QPushButton *m_attach, *m_close, *m_pick;
};

} // namespace aha
