#pragma once
// From a training sample to the trace it was, the filter that kept it, the checkpoint, and the student's answer now.

#include "core/trace/reflection.h"
#include "widgets/models/lineagemodel.h"
#include "widgets/models/worker.h"
#include "widgets/panels/openrun.h"

#include <QWidget>

#include <array>
#include <memory>

class QComboBox;
class QLabel;
class QLineEdit;
class QListView;
class QPushButton;

namespace aha {

class LineageCard;
class TracePane;

class LineagePage : public QWidget {
    Q_OBJECT
public:
    explicit LineagePage(const std::shared_ptr<const Lexicon>& lexicon, QWidget* parent = nullptr);
    ~LineagePage() override;

    void setRuns(const OpenRuns& runs);
    LineageModel* model() const { return m_model; }

Q_SIGNALS:
    void stepPicked(const QString& folder, qint64 step);
    void completionPicked(const QString& folder, qint64 completionId);
    void problemPicked(const QString& folder, qint64 evaluationId, int position, int sample);
    void said(const QString& sentence);

protected:
    void showEvent(QShowEvent* event) override;

private:
    void read();
    void setSource(const LineageSource& source);
    void follow(); ///< the selected sample
    void setChain(const std::vector<LineageStep>& chain);
    void showLink(int link);
    void open();

    OpenRuns m_runs;
    LineageModel* m_model;
    std::vector<LineageStep> m_chain;
    QComboBox* m_run;
    QLineEdit* m_filter;
    QListView* m_list;
    QLabel *m_about, *m_empty;
    std::array<LineageCard*, LineageLinks> m_cards {};
    QPushButton *m_open, *m_copy;
    QWidget *m_side, *m_reading;
    TracePane* m_pane;
    int m_link = SampleLink;
    bool m_stale = true;
    quint64 m_asked = 0, m_chainAsked = 0;
    Worker m_worker;
};

} // namespace aha
