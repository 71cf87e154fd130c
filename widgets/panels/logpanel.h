#pragma once
// The log of all open runs, or of any run of the library.

#include "core/run/runlist.h"
#include "widgets/models/runlog.h"
#include "widgets/models/worker.h"
#include "widgets/panels/openrun.h"

#include <QWidget>

class QComboBox;
class QPlainTextEdit;

namespace aha {

class LogPanel : public QWidget {
    Q_OBJECT
public:
    /// Several panels may show one log, each what was chosen there; `suffix` tells their fields' names apart.
    explicit LogPanel(const RunLog* log, const QString& suffix = {}, QWidget* parent = nullptr);

    /// Until a person chooses, several open runs show the current one: the one that the header names.
    void setRuns(const OpenRuns& runs);
    /// Those of the library are offered below the open ones; what is chosen there is read beside the window.
    void setLibrary(const std::vector<RunListRow>& rows);

private:
    void settle(); ///< a chosen run that is neither open nor in the library any more is given up
    void offer();
    bool isOpen(const QString& folder) const;
    bool shows(const QString& folder) const;
    void fill(); ///< and shows the end
    void refill(); ///< who reads further up stays there
    void read(); ///< the lines of the chosen run, which is not open

    const RunLog* m_log;
    QComboBox* m_run;
    QPlainTextEdit* m_text;
    OpenRuns m_open;
    std::vector<std::pair<QString, QString>> m_library; ///< folders and names
    QString m_folder; ///< whose lines are shown; empty: those of all open runs
    QString m_readFolder; ///< whose lines m_read has
    QString m_readRow; ///< the library's row of the chosen run when it was read last
    std::vector<RunLog::Line> m_read;
    bool m_chosen = false;
    Worker m_worker;
};

} // namespace aha
