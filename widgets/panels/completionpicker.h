#pragma once
// Any text of any open run: run, step, prompt and sample of the training, or the answer of a checkpoint to a held-out
// problem or to a prompt of a person's own.

#include "core/store/rows.h"
#include "widgets/models/worker.h"
#include "widgets/panels/openrun.h"
#include "widgets/panels/textplace.h"

#include <QWidget>

#include <functional>

class QComboBox;
class QSpinBox;

namespace aha {

class CompletionPicker : public QWidget {
    Q_OBJECT
public:
    explicit CompletionPicker(QWidget* parent = nullptr);
    ~CompletionPicker() override;

    /// "A", "B", …: names the fields for people and tests.
    void setKey(const QString& key);
    void setRuns(const OpenRuns& runs);
    /// Shows the choice that was made elsewhere.
    void pick(const TextPlace& place);
    /// The newest step's first completion of this run, unless something is chosen already.
    void pickNewest(int run);
    /// Two completions of one group of the newest step: the best paid one of the first group that was not paid alike is
    /// chosen here, unless something is chosen already; `taker` gets the worst paid one and says which they are.
    /// Without such a group the first two of the first one; nothing where something else was chosen meanwhile.
    struct Pair {
        TextPlace best, other; ///< the second is not valid where the group has one completion alone
        QString words;
    };
    void pickPair(int run, const std::function<void(const Pair&)>& taker);
    bool hasChoice() const { return m_place.isValid(); }
    /// What is asked for, though it may still have to be read.
    const TextPlace& place() const { return m_place; }
    /// Hands over what is alike: the completions of the group, or all answers to the held-out problem or own prompt,
    /// first to last.
    void siblings(const std::function<void(const aha::TextPlaces&)>& taker);

Q_SIGNALS:
    /// `label`: what the run is called.
    void chosen(const aha::TextPlace& place, const QString& label);
    /// A person chose something.
    void touched();
    /// The run or the step has none, or cannot be read.
    void failed(const QString& sentence);

private:
    static constexpr qint64 kNewest = -1;
    enum Source { Sampled, HeldOut, Own };
    /// What there is at a step.
    struct Offer {
        qint64 step = 0, last = 0;
        std::vector<GroupRow> groups; ///< with completions
        bool own = false; ///< answers to a person's own prompts, which nothing judges
        EvaluationRow evaluation;
        std::vector<EvaluationProblemRow> problems;
        std::vector<std::vector<CompletionRow>> samples; ///< of each problem, without text; empty: one was stored
        QString problem; ///< why there is nothing
    };
    static Offer readSampled(const std::string& folder, qint64 step, qint64 completionId);
    static Offer readAnswers(const std::string& folder, qint64 step, bool forward, qint64 evaluationId, bool own);
    void read(qint64 step, const TextPlace& place, const std::function<void(const Pair&)>& pairTaker = {});
    Pair pairOf(const Offer& offer) const;
    void setOffer(const Offer& offer, const TextPlace& place);
    void fillSamples(const TextPlace& place);
    void choose();
    std::string prompt() const; ///< of the choice
    bool isAnswer() const; ///< of an evaluation
    bool isOwn() const;
    QString folder() const;

    OpenRuns m_runs;
    Offer m_offer;
    std::string m_wanted; ///< prompt that was chosen before the lists were emptied for a reading
    QComboBox *m_run, *m_source, *m_prompt, *m_sample;
    QSpinBox* m_step;
    TextPlace m_place;
    quint64 m_asked = 0;
    Worker m_worker;
};

} // namespace aha
