#pragma once
// Any completion of any open run: run, step, prompt, sample.

#include "core/store/rows.h"
#include "widgets/models/worker.h"
#include "widgets/panels/openrun.h"

#include <QWidget>

class QComboBox;
class QSpinBox;

namespace aha {

class CompletionPicker : public QWidget {
    Q_OBJECT
public:
    /// `key` ("A" or "B") names the row for people and tests.
    explicit CompletionPicker(const QString& key, QWidget* parent = nullptr);
    ~CompletionPicker() override;

    void setRuns(const OpenRuns& runs);
    /// Shows the choice that was made elsewhere.
    void pick(const QString& folder, qint64 completionId);
    /// The newest step's first completion of this run, unless something is chosen already.
    void pickNewest(int run);
    /// The same of the first step that has any: the other side of it in one run.
    void pickOldest(int run);
    bool hasChoice() const { return m_completion > 0; }

Q_SIGNALS:
    /// `label`: what the run is called.
    void chosen(const QString& folder, const QString& label, qint64 completionId);
    /// The run or the step has none, or cannot be read.
    void failed(const QString& sentence);

private:
    static constexpr qint64 kNewest = -1, kOldest = -2;
    void readStep(qint64 step, qint64 completionId);
    void setGroups(const std::vector<GroupRow>& groups, qint64 step, qint64 last, qint64 completionId);
    void fillSamples(qint64 completionId);
    void choose();

    OpenRuns m_runs;
    std::vector<GroupRow> m_groups; ///< of the step, with completions
    QComboBox *m_run, *m_prompt, *m_sample;
    QSpinBox* m_step;
    qint64 m_completion = 0;
    quint64 m_asked = 0;
    Worker m_worker;
};

} // namespace aha
