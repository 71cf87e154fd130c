#pragma once
// The bar that always shows what the current run is doing, with the buttons that act on it.

#include "widgets/panels/openrun.h"
#include "widgets/shell/badge.h"

#include <QSet>
#include <QWidget>

class QLabel;
class QProgressBar;
class QPushButton;

namespace aha {

class RunHeader : public QWidget {
    Q_OBJECT
public:
    explicit RunHeader(QWidget* parent = nullptr);
    void setRun(const OpenRun* run); ///< nullptr: none
    void togglePause();
    void send(Command::Kind kind);
    QString stateText() const;
    /// Is there an engine that takes commands?
    bool obeys() const { return m_obeys; }

Q_SIGNALS:
    void obeyChanged(bool obeys);
    void resumeRequested(const QString& folder);
    void killRequested(const QString& folder);
    /// The answer to SampleNow: model text.
    void sampled(const QString& text);
    /// The engine refused a command; a sentence.
    void refused(const QString& sentence);

protected:
    void changeEvent(QEvent* event) override;

private:
    void show();

    std::shared_ptr<RunFeed> m_feed;
    QString m_label;
    bool m_obeys = false, m_pauseKeepsFocus = false;
    qint64 m_sample = -1; ///< id of the sample that was asked for
    QSet<qint64> m_sent;
    QLabel* m_name;
    Badge* m_state;
    QLabel* m_detail;
    QProgressBar* m_progress;
    QPushButton *m_pause, *m_stop, *m_checkpoint, *m_sampleNow, *m_resume, *m_kill = nullptr;
};

} // namespace aha
