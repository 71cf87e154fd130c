#pragma once
// Two completions side by side with their word diff, from whatever runs, steps and prompts: two runs, or two steps of
// one.

#include "core/trace/reflection.h"
#include "widgets/models/worker.h"
#include "widgets/panels/openrun.h"

#include <QWidget>

#include <memory>

class QLabel;
class QPushButton;

namespace aha {

class CompletionPicker;
class TracePane;

class TextsPage : public QWidget {
    Q_OBJECT
public:
    enum Side { A, B };

    explicit TextsPage(const std::shared_ptr<const Lexicon>& lexicon, QWidget* parent = nullptr);
    ~TextsPage() override;

    void setRuns(const OpenRuns& runs);
    void setText(Side side, const QString& folder, qint64 completionId);

Q_SIGNALS:
    void completionPicked(const QString& folder, qint64 completionId);

protected:
    void showEvent(QShowEvent* event) override;

private:
    void pickFirst(Side side); ///< what one sees before choosing: the newest of two runs, or both ends of one
    void read(Side side, const QString& folder, const QString& label, qint64 completionId);

    CompletionPicker* m_pickers[2];
    QPushButton* m_open[2];
    QLabel *m_empty, *m_hint;
    TracePane* m_pane;
    OpenRuns m_runs;
    struct Shown {
        QString folder;
        qint64 completionId = 0;
    } m_shown[2];
    quint64 m_asked[2] = { 0, 0 };
    Worker m_worker;
};

} // namespace aha
