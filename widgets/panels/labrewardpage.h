#pragma once
// One completion under a reward, while it is typed: every part, what was read where, the verdict and what it needs.

#include "core/run/enginequestion.h"
#include "core/run/rewardjudge.h"
#include "core/store/run_reader.h"

#include <QJsonObject>
#include <QTimer>
#include <QWidget>

class QComboBox;
class QLabel;
class QSpinBox;

namespace aha {

class ExactText;
class FigureTable;
class LabEdit;
class TraceTable;

class LabRewardPage : public QWidget {
    Q_OBJECT
public:
    /// `engine`: the program; empty: the one beside this program.
    explicit LabRewardPage(const QString& engine = {}, QWidget* parent = nullptr);

    /// The task and the rewards that judge.
    void setConfig(const RunConfig& config);
    /// The run whose problems and completions are offered; "" for none.
    void setFolder(const QString& folder);
    /// Takes a completion of that run into the editor.
    void edit(qint64 completionId);
    /// A text and a problem of another task than the configured one, until another problem is chosen.
    void tryText(const QString& task, const std::string& item, const QString& completion);
    /// What was written for the run that is chosen, and for which problem; a text that came along from another run is
    /// marked as such. Empty while nothing is there.
    QJsonObject typed() const;
    static QJsonObject withoutCarried(QJsonObject typed);
    /// After setFolder(); a text that stands there stays where there is none in `state`.
    void restoreTyped(const QJsonObject& state);
    double latencyMs() const { return m_judge.latencyMs(); }

protected:
    void changeEvent(QEvent* event) override;
    void showEvent(QShowEvent* event) override;

private:
    struct Mark {
        enum Kind { Tag, Word, Answer, Hidden } kind;
        int begin, end; ///< UTF-16 positions
    };
    void loadStep();
    void goToStep(int step);
    QJsonObject position() const; ///< among the problems
    void showGroup();
    void takeCompletion();
    void generate();
    void setProblem(const std::string& item, const std::string& prompt);
    void chooseSource();
    void judgeSoon();
    void judge();
    bool isBlank() const;
    void present(const RewardJudge::Json& answer);
    void presentRecorded(const RewardJudge::Json& answer);
    void presentParts(const RewardJudge::Json& answer);
    void fail(const QString& sentence);
    void drawMarks();
    void useTask(const QString& task); ///< "": the configured one
    void showWeights(bool ofStep);

    RewardJudge m_judge;
    EngineQuestion m_question; ///< for a generated problem
    RunConfig m_config;
    QString m_task; ///< of tryText()
    QString m_folder;
    std::unique_ptr<RunReader> m_reader;
    std::vector<GroupRow> m_groups;
    std::string m_item, m_prompt; ///< of the problem
    std::string m_judgedBy; ///< the configuration that the judge has, as JSON
    std::string m_judgedText; ///< what the answer in flight is about
    std::vector<Mark> m_marks;
    QTimer m_soon, m_seedSoon;
    QComboBox *m_source, *m_group, *m_completion;
    QSpinBox *m_step, *m_seed;
    ExactText* m_problem;
    LabEdit* m_editor;
    QJsonObject m_untouched; ///< the position, as setFolder() left it
    std::optional<std::string> m_carried = ""; ///< text that came along from another run; none: it is this one's
    std::optional<CompletionRow> m_recorded; ///< the stored completion that was taken into the editor
    QLabel *m_recordedNote, *m_note, *m_weights, *m_legend, *m_verdict, *m_reward, *m_answer, *m_needs;
    FigureTable* m_parts;
    TraceTable* m_table;
};

} // namespace aha
