#pragma once
// The bar that always shows what the current run is doing, with the buttons that act on it.

#include "widgets/panels/openrun.h"

#include <QWidget>

class QLabel;
class QProgressBar;
class QPushButton;

namespace aha {

class RunHeader : public QWidget {
    Q_OBJECT
public:
    explicit RunHeader(QWidget* parent = nullptr);
    void setRun(const OpenRun* run);   ///< nullptr: none
    void togglePause();
    void send(Command::Kind kind);

Q_SIGNALS:
    void resumeRequested(const QString& folder);

private:
    void show();

    std::shared_ptr<RunFeed> m_feed;
    QLabel *m_name, *m_state, *m_detail;
    QProgressBar* m_progress;
    QPushButton *m_pause, *m_stop, *m_checkpoint, *m_resume;
};

} // namespace aha
