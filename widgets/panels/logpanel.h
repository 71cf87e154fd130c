#pragma once
// The log of all open runs, or of one.

#include "widgets/models/runlog.h"
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

    /// Until a person chooses, several open runs show the first of them: the one that the header names.
    void setRuns(const OpenRuns& runs);

private:
    bool shows(const QString& folder) const;
    void fill();

    const RunLog* m_log;
    QComboBox* m_run;
    QPlainTextEdit* m_text;
    QString m_folder; ///< whose lines are shown; empty: everyone's
    bool m_chosen = false;
};

} // namespace aha
