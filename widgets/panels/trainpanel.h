#pragma once
// One run in training: charts, and the knobs that are safe to change while it runs.

#include "widgets/panels/openrun.h"

#include <QHash>
#include <QWidget>

class QFormLayout;
class QLabel;
class QLineEdit;

namespace aha {

class ChartsPanel;

class TrainPanel : public QWidget {
    Q_OBJECT
public:
    explicit TrainPanel(QWidget* parent = nullptr);
    void setRuns(const OpenRuns& runs);
    ChartsPanel* charts() const { return m_charts; }

private:
    void send(const QString& path);
    void readKnobs();

    ChartsPanel* m_charts;
    QWidget* m_knobs;
    QHash<QString, QLineEdit*> m_editors;    ///< by field path
    QLabel* m_answer;
    std::shared_ptr<RunFeed> m_feed;
};

} // namespace aha
