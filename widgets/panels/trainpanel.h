#pragma once
// One run in training: charts, and the knobs that are safe to change while it runs.

#include "widgets/panels/openrun.h"

#include <QHash>
#include <QWidget>

#include <string>

class QLabel;

namespace aha {

class ChartsPanel;
class ExactText;
class LiveSettings;

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
    void send(const QString& path, const QString& text);
    void readKnobs();
    void showAnswer(const QString& text, bool wrong);

    ChartsPanel* m_charts;
    LiveSettings* m_knobs;
    QHash<qint64, std::string> m_sent; ///< assignments that were not answered yet
    QLabel* m_answer;
    QWidget* m_sampleBox;
    ExactText* m_sample;
    std::shared_ptr<RunFeed> m_feed;
};

} // namespace aha
