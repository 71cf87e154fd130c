#pragma once
// One run in training: charts, and the knobs that are safe to change while it runs.

#include "core/config/run_config.h"
#include "widgets/panels/openrun.h"

#include <QHash>
#include <QSet>
#include <QWidget>

class QFormLayout;
class QLabel;
class QLineEdit;
class QPlainTextEdit;

namespace aha {

class ChartsPanel;

class TrainPanel : public QWidget {
    Q_OBJECT
public:
    explicit TrainPanel(QWidget* parent = nullptr);
    void setRuns(const OpenRuns& runs);
    ChartsPanel* charts() const { return m_charts; }
    /// What the model answered to "sample now". Model text, shown as it is.
    void showSample(const QString& text);
    QString answer() const;

private:
    void send(const QString& path);
    void readKnobs();

    ChartsPanel* m_charts;
    QWidget* m_knobs;
    QHash<QString, QLineEdit*> m_editors; ///< by field path
    QHash<QString, FieldInfo> m_infos;
    QSet<qint64> m_sent;
    QLabel* m_answer;
    QWidget* m_sampleBox;
    QPlainTextEdit* m_sample;
    std::shared_ptr<RunFeed> m_feed;
};

} // namespace aha
